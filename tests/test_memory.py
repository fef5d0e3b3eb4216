"""A build that remembers gives the bytes of one that does not, after every kind of edit; and takes no damaged memory."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from briefgen import build as building
from briefgen.build import Built, build
from briefgen.model.audience import Audience
from briefgen.project.settings import load
from tests.conftest import NOW, REPOSITORY, run, write

CROWDED = Audience(max_marking="TLP:AMBER")  # sees the whole of the sound site's main brief
MAIN = "content/briefs/harbour-tender.md"
SECOND = """\
---
title: A second reading of the tender
date: 2026-11-21
summary: What the gazette left out.
topics: [Harbour]
sources: {G: gazette-1120}
actors: [northwind, {id: port-authority, note: As before}]
key_facts:
  - {id: friday, label: On a Friday, text: "It was awarded on a Friday, the gazette says.", about: northwind, when: {words: on Friday, edtf: 2026-11-20}, evidence: [G: "awarded to Northwind AS on Friday"]}
denials:
  - {id: again, by: northwind, label: Northwind again, text: Northwind denies it again., note: In one sentence., denies: "harbour-tender#eleven-minutes", order: {after: "harbour-tender#eleven-minutes", gap: a day}, evidence: [G: "denied any contact with the authority before the tender"]}
open_questions:
  - {id: who, question: Who kept the time?, about: [friday, northwind], would_answer: The log of the harbour}
corrections:
  - {date: 2026-11-21, was: Thursday, now: Friday, why: We misread the calendar}
assessments:
  - {about: [friday], likelihood: likely, confidence: low, basis: One text says so}
---
More of it in [[brief:harbour-tender]], and on [[northwind]].
"""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A desk of many awkward cases, built; the edits below are made one after the other."""
    desk = tmp_path_factory.mktemp("memory") / "desk"
    shutil.copytree(REPOSITORY / "tests/sites/sound", desk)
    main = (desk / MAIN).read_text().replace("[[brief:embargoed]]", "[[brief:second]]")
    write(desk, {MAIN: main, "content/briefs/second.md": SECOND})
    assert _build(desk).published
    return desk


def _build(desk: Path, *, now: datetime = NOW, audience: Audience = CROWDED) -> Built:
    """Build, and leave the memory that the command line leaves."""
    built = build(load(desk), audience=audience, now=now)
    built.remember()
    return built


def _tree(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def _clean(desk: Path, beside: Path, now: datetime, audience: Audience) -> tuple[dict[str, bytes], Built]:
    """What the same content comes to without any memory."""
    shutil.copytree(desk, beside / "fresh", ignore=shutil.ignore_patterns(".briefgen", "site"))
    built = build(load(beside / "fresh"), audience=audience, now=now)
    return _tree(beside / "fresh" / "site"), built


def swap(file: str, old: str, new: str) -> Callable[[Path], None]:
    """An edit that puts some words of a file in the place of others."""

    def edit(desk: Path) -> None:
        text = (desk / file).read_text()
        assert old in text, old
        (desk / file).write_text(text.replace(old, new, 1))

    return edit


def put(file: str, text: str) -> Callable[[Path], None]:
    """An edit that writes a file."""
    return lambda desk: (write(desk, {file: text}), None)[1]


def gone(file: str) -> Callable[[Path], None]:
    """An edit that removes a file."""
    return lambda desk: (desk / file).unlink()


OTHER = "content/briefs/second.md"
EDITS: tuple[tuple[str, str, Callable[[Path], None]], ...] = (
    ("nothing", "nothing", lambda desk: None),
    ("a file touched", "nothing", lambda desk: os.utime(desk / MAIN)),
    ("a file in the place of its own copy", "nothing", lambda desk: _exchanged(desk / MAIN, str)),
    ("words of the same length, at the same time", "words", lambda desk: _exchanged(desk / MAIN, lambda text: text.replace("- A list, with", "- A tilt, with"))),
    ("the words as they were, at the same time", "words", lambda desk: _exchanged(desk / MAIN, lambda text: text.replace("- A tilt, with", "- A list, with"))),
    ("words of the same length in the same file, at the same time", "words", lambda desk: _rewritten(desk / MAIN, "- A list, with", "- A slit, with")),
    ("a page edited by hand", "whole", lambda desk: (desk / "site/briefs/second/index.html").write_text("mine")),
    ("a page deleted by hand, and a fact", "whole", lambda desk: ((desk / "site/briefs/harbour-tender/index.html").unlink(), swap(MAIN, "- A slit, with", "- A list, with")(desk), None)[2]),
    ("a page of the same length and time, by hand", "whole", lambda desk: _rewritten(desk / "site/briefs/index.html", "Harbour", "harbouR")),
    ("a page deleted by hand", "whole", lambda desk: (desk / "site/briefs/second/index.html").unlink()),
    ("a page that became a folder", "whole", lambda desk: ((desk / "site/briefs/second/index.html").unlink(), (desk / "site/briefs/second/index.html").mkdir(), None)[2]),
    ("a capture of the same length, at the same time", "whole", lambda desk: _rewritten(desk / "content/captures/bulletin-1115.txt", ".", "!")),
    ("an empty folder that is no brief", "whole", lambda desk: (desk / "content/briefs/more").mkdir()),
    ("a file to be published from a folder of any name", "whole", put("content/assets/__pycache__/plan.txt", "One")),
    ("such a file changed", "whole", put("content/assets/__pycache__/plan.txt", "Two")),
    ("a folder that became a link", "whole", lambda desk: _linked(desk / "content/actors", desk / "people")),
    ("an actor behind that link", "whole", swap("people/northwind.md", "The company is named", "The firm is named")),
    ("that link made a folder again", "whole", lambda desk: _unlinked(desk / "content/actors")),
    ("an actor renamed back", "whole", swap("content/actors/northwind.md", "The firm is named", "The company is named")),
    ("a body", "words", swap(MAIN, "- A list, with", "- A longer list, with")),
    ("a body's link to a brief", "whole", swap(MAIN, "[[fact:eleven-minutes]]", "[[brief:crane-lease]]")),
    ("a title", "words", swap(MAIN, 'title: "Harbour tender: eleven minutes', 'title: "Harbour tender: 11 minutes')),
    ("the title of the newest brief", "words", swap(OTHER, "title: A second reading", "title: Another reading")),
    ("a summary", "words", swap(MAIN, "summary: A company won", "summary: One company won")),
    ("a summary taken away", "words", swap(OTHER, "summary: What the gazette left out.\n", "")),
    ("a fact", "words", swap(MAIN, "said the tender was open for eleven", "says the tender stood open for eleven")),
    ("a label", "words", swap(MAIN, "label: Open for eleven minutes", "label: Eleven minutes open")),
    ("a label taken away", "words", swap(OTHER, "label: On a Friday, ", "")),
    ("a denial's text", "words", swap(MAIN, "Northwind says that it had", "Northwind insists that it had")),
    ("a denial's note", "words", swap(OTHER, "note: In one sentence.", "note: In a single sentence.")),
    ("a question", "words", swap(OTHER, "Who kept the time?", "Who really kept the time?")),
    ("what would answer it", "words", swap(OTHER, "The log of the harbour", "The harbour's own log")),
    ("a discrepancy's note", "words", swap(MAIN, "B leaves open who gave it.", "B does not say who gave it.")),
    ("the part of an actor", "words", swap(OTHER, "note: As before", "note: As it was before")),
    ("a judgement's ground", "words", swap(OTHER, "basis: One text says so", "basis: A single text says so")),
    ("two briefs at once", "words", lambda d: (swap(MAIN, "One company", "1 company")(d), swap(OTHER, "again.,", "anew.,")(d), None)[2]),
    ("a title that turns around", "whole", swap(OTHER, "title: Another reading", "title: Another \u202ereading")),
    ("a title that turns no more", "whole", swap(OTHER, "title: Another \u202ereading", "title: Another reading")),
    ("a comment", "words", swap(MAIN, "status: published\n", "status: published  # read twice\n")),
    ("a question that gave itself a name", "whole", swap(MAIN, "  - Who owns Northwind?", "  - Who really owns Northwind?")),
    ("a denial added", "whole", swap(OTHER, "open_questions:", '  - {id: more, by: northwind, denies: friday, evidence: [G: "denied any contact with the authority"]}\nopen_questions:')),
    ("a denial removed", "whole", swap(OTHER, '  - {id: more, by: northwind, denies: friday, evidence: [G: "denied any contact with the authority"]}\n', "")),
    ("a fact added", "whole", swap(OTHER, "denials:", '  - {id: new, text: It was probably registered in October., hedge: {G: probably}, evidence: [G: "probably registered in October"]}\ndenials:')),
    ("a quote", "whole", swap(OTHER, '"awarded to Northwind AS on Friday"', '"was awarded to Northwind AS"')),
    ("a date", "whole", swap(OTHER, "date: 2026-11-21\n", "date: 2026-11-19\n")),
    ("an actor renamed", "whole", swap("content/actors/northwind.md", "name: Northwind AS", "name: Northwind ASA")),
    ("an alias added", "whole", swap("content/actors/northwind.md", "aliases: [Northwind,", "aliases: [Northwind, NW,")),
    ("an actor's body", "whole", swap("content/actors/northwind.md", "The company is named", "It is named")),
    ("a source's publisher", "whole", swap("content/sources/wire-1121.md", "publisher:", "author: A. Writer\npublisher:")),
    ("a topic emptied", "whole", swap("content/briefs/crane-lease.md", "topics: Harbour\n", "")),
    ("a brief added", "whole", put("content/briefs/new.md", "---\ntitle: New\ndate: 2026-11-01\n---\nIt begins.\n")),
    ("a brief removed", "whole", gone("content/briefs/new.md")),
    ("a brief withdrawn", "whole", swap("content/briefs/green.md", "marking: TLP:GREEN", "marking: TLP:GREEN\nstatus: withdrawn\nreason: It was wrong")),
    ("a marking", "whole", swap("content/briefs/green.md", "marking: TLP:GREEN", "marking: TLP:RED")),
    ("a page of the desk's own", "whole", swap("content/pages/imprint.md", "title: ", "title: The ")),
    ("an asset", "whole", put("content/assets/plan.svg", '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2 2"/>')),
    ("the first template of its own", "whole", put("templates/topics.html", '{% extends "default/topics.html" %}\n')),
    ("a template", "whole", put("templates/topics.html", '{% extends "default/topics.html" %}\n{% block side %}{% endblock %}\n')),
    ("an included macro", "whole", lambda desk: _macro(desk, "<bdi>{{ id|name|as_is }}</bdi>", '<bdi dir="auto">{{ id|name|as_is }}</bdi>')),
    ("the style sheet", "whole", put("templates/style.css", "body { color: black }\n")),
    ("a template that maps words", "whole", put("templates/home.html", '{% extends "default/home.html" %}{% block front %}{{ briefs|map(attribute="brief.title")|join }}{% endblock %}')),
    ("a title that it shows", "whole", swap(MAIN, "11 minutes", "12 minutes")),
    ("a template that sorts by words", "whole", put("templates/home.html", '{% extends "default/home.html" %}{% block front %}{% for told in briefs|sort(attribute="brief.title") %}{{ told.brief.id }}{% endfor %}{% endblock %}')),
    ("a title by which it sorts", "whole", swap(OTHER, "title: Another reading", "title: Yet another reading")),
    ("a template that asks by key", "whole", put("templates/home.html", '{% extends "default/home.html" %}{% block front %}{% for told in briefs %}{{ told.brief["title"] }}{% endfor %}{% endblock %}')),
    ("a title that it asks for", "whole", swap(MAIN, "12 minutes", "11 minutes")),
    ("a template that shows a whole brief", "whole", put("templates/home.html", '{% extends "default/home.html" %}{% block front %}{% for told in briefs %}{{ told.brief }}{% endfor %}{% endblock %}')),
    ("a denial that it shows", "whole", swap(OTHER, "anew.,", "afresh.,")),
    ("a template that shows titles by itself", "whole", put("templates/home.html", '{% extends "default/home.html" %}{% block front %}{% for told in briefs %}<p>{{ told.brief.title|upper }}</p>{% endfor %}{% endblock %}')),
    ("a title that it shows", "whole", swap(MAIN, "11 minutes", "eleven minutes")),
    ("a summary that it does not", "whole", swap(MAIN, "summary: 1 company", "summary: One company")),
    ("all templates taken away", "whole", lambda desk: shutil.rmtree(desk / "templates")),
    ("a title, and no template reads it", "words", swap(MAIN, "eleven minutes", "11 minutes")),
    ("settings of the same length, at the same time", "whole", lambda desk: _rewritten(desk / "briefgen.toml", "The Harbour Desk", "The Harbour desk")),
    ("the settings", "whole", swap("briefgen.toml", "The Harbour desk", "The Other Desk")),
    ("a source captured anew", "whole", lambda desk: _recapture(desk)),
)  # fmt: skip


def _exchanged(path: Path, change: Callable[[str], str]) -> None:
    """Another file in the place of one, with its time, as rsync, tar and a checkout leave it."""
    status, text = path.stat(), path.read_text()
    new = path.with_name("new")
    new.write_text(change(text))
    os.utime(new, ns=(status.st_atime_ns, status.st_mtime_ns))
    new.replace(path)
    assert (path.stat().st_size, path.stat().st_mtime_ns) == (status.st_size, status.st_mtime_ns)


def _rewritten(path: Path, old: str, new: str) -> None:
    """A file written through, its size and time kept."""
    status, text = path.stat(), path.read_text()
    assert old in text and len(old.encode()) == len(new.encode())
    path.write_text(text.replace(old, new, 1))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def _linked(folder: Path, elsewhere: Path) -> None:
    folder.rename(elsewhere)
    folder.symlink_to(elsewhere)


def _unlinked(link: Path) -> None:
    elsewhere = link.resolve()
    link.unlink()
    elsewhere.rename(link)


def _macro(desk: Path, old: str, new: str) -> None:
    """The default theme's names, with a change, as the desk's own."""
    text = (REPOSITORY / "templates/names.html").read_text()
    assert old in text
    write(desk, {"templates/names.html": text.replace(old, new)})


def _recapture(desk: Path) -> None:
    """Another capture under the same id: what it says first is new, so every quote stands elsewhere."""
    path = desk / "content/captures/bulletin-1115.txt"
    path.write_text("By our own reporter. " + path.read_text())


@pytest.mark.parametrize(("road", "edit"), [pytest.param(r, e, id=name) for name, r, e in EDITS])
def test_after_an_edit_the_site_is_what_a_clean_build_makes(
    desk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, road: str, edit: Callable[[Path], None]
) -> None:
    edit(desk)
    roads: list[str] = []
    monkeypatch.setattr(building, "_build_whole", _noting(roads, "whole", building._build_whole))
    monkeypatch.setattr(building, "revise", _noting(roads, "words", building.revise))
    before = _tree(desk / "site")
    built = _build(desk)
    taken = roads[-1] if roads else "nothing"
    after = _tree(desk / "site")
    fresh, clean = _clean(desk, tmp_path, NOW, CROWDED)
    assert after == fresh
    assert built.problems == clean.problems and built.counts == clean.counts
    assert built.published and built.published.changed == sum(
        before.get(path) != body for path, body in after.items() if path != "briefgen-manifest.json"
    )
    assert taken == road


def _noting(roads: list[str], name: str, real: Callable[..., object]) -> Callable[..., object]:
    def call(*args: object, **kwargs: object) -> object:
        result = real(*args, **kwargs)
        roads.append(name)
        return result

    return call


def test_what_becomes_public_is_built_when_its_hour_has_come(desk: Path, tmp_path: Path) -> None:
    later = NOW + timedelta(days=3)
    built = _build(desk, now=later)
    fresh, _ = _clean(desk, tmp_path, later, CROWDED)
    assert _tree(desk / "site") == fresh and "briefs/embargoed/index.html" in fresh
    assert built.published and built.published.changed
    assert _build(desk, now=NOW).published
    assert "briefs/embargoed/index.html" not in _tree(desk / "site")


def test_for_another_audience_nothing_is_taken_from_memory(desk: Path, tmp_path: Path) -> None:
    drafts = Audience(max_marking="TLP:GREEN")
    assert _build(desk, audience=drafts).published
    fresh, _ = _clean(desk, tmp_path, NOW, drafts)
    assert _tree(desk / "site") == fresh


def _cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def _spoilt(path: Path) -> None:
    data = bytearray(path.read_bytes())
    for at in range(len(data) // 3, len(data), max(1, len(data) // 50)):
        data[at] ^= 0xFF
    path.write_bytes(bytes(data))


@pytest.mark.parametrize(
    "harm", [_cut_short, _spoilt, Path.unlink, lambda path: path.write_bytes(b"another program's")]
)
@pytest.mark.parametrize("name", ["manifest", "records.db"])
def test_a_damaged_memory_is_made_anew(desk: Path, tmp_path: Path, name: str, harm: Callable[[Path], None]) -> None:
    _build(desk)
    (manifest,) = (desk / ".briefgen/memory").glob("*/manifest")
    harm(manifest.with_name(name))
    swap(OTHER, "kept the time?", "kept the hours?")(desk)
    built = _build(desk)
    fresh, _ = _clean(desk, tmp_path, NOW, CROWDED)
    assert _tree(desk / "site") == fresh
    assert bool(built.remark) == (harm is not Path.unlink or name == "records.db")
    swap(OTHER, "kept the hours?", "kept the time?")(desk)
    assert not _build(desk).remark


def test_without_its_folder_a_build_begins_from_nothing(desk: Path, tmp_path: Path) -> None:
    _build(desk)
    shutil.rmtree(desk / ".briefgen")
    assert _build(desk).published
    fresh, _ = _clean(desk, tmp_path, NOW, CROWDED)
    assert _tree(desk / "site") == fresh


def test_a_page_changed_by_hand_is_put_right_by_the_next_build_of_the_whole(desk: Path) -> None:
    _build(desk)
    shutil.rmtree(desk / ".briefgen/memory")
    before = (desk / "site/index.html").read_bytes()
    (desk / "site/index.html").write_bytes(b"by hand")
    _build(desk)
    assert (desk / "site/index.html").read_bytes() == before


def test_a_fault_leaves_the_site_and_its_repair_is_built(desk: Path, tmp_path: Path) -> None:
    _build(desk)
    before = _tree(desk / "site")
    swap(OTHER, '"was awarded to Northwind AS"', '"was never awarded"')(desk)
    assert _build(desk).published is None and _tree(desk / "site") == before
    swap(OTHER, '"was never awarded"', '"was awarded to Northwind AS"')(desk)
    assert _build(desk).published
    assert _tree(desk / "site") == before


def test_the_same_command_tells_the_same_again(desk: Path) -> None:
    first = run("build", cwd=desk)
    again = run("build", cwd=desk)
    assert again.stdout.splitlines()[0].endswith("no change. 2 warnings, 2 notes.") or "no change" in again.stdout
    assert again.stderr == first.stderr and again.returncode == 0
    swap(MAIN, "One company", "1 company")(desk)
    assert " written" in run("build", cwd=desk).stdout
    assert run("build", cwd=desk).stdout == again.stdout
