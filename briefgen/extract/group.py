"""Many texts -> stories: reports of the same event together.

Each text is a vector of its stems, word pairs, names and numbers, weighed by how often they stand in it and how
rare they are among all (TF-IDF, Salton and Buckley 1988); what opens a report counts more, since it says
what happened. Texts are then joined by average likeness (UPGMA), the likest first, down to one fixed bound.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from briefgen.extract.align import stemmed

BOUND = 0.15  # average cosine from which two groups are one story
_WORD = re.compile(r"[^\W_]+(?:['’.][^\W_]+)*")
_OPENING = 60  # words that open a report
Vector = dict[str, float]


def grouped(texts: Mapping[str, str], bound: float = BOUND) -> list[list[str]]:
    """The ids of texts in groups, each in the order given, the groups by their first."""
    ids = list(texts)
    vectors = _vectors([texts[id_] for id_ in ids])
    clusters = _clusters(_likenesses(vectors), len(ids), bound)
    return [[ids[i] for i in cluster] for cluster in clusters]


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


def _likenesses(vectors: Sequence[Vector]) -> dict[tuple[int, int], float]:
    """The cosine of each two texts that share a term."""
    holders: defaultdict[str, list[int]] = defaultdict(list)
    for number, vector in enumerate(vectors):
        for term in vector:
            holders[term].append(number)
    found: defaultdict[tuple[int, int], float] = defaultdict(float)
    for term, numbers in holders.items():
        for at, i in enumerate(numbers):
            weight = vectors[i][term]
            for j in numbers[at + 1 :]:
                found[i, j] += weight * vectors[j][term]
    return found


def _clusters(likeness: Mapping[tuple[int, int], float], count: int, bound: float) -> list[list[int]]:
    """Average linkage: the two likest groups become one until no two are alike enough."""
    members: dict[int, list[int]] = {i: [i] for i in range(count)}
    links: dict[int, dict[int, float]] = {i: {} for i in range(count)}
    for (i, j), value in likeness.items():
        links[i][j] = links[j][i] = value
    best = {i: max(near.items(), key=lambda n: (n[1], -n[0])) for i, near in links.items() if near}
    while best:
        i, (j, value) = max(best.items(), key=lambda b: (b[1][1], -b[0]))
        if value < bound:
            break
        _join(i, j, members, links, best)
    return sorted(sorted(group) for group in members.values())


def _join(
    i: int,
    j: int,
    members: dict[int, list[int]],
    links: dict[int, dict[int, float]],
    best: dict[int, tuple[int, float]],
) -> None:
    """Put group j into group i; its likeness to every other is the average over all pairs."""
    one, other = len(members[i]), len(members[j])
    near = (links[i].keys() | links[j].keys()) - {i, j}
    for k in near:
        value = (one * links[i].get(k, 0.0) + other * links[j].get(k, 0.0)) / (one + other)
        links[i][k] = links[k][i] = value
        links[k].pop(j, None)
    members[i] += members.pop(j)
    del links[j]
    links[i].pop(j, None)
    best.pop(j, None)
    for k in (i, *near):
        if links[k]:
            best[k] = max(links[k].items(), key=lambda n: (n[1], -n[0]))
        else:
            best.pop(k, None)
