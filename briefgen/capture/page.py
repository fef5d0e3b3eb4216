"""A page -> the lines of its report, and what it says of itself, in one pass over its tags.

The report is what stands in the part of the page that holds most prose. Which part that is comes from weighing:
a line of prose speaks for what it stands in, and less for what that stands in.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from briefgen.capture.markup import End, Start, tokens

_ASIDE = frozenset(
    ("script", "style", "noscript", "template", "nav", "footer", "aside", "form", "button", "svg", "math", "iframe",
     "select", "figure", "xmp", "noembed", "noframes", "textarea", "title")
)  # fmt: skip
_ASIDE_WORDS = re.compile(
    r"(?:^|[-_\s])(?:comment|related|promo|newsletter|subscri|share|social|cookie|consent|advert|banner|breadcrumb|recirc|"
    r"sidebar|footer|menu|toolbar|signup|paywall|taboola|outbrain|recommend)",
    re.I,
)
_NEVER_ASIDE = frozenset(("html", "body", "article", "main"))
_PROSE = frozenset(("p", "blockquote"))
_BLOCKS = _PROSE | {"h1", "h2", "h3", "h4", "li", "pre", "dd", "dt"}
_VOID = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr",
     "basefont", "frame", "keygen")
)  # fmt: skip
_INLINE = frozenset(
    ("a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i", "ins",
     "kbd", "label", "mark", "nobr", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt",
     "u", "var")
)  # fmt: skip
# What a start tag ends that is still open, and what it does not look beyond.
_ENDS: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    "li": (frozenset(("li",)), frozenset(("ul", "ol", "menu", "dir", "table"))),
    "dt": (frozenset(("dt", "dd")), frozenset(("dl", "table"))),
    "dd": (frozenset(("dt", "dd")), frozenset(("dl", "table"))),
    "tr": (frozenset(("tr", "caption")), frozenset(("table",))),
    "td": (frozenset(("td", "th")), frozenset(("tr", "table"))),
    "th": (frozenset(("td", "th")), frozenset(("tr", "table"))),
    "option": (frozenset(("option",)), frozenset(("select",))),
}
_ENDS_P = (frozenset(("p",)), frozenset(("td", "th", "caption", "button", "table", "body", "html")))
_FAR = 12  # elements that are looked through for one to end
DEEPEST = 512  # elements in one another; as in browsers, what is deeper stands beside what it stands in
_NEAR = 4  # elements for which a line of prose speaks: what it stands in, what that stands in, and so on
_SHORT = 40  # characters of a line up to which it is no prose
_MOST_THINGS, _LONGEST_THING = 50, 2 << 20  # blocks of JSON-LD, and characters of one
_MOST_TIMES = 50
_LONGEST_NAME = 1000  # characters of a title or a byline that are kept


@dataclass(slots=True)
class Page:
    """What one pass over a page gave; a key of `meta` that stands there twice has its first value."""

    meta: dict[str, str] = field(default_factory=dict)
    things: list[str] = field(default_factory=list)  # blocks of JSON-LD, as text
    times: list[str] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)  # "title", "h1" and "author": the first of each
    canonical: str = ""
    language: str = ""
    text: str = ""
    elements: int = 0
    depth: int = 0
    width: int = 0  # attributes of one element, at most


def read(html: str) -> Page:
    """Read a page. Any text is one: what has no tags is all prose."""
    return _Reader().read(html)


@dataclass(slots=True)
class _Open:
    """An element that has begun: whether it is beside the report, and the number of the nearest part it stands in."""

    name: str
    is_aside: bool
    part: int


class _Reader:
    """Where the pass has come to: the elements that are open, and the line that is being gathered."""

    def __init__(self) -> None:
        self.page = Page()
        self._stack: list[_Open] = []
        self._open: Counter[str] = Counter()
        self._parents = [-1]  # of each part, the part it stands in; the page itself is the first
        self._first_line = [0]
        self._last_line: dict[int, int] = {}
        self._weights: dict[int, float] = {}
        self._lines: list[tuple[str, bool]] = []  # each with whether it is a block's
        self._line: list[str] = []
        self._naming: dict[str, tuple[int, list[str]]] = {}  # a name that is being read: since which depth, and what
        self._is_linked_data = False
        self._breaks = 0

    def read(self, html: str) -> Page:
        for token in tokens(html):
            if isinstance(token, str):
                self._say(token)
            elif isinstance(token, Start):
                self._begin(token)
            else:
                self._end(token)
        self._pop(0)
        self._flush()
        self.page.text = "\n".join(self._report())
        return self.page

    # ---- tokens ----

    def _say(self, text: str) -> None:
        if self._is_linked_data:
            if len(self.page.things) < _MOST_THINGS and len(text) <= _LONGEST_THING:
                self.page.things.append(text)
            return
        for _, parts in self._naming.values():
            if len(parts) < _LONGEST_NAME:
                parts.append(text[:_LONGEST_NAME])
        if not (self._stack and self._stack[-1].is_aside):
            self._line.append(text)
            if not text.isspace():
                self._breaks = 0

    def _begin(self, tag: Start) -> None:
        self.page.elements += 1
        self.page.width = max(self.page.width, len(tag.attributes))
        self._note(tag)
        if tag.name in _VOID:
            self._break(tag.name)
            return
        if tag.name not in _INLINE:
            self._close(*_ENDS.get(tag.name, _ENDS_P))
            self._flush()
        if (tag.is_closed and tag.name in _ASIDE) or len(self._stack) >= DEEPEST:
            return
        self._push(tag)
        self._name(tag)

    def _end(self, tag: End) -> None:
        self._is_linked_data = False
        if not self._open[tag.name]:
            self._break(tag.name)
            return
        is_inline = tag.name in _INLINE
        nearest = range(len(self._stack) - 1, max(-1, len(self._stack) - 1 - _FAR) if is_inline else -1, -1)
        for at in nearest:
            if self._stack[at].name == tag.name:
                self._pop(at)
                return
            if is_inline and self._stack[at].name not in _INLINE:
                return

    def _break(self, name: str) -> None:
        """A line's break is a blank; two of them, or a rule, end the line."""
        if name == "br":
            self._breaks += 1
            self._line.append(" ")
        if name == "hr" or self._breaks > 1:
            self._flush()

    # ---- elements that are open ----

    def _push(self, tag: Start) -> None:
        above = self._stack[-1] if self._stack else None
        part = above.part if above else 0
        is_aside = bool(above and above.is_aside) or _is_aside(tag)
        if not is_aside and tag.name not in _INLINE and tag.name not in _PROSE and tag.name != "html":
            self._parents.append(part)
            self._first_line.append(len(self._lines))
            part = len(self._parents) - 1
        self._stack.append(_Open(tag.name, is_aside, part))
        self._open[tag.name] += 1
        self.page.depth = max(self.page.depth, len(self._stack))

    def _close(self, wanted: frozenset[str], barriers: frozenset[str]) -> None:
        """End the nearest element of these names, and what is open in it."""
        if not any(self._open[name] for name in wanted):
            return
        for at in range(len(self._stack) - 1, max(-1, len(self._stack) - 1 - _FAR), -1):
            if self._stack[at].name in wanted:
                self._pop(at)
                return
            if self._stack[at].name in barriers:
                return

    def _pop(self, to: int) -> None:
        """End all elements down to a depth."""
        while len(self._stack) > to:
            if self._stack[-1].name not in _INLINE:
                self._flush()
            gone = self._stack.pop()
            self._open[gone.name] -= 1
            if not self._stack or self._stack[-1].part != gone.part:
                self._last_line[gone.part] = len(self._lines)
            for name, (depth, parts) in tuple(self._naming.items()):
                if len(self._stack) <= depth:
                    self.page.names[name] = "".join(parts)[:_LONGEST_NAME]
                    del self._naming[name]

    # ---- lines ----

    def _flush(self) -> None:
        """End the line that is being gathered."""
        self._breaks = 0
        if not self._line:
            return
        line = " ".join("".join(self._line).split())
        self._line = []
        if not line:
            return
        block = next((each for each in reversed(self._stack[-_FAR:]) if each.name not in _INLINE), None)
        name = block.name if block else ""
        self._lines.append((line, name in _BLOCKS))
        if (len(line) > _SHORT and name in _PROSE) or (name not in _BLOCKS and _is_prose(line)):
            part = block.part if block else 0
            for distance in range(_NEAR):
                self._weights[part] = self._weights.get(part, 0.0) + len(line) * (1.0 - 0.2 * distance)
                part = self._parents[part]
                if part < 0:
                    break

    def _report(self) -> Iterator[str]:
        """The lines of the part that holds most prose: its blocks, and what stands between them and is prose."""
        home = max(self._weights, key=lambda each: self._weights[each], default=0)
        last = self._last_line.get(home, len(self._lines))
        for line, is_block in self._lines[self._first_line[home] : last]:
            if is_block or not self._weights or _is_prose(line):
                yield line

    # ---- what the page says of itself ----

    def _note(self, tag: Start) -> None:
        given = tag.attributes
        if tag.name == "meta" and given.get("content"):
            key = given.get("property") or given.get("name") or given.get("itemprop")
            if key and len(self.page.meta) < _MOST_TIMES:
                self.page.meta.setdefault(key.lower(), given["content"])
        elif tag.name == "link" and "canonical" in given.get("rel", "").lower().split():
            self.page.canonical = self.page.canonical or given.get("href", "")
        elif tag.name == "html":
            self.page.language = self.page.language or given.get("lang", "")
        elif tag.name == "script":
            is_linked_data = given.get("type", "").strip().lower() == "application/ld+json"
            self._is_linked_data = is_linked_data and not tag.is_closed
        if tag.name == "time" and given.get("datetime") and len(self.page.times) < _MOST_TIMES:
            self.page.times.append(given["datetime"])

    def _name(self, tag: Start) -> None:
        """Begin to read a name where one stands and none has been read yet."""
        is_author = "author" in (*tag.attributes.get("rel", "").split(), *tag.attributes.get("itemprop", "").split())
        for name, is_it in (("title", tag.name == "title"), ("h1", tag.name == "h1"), ("author", is_author)):
            if is_it and name not in self.page.names and name not in self._naming:
                self._naming[name] = (len(self._stack) - 1, [])


def _is_prose(line: str) -> bool:
    """Whether a line that stands in no paragraph reads as one: it is long, and ends as a sentence does."""
    return len(line) > _SHORT and line.rstrip("\"'”’»)]")[-1:] in tuple(".!?…。:")


def _is_aside(tag: Start) -> bool:
    if tag.name in _ASIDE:
        return True
    if tag.name in _NEVER_ASIDE:
        return False
    words = f"{tag.attributes.get('class', '')} {tag.attributes.get('id', '')}"
    return bool(_ASIDE_WORDS.search(words[:_LONGEST_NAME]))
