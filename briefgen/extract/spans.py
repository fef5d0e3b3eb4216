"""From spaCy's tokens to characters: phrases, clauses, quotations."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from briefgen.model.entries import Span

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

_QUOTES = re.compile(r'“[^“”]{2,3000}”|"[^"\n]{2,3000}"|(?<!\w)‘[^‘’\n]{2,1000}(?:’(?=\w)[^‘’\n]{0,1000}){0,20}’(?!\w)')
_OPEN = re.compile(r"(?m)^[“\"][^“”\"\n]{2,3000}$")  # a paragraph of a quotation that goes on in the next one
_EDGE = frozenset(",;:-–—") | {"--", "``", "''"}
_MARKS = frozenset("\"“”‘’'")
_LOOSE = frozenset(("relcl", "advcl", "parataxis"))


def phrase(head: Token) -> list[Token]:
    """A noun with what belongs to it, without the clauses and appositions that only tell more of it."""
    kept: list[Token] = []
    todo = [head]
    while todo:
        token = todo.pop()
        kept.append(token)
        todo += [child for child in token.children if not _is_aside(child, token)]
    return [t for t in _around(head, kept) if t.dep_ != "case" or t.head != head]


def _is_aside(child: Token, head: Token) -> bool:
    if child.dep_ in _LOOSE or (child.dep_ == "punct" and child.text not in "'’-"):
        return True
    if child.dep_ == "cc":
        return child.lower_ in ("but", "yet")
    before = child.left_edge.i - 1
    follows_comma = child.i > head.i and before >= 0 and child.doc[before].text in (",", "(", "—", "–")
    if child.dep_ == "acl":
        return True
    if child.dep_ == "prep" and child.i > head.i:
        return follows_comma or child.lower_ in ("since", "until", "during", "after", "before")
    return follows_comma and child.dep_ in ("appos", "amod", "npadvmod")


def _around(head: Token, tokens: Iterable[Token]) -> list[Token]:
    """The tokens that hang together with the head: a gap of more than punctuation ends the phrase."""
    ordered = sorted(tokens, key=lambda t: t.i)
    middle = ordered.index(head)
    first = last = middle
    while first > 0 and _is_near(ordered[first - 1], ordered[first]):
        first -= 1
    while last + 1 < len(ordered) and _is_near(ordered[last], ordered[last + 1]):
        last += 1
    return ordered[first : last + 1]


def _is_near(left: Token, right: Token) -> bool:
    return all(token.is_punct or token.lower_ in ("also", "then") for token in left.doc[left.i + 1 : right.i])


def subtree(top: Token) -> list[Token]:
    """A token with all that hangs on it, in order; spaCy's own walk takes as long as they hang deep, for each."""
    held: list[Token] = []
    todo = [top]
    while todo:
        token = todo.pop()
        held.append(token)
        todo += token.children
    return sorted(held, key=lambda t: t.i)


def spans_of(tokens: Iterable[Token]) -> tuple[Span, ...]:
    """Tokens as spans of characters: neighbours together, punctuation between them included, edges trimmed."""
    found: list[Span] = []
    run: list[Token] = []
    for token in sorted(set(tokens), key=lambda t: t.i):
        between = range(run[-1].i + 1, token.i) if run else ()
        if not all(token.doc[i].is_punct or token.doc[i].is_space for i in between):
            found += _trimmed(run)
            run = []
        run.append(token)
    return (*found, *_trimmed(run))


def _trimmed(run: list[Token]) -> Iterator[Span]:
    start, end = 0, len(run)
    while start < end and (run[start].text in _EDGE or run[start].is_space or run[start].text in ".)"):
        start += 1
    while start < end and (run[end - 1].text in _EDGE or run[end - 1].is_space or run[end - 1].text in ".("):
        end -= 1
    run = run[start:end]
    if run and run[0].text in _MARKS and not any(t.text in _MARKS for t in run[1:]):
        run = run[1:]
    elif (
        len(run) > 1 and run[-1].text in _MARKS and run[-1].text != "'" and not any(t.text in _MARKS for t in run[:-1])
    ):
        run = run[:-1]
    elif len(run) > 2 and run[0].text in _MARKS and run[-1].text in _MARKS and sum(t.text in _MARKS for t in run) == 2:
        run = run[1:-1]
    while run and (run[-1].text in _EDGE or run[-1].text == "."):
        run.pop()
    if any(not t.is_punct for t in run):
        doc = run[0].doc
        words = [t for t in run if not t.is_space]
        first, last = words[0], words[-1]
        yield Span(doc[first.i].idx, last.idx + len(last))


def quotations(text: str) -> tuple[Span, ...]:
    """What stands between quotation marks, the marks included, outermost only, in order."""
    found = [Span(*m.span()) for m in _QUOTES.finditer(text)]
    opened = (Span(*m.span()) for m in _OPEN.finditer(text))
    found += [span for span in opened if not any(s.start < span.end and span.start < s.end for s in found)]
    outer: list[Span] = []
    for span in sorted(found, key=lambda s: (s.start, -s.end)):
        if not outer or span.start >= outer[-1].end:
            outer.append(span)
    return tuple(outer)


def tokens_in(doc: Doc, span: Span) -> list[Token]:
    """The tokens of a span of characters; one that is only touched is taken too."""
    found = doc.char_span(span.start, span.end, alignment_mode="expand")
    return list(found) if found is not None else []
