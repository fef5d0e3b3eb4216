"""A file written whole or not at all, and only over the bytes that its writer has seen.

Between the last look at a file and the rename over it an editor may save. Where the system can exchange two
names (Linux, macOS) nothing of that is lost: what comes out of the exchange is compared with what was seen, and
put back if it is anything else. A process that is killed in between leaves it in a slot, whose name says what
may be thrown away; `sweep` puts back what may not. Elsewhere the last look comes right before the rename.

Callers hold a lock of their own while they write, so that what lies about under our names is left over.
"""

from __future__ import annotations

import os
import re
import secrets
import stat
import sys
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path

from briefgen.disk.exchange import exchange
from briefgen.disk.exchange import move as renamed

_OURS = ".briefgen-"
_NEW = re.compile(r"\.briefgen-[0-9a-f]{16}\.new")  # being written: nobody's yet
_SLOT = re.compile(r"\.briefgen-([0-9a-f]{16})-([0-9a-f]{16})-(.+)")  # the bytes seen, ours, and the file's name
_ROUNDS = 100  # exchanges before we say that an editor never rests
_CREATE = os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
_LOOK = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0)


def create(path: Path, data: bytes) -> bool:
    """Write a new file; False, and nothing is changed, where anything has that name."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = _written(path.parent, data)
    try:
        return renamed(new, path) and _settled(path.parent)
    finally:
        new.unlink(missing_ok=True)


def replace(path: Path, seen: bytes, data: bytes) -> bool:
    """Put other bytes in the place of those that were seen; False, and nothing is changed, where others stand there.

    A link stays a link: what it leads to is replaced. Mode, owner and attributes are those of the old file.
    """
    target = Path(os.path.realpath(path))
    if target.parent != path.parent:
        sweep(target.parent)
    if _bytes(target) != seen:
        return False
    new = _written(target.parent, data, like=target)
    slot = _slot(target, seen, data)
    try:
        os.replace(new, slot)
        return _exchanged(slot, target, seen, data) and _settled(target.parent)
    finally:
        new.unlink(missing_ok=True)


def remove(path: Path, seen: bytes) -> bool:
    """Take a file away; False, and nothing is changed, where it holds other bytes than were seen."""
    if _bytes(path) != seen:
        return False
    slot = _slot(path, seen, seen)
    os.replace(path, slot)
    if rests(slot, seen):
        slot.unlink()
        return _settled(path.parent)
    _put_back(slot, path)
    return False


def move(path: Path, new: Path) -> bool:
    """Give a file another name in its folder; False, and nothing is changed, where anything has that name."""
    return renamed(path, new) and _settled(new.parent)


def sweep(folder: Path) -> None:
    """Clear away what a run that was killed has left in a folder; what an editor saved just then is put back."""
    try:
        names = [name for name in os.listdir(folder) if name.startswith(_OURS)]
    except OSError:
        return
    for name in names:
        path = folder / name
        if _NEW.fullmatch(name):
            path.unlink(missing_ok=True)
        elif told := _SLOT.fullmatch(name):
            _swept(path, folder / told[3], told[1], told[2])


def is_ours(name: str) -> bool:
    """Whether a file has a name that is ours while it is being written."""
    return _NEW.fullmatch(name) is not None or _SLOT.fullmatch(name) is not None


# ---- the exchange --------------------------------------------------------------------------------------------------


def _slot(target: Path, seen: bytes, data: bytes) -> Path:
    """Where a file stands while it changes places with another."""
    return target.with_name(f"{_OURS}{_digest(seen)}-{_digest(data)}-{target.name}")


def _exchanged(slot: Path, target: Path, seen: bytes, data: bytes) -> bool:
    """Exchange our file in the slot with the target: True where what came out is what was seen, and is gone."""
    if _bytes(target) != seen:
        slot.unlink()
        return False
    if not exchange(slot, target):
        os.replace(slot, target)
        return True
    put, expected, is_ours = data, seen, True
    for _ in range(_ROUNDS):
        if rests(slot, expected):
            slot.unlink()
            return is_ours
        # Somebody's own words came out: they go back, and what stands there by now comes out.
        put, expected, is_ours = _bytes(slot) or b"", put, False
        exchange(slot, target)
    _put_back(slot, target)
    return False


def _swept(slot: Path, target: Path, seen: str, data: str) -> None:
    """What is left in a slot: what was seen or made by us goes, anything else was saved by somebody."""
    known = (seen, data)
    if _digest(_bytes(slot)) not in known and _digest(_bytes(target)) == data:
        exchange(slot, target)
    if _digest(_bytes(slot)) in known:
        slot.unlink(missing_ok=True)
    else:
        _put_back(slot, target)


def _put_back(slot: Path, path: Path) -> None:
    """Somebody's words to where they were; beside it, in sight, where something else stands there."""
    number = 0
    while not renamed(slot, path.with_name(f"{path.name}.saved-{number}") if number else path):
        number += 1


# ---- files ---------------------------------------------------------------------------------------------------------


def _written(folder: Path, data: bytes, like: Path | None = None) -> Path:
    """A new file under a name of ours, on the disk, with the mode, owner and attributes of another."""
    path = folder / f"{_OURS}{secrets.token_hex(8)}.new"
    try:
        handle = os.open(path, _CREATE, 0o666)
        with open(handle, "wb") as file:
            file.write(data)
            file.flush()
            if like is not None:
                _take_after(file.fileno(), like)
            os.fsync(file.fileno())
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return path


def _take_after(handle: int, like: Path) -> None:
    """Give an open file the owner, attributes and mode of another, as far as this user may."""
    status = os.stat(like)
    if hasattr(os, "fchown"):
        own = os.fstat(handle)
        if (own.st_uid, own.st_gid) != (status.st_uid, status.st_gid):
            for owner in ((-1, status.st_gid), (status.st_uid, -1)):
                with suppress(OSError):
                    os.fchown(handle, *owner)
    if sys.platform == "linux":
        with suppress(OSError):
            for name in os.listxattr(like):
                with suppress(OSError):
                    os.setxattr(handle, name, os.getxattr(like, name))
    if hasattr(os, "fchmod"):
        os.fchmod(handle, stat.S_IMODE(status.st_mode))


def _bytes(path: Path) -> bytes | None:
    """What a regular file holds; None where there is none."""
    try:
        with open(os.open(path, _LOOK), "rb") as file:
            return file.read() if stat.S_ISREG(os.fstat(file.fileno()).st_mode) else None
    except OSError:
        return None


def rests(path: Path, expected: bytes) -> bool:
    """Whether a file holds these bytes, and no program has it open to write others into it."""
    try:
        handle = os.open(os.path.realpath(path), _LOOK)
    except OSError:
        return False
    with open(handle, "rb") as file:
        return not _is_being_written(handle) and file.read() == expected


def _is_being_written(handle: int) -> bool:
    """Whether any program has a file open for writing, where the system tells: it then grants nobody a read lease."""
    if sys.platform != "linux":
        return False
    import fcntl
    import signal

    try:
        fcntl.fcntl(handle, fcntl.F_SETSIG, signal.SIGURG)  # what is sent when a lease is broken: one that does no harm
        fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_RDLCK)
    except BlockingIOError:
        return True
    except OSError:
        return False  # another's file, or a file system without leases
    fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    return False


def _digest(data: bytes | None) -> str:
    return "" if data is None else blake2b(data, digest_size=8).hexdigest()


def _settled(folder: Path) -> bool:
    """See that the names in a folder are on its disk; True."""
    if sys.platform != "win32":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
    return True
