"""What is wrong, as values: a place, a rule, a sentence, and help."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Literal

Severity = Literal["error", "warning", "note"]

_RANK: dict[Severity, int] = {"error": 0, "warning": 1, "note": 2}


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A stretch of one line of a file: line and column count from 1, width is in characters; 0 is unknown."""

    file: str = ""
    line: int = 0
    column: int = 0
    width: int = 1

    def __str__(self) -> str:
        """`file:line:column`, as far as it is known."""
        return ":".join([self.file, *(str(part) for part in (self.line, self.column) if part)])


NOWHERE = Place()


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, or worth saying, with its place; `rule` is its short name in brackets.

    `seek` are words to look for one after the other from the place on: where the last one stands is
    where a person has to look. A check knows which fact is at fault, and the word, but not its column.
    `withheld` says what of it tells something that not everybody may know: all, or the line that it points to.
    """

    place: Place
    rule: str
    message: str
    severity: Severity = "error"
    hint: str = field(default="", compare=False)
    seek: tuple[str, ...] = field(default=(), compare=False)
    withheld: Literal["", "line", "all"] = field(default="", compare=False)


class BriefgenError(Exception):
    """The program cannot go on; the text says what to do. `code` is the exit status."""

    def __init__(self, message: str, hint: str = "", *, code: int = 2) -> None:
        super().__init__(message)
        self.message, self.hint, self.code = message, hint, code


def stop(problems: Iterable[Problem], *, strict: bool = False) -> bool:
    """Whether problems keep a site from being published: errors do, and warnings where it is strict."""
    return any(p.severity == "error" or (strict and p.severity == "warning") for p in problems)


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """Problems by file, line and column, the gravest first at one place; each once."""
    return sorted(set(problems), key=lambda p: (p.place, _RANK[p.severity], p.rule, p.message))


def did_you_mean(wrong: str, known: Iterable[str]) -> str:
    """`did you mean 'x'?` for the nearest known name, or an empty text."""
    near = get_close_matches(wrong, sorted(known), n=1, cutoff=0.6)
    return f"did you mean {near[0]!r}?" if near else ""
