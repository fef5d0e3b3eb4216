"""What stands on which page: status travels, long lists are cut, old addresses lead on, templates can be changed."""

from __future__ import annotations

import re

import pytest
from bs4 import BeautifulSoup, Tag

from tests.conftest import REPOSITORY, Site, assembled, page, said

SOUND = REPOSITORY / "tests/sites/sound"


def test_a_denial_follows_its_fact_everywhere() -> None:
    """On every page, wherever the text of a contested fact stands, each of its denials stands with it."""
    found = assembled(SOUND)
    contested = [c for c in found.graph.claims.values() if c.contest != "no recorded denial"]
    assert contested
    seen = 0
    for made in found.pages:
        if not made.path.endswith(".html"):
            continue
        soup = BeautifulSoup(made.body, "html.parser")
        for claim in contested:
            for node in soup.find_all(string=re.compile(re.escape(claim.fact.text))):
                holder = node.find_parent(["article", "li"])
                if holder is None:
                    continue
                around = holder.get_text(" ")
                assert claim.contest.casefold() in around.casefold(), (made.path, claim.fact.id)
                for answer in claim.answers:
                    name = found.graph.actor(answer.statement.speakers[0]).name
                    assert name in around, (made.path, claim.fact.id, name)
                seen += 1
    assert seen >= 10


def test_a_denial_says_what_it_leaves_unanswered() -> None:
    html = page(assembled(SOUND), "briefs/harbour-tender/index.html")
    rejected = BeautifulSoup(html, "html.parser").find(id="denial-rejected")
    assert isinstance(rejected, Tag)
    assert (
        "Placed against claim 2 (contested)" in rejected.get_text()
        and "Leaves unanswered claim 5" in rejected.get_text()
    )


def test_the_grid_says_denied_may_cover_not_addressed_and_predates() -> None:
    html = page(assembled(SOUND), "briefs/harbour-tender/denials/index.html")
    rows = BeautifulSoup(html, "html.parser").select("tbody tr")
    cells = {
        row.th.a.get_text(): [td.get_text(strip=True) for td in row.find_all("td")]
        for row in rows
        if row.th and row.th.a
    }
    assert cells["Open for eleven minutes"] == [
        "May cover",
        "Denied",
        "Declined to comment",
        "Not addressed",
        "Not addressed",
    ]
    assert cells["The addendum came before the vote"][3:] == ["Denied", "Predates, by a day"]
    assert cells["Awarded to Northwind"][1] == "Came after, by two weeks"


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("briefs/taken-back/index.html", ["Withdrawn", "Its only source was taken back"]),
        ("briefs/old-tender/index.html", ["Superseded", "A newer brief tells this story"]),
        ("briefs/nordwind/index.html", None),
        ("actors/nordwind/index.html", ["../../actors/northwind/"]),
        ("briefs/tender/index.html", ["../../briefs/harbour-tender/"]),
        ("sources/gazette-old/index.html", ["../../sources/gazette-1120/"]),
        ("corrections/index.html", ["open for eleven days", "We misread the unit", "Withdrawn: Its only source"]),
        ("questions/index.html", ["asked 18 November 2026", "Answered on 20 November 2026 by", "Withdrawn"]),
        ("timeline/index.html", ["year not given", "only its order is known"]),
        ("actors/northwind/index.html", ["Northwind Yachts", "Not the same as", "from October 2026"]),
        ("actors/littoral-gazette/index.html", ["B on the Admiralty scale", "Three corrections in ten years."]),
        ("sources/wire-1121/index.html", ["Not confirmed by a person", "The harbour tender went to Northwind AS"]),
        ("sources/gazette-1120/index.html", ["Subscribe to", "Mira Oake", "https://archive.example/gazette/tender"]),
        ("briefs/harbour-tender/index.html", ["55 to 80 per cent (ICD 203)", "low confidence", "3 of 6"]),
        ("robots.txt", ["Sitemap: https://desk.example/harbour/sitemap.xml"]),
        ("sitemap.xml", ["<lastmod>2026-11-21</lastmod>"]),
        ("404.html", ['href="/harbour/"', 'href="/harbour/style.']),
    ],
)
def test_a_page_shows(path: str, words: list[str] | None) -> None:
    found = assembled(SOUND)
    if words is None:
        assert path not in {p.path for p in found.pages}
        return
    html = page(found, path)
    for each in words:
        assert each in html, each


def test_the_board_begins_with_the_question_asked_longest_ago() -> None:
    html = page(assembled(SOUND), "questions/index.html")
    assert html.index("Why was the tender open") < html.index("Who owns Northwind?")


def test_a_feed_carries_status_and_denials_and_keeps_its_first_date() -> None:
    feed = page(assembled(SOUND), "feed.xml")
    assert "<published>2026-11-20T00:00:00Z</published>" in feed
    assert "<updated>2026-11-21T00:00:00Z</updated>" in feed  # of the correction
    assert "(Contested)" in feed and "Rejected by Northwind AS" in feed
    assert "taken back" not in feed


def test_without_an_address_there_is_no_feed_and_no_sitemap(site: Site) -> None:
    paths = {p.path for p in assembled(site()).pages}
    assert not {"feed.xml", "sitemap.xml"} & paths


def test_long_lists_are_cut_into_pages(site: Site) -> None:
    facts = "".join(
        f"  - {{id: f{n}, text: 'Number {n}, the gazette says.', asserted_by: port-authority, about: northwind, "
        f"when: {{words: day {n}, edtf: 2026-01}}, evidence: [A: awarded to Northwind AS]}}\n"
        for n in range(95)
    )
    questions = "".join(f"  - {{id: q{n}, question: Why {n}?}}\n" for n in range(50))
    root = site(facts=("denials:\n", f"{facts}denials:\n"), questions=("  - Who owns Northwind?\n", questions))
    found = assembled(root)
    assert said(found) == []
    paths = {p.path for p in found.pages}
    assert {
        "claims/page/2/index.html",
        "claims/page/3/index.html",
        "questions/page/2/index.html",
        "timeline/page/3/index.html",
        "actors/northwind/about/page/3/index.html",
        "actors/port-authority/said/index.html",
        "actors/northwind/timeline/index.html",
    } <= paths
    assert "claims/page/4/index.html" not in paths
    second = page(found, "claims/page/2/index.html")
    assert 'rel="prev"' in second and 'rel="next"' in second and "Page 2 of 3" in second
    numbers = [
        int(n)
        for path in ("claims/index.html", "claims/page/2/index.html", "claims/page/3/index.html")
        for n in re.findall(r"Number (\d+), the gazette", page(found, path))
    ]
    assert sorted(numbers) == list(range(95))


def test_a_desk_changes_one_block_of_one_template(site: Site) -> None:
    changed = '{% extends "default/base.html" %}{% block foot %}<footer><p>Our own foot</p></footer>{% endblock %}'
    found = assembled(site({"templates/base.html": changed, "templates/style.css": "body { color: red }"}))
    assert said(found) == []
    html = page(found, "briefs/harbour-tender/index.html")
    assert "Our own foot" in html and "Every quote was found" not in html
    assert any(p.path.startswith("style.") and p.body == b"body { color: red }" for p in found.pages)


@pytest.mark.parametrize("name", ["claim.html", "names.html", "frame.html"])
def test_a_piece_can_be_changed_too(site: Site, name: str) -> None:
    text = (REPOSITORY / "templates" / name).read_text()
    marked = re.sub(r"(\{% macro (?:claim|actor|masthead)\(\w+\) %\})", r"\1<!-- ours -->", text)
    assert marked != text
    assert "<!-- ours -->" in page(assembled(site({f"templates/{name}": marked})), "claims/index.html")


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("{{ 1 / 0 }}", "template-error"),
        ("{{ title.nothing }}", "undefined-name"),
        ("{{ none.x.y }}", "undefined-name"),
        ("{% include 'nowhere.html' %}", "template-error"),
        ("{{ words.label(title) }}", "template-error"),
        ("\ud7ff{{".encode() + b"\xff", "template-error"),
        ("\x07", "template-error"),
        ("{% include '../../../etc/passwd' %}", "template-error"),
    ],
)
def test_a_template_at_fault_is_named(site: Site, text: str | bytes, rule: str) -> None:
    found = [line for line in said(assembled(site({"templates/method.html": text}))) if "templates/" in line]
    assert found and found[0].endswith(rule) and found[0].startswith("templates/method.html")


def test_a_template_that_leads_out_of_the_theme_is_refused(site: Site) -> None:
    root = site()
    (root / "templates").mkdir()
    (root.parent / "outside.html").write_text("secret")
    (root / "templates" / "method.html").symlink_to(root.parent / "outside.html")
    found = assembled(root)
    assert any(line.endswith("template-error") for line in said(found))


def test_a_source_s_page_tells_what_is_known_of_it_from_what_it_says_of_itself(site: Site) -> None:
    told = "url: https://evil.example/a\nurl_basis: inferred\nasked: https://short.example/a\n"
    says = "said: {url: https://www.reuters.com/a, publisher: Reuters}\n"
    root = site({"content/sources/gazette-1120.md": f"---\n{told}{says}---\n"})
    html = page(assembled(root), "sources/gazette-1120/index.html")
    assert "<bdi>https://evil.example/a</bdi></a>, as the saved page itself says</dd>" in html
    assert "<dt>Asked at</dt><dd><bdi>https://short.example/a</bdi></dd>" in html
    assert (
        "It stands at <bdi>https://www.reuters.com/a</bdi>. It is published by <bdi>Reuters</bdi>. Where it was found"
        in html
    )
    assert 'href="https://www.reuters.com' not in html
