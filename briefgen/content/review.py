"""A person decides: a proposal accepted by taking its `review` away, or rejected by taking it out; the rest stays.

Nothing but the one key, or the one item, is touched: comments, order and blank lines are a person's. The changed text
is read again, and is given back only if it says what it should.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from briefgen.content.front_matter import parse
from briefgen.content.read import parse_entry
from briefgen.content.spots import Edits, Front, spots, take_items, take_pair
from briefgen.model.entries import Brief
from briefgen.model.problems import BriefgenError, Problem, did_you_mean

MOST_NAMED = 12  # proposals that a message names
LISTS = ("actors", "key_facts", "denials", "discrepancies", "open_questions")


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A brief's text after a decision, the ids that were decided on, and how many proposals are left."""

    text: str
    decided: tuple[str, ...]
    left: int


@dataclass(frozen=True, slots=True)
class _Proposal:
    id: str
    list: str
    number: int  # in the list


_Edit = Callable[[Front, Edits, Sequence[_Proposal], bool], None]
_Outcome = Callable[[list[Any], set[int]], None]


def accept(text: str, brief_id: str, name: str, ids: Collection[str] = ()) -> Reviewed:
    """A brief's text with proposals accepted: those of these ids, or all of them.

    Raises BriefgenError where the file cannot be read, or an id is no proposal in it.
    """
    return _decided(text, brief_id, name, ids, _take_review_away, _without_review)


def reject(text: str, brief_id: str, name: str, ids: Collection[str]) -> Reviewed:
    """A brief's text without the proposals of these ids."""
    return _decided(text, brief_id, name, ids, _take_out, _without)


def _decided(text: str, brief_id: str, name: str, ids: Collection[str], edit: _Edit, outcome: _Outcome) -> Reviewed:
    brief, problems = parse_entry(Brief, brief_id, text, name)
    if brief is None:
        worst = next((p for p in problems if p.severity == "error"), None)
        raise BriefgenError(f"{name} cannot be read{f': {worst.place}: {worst.message}' if worst else ''}", code=1)
    proposals = list(_proposals(brief))
    known = [p.id for p in proposals]
    for id_ in ids:
        if id_ not in known:
            hint = did_you_mean(id_, known) or _proposed(known)
            raise BriefgenError(f"{id_!r} is no proposal in {name}", hint, code=1)
    chosen = [p for p in proposals if not ids or p.id in ids]
    after = _edited(text, name, chosen, edit, outcome)
    return Reviewed(after, tuple(p.id for p in chosen), len(proposals) - len(chosen))


def _edited(text: str, name: str, chosen: Sequence[_Proposal], edit: _Edit, outcome: _Outcome) -> str:
    """The text as it is after a decision: read again, it says what the outcome is, and all else that it said."""
    front, wanted = spots(text, name), _said(text, name)
    for key in LISTS:
        outcome(wanted.get(key, []), {p.number for p in chosen if p.list == key})
    for with_rest in (False, True):
        edits = Edits(text)
        edit(front, edits, chosen, with_rest)
        after = edits.result()
        if _said(after, name) == wanted:
            return after
    ids = ", ".join(p.id for p in chosen)
    raise BriefgenError(f"{ids}: {name} is written in a form that this cannot be done to by itself", _BY_HAND, code=1)


_BY_HAND = "Nothing was changed. Do it by hand: take `review: proposed` away, or the whole item."


def _said(text: str, name: str) -> dict[str, Any]:
    """All that a text says, to be compared; a list of nothing is one, however that is written."""
    front = parse(text, name)
    if isinstance(front, Problem):
        return {}
    said = front.root.plain()
    assert isinstance(said, dict)
    return said | {key: said[key] or [] for key in LISTS if key in said} | {"": front.body}


def _proposed(ids: list[str]) -> str:
    if not ids:
        return "Nothing is proposed in it."
    more = f" and {len(ids) - MOST_NAMED} more" if len(ids) > MOST_NAMED else ""
    return f"Proposed are: {', '.join(ids[:MOST_NAMED])}{more}."


def _proposals(brief: Brief) -> Iterator[_Proposal]:
    for key in LISTS:
        for number, item in enumerate(getattr(brief, key)):
            if item.review:
                yield _Proposal(str(item.id), key, number)


def _take_review_away(front: Front, edits: Edits, chosen: Sequence[_Proposal], with_rest: bool) -> None:
    for each in chosen:
        take_pair(front, edits, front.root.pairs[each.list].items[each.number], "review", with_rest=with_rest)


def _without_review(items: list[Any], chosen: set[int]) -> None:
    for number in chosen:
        del items[number]["review"]


def _take_out(front: Front, edits: Edits, chosen: Sequence[_Proposal], with_rest: bool) -> None:
    for key in LISTS:
        if numbers := {p.number for p in chosen if p.list == key}:
            of = front.root.pairs[key]
            take_items(front, edits, of, [n in numbers for n in range(len(of.items))], with_rest=with_rest)


def _without(items: list[Any], chosen: set[int]) -> None:
    items[:] = [item for number, item in enumerate(items) if number not in chosen]
