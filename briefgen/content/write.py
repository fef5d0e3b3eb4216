"""An entry -> its file's text in one canonical form; reading that text gives the entry back."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date
from typing import Any

import yaml

from briefgen.content.shapes import WRITTEN_AS
from briefgen.model.entries import Entry, Evidence

_NOT_WRITTEN = frozenset(("place", "body", "body_line"))


class _Dumper(yaml.SafeDumper):
    """Writes every value as text; quotes what another YAML reader would take for true, false or null."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    """A text; with its breaks escaped where only YAML takes them for ends of lines."""
    style = '"' if re.search("[\x85\u2028\u2029]", text) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)
_Dumper.yaml_implicit_resolvers = {
    first: kept
    for first, resolvers in yaml.SafeDumper.yaml_implicit_resolvers.items()
    if (kept := [(tag, rule) for tag, rule in resolvers if tag.rsplit(":", 1)[-1] in ("bool", "null", "merge")])
}


def write(entry: Entry) -> str:
    """The text of an entry's file: front matter, keys in the order of the model, defaults left out, then the body."""
    front = _mapping(entry)
    front.pop("id")
    text = yaml.dump(front, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=10**6, default_flow_style=False)
    return f"---\n{text}---\n{entry.body}"


def written(things: Sequence[object]) -> str:
    """Parts of an entry as YAML: a list, one item after the other."""
    data = [_data(each) for each in things]
    text: str = yaml.dump(
        data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=10**6, default_flow_style=False
    )
    return text


def flowing(thing: object) -> str:
    """A part of an entry as YAML on one line: `{A: "some words"}`."""
    return _flowing(_data(thing))


def _flowing(data: object) -> str:
    if isinstance(data, Mapping):
        return f"{{{', '.join(f'{key}: {_flowing(value)}' for key, value in data.items())}}}"
    if isinstance(data, list):
        return f"[{', '.join(_flowing(each) for each in data)}]"
    text = str(data)
    return text if _BARE.fullmatch(text) else json.dumps(text, ensure_ascii=False).translate(_ESCAPED)


_BARE = re.compile(r"[a-z0-9][a-z0-9_-]*(?:#[a-z0-9][a-z0-9_-]*)?|proposed")
_ESCAPED = {0x2028: "\\L", 0x2029: "\\P", 0x85: "\\N", 0xFEFF: "\\uFEFF"}


def _mapping(thing: Any) -> dict[str, object]:
    """A dataclass as a mapping of what is not at its default."""
    written = WRITTEN_AS.get(type(thing), {})
    return {
        written.get(f.name, f.name): _data(getattr(thing, f.name))
        for f in fields(thing)
        if f.name not in _NOT_WRITTEN and not _is_default(f, getattr(thing, f.name))
    }


def _is_default(declared: Field[Any], value: object) -> bool:
    if declared.default is not MISSING:
        return bool(value == declared.default)
    if declared.default_factory is not MISSING:
        return bool(value == declared.default_factory())
    return False


def _data(value: object) -> object:
    if isinstance(value, Evidence) and not (value.prefix or value.suffix or value.translation) and _is_label(value):
        return {value.source: value.quote}
    if is_dataclass(value):
        return _mapping(value)
    if isinstance(value, tuple):
        return [_data(each) for each in value]
    if isinstance(value, Mapping):
        return {str(key): _data(each) for key, each in value.items()}
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def _is_label(evidence: Evidence) -> bool:
    """Whether a label cannot be taken for one of the keys of a quote."""
    return evidence.source not in ("source", "quote", "prefix", "suffix", "translation")
