"""Where everything in a front matter stands, and changes to its text by place: all the rest stays as it is.

Places are counted in characters of the file's text. What parts one node from the next (`-`, `?`, `:`, `,`) is known
from YAML's tokens, and between those there is nothing but blanks and comments.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import yaml

from briefgen.content.front_matter import HAS_LIBYAML, offset
from briefgen.content.parts import split
from briefgen.model.problems import Problem
from briefgen.model.text import lines_of

if TYPE_CHECKING:
    from briefgen.content.front_matter import AnyMark

_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")  # where YAML, and nobody else, ends a line
_ENDS = "\r\n\x85\u2028\u2029"
_BLANKS = f" \t{_ENDS}"
_KEEPS_BLANKS = re.compile(r"[|>](?:\d?\+|[-+]?\d)")  # a block of text of which blank lines may be part

Stretch = tuple[int, int]


@dataclass(slots=True, eq=False)
class Spot:
    """A YAML node by where it stands; `pairs` of a mapping, with where each key stands, `items` of a sequence."""

    start: int
    end: int
    is_flow: bool = False
    pairs: dict[str, Spot] = field(default_factory=dict)
    keys: dict[str, Stretch] = field(default_factory=dict)
    items: list[Spot] = field(default_factory=list)
    text: str | None = None  # of a scalar
    is_empty: bool = False  # whether nothing was written


@dataclass(frozen=True, slots=True)
class Front:
    """A file's front matter by where it stands in the file's text."""

    text: str
    root: Spot
    start: int
    fence: int  # where the closing fence begins
    signs: tuple[int, ...]  # where `-`, `?`, `:` and `,` stand that part nodes
    lines: tuple[int, ...]  # where YAML's lines begin

    def sign_before(self, at: int) -> int:
        """Where the last sign before a place stands; -1 if there is none."""
        found = bisect_left(self.signs, at)
        return self.signs[found - 1] if found else -1

    def comma_after(self, at: int) -> int | None:
        """Where the comma behind a node of a flow stands, if there is one."""
        found = bisect_left(self.signs, at)
        comma = self.signs[found] if found < len(self.signs) else -1
        return comma if comma >= 0 and self.text[comma] == "," and self.is_gap(at, comma) else None

    def is_gap(self, start: int, end: int) -> bool:
        """Whether nothing but blanks and comments stands between two places."""
        return not re.sub(r"(?:^|(?<=\s))#[^\n\r\x85\u2028\u2029]*", "", self.text[start:end]).strip(_BLANKS)

    def line_of(self, at: int) -> Stretch:
        """Where the line of YAML around a place begins, and where the next one does."""
        found = bisect_right(self.lines, at)
        start = self.lines[found - 1]
        return start, self.lines[found] if found < len(self.lines) else len(self.text)

    def indent(self, at: int) -> str | None:
        """What stands before a place on its line; None where that is not all blank."""
        before = self.text[self.line_of(at)[0] : at]
        return before if not before.strip(" \t") else None

    def column(self, at: int) -> int:
        """How far in a place is."""
        return at - self.line_of(at)[0]

    def colon(self, of: Spot, key: str) -> int:
        """Where the colon behind a key stands."""
        return self.signs[bisect_left(self.signs, of.keys[key][1])]

    def pair(self, of: Spot, key: str) -> Stretch:
        """Where a pair of a mapping stands, from its key, with the `?` before it, to the end of its value."""
        start, value = of.keys[key][0], of.pairs[key]
        sign = self.sign_before(start)
        if sign >= of.start and self.text[sign] == "?" and self.is_gap(sign + 1, start):
            start = sign
        return start, max(value.end, of.keys[key][1])


@dataclass(slots=True)
class Edits:
    """Words to be put into a text, and stretches to be taken out of it."""

    text: str
    made: list[tuple[int, int, str]] = field(default_factory=list)  # from, to, what stands there then

    def insert(self, at: int, new: str) -> None:
        """Put words in; of two at one place the one that came first stands first."""
        self.made.append((at, at, new.replace("\n", "\r\n") if self._is_crlf else new))

    def cut(self, start: int, end: int) -> None:
        """Take out what stands between two places. Cuts do not overlap, and nothing is put in within one."""
        self.made.append((start, end, ""))

    def result(self) -> str:
        """The text with all of it done."""
        pieces, at = [], 0
        for start, end, new in sorted(self.made, key=lambda made: (made[0], made[1])):
            pieces += [self.text[at:start], new]
            at = max(at, end)
        return "".join((*pieces, self.text[at:]))

    @property
    def _is_crlf(self) -> bool:
        return self.text[: self.text.find("\n")].endswith("\r")


# ---- reading -------------------------------------------------------------------------------------------------------


def spots(text: str, name: str) -> Front:
    """Where every node of a front matter stands. The text is one that `parse` takes."""
    parts = split(text, name)
    assert not isinstance(parts, Problem)
    source = parts[0]
    first = text.index("\n") + 1
    place = _Places(source, first)
    loader = yaml.CSafeLoader if HAS_LIBYAML else yaml.SafeLoader
    events = iter(yaml.parse(source, Loader=loader))
    root = next((place.node(e, events) for e in events if isinstance(e, yaml.MappingStartEvent)), Spot(first, first))
    signs = tuple(place.of(token.start_mark) for token in yaml.scan(source, Loader=loader) if isinstance(token, _SIGNS))
    fence = first + len(source)
    lines = (0, first, *(first + found.end() for found in _BREAK.finditer(source)))
    return Front(text, root, first, fence, tuple(at for at in signs if text[at] in "-?:,"), lines)


_SIGNS = (yaml.BlockEntryToken, yaml.FlowEntryToken, yaml.KeyToken, yaml.ValueToken)


@dataclass(frozen=True, slots=True)
class _Places:
    """From the marks of a front matter's YAML to places in the file."""

    source: str
    first: int

    def of(self, mark: AnyMark | None) -> int:
        return self.first + offset(self.source, mark)

    def node(self, event: yaml.Event, events: Iterator[yaml.Event]) -> Spot:
        """The node that begins with an event. They nest no deeper than `parse` takes."""
        spot = Spot(self.of(event.start_mark), self.of(event.end_mark))
        if isinstance(event, yaml.ScalarEvent):
            spot.text, spot.is_empty = event.value, event.value == "" and not event.style
            if event.style in ("|", ">"):
                spot.end = self._end_of_block(spot)
            return spot
        assert isinstance(event, yaml.CollectionStartEvent)
        spot.is_flow = bool(event.flow_style)
        for inner in events:
            if isinstance(inner, yaml.CollectionEndEvent):
                if spot.is_flow and self.source[spot.start - self.first] in "[{":
                    spot.end = self.of(inner.end_mark)
                break
            if isinstance(event, yaml.SequenceStartEvent):
                spot.items.append(self.node(inner, events))
                spot.end = max(spot.end, spot.items[-1].end)
            else:
                assert isinstance(inner, yaml.ScalarEvent)
                spot.keys[inner.value] = (self.of(inner.start_mark), self.of(inner.end_mark))
                spot.pairs[inner.value] = self.node(next(events), events)
                spot.end = max(spot.end, spot.pairs[inner.value].end)
        return spot

    def _end_of_block(self, spot: Spot) -> int:
        """Where a block of text ends: at its last line, without blank ones below that are not part of it."""
        written = self.source[spot.start - self.first : spot.end - self.first]
        starts = [0, *(found.end() for found in _BREAK.finditer(written) if found.end() < len(written))]
        lines = [written[start:end] for start, end in zip(starts, [*starts[1:], len(written)], strict=True)]
        if not _KEEPS_BLANKS.match(written):
            inner = min((_indent(line) for line in lines[1:] if line.strip(_BLANKS)), default=0)
            while not lines[-1].strip(_BLANKS) and len(lines[-1].rstrip(_ENDS)) <= inner:
                lines.pop()
        return spot.start + len("".join(lines)) - len(lines[-1]) + len(lines[-1].rstrip(_ENDS))


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" \t"))


# ---- putting in ----------------------------------------------------------------------------------------------------


def add_pair(front: Front, edits: Edits, of: Spot, key: str, value: str) -> None:
    """Put a new key behind those of a mapping; the value brings the blank or the newline before it."""
    if of.is_flow:
        add_to_flow(front, edits, of, f"{key}:{value}")
        return
    at = front.line_of(of.end)[1]
    if of is front.root and front.is_gap(at, front.fence):  # below the last comment too
        at = front.fence
    first = min((front.pair(of, each)[0] for each in of.pairs), default=front.start)
    indent = " " * front.column(first)
    edits.insert(at, "".join(f"{indent}{line}\n" for line in lines_of(f"{key}:{value}")))


def add_to_flow(front: Front, edits: Edits, of: Spot, new: str) -> None:
    """Put a part behind those of `{...}` or `[...]`."""
    ends = [front.pair(of, key)[1] for key in of.pairs] + [item.end for item in of.items]
    if ends:
        edits.insert(max(ends), f", {new}")
    else:
        edits.insert(of.start + 1, new)


def add_to_block(front: Front, edits: Edits, of: Spot, lines: str) -> None:
    """Put whole lines below the parts of a block, as far in as those are."""
    starts = [front.pair(of, key)[0] for key in of.pairs] + [front.sign_before(item.start) for item in of.items]
    indent = " " * front.column(starts[0])
    edits.insert(front.line_of(of.end)[1], "".join(f"{indent}{line}\n" for line in lines_of(lines)))


def add_below(front: Front, edits: Edits, of: Spot, key: str, lines: str) -> None:
    """Give a key that has nothing, or `[]`, a block of whole lines below it."""
    value = of.pairs[key]
    if not value.is_empty:
        start = len(front.text[: value.start].rstrip(" \t"))
        edits.cut(start, value.end)
    indent = " " * (front.column(front.pair(of, key)[0]) + 2)
    at = front.line_of(max(value.end, of.keys[key][1]))[1]
    edits.insert(at, "".join(f"{indent}{line}\n" for line in lines_of(lines)))


# ---- taking out ----------------------------------------------------------------------------------------------------


def take_pair(front: Front, edits: Edits, of: Spot, key: str, *, with_rest: bool = False) -> None:
    """Take a key with its value out of a mapping; comments stay. With the rest: see `_settle`."""
    if of.is_flow:
        pairs = [front.pair(of, each) for each in of.pairs]
        _take_from_flow(front, edits, pairs, [each == key for each in of.pairs], keeps_comments=True)
        return
    start, end = front.pair(of, key)
    later = [at for each in of.pairs if (at := front.pair(of, each)[0]) >= end]
    if front.indent(start) is None and later:  # it stands first, behind the dash
        gap = front.text[end : min(later)]
        if "#" not in front.text[start:end] and not gap.strip(_BLANKS) and len(_BREAK.findall(gap)) == 1:
            edits.cut(start, min(later))
            return
    following = _take_lines(front, edits, start, end)
    if with_rest:
        _settle(front, edits, following, front.column(start))


def take_items(front: Front, edits: Edits, of: Spot, gone: Sequence[bool], *, with_rest: bool = False) -> None:
    """Take items out of a list, with the comments within them. With the rest: see `_settle`."""
    if of.is_flow:
        _take_from_flow(front, edits, [(item.start, item.end) for item in of.items], gone)
        return
    for item, is_gone in zip(of.items, gone, strict=True):
        if is_gone:
            dash, following = front.sign_before(item.start), front.line_of(item.end)[1]
            edits.cut(front.line_of(dash)[0], following)
            if with_rest:
                _settle(front, edits, following, front.column(dash))


def _take_from_flow(
    front: Front, edits: Edits, parts: Sequence[Stretch], gone: Sequence[bool], *, keeps_comments: bool = False
) -> None:
    """Take parts out of `{...}` or `[...]`, each with one comma; comments between them stay, or those within too."""
    text = front.text

    def cut(start: int, end: int, solid: Sequence[Stretch]) -> None:
        for first, last in (*solid, (end, end)):
            for found in _COMMENT.finditer(text, start, first):
                edits.cut(start, max(start, found.start() - 1))  # a comment wants a blank before it
                start = found.end()
            edits.cut(start, last)
            start = last

    at = 0
    while at < len(parts):
        first = at
        while at < len(parts) and gone[at]:
            at += 1
        if at > first:
            start, end = parts[first][0], parts[at - 1][1]
            comma, solid = front.comma_after(end), () if keeps_comments else parts[first:at]
            if first and "#" not in text[parts[first - 1][1] : start]:
                cut(parts[first - 1][1], end, solid)
            elif not first and at < len(parts) and "#" not in text[end : parts[at][0]]:
                cut(start, parts[at][0], solid)
            else:
                cut(start, end, solid)
                if comma is not None:
                    edits.cut(comma, comma + 1)
        at += 1


def _take_lines(front: Front, edits: Edits, start: int, end: int) -> int:
    """Take out what stands in lines of its own; its comments stay, the first one where it began.

    Gives where the line below begins.
    """
    following = front.line_of(end)[1]
    at = start
    for found in _COMMENT.finditer(front.text, start, following):
        line = front.line_of(found.start())[0]
        if at == start:
            edits.cut(start, found.start())
        else:
            edits.cut(at, line)
            edits.cut(line + _indent(front.text[line:following]), found.start())
        at = found.end()
    if at > start:
        edits.cut(at, max(at, following))
    elif front.indent(start) is not None:
        edits.cut(front.line_of(start)[0], following)
    else:
        edits.cut(start, len(front.text[:following].rstrip(_ENDS)))
    return following


def _settle(front: Front, edits: Edits, at: int, column: int) -> None:
    """As far as the next word take blank lines out, and set comments no deeper than a column.

    Wanted where a block of text stands above, which would take them in.
    """
    while at < front.fence:
        following = front.line_of(at)[1]
        line = front.text[at:following]
        if not line.strip(_BLANKS):
            edits.cut(at, following)
        elif line.lstrip(" \t").startswith("#"):
            edits.cut(at + min(column, _indent(line)), at + _indent(line))
        else:
            return
        at = following


# In a stretch where no quoted word holds a `#`: a comment, with the break that ends it.
_COMMENT = re.compile(r"(?<![^\s,\[\]{}])#[^\n\r\x85\u2028\u2029]*(?:\r\n|[\n\r\x85\u2028\u2029])?")
