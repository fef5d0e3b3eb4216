"""Folding and finding: exact but for white space, composition, quotation marks and dashes."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from briefgen.model.entries import Span
from briefgen.model.quotes import KeptText, fingerprint, fold, folded, nearest

# A text made of what makes finding hard: marks that compose, Hangul parts, spaces of all kinds, quotes, dashes.
AWKWARD = st.text(
    alphabet="aé e\u0301\u0327\u1100\u1161\u11a8가\u0958 \u00a0\u2003\n\t\r\u2028’'\"“–—-\u0344\u1e9b\u0323ß中.",
    max_size=60,
)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("North Korea’s", "North Korea's"),
        ("“so”", '"so"'),
        ("1914–18 — war", "1914-18 - war"),
        ("two\n  lines\u00a0here", "two lines here"),
        ("e\u0301", "é"),
    ],
)
def test_fold(written: str, meant: str) -> None:
    assert fold(written) == meant


@pytest.mark.parametrize(("one", "other"), [("Awarded", "awarded"), ("naïve", "naive"), ("a.b", "a b"), ("ﬁ", "fi")])
def test_nothing_else_is_folded(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@given(AWKWARD)
@example("e\u0301  x")
@example(" \u0301 ")
@example("\u0958")
def test_folding_with_the_way_back_folds_the_same(text: str) -> None:
    assert folded(text).text == fold(text)


@given(AWKWARD, AWKWARD, AWKWARD)
def test_a_quote_cut_from_a_text_is_found_where_it_was_cut(before: str, quote: str, after: str) -> None:
    text = before + quote + after
    if not fold(quote).strip() or fold(text) != fold(before) + fold(quote) + fold(after):
        return  # it composes with its neighbours, or shares a run of spaces with them: another text
    places, _ = KeptText(folded(text)).find(quote)
    found = [text[span.start : span.end] for span in places]
    assert found
    assert all(fold(quote).strip() in fold(words) for words in found)  # what was composed comes whole


@given(AWKWARD)
def test_a_span_of_folded_text_leads_to_words_that_fold_to_it(text: str) -> None:
    whole = folded(text)
    for start in range(len(whole.text)):
        span = whole.span(start, start + 1)
        assert 0 <= span.start < span.end <= len(text)
        assert whole.text[start] in fold(text[span.start : span.end])


def test_a_long_heap_of_marks_is_read_in_linear_time() -> None:
    heap = "a" + "\u0301" * 20_000
    assert not unicodedata.is_normalized("NFC", heap)
    assert len(folded(heap).text) > 10_000


TEXT = "The tender was open. The tender was awarded to “Northwind” AS on Friday. Subscribe to the tender news."


def spans(quote: str, prefix: str = "", suffix: str = "") -> tuple[list[str], list[str]]:
    kept = KeptText(folded(TEXT), (Span(TEXT.index("Subscribe"), len(TEXT)),))
    return tuple([TEXT[s.start : s.end] for s in found] for found in kept.find(quote, prefix, suffix))  # type: ignore[return-value]


def test_a_quote_is_found_as_it_stands_in_the_text() -> None:
    assert spans('awarded to "Northwind" AS') == (["awarded to “Northwind” AS"], [])


def test_each_place_is_found_and_what_was_cut_is_apart() -> None:
    assert spans("the tender") == ([], ["the tender"])
    assert spans("The tender was") == (["The tender was"] * 2, [])


def test_words_before_and_after_tell_two_places_apart() -> None:
    assert spans("The tender was", suffix="awarded")[0] == ["The tender was"]
    assert spans("The tender was", prefix="open.")[0] == ["The tender was"]
    assert spans("The tender was", prefix="closed.")[0] == []


def test_overlapping_places_are_two() -> None:
    assert len(KeptText(folded("ana ana ana")).find("ana ana")[0]) == 2


def test_an_empty_quote_is_nowhere() -> None:
    assert spans("  ") == ([], [])


def test_the_end_of_a_text_is_its_length() -> None:
    assert folded("abc").original(9) == 3


@pytest.mark.parametrize(
    ("quote", "words"),
    [
        ("was awarded to Northwind Ltd", 'was awarded to "Northwind" AS'),
        ("tender was closed", "tender was open."),
        ("awarded to Northwind", 'awarded to "Northwind"'),
    ],
)
def test_nearest_words(quote: str, words: str) -> None:
    found = nearest(quote, TEXT)
    assert found and found.words == words and 0.5 < found.likeness < 1


@pytest.mark.parametrize(("quote", "text"), [("zebras graze", TEXT), ("", TEXT), ("words", ""), ("...", "... ...")])
def test_where_nothing_is_like_it_nothing_is_suggested(quote: str, text: str) -> None:
    found = nearest(quote, text)
    assert found is None or quote == "..."


def test_a_text_of_one_word_said_often_is_not_searched_without_end() -> None:
    assert nearest("spam spam eggs", "spam " * 5_000)


def test_a_fingerprint_folds_and_keeps_its_parts_apart() -> None:
    assert fingerprint(" a  b ") == fingerprint("a b")
    assert fingerprint("a", "b") != fingerprint("a", "", "b") != fingerprint("ab")
