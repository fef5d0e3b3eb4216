"""Results of pure steps, kept one by one in `.briefgen/memory/`: a cache that any build may find empty.

Records lie in an SQLite file. The manifest beside it knows the state in which a build left the file, and its name;
each record is sealed under its kind and key, and read as what its class says. What does not fit is not believed.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from briefgen.disk.sealed import Sealed, begun, clear
from briefgen.project.states import State, own_state_of
from briefgen.project.typed import Wrong, decoded, encoded

RECORDS = "records.db"
Record = tuple[str, object]  # a key, and a dataclass
T = TypeVar("T")


class Damaged(Exception):
    """A record is not as it was written, or the file is none of ours."""


@dataclass(frozen=True, slots=True)
class Named:
    """The name of the build that wrote the records."""

    name: str


class Records:
    """Records by class and key. Reading raises Damaged where the file cannot be believed.

    A file that is not in the `state` in which it was left is not even opened.
    """

    def __init__(self, sealed: Sealed, memory: str, name: str, state: State) -> None:
        self._sealed, self._path = sealed, os.path.join(sealed.state, memory, RECORDS)
        is_as_left = state and own_state_of(self._path) == state
        if not is_as_left or any(os.path.lexists(f"{self._path}{suffix}") for suffix in _BESIDE):
            raise Damaged("the records are not as they were left")
        try:
            self._file = sqlite3.connect(f"file:{self._path}?mode=rw", uri=True, isolation_level=None)
            self._file.execute("PRAGMA synchronous=OFF")
            self._file.execute("PRAGMA journal_mode=MEMORY")
        except sqlite3.Error as error:
            raise Damaged(str(error)) from error
        if self.get(Named, "") != Named(name):
            raise Damaged("the records are another build's")

    def get(self, kind: type[T], key: str) -> T | None:
        """A record, or None where there is none."""
        name = kind.__name__
        try:
            row = self._file.execute("SELECT value FROM record WHERE kind = ? AND key = ?", (name, key)).fetchone()
        except sqlite3.Error as error:
            raise Damaged(str(error)) from error
        return None if row is None else self._read(kind, key, row[0])

    def all(self, kind: type[T]) -> Iterator[tuple[str, T]]:
        """Every record of a class with its key."""
        try:
            for key, value in self._file.execute("SELECT key, value FROM record WHERE kind = ?", (kind.__name__,)):
                yield key, self._read(kind, key, value)
        except sqlite3.Error as error:
            raise Damaged(str(error)) from error

    def put(self, records: Iterable[Record], name: str) -> State:
        """Write records, all of them or none, under the name of a new build; the state in which the file then is."""
        try:
            self._file.execute("BEGIN IMMEDIATE")
            self._file.executemany(_INSERT, _rows(self._sealed, (*records, ("", Named(name)))))
            self._file.execute("COMMIT")
        except sqlite3.Error as error:
            raise Damaged(str(error)) from error
        self.close()
        return own_state_of(self._path)

    def close(self) -> None:
        """Let the file go."""
        self._file.close()

    def _read(self, kind: type[T], key: object, value: object) -> T:
        data = self._sealed.unseal(_name(kind, key), value) if isinstance(value, bytes) else None
        if data is None:
            raise Damaged("a record is not as it was written")
        try:
            return decoded(kind, data)
        except Wrong as error:
            raise Damaged(str(error)) from error


def write_records(sealed: Sealed, memory: str, records: Iterable[Record], name: str) -> State:
    """Put a new file of records in the place of the last one; the state in which it is left.

    Raises OSError or sqlite3.Error where it cannot be written.
    """
    path = sealed.place(f"{memory}/{RECORDS}")
    new = f"{path}.new"
    for suffix in _BESIDE:
        clear(f"{new}{suffix}")
        clear(f"{path}{suffix}")
    begun(new)
    file = sqlite3.connect(new, isolation_level=None)
    try:
        file.execute("PRAGMA synchronous=OFF")
        file.execute("PRAGMA journal_mode=OFF")
        file.execute("CREATE TABLE record (kind TEXT, key TEXT, value BLOB, PRIMARY KEY (kind, key)) WITHOUT ROWID")
        file.execute("BEGIN")
        file.executemany(_INSERT, sorted(_rows(sealed, (*records, ("", Named(name))))))
        file.execute("COMMIT")
    finally:
        file.close()
    if os.path.isdir(path) and not os.path.islink(path):
        clear(path)
    os.replace(new, path)
    return own_state_of(path)


_BESIDE = ("-journal", "-wal", "-shm")  # what SQLite takes for its own where it stands beside a file
_INSERT = "INSERT OR REPLACE INTO record VALUES (?, ?, ?)"


def _name(kind: type, key: object) -> str:
    """The name under which a record is sealed."""
    return f"record {kind.__name__} {key}"


def _rows(sealed: Sealed, records: Iterable[Record]) -> Iterator[tuple[str, str, bytes]]:
    for key, value in records:
        kind = type(value)
        yield kind.__name__, key, sealed.seal(_name(kind, key), encoded(value))
