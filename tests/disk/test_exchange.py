"""Names change in one step, or it is said that they cannot."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from briefgen.disk import exchange as exchanging
from briefgen.disk.exchange import exchange, flush


def test_two_folders_change_names(tmp_path: Path) -> None:
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").write_text(name)
    assert exchange(tmp_path / "one", tmp_path / "other")
    assert (tmp_path / "one" / "file").read_text() == "other"


def test_a_missing_folder_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    with pytest.raises(FileNotFoundError):
        exchange(tmp_path / "one", tmp_path / "none")


@pytest.mark.parametrize("code", [errno.ENOSYS, errno.EXDEV, errno.EBUSY])
def test_where_it_cannot_be_done_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    monkeypatch.setattr(exchanging.ctypes, "CDLL", lambda *a, **k: type("C", (), {"renameat2": lambda *a: -1}))
    monkeypatch.setattr(exchanging.ctypes, "get_errno", lambda: code)
    assert not exchange(tmp_path, tmp_path)


def test_a_library_without_the_call_cannot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchanging.ctypes, "CDLL", lambda *a, **k: object())
    assert not exchange(tmp_path, tmp_path)


def test_other_systems_do_it_their_way_or_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[object, ...]] = []
    monkeypatch.setattr(exchanging, "_called", lambda *args: asked.append(args) or True)
    monkeypatch.setattr(exchanging.sys, "platform", "darwin")
    assert exchange(tmp_path / "a", tmp_path / "b")
    flush(tmp_path)
    monkeypatch.setattr(exchanging.sys, "platform", "win32")
    assert not exchange(tmp_path / "a", tmp_path / "b")
    assert [args[0] for args in asked] == ["renamex_np"]
    monkeypatch.delattr(exchanging.os, "sync")
    flush(tmp_path)
