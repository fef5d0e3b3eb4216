"""What a cue makes of its content: a claim, an assessment, a position, a question, or a denial.

The lexicon says so for the words it has, phrases first; a sense says so for the others. A word of denial denies
only where its content is something claimed: not a motion, an offer, or a person.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from briefgen.extract.candidates import Candidate
from briefgen.extract.lexicon import Lexicon, lexicon, word_set
from briefgen.extract.reading import StanceOrNone
from briefgen.extract.sources import child_of

if TYPE_CHECKING:
    from spacy.tokens import Token

STANCES: dict[str, StanceOrNone] = {
    "denies": "denies",
    "rejects": "rejects",
    "disputes": "disputes",
    "declines": "declines-comment",
}
# What a cue makes of its content where no class of the lexicon says so.
_KINDS_OF_SENSES: dict[str, str] = {
    "think": "assessment",
    "mind": "assessment",
    "want": "position",
    "order": "position",
    "feel": "position",
    "aim": "position",
    "deal": "position",
    "ask": "question",
}


def classes_of(candidate: Candidate, words: Lexicon) -> tuple[str, ...]:
    """What a cue is by the lexicon, its phrases first; a denial only where something deniable is its content."""
    head = candidate.head
    lemma = head.lemma_.lower()
    if head.pos_ in ("VERB", "AUX"):
        classes = _phrase_class(head, words) or words.verbs.get(lemma, ())
        senses = words.senses["verbs"].get(lemma, ())
    elif head.pos_ == "NOUN":
        classes = tuple("denies" if c == "denial" else c for c in words.nouns.get(lemma, ()))
        senses = words.senses["nouns"].get(lemma, ())
    else:
        classes, senses = words.adjectives.get(lemma, ()), ()
    if classes and classes[0] in STANCES and not _is_stance(candidate, classes[0]):
        classes = ("position",)
    return classes or (next((_KINDS_OF_SENSES[s] for s in senses if s in _KINDS_OF_SENSES), "claim"),)


def is_denial_cue(candidate: Candidate) -> bool:
    """Whether a candidate's cue denies, rejects, disputes or declines to tell its content."""
    return classes_of(candidate, lexicon())[0] in STANCES


_CLAUSAL = ("ccomp", "that", "xcomp", "quote", "around", "before", "noun")


def _is_stance(candidate: Candidate, stance: str) -> bool:
    """Whether what is denied or refused is a claim or an answer, and no offer, motion or person."""
    head = candidate.head
    if head.pos_ == "NOUN" and candidate.frame in ("noun-acl", "noun-relcl", "noun-compound"):
        return False  # "a denial issued on Sunday"
    if stance == "declines":
        return any(t.lemma_.lower() in word_set("telling") for t in candidate.content if t.head == head)
    if candidate.frame.startswith(_CLAUSAL):
        return not _is_request(head) if candidate.frame == "xcomp" else True
    thing = child_of(head, "dobj", "nsubjpass")
    if thing is None:
        thing = next((t for t in sorted(candidate.content, key=lambda t: t.i) if t.head not in candidate.content), None)
    return thing is None or is_deniable(thing, stance)


def _is_request(verb: Token) -> bool:
    """Whether what a verb has for an object is granted or refused: "denied him bail"."""
    thing = child_of(verb, "dobj")
    return thing is not None and thing.lemma_.lower() in lexicon().objects["granted"]


def _phrase_class(verb: Token, words: Lexicon) -> tuple[str, ...]:
    """The class of a phrase that a verb begins: "pour cold water on"."""
    lemma = verb.lemma_.lower()
    return next(((name,) for parts, name in words.phrases if parts[0] == lemma and _follows(verb, parts[1:])), ())


def _follows(verb: Token, parts: Sequence[str]) -> bool:
    """Whether these lemmas or forms follow a verb, adverbs let pass."""
    at = verb.i + 1
    for part in parts:
        while at < len(verb.doc) and verb.doc[at].pos_ == "ADV" and verb.doc[at].lower_ != part:
            at += 1
        if at >= len(verb.doc) or part not in (verb.doc[at].lower_, verb.doc[at].lemma_.lower()):
            return False
        at += 1
    return True


def is_deniable(thing: Token, stance: str) -> bool:
    """Whether what is denied or rejected is something claimed, and not a request, an offer or a person."""
    words = lexicon()
    lemma = thing.lemma_.lower()
    if thing.ent_type_ == "PERSON" and stance != "denies":
        return False
    if lemma in words.nouns or lemma in words.adjectives:
        return True
    if stance == "denies":
        return lemma not in words.objects["granted"] and thing.ent_type_ != "PERSON"
    if thing.pos_ in ("PRON", "DET"):
        return lemma in ("it", "this", "that", "those", "these", "they", "what")
    return lemma in words.objects["deniable"]
