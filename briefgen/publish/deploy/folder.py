"""A folder: a mounted share, a synchronised folder, what a server on this machine reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from briefgen.disk.below import NEW, Below
from briefgen.disk.exchange import flush
from briefgen.model.problems import BriefgenError
from briefgen.publish.deploy.plan import FAILED, MOST_TOLD, Far, Plan, Progress, far_from
from briefgen.publish.output import MANIFEST
from briefgen.publish.tree import files_below


@dataclass(frozen=True, slots=True)
class Folder:
    """The site in a folder. Each file takes its place whole; nothing is written or deleted through a link below it."""

    path: Path

    @property
    def name(self) -> str:
        """The folder."""
        return str(self.path)

    def look(self) -> Far:
        """Every file below the folder; what an interrupted deploy left half written is not counted."""
        if self.path.is_symlink() and not self.path.exists():
            raise BriefgenError(f"{self.path} is a link that leads nowhere", code=FAILED)
        if not self.path.exists():
            return Far()
        if not self.path.is_dir():
            raise BriefgenError(f"{self.path} is not a folder", code=FAILED)
        with self._told(MANIFEST):
            manifest = Below(self.path).read(MANIFEST, MOST_TOLD)
        return far_from(manifest, (name for name in files_below(self.path) if not _is_left(name)))

    def carry_out(self, plan: Plan, output: Path, say: Progress) -> None:
        """Put file by file, then delete, then put the manifest, each step on the disk before the next one begins."""
        with self._told(""):
            self.path.mkdir(parents=True, exist_ok=True)
        total = len(plan.uploads) + len(plan.deletions)
        self._put(MANIFEST, plan.before, is_synced=True)
        self._delete(plan.first)
        for done, path in enumerate(plan.uploads, 1):
            self._put(path, (output / path).read_bytes())
            say("deploying", done, total)
        self._flush()
        self._delete(plan.last)
        self._delete([name for name in files_below(self.path) if _is_left(name)])
        self._flush()
        say("deploying", total, total)
        self._put(MANIFEST, plan.after, is_synced=True)

    def _put(self, path: str, data: bytes, *, is_synced: bool = False) -> None:
        with self._told(path):
            Below(self.path).put(path, data, is_synced=is_synced)

    def _delete(self, paths: Iterable[str]) -> None:
        for path in paths:
            with self._told(path):
                Below(self.path).delete(path)

    def _flush(self) -> None:
        with self._told(""):
            flush(self.path)

    @contextmanager
    def _told(self, path: str) -> Iterator[None]:
        """A failure of the system in a sentence that names the file."""
        try:
            yield
        except OSError as error:
            raise BriefgenError(f"{self.path / path}: {error.strerror}", _AGAIN, code=FAILED) from error


def _is_left(name: str) -> bool:
    """Whether a file is one that an interrupted deploy did not finish."""
    return name.rpartition("/")[2] == NEW


_AGAIN = "The site there works; deploy again to finish."
