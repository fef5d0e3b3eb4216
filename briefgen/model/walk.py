"""One walk over all that an entry says, by the types of its fields: the filter and the audit both ask it.

What a field holds is told by its type, so a new field is known the moment it has one; a type that is not known here
is refused. Only texts that are no words of a person need a line of their own, in `_TOLD`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from briefgen.model.entries import (
    UNKNOWN,
    Actor,
    ActorId,
    Asset,
    Brief,
    BriefId,
    DeskPage,
    Edtf,
    FileName,
    Label,
    LocalId,
    Ref,
    Source,
    SourceId,
    Stored,
)
from briefgen.model.problems import Place

What = Literal["words", "name", "body", "id", "actor", "source", "brief", "ref", "label"]
Told = tuple[What, str]  # what it is, and the text itself

ALL: frozenset[What] = frozenset(get_args(What))
_STRINGS: Mapping[object, What | None] = {
    str: "words",
    ActorId: "actor",
    SourceId: "source",
    BriefId: "brief",
    Ref: "ref",
    Label: "label",
    LocalId: "id",
    FileName: "id",
    Edtf: None,  # a date is shown in words of ours
}
_NONE = type(None)
_UNIONS = (Union, type(int | None))
_SAYS_NOTHING = frozenset((date, datetime, int, bytes, Place, _NONE))
# Texts that are not words, by the class and the field.
_TOLD: Mapping[tuple[type, str], What | None] = {
    (Brief, "id"): "id",
    (Brief, "body"): "body",
    (Brief, "language"): None,
    (Brief, "redirect_from"): "id",
    (Actor, "id"): "id",
    (Actor, "name"): "name",
    (Actor, "aliases"): "name",
    (Actor, "weak_aliases"): "name",
    (Actor, "metonyms"): "name",
    (Actor, "body"): "body",
    (Actor, "redirect_from"): "id",
    (Source, "id"): "id",
    (Source, "language"): None,
    (Source, "body"): "body",
    (Source, "redirect_from"): "id",
    (DeskPage, "body"): "body",
    (Stored, "sha256"): None,
    (Asset, "name"): "id",
}
_Reader = Callable[[Any], Iterator[Told]]
_Step = tuple[str, _Reader]


def walk(thing: object, only: frozenset[What] = ALL) -> Iterator[Told]:
    """All that an entry, or a part of one, says: texts and names of other things, in the order of the fields.

    `only` are the kinds that are asked for; empty texts are left out.
    """
    kind = type(thing)
    steps = _PLANS.get((kind, only))
    if steps is None:
        steps = _PLANS[kind, only] = _plan(kind, only)
    for name, read in steps:
        value = getattr(thing, name)
        if value:
            yield from read(value)


def told(thing: object, what: What) -> Iterator[str]:
    """The texts of one kind in a thing."""
    return (text for _, text in walk(thing, frozenset((what,))))


_PLANS: dict[tuple[type, frozenset[What]], tuple[_Step, ...]] = {}


def _plan(kind: type, only: frozenset[What]) -> tuple[_Step, ...]:
    """How the fields of a class are read; those that say nothing that is asked for are left out."""
    hints = get_type_hints(kind, include_extras=True)
    readers = ((field.name, _reader(kind, field.name, hints[field.name], only)) for field in fields(kind))
    return tuple((name, reader) for name, reader in readers if reader is not None)


def _reader(kind: type, name: str, hint: object, only: frozenset[What]) -> _Reader | None:
    """How a value of a type is read; None where it says nothing that is asked for. Raises TypeError if unknown."""
    origin, inner = get_origin(hint), get_args(hint)
    if hint in _SAYS_NOTHING or origin is Literal:
        return None
    if hint in _STRINGS:
        what = _TOLD.get((kind, name), _STRINGS[hint])
        return _text(what) if what in only else None
    if is_dataclass(hint):
        assert isinstance(hint, type)
        return (lambda part: walk(part, only)) if _plan(hint, only) else None
    if origin is tuple and inner[1:] == (...,):
        return _each(_reader(kind, name, inner[0], only))
    if origin is Mapping:
        return _pairs(*(_reader(kind, name, each, only) for each in inner))
    if origin in _UNIONS:
        return _either([_reader(kind, name, each, only) for each in inner], inner)
    raise TypeError(f"{kind.__name__}.{name}: it is not known what {hint} says")


def _text(what: What) -> _Reader:
    def read(text: str) -> Iterator[Told]:
        if text != UNKNOWN:
            yield what, text

    return read


def _each(read: _Reader | None) -> _Reader | None:
    return None if read is None else lambda things: (said for thing in things if thing for said in read(thing))


def _pairs(key: _Reader | None, value: _Reader | None) -> _Reader | None:
    sides = [(side, read) for side, read in enumerate((key, value)) if read is not None]
    if not sides:
        return None
    return lambda pairs: (said for pair in pairs.items() for side, read in sides for said in read(pair[side]))


def _either(readers: list[_Reader | None], hints: tuple[Any, ...]) -> _Reader | None:
    """A value of one of several types: at most one of them is a text, the others are told apart by their class."""
    texts = [read for read, hint in zip(readers, hints, strict=True) if hint in _STRINGS]
    parts: dict[object, _Reader | None] = {
        hint: read for read, hint in zip(readers, hints, strict=True) if is_dataclass(hint)
    }
    if not any(readers):
        return None
    if len(hints) - (_NONE in hints) == 1:
        return next(read for read in readers if read is not None)
    if len(texts) + len(parts) + (_NONE in hints) < len(hints) or len(texts) > 1:
        raise TypeError(f"which of {hints} a value is cannot be told")

    def read(value: object) -> Iterator[Told]:
        reader = parts[type(value)] if type(value) in parts else texts[0]
        return iter(()) if reader is None else reader(value)

    return read
