"""Texts with bidi controls turn nothing around that stands beside them, whatever template shows them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from briefgen.model.bidi import apart
from tests.conftest import REPOSITORY, Site, assembled, page

RLO, RLI = "\u202e", "\u2067"
TITLE = f"Tender {RLO}rebmevoN"


@pytest.mark.parametrize("path", sorted((REPOSITORY / "templates").glob("*.*")), ids=lambda path: path.name)
def test_a_template_says_as_is_only_in_an_element_that_isolates(path: Path) -> None:
    if path.suffix in (".html", ".xml", ".txt"):
        text = path.read_text()
        for found in re.finditer(r"\{\{[^}]*\|as_is[^}]*\}\}", text):
            assert text[: found.start()].endswith(("<bdi>", 'dir="auto">')), found[0]
            assert text[found.end() :].startswith(("</bdi>", "</q>", "</p>")), found[0]


def test_a_title_is_shown_exact_where_an_element_isolates_it_and_closed_where_none_can(site: Site) -> None:
    found = assembled(site(title=("title: Harbour tender goes to a company registered last month", f"title: {TITLE}")))
    soup = BeautifulSoup(page(found, "briefs/harbour-tender/index.html"), "html.parser")
    assert soup.h1 and soup.h1.bdi and soup.h1.bdi.string == TITLE
    assert soup.title and soup.title.string == f"{apart(TITLE)} · The Desk"
    told = soup.find("meta", {"property": "og:title"})
    assert told and told["content"] == apart(TITLE)


def test_a_desks_own_template_that_isolates_nothing_is_closed_too(site: Site) -> None:
    template = (
        '{% extends "default/base.html" %}{% block main %}<h1>{{ told.brief.title }}</h1><p>after</p>{% endblock %}'
    )
    files = {"templates/brief.html": template}
    found = assembled(
        site(files, title=("title: Harbour tender goes to a company registered last month", f"title: {TITLE}"))
    )
    assert f"<h1>{apart(TITLE)}</h1>" in page(found, "briefs/harbour-tender/index.html")


def test_a_body_closes_what_it_opens_word_by_word(site: Site) -> None:
    body = f"One {RLO}two *three {RLI}four* `five{RLO}` [[northwind|six{RLI}]]\n\n> seven{RLO}\n"
    found = assembled(
        site(body=("Free Markdown, with [[northwind]] or [[actor:northwind|the company]] as links.\n", body))
    )
    prose = BeautifulSoup(page(found, "briefs/harbour-tender/index.html"), "html.parser").select(".prose")[-1]
    assert [str(text) for text in prose.find_all(string=re.compile(f"[{RLO}{RLI}]"))] == [
        apart(text) for text in (f"One {RLO}two ", f"three {RLI}four", f"five{RLO}", f"six{RLI}", f"seven{RLO}")
    ]
