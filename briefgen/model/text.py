"""Which characters a text of ours may hold, what its lines are, and how it is shown on a terminal."""

from __future__ import annotations

import re

# Controls other than tab and newline, lone surrogates, and the code points Unicode reserves for no character.
FORBIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
    + "".join(f"{chr(plane * 0x10000 + 0xFFFE)}{chr(plane * 0x10000 + 0xFFFF)}" for plane in range(1, 17))
    + "]"
)

# What could move a terminal's cursor or turn the order of its letters around.
UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


BIDI = "\u202a-\u202e\u2066-\u2069"  # embeddings, overrides and isolates, with what ends them

_HARMLESS = bytes(b for b in range(0x80) if not FORBIDDEN.match(chr(b)))


def forbidden(text: str) -> re.Match[str] | None:
    """The first character that may not stand in a text, or None."""
    if text.isascii() and not text.encode().translate(None, _HARMLESS):
        return None  # the usual case, told many times faster than the pattern can
    return FORBIDDEN.search(text)


# Ends of lines, and the bidi controls that reach beyond the letters beside them.
_NOT_IN_A_LINE = re.compile(f"[\t\n\u2028\u2029{BIDI}]")


def unfit(text: str) -> re.Match[str] | None:
    """The first character that may not stand in one line that others print: forbidden, a line's end, a bidi control."""
    return min((m for m in (forbidden(text), _NOT_IN_A_LINE.search(text)) if m), key=re.Match.start, default=None)


def lines_of(text: str, *, with_ends: bool = False) -> list[str]:
    """The lines of a text. A newline ends a line, with a carriage return before it or not, and nothing else does.

    So count git and every tool that takes `file:line`; Python and YAML break lines at more characters.
    """
    found = text.split("\n")
    last = found.pop()
    if with_ends:
        return [*(f"{line}\n" for line in found), *([last] if last else [])]
    return [line.removesuffix("\r") for line in (*found, *([last] if last else []))]


def line_and_column(text: str, at: int) -> tuple[int, int]:
    """The line and the column, counted from 1, of a character of a text."""
    return text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)


def name_of(character: str) -> str:
    """A character as `U+0007`."""
    return f"U+{ord(character):04X}"


def one_line(text: str) -> str:
    """A text on one line, safe to print: newlines and tabs are spelt out too."""
    return text if text.isprintable() else UNPRINTABLE.sub(lambda m: f"<{name_of(m[0])}>", text)


def printable(text: str) -> str:
    """A text safe to print: newlines and tabs stay, other controls and bidi marks are spelt `<U+202E>`."""
    return UNPRINTABLE.sub(lambda m: m[0] if m[0] in "\n\t" else f"<{name_of(m[0])}>", text)
