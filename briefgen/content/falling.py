"""What falls with a proposal that is rejected, what lets go of it, and what does not let it fall.

A proposal that is about nothing any more, or is said by nobody, falls too. References to what falls are taken out of
what stays. What a person has accepted does not fall and loses no speaker: it has to be changed first.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from briefgen.model.entries import ActorId, Brief, BriefId, Content, Entry, Ref, refers_to
from briefgen.model.graph import bare_actor, named
from briefgen.model.names import names
from briefgen.model.walk import walk
from briefgen.model.wiki import meant, targets

LISTS = ("actors", "key_facts", "denials", "discrepancies", "open_questions")
KINDS: Mapping[str, str] = {
    "actors": "actor",
    "key_facts": "fact",
    "denials": "denial",
    "discrepancies": "discrepancy",
    "open_questions": "question",
    "assessments": "assessment",
}
Item = Any  # of one of these lists: a fact, a denial, ...
_Gone = tuple[frozenset[str], frozenset[str]]  # references and ids of actors that lead to nothing
At = tuple[str, int]  # a list of a brief, and the number of an item in it
# What an item does without what it names: one that `needs` it falls with the last of them.
Tie = Literal["needs", "lets go"]
REFS: Mapping[str, Mapping[str, Tie]] = {
    "denials": {"denies": "lets go", "may_also_deny": "lets go", "order.before": "lets go", "order.after": "lets go"},
    "discrepancies": {"about": "needs"},
    "open_questions": {"about": "needs", "answered_by": "needs"},
    "assessments": {"about": "needs"},
}
ACTORS: Mapping[str, Mapping[str, Tie]] = {
    "key_facts": {"asserted_by": "needs", "citing": "lets go", "about": "lets go", "accuses": "lets go"},
    "denials": {"by": "needs", "on_behalf_of": "lets go"},
}


@dataclass(frozen=True, slots=True)
class Loose:
    """References to be taken out of one key of an item."""

    at: At
    key: str
    gone: frozenset[str]


@dataclass(frozen=True, slots=True)
class Falls:
    """All that falls, what lets go of it, and why it may not."""

    items: frozenset[At]
    loose: tuple[Loose, ...] = ()
    why_not: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Held:
    """What leads to things of a brief from outside of its items, each with the file that does.

    A fact, denial, question or actor that is held does not fall; `kept` are actors whose files stay in any case.
    """

    things: Mapping[str, str] = field(default_factory=dict)
    actors: Mapping[ActorId, str] = field(default_factory=dict)
    kept: frozenset[ActorId] = frozenset()


@dataclass(frozen=True, slots=True)
class _Use:
    at: At
    key: str
    names: tuple[str, ...]
    tie: Tie
    is_actor: bool


def falls(brief: Brief, chosen: Iterable[At], held: Held) -> Falls:
    """What the rejection of some proposals comes to."""
    uses = list(_uses(brief))
    gone = set(chosen)
    while True:
        names_gone = _names(brief, gone)
        more = {use.at for use in uses if use.at not in gone and _falls_with(use, brief, names_gone)}
        if not more:
            break
        gone |= more
    loose: list[Loose] = []
    why_not = [
        f"{where} leads to {called(brief, at)}"
        for at in sorted(gone)
        if (where := (held.actors if at[0] == "actors" else held.things).get(_item(brief, at).id, ""))
    ]
    for use in uses:
        lost = frozenset(use.names) & _lost(use, names_gone)
        if use.at in gone or not lost:
            continue
        if _may_let_go(use, brief, lost):
            loose.append(Loose(use.at, _whole_order(use, brief, names_gone) or use.key, lost))
        else:
            why_not.append(f"{called(brief, use.at)}, which is accepted, names {', '.join(sorted(lost))}")
    return Falls(frozenset(gone), tuple(dict.fromkeys(loose)), tuple(why_not))


def with_denials(brief: Brief, chosen: Iterable[At]) -> frozenset[At]:
    """Proposals with the denials that are proposed against them: no claim goes out ahead of its denial."""
    chosen = frozenset(chosen)
    refs = {ref for kind, n in chosen if kind == "key_facts" for ref in _refs_to(brief, brief.key_facts[n].id)}
    return chosen | {
        ("denials", n)
        for n, denial in enumerate(brief.denials)
        if denial.review and refs & {*denial.denies, *denial.may_also_deny}
    }


def called(brief: Brief, at: At) -> str:
    """An item as it is spoken of: `the denial no-contact`."""
    item = _item(brief, at)
    name = getattr(item, "id", "") or f"on line {item.place.line}"
    return f"the {KINDS[at[0]]} {name}"


def _item(brief: Brief, at: At) -> Item:
    item: Item = getattr(brief, at[0])[at[1]]
    return item


def _uses(brief: Brief) -> Iterator[_Use]:
    """Every key of every item that names others."""
    for table, is_actor in ((REFS, False), (ACTORS, True)):
        for kind, keys in table.items():
            for number, item in enumerate(getattr(brief, kind)):
                for key, tie in keys.items():
                    if found := _named(item, key):
                        yield _Use((kind, number), key, found, tie, is_actor)


def _named(item: object, key: str) -> tuple[str, ...]:
    for step in key.split("."):
        item = getattr(item, step, None)
    if isinstance(item, str):
        return (item,) if item else ()
    return tuple(str(name) for name in named(item or ()))  # type: ignore[arg-type]


def _names(brief: Brief, gone: Collection[At]) -> _Gone:
    """What leads to nothing once some items are gone: references, and ids of actors."""
    things: dict[bool, set[str]] = {True: set(), False: set()}
    cast: dict[bool, set[str]] = {True: set(), False: set()}
    for kind in ("key_facts", "denials", "actors"):
        for number, item in enumerate(getattr(brief, kind)):
            (cast if kind == "actors" else things)[(kind, number) in gone].add(item.id)
    refs = {ref for id_ in things[True] - things[False] for ref in _refs_to(brief, id_)}
    return frozenset(refs), frozenset(cast[True] - cast[False])


def _refs_to(brief: Brief, id_: str) -> tuple[str, str]:
    return id_, f"{brief.id}#{id_}"


def _lost(use: _Use, gone: _Gone) -> frozenset[str]:
    """What a key may name that leads to nothing: a question may be about an actor, too."""
    return gone[0] | gone[1] if _is_about(use) else gone[use.is_actor]


def _falls_with(use: _Use, brief: Brief, gone: _Gone) -> bool:
    """Whether a proposal is about nothing any more, or said by nobody."""
    is_proposed = bool(getattr(_item(brief, use.at), "review", ""))
    return is_proposed and use.tie == "needs" and _lost(use, gone) >= set(use.names)


def _may_let_go(use: _Use, brief: Brief, lost: frozenset[str]) -> bool:
    """Whether an item does without what it names: what was accepted keeps its actors, and what it rests on."""
    if getattr(_item(brief, use.at), "review", "") or _is_about(use):
        return True
    rests = use.at[0] == "assessments" or (use.tie == "needs" and lost >= set(use.names))
    return not use.is_actor and not rests


def _whole_order(use: _Use, brief: Brief, gone: _Gone) -> str:
    """`order` itself, where it would say before or after nothing any more."""
    order = getattr(_item(brief, use.at), "order", None) if use.key.startswith("order.") else None
    return "order" if order and not {ref for ref in (order.before, order.after) if ref} - gone[0] else ""


def _is_about(use: _Use) -> bool:
    """Whether this is what a question is about: facts, denials and actors, of which it needs none once it is asked."""
    return use.at[0] == "open_questions" and use.key == "about"


# ---- from outside --------------------------------------------------------------------------------------------------


def held_by(content: Content, brief: BriefId, drafts: Collection[ActorId] = ()) -> Held:
    """What leads to things of a brief from outside of its items; `drafts` are actors whose files nobody has edited."""
    things: dict[str, str] = {}
    linked: dict[ActorId, str] = {}
    elsewhere: set[str] = set()  # who has a page because of what other briefs and sources say
    files = content.actors
    register = names(files.values())
    listed = {member.id for each in content.briefs.values() for member in each.actors}
    for other in content.briefs.values():
        if other.id == brief:
            continue
        elsewhere |= {actor for _, actor in walk(other, frozenset(("actor",)))}
        for _, ref in walk(other, frozenset(("ref",))):
            home, local = refers_to(Ref(ref), other.id)
            linked.setdefault(ActorId(ref), other.place.file)
            if home == brief:
                things.setdefault(local, other.place.file)
    for source in content.sources.values():
        elsewhere |= {actor for _, actor in walk(source, frozenset(("actor",)))}
    for actor_file in files.values():
        if actor_file.id not in drafts:
            for other_id in (*(tie.to for tie in actor_file.affiliations), *actor_file.not_same_as):
                linked.setdefault(other_id, actor_file.place.file)
    here: dict[ActorId, str] = {}
    entries: tuple[Entry, ...] = (
        *content.briefs.values(), *files.values(), *content.sources.values(), *content.pages.values()
    )  # fmt: skip
    for entry in entries:
        home_id = entry.id if isinstance(entry, Brief) else BriefId("")
        cast = [files.get(m.id) or bare_actor(m.id) for m in entry.actors] if isinstance(entry, Brief) else []
        for kind, name in targets(entry.body):
            if kind == "actor":
                if leads_to := meant(name, register, listed | files.keys(), cast):
                    (here if home_id == brief else linked).setdefault(leads_to, entry.place.file)
            elif kind in ("fact", "denial", "question"):
                home, local = refers_to(Ref(name), home_id)
                if home == brief:
                    things.setdefault(local, entry.place.file)
    fast = {actor: where for actor, where in linked.items() if actor not in files and actor not in elsewhere}
    return Held(things, fast | here, frozenset(elsewhere | linked.keys()))  # type: ignore[arg-type]
