"""Sentences -> who says, thinks, asks or denies what, and by which word.

`choice.py` says which cues are meant, with which source and content; what quotation marks hold is joined to
them, a quotation without a cue gets the last speaker, and captions give credits. The order of the steps is that
of cue, content and source in citron (BBC), and the notions are those of Pareti's PARC corpus.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from briefgen.extract.candidates import Candidate
from briefgen.extract.choice import chosen
from briefgen.extract.cues import STANCES, classes_of
from briefgen.extract.lexicon import Lexicon, lexicon
from briefgen.extract.places import Lines, Places, line_ends
from briefgen.extract.reading import Sentence, StanceOrNone, Statement
from briefgen.extract.sources import cited_by
from briefgen.extract.spans import quotations, spans_of, subtree, tokens_in
from briefgen.model.entries import Kind, Span
from briefgen.model.text import lines_of

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

_SUBJECTS = ("nsubj", "nsubjpass", "csubj")
_KINDS: dict[str, Kind | Literal["credit"]] = {
    "credit": "credit",
    "claim": "claim",
    "assessment": "assessment",
    "position": "position",
    "question": "position",
    "denies": "claim",
    "rejects": "claim",
    "disputes": "claim",
    "declines": "position",
}
_SHORTEST_QUOTE = 5  # words of a quotation that is taken for somebody's words though no cue stands beside it


@dataclass(slots=True)
class Found:
    """A statement while it is being read: tokens where the finished one has spans."""

    cue: list[Token]
    classes: tuple[str, ...]
    source: list[Token] = field(default_factory=list)
    content: set[Token] = field(default_factory=set)
    citing: list[Token] = field(default_factory=list)
    is_negated: bool = False
    by_noun: bool = False
    by_adjective: bool = False

    @property
    def kind(self) -> Kind | Literal["credit"]:
        """What the cue makes of the content."""
        return _KINDS[self.classes[0]]

    @property
    def stance(self) -> StanceOrNone:
        """What a cue of denial says; an empty text for any other, and for one that is negated."""
        return "" if self.is_negated else STANCES.get(self.classes[0], "")


def statements(doc: Doc, sentences: Sequence[Sentence]) -> list[tuple[Found, Statement]]:
    """Every attribution of a text, in the order of their cues, beside the tokens it was read from."""
    words = lexicon()
    quotes = quotations(doc.text)
    found = [made for each in chosen(doc, quotes) if (made := _found(each.candidate, words)).content]
    found += _uncued_quotes(found, quotes, doc, line_ends(doc.text))
    found += _credits(doc)
    found.sort(key=lambda f: (f.cue[0].i if f.cue else 0, min(t.i for t in f.content)))
    return _finished(found, quotes, sentences)


def _found(candidate: Candidate, words: Lexicon) -> Found:
    """A candidate with what its cue makes of it: classes, negation, and whom the speaker cites."""
    head, content = candidate.head, set(candidate.content)
    is_verb = head.pos_ in ("VERB", "AUX")
    found = Found(list(candidate.cue), classes_of(candidate, words), list(candidate.source), content)
    found.by_noun = head.pos_ == "NOUN"
    found.by_adjective = candidate.frame.startswith("adj-")
    found.is_negated = (is_verb and _is_negated(head)) or (found.by_adjective and _is_unsure(head))
    if is_verb and (cited := cited_by(head)):
        found.citing = cited
        found.content -= {t for head in {token.head for token in cited} for t in subtree(head)}
    return found


def _is_negated(verb: Token) -> bool:
    if any(c.dep_ == "neg" or c.lower_ in ("never", "neither", "hardly") for c in verb.children):
        return True
    subject = next((c for c in verb.children if c.dep_ in _SUBJECTS), None)
    if subject is not None and (subject.lower_ in ("nobody", "none", "neither") or _is_no(subject)):
        return True
    up = verb.head if verb.dep_ in ("xcomp", "conj", "pcomp") and verb.head.pos_ in ("VERB", "AUX", "ADJ") else None
    if verb.dep_ == "conj":
        return bool(up) and not any(c.dep_ in _SUBJECTS for c in verb.children) and _is_directly_negated(up)
    return up is not None and (_is_directly_negated(up) or up.lemma_ in ("fail", "refuse", "decline", "unable"))


def _is_directly_negated(verb: Token | None) -> bool:
    return verb is not None and any(c.dep_ == "neg" for c in verb.children)


def _is_no(noun: Token) -> bool:
    return any(c.dep_ in ("det", "neg") and c.lower_ in ("no", "neither") for c in noun.children) or (
        noun.i > 0 and noun.lower_ == "one" and noun.nbor(-1).lower_ == "no"
    )


def _is_unsure(adjective: Token) -> bool:
    return _is_directly_negated(adjective.head) or adjective.lower_ in ("unsure", "uncertain", "doubtful")


def _finished(
    found: Sequence[Found], quotes: Sequence[Span], sentences: Sequence[Sentence]
) -> list[tuple[Found, Statement]]:
    made: list[tuple[Found, Statement]] = []
    for each in found:
        content = spans_of(_without_mark(each.content))
        if not content:
            continue
        at = each.cue[0].idx if each.cue else content[0].start
        own = Statement(
            sentence=_sentence_at(sentences, at),
            content=content,
            source=spans_of(each.source),
            cue=spans_of(each.cue),
            kind=each.kind,
            stance=each.stance,
            is_negated=each.is_negated,
            citing=spans_of(each.citing),
            is_main=_is_main(each),
            in_quote=bool(each.cue) and _is_within(at, quotes),
        )
        made.append((each, own))
    holders = Places((span, (index, own)) for index, (_, own) in enumerate(made) for span in own.content)
    return [(each, replace(own, within=_outer(own, holders))) for each, own in made]


def _is_within(at: int, quotes: Sequence[Span]) -> bool:
    """Whether a place is inside one of some quotations, which are in order and do not touch one another's words."""
    before = bisect_left(quotes, at, key=lambda q: q.start)
    return before > 0 and at < quotes[before - 1].end


def _is_main(found: Found) -> bool:
    """Whether the verb that its sentence hangs on is the cue, stands beside it, or stands in the content."""
    if not found.cue:
        return False
    root = found.cue[0].sent.root
    joined = found.cue[0].dep_ == "conj" and found.cue[0].head == root
    return joined or root in found.cue or root in found.content


def _without_mark(content: set[Token]) -> set[Token]:
    """A content without the `that` that introduces it."""
    first = min(content, key=lambda t: t.i)
    return (
        content - {first} if first.lower_ == "that" and (first.dep_ == "mark" or first.head not in content) else content
    )


def _outer(own: Statement, holders: Places[tuple[int, Statement]]) -> int:
    """The smallest statement in whose content another's cue stands."""
    if not own.cue:
        return -1
    at = own.cue[0].start
    near = [
        (sum(c.end - c.start for c in other.content), index)
        for index, other in holders.touching(at, at + 1)
        if other is not own and other.cue != own.cue
    ]
    return min(near)[1] if near else -1


def _sentence_at(sentences: Sequence[Sentence], at: int) -> int:
    return max(0, bisect_right(sentences, at, key=lambda s: s.span.start) - 1)


# ---- quotations ----------------------------------------------------------------------------------------------------


def _holders(found: Sequence[Found]) -> dict[Token, list[int]]:
    """Which statements, by number, have each token in their content."""
    holders: dict[Token, list[int]] = {}
    for number, each in enumerate(found):
        for token in each.content:
            holders.setdefault(token, []).append(number)
    return holders


def _around_quote(found: Sequence[Found], words: set[Token], holders: Mapping[Token, Sequence[int]]) -> list[int]:
    """The statements that hold words of a quotation and whose cue stands outside it, the shortest first."""
    near = {number for token in words for number in holders.get(token, ())}
    return sorted((n for n in near if words.isdisjoint(found[n].cue)), key=lambda n: (len(found[n].content), n))


def _uncued_quotes(found: Sequence[Found], quotes: Sequence[Span], doc: Doc, lines: Lines) -> list[Found]:
    """A quotation in no statement: the speaker of its sentence, else of the last words before it."""
    made: list[Found] = []
    holders = _holders(found)
    speaking = [f for f in found if f.cue and f.source and f.kind != "assessment" and not f.is_negated]
    speaking = [f for f in speaking if not _is_within(f.cue[0].idx, quotes)]
    speaking.sort(key=lambda f: f.cue[0].i)
    for quote in quotes:
        inside = [t for t in tokens_in(doc, quote) if not t.is_space]
        words = [t for t in inside if not t.is_punct]
        if _around_quote(found, set(inside), holders):
            continue
        if len(words) < _SHORTEST_QUOTE or not any(t.pos_ in ("VERB", "AUX") for t in words):
            continue
        near = _last_speaker(speaking, inside[0], lines)
        if near is not None:
            made.append(Found(near.cue, near.classes, near.source, set(inside)))
    return made


def _last_speaker(speaking: Sequence[Found], first: Token, lines: Lines) -> Found | None:
    """The statement just before a quotation: in its sentence, its paragraph, or the one paragraph before."""
    at = bisect_left(speaking, first.i, key=lambda f: f.cue[0].i) - 1
    if at < 0:
        return None
    last = speaking[bisect_left(speaking, speaking[at].cue[0].i, key=lambda f: f.cue[0].i)]
    return last if lines.between(last.cue[-1].idx, first.idx) <= 2 else None


_CREDIT = re.compile(
    r"\(?\b(?:Image|Photo|Photograph|Picture|Pictured? by|Photo by|Illustration|Graphic|Credit)s?"
    r"(?: credit| courtesy)?:[ \t]*"
)
_MAKER = re.compile(r"[A-Z][^\n.;]{1,60}(?:\.[A-Za-z][^\n.;]{0,40})?")


def _credits(doc: Doc) -> list[Found]:
    """Captions with the credit behind them: `The hall after opening. Image: Nick Moreau.`"""
    made: list[Found] = []
    at = 0
    for whole in lines_of(doc.text, with_ends=True):
        line = whole.rstrip("\r\n")
        if match := _CREDIT.search(line):
            maker = _MAKER.match(line, match.end())
            if maker and line[maker.end() :].strip(" \t.)") == "":
                by = tokens_in(doc, Span(at + maker.start(), at + maker.end()))
                caption = tokens_in(doc, Span(at, at + match.start())) if line[: match.start()].strip() else []
                if by and caption:
                    made.append(Found([], ("credit",), by, set(caption)))
        at += len(whole)
    return made
