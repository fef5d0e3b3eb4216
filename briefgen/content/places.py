"""From the entry at fault to the very word: the last step before a problem is shown."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from briefgen.content.door import Door
from briefgen.model.problems import Place, Problem
from briefgen.model.text import lines_of


@dataclass(slots=True)
class Lines:
    """The lines of the files that problems point into, each file read once."""

    door: Door
    files: dict[str, list[str]] = field(default_factory=dict)

    def of(self, file: str) -> list[str]:
        """The lines of a file; none where it is not a text."""
        if file not in self.files:
            path = self.door.root / file
            text = self.door.read_text(path) if file and Path(path).is_file() else ""
            self.files[file] = lines_of(text) if isinstance(text, str) else []
        return self.files[file]

    def line(self, place: Place) -> str:
        """The line that a place is on, or an empty text."""
        lines = self.of(place.file)
        return lines[place.line - 1] if 0 < place.line <= len(lines) else ""


def sharpened(problems: Iterable[Problem], lines: Lines) -> list[Problem]:
    """The same problems, each at the word it is about where that word can be seen."""
    return [_sharpened(problem, lines) for problem in problems]


def _sharpened(problem: Problem, lines: Lines) -> Problem:
    place = problem.place
    for word in problem.seek:
        found = _next(word, place, lines.of(place.file))
        if found is None:
            break
        place = found
    return replace(problem, place=place, seek=())


def _next(word: str, place: Place, lines: list[str]) -> Place | None:
    """The next whole occurrence of a word from a place on."""
    pattern = re.compile(rf"(?<![\w-]){re.escape(word)}(?![\w-])") if word else None
    first = max(place.line, 1)
    for number in range(first, len(lines) + 1):
        start = max(place.column - 1, 0) if number == first else 0
        if pattern and (match := pattern.search(lines[number - 1], start)):
            return Place(place.file, number, match.start() + 1, len(word))
    return None
