"""Who may see what: the one filter of drafts, proposals, markings, embargoes and future dates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from urllib.parse import unquote

from briefgen.model.entries import (
    BUILT,
    MARKINGS,
    ActorId,
    Asset,
    Brief,
    BriefId,
    CastMember,
    Content,
    Day,
    Denial,
    Discrepancy,
    Fact,
    Marking,
    Question,
    Ref,
    SourceId,
    evidence_of,
    refers_to,
)
from briefgen.model.graph import Key, named
from briefgen.model.problems import Problem

Reviewed = Fact | Denial | Discrepancy | Question | CastMember  # what a program may have proposed


@dataclass(frozen=True, slots=True)
class Audience:
    """For whom a site is built: whether drafts, future dates and embargoes are shown, and up to which marking."""

    drafts: bool = False
    future: bool = False
    embargoed: bool = False
    max_marking: Marking = "TLP:CLEAR"

    def may_see(self, marking: Marking) -> bool:
        """Whether something of that marking is shown."""
        return MARKINGS.index(marking) <= MARKINGS.index(self.max_marking)


@dataclass(frozen=True, slots=True)
class Visible:
    """What an audience sees; what it must not; when the next embargo or date passes; and warnings met on the way."""

    content: Content
    withheld: tuple[str, ...] = ()  # texts that must stand nowhere in the output
    withheld_briefs: frozenset[BriefId] = frozenset()
    next_change: datetime | None = None
    problems: tuple[Problem, ...] = ()


def instant(day: Day) -> datetime:
    """A day or a moment as a moment; a day begins at midnight UTC."""
    if isinstance(day, datetime):
        return day if day.tzinfo else day.replace(tzinfo=UTC)
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def visible(content: Content, audience: Audience, now: datetime) -> Visible:
    """Leave in what the audience may see at `now`, and nothing that refers to the rest."""
    shown = {b.id: b for b in content.briefs.values() if _brief_is_shown(b, audience, now)}
    unread = [] if audience.drafts else [(d, b) for b in content.briefs.values() for d in b.denials if d.review]
    held = {key: why for brief in shown.values() for key, why in _held_facts(brief, unread, audience)}
    gone = {*held, *((b.id, f.id) for b in content.briefs.values() if b.id not in shown for f in b.key_facts)}
    briefs = {id_: _withdrawn(_pruned(b, gone, audience)) for id_, b in shown.items()}
    moments = sorted(m for b in content.briefs.values() for m in _opens(b, audience) if m > now)
    if briefs == content.briefs and len(briefs) == len(content.briefs):
        return Visible(content, next_change=moments[0] if moments else None)
    sources = {s for b in briefs.values() for s in b.sources.values()}
    hidden = _only_withheld(content, briefs, sources)
    left = replace(
        content,
        briefs=briefs,
        sources={id_: s for id_, s in content.sources.items() if id_ in sources},
        actors={id_: a for id_, a in content.actors.items() if id_ not in hidden},
    )
    left = replace(left, assets=_assets_in_sight(content, left))
    return Visible(
        left,
        _withheld_texts(content, left),
        frozenset(content.briefs.keys() - briefs.keys()),
        moments[0] if moments else None,
        tuple(why for why in held.values() if why),
    )


def _brief_is_shown(brief: Brief, audience: Audience, now: datetime) -> bool:
    if brief.status not in BUILT and not audience.drafts:
        return False
    if not audience.may_see(brief.marking):
        return False
    return all(moment <= now for moment in _opens(brief, audience))


def _opens(brief: Brief, audience: Audience) -> Iterator[datetime]:
    """The moments before which a brief is not shown."""
    if brief.embargo_until and not audience.embargoed:
        yield instant(brief.embargo_until)
    if brief.date and not audience.future and brief.status in BUILT:
        yield instant(brief.date)


def _held_facts(
    brief: Brief, unread: Iterable[tuple[Denial, Brief]], audience: Audience
) -> Iterator[tuple[Key, Problem | None]]:
    """Facts of a shown brief that are not: by marking, unread, or because a denial of them is unread."""
    for fact in brief.key_facts:
        if not audience.may_see(fact.marking) or (fact.review and not audience.drafts):
            yield (brief.id, fact.id), None
    for denial, home in unread:
        yield from _held_with(denial, home, brief)


def _held_with(denial: Denial, home: Brief, brief: Brief) -> Iterator[tuple[Key, Problem | None]]:
    facts = {fact.id: fact for fact in brief.key_facts}
    for ref in (*denial.denies, *denial.may_also_deny):
        owner, local = refers_to(ref, home.id)
        if owner == brief.id and local in facts:
            message = f"fact {local!r} is held back: nobody has read the denial {denial.id!r}, which answers it"
            hint = "Read the denial and take its `review: proposed` away."
            yield (owner, local), Problem(facts[local].place, "held-with-denial", message, "warning", hint)


def _pruned(brief: Brief, gone: set[Key], audience: Audience) -> Brief:
    """A brief without what is held back, and without what speaks only of that."""

    def kept(refs: Iterable[Ref]) -> tuple[Ref, ...]:
        return tuple(ref for ref in refs if refers_to(ref, brief.id) not in gone)

    def only_gone(refs: Iterable[Ref]) -> bool:
        refs = tuple(refs)
        return bool(refs) and not kept(refs)

    def read(thing: Reviewed) -> bool:
        return audience.drafts or not thing.review

    reviewed: tuple[Reviewed, ...] = (
        *brief.key_facts,
        *brief.denials,
        *brief.discrepancies,
        *brief.open_questions,
        *brief.actors,
    )
    if not gone and all(read(thing) for thing in reviewed):
        return brief
    denials = tuple(d for d in brief.denials if read(d) and not only_gone((*d.denies, *d.may_also_deny)))
    unread = {Ref(d.id) for d in brief.denials} - {Ref(d.id) for d in denials}
    return replace(
        brief,
        key_facts=tuple(f for f in brief.key_facts if (brief.id, f.id) not in gone),
        denials=tuple(replace(d, denies=kept(d.denies), may_also_deny=kept(d.may_also_deny)) for d in denials),
        discrepancies=tuple(d for d in brief.discrepancies if read(d) and not only_gone((d.about,))),
        open_questions=tuple(
            replace(q, about=tuple(r for r in kept(q.about) if r not in unread), answered_by=kept(q.answered_by))
            for q in brief.open_questions
            if read(q) and not only_gone(q.about)
        ),
        assessments=tuple(replace(a, about=kept(a.about)) for a in brief.assessments if not only_gone(a.about)),
        actors=tuple(member for member in brief.actors if read(member)),
    )


def _withdrawn(brief: Brief) -> Brief:
    """A withdrawn brief keeps its title, its date and the reason; any other brief is left as it is."""
    if brief.status != "withdrawn":
        return brief
    return Brief(
        id=brief.id,
        title=brief.title,
        date=brief.date,
        updated=brief.updated,
        language=brief.language,
        status=brief.status,
        reason=brief.reason,
        marking=brief.marking,
        redirect_from=brief.redirect_from,
        place=brief.place,
    )


def _only_withheld(content: Content, briefs: Mapping[BriefId, Brief], sources: set[SourceId]) -> set[ActorId]:
    """Actors who stand in withheld entries and in none that is shown."""
    seen = {actor for brief in briefs.values() for actor in _named_in(brief)}
    seen |= {actor for s in content.sources.values() if s.id in sources for actor in (s.publisher, *s.credits)}
    seen |= {a.to for actor in content.actors.values() if actor.id in seen for a in actor.affiliations}
    return {actor for brief in content.briefs.values() for actor in _named_in(brief)} - seen


def _named_in(brief: Brief) -> Iterator[ActorId]:
    yield from (member.id for member in brief.actors)
    for fact in brief.key_facts:
        yield from (*named(fact.asserted_by), *named(fact.citing), *fact.about, *(fact.accuses or ()))
    for denial in brief.denials:
        yield from (*named(denial.by), *denial.on_behalf_of)


def _assets_in_sight(content: Content, left: Content) -> tuple[Asset, ...]:
    """The files to copy: without those that only bodies name which are not shown."""
    shown = "\n".join(unquote(body) for body in _bodies(left))
    hidden = "\n".join(unquote(body) for body in {*_bodies(content)} - {*_bodies(left)})
    return tuple(a for a in content.assets if f"assets/{a.name}" in shown or f"assets/{a.name}" not in hidden)


def _bodies(content: Content) -> Iterator[str]:
    for entries in (content.briefs, content.actors, content.sources, content.pages):
        yield from (entry.body for entry in entries.values())


def _withheld_texts(content: Content, left: Content) -> tuple[str, ...]:
    """Texts of at least a dozen characters that stand in withheld entries, and in no text that is shown."""
    shown = {text for brief in left.briefs.values() for text in texts_of(brief)}
    every = {text for brief in content.briefs.values() for text in texts_of(brief)}
    public = "\0".join((*shown, *(capture.shown for capture in left.captures.values())))
    return tuple(sorted(text for text in every - shown if len(text) >= 12 and text not in public))


def texts_of(brief: Brief) -> Iterator[str]:
    """Every text of a brief that must stand nowhere where the brief is withheld."""
    yield from (brief.title, brief.summary)
    yield from (text for fact in brief.key_facts for text in (fact.text, fact.label))
    yield from (text for denial in brief.denials for text in (denial.text, denial.label, denial.note))
    yield from (question.question for question in brief.open_questions)
    yield from (discrepancy.note for discrepancy in brief.discrepancies)
    yield from (assessment.basis for assessment in brief.assessments)
    yield from (quote.quote for quote in evidence_of(brief))
