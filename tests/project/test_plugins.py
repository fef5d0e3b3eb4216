"""A desk's own checks and views stand behind ours, and look like them."""

from __future__ import annotations

import importlib.util
import os
import py_compile
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from briefgen.build import build
from briefgen.model.audience import Audience
from briefgen.model.problems import BriefgenError
from briefgen.project.plugins import load_plugins
from briefgen.project.settings import load
from tests.conftest import NOW, Site, assembled, page, run, said

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


ONE = """
from briefgen.model.problems import Place, Problem

def says(graph):
    yield Problem(Place('x'), 'one', 'm', 'warning')

checks = [says]
"""


@pytest.fixture
def ways() -> Iterator[None]:
    """The way of imports as it was."""
    before = [*sys.path]
    yield
    sys.path[:] = before


def _rewritten(path: Path, old: str, new: str) -> None:
    """An edit that keeps size and time."""
    status, text = path.stat(), path.read_text()
    assert old in text and len(old) == len(new)
    path.write_text(text.replace(old, new))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


@pytest.mark.usefixtures("ways")
def test_a_plugin_that_was_edited_is_loaded_anew_in_the_same_process(site: Site) -> None:
    root = site({"briefgen.toml": 'plugins = ["ourdesk_two"]', "ourdesk_two.py": ONE})
    assert said(assembled(root)) == ["x one"]
    _rewritten(root / "ourdesk_two.py", "'one'", "'two'")
    assert said(assembled(root)) == ["x two"]


@pytest.mark.usefixtures("ways")
def test_two_desks_with_a_plugin_of_one_name_have_each_their_own(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "ourdesk_three.py").write_text(f"checks = ['{name}']\n")
    found = [load_plugins(["ourdesk_three"], tmp_path / name).checks for name in ("one", "two", "one")]
    assert found == [("one",), ("two",), ("one",)]


def test_what_was_compiled_of_a_plugin_is_not_believed(site: Site) -> None:
    """Its size and time are right: a repository may carry it, and an edit of the same size and time leaves it."""
    package = {"ourdesk_four/__init__.py": "from ourdesk_four.inner import checks\n", "ourdesk_four/inner.py": ONE}
    root = site({"briefgen.toml": 'plugins = ["ourdesk_four"]', **package})
    source = root / "ourdesk_four/inner.py"
    _rewritten(source, "'one'", "'bad'")
    py_compile.compile(str(source))
    assert Path(importlib.util.cache_from_source(str(source))).is_file()
    _rewritten(source, "'bad'", "'one'")
    assert "[one]" in run("build", cwd=root).stderr
    assert "[one]" in run("build", cwd=root).stderr
    (root / "ourdesk_four/inner.pyc").write_bytes(Path(importlib.util.cache_from_source(str(source))).read_bytes())
    source.unlink()
    assert "cannot be imported" in run("build", cwd=root).stderr


@pytest.mark.usefixtures("ways")
@pytest.mark.parametrize(("text", "said"), [
    ("checks = 1 / 0\n", r"ourdesk_five.py:1: ZeroDivisionError: division by zero"),
    ("checks = [\n", "SyntaxError"),
])  # fmt: skip
def test_a_plugin_that_fails_while_it_is_imported_is_named(text: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "ourdesk_five.py").write_text(text)
    with pytest.raises(BriefgenError, match=f"'ourdesk_five' cannot be imported.*{said}"):
        load_plugins(["ourdesk_five"], tmp_path)


def test_a_desk_with_a_plugin_is_built_whatever_the_plugin_reads(site: Site) -> None:
    reads = ONE.replace("'one'", "open('data.txt').read()")
    root = site({"briefgen.toml": 'plugins = ["ourdesk_six"]', "ourdesk_six.py": reads, "data.txt": "first"})
    assert "[first]" in run("build", cwd=root).stderr
    _rewritten(root / "data.txt", "first", "other")
    assert "[other]" in run("build", cwd=root).stderr


WANDERER = """
from briefgen.model.site import View

def wander(graph, site):
    for url in {urls!r}:
        yield View(url, "counts.html", {{"title": "Counts", "description": "How many.", "n": 1}})

views = [wander]
"""
ABROAD = ["../../../precious.txt", "/precious.txt", "a/../../../precious.txt", "x\\..\\y/", "nul/", "a//b/", "x" * 300]


@pytest.mark.usefixtures("ways")
def test_a_view_whose_address_leads_elsewhere_is_told_and_puts_nothing_there(site: Site) -> None:
    plugin = WANDERER.format(urls=[*ABROAD, "briefs/harbour-tender", "fine/"])
    files = {"briefgen.toml": 'plugins = ["ourdesk_seven"]', "ourdesk_seven.py": plugin, "templates/counts.html": "x"}
    root = site(files)
    precious = root.parent / "precious.txt"
    precious.write_text("years of work")
    built = build(load(root), audience=Audience(), now=NOW)
    told = [p for p in built.problems if p.severity == "error"]
    assert {p.rule for p in told} == {"bad-page-address", "address-taken"} and len(told) == len(ABROAD) + 1
    assert all(p.message.isprintable() for p in told)
    assert built.published is None and precious.read_text() == "years of work" and not (root / "site").exists()


@pytest.mark.usefixtures("ways")
def test_a_view_at_the_address_of_the_manifest_is_refused_by_what_writes(site: Site) -> None:
    plugin = WANDERER.format(urls=["briefgen-manifest.json"])
    files = {"briefgen.toml": 'plugins = ["ourdesk_eight"]', "ourdesk_eight.py": plugin, "templates/counts.html": "x"}
    with pytest.raises(BriefgenError, match="no page can stand at 'briefgen-manifest.json'"):
        build(load(site(files)), audience=Audience(), now=NOW)
