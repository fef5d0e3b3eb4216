"""JSON Schemas of the front matters, for editors: what pydantic knows of the model, and the short forms on top."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from functools import cache, partial
from importlib.resources import files
from typing import Any

from briefgen.content.shapes import READINGS, WRITTEN_AS, adapter
from briefgen.model.entries import Actor, Brief, CastMember, Question, Source

Schema = dict[str, Any]
_NOT_TYPED = ("place", "body", "body_line")
_TEXT: Schema = {"type": "string"}
_QUOTES: Schema = {
    "anyOf": [
        {"type": "object", "additionalProperties": _TEXT},
        {
            "type": "array",
            "items": {
                "anyOf": [{"type": "object", "additionalProperties": _TEXT}, {"$ref": "#/$defs/Evidence"}],
            },
        },
    ],
}
_SHORT = {CastMember: "id", Question: "question"}  # what a plain text stands for


def schema(kind: type, title: str) -> Schema:
    """The JSON Schema (draft 2020-12) of the front matter of a kind of entry."""
    made: Schema = adapter(kind).json_schema()
    definitions: dict[str, Schema] = made.pop("$defs", {})
    definitions.pop("Place", None)
    by_name = {known.__name__: known for known in (*READINGS, *WRITTEN_AS)}
    for name, definition in definitions.items():
        _as_typed(by_name.get(name), definition)
        _told(name, definition)
    _as_typed(kind, made)
    _told(kind.__name__, made)
    made["properties"].pop("id", None)
    made["required"] = [key for key in made.get("required", ()) if key != "id"]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": title,
        "$defs": definitions,
        **{key: value for key, value in made.items() if key != "title"},
    }


def _as_typed(kind: type | None, definition: Schema) -> None:
    """Make a definition say what a person may type: keys as written, short forms, nothing else."""
    properties: dict[str, Schema] = definition.get("properties", {})
    for key in _NOT_TYPED:
        properties.pop(key, None)
    written = WRITTEN_AS.get(kind, {}) if kind else {}
    renamed = {written.get(key, key): _short_form(kind, key, value) for key, value in properties.items()}
    definition["properties"] = renamed
    definition["required"] = [written.get(key, key) for key in definition.get("required", ())]
    definition["additionalProperties"] = False


@cache
def _meanings() -> Mapping[str, Mapping[str, str]]:
    """What each key means, by the kind of thing that it is a key of."""
    return tomllib.loads(files(__package__).joinpath("keys.toml").read_text("utf-8"))


def _told(name: str, definition: Schema) -> None:
    """Say beside each key what it means, and not what the language calls it."""
    for key, value in definition["properties"].items():
        value.pop("title", None)
        told = {"description": _meanings()[name][key]} if key in _meanings().get(name, {}) else {}
        definition["properties"][key] = {**value, **told}


def _short_form(kind: type | None, key: str, value: Schema) -> Schema:
    reading = getattr(READINGS.get(kind, {}).get(key), "__name__", "") if kind else ""
    if key in ("evidence", "chain_evidence", "readings"):
        return _QUOTES
    if reading in ("_list", "_voices"):
        items = value.get("items") or next((v["items"] for v in value.get("anyOf", ()) if "items" in v), _TEXT)
        return {"anyOf": [items, {"type": "array", "items": items}]}
    listed = value.get("items", {}).get("$ref", "").rpartition("/")[2]
    if listed in {short.__name__ for short in _SHORT}:
        return {**value, "items": {"anyOf": [_TEXT, value["items"]]}}
    return value


SCHEMAS: Mapping[str, Callable[[], Schema]] = {
    "brief": partial(schema, Brief, "The front matter of a brief"),
    "actor": partial(schema, Actor, "The front matter of an actor"),
    "source": partial(schema, Source, "The front matter of a source"),
}
