"""From spaCy's tokens to characters: phrases, clauses, quotations."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Literal

from briefgen.model.entries import Span

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

_MARK = re.compile("``|''|[\"“”]")
_SINGLE = re.compile(r"(?<!\w)‘[^‘’\n]{2,1000}(?:’(?=\w)[^‘’\n]{0,1000}){0,20}’(?!\w)")
_LONGEST_QUOTATION = 3000
_SHORTEST_OPEN = 30  # characters of a paragraph that opens a quotation and does not close it
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
    """What stands between quotation marks, the marks included, outermost only, in order.

    Curly, straight and typewriter marks (``..\'\') are told by their shape and by what stands beside them, since old
    wires open with one kind and close with another. A paragraph that opens a quotation which goes on in the next
    one is a quotation; a mark of inches is none.
    """
    found = [span for line in re.finditer(r"[^\n]+", text) for span in _in_line(line[0], line.start())]
    found += [Span(*m.span()) for m in _SINGLE.finditer(text)]
    outer: list[Span] = []
    for span in sorted(found, key=lambda s: (s.start, -s.end)):
        if not outer or span.start >= outer[-1].end:
            outer.append(span)
    return tuple(outer)


def _in_line(line: str, base: int) -> Iterator[Span]:
    opened, last, near = -1, 0, ""
    for mark in _MARK.finditer(line):
        start, end = mark.span()
        near, last = line[last:start].rstrip()[-1:] or near, end  # the last character before it that is no space
        shape = _shape(line, start, end, mark[0])
        if opened < 0:
            if shape != "close" and not (mark[0] == "''" and near.isdigit()):
                opened = start
        elif shape != "open" or near == ",":
            if 2 < end - opened <= _LONGEST_QUOTATION:
                yield Span(base + opened, base + end)
            opened = -1
    if 0 <= opened == len(line) - len(line.lstrip()) and _SHORTEST_OPEN < len(line) - opened <= _LONGEST_QUOTATION:
        yield Span(base + opened, base + len(line))


def _shape(line: str, start: int, end: int, mark: str) -> Literal["open", "close", "either"]:
    """Whether a mark opens a quotation or closes one, by its kind, else by the space around it."""
    if mark in ("“", "``"):
        return "open"
    before, after = line[start - 1 : start] or " ", line[end : end + 1] or " "
    if mark == "”" or not (before.isspace() or before in "([—–-"):
        return "close"
    return "either" if after.isspace() else "open"


def tokens_in(doc: Doc, span: Span) -> list[Token]:
    """The tokens of a span of characters; one that is only touched is taken too."""
    found = doc.char_span(span.start, span.end, alignment_mode="expand")
    return list(found) if found is not None else []
