"""The pieces of which pages are put together: each is made once, by the macro of its name, and stands on many pages.

A template says `{{ thing|claim_html }}` for the piece `claim`. `key` names the thing that a piece
shows, and `find` leads from the key back to the thing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from briefgen.model.graph import Graph, Key
from briefgen.render.timeline import Moment, timeline


@dataclass(frozen=True, slots=True)
class Piece:
    """The template whose macro makes it, the key of what it shows, and the way back from the key."""

    template: str
    key: Callable[[Any], Any]
    find: Callable[[Graph, Any], object]


def _moment(graph: Graph, key: Key) -> Moment:
    """The moment of a claim or a denial: there is one of each at most."""
    claims = [graph.claims[key]] if key in graph.claims else []
    statements = [graph.statements[key]] if key in graph.statements else []
    return timeline(claims, statements, graph.claims)[0]


def _same(thing: object) -> object:
    return thing


def _key(thing: Any) -> Any:
    return thing.key


_OF_CLAIM = Piece("claim.html", _key, lambda graph, key: graph.claims[key])
_OF_STATEMENT = Piece("claim.html", _key, lambda graph, key: graph.statements[key])
_OF_QUESTION = Piece(
    "claim.html",
    lambda asked: (asked.brief.id, asked.number),
    lambda graph, key: graph.told[key[0]].questions[key[1] - 1],
)
_OF_TOLD = Piece("claim.html", lambda told: told.brief.id, lambda graph, key: graph.told[key])
_OF_BRIEF = Piece("claim.html", lambda brief: brief.id, lambda graph, key: graph.told[key].brief)

PIECES: Mapping[str, Piece] = {
    "actor": Piece("names.html", _same, lambda graph, key: key),
    "claim": _OF_CLAIM,
    "resting": _OF_CLAIM,
    "statement": _OF_STATEMENT,
    "said": _OF_STATEMENT,
    "quotes": _OF_STATEMENT,
    "by": _OF_STATEMENT,
    "placed": _OF_STATEMENT,
    "question": _OF_QUESTION,
    "question_link": _OF_QUESTION,
    "brief": _OF_TOLD,
    "stand": _OF_TOLD,
    "brief_link": _OF_BRIEF,
    "corrections_link": _OF_BRIEF,
    "moment": Piece("claim.html", lambda moment: moment.shows.key, _moment),
    "entry": Piece(
        "entry.xml", lambda shown: (shown[0].brief.id, shown[1]), lambda graph, key: (graph.told[key[0]], key[1])
    ),
    "masthead": Piece("frame.html", _same, lambda graph, key: key),
    "foot": Piece("frame.html", _same, lambda graph, key: key),
}
