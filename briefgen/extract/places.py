"""Things by where they stand in a text, found without looking at all of them."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from briefgen.model.entries import Span

_BLOCK = 256  # characters of a text whose things are looked through together
T = TypeVar("T")


class Places(Generic[T]):
    """Things with their spans; `touching` takes time by what stands near, not by how much there is."""

    def __init__(self, things: Iterable[tuple[Span, T]]) -> None:
        self._things = list(things)
        self._near: defaultdict[int, list[int]] = defaultdict(list)
        for number, (span, _) in enumerate(self._things):
            for block in range(span.start // _BLOCK, (span.end - 1) // _BLOCK + 1):
                self._near[block].append(number)

    def touching(self, start: int, end: int) -> list[T]:
        """What shares a character with a stretch of the text, each thing once, in the order they were given in."""
        numbers: set[int] = set()
        for block in range(start // _BLOCK, (end - 1) // _BLOCK + 1):
            for number in self._near.get(block, ()):
                span = self._things[number][0]
                if span.start < end and start < span.end:
                    numbers.add(number)
        return [self._things[number][1] for number in sorted(numbers)]


@dataclass(frozen=True, slots=True)
class Lines:
    """Where the lines of a text end."""

    ends: Sequence[int]

    def between(self, start: int, end: int) -> int:
        """How many lines end from one place to another."""
        return max(0, bisect_left(self.ends, end) - bisect_left(self.ends, start))


def line_ends(text: str) -> Lines:
    """Where the lines of a text end."""
    return Lines([at for at, character in enumerate(text) if character == "\n"])
