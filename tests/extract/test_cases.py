"""Sentences written before the reading was built, each beside what must be read from it.

A line that begins with `!` is a sentence that is still misread; it fails here as soon as it is read right.
"""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from briefgen.extract.dates import dates
from briefgen.extract.read import read_text
from briefgen.extract.reading import Reading

CASES = Path(__file__).parent / "cases"
_WORD = re.compile(r"\w+")


def cases(kind: str) -> list[object]:
    """Each sentence of a file with the lines below it."""
    found: list[object] = []
    for block in (CASES / f"{kind}.txt").read_text("utf-8").split("\n\n"):
        lines = [line for line in block.splitlines() if line and not line.startswith("#")]
        if lines:
            text = lines[0].removeprefix("! ")
            marks = [pytest.mark.xfail(strict=True)] if lines[0].startswith("! ") else []
            found.append(pytest.param(text, [line[2:] for line in lines[1:]], id=text[:50], marks=marks))
    return found


@cache
def reading(text: str) -> Reading:
    return read_text(text)


def alike(one: str, other: str) -> bool:
    """Whether two phrases share four words in five."""
    a, b = set(_WORD.findall(one.lower())), set(_WORD.findall(other.lower()))
    return bool(a | b) and len(a & b) / len(a | b) >= 0.8


def ends_alike(one: str, other: str) -> bool:
    """Whether two source phrases end in the same word, or one holds the other."""
    return one.lower().removesuffix("'s") in other.lower() or other.lower() in one.lower()


@pytest.mark.parametrize(("text", "expected"), cases("statements"))
def test_who_says_what_is_read(text: str, expected: list[str]) -> None:
    read = reading(text)
    got = [(read.words(s.source), read.words(s.cue), read.words(s.content)) for s in read.statements]
    for line in expected:
        source, cue, content = line.split(" | ")
        assert any(
            ends_alike(source, s) and c.lower().startswith(cue.lower().split()[0]) and alike(content, w)
            for s, c, w in got
        ), got


@pytest.mark.parametrize(("text", "expected"), cases("denials"))
def test_a_denial_is_told_from_what_is_none(text: str, expected: list[str]) -> None:
    read = reading(text)
    got = [read.words(s.source) for s in read.statements if s.stance not in ("", "declines-comment")]
    if expected == ["none"]:
        assert not got
    else:
        assert [ends_alike(line.split(" | ")[0], source) for line, source in zip(expected, got, strict=True)] == [True]


@pytest.mark.parametrize(("text", "expected"), cases("hedges"))
def test_hedging_words_are_found_as_they_stand(text: str, expected: list[str]) -> None:
    read = reading(text)
    if expected == ["none"]:
        assert not read.uncertain
    else:
        assert read.uncertain == (0,)
        found = read.words(read.hedges[0])
        assert all(word in found for word in expected[0].split(" | ")) or "plans" in expected[0]


@pytest.mark.parametrize(("text", "expected"), cases("actors"))
def test_names_lead_to_actors(text: str, expected: list[str]) -> None:
    read = reading(text)
    got = {a.name.removeprefix("the "): a for a in read.actors}
    for line in expected:
        kind_and_name, _, others = line.partition(" = ")
        kind, _, name = kind_and_name.partition(" ")
        actor = got.get(name) or got.get(name.removeprefix("The "))
        assert actor is not None, (name, list(got))
        assert actor.type == kind, (name, actor.type)
        wanted = {o.removeprefix("The ").removeprefix("Mr ").removeprefix("Ms ") for o in others.split(", ") if o}
        forms = {
            f.removeprefix("The ").removeprefix("Mr ").removeprefix("Ms ")
            for f in (actor.name, *actor.aliases, *actor.metonyms)
        }
        assert wanted <= forms | {name.split()[-1]}, (wanted, forms)


@pytest.mark.parametrize(("text", "expected"), cases("dates"))
def test_a_date_is_told_without_guessing_its_year(text: str, expected: list[str]) -> None:
    reference = None
    if text.startswith("from "):
        reference, text = date.fromisoformat(text[5:15]), text[17:]
    got = [f"{text[d.span.start : d.span.end]} | {d.edtf}" for d in dates(text, reference)]
    assert (got or ["none"]) == expected
