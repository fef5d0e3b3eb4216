"""Withheld is withheld: drafts, proposals, markings, embargoes, dates to come."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from tests.conftest import NOW, REPOSITORY, Site, assembled, page, said

SOUND = REPOSITORY / "tests/sites/sound"
SECRETS = {
    "draft": "A draft with a fault in it",
    "embargo": "What nobody may read before Monday",
    "future": "A brief of the day after tomorrow",
    "green": "A brief for the community only",
    "amber fact": "A price was agreed by telephone",
    "proposed denial": "leased to Northwind for ninety years, the bulletin",
    "withdrawn": "This text must not be shown any more",
}


def everything(**audience: object) -> str:
    now = audience.pop("now", NOW)
    found = assembled(SOUND, now=now, **audience)  # type: ignore[arg-type]
    return "\n".join(p.body.decode("utf-8", "replace") for p in found.pages)


@pytest.mark.parametrize("what", SECRETS)
def test_the_public_sees_none_of_it(what: str) -> None:
    assert SECRETS[what] not in everything()


@pytest.mark.parametrize(
    ("audience", "seen"),
    [
        ({"drafts": True}, {"draft", "proposed denial"}),
        ({"future": True}, {"future"}),
        ({"max_marking": "TLP:GREEN"}, {"green"}),
        ({"max_marking": "TLP:AMBER"}, {"green", "amber fact"}),
        ({"now": datetime(2026, 11, 23, 9, 0, 1, tzinfo=timezone(timedelta(hours=1)))}, {"embargo"}),
        ({"now": datetime(2026, 11, 24, tzinfo=NOW.tzinfo)}, {"embargo", "future"}),
    ],
)
def test_each_audience_sees_its_own(audience: dict[str, object], seen: set[str]) -> None:
    text = everything(**audience)
    assert {what for what, words in SECRETS.items() if words in text} == seen


def test_actors_and_sources_of_withheld_briefs_have_no_page() -> None:
    paths = {p.path for p in assembled(SOUND).pages}
    assert "actors/harbour-master/index.html" not in paths
    assert "sources/secret-1/index.html" not in paths


def test_a_link_to_a_withheld_brief_is_plain_text() -> None:
    html = page(assembled(SOUND), "briefs/harbour-tender/index.html")
    assert "about not published, which nobody" in html


def test_the_next_change_is_told() -> None:
    assert str(assembled(SOUND).next_change) == "2026-11-23 09:00:00+01:00"


def test_faults_of_drafts_are_notes_until_drafts_are_shown() -> None:
    assert said(assembled(SOUND)) == []
    assert any("half-written" in line for line in said(assembled(SOUND, drafts=True), "error"))


def test_a_fact_is_held_back_with_its_unread_denial(site: Site) -> None:
    root = site(denies=("denies: []", "denies: award\n    review: proposed"))
    assert "awarded the tender" not in page(assembled(root), "briefs/harbour-tender/index.html")
    assert "awarded the tender" in page(assembled(root, drafts=True), "briefs/harbour-tender/index.html")


@pytest.mark.parametrize("kind", ["fact", "question", "actor", "discrepancy"])
def test_what_nobody_has_read_is_not_built(site: Site, kind: str) -> None:
    replaced = {
        "fact": ("    about: northwind\n", "    about: northwind\n    review: proposed\n"),
        "question": ("- Who owns Northwind?", "- {question: Who owns Northwind?, review: proposed}"),
        "actor": ("[northwind, port-authority]", "[northwind, port-authority, {id: mayor, review: proposed}]"),
        "discrepancy": (
            "open_questions:",
            "discrepancies:\n  - {about: award, note: Mayor or mare, review: proposed, readings: "
            '[A: "awarded to Northwind AS", A: "registered last month"]}\nopen_questions:',
        ),
    }[kind]
    words = {"fact": "awarded the tender", "question": "Who owns", "actor": "Mayor", "discrepancy": "Mayor or mare"}[
        kind
    ]
    root = site(change=replaced)
    assert words not in page(assembled(root), "briefs/harbour-tender/index.html")
    assert words in page(assembled(root, drafts=True), "briefs/harbour-tender/index.html")


def test_the_audit_finds_a_withheld_text_that_a_template_lets_through(site: Site) -> None:
    root = site(
        {"templates/method.html": '{% extends "base.html" %}{% block main %}What nobody may read{% endblock %}'},
        status=("date: 2026-11-20", "date: 2026-11-20\nstatus: published"),
    )
    (Path(root) / "content/briefs/secret.md").write_text("---\ntitle: What nobody may read\nstatus: draft\n---\n")
    assert "site/method/index.html withheld-text" in said(assembled(root))


@pytest.mark.parametrize(("marking", "copied"), [("TLP:CLEAR", True), ("TLP:RED", False)])
def test_a_picture_of_a_withheld_brief_is_withheld_with_it(site: Site, marking: str, copied: bool) -> None:
    brief = f"---\ntitle: Secret\ndate: 2026-11-20\nmarking: {marking}\n---\n![A map](assets/a%20map.svg)\n"
    picture = '<svg xmlns="http://www.w3.org/2000/svg"/>'
    files = {"content/briefs/secret.md": brief, "content/assets/a map.svg": picture, "content/assets/logo.svg": picture}
    found = assembled(site(files))
    assert said(found) == []
    paths = {p.path for p in found.pages}
    assert ("assets/a map.svg" in paths, "assets/logo.svg" in paths) == (copied, True)


def test_a_picture_is_not_shown_because_a_longer_name_is(site: Site) -> None:
    picture = '<svg xmlns="http://www.w3.org/2000/svg"/>'
    brief = "---\ntitle: Secret\ndate: 2026-11-20\nmarking: TLP:RED\n---\n![A map](assets/map.svg)\n"
    page = "---\ntitle: About\n---\n![A map](assets/map.svg.svg)\n"
    files = {"content/assets/map.svg": picture, "content/assets/map.svg.svg": picture, "content/pages/about.md": page}
    paths = {p.path for p in assembled(site({"content/briefs/secret.md": brief, **files})).pages}
    assert "assets/map.svg.svg" in paths and "assets/map.svg" not in paths
