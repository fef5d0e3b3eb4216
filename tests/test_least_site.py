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
