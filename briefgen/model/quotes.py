"""Fold a text, find a quote in it, and name the nearest words when it is not there.

Matching is exact after folding white space, NFC, curly and straight quotes, and dashes; a fuzzy
match is only ever a suggestion. What counts as found is the text-quote selector of the W3C Web
Annotation model: the quote with, where it stands more than once, the words before and after it.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from hashlib import sha256

from briefgen.model.entries import Span

_SINGLE = "\u2018\u2019\u201a\u201b\u2032\u2035\u02bc\uff07\u2039\u203a`\u00b4"
_DOUBLE = "\u201c\u201d\u201e\u201f\u2033\u2036\uff02\u00ab\u00bb"
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d"
_ALIKE = str.maketrans({**dict.fromkeys(_SINGLE, "'"), **dict.fromkeys(_DOUBLE, '"'), **dict.fromkeys(_DASHES, "-")})
_SPACE = re.compile(r"\s+")
_SPACES = re.compile("  +")
_WHITE = "".join(c for c in map(chr, range(0x3001)) if c.isspace())
_EVEN = _ALIKE | {ord(c): " " for c in _WHITE}
_WORD = re.compile(r"\S+")
_LONGEST_SEARCHED = 200_000  # characters of a text in which nearest words are looked for
_CANDIDATES = 60


def fold(text: str) -> str:
    """The form in which texts are compared: NFC, plain quotes and dashes, each run of white space one space."""
    return _SPACE.sub(" ", unicodedata.normalize("NFC", text).translate(_ALIKE))


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text that still knows where each of its characters stood before folding.

    `steps` holds, for each place where the distance changes, the folded index from which it is
    counted and the original index that this one came from; between two steps both run in parallel.
    """

    text: str
    original_length: int
    steps: tuple[tuple[int, int], ...] = ((0, 0),)

    def original(self, index: int) -> int:
        """The original index of a folded one."""
        if index >= len(self.text):
            return self.original_length
        at, origin = self.steps[bisect_right(self.steps, (index, self.original_length)) - 1]
        return origin + index - at

    def span(self, start: int, end: int) -> Span:
        """The original span of a folded one that is not empty."""
        last = self.original(end - 1)
        while end < len(self.text) and self.original(end) == last:
            end += 1  # the characters that one group was composed into end together
        return Span(self.original(start), self.original(end))


def folded(text: str) -> Folded:
    """Fold a text and keep the way back. Linear in its length."""
    if not unicodedata.is_normalized("NFC", text):
        return _from_chunks(_composed_chunks(text), len(text))
    even = text.translate(_EVEN)
    if "  " not in even:
        return Folded(even, len(text))
    return _from_chunks(_between_spaces(even), len(text))


def _between_spaces(even: str) -> Iterator[tuple[int, str]]:
    """A text whose white space is all spaces as pieces that each end with one, with the index where each began."""
    at = 0
    for spaces in _SPACES.finditer(even):
        yield at, even[at : spaces.start() + 1]
        at = spaces.end()
    yield at, even[at:]


def _composed_chunks(text: str) -> Iterator[tuple[int, str]]:
    """The same of a text that is not normalised, character by character: those that compose lead back to one place."""
    start = 0
    in_space = False
    for end in range(1, len(text) + 1):
        if end < len(text) and _composes(text[start:end], text[end]):
            continue
        piece = fold(text[start:end])
        yield from ((start, character) for character in (piece.removeprefix(" ") if in_space else piece))
        in_space = piece.endswith(" ")
        start = end


def _composes(group: str, following: str) -> bool:
    """Whether a character belongs to the group before it: it combines with it, or stands under normal order."""
    if unicodedata.combining(following):
        return len(group) < 64  # a longer heap of marks is not writing; splitting it keeps the walk linear
    joined = unicodedata.normalize("NFC", group + following)
    return joined != unicodedata.normalize("NFC", group) + unicodedata.normalize("NFC", following)


def _from_chunks(chunks: Iterable[tuple[int, str]], original_length: int) -> Folded:
    parts: list[str] = []
    steps: list[tuple[int, int]] = []
    length = 0
    for origin, piece in chunks:
        if not piece:
            continue
        if not steps or origin - steps[-1][1] != length - steps[-1][0]:
            steps.append((length, origin))
        parts.append(piece)
        length += len(piece)
    return Folded("".join(parts), original_length, tuple(steps) or ((0, 0),))


@dataclass(frozen=True, slots=True)
class KeptText:
    """A captured text ready to be searched: folded, with the spans that were cut away, in order."""

    folded: Folded
    cuts: tuple[Span, ...] = ()

    def find(self, quote: str, prefix: str = "", suffix: str = "") -> tuple[tuple[Span, ...], tuple[Span, ...]]:
        """All places of a quote: those in kept text, and those that touch a cut. Spans count original characters."""
        kept: list[Span] = []
        lost: list[Span] = []
        for start, end in _places(self.folded.text, quote, prefix, suffix):
            span = self.folded.span(start, end)
            (lost if overlaps(span, self.cuts) else kept).append(span)
        return tuple(kept), tuple(lost)

    def stretch(self, first: str, last: str) -> tuple[int, Span | None]:
        """How often some words stand here (2 is more than once), and what runs from the first place of them to the next
        end of others; None where either are not there."""
        starts = [start for _, (start, _) in zip(range(2), _places(self.folded.text, first), strict=False)]
        end = next(_places(self.folded.text, last, at=starts[0]), None) if starts else None
        return len(starts), self.folded.span(starts[0], end[1]) if end else None


def overlaps(span: Span, cuts: Sequence[Span]) -> bool:
    """Whether a span shares a character with one of the cuts."""
    return any(span.start < cut.end and cut.start < span.end for cut in cuts)


def _places(text: str, quote: str, prefix: str = "", suffix: str = "", at: int = 0) -> Iterator[tuple[int, int]]:
    wanted, before, after = fold(quote).strip(), fold(prefix).strip(), fold(suffix).strip()
    at = text.find(wanted, at) if wanted else -1
    while at >= 0:
        end = at + len(wanted)
        near = text[max(0, at - len(before) - 1) : at]  # folded text holds no two spaces in a row
        if near.rstrip().endswith(before) and text[end : end + len(after) + 1].lstrip().startswith(after):
            yield at, end
        at = text.find(wanted, at + 1)


def fingerprint(quote: str, prefix: str = "", suffix: str = "") -> str:
    """The SHA-256 of a folded quote with its prefix and suffix, as it stands in `evidence.lock`."""
    parts = (fold(part).strip() for part in (quote, prefix, suffix))
    return sha256("\x1f".join(parts).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Nearest:
    """Real words of a text that resemble a quote, and how much, from 0 to 1."""

    words: str
    likeness: float


def nearest(quote: str, text: str) -> Nearest | None:
    """The words of a text most like a quote, or None where nothing is at least half alike.

    Windows of as many words as the quote has are compared around each of its rarest words
    (Ratcliff-Obershelp likeness), and of one word more or less where that is clearly nearer; only
    the first 200,000 characters are looked at.
    """
    words = _WORD.findall(fold(quote))
    here = list(_WORD.finditer(fold(text[:_LONGEST_SEARCHED])))
    if not words or not here:
        return None
    best = Nearest("", 0.5)
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(" ".join(words))
    for start in _starts(words, [match[0] for match in here]):
        for size, handicap in ((len(words), 0.0), (max(1, len(words) - 1), 0.05), (len(words) + 1, 0.05)):
            matcher.set_seq1(shown := " ".join(match[0] for match in here[start : start + size]))
            least = best.likeness + handicap
            if matcher.quick_ratio() > least and (ratio := matcher.ratio()) > least:
                best = Nearest(shown, ratio)
    return best if best.words else None


def _starts(words: Sequence[str], here: Sequence[str]) -> list[int]:
    """Where a window may begin so that one of the quote's words, the rarest first, stands at its place."""
    places: dict[str, list[int]] = {}
    for index, word in enumerate(here):
        places.setdefault(_plain(word), []).append(index)
    known = [
        (len(places[plain]), offset, plain) for offset, word in enumerate(words) if (plain := _plain(word)) in places
    ]
    starts: dict[int, None] = {}
    for _, offset, plain in sorted(known):
        for index in places[plain]:
            for shift in (0, -1, 1):
                starts.setdefault(max(0, index - offset + shift))
            if len(starts) >= _CANDIDATES:
                return list(starts)
    return list(starts)


def _plain(word: str) -> str:
    return word.strip(".,;:!?'\"()[]").casefold()
