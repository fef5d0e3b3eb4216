"""What a deploy does, worked out from two tables of hashes: what the site is, and what our manifest there says.

The far end's own times and sizes are never asked. Pages come after what they need, the manifest after
all of them, deletions last. A style sheet whose name carries its hash stays for one more deploy: a page
that somebody still has open asks for it.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from briefgen.model.headers import type_of
from briefgen.model.problems import BriefgenError
from briefgen.publish.output import MANIFEST, Listing, rank

FAILED = 3  # the exit status of a deploy that could not be carried out
MOST_TOLD = 64 << 20  # bytes of a manifest at the far end: ten times what a site of forty thousand files needs
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
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
    damage: str = ""  # what is the matter with the manifest that is there, so that it cannot be believed
    has_keys: bool = False  # not files: a key may begin with another and a slash, and holds no control character

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

    @property
    def first(self) -> tuple[str, ...]:
        """Deletions that no upload can wait for: files where folders have to be, and the other way round."""
        return tuple(sorted(_clashes(self.uploads, self.deletions)))

    @property
    def emptied(self) -> tuple[str, ...]:
        """Folders that have to go with those, the deepest first: where files have to be, and below."""
        files = set(self.uploads)
        folders = {folder for path in self.first for folder in _above(path)}
        emptied = (each for each in folders if each in files or files & set(_above(each)))
        return tuple(sorted(emptied, key=lambda folder: (-folder.count("/"), folder)))

    @property
    def last(self) -> tuple[str, ...]:
        """All other deletions."""
        return tuple(sorted(set(self.deletions) - set(self.first)))


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
        if len(manifest) > MOST_TOLD:
            raise _Untrue(f"it has {len(manifest):,} bytes")
        told = json.loads(manifest)
        ours, stale = _sums(told["files"]), _sums(told.get("stale", {}))
        begun = frozenset(_name(path) for path in _list(told.get("begun", [])))
    except _Untrue as error:
        return Far(there, damage=str(error))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return Far(there, damage="it is not what a deploy writes")
    return Far(there, ours, stale, begun, has_manifest=True)


class _Untrue(Exception):
    """A manifest says what none can say."""


def _sums(told: object) -> dict[str, str]:
    """A table of names and hashes out of a manifest. Raises TypeError or _Untrue where it is something else."""
    if not isinstance(told, dict) or not all(isinstance(sha, str) for sha in told.values()):
        raise TypeError
    return {_name(path): sha for path, sha in told.items()}


def _list(told: object) -> list[object]:
    if not isinstance(told, list):
        raise TypeError
    return told


def _name(path: object) -> str:
    if not isinstance(path, str):
        raise TypeError
    if not is_name(path):
        raise _Untrue(f"it names {path[:80]!r}")
    return path


def is_name(path: str) -> bool:
    """Whether a path names a file of a site below a destination, and nothing else, wherever that is."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    parts = path.split("/")
    is_foreign = "\0" in path or (os.name == "nt" and ("\\" in path or ":" in path))
    return not is_foreign and path != MANIFEST and not {"", ".", ".."} & set(parts)


def _above(path: str) -> Iterator[str]:
    """Every folder that a path goes through."""
    at = path.find("/")
    while at >= 0:
        yield path[:at]
        at = path.find("/", at + 1)


def _clashes(ours: Iterable[str], others: Iterable[str]) -> set[str]:
    """Those of the others that cannot stand beside ours: a file where ours have a folder, or below a file of ours."""
    ours, others = set(ours), set(others)
    folders = {folder for path in ours for folder in _above(path)}
    return (others & folders) | {path for path in others if any(folder in ours for folder in _above(path))}


def planned(site: Mapping[str, str], far: Far, *, adopt: bool = False, most_deletions: int = 100) -> Plan:
    """What has to be done so that the far end holds the site, and all that is not ours besides.

    Raises BriefgenError where the far end holds something and is not ours, where a file of somebody
    else's stands at an address of the site, or where more would be deleted than is allowed.
    """
    if not site:
        raise BriefgenError("the site is empty", "Nothing is deployed from an empty build.", code=FAILED)
    if strange := sorted(path for path in site if not is_name(path) or (far.has_keys and _CONTROL.search(path))):
        raise BriefgenError(f"the site holds {strange[0]!r}, which cannot be deployed there", code=FAILED)
    if far.damage:
        hint = f"The machine that deployed last has a copy: deploy from there. Or put an older {MANIFEST} back."
        raise BriefgenError(f"the manifest at the far end is damaged: {far.damage}", hint, code=FAILED)
    if not far.has_manifest and far.files and not adopt:
        hint = "Name an empty one; or deploy with --adopt, which keeps all that is there."
        raise BriefgenError(f"the destination holds {_some(far.files)}, and no site of ours", hint, code=FAILED)
    needed = {*site, MANIFEST}
    if in_the_way := (far.foreign & needed) | (set() if far.has_keys else _clashes(needed, far.foreign)):
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
    kept = (
        "public, max-age=31536000, immutable" if _FINGERPRINTED.search(path) else "public, max-age=0, must-revalidate"
    )
    return {"Content-Type": type_of(path), "Cache-Control": kept}
