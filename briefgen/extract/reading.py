"""What is read from one text: sentences, statements, actors, dates; every span in characters of the whole text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from briefgen.extract.clauses import Tense
from briefgen.model.entries import ActorType, Edtf, Kind, Span, Stance

Spans = tuple[Span, ...]
StanceOrNone = Literal["", "denies", "rejects", "disputes", "declines-comment"]


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence, by its place in the text and the paragraph that it stands in."""

    span: Span
    paragraph: int


@dataclass(frozen=True, slots=True)
class Mention:
    """Words that stand for an actor: a name, or a pronoun or role whose bearer was inferred."""

    span: Span
    actor: str
    is_inferred: bool = False


@dataclass(frozen=True, slots=True)
class Named:
    """An actor as one text gives it: `name` is the fullest form, `aliases` the others, `roles` what it is called."""

    name: str
    type: ActorType | Literal["Place"]
    aliases: tuple[str, ...] = ()
    metonyms: tuple[str, ...] = ()
    titled: tuple[str, ...] = ()  # with the role that stands before it: "Administrator Bolden"
    description: str = ""
    country: str = ""  # a public body's, where the text says so
    mentions: Spans = ()


@dataclass(frozen=True, slots=True)
class Statement:
    """Somebody's words or thoughts as reported: who (`source`), by which word (`cue`), what (`content`).

    `denied` is what a denial is placed against. `speaker` is the actor's name where the source phrase
    is one or leads to one; `inferred` says that it was led there by a pronoun or a role. `citing` are
    those whom the speaker names as the source. `is_negated` marks "did not say".
    """

    sentence: int
    content: Spans
    source: Spans = ()
    cue: Spans = ()
    kind: Kind | Literal["credit"] = "claim"  # a credit is whom a caption names as the maker of a picture
    stance: StanceOrNone = ""
    is_negated: bool = False
    hedge: Spans = ()
    citing: Spans = ()
    speakers: tuple[str, ...] = ()
    is_inferred: bool = False
    in_quote: bool = False
    lemma: str = ""  # the cue's
    form: Literal["clause", "object", "adjective"] = "clause"  # what stands as the content
    tense: Tense = ""  # of the content, as are:
    question: str = ""
    subject: str = ""
    cites: tuple[str, ...] = ()  # actors whom `citing` means; `cites_in` is where the text says so
    cites_in: Spans = ()
    owner: tuple[str, ...] = ()  # whose claim a denial is placed against: "rejected US claims"
    is_main: bool = False  # its sentence tells this, and does not only mention it
    within: int = -1  # the statement in whose content this one stands


@dataclass(frozen=True, slots=True)
class Happening:
    """What the text tells in passing or on its own authority: no speaker stands beside it."""

    span: Span
    sentence: int
    tense: Tense = ""
    question: str = ""
    subject: str = ""
    is_clause: bool = False


@dataclass(frozen=True, slots=True)
class Opener:
    """A pronoun with which a sentence opens, and whom it means: "Otto Lind" for `He`, "Otto Lind’s" for `His`."""

    span: Span
    name: str


@dataclass(frozen=True, slots=True)
class Dated:
    """Words that say when, and the same as EDTF."""

    span: Span
    edtf: Edtf


@dataclass(frozen=True, slots=True)
class Reading:
    """All that was read from one text. `cuts` are spans that are not part of the report."""

    text: str
    cuts: Spans = ()
    sentences: tuple[Sentence, ...] = ()
    statements: tuple[Statement, ...] = ()
    uncertain: tuple[int, ...] = ()
    hedges: tuple[Spans, ...] = ()  # of each sentence
    actors: tuple[Named, ...] = ()
    mentions: tuple[Mention, ...] = ()
    dates: tuple[Dated, ...] = ()
    happenings: tuple[Happening, ...] = ()
    openers: tuple[Opener | None, ...] = ()  # of each sentence
    quotes: Spans = ()

    def words(self, spans: Iterable[Span]) -> str:
        """The words of spans, in order, one space between two."""
        return " ".join(" ".join(self.text[s.start : s.end].split()) for s in spans)


def is_denial(stance: StanceOrNone | Stance) -> bool:
    """Whether a stance denies something, and does not only keep silent."""
    return stance not in ("", "declines-comment")
