"""Where two texts that say the same differ: in number, distance, speaker, party, tense or hedge."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from briefgen.extract.lexicon import lexicon, word_set
from briefgen.extract.propositions import Proposition
from briefgen.extract.reading import Reading
from briefgen.model.entries import Span

MOST = 2  # differences that are told of one claim
Given = tuple[int, Proposition]
Readings = tuple[tuple[int, str], ...]
_FIGURES = {word: str(at) for at, word in enumerate(lexicon().figures, 1)}
_NUMBER = re.compile(
    rf"\b\d[\d,.]*\b|\b(?:{'|'.join(list(_FIGURES)[1:])}|dozens?|hundreds?|thousands?|millions?|billions?)\b", re.I
)
_PARTIES = word_set("parties")


def differences(given: Sequence[Given], readings: Sequence[Reading]) -> Iterator[tuple[str, Readings]]:
    """What differs between the first text's words for a claim and each other's: a note, and both readings."""
    first = given[0]
    for other in given[1:]:
        if other[0] == first[0]:
            continue
        told = 0
        for rule in RULES:
            note, spans = rule(first[1], other[1])
            if not note or told == MOST:
                continue
            quotes = tuple(
                (n, _fragment(readings[n], span)) for (n, _), span in zip((first, other), spans, strict=True)
            )
            if all(q for _, q in quotes) and quotes[0][1] != quotes[1][1]:
                told += 1
                yield note, quotes


Difference = tuple[str, tuple[Span, ...]]
_NONE: Difference = ("", ())


def _numbers(one: Proposition, other: Proposition) -> Difference:
    """Figures of which neither text has the other's: 12 and 14 dead, "six" and "Five" boats."""
    own, theirs = _numbers_in(one), _numbers_in(other)
    if own and theirs and not own.keys() & theirs.keys():
        return "The numbers differ.", (next(iter(own.values())), next(iter(theirs.values())))
    return _NONE


def _numbers_in(proposition: Proposition) -> dict[str, Span]:
    """The figures of a content, words of number as figures, each with its place."""
    if proposition.content is None:
        return {}
    start = proposition.content.start
    found = ((m[0].replace(",", "").lower().rstrip("."), m.span()) for m in _NUMBER.finditer(proposition.matter))
    return {_FIGURES.get(word, word): Span(start + first, start + last) for word, (first, last) in found}


def _distance(one: Proposition, other: Proposition) -> Difference:
    if bool(one.distance) == bool(other.distance) or one.content is None or other.content is None:
        return _NONE
    return "Only one of the texts keeps its distance from the words of those it quotes.", (one.content, other.content)


def _speakers(one: Proposition, other: Proposition) -> Difference:
    if one.source is None or other.source is None:
        return _NONE
    both_unnamed = one.descriptor and other.descriptor
    if (
        (
            both_unnamed
            and _words(one.descriptor) != _words(other.descriptor)
            and set(_words(one.descriptor)) ^ set(_words(other.descriptor))
        )
        and _last(one.descriptor) == _last(other.descriptor)
        and not _same_words(one.descriptor, other.descriptor)
    ):
        return "The texts describe the speaker differently.", (one.source, other.source)
    return _NONE


def _same_words(one: str, other: str) -> bool:
    small = frozenset(("in", "of", "the", "a", "from"))
    return _stems(one) - small == _stems(other) - small


def _stems(text: str) -> set[str]:
    return {w.rstrip("n").lower()[:5] for w in _words(text)}


def _words(text: str) -> list[str]:
    return text.lower().split()


def _last(text: str) -> str:
    head = re.split(r"\b(?:in|of|from|at)\b", text.lower())[0].split()
    return head[-1] if head else ""


def _parties(one: Proposition, other: Proposition) -> Difference:
    if one.subject != other.subject and {one.subject, other.subject} <= _PARTIES and one.content and other.content:
        return "The texts name different parties.", (one.content, other.content)
    return _NONE


def _tenses(one: Proposition, other: Proposition) -> Difference:
    if not one.tense or not other.tense or one.tense == other.tense or one.content is None or other.content is None:
        return _NONE
    if {one.tense, other.tense} == {"past", "present"}:
        return _NONE
    return "What one text puts as possible or to come, the other puts otherwise.", (one.content, other.content)


def _hedges(one: Proposition, other: Proposition) -> Difference:
    own, theirs = one.hedge.lower(), other.hedge.lower()
    if own[:5] == theirs[:5] or one.content is None or other.content is None or one.is_denial or one.is_inner:
        return _NONE
    spans = tuple(p.hedges[0] if p.hedges else p.content for p in (one, other) if p.content)
    note = "The texts hedge differently." if own and theirs else "Only one of the texts hedges."
    return note, spans


RULES: tuple[Callable[[Proposition, Proposition], Difference], ...] = (
    _numbers,
    _distance,
    _speakers,
    _parties,
    _tenses,
    _hedges,
)


def _fragment(reading: Reading, span: Span) -> str:
    """The words at a place: seven or more, until they stand nowhere else; an empty text where none do."""
    words = list(re.finditer(r"\S+", reading.text[span.start : span.start + 400]))
    before = list(re.finditer(r"\S+", reading.text[max(0, span.start - 80) : span.start]))
    line_end = reading.text.find("\n", span.start)
    limit = (line_end if line_end >= 0 else len(reading.text)) - span.start
    for count in range(7, len(words) + 1):
        end = words[count - 1].end()
        if end > limit:
            break
        quote = reading.text[span.start : span.start + end].rstrip(" ,;:")
        if reading.text.count(quote) == 1:
            return quote
    fitting = [w for w in words if w.end() <= limit]
    quote = reading.text[span.start : span.start + fitting[-1].end()].rstrip(" ,;:") if fitting else ""
    if quote and reading.text.count(quote) == 1:
        return quote
    if before and quote:
        start = max(0, span.start - 80) + before[max(0, len(before) - 5)].start()
        longer = reading.text[start : span.start] + quote
        if "\n" not in longer and reading.text.count(longer) == 1:
            return longer
    return ""
