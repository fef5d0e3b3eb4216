"""Lines are lines by one rule, whatever else a text holds."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefgen.model.text import line_and_column, lines_of
from tests.test_architecture import PACKAGE, modules


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", []),
        ("a", ["a"]),
        ("a\nb\n", ["a", "b"]),
        ("a\r\n\r\nb", ["a", "", "b"]),
        ("\n", [""]),
        ("a\u2028b\x85c\x0bd\x0ce\x1cf\u2029g\rh\n", ["a\u2028b\x85c\x0bd\x0ce\x1cf\u2029g\rh"]),
    ],
)
def test_only_a_newline_ends_a_line(text: str, lines: list[str]) -> None:
    assert lines_of(text) == lines


@given(st.text(st.sampled_from("a\n\r\u2028\x85é")), st.integers(0, 20))
def test_lines_with_their_ends_are_the_text(text: str, at: int) -> None:
    assert "".join(lines_of(text, with_ends=True)) == text
    at = min(at, len(text))
    line, column = line_and_column(text, at)
    before = lines_of(text, with_ends=True)[: line - 1]
    assert sum(map(len, before)) + column - 1 == at


def test_no_other_place_knows_what_a_line_is() -> None:
    def splits(call: ast.Call) -> bool:
        name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
        is_newline = any(isinstance(a, ast.Constant) and a.value == "\n" for a in call.args)
        return name in ("splitlines", "readlines") or (name == "split" and is_newline)

    found = {
        path.relative_to(PACKAGE).as_posix()
        for path in modules()
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and splits(node)
    }
    assert found == {"model/text.py"}


def test_what_is_printed_spells_what_would_turn_or_move_the_text() -> None:
    from briefgen.model.text import printable

    assert printable("a\tb\n\x1b[2J\u202e") == "a\tb\n<U+001B>[2J<U+202E>"
