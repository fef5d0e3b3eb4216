"""Received bytes -> the text of a report, and what the page itself says about it.

The text of a page is trafilatura's where that is installed (`briefgen[draft]`), else it is read with
BeautifulSoup: the paragraphs of the part of the page that holds most of its prose. What a page says of
itself stands in JSON-LD (schema.org), OpenGraph, `<meta>`, `<time>` and `<link rel=canonical>`; what it
does not say is `unknown`, never guessed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from briefgen.model.entries import UNKNOWN
from briefgen.model.text import FORBIDDEN

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag

SHORTEST = 200  # characters of text below which a page is read a second way
_TYPES = frozenset(
    ("NewsArticle", "Article", "ReportageNewsArticle", "BlogPosting", "AnalysisNewsArticle", "Report", "WebPage")
)
_ASIDE = (
    "script",
    "style",
    "noscript",
    "template",
    "nav",
    "footer",
    "aside",
    "form",
    "button",
    "svg",
    "iframe",
    "select",
    "figure",
)
_ASIDE_WORDS = re.compile(
    r"(?:^|[-_\s])(?:comment|related|promo|newsletter|subscri|share|social|cookie|consent|advert|banner|breadcrumb|recirc|"
    r"sidebar|footer|menu|toolbar|signup|paywall|taboola|outbrain|recommend)",
    re.I,
)
_BLOCKS = ("p", "h1", "h2", "h3", "h4", "li", "blockquote", "pre", "dd", "dt")
_SPACE = re.compile(r"[ \t\r\f\v\u00a0]+")


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


def has_reader() -> bool:
    """Whether the better reader of pages is installed."""
    return find_spec("trafilatura") is not None


def is_page(data: bytes, content_type: str = "") -> bool:
    """Whether bytes are HTML: by what was said of them, else by how they begin."""
    if content_type:
        return "html" in content_type
    start = data[:2048].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return start.startswith((b"<!doctype html", b"<html", b"<head", b"<?xml")) or b"<html" in start or b"<body" in start


def not_text(data: bytes) -> str:
    """What bytes are that are neither text nor a page, in a word or two; an empty text where they may be text."""
    for start, what in _MADE_OF.items():
        if data.startswith(start):
            return what
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):  # UTF-16, which is full of zeros
        return ""
    controls = sum(data[:65_536].count(byte) for byte in _NEVER_TYPED)
    return "binary data" if controls * 200 > len(data[:65_536]) else ""


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
    """The article of an HTML page."""
    from bs4 import BeautifulSoup
    from bs4.dammit import UnicodeDammit

    html = UnicodeDammit(data, [charset] if charset else [], is_html=True).unicode_markup or ""
    page = BeautifulSoup(html, "html.parser")
    about = _About(page)
    text = _by_library(html)
    if len(text) < SHORTEST:
        text = max(text, about.body, _by_density(page), key=len)
    headline = about.headline()
    return Article(
        text=_clean(_without_headline(text, headline)),
        headline=headline,
        publisher=about.publisher(),
        author=about.author(),
        published=about.published(),
        url=about.url(),
        language=about.language(),
        is_page=True,
    )


def text_of(data: bytes, charset: str = "") -> str:
    """Bytes as text: UTF-8 as it is, else decoded by what is said of it or found in it.

    The text of clean UTF-8 is the bytes' own, character by character. Raises ValueError where they are no text.
    """
    if what := not_text(data):
        raise ValueError(f"it is {what}, and neither text nor a page; save its words as text")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        from bs4.dammit import UnicodeDammit

        found = UnicodeDammit(data, [charset] if charset else [], is_html=False)
        if not found.unicode_markup or found.contains_replacement_characters:
            raise ValueError("it is in no encoding that could be told; save it as UTF-8") from None
        return FORBIDDEN.sub("", found.unicode_markup.replace("\r\n", "\n"))
    return text if not FORBIDDEN.search(text.replace("\r\n", "\n\n")) else FORBIDDEN.sub("", text.replace("\r\n", "\n"))


def has_report(text: str) -> bool:
    """Whether a text holds a sentence at all: five words or more up to a stop."""
    return bool(_SENTENCE.search(text))


_SENTENCE = re.compile(r"(?:[^\W\d_]\S*\s+){4,}\S*[.!?…。]")


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
    lines = (_SPACE.sub(" ", FORBIDDEN.sub("", line)).strip() for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n" if text.strip() else ""


# ---- the text ------------------------------------------------------------------------------------------------------


def _by_library(html: str) -> str:
    """What trafilatura takes for the article; an empty text where it is not installed or finds none."""
    if not has_reader():
        return ""
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import trafilatura

        return trafilatura.extract(html, include_comments=False, fast=True) or ""


def _by_density(page: BeautifulSoup) -> str:
    """The paragraphs of the part of a page that holds most prose."""
    from bs4 import Tag

    for tag in page.find_all(_ASIDE):
        tag.decompose()
    for tag in page.find_all(True):
        if tag.decomposed or tag.name in ("html", "body", "article", "main"):
            continue
        names = " ".join([*_list(tag.get("class")), str(tag.get("id") or "")])
        if _ASIDE_WORDS.search(names):
            tag.decompose()
    weights: dict[int, float] = {}
    homes: dict[int, Tag] = {}
    for block in page.find_all(("p", "blockquote")):
        words = len(block.get_text(" ", strip=True))
        for distance, home in enumerate(block.parents):
            if not isinstance(home, Tag) or home.name in ("[document]", "html") or distance > 3:
                break
            homes[id(home)] = home
            weights[id(home)] = weights.get(id(home), 0.0) + (words if words > 40 else 0) * (1.0 - 0.2 * distance)
    if not weights:
        return page.get_text("\n", strip=True)
    home = homes[max(weights, key=lambda each: weights[each])]
    inner = [b for b in home.find_all(_BLOCKS) if not b.find(_BLOCKS)]
    return "\n".join(text for block in inner if (text := " ".join(block.get_text(" ").split())))


# ---- what the page says of itself ----------------------------------------------------------------------------------


class _About:
    """Answers what a page says of itself, the surest place first."""

    def __init__(self, page: BeautifulSoup) -> None:
        self.page = page
        self.linked = [
            thing for block in page.find_all("script", type="application/ld+json") for thing in _things(block)
        ]
        self.linked.sort(key=lambda thing: not (_TYPES - {"WebPage"}) & set(_list(thing.get("@type"))))
        self.meta = {
            str(tag.get("property") or tag.get("name") or tag.get("itemprop")).lower(): str(tag.get("content"))
            for tag in reversed(page.find_all("meta"))
            if tag.get("content")
        }
        articles = [t for t in self.linked if _TYPES & set(_list(t.get("@type")))]
        self.body = str(articles[0].get("articleBody") or "") if articles else ""
        self.articles = articles

    def headline(self) -> str:
        first = self.page.find("h1")
        return _one(
            *(_text(t.get("headline")) for t in self.articles),
            self.meta.get("og:title"),
            first.get_text(" ", strip=True) if first else "",
            self.page.title.get_text(" ", strip=True) if self.page.title else "",
        )

    def publisher(self) -> str:
        return _one(
            *(_text(t.get("publisher")) for t in self.articles),
            self.meta.get("og:site_name"),
            self.meta.get("application-name"),
        )

    def author(self) -> str:
        byline = self.page.find(rel="author") or self.page.find(itemprop="author")
        names = (_text(t.get("author")) for t in self.articles)
        told = _one(
            *names,
            self.meta.get("author"),
            self.meta.get("article:author"),
            byline.get_text(" ", strip=True) if byline else "",
        )
        return UNKNOWN if told.startswith(("http:", "https:")) else re.sub(r"^(?:by|from)\s+", "", told, flags=re.I)

    def published(self) -> str:
        times = (str(tag.get("datetime")) for tag in self.page.find_all("time") if tag.get("datetime"))
        told = (
            *(_text(t.get("datePublished")) for t in self.articles),
            self.meta.get("article:published_time"),
            self.meta.get("datepublished"),
            self.meta.get("date"),
            self.meta.get("dc.date"),
            self.meta.get("pubdate"),
            *times,
        )
        return next((day for each in told if each and (day := day_of(each))), UNKNOWN)

    def url(self) -> str:
        link = self.page.find("link", rel="canonical")
        told = (str(link.get("href")) if link else "", self.meta.get("og:url") or "")
        return next((each for each in told if each.startswith(("http://", "https://"))), UNKNOWN)

    def language(self) -> str:
        root = self.page.find("html")
        told = str(root.get("lang") or "") if root else ""
        return told if re.fullmatch(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*", told) else ""


def day_of(text: str) -> str:
    """The day of an ISO 8601 or RFC 2822 time as `2026-11-22`, or an empty text."""
    from email.utils import parsedate_to_datetime

    text = text.strip()
    if found := re.match(r"\d{4}-\d{2}-\d{2}", text):
        try:
            return date.fromisoformat(found[0]).isoformat()
        except ValueError:
            return ""
    try:
        return parsedate_to_datetime(text).date().isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        pass
    for shape in ("%B %d, %Y", "%d %B %Y", "%b %d, %Y", "%Y/%m/%d"):
        try:
            return datetime.strptime(text, shape).date().isoformat()
        except ValueError:
            continue
    return ""


def _things(block: Tag) -> Iterator[Mapping[str, Any]]:
    """Every object of a block of JSON-LD, without walking deeper than graphs and lists go."""
    try:
        told = json.loads(block.string or "")
    except (ValueError, RecursionError):
        return
    todo = [told]
    while todo:
        thing = todo.pop(0)
        if isinstance(thing, list):
            todo += thing[:100]
        elif isinstance(thing, dict):
            yield thing
            if isinstance(thing.get("@graph"), list):
                todo += thing["@graph"][:100]


def _list(value: object) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list) else [str(value)] if value else []


def _text(value: object) -> str:
    """A name out of the shapes in which JSON-LD gives one."""
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        return _text(value.get("name"))
    if isinstance(value, list):
        return ", ".join(name for each in value[:10] if (name := _text(each)))
    return ""


def _one(*told: str | None) -> str:
    """The first that is said at all, as one line."""
    lines: Iterable[str] = (" ".join(FORBIDDEN.sub("", each or "").split()) for each in told)
    return next((line for line in lines if line), UNKNOWN)
