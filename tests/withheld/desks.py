"""Desks of chance in which every text of what is withheld bears a mark, each beside the same desk without it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from tests.conftest import write

MARK = "zq"  # a word that begins with this is in what is withheld, and nowhere else
GONE = object()
Item = dict[str, Any]
REASONS: dict[str, Item] = {
    "red": {"marking": "TLP:RED"},
    "amber": {"marking": "TLP:AMBER+STRICT"},
    "draft": {"status": "draft"},
    "review": {"status": "review"},
    "embargo": {"embargo_until": "2026-12-24T06:00:00+01:00"},
    "future": {"date": "2026-11-30"},
}


@dataclass(frozen=True)
class Either:
    """Something that the whole desk has, and what the same desk has without what is withheld."""

    whole: Any
    public: Any = GONE


def without(thing: Any, *, is_whole: bool) -> Any:
    """A front matter as one of the two desks has it."""
    if isinstance(thing, Either):
        return without(thing.whole if is_whole else thing.public, is_whole=is_whole)
    if isinstance(thing, dict):
        made = {key: without(value, is_whole=is_whole) for key, value in thing.items()}
        return {key: value for key, value in made.items() if value is not GONE}
    if isinstance(thing, list):
        return [value for each in thing if (value := without(each, is_whole=is_whole)) is not GONE]
    return thing


@dataclass
class Maker:
    """Makes a desk out of chance. All that it makes is the same whether or not it is the whole that is asked for."""

    random: Random
    every: bool = False  # of what chance would leave out
    marks: int = 0
    entries: list[tuple[str, Any, str, bool]] = field(default_factory=list)  # path, front, body, whether it is withheld
    quotes: dict[str, list[str]] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)

    def mark(self, words: str = "") -> str:
        """A word that stands nowhere else, alone or with others."""
        self.marks += 1
        return f"{MARK}{self.marks:04d}{f' {words}' if words else ''}"

    def name(self) -> str:
        """The same, as an id."""
        return self.mark()

    def maybe(self, chance: float = 0.7) -> bool:
        """Yes or no."""
        return self.random.random() < chance or self.every

    def quote(self, source: str, label: str, words: str) -> Item:
        """Evidence in full, which stands in the captured text of a source."""
        before, after, quote = self.mark(), self.mark(), self.mark(words)
        self.quotes.setdefault(source, []).append(f"{before} {quote} {after}")
        return {"source": label, "quote": quote, "prefix": f"{before} ", "suffix": f" {after}",
                "translation": self.mark("as we put it")}  # fmt: skip

    def said(self, source: str, words: str) -> str:
        """A public quote."""
        self.quotes.setdefault(source, []).append(words)
        return words

    def entry(self, path: str, front: Item, body: str = "", *, withheld: bool = False) -> None:
        """A file of the desk."""
        self.entries.append((path, front, body, withheld))

    def shuffled(self, things: Iterable[Any]) -> list[Any]:
        """Things in an order of chance."""
        made = list(things)
        self.random.shuffle(made)
        return made


def desk_of(seed: int, root: Path, *, is_whole: bool = True, every: bool = False, hosting: str = "none") -> Path:
    """Write a desk of chance: with all that is withheld, or the same without it; where asked, with every kind of it."""
    maker = Maker(Random(seed), every)
    _make(maker)
    files: dict[str, str | bytes] = {
        "briefgen.toml": f'hosting = "{hosting}"\n[site]\ntitle = "The Desk"\nbase_url = "https://desk.example/"\n'
    }
    secret = {path.partition("/")[2] for path, _, _, withheld in maker.entries if withheld}
    for path, front, body, withheld in maker.entries:
        if is_whole or not withheld:
            told = json.dumps(without(front, is_whole=is_whole), ensure_ascii=False, indent=1)
            files[f"content/{path}.md"] = f"---\n{told}\n---\n{body}\n"
    for source, quotes in maker.quotes.items():
        if is_whole or source not in secret:
            files[f"content/captures/{source}.txt"] = "".join(f"It says: {quote}.\n" for quote in quotes)
    files |= {path: text for path, text in maker.files.items() if is_whole or MARK not in path}
    return write(root, files)


def _make(maker: Maker) -> None:
    for actor in ("ava", "bo", "press-one", "press-two"):
        if maker.maybe():
            maker.entry(f"actors/{actor}", {"name": f"The {actor}", "description": "Known to all."})
    for source, publisher in (("one", "press-one"), ("two", "press-two"), ("three", "press-one")):
        told = {"headline": f"Headline of {source}", "publisher": publisher, "published": "2026-11-19"}
        maker.entry(f"sources/{source}", told | ({"publish_text": "full"} if source == "three" else {}))
    maker.entry("pages/about", {"title": "About"}, "We are a desk. See [[ava]], and ![a map](assets/map.svg).")
    maker.files["content/assets/map.svg"] = '<svg xmlns="http://www.w3.org/2000/svg"/>'
    secrets = [_secret_actor(maker) for _ in range(2)]
    names = [f"public-{number}" for number in range(maker.random.randint(1, 3))]
    for number, name in enumerate(names):
        _public_brief(maker, name, number, secrets)
    for reason, keys in REASONS.items():
        if maker.maybe(0.6):
            _secret_brief(maker, f"{reason}-{maker.name()}", keys, names[0], secrets)
    _withdrawn(maker, secrets)


# ---- what is public, with what is withheld in it -------------------------------------------------------------------


def _public_brief(maker: Maker, name: str, number: int, secrets: list[str]) -> None:
    source, by_no_file = _secret_source(maker, secrets), maker.name()
    voices = [secrets[0], {"unnamed": maker.mark("officials")}, "ava", by_no_file]
    withheld = [_secret_fact(maker, voices, source, how) for how in _how(maker)]
    held = _secret_fact(maker, voices, source, {})
    red = [fact["id"] for fact in withheld] + [held["id"]]
    facts: list[Any] = [
        {"id": f"said-{n}", "text": f"Ava says that bo did {n} of it.", "asserted_by": "ava", "about": "bo",
         "evidence": [{"A": maker.said("one", f"bo did {n} of number {number}")}],
         "when": {"words": "in May", "edtf": f"2026-0{n + 1}"}}
        for n in range(maker.random.randint(1, 4))
    ]  # fmt: skip
    facts += [{"id": "also", "text": "Bo was there, it says.", "about": "bo", "kind": "event",
               "evidence": [{"B": maker.said("two", f"bo was there in number {number}")}]}]  # fmt: skip
    public = [fact["id"] for fact in facts]
    front = {
        "title": f"Brief {number}",
        "date": f"2026-11-{20 - number}",
        "topics": ["Harbour"],
        "sources": {"A": "one", "Q": Either(source), "B": "two"},
        "actors": maker.shuffled([
            {"id": "ava", "role": ["accuser"]},
            {"id": "bo", "role": ["accused", Either("denier")]},
            Either({"id": secrets[0], "role": ["accused"], "note": maker.mark("has no comment")}),
            Either({"id": by_no_file, "role": ["denier", "other"], "note": maker.mark("no file")}),
            Either({"id": "press-one" if maker.maybe(0.3) else maker.name(), "note": maker.mark("read by nobody"),
                    "role": ["affected"], "review": "proposed"}),
        ]),
        "key_facts": maker.shuffled([*facts, *map(Either, [*withheld, held])]),
        "denials": maker.shuffled(_denials(maker, public, red, held["id"], secrets, number)),
        "discrepancies": maker.shuffled(_discrepancies(maker, public, red, number)),
        "open_questions": maker.shuffled(_questions(maker, public, red, secrets)),
        "assessments": maker.shuffled([
            {"about": [public[0], *map(Either, red)], "likelihood": "likely", "basis": "One text says so."},
            Either({"about": red, "confidence": "low", "basis": maker.mark("is the basis")}),
        ]),
        "corrections": [{"date": "2026-11-21", "was": "Bo did none.", "now": "Bo did some.", "why": "We misread it."}],
    }  # fmt: skip
    maker.entry(f"briefs/{name}", front, "Read on at [[ava]] and [[fact:also]], in [[source:B]].")


def _how(maker: Maker) -> list[Item]:
    """Why some facts of a public brief are withheld."""
    ways = maker.shuffled([{"marking": "TLP:RED"}, {"marking": "TLP:GREEN"}, {"review": "proposed"}])
    return ways if maker.every else ways[: maker.random.randint(1, 3)]


def _secret_fact(maker: Maker, voices: list[Any], source: str, how: Item, label: str = "Q") -> Item:
    hedge = maker.mark("perhaps")
    first = maker.quote(source, label, f"with {hedge} in it")
    return {
        "id": maker.name(),
        "label": maker.mark("in a word"),
        "kind": maker.random.choice(["claim", "claim", "position", "assessment"]),
        "text": maker.mark("is said to be likely"),
        "asserted_by": maker.random.sample(voices, 2),
        "citing": maker.random.sample(voices, 1),
        "about": [voices[0], "bo", voices[3]],
        "accuses": [voices[0]],
        "when": {"words": maker.mark("of May"), "edtf": "2026-05"},
        "hedge": {label: hedge},
        "evidence": [first, maker.quote("one", "A", "in a public source")],
        "chain_evidence": [maker.quote("two", "B", "for the chain")],
        **how,
    }


def _denials(
    maker: Maker, public: list[str], red: list[str], held: str, secrets: list[str], number: int
) -> Iterable[Any]:
    def denial(denies: list[Any], by: list[Any], **more: Any) -> Item:
        return {
            "id": maker.name(), "label": maker.mark("denied"), "text": maker.mark("is denied"), "by": by,
            "on_behalf_of": secrets[1], "denies": denies, "note": maker.mark("is noted"),
            "order": {"after": held, "gap": maker.mark("days")},
            "evidence": [maker.quote("one", "A", "denied it")], **more,
        }  # fmt: skip

    yield Either(denial([held], ["bo", {"unnamed": maker.mark("a friend")}], review="proposed"))
    yield Either(denial(red, [secrets[0]], may_also_deny=red[:1]))
    yield {
        "id": "not-so", "by": "ava", "text": "Ava denies a part of it.", "scope": "partial",
        "denies": [public[-1], Either(red[0])], "may_also_deny": [Either(red[-1])],
        "order": Either({"before": red[0], "gap": maker.mark("hours")}),
        "evidence": [{"A": maker.said("one", f"ava denied number {number}")}],
    }  # fmt: skip
    yield {"id": "nothing", "by": "ava", "denies": [], "text": "Ava denies what nobody said.",
           "evidence": [{"B": maker.said("two", f"ava denied all in number {number}")}]}  # fmt: skip


def _discrepancies(maker: Maker, public: list[str], red: list[str], number: int) -> Iterable[Any]:
    for about, how in ((red[0], {}), (public[0], {"review": "proposed"})):
        readings = [maker.quote("one", "A", "one reading"), maker.quote("two", "B", "another reading")]
        yield Either({"id": maker.name(), "about": about, "label": maker.mark("or not"), "note": maker.mark("differs"),
                      "readings": readings, **how})  # fmt: skip
    readings = [{"A": maker.said("one", f"it was {number} then")}, {"B": maker.said("two", f"it is {number} now")}]
    yield {"id": "when", "about": public[0], "readings": readings}


def _questions(maker: Maker, public: list[str], red: list[str], secrets: list[str]) -> Iterable[Any]:
    def question(**more: Any) -> Item:
        return {"id": maker.name(), "question": maker.mark("is asked"), "would_answer": maker.mark("would answer"),
                "asked": "2026-11-02", **more}  # fmt: skip

    yield Either(question(about=red))
    yield Either(question(about=[public[0], secrets[0]], review="proposed"))
    yield Either(question(about=[red[0]], status="answered", answered_by=[red[-1]], answered="2026-11-03"))
    yield {"id": "who", "question": "Who was it?", "about": [public[0], Either(red[0]), "ava"]}
    yield {"id": "how", "question": "How was it?", "answered_by": Either([red[0]]), "answered": Either("2026-11-04"),
           "status": Either("answered", "open")}  # fmt: skip
    yield {"id": "what", "question": "What was it?", "answered_by": [Either(red[0]), public[0]], "status": "answered",
           "answered": "2026-11-05"}  # fmt: skip


# ---- what is withheld as a whole -----------------------------------------------------------------------------------


def _secret_actor(maker: Maker) -> str:
    name, other, picture = maker.name(), maker.name(), f"{maker.name()}.svg"
    maker.files[f"content/assets/{picture}"] = (
        f'<svg xmlns="http://www.w3.org/2000/svg"><desc>{maker.mark()}</desc></svg>'
    )
    front = {
        "name": maker.mark("Person"), "type": "Person", "aliases": [maker.mark("Alias")],
        "weak_aliases": [maker.mark("Weak")], "metonyms": [maker.mark("Capital")], "description": maker.mark("is it"),
        "affiliations": [{"to": other, "role": maker.mark("keeper"), "from": "2020"},
                         {"to": "press-one", "role": "owner"}, {"to": "press-two", "role": "owner"}],
        "ids": {maker.mark(): maker.mark()}, "reliability": {"grade": "B", "basis": maker.mark("on the whole")},
        "not_same_as": [other], "redirect_from": [maker.name()],
    }  # fmt: skip
    body = f"{maker.mark('is a body')}, with ![{maker.mark()}](assets/{picture}) and [[{other}|{maker.mark()}]]."
    maker.entry(f"actors/{name}", front, body, withheld=True)
    maker.entry(f"actors/{other}", {"name": maker.mark("Other"), "not_same_as": [name]}, withheld=True)
    return name


def _secret_source(maker: Maker, secrets: list[str], twin: str = "") -> str:
    name = maker.name()
    first, last = maker.mark("begins"), maker.mark("ends")
    maker.quotes.setdefault(name, []).append(f"{first}, and {last}")
    front = {
        "type": maker.mark(), "headline": maker.mark("Headline"),
        "publisher": maker.random.choice([*secrets, "press-two"]),
        "author": maker.mark("Writer"), "url": f"https://{maker.mark()}.example/", "retrieved": "2026-11-01",
        "archived_url": f"https://archive.example/{maker.mark()}", "credits": [secrets[1], "press-one", maker.name()],
        "asked": f"https://{maker.mark()}.example/asked",
        "said": {"url": f"https://{maker.mark()}.example/said", "publisher": maker.mark("Herald")},
        "near_duplicate_of": {"source": twin or "one", "confirmed_by": maker.mark("Reader")},
        "cut": [{"from": first, "to": last, "why": maker.mark("a rule of the house")}],
        "text": {"file": f"{name}.txt"}, "capture": {"file": f"{name}.txt"},
        "publish_text": maker.random.choice(["full", "excerpt"]), "redirect_from": [maker.name()],
    }  # fmt: skip
    maker.entry(f"sources/{name}", front, maker.mark("is the body of a source"), withheld=True)
    return name


def _secret_brief(maker: Maker, name: str, keys: Item, public: str, secrets: list[str]) -> None:
    front = _told(maker, secrets) | {"date": "2026-11-18", "redirect_from": [maker.name()]} | keys
    front["denials"][0]["denies"] += [f"{public}#also"] if maker.maybe(0.5) else []
    maker.entry(
        f"briefs/{name}", front, f"{maker.mark('is the body of a brief')}, and *{maker.mark()}*.", withheld=True
    )


def _told(maker: Maker, secrets: list[str]) -> Item:
    """All that a brief can tell, each of its texts with a mark."""
    twin, label, other = _secret_source(maker, secrets), maker.mark(), maker.name()
    source = _secret_source(maker, secrets, twin)
    fact = _secret_fact(maker, [*secrets[:1], {"unnamed": maker.mark("a clerk")}, "ava", other], source, {}, label)
    return {
        "title": maker.mark("Title"),
        "summary": maker.mark("is the summary"),
        "topics": [maker.mark("topic"), "Harbour"],
        "sources": {label: source, "T": twin, "A": "one", "B": "two"},
        "actors": [{"id": secrets[0], "role": ["principal"], "note": maker.mark("plays a part")}, other, "bo", "ava"],
        "key_facts": [fact],
        "denials": [{"id": maker.name(), "by": "bo", "text": maker.mark("is false"), "denies": [fact["id"]],
                     "order": {"before": fact["id"], "gap": maker.mark("weeks")},
                     "evidence": [maker.quote(source, label, "false")]}],
        "open_questions": [maker.mark("is open")],
        "corrections": [{"date": "2026-11-18", "was": maker.mark("was"), "now": maker.mark("is"),
                         "why": maker.mark("as")}],
        "assessments": [{"about": [fact["id"]], "likelihood": "likely", "basis": maker.mark("is why")}],
    }  # fmt: skip


def _withdrawn(maker: Maker, secrets: list[str]) -> None:
    """Of a withdrawn brief only the title, the date and the reason are left."""
    told = {key: Either(value) for key, value in _told(maker, secrets).items()}
    front = told | {"title": "Taken back", "date": "2026-11-03", "status": "withdrawn", "reason": "It was wrong."}
    maker.entry("briefs/taken-back", front, "")
