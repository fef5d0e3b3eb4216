"""The publishing road: read, join, check, render, audit, publish."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Generic, TypeVar

import briefgen
from briefgen.checks import GRAPH_CHECKS, run
from briefgen.checks.pages import PageRules, addresses_are_taken_once
from briefgen.content.door import Door
from briefgen.content.places import Lines, sharpened
from briefgen.content.read import read_content
from briefgen.model.audience import Audience, Visible, visible
from briefgen.model.entries import Content, Entry
from briefgen.model.graph import Graph, join
from briefgen.model.problems import Problem, in_order
from briefgen.model.site import Page, View
from briefgen.project.parallel import spread
from briefgen.project.plugins import load_plugins
from briefgen.project.settings import Project, without_address
from briefgen.publish.output import Published, Stage
from briefgen.render import urls
from briefgen.render.links import links
from briefgen.render.templates import Theme, body_problems, fixed
from briefgen.render.views import VIEWS, make

Say = Callable[[str], None]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Assembled(Generic[T]):
    """A site that has been put together: what became of each page, every problem in order, and its graph.

    `next_change` is when the next embargo or date passes; `seconds` how long each step took.
    """

    pages: tuple[T, ...]
    problems: tuple[Problem, ...]
    graph: Graph
    next_change: datetime | None
    seconds: Mapping[str, float]

    def stops(self, *, strict: bool = False) -> bool:
        """Whether its problems keep it from being published."""
        return any(p.severity == "error" or (strict and p.severity == "warning") for p in self.problems)


def assemble(
    project: Project,
    *,
    audience: Audience,
    now: datetime,
    put: Callable[[Page], T],
    jobs: int = 1,
    say: Say = lambda step: None,
) -> Assembled[T]:
    """Read, join, check and render a project. Each page is given to `put` as soon as it is made, and then forgotten.

    With more than one job the pages are made, and `put` is called, in processes that share nothing
    but what they give back. `say` is told each step as it begins.
    """
    door = Door(project.root)
    clock = _Clock(say)
    clock.step("read")
    reading = read_content(project.content, door, partial(spread, jobs=jobs))
    clock.step("check")
    whole = join(reading.content)
    problems = [*project.problems, *without_address(project), *reading.problems]
    plugins = load_plugins(project.plugins, project.root)
    problems += run((*GRAPH_CHECKS, *plugins.checks), whole)
    shown = visible(reading.content, audience, now)
    graph = whole if shown.content is reading.content else join(shown.content)
    theme = Theme(project.site, graph, links(graph, whole), theme_folders(project), project.root)
    views, files = make((*VIEWS, *plugins.views), graph, project.site), fixed(theme)
    paths = [*(urls.file_of(view.url) for view in views), *(page.path for page in files)]
    problems += [*shown.problems, *body_problems(_unseen(reading.content, shown), theme)]
    if not any(p.rule == "address-taken" for p in problems):  # else it has been said, at its own place
        problems += addresses_are_taken_once(paths)
    clock.step("render")
    rules = PageRules(frozenset(paths), shown.withheld)
    made = spread(lambda part: list(_finished(part, theme, rules, put)), views, jobs)
    problems += [problem for _, found in made for problem in found]
    kept = (*(page for page, _ in made), *(put(page) for page in files))
    clock.step("report")
    problems = _of_drafts(sharpened(problems, Lines(door)), reading.content, shown)
    ended = clock.ended()
    return Assembled(kept, tuple(in_order(_settled(problems, project))), graph, shown.next_change, ended)


def _finished(
    views: Sequence[View], theme: Theme, rules: PageRules, put: Callable[[Page], T]
) -> Iterator[tuple[T, tuple[Problem, ...]]]:
    """Render and check pages one by one and put each away, with what is wrong with it."""
    for view in views:
        page = theme.render(view)
        yield put(page), (*page.problems, *rules.check(page))


def build(
    project: Project,
    *,
    audience: Audience,
    now: datetime,
    strict: bool = False,
    jobs: int = 1,
    say: Say = lambda step: None,
) -> tuple[Assembled[object], Published | None]:
    """Assemble a project and publish it, or, where a problem stops it, change nothing and publish None.

    Raises BriefgenError where the output is not ours to write, or another build is at work.
    """
    with closing(Stage(project.output, project.state)) as stage:
        assembled = assemble(project, audience=audience, now=now, put=stage.put, jobs=jobs, say=say)
        published = None if assembled.stops(strict=strict) else stage.commit(assembled.pages)
    return replace(assembled, pages=()), published  # type: ignore[return-value]


def theme_folders(project: Project) -> tuple[Path, ...]:
    """Where templates are looked for: the desk's own folder, then the default theme that comes with the program."""
    package = Path(briefgen.__file__).parent
    default = next(f for f in (package / "_templates", package.parent / "templates") if f.is_dir())
    own = project.templates
    return (own, default) if own.is_dir() and own.resolve() != default.resolve() else (default,)


def _unseen(content: Content, shown: Visible) -> list[Entry]:
    """Briefs whose bodies no page shows, and which an editor still wants checked."""
    return [brief for id_, brief in content.briefs.items() if id_ not in shown.content.briefs]


def _of_drafts(problems: Iterable[Problem], content: Content, shown: Visible) -> list[Problem]:
    """Problems in drafts and in briefs under review are notes, unless drafts are shown."""
    unpublished = (content.briefs[id_] for id_ in shown.withheld_briefs)
    files = {brief.place.file for brief in unpublished if brief.status in ("draft", "review")}
    return [replace(p, severity="note") if p.place.file in files else p for p in problems]


def _settled(problems: Iterable[Problem], project: Project) -> list[Problem]:
    """Problems without the warnings that the settings allow."""
    allowed = {(each.rule, each.at) for each in project.allow}
    return [p for p in problems if p.severity == "error" or not _is_allowed(p, allowed)]


def _is_allowed(problem: Problem, allowed: set[tuple[str, str]]) -> bool:
    place = problem.place
    return any((problem.rule, at) in allowed for at in (place.file, f"{place.file}:{place.line}", "*"))


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
