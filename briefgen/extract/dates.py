"""Words that say when -> EDTF, with no year guessed: `in May` is `XXXX-05` unless the text gives the year.

Days and words such as "yesterday" are counted from the date of publication, and only where that is
known to the day. Level 2 of EDTF is used for quarters (33 to 36) and seasons (21 to 24).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date

from briefgen.extract.reading import Dated
from briefgen.model.dates import days_after
from briefgen.model.entries import UNKNOWN, Edtf, Span

_MONTHS = (
    "January|Jan\\.?", "February|Feb\\.?", "March|Mar\\.?", "April|Apr\\.?", "May", "June|Jun\\.?", "July|Jul\\.?",
    "August|Aug\\.?", "September|Sept?\\.?", "October|Oct\\.?", "November|Nov\\.?", "December|Dec\\.?",
)  # fmt: skip
_MONTH = "|".join(_MONTHS)
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_SEASONS = {"spring": 21, "summer": 22, "autumn": 23, "fall": 23, "winter": 24}
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4}
_YEAR = r"(?:1[0-9]{3}|20[0-9]{2})"
_DAY = r"(?:3[01]|[12][0-9]|0?[1-9])"
_ONE = rf"""(?:
    (?P<iso>{_YEAR}-[01][0-9]-[0-3][0-9])\b
  | (?P<dmy_d>{_DAY})(?:st|nd|rd|th)?(?:\s+of)?\s+(?P<dmy_m>{_MONTH})(?:,?\s+(?P<dmy_y>{_YEAR}))?\b
  | (?P<mdy_m>{_MONTH})\s+(?P<mdy_d>{_DAY})(?:st|nd|rd|th)?\b(?!\s*%)(?:,?\s+(?P<mdy_y>{_YEAR}))?\b
  | (?P<m_m>{_MONTH})(?:,?\s+(?:of\s+)?(?P<m_y>{_YEAR}))?(?![\w-])
  | (?:the\s+)?(?P<q>first|second|third|fourth)\s+quarter(?:\s+of\s+(?P<q_y>{_YEAR}))?\b
  | (?:the\s+)?(?P<s>spring|summer|autumn|fall|winter)\s+(?:of\s+)?(?P<s_y>{_YEAR})\b
  | (?:the\s+)?(?P<decade>{_YEAR[:-1]}?(?:1[0-9]|20)[0-9])0s\b
  | (?P<y>{_YEAR})\b(?![-/]\d)
)""".replace(f"{_YEAR[:-1]}?(?:1[0-9]|20)[0-9]", "(?:1[0-9]|20)[0-9]")
_BEFORE = r"""(?i:(?P<since>since)\s+|(?P<until>until|till|up\s+to)\s+|(?P<about>around|about|circa|c\.)\s+|
(?:on|in|by|from|during|of|before|after|at)\s+)?
(?i:the\s+(?:end|start|beginning|middle)\s+of\s+)?(?i:early\s+|late\s+|mid-?\s*)?"""
_ABSOLUTE = re.compile(rf"\b{_BEFORE}{_ONE}", re.X)
_BETWEEN = re.compile(r"\b(?:between|from)\s+(?P<a>[^,.;]{3,30}?)\s+(?:and|to|until)\s+(?P<b>[^,.;]{3,30})")
_RELATIVE = re.compile(
    r"\b(?:(?:on|since|by|until)\s+)?(?:(?P<last>last|next|this)\s+)?(?P<day>" + "|".join(_DAYS) + r")\b"
    r"|\b(?P<word>yesterday|today|tomorrow)\b"
    r"|\b(?P<which>last|this|next)\s+(?P<unit>year|month)\b"
)
_VERB_MAY = re.compile(r"\s+(?:not\s+)?(?:have|be|also|well|yet|still|never|soon|only|even|[a-z]+)\b")


def dates(
    text: str, reference: date | None = None, is_date: Callable[[int, int], bool] = lambda start, end: True
) -> tuple[Dated, ...]:
    """Every date that a text tells, in order. `is_date` may refuse a month that is another word ("may", "march")."""
    found = [*_spans_between(text), *_absolute(text, is_date), *_relative(text, reference)]
    kept: list[Dated] = []
    for each in sorted(found, key=lambda d: (d.span.start, -d.span.end)):
        if not kept or each.span.start >= kept[-1].span.end:
            kept.append(each)
    return tuple(kept)


def _absolute(text: str, is_date: Callable[[int, int], bool]) -> Iterator[Dated]:
    for match in _ABSOLUTE.finditer(text):
        when = _edtf(match)
        if not when or (_is_doubtful(match) and not _is_month(text, match, is_date)):
            continue
        if match["since"]:
            when = f"{when}/.."
        elif match["until"]:
            when = f"../{when}"
        elif match["about"]:
            when = f"{when}~"
        yield Dated(Span(*match.span()), Edtf(when))


def _edtf(match: re.Match[str]) -> str:
    """The EDTF of one date; empty for a number that is no year."""
    if match["iso"]:
        return match["iso"]
    for key in ("dmy", "mdy"):
        if match[f"{key}_m"]:
            return f"{match[f'{key}_y'] or 'XXXX'}-{_month(match[f'{key}_m']):02d}-{int(match[f'{key}_d']):02d}"
    if match["m_m"]:
        return f"{match['m_y'] or 'XXXX'}-{_month(match['m_m']):02d}"
    if match["q"]:
        return f"{match['q_y'] or 'XXXX'}-{32 + _ORDINALS[match['q']]}" if match["q_y"] else ""
    if match["s"]:
        return f"{match['s_y']}-{_SEASONS[match['s']]}"
    if match["decade"]:
        return f"{match['decade']}X"
    return match["y"] or ""


def _month(name: str) -> int:
    return next(number for number, pattern in enumerate(_MONTHS, 1) if re.fullmatch(pattern, name))


def _is_doubtful(match: re.Match[str]) -> bool:
    """Whether a match may be no date: a bare month name, or four digits that no word introduces."""
    return bool(match["m_m"] and not match["m_y"]) or bool(match["y"])


def _is_month(text: str, match: re.Match[str], is_date: Callable[[int, int], bool]) -> bool:
    if match["y"]:
        follows = text[match.end() : match.end() + 12]
        return not re.match(r"\s+[a-z]+s\b(?!\s*,)", follows) or match.start() < match.start("y")
    if match["m_m"] in ("May", "March", "Jan", "Mar", "June", "April", "August") and match.start() == match.start(
        "m_m"
    ):
        return is_date(match.start(), match.end()) and not (
            match["m_m"] == "May" and _VERB_MAY.match(text, match.end())
        )
    return True


def _spans_between(text: str) -> Iterator[Dated]:
    for match in _BETWEEN.finditer(text):
        first, last = _ABSOLUTE.fullmatch(match["a"].strip()), _ABSOLUTE.match(match["b"])
        if not first or not last:
            continue
        start, end = _edtf(first), _edtf(last)
        if start.startswith("XXXX") and not end.startswith("XXXX"):
            start = end[:4] + start[4:]
        if start and end:
            yield Dated(Span(match.start(), match.start("b") + last.end()), Edtf(f"{start}/{end}"))


def _relative(text: str, reference: date | None) -> Iterator[Dated]:
    if reference is None:
        return
    for match in _RELATIVE.finditer(text):
        if when := _counted(match, reference):
            yield Dated(Span(*match.span()), Edtf(when))


def _counted(match: re.Match[str], reference: date) -> str:
    """What a relative word means, counted from the day of publication: a bare weekday is the latest one."""
    if match["word"]:
        return _shifted(reference, {"yesterday": -1, "today": 0, "tomorrow": 1}[match["word"].lower()])
    if match["day"]:
        back = (reference.weekday() - _DAYS.index(match["day"])) % 7
        if match["last"] == "next":
            return _shifted(reference, 7 - back if back else 7)
        return _shifted(reference, -back)
    step = {"last": -1, "this": 0, "next": 1}[match["which"].lower()]
    months = reference.year * 12 + reference.month - 1 + (step * 12 if match["unit"] == "year" else step)
    year, month = divmod(months, 12)
    if not 1 <= year <= 9999:
        return ""
    return f"{year:04d}" if match["unit"] == "year" else f"{year:04d}-{month + 1:02d}"


def _shifted(day: date, days: int) -> str:
    """The day so many days later; empty where the calendar ends before it."""
    found = days_after(day, days)
    return found.isoformat() if found else ""


def day_of(edtf: str) -> date | None:
    """The day that an EDTF date means, if it means one."""
    if edtf == UNKNOWN:
        return None
    try:
        return date.fromisoformat(edtf)
    except ValueError:
        return None
