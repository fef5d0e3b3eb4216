"""Who may see what: the one filter of drafts, proposals, markings, embargoes and future dates.

What is withheld takes with it all that it alone names: sources, actors, the parts they play, files. So a site says
the same whether something withheld is there or not.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from typing import TypeVar
from urllib.parse import unquote

from briefgen.model.entries import (
    BUILT,
    MARKINGS,
    Actor,
    ActorId,
    Asset,
    Brief,
    BriefId,
    Capture,
    CastMember,
    Content,
    Day,
    Denial,
    DeskPage,
    Discrepancy,
    Entry,
    Fact,
    Label,
    Marking,
    Question,
    Ref,
    Role,
    Source,
    SourceId,
    evidence_of,
    refers_to,
)
from briefgen.model.graph import Key, bare_actor, named
from briefgen.model.ids import slug
from briefgen.model.names import Names, name_from_id, names
from briefgen.model.net import pieces
from briefgen.model.problems import Problem
from briefgen.model.walk import told, walk
from briefgen.model.wiki import meant, targets

Reviewed = Fact | Denial | Discrepancy | Question | CastMember  # what a program may have proposed
T = TypeVar("T")


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

    def may_read(self, thing: Reviewed) -> bool:
        """Whether something is shown that a program may have proposed."""
        return self.drafts or not thing.review


@dataclass(frozen=True, slots=True)
class Visible:
    """What an audience sees; what it must not; when the next embargo or date passes; and warnings met on the way."""

    content: Content
    secret_names: frozenset[str] = frozenset()  # and ids, of what is not shown or not whole
    secret_words: frozenset[str] = frozenset()  # and the words of it
    withheld_briefs: frozenset[BriefId] = frozenset()
    next_change: datetime | None = None
    problems: tuple[Problem, ...] = ()

    @property
    def keeps(self) -> bool:
        """Whether anything is withheld."""
        return bool(self.secret_names or self.secret_words)


def instant(day: Day) -> datetime:
    """A day or a moment as a moment; a day begins at midnight UTC."""
    if isinstance(day, datetime):
        return day if day.tzinfo else day.replace(tzinfo=UTC)
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def visible(content: Content, audience: Audience, now: datetime) -> Visible:
    """Leave in what the audience may see at `now`, and nothing that refers to the rest."""
    possible = {b.id: b for b in content.briefs.values() if _may_be_shown(b, audience)}
    shown = {id_: b for id_, b in possible.items() if all(moment <= now for moment in _opens(b, audience))}
    held = _held(content, shown, audience)
    gone = _gone(content, shown, held.keys(), audience)
    reached = _Reached(content)
    briefs = {id_: reached.trimmed(_withdrawn(_pruned(b, gone, shown, audience))) for id_, b in shown.items()}
    left = content if briefs == content.briefs else reached.left(briefs)
    moments = sorted(m for b in possible.values() for m in _opens(b, audience) if m > now)
    return Visible(
        left,
        *(secrets(content, left) if left is not content else (frozenset(), frozenset())),
        frozenset(content.briefs.keys() - left.briefs.keys()),
        moments[0] if moments else None,
        tuple(why for why in held.values() if why),
    )


def _with(thing: T, **values: object) -> T:
    """A dataclass with other values; the very same where they are the values that it has."""
    if all(getattr(thing, name) == value for name, value in values.items()):
        return thing
    return replace(thing, **values)  # type: ignore[type-var]


# ---- what the audience may see ---------------------------------------------------------------------------------------


def _may_be_shown(brief: Brief, audience: Audience) -> bool:
    """Whether a brief is shown once its time has come."""
    return (brief.status in BUILT or audience.drafts) and audience.may_see(brief.marking)


def _opens(brief: Brief, audience: Audience) -> Iterator[datetime]:
    """The moments before which a brief is not shown."""
    if brief.embargo_until and not audience.embargoed:
        yield instant(brief.embargo_until)
    if brief.date and not audience.future and brief.status in BUILT:
        yield instant(brief.date)


def _held(content: Content, shown: Mapping[BriefId, Brief], audience: Audience) -> dict[Key, Problem | None]:
    """Facts of shown briefs that are not: by marking, unread, or, with a warning, because a denial of it is unread."""
    facts = {(brief.id, fact.id): fact for brief in shown.values() for fact in brief.key_facts}
    held: dict[Key, Problem | None] = {
        key: None for key, fact in facts.items() if not (audience.may_see(fact.marking) and audience.may_read(fact))
    }
    for home in content.briefs.values():
        for denial in home.denials:
            if not audience.may_read(denial):
                met = (refers_to(ref, home.id) for ref in (*denial.denies, *denial.may_also_deny))
                held |= {key: _held_with(denial, facts[key]) for key in met if key in facts}
    return held


def _held_with(denial: Denial, fact: Fact) -> Problem:
    message = f"fact {fact.id!r} is held back: nobody has read the denial {denial.id!r}, which answers it"
    hint = "Read the denial and take its `review: proposed` away."
    return Problem(fact.place, "held-with-denial", message, "warning", hint)


def _gone(content: Content, shown: Mapping[BriefId, Brief], held: Iterable[Key], audience: Audience) -> frozenset[Key]:
    """Every fact and denial that is not shown: held back, in a brief that is not shown, or taken back with it."""
    kept = {id_ for id_, brief in shown.items() if brief.status != "withdrawn"}
    facts = {(b.id, fact.id) for b in content.briefs.values() if b.id not in kept for fact in b.key_facts}
    facts.update(held)
    return frozenset(facts).union(
        (b.id, denial.id)
        for b in content.briefs.values()
        for denial in b.denials
        if b.id not in kept
        or not audience.may_read(denial)
        or _is_only_of(facts, b, denial.denies, denial.may_also_deny)
    )


def _is_only_of(gone: Collection[Key], brief: Brief, *refs: Iterable[Ref]) -> bool:
    """Whether references, if there are any, lead to nothing that is shown."""
    keys = [refers_to(ref, brief.id) for some in refs for ref in some]
    return bool(keys) and all(key in gone for key in keys)


# ---- a brief without what is withheld --------------------------------------------------------------------------------


def _pruned(brief: Brief, gone: Collection[Key], shown: Collection[BriefId], audience: Audience) -> Brief:
    """A brief without what is held back, and without what speaks only of that; what hangs on it lets go of it."""

    def kept(refs: Iterable[Ref]) -> tuple[Ref, ...]:
        return tuple(ref for ref in refs if refers_to(ref, brief.id) not in gone)

    def denial(one: Denial) -> Denial:
        order = None if any(refers_to(ref, brief.id) in gone for ref in _ordered(one)) else one.order
        return _with(one, denies=kept(one.denies), may_also_deny=kept(one.may_also_deny), order=order)

    def question(one: Question) -> Question:
        answers = kept(one.answered_by)
        if one.status == "answered" and one.answered_by and not answers:  # to this audience it is still open
            return replace(one, about=kept(one.about), answered_by=(), answered=None, status="open")
        return _with(one, about=kept(one.about), answered_by=answers)

    return _with(
        brief,
        superseded_by=brief.superseded_by if brief.superseded_by in shown else BriefId(""),
        actors=tuple(member for member in brief.actors if audience.may_read(member)),
        key_facts=tuple(fact for fact in brief.key_facts if (brief.id, fact.id) not in gone),
        denials=tuple(denial(one) for one in brief.denials if (brief.id, one.id) not in gone),
        discrepancies=tuple(
            one for one in brief.discrepancies if audience.may_read(one) and not _is_only_of(gone, brief, (one.about,))
        ),
        open_questions=tuple(
            question(one)
            for one in brief.open_questions
            if audience.may_read(one) and not _is_only_of(gone, brief, one.about)
        ),
        assessments=tuple(
            _with(one, about=kept(one.about)) for one in brief.assessments if not _is_only_of(gone, brief, one.about)
        ),
    )


def _ordered(denial: Denial) -> Iterator[Ref]:
    """The facts that a denial is said to precede or to follow."""
    if denial.order:
        yield from (ref for ref in (denial.order.before, denial.order.after) if ref)


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


# ---- what is withheld with it ----------------------------------------------------------------------------------------

# Parts in a story that a fact or a denial bears out.
_BORNE_OUT: Mapping[Role, Callable[[Brief], Iterator[ActorId]]] = {
    "accused": lambda brief: (a for fact in brief.key_facts for a in (*fact.about, *(fact.accuses or ()))),
    "accuser": lambda brief: (a for fact in brief.key_facts for a in named((*fact.asserted_by, *fact.citing))),
    "denier": lambda brief: (a for denial in brief.denials for a in (*named(denial.by), *denial.on_behalf_of)),
}


class _Reached:
    """What the whole of a desk names, and what of it is named by something that is shown.

    To be listed is not enough to be shown: a source that only a withheld fact quotes is left out of its brief's list
    with it, an actor whom only a withheld fact names is left out of the cast. What nothing names at all stays.
    """

    def __init__(self, content: Content) -> None:
        self._content = content

    def trimmed(self, brief: Brief) -> Brief:
        """A pruned brief without the sources, actors and parts that only what was pruned has."""
        whole = self._content.briefs[brief.id]
        if brief is whole or brief.status == "withdrawn":
            return brief
        lost = self._quoted(whole) - self._quoted(brief)
        brief = _with(brief, sources={label: id_ for label, id_ in brief.sources.items() if label not in lost})
        unnamed = set(self._named(whole)) - set(self._named(brief))
        parts = {role: frozenset(of(whole)) - frozenset(of(brief)) for role, of in _BORNE_OUT.items()}
        cast = (
            _with(m, role=tuple(role for role in m.role if m.id not in parts.get(role, ())))
            for m in brief.actors
            if m.id not in unnamed
        )
        return _with(brief, actors=tuple(cast))

    def left(self, briefs: Mapping[BriefId, Brief]) -> Content:
        """The content with these briefs, and without what only other briefs have."""
        content = self._content
        shown, every = (_listed(some) for some in (briefs, content.briefs))
        sources = {id_: source for id_, source in content.sources.items() if id_ in shown or id_ not in every}
        actors = self._actors(briefs, sources)
        left = replace(
            content,
            briefs=briefs,
            sources=sources,
            actors={id_: actor for id_, actor in content.actors.items() if id_ in actors},
            captures=_captures(content, briefs.values()),
        )
        return replace(left, assets=_assets_in_sight(content, left))

    def _quoted(self, brief: Brief) -> set[Label]:
        """The labels of the sources that something in a brief quotes, or its body links to."""
        linked = {name for kind, name in targets(brief.body) if kind == "source"}
        of_links = {label for label, source in brief.sources.items() if label in linked or source in linked}
        return of_links | {Label(label) for thing in _items(brief) for label in told(thing, "label")}

    def _named(self, brief: Brief) -> Iterator[ActorId]:
        """Every actor whom a brief names outside its cast, the publishers of its sources among them."""
        whole = self._content.briefs[brief.id]
        local = {*(fact.id for fact in whole.key_facts), *(denial.id for denial in whole.denials)}
        for thing in _items(brief):
            yield from map(ActorId, told(thing, "actor"))
        refs = (ref for things in (brief.open_questions, brief.assessments) for thing in things for ref in thing.about)
        yield from (ActorId(ref) for ref in refs if "#" not in ref and ref not in local)
        for id_ in brief.sources.values():
            if source := self._content.sources.get(id_):
                yield from map(ActorId, told(source, "actor"))
        yield from self._linked(brief.body, whole)

    def _linked(self, body: str, home: Brief | None = None) -> Iterator[ActorId]:
        """The actors to whom the links of a body lead."""
        for kind, name in targets(body):
            if kind == "actor":
                cast = (self._entry(member.id) for member in home.actors) if home else ()
                register, known = self._register
                if actor := meant(name, register, known, cast):
                    yield actor

    def _actors(self, briefs: Mapping[BriefId, Brief], sources: Mapping[SourceId, Source]) -> set[ActorId]:
        """All whom something shown names, and those whom nothing names at all."""
        content = self._content
        everybody = self._closed(self._seeds(content.briefs, content.sources))
        return self._closed({*self._seeds(briefs, sources), *(content.actors.keys() - everybody)})

    def _seeds(self, briefs: Mapping[BriefId, Brief], sources: Mapping[SourceId, Source]) -> Iterator[ActorId]:
        """Whom briefs, sources and the desk's pages name by themselves."""
        for brief in briefs.values():
            yield from (member.id for member in brief.actors)
            yield from self._named(brief)
        entries: tuple[Source | DeskPage, ...] = (*sources.values(), *self._content.pages.values())
        for entry in entries:
            yield from map(ActorId, told(entry, "actor"))
            yield from self._linked(entry.body)

    def _closed(self, seeds: Iterable[ActorId]) -> set[ActorId]:
        """Actors with all whom their files name, and whom those name in turn."""
        found = set(seeds)
        todo = list(found)
        while todo:
            if file := self._content.actors.get(todo.pop()):
                new = {*map(ActorId, told(file, "actor")), *self._linked(file.body)} - found
                found |= new
                todo += new
        return found

    def _entry(self, actor: ActorId) -> Actor:
        return self._content.actors.get(actor) or bare_actor(actor)

    @cached_property
    def _register(self) -> tuple[Names, Collection[ActorId]]:
        """The names of all actors, and their ids: only asked for where a body has a link."""
        content = self._content
        entries = (*content.briefs.values(), *content.sources.values(), *content.actors.values())
        known = {*content.actors, *(ActorId(name) for entry in entries for name in told(entry, "actor"))}
        return names(self._entry(actor) for actor in sorted(known)), known


def _items(brief: Brief) -> Iterator[Fact | Denial | Discrepancy]:
    """What of a brief rests on quotes."""
    yield from brief.key_facts
    yield from brief.denials
    yield from brief.discrepancies


def _listed(briefs: Mapping[BriefId, Brief]) -> set[SourceId]:
    return {source for brief in briefs.values() for source in brief.sources.values()}


def _captures(content: Content, briefs: Iterable[Brief]) -> dict[SourceId, Capture]:
    """What was read of the sources that are left, with the places of no other quotes than theirs."""
    quoted: defaultdict[SourceId, set[tuple[str, str, str]]] = defaultdict(set)
    for brief in briefs:
        for source in brief.sources.values():
            quoted[source] |= set()
        for quote in evidence_of(brief):
            if quote.source in brief.sources:
                quoted[brief.sources[quote.source]].add((quote.quote, quote.prefix, quote.suffix))
    return {
        source: _with(capture, found={key: span for key, span in capture.found.items() if key in quoted[source]})
        for source, capture in content.captures.items()
        if source in quoted
    }


def _assets_in_sight(content: Content, left: Content) -> tuple[Asset, ...]:
    """The files to copy: without those that only bodies name which are not shown."""
    shown = "\n".join(unquote(body) for body in _bodies(left))
    hidden = "\n".join(unquote(body) for body in {*_bodies(content)} - {*_bodies(left)})
    return tuple(a for a in content.assets if _is_named(a, shown) or not _is_named(a, hidden))


def _is_named(asset: Asset, bodies: str) -> bool:
    """Whether bodies name a file, and not only one whose name is longer."""
    name = f"assets/{asset.name}"
    return name in bodies and re.search(rf"{re.escape(name)}(?![\w.-]*\w)", bodies) is not None


def _bodies(content: Content) -> Iterator[str]:
    for entries in (content.briefs, content.actors, content.sources, content.pages):
        yield from (entry.body for entry in entries.values())


# ---- what must stand nowhere -----------------------------------------------------------------------------------------


def secrets(content: Content, left: Content) -> tuple[frozenset[str], frozenset[str]]:
    """The names and words that entries lose where they are not shown, or not whole. Some may be public elsewhere."""
    names: set[str] = set()
    words: set[str] = set()
    for entry, shown in _compared(content, left):
        if entry is not shown:
            names.update(set(names_of(entry)) - set(names_of(shown) if shown else ()))
            words.update(set(words_of(entry)) - set(words_of(shown) if shown else ()))
    names.update(asset.name for asset in content.assets if asset not in left.assets)
    for source, capture in content.captures.items():
        if source not in left.captures:
            words.update(pieces(capture.shown))
    return frozenset(names), frozenset(words)


def _compared(content: Content, left: Content) -> Iterator[tuple[Entry, Entry | None]]:
    """Every entry with what is left of it."""
    yield from ((brief, left.briefs.get(id_)) for id_, brief in content.briefs.items())
    yield from ((actor, left.actors.get(id_)) for id_, actor in content.actors.items())
    yield from ((source, left.sources.get(id_)) for id_, source in content.sources.items())


def names_of(entry: Entry) -> Iterator[str]:
    """Names and ids in an entry, and what an id looks like where it is shown."""
    for what, text in walk(entry, frozenset(("name", "id", "actor", "source", "brief"))):
        yield text
        if what == "actor":
            yield name_from_id(ActorId(text))
    if isinstance(entry, Brief):
        yield from (slug(topic) for topic in entry.topics)
        yield from (f"fact-{fact.id}" for fact in entry.key_facts)
        yield from (f"denial-{denial.id}" for denial in entry.denials)
        yield from (f"question-{question.id}" for question in entry.open_questions)


def words_of(entry: Entry) -> Iterator[str]:
    """Every text of an entry that a person wrote; a body in pieces, for its markup is not shown."""
    for what, text in walk(entry, frozenset(("words", "body"))):
        yield from (text,) if what == "words" else pieces(text)


def public_texts(left: Content) -> Iterator[str]:
    """Everything that the entries say which are shown: a text an entry, its parts kept apart."""
    for entries in (left.briefs, left.actors, left.sources, left.pages):
        for entry in entries.values():
            yield "\0".join((*(text for _, text in walk(entry)), *names_of(entry)))
    yield from (capture.shown for capture in left.captures.values() if capture.shown)
    yield from (asset.name for asset in left.assets)
