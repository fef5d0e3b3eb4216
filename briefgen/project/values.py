"""What a setting may be: for each kind of value, what is wrong with one, and its shape in a JSON schema."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from briefgen.model.problems import did_you_mean
from briefgen.model.text import BIDI, name_of, unfit
from briefgen.project.addresses import EXAMPLES, address

Schema = dict[str, Any]
Wrong = tuple[str, str]  # a sentence, and what helps


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of value: what is wrong with one of them, if anything, and its shape in a JSON schema."""

    wrong: Callable[[str, Any], Wrong | None]
    shape: Schema


def line(key: str, value: Any) -> Wrong | None:
    """A text that is printed: one line, without what could end it or turn what stands behind it around."""
    if not isinstance(value, str):
        return f"`{key}` wants a text in quotes", ""
    if bad := unfit(value):
        return f"{name_of(bad[0])} cannot stand in `{key}`: it is one line of text, without bidi controls", ""
    return None


def _matches(pattern: str, example: str, *, nothing: bool = False) -> Kind:
    """A line of a certain form; where `nothing` is true it may be empty too."""
    form = re.compile(pattern)

    def wrong(key: str, value: Any) -> Wrong | None:
        found = line(key, value)
        if found or form.fullmatch(value) or (nothing and not value):
            return found
        return f"{value[:80]!r} is no `{key}`", f"For example {example}."

    whole = f"^(?:{pattern}{'|' if nothing else ''})$"
    return Kind(wrong, {"type": "string", "pattern": whole})


def _address(key: str, value: Any) -> Wrong | None:
    if found := line(key, value):
        return found
    try:
        if value:
            address(value)
    except ValueError as error:
        return f"{value[:80]!r} is not an address: {error}", EXAMPLES
    return None


def _number(key: str, value: Any) -> Wrong | None:
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return None
    return f"`{key}` wants a whole number", ""


def _each(kind: Kind) -> Kind:
    """A list of values of a kind."""

    def wrong(key: str, value: Any) -> Wrong | None:
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            return f"`{key}` wants a list of texts", ""
        return next((found for each in value if (found := kind.wrong(key, each))), None)

    return Kind(wrong, {"type": "array", "items": kind.shape})


def _allowances(key: str, value: Any) -> Wrong | None:
    if isinstance(value, list) and all(
        isinstance(each, dict) and each.keys() == {"rule", "at"} and all(isinstance(v, str) for v in each.values())
        for each in value
    ):
        return None
    return '`allow` wants a list of {rule = "...", at = "..."}', ""


def one_of(choices: tuple[str, ...]) -> Kind:
    """One of some words."""

    def wrong(key: str, value: Any) -> Wrong | None:
        if value in choices:
            return None
        return f"{str(value)[:80]!r} is no `{key}`; known are: {', '.join(choices)}", did_you_mean(str(value), choices)

    return Kind(wrong, {"type": "string", "enum": list(choices)})


_TEXT: Schema = {"type": "string", "pattern": f"^[^\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029{BIDI}]*$"}
# `[^-]` at the beginning: what begins with a dash is an option to the program that it is handed to.
KINDS: Mapping[str, Kind] = {
    "text": Kind(line, _TEXT),
    "address": Kind(_address, {"type": "string", "format": "uri"}),
    "language": _matches(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*", "en, de-CH or zh-Hant"),
    "place": _matches(r"[^-].*", "../share or git@host.example:desk/site.git"),
    "branch": _matches(r"(?!.*(?:\.\.|//|@\{|\.lock$))[A-Za-z0-9_][A-Za-z0-9_./@+-]*(?<![./])", "gh-pages"),
    "word": _matches(r"[A-Za-z0-9][A-Za-z0-9_-]*", "eu-central-1", nothing=True),
    "number": Kind(_number, {"type": "integer", "minimum": 0}),
    "texts": _each(Kind(line, _TEXT)),
    "modules": _each(_matches(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*", "our_checks or desk.views")),
    "allowances": Kind(
        _allowances,
        {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"rule": _TEXT, "at": _TEXT},
                "required": ["rule", "at"],
                "additionalProperties": False,
            },
        },
    ),
}
