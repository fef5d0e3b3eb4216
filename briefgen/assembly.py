"""The steps that lead from a desk to its pages: read, join, check, render, audit. Nothing is published here."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import PurePosixPath
from time import perf_counter
from typing import Generic, TypeVar

from briefgen.checks import GRAPH_CHECKS, run
from briefgen.checks.assets import assets_are_what_they_are_called
from briefgen.checks.pages import PageRules, addresses_are_files, addresses_are_taken_once
from briefgen.content.door import Door
from briefgen.content.parts import ReadEntry, split
from briefgen.content.places import Lines, sharpened
from briefgen.content.read import Reading, read_content
from briefgen.model.audience import Audience, Visible, public_texts, visible
from briefgen.model.discretion import Discretion
from briefgen.model.entries import Content, Entry
from briefgen.model.graph import Graph, join
from briefgen.model.names import Names
from briefgen.model.net import Woven, woven
from briefgen.model.problems import Problem, in_order, stop
from briefgen.model.site import Page, Traced, View
from briefgen.model.walk import told
from briefgen.project.parallel import spread
from briefgen.project.plugins import load_plugins
from briefgen.project.settings import Project, settled, theme_folders, without_address
from briefgen.render import urls
from briefgen.render.hosting import beyond_limits
from briefgen.render.links import links
from briefgen.render.templates import Theme, body_problems, fixed
from briefgen.render.views import VIEWS, MakeViews, make, moved
from briefgen.render.vocabulary import ours, theirs

Say = Callable[[str], None]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Findings:
    """What was read, what of it is shown, all names, and every problem before it is brought to its word.

    `audit` is what no page may hold, `discretion` what no stranger may be told.
    """

    reading: Reading
    shown: Visible
    names: Names
    problems: tuple[Problem, ...]
    audit: Woven
    discretion: Discretion


@dataclass(frozen=True, slots=True)
class Assembled(Generic[T]):
    """A site that has been put together: what became of each page, every problem in order, and its graph.

    `next_change` is when the next embargo or date passes; `seconds` how long each step took; `traces`
    say of each page that a view makes what it shows; `findings` are what it was made from.
    """

    pages: tuple[T, ...]
    problems: tuple[Problem, ...]
    graph: Graph
    next_change: datetime | None
    seconds: Mapping[str, float]
    traces: dict[str, Traced]
    findings: Findings

    def stops(self, *, strict: bool = False) -> bool:
        """Whether its problems keep it from being published."""
        return stop(self.problems, strict=strict)

    def with_problems(self, more: Iterable[Problem]) -> Assembled[T]:
        """The same with more problems, which are marked where they tell something withheld."""
        discretion = self.findings.discretion
        return replace(self, problems=(*self.problems, *(discretion.marked(problem) for problem in more)))


def assemble(
    project: Project,
    *,
    audience: Audience,
    now: datetime,
    put: Callable[[Page], T],
    jobs: int = 1,
    say: Say = lambda step: None,
    remembered: Mapping[str, ReadEntry] | None = None,
) -> Assembled[T]:
    """Read, join, check and render a project. Each page is given to `put` as soon as it is made, and then forgotten.

    With more than one job the pages are made, and `put` is called, in processes that share nothing
    but what they give back. `say` is told each step as it begins; `remembered` are files as they were read before.
    """
    door = Door(project.root)
    clock = _Clock(say)
    clock.step("read")
    reading = read_content(project.content, door, partial(spread, jobs=jobs), remembered)
    clock.step("check")
    whole = join(reading.content)
    problems = [*project.problems, *without_address(project), *reading.problems]
    plugins = load_plugins(project.plugins, project.root)
    problems += run((*GRAPH_CHECKS, *plugins.checks), whole)
    problems += assets_are_what_they_are_called(reading.content.assets, project.raw_assets)
    shown = visible(reading.content, audience, now)
    graph = whole if shown.content is reading.content else join(shown.content)
    leads = links(graph, whole)
    theme = Theme(project.site, graph, leads, theme_folders(project), project.root)
    views, files, impossible = _possible(make((*VIEWS, *plugins.views), graph, project.site), fixed(theme))
    problems += impossible
    paths = [*(urls.file_of(view.url) for view in views), *(page.path for page in files)]
    problems += [*shown.problems, *body_problems(_unseen(reading.content, shown), theme)]
    if not any(p.rule == "address-taken" for p in problems):  # else it has been said, at its own place
        problems += addresses_are_taken_once(paths)
    problems += beyond_limits(project.site, len(paths), moved(graph))
    clock.step("render")
    audit = _woven(shown, project, plugins.views, views, theme) if shown.keeps else Woven()
    rules = PageRules(frozenset(paths), audit.net)
    made = spread(lambda part: list(_finished(part, theme, rules, put)), views, jobs)
    problems += [problem for each in made for problem in each.problems]
    problems += [problem for page in files for problem in rules.audit(page)]
    kept = (*(each.put for each in made), *(put(page) for page in files))
    clock.step("report")
    lines = Lines(door)
    discretion = Discretion.of(reading.content, shown, _unknown(reading, lines, shown.content, now))
    found = Findings(reading, shown, leads.register, tuple(problems), audit, discretion)
    problems = [
        discretion.marked(sharp, lines.line(sharp.place), problem.place)
        for problem, sharp in zip(problems, sharpened(problems, lines), strict=True)
    ]
    problems = _of_drafts(problems, reading.content, shown)
    return Assembled(
        kept,
        tuple(in_order(settled(problems, project))),
        graph,
        shown.next_change,
        clock.ended(),
        dict(zip(paths, (each.trace for each in made), strict=False)),  # files that no view makes show no words
        found,
    )


@dataclass(frozen=True, slots=True)
class _Finished(Generic[T]):
    """A page that has been put away, what is wrong with it, and what it shows."""

    put: T
    problems: tuple[Problem, ...]
    trace: Traced


def _finished(
    views: Sequence[View], theme: Theme, rules: PageRules, put: Callable[[Page], T]
) -> Iterator[_Finished[T]]:
    """Render and check pages one by one and put each away."""
    for view in views:
        page = theme.render(view)
        yield _Finished(put(page), (*page.problems, *rules.check(page)), page.trace)


def _woven(
    shown: Visible, project: Project, plugins: Sequence[MakeViews], views: Sequence[View], theme: Theme
) -> Woven:
    """The audit's net. What a desk's own templates and plugins say is none of what pages say by themselves."""
    site = project.site
    made = make(VIEWS, theme.graph, site) if plugins else views
    public = [*public_texts(shown.content), site.title, site.description, site.base_url]
    public += [text for view in made for text in (view.url, *(str(view.shows.get(key, "")) for key in _HEADS))]
    *own, default = theme_folders(project)
    modules = {name.partition(".")[0] for name in project.plugins}
    own += [project.root / name for module in sorted(modules) for name in (module, f"{module}.py")]
    return woven(shown.secret_names, shown.secret_words, public, ours(default), theirs(own))


_HEADS = ("title", "description")  # of a page: sentences that views make


def _possible(views: Sequence[View], files: Sequence[Page]) -> tuple[list[View], list[Page], list[Problem]]:
    """The views and files at whose addresses files can stand, and what is wrong with the other addresses."""
    found = dict(addresses_are_files([*(urls.file_of(view.url) for view in views), *(page.path for page in files)]))
    return (
        [view for view in views if urls.file_of(view.url) not in found],
        [page for page in files if page.path not in found],
        list(found.values()),
    )


def _unseen(content: Content, shown: Visible) -> list[Entry]:
    """Briefs whose bodies no page shows, and which an editor still wants checked."""
    return [brief for id_, brief in content.briefs.items() if id_ not in shown.content.briefs]


_DAY = re.compile(r"\b\d{4}-\d\d-\d\d\b")
# Words by which a brief may be withheld: in its front matter, and in what is said of a key or a value that is misspelt.
_SIGNS = re.compile(r"\btlp\b|mark\w*[\"']?\s*:|draft|review|propos|embarg|withdr", re.IGNORECASE)
_MEANT = re.compile(r"(did you mean '|no `)(marking|review|status|embargo_until|date)\b")


def _may_be_withheld(read: ReadEntry, text: str, now: datetime) -> bool:
    """Whether a brief with faults may be withheld: not where it has dates, none to come, and nothing hints at it."""
    if any(_MEANT.search(f"{problem.message} {problem.hint}") for problem in read.problems):
        return True
    parts = split(text, "")
    front = text if isinstance(parts, Problem) else parts[0]
    return bool(_SIGNS.search(front)) or max(_DAY.findall(front), default="9999") > f"{now:%Y-%m-%d}"


def _unknown(reading: Reading, lines: Lines, shown: Content, now: datetime) -> Iterator[str]:
    """Files that may hold what is withheld, because they, or a brief that may name them, could not be read whole."""
    faulty = {file for file, read in reading.files.items() if any(p.severity == "error" for p in read.problems)}
    briefs = {
        file
        for file in faulty
        if file.startswith("content/briefs/") and _may_be_withheld(reading.files[file], "\n".join(lines.of(file)), now)
    }
    yield from briefs
    known = [brief for brief in shown.briefs.values() if brief.place.file not in briefs]
    sources = {id_ for brief in known for id_ in brief.sources.values()}
    entries: list[Entry] = [*known, *shown.pages.values(), *(s for id_, s in shown.sources.items() if id_ in sources)]
    actors = {actor for entry in entries for actor in told(entry, "actor")}
    named: Mapping[str, Container[str]] = {"actors": actors, "sources": sources}
    for file in reading.files if briefs else faulty:
        path = PurePosixPath(file)
        if path.parent.name in named and path.stem not in named[path.parent.name]:
            yield file


def _of_drafts(problems: Iterable[Problem], content: Content, shown: Visible) -> list[Problem]:
    """Problems in drafts and in briefs under review are notes, unless drafts are shown."""
    unpublished = (content.briefs[id_] for id_ in shown.withheld_briefs)
    files = {brief.place.file for brief in unpublished if brief.status in ("draft", "review")}
    return [replace(p, severity="note") if p.place.file in files else p for p in problems]


class _Clock:
    """Tells each step as it begins, and in the end how long each took, in seconds."""

    def __init__(self, say: Say) -> None:
        self._say = say
        self._steps: list[tuple[str, float]] = []

    def step(self, name: str) -> None:
        """A step begins."""
        self._say(name)
        self._steps.append((name, perf_counter()))

    def ended(self) -> dict[str, float]:
        """How long each step took."""
        ends = [*(start for _, start in self._steps[1:]), perf_counter()]
        return {name: end - start for (name, start), end in zip(self._steps, ends, strict=True)}
