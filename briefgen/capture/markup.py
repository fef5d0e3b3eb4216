"""HTML -> its tags and texts, in one pass over the characters, however broken or hostile the page.

Tags are told as browsers tell them (WHATWG, "Tokenization"): what never ends is no text. No tree is built, and
no character is looked at more than a few times, so neither time nor memory grows faster than the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import unescape

# Elements whose content is no markup, up to their own end tag; that of the last two may hold `&amp;`.
_RAW = frozenset(("script", "style", "iframe", "noembed", "noframes", "xmp", "title", "textarea"))
_ESCAPED = frozenset(("title", "textarea"))
_NAME = re.compile(r"[A-Za-z][^\s/>]*+", re.A)
_ATTRIBUTE = re.compile(
    r"[\s/]*+([^\s/>][^\s/>=]*+)(?:\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)'|(?![\"'])([^\s>]*+)|(?P<open>[\"'])))?", re.A
)
_TO_THE_END = re.compile(r"[\s/]*+>", re.A)
_MOST_ATTRIBUTES = 100  # of one tag; what comes after them is passed over
_NO_ATTRIBUTES: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Start:
    """A start tag: its name and its attributes, both in lower case; `is_closed` says that it ends with `/>`."""

    name: str
    attributes: Mapping[str, str]
    is_closed: bool = False


@dataclass(frozen=True, slots=True)
class End:
    """An end tag."""

    name: str


def tokens(html: str) -> Iterator[Start | End | str]:
    """The tags and texts of a page, in order; comments, declarations and what never ends are left out."""
    at = 0
    while True:
        tag = html.find("<", at)
        if tag < 0:
            if at < len(html):
                yield unescape(html[at:])
            return
        following = html[tag + 1 : tag + 2]
        if following.isascii() and following.isalpha():
            if tag > at:
                yield unescape(html[at:tag])
            start, at = _start(html, tag)
            if at < 0:
                return
            yield start
            if start.name in _RAW and not start.is_closed:
                end = _end_of_raw(html, at, start.name)
                if end < 0:
                    return
                inside = html[at:end]
                yield unescape(inside) if start.name in _ESCAPED else inside
                at = end
        elif following in ("/", "!", "?") and following:
            if tag > at:
                yield unescape(html[at:tag])
            last = "-->" if html.startswith("<!--", tag) else ">"
            end = html.find(last, tag + 2)
            if end < 0:
                return
            at = end + len(last)
            if following == "/" and (name := _NAME.match(html, tag + 2)):
                yield End(name[0].lower())
        else:  # a `<` that begins no tag is a letter like any other
            end = html.find("<", tag + 1)
            end = len(html) if end < 0 else end
            yield unescape(html[at:end])
            at = end


def _start(html: str, at: int) -> tuple[Start, int]:
    """The start tag that begins here, and where it is over; below 0 where it never is."""
    name = _NAME.match(html, at + 1)
    assert name
    at = name.end()
    attributes: dict[str, str] = {}
    while not (end := _TO_THE_END.match(html, at)):
        found = _ATTRIBUTE.match(html, at)
        if not found or found["open"]:
            return Start("", _NO_ATTRIBUTES), -1
        if len(attributes) < _MOST_ATTRIBUTES:
            value = found[2] or found[3] or found[4] or ""
            attributes.setdefault(found[1].lower(), unescape(value) if "&" in value else value)
        at = found.end()
    return Start(name[0].lower(), attributes or _NO_ATTRIBUTES, end[0].endswith("/>")), end.end()


def _end_of_raw(html: str, at: int, name: str) -> int:
    """Where the end tag of an element begins whose content is no markup; below 0 where there is none."""
    found = _END_OF_RAW[name].search(html, at)
    return found.start() if found else -1


_END_OF_RAW = {name: re.compile(rf"</{name}(?=[\s/>])", re.I) for name in _RAW}
