"""Many texts -> stories: reports of the same event together.

Each text is a vector of its stems, word pairs, names and numbers, weighed by how often they stand in it and how
rare they are among all (TF-IDF, Salton and Buckley 1988); what opens a report counts more, since it says
what happened. Texts are then joined by average likeness (UPGMA), the likest first, down to one fixed bound.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from heapq import heappop, heappush, nsmallest

from briefgen.extract.align import stemmed

BOUND = 0.15  # average cosine from which two groups are one story
_WORD = re.compile(r"[^\W_]+(?:['’.][^\W_]+)*")
_OPENING = 60  # words that open a report
_NEAR = 30  # texts that one is compared with for each term that it shares with more
_MOST_LINKS = 60  # texts or groups that one is compared with further
Vector = dict[str, float]


def grouped(texts: Mapping[str, str], bound: float = BOUND) -> list[list[str]]:
    """The ids of texts in groups, each in the order given, the groups by their first."""
    ids = list(texts)
    groups = _Groups(_vectors([texts[id_] for id_ in ids]))
    while groups.join(bound):
        pass
    return [[ids[i] for i in members] for members in sorted(map(sorted, groups.members.values()))]


def _vectors(texts: Sequence[str]) -> list[Vector]:
    counts = [_terms(text) for text in texts]
    found = Counter(term for terms in counts for term in terms)
    vectors = []
    for terms in counts:
        weighed = {
            term: (1 + math.log(count)) * math.log((1 + len(texts)) / (1 + found[term]))
            for term, count in terms.items()
            if found[term] > 1
        }
        norm = math.sqrt(sum(w * w for w in weighed.values())) or 1.0
        vectors.append({term: w / norm for term, w in weighed.items()})
    return vectors


def _terms(text: str) -> Counter[str]:
    terms: Counter[str] = Counter()
    before = ""
    for number, match in enumerate(_WORD.finditer(text)):
        stem = stemmed(match[0])
        if not stem:
            continue
        weight = 2 if number < _OPENING else 1
        if match[0][0].isupper() or match[0][0].isdigit():
            weight += 1
        terms[stem] += weight
        if before:
            terms[f"{before} {stem}"] += 2
        before = stem
    return terms


def _likely(vectors: Sequence[Vector]) -> Iterator[tuple[int, int]]:
    """Which two texts may be alike: those that share a term, the likest of them where one has very many."""
    holders: defaultdict[str, list[int]] = defaultdict(list)
    for number, vector in enumerate(vectors):
        for term in vector:
            holders[term].append(number)
    for i, vector in enumerate(vectors):
        shared: defaultdict[int, float] = defaultdict(float)
        for term, weight in vector.items():
            numbers = holders[term]
            at = bisect_left(numbers, i)
            for j in numbers[max(0, at - _NEAR) : at + _NEAR + 1]:
                shared[j] += weight * vectors[j][term]
        shared.pop(i, None)
        yield from ((min(i, j), max(i, j)) for j in _best(shared))


def _best(likeness: Mapping[int, float]) -> Sequence[int]:
    """The likest of some texts or groups, so many that none which matters is left out."""
    return (
        nsmallest(_MOST_LINKS, likeness, key=lambda k: (-likeness[k], k))
        if len(likeness) > _MOST_LINKS
        else [*likeness]
    )


class _Groups:
    """Groups of texts, by the number of their first, and how alike each is to those near it.

    The average likeness of two groups is the product of the sums of their vectors, by how many pairs there are.
    """

    def __init__(self, vectors: Sequence[Vector]) -> None:
        self.members = {i: [i] for i in range(len(vectors))}
        self._sums = dict(enumerate(vectors))  # changed as groups are joined
        self._links: dict[int, dict[int, float]] = {i: {} for i in self.members}
        self._likest: list[tuple[float, int, int]] = []
        for i, j in sorted(set(_likely(vectors))):
            self._link(i, j)

    def _link(self, i: int, j: int) -> None:
        one, other = sorted((self._sums[i], self._sums[j]), key=len)
        product = sum(weight * other[term] for term, weight in one.items() if term in other)
        value = product / (len(self.members[i]) * len(self.members[j]))
        self._links[i][j] = self._links[j][i] = value
        heappush(self._likest, (-value, min(i, j), max(i, j)))

    def join(self, bound: float) -> bool:
        """Make one group of the two likest; False where no two are so alike."""
        while self._likest:
            value, i, j = heappop(self._likest)
            if self._links.get(i, {}).get(j) == -value:
                if -value >= bound:
                    self._put_together(i, j)
                return -value >= bound
        return False

    def _put_together(self, i: int, j: int) -> None:
        small, large = sorted((self._sums[i], self._sums.pop(j)), key=len)
        for term, weight in small.items():
            large[term] = large.get(term, 0.0) + weight
        self._sums[i] = large
        self.members[i] += self.members.pop(j)
        near = (self._links.pop(i).keys() | self._links.pop(j).keys()) - {i, j}
        self._links[i] = {}
        for k in near:
            self._links[k].pop(i, None)
            self._links[k].pop(j, None)
            self._link(i, k)
        for k in self._links[i].keys() - _best(self._links[i]):
            del self._links[i][k], self._links[k][i]
