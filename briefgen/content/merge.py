"""A proposed brief into an edited file: what is new is added, and not a character that a person wrote is changed.

Three texts meet: the file as it is, the proposal that was last made for it, and the one made now. An item
of the new proposal is the file's own where the ids are the same, or where both rest on one quote. What the
last proposal had and the file has not, a person took out: it stays out. So does evidence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

import yaml

from briefgen.content.front_matter import parse
from briefgen.content.read import parse_entry
from briefgen.content.write import written
from briefgen.model.entries import (
    Brief,
    CastMember,
    Denial,
    Discrepancy,
    Evidence,
    Fact,
    Label,
    Question,
    Ref,
    SourceId,
)
from briefgen.model.problems import BriefgenError, Problem
from briefgen.model.quotes import fold

Item = Fact | Denial | Discrepancy | Question | CastMember
I = TypeVar("I", Fact, Denial, Discrepancy, Question, CastMember)  # noqa: E741
_LISTS = ("actors", "key_facts", "denials", "discrepancies", "open_questions")


@dataclass(frozen=True, slots=True)
class Merged:
    """The file's text with what is new; ids of items added, of those that got evidence, and of those left out."""

    text: str
    added: tuple[str, ...] = ()
    supported: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    labels: Mapping[SourceId, Label] = field(default_factory=dict)


@dataclass(slots=True)
class _Spot:
    """A YAML node by where it stands: lines and columns from 0; `pairs` of a mapping, `items` of a sequence."""

    start: tuple[int, int]
    end: tuple[int, int]
    is_flow: bool = False
    pairs: dict[str, _Spot] = field(default_factory=dict)
    keys: dict[str, tuple[int, int]] = field(default_factory=dict)
    items: list[_Spot] = field(default_factory=list)
    is_empty: bool = False


@dataclass(slots=True)
class _Edits:
    """Words to be put into a text, by place."""

    lines: list[str]
    made: list[tuple[int, int, str]] = field(default_factory=list)

    def insert(self, at: tuple[int, int], text: str) -> None:
        """Put words in at a line and column."""
        self.made.append((*at, text))

    def result(self) -> str:
        """The text with all of them in; of two at one place the one that came first stands first."""
        lines = list(self.lines)
        order = sorted(enumerate(self.made), key=lambda e: (e[1][0], e[1][1], e[0]), reverse=True)
        for _, (line, column, text) in order:
            lines[line] = lines[line][:column] + text + lines[line][column:]
        return "".join(lines)


def merge(edited: str, base: Brief | None, proposed: Brief, name: str) -> Merged:
    """Merge a proposal into a brief's text. Merging the same proposal twice changes nothing the second time.

    Raises BriefgenError where the file cannot be read.
    """
    own, problems = parse_entry(Brief, proposed.id, edited, name)
    if own is None:
        worst = next((p for p in problems if p.severity == "error"), None)
        told = f": {worst.place}: {worst.message}" if worst else ""
        raise BriefgenError(f"{name} cannot be read, so nothing is merged into it{told}", code=1)
    labels = _labels(own, proposed)
    proposed = _relabelled(proposed, labels)
    base = _relabelled(base, _labels(own, base)) if base else None
    front, offset = _spots(edited, name)
    edits = _Edits(edited.splitlines(keepends=True))
    new_sources = {label: s for label, s in proposed.sources.items() if s not in own.sources.values()}
    _add_sources(edits, front, new_sources, offset)
    ids = _same_ids(own, proposed)
    added: list[str] = []
    supported: list[str] = []
    left_out: list[str] = []
    for key in _LISTS:
        new: list[Item] = []
        old: Sequence[Item] = getattr(own, key)
        for item in getattr(proposed, key):
            at = _place_of(item, old)
            if at is not None:
                quotes = _new_quotes(item, old[at], base, key)
                if quotes and _add_evidence(edits, front.pairs[key].items[at], quotes):
                    supported.append(_called(old[at]))
            elif base is not None and _place_of(item, getattr(base, key)) is not None:
                left_out.append(_called(item))
            else:
                new.append(_referring(item, ids, left_out))
                added.append(_called(item))
        if new:
            _add_items(edits, front, key, new, offset)
    return Merged(edits.result(), tuple(added), tuple(supported), tuple(left_out), labels)


# ---- what is the same ----------------------------------------------------------------------------------------------


def _labels(own: Brief, proposed: Brief) -> dict[SourceId, Label]:
    """The label of each proposed source in the file: its own there, else its proposed one or the next that is free."""
    known = {source: label for label, source in own.sources.items()}
    taken = set(own.sources)
    for label, source in proposed.sources.items():
        if source not in known:
            free = label if label not in taken else next(c for c in _letters() if c not in taken)
            known[source] = free
            taken.add(free)
    return known


def _letters() -> Iterator[Label]:
    for number in range(26 * 1000):
        yield Label(chr(ord("A") + number % 26) + (str(number // 26 + 1) if number >= 26 else ""))


def _relabelled(brief: Brief, labels: Mapping[SourceId, Label]) -> Brief:
    """A brief whose quotes carry other labels."""
    to = {label: labels[source] for label, source in brief.sources.items()}

    def quotes(evidence: Iterable[Evidence]) -> tuple[Evidence, ...]:
        return tuple(replace(e, source=to.get(e.source, e.source)) for e in evidence)

    return replace(
        brief,
        sources={to[label]: source for label, source in brief.sources.items()},
        key_facts=tuple(
            replace(
                f,
                evidence=quotes(f.evidence),
                chain_evidence=quotes(f.chain_evidence),
                hedge={to.get(label, label): words for label, words in f.hedge.items()},
            )
            for f in brief.key_facts
        ),
        denials=tuple(replace(d, evidence=quotes(d.evidence)) for d in brief.denials),
        discrepancies=tuple(replace(x, readings=quotes(x.readings)) for x in brief.discrepancies),
    )


def _place_of(item: Item, among: Sequence[Item]) -> int | None:
    """Which item of a list a proposed one is: by id, else by a quote or, of a question, by its words."""
    for at, other in enumerate(among):
        if _called(other) == _called(item):
            return at
    wanted = _marks(item)
    return next((at for at, other in enumerate(among) if wanted & _marks(other)), None) if wanted else None


def _called(item: Item) -> str:
    return str(item.id)


def _marks(item: Item) -> set[str]:
    """What tells an item whatever it is called: its quotes with their sources, or its words."""
    if isinstance(item, Question):
        return {fold(item.question).strip().casefold()}
    if isinstance(item, CastMember):
        return set()
    if isinstance(item, Discrepancy):
        return {" | ".join(sorted(f"{e.source}: {fold(e.quote).strip()}" for e in item.readings))}
    return {f"{e.source}: {fold(e.quote).strip()}" for e in item.evidence}


def _new_quotes(item: Item, own: Item, base: Brief | None, key: str) -> list[Evidence]:
    """Quotes for an item that the file has: those that it lacks, and from which nobody took them away."""
    if not isinstance(item, Fact | Denial) or not isinstance(own, Fact | Denial):
        return []
    have = _marks(own)
    before: set[str] = set()
    if base is not None and (at := _place_of(item, getattr(base, key))) is not None:
        before = _marks(getattr(base, key)[at])
    return [e for e in item.evidence if not {f"{e.source}: {fold(e.quote).strip()}"} & (have | before)]


def _same_ids(own: Brief, proposed: Brief) -> dict[str, str]:
    """From the proposed ids to those by which the file calls the same things."""
    found = {}
    for key in ("key_facts", "denials", "open_questions"):
        for item in getattr(proposed, key):
            at = _place_of(item, getattr(own, key))
            if at is not None:
                found[_called(item)] = _called(getattr(own, key)[at])
    return found


def _referring(item: I, ids: Mapping[str, str], gone: Sequence[str]) -> I:
    """An item whose references name things as the file does, and nothing that was taken out."""

    def refs(old: Iterable[Ref]) -> tuple[Ref, ...]:
        return tuple(Ref(ids.get(r, r)) for r in old if r not in gone)

    if isinstance(item, Denial):
        order = item.order
        if order is not None and (order.before or order.after) in gone:
            order = None
        if order is not None:
            order = replace(order, before=Ref(ids.get(order.before, order.before)), after=Ref(ids.get(order.after, order.after)))
        return replace(item, denies=refs(item.denies), may_also_deny=refs(item.may_also_deny), order=order)
    if isinstance(item, Discrepancy):
        return replace(item, about=Ref(ids.get(item.about, item.about)))
    if isinstance(item, Question):
        return replace(item, about=refs(item.about))
    return item


# ---- where things stand --------------------------------------------------------------------------------------------


def _spots(text: str, name: str) -> tuple[_Spot, int]:
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
    return _Spot((1, 0), (1, 0), is_empty=True), body_line - 1


def _spot(event: yaml.Event, events: Iterator[yaml.Event], place: object) -> _Spot:
    to = place  # from a mark of YAML to a line and column of the file
    assert callable(to)  # noqa: S101
    if isinstance(event, yaml.MappingStartEvent):
        return _mapping(event, events, to)
    if isinstance(event, yaml.SequenceStartEvent):
        spot = _Spot(to(event.start_mark), to(event.end_mark), is_flow=bool(event.flow_style))
        for inner in events:
            if isinstance(inner, yaml.SequenceEndEvent):
                spot.end = to(inner.end_mark) if spot.is_flow else spot.items[-1].end if spot.items else spot.end
                return spot
            spot.items.append(_spot(inner, events, to))
    is_empty = isinstance(event, yaml.ScalarEvent) and event.value == "" and not event.style
    return _Spot(to(event.start_mark), to(event.end_mark), is_empty=is_empty)


def _mapping(event: yaml.MappingStartEvent, events: Iterator[yaml.Event], place: object) -> _Spot:
    to = place
    assert callable(to)  # noqa: S101
    spot = _Spot(to(event.start_mark), to(event.end_mark), is_flow=bool(event.flow_style))
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


# ---- putting things in ---------------------------------------------------------------------------------------------


def _after_line(edits: _Edits, line: int) -> tuple[int, int]:
    """The end of a line, before its newline."""
    return line, len(edits.lines[line].rstrip("\r\n"))


def _last_line(spot: _Spot, edits: _Edits) -> int:
    """The last line that a node takes; a block of text ends at the line before its mark where that stands at 0."""
    line, column = spot.end
    while line > spot.start[0] and (column == 0 or not edits.lines[line][:column].strip()):
        line -= 1
        column = len(edits.lines[line].rstrip("\r\n"))
        if not edits.lines[line].strip():
            column = 0
    return line


def _add_sources(edits: _Edits, front: _Spot, sources: Mapping[Label, SourceId], fence: int) -> None:
    if not sources:
        return
    spot = front.pairs.get("sources")
    if spot is None or spot.is_empty:
        lines = "".join(f"\n  {label}: {source}" for label, source in sources.items())
        if spot is not None:
            edits.insert(_after_line(edits, front.keys["sources"][0]), lines)
        else:
            edits.insert((fence, 0), f"sources:{lines}\n")
    elif spot.is_flow:
        told = ", ".join(f"{label}: {source}" for label, source in sources.items())
        line, column = spot.end
        edits.insert((line, column - 1), f", {told}" if spot.pairs else told)
    else:
        indent = " " * next(iter(spot.keys.values()))[1]
        lines = "".join(f"\n{indent}{label}: {source}" for label, source in sources.items())
        edits.insert(_after_line(edits, _last_line(spot, edits)), lines)


def _add_items(edits: _Edits, front: _Spot, key: str, items: Sequence[Item], fence: int) -> None:
    spot = front.pairs.get(key)
    if spot is None:
        edits.insert((fence, 0), f"{key}:\n{_block(items, 2)}")
    elif spot.is_empty or (spot.is_flow and not spot.items):
        line, column = front.keys[key]
        if spot.is_flow:
            _blank(edits, spot)
        edits.insert(_after_line(edits, spot.end[0] if spot.is_flow else line), f"\n{_block(items, column + 2)}".rstrip("\n"))
    elif spot.is_flow:
        line, column = spot.end
        edits.insert((line, column - 1), "".join(f", {_flow(item)}" for item in items))
    else:
        column = _dash(edits, spot.items[0])
        edits.insert(_after_line(edits, _last_line(spot, edits)), f"\n{_block(items, column)}".rstrip("\n"))


def _blank(edits: _Edits, spot: _Spot) -> None:
    """Take an empty `[]` away."""
    line = spot.start[0]
    text = edits.lines[line]
    edits.lines[line] = f"{text[: spot.start[1]].rstrip()}{text[spot.end[1] :]}"


def _dash(edits: _Edits, item: _Spot) -> int:
    """The column of the dash before a list's item."""
    line, column = item.start
    return edits.lines[line].rfind("-", 0, column)


def _add_evidence(edits: _Edits, item: _Spot, quotes: Sequence[Evidence]) -> bool:
    """Put quotes behind those of an item; False where it is written in a form that holds no list of them."""
    spot = item.pairs.get("evidence")
    if spot is None or spot.is_empty or not spot.items or item.is_flow:
        return False
    if spot.is_flow:
        line, column = spot.end
        edits.insert((line, column - 1), "".join(f", {_flow_quote(q)}" for q in quotes))
    else:
        column = _dash(edits, spot.items[0])
        edits.insert(_after_line(edits, _last_line(spot, edits)), f"\n{_block(quotes, column)}".rstrip("\n"))
    return True


def _block(items: Sequence[object], column: int) -> str:
    """Items as a block of YAML, each line so far in."""
    return "".join(f"{' ' * column}{line}\n" for line in written(items).splitlines())


def _flow(item: Item) -> str:
    review = f", review: {item.review}" if item.review else ""
    roles = f", role: [{', '.join(item.role)}]" if isinstance(item, CastMember) and item.role else ""
    if isinstance(item, CastMember):
        return f"{{id: {item.id}{roles}{review}}}"
    return " ".join(written([item], flow=True).split("\n")).strip().removeprefix("[").removesuffix("]")


def _flow_quote(quote: Evidence) -> str:
    escaped = re.sub(r'(["\\])', r"\\\1", quote.quote).replace("\n", " ")
    if quote.prefix or quote.suffix:
        return " ".join(written([quote], flow=True).split("\n")).strip().removeprefix("[").removesuffix("]")
    return f'{quote.source}: "{escaped}"'
