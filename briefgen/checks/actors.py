"""What actors and their names must keep."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import combinations

from briefgen.model.entries import BUILT, Actor, ActorId, Brief, SourceId
from briefgen.model.graph import Graph, named
from briefgen.model.names import names, skeleton
from briefgen.model.problems import Place, Problem, did_you_mean


def _used(brief: Brief) -> Iterator[tuple[ActorId, str, Place]]:
    """Every actor a brief names outside its cast, with the key it stands under."""
    for fact in brief.key_facts:
        for actor in named(fact.asserted_by):
            yield actor, "asserted_by", fact.place
        for actor in named(fact.citing):
            yield actor, "citing", fact.place
        for actor in fact.about:
            yield actor, "about", fact.place
        for actor in fact.accuses or ():
            yield actor, "accuses", fact.place
    for denial in brief.denials:
        for actor in named(denial.by):
            yield actor, "by", denial.place
        for actor in denial.on_behalf_of:
            yield actor, "on_behalf_of", denial.place


def actors_are_known(graph: Graph) -> Iterator[Problem]:
    """Whoever is named is listed in the brief or has a file; a listed actor without a file is noted."""
    files = graph.content.actors
    for brief in graph.content.briefs.values():
        listed = {member.id for member in brief.actors}
        for member in brief.actors:
            if member.id not in files and member.id not in graph.content.unread:
                message = f"{member.id!r} has no file content/actors/{member.id}.md; its page shows what is known"
                yield Problem(member.place, "actor-without-file", message, "note")
        for actor, field, place in _used(brief):
            if actor not in listed and actor not in files and actor not in graph.content.unread:
                hint = did_you_mean(actor, [*listed, *files]) or "List it in the brief's `actors`, or give it a file."
                yield Problem(place, "unknown-actor", f"no actor named {actor!r}", hint=hint, seek=(field, actor))


def casts_are_complete(graph: Graph) -> Iterator[Problem]:
    """An actor of a fact or a denial is listed in the brief; one that is listed has a part in it, or is given one.

    A draft is not asked for that: what its actors had a part in may have been rejected.
    """
    for brief in graph.content.briefs.values():
        if not brief.actors:
            continue
        listed = {member.id for member in brief.actors}
        used = {actor for actor, _, _ in _used(brief)}
        twice: set[ActorId] = set()
        for actor, field, place in _used(brief):
            if actor not in listed and actor in graph.content.actors and actor not in twice:
                twice.add(actor)
                message = f"{actor!r} is named here and not listed in the brief's `actors`"
                yield Problem(place, "actor-not-listed", message, "warning", seek=(field, actor))
        about_source = {s for label in brief.sources.values() for s in _of_source(label, graph)}
        for member in brief.actors:
            has_part = member.id in used or member.id in about_source or member.role or member.note
            if brief.status in BUILT and not has_part and not member.review:
                message = f"{member.id!r} is listed and has no part in any fact, denial or source"
                yield Problem(member.place, "actor-unused", message, "warning")


def _of_source(source: SourceId, graph: Graph) -> Iterator[str]:
    if entry := graph.content.sources.get(source):
        yield from (entry.publisher, *entry.credits)


def names_lead_to_one_actor(graph: Graph) -> Iterator[Problem]:
    """No two actors share a name or a strong alias, unless both say that they are not the same."""
    actors: Mapping[ActorId, Actor] = graph.content.actors
    register = names(actors.values())
    for name, bearers in sorted(register.shared().items()):
        for first, second in combinations(bearers, 2):
            if second not in actors[first].not_same_as and first not in actors[second].not_same_as:
                message = f"{second!r} and {first!r} share the name {name!r}; links by it lead to neither"
                hint = "Make it a weak alias, or say `not_same_as` if they are two."
                yield Problem(actors[second].place, "alias-shared", message, "warning", hint)


def names_do_not_look_alike(graph: Graph) -> Iterator[Problem]:
    """No two names are the same to the eye and yet written with other letters."""
    seen: defaultdict[str, set[tuple[str, ActorId]]] = defaultdict(set)
    for actor in graph.content.actors.values():
        look = skeleton(actor.name)
        for name, other in sorted(seen[look]):
            if name != actor.name.casefold() and other != actor.id:
                message = f"the name looks like that of {other!r} and is written with other letters"
                yield Problem(actor.place, "look-alike", message, "warning", seek=("name",))
        seen[look].add((actor.name.casefold(), actor.id))


def ties_lead_to_actors(graph: Graph) -> Iterator[Problem]:
    """Affiliations and `not_same_as` name actors that are there."""
    known = graph.dossiers.keys() | graph.content.unread
    files = graph.content.actors
    for actor in files.values():
        for affiliation in actor.affiliations:
            if affiliation.to not in files and not _is_named(affiliation.to, graph):
                hint = did_you_mean(affiliation.to, files)
                message = f"no actor {affiliation.to!r}"
                yield Problem(affiliation.place, "unknown-actor", message, hint=hint, seek=("to", affiliation.to))
        for other in actor.not_same_as:
            if other not in known:
                hint = did_you_mean(other, files)
                seek = ("not_same_as", other)
                yield Problem(actor.place, "unknown-actor", f"no actor {other!r}", hint=hint, seek=seek)


def _is_named(actor: ActorId, graph: Graph) -> bool:
    """Whether an actor without a file stands in some brief or source."""
    dossier = graph.dossiers.get(actor)
    return actor in graph.content.unread or bool(dossier and (dossier.briefs or dossier.published))
