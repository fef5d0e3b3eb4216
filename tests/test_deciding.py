"""Whatever is decided, in whatever order, a brief stays sound, and what a person wrote stays as it is."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from briefgen import desk
from briefgen.checks import GRAPH_CHECKS
from briefgen.checks import run as check
from briefgen.content.door import Door
from briefgen.content.drafted import add_drafted
from briefgen.content.read import read_content
from briefgen.model.entries import Actor, ActorId, Affiliation, Brief, BriefId
from briefgen.model.graph import join
from briefgen.model.problems import BriefgenError
from briefgen.preview import Decisions
from briefgen.project.settings import load
from briefgen.publish.preview import Decision
from tests.conftest import Site, assembled, run, write
from tests.killed import every_cut, tree

ACTORS = ("ada", "bo", "cy", "gmt")
FACTS = ("f0", "f1", "f2", "f3")
TEXT = "One said it. Two said it. Three said it. They denied it. They denied it all.\n"


def some(rng: Random, things: tuple[str, ...], least: int = 0) -> str:
    return f"[{', '.join(rng.sample(things, rng.choice([least, least, 1, 2])))}]"


def story(number: int) -> str:
    """A draft whose items name each other in every way that they can."""
    rng = Random(number)
    mine = " # mine"

    def item(key: str, words: str) -> str:
        return f"  - {{{key}, {words}{'}' + mine if rng.randrange(5) == 0 else ', review: proposed}'}\n"

    quote = 'evidence: [A: "said it. Two"]'
    lines = ["---\ntitle: A story\nstatus: draft\nsources: {A: one}\nactors:\n"]
    lines += [item(f"id: {actor}", f"role: {rng.choice(['[other]', '[denier]'])}") for actor in ACTORS]
    lines += ["key_facts:\n"]
    for fact in FACTS:
        said = f"asserted_by: {some(rng, ACTORS, 1)}, about: {some(rng, ACTORS)}, citing: {some(rng, ACTORS)}"
        lines.append(item(f"id: {fact}", f"text: Said of {fact}., {said}, {quote}"))
    lines += ["denials:\n"]
    for n in range(2):
        order = f"order: {{before: {rng.choice(FACTS)}}}, " if rng.randrange(3) == 0 else ""
        denied = f"denies: {some(rng, FACTS)}, may_also_deny: {some(rng, FACTS)}, {order}"
        quoted = 'evidence: [A: "They denied it all"]'
        lines.append(item(f"id: d{n}", f"text: No., by: {some(rng, ACTORS, 1)}, {denied}{quoted}"))
    lines += ["discrepancies:\n"]
    for n in range(2):
        readings = 'readings: [A: "One said", A: "Two said"]'
        lines.append(item(f"id: x{n}", f"about: {rng.choice(FACTS)}, {readings}"))
    lines += ["open_questions:\n"]
    for n in range(3):
        about = some(rng, (*FACTS, "d0", "ada", "gmt"))
        answered = f", status: answered, answered_by: {some(rng, FACTS, 1)}" if rng.randrange(3) == 0 else ""
        lines.append(item(f"id: q{n}", f"question: Why {n}?, about: {about}{answered}"))
    body = rng.choice(["", "See [[fact:f1]].\n", "See [[gmt]] and [[Ada Vane]].\n", "[[question:q1]]\n"])
    return f"{''.join(lines)}---\n{body}"


def begin(root: Path, number: int) -> Path:
    rng = Random(number)
    asked = f"open_questions:\n  - {{id: q, question: Who?, about: [{rng.choice(['story#f0', 'cy', ''])}]}}\n"
    write(
        root,
        {
            "briefgen.toml": '[site]\ntitle = "Desk"\n',
            "content/briefs/story.md": story(number),
            "content/briefs/other.md": f"---\ntitle: Another\nstatus: draft\n{asked}---\n",
            "content/captures/one.txt": TEXT,
            "content/actors/cy.md": "---\nname: Cy Moss\n---\n",
        },
    )
    door = Door(root)
    for actor in (
        Actor(ActorId("ada"), "Ada Vane", affiliations=(Affiliation(ActorId("gmt"), "citizen"),)),
        Actor(ActorId("gmt"), "Gmt"),
    ):
        if rng.randrange(4):
            add_drafted(door, root / "content", actor)
    desk.lock(load(root))
    return root


def found(root: Path, *, pages: bool = True) -> Counter[str]:
    """What `check -D` finds, wherever it stands: with what its pages have to say, or without, which is faster."""
    if pages:
        problems = assembled(root, drafts=True, future=True).problems
    else:
        reading = read_content(root / "content", Door(root))
        problems = (*reading.problems, *check(GRAPH_CHECKS, join(reading.content)))
    return Counter(f"{p.severity} {p.rule}: {re.sub(r'line [0-9]+', 'line', p.message)}" for p in problems)


LISTS = ("actors", "key_facts", "denials", "discrepancies", "open_questions")


def proposed(root: Path) -> list[str]:
    return [str(item.id) for key in LISTS for item in getattr(read(root, "story"), key) if item.review]


def lines_of_mine(root: Path) -> list[str]:
    """Lines that a person wrote, without what may let go."""
    text = (root / "content/briefs/story.md").read_text()
    return [re.sub(r"\[[^]]*\]|order: \{[^}]*\}, ", "", line) for line in text.split("\n") if line.endswith("# mine")]


DECISIONS = st.lists(st.tuples(st.sampled_from(["accept", "reject", "reject", "undo"]), st.integers(0, 99)), max_size=9)


@given(st.integers(0, 10**6), DECISIONS)
@settings(max_examples=15, deadline=None, derandomize=True)
def test_after_any_decisions_check_finds_nothing_new_and_a_persons_lines_stand(
    number: int, decisions: list[tuple[str, int]]
) -> None:
    with TemporaryDirectory() as folder:
        root = begin(Path(folder) / "desk", number)
        before, mine = found(root, pages=False), lines_of_mine(root)
        all_before = found(root) if number % 4 == 0 else None
        made: list[tuple[desk.Decided, dict[str, bytes]]] = []
        for verdict, which in decisions:
            was, ids = tree(root / "content"), proposed(root)
            if verdict == "undo" and made:
                done, then = made.pop()
                desk.undo(load(root), done)
                assert tree(root / "content") == then
            elif verdict != "undo" and ids:
                try:
                    done = desk.decide(load(root), "story", [ids[which % len(ids)]], accepts=verdict == "accept")
                except BriefgenError as error:
                    assert verdict == "reject" and "cannot be rejected" in error.message
                    assert tree(root / "content") == was
                else:
                    made.append((done, was))
            assert not found(root, pages=False) - before
            assert [line for line in lines_of_mine(root) if line in mine] == mine
        assert all_before is None or not found(root) - all_before


@pytest.fixture(scope="module")
def drafted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tutorial's desk, with its draft."""
    folder = tmp_path_factory.mktemp("tutorial")
    assert run("init", "desk", "--example", cwd=folder).returncode == 0
    root = folder / "desk"
    assert run("draft", "reports/observer.txt", "reports/despatch.txt", "--name", "strait", cwd=root).returncode == 0
    return root


@pytest.fixture
def strait(drafted: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(drafted, tmp_path / "desk"))


def read(root: Path, brief: str = "strait") -> Brief:
    return read_content(root / "content", Door(root)).content.briefs[BriefId(brief)]


def test_each_proposal_of_a_draft_can_be_rejected_and_taken_back(strait: Path) -> None:
    before, files = found(strait, pages=False), tree(strait / "content")
    sources = read_content(strait / "content", Door(strait)).content.sources.values()
    publishers = {actor for source in sources for actor in (source.publisher, *source.credits)}
    for key in LISTS:
        for item in getattr(read(strait), key):
            done = desk.decide(load(strait), "strait", [item.id], accepts=False)
            assert not found(strait, pages=False) - before, item.id
            if key == "actors" and item.id not in publishers:
                content = read_content(strait / "content", Door(strait)).content
                assert item.id not in join(content).dossiers
                assert not (strait / f"content/actors/{item.id}.md").exists()
            desk.undo(load(strait), done)
            assert tree(strait / "content") == files


def test_what_falls_is_said_before_it_falls_and_a_rejected_actor_leaves_nothing(strait: Path) -> None:
    brief, entry = strait / "content/briefs/strait.md", read(strait)
    about = str(entry.discrepancies[0].about)
    shown = run("reject", "strait", about, "-n", cwd=strait).stdout.split("\n")
    assert shown[0].startswith(f"With {about} fall: the discrepancy ") and about in brief.read_text()
    told = run("reject", "strait", about, cwd=strait).stdout.split("\n")
    assert told[:1] == shown[:1] and told[-2].startswith(f"Rejected {about} in content/briefs/strait.md.")
    actor = next(a.id for a in entry.actors if (strait / f"content/actors/{a.id}.md").exists())
    said = run("reject", "strait", actor, cwd=strait).stdout
    assert f"Removed content/actors/{actor}.md, which nobody had edited.\n" in said
    assert run("draft", "observer", "despatch", "--into", "strait", cwd=strait).returncode == 0
    assert not (strait / f"content/actors/{actor}.md").exists()
    assert actor not in {member.id for member in read(strait).actors}
    assert run("build", "-D", cwd=strait).returncode == 0 and not (strait / f"site/actors/{actor}").exists()


def test_an_edited_file_of_a_rejected_actor_stays(strait: Path) -> None:
    actor = next(a.id for a in read(strait).actors if (strait / f"content/actors/{a.id}.md").exists())
    path = strait / f"content/actors/{actor}.md"
    path.write_text(f"{path.read_text()}A person's words.\n")
    done = desk.decide(load(strait), "strait", [actor], accepts=False)
    assert done.removed == () and path.read_text().endswith("A person's words.\n")


def test_a_rejection_with_files_is_done_or_not_wherever_it_is_killed(tmp_path: Path) -> None:
    number = next(n for n in range(200) if _goes(begin(tmp_path / f"{n}", n)))
    before = begin(tmp_path / "before", number)
    whole = begin(tmp_path / "whole", number)
    done = desk.decide(load(whole), "story", ["gmt"], accepts=False)
    for cut in every_cut(before, lambda root: desk.decide(load(root), "story", ["gmt"], accepts=False), step=3):
        if "gmt" in proposed(cut):
            desk.decide(load(cut), "story", ["gmt"], accepts=False)
        desk.lock(load(cut))
        assert tree(cut / "content") == tree(whole / "content")
    edited = whole / "content/briefs/story.md"
    edited.write_text(f"{edited.read_text()}More.\n")
    now = tree(whole / "content")
    with pytest.raises(BriefgenError, match=r"story\.md has been changed since"):
        desk.undo(load(whole), done)
    assert tree(whole / "content") == now


def _goes(root: Path) -> bool:
    try:
        return bool(desk.decide(load(root), "story", ["gmt"], accepts=False).removed)
    except BriefgenError:
        return False


def test_a_preview_says_what_would_fall_and_what_did(site: Site) -> None:
    root = site({"content/briefs/story.md": STORY})
    decide = Decisions(load(root))
    assert decide(Decision("reject", "story", "f0", rehearses=True)) == "f0, and with it the discrepancy x0"
    assert (root / "content/briefs/story.md").read_text() == STORY
    assert decide(Decision("accept", "story", "f0", rehearses=True)) == "f0, and with it the denial d0"
    left = "1 proposal left in story.md."
    assert decide(Decision("reject", "story", "f0")) == f"Rejected f0, and with it the discrepancy x0. {left}"
    assert decide(Decision("undo")) == "f0 is proposed again."
    assert (root / "content/briefs/story.md").read_text() == STORY
    assert decide(Decision("accept", "story", "f0")) == f"Accepted f0, and with it the denial d0. {left}"


STORY = """\
---
title: A story
status: draft
sources: {A: gazette-1120}
actors: [northwind, port-authority]
key_facts:
  - {id: f0, text: It was awarded., asserted_by: northwind, evidence: [A: "awarded to Northwind AS"], review: proposed}
denials:
  - {id: d0, by: port-authority, denies: [f0], evidence: [A: "denied any contact"], review: proposed}
discrepancies:
  - {id: x0, about: f0, readings: [A: "on Friday", A: "last month"], review: proposed}
---
"""
