"""A clause -> the question that asks whether it is so, its tense, and whom or what it is about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from briefgen.extract.lexicon import word_set
from briefgen.extract.spans import subtree

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

Tense = Literal["", "past", "present", "future", "possible"]
_POSSIBLE = frozenset(("may", "might", "could", "can"))
_LEAD = frozenset(("also", "then", "however", "meanwhile", "now"))
_SUBJECTS = ("nsubj", "nsubjpass", "expl", "csubj")
_EVENTS = ("after", "before", "when", "as", "since")


@dataclass(frozen=True, slots=True)
class Clause:
    """What is told of a clause: its tense, the question whether it is so, the lemma of its subject's head."""

    tense: Tense = ""
    question: str = ""
    subject: str = ""


def clause_of(tokens: Iterable[Token]) -> Clause:
    """What is told of some tokens by the verb whose own subject stands among them; nothing where there is none."""
    own = set(tokens)
    verb = root_of(own)
    subject = _subject(verb, own) if verb is not None else None
    if verb is None or subject is None:
        return Clause()
    return Clause(_tense(verb), _question(verb, subject, own), subject.lemma_.lower())


def root_of(own: set[Token]) -> Token | None:
    """The verb of a clause whose own subject stands in it; None where there is none."""
    roots = [t for t in own if (t.head not in own or t.head == t) and t.pos_ in ("VERB", "AUX")]
    return min((r for r in roots if _subject(r, own) is not None), key=lambda r: r.i, default=None)


def _subject(verb: Token, own: set[Token]) -> Token | None:
    return next((c for c in verb.children if c.dep_ in _SUBJECTS and c in own), None)


def _tense(verb: Token) -> Tense:
    """When a clause puts its event, and whether only as possible."""
    helpers = [c for c in verb.children if c.dep_ in ("aux", "auxpass")]
    names = {c.lower_ for c in helpers}
    if names & _POSSIBLE:
        return "possible"
    if names & {"will", "would", "'ll", "shall"}:
        return "future"
    finite = next((c for c in helpers if c.tag_ in ("VBD", "VBP", "VBZ")), verb)
    if any(c.lemma_ == "have" for c in helpers):
        return "past"
    return "past" if finite.tag_ in ("VBD", "VBN") else "present"


def _question(verb: Token, subject: Token, own: set[Token]) -> str:
    """`Has North Korea sent ...?` of `North Korea has sent ...`; an empty text where that cannot be said well."""
    own = {t for t in own if not t.is_space}
    if min(own, key=lambda t: t.i).lower_ in ("what", "how", "why", "who", "which", "where", "whether"):
        return ""
    if subject.lower_ in ("that", "which", "who", "what", "it", "there", "this"):
        return ""
    subject_words = [t for t in subtree(subject) if t in own]
    others = sorted(own - set(subject_words), key=lambda t: t.i)
    before = [t for t in others if t.i < subject_words[0].i]
    rest = [t for t in others if t.i > subject_words[0].i]
    helper = next(
        (
            t
            for t in sorted(verb.children, key=lambda t: t.i)
            if t.dep_ in ("aux", "auxpass") and t.tag_ != "TO" and t in own
        ),
        None,
    )
    if any(c.dep_ == "neg" for c in verb.children) or len(subject_words) > 25:
        return ""
    if helper is not None:
        first, rest = _capital(helper.lower_ if helper.lower_ != "'s" else "is"), [t for t in rest if t != helper]
    elif verb.lemma_ == "be":
        first, rest = _capital(verb.lower_), [t for t in rest if t != verb]
    else:
        first = "Did" if verb.tag_ in ("VBD", "VBN") else "Does" if verb.tag_ == "VBZ" else "Do"
    plain = {verb: verb.lemma_} if first in ("Did", "Does", "Do") and helper is None else {}
    rest = [t for t in rest if not (t.lower_ in _LEAD and t.dep_ == "advmod")]
    asked = _joined(subject_words, {})
    asked = asked if subject_words[0].pos_ == "PROPN" else asked[:1].lower() + asked[1:]
    words = [first, asked, _joined(rest, plain).rstrip(" .,;")]
    lead = _joined(before, {}) if before and all(t.dep_ != "mark" for t in before) else ""
    text = " ".join(w for w in (*words, lead[:1].lower() + lead[1:]) if w).rstrip(" .,;:—–-")
    return f"{' '.join(text.replace(' ,', ',').split())}?"


def _capital(word: str) -> str:
    return word[:1].upper() + word[1:]


def _joined(tokens: Sequence[Token], plain: dict[Token, str]) -> str:
    """The words of tokens as they were spaced; a word that was taken out leaves one space."""
    text = ""
    for at, token in enumerate(tokens):
        if token.text in '“”"':
            continue
        follows = tokens[at + 1].i == token.i + 1 if at + 1 < len(tokens) else False
        text += plain.get(token, token.text) + (token.whitespace_ if follows else " ")
    return " ".join(text.split()).strip(" ,")


def events(doc: Doc) -> list[list[Token]]:
    """Finite clauses that tell, in passing, what happened before or after: `after Putin and Kim met in Russia`."""
    found = []
    for token in doc:
        if token.dep_ not in ("advcl", "pcomp", "ccomp") or token.tag_ not in ("VBD", "VBN"):
            continue
        mark = next((c for c in token.children if c.dep_ == "mark" and c.lower_ in _EVENTS), None)
        if mark is None and token.dep_ == "pcomp" and token.head.lower_ in _EVENTS:
            mark = token.head
        if mark is None and (before := token.left_edge.i - 1) >= 0 and doc[before].lower_ in _EVENTS:
            mark = doc[before]
        subject = next((c for c in token.children if c.dep_ in ("nsubj", "nsubjpass")), None)
        if mark is None or subject is None or subject.pos_ != "PROPN":
            continue
        found.append([t for t in _told(token) if t != mark])
    return found


def _told(verb: Token) -> list[Token]:
    """The tokens of a clause without its relative clauses, and without the further ones that hang on its verb."""
    held: list[Token] = []
    todo = [verb]
    while todo:
        token = todo.pop()
        held.append(token)
        left_out = ("relcl", "advcl", "punct") if token == verb else ("relcl",)
        todo += [c for c in token.children if c.dep_ not in left_out]
    return sorted(held, key=lambda t: t.i)


_GIVING = word_set("giving")


def givers(doc: Doc) -> dict[str, Token]:
    """Who gave what others cite: `the NIS, which conducted the briefing` leads from `briefing` to the NIS."""
    found: dict[str, Token] = {}
    for token in doc:
        if token.lemma_ not in _GIVING or token.pos_ != "VERB":
            continue
        thing = next((c for c in token.children if c.dep_ == "dobj"), None)
        subject = next((c for c in token.children if c.dep_ == "nsubj"), None)
        if thing is None or subject is None:
            continue
        giver = token.head if subject.lower_ in ("which", "who", "that") and token.dep_ == "relcl" else subject
        found.setdefault(thing.lemma_.lower(), giver)
    return found
