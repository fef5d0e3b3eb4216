"""Whether a text is a date of the Extended Date/Time Format (ISO 8601-2), as undate reads it."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

from briefgen.model.entries import UNKNOWN

_MONTH = r"(?:\d{4}|XXXX)-(?:0[1-9]|1[0-2])|\d{4}(?:-2[1-4])?"  # 21 to 24 are seasons, which undate does not read
_PLAIN = re.compile(rf"(?:{_MONTH})(?:/\.\.)?|(?:\.\./)(?:{_MONTH})")  # the commonest, told without the library
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@lru_cache(maxsize=4096)
def is_edtf(text: str) -> bool:
    """Whether a text is `unknown` or an EDTF date or interval. Plain dates never load the library."""
    if text == UNKNOWN or _PLAIN.fullmatch(text):
        return True
    if _DAY.fullmatch(text):
        try:
            date.fromisoformat(text)
        except ValueError:
            return False
        return True
    return _undate_reads(text)


def _undate_reads(text: str) -> bool:
    from lark.exceptions import LarkError
    from undate import Undate

    try:
        Undate.parse(text, "EDTF")
    except (ValueError, LarkError):
        return False
    return True
