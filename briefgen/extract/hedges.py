"""Sentences -> the words that keep them from being certain, in the source's own spelling.

Modal verbs, adverbs, adjectives, verbs of belief and seeming, nouns and set phrases, after the cue
classes of the CoNLL-2010 shared task and of FactBank. A hedge is such a word; a sentence is uncertain
when it holds one, or tells of an ability, an intention or a condition and not of a fact.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from briefgen.extract.lexicon import Lexicon, lexicon, word_set

if TYPE_CHECKING:
    from spacy.tokens import Token

_LIKING = frozenset(("like", "prefer", "love"))


def hedges(tokens: Sequence[Token]) -> list[Token]:
    """The hedging words among tokens, in order."""
    words = lexicon()
    found = {t for t in tokens if _is_hedge(t, words)}
    found |= set(_phrases(tokens, words))
    return sorted(found, key=lambda t: t.i)


def is_uncertain(tokens: Sequence[Token]) -> bool:
    """Whether something in a sentence is told as less than a fact."""
    words = lexicon()
    return bool(hedges(tokens)) or any(_is_open(t, words) for t in tokens)


def _is_hedge(token: Token, words: Lexicon) -> bool:
    lemma, lower = token.lemma_.lower(), token.lower_
    hedging = words.hedges
    if token.pos_ == "AUX" or token.tag_ == "MD":
        return lower in hedging["modals"]
    if token.pos_ == "VERB":
        return lemma in hedging["verbs"] and _leaves_open(token, lemma)
    if token.pos_ == "ADV":
        return lower in hedging["adverbs"]
    if token.pos_ == "ADJ":
        return lower in hedging["adjectives"] and (
            lower not in ("set", "due", "poised", "possible") or _has_infinitive(token)
        )
    if token.pos_ in ("SCONJ", "ADP") and lower in ("if", "unless", "whether"):
        return lower != "whether" or True
    if token.pos_ == "NOUN":
        return lemma in hedging["nouns"] and _is_open_noun(token, lemma)
    return False


def _leaves_open(verb: Token, lemma: str) -> bool:
    """Whether a verb of belief is about something: "believes that", "is suspected of", "appears to"."""
    if lemma == "look":
        return any(c.lower_ in ("like", "set", "likely") for c in verb.children)
    if lemma == "indicate":
        return False
    if lemma == "guess" or lemma == "wonder":
        return True
    kinds = ("ccomp", "xcomp", "oprd", "acomp", "auxpass", "advcl", "prep", "dobj", "attr")
    if lemma in (
        "allege",
        "believe",
        "suspect",
        "rumour",
        "expect",
        "estimate",
        "think",
        "suppose",
        "fear",
        "presume",
        "anticipate",
    ):
        return True
    return any(c.dep_ in kinds for c in verb.children)


def _is_open_noun(noun: Token, lemma: str) -> bool:
    if lemma == "report":
        return noun.lower_ == "reports" and (
            any(
                c.lower_ in ("some", "several", "unconfirmed", "initial", "early", "media", "local")
                for c in noun.children
            )
            or any(c.dep_ in ("acl", "ccomp") for c in noun.children)
            or any(c.dep_ == "expl" for c in noun.head.children)
        )
    if lemma in ("allegation", "rumour", "rumor", "speculation", "suspicion", "doubt"):
        return True
    if lemma in word_set("hanging"):
        return lemma not in ("estimate", "threat", "sign") and any(
            c.dep_ in ("acl", "ccomp", "prep", "relcl")
            and c.i > noun.i
            and (c.lower_ not in ("with", "in", "at", "on"))
            for c in noun.children
        )
    return False


def _has_infinitive(word: Token) -> bool:
    return any(c.dep_ in ("xcomp", "ccomp", "advcl", "acl") for c in word.children)


def _phrases(tokens: Sequence[Token], words: Lexicon) -> Iterable[Token]:
    lowers = [t.lower_ for t in tokens]
    for phrase in words.hedge_phrases:
        for at in range(len(lowers) - len(phrase) + 1):
            if lowers[at] == phrase[0] and tuple(lowers[at : at + len(phrase)]) == phrase:
                if phrase[0] in ("up", "at") and not any(
                    t.like_num for t in tokens[at + len(phrase) : at + len(phrase) + 2]
                ):
                    continue
                yield from tokens[at : at + len(phrase)]


def _is_open(token: Token, words: Lexicon) -> bool:
    """An ability, an intention, a wish or a condition."""
    lower, lemma = token.lower_, token.lemma_.lower()
    if token.tag_ == "MD":
        if lower in ("can", "ca") and not any(c.dep_ == "neg" for c in token.head.children):
            return True
        if lower in ("would", "'d", "should"):
            return token.head.lemma_ not in _LIKING and not _is_reported(token.head)
        return False
    if token.pos_ == "ADJ" and lower in ("able", "unable", "capable"):
        return lower == "able"
    if token.pos_ == "VERB" and lemma in (
        "want",
        "hope",
        "seek",
        "try",
        "attempt",
        "aim",
        "intend",
        "choose",
        "wish",
        "promise",
        "consider",
    ):
        return token.tag_ != "VBD" or lemma in ("want", "hope", "intend")
    if token.pos_ == "VERB" and lower == "set":
        return any(c.dep_ == "auxpass" or c.lemma_ == "be" for c in token.children) and _has_infinitive(token)
    if token.pos_ == "NOUN" and lemma in ("plan", "option", "effort", "bid", "attempt", "intention"):
        return any(c.dep_ in ("acl", "relcl") and any(a.lower_ == "to" for a in c.children) for c in token.children)
    return False


def _is_reported(verb: Token) -> bool:
    """Whether a clause is what somebody said: `would` is then the past of `will`."""
    head = verb
    while head.head.i != head.i:
        if head.dep_ in ("ccomp", "acl", "relcl", "xcomp", "conj", "advcl") and lexicon().verbs.get(
            head.head.lemma_.lower()
        ):
            return True
        head = head.head
    return False
