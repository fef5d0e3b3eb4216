"""Two folders change names in one step of the kernel, where it can; and all of a file system reaches the disk."""

from __future__ import annotations

import ctypes
import errno
import os
import sys
from pathlib import Path

_RENAME_EXCHANGE = 2  # linux/fs.h
_RENAME_SWAP = 2  # sys/stdio.h of macOS
_AT_FDCWD = -100
_IMPOSSIBLE = frozenset(
    (errno.ENOSYS, errno.EINVAL, errno.EXDEV, errno.EBUSY, errno.EPERM, errno.ENOTSUP, errno.EACCES)
)


def exchange(one: Path, other: Path) -> bool:
    """Swap two folders atomically; False where this system or file system cannot.

    Linux: renameat2(2) with RENAME_EXCHANGE. macOS: renamex_np(2) with RENAME_SWAP.
    Raises OSError for what is a fault and not an inability.
    """
    first, second = os.fsencode(one), os.fsencode(other)
    if sys.platform == "linux":
        return _called("renameat2", _AT_FDCWD, first, _AT_FDCWD, second, _RENAME_EXCHANGE)
    if sys.platform == "darwin":
        return _called("renamex_np", first, second, _RENAME_SWAP)
    return False


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
