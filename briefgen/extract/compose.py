"""Readings -> a proposed brief: facts as attributed, denials, discrepancies, questions, every one with its quote.

The steps are those of an editor: gather what each text says, put what says the same together, tell where
the texts differ, ask what is left open, and put the most telling first. Wording keeps the source's own
claim and its hedge: a proposal may be clumsy, and is never stronger than what it stands on.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from hashlib import sha256

from briefgen.extract.align import in_order, likenesses, mutual, stemmed
from briefgen.extract.cast import Cast, cast_of
from briefgen.extract.differ import differences
from briefgen.extract.propositions import Proposition, propositions
from briefgen.extract.questions import questions
from briefgen.extract.reading import Reading
from briefgen.model.entries import (
    UNKNOWN,
    Actor,
    ActorId,
    Basis,
    Brief,
    BriefId,
    CastMember,
    Denial,
    Discrepancy,
    Edtf,
    Evidence,
    Fact,
    Kind,
    Label,
    Order,
    Question,
    Ref,
    Role,
    Source,
    Unnamed,
    Voice,
    When,
)
from briefgen.model.ids import fresh, slug

MOST_QUESTIONS = 8
_LONGEST_TITLE = 110
_GAP = re.compile(
    r"^(?:This|It|That) (?:came|comes|happened|followed) "
    r"(?P<gap>(?:just |only |a few |several |two |three )?(?:hours?|days?|weeks?|months?|years?|shortly|soon)?) ?"
    r"(?P<way>after|before)\b"
)


@dataclass(frozen=True, slots=True)
class Draft:
    """A proposed brief with the actors that the desk has no file for, and the facts that did not fit in."""

    brief: Brief
    actors: tuple[Actor, ...]
    more: tuple[Fact, ...] = ()


@dataclass(slots=True)
class Claimed:
    """One thing claimed, with each text's proposition of it."""

    given: list[tuple[int, Proposition]] = field(default_factory=list)
    id: str = ""

    @property
    def first(self) -> Proposition:
        """The proposition by which it is called: the first text's."""
        return self.given[0][1]

    @property
    def readings(self) -> set[int]:
        """Which texts say it."""
        return {number for number, _ in self.given}


def compose(
    id_: str,
    sources: Sequence[Source],
    readings: Sequence[Reading],
    known: Mapping[ActorId, Actor],
    *,
    today: date,
    most: int,
) -> Draft:
    """A brief of what some texts say, every item proposed. `most` facts at most; the rest are given beside it."""
    cast = cast_of(readings, known)
    labels = [Label(_label(n)) for n in range(len(sources))]
    found = [list(propositions(reading)) for reading in readings]
    joined = _joined(found, readings, sources)
    joined.sort(key=lambda c: -_telling(c, readings))
    taken: set[str] = set()
    _name(joined, taken)
    facts = [_fact(c, cast, labels, readings, joined) for c in joined if not c.first.is_denial]
    places = {c.id: min((n, p.at) for n, p in c.given) for c in joined}
    denials = [_denial(c, cast, labels, readings, facts, places, joined) for c in joined if c.first.is_denial]
    facts, more = _cut_off(facts, denials, most)
    kept = {f.id for f in facts}
    discrepancies = [
        Discrepancy(
            Ref(c.id),
            tuple(Evidence(labels[n], quote) for n, quote in readings_),
            fresh(_id("x", "-".join(q for _, q in readings_)), taken, c.id, note),
            note=note,
            review="proposed",
        )
        for c in joined
        if c.id in kept
        for note, readings_ in differences(c.given, readings)
    ]
    brief = Brief(
        id=BriefId(id_),
        title=_title(facts, sources, id_),
        date=today,
        summary=_summary(facts, denials),
        status="draft",
        language=next((s.language for s in sources if s.language), ""),
        reference_date=_reference(sources),
        sources={label: source.id for label, source in zip(labels, sources, strict=True)},
        actors=_members(facts, denials, sources, cast),
        key_facts=tuple(facts),
        denials=tuple(denials),
        discrepancies=tuple(discrepancies),
        open_questions=_asked(joined, facts, denials, readings, cast, sources),
    )
    return Draft(brief, tuple(a for a in cast.new if a.id in {m.id for m in brief.actors}), tuple(more))


def _label(number: int) -> str:
    """A, B, ... Z, A2, B2, ..."""
    return chr(ord("A") + number % 26) + (str(number // 26 + 1) if number >= 26 else "")


def _reference(sources: Sequence[Source]) -> Edtf:
    days = sorted({s.published for s in sources if s.published != UNKNOWN})
    return Edtf(days[0]) if len(days) == 1 else Edtf(UNKNOWN)


# ---- what says the same --------------------------------------------------------------------------------------------


def _joined(
    found: Sequence[Sequence[Proposition]], readings: Sequence[Reading], sources: Sequence[Source]
) -> list[Claimed]:
    """Propositions of several texts put together where they say the same, and are the same kind of thing."""
    claimed: list[Claimed] = []
    for number, own in enumerate(found):
        homes = _homes(own, claimed, number, readings, sources)
        for at, proposition in enumerate(own):
            if at in homes:
                homes[at].given.append((number, proposition))
            else:
                claimed.append(Claimed([(number, proposition)]))
    return claimed


def _homes(
    own: Sequence[Proposition],
    claimed: Sequence[Claimed],
    number: int,
    readings: Sequence[Reading],
    sources: Sequence[Source],
) -> dict[int, Claimed]:
    """To which claim of the texts before each proposition of one text belongs."""
    homes: dict[int, Claimed] = {}
    for before in range(number):
        there = [(c, p) for c in claimed for n, p in c.given if n == before]
        there.sort(key=lambda each: each[1].at)
        here = [(i, p) for i, p in enumerate(own) if i not in homes]
        if not there or not here:
            continue
        likeness = likenesses([p.matter for _, p in here], [p.matter for _, p in there])
        sentences = likenesses(
            [readings[number].words([p.quote]) for _, p in here], [readings[before].words([p.quote]) for _, p in there]
        )
        for i, (_, one) in enumerate(here):
            for j, (_, other) in enumerate(there):
                fits = (one.is_denial, one.is_inner, one.is_clause) == (
                    other.is_denial,
                    other.is_inner,
                    other.is_clause,
                )
                likeness[i][j] = max(likeness[i][j], sentences[i][j]) if fits else 0.0
        twins = _are_twins(sources[number], sources[before])
        pairs = (*in_order(likeness), *mutual(likeness, 0.42)) if twins else mutual(likeness, 0.5)
        for pair in pairs:
            homes.setdefault(here[pair.one][0], there[pair.other][0])
    return homes


def _are_twins(one: Source, other: Source) -> bool:
    return any(s.near_duplicate_of and s.near_duplicate_of.source == o.id for s, o in ((one, other), (other, one)))


def _telling(claimed: Claimed, readings: Sequence[Reading]) -> float:
    """How much a claim tells: told early, by several texts, by somebody, with numbers and days."""
    place = min(p.at / max(1, len(readings[n].text)) for n, p in claimed.given)
    score = 2.0 * (1 - place) + 0.8 * (len(claimed.readings) - 1)
    told = [p for _, p in claimed.given]
    score += 0.5 * any(p.speakers for p in told) + 0.4 * any(p.mentioned for p in told)
    score += 0.3 * any(c.isdigit() for p in told for c in p.matter)
    return score - 1.5 * all(p.source is None and not p.hedge and not p.is_clause for p in told)


# ---- names ---------------------------------------------------------------------------------------------------------


def _name(joined: Sequence[Claimed], taken: set[str]) -> None:
    """Give each claim an id: the three longest words of its first text's, which no text that comes later can change.

    Of several with the same words the one that is told first has those alone.
    """
    for claimed in sorted(joined, key=lambda c: (c.given[0][0], c.first.at)):
        words = list(dict.fromkeys(w for w in re.findall(r"[^\W_]+", claimed.first.matter) if stemmed(w)))
        longest = sorted(words, key=lambda w: -len(w))[:3]
        telling = [w for w in words if w in longest] or ["claim"]
        name = slug("-".join(("denial", *telling) if claimed.first.is_denial else telling))[:48].strip("-")
        claimed.id = fresh(name, taken, claimed.first.matter, *claimed.first.speakers, str(claimed.first.at))


def _id(prefix: str, text: str) -> str:
    return f"{prefix}-{sha256(text.encode()).hexdigest()[:8]}"


# ---- facts ---------------------------------------------------------------------------------------------------------


def _fact(
    claimed: Claimed, cast: Cast, labels: Sequence[Label], readings: Sequence[Reading], all_: Sequence[Claimed]
) -> Fact:
    _, weakest = _weakest(claimed)
    voices, citing, basis, chain = _voices(claimed, cast, labels, readings)
    kind: Kind = weakest.kind
    asserted = {v for v in (*voices, *citing) if not isinstance(v, Unnamed)}
    about = tuple(dict.fromkeys(a for n, p in claimed.given for a in cast.ids(n, p.mentioned) if a not in asserted))[:6]
    return Fact(
        text=weakest.words,
        id=claimed.id,
        kind=kind,
        asserted_by=voices,
        citing=citing,
        citing_basis=basis,
        about=about,
        when=_when(claimed, weakest),
        hedge={labels[n]: p.hedge for n, p in claimed.given if p.hedge},
        evidence=_evidence(claimed, labels, readings),
        chain_evidence=chain,
        review="proposed",
    )


def _weakest(claimed: Claimed) -> tuple[int, Proposition]:
    """The proposition that claims least: with most hedges, with a speaker, attributed in most words."""
    return max(claimed.given, key=lambda g: (bool(g[1].distance), len(g[1].hedge), bool(g[1].speakers), -g[0]))


def _voices(
    claimed: Claimed, cast: Cast, labels: Sequence[Label], readings: Sequence[Reading]
) -> tuple[tuple[Voice, ...], tuple[Voice, ...], Basis, tuple[Evidence, ...]]:
    """Who asserts it, whom they cite, whether that is stated, and where it stands.

    A paper that "reports" is passed over where another text names who said it.
    """
    media = {a.id for a in cast.actors.values() if a.type == "NewsMedia"}
    named = [(n, p, cast.ids(n, p.speakers)) for n, p in claimed.given]
    real = [(n, p, ids) for n, p, ids in named if ids and not set(ids) <= media]
    chosen = real or [(n, p, ids) for n, p, ids in named if ids]
    cites: dict[ActorId, None] = {}
    chain: list[Evidence] = []
    inferred = False
    for n, p, _ in chosen:
        for actor in cast.ids(n, p.cites):
            cites.setdefault(actor)
        inferred = inferred or bool(p.cites_in)
        chain += [Evidence(labels[n], readings[n].words([s])) for s in p.cites_in]
    if chosen:
        voices: tuple[Voice, ...] = tuple(dict.fromkeys(a for _, _, ids in chosen[:1] for a in ids))
        cited = tuple(a for a in cites if a not in voices)
        return voices, cited, "inferred" if inferred and cited else "stated", tuple(chain) if cited else ()
    described = next((p.descriptor for _, p in claimed.given if p.descriptor), "")
    if described:
        return (Unnamed(described),), (), "stated", ()
    return (), (), "stated", ()


def _when(claimed: Claimed, worded: Proposition) -> When | None:
    """When it is said to have been, by the text that the fact is worded after, else by the first that says so."""
    told = (worded, *(p for _, p in claimed.given))
    return next((When(p.when[0], Edtf(p.when[1])) for p in told if p.when), None)


def _evidence(claimed: Claimed, labels: Sequence[Label], readings: Sequence[Reading]) -> tuple[Evidence, ...]:
    found: dict[tuple[Label, str], Evidence] = {}
    for number, proposition in claimed.given:
        quote = _quote(proposition, readings[number])
        found.setdefault((labels[number], quote.quote), replace(quote, source=labels[number]))
    return tuple(found.values())


def _quote(proposition: Proposition, reading: Reading) -> Evidence:
    """The words that a claim stands on; with the words around them where they stand more than once."""
    span = proposition.quote
    quote = reading.text[span.start : span.end]
    if reading.text.count(quote) == 1:
        return Evidence(Label(""), quote)
    before = reading.text[max(0, span.start - 40) : span.start]
    return Evidence(Label(""), quote, prefix=before.partition(" ")[2] or before)


def _cut_off(facts: list[Fact], denials: Sequence[Denial], most: int) -> tuple[list[Fact], list[Fact]]:
    """The first facts and those that a denial names; the rest apart."""
    named = {ref for d in denials for ref in (*d.denies, *d.may_also_deny)} | {
        ref for d in denials if d.order for ref in (d.order.before, d.order.after)
    }
    kept = [f for i, f in enumerate(facts) if i < most or f.id in named]
    return kept, [f for f in facts if f not in kept]


# ---- denials -------------------------------------------------------------------------------------------------------


def _denial(
    claimed: Claimed,
    cast: Cast,
    labels: Sequence[Label],
    readings: Sequence[Reading],
    facts: Sequence[Fact],
    places: Mapping[str, tuple[int, int]],
    joined: Sequence[Claimed],
) -> Denial:
    first = claimed.first
    by = next((ids for n, p in claimed.given if (ids := cast.ids(n, p.speakers))), ())
    voices: tuple[Voice, ...] = by or (Unnamed(first.descriptor or "somebody whom the text does not name"),)
    country = tuple(
        a.to for actor in by if (known := cast.actors.get(actor)) for a in known.affiliations if a.role != "owner"
    )
    denies, may = _against(claimed, cast, facts, by, country, joined)
    return Denial(
        by=voices,
        denies=denies,
        id=claimed.id,
        text=first.words,
        on_behalf_of=tuple(dict.fromkeys(country)) if _speaks_for(by, cast) else (),
        stance=first.stance or "denies",
        may_also_deny=may,
        scope="unclear",
        order=_order(claimed, readings, joined),
        evidence=_evidence(claimed, labels, readings),
        review="proposed",
    )


def _speaks_for(by: Sequence[ActorId], cast: Cast) -> bool:
    """Whether the deniers are office-holders of a country: a minister, a spokesman, an ambassador."""
    words = (
        "minister",
        "president",
        "spokes",
        "ambassador",
        "envoy",
        "secretary",
        "official",
        "premier",
        "chancellor",
        "leader",
    )
    return any(w in cast.actors[a].description.lower() for a in by if a in cast.actors for w in words)


def _against(
    claimed: Claimed,
    cast: Cast,
    facts: Sequence[Fact],
    by: Sequence[ActorId],
    country: Sequence[ActorId],
    joined: Sequence[Claimed],
) -> tuple[tuple[Ref, ...], tuple[Ref, ...]]:
    """What a denial is placed against, and what else it may cover.

    The claim that its own sentence reports; else the claims, told before it, of those whose claims it
    rejects: the nearest one surely, the others perhaps; further, what others claim about the denier.
    """
    inner = {id(p.inner) for _, p in claimed.given if p.inner is not None}
    within = [c.id for c in joined if any(id(p) in inner for _, p in c.given)]
    owners = {a for n, p in claimed.given for a in cast.ids(n, p.owner)}
    concerned = {*by, *country}
    at = min(p.at for _, p in claimed.given)
    theirs = [
        f
        for f in facts
        if owners & {v for v in f.asserted_by if not isinstance(v, Unnamed)}
        and concerned & set(f.about)
        and f.kind in ("claim", "assessment")
    ]
    by_id = {c.id: c for c in joined}
    before = sorted(
        (f for f in theirs if min(p.at for _, p in by_id[f.id].given) < at),
        key=lambda f: -min(p.at for _, p in by_id[f.id].given),
    )
    denies = within or [f.id for f in before[:1]]
    if not denies:
        denies = _by_likeness(claimed, facts, concerned)
    others = [
        f.id
        for f in facts
        if f.kind == "claim"
        and concerned & set(f.about)
        and not concerned & {v for v in f.asserted_by if not isinstance(v, Unnamed)}
        and f.asserted_by
        and f.id not in denies
        and min(p.at for _, p in by_id[f.id].given) < at
    ]
    may = dict.fromkeys([*(f.id for f in before if f.id not in denies), *(others if owners or within else [])])
    return tuple(Ref(each) for each in denies), tuple(Ref(each) for each in list(may)[:4])


def _by_likeness(claimed: Claimed, facts: Sequence[Fact], concerned: set[ActorId]) -> list[str]:
    """The fact that is most like what is denied, if one is."""
    fitting = [
        f for f in facts if not concerned & {v for v in f.asserted_by if not isinstance(v, Unnamed)} and f.asserted_by
    ]
    if not fitting:
        return []
    likeness = likenesses([claimed.first.matter], [f.text for f in fitting])[0]
    best = max(range(len(fitting)), key=lambda i: likeness[i])
    return [fitting[best].id] if likeness[best] >= 0.4 else []


def _order(claimed: Claimed, readings: Sequence[Reading], joined: Sequence[Claimed]) -> Order | None:
    """`This came days after Lavrov rejected ...`: the denial came before what the sentence before tells."""
    for number, proposition in claimed.given:
        reading = readings[number]
        sentence = reading.sentences[proposition.sentence]
        match = _GAP.match(reading.text[sentence.span.start : sentence.span.end])
        if not match:
            continue
        previous = [
            c.id
            for c in joined
            if not c.first.is_denial
            and any(
                n == number and p.sentence == proposition.sentence - 1 and not p.is_clause and not p.is_second
                for n, p in c.given
            )
        ]
        if previous:
            ref = Ref(previous[0])
            gap = match["gap"].strip()
            return Order(before=ref, gap=gap) if match["way"] == "after" else Order(after=ref, gap=gap)
    return None


# ---- the rest of a brief -------------------------------------------------------------------------------------------


_CONDEMNING = (" condemn", " denounce", " deplore", " criticis", " criticiz")


def _members(
    facts: Sequence[Fact], denials: Sequence[Denial], sources: Sequence[Source], cast: Cast
) -> tuple[CastMember, ...]:
    """Everybody who is named in an item, with the parts that the items show."""
    roles: dict[ActorId, dict[Role, None]] = {}

    def plays(actor: object, *role: Role) -> None:
        if isinstance(actor, str):
            roles.setdefault(ActorId(actor), {}).update(dict.fromkeys(role))

    denied = {ref for d in denials for ref in (*d.denies, *d.may_also_deny)}
    deniers = {a for d in denials for a in (*d.by, *d.on_behalf_of)}
    for fact in facts:
        for voice in fact.asserted_by:
            if fact.id in denied:
                plays(voice, "accuser")
            if any(w in fact.text for w in _CONDEMNING):
                plays(voice, "condemner")
            if fact.citing:
                plays(voice, "relay")
            plays(voice)
        for voice in fact.citing:
            plays(voice, "origin")
        for actor in fact.about:
            plays(actor)
            if fact.id in denied and actor in deniers:
                plays(actor, "accused")
    for denial in denials:
        for voice in denial.by:
            plays(voice, "denier")
        for actor in denial.on_behalf_of:
            plays(actor)
    for source in sources:
        if source.publisher != UNKNOWN:
            plays(source.publisher, "publisher")
        for credit in source.credits:
            plays(credit, "publisher")
    order = sorted(roles, key=lambda a: (-len(roles[a]), list(roles).index(a)))
    return tuple(CastMember(a, tuple(roles[a]), review="proposed") for a in order)


def _title(facts: Sequence[Fact], sources: Sequence[Source], id_: str) -> str:
    """A source's own headline, else the first claim up to where a clause ends; a person will find a better one."""
    headline = next((s.headline for s in sources if s.headline and s.headline != UNKNOWN), "")
    if headline:
        return headline
    if not facts:
        return id_.replace("-", " ").capitalize()
    text = facts[0].text.rstrip(".")
    return text if len(text) <= _LONGEST_TITLE else _clause_of(text)


def _clause_of(text: str) -> str:
    """The words of a sentence up to the last comma of a title's length, if quotations are closed there; else all."""
    for comma in reversed([m.start() for m in re.finditer(r"[,;]", text[:_LONGEST_TITLE])]):
        if text.count("“", 0, comma) == text.count("”", 0, comma) and comma > 30:
            return text[:comma]
    return text


def _summary(facts: Sequence[Fact], denials: Sequence[Denial]) -> str:
    parts = [f.text for f in facts[:1]] + [d.text for d in denials[:1]]
    return " ".join(parts)


def _asked(
    joined: Sequence[Claimed],
    facts: Sequence[Fact],
    denials: Sequence[Denial],
    readings: Sequence[Reading],
    cast: Cast,
    sources: Sequence[Source],
) -> tuple[Question, ...]:
    kept = {f.id: f for f in facts}
    told = [(kept[c.id], [(n, p) for n, p in c.given]) for c in joined if c.id in kept]
    asked = questions(told, denials, sources, cast)
    unique: dict[str, Question] = {}
    for text, about in asked:
        unique.setdefault(text, Question(text, _id("q", text), tuple(Ref(a) for a in about), review="proposed"))
    return tuple(unique.values())[:MOST_QUESTIONS]
