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
from threading import Lock
from time import perf_counter

from briefgen import desk, report
from briefgen.build import Built, build
from briefgen.content.door import Door
from briefgen.content.places import Lines
from briefgen.model.audience import Audience
from briefgen.model.entries import Marking
from briefgen.model.problems import BriefgenError, Problem
from briefgen.project.parallel import cores
from briefgen.project.settings import Project, load
from briefgen.publish.preview import Decision, Fault, Outcome
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


def rebuild(shown: Shown, *, regardless: bool = False) -> Outcome:
    """Build the preview, and say how that went. Faults leave the last build as it is, or stand over this one."""
    started = perf_counter()
    try:
        built = _built(shown, regardless)
    except BriefgenError as error:
        return Outcome(
            (Fault(str(shown.root), "stopped", error.message, hint=error.hint),), error.message, is_shown=False
        )
    lines = Lines(Door(shown.root))
    faults = [p for p in built.problems if p.severity == "error"]
    if faults:
        what = "Not built" if built.published is None else "A build would refuse this"
        told = [*report.for_people(faults, lines.line, most=MOST), f"{what}: {report.tally(built.problems)}"]
        is_shown = built.published is not None
        return Outcome(tuple(_fault(p, lines) for p in faults[:MOST]), "\n".join(told), is_shown)
    assert built.published is not None
    changed = built.published.changed + built.published.removed
    what = f"{changed} file{'' if changed == 1 else 's'} anew" if changed else "no change"
    return Outcome(line=f"{what} in {perf_counter() - started:.2f} s. {report.tally(built.problems)}")


def _project(shown: Shown) -> Project:
    project = load(shown.root, shown.settings)
    site = replace(project.site, preview=f"{datetime.now(UTC):%Y-%m-%d}")
    if shown.base_url is not None:
        site = replace(site, base_url=shown.base_url)
    return replace(project, site=site, output=folder_of(shown.root))


def _built(shown: Shown, regardless: bool) -> Built:
    audience = Audience(drafts=True, future=True, embargoed=True, max_marking=shown.max_marking)
    built = build(
        _project(shown), audience=audience, now=datetime.now(UTC), regardless=regardless, jobs=shown.jobs or cores()
    )
    built.remember()
    return built


def _fault(problem: Problem, lines: Lines) -> Fault:
    line = lines.line(problem.place)
    return Fault(str(problem.place), problem.rule, problem.message, line.strip(), problem.hint)


class Decisions:
    """Carries out what a person decides on the page, one decision after the other, and takes the last one back."""

    def __init__(self, project: Project) -> None:
        self._project, self._made, self._lock = project, list[desk.Decided](), Lock()

    def __call__(self, said: Decision) -> str:
        """A sentence for the page. Raises BriefgenError where it could not be done."""
        with self._lock:
            return self._undone() if said.verdict == "undo" else self._decided(said)

    def _decided(self, said: Decision) -> str:
        accepts = said.verdict == "accept"
        done = desk.decide(self._project, said.brief, [said.id], accepts=accepts, dry_run=said.rehearses)
        along = f", and with it {', '.join(done.also)}" if done.also else ""
        if said.rehearses:
            return f"{said.id}{along}"
        self._made.append(done)
        left = "1 proposal left" if done.left == 1 else f"{done.left} proposals left"
        return f"{'Accepted' if accepts else 'Rejected'} {said.id}{along}. {left} in {done.path.name}."

    def _undone(self) -> str:
        if not self._made:
            raise BriefgenError("there is no decision to take back", code=1)
        last = self._made[-1]
        desk.undo(self._project, last)
        self._made.pop()
        return f"{', '.join(last.ids)} is proposed again."


@contextmanager
def builder(shown: Shown) -> Iterator[Callable[[], Future[Outcome]]]:
    """A process that builds the preview whenever it is asked to; it ends with the block.

    Until there has been a build without faults, what there is is shown with them: a colleague's half-written
    draft keeps nobody from seeing the rest. After that the last good build stays up while there are faults.
    """
    kind = "fork" if sys.platform == "linux" else "spawn"
    pool = ProcessPoolExecutor(1, multiprocessing.get_context(kind), initializer=_leave_interrupts)
    pool.submit(_leave_interrupts).result()  # begun here, while this process has one thread
    good: list[bool] = []

    def begin() -> Future[Outcome]:
        begun = pool.submit(rebuild, shown, regardless=not good)
        begun.add_done_callback(lambda done: good.append(True) if _is_good(done) else None)
        return begun

    try:
        yield begin
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _is_good(done: Future[Outcome]) -> bool:
    return not done.cancelled() and done.exception() is None and not done.result().faults


def _leave_interrupts() -> None:
    """Ctrl-C is for the process that serves: this one ends when that one does."""
    import gc

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.disable()
    gc.freeze()
