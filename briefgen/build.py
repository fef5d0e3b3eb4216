"""The publishing road: read, join, check, render, audit, publish."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from time import perf_counter

import briefgen
from briefgen.checks import GRAPH_CHECKS, run
from briefgen.checks.pages import PAGE_CHECKS, withheld_stays_withheld
from briefgen.content.door import Door
from briefgen.content.places import Lines, sharpened
from briefgen.content.read import read_content
from briefgen.model.audience import Audience, Visible, visible
from briefgen.model.entries import Content
from briefgen.model.graph import Graph, join
from briefgen.model.problems import Place, Problem, in_order
from briefgen.model.site import Page
from briefgen.project.settings import Project, without_address
from briefgen.publish.output import Published, publish
from briefgen.render.links import links
from briefgen.render.templates import Theme, body_problems, render
from briefgen.render.views import VIEWS, make

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Assembled:
    """A site in memory: its pages, every problem in order, its graph, and when the next thing becomes due."""

    pages: tuple[Page, ...]
    problems: tuple[Problem, ...]
    graph: Graph
    next_change: datetime | None = None
    seconds: Mapping[str, float] | None = None

    def stops(self, *, strict: bool = False) -> bool:
        """Whether its problems keep it from being published."""
        return any(p.severity == "error" or (strict and p.severity == "warning") for p in self.problems)


def assemble(project: Project, *, audience: Audience, now: datetime, say: Say = lambda step: None) -> Assembled:
    """Read, join, check and render a project, writing nothing. `say` is told each step as it begins."""
    door = Door(project.root)
    clock = _Clock(say)
    clock.step("read")
    reading = read_content(project.content, door)
    clock.step("check")
    whole = join(reading.content)
    problems = [*project.problems, *without_address(project), *reading.problems, *run(GRAPH_CHECKS, whole)]
    shown = visible(reading.content, audience, now)
    problems += shown.problems
    graph = whole if shown.content is reading.content else join(shown.content)
    clock.step("render")
    theme = Theme(project.site, graph, links(graph, whole), theme_folders(project), project.root)
    pages = render(make(VIEWS, graph, project.site), theme)
    problems += [problem for page in pages for problem in page.problems]
    problems += body_problems(_unseen(reading.content, shown), theme)
    clock.step("audit")
    problems += [problem for check in PAGE_CHECKS for problem in check(pages, project.site)]
    problems += withheld_stays_withheld(pages, shown.withheld)
    problems = sharpened(problems, Lines(door))
    return Assembled(
        tuple(pages),
        tuple(in_order(_settled(_of_drafts(problems, reading.content, shown), project))),
        graph,
        shown.next_change,
        clock.ended(),
    )


def build(project: Project, assembled: Assembled) -> Published:
    """Publish what was assembled. It must have no errors."""
    return publish(assembled.pages, project.output, project.state)


def theme_folders(project: Project) -> tuple[Path, ...]:
    """Where templates are looked for: the desk's own folder, then the default theme that comes with the program."""
    package = Path(briefgen.__file__).parent
    default = next(f for f in (package / "_templates", package.parent / "templates") if f.is_dir())
    own = project.templates
    return (own, default) if own.is_dir() and own.resolve() != default.resolve() else (default,)


def _unseen(content: Content, shown: Visible) -> Iterable:  # type: ignore[type-arg]
    """Briefs whose bodies no page shows, and which an editor still wants checked."""
    return [brief for id_, brief in content.briefs.items() if id_ not in shown.content.briefs]


def _of_drafts(problems: Iterable[Problem], content: Content, shown: Visible) -> list[Problem]:
    """Problems in entries that are not published are notes."""
    files = {content.briefs[id_].place.file for id_ in shown.withheld_briefs}
    return [
        replace(p, severity="note") if p.place.file in files and p.severity != "note" and _is_draft(p, content) else p
        for p in problems
    ]


def _is_draft(problem: Problem, content: Content) -> bool:
    """Whether a problem stands in a brief that is still a draft or in review, and not merely embargoed."""
    return any(
        brief.place.file == problem.place.file and brief.status in ("draft", "review")
        for brief in content.briefs.values()
    )


def _settled(problems: Iterable[Problem], project: Project) -> list[Problem]:
    """Problems without the warnings that the settings allow."""
    allowed = {(each.rule, each.at) for each in project.allow}
    return [p for p in problems if p.severity == "error" or not _is_allowed(p, allowed)]


def _is_allowed(problem: Problem, allowed: set[tuple[str, str]]) -> bool:
    place: Place = problem.place
    return bool({(problem.rule, at) for at in (place.file, f"{place.file}:{place.line}", "*")} & allowed)


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
