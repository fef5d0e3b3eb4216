"""Words that say when are counted from the day of publication, as far as the calendar goes."""

from __future__ import annotations

from datetime import date

import pytest

from briefgen.content.edtf import is_edtf
from briefgen.extract.dates import dates

TEXT = "yesterday, today, tomorrow, on Monday, last Sunday, next Friday, last year, this month, next month, next year."


@pytest.mark.parametrize(("day", "count"), [(date(2026, 11, 22), 10), (date.min, 7), (date(1, 1, 9), 9), (date.max, 6)])
def test_words_that_lead_out_of_the_calendar_tell_no_date(day: date, count: int) -> None:
    found = [each.edtf for each in dates(TEXT, day)]
    assert len(found) == count and all(is_edtf(edtf) for edtf in found)
