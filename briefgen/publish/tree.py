"""Trees of files: what is written stays in its tree, and what stands beside our own files is found and left alone.

Paths within a tree are relative and have slashes. A tree is the output, which others may put files into, or
its twin, in which all is ours.
"""

from __future__ import annotations

import errno
import os
import shutil
import stat
import sys
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from briefgen.disk.exchange import move
from briefgen.model.ids import folders_of

FILE_MODE, FOLDER_MODE = 0o644, 0o755
_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)


# ---- what is there -------------------------------------------------------------------------------------------------


def files_below(folder: Path) -> Iterator[str]:
    """Every file and link below a folder, by path; no link is followed."""
    for parent, folders, files in os.walk(folder):
        base = "" if parent == str(folder) else os.path.relpath(parent, folder).replace(os.sep, "/") + "/"
        yield from (f"{base}{name}" for name in files)
        yield from (f"{base}{name}" for name in folders if Path(parent, name).is_symlink())


def others(
    root: Path, files: Collection[str], folders: Collection[str], within: Iterable[str] | None = None
) -> set[str]:
    """What stands in a tree beside these files and folders: files, links, and folders as a whole, by path.

    Only what stands in one of the folders `within` is looked at, where they are named.
    """
    found: set[str] = set()
    todo = [""] if within is None else [*within]
    while todo:
        folder = todo.pop()
        base = f"{folder}/" if folder else ""
        with os.scandir(f"{root}/{folder}") as entries:
            for entry in entries:
                path = f"{base}{entry.name}"
                if not entry.is_dir(follow_symlinks=False):
                    if path not in files:
                        found.add(path)
                elif path not in folders:
                    found.add(path)
                elif within is None:
                    todo.append(path)
    return found


def touched(root: Path, folders: Iterable[str], since: int) -> list[str]:
    """Those of these that are folders of a tree, and in which names have changed since a moment, in nanoseconds."""
    found = []
    for folder in folders:
        with suppress(FileNotFoundError, NotADirectoryError):
            status = os.lstat(f"{root}/{folder}")
            if stat.S_ISDIR(status.st_mode) and status.st_ctime_ns >= since:
                found.append(folder)
    return found


def is_other(path: str, data: bytes) -> bool:
    """Whether a file does not hold these bytes with the mode that it should have."""
    try:
        status = os.lstat(path)
        if status.st_size != len(data) or status.st_mode != stat.S_IFREG | FILE_MODE:
            return True
        with open(path, "rb") as file:
            return file.read() != data
    except OSError:
        return True


def identity(folder: Path) -> tuple[int, int]:
    """What a folder is, whatever it is called: two numbers of the file system that no other folder has."""
    status = os.lstat(folder)
    return status.st_dev, status.st_ino


# ---- a tree in which all is ours -----------------------------------------------------------------------------------


class Own:
    """A tree in which all is ours: whatever stands in the way of a file is removed."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._made: set[str] = set()
        _make_folder(str(root))

    def write(self, path: str, data: bytes, *, is_synced: bool = False) -> None:
        """Let a file hold these bytes; one that does is left as it is. No link is written through."""
        self.folder(path.rpartition("/")[0])
        target = f"{self.root}/{path}"
        if not is_other(target, data):
            return
        try:
            write_new(target, data, is_synced=is_synced)
        except FileExistsError:
            _remove(target)
            write_new(target, data, is_synced=is_synced)

    def link(self, path: str, other: Path) -> None:
        """Let a file be the one that another tree has at this path, by a second name for it."""
        self.folder(path.rpartition("/")[0])
        try:
            os.link(f"{other}/{path}", f"{self.root}/{path}")
        except FileExistsError:
            _remove(f"{self.root}/{path}")
            os.link(f"{other}/{path}", f"{self.root}/{path}")

    def folder(self, path: str) -> None:
        """Let a folder be there, and those that it stands in, as far as they are not known to be."""
        if path and path not in self._made:
            self.folder(path.rpartition("/")[0])
            _make_folder(f"{self.root}/{path}")
            self._made.add(path)

    def keep(self, paths: Collection[str]) -> None:
        """Remove what is none of these files, and folders in which nothing is left."""
        for path in others(self.root, paths, folders_of(paths)):
            _remove(f"{self.root}/{path}")


def _make_folder(folder: str) -> None:
    try:
        os.mkdir(folder, FOLDER_MODE)
    except FileExistsError:
        mode = os.lstat(folder).st_mode
        if not stat.S_ISDIR(mode):
            os.unlink(folder)
            os.mkdir(folder, FOLDER_MODE)
        elif stat.S_IMODE(mode) != FOLDER_MODE:
            os.chmod(folder, FOLDER_MODE)


def _remove(path: str) -> None:
    """Remove whatever stands at a path; what a link leads to is left alone."""
    if os.path.isdir(path) and not os.path.islink(path):
        shutil.rmtree(path)
    else:
        os.unlink(path)


# ---- steps ---------------------------------------------------------------------------------------------------------


def write_new(path: str, data: bytes, *, is_synced: bool = False) -> None:
    """Write a file where nothing is. Raises FileExistsError where anything is."""
    handle = os.open(path, _NEW_FILE, FILE_MODE)
    try:
        while data:  # a file object would ask the system four questions more
            data = data[os.write(handle, data) :]
        if is_synced:
            os.fsync(handle)
    finally:
        os.close(handle)


def carry(path: str, old: Path, new: Path) -> None:
    """Move what stands at a path of one tree to the same path of another, where nothing is."""
    target = new / path
    target.parent.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    if not move(old / path, target):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target))
    remove_empty_above(old / path, old)


def remove_empty_above(path: Path, top: Path) -> None:
    """Remove the folders in which a file stood, as far as nothing else stands in them."""
    folder = path.parent
    while folder != top:
        try:
            folder.rmdir()
        except OSError:
            return  # something else stands in it, or it is gone
        folder = folder.parent


def remove_folders(top: Path) -> None:
    """Remove a folder, if this is one, with the folders in it. Raises OSError where there is anything else in it."""
    if top.is_symlink() or not top.is_dir():
        return
    for parent, folders, _ in os.walk(top, topdown=False):
        for name in folders:
            os.rmdir(os.path.join(parent, name))
    top.rmdir()


def sync_folder(folder: str) -> None:
    """Bring the names in a folder to the disk, where folders can be opened."""
    if sys.platform == "win32":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
