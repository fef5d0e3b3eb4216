"""What a page says of itself is believed where the site bears it out, and only noted where it does not."""

from __future__ import annotations

import pytest

from briefgen.capture.origin import Origin, agrees, origin, site
from briefgen.model.entries import Said

U = "unknown"


@pytest.mark.parametrize(
    ("answered", "url", "publisher", "found"),
    [
        # received from the site whose name it gives
        ("https://courier.example/a", "https://www.courier.example/b", "The Courier",
         Origin("https://courier.example/a", "stated", "The Courier", "stated")),
        ("https://courier.example/a", U, "The Courier", Origin("https://courier.example/a", "stated", "The Courier", "stated")),
        ("https://courier.example/a", U, U, Origin("https://courier.example/a")),
        # received from another one
        ("https://evil.example/a", "https://www.reuters.com/a", "Reuters",
         Origin("https://evil.example/a", said=Said("https://www.reuters.com/a", "Reuters"))),
        ("https://evil.example/a", U, "Reuters", Origin("https://evil.example/a", said=Said(U, "Reuters"))),
        ("https://evil.example/a", "https://www.reuters.com/a", U,
         Origin("https://evil.example/a", said=Said("https://www.reuters.com/a", U))),
        ("https://reuters.example/a", "https://www.reuters.com/a", "Reuters",
         Origin("https://reuters.example/a", said=Said("https://www.reuters.com/a", "Reuters"))),
        ("https://evil.example/a", "javascript:alert(1)", U, Origin("https://evil.example/a")),
        # a file
        ("", "https://courier.example/a", "The Courier",
         Origin("https://courier.example/a", "inferred", "The Courier", "inferred")),
        ("", "javascript:alert(1)", U, Origin()),
        ("", "https://u:p@courier.example/", U, Origin()),
        ("", U, U, Origin()),
    ],
)  # fmt: skip
def test_where_a_page_comes_from(answered: str, url: str, publisher: str, found: Origin) -> None:
    assert origin(answered, url, publisher) == found


def test_whom_appeals_speak_for_is_held_to_the_same() -> None:
    appeals = ["The Courier", "The Herald", "The Herald"]
    assert origin("", U, U, appeals).publisher == "The Herald"
    assert origin("https://herald.example/", U, U, appeals).publisher_basis == "stated"
    assert origin("https://evil.example/", U, U, appeals) == Origin("https://evil.example/", said=Said(U, "The Herald"))


@pytest.mark.parametrize(
    ("url", "held"),
    [("https://www.bbc.co.uk/news", "bbc.co.uk"), ("https://a.b.news.example/", "news.example"), ("http://93.184.215.14/", "93.184.215.14"),
     ("http://localhost/", "localhost"), ("http://[2606:2800::1]/", "2606:2800::1")],
)  # fmt: skip
def test_the_part_of_a_host_that_somebody_holds(url: str, held: str) -> None:
    assert site(url) == held


@pytest.mark.parametrize(
    ("name", "host"),
    [
        ("The Marn Courier", "courier.example"), ("The Marn Courier", "marncourier.example"), ("The Marn Courier", "tmc.example"),
        ("The New York Times", "www.nytimes.com"), ("BBC News", "bbc.co.uk"), ("the Guardian", "www.theguardian.com"),
        ("AP News", "apnews.com"), ("Deutsche Welle", "dw.com"), ("DER SPIEGEL", "www.spiegel.de"), ("Le Monde.fr", "lemonde.fr"),
        ("Los Angeles Times", "latimes.com"), ("Harbour Gazette", "harbour-gazette.example"), ("Bücher", "bücher.example"),
    ],
)  # fmt: skip
def test_a_site_that_bears_a_name(name: str, host: str) -> None:
    assert agrees(name, f"https://{host}/")


@pytest.mark.parametrize(
    ("name", "host"),
    [
        ("Reuters", "evil.example"), ("Reuters", "r.example"), ("Reuters", "re.example"), ("Reuters", "reuterѕ.example"),
        ("Reuters", "reuters.evil.example"), ("Reuters", "reuters-news.example"), ("Reuters", "127.0.0.1"), ("The Guardian", "the.example"),
        ("BBC News", "news.example"), ("The Times", "t.example"), ("Reuters", "blogspot.com"), ("A", "a.example.com"), ("", "x.example"),
        ("A" * 10_000, "b.example"), ("a " * 5_000, "aaaaaaaaaaaaaaaaaaaaaaaaaaaab.example"),
    ],
)  # fmt: skip
def test_a_site_that_does_not(name: str, host: str) -> None:
    assert not agrees(name, f"https://{host}/")
