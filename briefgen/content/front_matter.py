"""One file -> its front matter as a tree that knows the place of every datum, and its body.

YAML is read from libyaml's events: scalars stay text, and anchors, aliases, tags, duplicate keys,
deep nesting and floods of nodes are refused before anything is built from them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml

from briefgen.model.problems import Place, Problem
from briefgen.model.text import FORBIDDEN, name_of

MAX_DEPTH = 20
MAX_NODES = 100_000
_FENCE = "---"


@dataclass(slots=True)
class Node:
    """A YAML node: text, a list of nodes, or a mapping; `keys` holds the place of each key of a mapping."""

    value: str | list[Node] | dict[str, Node]
    place: Place
    plain: bool = False  # a scalar without quotes
    keys: dict[str, Place] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Whether a key was written with nothing after it."""
        return self.plain and self.value == ""


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """A file taken apart. `root` is a mapping; `body_line` is the line on which the body begins."""

    root: Node
    body: str
    body_line: int


def parse(text: str, file: str) -> FrontMatter | Problem:
    """Split a file's text and read its front matter, or say what is wrong and where."""
    first, _, rest = text.partition("\n")
    if first.rstrip() != _FENCE:
        hint = "Begin the file with a line `---`, end the front matter with another."
        return Problem(Place(file, 1, 1), "no-front-matter", "the file does not begin with `---`", hint=hint)
    end = _closing(rest)
    if end is None:
        return Problem(Place(file, 1, 1), "no-front-matter", "the front matter is not closed by a line `---`")
    source, body = rest[: end[0]], rest[end[1] :]
    root = read_yaml(source, file, first_line=2)
    if isinstance(root, Problem):
        return root
    return FrontMatter(root, body, source.count("\n") + 3)


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


class _Refused(Exception):
    """Carries a problem out of the walk over events."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def read_yaml(source: str, file: str, first_line: int = 1) -> Node | Problem:
    """One YAML mapping as a tree of nodes, or the first problem that stops the reading."""
    try:
        return _compose(_events(source), file, first_line)
    except _Refused as refused:
        return refused.problem
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(file, mark.line + first_line, mark.column + 1) if mark else Place(file, first_line)
        return Problem(place, "yaml-syntax", _in_our_words(error), hint=_yaml_hint(source, mark))
    except yaml.YAMLError as error:
        return Problem(Place(file, first_line), "yaml-syntax", f"not YAML: {error}")


def _events(source: str) -> Iterator[yaml.Event]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return iter(yaml.parse(source, Loader=loader))


def _in_our_words(error: yaml.MarkedYAMLError) -> str:
    what = str(error.problem or "not YAML")
    return f"{what} ({error.context})" if error.context else what


def _yaml_hint(source: str, mark: yaml.Mark | None) -> str:
    """Help for the commonest slips, read off the line itself."""
    lines = source.split("\n")
    line = lines[mark.line] if mark and mark.line < len(lines) else ""
    if "\t" in line[: len(line) - len(line.lstrip())]:
        return "Indent with spaces: YAML takes no tabs there."
    key, colon, value = line.partition(": ")
    if colon and ": " in value and value.lstrip()[:1] not in "\"'{[|>":
        return f'A text with `: ` in it wants quotes: {key.strip()}: "{value.strip()}"'
    return ""


@dataclass(slots=True)
class _Open:
    """A collection that is being filled; `key` waits for its value."""

    node: Node
    key: str | None = None
    key_place: Place | None = None


def _compose(events: Iterator[yaml.Event], file: str, first_line: int) -> Node:
    """Build the tree without recursion, refusing what front matter may not hold."""
    root: Node | None = None
    stack: list[_Open] = []
    count = 0
    for event in events:
        kind = type(event)
        if isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent):
            node = _node(event, file, first_line)
            count += 1
            if count > MAX_NODES:
                raise _Refused(Problem(node.place, "too-many-nodes", f"more than {MAX_NODES:,} values"))
            root = _attach(node, stack, root)
            if kind is not yaml.ScalarEvent:
                if len(stack) >= MAX_DEPTH:
                    message = f"nested deeper than {MAX_DEPTH} levels"
                    raise _Refused(Problem(node.place, "too-deep", message))
                stack.append(_Open(node))
        elif kind is yaml.SequenceEndEvent or kind is yaml.MappingEndEvent:
            stack.pop()
        elif isinstance(event, yaml.AliasEvent):
            message = f"aliases (`*{event.anchor}`) are not taken: write the value out"
            raise _Refused(Problem(_place(event, file, first_line), "yaml-alias", message))
        elif kind is yaml.DocumentStartEvent and root is not None:
            raise _Refused(Problem(_place(event, file, first_line), "yaml-syntax", "only one document is taken"))
    if root is None or root.is_empty:
        return Node({}, Place(file, max(1, first_line - 1), 1))
    if not isinstance(root.value, dict):
        raise _Refused(Problem(root.place, "wrong-type", "front matter is a mapping: `key: value` lines"))
    return root


def _place(event: yaml.Event, file: str, first_line: int) -> Place:
    start, end = event.start_mark, event.end_mark
    assert start is not None and end is not None
    width = end.column - start.column if end.line == start.line else 1
    return Place(file, start.line + first_line, start.column + 1, max(1, width))


def _node(event: yaml.ScalarEvent | yaml.CollectionStartEvent, file: str, first_line: int) -> Node:
    """A node from its opening event, without what may not be there."""
    place = _place(event, file, first_line)
    if event.anchor:
        message = f"anchors (`&{event.anchor}`) are not taken: write the value out"
        raise _Refused(Problem(place, "yaml-alias", message))
    if event.tag is not None:
        raise _Refused(Problem(place, "yaml-tag", f"tags (`{event.tag}`) are not taken: every value is text"))
    if isinstance(event, yaml.ScalarEvent):
        if event.style == '"' and (bad := FORBIDDEN.search(event.value)):
            message = f"the character {name_of(bad[0])} cannot stand in a text, escaped or not"
            raise _Refused(Problem(place, "control-character", message))
        return Node(event.value, place, event.style is None)
    return Node([] if isinstance(event, yaml.SequenceStartEvent) else {}, place)


def _attach(node: Node, stack: list[_Open], root: Node | None) -> Node:
    """Put a node where it belongs; gives back the root."""
    if not stack:
        return node if root is None else root
    top = stack[-1]
    if isinstance(top.node.value, list):
        top.node.value.append(node)
    elif isinstance(top.node.value, dict):
        if top.key is None:
            _open_key(node, top)
        else:
            top.node.value[top.key] = node
            top.key = None
    assert root is not None
    return root


def _open_key(node: Node, top: _Open) -> None:
    if not isinstance(node.value, str):
        raise _Refused(Problem(node.place, "wrong-type", "a key is a word, not a list or a mapping"))
    if node.value in top.node.keys:
        first = top.node.keys[node.value].line
        message = f"the key {node.value!r} stands twice; the first is on line {first}"
        raise _Refused(Problem(node.place, "duplicate-key", message))
    top.key = node.value
    top.node.keys[node.value] = node.place
