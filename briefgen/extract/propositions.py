"""A reading -> what one text puts forward, statement by statement, each with the words it stands on."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from briefgen.extract.clauses import Tense
from briefgen.extract.lexicon import word_set
from briefgen.extract.places import Places
from briefgen.extract.reading import Happening, Named, Reading, Spans, StanceOrNone, Statement
from briefgen.model.entries import Kind, Span

LONGEST_QUOTE = 360  # characters of a sentence that is quoted whole
_PRONOUNS = frozenset(
    ("he", "she", "it", "they", "we", "i", "you", "this", "that", "these", "those", "who", "which", "one", "some")
)
_PLAIN_CUES = word_set("saying")
_FIRST_WORD = re.compile(r"\w+\.?\s+")
_TITLES = frozenset(("mr", "mrs", "ms", "dr", "sir", "president", "general"))
_DISTANCE = re.compile(
    r"\bwhat (?:it|they|he|she|the \w+|[A-Z]\w+) (?:has |have |had )?"
    r"(?:described|called|calls?|termed|terms?|describes?|said (?:was|were))\b"
)


@dataclass(frozen=True, slots=True, eq=False)
class Proposition:
    """One thing that one text puts forward.

    `matter` is what is claimed, `descriptor` the text's words for somebody it does not name, `verb` the
    cue as a lemma where it says more than "says". `inner` is the claim that a denial's own sentence
    reports; `is_second` marks one that shares its sentence with another.
    """

    at: int
    sentence: int
    quote: Span
    matter: str
    kind: Kind
    speakers: tuple[str, ...] = ()
    descriptor: str = ""
    source: Span | None = None
    content: Span | None = None
    cue: str = ""
    verb: str = ""
    form: str = "clause"
    stance: StanceOrNone = ""
    owner: tuple[str, ...] = ()
    cites: tuple[str, ...] = ()
    cites_in: Spans = ()
    hedge: str = ""
    hedges: Spans = ()
    mentioned: tuple[str, ...] = ()
    when: tuple[str, str] | None = None
    distance: str = ""
    tense: Tense = ""
    question: str = ""
    subject: str = ""
    inner: Proposition | None = None
    opens_with_name: bool = False
    is_inner: bool = False
    is_chained: bool = False
    is_plain: bool = False
    is_clause: bool = False
    is_second: bool = False

    @property
    def is_denial(self) -> bool:
        """Whether it denies, or declines to say."""
        return bool(self.stance)


def propositions(reading: Reading) -> Iterator[Proposition]:
    """What a text puts forward, in its order; not what quoted people attribute, captions, or refusals to tell."""
    told = _Told(reading)
    found = [*_of_statements(told), *(_of_happening(h, told) for h in reading.happenings)]
    last: tuple[str, tuple[str, ...]] = ("", ())
    for each in sorted(found, key=lambda p: (p.at, p.is_inner)):
        own = each
        if each.descriptor.lower() == "they" or (each.descriptor.lower() in _PRONOUNS and not each.speakers):
            own = (
                replace(each, descriptor=last[0], speakers=last[1])
                if each.descriptor.lower() == "they"
                else replace(each, descriptor="")
            )
        elif each.descriptor or each.speakers:
            last = (each.descriptor, each.speakers)
        yield own


class _Told:
    """A reading whose statements, mentions and dates are found by where they stand."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self._inner: dict[int, list[Statement]] = {}
        for statement in reading.statements:
            self._inner.setdefault(statement.within, []).append(statement)
        self._mentions = Places((m.span, (n, m)) for n, m in enumerate(reading.mentions))
        self._dates = Places((d.span, (n, d)) for n, d in enumerate(reading.dates))
        self._starts = {m.span.start for m in reading.mentions}
        self._actors: dict[str, tuple[int, Named]] = {}
        for number, named in enumerate(reading.actors):
            self._actors.setdefault(named.name, (number, named))

    def inside(self, index: int) -> Sequence[Statement]:
        """The statements whose cue stands in the content of one, by its number."""
        return self._inner.get(index, ())

    def mentioned(self, spans: Sequence[Span]) -> tuple[str, ...]:
        """The actors that are named in some spans, in the order of the text."""
        found = {
            number: mention.actor
            for s in spans
            for number, mention in self._mentions.touching(s.start, s.end + 3)
            if s.start <= mention.span.start and mention.span.end <= s.end + 3
        }
        return tuple(dict.fromkeys(found[number] for number in sorted(found)))

    def when(self, spans: Sequence[Span]) -> tuple[str, str] | None:
        """The words of the first date in some spans, and what they mean."""
        found = {
            number: dated
            for s in spans
            for number, dated in self._dates.touching(s.start, s.end)
            if s.start <= dated.span.start and dated.span.end <= s.end
        }
        first = found[min(found)] if found else None
        return (self.reading.words([first.span]), first.edtf) if first else None

    def opens_with_name(self, span: Span) -> bool:
        """Whether the first word is a name, or a title before one."""
        first = _FIRST_WORD.match(self.reading.text, span.start, span.end)
        is_title = first and first[0].strip(". ").lower() in _TITLES
        return span.start in self._starts or bool(first and is_title and first.end() in self._starts)

    def first_of(self, names: Sequence[str]) -> Named | None:
        """The actor of one of some names that the text names first."""
        return min((self._actors[n] for n in names if n in self._actors), key=lambda a: a[0], default=(0, None))[1]


def _of_statements(told: _Told) -> Iterator[Proposition]:
    reading = told.reading
    tops: dict[int, int] = {}
    for index, statement in enumerate(reading.statements):
        if not _counts(statement, reading):
            continue
        inner = told.inside(index)
        chained = next((s for s in inner if _is_chain(s, statement)), None)
        count = tops.get(statement.sentence, 0)
        tops[statement.sentence] = count + 1
        made = _proposition(statement, told, chained, is_second=count > 0)
        if made.stance:
            reported = next((s for s in inner if s.source and s.speakers and not s.in_quote), None)
            if reported is not None:
                claim = _inner(reported, made, told)
                made = replace(made, inner=claim)
                yield claim
        yield made


def _counts(statement: Statement, reading: Reading) -> bool:
    """Whether a statement is one that the text itself reports, with enough in it to be one."""
    if statement.within >= 0 or statement.in_quote or statement.kind == "credit":
        return False
    if statement.is_negated and not statement.stance:
        return False
    words = reading.words(statement.content).split()
    if (
        not statement.source
        and not statement.stance
        and sum(s.end - s.start for s in statement.content) * 2 < _length(statement, reading)
    ):
        return False
    return len(words) >= 3 or bool(statement.stance)


def _length(statement: Statement, reading: Reading) -> int:
    span = reading.sentences[statement.sentence].span
    return span.end - span.start


def _is_chain(inner: Statement, outer: Statement) -> bool:
    """Whether what somebody says is that somebody else says so: `Yoo said the agency believes ...`."""
    if not inner.source or not inner.cue or inner.in_quote or inner.is_negated:
        return False
    return inner.source[0].start - outer.content[0].start <= 4 and inner.content[-1].end >= outer.content[-1].end - 2


def _proposition(statement: Statement, told: _Told, chained: Statement | None, *, is_second: bool) -> Proposition:
    reading = told.reading
    matter = reading.words(statement.content)
    kind: Kind = statement.kind if statement.kind != "credit" else "claim"
    if chained is not None and chained.kind == "assessment":
        kind = "assessment"
    whole = Span(statement.content[0].start, statement.content[-1].end)
    return Proposition(
        at=whole.start,
        sentence=statement.sentence,
        quote=_quoted(statement, reading, is_second=is_second),
        matter=matter,
        kind=kind,
        speakers=statement.speakers,
        descriptor="" if statement.speakers else _descriptor(reading.words(statement.source)),
        source=Span(statement.source[0].start, statement.source[-1].end) if statement.source else None,
        content=whole,
        cue=reading.words(statement.cue),
        verb=_verb(statement, reading),
        form=statement.form,
        stance=statement.stance,
        owner=statement.owner,
        cites=(*statement.cites, *(chained.speakers if chained else ())),
        cites_in=statement.cites_in,
        hedge=_hedge(statement, reading),
        hedges=statement.hedge,
        mentioned=told.mentioned(statement.content),
        when=told.when(statement.content),
        opens_with_name=told.opens_with_name(whole),
        distance=match[0] if (match := _DISTANCE.search(matter)) else "",
        tense=statement.tense,
        question="" if chained is not None else statement.question,
        subject=statement.subject,
        is_chained=chained is not None,
        is_second=is_second,
    )


def _verb(statement: Statement, reading: Reading) -> str:
    """The cue as it is said of "they", where it says more than "say"; an adjective as it stands."""
    if statement.form == "adjective":
        return reading.words(statement.cue).lower()
    return "" if statement.lemma in _PLAIN_CUES else statement.lemma


def _inner(reported: Statement, denial: Proposition, told: _Told) -> Proposition:
    """The claim that a denial's sentence reports: `US allegations that his country had received munitions`."""
    made = _proposition(reported, told, None, is_second=True)
    start = min(s.start for s in (*reported.source, *reported.cue, *reported.content))
    denier = told.first_of(denial.speakers)
    country = denier.country or denier.description if denier else ""
    whose = _country(country) or (f"{denial.speakers[0]}'s country" if denial.speakers else "the country")
    matter = re.sub(r"\b(?:his|her|its|their) country\b", whose, made.matter)
    mentioned = tuple(dict.fromkeys((*made.mentioned, *([_country(country)] if _country(country) else []))))
    return replace(
        made,
        quote=Span(start, reported.content[-1].end),
        matter=matter,
        mentioned=mentioned,
        is_inner=True,
        kind="claim",
        verb="",
        question="",
    )


def _country(text: str) -> str:
    from briefgen.extract.countries import countries

    register = countries()
    return register.by_name.get(text) or next(
        (c for a, c in register.by_adjective.items() if text.startswith(f"{a} ")), ""
    )


def _descriptor(words: str) -> str:
    """A source phrase as the source's own descriptor."""
    return re.sub(r"^(?:The|A|An|the|a|an)\s+(?=\S)", "", words) if words else ""


def _quoted(statement: Statement, reading: Reading, *, is_second: bool) -> Span:
    """The sentence that a statement stands in; of a long or shared one the part that is its own."""
    sentence = reading.sentences[statement.sentence].span
    parts = (*statement.source, *statement.cue, *statement.content)
    own = Span(min(s.start for s in parts), max(s.end for s in parts))
    if is_second:
        near = [s for s in (*statement.cue, *statement.content) if s.end > sentence.start]
        return Span(min(s.start for s in near), max(s.end for s in near))
    if own.start >= sentence.end or own.end <= sentence.start or own.end > sentence.end:
        return Span(statement.content[0].start, statement.content[-1].end)
    return sentence if sentence.end - sentence.start <= LONGEST_QUOTE else own


def _hedge(statement: Statement, reading: Reading) -> str:
    """The source's own hedging words, as they stand together: the first of them."""
    if not statement.hedge:
        return ""
    first = statement.hedge[0]
    if match := re.search(
        r"there (?:are|were|have been) (?:\w+ )?reports(?: that)?$", reading.text[max(0, first.start - 40) : first.end]
    ):
        return match[0]
    return reading.words([first])


def _of_happening(happening: Happening, told: _Told) -> Proposition:
    """What is told without a speaker: an event, or a claim that nobody is named for where it is hedged."""
    reading = told.reading
    hedges = tuple(
        h for h in reading.hedges[happening.sentence] if happening.span.start <= h.start < happening.span.end
    )
    end = happening.span.end
    quote = happening.span if happening.is_clause else reading.sentences[happening.sentence].span
    return Proposition(
        at=happening.span.start,
        sentence=happening.sentence,
        quote=quote if quote.end - quote.start <= LONGEST_QUOTE else Span(quote.start, end),
        matter=reading.words([happening.span]),
        kind="claim" if hedges else "event",
        content=happening.span,
        hedge=reading.words(hedges[:1]),
        hedges=hedges,
        mentioned=told.mentioned([happening.span]),
        when=told.when([happening.span]),
        opens_with_name=told.opens_with_name(happening.span),
        tense=happening.tense,
        question=happening.question,
        subject=happening.subject,
        is_plain=not hedges,
        is_clause=happening.is_clause,
    )
