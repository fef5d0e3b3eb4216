"""One door in: regular files inside the project, of bounded size, in clean UTF-8."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from briefgen.content.door import Door, clean_text
from briefgen.model.problems import Problem
from briefgen.model.text import FORBIDDEN, forbidden, printable


def rule(found: object) -> str:
    return found.rule if isinstance(found, Problem) else "taken"


def test_what_is_taken_and_what_is_not(tmp_path: Path) -> None:
    root = tmp_path / "desk"
    root.mkdir()
    (tmp_path / "outside.md").write_text("x")
    (root / "file.md").write_text("x")
    (root / "inside.md").symlink_to(root / "file.md")
    (root / "out.md").symlink_to(tmp_path / "outside.md")
    (root / "folder.md").mkdir()
    (root / "linked").symlink_to(tmp_path)
    os.mkfifo(root / "pipe.md")
    door = Door(root)
    names = ["file.md", "inside.md", "out.md", "folder.md", "linked/outside.md", "pipe.md", "none.md"]
    assert {name: rule(door.read_bytes(root / name)) for name in names} == {
        "file.md": "taken",
        "inside.md": "taken",
        "out.md": "outside",
        "folder.md": "unreadable",
        "linked/outside.md": "outside",
        "pipe.md": "not-a-file",
        "none.md": "unreadable",
    }
    assert rule(door.read_bytes(root / "file.md", most=0)) == "too-large"


@pytest.mark.parametrize(
    ("data", "text"),
    [(b"\xef\xbb\xbfa\r\nb", "a\nb"), ("é“\t".encode(), "é“\t")],
)
def test_bom_and_line_ends_are_taken_away(data: bytes, text: str) -> None:
    assert clean_text(data, "f") == text


@pytest.mark.parametrize(
    ("data", "place"),
    [
        (b"ab\n\xffc", "f:2:1"),
        (b"ab\x1b", "f:1:3"),
        ("x\u0085".encode(), "f:1:2"),
        ("\ufffe".encode(), "f:1:1"),
        (b"a\rb", "f:1:2"),
    ],
)
def test_what_cannot_stand_in_a_text_is_named_with_its_place(data: bytes, place: str) -> None:
    found = clean_text(data, "f")
    assert isinstance(found, Problem) and str(found.place) == place


def test_the_quick_look_agrees_with_the_pattern() -> None:
    for code in range(0x300):
        text = f"a{chr(code)}b"
        assert bool(forbidden(text)) == bool(FORBIDDEN.search(text)), code


def test_nothing_printed_can_move_a_cursor_or_turn_letters_around() -> None:
    assert printable("a\x1b[31m\u202eb\x9b\n\t") == "a<U+001B>[31m<U+202E>b<U+009B>\n\t"
