"""What a run leaves in `.briefgen/` for the next one, sealed: it is believed only where it was written.

The key is made of random bytes in a file of that folder, and of the inode and the time of change that the file has.
No copy of the folder has those: what comes with a repository, an archive or the cache of a build service is not
believed, whatever digests it carries. The same seal tells what is damaged or cut short.
"""

from __future__ import annotations

import errno
import os
import stat
from hashlib import blake2b

KEY = "key"
_FORMAT = b"briefgen state 2"  # what another version has sealed is not believed either
_SIZE = 16
_RANDOM = 32
_MOST = 1 << 30
_OPEN = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


class Sealed:
    """The folder of a project's state with its key, which is made when something is sealed for the first time."""

    def __init__(self, state: str) -> None:
        self.state = state
        self._key = _key(os.path.join(state, KEY))

    def seal(self, name: str, data: bytes) -> bytes:
        """Data behind its digest, which holds under this name only."""
        if self._key is None:
            self._key = _new_key(self.place(KEY))
        return self._digest(name, data) + data

    def unseal(self, name: str, sealed: bytes) -> bytes | None:
        """What was sealed under a name; None where it was not sealed here, or is not as it was."""
        data = sealed[_SIZE:]
        return data if self._key is not None and sealed[:_SIZE] == self._digest(name, data) else None

    def read(self, name: str) -> bytes | None:
        """What `write` has put into a file; None where that cannot be believed."""
        sealed = bytes_of(os.path.join(self.state, name))
        return None if sealed is None else self.unseal(name, sealed)

    def write(self, name: str, data: bytes) -> None:
        """Put sealed data into a file, in the place of whatever is there. Raises OSError where that cannot be."""
        sealed, path = self.seal(name, data), self.place(name)
        replaced(path, sealed)

    def place(self, name: str) -> str:
        """The path of a file, its folders made; what stands in their way, a link too, is removed."""
        return place(self.state, name)

    def _digest(self, name: str, data: bytes) -> bytes:
        assert self._key is not None
        seen = blake2b(name.encode() + b"\0", digest_size=_SIZE, key=self._key, person=_FORMAT)
        seen.update(data)
        return seen.digest()


def place(state: str, name: str) -> str:
    """The path of a file in a folder of state, its folders made; what stands in their way, a link too, is removed.

    Raises OSError where the folder of state is a link: nothing is written where that leads.
    """
    folder = state
    if os.path.islink(folder):
        raise NotADirectoryError(errno.ENOTDIR, "a link stands in the place of the folder", folder)
    os.makedirs(folder, exist_ok=True)
    *above, last = name.split("/")
    for each in above:
        folder = os.path.join(folder, each)
        if os.path.islink(folder) or not os.path.isdir(folder):
            clear(folder)
            os.mkdir(folder)
    return os.path.join(folder, last)


def bytes_of(path: str, most: int = _MOST, *, follows: bool = False) -> bytes | None:
    """The bytes of a regular file; None where there is none, a link stands there, or it is larger than `most`."""
    try:
        handle = os.open(path, _OPEN if follows else _OPEN | getattr(os, "O_NOFOLLOW", 0))
    except OSError:
        return None
    try:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode) or status.st_size > most:
            return None
        with open(handle, "rb", closefd=False) as file:
            return file.read(most)
    except OSError:
        return None
    finally:
        os.close(handle)


def replaced(path: str, data: bytes) -> None:
    """Put a whole file in the place of whatever is there."""
    new = f"{path}.new"
    begun(new)
    with open(new, "wb") as file:
        file.write(data)
    if os.path.isdir(path) and not os.path.islink(path):
        clear(path)
    os.replace(new, path)


def begun(path: str) -> None:
    """An empty file in the place of whatever is there, which nobody else may read: it may hold what is withheld."""
    clear(path)
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


def clear(path: str) -> None:
    """Remove whatever stands at a path; what a link leads to is left alone."""
    if os.path.isdir(path) and not os.path.islink(path):
        from shutil import rmtree  # seldom needed, and slow to import

        rmtree(path)
    elif os.path.lexists(path):
        os.unlink(path)


def _key(path: str) -> bytes | None:
    """The key that a file gives; None where it is none of ours."""
    random = bytes_of(path, _RANDOM)
    if random is None or len(random) != _RANDOM:
        return None
    status = os.lstat(path)
    return blake2b(random + f"{status.st_ino} {status.st_ctime_ns}".encode(), digest_size=_RANDOM).digest()


def _new_key(path: str) -> bytes:
    replaced(path, os.urandom(_RANDOM))
    made = _key(path)
    if made is None:
        raise FileNotFoundError(path)
    return made
