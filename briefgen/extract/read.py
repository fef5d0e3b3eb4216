"""A text -> its `Reading`: parse it, then find sentences, statements, actors and dates, in this order."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from hashlib import sha256
from itertools import tee
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from briefgen.extract.actors import Register, actors
from briefgen.extract.clauses import clause_of, events, givers, root_of
from briefgen.extract.dates import dates
from briefgen.extract.denials import stance_of
from briefgen.extract.hedges import hedges, is_uncertain
from briefgen.extract.language import installed, parse
from briefgen.extract.lexicon import lexicon, word_set
from briefgen.extract.places import Places, line_ends
from briefgen.extract.reading import Happening, Mention, Named, Opener, Reading, Sentence, Spans, Statement
from briefgen.extract.spans import phrase, quotations, spans_of, subtree
from briefgen.extract.statements import Found, statements
from briefgen.model.entries import Span

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token
    from spacy.tokens import Span as Words

_NOT_NEWLINE = re.compile(r"[^\n]")


@dataclass(frozen=True, slots=True)
class Kept:
    """A text to be read, the spans of it that are not part of the report, and the day it was published if known."""

    text: str
    cuts: Spans = ()
    published: date | None = None


def read_texts(texts: Iterable[Kept], model: str = "") -> Iterator[Reading]:
    """What stands in each text, in order. Nothing that was cut is read."""
    first, second = tee(texts)
    for kept, doc in zip(first, parse((_blanked(k.text, k.cuts) for k in second), model), strict=True):
        yield reading_of(doc, kept)


@cache
def code_hash() -> str:
    """A hash of what decides how a text is read: the code here and in the foundation, and what is installed."""
    told = sha256(installed().encode())
    package = Path(__file__).parent.parent
    files = [p for room in ("extract", "model") for p in (package / room).rglob("*")]
    for path in sorted(p for p in files if p.suffix in (".py", ".toml", ".txt", ".json")):
        told.update(path.relative_to(package).as_posix().encode() + b"\0" + path.read_bytes())
    return told.hexdigest()


def read_text(text: str, cuts: Spans = (), published: date | None = None, model: str = "") -> Reading:
    """What stands in one text."""
    return next(read_texts([Kept(text, cuts, published)], model))


def _blanked(text: str, cuts: Sequence[Span]) -> str:
    """A text of the same length whose cuts are blank; a cut begins and ends a paragraph."""
    parts: list[str] = []
    edges = {at for cut in cuts for at in (cut.start, cut.end - 1)}
    done = 0
    for cut in sorted(cuts, key=lambda c: (c.start, c.end)):
        start = max(done, cut.start)
        if start < cut.end:
            parts += (text[done:start], _NOT_NEWLINE.sub(" ", text[start : cut.end]))
            done = cut.end
    blanked = list("".join((*parts, text[done:])))
    for at in edges:
        blanked[at] = "\n"
    return "".join(blanked)


def reading_of(doc: Doc, kept: Kept) -> Reading:
    """What stands in a parsed text."""
    parsed = [s for s in doc.sents if any(not t.is_space and not t.is_punct for t in s)]
    sentences = _sentences(doc, parsed)
    text = doc.text
    named, mentions = actors(doc)
    kept_out = Places((cut, cut) for cut in kept.cuts)
    hedged = [hedges(list(s)) for s in parsed]
    whom = _Whom(Register(doc, text, named, mentions), givers(doc))
    found = [_completed(each, own, whom, hedged) for each, own in statements(doc, sentences)]
    return Reading(
        text=kept.text,
        cuts=kept.cuts,
        sentences=sentences,
        statements=tuple(found),
        happenings=tuple(_happenings(doc, parsed, found)),
        openers=tuple(_opener(s, whom) for s in parsed),
        quotes=quotations(text),
        uncertain=tuple(i for i, s in enumerate(parsed) if is_uncertain(list(s))),
        hedges=tuple(spans_of(tokens) for tokens in hedged),
        actors=named,
        mentions=mentions,
        dates=tuple(
            d
            for d in dates(text, kept.published, lambda start, end: _is_proper(doc, start, end))
            if not kept_out.touching(d.span.start, d.span.end)
        ),
    )


def _opener(words: Words, whom: _Whom) -> Opener | None:
    """Whom the pronoun means with which a sentence opens; None where there is none, or it cannot be told."""
    first = next((t for t in words if not t.is_space and not t.is_punct), None)
    if first is None or first.lower_ not in word_set("standing") | word_set("owning") or first.idx != words.start_char:
        return None
    names, _ = whom.of([first])
    if not names:
        return None
    who = " and ".join(names)
    owns = first.lower_ in word_set("owning") and first.dep_ == "poss"
    return Opener(Span(first.idx, first.idx + len(first)), f"{who}’s" if owns else who)


def _is_proper(doc: Doc, start: int, end: int) -> bool:
    words = doc.char_span(start, end, alignment_mode="expand")
    return words is None or any(t.pos_ == "PROPN" or t.ent_type_ == "DATE" for t in words)


def _sentences(doc: Doc, parsed: Sequence[Words]) -> tuple[Sentence, ...]:
    lines = line_ends(doc.text)
    made = []
    for words in parsed:
        tokens = [t for t in words if not t.is_space]
        span = Span(tokens[0].idx, tokens[-1].idx + len(tokens[-1]))
        made.append(Sentence(span, lines.between(0, span.start)))
    return tuple(made)


@dataclass(frozen=True, slots=True)
class _Whom:
    """What tells whom a phrase of a text means."""

    register: Register
    givers: Mapping[str, Token]

    def of(self, tokens: Sequence[Token]) -> tuple[tuple[str, ...], bool]:
        """The actors of a phrase, and whether that was inferred."""
        return self.register.resolved(tokens)

    def inside(self, tokens: Iterable[Token]) -> list[Mention]:
        """The mentions that begin at, or reach over, the beginning of one of some tokens."""
        return self.register.mentions_at(t.idx for t in tokens)


def _completed(found: Found, statement: Statement, whom: _Whom, hedged: Sequence[Sequence[Token]]) -> Statement:
    """A statement with its speaker, what it denies, the hedges that stand in it, and the question that it leaves."""
    speakers, inferred = whom.of(found.source)
    own = found.content | set(found.cue)
    near = hedged[statement.sentence] if statement.sentence < len(hedged) else ()
    clause, stance = clause_of(found.content), stance_of(found)
    cites, cites_in = _cites(found, whom)
    return replace(
        statement,
        stance=stance,
        hedge=spans_of(t for t in near if t in own),
        speakers=speakers,
        is_inferred=inferred,
        lemma=found.cue[0].lemma_.lower() if found.cue else "",
        form=_form(found, is_denial=bool(stance), has_subject=bool(clause.subject)),
        tense=clause.tense,
        question=clause.question,
        subject=clause.subject,
        cites=cites,
        cites_in=cites_in,
        owner=_owner(found, whom) if stance else (),
    )


def _form(found: Found, *, is_denial: bool, has_subject: bool) -> Literal["clause", "object", "adjective"]:
    """What stands as the content: a clause, or what a verb has for an object, "what they call" included."""
    if found.by_adjective:
        return "adjective"
    first = min(found.content, key=lambda t: t.i)
    if is_denial and found.cue and first.i == found.cue[-1].i + 1 and first.pos_ != "PRON":
        return "object"  # "rejected US claims that": no "that" and no quotation opens it
    return "clause" if has_subject and first.lower_ not in ("what", "who", "whose") else "object"


def _cites(found: Found, whom: _Whom) -> tuple[tuple[str, ...], Spans]:
    """Whom the words after `citing` mean: themselves, or who gave the briefing that they name."""
    if not found.citing:
        return (), ()
    direct, _ = whom.of(found.citing)
    if direct:
        return direct, ()
    for token in found.citing:
        giver = whom.givers.get(token.lemma_.lower())
        if giver is not None and (names := whom.of(phrase(giver))[0]):
            told = [d.i for c in giver.children if c.dep_ == "relcl" for d in subtree(c)]
            last = max(told, default=0)
            clause = [t for t in subtree(giver) if t.i <= last] if told else list(giver.sent)
            return names, spans_of(clause)[:1]
    return (), ()


def _owner(found: Found, whom: _Whom) -> tuple[str, ...]:
    """Whose claims a denial rejects: everybody named beside the word for the claim."""
    words = lexicon()
    nouns = sorted((t for t in found.content if t.lemma_.lower() in words.nouns), key=lambda t: t.i)
    names: dict[str, None] = {}
    for noun in nouns[:1]:
        near = {t for c in noun.children if c.dep_ in ("amod", "compound", "poss", "nmod", "prep") for t in subtree(c)}
        names |= {m.actor: None for m in whom.inside(near)}
    return tuple(names)


def _happenings(doc: Doc, parsed: Sequence[Words], found: Sequence[Statement]) -> Iterator[Happening]:
    """Sentences in which nobody is said to say anything, and finite clauses told in passing."""
    telling = {s.sentence for s in found if s.cue and not s.in_quote and (s.source or _covers(s, parsed[s.sentence]))}
    credited = {s.sentence for s in found if s.kind == "credit"}
    contents = Places((Span(s.content[0].start, s.content[-1].end), s.sentence) for s in found)
    for number, words in enumerate(parsed):
        tokens = [t for t in words if not t.is_space]
        is_said = any(n != number for n in contents.touching(tokens[0].idx, tokens[0].idx + 1))
        if number in telling or number in credited or is_said or root_of(set(tokens)) is None:
            continue
        if (spans := spans_of(tokens)) and tokens[-1].text[-1] in '.!?"”’':
            yield _happening(Span(spans[0].start, spans[-1].end), number, tokens)
    starts = [words.start_char for words in parsed]
    for tokens in events(doc):
        spans = spans_of(tokens)
        if len(spans) == 1:
            yield replace(_happening(spans[0], bisect_right(starts, spans[0].start) - 1, tokens), is_clause=True)


def _happening(span: Span, number: int, tokens: Sequence[Token]) -> Happening:
    clause = clause_of(tokens)
    return Happening(span, number, tense=clause.tense, question=clause.question, subject=clause.subject)


def _covers(statement: Statement, words: Words) -> bool:
    """Whether a statement without a source makes most of its sentence: "there are reports that"."""
    held = sum(s.end - s.start for s in statement.content)
    return held * 2 > words.end_char - words.start_char


def as_json(reading: Reading) -> dict[str, object]:
    """What `extract --json` prints of one text: spans are `[start, end]` in characters of the whole text."""
    return {
        "text": reading.text,
        "cuts": _pairs(reading.cuts),
        "statements": [
            {
                "source": _pairs(s.source),
                "cue": _pairs(s.cue),
                "content": _pairs(s.content),
                "speaker": " and ".join(s.speakers) or None,
                "inferred": s.is_inferred,
                "kind": s.kind,
                "form": s.form,
                "denial": s.stance not in ("", "declines-comment"),
                "stance": s.stance or None,
                "negated": s.is_negated,
                "hedge": _pairs(s.hedge),
                "citing": _pairs(s.citing),
            }
            for s in reading.statements
        ],
        "uncertain": _pairs(reading.sentences[i].span for i in reading.uncertain),
        "actors": [
            {
                "name": names[0],
                "type": _LETTERS.get(a.type, "ORG"),
                "kind": a.type,
                "aliases": names[1:],
                "country": a.name if a.type == "Country" else a.country or None,
                "description": a.description or None,
            }
            for a in reading.actors
            if (names := _as_written(a, reading.text))
        ],
        "dates": [
            {"words": reading.words([d.span]), "edtf": d.edtf, "span": [d.span.start, d.span.end]}
            for d in reading.dates
        ],
    }


def _as_written(named: Named, text: str) -> list[str]:
    """The forms of an actor's name that stand in the text: a country's usual name only where it does."""
    forms = (named.name, *named.aliases, *named.metonyms, *named.titled)
    return [form for form in forms if named.type != "Country" or form in text]


def _pairs(spans: Iterable[Span]) -> list[list[int]]:
    return [[s.start, s.end] for s in spans]


_LETTERS = {"Person": "PER", "Country": "LOC", "Place": "LOC"}
