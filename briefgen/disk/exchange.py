"""Names change in one step of the kernel, where it can; and all of a file system reaches the disk."""

from __future__ import annotations

import ctypes
import errno
import os
import sys
from pathlib import Path

_RENAME_NOREPLACE, _RENAME_EXCHANGE = 1, 2  # linux/fs.h
_RENAME_SWAP, _RENAME_EXCL = 2, 4  # sys/stdio.h of macOS
_AT_FDCWD = -100
_IMPOSSIBLE = frozenset(
    (errno.ENOSYS, errno.EINVAL, errno.EXDEV, errno.EBUSY, errno.EPERM, errno.ENOTSUP, errno.EACCES)
)


def exchange(one: Path, other: Path) -> bool:
    """Swap two files or folders atomically; False where this system or file system cannot.

    Linux: renameat2(2) with RENAME_EXCHANGE. macOS: renamex_np(2) with RENAME_SWAP.
    Raises OSError for what is a fault and not an inability.
    """
    first, second = os.fsencode(one), os.fsencode(other)
    if sys.platform == "linux":
        return _called("renameat2", _AT_FDCWD, first, _AT_FDCWD, second, _RENAME_EXCHANGE)
    if sys.platform == "darwin":
        return _called("renamex_np", first, second, _RENAME_SWAP)
    return False


def move(old: Path, new: Path) -> bool:
    """Give a file another name; False where anything has that name.

    Where the kernel has no such step a second name is given and the first taken away; without hard links either
    the new name is looked at just before.
    """
    first, second = os.fsencode(old), os.fsencode(new)
    try:
        if sys.platform == "linux" and _called("renameat2", _AT_FDCWD, first, _AT_FDCWD, second, _RENAME_NOREPLACE):
            return True
        if sys.platform == "darwin" and _called("renamex_np", first, second, _RENAME_EXCL):
            return True
        try:
            os.link(old, new, follow_symlinks=False)
        except FileExistsError:
            return False
        except (OSError, NotImplementedError):
            if os.path.lexists(new):
                return False
            os.rename(old, new)
        else:
            os.unlink(old)
    except FileExistsError:
        return False
    return True


def _called(name: str, *arguments: int | bytes) -> bool:
    """Call a function of the C library that gives 0 when it succeeds."""
    function = getattr(ctypes.CDLL(None, use_errno=True), name, None)
    if function is None:
        return False
    if function(*arguments) == 0:
        return True
    code = ctypes.get_errno()
    if code in _IMPOSSIBLE:
        return False
    raise OSError(code, os.strerror(code))


def flush(folder: Path) -> None:
    """See that everything written to the file system of a folder is on its disk."""
    if sys.platform == "linux":
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            _called("syncfs", handle)
        finally:
            os.close(handle)
    elif hasattr(os, "sync"):
        os.sync()
