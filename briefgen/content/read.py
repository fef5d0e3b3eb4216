"""A folder -> the content of a desk, and every problem met on the way."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from briefgen.content.controls import left_open, may_turn
from briefgen.content.door import ASSET_BYTES, Door
from briefgen.content.evidence import LOCK, Lock, find_evidence, read_lock
from briefgen.content.front_matter import parse
from briefgen.content.parts import ReadEntry, front_of, text_digest
from briefgen.content.shapes import shape
from briefgen.model.entries import Actor, Asset, Brief, Content, DeskPage, Entry, Source
from briefgen.model.ids import why_no_path
from briefgen.model.problems import Place, Problem

FOLDERS: Mapping[type[Entry], str] = {Brief: "briefs", Actor: "actors", Source: "sources", DeskPage: "pages"}
PROPOSALS = "proposals"  # the folder of what was last proposed for each brief: what a merge begins with
_IGNORED = (".", "~", "#")
E = TypeVar("E", bound=Entry)
Spread = Callable[[Callable[[Sequence[Any]], list[Any]], Sequence[Any]], list[Any]]


@dataclass(frozen=True, slots=True)
class Reading:
    """What reading a desk gave. `lock` is the evidence lock as it should be, `lock_is_stale` whether it is not."""

    content: Content
    problems: tuple[Problem, ...]
    lock: Lock
    lock_is_stale: bool = False
    files: Mapping[str, ReadEntry] = field(default_factory=dict)  # by name, as problems print it


def read_content(
    folder: Path,
    door: Door,
    spread: Spread = lambda work, things: work(things),
    remembered: Mapping[str, ReadEntry] | None = None,
) -> Reading:
    """Read all of `content/`: briefs, actors, sources, pages, assets; then look every quote up.

    `spread` is given work that makes one result of each thing, and the things; it may share them
    out among processes. `remembered` are files as they were read before, by name: one whose text is the
    same is not read again.
    """
    problems: list[Problem] = []
    unread: set[str] = set()
    found: dict[type, dict[Any, Any]] = {kind: {} for kind in FOLDERS}
    files = [(kind, path) for kind in FOLDERS for path in _files(folder / FOLDERS[kind], ".md")]
    read = _read_anew(files, door, spread, remembered) if remembered else spread(partial(_read_entries, door), files)
    for (kind, path), each in zip(files, read, strict=True):
        problems += each.problems
        if each.entry is None:
            unread.add(path.stem)
        else:
            found[kind][path.stem] = each.entry
    content = Content(
        briefs=found[Brief],
        actors=found[Actor],
        sources=found[Source],
        pages=found[DeskPage],
        assets=tuple(_assets(folder / "assets", door, problems.append)),
        unread=frozenset(unread),
    )
    lock, wrong = read_lock(folder / LOCK, door)
    evidenced = find_evidence(content, folder / "captures", lock, door, spread)
    stale = evidenced.lock != lock
    problems += [*wrong, *evidenced.problems]
    if stale and not wrong and not any(p.severity == "error" for p in evidenced.problems):
        message = "the lock does not say what the captured texts say"
        place = Place(door.name(folder / LOCK))
        problems.append(Problem(place, "stale-lock", message, "note", "Run `briefgen lock`, and commit the file."))
    by_name = {door.name(path): each for (_, path), each in zip(files, read, strict=True)}
    return Reading(replace(content, captures=evidenced.captures), tuple(problems), evidenced.lock, stale, by_name)


def _read_anew(
    files: Sequence[tuple[type[Entry], Path]], door: Door, spread: Spread, remembered: Mapping[str, ReadEntry]
) -> list[ReadEntry]:
    """Every file as it was read before where its text is the same, else read."""
    known = [_as_before(path, door, remembered) for _, path in files]
    fresh = iter(spread(partial(_read_entries, door), [f for f, each in zip(files, known, strict=True) if not each]))
    return [each or next(fresh) for each in known]


def _as_before(path: Path, door: Door, remembered: Mapping[str, ReadEntry]) -> ReadEntry | None:
    before = remembered.get(door.name(path))
    if before is None or not before.text:
        return None
    text = door.read_text(path)
    return before if isinstance(text, str) and text_digest(text) == before.text else None


def _read_entries(door: Door, files: Iterable[tuple[type[Entry], Path]]) -> list[ReadEntry]:
    return [read_entry(kind, path, door) for kind, path in files]


def read_entry(kind: type[Entry], path: Path, door: Door) -> ReadEntry:
    """The entry of one file, with every problem of the file."""
    name = door.name(path)
    text = door.read_text(path)
    if isinstance(text, Problem):
        return ReadEntry(None, (text,))
    entry, problems = parse_entry(kind, path.stem, text, name)
    return ReadEntry(entry, tuple(problems), text_digest(text), front_of(text, name))


def parse_entry(kind: type[E], stem: str, text: str, name: str) -> tuple[E | None, list[Problem]]:
    """The entry in a text: what `read_entry` does once the file is read. Its stem is its id."""
    front = parse(text, name)
    if isinstance(front, Problem):
        return None, [front]
    entry, problems = shape(kind, stem, front)
    return entry, [*problems, *(left_open(entry) if entry is not None and may_turn(text) else ())]


def _files(folder: Path, suffix: str) -> Iterator[Path]:
    """The files of a folder, by name; editors' leavings are not looked at."""
    try:
        found = sorted(folder.iterdir(), key=lambda p: p.name)
    except (FileNotFoundError, NotADirectoryError):
        return
    for path in found:
        if path.suffix == suffix and not path.name.startswith(_IGNORED) and not path.name.endswith("~"):
            yield path


def _assets(folder: Path, door: Door, report: Callable[[Problem], None]) -> Iterator[Asset]:
    """Files to be copied, with folders, by name."""
    for path in _files_below(folder, door, report):
        name = path.relative_to(folder).as_posix()
        if any(part.startswith(_IGNORED) for part in name.split("/")):
            continue
        place = Place(door.name(path))
        if why := why_no_path(name):
            report(Problem(place, "bad-file-name", f"this cannot be copied: {why}", hint="Rename the file."))
            continue
        data = door.read_bytes(path, ASSET_BYTES)
        if isinstance(data, Problem):
            report(data)
        else:
            yield Asset(name, data, place)


def _files_below(folder: Path, door: Door, report: Callable[[Problem], None]) -> list[Path]:
    """All files below a folder, by path; a folder that cannot be read is a problem, and not one without files."""

    def unread(error: OSError) -> None:
        if not isinstance(error, FileNotFoundError | NotADirectoryError):
            place = Place(door.name(Path(error.filename)))
            report(Problem(place, "unreadable", f"cannot be read: {error.strerror}"))

    return sorted(Path(parent, name) for parent, _, names in os.walk(folder, onerror=unread) for name in names)
