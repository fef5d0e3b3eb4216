"""From a name or an alias to the actor who bears it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from briefgen.model.entries import Actor, ActorId


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
