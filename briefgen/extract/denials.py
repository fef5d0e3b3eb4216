"""Statements -> which of them deny something, beyond those whose cue says so.

A denial is also: a claim called false; "no truth in"; somebody who says that he himself did not do it; a
statement made "in a denial" or "contrary to" an account. Nobody who does not deny, and nobody who
turns down an offer or a motion, denies anything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from briefgen.extract.lexicon import lexicon, word_set
from briefgen.extract.reading import StanceOrNone
from briefgen.extract.statements import Found

if TYPE_CHECKING:
    from spacy.tokens import Token

_FIRST = frozenset(("i", "we", "he", "she", "it", "they", "neither", "none"))
_TRUE = frozenset(("true", "correct", "accurate", "right", "case", "guilty", "factual"))
_TRUTH = frozenset(("truth", "substance", "foundation", "merit", "basis", "credibility", "veracity"))
_INNOCENT = frozenset(("innocent", "blameless"))
# What somebody who "did not" does not thereby deny having done.
_STATES = word_set("states")


def stance_of(found: Found) -> StanceOrNone:
    """What a statement denies by its cue, its words or its setting; an empty text if nothing."""
    if found.stance:
        return found.stance
    if found.is_negated or not found.cue:
        return ""
    if _calls_false(found):
        return "rejects"
    if found.kind != "position" and _says_untrue(found):
        return "denies"
    if found.classes[0] in ("claim",) and (_denies_own_act(found) or _in_denial(found)):
        return "denies"
    return ""


def _is_claim(token: Token) -> bool:
    words = lexicon()
    lemma = token.lemma_.lower()
    return (
        lemma in words.nouns
        or lemma in words.objects["deniable"]
        or lemma in ("it", "this", "that", "they", "suggestion")
    )


def _calls_false(found: Found) -> bool:
    """`called the accusations a lie`, `described the report as fabricated`."""
    if found.cue[0].lemma_.lower() not in (
        "call",
        "describe",
        "label",
        "brand",
        "deem",
        "characterise",
        "characterize",
        "denounce",
        "decry",
    ):
        return False
    wrong = lexicon().false
    return any(t.lemma_.lower() in wrong or t.lower_ in wrong for t in found.content) and any(
        map(_is_claim, found.content)
    )


def _says_untrue(found: Found) -> bool:
    """`said the report was false`, `said there was no truth in it`, `said that was not true`."""
    wrong = lexicon().false
    for token in found.content:
        head = token.head
        lower = token.lemma_.lower()
        if token.dep_ in ("acomp", "attr", "oprd") and head in found.content and head.lemma_ == "be":
            subject = next((c for c in head.children if c.dep_ in ("nsubj", "nsubjpass")), None)
            negated = any(c.dep_ == "neg" for c in head.children) or any(
                c.dep_ == "det" and c.lower_ == "no" for c in token.children
            )
            if subject is not None and _is_claim(subject):
                if lower in wrong and not negated:
                    return True
                if lower in _TRUE and lower != "guilty" and negated:
                    return True
        if lower in _TRUTH and any(c.dep_ == "det" and c.lower_ == "no" for c in token.children):
            return True
        if lower in _INNOCENT and token.dep_ == "acomp" and not any(c.dep_ == "neg" for c in head.children):
            return True
    return False


def _denies_own_act(found: Found) -> bool:
    """`insists it never stored the data`, `"We did not leak it," said the chair`: the doer is the speaker."""
    roots = [t for t in found.content if t.head not in found.content and t.pos_ in ("VERB", "AUX")]
    for verb in sorted(roots, key=lambda t: t.i)[:1]:
        negated = [c for c in verb.children if c.dep_ == "neg" and c.lower_ in ("not", "n't", "n’t", "never")]
        subject = next((c for c in verb.children if c.dep_ in ("nsubj", "nsubjpass")), None)
        if not negated or subject is None or subject.lower_ not in _FIRST or verb.lemma_.lower() in _STATES:
            continue
        helpers = {c.lower_ for c in verb.children if c.dep_ in ("aux", "auxpass")}
        if helpers & {"will", "would", "could", "can", "may", "might", "should", "must", "wo", "ca", "to"}:
            continue
        if verb.tag_ in ("VBD", "VBN", "VB", "VBG") and (
            helpers & {"did", "had", "has", "have", "was", "were"} or verb.tag_ == "VBD"
        ):
            return True
    return False


def _in_denial(found: Found) -> bool:
    """`In a denial issued on Sunday, the clinic said ...`; `Contrary to the ministry's account, villagers say ...`."""
    verb = found.cue[0]
    near = (*verb.children, *(c for t in found.content if t.head == verb for c in t.children))
    settings = [c for child in near if child.dep_ == "prep" and child.lower_ == "in" for c in child.children]
    if any(c.dep_ == "pobj" and c.lemma_.lower() in ("denial", "rebuttal", "refutation") for c in settings):
        return True
    start = verb.sent.start
    opening = [t.lower_ for t in verb.doc[start : start + 2]]
    return opening == ["contrary", "to"]
