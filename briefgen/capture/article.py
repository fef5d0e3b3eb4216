"""Received bytes -> the text of a report, and what the page itself says about it.

The text of a page is trafilatura's where that is installed (`briefgen[draft]`) and the page is such as people make,
else that of the part of the page that holds most of its prose. What a page says of itself stands in JSON-LD
(schema.org), OpenGraph, `<meta>`, `<time>` and `<link rel=canonical>`; what it does not say is `unknown`, never
guessed. Nothing that a page holds may stop the reading of others: what cannot be read is said in a sentence.
"""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from importlib.util import find_spec
from typing import Any

from briefgen.capture.encoding import as_page, as_text, bare_utf_16
from briefgen.capture.page import Page, read
from briefgen.model.entries import UNKNOWN
from briefgen.model.text import FORBIDDEN, lines_of

SHORTEST = 200  # characters of text below which a page is read a second way
LONGEST_PAGE = 16 << 20  # characters of a page, without pictures that stand in it as text
LONGEST_TEXT = 2 << 20  # characters of a report: some three hundred thousand words
LONGEST_NAME = 300  # characters of a headline, a byline or the name of a publisher; what is longer is none
MOST_ELEMENTS, MOST_DEPTH, MOST_WIDTH = 20_000, 100, 90  # of a page that trafilatura is given: it may take the square
_TYPES = frozenset(
    ("NewsArticle", "Article", "ReportageNewsArticle", "BlogPosting", "AnalysisNewsArticle", "Report", "WebPage")
)
_PICTURE = re.compile(r"(?<=base64,)[A-Za-z0-9+/=\s]{100,}+")
_SPACE = re.compile(r"[ \t\r\f\v\u00a0]+")
_NO_ENCODING = "it is in no encoding that could be told; save it as UTF-8"


@dataclass(frozen=True, slots=True)
class Article:
    """A report as captured: its text, and what is said of it; what is not said is `unknown`."""

    text: str
    headline: str = UNKNOWN
    publisher: str = UNKNOWN
    author: str = UNKNOWN
    published: str = UNKNOWN
    url: str = UNKNOWN
    language: str = ""
    is_page: bool = False
    note: str = ""  # what an editor should know of how it was read


def has_reader() -> bool:
    """Whether the better reader of pages is installed."""
    return find_spec("trafilatura") is not None


def is_page(data: bytes, content_type: str = "") -> bool:
    """Whether bytes are HTML: by what was said of them, else by how they begin."""
    if content_type:
        return "html" in content_type
    start = data[:2048].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return start.startswith((b"<!doctype html", b"<html", b"<head", b"<?xml")) or b"<html" in start or b"<body" in start


def not_text(data: bytes, most: float = 0.005) -> str:
    """What bytes are that are neither text nor a page, in a word or two; an empty text where they may be text.

    `most` is the share of characters that nobody types up to which they may.
    """
    for start, what in _MADE_OF.items():
        if data.startswith(start):
            return what
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or bare_utf_16(data):  # which is full of zeros
        return ""
    controls = sum(data[:65_536].count(byte) for byte in _NEVER_TYPED)
    return "binary data" if controls > most * len(data[:65_536]) else ""


_MADE_OF = {
    b"%PDF-": "a PDF document",
    b"PK\x03\x04": "an office document or an archive",
    b"\xd0\xcf\x11\xe0": "an office document",
    b"{\\rtf": "a document in rich text",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"RIFF": "a picture or a recording",
    b"\x1f\x8b": "compressed data",
}
_NEVER_TYPED = [bytes([byte]) for byte in range(32) if byte not in b"\t\n\v\f\r\x1b"]


def read_page(data: bytes, charset: str = "") -> Article:
    """The article of an HTML page. Raises ValueError where it is none, or larger than any."""
    if what := not_text(data, most=0.1):
        raise ValueError(f"it is {what}, and not a page")
    html = as_page(data, charset)
    if html is None:
        raise ValueError(_NO_ENCODING)
    html = _PICTURE.sub("", html)
    if len(html) > LONGEST_PAGE:
        raise ValueError(f"a page of {len(html):,} characters; at most {LONGEST_PAGE:,} are read")
    page = read(html)
    about = _About(page)
    text, note = _by_library(html, page)
    if len(text) < SHORTEST:
        text = max(text, about.body, page.text, key=len)
    headline = about.headline()
    return Article(
        text=_bounded(_clean(_without_headline(text, headline))),
        headline=headline,
        publisher=about.publisher(),
        author=about.author(),
        published=about.published(),
        url=about.url(),
        language=about.language(),
        is_page=True,
        note=note,
    )


def text_of(data: bytes, charset: str = "") -> str:
    """Bytes as text: UTF-8 as it is, else decoded by what is said of it or found in it.

    The text of clean UTF-8 is the bytes' own, character by character. Raises ValueError where they are no text.
    """
    if what := not_text(data):
        raise ValueError(f"it is {what}, and neither text nor a page; save its words as text")
    try:
        text = data.decode("utf-8")
        if not FORBIDDEN.search(text.replace("\r\n", "\n\n")):
            return _bounded(text)
    except UnicodeDecodeError:
        found = as_text(data, charset)
        if found is None:
            raise ValueError(_NO_ENCODING) from None
        text = found
    return _bounded(FORBIDDEN.sub("", _ENDS.sub("\n", text)))


_ENDS = re.compile("\r\n|[\r\v\f\x1c-\x1e\x85]")  # of lines and of pages


def _bounded(text: str) -> str:
    if len(text) > LONGEST_TEXT:
        raise ValueError(f"a text of {len(text):,} characters; at most {LONGEST_TEXT:,} are read")
    return text


def has_report(text: str) -> bool:
    """Whether a text holds a sentence at all: five words or more up to a stop."""
    run = 0
    for word in _WORD.finditer(text):
        if run >= 4 and _STOP.search(word[0]):
            return True
        run = run + 1 if word[0][0].isalpha() else 0
    return False


_WORD, _STOP = re.compile(r"\S+"), re.compile("[.!?…。]")


def _without_headline(text: str, headline: str) -> str:
    """A text that does not begin with its own headline, which is kept apart."""
    first, _, rest = text.lstrip().partition("\n")
    told, opening = _letters(headline), _letters(first)
    is_same = opening and (told.startswith(opening) or (opening.startswith(told) and len(opening) < 1.3 * len(told)))
    return rest if is_same and len(opening) >= 12 else text


def _letters(line: str) -> str:
    return "".join(c for c in line.casefold() if c.isalnum())


def _clean(text: str) -> str:
    """A text without characters that may not stand in one, each run of blanks one, no empty lines at its ends."""
    lines = (_SPACE.sub(" ", FORBIDDEN.sub("", line)).strip() for line in lines_of(text))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n" if text.strip() else ""


# ---- the text ------------------------------------------------------------------------------------------------------


def _by_library(html: str, page: Page) -> tuple[str, str]:
    """What trafilatura takes for the article, and why it was not asked; no text where it finds none."""
    if not has_reader():
        return "", ""
    if page.elements > MOST_ELEMENTS or page.depth > MOST_DEPTH or page.width > MOST_WIDTH:
        return "", "read plainly, for no person makes such a page: look whether its text is all there"
    import logging
    import warnings

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL + 1)  # it would print what stands in the page
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import trafilatura

        try:
            return trafilatura.extract(html, include_comments=False, fast=True) or "", ""
        except Exception as error:  # it and the parsers below it raise what they like; the page is read by us then
            return (
                "",
                f"read plainly, for trafilatura fails ({type(error).__name__}): look whether its text is all there",
            )


# ---- what the page says of itself ----------------------------------------------------------------------------------


class _About:
    """Answers what a page says of itself, the surest place first."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.meta = page.meta
        things = [thing for block in page.things for thing in _things(block)]
        articles = [t for t in things if _TYPES & set(_list(t.get("@type")))]
        articles.sort(key=lambda thing: not (_TYPES - {"WebPage"}) & set(_list(thing.get("@type"))))
        body = articles[0].get("articleBody") if articles else ""
        self.body = body if isinstance(body, str) else ""
        self.articles = articles[:_MOST]

    def headline(self) -> str:
        return _one(
            *(_text(t.get("headline")) for t in self.articles),
            self.meta.get("og:title"),
            self.page.names.get("h1"),
            self.page.names.get("title"),
        )

    def publisher(self) -> str:
        return _one(
            *(_text(t.get("publisher")) for t in self.articles),
            self.meta.get("og:site_name"),
            self.meta.get("application-name"),
        )

    def author(self) -> str:
        names = (_text(t.get("author")) for t in self.articles)
        told = _one(*names, self.meta.get("author"), self.meta.get("article:author"), self.page.names.get("author"))
        return UNKNOWN if told.startswith(("http:", "https:")) else re.sub(r"^(?:by|from)\s+", "", told, flags=re.I)

    def published(self) -> str:
        told = (
            *(_text(t.get("datePublished")) for t in self.articles),
            *(self.meta.get(key) for key in ("article:published_time", "datepublished", "date", "dc.date", "pubdate")),
            *self.page.times,
        )
        return next((day for each in told if each and (day := day_of(each))), UNKNOWN)

    def url(self) -> str:
        told = (self.page.canonical, self.meta.get("og:url") or "")
        return next((each for each in told if each.startswith(("http://", "https://"))), UNKNOWN)

    def language(self) -> str:
        told = self.page.language.strip()
        return told if len(told) <= _LONGEST_TAG and _LANGUAGE.fullmatch(told) else ""


# BCP 47, without the tags of before it: language, script, region, variants, extensions, private use.
_LANGUAGE = re.compile(
    r"(?:[a-z]{2,3}(?:-[a-z]{3}){0,3}|[a-z]{4,8})(?:-[a-z]{4})?(?:-(?:[a-z]{2}|[0-9]{3}))?"
    r"(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*(?:-[a-wyz0-9](?:-[a-z0-9]{2,8})+)*(?:-x(?:-[a-z0-9]{1,8})+)?",
    re.I | re.A,
)
_LONGEST_TAG = 35
_FIRST, _LAST = 1600, 2199  # years between which a report can have been published
_MOST = 20  # things of one page that are asked for a name


def day_of(text: str) -> str:
    """The day of an ISO 8601 or RFC 2822 time as `2026-11-22`, or an empty text."""
    day = _day(text.strip()[:100])
    return day.isoformat() if day and _FIRST <= day.year <= _LAST else ""


def _day(text: str) -> date | None:
    from email.utils import parsedate_to_datetime

    if found := re.match(r"\d{4}-\d{2}-\d{2}(?!\d)", text, re.A):
        try:
            return date.fromisoformat(found[0])
        except ValueError:
            return None
    try:
        return parsedate_to_datetime(text).date()
    except (ValueError, TypeError, IndexError, OverflowError):
        pass
    for shape in ("%B %d, %Y", "%d %B %Y", "%b %d, %Y", "%Y/%m/%d"):
        try:
            return datetime.strptime(text, shape).date()
        except ValueError:
            continue
    return None


def _things(block: str) -> Iterator[Mapping[str, Any]]:
    """Every object of a block of JSON-LD, without walking deeper than graphs and lists go."""
    try:
        told = json.loads(block)
    except (ValueError, RecursionError):
        return
    todo = deque([told])
    while todo:
        thing = todo.popleft()
        if isinstance(thing, list):
            todo.extend(thing[:100])
        elif isinstance(thing, dict):
            yield thing
            if isinstance(thing.get("@graph"), list):
                todo.extend(thing["@graph"][:100])


def _list(value: object) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list) else [str(value)] if value else []


def _text(value: object, depth: int = 0) -> str:
    """A name out of the shapes in which JSON-LD gives one."""
    if isinstance(value, str):
        return value
    if isinstance(value, dict) and depth < _MOST:
        return _text(value.get("name"), depth + 1)
    if isinstance(value, list) and depth < _MOST:
        return ", ".join(name for each in value[:10] if (name := _text(each, depth + 1)))
    return ""


def _one(*told: str | None) -> str:
    """The first that is said at all and is no longer than a name can be, as one line."""
    lines: Iterable[str] = (" ".join(FORBIDDEN.sub("", each or "").split()) for each in told)
    return next((line for line in lines if line and len(line) <= LONGEST_NAME), UNKNOWN)
