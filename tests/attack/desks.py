"""Desks with a text in every field that has text, of every kind of entry: the same desk with any text.

What a field holds is told by its type, so a new field is filled the moment there is one. Only what is no text of a
person's (ids, dates, words of a list) is written down here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints
from urllib.parse import quote

from briefgen.content.write import _mapping
from briefgen.model.entries import (
    Actor,
    Affiliation,
    Assessment,
    Brief,
    CastMember,
    Cut,
    Denial,
    DeskPage,
    Discrepancy,
    Entry,
    Evidence,
    Fact,
    NearDuplicate,
    Order,
    Question,
    Source,
    Unnamed,
    When,
)
from briefgen.model.problems import Place
from tests.conftest import write

SETTINGS = '[site]\ntitle = "The Desk"\nbase_url = "https://desk.example/"\n'
DAY = date(2026, 11, 20)


class Filler:
    """Fills the entries of number `n` with a text."""

    def __init__(self, n: int, text: str) -> None:
        self.n, self.text = n, text
        self.said: dict[str, list[str]] = {
            "A": [],
            "B": [],
        }  # what stands in the captured texts, its own and the wire's

    def quote(self, label: str) -> Evidence:
        """A quote that stands once in the text of a source, with a text in all that it has."""
        number = f"{self.n}-{len(self.said[label])}"
        before, words, after = f"b{number} {self.text} ", f"q{number} {self.text} z", f" e{number} {self.text}"
        self.said[label].append(before + words + after)
        return Evidence(label, words, before, after, self.text)  # type: ignore[arg-type]

    def one(self) -> tuple[Evidence, ...]:
        """A quote of the source of the same number."""
        return (self.quote("A"),)

    def two(self) -> tuple[Evidence, ...]:
        """One quote of each source."""
        return self.quote("A"), self.quote("B")

    def special(self) -> Mapping[tuple[type, str], Callable[[], Any]]:
        """What is no text of a person's, or has to hang together."""
        n = self.n
        a, s = f"a{n}", f"s{n}"
        return {
            (Brief, "id"): lambda: f"b{n}",
            (Brief, "status"): lambda: "published",
            (Brief, "superseded_by"): str,
            (Brief, "marking"): lambda: "TLP:CLEAR",
            (Brief, "embargo_until"): lambda: None,
            (Brief, "topics"): tuple,  # they make addresses: see the tests
            (Brief, "reference_date"): lambda: "2026-11-20",
            (Brief, "sources"): lambda: {"A": s, "B": "wire"},
            (Brief, "redirect_from"): tuple,
            (Brief, "key_facts"): lambda: (self.fill(Fact, id="f1"), self.fill(Fact, id="f2", about=(a,), accuses=None, evidence=self.one(), chain_evidence=())),
            (Brief, "denials"): lambda: (
                self.fill(Denial, id="d1"),
                self.fill(Denial, id="d2", text="", denies=(), may_also_deny=("f1",), order=Order(after="f2", gap=self.text)),  # type: ignore[arg-type]
            ),
            (Brief, "open_questions"): lambda: (
                self.fill(Question, id="q1"),
                self.fill(Question, id="q2", status="answered", answered_by=("f1",), answered=DAY),
                self.fill(Question, id="q3", status="withdrawn"),
            ),
            (Fact, "id"): lambda: "f1",
            (Fact, "kind"): lambda: "claim",
            (Fact, "asserted_by"): lambda: (a, Unnamed(self.text)),
            (Fact, "citing"): lambda: (Unnamed(self.text), "other"),
            (Fact, "about"): lambda: ("other",),
            (Fact, "accuses"): lambda: (a,),
            (Fact, "hedge"): lambda: {"A": self.text},
            (Fact, "evidence"): self.two,
            (Fact, "chain_evidence"): self.one,
            (Fact, "marking"): lambda: "TLP:CLEAR",
            (Fact, "review"): str,
            (When, "edtf"): lambda: "2026-11",
            (Denial, "id"): lambda: "d1",
            (Denial, "by"): lambda: (a, Unnamed(self.text)),
            (Denial, "denies"): lambda: ("f1",),
            (Denial, "on_behalf_of"): lambda: ("other",),
            (Denial, "may_also_deny"): lambda: ("f2",),
            (Denial, "evidence"): self.one,
            (Denial, "review"): str,
            (Order, "before"): lambda: "f1",
            (Order, "after"): str,
            (Discrepancy, "id"): lambda: "x1",
            (Discrepancy, "about"): lambda: "f1",
            (Discrepancy, "readings"): self.two,
            (Discrepancy, "review"): str,
            (Question, "id"): lambda: "q1",
            (Question, "about"): lambda: ("f1", a, "d1"),
            (Question, "status"): lambda: "open",
            (Question, "answered_by"): tuple,
            (Question, "answered"): lambda: None,
            (Question, "review"): str,
            (Assessment, "about"): lambda: ("f1",),
            (Assessment, "confidence"): lambda: None,
            (CastMember, "id"): lambda: a,
            (CastMember, "role"): lambda: ("accuser", "relay"),
            (CastMember, "review"): str,
            (Actor, "id"): lambda: a,
            (Actor, "redirect_from"): tuple,
            (Actor, "not_same_as"): lambda: ("other",),
            (Affiliation, "to"): lambda: "other",
            (Affiliation, "since"): lambda: "2026",
            (Affiliation, "until"): lambda: "2027",
            (Source, "id"): lambda: s,
            (Source, "publisher"): lambda: a,
            (Source, "credits"): lambda: ("other",),
            (Source, "url"): lambda: f"https://a.example/?q={quote(self.text)}",
            (Source, "asked"): lambda: f"https://c.example/?q={quote(self.text)}",
            (Source, "archived_url"): lambda: f"https://b.example/#{quote(self.text)}",
            (Source, "published"): lambda: "2026-11-19",
            (Source, "capture"): lambda: None,
            (Source, "text"): lambda: None,
            (Source, "publish_text"): lambda: "full",
            (Source, "redirect_from"): tuple,
            (NearDuplicate, "source"): lambda: "wire",
            (Cut, "start"): lambda: f"cut {self.text} from here",
            (Cut, "end"): lambda: f"up {self.text} to here",
            (DeskPage, "id"): lambda: f"p{n}",
            (DeskPage, "weight"): lambda: n,
        }  # fmt: skip

    def fill(self, kind: type, **given: Any) -> Any:
        """An entry, or a part of one, with the text in each of its fields that has text."""
        hints = get_type_hints(kind)
        special = self.special()
        values = dict(given)
        for field in fields(kind):
            if field.name in given or field.name in ("place", "body", "body_line"):
                continue
            made = special.get((kind, field.name))
            values[field.name] = made() if made else self.of(hints[field.name], f"{kind.__name__}.{field.name}")
        return kind(**values)

    def of(self, hint: Any, name: str) -> Any:
        """A value of a type. Raises TypeError where a new field has a type that says too little."""
        origin, inner = get_origin(hint), get_args(hint)
        if hint is str:
            return self.text
        if hint is Place or hint is int:
            return hint()
        if origin is Literal:
            return next(value for value in inner if value)
        if isinstance(hint, type) and is_dataclass(hint):
            return self.fill(hint)
        if date in inner or hint is date:
            return DAY
        if origin is tuple:
            return (self.of(inner[0], name),)
        if origin is not None and issubclass(origin, Mapping) if isinstance(origin, type) else False:
            return {self.of(inner[0], name): self.of(inner[1], name)}
        if type(None) in inner:
            return self.of(next(each for each in inner if each is not type(None)), name)
        raise TypeError(f"{name} is {hint}: say in `special` what stands there")

    def entries(self) -> Iterator[Entry]:
        """Every kind of entry, each full; and now and then a brief that was withdrawn."""
        yield self.fill(Brief)
        yield self.fill(Actor)
        yield self.fill(Source)
        yield self.fill(DeskPage)
        if self.n % 8 == 0:
            yield Brief(f"v{self.n}", self.text, DAY, status="withdrawn", reason=self.text)  # type: ignore[arg-type]


FOLDERS: Mapping[type, str] = {Brief: "briefs", Actor: "actors", Source: "sources", DeskPage: "pages"}
OTHERS = (
    Actor("other", "Other", body="Of whom nothing is said.\n"),
    Source("wire", headline="The wire", publish_text="full"),
)  # type: ignore[arg-type]


def as_file(entry: Entry) -> str:
    """An entry's file, with all that is no ASCII spelt out: what is in a text is nobody's but the text's."""
    front = _mapping(entry)
    front.pop("id")
    pairs = re.compile(r"\\ud[89ab][0-9a-f]{2}\\ud[c-f][0-9a-f]{2}")
    told = pairs.sub(lambda m: f"\\U{ord(json.loads(f'{chr(34)}{m[0]}{chr(34)}')):08x}", json.dumps(front))
    return f"---\n{told}\n---\n{entry.body}"


def files_of(texts: Sequence[str]) -> dict[str, str | bytes]:
    """The files of a desk with one set of entries for each text."""
    files: dict[str, str | bytes] = {"briefgen.toml": SETTINGS}
    wire: list[str] = []
    for n, text in enumerate(texts):
        filler = Filler(n, text)
        for entry in filler.entries():
            files[f"content/{FOLDERS[type(entry)]}/{entry.id}.md"] = as_file(entry)
        cut = f"cut {text} from here, and {text}, up {text} to here"
        files[f"content/captures/s{n}.txt"] = "\n\n".join([cut, *filler.said["A"]]) + "\n"
        wire += filler.said["B"]
    files |= {f"content/{FOLDERS[type(entry)]}/{entry.id}.md": as_file(entry) for entry in OTHERS}
    return files | {"content/captures/wire.txt": "\n\n".join(wire) + "\n"}


def desk(root: Path, texts: Sequence[str]) -> Path:
    """A desk on disk."""
    return write(root, files_of(texts))
