"""Files of a desk are written one way: what was saved meanwhile counts, and what is not text stays as it is."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from briefgen.content.door import Door
from briefgen.content.save import Saved, add, change, take_back, writing
from briefgen.disk import whole
from briefgen.model.problems import BriefgenError


@pytest.fixture
def door(tmp_path: Path) -> Door:
    (tmp_path / "desk" / "content" / "briefs").mkdir(parents=True)
    return Door(tmp_path / "desk")


def briefs(door: Door) -> Path:
    return door.root / "content" / "briefs"


def test_a_file_keeps_its_mark_and_its_newlines(door: Door) -> None:
    path = briefs(door) / "x.md"
    path.write_bytes(b"\xef\xbb\xbfone\r\ntwo\nthree")
    saved = change(door, path, lambda text: (text or "").replace("two", "2"))
    assert path.read_bytes() == b"\xef\xbb\xbfone\r\n2\nthree" == saved.after and saved.is_changed
    assert take_back(door, [(path, saved)]) is None and path.read_bytes() == b"\xef\xbb\xbfone\r\ntwo\nthree"


def test_what_is_saved_meanwhile_is_what_is_changed(door: Door) -> None:
    path = briefs(door) / "x.md"
    path.write_text("a")
    seen: list[str | None] = []

    def made(text: str | None) -> str:
        seen.append(text)
        if len(seen) == 1:
            path.write_text("a person's")
        return f"{text}!"

    assert change(door, path, made).after == b"a person's!"
    assert seen == ["a", "a person's"] and path.read_text() == "a person's!"


def test_a_file_that_never_comes_to_rest_is_left_alone_and_told(door: Door) -> None:
    path = briefs(door) / "x.md"
    path.write_text("0")

    def made(text: str | None) -> str:
        path.write_text(f"{text}0")
        return "ours"

    with pytest.raises(BriefgenError, match=r"content/briefs/x\.md is being written by another program"):
        change(door, path, made)
    assert set(path.read_text()) == {"0"}


def test_a_file_is_made_where_there_is_none_and_left_where_nothing_is_wanted(door: Door) -> None:
    path = briefs(door) / "x.md"
    assert change(door, path, lambda text: None) == Saved(None, None) and not path.exists()
    assert change(door, path, lambda text: f"{text}", dry_run=True) == Saved(None, b"None") and not path.exists()
    saved = change(door, path, lambda text: "new")
    assert path.read_text() == "new" and not change(door, path, lambda text: None).is_changed
    assert not add(door, path, "other") and path.read_text() == "new"
    path.write_text("edited")
    assert take_back(door, [(path, saved)]) == path and path.read_text() == "edited"
    path.write_text("new")
    assert take_back(door, [(path, saved)]) is None and not path.exists()


def test_nothing_outside_the_project_is_written(door: Door, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "x.md").write_text("theirs")
    (briefs(door) / "x.md").symlink_to(outside / "x.md")
    (briefs(door) / "new.md").symlink_to(outside / "new.md")
    (briefs(door) / "folder").symlink_to(outside)
    with pytest.raises(BriefgenError, match="outside"):
        change(door, briefs(door) / "x.md", lambda text: "ours")
    for name in ("new.md", "folder/y.md", "../../../outside/y.md"):
        with pytest.raises(BriefgenError, match="leads out of the project"):
            add(door, briefs(door) / name, "ours")
    assert [p.name for p in outside.iterdir()] == ["x.md"] and (outside / "x.md").read_text() == "theirs"


def test_what_the_system_refuses_is_a_sentence(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*arguments: object) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(BriefgenError, match=r"content/briefs/x\.md cannot be written: No space left"):
        add(door, briefs(door) / "x.md", "new")
    assert [*briefs(door).iterdir()] == []


def test_a_text_that_is_none_is_told_with_its_place(door: Door) -> None:
    (briefs(door) / "x.md").write_bytes(b"a\n\xff")
    with pytest.raises(BriefgenError, match=r"content/briefs/x\.md:2:1: not UTF-8"):
        change(door, briefs(door) / "x.md", lambda text: "ours")


def test_who_takes_the_lock_clears_up_after_who_was_killed(door: Door) -> None:
    path = briefs(door) / "x.md"
    path.write_text("now")
    (briefs(door) / ".briefgen-0123456789abcdef.new").write_text("half")
    whole._slot(path, b"before", b"now").write_text("a person's")
    with writing(door):
        assert path.read_text() == "a person's"
    assert [p.name for p in briefs(door).iterdir()] == ["x.md"]


def test_half_of_a_text_that_is_being_saved_is_read_again(door: Door) -> None:
    path = briefs(door) / "x.md"
    path.write_text("half")

    def made(text: str | None) -> str:
        if text == "half":
            path.write_text("whole")
            raise BriefgenError("this is no brief")
        return f"{text}!"

    assert change(door, path, made).after == b"whole!"
    path.write_text("half")

    def refuses(text: str | None) -> str:
        raise BriefgenError("this is no brief")

    with pytest.raises(BriefgenError, match="this is no brief"):
        change(door, path, refuses)
