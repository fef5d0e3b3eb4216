"""Putting together what texts say takes a time that grows with how much they say, and with how many they are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

import pytest

from briefgen.extract.align import compare, likest
from briefgen.extract.cast import cast_of
from briefgen.extract.compose import compose
from briefgen.extract.group import grouped
from briefgen.extract.read import Kept, read_texts
from briefgen.extract.reading import Named, Reading
from briefgen.model.entries import NearDuplicate, SourceId
from briefgen.model.graph import bare_source
from tests.extract.test_linear import name
from tests.growth import too_fast

THINGS = (
    "tender", "council", "report", "vessel", "bridge", "letter", "contract",
    "border", "school", "tunnel", "river", "market", "judge", "party",
)  # fmt: skip


@pytest.fixture(autouse=True)
def small_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bounds on what is compared with what, small enough that small families reach them."""
    for bound in ("align.MOST_NEAR", "align.MOST_IN_ORDER", "same.MOST_IN_ORDER", "deniable._MOST_LOOKED_AT"):
        monkeypatch.setattr(f"briefgen.extract.{bound}", 20)


def claim(i: int, other: int = 0) -> str:
    return f"{name(i)} {name(i * 7 + 3)} said that the {THINGS[i % 14]} had cost {i} {THINGS[(i * 5 + other) % 14]}s.\n"


def denial(i: int) -> str:
    return f"{name(i)} {name(i * 7 + 3)} denied the claim that the {THINGS[i % 14]} of {name(i * 5)} had been sold.\n"


# What is made of a number: the texts that a draft is made of; and which number to begin with.
STORIES: dict[str, tuple[Callable[[int], Sequence[str]], int]] = {
    "claims": (lambda n: ["".join(map(claim, range(n)))], 40),
    "denials": (lambda n: ["".join(map(denial, range(n)))], 40),
    "denials of one fact": (lambda n: [claim(1) + denial(1) * n], 40),
    "claims and denials": (lambda n: ["".join(claim(i) + denial(i + 1) for i in range(n))], 25),
    "two texts": (lambda n: ["".join(claim(i, k) for i in range(n)) for k in range(2)], 25),
    "many texts": (lambda n: ["".join(claim(i, k) for i in range(k % 5, k % 5 + 4)) for k in range(n)], 15),
    "many times one text": (lambda n: ["".join(map(claim, range(4)))] * n, 15),
}


def read(texts: Sequence[str]) -> list[Reading]:
    return list(read_texts(Kept(text, published=date(2026, 11, 20)) for text in texts))


@pytest.mark.parametrize("story", STORIES)
@pytest.mark.parametrize("are_twins", [False, True])
def test_a_draft_takes_a_time_that_grows_with_what_it_is_made_of(story: str, *, are_twins: bool) -> None:
    make, size = STORIES[story]

    def draft(readings: Sequence[Reading]) -> object:
        sources = [bare_source(SourceId(f"s{number}")) for number in range(len(readings))]
        if are_twins:
            sources = [replace(s, near_duplicate_of=NearDuplicate(sources[0].id)) for s in sources]
        return compose("x", sources, readings, {}, today=date(2026, 11, 20), most=30)

    assert not too_fast(lambda n: read(make(n)), draft, size)


@pytest.mark.parametrize("form", ["{one}", "{one} Smith", "Bob {one}", "{one} {two} Corp"])
def test_a_cast_takes_a_time_that_grows_with_its_names(form: str) -> None:
    def readings(count: int) -> list[Reading]:
        named = [Named(form.format(one=name(i), two=name(i * 3)), "Person") for i in range(count)]
        return [Reading("", actors=tuple(named)), Reading("", actors=tuple(named))]

    assert not too_fast(readings, lambda found: cast_of(found, {}), 100)


@pytest.mark.parametrize("words", ["the harbour tender was awarded", "{one} paid {two} for it"])
def test_texts_are_grouped_in_a_time_that_grows_with_them(words: str) -> None:
    def texts(count: int) -> dict[str, str]:
        return {str(i): words.format(one=name(i % 40), two=name(i % 60)) + f" {THINGS[i % 14]}" for i in range(count)}

    assert not too_fast(texts, grouped, 200)


def test_two_long_texts_are_compared_in_a_bounded_time() -> None:
    def texts(count: int) -> tuple[str, str]:
        return "".join(map(claim, range(count))), "".join(claim(i, 1) for i in range(count))

    assert not too_fast(texts, lambda made: compare("a", made[0], "b", made[1]), 100)


def test_new_facts_are_laid_beside_open_questions_in_a_time_that_grows_with_both() -> None:
    def sentences(count: int) -> tuple[list[str], list[str]]:
        return [claim(i) for i in range(count)], [claim(i, 1) for i in range(count)]

    assert not too_fast(sentences, lambda made: likest(*made, least=0.4), 200)
