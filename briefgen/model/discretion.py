"""Which problems would tell what is withheld, and what is said of them where strangers read: in the logs of a service.

A problem tells something withheld where it lies in it, or where its own words or the line it points to hold any of it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from briefgen.model.audience import Visible, public_texts, secrets
from briefgen.model.entries import Actor, Brief, Content, Source, SourceId
from briefgen.model.net import Net, apart
from briefgen.model.problems import Place, Problem

Spot = tuple[int, int]  # a line and a column, from 1
Stretch = tuple[Spot, Spot]  # where something begins, and the last spot that belongs to it

_END = 1 << 60
_ALL: tuple[Stretch, ...] = (((0, 0), (_END, _END)),)
WORDS = "something withheld is at fault here, or is named in what there is to say"
HINT = "Its words are not printed where CI is set: run the same command at your desk."


@dataclass(frozen=True, slots=True)
class Discretion:
    """Where in which files something withheld stands, stretch by stretch in order, and its words and names."""

    places: Mapping[str, tuple[Stretch, ...]] = field(default_factory=dict)
    net: Net = field(default_factory=Net)

    @classmethod
    def of(cls, content: Content, shown: Visible, unknown: Iterable[str] = ()) -> Discretion:
        """What has to be kept from strangers of a desk that shows so much of its content.

        `unknown` are files that may hold what is withheld, because they, or what would name them, could not be read.
        """
        places = dict.fromkeys(unknown, _ALL)
        left = _without(shown.content, places) if places else shown.content
        if left is content:
            return cls()
        names, words = secrets(content, left)
        return cls({**dict(_places(content, left)), **places}, apart(names, words, public_texts(left)))

    def marked(self, problem: Problem, line: str = "", was: Place | None = None) -> Problem:
        """A problem, marked where it tells something withheld; `line` is the one that it points to.

        `was` is where it lay before it was brought to its word.
        """
        if any(self._has(place) for place in (problem.place, was or problem.place)) or self._tells(
            problem.message, problem.hint
        ):
            return replace(problem, withheld="all")
        if self._has(Place(problem.place.file, problem.place.line, _END)) or self._tells(line):
            return replace(problem, withheld="line")
        return problem

    def _tells(self, *texts: str) -> bool:
        return any(next(self.net.caught(text), None) is not None for text in texts)

    def _has(self, place: Place) -> bool:
        """Whether something withheld stands at a place; with a column beyond all, whether it stands up to it."""
        stretches = self.places.get(place.file, ())
        spot = (max(place.line, 1), max(place.column, 1))
        before = bisect_right(stretches, spot, key=lambda stretch: stretch[0])
        if not before:
            return False
        last = stretches[before - 1][1]
        return last >= spot or (place.column == _END and last[0] == place.line)


def discreet(problem: Problem) -> Problem:
    """A problem as strangers may read it: its place and its rule, and of something withheld no more than that."""
    return replace(problem, message=WORDS, hint=HINT, seek=()) if problem.withheld == "all" else problem


def _without(content: Content, files: Container[str]) -> Content:
    """A content without the entries of some files."""
    return replace(
        content,
        briefs={id_: brief for id_, brief in content.briefs.items() if brief.place.file not in files},
        actors={id_: actor for id_, actor in content.actors.items() if actor.place.file not in files},
        sources={id_: source for id_, source in content.sources.items() if source.place.file not in files},
    )


def _places(content: Content, left: Content) -> Iterator[tuple[str, tuple[Stretch, ...]]]:
    """Where in every file something stands that is not shown."""
    for id_, brief in content.briefs.items():
        shown = left.briefs.get(id_)
        if shown is None or shown.status == "withdrawn":
            yield brief.place.file, _ALL
        elif shown is not brief:
            yield brief.place.file, tuple(_stretches(brief, shown))
    hidden: tuple[Actor | Source, ...] = (
        *(actor for id_, actor in content.actors.items() if id_ not in left.actors),
        *(source for id_, source in content.sources.items() if id_ not in left.sources),
    )
    yield from ((entry.place.file, _ALL) for entry in hidden)
    yield from ((asset.place.file, _ALL) for asset in content.assets if asset not in left.assets)
    for source_id in content.captures.keys() - left.captures.keys():
        yield from ((f"content/captures/{name}", _ALL) for name in _captured(source_id, content))


def _captured(id_: SourceId, content: Content) -> Iterator[str]:
    """The files in which a source's text may lie."""
    yield f"{id_}.txt"
    if source := content.sources.get(id_):
        yield from (stored.file for stored in (source.capture, source.text) if stored)


def _stretches(brief: Brief, shown: Brief) -> Iterator[Stretch]:
    """Where things stand in a brief that are left out: each goes on until the next one begins."""
    begin, kept = sorted(_begin(brief)), frozenset(_begin(shown))
    for place, following in zip(begin, (*begin[1:], None), strict=False):
        if following is None:
            last = (max(brief.body_line - 1, place.line), _END)
        elif following.line == place.line:
            last = (place.line, following.column - 1)
        else:
            last = (following.line - 1, _END)
        if place not in kept:
            yield (place.line, place.column), last


def _begin(brief: Brief) -> list[Place]:
    """Where each thing that a brief lists begins."""
    return [
        *(thing.place for thing in brief.actors),
        *(thing.place for thing in brief.key_facts),
        *(thing.place for thing in brief.denials),
        *(thing.place for thing in brief.discrepancies),
        *(thing.place for thing in brief.open_questions),
        *(thing.place for thing in brief.corrections),
        *(thing.place for thing in brief.assessments),
    ]
