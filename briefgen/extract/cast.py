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
    keys: set[str] = field(default_factory=set)
    metonyms: set[str] = field(default_factory=set)
    description: str = ""
    country: str = ""
    of: list[tuple[int, str]] = field(default_factory=list)


def cast_of(readings: Sequence[Reading], known: Mapping[ActorId, Actor]) -> Cast:
    """The cast of some texts. Places are no actors, and names that lead to two known actors lead to none."""
    found_figures = _Figures()
    for number, reading in enumerate(readings):
        for named in reading.actors:
            if named.type != "Place":
                found_figures.join(number, named)
    figures = found_figures.all
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
    by_id: dict[ActorId, _Figure] = {}
    for figure in figures:
        by_id.setdefault(ActorId(slug(figure.name)), figure)
    new = [_affiliated(actor, by_id[actor.id], ids) for actor in new]
    return Cast(by_name, {**found, **{a.id: a for a in new}}, tuple(new))


class _Figures:
    """The figures found so far, each found again by the names that it bears."""

    def __init__(self) -> None:
        self.all: list[_Figure] = []
        self._by_key: dict[str, dict[int, None]] = {}
        self._by_last: dict[tuple[str, bool], dict[int, None]] = {}  # people; True: no other name

    def join(self, number: int, named: Named) -> None:
        """Take a name of a text in: as a figure's that is here, or as a new one's."""
        forms = {named.name, *named.aliases}
        keys = {key(form) for form in forms}
        last = _last_name(named.name)
        near = {n for k in keys for n in self._by_key.get(k, ())}
        if named.type == "Person":
            near.update(self._by_last.get((last[0], not last[1]), ()))
        at = next((n for n in sorted(near) if _are_one(self.all[n], named, keys)), len(self.all))
        if at == len(self.all):
            self.all.append(_Figure(named.name, named.type))
        home = self.all[at]
        if home.type == named.type == "Person" and len(named.name.split()) > len(home.name.split()):
            home.name = named.name
        for form in forms:
            home.forms[form] = home.forms.get(form, 0) + 1
        home.keys |= keys
        home.metonyms |= set(named.metonyms)
        home.description = max(home.description, named.description, key=lambda d: len(d.split()))
        home.country = home.country or named.country
        home.of.append((number, named.name))
        for each in keys:
            self._by_key.setdefault(each, {})[at] = None
        if home.type == "Person":
            self._by_last.setdefault(_last_name(home.name), {})[at] = None


def _last_name(name: str) -> tuple[str, bool]:
    """The last word of a name, and whether it is the only one."""
    words = name.split()
    return words[-1].lower(), len(words) == 1


def _are_one(figure: _Figure, named: Named, keys: set[str]) -> bool:
    """Whether a name of another text is a figure's: one name of both, or a person's last one."""
    if (figure.type == "Country") != (named.type == "Country"):
        return False
    if not figure.keys.isdisjoint(keys):
        return figure.type == named.type or "Person" not in (figure.type, named.type) or len(named.name.split()) > 1
    if figure.type == named.type == "Person":
        (one, is_alone), (other, other_is_alone) = _last_name(figure.name), _last_name(named.name)
        return is_alone != other_is_alone and one == other
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


def _affiliated(actor: Actor, figure: _Figure, ids: Mapping[str, ActorId]) -> Actor:
    """An actor with the country that its description, or the words before its name, say it belongs to."""
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
