"""What denials may be placed against: the facts of a draft, found without looking at all of them for each denial."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import product

from briefgen.extract.align import Index, Weighing, alike, bag_of
from briefgen.extract.same import Claimed
from briefgen.model.entries import ActorId, Fact, Unnamed, Voice

_MOST_LOOKED_AT = 100  # facts that are looked at for one denial, of those that somebody says or that are about somebody
_LIKE = 0.4  # from which a fact may be what is denied


class Deniable:
    """What denials may be placed against, found by who says it, whom it is about, where, and in which words."""

    def __init__(self, claims: Sequence[Claimed], facts: Sequence[Fact]) -> None:
        self._facts = facts
        self._place = {c.id: min(p.at for _, p in c.given) for c in claims}
        self._rank = {c.id: number for number, c in enumerate(claims)}
        self._holder = {id(p): c.id for c in claims for _, p in c.given}
        self._told: dict[tuple[int, int], str] = {}
        for c in (c for c in claims if not c.first.is_denial):
            for number, p in c.given:
                if not p.is_clause and not p.is_second:
                    self._told.setdefault((number, p.sentence), c.id)
        self._theirs: dict[tuple[ActorId, ActorId], list[tuple[int, int]]] = {}  # by who says it and whom it is about
        self._about: dict[ActorId, list[int]] = {}
        self._by: dict[ActorId, Weighing] = {}
        self._weighing = Weighing()
        self._index = Index()
        self._bags = [bag_of(fact.text) for fact in facts]
        for number, fact in enumerate(facts):
            self._take(number, fact, _named(fact.asserted_by))
        for places in self._theirs.values():
            places.sort()

    def _take(self, number: int, fact: Fact, asserted: Sequence[ActorId]) -> None:
        for actor in fact.about:
            self._about.setdefault(actor, []).append(number)
            if fact.kind in ("claim", "assessment"):
                for voice in asserted:
                    self._theirs.setdefault((voice, actor), []).append((self._place[fact.id], -number))
        if fact.asserted_by:
            self._index.add(number, self._bags[number])
            self._weighing.add(self._bags[number])
            for voice in asserted:
                self._by.setdefault(voice, Weighing()).add(self._bags[number])

    def reported_in(self, claimed: Claimed) -> list[str]:
        """The claims that a denial's own sentences report."""
        found = (self._holder.get(id(p.inner)) for _, p in claimed.given)
        inner = {id_ for id_ in found if id_ is not None}
        return sorted(inner, key=self._rank.__getitem__)

    def told_before(self, claimed: Claimed, owners: Iterable[ActorId], concerned: Iterable[ActorId]) -> list[str]:
        """What some say about others before a denial, the nearest first: as many as can be wanted."""
        at = (self._place[claimed.id], -len(self._facts))
        near: set[tuple[int, int]] = set()
        for pair in product(owners, concerned):
            places = self._theirs.get(pair, [])
            end = bisect_left(places, at)
            near.update(places[max(0, end - _MOST_LOOKED_AT) : end])
        return [self._facts[-number].id for _, number in sorted(near, reverse=True)]

    def others(self, claimed: Claimed, concerned: set[ActorId]) -> Iterator[str]:
        """What others claim before a denial about those whom it concerns."""
        at = self._place[claimed.id]
        near = {n for actor in concerned for n in self._about.get(actor, ())[:_MOST_LOOKED_AT]}
        for fact in (self._facts[n] for n in sorted(near)):
            is_theirs = fact.asserted_by and concerned.isdisjoint(_named(fact.asserted_by))
            if fact.kind == "claim" and is_theirs and self._place[fact.id] < at:
                yield fact.id

    def likest(self, claimed: Claimed, concerned: set[ActorId]) -> list[str]:
        """The fact of somebody else that is most like what is denied, if one is."""
        own = bag_of(claimed.first.matter)
        beside = [(Weighing([own]), 1), *((self._by[a], -1) for a in sorted(concerned) if a in self._by)]
        fitting = [n for n in self._index.near(own) if concerned.isdisjoint(_named(self._facts[n].asserted_by))]
        weighed = self._weighing.weighed(own, beside)
        like = {n: alike(weighed, self._weighing.weighed(self._bags[n], beside)) for n in fitting}
        best = max(fitting, key=lambda n: (like[n], -n), default=None)
        return [self._facts[best].id] if best is not None and like[best] >= _LIKE else []

    def just_before(self, number: int, sentence: int) -> str:
        """What the sentence before one of a text claims; an empty text if nothing."""
        return self._told.get((number, sentence - 1), "")


def _named(voices: Iterable[Voice]) -> list[ActorId]:
    return [v for v in voices if not isinstance(v, Unnamed)]
