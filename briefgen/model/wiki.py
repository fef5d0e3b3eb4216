"""`[[target]]` and `[[target|words]]` in a body: what is written, and which actor a name means there."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator
from typing import Literal, get_args

from briefgen.model.entries import Actor, ActorId
from briefgen.model.names import Names, key

Kind = Literal["actor", "fact", "denial", "question", "brief", "source"]

LINK = re.compile(r"\[\[([^\[\]\n|]{1,200})(?:\|([^\[\]\n]{1,400}))?\]\]")
_KINDS: tuple[Kind, ...] = get_args(Kind)


def target(text: str) -> tuple[Kind, str]:
    """What the text between the brackets names, less the words after `|`: without a kind it is an actor."""
    before, colon, name = (part.strip() for part in text.partition(":"))
    for kind in _KINDS:
        if colon and kind == before:
            return kind, name
    return "actor", text.strip()


def targets(body: str) -> Iterator[tuple[Kind, str]]:
    """Everything that the links of a body name. In a table the `|` of a link is written `\\|`."""
    if "[[" in body:
        yield from (target(found[1]) for found in LINK.finditer(body.replace("\\|", "|")))


def meant(name: str, register: Names, known: Container[ActorId], cast: Iterable[Actor]) -> ActorId | None:
    """The actor of an id, name or strong alias; else the one actor of a cast whose weak alias or metonym it is."""
    if actor := register.actor(name) or (ActorId(name) if name in known else None):
        return actor
    weakly = [a.id for a in cast if key(name) in map(key, (*a.weak_aliases, *a.metonyms))]
    return weakly[0] if len(weakly) == 1 else None
