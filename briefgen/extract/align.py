"""Which sentences of two texts say the same: the proof that one is a rewrite of the other, and how facts are joined.

Words are compared by stem, weighed by how rare they are in the two texts, names and numbers twice. Over
these likenesses the best alignment that keeps both orders is found by dynamic programming (Needleman and
Wunsch 1970, gaps free). Rewrites of one another align in order nearly throughout, however few word
sequences they share; two reports of one event do not.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import islice

from briefgen.extract.lexicon import word_set
from briefgen.model.entries import Span
from briefgen.model.sentences import sentences

_WORD = re.compile(r"[^\W_]+(?:['’.][^\W_]+)*")
_STOP = word_set("stop")
_SUFFIXES = ("ations", "ation", "ments", "ment", "ings", "ing", "ies", "ied", "ely", "ed", "es", "ly", "s", "e")
LIKE = 0.30  # weighed share of common words from which two sentences may say the same
REWRITE = 0.60  # share of the shorter text's sentences that align, from which two texts are rewrites
_LEAST = 5  # sentences that must align for that
_LEAST_WORDS = 4  # words of a sentence that is compared at all
MOST_IN_ORDER = 500  # sentences of a text that are aligned in order: all pairs are looked at
MOST_NEAR = 100  # sentences that one is compared with, of those that share its rarest words
Bag = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two sentences that say the same, by their numbers in their texts, and how alike they are, from 0 to 1."""

    one: int
    other: int
    likeness: float


@dataclass(frozen=True, slots=True)
class Alignment:
    """How two texts align: which sentences in order, and the share of the shorter text's that do."""

    one: str
    other: str
    pairs: tuple[Pair, ...]
    compared: int
    share: float

    @property
    def are_near_duplicates(self) -> bool:
        """Whether one is, in the main, the other one rewritten."""
        return self.share >= REWRITE and len(self.pairs) >= min(_LEAST, self.compared)


def compare(one: str, text: str, other: str, other_text: str) -> Alignment:
    """Align the sentences of two texts, in order."""
    first = [text[s.start : s.end] for s in islice(sentences(text), MOST_IN_ORDER)]
    second = [other_text[s.start : s.end] for s in islice(sentences(other_text), MOST_IN_ORDER)]
    likeness = likenesses(first, second)
    pairs = in_order(likeness)
    long = min(sum(_is_long(s) for s in first), sum(_is_long(s) for s in second))
    good = [p for p in pairs if _is_long(first[p.one]) and _is_long(second[p.other])]
    return Alignment(one, other, tuple(good), long, len(good) / long if long else 0.0)


def _is_long(sentence: str) -> bool:
    return len(_WORD.findall(sentence)) >= _LEAST_WORDS


def likenesses(first: Sequence[str], second: Sequence[str]) -> list[list[float]]:
    """How alike each sentence of one list is to each of the other, from 0 to 1."""
    bags = [bag_of(s) for s in first], [bag_of(s) for s in second]
    weighing = Weighing([*bags[0], *bags[1]])
    one, other = ([weighing.weighed(bag) for bag in side] for side in bags)
    return [[alike(a, b) for b in other] for a in one]


class Weighing:
    """How much each stem tells among some sentences: the more, the fewer of them have it."""

    def __init__(self, bags: Iterable[Bag] = ()) -> None:
        self._counts: Counter[str] = Counter()
        self._size = 0
        for bag in bags:
            self.add(bag)

    def add(self, bag: Bag, times: int = 1) -> None:
        """Count a sentence; -1 takes it out."""
        self._size += times
        for stem in bag:
            self._counts[stem] += times

    def weighed(self, bag: Bag, beside: Sequence[tuple[Weighing, int]] = ()) -> Weighed:
        """A sentence's stems by what they tell among these sentences, others beside them added or taken out."""
        size = max(0, self._size + sum(times * other._size for other, times in beside))
        heavy: dict[str, float] = {}
        for stem, weight in bag.items():
            count = max(0, self._counts[stem] + sum(times * other._counts[stem] for other, times in beside))
            heavy[stem] = weight * (math.log((size + 1) / (count + 0.5)) + 0.3)
        return Weighed(heavy, sum(heavy.values()))


@dataclass(frozen=True, slots=True)
class Weighed:
    """The stems of a sentence with their weights, and the sum of these."""

    bag: Bag
    whole: float


def alike(a: Weighed, b: Weighed) -> float:
    """Dice's share of common weight, or most of the shorter one's where it is contained in the longer."""
    small, large = (a.bag, b.bag) if len(a.bag) <= len(b.bag) else (b.bag, a.bag)
    common = sum(weight for stem, weight in small.items() if stem in large)
    if not common:
        return 0.0
    dice = 2 * common / (a.whole + b.whole)
    contained = common / min(a.whole, b.whole)
    return max(dice, 0.75 * contained) if len(small) >= _LEAST_WORDS else dice


class Index:
    """Sentences by number, found by the stems that they share with another, its rarest first."""

    def __init__(self) -> None:
        self._holders: dict[str, list[int]] = {}

    def add(self, number: int, *bags: Bag) -> None:
        """Let a number be found by the stems of its sentences."""
        for stem in dict.fromkeys(stem for bag in bags for stem in bag):
            self._holders.setdefault(stem, []).append(number)

    def near(self, *bags: Bag) -> list[int]:
        """The numbers that may be alike, a hundred at most, in order."""
        stems_ = dict.fromkeys(stem for bag in bags for stem in bag)
        held = sorted((self._holders[stem] for stem in stems_ if stem in self._holders), key=len)
        found: set[int] = set()
        for numbers in held:
            found.update(islice((n for n in numbers if n not in found), MOST_NEAR - len(found)))
        return sorted(found)


def likest(first: Sequence[str], second: Sequence[str], least: float) -> list[Pair]:
    """The pairs of sentences of two lists that are at least so alike, the likest first."""
    bags = [bag_of(s) for s in first], [bag_of(s) for s in second]
    weighing = Weighing([*bags[0], *bags[1]])
    one, other = ([weighing.weighed(bag) for bag in side] for side in bags)
    index = Index()
    for j, bag in enumerate(bags[1]):
        index.add(j, bag)
    pairs = [Pair(i, j, alike(one[i], other[j])) for i, bag in enumerate(bags[0]) for j in index.near(bag)]
    return sorted((pair for pair in pairs if pair.likeness >= least), key=lambda p: -p.likeness)


def in_order(likeness: Sequence[Sequence[float]], least: float = LIKE) -> tuple[Pair, ...]:
    """The best alignment that crosses nowhere, of pairs at least so alike."""
    rows, columns = len(likeness), len(likeness[0]) if likeness else 0
    best = [[0.0] * (columns + 1) for _ in range(rows + 1)]
    for i in range(rows - 1, -1, -1):
        for j in range(columns - 1, -1, -1):
            gain = likeness[i][j] - least
            paired = best[i + 1][j + 1] + gain if gain >= 0 else -1.0
            best[i][j] = max(best[i + 1][j], best[i][j + 1], paired)
    pairs: list[Pair] = []
    i = j = 0
    while i < rows and j < columns:
        gain = likeness[i][j] - least
        if gain >= 0 and math.isclose(best[i][j], best[i + 1][j + 1] + gain, abs_tol=1e-9):
            pairs.append(Pair(i, j, likeness[i][j]))
            i, j = i + 1, j + 1
        elif best[i + 1][j] >= best[i][j + 1]:
            i += 1
        else:
            j += 1
    return tuple(pairs)


def mutual(likeness: Mapping[tuple[int, int], float], least: float = 0.45) -> tuple[Pair, ...]:
    """Pairs that are each other's best, in any order: for texts that are not rewrites of one another."""
    best_of_row: dict[int, int] = {}
    best_of_column: dict[int, int] = {}
    for i, j in sorted(likeness):
        if i not in best_of_row or likeness[i, j] > likeness[i, best_of_row[i]]:
            best_of_row[i] = j
        if j not in best_of_column or likeness[i, j] > likeness[best_of_column[j], j]:
            best_of_column[j] = i
    return tuple(
        Pair(i, j, likeness[i, j])
        for i, j in sorted(best_of_row.items())
        if best_of_column[j] == i and likeness[i, j] >= least
    )


def bag_of(sentence: str) -> dict[str, float]:
    """The stems of a sentence; a name or a number counts twice."""
    bag: dict[str, float] = {}
    for match in _WORD.finditer(sentence):
        word = match[0]
        stem = stemmed(word)
        if stem:
            heavy = (word[0].isupper() and match.start() > 0) or any(c.isdigit() for c in word)
            bag[stem] = max(bag.get(stem, 0.0), 2.0 if heavy else 1.0)
    return bag


def stemmed(word: str) -> str:
    """A word without case, possessive and common endings; empty for a word that says nothing."""
    word = (
        word.casefold()
        .replace("’", "'")
        .removesuffix("'s")
        .rstrip(".'")
        .replace("isation", "ization")
        .replace("ising", "izing")
    )
    if word in _STOP or len(word) < 2:
        return ""
    for suffix in _SUFFIXES:
        if len(word) - len(suffix) >= 4 and word.endswith(suffix):
            return word[: -len(suffix)]
    return word


def fingerprint(text: str) -> frozenset[int]:
    """Hashes of a text's stems, to tell quickly that two texts cannot be rewrites."""
    stems = {stem for match in _WORD.finditer(text) if (stem := stemmed(match[0]))}
    return frozenset(int.from_bytes(blake2b(s.encode(), digest_size=6).digest()) for s in stems)


def spans(text: str) -> tuple[Span, ...]:
    """The sentences that an alignment numbers."""
    return tuple(sentences(text))


def stems(words: Iterable[str]) -> list[str]:
    """The stems of words, those that say nothing left out."""
    return [stem for word in words if (stem := stemmed(word))]
