"""Every way to read a text's words as an attribution: a cue, a frame that gives its content, a source.

Nothing is decided here. Each verb, noun, adjective, adverb and colon, and each `according to`, is given with
all that its place in the parse lets be its content and its source; `choice.py` says which of these are meant.
The notions are those of Pareti's PARC corpus.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from briefgen.extract.sources import Source, child_of, owner_of, sources_of_verb
from briefgen.extract.spans import phrase, subtree, tokens_in
from briefgen.model.entries import Span

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

_OPENERS = frozenset(("that", "whether", "if", "how", "what", "why", "when", "where"))
_ENDS = frozenset((",", "''", '"', "”", "'", "’", "?", "!"))
_FAR_OPENER = 6  # words after a verb in which `that` may stand
_LONGEST_ASIDE = 22  # words between two parts of one quotation
_LONGEST_LABEL = 14  # words before a colon that may name who speaks
_NO_SOURCE: Source = ("none", ())
# Frames of which one word may be the content; of any other it takes two.
_SHORT = frozenset(("dobj", "prep", "pass", "light", "dobj/prep"))
# Frames that run over the speaker's own words, which are then taken out with all that hangs on them.
_RUNNING = frozenset(("around", "before", "around+quote", "before+quote", "rest"))
_BY_PLACE = frozenset(("between", "start"))
# Frames that a source told by its place does not go with.
_PARSED = frozenset(("before", "dobj+prep", "dobj/prep", "pass", "pass+", "headline", "light"))


@dataclass(frozen=True, slots=True)
class Candidate:
    """One reading: `head` says it with the other words of `cue`, and `frame` tells where its content stands.

    `way` is how the source was found; `link` is the preposition, noun or opening word that joins the content.
    """

    head: Token
    cue: tuple[Token, ...]
    frame: str
    way: str
    source: tuple[Token, ...]
    content: frozenset[Token]
    link: str = ""


@dataclass(frozen=True, slots=True)
class _Frame:
    """A name, the content, and the words that belong to the cue beside its head."""

    name: str
    content: frozenset[Token]
    cue: tuple[Token, ...] = ()
    link: str = ""


def candidates(doc: Doc, quotes: Sequence[Span]) -> list[list[Candidate]]:
    """All candidates of a text, those of one cue together, in the order of the cues."""
    by_head: defaultdict[int, list[Candidate]] = defaultdict(list)
    for each in (
        *_of_verbs(doc, quotes),
        *_of_nouns(doc),
        *_of_adjectives(doc),
        *_of_adverbs(doc),
        *_of_colons(doc, quotes),
        *_of_phrases(doc),
    ):
        by_head[each.head.i].append(each)
    return [by_head[i] for i in sorted(by_head)]


def words_of(tokens: Iterable[Token]) -> list[Token]:
    """Tokens without punctuation and space."""
    return [t for t in tokens if not t.is_punct and not t.is_space]


def _below(*heads: Token) -> frozenset[Token]:
    return frozenset(t for head in heads for t in subtree(head))


def _has_to(token: Token) -> bool:
    return any(c.lower_ == "to" and c.dep_ == "aux" for c in token.children)


# ---- verbs ---------------------------------------------------------------------------------------------------------


def _of_verbs(doc: Doc, quotes: Sequence[Span]) -> Iterator[Candidate]:
    quoted = _Quoted(doc, quotes)
    for verb in doc:
        is_aside = verb.lower_ in ("citing", "quoting")  # names whom a speaker cites, and says nothing
        if verb.pos_ not in ("VERB", "AUX") or verb.dep_ in ("aux", "auxpass") or verb.is_space or is_aside:
            continue
        cue = (verb, *(c for c in verb.children if c.dep_ == "prt"))
        frames = [*_clauses(verb), *_objects(verb), *_passives(verb), *_around(verb), *_runs(verb, cue)]
        frames += _with_quotes(frames, quoted.beside(verb))
        for way, source in sources_of_verb(verb, quotes):
            for frame in frames:
                if way not in _BY_PLACE or frame.name not in _PARSED or (way == "between" and frame.name == "before"):
                    yield from _candidate(verb, cue, frame, way, source)


def _candidate(
    head: Token, cue: tuple[Token, ...], frame: _Frame, way: str, source: tuple[Token, ...]
) -> Iterator[Candidate]:
    """The candidate of a frame and a source, unless too little is left of its content."""
    cue = (*cue, *(t for t in frame.cue if t not in cue))
    taken = {*source, *cue}
    if frame.name in _RUNNING and source and way not in _BY_PLACE:
        taken |= set(subtree(max(source, key=lambda t: t.n_lefts + t.n_rights)))
    content = frozenset(t for t in frame.content if t not in taken and not t.is_space)
    if len(words_of(content)) >= (1 if frame.name in _SHORT else 2):
        yield Candidate(head, cue, frame.name, way, source, content, frame.link)


def _clauses(verb: Token) -> Iterator[_Frame]:
    """`said it fell`, `it fell, she said`, `wants to go`, `: it fell`."""
    for name, clauses in (
        ("ccomp>", [c for c in verb.children if c.dep_ == "ccomp" and c.i > verb.i]),
        ("ccomp<", [c for c in verb.children if c.dep_ == "ccomp" and c.i < verb.i]),
        ("xcomp", [c for c in verb.children if c.dep_ in ("xcomp", "oprd") and c.i > verb.i][:1]),
        ("to", [c for c in verb.children if c.dep_ == "advcl" and c.i > verb.i and _has_to(c)][:1]),
        ("parataxis", [c for c in verb.children if c.dep_ in ("parataxis", "dep")]),
    ):
        if clauses:
            yield _Frame(name, _below(*clauses))


def _objects(verb: Token) -> Iterator[_Frame]:
    """`confirmed the talks`, `accused X of Y`, `urged X to go`, `made it a rule that`, `warned of strikes`."""
    thing = next((c for c in verb.children if c.dep_ in ("dobj", "attr") and c.i > verb.i), None)
    further = [c for c in verb.children if c.dep_ in ("xcomp", "oprd") and c.i > verb.i]
    joined = [c for c in verb.children if c.dep_ in ("prep", "agent") and c.i > verb.i and c.lower_ != "by"]
    if thing is not None:
        own = _below(thing)
        yield _Frame("dobj", own)
        for other in further[:1]:
            yield _Frame("dobj+xcomp", own | _below(other))
        for link in joined[:2]:
            yield _Frame("dobj+prep", own | _below(link), link=link.lower_)
            yield _Frame("dobj/prep", _below(link) - {link}, link=link.lower_)
        rest = [c for c in thing.children if c.i > thing.i and c.dep_ in ("prep", "acl", "ccomp", "relcl", "xcomp")]
        rest += [*joined, *(c for c in verb.children if c.dep_ == "ccomp" and c.i > verb.i), *further]
        if rest:
            content = _below(*rest)
            near = (t for t in subtree(thing) if t not in content and t.i >= verb.i)
            light = tuple(t for t in near if t == thing or t.pos_ in ("NOUN", "ADP"))
            yield _Frame("light", content, light, thing.lemma_.lower())
    for link in joined[:3]:
        yield _Frame("prep", _below(link) - {link}, (link,), link.lower_)


def _passives(verb: Token) -> Iterator[_Frame]:
    """`the charge was denied`, `X was accused of Y`, `Man charged with theft`; the subject belongs to the content."""
    after = [c for c in verb.children if c.i > verb.i]
    further = [c for c in after if c.dep_ in ("xcomp", "oprd")]
    clauses = [c for c in after if c.dep_ == "ccomp"]
    purposes = [c for c in after if c.dep_ == "advcl" and _has_to(c)][:1]
    joined = [c for c in after if c.dep_ == "prep"]
    subject = child_of(verb, "nsubjpass")
    if subject is not None and subject.lower_ in ("it", "there"):
        subject = None  # "it was announced that": nothing is told of it
    told: frozenset[Token] | None = _below(subject) if subject is not None else None
    if told is None and verb.dep_ == "acl" and verb.tag_ == "VBN" and verb.head.i < verb.i:
        told = frozenset(phrase(verb.head))
    if told is not None:
        yield _Frame("pass", told)
        if rest := [*further, *purposes, *joined, *clauses]:
            yield _Frame("pass+", told | _below(*rest))
        if clauses:
            yield _Frame("pass>ccomp", _below(*clauses))
        if further:
            yield _Frame("pass>xcomp", _below(*further))
    elif verb.tag_ == "VBN" and verb.dep_ in ("ROOT", "acl", "advcl") and (bare := child_of(verb, "nsubj")) is not None:
        yield _Frame("headline", _below(bare, *joined, *further))


def _around(verb: Token) -> Iterator[_Frame]:
    """`The drone, the army said, was shot down`: the clause that the verb is an aside of."""
    if verb.head != verb and verb.dep_ in ("parataxis", "ccomp", "dep", "advcl", "intj", "conj", "relcl"):
        yield _Frame("around", _below(verb.head) - _below(verb), link=verb.dep_)


def _runs(verb: Token, cue: Sequence[Token]) -> Iterator[_Frame]:
    """What follows the verb to the sentence's end, and what comes before it: where the parse has lost the clause."""
    doc, sentence = verb.doc, verb.sent
    right = list(doc[max(t.i for t in cue) + 1 : sentence.end])
    opener = next((at for at, t in enumerate(right[:_FAR_OPENER]) if t.lower_ in _OPENERS), None)
    if opener is not None and opener < len(right) - 2:
        yield _Frame("that", frozenset(right[opener:]), link=right[opener].lower_)
    if right:
        yield _Frame("rest", frozenset(right), link=right[0].lower_)
    ends = [t.i for t in doc[sentence.start : verb.i] if t.text in _ENDS]
    if ends:
        yield _Frame("before", frozenset(doc[sentence.start : ends[-1] + 1]), link=doc[ends[-1]].text)


_JOINS_QUOTE = frozenset(("ccomp>", "ccomp<", "around", "before", "that", "rest", "xcomp", "prep", "dobj"))


def _with_quotes(frames: Sequence[_Frame], quoted: frozenset[Token]) -> Iterator[_Frame]:
    """The quotation beside a verb, and each content that holds a part of it made to hold all of it."""
    if not quoted:
        return
    yield _Frame("quote", quoted)
    for frame in frames:
        if frame.name in _JOINS_QUOTE and frame.content & quoted and not quoted <= frame.content:
            yield _Frame(f"{frame.name}+quote", frame.content | quoted, frame.cue, frame.link)


@dataclass(frozen=True, slots=True)
class _Quoted:
    """The quotations of a text, to be asked for the one beside a verb."""

    doc: Doc
    quotes: Sequence[Span]

    def beside(self, verb: Token) -> frozenset[Token]:
        """The words of the nearest quotation in the verb's sentence or right after it, its second part with it."""
        sentence = verb.sent
        first = bisect_right(self.quotes, sentence.start_char, key=lambda q: q.end)
        last = bisect_right(self.quotes, sentence.end_char + 1, key=lambda q: q.start)
        near = [at for at in range(first, last) if not self.quotes[at].start < verb.idx < self.quotes[at].end]
        if not near:
            return frozenset()
        at = min(near, key=lambda n: min(abs(self.quotes[n].start - verb.idx), abs(self.quotes[n].end - verb.idx)))
        parts = [self.quotes[at]]
        if at + 1 < len(self.quotes) and self._goes_on(verb, self.quotes[at], self.quotes[at + 1]):
            parts.append(self.quotes[at + 1])
        return frozenset(t for part in parts for t in tokens_in(self.doc, part))

    def _goes_on(self, verb: Token, one: Span, other: Span) -> bool:
        """Whether two quotations are one that the speaker parts: `"A," she said. "B."`"""
        between = self.doc.text[one.end : other.start]
        if "\n" in between:
            return False
        if one.end > verb.idx:
            return not between.strip(" ,.")
        aside = self.doc.text[verb.idx : other.start]
        return verb.idx < other.start and len(between.split()) <= _LONGEST_ASIDE and aside.count(".") <= 2


# ---- nouns, adjectives, adverbs ------------------------------------------------------------------------------------


def _of_nouns(doc: Doc) -> Iterator[Candidate]:
    """`fears of a flood`, `the ministry's claim that`, `the goal is to`, `bomb threat`."""
    for noun in doc:
        if noun.pos_ == "NOUN":
            frames = list(_noun_frames(noun))
            for way, source in _sources_of_noun(noun) if frames else ():
                for frame in frames:
                    content = frame.content - set(source) - {noun}
                    if words_of(content):
                        yield Candidate(noun, (noun,), frame.name, way, source, content, frame.link)


def _sources_of_noun(noun: Token) -> Iterator[Source]:
    owner = owner_of(noun)
    if owner is not None:
        yield "owner", tuple(phrase(owner))
    verb = noun.head.head if noun.dep_ == "pobj" else noun.head
    subject = child_of(verb, "nsubj", "nsubjpass") if noun.dep_ in ("dobj", "attr", "pobj") else None
    if subject is not None and subject != owner:
        yield "subject", tuple(phrase(subject))
    yield _NO_SOURCE


def _noun_frames(noun: Token) -> Iterator[_Frame]:
    for child in noun.children:
        if child.i < noun.i:
            continue
        if child.dep_ in ("acl", "ccomp", "relcl"):
            is_that = any(c.lower_ == "that" for c in child.children)
            kind = "to" if _has_to(child) else "that" if is_that else child.dep_
            yield _Frame(f"noun-{kind}", _below(child))
        elif child.dep_ == "prep" and child.lower_ != "by":
            yield _Frame("noun-prep", _below(child) - {child}, link=child.lower_)
    verb = noun.head
    if noun.dep_ in ("nsubj", "nsubjpass") and verb.lemma_ == "be":
        for child in verb.children:
            if child.dep_ in ("ccomp", "xcomp", "attr") and child.i > verb.i:
                yield _Frame("noun-be", _below(child), link=child.dep_)
    if noun.dep_ == "nsubj" and verb.lemma_ in ("come", "emerge", "get", "spread"):
        for child in verb.children:
            if child.dep_ in ("ccomp", "advcl"):
                yield _Frame("noun-spread", _below(child))
    before = [c for c in noun.children if c.dep_ in ("compound", "amod") and c.i < noun.i]
    if before:
        yield _Frame("noun-compound", _below(*before))


_ADJECTIVE_PLACES = frozenset(["acomp", "oprd", "ROOT", "conj", "ccomp", "advcl", "attr", "relcl", "acl", "xcomp"])


def _of_adjectives(doc: Doc) -> Iterator[Candidate]:
    """`is certain that`, `are wary of`, `it is unknown whether`."""
    for word in doc:
        is_kind = word.pos_ == "ADJ" or (word.pos_ == "VERB" and word.tag_ == "VBN")
        if not is_kind or word.dep_ not in _ADJECTIVE_PLACES:
            continue
        verb = word.head if word.dep_ in ("acomp", "attr", "oprd") else word
        subject = child_of(verb, "nsubj", "nsubjpass")
        if subject is None and word.dep_ == "conj":
            subject = child_of(word.head.head, "nsubj")
        frames = list(_adjective_frames(word, verb))
        sources = [_NO_SOURCE]
        if subject is not None and subject.lower_ not in ("it", "that", "this"):
            sources = [("nsubj", tuple(phrase(subject))), _NO_SOURCE]
        if subject is not None and subject.lower_ != "it":
            frames.append(_Frame("adj-subject", _below(subject)))
        for way, source in sources:
            for frame in frames:
                content = frame.content - set(source) - {word}
                if words_of(content):
                    yield Candidate(word, (word,), frame.name, way, source, content, frame.link)


def _adjective_frames(word: Token, verb: Token) -> Iterator[_Frame]:
    for child in dict.fromkeys((*word.children, *verb.children)):
        if child.i > word.i and child.dep_ in ("ccomp", "xcomp", "advcl"):
            yield _Frame(f"adj-{child.dep_}", _below(child))
        elif child.i > word.i and child.dep_ == "prep":
            yield _Frame("adj-prep", _below(child) - {child}, link=child.lower_)


_CLAUSES_APART = frozenset(("advcl", "conj", "ccomp", "parataxis", "cc"))


def _of_adverbs(doc: Doc) -> Iterator[Candidate]:
    """`allegedly struck a guard`: the clause that the adverb stands in, with and without further clauses."""
    for word in doc:
        if word.pos_ != "ADV" or not word.lower_.endswith("ly"):
            continue
        verb = word.head
        while verb.pos_ not in ("VERB", "AUX") and verb.head != verb:
            verb = verb.head
        whole = frozenset(t for t in subtree(verb) if t != word and t.dep_ != "punct")
        own = whole - _below(*(c for c in verb.children if c.dep_ in _CLAUSES_APART))
        for name, content in (("adverb", own), ("adverb+", whole)):
            if words_of(content) and (name == "adverb" or whole != own):
                yield Candidate(word, (word,), name, *_NO_SOURCE, content)


# ---- colons and phrases --------------------------------------------------------------------------------------------


def _of_colons(doc: Doc, quotes: Sequence[Span]) -> Iterator[Candidate]:
    """`Police: two dead`, `Ilse Brandt: "..."`, `Two dead in fire: police`."""
    for colon in doc[1:-1]:
        if colon.text != ":":
            continue
        line = doc.text.rfind("\n", 0, colon.idx) + 1
        sentence = colon.sent
        before = [
            t for t in doc[max(sentence.start, colon.i - _LONGEST_LABEL) : colon.i] if t.idx >= line and not t.is_space
        ]
        after = list(doc[colon.i + 1 : sentence.end])
        if not before:
            continue
        link = "line" if before[0].idx == line else ""
        at = bisect_right(quotes, colon.idx, key=lambda q: q.start)
        quoted = quotes[at] if at < len(quotes) and quotes[at].start - colon.idx < 4 else None
        for name, source, content in (
            ("colon", before, after),
            ("colon-quote", before, tokens_in(doc, quoted) if quoted else []),
            ("colon-tail", after if len(after) <= 5 else [], before),
        ):
            if source and words_of(content):
                yield Candidate(colon, (colon,), name, "colon", tuple(source), frozenset(content), link)


def _of_phrases(doc: Doc) -> Iterator[Candidate]:
    """`according to X`, `per X`, `in X's view`, `in the words of X`."""
    for token in doc:
        if token.lower_ == "according" and token.i + 1 < len(doc) and doc[token.i + 1].lower_ == "to":
            yield from _of_adjunct(token, (token, doc[token.i + 1]))
        elif token.lower_ == "per" and token.dep_ == "prep" and (token.is_sent_start or token.nbor(-1).text == ","):
            yield from _of_adjunct(token, (token,))
        elif token.lower_ in ("view", "opinion", "words") and token.head.lower_ in ("in", "by"):
            owner = child_of(token, "poss")
            if owner is not None and token.head.dep_ == "prep":
                yield from _of_adjunct(token.head, (token,), owner)


def _of_adjunct(head: Token, cue: tuple[Token, ...], owner: Token | None = None) -> Iterator[Candidate]:
    """The source is what the phrase governs; the content is its clause, its sentence, or one side of that."""
    below = frozenset(subtree(head)) | set(cue)
    named = [c for part in cue for c in part.children if c.dep_ in ("pobj", "nsubj", "pcomp") and c not in cue]
    later = sorted((t for t in below if t.dep_ == "pobj"), key=lambda t: t.i)
    source = owner if owner is not None else next(iter([*named, *later]), None)
    if source is None:
        return
    who = tuple(t for t in phrase(source) if t not in cue)
    clause = head.head
    while clause.pos_ not in ("VERB", "AUX") and clause.head.i != clause.i:
        clause = clause.head
    rest = frozenset(head.sent) - below - set(who)
    contents: dict[frozenset[Token], str] = {}
    for name, content in (
        ("according", frozenset(subtree(clause)) - below),
        ("according-sentence", rest),
        ("according<", frozenset(t for t in rest if t.i < cue[0].i)),
        ("according>", frozenset(t for t in rest if t.i > cue[0].i)),
    ):
        if len(words_of(content)) > 1:
            contents.setdefault(content, name)
    for content, name in contents.items():
        yield Candidate(cue[0], cue, name, "rule", who, content, cue[0].lower_)
