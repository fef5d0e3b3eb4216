"""A file taken apart: where its front matter ends and its body begins, and what reading it gave."""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import blake2b

from briefgen.model.entries import Entry
from briefgen.model.problems import Place, Problem

_FENCE = "---"


@dataclass(frozen=True, slots=True)
class ReadEntry:
    """One file as it was read: its entry if it has one, every problem met, a digest of its text, its front matter."""

    entry: Entry | None
    problems: tuple[Problem, ...]
    text: bytes = b""
    front: str = ""


def text_digest(text: str) -> bytes:
    """A digest of a file's text: what is read from it is the same wherever it is the same."""
    return blake2b(text.encode(), digest_size=16).digest()


def front_of(text: str, name: str) -> str:
    """The front matter in a file's text; empty where there is none."""
    parts = split(text, name)
    return "" if isinstance(parts, Problem) else parts[0]


def split(text: str, file: str) -> tuple[str, str, int] | Problem:
    """A file's YAML, its body, and the line on which the body begins; or what is wrong with its fences."""
    first, _, rest = text.partition("\n")
    if first.rstrip() != _FENCE:
        hint = "Begin the file with a line `---`, end the front matter with another."
        return Problem(Place(file, 1, 1), "no-front-matter", "the file does not begin with `---`", hint=hint)
    end = _closing(rest)
    if end is None:
        return Problem(Place(file, 1, 1), "no-front-matter", "the front matter is not closed by a line `---`")
    source = rest[: end[0]]
    return source, rest[end[1] :], source.count("\n") + 3


def _closing(rest: str) -> tuple[int, int] | None:
    """Where the line that closes the front matter begins, and where the body does."""
    found = _CLOSING.search(rest)
    return (found.start(), min(found.end() + 1, len(rest))) if found else None


_CLOSING = re.compile(r"^---[^\S\n]*$", re.MULTILINE)
