"""What a build leaves for the next one: records of its pure steps, and a manifest of the state that they are true of.

A record is true of the inputs that the manifest lists. The memory of another state, another program
or another question is not looked at.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import TYPE_CHECKING

from briefgen.content.parts import ReadEntry
from briefgen.model.audience import Audience, Visible
from briefgen.model.entries import ActorId, Brief, BriefId, Capture, Content, SourceId, refers_to
from briefgen.model.graph import Graph
from briefgen.model.names import Names
from briefgen.model.net import Woven
from briefgen.model.problems import Problem
from briefgen.model.site import PieceKey, Traced, Word
from briefgen.project import states, unchanged
from briefgen.project.memory import Damaged, Record, Records
from briefgen.project.settings import Project, theme_folders
from briefgen.project.unchanged import Manifest
from briefgen.publish.output import Published
from briefgen.publish.output import manifest as listed

if TYPE_CHECKING:
    from briefgen.content.read import Reading

MOST_NEAR = 40  # briefs that hang together with one; where there are more, a change of words is a build of the whole


@dataclass(frozen=True, slots=True)
class Asked:
    """What a build is asked for: of which project, for whom, as of when, how strictly."""

    project: Project
    audience: Audience
    now: datetime
    strict: bool = False

    @property
    def question(self) -> str:
        """A digest of all that decides the answer besides the files and the clock."""
        project = self.project
        told = repr((str(project.root), str(project.output), project, self.audience, self.strict))
        return blake2b(told.encode(), digest_size=16).hexdigest()

    @property
    def memory(self) -> str:
        """The name of what is remembered of this output, below the state of the project."""
        return unchanged.name_of(str(self.project.output))

    @property
    def places(self) -> states.Places:
        """Where all that is read lies: the project, its folders of templates, its settings."""
        themes = tuple(str(folder) for folder in theme_folders(self.project))
        return str(self.project.root), themes, str(self.project.settings)


@dataclass(frozen=True, slots=True)
class Seen:
    """All that a build reads as it was before it read: the state of every file, and its digest."""

    look: states.Look
    digests: dict[str, str]


@dataclass(frozen=True, slots=True)
class Shown:
    """Where the words of one file stand: on which pages by themselves, in which pieces, and how often on which page."""

    pages: Mapping[str, tuple[str, ...]]
    pieces: Mapping[PieceKey, tuple[tuple[str, ...], tuple[tuple[str, int], ...]]]


@dataclass(frozen=True, slots=True)
class Near:
    """The briefs that are shown and bear on a brief's pages; and that brief as it is shown, where it is not whole."""

    briefs: tuple[BriefId, ...]
    as_shown: Brief | None = None


@dataclass(frozen=True, slots=True)
class Whole:
    """What is known of a site as a whole: its problems, its counts, its names, and what is withheld from it."""

    problems: tuple[Problem, ...]
    counts: tuple[int, int, int]
    next_change: datetime | None
    published: Published
    names: Names
    actors: frozenset[ActorId]
    withheld: tuple[str, ...]
    kept_back: tuple[str, ...]  # texts that would be withheld if they were not public too
    pages: tuple[str, ...]  # files of the desk's own pages
    assets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Grouped:
    """The text of a source as it was read, and the name of the group that it counts in."""

    capture: Capture
    group: str


@dataclass(frozen=True, slots=True)
class Met:
    """The problems of one file, before they were brought to their words."""

    problems: tuple[Problem, ...]


# ---- the manifest --------------------------------------------------------------------------------------------------


def manifest(
    asked: Asked, seen: Seen, before: Mapping[str, str], records: tuple[str, str], next_change: datetime | None
) -> Manifest:
    """What is true of the state in which a build leaves things; the command line adds what it printed.

    `before` are libraries that an earlier build used. Where something changed while it was read, no state of the
    inputs is given: none of them can be relied on.
    """
    _, themes, settings = asked.places
    found = seen.look[1]
    is_steady = states.inputs(asked.places)[1] == found
    libraries = {**before, **states.libraries()}
    paths = [*listed(asked.project.output)]
    name, state = records
    return Manifest(
        program=states.program(libraries),
        libraries=[part for library in libraries.items() for part in library],
        question=asked.question,
        has_plugins="yes" if asked.project.plugins else "",
        themes=[*themes],
        settings=settings,
        inputs=[part for n, s in found.items() for part in (n, s, seen.digests[n])] if is_steady else [],
        unsettled=states.unsettled(seen.look) if is_steady else [],
        output=str(asked.project.output),
        paths=paths,
        published=states.state_of_output(str(asked.project.output), paths),
        now=str(int(asked.now.timestamp())),
        until=str(int(next_change.timestamp())) if next_change else unchanged.NEVER,
        records=name,
        records_state=state,
        asked=[],
        out="",
        err="",
    )


# ---- the records ---------------------------------------------------------------------------------------------------


def records(
    reading: Reading,
    shown: Visible,
    whole: Whole,
    graph: Graph,
    raw: Iterable[Problem],
    traces: dict[str, Traced],
) -> Iterator[Record]:
    """Everything that a change of words needs to know, one record a thing.

    `raw` are all problems before they were brought to their words, `traces` tell what each page shows.
    """
    content = reading.content
    yield "", whole
    yield from reading.files.items()
    for source, capture in content.captures.items():
        yield source, Grouped(capture, graph.groups.get(source, source))
    near = _near(content)
    for id_, brief in shown.content.briefs.items():
        beside = tuple(sorted(other for other in near[id_] if other in shown.content.briefs))
        yield id_, Near(beside, None if brief is content.briefs[id_] or brief == content.briefs[id_] else brief)
    met: defaultdict[str, list[Problem]] = defaultdict(list)
    for problem in raw:
        met[problem.place.file].append(problem)
    for file, problems in met.items():
        yield file, Met(tuple(problems))
    for file, where in _shown(traces).items():
        yield file, where


def whole(
    problems: Sequence[Problem],
    content: Content,
    shown: Visible,
    graph: Graph,
    register: Names,
    published: Published,
    audit: Woven,
) -> Whole:
    """What is known of the whole, out of a build that has been published."""
    return Whole(
        problems=tuple(problems),
        counts=(len(graph.told), len(graph.dossiers), len(graph.ledgers)),
        next_change=shown.next_change,
        published=published,
        names=register,
        actors=frozenset(graph.dossiers),
        withheld=audit.net.texts,
        kept_back=audit.known,
        pages=tuple(page.place.file for page in content.pages.values()),
        assets=tuple(asset.name for asset in content.assets),
    )


def of_whole(records: Records) -> Whole:
    """What is remembered of the whole."""
    known = records.get(Whole, "")
    if known is None:
        raise Damaged("nothing is remembered of the whole")
    return known


def files(records: Records) -> dict[str, ReadEntry]:
    """Every file as it was read."""
    return dict(records.all(ReadEntry))


def _near(content: Content) -> dict[BriefId, set[BriefId]]:
    """For each brief those that share a source with it or a near-duplicate, and those that refer to it or it to."""
    using: defaultdict[SourceId, set[BriefId]] = defaultdict(set)
    for brief in content.briefs.values():
        for source in brief.sources.values():
            using[source].add(brief.id)
    for entry in content.sources.values():
        if twin := entry.near_duplicate_of:
            both = using[entry.id] | using[twin.source]
            using[entry.id], using[twin.source] = both, set(both)
    near = {
        id_: {other for source in brief.sources.values() for other in using[source]}
        for id_, brief in content.briefs.items()
    }
    for id_, brief in content.briefs.items():
        for other in _referred(brief):
            if other in near:
                near[id_].add(other)
                near[other].add(id_)
    return {id_: others - {id_} for id_, others in near.items()}


def _referred(brief: Brief) -> Iterator[BriefId]:
    refs = (
        *(ref for denial in brief.denials for ref in (*denial.denies, *denial.may_also_deny)),
        *(ref for d in brief.denials if d.order for ref in (d.order.before, d.order.after)),
        *(d.about for d in brief.discrepancies),
        *(ref for question in brief.open_questions for ref in (*question.about, *question.answered_by)),
        *(ref for assessment in brief.assessments for ref in assessment.about),
    )
    yield from (refers_to(ref, brief.id)[0] for ref in refs if "#" in ref)
    if brief.superseded_by:
        yield brief.superseded_by


def _shown(traces: dict[str, Traced]) -> dict[str, Shown]:
    """The traces of all pages turned round: from the words of each file to where they stand. The traces are used up."""
    made: dict[PieceKey, frozenset[Word]] = {}
    pages: defaultdict[str, defaultdict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    places: defaultdict[PieceKey, list[tuple[str, int]]] = defaultdict(list)
    while traces:
        path, trace = traces.popitem()
        made.update(trace.made)
        for file, name in trace.words:
            pages[file][name].append(path)
        for key, count in trace.pieces:
            places[key].append((path, count))
    pieces: defaultdict[str, dict[PieceKey, tuple[tuple[str, ...], tuple[tuple[str, int], ...]]]] = defaultdict(dict)
    while places:
        key, where = places.popitem()
        words = made[key]
        for file in {file for file, _ in words}:
            pieces[file][key] = (tuple(sorted(name for f, name in words if f == file)), tuple(sorted(where)))
    return {
        file: Shown({name: tuple(sorted(found)) for name, found in pages[file].items()}, pieces[file])
        for file in {*pages, *pieces}
    }
