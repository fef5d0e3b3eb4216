"""Readings -> a proposed brief: facts as attributed, denials, discrepancies, questions, every one with its quote.

The steps are those of an editor: gather what each text says, put what says the same together, tell where
the texts differ, ask what is left open, and put the most telling first. Wording keeps the source's own
claim and its hedge: a proposal may be clumsy, and is never stronger than what it stands on.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256

from briefgen.extract.align import stemmed
from briefgen.extract.cast import Cast, cast_of
from briefgen.extract.deniable import Deniable
from briefgen.extract.differ import differences
from briefgen.extract.propositions import Proposition, propositions
from briefgen.extract.questions import questions
from briefgen.extract.reading import Reading
from briefgen.extract.same import Claimed, joined
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
    claims = joined(found, readings, sources)
    claims.sort(key=lambda c: -_telling(c, readings))
    taken: set[str] = set()
    _name(claims, taken)
    material = _Material(cast, labels, readings)
    facts = [_fact(c, material) for c in claims if not c.first.is_denial]
    denied = Deniable(claims, facts)
    denials = [_denial(c, material, denied) for c in claims if c.first.is_denial]
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
        for c in claims
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
        open_questions=_asked(claims, facts, denials, cast, sources),
    )
    members = {m.id for m in brief.actors}
    return Draft(brief, tuple(a for a in cast.new if a.id in members), tuple(more))


class _Material:
    """What facts and denials are made of beside the claims: the cast, the labels of the sources, the readings."""

    def __init__(self, cast: Cast, labels: Sequence[Label], readings: Sequence[Reading]) -> None:
        self.cast = cast
        self.labels = labels
        self.readings = readings
        self.media = {a.id for a in cast.actors.values() if a.type == "NewsMedia"}


def _label(number: int) -> str:
    """A, B, ... Z, A2, B2, ..."""
    return chr(ord("A") + number % 26) + (str(number // 26 + 1) if number >= 26 else "")


def _reference(sources: Sequence[Source]) -> Edtf:
    days = sorted({s.published for s in sources if s.published != UNKNOWN})
    return Edtf(days[0]) if len(days) == 1 else Edtf(UNKNOWN)


# ---- what tells most -----------------------------------------------------------------------------------------------


def _telling(claimed: Claimed, readings: Sequence[Reading]) -> float:
    """How much a claim tells: told early, by several texts, by somebody, with numbers and days."""
    place = min(p.at / max(1, len(readings[n].text)) for n, p in claimed.given)
    score = 2.0 * (1 - place) + 0.8 * (len(claimed.readings) - 1)
    told = [p for _, p in claimed.given]
    score += 0.5 * any(p.speakers for p in told) + 0.4 * any(p.mentioned for p in told)
    score += 0.3 * any(c.isdigit() for p in told for c in p.matter)
    return score - 1.5 * all(p.source is None and not p.hedge and not p.is_clause for p in told)


# ---- names ---------------------------------------------------------------------------------------------------------


def _name(claims: Sequence[Claimed], taken: set[str]) -> None:
    """Give each claim an id: the three longest words of its first text's, which no text that comes later can change.

    Of several with the same words the one that is told first has those alone.
    """
    for claimed in sorted(claims, key=lambda c: (c.given[0][0], c.first.at)):
        words = list(dict.fromkeys(w for w in re.findall(r"[^\W_]+", claimed.first.matter) if stemmed(w)))
        longest = sorted(words, key=lambda w: -len(w))[:3]
        telling = [w for w in words if w in longest] or ["claim"]
        name = slug("-".join(("denial", *telling) if claimed.first.is_denial else telling))[:48].strip("-")
        claimed.id = fresh(name, taken, claimed.first.matter, *claimed.first.speakers, str(claimed.first.at))


def _id(prefix: str, text: str) -> str:
    return f"{prefix}-{sha256(text.encode()).hexdigest()[:8]}"


# ---- facts ---------------------------------------------------------------------------------------------------------


def _fact(claimed: Claimed, material: _Material) -> Fact:
    cast, labels = material.cast, material.labels
    _, weakest = _weakest(claimed)
    voices, citing, basis, chain = _voices(claimed, material)
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
        evidence=_evidence(claimed, labels, material.readings),
        chain_evidence=chain,
        review="proposed",
    )


def _weakest(claimed: Claimed) -> tuple[int, Proposition]:
    """The proposition that claims least: with most hedges, with a speaker, attributed in most words."""
    return max(claimed.given, key=lambda g: (bool(g[1].distance), len(g[1].hedge), bool(g[1].speakers), -g[0]))


def _voices(
    claimed: Claimed, material: _Material
) -> tuple[tuple[Voice, ...], tuple[Voice, ...], Basis, tuple[Evidence, ...]]:
    """Who asserts it, whom they cite, whether that is stated, and where it stands.

    A paper that "reports" is passed over where another text names who said it.
    """
    cast, labels, readings, media = material.cast, material.labels, material.readings, material.media
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
    there = {f.id for f in kept}
    return kept, [f for f in facts if f.id not in there]


# ---- denials -------------------------------------------------------------------------------------------------------


def _denial(claimed: Claimed, material: _Material, deniable: Deniable) -> Denial:
    cast, labels = material.cast, material.labels
    first = claimed.first
    by = next((ids for n, p in claimed.given if (ids := cast.ids(n, p.speakers))), ())
    voices: tuple[Voice, ...] = by or (Unnamed(first.descriptor or "somebody whom the text does not name"),)
    country = tuple(
        a.to for actor in by if (known := cast.actors.get(actor)) for a in known.affiliations if a.role != "owner"
    )
    denies, may = _against(claimed, cast, deniable, {*by, *country})
    return Denial(
        by=voices,
        denies=denies,
        id=claimed.id,
        text=first.words,
        on_behalf_of=tuple(dict.fromkeys(country)) if _speaks_for(by, cast) else (),
        stance=first.stance or "denies",
        may_also_deny=may,
        scope="unclear",
        order=_order(claimed, material.readings, deniable),
        evidence=_evidence(claimed, labels, material.readings),
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
    claimed: Claimed, cast: Cast, deniable: Deniable, concerned: set[ActorId]
) -> tuple[tuple[Ref, ...], tuple[Ref, ...]]:
    """What a denial is placed against, and what else it may cover.

    The claim that its own sentence reports; else the claims, told before it, of those whose claims it
    rejects: the nearest one surely, the others perhaps; further, what others claim about the denier.
    """
    within = deniable.reported_in(claimed)
    owners = {a for n, p in claimed.given for a in cast.ids(n, p.owner)}
    before = deniable.told_before(claimed, owners, concerned)
    denies = within or before[:1] or deniable.likest(claimed, concerned)
    others = deniable.others(claimed, concerned) if owners or within else ()
    may = dict.fromkeys(each for each in (*before, *others) if each not in denies)
    return tuple(Ref(each) for each in denies), tuple(Ref(each) for each in list(may)[:4])


def _order(claimed: Claimed, readings: Sequence[Reading], deniable: Deniable) -> Order | None:
    """`This came days after Lavrov rejected ...`: the denial came before what the sentence before tells."""
    for number, proposition in claimed.given:
        reading = readings[number]
        sentence = reading.sentences[proposition.sentence]
        match = _GAP.match(reading.text[sentence.span.start : sentence.span.end])
        if not match:
            continue
        if previous := deniable.just_before(number, proposition.sentence):
            ref = Ref(previous)
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
    order = sorted(roles, key=lambda a: -len(roles[a]))
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
    claims: Sequence[Claimed],
    facts: Sequence[Fact],
    denials: Sequence[Denial],
    cast: Cast,
    sources: Sequence[Source],
) -> tuple[Question, ...]:
    kept = {f.id: f for f in facts}
    told = [(kept[c.id], [(n, p) for n, p in c.given]) for c in claims if c.id in kept]
    asked = questions(told, denials, sources, cast)
    unique: dict[str, Question] = {}
    for text, about in asked:
        unique.setdefault(text, Question(text, _id("q", text), tuple(Ref(a) for a in about), review="proposed"))
    return tuple(unique.values())[:MOST_QUESTIONS]
