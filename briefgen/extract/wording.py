"""A stretch of a text -> a sentence that an editor can keep: the source's own words, whole, and with their marks.

Nothing is put in other words. A quotation that the stretch cuts gets its missing mark, a dateline is left out, and
a pronoun that opens the sentence gives way to the name in brackets, where the text says whom it means. What would
still begin in the middle of something is given to its speaker, after a colon; where there is none it is no sentence.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from briefgen.extract.lexicon import word_set
from briefgen.extract.reading import Opener
from briefgen.model.entries import Span

LONGEST = 60  # words of a sentence that is kept whole
_DATELINE = re.compile(
    r"^[A-Z][A-Z.,'’ ]{2,40}(?:, [A-Z][a-z]{2,8}\.? \d{1,2})?(?: ?\([^()]{2,30}\))? ?(?:--?|[—–]) ?(?=\S)"
)
_JOINER = re.compile(r"^(?:And|But|So|Or|Yet|Meanwhile|However|Also|Still|Then),? (?=\S)")
_MARKS = re.compile("``|''|[\"“”]")


def sentence(text: str, span: Span, quotes: Sequence[Span], named: Sequence[Opener], speaker: str) -> str:
    """The words of a span as a sentence; an empty text where they make none.

    `quotes` are the quotations of the text, `named` whom pronouns in it mean, `speaker` whose words they are.
    """
    if any(q.start <= span.start and span.end <= q.end for q in quotes):
        own = quoted(text, span)
        return f"{speaker}: {own}" if speaker and own else ""
    words = _marked(text, span, quotes, named)
    words = _DATELINE.sub("", _spaced(words))
    if (rest := _JOINER.sub("", words)) != words:
        words = rest[:1].upper() + rest[1:]
    if not words:
        return ""
    words = words if words[-1] in ".!?”)" else f"{words.rstrip(' ,;:—–-')}."
    if begins(words):
        return words
    return f"{speaker}: {words}" if speaker else ""


def quoted(text: str, span: Span) -> str:
    """The words of a span that lies in a quotation, between marks; an empty text where there are none."""
    own = _spaced(_MARKS.sub("", text[span.start : span.end]).strip(" ,"))
    return f"“{own if own[-1] in '.!?' else own + '.'}”" if own else ""


def begins(words: str) -> bool:
    """Whether words begin as a sentence does: with a capital or a figure, and not with a pronoun or a conjunction."""
    first = re.match(r"[“\"‘'(\[]*(\w+)", words)
    if first is None:
        return False
    word = first[1]
    return not (word[0].islower() and not word[1:2].isupper()) and word.lower() not in word_set("leaning")


def _marked(text: str, span: Span, quotes: Sequence[Span], named: Sequence[Opener]) -> str:
    """The words of a span, quotations in curly marks, those that it cuts opened or closed, pronouns named."""
    changes: list[tuple[int, int, str]] = []
    known: set[int] = set()
    before = after = ""
    for quote in quotes:
        if quote.end <= span.start or quote.start >= span.end:
            continue
        first, last = _MARKS.match(text, quote.start), _closing(text, quote)
        if first is None:
            continue  # single marks stay as they are
        if quote.start >= span.start:
            changes.append((first.start(), first.end(), "“"))
        else:
            before = "“"
        if quote.end <= span.end and last is not None:
            changes.append((last[0], last[1], "”"))
        else:
            after = "”"
        known |= {first.start(), last[0] if last else -1}
    # A mark that belongs to no quotation would leave the reader waiting for its other half; one of inches would not.
    strays = (m for m in _MARKS.finditer(text, span.start, span.end) if m.start() not in known)
    changes += [(m.start(), m.end(), "") for m in strays if not text[m.start() - 1 : m.start()].isdigit()]
    inside = [each for each in named if span.start <= each.span.start < span.end]
    changes += [(each.span.start, each.span.end, f"[{each.name}]") for each in inside]
    made, at = before, span.start
    for start, end, new in sorted(changes):
        made += text[at:start] + new
        at = end
    return made + text[at : span.end] + after


def _closing(text: str, quote: Span) -> tuple[int, int] | None:
    """Where the mark that closes a quotation stands; None where the quotation goes on in the next paragraph."""
    for mark in ("''", '"', "”"):
        if text.endswith(mark, quote.start + 1, quote.end):
            return quote.end - len(mark), quote.end
    return None


def _spaced(words: str) -> str:
    """Words with single spaces, none inside quotation marks or before a comma."""
    words = " ".join(words.split())
    words = re.sub(r"“ +", "“", words)
    words = re.sub(r" +”", "”", words)
    return re.sub(r" +([,;.!?])", r"\1", words)
