"""A folder: a mounted share, a synchronised folder, what a server on this machine reads."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from briefgen.model.problems import BriefgenError
from briefgen.publish.deploy.plan import FAILED, Far, Plan, Progress, far_from
from briefgen.publish.output import MANIFEST, files_below, remove_empty_above

_NEW = ".briefgen-new"


@dataclass(frozen=True, slots=True)
class Folder:
    """The site in a folder. Each file takes its place whole."""

    path: Path

    @property
    def name(self) -> str:
        """The folder."""
        return str(self.path)

    def look(self) -> Far:
        """Every file below the folder; what an interrupted deploy left half written is not counted."""
        if self.path.is_symlink() and not self.path.exists():
            raise BriefgenError(f"{self.path} is a link that leads nowhere", code=FAILED)
        if self.path.exists() and not self.path.is_dir():
            raise BriefgenError(f"{self.path} is not a folder", code=FAILED)
        manifest = self.path / MANIFEST
        there = (name for name in files_below(self.path) if not name.endswith(_NEW))
        return far_from(manifest.read_bytes() if manifest.is_file() else None, there)

    def carry_out(self, plan: Plan, output: Path, say: Progress) -> None:
        """Put file by file, then the manifest, then delete."""
        total = len(plan.uploads) + len(plan.deletions)
        try:
            self._put(MANIFEST, plan.before)
            for done, path in enumerate(plan.uploads, 1):
                self._put(path, (output / path).read_bytes())
                say("deploying", done, total)
            for done, path in enumerate(plan.deletions, len(plan.uploads) + 1):
                (self.path / path).unlink(missing_ok=True)
                remove_empty_above(self.path / path, self.path)
                say("deploying", done, total)
            self._put(MANIFEST, plan.after)
            for name in [*files_below(self.path)]:
                if name.endswith(_NEW):
                    (self.path / name).unlink(missing_ok=True)
        except OSError as error:
            raise BriefgenError(f"{self.path}: {error.strerror}: {error.filename}", _AGAIN, code=FAILED) from error

    def _put(self, path: str, data: bytes) -> None:
        target = self.path / path
        target.parent.mkdir(parents=True, exist_ok=True)
        new = target.with_name(f".{target.name}{_NEW}")
        new.write_bytes(data)
        new.replace(target)


_AGAIN = "The site there works; deploy again to finish."
