"""Values of the model's types as JSON and back: checked as they are read, and nothing in the text can be executed.

A dataclass is an object of the fields that differ from their defaults; where a type leaves several classes open, `""`
names the class. A mapping is a list of pairs, so that its keys may be of any type. A text of a type that has a `Form`
is held to it. The way of each type is worked out once, from its annotations.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date, datetime
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from briefgen.model.ids import Form

T = TypeVar("T")
Way = Callable[[Any], Any]

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class Wrong(Exception):
    """A text is none that `encoded` makes of a value of the type that was asked for."""


def encoded(value: object) -> bytes:
    """A dataclass as JSON."""
    kind: Any = type(value)
    return _encode(_writer(kind)(value)).encode()


def decoded(kind: type[T], data: bytes) -> T:
    """The value of a class that `encoded` made this of. Raises Wrong where it is anything else."""
    try:
        asked: Any = kind
        value: T = _reader(asked)(json.loads(data))
    except (ValueError, TypeError, LookupError, RecursionError) as error:
        raise Wrong(f"no {kind.__name__}: {error}") from error
    return value


def _options(kind: Any) -> tuple[list[Any], bool]:
    """What a union leaves open, and whether None is among it; any other type is its own only option."""
    if get_origin(kind) not in (Union, UnionType):
        return [kind], False
    given = [option for option in get_args(kind) if option is not NoneType]
    return given, len(given) < len(get_args(kind))


def _bare(kind: Any) -> Any:
    """The type behind names that were given to it."""
    while hasattr(kind, "__supertype__"):
        kind = kind.__supertype__
    return kind


def _is_class(kind: Any) -> bool:
    return is_dataclass(kind)


def _is_mapping(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Mapping)


def _default(each: Field[Any]) -> object:
    return each.default_factory() if each.default_factory is not MISSING else each.default


# ---- from values to JSON -------------------------------------------------------------------------------------------


def _same(value: Any) -> Any:
    return value


@cache
def _writer(kind: Any) -> Way:
    """How a value of a type is written."""
    kind = _bare(kind)
    options, may_be_none = _options(kind)
    if may_be_none:
        inner = _union_writer(options)
        return inner if inner is _same else lambda value: None if value is None else inner(value)
    if len(options) > 1:
        return _union_writer(options)
    if _is_class(kind):
        return _object_writer(kind)
    if kind in (str, int, bool, Any) or get_origin(kind) is Literal:
        return _same
    if kind is bytes:
        return bytes.hex
    if kind in (date, datetime):
        return _day_text
    if get_origin(kind) is Annotated:
        return _writer(kind.__origin__)
    parts = [_writer(part) for part in get_args(kind) if part is not ...]
    if _is_mapping(get_origin(kind)):
        key, item = parts
        return lambda value: [(key(k), item(v)) for k, v in value.items()]
    if get_origin(kind) is frozenset:
        (item,) = parts
        return lambda value: sorted(map(item, value))
    if get_origin(kind) is tuple and get_args(kind)[-1] is ...:
        (item,) = parts
        return _same if item is _same else lambda value: [item(each) for each in value]
    if get_origin(kind) is tuple:
        is_plain = all(part is _same for part in parts)
        return _same if is_plain else lambda value: [way(each) for way, each in zip(parts, value, strict=True)]
    raise TypeError(f"{kind} cannot be written")


def _day_text(value: date) -> str:
    return value.isoformat()


def _union_writer(options: list[Any]) -> Way:
    if len(options) == 1 or set(options) == {date, datetime}:
        return _writer(options[0])
    classes = {option: _writer(option) for option in options if _is_class(option)}

    def write(value: Any) -> Any:
        way = classes.get(type(value))
        return value if way is None else {"": type(value).__name__} | way(value)

    return write


def _object_writer(kind: Any) -> Way:
    hints = get_type_hints(kind, include_extras=True)
    ways = [(each.name, _default(each), _writer(hints[each.name])) for each in fields(kind)]

    def write(value: Any) -> dict[str, Any]:
        made = {}
        for name, default, way in ways:
            part = getattr(value, name)
            if part is not default and part != default:
                made[name] = way(part)
        return made

    return write


# ---- from JSON to values -------------------------------------------------------------------------------------------


@cache
def _reader(kind: Any) -> Way:
    """How a value of a type is read; raises Wrong, or what Python itself raises, where it is none."""
    kind = _bare(kind)
    options, may_be_none = _options(kind)
    if may_be_none:
        inner = _union_reader(options)
        return lambda value: None if value is None else inner(value)
    if len(options) > 1:
        return _union_reader(options)
    if _is_class(kind):
        return _object_reader(kind)
    if kind in (str, int, bool):
        return _exactly(kind)
    if kind is Any:
        return _plain
    if get_origin(kind) is Literal:
        return _one_of(get_args(kind))
    if kind is bytes:
        return bytes.fromhex
    if kind in (date, datetime):
        read: Way = kind.fromisoformat
        return read
    if get_origin(kind) is Annotated:
        return _formed(_reader(kind.__origin__), kind.__metadata__)
    parts = [_reader(part) for part in get_args(kind) if part is not ...]
    if _is_mapping(get_origin(kind)):
        key, item = parts
        return lambda value: {key(k): item(v) for k, v in _listed(value)}
    if get_origin(kind) is frozenset:
        (item,) = parts
        return lambda value: frozenset([item(each) for each in _listed(value)])
    if get_origin(kind) is tuple and get_args(kind)[-1] is ...:
        (item,) = parts
        return lambda value: tuple([item(each) for each in _listed(value)])
    if get_origin(kind) is tuple:
        return lambda value: tuple([way(each) for way, each in zip(parts, _listed(value), strict=True)])
    raise TypeError(f"{kind} cannot be read")


def _exactly(kind: type) -> Way:
    def read(value: Any) -> Any:
        if type(value) is not kind:
            raise TypeError(f"{value!r:.60} is no {kind.__name__}")
        return value

    return read


def _formed(inner: Way, forms: tuple[Any, ...]) -> Way:
    def read(value: Any) -> Any:
        value = inner(value)
        if not all(form.fits(value) for form in forms if isinstance(form, Form)):
            raise ValueError(f"{value!r:.60} has not the form of its type")
        return value

    return read


def _one_of(words: tuple[object, ...]) -> Way:
    known = frozenset(words)

    def read(value: Any) -> Any:
        if value not in known:
            raise ValueError(f"{value!r:.60} is none of {sorted(map(str, known))}")
        return value

    return read


def _day(value: Any) -> date:
    """A date, or a moment with its offset."""
    return date.fromisoformat(value) if len(value) == 10 else datetime.fromisoformat(value)


def _listed(value: Any) -> list[Any]:
    if type(value) is not list:
        raise TypeError(f"{value!r:.60} is no list")
    return value


def _plain(value: Any) -> Any:
    """A key of a piece: texts and numbers, by themselves or in tuples."""
    if type(value) is list:
        return tuple([_plain(each) for each in value])
    if not isinstance(value, str | int | None):
        raise TypeError(f"{value!r:.60} is no key")
    return value


def _union_reader(options: list[Any]) -> Way:
    if set(options) == {date, datetime}:
        return _day
    if len(options) == 1:
        return _reader(options[0])
    classes = {option.__name__: _reader(option) for option in options if _is_class(option)}
    others = [_reader(option) for option in options if not _is_class(option)]

    def read(value: Any) -> Any:
        if type(value) is dict:
            return classes[value.pop("")](value)
        for other in others[:-1]:
            try:
                return other(value)
            except (TypeError, ValueError):
                pass
        return others[-1](value)

    return read


def _object_reader(kind: Any) -> Way:
    hints = get_type_hints(kind, include_extras=True)
    ways = {each.name: _reader(hints[each.name]) for each in fields(kind)}

    def read(value: Any) -> Any:
        if type(value) is not dict:
            raise TypeError(f"{value!r:.60} is no {kind.__name__}")
        return kind(**{name: ways[name](part) for name, part in value.items()})

    return read
