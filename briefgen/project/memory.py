"""Results of pure steps, kept one by one in `.briefgen/memory/`: a cache that any build may find empty.

Records lie in an SQLite file. It carries the name of the build that wrote it, which the manifest
beside it carries too; each record carries a digest of its own. What does not fit is not believed.
"""

from __future__ import annotations

import os
import pickle
import sqlite3
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from pathlib import Path
from typing import Any

RECORDS = "records.db"
_DIGEST = 8


class Damaged(Exception):
    """A record is not as it was written, or the file is none of ours."""


class Records:
    """Records by kind and key. Reading raises Damaged where the file cannot be believed."""

    def __init__(self, folder: Path, name: str) -> None:
        self._path = folder / RECORDS
        try:
            self._file = sqlite3.connect(f"file:{self._path}?mode=rw", uri=True, isolation_level=None)
            self._file.execute("PRAGMA synchronous=OFF")
            if self.get("name", "") != name:
                raise Damaged("the records are another build's")
        except sqlite3.Error as error:
            raise Damaged(str(error)) from error

    def get(self, kind: str, key: str) -> Any:
        """A record, or None where there is none."""
        try:
            row = self._file.execute("SELECT value FROM record WHERE kind = ? AND key = ?", (kind, key)).fetchone()
        except sqlite3.Error as error:
            raise Damaged(str(error)) from error
        return None if row is None else _loaded(row[0])

    def all(self, kind: str) -> Iterator[tuple[str, Any]]:
        """Every record of a kind with its key."""
        try:
            for key, value in self._file.execute("SELECT key, value FROM record WHERE kind = ?", (kind,)):
                yield key, _loaded(value)
        except sqlite3.Error as error:
            raise Damaged(str(error)) from error

    def put(self, records: Iterable[tuple[str, str, Any]], name: str) -> None:
        """Write records of kind, key and value, all of them or none, under the name of a new build."""
        try:
            self._file.execute("BEGIN IMMEDIATE")
            self._file.executemany(_INSERT, _rows((*records, ("name", "", name))))
            self._file.execute("COMMIT")
        except sqlite3.Error as error:
            raise Damaged(str(error)) from error

    def close(self) -> None:
        """Let the file go."""
        self._file.close()


def write_records(folder: Path, records: Iterable[tuple[str, str, Any]], name: str) -> None:
    """Put a new file of records in the place of the last one."""
    folder.mkdir(parents=True, exist_ok=True)
    new = folder / f"{RECORDS}.new"
    for leaving in (new, folder / f"{RECORDS}.new-journal", folder / f"{RECORDS}-journal"):
        leaving.unlink(missing_ok=True)
    file = sqlite3.connect(new, isolation_level=None)
    try:
        file.execute("PRAGMA synchronous=OFF")
        file.execute("PRAGMA journal_mode=OFF")
        file.execute("CREATE TABLE record (kind TEXT, key TEXT, value BLOB, PRIMARY KEY (kind, key)) WITHOUT ROWID")
        file.execute("BEGIN")
        file.executemany(_INSERT, _rows(sorted((*records, ("name", "", name)), key=lambda r: r[:2])))
        file.execute("COMMIT")
    finally:
        file.close()
    os.replace(new, folder / RECORDS)


_INSERT = "INSERT OR REPLACE INTO record VALUES (?, ?, ?)"


def _rows(records: Iterable[tuple[str, str, Any]]) -> Iterator[tuple[str, str, bytes]]:
    for kind, key, value in records:
        data = pickle.dumps(value, protocol=5)
        yield kind, key, blake2b(data, digest_size=_DIGEST).digest() + data


def _loaded(data: bytes) -> Any:
    if len(data) <= _DIGEST or blake2b(data[_DIGEST:], digest_size=_DIGEST).digest() != data[:_DIGEST]:
        raise Damaged("a record is not as it was written")
    try:
        return pickle.loads(data[_DIGEST:])  # noqa: S301  # the digest says that we wrote it
    except Exception as error:  # whatever unpickling makes of a record of other classes
        raise Damaged(str(error)) from error
