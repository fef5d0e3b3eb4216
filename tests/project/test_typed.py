"""Values go to JSON and come back the same; nothing else comes back, and nothing raises anything of its own."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from briefgen.content.parts import ReadEntry
from briefgen.extract.reading import Reading
from briefgen.model.entries import Brief, Capture, Correction, Day, DeskPage, Fact, Span, Unnamed, Voice
from briefgen.model.problems import Place, Problem
from briefgen.project.typed import Wrong, decoded, encoded
from briefgen.remember import Grouped, Met, Near, Shown, Whole

RECORDS = (ReadEntry, Grouped, Met, Near, Shown, Whole, Reading)
QUICKLY = settings(derandomize=True, max_examples=60, deadline=None)

zones = st.sampled_from([UTC, timezone(timedelta(hours=2)), timezone(timedelta(hours=-9, minutes=-30))])
moments = st.datetimes(timezones=zones)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
keys = st.recursive(st.one_of(texts, st.integers(), st.none()), lambda inner: st.tuples(inner, inner), max_leaves=3)
PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    str: texts, int: st.integers(), bool: st.booleans(), bytes: st.binary(max_size=4), NoneType: st.none(),
    date: st.dates(), datetime: moments, Any: keys,
}  # fmt: skip


def values(kind: Any) -> st.SearchStrategy[Any]:
    """Values of a type, every field filled."""
    if kind in PLAIN:
        return PLAIN[kind]
    if hasattr(kind, "__supertype__"):
        return values(kind.__supertype__)
    if is_dataclass(kind):
        hints = get_type_hints(kind, include_extras=True)
        return st.builds(
            kind, **{each.name: st.deferred(lambda n=each.name: values(hints[n])) for each in fields(kind)}
        )
    origin, inside = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return st.from_regex(re.compile(kind.__metadata__[0].pattern, re.A))
    if origin is Literal:
        return st.sampled_from(inside)
    if origin in (Union, UnionType):
        return st.one_of(*map(values, inside))
    if origin is tuple and inside[-1] is ...:
        return st.lists(values(inside[0]), max_size=2).map(tuple)
    if origin is tuple:
        return st.tuples(*map(values, inside))
    if origin is frozenset:
        return st.frozensets(values(inside[0]), max_size=2)
    return st.dictionaries(values(inside[0]), values(inside[1]), max_size=2)


def places(value: Any) -> list[Any]:
    """Everything in a value that no comparison of dataclasses looks at."""
    if is_dataclass(value):
        parts = [getattr(value, each.name) for each in fields(value)]
        own = [getattr(value, each.name) for each in fields(value) if not each.compare]
        return own + [place for part in parts for place in places(part)]
    if isinstance(value, tuple):
        return [place for part in value for place in places(part)]
    return []


@pytest.mark.parametrize("kind", RECORDS, ids=lambda kind: kind.__name__)
def test_every_record_comes_back_as_it_was(kind: type) -> None:
    @QUICKLY
    @given(values(kind))
    def check(value: Any) -> None:
        again = decoded(kind, encoded(value))
        assert again == value and type(again) is type(value) and places(again) == places(value)

    check()


@pytest.mark.parametrize("day", [
    date(2026, 11, 22), datetime(2026, 11, 22, 9, 0, tzinfo=UTC),
    datetime(2026, 11, 22, 9, 0, 1, tzinfo=timezone(timedelta(hours=2))),
])  # fmt: skip
def test_a_day_or_moment_keeps_its_kind_and_the_name_of_its_offset(day: Day) -> None:
    brief = Brief("b", "T", date=day, corrections=(Correction(day, "a", "b", "c"),))  # type: ignore[arg-type]
    again = decoded(ReadEntry, encoded(ReadEntry(brief, ()))).entry
    assert isinstance(again, Brief)
    for found in (again.date, again.corrections[0].date):
        assert type(found) is type(day) and found == day
        assert not isinstance(found, datetime) or found.tzname() == day.tzname()  # type: ignore[union-attr]


def test_the_class_of_an_entry_is_told_where_several_fit() -> None:
    page, brief = DeskPage("x", "T", body="B"), Brief("x", "T", body="B")  # type: ignore[arg-type]
    for entry in (page, brief):
        assert type(decoded(ReadEntry, encoded(ReadEntry(entry, ()))).entry) is type(entry)


def test_what_is_not_compared_is_kept() -> None:
    fact = Fact("t", asserted_by=(Unnamed("an aide", Place("f", 3, 4)),), place=Place("f", 1, 2, 3))
    again = decoded(ReadEntry, encoded(ReadEntry(Brief("b", "T", key_facts=(fact,)), ()))).entry  # type: ignore[arg-type]
    assert isinstance(again, Brief) and again.key_facts[0].place == Place("f", 1, 2, 3)
    voice: Voice = again.key_facts[0].asserted_by[0]
    assert isinstance(voice, Unnamed) and voice.place == Place("f", 3, 4)


WRONG = {
    "no JSON": b"{", "no object": b"[]", "nothing": b"", "not UTF-8": b"\xff", "a number": b"1", "null": b"null",
    "a key that is none": b'{"no":1}', "a key that is missing": b"{}", "deep": b"[" * 100_000,
    "a list that is none": b'{"capture":{"cuts":"ab"},"group":"g"}',
    "a number that is a text": b'{"capture":{"length":"1"},"group":"g"}',
    "a number that is true": b'{"capture":{"length":true},"group":"g"}',
    "a text that is a number": b'{"capture":{},"group":1}',
    "pairs that are none": b'{"capture":{"found":[["a"]]},"group":"g"}',
    "a pair too long": b'{"capture":{"found":[[["a","b"],{"start":1,"end":2}]]},"group":"g"}',
}  # fmt: skip


@pytest.mark.parametrize("data", WRONG.values(), ids=WRONG)
def test_what_is_no_such_record_is_wrong(data: bytes) -> None:
    with pytest.raises(Wrong):
        decoded(Grouped, data)


@pytest.mark.parametrize("entry", [
    '{"":"Brief","title":"T"}', '{"":"object","id":"b","title":"T"}', '{"id":"b","title":"T"}', '"b"',
    '{"":"Brief","id":"b","title":"T","date":"yesterday"}', '{"":"Brief","id":"b","title":"T","status":"open"}',
    '{"":"Brief","id":"b","title":"T","embargo_until":"2026-11-22"}' '}', '{"":["Brief"],"id":"b","title":"T"}',
    '{"":"Brief","id":"../b","title":"T"}', '{"":"Brief","id":"b","title":"T","superseded_by":"/etc"}',
    '{"":"Brief","id":"b","title":"T","__class__":"os.system"}',
])  # fmt: skip
def test_an_entry_that_the_model_does_not_know_is_wrong(entry: str) -> None:
    with pytest.raises(Wrong):
        decoded(ReadEntry, f'{{"entry":{entry},"problems":[]}}'.encode())


def test_any_bytes_at_all_are_a_record_or_wrong() -> None:
    sound = encoded(Grouped(Capture(9, (Span(1, 2),), {("q", "", ""): Span(3, 4)}, "shown"), "g"))  # type: ignore[arg-type]

    @settings(derandomize=True, max_examples=300, deadline=None)
    @given(st.integers(0, len(sound) - 1), st.binary(max_size=3), st.integers(0, 3))
    def check(at: int, bytes_: bytes, gone: int) -> None:
        spoilt = sound[:at] + bytes_ + sound[at + gone :]
        try:
            assert isinstance(decoded(Grouped, spoilt), Grouped)
        except Wrong:
            pass

    check()


def test_a_type_that_has_no_way_is_an_error_of_ours() -> None:
    @dataclass
    class Odd:
        of: set[str]

    with pytest.raises(TypeError):
        encoded(Odd({"a"}))


def test_default_values_are_not_written() -> None:
    assert json.loads(encoded(Problem(Place("f", 1), "r", "m"))) == {
        "place": {"file": "f", "line": 1}, "rule": "r", "message": "m",
    }  # fmt: skip
