"""A folder is entered name by name: what a link below it leads to is neither read, nor written, nor deleted."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from briefgen.disk import below
from briefgen.disk.below import Below


@pytest.fixture(params=[True, False], ids=["by handles", "by paths"])
def top(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a file, and with links to another folder and to a file in it."""
    monkeypatch.setattr(below, "_HAS_HANDLES", request.param and below._HAS_HANDLES)
    (tmp_path / "away").mkdir()
    (tmp_path / "away/file").write_bytes(b"theirs")
    (tmp_path / "top/a").mkdir(parents=True)
    (tmp_path / "top/a/file").write_bytes(b"ours")
    (tmp_path / "top/folder").symlink_to(tmp_path / "away")
    (tmp_path / "top/link").symlink_to(tmp_path / "away/file")
    return tmp_path / "top"


def test_files_are_put_read_and_deleted_with_their_folders(top: Path) -> None:
    files = Below(top)
    assert files.read("a/file") == b"ours" and files.read("a/file", 2) == b"our" and files.read("none/such") is None
    files.put("b/c/file", b"new", is_synced=True)
    files.put("a/file", b"other")
    assert (top / "b/c/file").read_bytes() == b"new" and (top / "a/file").read_bytes() == b"other"
    files.delete("b/c/file")
    files.delete("none/such")
    assert not (top / "b").exists() and (top / "a").is_dir()
    assert not [name for name in top.rglob("*") if name.name == below.NEW]


def test_nothing_is_reached_by_a_link(top: Path) -> None:
    files, away = Below(top), top.parent / "away"
    assert files.read("link") is None and files.read("folder/file") is None
    for path in ("folder/file", "folder/new", "folder/deep/new", "a/file/new"):
        with pytest.raises(OSError):
            files.put(path, b"ours")
        files.delete(path)
    assert (away / "file").read_bytes() == b"theirs" and len([*away.iterdir()]) == 1
    files.put("link", b"ours")
    files.put("folder", b"ours")
    assert (top / "link").read_bytes() == (top / "folder").read_bytes() == b"ours" and not (top / "link").is_symlink()
    assert (away / "file").read_bytes() == b"theirs"


def test_the_new_file_goes_through_no_link_either(top: Path) -> None:
    (top / "a" / below.NEW).symlink_to(top.parent / "away/file")
    Below(top).put("a/file", b"new")
    assert (top / "a/file").read_bytes() == b"new" and (top.parent / "away/file").read_bytes() == b"theirs"


def test_an_empty_folder_gives_way_to_a_file_and_a_full_one_does_not(top: Path) -> None:
    (top / "empty").mkdir()
    Below(top).put("empty", b"new")
    assert (top / "empty").read_bytes() == b"new"
    with pytest.raises(OSError):
        Below(top).put("a", b"new")
    assert (top / "a/file").read_bytes() == b"ours" and not (top / below.NEW).exists()


def test_what_cannot_be_written_leaves_the_old_file_and_nothing_beside_it(
    top: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(handle: int, data: bytes) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", full)
        with pytest.raises(OSError, match="No space"):
            Below(top).put("a/file", b"new")
    assert (top / "a/file").read_bytes() == b"ours" and [p.name for p in (top / "a").iterdir()] == ["file"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_no_file_and_is_not_waited_for(top: Path) -> None:
    os.mkfifo(top / "pipe")
    assert Below(top).read("pipe") is None and Below(top).read("a") is None
    Below(top).put("pipe", b"new")
    assert (top / "pipe").read_bytes() == b"new"
