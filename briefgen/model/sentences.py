"""A text -> its sentences, by rule: no language model, and the same everywhere."""

from __future__ import annotations

import re
from collections.abc import Iterator

from briefgen.model.entries import Span

# A sentence ends at a line's end, at a full stop before a capital, and where the next is glued to it: "Russia.Your".
_SENTENCE = re.compile(
    r"[^\n]+?(?:(?<=[.!?])[\"”’')\]]*(?=\s+[\"“‘'(\[]?[A-Z0-9])|(?<=[a-z0-9)”’][.!?])(?=[A-Z“][a-z’' ])|$)", re.M
)
_ABBREVIATION = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Sen|Rep|Gov|Gen|Lt|Col|Sgt|Capt|Prof|Rev|Hon|St|vs|No|Inc|Corp|Co|Ltd|Jan|Feb|Mar|Apr|Jun|Jul|"
    r"Aug|Sept?|Oct|Nov|Dec)|\b[A-Z])\.$"
)


def sentences(text: str) -> Iterator[Span]:
    """The sentences of a text, in order, without the white space around them. None runs over a line's end."""
    start = -1
    for match in _SENTENCE.finditer(text):
        begin = match.start() if start < 0 else start
        runs_on = _ABBREVIATION.search(match[0]) and text[match.end() : match.end() + 1] not in ("", "\n")
        if runs_on:
            start = begin
            continue
        start = -1
        yield from _trimmed(text, begin, match.end())
    if start >= 0:
        yield from _trimmed(text, start, len(text))


def _trimmed(text: str, start: int, end: int) -> Iterator[Span]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        yield Span(start, end)
