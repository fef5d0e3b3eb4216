"""The JSON Schema of briefgen.toml, for editors and the documentation: the same tables that settings are held to."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from briefgen.project.settings import DEPLOY, TABLES
from briefgen.project.values import Kind, Schema


def settings_schema() -> Schema:
    """The JSON Schema (draft 2020-12) of briefgen.toml."""
    tables = {name: _table(name, keys) for name, keys in TABLES.items() if name and keys}
    destination = _table("deploy", DEPLOY) | {"required": ["kind", "to"]}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "The settings of a desk",
        **_table("settings", TABLES[""]),
        "properties": {
            **_table("settings", TABLES[""])["properties"],
            **tables,
            "deploy": {"type": "object", "additionalProperties": destination},
        },
    }


def _table(name: str, keys: Mapping[str, Kind]) -> Schema:
    properties = {key: {**wanted.shape, "description": _meanings()[name][key]} for key, wanted in keys.items()}
    return {"type": "object", "properties": properties, "additionalProperties": False}


@cache
def _meanings() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads(files(__package__).joinpath("keys.toml").read_text("utf-8"))
