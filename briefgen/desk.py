"""The desk: commands on the files of `content/`. It writes whole files, and overwrites no other's."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date, datetime
from difflib import unified_diff
from pathlib import Path
from typing import Any

from briefgen.capture.fetch import Answer, ask
from briefgen.content.door import CAPTURE_BYTES, Door
from briefgen.content.drafted import COPY, make_own, take_away, unedited
from briefgen.content.evidence import LOCK, write_lock
from briefgen.content.falling import Held, held_by
from briefgen.content.places import Lines, sharpened
from briefgen.content.read import FOLDERS, PROPOSALS, read_content, read_entry
from briefgen.content.rename import renamed, with_redirect
from briefgen.content.review import Reviewed, accept, reject
from briefgen.content.save import Change, Saved, add, begin, change, move, remove, take_back, writing
from briefgen.content.schema import SCHEMAS as FRONT_MATTERS
from briefgen.model.entries import UNKNOWN, Actor, Brief, BriefId, Content, Source
from briefgen.model.graph import join
from briefgen.model.ids import example_of, is_id, slug, why_no_id
from briefgen.model.problems import BriefgenError, Place, Problem, did_you_mean, in_order
from briefgen.model.text import lines_of, name_of, unfit
from briefgen.project.schema import settings_schema
from briefgen.project.settings import Project, load
from briefgen.project.starter import Ci, Server, starting_files


@dataclass(frozen=True, slots=True)
class Locked:
    """What `lock` found: quotes and texts in the lock, lines added and removed, and problems with quotes."""

    quotes: int
    texts: int
    added: int
    removed: int
    problems: tuple[Problem, ...]


def lock(project: Project, *, dry_run: bool = False) -> Locked:
    """Find every quote of every brief and write `evidence.lock`; quotes that are not found get no line."""
    door = Door(project.root)
    last: list[Locked] = []

    def made(text: str | None) -> str | None:
        before = lines_of(text or "")
        reading = read_content(project.content, door)
        new = write_lock(reading.lock)
        after = lines_of(new)
        problems = [p for p in reading.problems if p.rule != "stale-lock"]
        last[:] = [
            Locked(
                len(reading.lock.quotes),
                len(reading.lock.texts),
                len(set(after) - set(before)),
                len(set(before) - set(after)),
                tuple(in_order(sharpened(problems, Lines(door)))),
            )
        ]
        return new if after != before else None

    change(door, project.content / LOCK, made, most=CAPTURE_BYTES, dry_run=dry_run)
    return last[-1]


_ADDRESS = re.compile(r"https?://[^\s<>()\[\]\"']+")
_AT_ONCE = 8


def external(project: Project) -> tuple[Problem, ...]:
    """Ask every address outside the site that sources and bodies name: a warning where one is gone, else a note."""
    door = Door(project.root)
    content = read_content(project.content, door).content
    places: dict[str, list[Problem]] = {}
    for url, place, seek in _addresses(content):
        places.setdefault(url, []).append(Problem(place, "", url, seek=seek))
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        answers = dict(zip(places, pool.map(ask, places), strict=True))
    found = [_told(each, answers[url]) for url, named in places.items() for each in named if answers[url].status != 200]
    return tuple(in_order(sharpened(found, Lines(door))))


def _addresses(content: Content) -> Iterator[tuple[str, Place, tuple[str, ...]]]:
    for source in content.sources.values():
        for key, url in (("url", source.url), ("archived_url", source.archived_url)):
            if url != UNKNOWN:
                yield url, source.place, (key, url)
    for entries in (content.briefs, content.actors, content.sources, content.pages):
        for entry in entries.values():
            for number, line in enumerate(lines_of(entry.body)):
                for match in _ADDRESS.finditer(line):
                    place = Place(entry.place.file, entry.body_line + number, match.start() + 1, len(match[0]))
                    yield match[0], place, ()


def _told(named: Problem, answer: Answer) -> Problem:
    """What is said of an address that did not answer as one would wish."""
    message = f"{named.message} answers {answer.status}" if answer.status else f"{named.message}: {answer.why}"
    rule, severity = ("address-gone", "warning") if answer.is_gone else ("address-unsure", "note")
    return replace(named, rule=rule, severity=severity, message=message)  # type: ignore[arg-type]


_STARTS: Mapping[str, tuple[type, str]] = {
    "brief": (
        Brief,
        """\
---
title: {title}
date: {today}
status: draft                # draft, review, published, superseded, withdrawn
summary: >-
  One or two sentences: who says what, who denies it, and what is not known.
topics: []
sources: {{}}                  # label: source id, for example {{A: gazette-1120}}
actors: []                   # ids, or {{id: ..., role: [accuser]}}
key_facts: []
# - text: Who says what, as attributed.
#   asserted_by: actor-id
#   about: [actor-id]
#   evidence: [A: "words that stand in source A"]
denials: []
# - by: actor-id
#   text: What they deny, in your words.
#   denies: [fact-id]        # [] where nothing reported here is denied
#   evidence: [A: "words that report the denial"]
open_questions: []
---
""",
    ),
    "actor": (
        Actor,
        """\
---
type: Organization           # Person, Organization, PublicBody, Country, NewsMedia, Group
name: {title}
aliases: []
description: ""
---
""",
    ),
    "source": (
        Source,
        """\
---
type: NewsArticle
headline: {title}
publisher: unknown           # an actor's id
author: unknown
url: unknown
published: unknown           # EDTF: 2026-11-22, 2026-11, XXXX-08
retrieved: {today}
# Put the text itself at content/captures/{id}.txt and run `briefgen lock`.
---
""",
    ),
}


def new(project: Project, kind: str, title: str, today: date) -> Path:
    """A valid starting file; gives its path.

    Raises BriefgenError where a file of that name is there, or the title is not to be written down.
    """
    entry, start = _STARTS[kind]
    clean = " ".join(title.split())
    if not clean or not clean.isprintable():
        raise BriefgenError("a title is a line of text")
    stem = slug(clean)
    path = project.content / FOLDERS[entry] / f"{stem}.md"
    quoted = '"' + clean.replace("\\", "\\\\").replace('"', '\\"') + '"'
    door = Door(project.root)
    if not add(door, path, start.format(title=quoted, today=today.isoformat(), id=stem)):
        raise BriefgenError(f"{door.name(path)} is already there", "Nothing was changed.", code=1)
    return path


@dataclass(frozen=True, slots=True)
class Begun:
    """A new desk: its folder, and how many files it begins with."""

    folder: Path
    files: int


def init(
    folder: Path, title: str, *, example: bool = False, ci: Ci | None = None, server: Server | None = None
) -> Begun:
    """Write a new desk into a folder that is not there or holds nothing, or only what this command began to write.

    Raises BriefgenError where anything else is in it, or the title is no line: nothing is ever overwritten.
    """
    if bad := unfit(title):
        raise BriefgenError(f"{name_of(bad[0])} cannot stand in a title: it is one line of text")
    schemas = {f"schemas/{kind}.json": json.dumps(made(), indent=2) + "\n" for kind, made in SCHEMAS.items()}
    wanted = {**starting_files(title, example=example, ci=ci, server=server), **schemas}
    if not begin(folder, wanted):
        raise BriefgenError(f"{folder} is not an empty folder", "Name a new one:  briefgen init my-desk", code=1)
    if example:
        lock(load(folder))
    return Begun(folder, len(wanted) + example)


# ---- deciding on proposals -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Decided:
    """What a decision came to: the brief's file, the ids, how many proposals are left, and every file that it changed.

    `also` is what was accepted or rejected with them, `let_go` what no longer names them, each as it is spoken of.
    """

    path: Path
    ids: tuple[str, ...]
    left: int
    changes: tuple[Change, ...]
    also: tuple[str, ...] = ()
    let_go: tuple[str, ...] = ()

    @property
    def difference(self) -> str:
        """What is changed in the brief, as a unified difference."""
        saved = dict(self.changes).get(self.path, Saved(None, None))
        before, after = (lines_of((data or b"").decode(), with_ends=True) for data in (saved.before, saved.after))
        return "".join(unified_diff(before, after, "now", "then", n=1))

    @property
    def removed(self) -> tuple[Path, ...]:
        """The actors' files that went with them."""
        return tuple(path for path, saved in self.changes if saved.after is None and path.parent.name == FOLDERS[Actor])


def decide(project: Project, brief: str, ids: Sequence[str], *, accepts: bool, dry_run: bool = False) -> Decided:
    """Accept proposals of a brief (all of them where no id is given), or reject those of these ids.

    A claim is accepted with the denials that are proposed against it; what hangs on a rejected item falls with it or
    lets go of it. Raises BriefgenError where there is no such brief, an id is no proposal in it, or something that a
    person has accepted or written leads to it.
    """
    door = Door(project.root)
    path = project.content / FOLDERS[Brief] / f"{brief}.md"
    if not is_id(brief) or not path.exists():
        known = [p.stem for p in path.parent.glob("*.md")] if path.parent.is_dir() else []
        raise BriefgenError(f"there is no brief {brief!r}", did_you_mean(brief, known), code=1)
    held = Held()
    if not accepts:
        content = read_content(project.content, door).content
        held = held_by(content, BriefId(brief), unedited(door, project.content))

    last: list[Reviewed] = []

    def made(text: str | None) -> str:
        name = door.name(path)
        last[:] = [accept(text or "", brief, name, ids) if accepts else reject(text or "", brief, name, ids, held)]
        return last[-1].text

    changes: list[Change] = [(path, change(door, path, made, dry_run=True))]
    if not dry_run and changes[0][1].is_changed:
        with writing(door):
            # A file goes before the brief that names it: killed in between, the same command does the rest.
            changes = [] if accepts else [*take_away(door, project.content, last[-1].actors, held.kept)]
            try:
                changes.append((path, change(door, path, made)))
            except BriefgenError:
                take_back(door, changes)
                raise
            changes += make_own(door, project.content, last[-1].actors) if accepts else ()
            lock(project)
    done = last[-1]
    return Decided(path, done.decided, done.left, tuple(changes), done.also, done.let_go)


def undo(project: Project, decided: Decided) -> None:
    """Take a decision back. Raises BriefgenError where a file has been changed since: an edit is never undone."""
    if changed := take_back(Door(project.root), decided.changes):
        raise BriefgenError(f"{changed.name} has been changed since, so nothing was taken back", code=1)
    lock(project)


# ---- renaming ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Renamed:
    """What renaming an actor changed: the files, and whether it had one of its own."""

    files: tuple[Path, ...]
    has_file: bool


def rename_actor(project: Project, old: str, new: str, *, dry_run: bool = False) -> Renamed:
    """Give an actor another id, wherever it stands; its old address leads to the new one.

    What is to be done is noted first, so that a renaming that was cut short is finished by the same command.
    Raises BriefgenError where there is no such actor, or the new id is taken or is none. Nothing is
    changed unless all files can be read.
    """
    door = Door(project.root)
    own, then = (project.content / FOLDERS[Actor] / f"{id_}.md" for id_ in (old, new))
    with writing(door):
        done = _done_before(project, door, old, new)
        if done is None:
            _refuse_renaming(project, door, old, new)
        elif own.exists() and os.path.lexists(then):
            raise BriefgenError(f"{door.name(then)} is already there", _HALF, code=1)
        files = _files_with_actors(project)
        changed = [path for path in files if _renamed(door, path, own, (old, new), dry_run=True).is_changed]
        has_file = own.exists() or then.exists()
        if not dry_run:
            noted = {"actor": [old, new], "files": sorted({*(done or ()), *map(door.name, (*changed, then))})}
            note = change(door, project.state / _NOTE, lambda _: json.dumps(noted))
            try:
                for path in changed:
                    _renamed(door, path, own, (old, new), dry_run=False)
                if own.exists() and not move(door, own, then):
                    raise BriefgenError(f"{door.name(then)} is already there", code=1)
            except BriefgenError as error:
                raise BriefgenError(error.message, _HALF, code=error.code) from error
            lock(project)
            remove(door, project.state / _NOTE, note.after or b"")
    return Renamed(tuple(changed), has_file)


_NOTE = "renaming.json"  # what a renaming does, until it is done
_HALF = "Some files have been changed. Put this right, and run the same command again."


def _files_with_actors(project: Project) -> list[Path]:
    """Every file in which an actor's id may stand."""
    folders = (*FOLDERS.values(), PROPOSALS)
    return [path for folder in folders for path in sorted((project.content / folder).glob("*.md"))]


def _renamed(door: Door, path: Path, own: Path, ids: tuple[str, str], *, dry_run: bool) -> Saved:
    def made(text: str | None) -> str | None:
        if text is None:
            return None
        kind = FOLDERS[Actor] if path.name.endswith(COPY) else path.parent.name
        after = renamed(text, kind, *ids, door.name(path))
        return with_redirect(after, ids[0], door.name(path)) if path == own else after

    try:
        return change(door, path, made, dry_run=dry_run)
    except BriefgenError:
        if path.parent.name != PROPOSALS:  # what was proposed and cannot be read counts as nothing, here as in a merge
            raise
        return Saved(None, None)


def _done_before(project: Project, door: Door, old: str, new: str) -> set[str] | None:
    """The files that this renaming was begun in and not finished; None where it was not.

    It is noted, or the new actor remembers the old one's id. Raises BriefgenError where another renaming has to be
    finished first.
    """
    text = door.read_text(project.state / _NOTE) if (project.state / _NOTE).exists() else ""
    try:
        noted = json.loads(text) if isinstance(text, str) else {}
        one, other, files = str(noted["actor"][0]), str(noted["actor"][1]), {str(name) for name in noted["files"]}
    except (ValueError, LookupError, TypeError):
        pass
    else:
        found = {door.name(path) for path in _files_with_actors(project) if _mentions(door, path, other)}
        if (one, other) == (old, new):
            return files if found <= files else None
        if found & files:
            raise BriefgenError(
                f"renaming {one} to {other} was cut short", f"First:  briefgen rename actor {one} {other}", code=1
            )
    actors = project.content / FOLDERS[Actor]
    if (actors / f"{old}.md").exists() or not is_id(new) or not (actors / f"{new}.md").exists():
        return None
    entry = read_entry(Actor, actors / f"{new}.md", door).entry
    return set() if isinstance(entry, Actor) and old in entry.redirect_from else None


def _mentions(door: Door, path: Path, actor: str) -> bool:
    """Whether a file is an actor's own, or names it."""
    is_own = path.parent.name == FOLDERS[Actor] and path.stem == actor
    return is_own or _renamed(door, path, Path(), (actor, f"{actor}-"), dry_run=True).is_changed


def _refuse_renaming(project: Project, door: Door, old: str, new: str) -> None:
    """Raise BriefgenError where an actor cannot have another id."""
    dossiers = join(read_content(project.content, door).content).dossiers
    if old not in dossiers:
        raise BriefgenError(f"there is no actor {old!r}", did_you_mean(old, dossiers), code=1)
    if not is_id(new):
        raise BriefgenError(why_no_id(new), example_of(new), code=1)
    if new in dossiers or os.path.lexists(project.content / FOLDERS[Actor] / f"{new}.md"):
        hint = "Two actors are never made one by themselves."
        raise BriefgenError(f"there is an actor {new!r} already", hint, code=1)


# ---- how a desk stands ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Standing:
    """How one brief stands: what is proposed, open and unanswered in it, and since when.

    `idle` counts the days since its date or its last update; `is_stale` says that something in it waits
    and that nobody has touched it for longer than asked.
    """

    brief: str
    status: str
    proposed: int
    open: int
    unanswered: int  # claims that accuse somebody of whom no reply is recorded
    embargo_until: str = ""
    oldest: int = 0  # days since its oldest open question was asked
    idle: int = 0
    is_stale: bool = False


def status(project: Project, today: date, stale_after: int) -> tuple[Standing, ...]:
    """How each brief of a desk stands, newest first; stale after so many days in which it waits and is idle."""
    graph = join(read_content(project.content, Door(project.root)).content)
    found = []
    for told in graph.told.values():
        brief = told.brief
        lists = (brief.key_facts, brief.denials, brief.discrepancies, brief.open_questions, brief.actors)
        asked = [a for a in told.questions if a.question.status == "open"]
        proposed = sum(bool(item.review) for items in lists for item in items)
        idle = _age(brief.updated or brief.date, today)
        waits = asked or proposed or brief.status in ("draft", "review")
        found.append(
            Standing(
                brief.id,
                brief.status,
                proposed,
                len(asked),
                sum(bool(claim.accused) and not claim.replies for claim in told.claims),
                brief.embargo_until.isoformat() if brief.embargo_until else "",
                max((_age(a.question.asked or brief.date, today) for a in asked), default=0),
                idle,
                bool(waits) and idle > stale_after,
            )
        )
    return tuple(found)


def _age(day: date | datetime | None, today: date) -> int:
    """Days since a day; 0 where it is not known or still to come."""
    if day is None:
        return 0
    return max(0, (today - (day.date() if isinstance(day, datetime) else day)).days)


SCHEMAS: Mapping[str, Callable[[], dict[str, Any]]] = {**FRONT_MATTERS, "settings": settings_schema}


def schema(kind: str | None = None) -> dict[str, Any]:
    """The JSON Schema of a front matter or of the settings, or of all of them by kind."""
    return SCHEMAS[kind]() if kind else {name: make() for name, make in SCHEMAS.items()}
