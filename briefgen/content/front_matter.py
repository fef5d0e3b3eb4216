"""One file -> its front matter as a tree that knows the place of every datum, and its body.

YAML is read from libyaml's events: scalars stay text, and anchors, aliases, tags, duplicate keys,
deep nesting and floods of nodes are refused before anything is built from them.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import yaml

from briefgen.content.parts import split
from briefgen.model.problems import Place, Problem
from briefgen.model.text import forbidden, lines_of, name_of

if TYPE_CHECKING:
    AnyMark = yaml.Mark | yaml._yaml.Mark  # of PyYAML's own parser, or of libyaml
Opening = yaml.ScalarEvent | yaml.CollectionStartEvent  # the events that begin a node

MAX_DEPTH = 20
MAX_NODES = 100_000


class Node:
    """A YAML node: text, a list of nodes, or a mapping from key to node; its place is worked out when asked for."""

    __slots__ = ("_event", "_file", "keys", "value")

    def __init__(self, value: str | list[Node] | dict[str, Node], event: Opening | None, file: _File) -> None:
        self.value = value
        self.keys: dict[str, Opening] = {}  # of a mapping: where each key stands
        self._event = event
        self._file = file

    @property
    def place(self) -> Place:
        """Where the node begins; a node that stands in no file begins where its file does."""
        return self._file.place(self._event) if self._event else Place(self._file.name, 1, 1)

    def key_place(self, key: str) -> Place:
        """Where a key of a mapping stands."""
        return self._file.place(self.keys[key])

    def plain(self) -> object:
        """The data alone: text, lists, mappings."""
        if isinstance(self.value, str):
            return self.value
        if isinstance(self.value, list):
            return [each.plain() for each in self.value]
        return {key: each.plain() for key, each in self.value.items()}

    @property
    def is_empty(self) -> bool:
        """Whether a key was written with nothing after it."""
        return self.value == "" and isinstance(self._event, yaml.ScalarEvent) and not self._event.style


class _File:
    """The file that a tree was read from, its YAML, and the line on which that begins."""

    __slots__ = ("_first_line", "_newlines", "_source", "name")

    def __init__(self, name: str, first_line: int, source: str) -> None:
        self.name, self._first_line, self._source = name, first_line, source
        # YAML ends lines where nobody else does: there, lines are counted anew from where a mark stands.
        self._newlines = [found.start() for found in _NEWLINE.finditer(source)] if _ODD.search(source) else None

    def place(self, event: yaml.Event) -> Place:
        """The place of an event; what runs over several lines is marked by its first character."""
        start, end = self._at(event.start_mark), self._at(event.end_mark)
        width = end[1] - start[1] if end[0] == start[0] else 1
        return Place(self.name, *start, max(1, width))

    def place_of(self, mark: AnyMark | None) -> Place:
        """The place of a mark in an error; the file's first line of YAML where there is none."""
        return Place(self.name, *self._at(mark)) if mark else Place(self.name, self._first_line)

    def _at(self, mark: AnyMark | None) -> tuple[int, int]:
        """The line and column of a mark."""
        assert mark is not None
        if self._newlines is None:
            return mark.line + self._first_line, mark.column + 1
        at = offset(self._source, mark)
        line = bisect_left(self._newlines, at)
        return line + self._first_line, at - (self._newlines[line - 1] if line else -1)


_NEWLINE = re.compile("\n")
_ODD = re.compile("[\x85\u2028\u2029\ufeff]")
HAS_LIBYAML = hasattr(yaml, "CSafeLoader")


def offset(source: str, mark: AnyMark | None) -> int:
    """Where a mark stands in the YAML that was parsed; libyaml does not count a byte order mark before it."""
    assert mark is not None
    return mark.index + (HAS_LIBYAML and source.startswith("\ufeff"))


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """A file taken apart. `root` is a mapping; `body_line` is the line on which the body begins."""

    root: Node
    body: str
    body_line: int


def parse(text: str, file: str) -> FrontMatter | Problem:
    """Split a file's text and read its front matter, or say what is wrong and where."""
    parts = split(text, file)
    if isinstance(parts, Problem):
        return parts
    source, body, body_line = parts
    root = read_yaml(source, file, first_line=2)
    if isinstance(root, Problem):
        return root
    return FrontMatter(root, body, body_line)


class _Refused(Exception):
    """Carries a problem out of the walk over events."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def read_yaml(source: str, file: str, first_line: int = 1) -> Node | Problem:
    """One YAML mapping as a tree of nodes, or the first problem that stops the reading."""
    home = _File(file, first_line, source)
    try:
        return _compose(_events(source), home)
    except _Refused as refused:
        return refused.problem
    except yaml.MarkedYAMLError as error:
        place = home.place_of(error.problem_mark or error.context_mark)
        hint = _yaml_hint(lines_of(source), place.line - first_line)
        return Problem(place, "yaml-syntax", _in_our_words(error), hint=hint)
    except yaml.YAMLError as error:
        return Problem(Place(file, first_line), "yaml-syntax", f"not YAML: {error}")


def _events(source: str) -> Iterator[yaml.Event]:
    """libyaml's events, or those of PyYAML's own parser where there is no libyaml."""
    parser = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(source)
    while (event := parser.get_event()) is not None:
        yield event


def _in_our_words(error: yaml.MarkedYAMLError) -> str:
    what = str(error.problem or "not YAML")
    return f"{what} ({error.context})" if error.context else what


def _yaml_hint(lines: list[str], number: int) -> str:
    """Help for the commonest slips, read off the line itself."""
    line = lines[number] if number < len(lines) else ""
    if "\t" in line[: len(line) - len(line.lstrip())]:
        return "Indent with spaces: YAML takes no tabs there."
    key, colon, value = line.partition(": ")
    if colon and ": " in value and value.lstrip()[:1] not in "\"'{[|>":
        return f'A text with `: ` in it wants quotes: {key.strip()}: "{value.strip()}"'
    return ""


def _compose(events: Iterator[yaml.Event], home: _File) -> Node:
    """Build the tree without recursion, refusing what front matter may not hold."""
    root: Node | None = None
    stack: list[Node] = []  # the collections that are being filled
    keys: list[str | None] = []  # for each of them, the key that waits for its value
    count = 0
    for event in events:
        kind = type(event)
        if kind in _CLOSING:
            stack.pop()
            keys.pop()
        elif kind in _OPENING:
            node = _node(event, home)
            count += 1
            if count > MAX_NODES:
                raise _Refused(Problem(node.place, "too-many-nodes", f"more than {MAX_NODES:,} values"))
            if stack:
                keys[-1] = _attach(node, stack[-1], keys[-1])
            elif root is not None:
                raise _Refused(Problem(node.place, "yaml-syntax", "only one document is taken"))
            else:
                root = node
            if kind is not yaml.ScalarEvent:
                if len(stack) >= MAX_DEPTH:
                    raise _Refused(Problem(node.place, "too-deep", f"nested deeper than {MAX_DEPTH} levels"))
                stack.append(node)
                keys.append(None)
        elif isinstance(event, yaml.AliasEvent):
            message = f"aliases (`*{event.anchor}`) are not taken: write the value out"
            raise _Refused(Problem(home.place(event), "yaml-alias", message))
    if root is None or root.is_empty:
        return Node({}, None, home)
    if not isinstance(root.value, dict):
        raise _Refused(Problem(root.place, "wrong-type", "front matter is a mapping: `key: value` lines"))
    return root


_OPENING = frozenset((yaml.ScalarEvent, yaml.SequenceStartEvent, yaml.MappingStartEvent))
_CLOSING = frozenset((yaml.SequenceEndEvent, yaml.MappingEndEvent))


def _node(event: yaml.Event, home: _File) -> Node:
    """A node from its opening event, without what may not be there."""
    assert isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent)
    if event.anchor:
        message = f"anchors (`&{event.anchor}`) are not taken: write the value out"
        raise _Refused(Problem(home.place(event), "yaml-alias", message))
    if event.tag is not None:
        message = f"tags (`{event.tag}`) are not taken: every value is text"
        raise _Refused(Problem(home.place(event), "yaml-tag", message))
    if isinstance(event, yaml.ScalarEvent):
        if event.style == '"' and (bad := forbidden(event.value)):
            message = f"the character {name_of(bad[0])} cannot stand in a text, escaped or not"
            raise _Refused(Problem(home.place(event), "control-character", message))
        return Node(event.value, event, home)
    return Node([] if isinstance(event, yaml.SequenceStartEvent) else {}, event, home)


def _attach(node: Node, top: Node, key: str | None) -> str | None:
    """Put a node into the collection it belongs to; gives the key that now waits for a value."""
    if isinstance(top.value, list):
        top.value.append(node)
        return None
    assert isinstance(top.value, dict)
    if key is not None:
        top.value[key] = node
        return None
    if not isinstance(node.value, str):
        raise _Refused(Problem(node.place, "wrong-type", "a key is a word, not a list or a mapping"))
    assert node._event is not None
    if node.value in top.keys:
        first = top.key_place(node.value).line
        message = f"the key {node.value!r} stands twice; the first is on line {first}"
        raise _Refused(Problem(node.place, "duplicate-key", message))
    top.keys[node.value] = node._event
    return node.value
