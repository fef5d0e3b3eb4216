"""What is written can be read: `read(write(entry)) == entry`, for every entry there can be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any, get_args, get_type_hints

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from briefgen.content.read import parse_entry
from briefgen.content.write import write
from briefgen.model import entries
from briefgen.model.entries import Actor, Brief, DeskPage, Entry, Source, Unnamed
from briefgen.model.text import FORBIDDEN
from tests.conftest import REPOSITORY, assembled

TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12).filter(
    lambda t: not FORBIDDEN.search(t)
)
ID = st.from_regex(r"[a-z0-9][a-z0-9_-]{0,7}", fullmatch=True)
LABEL = st.sampled_from(["A", "B", "C12", "label", "quote", "source", "no"])
OFFSETS = st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=30))])
DAY = st.dates(date(1900, 1, 1), date(2100, 1, 1))
MOMENT = st.builds(lambda d, h, tz: datetime(d.year, d.month, d.day, h, 5, tzinfo=tz), DAY, st.integers(0, 23), OFFSETS)
EDTF = st.sampled_from(["unknown", "2026", "2026-11", "2026-11-22", "XXXX-08/..", "2024-21"])


def of(kind: Any, name: str = "", owner: type | None = None) -> st.SearchStrategy[Any]:
    """A strategy for a type of the model, by its annotations."""
    if name in ("place", "body_line"):
        return st.nothing()
    if name == "body":
        return st.one_of(st.just(""), TEXT)
    if name == "hedge":
        return st.dictionaries(LABEL, TEXT, max_size=2)
    if name == "sources":
        return st.dictionaries(LABEL, ID, max_size=3)
    if name == "ids":
        return st.dictionaries(TEXT, TEXT, max_size=2)
    if kind is entries.Day or kind == entries.Day | None:
        return st.one_of(DAY, MOMENT)
    if kind == datetime | None:
        return st.one_of(st.none(), MOMENT)
    if kind is entries.Edtf:
        return EDTF
    if kind is entries.Label:
        return LABEL
    if kind is int:
        return st.integers(-5, 5)
    if kind is str:
        return ID if name in ("id", "file") else TEXT
    if getattr(kind, "__supertype__", None) is not None:
        return ID
    arguments = get_args(kind)
    if getattr(kind, "__origin__", None) is tuple:
        item = arguments[0]
        if item == entries.Voice:
            return st.lists(st.one_of(ID, st.builds(Unnamed, TEXT)), max_size=2).map(tuple)
        return st.lists(of(item, "", owner), max_size=2).map(tuple)
    if type(None) in arguments:
        return st.one_of(st.none(), of(next(a for a in arguments if a is not type(None))))
    if arguments and all(isinstance(a, str) for a in arguments):
        return st.sampled_from(arguments)
    return entry(kind)


def entry(kind: type) -> st.SearchStrategy[Any]:
    hints = get_type_hints(kind, vars(entries) | {"Mapping": Mapping})
    made = {f.name: of(hints[f.name], f.name, kind) for f in fields(kind) if f.name not in ("place", "body_line")}
    for name in ("label", "text", "note", "title", "summary", "language"):
        if name in made and hints[name] is str:
            made[name] = st.one_of(TEXT)
    return st.builds(kind, **made)


def back(thing: Entry) -> Entry | None:
    read, problems = parse_entry(type(thing), thing.id, write(thing), "f.md")
    assert [
        p for p in problems if p.severity == "error" and p.message != "a brief that is published has a `date`"
    ] == []
    return read


@pytest.mark.parametrize("kind", [Brief, Actor, Source, DeskPage])
def test_read_is_the_inverse_of_write(kind: type) -> None:
    @settings(max_examples=60, suppress_health_check=list(HealthCheck), deadline=None)
    @given(entry(kind))
    def holds(thing: Entry) -> None:
        assert back(thing) == thing

    holds()


@pytest.mark.parametrize("site", ["own", "sound"])
def test_every_file_of_a_site_survives(site: str) -> None:
    content = assembled(REPOSITORY if site == "own" else REPOSITORY / "tests/sites/sound").graph.content
    for thing in (
        *content.briefs.values(),
        *content.actors.values(),
        *content.sources.values(),
        *content.pages.values(),
    ):
        assert back(thing) == thing


@pytest.mark.parametrize(
    "text", ["NO", "~", "null", "2026-11-22", "1e3", "- a", "#x", "a: b", "'", "", " x ", "\u2028", "{"]
)
def test_texts_that_yaml_might_take_for_something_else(text: str) -> None:
    page = DeskPage("p", f"{text}", description=text)
    assert back(page) == page
