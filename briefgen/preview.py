"""The road of who writes: the site as it will be, with all that is not public yet, shown and marked.

A preview has a tree of its own, `.briefgen/preview/`, and a memory of its own; it is built like any
site, in a process of its own, and never touches the output.
"""

from __future__ import annotations

import multiprocessing
import signal
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

from briefgen import report
from briefgen.build import Built, build
from briefgen.content.door import Door
from briefgen.content.places import Lines
from briefgen.model.audience import Audience
from briefgen.model.entries import Marking
from briefgen.model.problems import BriefgenError, Problem
from briefgen.project.parallel import cores
from briefgen.project.settings import Project, load
from briefgen.publish.preview import Fault, Outcome
from briefgen.render import urls

MOST = 20  # faults that are shown


@dataclass(frozen=True, slots=True)
class Shown:
    """What is to be previewed: which desk, with which settings, at which address, up to which marking."""

    root: Path
    settings: Path | None = None
    base_url: str | None = None
    max_marking: Marking = "TLP:RED"
    jobs: int = 0


def folder_of(root: Path) -> Path:
    """Where the preview's own tree lies."""
    return root / ".briefgen" / "preview"


def base_of(shown: Shown) -> str:
    """The path below which the previewed site stands."""
    return urls.base_path(_project(shown).site)


def rebuild(shown: Shown) -> Outcome:
    """Build the preview, and say how that went."""
    started = perf_counter()
    try:
        built = _built(shown)
    except BriefgenError as error:
        return Outcome((Fault(str(shown.root), "stopped", error.message, hint=error.hint),), error.message)
    lines = Lines(Door(shown.root))
    faults = [p for p in built.problems if p.severity == "error"]
    if built.published is None:
        told = [*report.for_people(faults, lines.line, most=MOST), f"Not built: {report.tally(built.problems)}"]
        return Outcome(tuple(_fault(p, lines) for p in faults[:MOST]), "\n".join(told))
    changed = built.published.changed + built.published.removed
    what = f"{changed} file{'' if changed == 1 else 's'} anew" if changed else "no change"
    return Outcome(line=f"{what} in {perf_counter() - started:.2f} s. {report.tally(built.problems)}")


def _project(shown: Shown) -> Project:
    project = load(shown.root, shown.settings)
    site = replace(project.site, preview=f"{datetime.now(UTC):%Y-%m-%d}")
    if shown.base_url is not None:
        site = replace(site, base_url=shown.base_url)
    return replace(project, site=site, output=folder_of(shown.root))


def _built(shown: Shown) -> Built:
    audience = Audience(drafts=True, future=True, embargoed=True, max_marking=shown.max_marking)
    built = build(_project(shown), audience=audience, now=datetime.now(UTC), jobs=shown.jobs or cores())
    built.remember()
    return built


def _fault(problem: Problem, lines: Lines) -> Fault:
    line = lines.line(problem.place)
    return Fault(str(problem.place), problem.rule, problem.message, line.strip(), problem.hint)


@contextmanager
def builder(shown: Shown) -> Iterator[Callable[[], Future[Outcome]]]:
    """A process that builds the preview whenever it is asked to; it ends with the block."""
    kind = "fork" if sys.platform == "linux" else "spawn"
    pool = ProcessPoolExecutor(1, multiprocessing.get_context(kind), initializer=_leave_interrupts)
    pool.submit(_leave_interrupts).result()  # begun here, while this process has one thread
    try:
        yield lambda: pool.submit(rebuild, shown)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _leave_interrupts() -> None:
    """Ctrl-C is for the process that serves: this one ends when that one does."""
    import gc

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.disable()
    gc.freeze()
