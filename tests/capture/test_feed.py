"""A feed gives the addresses of its entries, and no entity that a hostile one defines."""

from __future__ import annotations

from datetime import date

import pytest

from briefgen.capture.feed import entries, is_feed
from briefgen.model.problems import BriefgenError

RSS = b"""<?xml version="1.0"?><rss version="2.0"><channel><link>https://news.example/</link>
<item><title>New</title><link>https://news.example/new</link><pubDate>Sat, 21 Nov 2026 10:00:00 GMT</pubDate></item>
<item><title>Old</title><link>https://news.example/old</link><pubDate>Sun, 01 Nov 2026 10:00:00 GMT</pubDate></item>
<item><title>Again</title><link>https://news.example/new</link></item></channel></rss>"""
ATOM = b"""<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>One</title>
<link rel="self" href="https://news.example/self"/><link href="/one"/>
<published>2026-11-21T08:00:00Z</published></entry></feed>"""
BOMB = b"""<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "aaaa">]>
<rss><channel><item><link>&a;</link></item></channel></rss>"""


def test_each_address_is_given_once_in_the_order_of_the_feed() -> None:
    assert is_feed(RSS)
    assert [(e.url, e.day) for e in entries(RSS)] == [
        ("https://news.example/new", date(2026, 11, 21)),
        ("https://news.example/old", date(2026, 11, 1)),
    ]


def test_what_is_older_is_left_out() -> None:
    assert [e.title for e in entries(RSS, since=date(2026, 11, 10))] == ["New"]


def test_an_address_is_read_from_where_the_feed_stands() -> None:
    assert [e.url for e in entries(ATOM, "https://news.example/feed.xml")] == ["https://news.example/one"]


@pytest.mark.parametrize("data", [BOMB, b"<rss><channel>"])
def test_a_feed_that_defines_entities_or_is_broken_is_refused(data: bytes) -> None:
    with pytest.raises(BriefgenError, match="cannot be read"):
        entries(data)
