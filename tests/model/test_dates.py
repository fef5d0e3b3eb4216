"""Dates are said as far as the source says them, and sort without a year being guessed."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from briefgen.content.edtf import is_edtf
from briefgen.model.dates import day_in_words, has_year, in_time, in_words, lacks, parse_day


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
    ancient = ["Y-50000", "-0500", "-0044", "0000", "0001", "9999", "Y10000", "Y50000", "Y" + "9" * 5000, "XXXX"]
    assert sorted(sorted(ancient), key=in_time) == ancient


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
        ("9999-12-31T23:59:59Z", datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)),
        ("9999-12-31T23:59:59-23:59", None),
        ("0001-01-01T00:00+14:00", None),
        ("0000-01-01T00:00Z", None),
        ("2026-01-01T00:00+24:00", None),
        ("\u0662\u0660\u0662\u0666-01-01", None),
    ],
)
def test_parse_day(text: str, day: date | None) -> None:
    assert parse_day(text) == day


def test_what_keeps_a_text_from_being_a_moment_is_told() -> None:
    assert "offset" in lacks("2026-11-22T09:00") and "years 1 to 9999" in lacks("9999-12-31T23:59:59-23:59")
    assert lacks("soon") == ""


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
