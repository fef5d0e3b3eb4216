"""The least that one can type builds, and shows what it should."""

from __future__ import annotations

from tests.conftest import Site, assembled, page, said


def test_it_builds_without_a_warning(site: Site) -> None:
    found = assembled(site())
    assert said(found) == []
    assert sorted({p.rule for p in found.problems}) == ["actor-without-file", "no-base-url", "no-id", "stale-lock"]


def test_an_actor_without_a_file_has_a_page(site: Site) -> None:
    html = page(assembled(site()), "actors/port-authority/index.html")
    assert "<h1><bdi>Port Authority</bdi></h1>" in html


def test_the_body_links_by_id_and_with_words_of_its_own(site: Site) -> None:
    html = page(assembled(site()), "briefs/harbour-tender/index.html")
    assert (
        'with <a href="../../actors/northwind/">Northwind</a> or <a href="../../actors/northwind/">the company</a>'
        in html
    )


def test_a_weak_alias_leads_to_its_actor_only_where_the_brief_lists_it(site: Site) -> None:
    actor = "---\nname: Northwind\nweak_aliases: [the firm]\nmetonyms: [the Quay]\n---\n"
    linked = ("Free Markdown", "Of [[the firm]] and [[the quay]].\n\nFree Markdown")
    root = site({"content/actors/northwind.md": actor}, body=linked)
    assert said(assembled(root)) == []
    assert (
        page(assembled(root), "briefs/harbour-tender/index.html").count(
            '<a href="../../actors/northwind/">Northwind</a>'
        )
        >= 2
    )
    other = "---\ntitle: Other\ndate: 2026-11-20\n---\n[[the firm]]\n"
    root = site({"content/actors/northwind.md": actor, "content/briefs/other.md": other})
    assert said(assembled(root)) == ["content/briefs/other.md:5:1 dead-link"]
