"""No edit is lost: commands on the files of a desk are killed, raced and met by editors, and end as they should."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import stat
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from briefgen import desk
from briefgen.model.problems import BriefgenError
from briefgen.project.settings import load
from tests.conftest import LEAST, Site
from tests.killed import every_cut, tree

BRIEF = "content/briefs/harbour-tender.md"
HARBOUR = str(LEAST[BRIEF])
PROPOSED = HARBOUR.replace('    evidence: [A: "awarded', '    review: proposed # read it\n    evidence: [A: "awarded')


NORTHWIND = "---\nname: Northwind\nnot_same_as: [port-authority]\n---\n"


def test_a_desk_whose_beginning_was_cut_short_is_begun_by_the_same_command(tmp_path: Path) -> None:
    (tmp_path / "before").mkdir()
    whole = desk.init(tmp_path / "whole", "The Desk").folder
    for cut in every_cut(tmp_path / "before", lambda to: desk.init(to, "The Desk"), step=7):
        if len(tree(cut).keys() & tree(whole).keys() - {".briefgen/desk.lock"}) < 13:
            (cut / "mine").write_text("a person's")
            with pytest.raises(BriefgenError, match="not an empty folder"):
                desk.init(cut, "The Desk")
            (cut / "mine").unlink()
            desk.init(cut, "The Desk")
            assert tree(cut) == tree(whole)


@pytest.mark.parametrize("verdict", ["accept", "reject", "undo"])
def test_a_decision_killed_anywhere_is_made_or_not_and_is_made_by_the_same_command(site: Site, verdict: str) -> None:
    before = site({BRIEF: PROPOSED.replace("\n", "\r\n")})
    (before / BRIEF).chmod(0o640)
    old = (before / BRIEF).read_bytes()

    def decide(root: Path) -> None:
        done = desk.decide(load(root), "harbour-tender", ["award"], accepts=verdict != "reject")
        if verdict == "undo":
            desk.undo(load(root), done)

    whole = before.with_name("whole")
    shutil.copytree(before, whole)
    decide(whole)
    new = (whole / BRIEF).read_bytes()
    texts = {old, new}
    if verdict == "undo":
        assert new == old
        texts.add(old.replace(b"review: proposed ", b""))
    else:
        assert (b"# read it" in new) is (verdict == "accept") and b"review" not in new and b"\r\n" in new
    for cut in every_cut(before, decide):
        assert (cut / BRIEF).read_bytes() in texts and stat.S_IMODE((cut / BRIEF).stat().st_mode) == 0o640
        if (cut / BRIEF).read_bytes() == old:
            decide(cut)
        else:
            desk.lock(load(cut))
        assert (cut / BRIEF).read_bytes() in texts - {old} | {new}
        assert {*tree(cut / "content")} == {*tree(whole / "content")}


def several(root: Path, accepts: bool, ids: Sequence[str]) -> None:
    """Decide on proposals one after the other, and again on those that an editor has brought back."""
    project, left = load(root), [*ids]
    while left:
        for each in left:
            try:
                desk.decide(project, "harbour-tender", [each], accepts=accepts)
            except BriefgenError as error:
                assert "is no proposal" in error.message, error
        text = (root / BRIEF).read_text()
        left = [each for each in ids if f"id: {each}\n    review: proposed" in text]


def test_two_who_decide_at_once_and_an_editor_lose_nothing(site: Site, most: int = 24) -> None:
    quote = '    evidence: [A: "awarded to Northwind AS"]\n'
    facts = "".join(f"  - id: f{n}\n    review: proposed\n    text: Said {n}.\n{quote}" for n in range(most))
    root = site({BRIEF: HARBOUR.replace("denials:\n", f"{facts}denials:\n", 1)})
    brief, kind = root / BRIEF, multiprocessing.get_context("fork")
    ids = [[f"f{n}" for n in range(start, most, 2)] for start in (0, 1)]
    workers = [
        kind.Process(target=several, args=(root, accepts, of)) for accepts, of in zip((True, False), ids, strict=True)
    ]
    for worker in workers:
        worker.start()
    saved = 0
    while saved < most or any(worker.is_alive() for worker in workers):
        text = brief.read_text()
        assert text.count("# edit ") == saved and text.endswith("as links.\n")
        saved += saved < most
        edited = text.replace("---\n", f"---\n# edit {saved}\n", 1) if text.count("# edit ") < saved else text
        if saved % 2:  # in its place, or by another file
            brief.write_text(edited)
        else:
            (root / "other").write_text(edited)
            os.replace(root / "other", brief)
        time.sleep(0.002)
    assert [worker.exitcode for worker in workers] == [0, 0]
    text = brief.read_text()
    assert "review" not in text and text.count("# edit ") == most
    assert [f"id: {each}\n" in text for each in (*ids[0], *ids[1])] == [True] * len(ids[0]) + [False] * len(ids[1])
    assert {p.name for p in brief.parent.iterdir()} == {brief.name}


@pytest.mark.parametrize(("old", "new"), [("northwind", "northwind-as"), ("port-authority", "the-port")])
def test_a_renaming_killed_anywhere_is_finished_by_the_same_command(site: Site, old: str, new: str) -> None:
    before = site(
        {
            "content/actors/northwind.md": NORTHWIND,
            "content/proposals/harbour-tender.md": LEAST[BRIEF],
            "content/proposals/broken.md": "no front matter",
        }
    )
    whole = before.with_name("whole")
    shutil.copytree(before, whole)
    desk.rename_actor(load(whole), old, new)
    wanted = tree(whole / "content")
    assert f"[[{new}]]".encode() in wanted["briefs/harbour-tender.md"] or old != "northwind"
    for cut in every_cut(before, lambda desk_: desk.rename_actor(load(desk_), old, new)):
        if tree(cut / "content") != wanted or (cut / ".briefgen/renaming.json").exists():
            desk.rename_actor(load(cut), old, new)
        assert tree(cut / "content") == wanted
        assert not (cut / ".briefgen/renaming.json").exists()


def test_a_renaming_that_was_cut_short_is_told_by_the_next_one(site: Site) -> None:
    root = site({"content/actors/northwind.md": NORTHWIND})
    for cut in every_cut(root, lambda desk_: desk.rename_actor(load(desk_), "northwind", "north")):
        if b"asserted_by: port-authority\n    about: north\n" in tree(cut)[BRIEF]:
            break
    with pytest.raises(BriefgenError, match="renaming northwind to north was cut short") as told:
        desk.rename_actor(load(cut), "port-authority", "port")
    assert told.value.hint == "First:  briefgen rename actor northwind north"
    (cut / "content/actors/north.md").write_text("---\nname: Somebody else\n---\n")
    with pytest.raises(BriefgenError, match=r"content/actors/north\.md is already there") as told:
        desk.rename_actor(load(cut), "northwind", "north")
    assert "run the same command again" in told.value.hint
    (cut / "content/actors/north.md").unlink()
    assert desk.rename_actor(load(cut), "northwind", "north").has_file
    assert desk.rename_actor(load(cut), "port-authority", "port").files


def test_two_actors_are_never_made_one_by_a_note_that_was_left(site: Site) -> None:
    root = site({"content/actors/northwind.md": NORTHWIND, "content/pages/about.md": "---\ntitle: About\n---\n"})
    (root / ".briefgen").mkdir()
    (root / ".briefgen/renaming.json").write_text(f'{{"actor": ["northwind", "north"], "files": ["{BRIEF}"]}}')
    page = root / "content/pages/about.md"
    page.write_text("---\ntitle: About\n---\n[[north]]")
    (root / "content/actors/north.md").write_text("---\nname: North\n---\n")
    with pytest.raises(BriefgenError, match="there is an actor 'north' already"):
        desk.rename_actor(load(root), "northwind", "north")
    (root / "content/actors/north.md").write_text("broken")
    with pytest.raises(BriefgenError, match=r"north\.md|already"):
        desk.rename_actor(load(root), "northwind", "north")
    assert tree(root)["content/actors/northwind.md"] == NORTHWIND.encode()


def test_a_file_that_cannot_be_read_keeps_all_others_as_they_are(site: Site) -> None:
    root = site({"content/actors/northwind.md": NORTHWIND, "content/briefs/zz.md": "---\ntitle: [\n---\n"})
    before = tree(root / "content")
    with pytest.raises(BriefgenError, match=r"content/briefs/zz\.md:3:1"):
        desk.rename_actor(load(root), "northwind", "north")
    assert tree(root / "content") == before
