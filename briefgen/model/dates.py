"""Dates as sources give them: EDTF in order and in words, without ever guessing what was not said."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

from briefgen.model.entries import UNKNOWN, Day

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_PART = re.compile(r"(?P<year>Y-?[0-9]+|-?[0-9X]{4})(?:-(?P<month>[0-9X]{2}))?(?:-(?P<day>[0-9X]{2}))?[?~%]?")
_SEASONS = {"21": "spring", "22": "summer", "23": "autumn", "24": "winter"}
_NEVER = float("inf")


def has_year(edtf: str) -> bool:
    """Whether a date says its year in full."""
    start = edtf.partition("/")[0]
    return bool(re.match(r"-?\d{4}", edtf if start in ("", "..") else start))


def in_time(edtf: str) -> tuple[bool, float, str, str]:
    """A key that sorts dates: those with a year first, in order; then by month; then the unknown ones."""
    start, _, end = edtf.partition("/")
    found = _PART.search(end if start in ("", "..") else start)
    if found is None:
        return True, _NEVER, "", edtf
    month, day = (found["month"] or "00").replace("X", "0"), (found["day"] or "00").replace("X", "0")
    year = found["year"].lstrip("Y")
    return year.lstrip("-").startswith("X"), float(year.replace("X", "0")), f"{month}-{day}", edtf


def in_words(edtf: str) -> str:
    """An EDTF date as one reads it: `XXXX-08/..` is `from August`, the year not given."""
    if edtf in ("", UNKNOWN):
        return UNKNOWN
    start, slash, end = edtf.partition("/")
    if not slash:
        return _part_in_words(start)
    if start in ("", ".."):
        return f"until {_part_in_words(end)}"
    if end in ("", ".."):
        return f"from {_part_in_words(start)}"
    return f"{_part_in_words(start)} to {_part_in_words(end)}"


def _part_in_words(part: str) -> str:
    found = _PART.fullmatch(part)
    if found is None:
        return part
    year, month, day = found["year"], found["month"] or "", found["day"] or ""
    words = [
        str(int(day)) if day.isdigit() else "",
        _SEASONS.get(month) or (MONTHS[int(month) - 1] if month.isdigit() and 1 <= int(month) <= 12 else ""),
        "" if year == "XXXX" else f"{year[:3]}0s" if year[3] == "X" and year[:3].isdigit() else year,
    ]
    said = " ".join(word for word in words if word) or UNKNOWN
    return {"?": f"{said} (uncertain)", "~": f"about {said}", "%": f"about {said} (uncertain)"}.get(part[-1], said)


def day_in_words(day: Day | None) -> str:
    """A day as `22 November 2026`; a moment with its time in UTC; `unknown` where there is none."""
    if day is None:
        return UNKNOWN
    words = f"{day.day} {MONTHS[day.month - 1]} {day.year}"
    return words if not isinstance(day, datetime) else f"{words}, {day:%H:%M} {day.tzname() or ''}".rstrip()


_DATE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_TIME = rf"{_DATE}[T ][0-9]{{2}}:[0-9]{{2}}(?::[0-9]{{2}})?"
_OFFSET = r"(?:Z|[+-][0-9]{2}:[0-9]{2})"


def parse_day(text: str) -> Day | None:
    """An ISO 8601 date, or a moment with its offset; None where the text is neither.

    A moment that UTC cannot tell, because it lies before the year 1 or after 9999 there, is none.
    """
    try:
        if re.fullmatch(_DATE, text):
            return date.fromisoformat(text)
        if re.fullmatch(_TIME + _OFFSET, text):
            moment = datetime.fromisoformat(text)
            moment.astimezone(UTC)
            return moment
    except (ValueError, OverflowError):
        return None
    return None


def lacks(text: str) -> str:
    """What keeps a text with a date and a time from being a moment; empty where it is something else."""
    if re.fullmatch(_TIME, text):
        return "A time wants its offset: 2026-11-22T09:00+01:00."
    if re.fullmatch(_TIME + _OFFSET, text):
        return "There is no such moment in the years 1 to 9999 of UTC."
    return ""


def days_after(day: date, count: int) -> date | None:
    """The day so many days after another; None where the calendar ends before it."""
    try:
        return day + timedelta(days=count)
    except OverflowError:
        return None
