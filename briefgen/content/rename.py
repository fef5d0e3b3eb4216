"""An actor's id changed wherever it stands: in front matters by place, in bodies in links; not a comment is touched."""

from __future__ import annotations

import re
from collections.abc import Iterator

from briefgen.content.front_matter import parse
from briefgen.content.read import PROPOSALS
from briefgen.content.spots import Edits, Front, Spot, add_pair, add_to_block, add_to_flow, spots
from briefgen.model.problems import BriefgenError, Problem

# Where actors stand in each kind of file: paths of keys; `[]` is each item of a list, or the one value in its place.
PLACES: dict[str, tuple[str, ...]] = {
    "briefs": (
        "actors[]", "actors[].id", "key_facts[].asserted_by[]", "key_facts[].citing[]", "key_facts[].about[]",
        "key_facts[].accuses[]", "denials[].by[]", "denials[].on_behalf_of[]", "open_questions[].about[]",
    ),
    "actors": ("affiliations[].to", "not_same_as[]"),
    "sources": ("publisher", "credits[]"),
    "pages": (),
}  # fmt: skip
PLACES |= {PROPOSALS: PLACES["briefs"]}
_LINK = re.compile(r"(\[\[\s*(?:actor:\s*)?)([^\[\]\n|:]+?)(\s*(?:\||\]\]))")


def renamed(text: str, kind: str, old: str, new: str, name: str) -> str:
    """A file's text with one actor's id in the place of another.

    Raises BriefgenError where the file cannot be read, or is written in a form that this cannot be done to.
    """
    matter = parse(text, name)
    if isinstance(matter, Problem):
        raise BriefgenError(f"{matter.place}: {matter.message}", matter.hint, code=1)
    if old not in text and "\\" not in text:
        return text
    front, edits = spots(text, name), Edits(text)
    said = matter.root.plain()
    for path in PLACES[kind]:
        steps = path.replace("[]", ".[]").split(".")
        said = _said_with(said, steps, old, new)
        for spot in _at(front.root, steps):
            if spot.text == old:
                _put(edits, spot, old, new)
    start = len(text) - len(matter.body)
    for found in _LINK.finditer(matter.body):
        if found[2] == old:
            edits.cut(start + found.start(2), start + found.end(2))
            edits.insert(start + found.start(2), new)
    after = edits.result()
    _agreed(after, said, name)
    return after


def with_redirect(text: str, old: str, name: str) -> str:
    """An actor's text that remembers the id it had: its old address leads on. It does so once, however often asked."""
    matter = parse(text, name)
    assert not isinstance(matter, Problem)
    said = matter.root.plain()
    assert isinstance(said, dict)
    before = said.get("redirect_from") or []
    before = [before] if isinstance(before, str) else before
    if old in before:
        return text
    edits = Edits(text)
    _remember(spots(text, name), edits, old)
    after = edits.result()
    _agreed(after, said | {"redirect_from": [*before, old]}, name)
    return after


def _remember(front: Front, edits: Edits, old: str) -> None:
    spot = front.root.pairs.get("redirect_from")
    if spot is None:
        add_pair(front, edits, front.root, "redirect_from", f" [{old}]")
    elif spot.is_empty:
        edits.insert(spot.end, f" [{old}]")
    elif spot.text is not None:
        edits.insert(spot.start, "[")
        edits.insert(spot.end, f", {old}]")
    elif spot.is_flow:
        add_to_flow(front, edits, spot, old)
    else:
        add_to_block(front, edits, spot, f"- {old}\n")


def _agreed(after: str, wanted: object, name: str) -> None:
    """See that a changed text says what it should."""
    matter = parse(after, name)
    if isinstance(matter, Problem) or matter.root.plain() != wanted:
        told = "is written in a form in which an id cannot be changed by itself"
        raise BriefgenError(f"{name} {told}", "Change the id in it by hand, and run this again.", code=1)


def _put(edits: Edits, spot: Spot, old: str, new: str) -> None:
    """The new id in the place of the old one, in the quotes that it stands in."""
    written = edits.text[spot.start : spot.end]
    if written.count(old) == 1 or written.startswith(("|", ">")):  # a block, with a comment before it perhaps
        start = spot.start + written.rindex(old)
        edits.cut(start, start + len(old))
        edits.insert(start, new)
    else:  # it is spelt with escapes, or its quotes run over lines
        edits.cut(spot.start, spot.end)
        edits.insert(spot.start, f'"{new}"')


def _at(spot: Spot, path: list[str]) -> Iterator[Spot]:
    if not path:
        yield spot
    elif path[0] == "[]":
        for item in spot.items or [spot]:
            yield from _at(item, path[1:])
    elif path[0] in spot.pairs:
        yield from _at(spot.pairs[path[0]], path[1:])


def _said_with(said: object, path: list[str], old: str, new: str) -> object:
    """The data with the new id where a path leads to the old one."""
    if not path:
        return new if said == old else said
    if path[0] == "[]":
        if isinstance(said, list):
            return [_said_with(each, path[1:], old, new) for each in said]
        return _said_with(said, path[1:], old, new)
    if isinstance(said, dict) and path[0] in said:
        return said | {path[0]: _said_with(said[path[0]], path[1:], old, new)}
    return said
