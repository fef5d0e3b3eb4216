"""A person decides: a proposal accepted by taking its `review` away, or rejected by taking it out; the rest stays.

Nothing but the one key, or the one item, is touched: comments, order and blank lines are a person's.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from briefgen.content.read import parse_entry
from briefgen.content.spots import Edits, Spot, dash, last_line, spots
from briefgen.model.entries import Brief
from briefgen.model.problems import BriefgenError, did_you_mean

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
    spot: Spot
    list: Spot


def accept(text: str, brief_id: str, name: str, ids: Collection[str] = ()) -> Reviewed:
    """A brief's text with proposals accepted: those of these ids, or all of them.

    Raises BriefgenError where the file cannot be read, or an id is no proposal in it.
    """
    edits, wanted, left = _chosen(text, brief_id, name, ids)
    for proposal in wanted:
        _take_review_away(edits, proposal.spot)
    return Reviewed(edits.result(), tuple(p.id for p in wanted), left)


def reject(text: str, brief_id: str, name: str, ids: Collection[str]) -> Reviewed:
    """A brief's text without the proposals of these ids."""
    edits, wanted, left = _chosen(text, brief_id, name, ids)
    for proposal in wanted:
        _take_out(edits, proposal.spot, proposal.list, [p.spot for p in wanted if p.list is proposal.list])
    return Reviewed(edits.result(), tuple(p.id for p in wanted), left)


def _chosen(text: str, brief_id: str, name: str, ids: Collection[str]) -> tuple[Edits, list[_Proposal], int]:
    brief, problems = parse_entry(Brief, brief_id, text, name)
    if brief is None:
        worst = next((p for p in problems if p.severity == "error"), None)
        raise BriefgenError(f"{name} cannot be read{f': {worst.place}: {worst.message}' if worst else ''}", code=1)
    proposals = list(_proposals(brief, text, name))
    known = [p.id for p in proposals]
    for id_ in ids:
        if id_ not in known:
            hint = did_you_mean(id_, known) or _proposed(known)
            raise BriefgenError(f"{id_!r} is no proposal in {name}", hint, code=1)
    wanted = [p for p in proposals if not ids or p.id in ids]
    return Edits(text.splitlines(keepends=True)), wanted, len(proposals) - len(wanted)


def _proposed(ids: list[str]) -> str:
    if not ids:
        return "Nothing is proposed in it."
    more = f" and {len(ids) - MOST_NAMED} more" if len(ids) > MOST_NAMED else ""
    return f"Proposed are: {', '.join(ids[:MOST_NAMED])}{more}."


def _proposals(brief: Brief, text: str, name: str) -> Iterator[_Proposal]:
    front, _ = spots(text, name)
    for key in LISTS:
        found = front.pairs.get(key)
        if found is not None:
            for item, spot in zip(getattr(brief, key), found.items, strict=True):
                if item.review:
                    yield _Proposal(str(item.id), spot, found)


def _take_review_away(edits: Edits, item: Spot) -> None:
    start, end = item.keys["review"], item.pairs["review"].end
    later = [at for at in item.keys.values() if at > start]
    earlier = [value.end for key, value in item.pairs.items() if item.keys[key] < start]
    if item.is_flow:
        edits.cut(*((max(earlier), end) if earlier else (start, min(later)) if later else (start, end)))
    elif not edits.lines[start[0]][: start[1]].strip():
        edits.cut((start[0], 0), (end[0] + 1, 0))
    elif later:  # it stands first, behind the dash
        edits.cut(start, min(later))
    else:
        edits.cut(start, end)


def _take_out(edits: Edits, item: Spot, of: Spot, gone: list[Spot]) -> None:
    if not of.is_flow:
        first = item.start[0]
        while "-" not in edits.lines[first][: dash(edits, item) + 1] and first > of.start[0]:
            first -= 1
        edits.cut((first, 0), (last_line(item, edits) + 1, 0))
        return
    at = of.items.index(item)
    kept_before = [other for other in of.items[:at] if other not in gone]
    if kept_before:
        edits.cut(of.items[at - 1].end, item.end)
    elif at + 1 < len(of.items):
        edits.cut(item.start, of.items[at + 1].start)
    else:
        edits.cut(item.start, item.end)
