"""An actor's id changed wherever it stands: in front matters by place, in bodies in links; not a comment is touched."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from briefgen.content.parts import split
from briefgen.content.spots import Edits, Spot, spots
from briefgen.model.problems import Problem

# Where actors stand in each kind of file: paths of keys; `[]` is each item of a list, or the one value in its place.
_PLACES: Mapping[str, tuple[str, ...]] = {
    "briefs": (
        "actors[]", "actors[].id", "key_facts[].asserted_by[]", "key_facts[].citing[]", "key_facts[].about[]",
        "key_facts[].accuses[]", "denials[].by[]", "denials[].on_behalf_of[]", "open_questions[].about[]",
    ),
    "actors": ("affiliations[].to", "not_same_as[]"),
    "sources": ("publisher", "credits[]"),
    "pages": (),
}  # fmt: skip
_LINK = re.compile(r"(\[\[\s*(?:actor:\s*)?)([^\[\]\n|:]+?)(\s*(?:\||\]\]))")


def renamed(text: str, kind: str, old: str, new: str, name: str) -> str:
    """A file's text with one actor's id in the place of another."""
    parts = split(text, name)
    if isinstance(parts, Problem):
        return text
    front, _ = spots(text, name)
    edits = Edits(text.splitlines(keepends=True))
    for path in _PLACES[kind]:
        for spot in _at(front, path.replace("[]", ".[]").split(".")):
            if spot.text == old:
                edits.cut(spot.start, spot.end)
                edits.insert(spot.start, new)
    changed = edits.result()
    body = parts[1]
    head = changed[: len(changed) - len(body)] if body else changed
    return head + _LINK.sub(lambda found: f"{found[1]}{new}{found[3]}" if found[2] == old else found[0], body)


def with_redirect(text: str, old: str, name: str) -> str:
    """An actor's text that remembers the id it had: its old address leads on."""
    front, fence = spots(text, name)
    edits = Edits(text.splitlines(keepends=True))
    spot = front.pairs.get("redirect_from")
    if spot is None or spot.is_empty:
        if spot is not None:
            line, column = front.keys["redirect_from"]
            edits.insert((line, column + len("redirect_from:")), f" [{old}]")
        else:
            edits.insert((fence, 0), f"redirect_from: [{old}]\n")
    elif spot.is_flow:
        line, column = spot.end
        edits.insert((line, column - 1), f", {old}" if spot.items else old)
    elif spot.items:
        first = spot.items[0]
        indent = edits.lines[first.start[0]][: first.start[1]]
        edits.insert((first.start[0], 0), f"{indent}{old}\n")
    else:
        edits.insert(spot.start, "[")
        edits.insert(spot.end, f", {old}]")
    return edits.result()


def _at(spot: Spot, path: list[str]) -> Iterator[Spot]:
    if not path:
        yield spot
    elif path[0] == "[]":
        for item in spot.items or [spot]:
            yield from _at(item, path[1:])
    elif path[0] in spot.pairs:
        yield from _at(spot.pairs[path[0]], path[1:])
