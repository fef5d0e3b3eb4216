"""Short forms mean what their long forms say; the schema of editors takes both."""

from __future__ import annotations

import tomllib

import pytest

from briefgen.content.read import parse_entry
from briefgen.content.schema import SCHEMAS
from tests.conftest import REPOSITORY
from briefgen.model.entries import Actor, Brief, Fact, Source, Unnamed


def brief(text: str) -> Brief:
    entry, problems = parse_entry(Brief, "b", f"---\ntitle: T\ndate: 2026-11-20\n{text}---\n", "b.md")
    assert entry is not None, problems
    return entry


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("actors: [a]\n", "actors: [{id: a}]\n"),
        ("open_questions: [Why?]\n", "open_questions: [{question: Why?}]\n"),
        ("topics: one\n", "topics: [one]\n"),
        ("key_facts: [{text: t, about: a}]\n", "key_facts: [{text: t, about: [a]}]\n"),
        ("key_facts: [{text: t, asserted_by: a}]\n", "key_facts: [{text: t, asserted_by: [a]}]\n"),
        (
            "key_facts: [{text: t, asserted_by: {unnamed: x}}]\n",
            "key_facts: [{text: t, asserted_by: [{unnamed: x}]}]\n",
        ),
        ("key_facts: [{text: t, evidence: [A: q]}]\n", "key_facts: [{text: t, evidence: [{source: A, quote: q}]}]\n"),
        ("key_facts: [{text: t, evidence: {A: q, B: r}}]\n", "key_facts: [{text: t, evidence: [A: q, B: r]}]\n"),
        ("denials: [{by: a, denies: f}]\n", "denials: [{by: [a], denies: [f]}]\n"),
        ("topics:\n", ""),
    ],
)
def test_a_short_form_is_its_long_form(short: str, long: str) -> None:
    assert brief(short) == brief(long)


def test_ids_left_out_are_made_from_the_first_quote_and_stay() -> None:
    one = brief('key_facts: [{text: t, evidence: [A: "so “it” was"]}]\n').key_facts[0]
    other = brief("key_facts: [{text: other, evidence: [A: 'so \"it\"  was']}]\n").key_facts[0]
    assert one.id == other.id and one.id.startswith("fact-") and len(one.id) == 13


def test_a_voice_may_be_somebody_unnamed() -> None:
    fact: Fact = brief("key_facts: [{text: t, asserted_by: [a, {unnamed: officials}]}]\n").key_facts[0]
    assert fact.asserted_by == ("a", Unnamed("officials"))


def wrong(kind: type, text: str) -> list[str]:
    _, problems = parse_entry(kind, "x", f"---\n{text}\n---\n", "x.md")
    return [f"{p.place} {p.rule}: {p.message}" for p in problems]


@pytest.mark.parametrize(
    ("kind", "text", "said"),
    [
        (Actor, "name: [a]", "x.md:2:7 wrong-type: `name` wants a text, and this is a list"),
        (Actor, "name: a\naliases: {b: c}", "x.md:3:10 wrong-type: `aliases` wants a list, and this is a mapping"),
        (
            Actor,
            "name: a\naffiliations: {to: b}",
            "x.md:3:15 wrong-type: `affiliations` wants a list, and this is a mapping",
        ),
        (
            Actor,
            "name: a\naffiliations: [b]",
            "x.md:3:16 wrong-type: `affiliations` wants `key: value` pairs, and this is 'b'",
        ),
        (Actor, "name: a\naffiliations: [{role: b}]", "x.md:3:16 missing-key: there is no `to`"),
        (Source, "cut: [{from: a}]", "x.md:2:7 missing-key: there is no `to`"),
        (Source, "published: [2026]", "x.md:2:12 wrong-type: `published` wants a text, and this is a list"),
        (Source, "retrieved: [2026]", "x.md:2:12 wrong-type: `retrieved` wants a date, and this is a list"),
        (
            Brief,
            "title: T\ndate: 2026-11-20\nkey_facts: x",
            "x.md:4:12 wrong-type: `key_facts` wants a list, and this is 'x'",
        ),
    ],
)
def test_each_complaint_stands_at_its_place(kind: type, text: str, said: str) -> None:
    assert said in wrong(kind, text)


@pytest.mark.parametrize("kind", SCHEMAS)
def test_a_schema_names_every_key_and_nothing_computed(kind: str) -> None:
    made = SCHEMAS[kind]()
    assert made["additionalProperties"] is False
    assert not {"place", "body", "id"} & made["properties"].keys()
    if kind == "brief":
        denial = made["$defs"]["Denial"]
        assert "denies" in denial["required"] and denial["properties"]["by"]["anyOf"]
    if kind == "source":
        assert set(made["$defs"]["Cut"]["properties"]) == {"from", "to", "why"}


def test_every_key_has_a_meaning_and_every_meaning_a_key() -> None:
    keys = {
        (name, key)
        for kind, make in SCHEMAS.items()
        for made in [make()]
        for name, shape in [(kind.capitalize(), made), *made["$defs"].items()]
        for key in shape["properties"]
    }
    told = tomllib.loads((REPOSITORY / "briefgen/content/keys.toml").read_text())
    assert keys == {(name, key) for name, meanings in told.items() for key in meanings}
    brief = SCHEMAS["brief"]()
    assert brief["properties"]["title"]["description"].startswith("What the brief is called")
