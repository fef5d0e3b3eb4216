"""What a source says comes out exact, and nothing that it says becomes markup."""

from __future__ import annotations

import json

from bs4 import BeautifulSoup

from briefgen.assembly import Assembled
from briefgen.model.site import Page
from tests.conftest import REPOSITORY, Site, assembled, page

EVIL = "</title><script>alert(1)</script><img src=x onerror='a'>\" ' & {{ 7*7 }} {% raw %}"


def quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def evil(site: Site) -> Assembled[Page]:
    name, second = quoted(EVIL), quoted(EVIL + "2")
    files = {
        "content/captures/gazette-1120.txt": f"It was awarded to {EVIL} AS. "
        "denied any contact with the authority before the tender",
        "content/actors/northwind.md": f"---\nname: {name}\naliases: [{second}]\ndescription: {name}\n---\n",
        "content/sources/gazette-1120.md": f"---\nheadline: {name}\nauthor: {name}\npublish_text: full\n---\n",
        "briefgen.toml": f"[site]\nbase_url = 'https://desk.example/'\ntitle = {json.dumps(EVIL)}\n",
    }
    return assembled(
        site(
            files,
            title=("title: Harbour tender goes to a company registered last month", f"title: {quoted(EVIL)}"),
            quote=('"awarded to Northwind AS"', quoted(f"awarded to {EVIL} AS")),
            text=("The port authority awarded the tender to Northwind, the gazette says.", quoted(EVIL)),
            question=("- Who owns Northwind?", f"- {quoted(EVIL)}"),
            topic=("date: 2026", f"topics: [{quoted(EVIL)}]\ndate: 2026"),
        )
    )


def test_hostile_text_is_shown_and_never_runs(site: Site) -> None:
    found = evil(site)
    assert [p for p in found.problems if p.severity == "error"] == []
    for made in found.pages:
        if made.path.endswith(".html"):
            soup = BeautifulSoup(made.body, "html.parser")
            assert not soup.find_all("script") and not soup.find_all("style"), made.path
            assert not [t for t in soup.find_all(True) for a in t.attrs if a.startswith("on") or a == "style"], (
                made.path
            )
    soup = BeautifulSoup(page(found, "briefs/harbour-tender/index.html"), "html.parser")
    assert soup.h1 and soup.h1.get_text() == EVIL
    assert soup.find(id="fact-award").q.get_text() == f"awarded to {EVIL} AS"


def test_feeds_and_sitemap_are_well_formed(site: Site) -> None:
    from xml.etree import ElementTree

    found = evil(site)
    for path in ("feed.xml", "sitemap.xml", "actors/northwind/feed.xml"):
        ElementTree.fromstring(page(found, path))


def test_every_page_carries_the_policy_and_loads_nothing_foreign() -> None:
    for made in assembled(REPOSITORY / "tests/sites/sound").pages:
        if made.path.endswith(".html"):
            soup = BeautifulSoup(made.body, "html.parser")
            policy = soup.find("meta", attrs={"http-equiv": "Content-Security-Policy"})
            assert policy and "default-src 'none'" in str(policy["content"]) and "unsafe" not in str(policy["content"])
            loaded = [t.get("src") for t in soup.find_all(src=True)]
            loaded += [t["href"] for t in soup.find_all("link", rel=["stylesheet", "icon", "apple-touch-icon"])]
            assert not [url for url in loaded if str(url).startswith(("http", "//"))], made.path


def test_titles_quotes_and_names_come_out_exact() -> None:
    found = assembled(REPOSITORY / "tests/sites/sound")
    for claim in found.graph.claims.values():
        text = BeautifulSoup(page(found, f"briefs/{claim.brief.id}/index.html"), "html.parser")
        article = text.find(id=f"fact-{claim.fact.id}")
        assert article and claim.fact.text in article.get_text()
        shown = {q.get_text() for q in article.find_all("q")}
        assert {c.evidence.quote for c in (*claim.citations, *claim.chain)} <= shown
