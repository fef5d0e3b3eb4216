"""A proposed brief into an edited file: what is new is added, and not a character that a person wrote is changed.

Three texts meet: the file as it is, the proposal that was last made for it, and the one made now. An item
of the new proposal is the file's own where the ids are the same, or where both rest on one quote. What the
last proposal had and the file has not, a person took out: it stays out. So does evidence.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from briefgen.content.read import parse_entry
from briefgen.content.spots import Edits, Front, Spot, add_below, add_pair, add_to_block, add_to_flow, spots
from briefgen.content.write import flowing, written
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
from briefgen.model.text import lines_of

Item = Fact | Denial | Discrepancy | Question | CastMember
I = TypeVar("I", Fact, Denial, Discrepancy, Question, CastMember)  # noqa: E741
LISTS = ("actors", "key_facts", "denials", "discrepancies", "open_questions")


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
    front = spots(edited, name)
    found = _found(own, base, proposed, front)
    for in_block in (True, False):
        edits = Edits(edited)
        _put_in(front, edits, found, in_block=in_block)
        after = edits.result()
        if parse_entry(Brief, proposed.id, after, name)[0] == found.brief:
            return Merged(after, tuple(found.added), tuple(found.supported), tuple(found.left_out), labels)
    told = f"{name} is written in a form into which nothing can be put by itself"
    raise BriefgenError(told, "Nothing was changed. Without --into a new brief is drafted.", code=1)


@dataclass(slots=True)
class _Found:
    """What is new: sources, items and quotes by list, and the brief that comes of it."""

    brief: Brief
    sources: dict[Label, SourceId]
    items: dict[str, list[Item]] = field(default_factory=dict)
    quotes: dict[str, dict[int, list[Evidence]]] = field(default_factory=dict)  # by list and number of the item
    added: list[str] = field(default_factory=list)
    supported: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)


def _found(own: Brief, base: Brief | None, proposed: Brief, front: Front) -> _Found:
    new_sources = {label: s for label, s in proposed.sources.items() if s not in own.sources.values()}
    found = _Found(replace(own, sources={**own.sources, **new_sources}), new_sources)
    ids = _same_ids(own, proposed)
    for key in LISTS:
        old: list[Item] = list(getattr(own, key))
        for item in getattr(proposed, key):
            at = _place_of(item, getattr(own, key))
            if at is not None:
                has = old[at]
                quotes = _new_quotes(item, has, base, key)
                if quotes and isinstance(has, Fact | Denial) and _takes_quotes(front.root.pairs[key].items[at]):
                    found.quotes.setdefault(key, {}).setdefault(at, []).extend(quotes)
                    old[at] = replace(has, evidence=(*has.evidence, *quotes))
                    found.supported.append(_called(has))
            elif base is not None and _place_of(item, getattr(base, key)) is not None:
                found.left_out.append(_called(item))
            else:
                found.items.setdefault(key, []).append(_referring(item, ids, found.left_out))
                found.added.append(_called(item))
        found.brief = replace(found.brief, **{key: (*old, *found.items.get(key, ()))})  # type: ignore[arg-type]
    return found


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
            order = replace(
                order, before=Ref(ids.get(order.before, order.before)), after=Ref(ids.get(order.after, order.after))
            )
        return replace(item, denies=refs(item.denies), may_also_deny=refs(item.may_also_deny), order=order)
    if isinstance(item, Discrepancy):
        return replace(item, about=Ref(ids.get(item.about, item.about)))
    if isinstance(item, Question):
        return replace(item, about=refs(item.about))
    return item


# ---- putting things in ---------------------------------------------------------------------------------------------


def _put_in(front: Front, edits: Edits, found: _Found, *, in_block: bool) -> None:
    """Put all that is new in: in lines of its own where a list stands in lines, or may; else into its brackets."""
    sources = [f"{label}: {source}" for label, source in found.sources.items()]
    if sources:
        _put(front, edits, "sources", sources, "".join(f"{each}\n" for each in sources), "{}", in_block=in_block)
    # What goes to the end of the last list must be put there before a key is put behind it.
    for key in sorted(LISTS, key=lambda key: key not in front.root.pairs):
        for at, quotes in found.quotes.get(key, {}).items():
            item = front.root.pairs[key].items[at]
            _put(front, edits, "evidence", [_flow_quote(q) for q in quotes], written(quotes), "[]", of=item)
        if items := found.items.get(key):
            _put(front, edits, key, [flowing(each) for each in items], written(items), "[]", in_block=in_block)


def _put(
    front: Front,
    edits: Edits,
    key: str,
    flow: Sequence[str],
    block: str,
    brackets: str,
    *,
    of: Spot | None = None,
    in_block: bool = True,
) -> None:
    """Put parts behind those of a key of a mapping, which may be missing or have none yet."""
    home = of or front.root
    spot = home.pairs.get(key)
    both = f"{brackets[0]}{', '.join(flow)}{brackets[1]}"
    if spot is None:
        indented = "".join(f"  {line}\n" for line in lines_of(block))
        add_pair(front, edits, home, key, f" {both}" if home.is_flow else f"\n{indented}")
    elif in_block and not home.is_flow and (spot.is_empty or front.text[spot.start : spot.end] == brackets):
        add_below(front, edits, home, key, block)
    elif spot.is_empty:
        edits.insert(spot.end, f" {both}")
    elif spot.is_flow:
        add_to_flow(front, edits, spot, ", ".join(flow))
    else:
        add_to_block(front, edits, spot, block)


def _takes_quotes(item: Spot) -> bool:
    """Whether an item's evidence is a list, or can become one; quotes written as one mapping stay as they are."""
    return not item.pairs["evidence"].pairs if "evidence" in item.pairs else True


def _flow_quote(quote: Evidence) -> str:
    told = flowing(quote)
    return told if quote.prefix or quote.suffix or quote.translation else told.removeprefix("{").removesuffix("}")
