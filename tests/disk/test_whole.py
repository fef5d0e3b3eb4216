"""A file is the old one or the new one, and what anybody saved meanwhile is never lost."""

from __future__ import annotations

import errno
import os
import signal
import stat
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from briefgen.disk import exchange as exchanging
from briefgen.disk import whole
from tests.conftest import REPOSITORY

OLD, NEW, EDIT = b"old words\n", b"new words\n", b"a person's words\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "briefs" / "brief.md"
    path.parent.mkdir()
    path.write_bytes(OLD)
    return path


def left(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in folder.iterdir() if p.is_file()}


def test_a_file_is_replaced_where_it_says_what_was_seen(file: Path) -> None:
    assert whole.replace(file, OLD, NEW)
    assert not whole.replace(file, OLD, b"newer")
    assert left(file.parent) == {"brief.md": NEW}


def test_a_new_file_is_written_over_nothing(tmp_path: Path) -> None:
    assert whole.create(tmp_path / "folder" / "a", NEW) and (tmp_path / "folder" / "a").read_bytes() == NEW
    assert not whole.create(tmp_path / "folder" / "a", OLD)
    (tmp_path / "folder" / "link").symlink_to("nowhere")
    assert not whole.create(tmp_path / "folder" / "link", OLD)
    assert left(tmp_path / "folder") == {"a": NEW}
    mask = os.umask(0)
    os.umask(mask)
    assert stat.S_IMODE((tmp_path / "folder" / "a").stat().st_mode) == 0o666 & ~mask


def test_a_file_is_taken_away_where_it_says_what_was_seen(file: Path) -> None:
    assert not whole.remove(file, NEW) and left(file.parent) == {"brief.md": OLD}
    assert whole.remove(file, OLD) and left(file.parent) == {}
    assert not whole.remove(file, OLD)


def test_a_link_stays_a_link_and_mode_and_attributes_stay(file: Path, tmp_path: Path) -> None:
    real = tmp_path / "elsewhere" / "real.md"
    real.parent.mkdir()
    real.write_bytes(OLD)
    real.chmod(0o640)
    has_attributes = True
    try:
        os.setxattr(real, "user.mark", b"kept")
    except (OSError, AttributeError):
        has_attributes = False
    file.unlink()
    file.symlink_to("../elsewhere/real.md")
    assert whole.replace(file, OLD, NEW)
    assert file.is_symlink() and os.readlink(file) == "../elsewhere/real.md" and real.read_bytes() == NEW
    assert stat.S_IMODE(real.stat().st_mode) == 0o640
    assert not has_attributes or os.getxattr(real, "user.mark") == b"kept"
    assert left(real.parent) == {"real.md": NEW}


def by_rename(path: Path, text: bytes = EDIT) -> None:
    """Save as most editors do: another file in the place of the first."""
    other = path.with_name("editor~")
    other.write_bytes(text)
    os.replace(other, path)


def in_place(path: Path, text: bytes = EDIT) -> None:
    """Save as some editors do: other words in the same file."""
    path.write_bytes(text)


@pytest.mark.parametrize("save", [by_rename, in_place])
def test_what_is_saved_between_the_last_look_and_the_rename_stays(
    file: Path, monkeypatch: pytest.MonkeyPatch, save: Callable[[Path], None]
) -> None:
    real = whole.exchange

    def exchange(one: Path, other: Path) -> bool:
        monkeypatch.setattr(whole, "exchange", real)
        save(file)
        return real(one, other)

    monkeypatch.setattr(whole, "exchange", exchange)
    assert not whole.replace(file, OLD, NEW)
    assert left(file.parent) == {"brief.md": EDIT}


@pytest.mark.parametrize("save", [by_rename, in_place])
def test_what_is_saved_again_while_it_is_put_back_stays(
    file: Path, monkeypatch: pytest.MonkeyPatch, save: Callable[[Path, bytes], None]
) -> None:
    real, times = whole.exchange, iter((EDIT, b"and again", b"at last"))

    def exchange(one: Path, other: Path) -> bool:
        if text := next(times, None):
            save(file, text)
        return real(one, other)

    monkeypatch.setattr(whole, "exchange", exchange)
    assert not whole.replace(file, OLD, NEW)
    assert left(file.parent)["brief.md"] == b"at last"
    assert [name for name in left(file.parent) if name.startswith(".")] == []


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells who writes")
def test_a_file_that_a_program_is_writing_is_left_to_it(file: Path) -> None:
    with open(file, "r+b") as writer:
        assert not whole.replace(file, OLD, NEW)
        writer.write(EDIT)
    assert left(file.parent) == {"brief.md": EDIT}


def test_where_names_cannot_be_exchanged_a_last_look_comes_before_the_rename(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(whole, "exchange", lambda one, other: False)
    assert whole.replace(file, OLD, NEW) and left(file.parent) == {"brief.md": NEW}
    real = os.replace

    def replace(one: Path, other: Path) -> None:
        file.write_bytes(EDIT)
        real(one, other)

    monkeypatch.setattr(os, "replace", replace)
    assert not whole.replace(file, NEW, OLD)
    assert left(file.parent) == {"brief.md": EDIT}


def test_what_is_saved_while_a_file_is_taken_away_comes_back(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.replace

    def replace(one: Path, other: Path) -> None:
        in_place(file)
        real(one, other)

    monkeypatch.setattr(os, "replace", replace)
    assert not whole.remove(file, OLD)
    assert left(file.parent) == {"brief.md": EDIT}


def test_an_editor_that_never_rests_loses_nothing(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real, number = whole.exchange, iter(range(1000))

    def exchange(one: Path, other: Path) -> bool:
        by_rename(file, b"%d" % next(number))
        return real(one, other)

    monkeypatch.setattr(whole, "exchange", exchange)
    assert not whole.replace(file, OLD, NEW)
    kept = left(file.parent)
    assert {*kept} == {"brief.md", "brief.md.saved-1"} and NEW not in kept.values()


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO])
@pytest.mark.parametrize("call", ["open", "fsync", "fchmod", "replace"])
def test_a_call_that_fails_leaves_the_old_file_and_nothing_else(
    file: Path, monkeypatch: pytest.MonkeyPatch, call: str, code: int
) -> None:
    real = getattr(os, call)

    def fails(*arguments: object, **named: object) -> object:
        if call == "open" and arguments[0] == file:
            return real(*arguments, **named)
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, call, fails)
    with pytest.raises(OSError, match=os.strerror(code)):
        whole.replace(file, OLD, NEW)
    monkeypatch.undo()
    assert left(file.parent) == {"brief.md": OLD}


KILLED = textwrap.dedent("""
    import os, sys
    from pathlib import Path
    from briefgen.disk import whole
    file, nth, saves = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3] == "saves"
    count, saved, busy = 0, False, False
    def watch(event, args):
        global count, saved, busy
        if busy or event not in ("open", "os.rename", "os.remove", "os.link", "ctypes.dlsym"):
            return
        if saves and event == "ctypes.dlsym" and not saved:
            saved = busy = True
            file.write_bytes(b"a person's words\\n")
            (file.parent.parent / "saved").touch()
            busy = False
        count += 1
        if count == nth:
            os.kill(os.getpid(), 9)
    sys.addaudithook(watch)
    whole.sweep(file.parent)
    whole.replace(file, b"old words\\n", b"new words\\n")
""")


@pytest.mark.parametrize("saves", ["saves", "rests"])
def test_killed_at_any_call_the_file_is_old_or_new_and_the_next_run_clears_up(file: Path, saves: str) -> None:
    ends, saved = set(), file.parent.parent / "saved"
    for nth in range(1, 40):
        file.write_bytes(OLD)
        saved.unlink(missing_ok=True)
        command = [sys.executable, "-c", KILLED, str(file), str(nth), saves]
        code = subprocess.run(command, check=False, cwd=REPOSITORY).returncode
        assert code in (0, -signal.SIGKILL)
        assert file.read_bytes() in (OLD, NEW, EDIT), nth
        whole.sweep(file.parent)
        assert {*left(file.parent)} == {"brief.md"}, nth
        assert not saved.exists() or file.read_bytes() == EDIT, nth
        ends.add((code, file.read_bytes()))
        if code == 0:
            break
    assert code == 0
    assert {(-signal.SIGKILL, OLD), (0, EDIT if saves == "saves" else NEW)} <= ends


def test_what_lies_about_is_cleared_and_a_saved_text_is_put_in_sight(file: Path) -> None:
    folder = file.parent
    (folder / ".briefgen-0123456789abcdef.new").write_bytes(b"half")
    slot = whole._slot(file, OLD, NEW)
    slot.write_bytes(EDIT)
    whole.sweep(folder)
    assert left(folder) == {"brief.md": OLD, "brief.md.saved-1": EDIT}
    (folder / "brief.md.saved-1").unlink()
    file.unlink()
    slot.write_bytes(EDIT)
    (folder / ".briefgen-foreign").write_bytes(b"another's")
    whole.sweep(folder)
    assert left(folder) == {"brief.md": EDIT, ".briefgen-foreign": b"another's"}
    whole.sweep(folder / "none")


def test_a_name_is_given_to_no_second_file_whatever_the_system_can_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def two() -> tuple[Path, Path]:
        one, other = tmp_path / "one", tmp_path / "other"
        one.write_bytes(OLD)
        other.unlink(missing_ok=True)
        return one, other

    monkeypatch.setattr(exchanging, "_called", lambda *a: False)
    assert exchanging.move(*two()) and left(tmp_path) == {"other": OLD}
    one = tmp_path / "one"
    one.write_bytes(NEW)
    assert not exchanging.move(one, tmp_path / "other")

    def no_links(*arguments: object, **named: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "link", no_links)
    assert not exchanging.move(one, tmp_path / "other")
    assert exchanging.move(*two()) and left(tmp_path) == {"other": OLD}
    asked: list[object] = []
    monkeypatch.setattr(exchanging.sys, "platform", "darwin")
    monkeypatch.setattr(exchanging, "_called", lambda *a: asked.append(a[0]) or True)
    assert exchanging.move(*two()) and asked == ["renamex_np"]
