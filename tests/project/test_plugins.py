"""A desk's own checks and views stand behind ours, and look like them."""

from __future__ import annotations

import sys

import pytest

from briefgen.model.problems import BriefgenError
from tests.conftest import Site, assembled, page, said

PLUGIN = """
from briefgen.model.problems import Problem
from briefgen.model.site import View

def titles_are_short(graph):
    for brief in graph.content.briefs.values():
        if len(brief.title) > 20:
            yield Problem(brief.place, "long-title", "this title is long", "warning", seek=("title",))

def counts(graph, site):
    yield View("counts/", "counts.html", {"title": "Counts", "description": "How many.", "n": len(graph.claims)})

checks = [titles_are_short]
views = [counts]
"""
TEMPLATE = '{% extends "base.html" %}{% block main %}<h1>{{ n }} claim</h1>{% endblock %}'


def test_a_plugin_adds_a_check_and_a_page(site: Site) -> None:
    files = {"briefgen.toml": 'plugins = ["ourdesk_one"]', "ourdesk_one.py": PLUGIN, "templates/counts.html": TEMPLATE}
    root = site(files)
    try:
        found = assembled(root)
    finally:
        sys.path.remove(str(root))
    assert said(found) == ["content/briefs/harbour-tender.md:2:1 long-title"]
    assert "<h1>1 claim</h1>" in page(found, "counts/index.html")


def test_a_plugin_that_is_not_there_is_named(site: Site) -> None:
    root = site({"briefgen.toml": 'plugins = ["no_such_plugin"]'})
    try:
        with pytest.raises(BriefgenError, match="'no_such_plugin' cannot be imported"):
            assembled(root)
    finally:
        sys.path.remove(str(root))
