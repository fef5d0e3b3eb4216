"""The lock of a desk: one process and one thread at a time, and no waiting without end."""

from __future__ import annotations

import errno
import os
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from briefgen.disk import lock as locking_
from briefgen.disk.lock import holding, lock_file, take
from briefgen.model.problems import BriefgenError
from tests.killed import forked


def test_the_lock_of_windows(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    held: list[int] = []

    def locking(handle: int, mode: int, count: int) -> None:
        if held:
            raise OSError
        held.append(handle)

    fake = type(sys)("msvcrt")
    fake.locking, fake.LK_NBLCK = locking, 2  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "msvcrt", fake)
    monkeypatch.setattr(locking_.sys, "platform", "win32")
    assert take(1)
    assert not take(1)


def test_who_holds_a_lock_may_ask_again_and_another_thread_waits(tmp_path: Path) -> None:
    order: list[str] = []

    def other() -> None:
        with holding(tmp_path / "lock"):
            order.append("other")

    with holding(tmp_path / "lock"), holding(tmp_path / "lock"):
        thread = threading.Thread(target=other)
        thread.start()
        thread.join(0.1)
        order.append("one")
    thread.join()
    assert order == ["one", "other"]


def test_who_takes_a_lock_knows_whether_it_was_let_go_of(tmp_path: Path) -> None:
    def told() -> list[bool]:
        with holding(tmp_path / "lock") as was_left, holding(tmp_path / "lock") as again:
            return [was_left, again]

    assert [told(), told()] == [[True, False], [False, False]]

    def dies() -> None:
        with holding(tmp_path / "lock"):
            os.kill(os.getpid(), signal.SIGKILL)

    assert forked(dies) == -signal.SIGKILL
    assert [told(), told()] == [[True, False], [False, False]]


def test_a_lock_that_is_never_let_go_of_is_told(tmp_path: Path) -> None:
    with open(tmp_path / "lock", "ab") as file:
        assert take(file.fileno())
        with pytest.raises(BriefgenError, match="another command"), holding(tmp_path / "lock", longest=0.05):
            pass
    held = threading.Event()
    done = threading.Event()

    def other() -> None:
        with holding(tmp_path / "lock"):
            held.set()
            done.wait()

    thread = threading.Thread(target=other)
    thread.start()
    held.wait()
    with pytest.raises(BriefgenError, match="another command"), holding(tmp_path / "lock", longest=0.05):
        pass
    done.set()
    thread.join()


def test_a_lock_whose_file_was_deleted_is_taken_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real, deleted = locking_.take, []

    def take(handle: int) -> bool:
        if not deleted:
            deleted.append((tmp_path / "lock").unlink())
        return real(handle)

    monkeypatch.setattr(locking_, "take", take)
    with holding(tmp_path / "lock"):
        assert (tmp_path / "lock").exists()
        with open(tmp_path / "lock", "ab") as file:
            assert not real(file.fileno())


def test_a_lock_that_cannot_be_marked_is_let_go_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = locking_._taken

    class Full:
        """An open file on a full disk."""

        def __init__(self, path: Path, longest: float) -> None:
            self._file = real(path, longest)
            self.fileno, self.close = self._file.fileno, self._file.close

        def write(self, data: bytes) -> int:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(locking_, "_taken", Full)
        with pytest.raises(OSError, match="No space"), holding(tmp_path / "lock", longest=0.1):
            pass
    with holding(tmp_path / "lock", longest=0.1) as was_left:
        assert was_left


@pytest.mark.parametrize("harm", [
    lambda path: path.symlink_to("precious"),
    lambda path: path.symlink_to("nowhere"),
    lambda path: path.symlink_to("."),
    os.mkfifo,
    lambda path: (path / "inside").mkdir(parents=True),
], ids=["a link to a file", "a link to nowhere", "a link to a folder", "a pipe", "a folder"])  # fmt: skip
def test_whatever_came_in_the_place_of_a_lock_is_no_lock(tmp_path: Path, harm: Callable[[Path], object]) -> None:
    """A lock is written to and cut: through a link that came with a desk any file could be emptied."""
    (tmp_path / "precious").write_text("mine")
    harm(tmp_path / "lock")
    with holding(tmp_path / "lock"):
        assert (tmp_path / "lock").is_file() and not (tmp_path / "lock").is_symlink()
    assert (tmp_path / "precious").read_text() == "mine" and not (tmp_path / "nowhere").exists()


def test_no_lock_is_made_where_a_link_stands_for_the_folder_of_state(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / ".briefgen").symlink_to("elsewhere")
    with pytest.raises(OSError, match="a link stands"):
        lock_file(tmp_path / ".briefgen/lock")
    assert not [*(tmp_path / "elsewhere").iterdir()]
