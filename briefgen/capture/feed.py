"""An RSS or Atom feed -> the addresses of its entries, with their days."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from urllib.parse import urljoin
from xml.etree.ElementTree import Element, ParseError  # the types alone; nothing is parsed with it

from briefgen.capture.article import day_of
from briefgen.model.problems import BriefgenError

MOST_TAGS = 200_000  # of a feed


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One entry of a feed; `day` is None where it gives none."""

    url: str
    title: str
    day: date | None


def is_feed(data: bytes, content_type: str = "") -> bool:
    """Whether bytes are an RSS or Atom feed."""
    start = data[:1024].lower()
    return (
        "xml" in content_type or start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"<?xml", b"<rss", b"<feed", b"<rdf"))
    ) and (b"<rss" in start or b"<feed" in start or b"<rdf:rdf" in start)


def entries(data: bytes, base: str = "", since: date | None = None) -> tuple[FeedEntry, ...]:
    """The entries of a feed, in its order, each address once; those of a day before `since` are left out.

    Raises BriefgenError where it is not well-formed, or carries a document type (which could name entities).
    """
    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    if (tags := data.count(b"<")) > MOST_TAGS:
        raise BriefgenError(f"the feed cannot be read: {tags:,} tags; at most {MOST_TAGS:,} are read")
    try:
        root: Element = fromstring(data, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:  # the last for an encoding
        raise BriefgenError(f"the feed cannot be read: {error or type(error).__name__}") from error
    found: dict[str, FeedEntry] = {}
    for element in root.iter():
        if _local(element) in ("item", "entry"):
            for entry in _entry(element, base):
                if since is None or entry.day is None or entry.day >= since:
                    found.setdefault(entry.url, entry)
    return tuple(found.values())


def _entry(element: Element, base: str) -> Iterator[FeedEntry]:
    told: dict[str, str] = {}
    for child in element:
        name, text = _local(child), (child.text or "").strip()
        if name == "link" and (child.get("rel") or "alternate") == "alternate":
            told.setdefault("link", child.get("href") or text)
        elif name in ("pubDate", "published", "updated", "date", "title", "guid"):
            told.setdefault(name, text)
    try:
        url = urljoin(base, told.get("link") or told.get("guid") or "")
    except ValueError:
        return
    if url.startswith(("http://", "https://")):
        stamp = next((told[name] for name in ("pubDate", "published", "date", "updated") if told.get(name)), "")
        day = day_of(stamp) if stamp else ""
        yield FeedEntry(url, told.get("title", ""), date.fromisoformat(day) if day else None)


def _local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]
