"""A lock that the kernel keeps: it is dropped when its holder ends, however it ends."""

from __future__ import annotations

import errno
import os
import stat
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, TypeVar

from briefgen.disk.sealed import clear, place
from briefgen.model.problems import BriefgenError

_LONGEST, _STEP = 60.0, 0.01  # seconds to wait for a lock, and between two looks at it
_PATIENCE, _PAUSE = 600.0, 0.05  # the same for a build, which may take minutes
WAITING = "another build of this site is at work; this one waits for it"
T = TypeVar("T")


class Busy(BriefgenError):
    """Another holds what is needed, and lets go of it when it ends."""


def patiently(begin: Callable[[], T], say: Callable[[str], None]) -> T:
    """What `begin` gives once nobody holds what it needs; that it is waited for is said, once.

    Raises Busy where it is held for longer than one would wait.
    """
    until = time.monotonic() + _PATIENCE
    is_said = False
    while True:
        try:
            return begin()
        except Busy:
            if time.monotonic() > until:
                raise
        if not is_said:
            say(WAITING)
            is_said = True
        time.sleep(_PAUSE)


def take(handle: int) -> bool:
    """Lock an open file for this process; False where another holds it."""
    if sys.platform == "win32":
        import msvcrt

        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
    import fcntl

    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def lock_file(path: Path) -> BinaryIO:
    """The file of a lock in a folder of state, open for appending.

    Whatever else stands in its place is removed: a lock that came with a desk may be a link to any file. Raises
    OSError where it cannot be made.
    """
    name = place(str(path.parent), path.name)
    flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        handle = os.open(name, flags | getattr(os, "O_BINARY", 0), 0o666)
        if stat.S_ISREG(os.fstat(handle).st_mode):
            return open(handle, "ab", buffering=0)
        os.close(handle)
    except OSError as error:
        if error.errno not in _NO_FILE:
            raise
    clear(name)
    return lock_file(path)


_NO_FILE = (errno.ELOOP, errno.EMLINK, errno.EISDIR, errno.ENXIO)  # a link, a folder or a socket stands there


@dataclass(slots=True)
class _Held:
    """A lock as this process holds it: by one thread at a time, as often as that thread asks."""

    mutex: threading.RLock = field(default_factory=threading.RLock)
    depth: int = 0
    file: BinaryIO | None = None
    is_known: bool = False  # whether this process has held it before


_held: dict[str, _Held] = {}


@contextmanager
def holding(path: Path, longest: float = _LONGEST) -> Iterator[bool]:
    """Hold the lock of this name; who holds it may ask for it again.

    Gives whether what others have left should be looked for: who held it last has not let go of it, but ended; or
    this process takes it for the first time. Raises BriefgenError where another has it for longer than one would
    wait, OSError where it cannot be made.
    """
    held = _held.setdefault(os.path.realpath(path), _Held())
    if not held.mutex.acquire(timeout=longest):
        raise _busy(path)
    try:
        was_left = False
        if held.depth == 0:
            file = _taken(path, longest)
            try:
                was_left = os.fstat(file.fileno()).st_size > 0 or not held.is_known
                file.write(b"held")  # until it is let go of
            except BaseException:
                file.close()
                raise
            held.file = file
        held.depth += 1
        try:
            yield was_left
            held.is_known = True
        finally:
            held.depth -= 1
            if held.depth == 0 and held.file is not None:
                held.file.truncate(0)
                held.file.close()
                held.file = None
    finally:
        held.mutex.release()


def _taken(path: Path, longest: float) -> BinaryIO:
    """The open file of a lock, once it is ours; a file that was deleted while we waited for it is no lock any more."""
    until = time.monotonic() + longest
    while True:
        file = lock_file(path)
        if take(file.fileno()) and _is_there(file, path):
            return file
        file.close()
        if time.monotonic() > until:
            raise _busy(path)
        time.sleep(_STEP)


def _is_there(file: BinaryIO, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(file.fileno()), os.stat(path))
    except FileNotFoundError:
        return False


def _busy(path: Path) -> BriefgenError:
    return BriefgenError("another command has been changing this desk all the while", f"It holds {path}.", code=1)
