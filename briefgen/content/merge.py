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

from briefgen.content.read import parse_entry
from briefgen.content.spots import Edits, Spot, after_line, dash, last_line, spots
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
from briefgen.model.problems import BriefgenError
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
    front, offset = spots(edited, name)
    edits = Edits(edited.splitlines(keepends=True))
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


# ---- putting things in ---------------------------------------------------------------------------------------------


def _add_sources(edits: Edits, front: Spot, sources: Mapping[Label, SourceId], fence: int) -> None:
    if not sources:
        return
    spot = front.pairs.get("sources")
    if spot is None or spot.is_empty:
        lines = "".join(f"\n  {label}: {source}" for label, source in sources.items())
        if spot is not None:
            edits.insert(after_line(edits, front.keys["sources"][0]), lines)
        else:
            edits.insert((fence, 0), f"sources:{lines}\n")
    elif spot.is_flow:
        told = ", ".join(f"{label}: {source}" for label, source in sources.items())
        line, column = spot.end
        edits.insert((line, column - 1), f", {told}" if spot.pairs else told)
    else:
        indent = " " * next(iter(spot.keys.values()))[1]
        lines = "".join(f"\n{indent}{label}: {source}" for label, source in sources.items())
        edits.insert(after_line(edits, last_line(spot, edits)), lines)


def _add_items(edits: Edits, front: Spot, key: str, items: Sequence[Item], fence: int) -> None:
    spot = front.pairs.get(key)
    if spot is None:
        edits.insert((fence, 0), f"{key}:\n{_block(items, 2)}")
    elif spot.is_empty or (spot.is_flow and not spot.items):
        line, column = front.keys[key]
        if spot.is_flow:
            _blank(edits, spot)
        edits.insert(after_line(edits, spot.end[0] if spot.is_flow else line), f"\n{_block(items, column + 2)}".rstrip("\n"))
    elif spot.is_flow:
        line, column = spot.end
        edits.insert((line, column - 1), "".join(f", {_flow(item)}" for item in items))
    else:
        column = dash(edits, spot.items[0])
        edits.insert(after_line(edits, last_line(spot, edits)), f"\n{_block(items, column)}".rstrip("\n"))


def _blank(edits: Edits, spot: Spot) -> None:
    """Take an empty `[]` away."""
    line = spot.start[0]
    text = edits.lines[line]
    edits.lines[line] = f"{text[: spot.start[1]].rstrip()}{text[spot.end[1] :]}"


def _add_evidence(edits: Edits, item: Spot, quotes: Sequence[Evidence]) -> bool:
    """Put quotes behind those of an item; False where it is written in a form that holds no list of them."""
    spot = item.pairs.get("evidence")
    if spot is None or spot.is_empty or not spot.items or item.is_flow:
        return False
    if spot.is_flow:
        line, column = spot.end
        edits.insert((line, column - 1), "".join(f", {_flow_quote(q)}" for q in quotes))
    else:
        column = dash(edits, spot.items[0])
        edits.insert(after_line(edits, last_line(spot, edits)), f"\n{_block(quotes, column)}".rstrip("\n"))
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
