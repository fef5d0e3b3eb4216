"""Join a desk's content: each fact with its denials and counts, each actor and source with all that concerns it.

`Claim` is the editorial rule made a type: a fact as it may be shown, never without its denials.
`join` is total. Whoever is named without a file gets a bare entry and stands in `dangling`; a
reference that leads nowhere is left out here and reported by a check.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Literal, TypeVar

from briefgen.model.entries import (
    STANDING,
    UNKNOWN,
    Actor,
    ActorId,
    Assessment,
    Brief,
    BriefId,
    CastMember,
    Content,
    Denial,
    Discrepancy,
    Evidence,
    Fact,
    Label,
    Question,
    Ref,
    Source,
    SourceId,
    Span,
    Unnamed,
    Voice,
    refers_to,
)
from briefgen.model.names import name_from_id

Contest = Literal["contested", "contested indirectly", "no recorded denial"]
Reach = Literal["denies", "may cover", "no comment"]
Timing = Literal["before", "after", "unknown"]
Key = tuple[BriefId, str]  # a fact, denial or question anywhere: its brief and its id there

CONTESTS: tuple[Contest, ...] = ("contested", "contested indirectly", "no recorded denial")
_JOINING_AFFILIATIONS = frozenset(("owner", "agency"))


@dataclass(frozen=True, slots=True)
class Citation:
    """A quote with the source it stands in, and where; `span` is None when nobody has found it."""

    label: Label
    source: SourceId
    evidence: Evidence
    span: Span | None = None
    language: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """A denial as it may be shown: with its quotes and what it is placed against. `number` counts within its brief."""

    denial: Denial
    brief: Brief
    number: int
    citations: tuple[Citation, ...]
    denies: tuple[Key, ...]
    may_also_deny: tuple[Key, ...]

    @property
    def key(self) -> Key:
        """Its brief and id."""
        return self.brief.id, self.denial.id

    @property
    def speakers(self) -> tuple[ActorId, ...]:
        """Who denies, the principals spoken for included."""
        return unique((*named(self.denial.by), *self.denial.on_behalf_of))


@dataclass(frozen=True, slots=True)
class Answer:
    """A denial as it stands to one claim: how far it reaches, and whether it came before or after, and by how much."""

    statement: Statement
    reach: Reach
    timing: Timing = "unknown"
    gap: str = ""


@dataclass(frozen=True, slots=True)
class Counts:
    """How much a fact rests on. MODEL: texts quoted, distinct publishers, independent groups, origins."""

    texts: int
    publishers: int
    independent: int
    origins: int


@dataclass(frozen=True, slots=True)
class Claim:
    """A fact as it may be shown: its number in its brief, its quotes, its counts, and every denial that meets it."""

    fact: Fact
    brief: Brief
    number: int
    citations: tuple[Citation, ...]
    chain: tuple[Citation, ...]
    answers: tuple[Answer, ...]
    counts: Counts
    contest: Contest
    accused: tuple[ActorId, ...]
    replies: tuple[Answer, ...]

    @property
    def key(self) -> Key:
        """Its brief and id."""
        return self.brief.id, self.fact.id

    @property
    def asserters(self) -> tuple[ActorId, ...]:
        """The named among those who assert it."""
        return named(self.fact.asserted_by)

    @property
    def actors(self) -> tuple[ActorId, ...]:
        """Everybody named in it: who asserts, who is cited, whom it is about, who denies it."""
        deniers = (actor for answer in self.answers for actor in answer.statement.speakers)
        return unique((*self.asserters, *named(self.fact.citing), *self.fact.about, *self.accused, *deniers))


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with the claims it bears on and those that answered it. `number` counts within its brief."""

    question: Question
    brief: Brief
    number: int
    about: tuple[Claim | Statement | ActorId, ...]
    answered_by: tuple[Claim, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """A discrepancy with the claim it is about and its readings as citations."""

    discrepancy: Discrepancy
    claim: Claim
    readings: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """The desk's own assessment with the claims it is about."""

    assessment: Assessment
    claims: tuple[Claim, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """A brief with all that it tells, joined."""

    brief: Brief
    claims: tuple[Claim, ...]
    statements: tuple[Statement, ...]
    differences: tuple[Difference, ...]
    questions: tuple[Asked, ...]
    judged: tuple[Judged, ...]
    counts: Counts

    @property
    def stands(self) -> bool:
        """Whether its facts count: it is neither superseded nor withdrawn."""
        return self.brief.status in STANDING


@dataclass(frozen=True, slots=True)
class Dossier:
    """All that concerns one actor. Claims and denials of superseded and withdrawn briefs are not in it."""

    actor: Actor
    said: tuple[Claim, ...] = ()
    accused_of: tuple[Claim, ...] = ()
    about: tuple[Claim, ...] = ()
    denied: tuple[Statement, ...] = ()
    denied_by_others: tuple[Claim, ...] = ()
    beside: tuple[tuple[ActorId, int], ...] = ()  # with whom in one fact, and in how many
    briefs: tuple[tuple[Told, CastMember | None], ...] = ()
    published: tuple[SourceId, ...] = ()
    affiliated: tuple[tuple[ActorId, str], ...] = ()  # who names this actor in its affiliations, and as what


@dataclass(frozen=True, slots=True)
class Resting:
    """One quote of a source, where it stands, and what rests on it."""

    citation: Citation
    claims: tuple[Claim, ...] = ()
    statements: tuple[Statement, ...] = ()
    differences: tuple[Difference, ...] = ()


@dataclass(frozen=True, slots=True)
class Ledger:
    """A source with its quotes in the order of the text, the briefs that use it and its near-duplicates."""

    source: Source
    quotes: tuple[Resting, ...] = ()
    briefs: tuple[Brief, ...] = ()
    near: tuple[tuple[SourceId, str], ...] = ()  # near-duplicates, and who confirmed each


@dataclass(frozen=True, slots=True)
class Graph:
    """A desk's content, joined. Mappings keep the order of ids; `told` is newest first.

    `groups` leads from each source to the first of those that do not stand on their own beside it.
    """

    content: Content
    told: Mapping[BriefId, Told]
    claims: Mapping[Key, Claim]
    statements: Mapping[Key, Statement]
    questions: Mapping[Key, Asked]
    dossiers: Mapping[ActorId, Dossier]
    ledgers: Mapping[SourceId, Ledger]
    groups: Mapping[SourceId, SourceId] = field(default_factory=dict)
    dangling: tuple[ActorId, ...] = ()

    def actor(self, actor: ActorId) -> Actor:
        """The actor of an id; a bare entry where it has no file."""
        return self.dossiers[actor].actor if actor in self.dossiers else bare_actor(actor)


_T = TypeVar("_T")


def unique(things: Iterable[_T]) -> tuple[_T, ...]:
    """The same things in the same order, each once."""
    return tuple(dict.fromkeys(things))


def named(voices: Iterable[Voice]) -> tuple[ActorId, ...]:
    """The actors among voices."""
    return tuple(voice for voice in voices if not isinstance(voice, Unnamed))


def bare_actor(actor: ActorId) -> Actor:
    """The entry of an actor who is named and has no file."""
    return Actor(id=actor, name=name_from_id(actor))


def bare_source(source: SourceId) -> Source:
    """The entry of a source that is cited and has no file."""
    return Source(id=source)


@dataclass(frozen=True, slots=True)
class Context:
    """What a part of a desk's content has to be told of the rest, to be joined as it is in the whole.

    `groups` leads from each source to the first of those that do not stand on their own beside it;
    `actors` are those who have a dossier whether or not the part names them.
    """

    groups: Mapping[SourceId, SourceId]
    actors: frozenset[ActorId] = frozenset()


def join(content: Content, context: Context | None = None) -> Graph:
    """Join briefs, actors and sources into claims, dossiers and ledgers; with a context, those of a part."""
    briefs = sorted(content.briefs.values(), key=lambda b: b.id)
    briefs.sort(key=lambda b: str(b.date or ""), reverse=True)
    statements = {s.key: s for brief in briefs for s in _statements(brief, content)}
    answers = _answers(statements.values())
    groups = context.groups if context else independence(content)
    claims = {c.key: c for brief in briefs for c in _claims(brief, content, answers, groups)}
    questions = {(a.brief.id, a.question.id): a for brief in briefs for a in _asked(brief, claims, statements)}
    told = {brief.id: _told(brief, content, claims, statements, questions, groups) for brief in briefs}
    standing = [t for t in told.values() if t.stands]
    dossiers = _dossiers(content, told.values(), standing, context.actors if context else ())
    return Graph(
        content=content,
        told=told,
        claims=claims,
        statements=statements,
        questions=questions,
        dossiers=dossiers,
        ledgers=_ledgers(content, told.values()),
        groups=groups,
        dangling=tuple(actor for actor in dossiers if actor not in content.actors),
    )


# ---- quotes --------------------------------------------------------------------------------------------------------


def _cite(evidence: Iterable[Evidence], brief: Brief, content: Content) -> tuple[Citation, ...]:
    """Quotes with their sources; one whose label leads to no source is left out."""
    return tuple(
        _citation(quote, brief.sources[quote.source], content) for quote in evidence if quote.source in brief.sources
    )


def _citation(quote: Evidence, source: SourceId, content: Content) -> Citation:
    capture = content.captures.get(source)
    span = capture.found.get((quote.quote, quote.prefix, quote.suffix)) if capture else None
    entry = content.sources.get(source)
    return Citation(quote.source, source, quote, span, entry.language if entry else "")


# ---- denials -------------------------------------------------------------------------------------------------------


def _statements(brief: Brief, content: Content) -> Iterator[Statement]:
    for number, denial in enumerate(brief.denials, 1):
        yield Statement(
            denial,
            brief,
            number,
            _cite(denial.evidence, brief, content),
            tuple(refers_to(ref, brief.id) for ref in denial.denies),
            tuple(refers_to(ref, brief.id) for ref in denial.may_also_deny),
        )


def _answers(statements: Iterable[Statement]) -> dict[Key, list[Answer]]:
    """The denials that meet each fact: firm ones first, then those that may cover it, then declined comments."""
    found: defaultdict[Key, list[Answer]] = defaultdict(list)
    for statement in statements:
        for key in unique((*statement.denies, *statement.may_also_deny)):
            found[key].append(Answer(statement, _reach(statement, key), *_timing(statement, key)))
    order: dict[Reach, int] = {"denies": 0, "may cover": 1, "no comment": 2}
    for answers in found.values():
        answers.sort(key=lambda a: order[a.reach])
    return dict(found)


def _reach(statement: Statement, key: Key) -> Reach:
    if statement.denial.stance == "declines-comment":
        return "no comment"
    return "denies" if key in statement.denies else "may cover"


def _timing(statement: Statement, key: Key) -> tuple[Timing, str]:
    """Whether a denial came before or after a fact. An allegation that it answers it must have come after."""
    order = statement.denial.order
    if order and order.before and refers_to(order.before, statement.brief.id) == key:
        return "before", order.gap
    if order and order.after and refers_to(order.after, statement.brief.id) == key:
        return "after", order.gap
    return "unknown", ""


def timing(statement: Statement, claim: Claim) -> tuple[Timing, str]:
    """Whether a denial came before or after a claim, whether or not it answers it; and by how much."""
    return _timing(statement, claim.key)


# ---- claims --------------------------------------------------------------------------------------------------------


def _claims(
    brief: Brief, content: Content, answers: Mapping[Key, Sequence[Answer]], groups: Mapping[SourceId, SourceId]
) -> Iterator[Claim]:
    accused_here = {member.id for member in brief.actors if "accused" in member.role}
    for number, fact in enumerate(brief.key_facts, 1):
        met = tuple(answers.get((brief.id, fact.id), ()))
        citations = _cite(fact.evidence, brief, content)
        accused = _accused(fact, accused_here)
        yield Claim(
            fact,
            brief,
            number,
            citations,
            _cite(fact.chain_evidence, brief, content),
            met,
            _counts([c.source for c in citations], _origins([fact]), content, groups),
            _contest(met),
            accused,
            tuple(answer for answer in met if _replies(answer, accused)),
        )


def _accused(fact: Fact, accused_here: set[ActorId]) -> tuple[ActorId, ...]:
    """Whom a fact accuses: those it says, else the accused among those it is about who do not assert it."""
    if fact.accuses is not None:
        return fact.accuses
    if fact.kind != "claim":
        return ()
    return tuple(a for a in fact.about if a in accused_here and a not in named(fact.asserted_by))


def _replies(answer: Answer, accused: tuple[ActorId, ...]) -> bool:
    """Whether an answer is the accused's own reply: theirs or on their behalf, and naming the fact."""
    return answer.reach != "may cover" and any(actor in accused for actor in answer.statement.speakers)


def _contest(answers: Iterable[Answer]) -> Contest:
    reaches = {answer.reach for answer in answers}
    if "denies" in reaches:
        return "contested"
    return "contested indirectly" if "may cover" in reaches else "no recorded denial"


def _origins(facts: Iterable[Fact]) -> int:
    """Distinct origins: the last who is cited, else those who assert it together; an unnamed descriptor is one."""
    return len({frozenset(origin) for fact in facts if (origin := fact.citing[-1:] or fact.asserted_by)})


def _counts(sources: Iterable[SourceId], origins: int, content: Content, groups: Mapping[SourceId, SourceId]) -> Counts:
    texts = unique(sources)
    publishers = {who for text in texts for who in _publishers(text, content)}
    return Counts(len(texts), len(publishers), len({groups.get(text, text) for text in texts}), origins)


def _publishers(source: SourceId, content: Content) -> tuple[str, ...]:
    """Who published a source; an unknown publisher stands for whom the text credits, else for itself."""
    entry = content.sources.get(source, bare_source(source))
    if entry.publisher != UNKNOWN:
        return (entry.publisher,)
    return entry.credits or (f"source:{source}",)


def independence(content: Content) -> dict[SourceId, SourceId]:
    """For each source the first of its group: sources that do not stand on their own are one group.

    Joined are sources with the same publisher, with a credit that names the other's publisher or an
    actor the other credits too, near-duplicates (unconfirmed too), and those whose publishers are
    tied as owner or agency. Linear: each source is joined to what it shares, not to each other source.
    """
    leader: dict[str, str] = {}

    def find(node: str) -> str:
        while leader.setdefault(node, node) != node:
            leader[node] = node = leader[leader[node]]
        return node

    def tie(one: str, other: str) -> None:
        first, second = sorted((find(one), find(other)))
        leader[second] = first

    for source in content.sources.values():
        for named_there in (source.publisher, *source.credits):
            if named_there != UNKNOWN:
                tie(f"source {source.id}", f"actor {named_there}")
        if source.near_duplicate_of:
            tie(f"source {source.id}", f"source {source.near_duplicate_of.source}")
    for actor in content.actors.values():
        for affiliation in actor.affiliations:
            if affiliation.role in _JOINING_AFFILIATIONS:
                tie(f"actor {actor.id}", f"actor {affiliation.to}")
    return {source: SourceId(find(f"source {source}")) for source in content.sources}


# ---- briefs --------------------------------------------------------------------------------------------------------


def _asked(brief: Brief, claims: Mapping[Key, Claim], statements: Mapping[Key, Statement]) -> Iterator[Asked]:
    for number, question in enumerate(brief.open_questions, 1):
        answered = (claims.get(refers_to(ref, brief.id)) for ref in question.answered_by)
        yield Asked(
            question,
            brief,
            number,
            tuple(_referent(ref, brief, claims, statements) for ref in question.about),
            tuple(claim for claim in answered if claim),
        )


def _referent(
    ref: Ref, brief: Brief, claims: Mapping[Key, Claim], statements: Mapping[Key, Statement]
) -> Claim | Statement | ActorId:
    key = refers_to(ref, brief.id)
    return claims.get(key) or statements.get(key) or ActorId(ref)


def _told(
    brief: Brief,
    content: Content,
    claims: Mapping[Key, Claim],
    statements: Mapping[Key, Statement],
    questions: Mapping[Key, Asked],
    groups: Mapping[SourceId, SourceId],
) -> Told:
    about = [(d, claims.get(refers_to(d.about, brief.id))) for d in brief.discrepancies]
    judged = [(a, [claims.get(refers_to(ref, brief.id)) for ref in a.about]) for a in brief.assessments]
    return Told(
        brief,
        tuple(claims[brief.id, fact.id] for fact in brief.key_facts),
        tuple(statements[brief.id, denial.id] for denial in brief.denials),
        tuple(Difference(d, claim, _cite(d.readings, brief, content)) for d, claim in about if claim),
        tuple(questions[brief.id, question.id] for question in brief.open_questions),
        tuple(Judged(a, tuple(c for c in found if c)) for a, found in judged),
        _counts(brief.sources.values(), _origins(brief.key_facts), content, groups),
    )


# ---- actors --------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Gathering:
    """What is found about one actor while the briefs are gone through."""

    said: list[Claim] = field(default_factory=list)
    accused_of: list[Claim] = field(default_factory=list)
    about: list[Claim] = field(default_factory=list)
    denied: list[Statement] = field(default_factory=list)
    denied_by_others: list[Claim] = field(default_factory=list)
    beside: defaultdict[ActorId, int] = field(default_factory=lambda: defaultdict(int))
    briefs: dict[BriefId, tuple[Told, CastMember | None]] = field(default_factory=dict)
    published: list[SourceId] = field(default_factory=list)
    affiliated: list[tuple[ActorId, str]] = field(default_factory=list)


def _dossiers(
    content: Content, told: Iterable[Told], standing: Iterable[Told], known: Iterable[ActorId]
) -> dict[ActorId, Dossier]:
    """A dossier for each actor with a file and each who is named without one, by id."""
    found: defaultdict[ActorId, _Gathering] = defaultdict(_Gathering)
    for source in content.sources.values():
        if source.publisher != UNKNOWN:
            found[source.publisher].published.append(source.id)
        for credited in source.credits:
            found[credited].published += []
    for actor in content.actors.values():
        for affiliation in actor.affiliations:
            found[affiliation.to].affiliated.append((actor.id, affiliation.role))
    for each in told:
        for member in each.brief.actors:
            found[member.id].briefs[each.brief.id] = (each, member)
    for each in standing:
        _gather(each, found)
    for actor_id in (*content.actors, *known):
        found[actor_id].published += []
    return {
        actor: Dossier(
            content.actors.get(actor) or bare_actor(actor),
            _contested_first(got.said),
            _contested_first(got.accused_of),
            _contested_first(got.about),
            tuple(got.denied),
            _contested_first(got.denied_by_others),
            tuple(sorted(got.beside.items(), key=lambda pair: (-pair[1], pair[0]))),
            tuple(got.briefs.values()),
            tuple(got.published),
            tuple(got.affiliated),
        )
        for actor, got in sorted(found.items())
    }


def _gather(told: Told, found: defaultdict[ActorId, _Gathering]) -> None:
    """Enter one brief's claims and denials under everybody they name."""
    for claim in told.claims:
        everybody = claim.actors
        for actor in everybody:
            found[actor].briefs.setdefault(told.brief.id, (told, None))
            for other in everybody:
                if other != actor:
                    found[actor].beside[other] += 1
        for actor in claim.asserters:
            found[actor].said.append(claim)
            if any(a.reach == "denies" and actor not in a.statement.speakers for a in claim.answers):
                found[actor].denied_by_others.append(claim)
        for actor in claim.accused:
            found[actor].accused_of.append(claim)
        for actor in claim.fact.about:
            if actor not in claim.accused:
                found[actor].about.append(claim)
    for statement in told.statements:
        for actor in statement.speakers:
            found[actor].denied.append(statement)
            found[actor].briefs.setdefault(told.brief.id, (told, None))


def contest_rank(claim: Claim) -> int:
    """0 for a contested claim, 1 for one that is contested indirectly, 2 for one without a recorded denial."""
    return CONTESTS.index(claim.contest)


def _contested_first(claims: Iterable[Claim]) -> tuple[Claim, ...]:
    return tuple(sorted(claims, key=contest_rank))


# ---- sources -------------------------------------------------------------------------------------------------------


def _ledgers(content: Content, told: Iterable[Told]) -> dict[SourceId, Ledger]:
    """A ledger for each source that a brief lists, by id. A withdrawn brief has no facts that rest on it."""
    quotes: defaultdict[SourceId, dict[tuple[str, str, str], Resting]] = defaultdict(dict)
    briefs: defaultdict[SourceId, list[Brief]] = defaultdict(list)
    near: defaultdict[SourceId, list[tuple[SourceId, str]]] = defaultdict(list)
    for source in content.sources.values():
        if twin := source.near_duplicate_of:
            near[source.id].append((twin.source, twin.confirmed_by))
            near[twin.source].append((source.id, twin.confirmed_by))
    for each in told:
        for used in unique(each.brief.sources.values()):
            briefs[used].append(each.brief)
        _rest(each, quotes)
    return {
        source: Ledger(
            content.sources.get(source) or bare_source(source),
            tuple(sorted(quotes[source].values(), key=_in_text_order)),
            tuple(briefs[source]),
            tuple(pair for pair in near[source] if pair[0] in briefs),
        )
        for source in sorted(briefs)
    }


def _rest(told: Told, quotes: defaultdict[SourceId, dict[tuple[str, str, str], Resting]]) -> None:
    """Enter what one brief rests on each quote."""

    def enter(citations: Iterable[Citation], add: Callable[[Resting], Resting]) -> None:
        for citation in citations:
            said = citation.evidence
            shelf = quotes[citation.source]
            key = (said.quote, said.prefix, said.suffix)
            shelf[key] = add(shelf.get(key) or Resting(citation))

    for claim in told.claims:
        enter((*claim.citations, *claim.chain), partial(_rest_claim, claim))
    for statement in told.statements:
        enter(statement.citations, partial(_rest_statement, statement))
    for difference in told.differences:
        enter(difference.readings, partial(_rest_difference, difference))


def _rest_claim(claim: Claim, resting: Resting) -> Resting:
    return resting if claim in resting.claims else replace(resting, claims=(*resting.claims, claim))


def _rest_statement(statement: Statement, resting: Resting) -> Resting:
    return replace(resting, statements=(*resting.statements, statement))


def _rest_difference(difference: Difference, resting: Resting) -> Resting:
    return replace(resting, differences=(*resting.differences, difference))


def _in_text_order(resting: Resting) -> tuple[int, int, str]:
    span = resting.citation.span
    return (span.start, span.end, "") if span else (-1, -1, resting.citation.evidence.quote)
