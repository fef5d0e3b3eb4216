"""Where `[[...]]` leads: to an actor by id or alias, or by `kind:id` to anything that has an address."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from briefgen.model.entries import Actor, Brief, BriefId, Ref, SourceId, refers_to
from briefgen.model.graph import Graph
from briefgen.model.names import Names, names
from briefgen.model.problems import did_you_mean
from briefgen.model.site import Word
from briefgen.model.wiki import Kind, meant, target
from briefgen.render import urls, words
from briefgen.render.trace import word

WITHHELD = "not published"


@dataclass(frozen=True, slots=True)
class Target:
    """Where a link leads and the words it has by itself; an empty address is plain text."""

    url: str
    words: str


@dataclass(frozen=True, slots=True)
class Dead:
    """A link that leads nowhere, and what may have been meant."""

    message: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Links:
    """All that links can lead to: what is shown, and what exists and is withheld."""

    shown: Graph
    whole: Graph
    register: Names = field(default_factory=lambda: Names({}))

    def resolve(self, text: str, home: Brief | None) -> Target | Dead:
        """The target of the text between the brackets, less the words after `|`."""
        kind, name = target(text)
        if kind == "actor":
            return self._actor(name, home)
        if kind == "brief":
            return self._brief(BriefId(name))
        if kind == "source":
            return self._source(name, home)
        return self._local(kind, Ref(name), home)

    def words_behind(self, text: str) -> set[Word]:
        """Which words of other entries a link has for its own: a brief's title."""
        kind, name = target(text)
        told = self.whole.told.get(BriefId(name)) if kind == "brief" else None
        return {word(told.brief, "title")} if told else set()

    def _actor(self, name: str, home: Brief | None) -> Target | Dead:
        known = self.whole.dossiers
        actor = meant(name, self.register, known, self._cast(home))
        if actor is None:
            files = self.whole.content.actors
            cast = (member.id for told in self.whole.told.values() for member in told.brief.actors)
            near = did_you_mean(name, [*files, *cast, *(a.name for a in files.values())])
            return Dead(f"[[{name}]] is no actor's id, name or alias", near)
        if actor not in self.shown.dossiers:
            return Target("", WITHHELD)
        return Target(urls.actor(actor), self.shown.actor(actor).name)

    def _cast(self, home: Brief | None) -> Iterator[Actor]:
        """The actors that a brief lists, those who are withheld among them: a name of theirs is no mistake."""
        told = self.whole.told.get(home.id) if home else None
        yield from (self.whole.actor(member.id) for member in (told.brief.actors if told else ()))

    def _brief(self, name: BriefId) -> Target | Dead:
        if name in self.shown.told:
            return Target(urls.brief(name), self.shown.told[name].brief.title)
        if name in self.whole.told:
            return Target("", WITHHELD)
        return Dead(f"[[brief:{name}]] leads to no brief", did_you_mean(name, self.whole.told))

    def _source(self, name: str, home: Brief | None) -> Target | Dead:
        by_label = {str(label): source for label, source in home.sources.items()} if home else {}
        source = by_label.get(name, SourceId(name))
        if source in self.shown.ledgers:
            title = f"source {name}" if name in by_label else words.source_name(self.shown.ledgers[source].source)
            return Target(urls.source(source), title)
        if source in self.whole.ledgers or source in self.whole.content.sources:
            return Target("", WITHHELD)
        return Dead(f"[[source:{name}]] leads to no source", did_you_mean(name, [*self.whole.ledgers, *by_label]))

    def _local(self, kind: Kind, ref: Ref, home: Brief | None) -> Target | Dead:
        target = refers_to(ref, home.id if home else BriefId(""))
        shown, whole = _table(kind, self.shown), _table(kind, self.whole)
        if target in shown:
            thing = shown[target]
            return Target(urls.of(thing), words.numbered(thing).lower())  # type: ignore[arg-type]
        if target in whole:
            return Target("", WITHHELD)
        near = did_you_mean(target[1], [local for brief, local in whole if brief == target[0]])
        return Dead(f"[[{kind}:{ref}]] leads to no {kind}", near)


def _table(kind: str, graph: Graph) -> Mapping[tuple[BriefId, str], object]:
    return {"fact": graph.claims, "denial": graph.statements, "question": graph.questions}[kind]


def links(shown: Graph, whole: Graph) -> Links:
    """The links of a site that shows one graph out of the whole."""
    return Links(shown, whole, names(dossier.actor for dossier in whole.dossiers.values()))
