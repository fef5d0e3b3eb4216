"""Where the nodes of a file's front matter stand, and changes to its text by place: all the rest stays as it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml

from briefgen.content.front_matter import parse
from briefgen.model.problems import Problem


@dataclass(slots=True)
class Spot:
    """A YAML node by where it stands: lines and columns from 0; `pairs` of a mapping, `items` of a sequence."""

    start: tuple[int, int]
    end: tuple[int, int]
    is_flow: bool = False
    pairs: dict[str, Spot] = field(default_factory=dict)
    keys: dict[str, tuple[int, int]] = field(default_factory=dict)
    items: list[Spot] = field(default_factory=list)
    is_empty: bool = False
    text: str | None = None  # of a scalar


@dataclass(slots=True)
class Edits:
    """Words to be put into a text, and stretches to be taken out of it, by line and column from 0."""

    lines: list[str]
    made: list[tuple[int, int, str]] = field(default_factory=list)
    cuts: list[tuple[tuple[int, int], tuple[int, int]]] = field(default_factory=list)

    def insert(self, at: tuple[int, int], text: str) -> None:
        """Put words in at a line and column."""
        self.made.append((*at, text))

    def cut(self, start: tuple[int, int], end: tuple[int, int]) -> None:
        """Take out what stands between two places. Cuts do not overlap, and nothing is put in within one."""
        self.cuts.append((start, end))

    def result(self) -> str:
        """The text with all of it done; of two insertions at one place the one that came first stands first."""
        starts = [0]
        for line in self.lines:
            starts.append(starts[-1] + len(line))
        text = "".join(self.lines)
        changes = [(starts[line] + column, starts[line] + column, n, new) for n, (line, column, new) in enumerate(self.made)]
        changes += [(starts[a[0]] + a[1], starts[b[0]] + b[1], 0, "") for a, b in self.cuts]
        for start, end, _, new in sorted(changes, reverse=True):
            text = text[:start] + new + text[end:]
        return text


def spots(text: str, name: str) -> tuple[Spot, int]:
    """Where every node of a front matter stands, in lines of the whole file, and the line of the closing fence."""
    front = parse(text, name)
    assert not isinstance(front, Problem)  # noqa: S101
    body_line = front.body_line - 1  # counted from 0: the line after the fence
    lines = text.splitlines(keepends=True)
    source = "".join(lines[1 : body_line - 1])
    events = iter(yaml.parse(source, Loader=yaml.CSafeLoader))
    for event in events:
        if isinstance(event, yaml.MappingStartEvent):
            return _mapping(event, events, (lambda mark: (mark.line + 1, mark.column))), body_line - 1
    return Spot((1, 0), (1, 0), is_empty=True), body_line - 1


def _spot(event: yaml.Event, events: Iterator[yaml.Event], place: object) -> Spot:
    to = place  # from a mark of YAML to a line and column of the file
    assert callable(to)  # noqa: S101
    if isinstance(event, yaml.MappingStartEvent):
        return _mapping(event, events, to)
    if isinstance(event, yaml.SequenceStartEvent):
        spot = Spot(to(event.start_mark), to(event.end_mark), is_flow=bool(event.flow_style))
        for inner in events:
            if isinstance(inner, yaml.SequenceEndEvent):
                spot.end = to(inner.end_mark) if spot.is_flow else spot.items[-1].end if spot.items else spot.end
                return spot
            spot.items.append(_spot(inner, events, to))
    is_empty = isinstance(event, yaml.ScalarEvent) and event.value == "" and not event.style
    text = event.value if isinstance(event, yaml.ScalarEvent) else None
    return Spot(to(event.start_mark), to(event.end_mark), is_empty=is_empty, text=text)


def _mapping(event: yaml.MappingStartEvent, events: Iterator[yaml.Event], place: object) -> Spot:
    to = place
    assert callable(to)  # noqa: S101
    spot = Spot(to(event.start_mark), to(event.end_mark), is_flow=bool(event.flow_style))
    last = spot.end
    for inner in events:
        if isinstance(inner, yaml.MappingEndEvent):
            spot.end = to(inner.end_mark) if spot.is_flow else last
            return spot
        assert isinstance(inner, yaml.ScalarEvent)  # noqa: S101
        spot.keys[inner.value] = to(inner.start_mark)
        value = _spot(next(events), events, to)
        spot.pairs[inner.value] = value
        last = value.end
    return spot


def after_line(edits: Edits, line: int) -> tuple[int, int]:
    """The end of a line, before its newline."""
    return line, len(edits.lines[line].rstrip("\r\n"))


def last_line(spot: Spot, edits: Edits) -> int:
    """The last line that a node takes; a block of text ends at the line before its mark where that stands at 0."""
    line, column = spot.end
    while line > spot.start[0] and (column == 0 or not edits.lines[line][:column].strip()):
        line -= 1
        column = len(edits.lines[line].rstrip("\r\n"))
        if not edits.lines[line].strip():
            column = 0
    return line


def dash(edits: Edits, item: Spot) -> int:
    """The column of the dash before a list's item."""
    line, column = item.start
    return edits.lines[line].rfind("-", 0, column)
