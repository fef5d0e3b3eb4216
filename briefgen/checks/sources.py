"""What sources must keep."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from briefgen.model.entries import UNKNOWN
from briefgen.model.graph import Graph
from briefgen.model.problems import Problem, did_you_mean


def publishers_are_known(graph: Graph) -> Iterator[Problem]:
    """A source's publisher and whom it credits have files, or get pages from what is known."""
    for source in graph.content.sources.values():
        for field, actors in (("publisher", (source.publisher,)), ("credits", source.credits)):
            for actor in actors:
                if actor == UNKNOWN or actor in graph.content.actors or actor in graph.content.unread:
                    continue
                message = f"{actor!r} has no file content/actors/{actor}.md; its page shows what is known"
                hint = did_you_mean(actor, graph.content.actors)
                yield Problem(source.place, "actor-without-file", message, "note", hint, seek=(field, actor))


def duplicates_lead_to_sources(graph: Graph) -> Iterator[Problem]:
    """A near-duplicate names another source that is there."""
    known = graph.content.sources.keys() | graph.ledgers.keys() | graph.content.unread
    for source in graph.content.sources.values():
        twin = source.near_duplicate_of
        if twin and (twin.source not in known or twin.source == source.id):
            message = f"no source {twin.source!r}" if twin.source != source.id else "a source is no duplicate of itself"
            hint = did_you_mean(twin.source, known - {source.id})
            seek = ("source", twin.source)
            yield Problem(twin.place, "unknown-source", message, hint=hint, seek=seek)


def addresses_are_links(graph: Graph) -> Iterator[Problem]:
    """An address that is given is one of the web."""
    for source in graph.content.sources.values():
        for field, url in (("url", source.url), ("asked", source.asked), ("archived_url", source.archived_url)):
            if url not in (UNKNOWN, "") and not _is_web(url):
                message = f"{url!r} is not an address: http:// or https://, or `unknown`"
                yield Problem(source.place, "bad-address", message, seek=(field, url))


def _is_web(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc) and not any(c in url for c in ' "<>\\')


def sources_are_used(graph: Graph) -> Iterator[Problem]:
    """A source stands in some brief; one that does not is noted and gets no page."""
    for source in graph.content.sources.values():
        if source.id not in graph.ledgers:
            message = "no brief uses this source; it gets no page"
            yield Problem(source.place, "source-unused", message, "note")
