"""A person decides: a proposal accepted by taking its `review` away, or rejected by taking it out; the rest stays.

Nothing but the one key, or the one item with what falls with it, is touched: comments, order and blank lines are a
person's. The changed text is read again, and is given back only if it says what it should.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from briefgen.content.falling import LISTS, At, Falls, Held, Loose, called, falls, with_denials
from briefgen.content.front_matter import parse
from briefgen.content.read import parse_entry
from briefgen.content.spots import Edits, Front, Spot, spots, take_items, take_pair
from briefgen.model.entries import ActorId, Brief
from briefgen.model.problems import BriefgenError, Problem, did_you_mean

MOST_NAMED = 12  # proposals that a message names


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A brief's text after a decision, the ids that were decided on, and how many proposals are left.

    `also` is what was accepted or rejected with them, `let_go` what lost a reference, each as it is spoken of;
    `actors` are those that were decided on.
    """

    text: str
    decided: tuple[str, ...]
    left: int
    also: tuple[str, ...] = ()
    let_go: tuple[str, ...] = ()
    actors: tuple[ActorId, ...] = ()


def accept(text: str, brief_id: str, name: str, ids: Collection[str] = ()) -> Reviewed:
    """A brief's text with proposals accepted: those of these ids, with the denials of them, or all of them.

    Raises BriefgenError where the file cannot be read, or an id is no proposal in it.
    """
    brief = _read(text, brief_id, name)
    chosen = _chosen(brief, name, ids)
    done = with_denials(brief, chosen)

    def edit(front: Front, edits: Edits, with_rest: bool) -> None:
        for kind, number in sorted(done):
            take_pair(front, edits, front.root.pairs[kind].items[number], "review", with_rest=with_rest)

    def outcome(said: dict[str, Any]) -> None:
        for kind, number in done:
            del said[kind][number]["review"]

    after = _edited(text, name, edit, outcome)
    also = _spoken(brief, done - {*chosen})
    return Reviewed(after, _ids(brief, chosen), _left(brief, done), also, actors=_actors(brief, done))


def reject(text: str, brief_id: str, name: str, ids: Collection[str], held: Held | None = None) -> Reviewed:
    """A brief's text without the proposals of these ids.

    Where it is known what leads to them from outside of the brief, what hangs on them falls with them or lets go of
    them. Raises BriefgenError, too, where something that a person has accepted or written leads to one of them.
    """
    brief = _read(text, brief_id, name)
    chosen = _chosen(brief, name, ids)
    told = Falls(frozenset(chosen)) if held is None else falls(brief, chosen, held)
    if told.why_not:
        hint = f"It names {_ids(brief, chosen)[0]}: change that first, or accept it."
        raise BriefgenError(f"{', '.join(_ids(brief, chosen))} cannot be rejected: {told.why_not[0]}", hint, code=1)

    def edit(front: Front, edits: Edits, with_rest: bool) -> None:
        for loose in told.loose:
            _let_go(front, edits, front.root.pairs[loose.at[0]].items[loose.at[1]], loose)
        for kind, numbers in _by_list(told.items).items():
            of = front.root.pairs[kind]
            take_items(front, edits, of, [n in numbers for n in range(len(of.items))], with_rest=with_rest)

    return Reviewed(
        _edited(text, name, edit, lambda said: _without(said, told)),
        _ids(brief, chosen),
        _left(brief, told.items),
        _spoken(brief, told.items - {*chosen}),
        _spoken(brief, {loose.at for loose in told.loose}),
        _actors(brief, told.items),
    )


# ---- what is decided on --------------------------------------------------------------------------------------------


def _read(text: str, brief_id: str, name: str) -> Brief:
    brief, problems = parse_entry(Brief, brief_id, text, name)
    if brief is None:
        worst = next((p for p in problems if p.severity == "error"), None)
        raise BriefgenError(f"{name} cannot be read{f': {worst.place}: {worst.message}' if worst else ''}", code=1)
    return brief


def _chosen(brief: Brief, name: str, ids: Collection[str]) -> list[At]:
    """The proposals of these ids, or all of them."""
    proposals = [(at, str(getattr(brief, at[0])[at[1]].id)) for at in _proposals(brief)]
    known = [id_ for _, id_ in proposals]
    for id_ in ids:
        if id_ not in known:
            hint = did_you_mean(id_, known) or _proposed(known)
            raise BriefgenError(f"{id_!r} is no proposal in {name}", hint, code=1)
    return [at for at, id_ in proposals if not ids or id_ in ids]


def _proposals(brief: Brief) -> Iterator[At]:
    for key in LISTS:
        for number, item in enumerate(getattr(brief, key)):
            if item.review:
                yield key, number


def _proposed(ids: list[str]) -> str:
    if not ids:
        return "Nothing is proposed in it."
    more = f" and {len(ids) - MOST_NAMED} more" if len(ids) > MOST_NAMED else ""
    return f"Proposed are: {', '.join(ids[:MOST_NAMED])}{more}."


def _ids(brief: Brief, chosen: Iterable[At]) -> tuple[str, ...]:
    return tuple(str(getattr(brief, kind)[number].id) for kind, number in chosen)


def _actors(brief: Brief, items: Collection[At]) -> tuple[ActorId, ...]:
    return tuple(brief.actors[number].id for kind, number in sorted(items) if kind == "actors")


def _left(brief: Brief, done: Collection[At]) -> int:
    return sum(at not in done for at in _proposals(brief))


def _spoken(brief: Brief, items: Collection[At]) -> tuple[str, ...]:
    return tuple(called(brief, at) for at in sorted(items, key=lambda at: (LISTS.index(at[0]), at[1])))


def _by_list(items: Iterable[At]) -> Mapping[str, set[int]]:
    found: dict[str, set[int]] = {}
    for kind, number in items:
        found.setdefault(kind, set()).add(number)
    return found


# ---- the text ------------------------------------------------------------------------------------------------------


def _edited(
    text: str, name: str, edit: Callable[[Front, Edits, bool], None], outcome: Callable[[dict[str, Any]], None]
) -> str:
    """The text as it is after a decision: read again, it says what the outcome is, and all else that it said."""
    front, wanted = spots(text, name), _said(text, name)
    outcome(wanted)
    for with_rest in (False, True):
        edits = Edits(text)
        edit(front, edits, with_rest)
        after = edits.result()
        if _said(after, name) == wanted:
            return after
    raise BriefgenError(f"{name} is written in a form that this cannot be done to by itself", _BY_HAND, code=1)


_BY_HAND = "Nothing was changed. Do it by hand: take `review: proposed` away, or the whole item."


def _said(text: str, name: str) -> dict[str, Any]:
    """All that a text says, to be compared; a list of nothing is one, however that is written."""
    front = parse(text, name)
    if isinstance(front, Problem):
        return {}
    said = front.root.plain()
    assert isinstance(said, dict)
    return said | {key: said[key] or [] for key in LISTS if key in said} | {"": front.body}


def _let_go(front: Front, edits: Edits, item: Spot, loose: Loose) -> None:
    """Take references out of one key of an item; one that is left with none says `[]`."""
    key, _, inner = loose.key.partition(".")
    if inner or key == "order":
        take_pair(front, edits, item.pairs[key] if inner else item, inner or key)
        return
    spot = item.pairs[key]
    gone = [each.text in loose.gone for each in spot.items]
    if spot.text is not None:
        edits.cut(spot.start, spot.end)
        edits.insert(spot.start, "[]")
    else:
        if all(gone) and not spot.is_flow:
            edits.insert(front.colon(item, key) + 1, " []")
        take_items(front, edits, spot, gone)


def _without(said: dict[str, Any], told: Falls) -> None:
    """Take out of what a text says what falls, and references to it."""
    for loose in told.loose:
        item = said[loose.at[0]][loose.at[1]]
        key, _, inner = loose.key.partition(".")
        if inner or key == "order":
            (item[key] if inner else item).pop(inner or key, None)
        else:
            names = item[key] if isinstance(item[key], list) else [item[key]]
            item[key] = [name for name in names if not (isinstance(name, str) and name in loose.gone)]
    for kind, numbers in _by_list(told.items).items():
        said[kind] = [item for number, item in enumerate(said[kind]) if number not in numbers]
