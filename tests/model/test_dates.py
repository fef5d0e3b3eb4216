"""Dates are said as far as the source says them, and sort without a year being guessed."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from briefgen.content.edtf import is_edtf
from briefgen.model.dates import day_in_words, has_year, in_time, in_words, parse_day


@pytest.mark.parametrize(
    ("edtf", "words"),
    [
        ("2026-11-22", "22 November 2026"),
        ("2026-11", "November 2026"),
        ("2026", "2026"),
        ("XXXX-08", "August"),
        ("XXXX-08/..", "from August"),
        ("../2026-03", "until March 2026"),
        ("2026-03/2026-05", "March 2026 to May 2026"),
        ("2026-21", "spring 2026"),
        ("202X", "2020s"),
        ("2026~", "about 2026"),
        ("2026-11?", "November 2026 (uncertain)"),
        ("2026-11%", "about November 2026 (uncertain)"),
        ("XXXX-11-02", "2 November"),
        ("unknown", "unknown"),
        ("Y-17", "Y-17"),
    ],
)
def test_in_words(edtf: str, words: str) -> None:
    assert in_words(edtf) == words


def test_in_time() -> None:
    right = ["1998-02-03", "202X", "../2020-01", "2026-03", "2026-03-04", "XXXX-08", "XXXX-10", "unknown"]
    shuffled = ["XXXX-10", "2026-03-04", "unknown", "202X", "2026-03", "XXXX-08", "1998-02-03", "../2020-01"]
    assert sorted(shuffled, key=in_time) == right


@pytest.mark.parametrize(
    ("edtf", "has"), [("2026-01", True), ("XXXX-01", False), ("../2026", False), ("XXXX-08/..", False)]
)
def test_has_year(edtf: str, has: bool) -> None:
    assert has_year(edtf) is has


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-11-22", date(2026, 11, 22)),
        ("2026-11-22T09:00Z", datetime(2026, 11, 22, 9, tzinfo=UTC)),
        ("2026-11-22T09:00", None),
        ("20261122", None),
        ("1700000000", None),
        ("2026-02-30", None),
        ("NO", None),
    ],
)
def test_parse_day(text: str, day: date | None) -> None:
    assert parse_day(text) == day


def test_day_in_words() -> None:
    assert day_in_words(date(2026, 11, 2)) == "2 November 2026"
    assert day_in_words(datetime(2026, 11, 2, 9, 5, tzinfo=UTC)) == "2 November 2026, 09:05 UTC"
    assert day_in_words(None) == "unknown"


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("2026-11-22", True), ("2026", True), ("XXXX-08/..", True), ("2024-21", True), ("2026-11-2X", True),
        ("2026~", True), ("2024-02/2024-05", True), ("unknown", True),
        ("2026-13", False), ("2026-02-30", False), ("last week", False), ("2026-11-22T10:00Z", False), ("", False),
    ],
)  # fmt: skip
def test_is_edtf(text: str, is_one: bool) -> None:
    assert is_edtf(text) is is_one
