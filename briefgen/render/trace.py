"""Which words of which briefs stand on a page, and in which of its pieces: what has to be made anew when they change.

Words are what a person may change without changing what stands where: titles, texts, notes. Everything
else (who asserts, who denies, which quotes, which dates) decides what stands on which page.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from markupsafe import Markup

from briefgen.model.entries import Assessment, Brief, CastMember, Denial, Discrepancy, Fact, Question
from briefgen.model.problems import Problem
from briefgen.model.site import PieceKey, Word

# The words of each class, by attribute. Facts and denials are told apart by their ids.
WORDS: Mapping[type, frozenset[str]] = {
    Brief: frozenset(("title", "summary", "body")),
    Fact: frozenset(("text", "label")),
    Denial: frozenset(("text", "label", "note")),
    Question: frozenset(("question", "would_answer")),
    Discrepancy: frozenset(("label", "note")),
    CastMember: frozenset(("note",)),
    Assessment: frozenset(("basis",)),
}
ATTRIBUTES = frozenset(name for names in WORDS.values() for name in names)


Worded = Brief | Fact | Denial | Question | Discrepancy | CastMember | Assessment


def word(thing: Worded, attribute: str) -> Word:
    """What an attribute of an entry is called in a trace."""
    return thing.place.file, _name(thing, attribute)


def _name(thing: Worded, attribute: str) -> str:
    return attribute if isinstance(thing, Brief) else f"{type(thing).__name__} {getattr(thing, 'id', '')}"


def words_of(brief: Brief) -> Iterator[tuple[Word, object]]:
    """Every word of a brief with its value."""
    parts: tuple[Worded, ...] = (
        brief,
        *brief.key_facts,
        *brief.denials,
        *brief.open_questions,
        *brief.discrepancies,
        *brief.actors,
        *brief.assessments,
    )
    for thing in parts:
        for attribute in sorted(WORDS[type(thing)]):
            yield (brief.place.file, _name(thing, attribute)), getattr(thing, attribute)


@dataclass(frozen=True, slots=True)
class Made:
    """A piece as it was made: its HTML, the words that it shows, and the problems met on the way."""

    key: PieceKey
    html: Markup
    words: frozenset[Word]
    problems: tuple[Problem, ...] = ()


@dataclass(slots=True)
class Trace:
    """What was read while a page or a piece was made: words by themselves, and pieces with how often each stands."""

    words: set[Word] = field(default_factory=set)
    pieces: dict[PieceKey, int] = field(default_factory=dict)
    is_page: bool = False

    def take(self, made: Made) -> None:
        """Note a piece: of a page by its key, so that it can be changed there; of another piece by its words."""
        if not self.is_page:
            self.words |= made.words
        elif made.words:  # the key is the piece's own object: it is sent to other processes once
            self.pieces[made.key] = self.pieces.get(made.key, 0) + 1
