"""Slugs, and from a name or an alias to the actor who bears it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from briefgen.model.entries import Actor, ActorId

ID = re.compile(r"[a-z0-9][a-z0-9_-]*")
LONGEST_SLUG = 60

# Names that a file system or a host keeps for itself.
_RESERVED = frozenset(
    ("con", "prn", "aux", "nul", "index", "404", *(f"com{n}" for n in range(1, 10)), *(f"lpt{n}" for n in range(1, 10)))
)
_LETTERS = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "þ": "th", "ı": "i", "'": "", "’": ""}
)
_OTHER = re.compile(r"[^a-z0-9]+")


def slug(name: str) -> str:
    """A name as an address: a-z, 0-9 and hyphens, at most 60 characters; never empty and never a reserved name.

    Letters lose their marks (NFKC, case folded, NFD); what has no such letter is spelt as code points.
    """
    folded = unicodedata.normalize("NFKC", name).casefold().translate(_LETTERS)
    bare = "".join(c for c in unicodedata.normalize("NFD", folded) if not unicodedata.combining(c))
    spelt = "".join(c if c.isascii() or not c.isalnum() else f"-{ord(c):x}-" for c in bare)
    made = _OTHER.sub("-", spelt).strip("-")[:LONGEST_SLUG].rstrip("-") or "x"
    return f"{made}-x" if made in _RESERVED else made


def key(name: str) -> str:
    """The form in which two names are compared: composed, without case, each run of white space one space."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


# Letters of other scripts that look like Latin ones: a small part of Unicode's confusables.txt, for warnings only.
_LOOKS_LIKE = str.maketrans("аеорсухіјѕԁһӏοανρτικ", "aeopcyxijsdhloavptik")


def skeleton(name: str) -> str:
    """A name as it looks at a glance: two names with one skeleton may be mistaken for each other."""
    return key(name).translate(_LOOKS_LIKE)


@dataclass(frozen=True, slots=True)
class Names:
    """Who bears which id, name or strong alias; a shared one leads to nobody."""

    bearers: Mapping[str, tuple[ActorId, ...]]

    def actor(self, name: str) -> ActorId | None:
        """The one actor of that id, name or strong alias; None if there is none or more than one."""
        found = self.bearers.get(key(name), ())
        return found[0] if len(found) == 1 else None

    def shared(self) -> dict[str, tuple[ActorId, ...]]:
        """Names that more than one actor bears."""
        return {name: actors for name, actors in self.bearers.items() if len(actors) > 1}


def names(actors: Iterable[Actor]) -> Names:
    """The register of all ids, names and strong aliases. An id belongs to its actor alone."""
    register: dict[str, dict[ActorId, None]] = {}
    listed = list(actors)
    for actor in listed:
        for name in (actor.name, *actor.aliases):
            register.setdefault(key(name), {})[actor.id] = None
    register.update({key(actor.id): {actor.id: None} for actor in listed})
    return Names({name: tuple(bearers) for name, bearers in register.items()})


def name_from_id(actor: ActorId) -> str:
    """`bo-reed` as `Bo Reed`: what an actor without a file is called."""
    return " ".join(word[:1].upper() + word[1:] for word in actor.replace("_", "-").split("-") if word)
