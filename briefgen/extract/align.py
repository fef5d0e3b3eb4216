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
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b

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
    first = [text[s.start : s.end] for s in sentences(text)]
    second = [other_text[s.start : s.end] for s in sentences(other_text)]
    likeness = likenesses(first, second)
    pairs = in_order(likeness)
    long = min(sum(_is_long(s) for s in first), sum(_is_long(s) for s in second))
    good = [p for p in pairs if _is_long(first[p.one]) and _is_long(second[p.other])]
    return Alignment(one, other, tuple(good), long, len(good) / long if long else 0.0)


def _is_long(sentence: str) -> bool:
    return len(_WORD.findall(sentence)) >= _LEAST_WORDS


def likenesses(first: Sequence[str], second: Sequence[str]) -> list[list[float]]:
    """How alike each sentence of one list is to each of the other, from 0 to 1."""
    bags = [_weights(s) for s in first], [_weights(s) for s in second]
    seen = Counter(stem for side in bags for bag in side for stem in bag)
    count = len(first) + len(second)
    rarity = {stem: math.log((count + 1) / (number + 0.5)) + 0.3 for stem, number in seen.items()}
    weighed = [[{s: w * rarity[s] for s, w in bag.items()} for bag in side] for side in bags]
    sums = [[sum(bag.values()) for bag in side] for side in weighed]
    return [[_alike(a, b, sums[0][i], sums[1][j]) for j, b in enumerate(weighed[1])] for i, a in enumerate(weighed[0])]


def _alike(a: dict[str, float], b: dict[str, float], whole_a: float, whole_b: float) -> float:
    """Dice's share of common weight, or most of the shorter one's where it is contained in the longer."""
    small, large = (a, b) if len(a) <= len(b) else (b, a)
    common = sum(weight for stem, weight in small.items() if stem in large)
    if not common:
        return 0.0
    dice = 2 * common / (whole_a + whole_b)
    contained = common / min(whole_a, whole_b)
    return max(dice, 0.75 * contained) if len(small) >= _LEAST_WORDS else dice


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


def mutual(likeness: Sequence[Sequence[float]], least: float = 0.45) -> tuple[Pair, ...]:
    """Pairs that are each other's best, in any order: for texts that are not rewrites of one another."""
    if not likeness or not likeness[0]:
        return ()
    best_of_row = [max(range(len(row)), key=lambda j: row[j]) for row in likeness]
    best_of_column = [max(range(len(likeness)), key=lambda i: likeness[i][j]) for j in range(len(likeness[0]))]
    return tuple(
        Pair(i, j, likeness[i][j])
        for i, j in enumerate(best_of_row)
        if best_of_column[j] == i and likeness[i][j] >= least
    )


def _weights(sentence: str) -> dict[str, float]:
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
