"""What a deploy does, worked out from two tables of hashes: what the site is, and what our manifest there says.

The far end's own times and sizes are never asked. Pages come after what they need, the manifest after
all of them, deletions last. A style sheet whose name carries its hash stays for one more deploy: a page
that somebody still has open asks for it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from briefgen.model.problems import BriefgenError
from briefgen.publish.output import MANIFEST, Listing, rank

FAILED = 3  # the exit status of a deploy that could not be carried out
_FINGERPRINTED = re.compile(r"\.[0-9a-f]{10}\.\w+$")


@dataclass(frozen=True, slots=True)
class Far:
    """What is at the far end: every file there, and those that an earlier deploy put there, with their hashes.

    `stale` are fingerprinted files that the site no longer has, and that the next deploy deletes;
    `begun` are files that an interrupted deploy may have put there or changed.
    """

    files: frozenset[str] = frozenset()
    ours: Mapping[str, str] = field(default_factory=dict)
    stale: Mapping[str, str] = field(default_factory=dict)
    begun: frozenset[str] = frozenset()
    has_manifest: bool = False
    is_damaged: bool = False  # there is a manifest, and it cannot be read

    @property
    def known(self) -> frozenset[str]:
        """All that we put there."""
        return frozenset((*self.ours, *self.stale, *self.begun, MANIFEST))

    @property
    def foreign(self) -> frozenset[str]:
        """All that we did not put there."""
        return self.files - self.known if self.has_manifest else self.files


@dataclass(frozen=True, slots=True)
class Plan:
    """What is put where, in order; what is deleted after that; and the manifests before and after."""

    uploads: tuple[str, ...]
    deletions: tuple[str, ...]
    unchanged: int
    before: bytes  # tells of what has been begun
    after: bytes

    @property
    def is_nothing(self) -> bool:
        """Whether there is nothing to do."""
        return not self.uploads and not self.deletions


class Target(Protocol):
    """Where a site goes. Both methods raise BriefgenError (code 3) where the far end fails."""

    @property
    def name(self) -> str:
        """What the far end is called when it is spoken of."""

    def look(self) -> Far:
        """What is there."""

    def carry_out(self, plan: Plan, output: Path, say: Progress) -> None:
        """Do what a plan says, in its order. Cut short anywhere it leaves a site that works."""


class Progress(Protocol):
    """Told of each file that has gone, of how many."""

    def __call__(self, step: str, done: int, total: int, /) -> None:
        """One more is done."""


def far_from(manifest: bytes | None, files: Iterable[str]) -> Far:
    """What is at the far end, by its manifest and a list of its files; nothing of it is ours where it is damaged."""
    there = frozenset(files)
    if manifest is None:
        return Far(there)
    try:
        told = json.loads(manifest)
        ours, stale = dict(told["files"]), dict(told.get("stale", {}))
        begun = frozenset(map(str, told.get("begun", ())))
    except (ValueError, KeyError, TypeError):
        return Far(there, is_damaged=True)
    return Far(there, ours, stale, begun, has_manifest=True)


def planned(site: Mapping[str, str], far: Far, *, adopt: bool = False, most_deletions: int = 100) -> Plan:
    """What has to be done so that the far end holds the site, and all that is not ours besides.

    Raises BriefgenError where the far end holds something and is not ours, where a file of somebody
    else's stands at an address of the site, or where more would be deleted than is allowed.
    """
    if not site:
        raise BriefgenError("the site is empty", "Nothing is deployed from an empty build.", code=FAILED)
    if far.is_damaged:
        hint = f"The machine that deployed last has a copy: deploy from there. Or put an older {MANIFEST} back."
        raise BriefgenError("the manifest at the far end is damaged", hint, code=FAILED)
    if not far.has_manifest and far.files and not adopt:
        hint = "Name an empty one; or deploy with --adopt, which keeps all that is there."
        raise BriefgenError(f"the destination holds {_some(far.files)}, and no site of ours", hint, code=FAILED)
    if in_the_way := far.foreign & site.keys():
        hint = "Nothing there is overwritten: move them away, or choose another destination."
        raise BriefgenError(f"the site needs names that are taken there: {_some(in_the_way)}", hint, code=FAILED)
    there = {path: sha for path, sha in far.ours.items() if path in far.files}
    uploads = tuple(sorted((path for path, sha in site.items() if there.get(path) != sha), key=rank))
    gone = {path: far.ours[path] for path in far.ours.keys() - site.keys()}
    stale = {path: sha for path, sha in gone.items() if _FINGERPRINTED.search(path)}
    left = (far.stale.keys() | far.begun | gone.keys()) - stale.keys() - site.keys()
    deletions = tuple(sorted(left & far.files))
    if len(deletions) > most_deletions:
        hint = f"If that is meant, say --max-deletes {len(deletions)}."
        message = f"{len(deletions):,} files would be deleted, and at most {most_deletions:,} may be"
        raise BriefgenError(message, hint, code=FAILED)
    # While it is under way nobody knows which of two states a file is in: it is ours, and its hash is not told.
    settled = {path: sha for path, sha in far.ours.items() if path not in uploads}
    before = _manifest(settled, far.stale, sorted((set(uploads) | far.begun) - settled.keys()))
    return Plan(uploads, deletions, len(site) - len(uploads), before, _manifest(site, stale, ()))


def _manifest(files: Mapping[str, str], stale: Mapping[str, str], begun: Sequence[str]) -> bytes:
    told: dict[str, object] = {"briefgen": 1, "files": dict(files)}
    if stale:
        told["stale"] = dict(stale)
    if begun:
        told["begun"] = list(begun)
    return (json.dumps(told, indent=0, sort_keys=True) + "\n").encode()


def _some(files: Iterable[str]) -> str:
    listed = sorted(files)
    more = f" and {len(listed) - 3:,} more" if len(listed) > 3 else ""
    return f"{', '.join(listed[:3])}{more}"


def site_of(output: Path) -> dict[str, str]:
    """The files of a built site with their hashes, without its manifest."""
    return Listing.of(output).files()


def headers_of(path: str) -> dict[str, str]:
    """The type of a file, and how long it may be kept by who has read it."""
    suffix = path.rpartition(".")[2].lower() if "." in path.rpartition("/")[2] else ""
    kept = (
        "public, max-age=31536000, immutable" if _FINGERPRINTED.search(path) else "public, max-age=0, must-revalidate"
    )
    return {"Content-Type": _TYPES.get(suffix, "application/octet-stream"), "Cache-Control": kept}


_TYPES = {
    "html": "text/html; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "xml": "application/xml; charset=utf-8",
    "json": "application/json; charset=utf-8",
    "txt": "text/plain; charset=utf-8",
    "svg": "image/svg+xml",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "webp": "image/webp",
    "avif": "image/avif",
    "pdf": "application/pdf",
    "csv": "text/csv; charset=utf-8",
    "woff2": "font/woff2",
    "mp4": "video/mp4",
    "mp3": "audio/mpeg",
}
