"""The publishing road: what an earlier build found out, or else all steps from the start; then publish.

There is one road. A build that begins with a memory gives the bytes that a build without one gives.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from threading import Thread
from time import perf_counter
from typing import Any

from briefgen import remember
from briefgen.disk.lock import patiently
from briefgen.disk.sealed import Sealed
from briefgen.model.audience import Audience
from briefgen.model.problems import Problem
from briefgen.project import unchanged
from briefgen.project.memory import Damaged, Record, Records, write_records
from briefgen.project.settings import Project
from briefgen.project.states import inputs, state_of_output
from briefgen.project.unchanged import Manifest
from briefgen.publish.output import Published, Stage
from briefgen.remember import Asked, Seen
from briefgen.revise import Unfit, revise

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Built:
    """What a build came to: its problems, how many briefs, actors and sources there are, what was published.

    `published` is None where a problem kept everything as it was. `manifest` is what the next build
    may rely on, to be kept in `state` once all has been said; `remark` is a sentence on the memory;
    `withheld` is what no file of the site holds.
    """

    problems: tuple[Problem, ...]
    counts: tuple[int, int, int]
    next_change: datetime | None
    published: Published | None
    seconds: Mapping[str, float] = field(default_factory=dict)
    manifest: Manifest | None = None
    state: Path = Path()
    remark: str = ""
    withheld: tuple[str, ...] = ()

    def remember(self, asked: Sequence[str] = (), out: str = "", err: str = "") -> None:
        """Keep what the next build may rely on, and what was said; nothing where that cannot be kept."""
        if self.manifest is not None:
            self.manifest.asked, self.manifest.out, self.manifest.err = [*asked], out, err
            with suppress(OSError):
                unchanged.write(Sealed(str(self.state)), self.manifest)


def build(
    project: Project,
    *,
    audience: Audience,
    now: datetime,
    strict: bool = False,
    regardless: bool = False,
    jobs: int = 1,
    say: Say = lambda step: None,
) -> Built:
    """Publish a project, or, where a problem stops it, change nothing.

    `regardless` publishes it all the same, and remembers nothing of it: for a preview, which shows over it
    what is wrong.

    What an earlier build has found out is used where nothing, or nothing but words, has changed since;
    the site is the same either way. While another build is at work this one waits, and says so. Raises
    BriefgenError where the output is not ours to write, or that other build does not end.
    """
    asked = Asked(project, audience, now, strict)
    with closing(patiently(lambda: Stage(project.output, project.state), say)) as stage:
        memory = _Memory(asked, stage)
        if (built := memory.build()) is not None:
            return built
        return _build_whole(asked, stage, memory, regardless=regardless, jobs=jobs, say=say)


def _build_whole(
    asked: Asked,
    stage: Stage,
    memory: _Memory,
    *,
    regardless: bool,
    jobs: int,
    say: Say,
) -> Built:
    """Put everything together, publish it, and remember it."""
    from briefgen.assembly import assemble  # all of the templates and the readers, which a change of words may not need

    project = asked.project
    assembled = assemble(
        project,
        audience=asked.audience,
        now=asked.now,
        put=stage.put,
        jobs=jobs,
        say=say,
        remembered=memory.files(),
    )
    graph = assembled.graph
    counts = (len(graph.told), len(graph.dossiers), len(graph.ledgers))
    stops = assembled.stops(strict=asked.strict)
    told = Built(
        assembled.problems,
        counts,
        assembled.next_change,
        None,
        assembled.seconds,
        remark=memory.remark,
        withheld=assembled.findings.audit.net.texts,
    )
    if stops and not regardless:
        return told
    memory.forget()
    say("publish")
    started = perf_counter()
    published = stage.commit(assembled.pages)
    if stops:
        stage.mirror()
        return replace(told, published=published)
    mirroring = Thread(target=stage.mirror)  # waits for the disk, while what follows waits for the processor
    mirroring.start()
    found = assembled.findings
    whole = remember.whole(
        assembled.problems, found.reading.content, found.shown, graph, found.names, published, found.audit
    )
    records = remember.records(found.reading, found.shown, whole, graph, found.problems, assembled.traces)
    kept = memory.keep(records)
    mirroring.join()
    seconds = {**assembled.seconds, "publish": perf_counter() - started}
    manifest = kept and memory.manifest(kept, assembled.next_change)
    return replace(told, published=published, seconds=seconds, manifest=manifest, state=project.state)


class _Memory:
    """What an earlier build of the same question left, if it is true of an earlier state of the same files."""

    def __init__(self, asked: Asked, stage: Stage) -> None:
        self._asked, self._stage = asked, stage
        self._sealed = Sealed(str(asked.project.state))
        look = inputs(asked.places)
        self._told = unchanged.read(self._sealed, asked.memory)
        self._seen = Seen(look, unchanged.digested(self._told, look, asked.places))
        there = asked.project.state / asked.memory / unchanged.MANIFEST
        self.remark = _DAMAGED if self._told is None and os.path.lexists(there) else ""

    def build(self) -> Built | None:
        """The build of what has changed, where nothing or nothing but words has; else None."""
        told = self._told
        if told is None or not self._is_ours(told):
            return None
        changed = unchanged.changed(told, self._seen.look, self._seen.digests)
        if changed is None:
            return None
        try:
            with closing(self._records(told)) as records:
                return self._revised(told, records, sorted(changed)) if changed else self._again(told, records)
        except Unfit:
            return None
        except Damaged:
            self.remark = _DAMAGED
            return None

    def files(self) -> dict[str, Any]:
        """Files as they were read before, by the same program; none where that is not known."""
        told = self._told
        if told is None or not unchanged.is_by_us(told):
            return {}
        try:
            with closing(self._records(told)) as records:
                return remember.files(records)
        except Damaged:
            self.remark = _DAMAGED
            return {}

    def forget(self) -> None:
        """What is remembered is about to become untrue."""
        with suppress(OSError):
            unchanged.forget(str(self._asked.project.state), self._asked.memory)

    def keep(self, records: Iterable[Record]) -> Kept | None:
        """Keep records in the place of the last ones; None where that cannot be."""
        name = _name()
        try:
            return name, write_records(self._sealed, self._asked.memory, records, name)
        except (OSError, sqlite3.Error) as error:
            self.remark = f"{_NOT_KEPT} {error}"
            return None

    def manifest(self, kept: Kept, next_change: datetime | None) -> Manifest:
        """What the next build may rely on."""
        before = self._told.bearers() if self._told else {}
        return remember.manifest(self._asked, self._seen, before, kept, next_change)

    def _records(self, told: Manifest) -> Records:
        return Records(self._sealed, self._asked.memory, told.records, told.records_state)

    def _is_ours(self, told: Manifest) -> bool:
        asked = self._asked
        return bool(
            told.question == asked.question
            and not told.has_plugins
            and unchanged.is_by_us(told)
            and told.published == state_of_output(str(asked.project.output), told.paths)
            and not unchanged.is_due(told, int(asked.now.timestamp()))
        )

    def _again(self, told: Manifest, records: Records) -> Built:
        """Nothing has changed."""
        known = remember.of_whole(records)
        return self._built(known, replace(known.published, changed=0, removed=0), (told.records, told.records_state))

    def _revised(self, told: Manifest, records: Records, changed: Sequence[str]) -> Built:
        """Words have changed."""
        started = perf_counter()
        if not self._stage.may_amend or state_of_output(str(self._stage.twin), told.paths) != told.published:
            raise Unfit("the twin is not what the output is")
        revision = revise(self._asked, records, changed, self._asked.project.output)
        self.forget()
        published = self._stage.amend(revision.pages)
        self._stage.mirror()
        name = _name()
        state = records.put(revision.records, name)
        return self._built(revision.whole, published, (name, state), {"revise": perf_counter() - started})

    def _built(
        self, known: remember.Whole, published: Published, kept: Kept, seconds: Mapping[str, float] | None = None
    ) -> Built:
        told = self.manifest(kept, known.next_change)
        state = self._asked.project.state
        return Built(
            known.problems,
            known.counts,
            known.next_change,
            published,
            seconds or {},
            told,
            state,
            self.remark,
            known.withheld,
        )


Kept = tuple[str, str]  # the name of a build's records, and the state in which they were left


def _name() -> str:
    """A name for what one build remembers."""
    return os.urandom(8).hex()


_DAMAGED = (
    "What earlier builds had left in .briefgen/ was damaged, another version's or brought from elsewhere;"
    " it was made anew."
)
_NOT_KEPT = "The next build begins from nothing, since this one could not be remembered:"
