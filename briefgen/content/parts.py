"""A file taken apart: where its front matter ends and its body begins, and what reading it gave."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b

from briefgen.model.entries import Entry
from briefgen.model.problems import Place, Problem

_FENCE = "---"


@dataclass(frozen=True, slots=True)
class ReadEntry:
    """One file as it was read: its entry if it has one, every problem met, and a digest of its front matter."""

    entry: Entry | None
    problems: tuple[Problem, ...]
    front: bytes = b""


def front_digest(text: str, name: str) -> bytes:
    """A digest of the front matter in a file's text: where it stays the same, only the body has changed."""
    parts = split(text, name)
    return b"" if isinstance(parts, Problem) else blake2b(parts[0].encode(), digest_size=16).digest()


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
    at = 0
    while at <= len(rest):
        newline = rest.find("\n", at)
        end = len(rest) if newline < 0 else newline
        if rest[at:end].rstrip() == _FENCE:
            return at, min(end + 1, len(rest))
        if newline < 0:
            return None
        at = newline + 1
    return None
