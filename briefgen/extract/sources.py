"""Who says it: the phrase that a cue has for its source, read off the parse or told by its place."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from briefgen.extract.spans import phrase
from briefgen.model.entries import Span

if TYPE_CHECKING:
    from spacy.tokens import Token

RELATIVES = frozenset(("who", "that", "which", "whom"))
_EMPTY = frozenset(("it", "there", "this", "that"))
_NOMINAL = ("NOUN", "PROPN", "PRON")
_LONGEST_PLACED = 18  # words of a source that is told by its place
_LONGEST_OPENING = 10

Source = tuple[str, tuple["Token", ...]]  # how it was found, and its words; no words where the text has none


def sources_of_verb(verb: Token, quotes: Sequence[Span]) -> list[Source]:
    """Each way to read who a verb's words are of, the likeliest first; "none" where the text may have none."""
    heads: dict[Token, str] = {}
    ruled = source_of(verb)
    if ruled is not None:
        heads[ruled] = "rule"
    subject = child_of(verb, "nsubj")
    agent = agent_of(verb)
    for head, way in ((subject, "nsubj"), (agent, "agent"), (_above(verb), "up")):
        if head is not None and not (agent is not None and head.lower_ in _EMPTY):
            heads.setdefault(head, way)
    found: list[Source] = [(way, tuple(phrase(head))) for head, way in heads.items()]
    if is_told(verb) or child_of(verb, "nsubjpass") is not None or ruled is None or ruled.lower_ in _EMPTY:
        found.append(("none", ()))
    known = [set(words) for _, words in found]
    placed = (each for each in _placed(verb, quotes) if not any(each[1][-1] in words for words in known))
    return [*found, *placed]


def child_of(token: Token, *relations: str) -> Token | None:
    """The first child in one of these relations."""
    return next((c for c in token.children if c.dep_ in relations), None)


def _above(verb: Token) -> Token | None:
    """The subject of what an infinitive or a participle hangs on."""
    if verb.dep_ not in ("xcomp", "advcl", "conj", "pcomp", "acl", "relcl") or child_of(verb, "nsubj", "nsubjpass"):
        return None
    up = verb
    for _ in range(4):
        up = up.head
        if (subject := child_of(up, "nsubj", "nsubjpass")) is not None or up.head == up:
            return subject
    return None


def _placed(verb: Token, quotes: Sequence[Span]) -> Iterator[Source]:
    """A source by its place: the words from a quotation's end to the verb, or those with which the sentence opens."""
    doc = verb.doc
    before = bisect_right(quotes, verb.idx, key=lambda q: q.end)
    if before:
        end = quotes[before - 1].end
        first = verb.i
        while first > 0 and verb.i - first < _LONGEST_PLACED and doc[first - 1].idx >= end:
            first -= 1
        is_whole = doc[first].idx - end <= 2 and not any("\n" in t.text for t in doc[first : verb.i])
        if is_whole and (words := _trimmed(list(doc[first : verb.i]))):
            yield "between", words
    opening = _trimmed(list(doc[verb.sent.start : verb.i]))
    is_empty = len(opening) == 1 and opening[0].lower_ in _EMPTY
    if 0 < len(opening) <= _LONGEST_OPENING and not is_empty and not any(t.pos_ == "VERB" for t in opening):
        yield "start", opening


def _trimmed(words: list[Token]) -> tuple[Token, ...]:
    """Words without what is no part of a name at their edges; none where nothing nominal is left."""
    while words and (words[0].is_punct or words[0].is_space):
        words = words[1:]
    while words and (words[-1].pos_ in ("AUX", "ADV", "PART") or words[-1].is_punct or words[-1].is_space):
        words = words[:-1]
    return tuple(words) if any(t.pos_ in _NOMINAL for t in words) else ()


def source_of(verb: Token, depth: int = 0) -> Token | None:
    """The head of the phrase that names who says it, or None."""
    if depth > 6:
        return None
    subject = next((c for c in verb.children if c.dep_ == "nsubj"), None)
    if subject is not None and not is_told(verb):
        if subject.lower_ in RELATIVES and verb.head.pos_ in ("NOUN", "PROPN", "PRON") and verb.head.i < verb.i:
            return verb.head
        if subject.lower_ in ("it", "this", "that") and (parted := _parted_subject(subject, verb)) is not None:
            return parted
        if subject.lower_ in ("it", "there") and (agent := agent_of(verb)) is not None:
            return agent
        return subject
    if (agent := agent_of(verb)) is not None:
        return agent
    if any(c.dep_ in ("nsubjpass", "expl", "csubj") for c in verb.children):
        return None
    if verb.dep_ == "relcl":
        return None
    if verb.dep_ == "acl":
        return verb.head if verb.tag_ in ("VBG", "VB") else None
    if verb.dep_ in ("conj", "advcl", "xcomp", "dep", "ccomp", "parataxis", "pcomp", "prep") and verb.head.i != verb.i:
        up = verb.head
        while up.pos_ in ("ADP", "SCONJ", "ADJ") and up.head.i != up.i:
            up = up.head
        if up.pos_ in ("VERB", "AUX") and (verb.tag_ in ("VBG", "VBN", "VB") or verb.dep_ in ("conj", "dep")):
            above = _controller(verb, up, depth)
            if above is not None and above.lower_ in ("it", "this", "that"):
                return _parted_subject(above, verb) or above
            return above
        if up.pos_ in ("NOUN", "PROPN") and verb.tag_ in ("VBG", "VB"):
            return next((c for c in up.children if c.dep_ == "poss"), None)
    return _inverted(verb)


def _parted_subject(pronoun: Token, verb: Token) -> Token | None:
    """`This came after Lavrov, returning from a trip, rejected ...`: the subject that an aside parts from its verb."""
    between = verb.doc[pronoun.i + 1 : verb.i]
    after = next(
        (t for t in between if t.lower_ in ("after", "before", "as", "when", "while") and t.dep_ in ("mark", "prep")),
        None,
    )
    if after is None or not any(t.text == "," for t in verb.doc[after.i : verb.i]):
        return None
    return next(
        (t for t in verb.doc[after.i + 1 : verb.i] if t.dep_ in ("nsubj", "pobj") and t.pos_ in ("PROPN", "NOUN")), None
    )


def _controller(verb: Token, up: Token, depth: int) -> Token | None:
    """Whose act an infinitive or a participle is: the object of "told her to say", else the subject above."""
    if verb.dep_ in ("xcomp", "ccomp") and up.lemma_ in (
        "tell",
        "ask",
        "urge",
        "order",
        "allow",
        "let",
        "persuade",
        "force",
    ):
        target = next((c for c in up.children if c.dep_ in ("dobj", "nsubj", "dative") and c.i > up.i), None)
        if target is not None:
            return target
    above = source_of(up, depth + 1)
    if above is None:
        above = next((c for c in up.children if c.dep_ == "nsubjpass"), None)
    return above


def is_told(verb: Token) -> bool:
    return any(c.dep_ == "auxpass" for c in verb.children)


def agent_of(verb: Token) -> Token | None:
    """Whom `by` names."""
    for child in verb.children:
        if child.dep_ == "agent":
            return next((c for c in child.children if c.dep_ in ("pobj", "pcomp")), None)
    if verb.tag_ == "VBN" and verb.i + 2 < len(verb.doc) and verb.nbor(1).lower_ == "by" and is_told(verb):
        return next(
            (t for t in verb.doc[verb.i + 2 : verb.i + 8] if t.pos_ in ("NOUN", "PROPN") and t.dep_ != "compound"), None
        )
    return None


def _inverted(verb: Token) -> Token | None:
    """`... ,` said Ilse Brandt: a name that the parser took for an object."""
    before = verb.doc[verb.i - 1] if verb.i else None
    if before is None or before.text not in (",", "”", '"', "''", "?", "!", "’"):
        return None
    return next((c for c in verb.children if c.i > verb.i and c.dep_ in ("dobj", "npadvmod", "attr", "oprd")), None)


def cited_by(verb: Token) -> list[Token]:
    """Whom the speaker cites: `said Yoo, citing a briefing`."""
    near = [*verb.children, *(c for s in verb.children if s.dep_ == "nsubj" for c in s.children)]
    for child in near:
        if child.lower_ in ("citing", "quoting") and child.dep_ in ("advcl", "acl", "prep", "conj"):
            thing = next((c for c in child.children if c.dep_ in ("dobj", "pobj")), None)
            return phrase(thing) if thing is not None else []
    return []


def owner_of(noun: Token) -> Token | None:
    """Whose claim it is: "US allegations", "the ministry's denial", "claims by the union"."""
    for child in noun.children:
        if child.dep_ == "poss" and child.lower_ not in ("its",):
            return child
    for child in noun.children:
        if child.dep_ == "prep" and child.lower_ in ("by", "from", "of") and child.i > noun.i:
            thing = next((c for c in child.children if c.dep_ == "pobj"), None)
            if thing is not None and (child.lower_ != "of" or thing.ent_type_ in ("PERSON", "ORG")):
                return thing
    for child in noun.children:
        if child.dep_ in ("amod", "compound", "nmod") and child.ent_type_ in ("GPE", "NORP", "ORG", "PERSON"):
            return child
    verb = noun.head
    if noun.dep_ == "dobj" and verb.lemma_ in (
        "make",
        "issue",
        "repeat",
        "express",
        "have",
        "raise",
        "voice",
        "reject",
        "hold",
    ):
        return next((c for c in verb.children if c.dep_ == "nsubj" and c.lower_ not in RELATIVES), None)
    return None
