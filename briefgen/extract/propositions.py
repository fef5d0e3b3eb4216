"""A reading -> what one text puts forward, statement by statement, each with the words it stands on."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from briefgen.extract.cast import listed
from briefgen.extract.clauses import Tense
from briefgen.extract.lexicon import word_set
from briefgen.extract.places import Places
from briefgen.extract.reading import Happening, Named, Opener, Reading, Spans, StanceOrNone, Statement
from briefgen.extract.wording import LONGEST, quoted, sentence
from briefgen.model.entries import Kind, Span

_FIRST_WORD = re.compile(r"\w+\.?\s+")
_TITLES = frozenset(("mr", "mrs", "ms", "dr", "sir", "president", "general"))
_DISTANCE = re.compile(
    r"\bwhat (?:it|they|he|she|the \w+|[A-Z]\w+) (?:has |have |had )?"
    r"(?:described|called|calls?|termed|terms?|describes?|said (?:was|were))\b"
)


_MOST, _MUCH = 0.45, 0.3  # shares of a sentence from which it tells a thought, and a claim


@dataclass(frozen=True, slots=True, eq=False)
class Proposition:
    """One thing that one text puts forward.

    `words` are the source's own as a sentence, `matter` is what is claimed, `descriptor` the text's words for
    somebody it does not name. `inner` is the claim that a denial's own sentence
    reports; `is_second` marks one that shares its sentence with another.
    """

    at: int
    sentence: int
    quote: Span
    words: str
    matter: str
    kind: Kind
    speakers: tuple[str, ...] = ()
    descriptor: str = ""
    source: Span | None = None
    content: Span | None = None
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
    """What a text puts forward, in its order, one a sentence and speaker; not captions, or refusals to tell."""
    told = _Told(reading)
    found = [*_of_statements(told), *(_of_happening(h, told) for h in reading.happenings)]
    yield from sorted((p for p in found if p.words), key=lambda p: (p.at, p.is_inner))


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
    by_sentence: defaultdict[int, dict[tuple[object, ...], list[int]]] = defaultdict(dict)
    for index, statement in enumerate(reading.statements):
        if _counts(statement, reading):
            voice = (statement.speakers or reading.words(statement.source).lower(), bool(statement.stance))
            by_sentence[statement.sentence].setdefault(voice, []).append(index)
    for number, voices in by_sentence.items():
        carrying = {v: own for v, own in voices.items() if any(_carries(reading.statements[i], reading) for i in own)}
        for at, own in enumerate(carrying.values()):
            lead = max(own, key=lambda i: _size(reading.statements[i]))
            quote = _quoted([reading.statements[i] for i in own], reading, is_alone=len(carrying) == 1)
            yield from _with_inner(lead, quote, told, is_second=at > 0)
        if not carrying and not _is_heading(number, reading):
            yield _of_happening(_passing(reading.statements[next(iter(voices.values()))[0]], reading), told)


def _with_inner(index: int, quote: Span, told: _Told, *, is_second: bool) -> Iterator[Proposition]:
    """The proposition of a statement; of a denial also the claim that its own words report."""
    statement = told.reading.statements[index]
    inner = told.inside(index)
    chained = next((s for s in inner if _is_chain(s, statement)), None)
    made = _proposition(statement, quote, told, chained, is_second=is_second)
    reported = next((s for s in inner if s.source and s.speakers and not s.in_quote), None) if made.stance else None
    if reported is not None:
        made = replace(made, inner=_inner(reported, made, told))
        yield made.inner  # type: ignore[misc]
    yield made


def _counts(statement: Statement, reading: Reading) -> bool:
    """Whether a statement is one that the text itself reports, with enough in it to be one."""
    if statement.within >= 0 or statement.in_quote or statement.kind == "credit":
        return False
    if (statement.is_negated and not statement.stance) or (
        _is_heading(statement.sentence, reading) and not statement.stance
    ):
        return False
    return len(reading.words(statement.content).split()) >= 3 or bool(statement.stance)


def _is_heading(number: int, reading: Reading) -> bool:
    """Whether a sentence is a heading: it ends without a mark."""
    span = reading.sentences[number].span
    return reading.text[span.end - 1] not in ".!?\"”’'…:)"


def _carries(statement: Statement, reading: Reading) -> bool:
    """Whether its sentence is told as somebody's words, and does not only mention a wish or a thought."""
    if statement.stance:
        return True
    span = reading.sentences[statement.sentence].span
    share = _size(statement) / max(1, span.end - span.start)
    tells = statement.is_main and statement.kind != "position"
    return bool(statement.source) and (tells or share >= (_MUCH if statement.kind == "claim" else _MOST))


def _size(statement: Statement) -> int:
    return sum(s.end - s.start for s in statement.content)


def _passing(statement: Statement, reading: Reading) -> Happening:
    """A sentence in which somebody's thought is only mentioned, as what the text itself tells."""
    span = reading.sentences[statement.sentence].span
    return Happening(span, statement.sentence, statement.tense, statement.question, statement.subject)


def _is_chain(inner: Statement, outer: Statement) -> bool:
    """Whether what somebody says is that somebody else says so: `Yoo said the agency believes ...`."""
    if not inner.source or not inner.cue or inner.in_quote or inner.is_negated:
        return False
    return inner.source[0].start - outer.content[0].start <= 4 and inner.content[-1].end >= outer.content[-1].end - 2


def _proposition(
    statement: Statement, quote: Span, told: _Told, chained: Statement | None, *, is_second: bool
) -> Proposition:
    reading = told.reading
    matter = reading.words(statement.content)
    kind: Kind = statement.kind if statement.kind != "credit" else "claim"
    if chained is not None and chained.kind == "assessment":
        kind = "assessment"
    whole = Span(statement.content[0].start, statement.content[-1].end)
    return Proposition(
        at=whole.start,
        sentence=statement.sentence,
        quote=quote,
        words=_words(statement, quote, reading),
        matter=matter,
        kind=kind,
        speakers=statement.speakers,
        descriptor="" if statement.speakers else _descriptor(reading.words(statement.source)),
        source=Span(statement.source[0].start, statement.source[-1].end) if statement.source else None,
        content=whole,
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


def _inner(reported: Statement, denial: Proposition, told: _Told) -> Proposition:
    """The claim that a denial's sentence reports: `US allegations that his country had received munitions`."""
    start = min(s.start for s in (*reported.source, *reported.cue, *reported.content))
    quote = Span(start, reported.content[-1].end)
    made = _proposition(reported, quote, told, None, is_second=True)
    denier = told.first_of(denial.speakers)
    country = denier.country or denier.description if denier else ""
    whose = _country(country) or (f"{denial.speakers[0]}'s country" if denial.speakers else "the country")
    matter = re.sub(r"\b(?:his|her|its|their) country\b", whose, made.matter)
    mentioned = tuple(dict.fromkeys((*made.mentioned, *([_country(country)] if _country(country) else []))))
    return replace(
        made,
        words=f"{matter[:1].upper()}{matter[1:].rstrip('.')}.",
        matter=matter,
        mentioned=mentioned,
        is_inner=True,
        kind="claim",
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


def _quoted(own: Sequence[Statement], reading: Reading, *, is_alone: bool) -> Span:
    """The sentence in which somebody's statements stand; of a long or shared one the part that is theirs."""
    sentence = reading.sentences[own[0].sentence].span
    parts = [s for each in own for s in (*each.source, *each.cue, *each.content) if s.end > sentence.start]
    start = max(sentence.start, min(s.start for s in parts))
    end = min(sentence.end, max(s.end for s in parts))
    span = sentence if is_alone else Span(start, end)
    return (
        span if len(reading.text[span.start : span.end].split()) <= LONGEST else _shortened(Span(start, end), reading)
    )


def _shortened(span: Span, reading: Reading) -> Span:
    """As much of a span as may be quoted, ending where a clause ends."""
    words = list(re.finditer(r"\S+", reading.text[span.start : span.end]))[:LONGEST]
    stop = next((w for w in reversed(words) if w[0][-1] in ",;."), words[-1])
    return Span(span.start, span.start + stop.end())


def _words(statement: Statement, quote: Span, reading: Reading) -> str:
    """A statement as a sentence of the source's own words."""
    speaker = listed(statement.speakers) if statement.speakers else _descriptor(reading.words(statement.source))
    if speaker.lower().split(" ", 1)[0] in word_set("leaning"):
        speaker = ""
    named = _opening(statement.sentence, reading)
    source = reading.words(statement.source).lower()
    if statement.speakers and source in word_set("standing") and all(o.span != statement.source[0] for o in named):
        named.append(Opener(statement.source[0], speaker))
    if quoted := _only_quoted(statement, quote, reading):
        return f"{speaker[:1].upper()}{speaker[1:]}: {quoted}" if speaker else ""
    return sentence(reading.text, quote, reading.quotes, named, speaker[:1].upper() + speaker[1:])


def _opening(number: int, reading: Reading) -> list[Opener]:
    """Whom the pronoun means with which a sentence opens, if it does and that is known."""
    opener = reading.openers[number]
    return [] if opener is None else [opener]


def _only_quoted(statement: Statement, quote: Span, reading: Reading) -> str:
    """The quotation of a sentence that is one quotation and its speaker: `"We did not," Eld said.`; else empty."""
    first = next((q for q in reading.quotes if q.start <= quote.start < q.end <= quote.end), None)
    if first is None:
        return ""
    rest = [m.start() for m in re.finditer(r"\w+", reading.text[first.end : quote.end])]
    own = (*statement.source, *statement.cue)
    if not rest or not all(any(s.start <= first.end + at < s.end for s in own) for at in rest):
        return ""
    return quoted(reading.text, Span(max(first.start, quote.start), first.end))


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
    quote = happening.span if happening.is_clause else reading.sentences[happening.sentence].span
    if len(reading.text[quote.start : quote.end].split()) > LONGEST:
        quote = _shortened(quote, reading)
    return Proposition(
        at=happening.span.start,
        sentence=happening.sentence,
        quote=quote,
        words=sentence(
            reading.text, quote, reading.quotes, [o for o in (reading.openers[happening.sentence],) if o], ""
        ),
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
