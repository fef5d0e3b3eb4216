"""Sentences -> who says, thinks, asks or denies what, and by which word.

One cue at a time: a verb, an adjective, a noun or `according to` of the lexicon is met, its source and
its content are read off the parse, and what quotation marks hold is joined to it. The order of the steps
is that of cue, content and source in citron (BBC), and the notions are those of Pareti's PARC corpus.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from briefgen.extract.lexicon import Lexicon, lexicon, word_set
from briefgen.extract.places import Lines, Places, line_ends
from briefgen.extract.reading import Sentence, StanceOrNone, Statement
from briefgen.extract.spans import phrase, quotations, spans_of, subtree, tokens_in
from briefgen.model.entries import Kind, Span
from briefgen.model.text import lines_of

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

_SUBJECTS = ("nsubj", "nsubjpass", "csubj")
_RELATIVES = frozenset(("who", "that", "which", "whom"))
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
_STANCES: dict[str, StanceOrNone] = {
    "denies": "denies",
    "rejects": "rejects",
    "disputes": "disputes",
    "declines": "declines-comment",
}
_NO_SOURCE = frozenset(("it", "there", "this", "that", "what", "which"))
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
        return "" if self.is_negated else _STANCES.get(self.classes[0], "")


def statements(doc: Doc, sentences: Sequence[Sentence]) -> list[tuple[Found, Statement]]:
    """Every attribution of a text, in the order of their cues, beside the tokens it was read from."""
    words = lexicon()
    found = [*_by_verbs(doc, words), *_by_phrases(doc), *_by_nouns(doc, words)]
    found = _each_once(found)
    text = doc.text
    quotes = quotations(text)
    _widen(found, quotes, doc)
    found += _uncued_quotes(found, quotes, doc, line_ends(text))
    found += _credits(doc)
    found.sort(key=lambda f: (f.cue[0].i if f.cue else 0, min(t.i for t in f.content)))
    return _finished(found, quotes, sentences)


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
            in_quote=bool(each.cue) and _is_within(at, quotes),
        )
        made.append((each, own))
    holders = Places((span, (index, own)) for index, (_, own) in enumerate(made) for span in own.content)
    return [(each, replace(own, within=_outer(own, holders))) for each, own in made]


def _is_within(at: int, quotes: Sequence[Span]) -> bool:
    """Whether a place is inside one of some quotations, which are in order and do not touch one another's words."""
    before = bisect_left(quotes, at, key=lambda q: q.start)
    return before > 0 and at < quotes[before - 1].end


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


# ---- cues: verbs and adjectives ------------------------------------------------------------------------------------


def _by_verbs(doc: Doc, words: Lexicon) -> Iterator[Found]:
    for token in doc:
        if token.pos_ in ("VERB", "AUX"):
            cue, classes = _verb_cue(token, words)
            if classes:
                yield from _of_verb(token, cue, classes, words)
        if (token.pos_ == "ADJ" or token.tag_ == "VBN") and (classes := words.adjectives.get(token.lower_, ())):
            yield from _of_adjective(token, classes)


def _verb_cue(verb: Token, words: Lexicon) -> tuple[list[Token], tuple[str, ...]]:
    """The tokens of a verb's cue and its classes; none where it is no cue here."""
    lemma = verb.lemma_.lower()
    for parts, name in words.phrases:
        if parts[0] == lemma and (following := _follows(verb, parts[1:])) is not None:
            return [verb, *following], (name,)
    particles = words.particles.get(lemma)
    if particles and lemma in (
        "brush",
        "shrug",
        "wave",
        "push",
        "hit",
        "rule",
        "shoot",
        "knock",
        "play",
        "spell",
        "lash",
    ):
        near = [c for c in verb.children if c.lower_ in particles]
        return ([verb, *near], words.verbs.get(lemma, ())) if near else ([], ())
    return [verb], words.verbs.get(lemma, ())


def _follows(verb: Token, parts: Sequence[str]) -> list[Token] | None:
    """The tokens after a verb that have these lemmas or forms, adverbs let pass."""
    found: list[Token] = []
    at = verb.i + 1
    for part in parts:
        while at < len(verb.doc) and verb.doc[at].pos_ == "ADV" and verb.doc[at].lower_ != part:
            at += 1
        if at >= len(verb.doc) or part not in (verb.doc[at].lower_, verb.doc[at].lemma_.lower()):
            return None
        found.append(verb.doc[at])
        at += 1
    return found


def _of_verb(verb: Token, cue: list[Token], classes: tuple[str, ...], words: Lexicon) -> Iterator[Found]:
    if verb.dep_ in ("amod", "compound") or (verb.tag_ == "VBN" and verb.dep_ == "acl" and not _agent(verb)):
        return  # "the alleged attacker", "charges brought"
    source = _source(verb)
    content = _content(verb, cue, classes, source, words)
    if not content:
        return
    found = Found(cue, classes, phrase(source) if source is not None else [], content)
    found.is_negated = _is_negated(verb)
    found.content -= {*found.source, *cue}
    found.citing = _cited(verb)
    found.content -= {t for head in {token.head for token in found.citing} for t in subtree(head)}
    if source is None and (classes[0] in ("position", "question") or not _may_lack_source(verb)):
        return
    if found.content:
        yield found


def _may_lack_source(verb: Token) -> bool:
    """A passive or a raised verb says that somebody says, and not who."""
    return any(c.dep_ in ("auxpass", "nsubjpass") for c in verb.children)


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


_COPULAS = frozenset(("be", "feel", "seem", "remain", "become", "make", "sound", "grow"))


def _of_adjective(adjective: Token, classes: tuple[str, ...]) -> Iterator[Found]:
    is_participle = adjective.pos_ == "VERB" and adjective.dep_ != "acomp"
    verb = adjective if is_participle else adjective.head
    if is_participle and not any(c.dep_ == "auxpass" for c in verb.children):
        return
    if not is_participle and (adjective.dep_ != "acomp" or verb.lemma_ not in _COPULAS):
        return
    source = _source(verb) or next((c for c in verb.children if c.dep_ == "nsubjpass"), None)
    if source is None or source.lower_ in _NO_SOURCE:
        return
    clauses = [c for c in (*adjective.children, *verb.children) if c.dep_ in ("ccomp", "xcomp") and c.i > adjective.i]
    prepositions = [c for c in adjective.children if c.dep_ == "prep" and c.lower_ in ("about", "at", "over", "of")]
    content = {t for c in (clauses or prepositions)[:1] for t in subtree(c) if t not in prepositions}
    if len(content) < 2:
        return
    found = Found([adjective], classes, phrase(source), content - set(phrase(source)), by_adjective=True)
    found.is_negated = _is_directly_negated(verb) or adjective.lower_ in ("unsure", "uncertain", "doubtful")
    yield found


# ---- who -----------------------------------------------------------------------------------------------------------


def _source(verb: Token, depth: int = 0) -> Token | None:
    """The head of the phrase that names who says it, or None."""
    if depth > 6:
        return None
    subject = next((c for c in verb.children if c.dep_ == "nsubj"), None)
    if subject is not None and not _is_told(verb):
        if subject.lower_ in _RELATIVES and verb.head.pos_ in ("NOUN", "PROPN", "PRON") and verb.head.i < verb.i:
            return verb.head
        if subject.lower_ in ("it", "this", "that") and (parted := _parted_subject(subject, verb)) is not None:
            return parted
        if subject.lower_ in ("it", "there") and (agent := _agent(verb)) is not None:
            return agent
        return subject
    if (agent := _agent(verb)) is not None:
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
    above = _source(up, depth + 1)
    if above is None:
        above = next((c for c in up.children if c.dep_ == "nsubjpass"), None)
    return above


def _is_told(verb: Token) -> bool:
    return any(c.dep_ == "auxpass" for c in verb.children)


def _agent(verb: Token) -> Token | None:
    """Whom `by` names."""
    for child in verb.children:
        if child.dep_ == "agent":
            return next((c for c in child.children if c.dep_ in ("pobj", "pcomp")), None)
    if verb.tag_ == "VBN" and verb.i + 2 < len(verb.doc) and verb.nbor(1).lower_ == "by" and _is_told(verb):
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


def _cited(verb: Token) -> list[Token]:
    """Whom the speaker cites: `said Yoo, citing a briefing`."""
    near = [*verb.children, *(c for s in verb.children if s.dep_ == "nsubj" for c in s.children)]
    for child in near:
        if child.lower_ in ("citing", "quoting") and child.dep_ in ("advcl", "acl", "prep", "conj"):
            thing = next((c for c in child.children if c.dep_ in ("dobj", "pobj")), None)
            return phrase(thing) if thing is not None else []
    return []


# ---- what ----------------------------------------------------------------------------------------------------------


def _content(
    verb: Token, cue: Sequence[Token], classes: tuple[str, ...], source: Token | None, words: Lexicon
) -> set[Token]:
    """The tokens that a verb's subject is said to have said."""
    lemma = verb.lemma_.lower()
    if (clause := _clause(verb, source)) and not (lemma == "refuse" or lemma == "decline"):
        return clause
    passive = next((c for c in verb.children if c.dep_ in ("nsubjpass",)), None)
    if passive is not None:
        return _of_passive(verb, passive, classes, words)
    if around := _around_parenthesis(verb, source):
        return around
    if verb_phrase := _verbal(verb, lemma, words):
        return verb_phrase
    if named := _named_so(verb, lemma):
        return named
    if lemma in words.frames["object"] and (thing := _object(verb, source)) is not None and _is_worth(thing, classes):
        return set(subtree(thing))
    wanted = words.prepositions.get(lemma, frozenset()) | ({cue[-1].lower_} if len(cue) > 1 else frozenset())
    for child in (c for part in cue for c in part.children):
        if child.dep_ == "prep" and (child.lower_ in wanted or child in cue):
            return set(subtree(child)) - {child}
    if len(cue) > 1 and cue[-1].pos_ == "ADP":
        return {t for c in cue[-1].children for t in subtree(c)}
    if len(cue) > 2 and cue[-1].lower_ == "guilty":
        return {
            t
            for c in (*verb.children, *cue[-1].children)
            if c.dep_ == "prep" and c.i > cue[-1].i
            for t in subtree(c)
            if t != c
        }
    if thing := _object(verb, source) if len(cue) > 1 else None:
        return set(subtree(thing))
    return _after_that(verb, lemma, words)


def _clause(verb: Token, source: Token | None) -> set[Token]:
    clauses = [c for c in verb.children if c.dep_ == "ccomp" and not (source is not None and c.is_ancestor(source))]
    if not clauses:
        return set()
    content = {t for c in clauses for t in subtree(c)}
    return content if len([t for t in content if not t.is_punct]) > 1 else set()


def _of_passive(verb: Token, subject: Token, classes: tuple[str, ...], words: Lexicon) -> set[Token]:
    """Raised: "Nordvik is thought to have owned it"; else what is denied or condemned: "the charge was rejected"."""
    lemma = verb.lemma_.lower()
    rest = [c for c in verb.children if c.dep_ in ("xcomp", "oprd", "ccomp") or (c.dep_ == "advcl" and _has_to(c))]
    if lemma in words.frames["raised"] and rest and any(_has_to(c) or c.dep_ == "oprd" for c in rest):
        after = verb.doc[verb.i + 1 : verb.i + 2]
        agent = {t for t in after if t.lower_ == "by" and verb.is_ancestor(t)}
        return set(subtree(subject)) | {t for c in rest for t in subtree(c)} - agent
    if subject.lower_ == "it":
        return _after_that(verb, lemma, words)
    if lemma in ("tell", "inform", "remind", "warn", "ask", "deny") and (
        lemma != "deny" or _object(verb, None) is not None
    ):
        return _after_that(verb, lemma, words)
    if lemma in words.frames["object"] and _is_worth(subject, classes):
        return set(subtree(subject))
    return set()


def _has_to(token: Token) -> bool:
    return any(c.lower_ == "to" and c.dep_ == "aux" for c in token.children)


def _around_parenthesis(verb: Token, source: Token | None) -> set[Token]:
    """`The drone, the army said, was shot down`; `as the army said`: the words around the aside."""
    if (
        source is None
        or verb.head.i == verb.i
        or verb.dep_ not in ("parataxis", "ccomp", "dep", "advcl", "intj", "conj")
    ):
        return set()
    if not any(c == source for c in verb.children):
        return set()
    is_as = any(c.lower_ == "as" and c.dep_ == "mark" for c in verb.children)
    if verb.dep_ in ("advcl", "conj") and not is_as:
        return set()
    first, last = verb.left_edge, verb.right_edge
    opens = first.is_sent_start or first.i == 0 or verb.doc[first.i - 1].is_punct or first.is_punct
    closes = last.i + 1 >= len(verb.doc) or verb.doc[last.i + 1].is_punct or last.is_punct
    has_mark = any(c.dep_ in ("mark", "cc", "advmod") and c.i == first.i and c.lower_ != "as" for c in verb.children)
    if not is_as and (not opens or not closes or has_mark):
        return set()
    return set(subtree(verb.head)) - set(subtree(verb))


def _verbal(verb: Token, lemma: str, words: Lexicon) -> set[Token]:
    if lemma not in words.frames["verbal"]:
        return set()
    child = next((c for c in verb.children if c.dep_ == "xcomp" and c.pos_ in ("VERB", "AUX")), None)
    if child is None:
        return set()
    if lemma in ("decline", "refuse") and child.lemma_ not in word_set("telling"):
        return set()
    return set(subtree(child))


_NAMING = word_set("naming")


def _named_so(verb: Token, lemma: str) -> set[Token]:
    """`called the leak a mistake`, `dismissed it as a smear`."""
    if lemma not in _NAMING:
        return set()
    parts = [c for c in verb.children if c.dep_ in ("dobj", "oprd", "xcomp", "ccomp", "nsubj") and c.i > verb.i]
    parts += [c for c in verb.children if c.dep_ == "prep" and c.lower_ == "as"]
    return {t for c in parts for t in subtree(c)} if len(parts) > 1 else set()


def _object(verb: Token, source: Token | None) -> Token | None:
    return next((c for c in verb.children if c.dep_ in ("dobj", "attr", "nmod") and c.i > verb.i and c != source), None)


def _is_worth(thing: Token, classes: tuple[str, ...]) -> bool:
    """Whether an object is something said, and not a person met or a pronoun that says nothing."""
    if _STANCES.get(classes[0]):
        return is_deniable(thing, classes[0])
    if thing.pos_ in ("PRON", "DET") and thing.lower_ not in ("what",):
        return False
    if (
        thing.ent_type_ in ("PERSON", "GPE", "NORP", "MONEY", "CARDINAL", "PERCENT", "DATE")
        and classes[0] != "position"
    ):
        return False
    return len([t for t in subtree(thing) if not t.is_punct]) > 1


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


def _after_that(verb: Token, lemma: str, words: Lexicon) -> set[Token]:
    """What follows `that` where the parser lost the clause."""
    if lemma not in words.verbs:
        return set()
    for token in verb.doc[verb.i + 1 : min(verb.i + 12, verb.sent.end)]:
        if (
            token.lower_ in ("that", "whether")
            and token.i + 2 < verb.sent.end
            and token.dep_ in ("mark", "det", "dobj", "nsubj")
        ):
            if token.head.dep_ == "relcl" and token.dep_ != "det" and token.head.head.i > verb.i:
                return set()
            return set(verb.doc[token.i : verb.sent.end])
        if token.text in (".", ";") or token.pos_ == "VERB":
            return set()
    return set()


# ---- cues: phrases and nouns ---------------------------------------------------------------------------------------


def _by_phrases(doc: Doc) -> Iterator[Found]:
    for token in doc:
        if token.lower_ == "according" and token.i + 1 < len(doc) and doc[token.i + 1].lower_ == "to":
            yield from _of_adjunct(token, [token, doc[token.i + 1]])
        elif token.lower_ == "per" and token.dep_ == "prep" and _opens(token):
            yield from _of_adjunct(token, [token])
        elif token.lower_ in ("view", "opinion", "words") and token.head.lower_ in ("in", "by"):
            owner = next((c for c in token.children if c.dep_ == "poss"), None)
            if owner is not None and token.head.dep_ == "prep":
                yield from _of_adjunct(token.head, [token], owner)


def _opens(token: Token) -> bool:
    return token.is_sent_start or token.nbor(-1).text == ","


def _of_adjunct(head: Token, cue: list[Token], owner: Token | None = None) -> Iterator[Found]:
    """`according to X`: the source is what it governs, the content is the clause that it hangs on."""
    inside = set(subtree(head)) | set(cue)
    named = [c for part in cue for c in part.children if c.dep_ in ("pobj", "nsubj", "pcomp") and c not in cue]
    later = sorted((t for t in inside if t.dep_ == "pobj"), key=lambda t: t.i)
    source = owner if owner is not None else next(iter([*named, *later]), None)
    if source is None:
        return
    clause = head.head
    while clause.pos_ not in ("VERB", "AUX") and clause.head.i != clause.i:
        clause = clause.head
    content = set(subtree(clause)) - inside
    if len([t for t in content if not t.is_punct]) < 2:
        content = {t for t in head.sent if t not in inside}
    if content:
        yield Found(cue, ("claim",), [t for t in phrase(source) if t not in cue], content)


def _by_nouns(doc: Doc, words: Lexicon) -> Iterator[Found]:
    for token in doc:
        classes = words.nouns.get(token.lemma_.lower()) if token.pos_ == "NOUN" else None
        if not classes:
            continue
        source = _owner(token)
        if classes[0] == "denial":
            if source is not None and token.dep_ != "pobj":
                rest = {
                    t for c in token.children if c.dep_ in ("prep", "acl") and c.i > token.i for t in subtree(c)
                } - set(phrase(source))
                if rest:
                    yield Found([token], ("denies",), phrase(source), rest, by_noun=True)
            continue
        clause = next((c for c in token.children if c.dep_ in ("acl", "ccomp", "relcl") and _is_that(c)), None)
        if clause is None or (
            source is None and token.lemma_ not in ("report", "rumour", "rumor", "speculation", "claim", "allegation")
        ):
            continue
        content = set(subtree(clause))
        if len(content) > 2:
            made = Found([token], classes, phrase(source) if source is not None else [], content, by_noun=True)
            made.content -= set(made.source)
            yield made


def _owner(noun: Token) -> Token | None:
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
        return next((c for c in verb.children if c.dep_ == "nsubj" and c.lower_ not in _RELATIVES), None)
    return None


def _is_that(clause: Token) -> bool:
    marks = [c for c in clause.children if c.dep_ in ("mark", "dobj", "nsubj") and c.lower_ == "that"]
    return bool(marks) and any(c.dep_ in _SUBJECTS and c.lower_ != "that" for c in clause.children)


# ---- quotations ----------------------------------------------------------------------------------------------------


def _each_once(found: Iterable[Found]) -> list[Found]:
    """One statement a cue and content; of two with one content and one source the first cue is kept."""
    kept: dict[tuple[int, ...], Found] = {}
    for each in found:
        key = tuple(t.i for t in each.cue)
        kept.setdefault(key, each)
    return list(kept.values())


def _widen(found: Sequence[Found], quotes: Sequence[Span], doc: Doc) -> None:
    """Let a content that holds part of a quotation hold all of it."""
    holders = _holders(found)
    for quote in quotes:
        words = set(tokens_in(doc, quote))
        for number in _around_quote(found, words, holders)[:1]:
            each = found[number]
            added = words - set(each.source) - set(each.cue) - each.content
            each.content |= added
            for token in added:
                holders.setdefault(token, []).append(number)


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
