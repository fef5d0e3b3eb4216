"""Actors of several texts -> one cast: who is who across them, by the desk's own register first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from briefgen.extract.countries import countries
from briefgen.extract.reading import Named, Reading
from briefgen.model.entries import Actor, ActorId, ActorType, Affiliation, Unnamed, Voice
from briefgen.model.ids import slug
from briefgen.model.names import key

_WITH_ARTICLE = frozenset(
    ("United States", "United Kingdom", "Netherlands", "Philippines", "United Arab Emirates", "Czech Republic")
)
_TYPES: Mapping[str, ActorType] = {"Place": "Group"}


@dataclass(frozen=True, slots=True)
class Cast:
    """Which actor each text's name means; `actors` are all of them, `new` those that the desk has no file for."""

    by_name: Mapping[tuple[int, str], ActorId]
    actors: Mapping[ActorId, Actor]
    new: tuple[Actor, ...]

    def ids(self, reading: int, names: Iterable[str]) -> tuple[ActorId, ...]:
        """The actors that names of one text mean, each once, in order; places mean none."""
        return tuple(dict.fromkeys(self.by_name[reading, n] for n in names if (reading, n) in self.by_name))

    def spoken(self, voice: Voice) -> str:
        """Who it is, as one says it in a sentence: "the United States", "experts"."""
        if isinstance(voice, Unnamed):
            return voice.unnamed
        actor = self.actors.get(voice)
        name = actor.name if actor else str(voice)
        is_body = actor is not None and actor.type == "PublicBody" and " " in name
        return f"the {name}" if (is_body or name in _WITH_ARTICLE) and not name.startswith("The ") else name


def listed(names: Sequence[str], last: str = "and") -> str:
    """Names as a list in a sentence."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {last} {names[-1]}"


@dataclass(slots=True)
class _Figure:
    """One actor while names of several texts are being joined."""

    name: str
    type: str
    forms: dict[str, int] = field(default_factory=dict)
    metonyms: set[str] = field(default_factory=set)
    description: str = ""
    country: str = ""
    of: list[tuple[int, str]] = field(default_factory=list)


def cast_of(readings: Sequence[Reading], known: Mapping[ActorId, Actor]) -> Cast:
    """The cast of some texts. Places are no actors, and names that lead to two known actors lead to none."""
    figures: list[_Figure] = []
    for number, reading in enumerate(readings):
        for named in reading.actors:
            if named.type != "Place":
                _join(figures, number, named)
    register = _register(known)
    by_name: dict[tuple[int, str], ActorId] = {}
    found: dict[ActorId, Actor] = {}
    new: list[Actor] = []
    for figure in figures:
        actor = _known(figure, register, known)
        if actor is None:
            actor = _actor(figure)
            if actor.id in known:
                actor = known[actor.id]
            elif actor.id not in found:
                new.append(actor)
        found.setdefault(actor.id, actor)
        by_name |= dict.fromkeys(figure.of, actor.id)
    ids = {a.name: a.id for a in found.values()} | {a.name: a.id for a in known.values()}
    new = [_affiliated(actor, figures, ids) for actor in new]
    return Cast(by_name, {**found, **{a.id: a for a in new}}, tuple(new))


def _join(figures: list[_Figure], number: int, named: Named) -> None:
    forms = {named.name, *named.aliases}
    home = next((f for f in figures if _are_one(f, named, forms)), None)
    if home is None:
        home = _Figure(named.name, named.type)
        figures.append(home)
    elif home.type == named.type == "Person" and len(named.name.split()) > len(home.name.split()):
        home.name = named.name
    for form in forms:
        home.forms[form] = home.forms.get(form, 0) + 1
    home.metonyms |= set(named.metonyms)
    home.description = max(home.description, named.description, key=lambda d: len(d.split()))
    home.country = home.country or named.country
    home.of.append((number, named.name))


def _are_one(figure: _Figure, named: Named, forms: set[str]) -> bool:
    """Whether a name of another text is a figure's: one name of both, or a person's last one."""
    if (figure.type == "Country") != (named.type == "Country"):
        return False
    if {key(f) for f in figure.forms} & {key(f) for f in forms}:
        return figure.type == named.type or "Person" not in (figure.type, named.type) or len(named.name.split()) > 1
    if figure.type == named.type == "Person":
        one, other = figure.name.split(), named.name.split()
        return len(one) != len(other) and min(len(one), len(other)) == 1 and one[-1].lower() == other[-1].lower()
    return False


def _register(known: Mapping[ActorId, Actor]) -> dict[str, set[ActorId]]:
    register: dict[str, set[ActorId]] = {}
    for actor in known.values():
        for name in (actor.name, *actor.aliases, *actor.weak_aliases):
            register.setdefault(key(name.removeprefix("the ").removeprefix("The ")), set()).add(actor.id)
    return register


def _known(figure: _Figure, register: Mapping[str, set[ActorId]], known: Mapping[ActorId, Actor]) -> Actor | None:
    """The desk's own actor whom a figure is, by its fullest name first."""
    for form in sorted({figure.name, *figure.forms}, key=lambda f: (f != figure.name, -len(f), f)):
        ids = register.get(key(form.removeprefix("The ")), set())
        if len(ids) == 1:
            return known[next(iter(ids))]
    return None


def _actor(figure: _Figure) -> Actor:
    name = figure.name
    others = sorted(f for f in figure.forms if key(f) != key(name))
    is_person = figure.type == "Person"
    short = [f for f in others if is_person and len(f.split()) < len(name.split())]
    register = countries()
    stated = [w for w, c in register.by_metonym.items() if c == name] if figure.type == "Country" else []
    return Actor(
        id=ActorId(slug(name)),
        name=name,
        type=_TYPES.get(figure.type, figure.type),  # type: ignore[arg-type]
        aliases=tuple(f for f in others if f not in short),
        weak_aliases=tuple(short),
        metonyms=tuple(sorted(figure.metonyms & {*stated, *figure.metonyms})),
        description=figure.description[:1].upper() + figure.description[1:],
    )


def _affiliated(actor: Actor, figures: Sequence[_Figure], ids: Mapping[str, ActorId]) -> Actor:
    """An actor with the country that its description, or the words before its name, say it belongs to."""
    figure = next(f for f in figures if ActorId(slug(f.name)) == actor.id)
    register = countries()
    country, role = figure.country, ""
    for adjective, name in register.by_adjective.items():
        rest = figure.description.removeprefix(f"{adjective} ")
        if rest != figure.description:
            country, role = name, rest.lower()
    if not country or country not in ids or actor.type == "Country":
        return actor
    role = role or ("public body" if actor.type == "PublicBody" else "")
    return replace(actor, affiliations=(Affiliation(ids[country], role),)) if role else actor
