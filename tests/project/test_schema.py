"""The schema of the settings says of a file what the program says of it."""

from __future__ import annotations

import tomllib
from pathlib import Path

import jsonschema
import pytest

from briefgen.project.schema import settings_schema
from briefgen.project.settings import load
from tests.conftest import REPOSITORY


@pytest.mark.parametrize(("text", "is_right"), [
    ("", True),
    ((REPOSITORY / "briefgen.toml").read_text(), True),
    ('[deploy.live]\nkind = "git"\nto = "x"\nmax_deletes = 3\nssh = ["-v"]', True),
    ('[checks]\nallow = [{rule = "x", at = "*"}]', True),
    ('hosting = "somewhere"', False),
    ('[site]\ntitel = "x"', False),
    ('[site]\ntitle = 3', False),
    ('[deploy.live]\nkind = "git"', False),
    ('[deploy.live]\nkind = "git"\nto = "x"\nmax_deletes = "3"', False),
    ('[checks]\nallow = ["x"]', False),
    ('plugins = "x"', False),
])  # fmt: skip
def test_the_schema_and_the_program_agree(text: str, is_right: bool, tmp_path: Path) -> None:
    (tmp_path / "briefgen.toml").write_text(text)
    assert (not load(tmp_path).problems) is is_right
    schema = settings_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    assert jsonschema.Draft202012Validator(schema).is_valid(tomllib.loads(text)) is is_right
