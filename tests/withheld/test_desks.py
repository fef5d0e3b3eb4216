"""Nothing withheld shows, wherever it stands and whyever: on desks of chance in which all of it bears a mark."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path

import pytest

from briefgen.model import entries
from briefgen.model.entries import Capture, Content, DeskPage
from tests.conftest import assembled, said
from tests.withheld.desks import MARK, desk_of

SEEDS = range(6)
ALL = {"drafts": True, "future": True, "embargoed": True, "max_marking": "TLP:RED"}


def _files(desk: Path, **audience: object) -> dict[str, bytes]:
    found = assembled(desk, **audience)
    assert said(found, "error") == []
    return {page.path: page.body for page in found.pages}


@pytest.mark.parametrize("seed", SEEDS)
def test_a_site_is_the_same_whether_what_is_withheld_is_there_or_not(seed: int, tmp_path: Path) -> None:
    hosting = ("netlify", "vercel", "none")[seed % 3]
    whole, public = (
        _files(desk_of(seed, tmp_path / name, is_whole=is_whole, hosting=hosting))
        for name, is_whole in (("whole", True), ("public", False))
    )
    assert whole.keys() == public.keys()
    assert [path for path, body in whole.items() if public[path] != body] == []
    for path, body in whole.items():
        assert MARK not in path and MARK.encode() not in body.lower(), path


# Texts of which no page shows anything, whoever looks at it.
NOT_SHOWN = {
    "Evidence.prefix", "Evidence.suffix",
    "Discrepancy.id",  # has no address of its own
}  # fmt: skip


def _fields(thing: object, name: str = "") -> Iterator[tuple[str, str]]:
    """Every text in an entry, by its class and field: asked of the dataclasses, and not of what is tested."""
    if is_dataclass(thing):
        for each in fields(thing):
            if each.type != "Place" and each.name != "place":
                yield from _fields(getattr(thing, each.name), f"{type(thing).__name__}.{each.name}")
    elif isinstance(thing, Mapping):
        for pair in thing.items():
            yield from _fields(pair, name)
    elif isinstance(thing, tuple | list):
        for each in thing:
            yield from _fields(each, name)
    elif isinstance(thing, str):
        yield name, thing


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> tuple[Content, str]:
    """A desk with all reasons for withholding, and all of its site as it is shown to those who may see everything."""
    desk = desk_of(0, tmp_path_factory.mktemp("everything"), every=True)
    found = assembled(desk, **ALL)
    assert said(found, "error") == []
    site = "\0".join(page.path + page.body.decode("utf-8", "replace") for page in found.pages)
    return found.graph.content, site.casefold()


def test_the_marks_are_there_to_be_seen(everything: tuple[Content, str]) -> None:
    """So the desks can fail: each text with a mark stands on the site for those who may see it, or never does."""
    content, site = everything
    entries = (*content.briefs.values(), *content.actors.values(), *content.sources.values())
    marked: defaultdict[str, set[str]] = defaultdict(set)
    for entry in entries:
        for name, text in _fields(entry):
            marked[name].update(re.findall(rf"{MARK}\d+", text))
    missed = {name for name, marks in marked.items() if any(mark not in site for mark in marks)}
    assert missed == NOT_SHOWN


# Fields whose texts are none of the desk's own words, or stand where nothing is withheld.
WITHOUT_MARK = {
    "Assessment.likelihood", "Brief.language", "Source.language",  # words of a scale and of a standard
    "Stored.sha256",
    "Brief.reason", "Brief.superseded_by",  # of briefs that are shown
}  # fmt: skip
PARTS = [
    kind
    for kind in vars(entries).values()
    if isinstance(kind, type) and is_dataclass(kind) and kind not in (Capture, Content, DeskPage)
    and kind.__module__ == entries.__name__
]  # fmt: skip


def test_every_text_of_every_field_bears_a_mark_somewhere(everything: tuple[Content, str]) -> None:
    """So no key is left out: a new field of text has to be given a mark, or a line of what cannot have one."""
    content, _ = everything
    every = {
        f"{kind.__name__}.{each.name}"
        for kind in PARTS
        for each in fields(kind)
        if re.search(r"\b(str|\w*Id|Ref|Label|FileName|Voice)\b", str(each.type))
    }
    marked = {
        name
        for things in (content.briefs.values(), content.actors.values(), content.sources.values(), content.assets)
        for entry in things
        for name, text in _fields(entry)
        if MARK in text
    }
    assert every - marked == WITHOUT_MARK
