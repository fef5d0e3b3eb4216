"""What a desk writes: briefs with their facts, denials and questions, actors, sources, pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Annotated, Literal, NewType, get_args

from briefgen.model.ids import A_FILE, A_REF, AN_ID
from briefgen.model.problems import NOWHERE, Place

# Texts that become addresses or paths: no entry that has been read holds one that does not look like this.
BriefId = NewType("BriefId", Annotated[str, AN_ID])
ActorId = NewType("ActorId", Annotated[str, AN_ID])
SourceId = NewType("SourceId", Annotated[str, AN_ID])
Ref = NewType("Ref", Annotated[str, A_REF])  # a fact, denial or question: `id` at home, `brief-id#id` elsewhere
LocalId = Annotated[str, AN_ID]  # of a thing within its brief, or of a page
FileName = Annotated[str, A_FILE]  # of a file in `captures/`

Label = NewType("Label", str)  # the short name of a source within one brief: A, B
Edtf = NewType("Edtf", str)  # a date of the Extended Date/Time Format, or `unknown`
Day = date | datetime

UNKNOWN = "unknown"

Kind = Literal["event", "claim", "assessment", "position"]
Stance = Literal["denies", "rejects", "disputes", "declines-comment"]
Scope = Literal["full", "partial", "unclear"]
Basis = Literal["stated", "inferred", "unknown"]
Review = Literal["", "proposed"]
Status = Literal["draft", "review", "published", "superseded", "withdrawn"]
Marking = Literal["TLP:CLEAR", "TLP:GREEN", "TLP:AMBER", "TLP:AMBER+STRICT", "TLP:RED"]
Role = Literal[
    "accuser", "accused", "denier", "condemner", "affected", "origin", "relay", "principal", "publisher", "other"
]
QuestionStatus = Literal["open", "answered", "withdrawn"]
ActorType = Literal["Person", "Organization", "PublicBody", "Country", "NewsMedia", "Group"]
PublishText = Literal["quotes", "excerpt", "full"]
Scale = Literal["icd203", "phia"]
Confidence = Literal["low", "moderate", "high"]
Grade = Literal["A", "B", "C", "D", "E", "F"]
Credibility = Literal["1", "2", "3", "4", "5", "6"]

MARKINGS: tuple[Marking, ...] = get_args(Marking)  # from the most open to the most closed
BUILT: frozenset[Status] = frozenset(("published", "superseded", "withdrawn"))
STANDING: frozenset[Status] = frozenset(("draft", "review", "published"))  # whose facts are counted


def _place() -> Place:
    return field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Evidence:
    """A quote from the source that carries `source` as its label; prefix and suffix tell two places apart."""

    source: Label
    quote: str
    prefix: str = ""
    suffix: str = ""
    translation: str = ""
    place: Place = _place()


@dataclass(frozen=True, slots=True)
class Unnamed:
    """Somebody whom the source does not name, by the source's own descriptor."""

    unnamed: str
    place: Place = _place()


Voice = ActorId | Unnamed


@dataclass(frozen=True, slots=True)
class When:
    """When it is said to have happened: the source's words, and the same as EDTF."""

    words: str
    edtf: Edtf = Edtf(UNKNOWN)
    place: Place = _place()


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that somebody is reported to assert, in the desk's words, as attributed."""

    text: str
    id: LocalId = ""
    label: str = ""
    kind: Kind = "claim"
    asserted_by: tuple[Voice, ...] = ()
    citing: tuple[Voice, ...] = ()
    citing_basis: Basis = "stated"
    about: tuple[ActorId, ...] = ()
    accuses: tuple[ActorId, ...] | None = None
    when: When | None = None
    hedge: Mapping[Label, str] = field(default_factory=dict)
    evidence: tuple[Evidence, ...] = ()
    chain_evidence: tuple[Evidence, ...] = ()
    marking: Marking = "TLP:CLEAR"
    review: Review = ""
    place: Place = _place()


@dataclass(frozen=True, slots=True)
class Order:
    """That a denial came before or after a fact, and by how much in the source's words."""

    before: Ref = Ref("")
    after: Ref = Ref("")
    gap: str = ""
    place: Place = _place()


@dataclass(frozen=True, slots=True)
class Denial:
    """Who denies, what the denial is placed against, what else it may cover, and in which words it is reported."""

    by: tuple[Voice, ...]
    denies: tuple[Ref, ...]
    id: LocalId = ""
    label: str = ""
    text: str = ""
    on_behalf_of: tuple[ActorId, ...] = ()
    stance: Stance = "denies"
    may_also_deny: tuple[Ref, ...] = ()
    scope: Scope = "unclear"
    order: Order | None = None
    note: str = ""
    evidence: tuple[Evidence, ...] = ()
    review: Review = ""
    place: Place = _place()


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """Where the sources differ about one fact, each in its own words."""

    about: Ref
    readings: tuple[Evidence, ...]
    id: LocalId = ""
    label: str = ""
    note: str = ""
    review: Review = ""
    place: Place = _place()


@dataclass(frozen=True, slots=True)
class Question:
    """What nobody knows yet, since when it has been asked, and which fact answered it."""

    question: str
    id: LocalId = ""
    about: tuple[Ref, ...] = ()
    asked: Day | None = None
    status: QuestionStatus = "open"
    answered_by: tuple[Ref, ...] = ()
    answered: Day | None = None
    would_answer: str = ""
    review: Review = ""
    place: Place = _place()


@dataclass(frozen=True, slots=True)
class Correction:
    """What a brief said, what it says now, and why: never a silent change."""

    date: Day
    was: str
    now: str
    why: str
    place: Place = _place()


@dataclass(frozen=True, slots=True)
class Assessment:
    """The desk's own judgement of facts, in the words of a published scale, apart from the sources' words."""

    about: tuple[Ref, ...]
    basis: str
    likelihood: str = ""
    scale: Scale = "icd203"
    confidence: Confidence | None = None
    credibility: Credibility | None = None
    place: Place = _place()


@dataclass(frozen=True, slots=True)
class CastMember:
    """An actor of a brief, with the parts played in this story."""

    id: ActorId
    role: tuple[Role, ...] = ()
    note: str = ""
    review: Review = ""
    place: Place = _place()


@dataclass(frozen=True, slots=True)
class Brief:
    """What a handful of sources say about one story."""

    id: BriefId
    title: str
    date: Day | None = None
    updated: Day | None = None
    summary: str = ""
    language: str = ""
    status: Status = "published"
    superseded_by: BriefId = BriefId("")
    reason: str = ""
    marking: Marking = "TLP:CLEAR"
    embargo_until: datetime | None = None
    topics: tuple[str, ...] = ()
    reference_date: Edtf = Edtf(UNKNOWN)
    sources: Mapping[Label, SourceId] = field(default_factory=dict)
    redirect_from: tuple[BriefId, ...] = ()
    actors: tuple[CastMember, ...] = ()
    key_facts: tuple[Fact, ...] = ()
    denials: tuple[Denial, ...] = ()
    discrepancies: tuple[Discrepancy, ...] = ()
    open_questions: tuple[Question, ...] = ()
    corrections: tuple[Correction, ...] = ()
    assessments: tuple[Assessment, ...] = ()
    body: str = ""
    body_line: int = field(default=1, compare=False, repr=False)
    place: Place = _place()


@dataclass(frozen=True, slots=True)
class Affiliation:
    """What an actor is to another, and since and until when."""

    to: ActorId
    role: str
    since: Edtf = Edtf(UNKNOWN)
    until: Edtf = Edtf(UNKNOWN)
    place: Place = _place()


@dataclass(frozen=True, slots=True)
class Reliability:
    """How far a publisher has proved reliable (Admiralty grade A to F), and why the desk says so."""

    grade: Grade
    basis: str
    place: Place = _place()


@dataclass(frozen=True, slots=True)
class Actor:
    """A person, an office, a country or a group, with the names it goes by."""

    id: ActorId
    name: str
    type: ActorType = "Group"
    aliases: tuple[str, ...] = ()
    weak_aliases: tuple[str, ...] = ()
    metonyms: tuple[str, ...] = ()
    description: str = ""
    affiliations: tuple[Affiliation, ...] = ()
    ids: Mapping[str, str] = field(default_factory=dict)
    not_same_as: tuple[ActorId, ...] = ()
    reliability: Reliability | None = None
    redirect_from: tuple[ActorId, ...] = ()
    body: str = ""
    body_line: int = field(default=1, compare=False, repr=False)
    place: Place = _place()


@dataclass(frozen=True, slots=True)
class NearDuplicate:
    """That a source is, in the main, another one's text; `confirmed_by` is empty until a person has said so."""

    source: SourceId
    confirmed_by: str = ""
    place: Place = _place()


@dataclass(frozen=True, slots=True)
class Cut:
    """A span of a captured text that is not part of the report: its first and last words."""

    start: str
    end: str
    why: str
    place: Place = _place()


@dataclass(frozen=True, slots=True)
class Stored:
    """A file in `captures/` and the hash of its bytes; an empty hash is computed."""

    file: FileName
    sha256: str = ""
    place: Place = _place()


@dataclass(frozen=True, slots=True)
class Said:
    """What a page says of itself that is not known to be so: an address where it was not found, a publisher."""

    url: str = UNKNOWN
    publisher: str = UNKNOWN
    place: Place = _place()


@dataclass(frozen=True, slots=True)
class Source:
    """A captured text: who published it, what it credits, what was cut, and where its bytes are."""

    id: SourceId
    type: str = "NewsArticle"
    headline: str = UNKNOWN
    publisher: ActorId = ActorId(UNKNOWN)
    publisher_basis: Basis = "stated"
    author: str = UNKNOWN
    url: str = UNKNOWN
    url_basis: Basis = "stated"
    asked: str = ""
    said: Said | None = None
    archived_url: str = UNKNOWN
    published: Edtf = Edtf(UNKNOWN)
    retrieved: Day | None = None
    language: str = ""
    credits: tuple[ActorId, ...] = ()
    near_duplicate_of: NearDuplicate | None = None
    cut: tuple[Cut, ...] = ()
    capture: Stored | None = None
    text: Stored | None = None
    publish_text: PublishText = "quotes"
    redirect_from: tuple[SourceId, ...] = ()
    body: str = ""
    body_line: int = field(default=1, compare=False, repr=False)
    place: Place = _place()


@dataclass(frozen=True, slots=True)
class DeskPage:
    """A page of the desk's own, such as about or imprint; a lower `weight` stands earlier in the menu."""

    id: LocalId
    title: str
    weight: int = 0
    description: str = ""
    body: str = ""
    body_line: int = field(default=1, compare=False, repr=False)
    place: Place = _place()


@dataclass(frozen=True, slots=True)
class Asset:
    """A file of `content/assets/`, copied as it is to `assets/`."""

    name: str
    data: bytes
    place: Place = _place()


@dataclass(frozen=True, slots=True)
class Span:
    """Where something stands in a source's text, in characters from 0; the end is not part of it."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Capture:
    """What reading a source's text gave: its length and cuts, where each quote stands, and the text if it is shown.

    `length` is 0 where the captured text is not at hand and only `evidence.lock` was read.
    """

    length: int = 0
    cuts: tuple[Span, ...] = ()
    found: Mapping[tuple[str, str, str], Span] = field(default_factory=dict)  # (quote, prefix, suffix) -> span
    shown: str = ""


Entry = Brief | Actor | Source | DeskPage


@dataclass(frozen=True, slots=True)
class Content:
    """All that stands in one desk's `content/`, each kind by id and in the order of its ids."""

    briefs: Mapping[BriefId, Brief] = field(default_factory=dict)
    actors: Mapping[ActorId, Actor] = field(default_factory=dict)
    sources: Mapping[SourceId, Source] = field(default_factory=dict)
    pages: Mapping[str, DeskPage] = field(default_factory=dict)
    assets: tuple[Asset, ...] = ()
    captures: Mapping[SourceId, Capture] = field(default_factory=dict)
    unread: frozenset[str] = frozenset()  # stems of files that could not be read: nobody is told that they are missing


def evidence_of(brief: Brief) -> tuple[Evidence, ...]:
    """Every quote of a brief in the order it is written: of facts, chains, denials and readings."""
    return (
        *(e for fact in brief.key_facts for e in (*fact.evidence, *fact.chain_evidence)),
        *(e for denial in brief.denials for e in denial.evidence),
        *(e for discrepancy in brief.discrepancies for e in discrepancy.readings),
    )


def refers_to(ref: Ref, brief: BriefId) -> tuple[BriefId, str]:
    """The brief and the id that a reference written in `brief` means."""
    home, mark, local = ref.partition("#")
    return (BriefId(home), local) if mark else (brief, ref)
