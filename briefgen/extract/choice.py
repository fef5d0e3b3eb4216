"""Candidates -> which of them the text means: a conditional log-linear model over the readings of each cue.

For each cue the model gives every candidate, and "no attribution", a probability from features of its lemma, its
senses, its frame, its source and its content. The candidate that agrees best with the probable ones is taken
(least Bayes risk), if enough probability agrees with it. What the weights learned from stands in
`docs/drafting.md`; `python -m benchmarks.attribution` learns them anew.
"""

from __future__ import annotations

import json
import math
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from briefgen.extract.candidates import Candidate, candidates
from briefgen.extract.cues import is_denial_cue
from briefgen.extract.lexicon import Lexicon, lexicon, word_set
from briefgen.model.entries import Span

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

Weights = Mapping[str, float]
ENOUGH = 0.35  # probability that must agree with a candidate
_PARTS = frozenset(("light", "that", "rest", "dobj/prep"))  # frames that leave out what a denial is of
_SAME = 0.5  # share of words from which two contents are one
_REPEATED = 0.8  # share of words from which two attributions to one source are one
_WIDEST = 12  # candidates of one cue that are weighed against each other
_LITTLE_WORDS = frozenset(
    ["that", "to", "whether", "if", "how", "what", "who", "when", "where", "why", "not", "the", "a", "as", "of"]
)
_NEXT_WORDS = frozenset(("that", "to", "by", "of", "as", "it", "not"))
_FINITE = frozenset(("VBD", "VBZ", "VBP", "MD"))
_PRONOUNS = word_set("speaking")


@cache
def weights() -> Weights:
    """The weights that come with the program, by feature."""
    text = files("briefgen.extract").joinpath("weights/attribution.json").read_text("utf-8")
    learned: dict[str, float] = json.loads(text)
    return learned


@dataclass(frozen=True, slots=True)
class Chosen:
    """A candidate that was taken, and the probability that agrees with it."""

    candidate: Candidate
    probability: float


def chosen(doc: Doc, quotes: Sequence[Span], learned: Weights | None = None, enough: float = ENOUGH) -> list[Chosen]:
    """The attributions of a text, one a cue at most, in the order of their cues."""
    known = weights() if learned is None else learned
    features = Features(doc, quotes)
    taken = [best for group in candidates(doc, quotes) for best in _taken(group, features, known, enough)]
    kept: list[Chosen] = []
    for each in sorted(taken, key=lambda c: -c.probability):
        if not any(_repeats(each.candidate, other.candidate) for other in kept):
            kept.append(each)
    return sorted(kept, key=lambda c: c.candidate.head.i)


def _taken(group: Sequence[Candidate], features: Features, known: Weights, enough: float) -> Iterator[Chosen]:
    """The reading of one cue, where it is likely; a word of denial is never passed over, if it may deny anything."""
    denying = [each for each in group if each.source and is_denial_cue(each)]
    whole = [each for each in denying if each.frame not in _PARTS]
    best = _best(whole or denying or group, features, known)
    if denying:
        yield replace(best, probability=1.0)
    elif best.probability > enough:
        yield best


def _best(group: Sequence[Candidate], features: Features, known: Weights) -> Chosen:
    """The candidate with which most probability agrees."""
    scores = [sum(known.get(name, 0.0) for name in features.of(each)) for each in group]
    top = max(0.0, *scores)
    shares = [math.exp(score - top) for score in scores]
    whole = sum(shares) + math.exp(-top)
    ranked = sorted(range(len(group)), key=lambda at: -shares[at])[:_WIDEST]
    agreed = {
        at: sum(shares[other] for other in ranked if _agrees(group[at], group[other])) / whole
        + 1e-3 * shares[at] / whole
        for at in ranked
    }
    at = max(ranked, key=lambda each: agreed[each])
    return Chosen(group[at], agreed[at])


def _agrees(one: Candidate, other: Candidate) -> bool:
    """Whether two readings of one cue say in the main the same: half of the words, and the same source."""
    return set(one.source) == set(other.source) and _overlap(one, other) >= _SAME


def _repeats(one: Candidate, other: Candidate) -> bool:
    return one.source == other.source and _overlap(one, other) >= _REPEATED


def _overlap(one: Candidate, other: Candidate) -> float:
    return len(one.content & other.content) / len(one.content | other.content)


class Features:
    """The features of a text's candidates, each a name that has a weight or none."""

    def __init__(self, doc: Doc, quotes: Sequence[Span]) -> None:
        self._doc, self._quotes, self._words = doc, quotes, lexicon()

    def of(self, candidate: Candidate) -> set[str]:
        """The names of all that a candidate shows."""
        frame = candidate.frame
        family = frame.removesuffix("+quote").rstrip("<>+")
        senses = senses_of(candidate.head, self._words)
        return {
            "any",
            f"frame={frame}",
            *self._of_cue(candidate, senses, frame, family),
            *self._of_source(candidate, senses, frame, family),
            *self._of_content(candidate, family),
            *self._of_quotation(candidate, senses, family),
            *self._of_place(candidate, family),
        }

    def _of_cue(self, candidate: Candidate, senses: Sequence[str], frame: str, family: str) -> Iterator[str]:
        head, link = candidate.head, candidate.link
        lemma = head.lemma_.lower()
        yield f"pos={'V' if head.pos_ in ('VERB', 'AUX') else head.pos_[:1]}"
        yield f"lemma={lemma}"
        yield f"lemma={lemma}|{family}"
        yield f"tag={head.tag_}"
        yield f"tag={head.tag_}|{frame}"
        yield f"place={head.dep_}"
        for sense in senses:
            yield f"sense={sense}"
            yield f"sense={sense}|{frame}"
            if link:
                yield f"sense={sense}|link={link}"
        if link:
            yield f"link={link}|{family}"
            yield f"lemma={lemma}|link={link}"
        if any(c.dep_ == "neg" for c in head.children):
            yield "negated"
        helper = next((c.lower_ for c in head.children if c.dep_ == "aux"), "")
        if helper:
            yield f"helper={helper}"

    def _of_source(self, candidate: Candidate, senses: Sequence[str], frame: str, family: str) -> Iterator[str]:
        kind = kind_of_source(candidate.source, self._words)
        yield f"source={kind}"
        yield f"source={kind}|{family}"
        yield f"way={candidate.way}"
        yield f"way={candidate.way}|{frame}"
        for sense in senses:
            yield f"source={kind}|sense={sense}"

    def _of_content(self, candidate: Candidate, family: str) -> Iterator[str]:
        content = candidate.content
        first = min(content, key=lambda t: t.i)
        size = min(5, len(content).bit_length())
        opening = first.lower_ if first.lower_ in _LITTLE_WORDS or first.text in '"“' else first.pos_
        has_verb = any(t.pos_ in ("VERB", "AUX") for t in content)
        yield f"size={size}"
        yield f"size={size}|{family}"
        yield f"opens={opening}"
        yield f"opens={opening}|{family}"
        yield f"verb={has_verb}|{family}"
        yield f"finite={any(t.tag_ in _FINITE for t in content)}|{family}"
        if not has_verb:
            thing = next((t for t in sorted(content, key=lambda t: t.i) if t.head not in content), first)
            yield f"thing={thing.ent_type_ or thing.pos_}"
            for sense in self._words.senses["nouns"].get(thing.lemma_.lower(), ()):
                yield f"thing={sense}|{family}"

    def _of_quotation(self, candidate: Candidate, senses: Sequence[str], family: str) -> Iterator[str]:
        ordered = sorted(candidate.content, key=lambda t: t.i)
        start, end = ordered[0].idx, ordered[-1].idx + len(ordered[-1])
        near = self._near(start, end)
        inside = any(q.start <= start and ordered[-1].idx < q.end for q in near)
        held = "in" if inside else "part" if near else "no"
        cue_quoted = self._holds(candidate.head.idx)
        yield f"quote={held}|{cue_quoted}"
        yield f"quote={held}|{family}"
        yield f"quote={held}|sense={senses[0]}"
        if not cue_quoted and any(self._cuts(q, candidate.content) for q in near):
            yield "cuts"
            yield f"cuts|{family}"

    def _near(self, start: int, end: int) -> Sequence[Span]:
        """The quotations that share characters with a stretch of text."""
        first = bisect_right(self._quotes, start, key=lambda q: q.end)
        last = bisect_right(self._quotes, end - 1, key=lambda q: q.start)
        return self._quotes[first:last]

    def _holds(self, at: int) -> bool:
        return any(q.start < at for q in self._near(at, at + 1))

    def _cuts(self, quote: Span, content: frozenset[Token]) -> bool:
        """Whether a content holds words of a quotation and leaves out more than its marks."""
        whole = self._doc.char_span(quote.start, quote.end, alignment_mode="expand")
        if whole is None or not any(quote.start < t.idx < quote.end - 1 and t in content for t in whole):
            return False
        return sum(t in content for t in whole) < len(whole) - 3

    def _of_place(self, candidate: Candidate, family: str) -> Iterator[str]:
        head, doc = candidate.head, self._doc
        first = min(t.i for t in candidate.content)
        if first > head.i:
            yield f"gap={min(4, first - max(t.i for t in candidate.cue) - 1)}|{family}"
        else:
            yield f"left|{family}"
        if head.i + 1 < len(doc):
            after = doc[head.i + 1]
            shown = after.text if after.is_punct else after.lower_ if after.lower_ in _NEXT_WORDS else after.pos_
            yield f"after={shown}|{family}"
        if head.i:
            before = doc[head.i - 1]
            yield f"before={before.text if before.is_punct else before.pos_}|{family}"


def senses_of(head: Token, words: Lexicon) -> tuple[str, ...]:
    """What a cue can be about: the lexicon's classes of it, and its senses; `none` where it has neither."""
    lemma = head.lemma_.lower()
    if head.pos_ in ("VERB", "AUX"):
        classes, senses = words.verbs.get(lemma, ()), words.senses["verbs"].get(lemma, ())
    elif head.pos_ == "NOUN":
        classes, senses = words.nouns.get(lemma, ()), words.senses["nouns"].get(lemma, ())
    else:
        classes, senses = words.adjectives.get(lemma, ()), words.senses["verbs"].get(lemma, ())
    return (*(f"class:{name}" for name in classes), *senses) or ("none",)


def kind_of_source(source: Sequence[Token], words: Lexicon) -> str:
    """Who speaks: a pronoun, a named person or body, a role, a document, people; `none` where nobody is named."""
    if not source:
        return "none"
    own = set(source)
    head = next((t for t in source if t.head not in own), source[-1])
    lemma = head.lemma_.lower()
    if head.pos_ == "PRON":
        return head.lower_ if head.lower_ in _PRONOUNS else "pronoun"
    if head.ent_type_ in ("PERSON", "ORG", "GPE", "NORP"):
        return head.ent_type_
    if lemma in words.roles["person"]:
        return "role"
    if lemma in words.roles["media"] or lemma in words.senses["nouns"] or lemma in word_set("documents"):
        return "document"
    if lemma in words.roles["public"]:
        return "public"
    if lemma in word_set("people"):
        return "people"
    return "name" if head.pos_ == "PROPN" else "other"
