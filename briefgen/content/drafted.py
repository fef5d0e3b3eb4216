"""Files of actors as a draft wrote them: while nobody has decided on an actor a copy is kept in `proposals/`.

A file that says what its copy says has been edited by nobody, and goes when the actor is rejected.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from briefgen.content.door import Door
from briefgen.content.front_matter import parse
from briefgen.content.read import FOLDERS, PROPOSALS
from briefgen.content.save import Change, Saved, add, change, remove
from briefgen.content.spots import Edits, spots, take_items
from briefgen.content.write import write
from briefgen.model.entries import Actor, ActorId
from briefgen.model.problems import Problem

COPY = ".actor.md"  # how the name of a copy ends


def add_drafted(door: Door, content: Path, actor: Actor) -> bool:
    """Write the file of an actor that is proposed; False where there is one by that name."""
    file, copy = _paths(content, actor.id)
    if file.exists():
        return False
    change(door, copy, lambda _: write(actor))
    return add(door, file, write(actor))


def unedited(door: Door, content: Path) -> frozenset[ActorId]:
    """Actors whose files are as a draft wrote them."""
    names = (path.name.removesuffix(COPY) for path in (content / PROPOSALS).glob(f"*{COPY}"))
    return frozenset(actor for actor in map(ActorId, names) if _as_drafted(door, content, actor) is not None)


def take_away(door: Door, content: Path, rejected: Collection[ActorId], kept: Collection[ActorId]) -> Iterator[Change]:
    """Take the files of rejected actors away, and their ids out of the files of others that nobody has edited."""
    drafts = unedited(door, content)
    leaving = {a for a in rejected if a not in kept and (a in drafts or not _paths(content, a)[0].exists())}
    for actor in sorted(drafts - leaving) if leaving else ():
        for path in _paths(content, actor):
            saved = change(door, path, partial(_without_ties, leaving, door.name(path)))
            if saved.is_changed:
                yield path, saved
    for actor in sorted(leaving):
        file, copy = _paths(content, actor)
        data = door.read_bytes(copy) if copy.exists() else None
        for path in (file, copy):  # the copy last: until then it says that the file may go
            if isinstance(data, bytes) and path.exists() and remove(door, path, data):
                yield path, Saved(data, None)


def make_own(door: Door, content: Path, accepted: Collection[ActorId]) -> Iterator[Change]:
    """Forget how the files of accepted actors were drafted: they are the desk's own from now on."""
    for actor in accepted:
        copy = _paths(content, actor)[1]
        data = door.read_bytes(copy) if copy.exists() else None
        if isinstance(data, bytes) and remove(door, copy, data):
            yield copy, Saved(data, None)


def _paths(content: Path, actor: ActorId) -> tuple[Path, Path]:
    return content / FOLDERS[Actor] / f"{actor}.md", content / PROPOSALS / f"{actor}{COPY}"


def _as_drafted(door: Door, content: Path, actor: ActorId) -> bytes | None:
    """What an actor's file says, where it says what its copy does."""
    file, copy = (door.read_bytes(path) if path.exists() else None for path in _paths(content, actor))
    return file if isinstance(file, bytes) and file == copy else None


def _without_ties(leaving: Collection[ActorId], name: str, text: str | None) -> str | None:
    """An actor's text without its ties to actors that leave; None where it has none, or they cannot be taken out."""
    matter = parse(text or "", name)
    if text is None or isinstance(matter, Problem):
        return None
    front, edits = spots(text, name), Edits(text)
    said: Any = matter.root.plain()
    for key, inner in (("affiliations", "to"), ("not_same_as", "")):
        spot = front.root.pairs.get(key)
        if spot is not None and spot.items:
            gone = [(item.pairs[inner] if inner in item.pairs else item).text in leaving for item in spot.items]
            take_items(front, edits, spot, gone)
            said = said | {key: [each for each, is_gone in zip(said[key], gone, strict=True) if not is_gone] or ""}
    after = parse(edits.result(), name)
    told: Any = None if isinstance(after, Problem) else after.root.plain()
    return edits.result() if told is not None and {k: v or "" for k, v in told.items()} == said else None
