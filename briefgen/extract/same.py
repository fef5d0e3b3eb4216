"""Propositions of several texts -> claims: what says the same is one of them, and keeps each text's own words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from briefgen.extract.align import (
    MOST_IN_ORDER,
    Bag,
    Index,
    Weighed,
    Weighing,
    alike,
    bag_of,
    in_order,
    mutual,
)
from briefgen.extract.propositions import Proposition
from briefgen.extract.reading import Reading
from briefgen.model.entries import Source

_LIKE = 0.5  # from which two propositions say the same
_LIKE_IN_TWINS = 0.42  # the same, of two texts of which one is the other rewritten


@dataclass(slots=True)
class Claimed:
    """One thing claimed, with each text's proposition of it."""

    given: list[tuple[int, Proposition]] = field(default_factory=list)
    id: str = ""

    @property
    def first(self) -> Proposition:
        """The proposition by which it is called: the first text's."""
        return self.given[0][1]

    @property
    def readings(self) -> set[int]:
        """Which texts say it."""
        return {number for number, _ in self.given}


@dataclass(slots=True, eq=False)
class _Put:
    """A proposition with the stems of what it claims and of the words it stands on.

    `at` is its number in its text, `home` the claim that it belongs to.
    """

    proposition: Proposition
    bags: tuple[Bag, Bag]
    at: int = 0
    home: Claimed | None = None

    def fits(self, other: _Put) -> bool:
        """Whether both are the same kind of thing."""
        one, two = self.proposition, other.proposition
        return (one.is_denial, one.is_inner, one.is_clause) == (two.is_denial, two.is_inner, two.is_clause)


class _Text:
    """The propositions of one text, in order, and how much each stem tells among those that are compared."""

    def __init__(self, puts: list[_Put]) -> None:
        self.puts = puts
        self._weighings = Weighing(p.bags[0] for p in puts), Weighing(p.bags[1] for p in puts)
        for at, put in enumerate(puts):
            put.at = at

    def leave_out(self, put: _Put) -> None:
        """Compare a proposition no more."""
        for weighing, bag in zip(self._weighings, put.bags, strict=True):
            weighing.add(bag, -1)

    def weighed(self, put: _Put, beside: _Text) -> tuple[Weighed, Weighed]:
        """The stems of one proposition by what they tell in two texts together."""
        (matter, quote), (one, other) = put.bags, self._weighings
        return one.weighed(matter, [(beside._weighings[0], 1)]), other.weighed(quote, [(beside._weighings[1], 1)])


def joined(
    found: Sequence[Sequence[Proposition]], readings: Sequence[Reading], sources: Sequence[Source]
) -> list[Claimed]:
    """Propositions of several texts put together where they say the same, and are the same kind of thing."""
    claimed: list[Claimed] = []
    ranks: dict[int, int] = {}
    told: list[_Text] = []
    index = Index()
    places: list[tuple[int, _Put]] = []  # what the index's numbers mean: a text, and a proposition of it
    for number, (own, twins) in enumerate(zip(found, _twins(sources), strict=True)):
        here = _Text([_Put(p, (bag_of(p.matter), bag_of(readings[number].words([p.quote])))) for p in own])
        near: dict[int, dict[_Put, list[_Put]]] = {n: {} for n in twins}
        for put in here.puts:
            for text, other in map(places.__getitem__, index.near(*put.bags)):
                near.setdefault(text, {}).setdefault(put, []).append(other)
        for before in sorted(near):
            _find_homes(here, told[before], near[before], are_twins=before in twins)
        for put in here.puts:
            if put.home is None:
                put.home = Claimed()
                ranks[id(put.home)] = len(claimed)
                claimed.append(put.home)
            put.home.given.append((number, put.proposition))
            index.add(len(places), *put.bags)
            places.append((number, put))
        told.append(_Text(sorted(here.puts, key=lambda p: (p.proposition.at, ranks[id(p.home)]))))
    return claimed


def _twins(sources: Sequence[Source]) -> list[set[int]]:
    """Of each text which of those before it is a rewrite of it, or it of them."""
    places: defaultdict[str, list[int]] = defaultdict(list)
    for number, source in enumerate(sources):
        places[source.id].append(number)
    found: list[set[int]] = [set() for _ in sources]
    for number, source in enumerate(sources):
        for other in places[source.near_duplicate_of.source] if source.near_duplicate_of else ():
            if other != number:
                found[max(number, other)].add(min(number, other))
    return found


def _find_homes(here: _Text, there: _Text, near: Mapping[_Put, Sequence[_Put]], *, are_twins: bool) -> None:
    """Put what a text says with the claims of one before it that say the same, where it has no home yet."""
    rows = [put for put in (here.puts if are_twins else near) if put.home is None]
    columns = there.puts[:MOST_IN_ORDER]
    likeness: dict[tuple[int, int], float] = {}
    weighed: dict[int, tuple[Weighed, Weighed]] = {}
    for put in rows:
        own = here.weighed(put, there)
        aligned = columns if are_twins and put.at < MOST_IN_ORDER else ()
        for other in filter(put.fits, {*near.get(put, ()), *aligned}):
            theirs = weighed.get(other.at) or weighed.setdefault(other.at, there.weighed(other, here))
            likeness[put.at, other.at] = max(alike(a, b) for a, b in zip(own, theirs, strict=True))
    pairs = mutual(likeness, _LIKE_IN_TWINS if are_twins else _LIKE)
    if are_twins:
        high = rows[:MOST_IN_ORDER]
        table = [[likeness.get((put.at, other.at), 0.0) for other in columns] for put in high]
        pairs = (*(replace(pair, one=high[pair.one].at) for pair in in_order(table)), *pairs)
    for pair in pairs:
        put = here.puts[pair.one]
        if put.home is None:
            put.home = there.puts[pair.other].home
            here.leave_out(put)
