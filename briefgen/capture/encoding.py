"""Bytes as text: by the mark they begin with, what they can only be, what is said of them and what they say."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

# Encodings that browsers know, as Python calls them, but for UTF-16, which shows. Python knows others, some of which
# take for ever or are no letters.
_KNOWN = frozenset(
    ("utf-8", "koi8-r", "koi8-u", "mac-roman", "gb18030", "big5", "big5hkscs", "euc_jp", "cp932", "iso2022_jp",
     "euc_kr", "cp949", "cp866", "tis-620", *(f"cp125{n}" for n in range(9)), *(f"iso8859-{n}" for n in range(2, 17)))
)  # fmt: skip
_MEANT = {"ascii": "cp1252", "iso8859-1": "cp1252", "gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932"}
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_SAYS = re.compile(
    rb"<(?:meta\s[^>]{0,300}?charset|\?xml\s[^>]{0,99}?encoding)\s{0,9}=\s{0,9}[\"']?([\w.:-]{1,40})", re.I
)
_WHERE = 4096  # bytes of a page in which it says how it is encoded
_FEW = 10  # characters beyond ASCII to each damaged one, from which a text is damaged, and not in another encoding
_WESTERN = 0.25  # share of letters beyond ASCII up to which a text can be in the encoding of western Europe


def as_text(data: bytes, charset: str = "") -> str | None:
    """Bytes as text, without the mark at their beginning; None where they are in no encoding that could be told."""
    return _decoded(data, (charset,), most_damage=0)


def as_page(data: bytes, charset: str = "") -> str | None:
    """The same of a page, which says its encoding itself; as in a browser a damaged character becomes U+FFFD."""
    found = _SAYS.search(data[:_WHERE])
    return _decoded(data, (charset, found[1].decode("ascii") if found else ""), most_damage=1 / _FEW)


def _decoded(data: bytes, said: tuple[str, ...], most_damage: float) -> str | None:
    for encoding, begins in _candidates(data, said):
        text = data[begins:].decode(encoding, "replace")
        damaged = text.count("\ufffd") - data.count(b"\xef\xbf\xbd")
        if damaged > 0 and damaged > most_damage * sum(c > "\x7f" for c in text):
            continue
        if encoding != "cp1252" or _is_western(text):
            return text
    return None


def _candidates(data: bytes, said: tuple[str, ...]) -> Iterator[tuple[str, int]]:
    """Encodings to be tried, the surest first, each with where the text begins.

    Bytes beyond ASCII that are UTF-8 throughout are nothing else, whatever is said of them.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            yield encoding, len(mark)
            return
    if encoding := bare_utf_16(data):
        yield encoding, 0
        return
    if not data.isascii() and _is_utf_8(data):
        yield "utf-8", 0
        return
    yield from ((encoding, 0) for name in said if (encoding := _known(name)))
    yield "utf-8", 0
    yield "cp1252", 0


def _is_utf_8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def bare_utf_16(data: bytes) -> str:
    """How bytes without a mark are in UTF-16, as nearly every second one being zero tells; or an empty text."""
    start = data[:64]
    for encoding, zeros, letters in (("utf-16-le", start[1::2], start[::2]), ("utf-16-be", start[::2], start[1::2])):
        if len(start) >= 8 and zeros.count(0) > 0.8 * len(zeros) and all(letters):
            return encoding
    return ""


def _known(name: str) -> str:
    """The encoding that is meant by a name; an empty text where it is none for pages."""
    try:
        found = codecs.lookup(name.strip()).name
    except (LookupError, ValueError):
        return ""
    found = _MEANT.get(found, found)
    return found if found in _KNOWN else ""


def _is_western(text: str) -> bool:
    beyond = sum(c > "\x7f" and c.isalpha() for c in text)
    return beyond <= _WESTERN * (beyond + sum(c.isascii() and c.isalpha() for c in text))
