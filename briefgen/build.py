"""The publishing road: what an earlier build found out, or else all steps from the start; then publish.

There is one road. A build that begins with a memory gives the bytes that a build without one gives.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from threading import Thread
from time import perf_counter
from typing import Any

from briefgen import remember
from briefgen.model.audience import Audience
from briefgen.model.problems import Problem
from briefgen.project import unchanged
from briefgen.project.memory import Damaged, Records, write_records
from briefgen.project.settings import Project
from briefgen.publish.output import MANIFEST, Published, Stage
from briefgen.remember import Asked
from briefgen.revise import Unfit, revise

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Built:
    """What a build came to: its problems, how many briefs, actors and sources there are, what was published.

    `published` is None where a problem kept everything as it was. `manifest` is what the next build
    may rely on, to be written to `folder` once all has been said; `remark` is a sentence on the memory.
    """

    problems: tuple[Problem, ...]
    counts: tuple[int, int, int]
    next_change: datetime | None
    published: Published | None
    seconds: Mapping[str, float] = field(default_factory=dict)
    manifest: dict[str, Any] | None = None
    folder: Path = Path()
    remark: str = ""

    def remember(self, **said: object) -> None:
        """Keep what the next build may rely on, and what was said; nothing where nothing is to be relied on."""
        if self.manifest is not None:
            unchanged.write(str(self.folder), self.manifest | said)


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
    the site is the same either way. Raises BriefgenError where the output is not ours to write, or
    another build is at work.
    """
    asked = Asked(project, audience, now, strict)
    with closing(Stage(project.output, project.state)) as stage:
        inputs = asked.inputs()
        memory = _Memory(asked, inputs, stage)
        if (built := memory.build()) is not None:
            return built
        return _build_whole(asked, inputs, stage, memory, regardless=regardless, jobs=jobs, say=say)


def _build_whole(
    asked: Asked,
    inputs: unchanged.States,
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
        compiled=project.compiled,
        remembered=memory.files(),
    )
    graph = assembled.graph
    counts = (len(graph.told), len(graph.dossiers), len(graph.ledgers))
    stops = assembled.stops(strict=asked.strict)
    told = Built(assembled.problems, counts, assembled.next_change, None, assembled.seconds, remark=memory.remark)
    if stops and not regardless:
        return told
    unchanged.forget(str(asked.folder))
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
    name = _name()
    records = remember.records(found.reading, found.shown, whole, graph, found.problems, assembled.traces)
    write_records(asked.folder, records, name)
    mirroring.join()
    seconds = {**assembled.seconds, "publish": perf_counter() - started}
    manifest = remember.manifest(asked, inputs, name, assembled.next_change)
    return replace(told, published=published, seconds=seconds, manifest=manifest, folder=asked.folder)


def _name() -> str:
    """A name for what one build remembers."""
    return os.urandom(8).hex()


class _Memory:
    """What an earlier build of the same question left, if it is true of an earlier state of the same files."""

    def __init__(self, asked: Asked, inputs: unchanged.States, stage: Stage) -> None:
        self._asked, self._inputs, self._stage = asked, inputs, stage
        folder = str(asked.folder)
        self._told = unchanged.read(folder)
        self.remark = _DAMAGED if self._told is None and unchanged.is_damaged(folder) else ""

    def build(self) -> Built | None:
        """The build of what has changed, where nothing or nothing but words has; else None."""
        told = self._told
        if told is None or not self._is_ours(told):
            return None
        root = str(self._asked.project.root)
        changed = unchanged.differences(told["inputs"], self._inputs) | unchanged.rewritten(told, root)
        if not changed <= told["inputs"].keys() & self._inputs.keys():
            return None
        try:
            with closing(Records(self._asked.folder, told["records"])) as records:
                return self._revised(records, sorted(changed)) if changed else self._again(records)
        except Unfit:
            return None
        except Damaged:
            self.remark = _DAMAGED
            return None

    def files(self) -> dict[str, Any]:
        """Files as they were read before, by the same program; none where that is not known."""
        told = self._told
        if told is None or told["program"] != unchanged.program():
            return {}
        try:
            with closing(Records(self._asked.folder, told["records"])) as records:
                return dict(records.all("entry"))
        except Damaged:
            self.remark = _DAMAGED
            return {}

    def _is_ours(self, told: dict[str, Any]) -> bool:
        asked = self._asked
        return bool(
            told["question"] == asked.question
            and told["program"] == unchanged.program()
            and told["site"] == unchanged.state_of(str(asked.project.output / MANIFEST))
            and not unchanged.is_due(told, int(asked.now.timestamp()))
        )

    def _again(self, records: Records) -> Built:
        """Nothing has changed."""
        known: remember.Whole = records.get("whole", "")
        assert self._told is not None
        return self._built(known, replace(known.published, changed=0, removed=0), self._told["records"])

    def _revised(self, records: Records, changed: Sequence[str]) -> Built:
        """Words have changed."""
        started = perf_counter()
        if not self._stage.may_amend:
            raise Unfit("the twin is not what the output is")
        revision = revise(self._asked, records, changed, self._asked.project.output)
        unchanged.forget(str(self._asked.folder))
        published = self._stage.amend(revision.pages)
        self._stage.mirror()
        name = _name()
        records.put(revision.records, name)
        return self._built(revision.whole, published, name, {"revise": perf_counter() - started})

    def _built(
        self, known: remember.Whole, published: Published, name: str, seconds: Mapping[str, float] | None = None
    ) -> Built:
        asked = self._asked
        told = remember.manifest(asked, self._inputs, name, known.next_change)
        return Built(
            known.problems, known.counts, known.next_change, published, seconds or {}, told, asked.folder, self.remark
        )


_DAMAGED = "What earlier builds had left in .briefgen/ was damaged or another version's; it was made anew."
