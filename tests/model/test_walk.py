"""One walk finds every text of every entry, and refuses a field of which it does not know what it says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass, make_dataclass
from types import UnionType
from typing import Annotated, Any, Literal, NewType, Union, get_args, get_origin, get_type_hints

import pytest

from briefgen.model import entries
from briefgen.model.entries import ActorId, Content, Evidence, Fact, Label, Ref, Unnamed, When
from briefgen.model.walk import ALL, told, walk

KINDS = [
    kind
    for kind in vars(entries).values()
    if isinstance(kind, type) and is_dataclass(kind) and kind.__module__ == entries.__name__
    and kind not in (Content, entries.Capture)
]  # fmt: skip


def _filled(hint: Any, marks: list[str]) -> Any:
    """A value of a type with a mark in every text: made from the type, and knowing nothing of what is tested."""
    origin, inner = get_origin(hint), get_args(hint)
    if isinstance(hint, NewType) or hint is str or origin is Annotated:
        marks.append(f"mark-{len(marks)}")
        return marks[-1]
    if is_dataclass(hint) and hint is not entries.Place:
        hints = get_type_hints(hint, include_extras=True)
        return hint(**{f.name: _filled(hints[f.name], marks) for f in fields(hint)})  # type: ignore[operator]
    if origin is tuple:
        return tuple(_filled(each, marks) for each in (inner[0], inner[0]))
    if origin is Mapping:
        return {_filled(inner[0], marks): _filled(inner[1], marks)}
    if origin in (Union, UnionType):
        return _filled(next(each for each in reversed(inner) if each is not type(None)), marks)
    return None


# Texts that are not words: what they hold is no secret, or never shown.
QUIET = {
    "Brief": {"reference_date", "language"}, "Source": {"published", "language"}, "Affiliation": {"since", "until"},
    "When": {"edtf"}, "Stored": {"sha256"},
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_text_of_an_entry_is_met(kind: type) -> None:
    """A new field of any class is filled here by its type. It is walked, or stands in `QUIET` with a reason."""
    marks: list[str] = []
    hints = get_type_hints(kind, include_extras=True)
    met: dict[str, set[str]] = {}
    for each in fields(kind):
        before = len(marks)
        value = _filled(hints[each.name], marks)
        if len(marks) > before:
            met[each.name] = set(marks[before:])
            thing = object.__new__(kind)
            for other in fields(kind):
                object.__setattr__(thing, other.name, value if other is each else None)
            found = {text for _, text in walk(thing)}
            quiet = {name for names in QUIET.values() for name in names}
            missed = {mark for mark in met[each.name] if mark not in found}
            assert not missed or each.name in QUIET.get(kind.__name__, ()) or _only_in(value, missed, quiet), each.name


def _only_in(thing: object, marks: set[str], names: set[str]) -> bool:
    """Whether marks stand nowhere in a thing but in fields of these names."""
    if is_dataclass(thing) and not isinstance(thing, type):
        return all(f.name in names or _only_in(getattr(thing, f.name), marks, names) for f in fields(thing))
    if isinstance(thing, tuple):
        return all(_only_in(each, marks, names) for each in thing)
    return not (isinstance(thing, str) and thing in marks)


def test_what_is_found_is_told_by_what_it_is() -> None:
    fact = Fact(
        "Ava says so.",
        id="so",
        asserted_by=(ActorId("ava"), Unnamed("a friend")),
        when=When("in May"),
        hedge={Label("A"): "perhaps"},
        evidence=(Evidence(Label("A"), "it is so"),),
    )
    assert list(walk(fact)) == [
        ("words", "Ava says so."), ("id", "so"), ("actor", "ava"), ("words", "a friend"), ("words", "in May"),
        ("label", "A"), ("words", "perhaps"), ("label", "A"), ("words", "it is so"),
    ]  # fmt: skip
    assert list(told(fact, "label")) == ["A", "A"]


class Odd:
    """What no entry holds."""


@pytest.mark.parametrize("hint", [Odd, tuple[Odd, ...], Odd | None, Mapping[str, Odd], str | Ref, set[str]])
def test_a_field_of_an_unknown_type_is_refused(hint: Any) -> None:
    kind = make_dataclass("Kind", [("new", hint)])
    with pytest.raises(TypeError):
        list(walk(kind("text"), ALL))


@dataclass
class Plain:
    """A class of an entry to come."""

    choice: Literal["a", "b"]
    words: str = ""


def test_a_new_class_needs_no_line_anywhere() -> None:
    assert list(walk(Plain("a", "of ours"))) == [("words", "of ours")]
