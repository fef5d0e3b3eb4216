"""Texts that a person types and that leave a bidi control open: said where they are typed, closed where they are shown.

What a source says is not looked at here: it is shown as it is, in an element that isolates it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any

from briefgen.model.bidi import unclosed
from briefgen.model.entries import Cut, Entry, Evidence, Order, Source, Unnamed, When
from briefgen.model.problems import Place, Problem
from briefgen.model.text import BIDI, lines_of, name_of

RULE = "open-bidi"
_OF_SOURCES = (Source, Evidence, Unnamed, When, Order, Cut, Place)  # whose words are those of a source
_MAY_HOLD = re.compile(rf"[{BIDI}]|\\[uU]")


def may_turn(text: str) -> bool:
    """Whether there may be a bidi control in a file's text, written out or escaped: in nearly all there is none."""
    return _MAY_HOLD.search(text) is not None


def left_open(entry: Entry) -> Iterator[Problem]:
    """A warning at each text of an entry, and each line of its body, that a control reaches out of."""
    yield from _in(entry)
    for number, line in enumerate(lines_of(entry.body)):
        if found := unclosed(line):
            yield _problem(found[0], Place(entry.place.file, entry.body_line + number, found.start() + 1))


def _in(thing: Any) -> Iterator[Problem]:
    if isinstance(thing, _OF_SOURCES):
        return
    for name in (field.name for field in fields(thing) if field.name != "body"):
        for each in _values(getattr(thing, name)):
            if is_dataclass(each):
                yield from _in(each)
            elif isinstance(each, str) and (found := unclosed(each)):
                yield replace(_problem(found[0], thing.place), seek=(each,))


def _values(value: object) -> Iterable[object]:
    if isinstance(value, Mapping):
        return (*value, *value.values())
    return value if isinstance(value, tuple) else (value,)


def _problem(control: str, place: Place) -> Problem:
    message = f"{name_of(control)} turns around what comes after this text; it is closed where the text is shown"
    return Problem(place, RULE, message, "warning", "Close it (U+202C, or U+2069 for an isolate), or take it out.")
