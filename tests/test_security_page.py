"""SECURITY.md names a test for every promise, and every test that it names is there."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY

PAGE = (REPOSITORY / "SECURITY.md").read_text()
ROWS = {int(row[1]): row[0] for row in re.finditer(r"^\| (\d+) \|.*\|$", PAGE, re.M)}
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE)))
# The promises of our safety rules, each by a word that its row has to have.
PROMISES = {
    1: "door", 2: "YAML", 3: "template", 4: "Markdown", 5: "content security policy", 6: "names of files",
    7: "all or nothing", 8: "lost", 9: "same bytes", 10: "bounded", 11: "withheld", 12: "deploy", 13: "preview",
    14: "Fetching", 15: "terminal", 16: "source said",
}  # fmt: skip


@cache
def _tests_of(path: str) -> frozenset[str]:
    file = Path(REPOSITORY / path)
    tree = ast.parse(file.read_text()) if file.is_file() else ast.Module([], [])
    return frozenset(each.name for each in tree.body if isinstance(each, ast.FunctionDef))


@pytest.mark.parametrize(("path", "name"), NAMED, ids=[name for _, name in NAMED])
def test_a_test_that_is_named_is_there(path: str, name: str) -> None:
    assert name in _tests_of(path), f"{path} has no {name}"


@pytest.mark.parametrize("number", PROMISES)
def test_every_promise_has_a_row_with_what_it_is_against_and_a_test(number: int) -> None:
    row = ROWS[number]
    promise, against, tests = (cell.strip() for cell in row.split("|")[2:5])
    assert PROMISES[number] in promise and against and "::test_" in tests


def test_rows_are_numbered_and_nothing_that_looks_like_a_test_is_overlooked() -> None:
    assert [*ROWS] == list(range(1, len(ROWS) + 1)) and len(ROWS) >= len(PROMISES)
    assert len(NAMED) == len(set(re.findall(r"\S*::\S+?(?=[`,\s])", PAGE)) - {"PATH::NAME"}) >= 50


def test_it_says_how_to_report() -> None:
    assert "## How to report" in PAGE and "Report a vulnerability" in PAGE and "in private" in PAGE
