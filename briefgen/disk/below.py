"""The files below a folder, reached name by name: no link below it is followed, whoever put it there and whenever."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

_FOLDER = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_NOFOLLOW", 0)
_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
_READ = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_HAS_HANDLES = {os.open, os.unlink, os.rmdir, os.mkdir, os.stat} <= os.supports_dir_fd  # of folders; not on Windows
NEW = ".briefgen-new"  # what a file is called until it takes its place


class Below:
    """A folder that is held by a handle where the system has such; the folder itself may be reached by a link.

    Every method takes names with slashes, and raises OSError where a link or a file stands in the place of a
    folder.
    """

    def __init__(self, top: Path) -> None:
        self._top = top

    def read(self, path: str, most: int = -2) -> bytes | None:
        """The bytes of a regular file, all or one more than `most` at most; None where there is none."""
        try:
            with self._parent(path) as (parent, name), open(os.open(name, _READ, dir_fd=parent), "rb") as file:
                is_regular = stat.S_ISREG(os.fstat(file.fileno()).st_mode)
                is_link = parent is None and os.path.islink(name)
                return file.read(most + 1) if is_regular and not is_link else None
        except FileNotFoundError:
            return None
        except OSError as error:
            if error.errno in _NO_FILE:
                return None
            raise

    def put(self, path: str, data: bytes, *, is_synced: bool = False) -> None:
        """Put a whole file in the place of whatever file or link stands there."""
        with self._parent(path, makes=True) as (parent, name):
            new = _beside(name)
            self._forget(new, parent)
            try:
                _write(os.open(new, _NEW_FILE, 0o666, dir_fd=parent), data, is_synced=is_synced)
                try:
                    os.replace(new, name, src_dir_fd=parent, dst_dir_fd=parent)
                except IsADirectoryError:  # an empty one is what a deletion that was cut short leaves
                    os.rmdir(name, dir_fd=parent)
                    os.replace(new, name, src_dir_fd=parent, dst_dir_fd=parent)
            except BaseException:
                self._forget(new, parent)
                raise
            if is_synced and parent is not None:
                os.fsync(parent)

    def delete(self, path: str) -> None:
        """Delete a file or a link, and the folders above it that it leaves empty."""
        try:
            with self._parent(path) as (parent, name):
                self._forget(name, parent)
        except OSError as error:
            if error.errno in (errno.ENOENT, *_NO_FILE):
                return  # nothing of ours stands there
            raise
        folder = path.rpartition("/")[0]
        while folder:
            try:
                with self._parent(folder) as (parent, name):
                    os.rmdir(name, dir_fd=parent)
            except OSError:
                return  # something else stands in it
            folder = folder.rpartition("/")[0]

    @staticmethod
    def _forget(name: str, parent: int | None) -> None:
        try:
            os.unlink(name, dir_fd=parent)
        except FileNotFoundError:
            pass

    @contextmanager
    def _parent(self, path: str, *, makes: bool = False) -> Iterator[tuple[int | None, str]]:
        """The handle of the folder in which a name stands, and the name; without handles, None and the whole path."""
        *folders, name = path.split("/")
        if not _HAS_HANDLES:
            yield None, os.path.join(self._checked(folders, makes=makes), name)
            return
        handle = os.open(self._top, os.O_RDONLY | getattr(os, "O_DIRECTORY", 0))
        try:
            for folder in folders:
                inner = _entered(handle, folder, makes=makes)
                os.close(handle)
                handle = inner
            yield handle, name
        finally:
            os.close(handle)

    def _checked(self, folders: Sequence[str], *, makes: bool) -> str:
        """The path of a folder, each part of which has been looked at."""
        here = str(self._top)
        for folder in folders:
            here = os.path.join(here, folder)
            if makes and not os.path.lexists(here):
                os.mkdir(here)
            if os.path.realpath(here) != os.path.join(os.path.realpath(os.path.dirname(here)), folder):
                raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), here)
        return here


_NO_FILE = (errno.ENOTDIR, errno.ELOOP, errno.EISDIR, errno.ENXIO)  # a link, a folder or a socket stands there


def _entered(handle: int, folder: str, *, makes: bool) -> int:
    """The handle of a folder in another; made where it is not there."""
    try:
        return os.open(folder, _FOLDER, dir_fd=handle)
    except FileNotFoundError:
        if not makes:
            raise
        os.mkdir(folder, dir_fd=handle)
        return os.open(folder, _FOLDER, dir_fd=handle)


def _write(handle: int, data: bytes, *, is_synced: bool) -> None:
    """Write an open file, and close it whatever happens."""
    try:
        while data:
            data = data[os.write(handle, data) :]
        if is_synced:
            os.fsync(handle)
    finally:
        os.close(handle)


def _beside(name: str) -> str:
    """The new file's name in the folder of a name, or beside a whole path."""
    return os.path.join(os.path.dirname(name), NEW)
