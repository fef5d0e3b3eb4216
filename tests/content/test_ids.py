"""Whatever text stands where an id is meant: none that is no id is ever part of an entry that has been read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import pytest
import yaml
from hypothesis import given, settings

from briefgen.content.door import Door
from briefgen.content.read import parse_entry, read_content
from briefgen.model.entries import Actor, Brief, DeskPage, Source
from briefgen.model.ids import A_FILE, Form, is_id
from briefgen.model.problems import Problem
from tests.conftest import Site
from tests.model.test_ids import HOSTILE, MAYBE_HOSTILE

# Every key that wants an id, a reference or the name of a file, in a front matter in which @ stands for it.
FRONTS: dict[tuple[type, str], str] = {
    (Brief, "superseded_by"): "superseded_by: @",
    (Brief, "redirect_from"): "redirect_from: [old, @]",
    (Brief, "sources"): "sources: {A: x, B: @}",
    (Brief, "CastMember.id"): "actors: [a, {id: @}]",
    **{
        (Brief, f"Fact.{key}"): f"key_facts: [{{text: t, {key}: @}}]"
        for key in ("id", "asserted_by", "citing", "about", "accuses")
    },
    (Brief, "Denial.by"): "denials: [{by: [{unnamed: x}, @], denies: []}]",
    (Brief, "Denial.denies"): "denials: [{by: a, denies: @}]",
    **{
        (Brief, f"Denial.{key}"): f"denials: [{{by: a, denies: [], {key}: @}}]"
        for key in ("id", "on_behalf_of", "may_also_deny")
    },
    (Brief, "Order.before"): "denials: [{by: a, denies: [], order: {before: @}}]",
    (Brief, "Order.after"): "denials: [{by: a, denies: [], order: {after: @}}]",
    (Brief, "Discrepancy.id"): "discrepancies: [{about: f, readings: [A: q], id: @}]",
    (Brief, "Discrepancy.about"): "discrepancies: [{about: @, readings: [A: q]}]",
    **{
        (Brief, f"Question.{key}"): f"open_questions: [{{question: Why?, {key}: @}}]"
        for key in ("id", "about", "answered_by")
    },
    (Brief, "Assessment.about"): "assessments: [{about: [f, @], basis: b}]",
    (Actor, "Affiliation.to"): "affiliations: [{to: @, role: owner}]",
    (Actor, "not_same_as"): "not_same_as: @",
    (Actor, "redirect_from"): "redirect_from: @",
    (Source, "publisher"): "publisher: @",
    (Source, "credits"): "credits: [a, @]",
    (Source, "redirect_from"): "redirect_from: @",
    (Source, "NearDuplicate.source"): "near_duplicate_of: {source: @}",
    (Source, "Stored.file"): "capture: {file: @}",
}
NEEDED = {Brief: "title: T\ndate: 2026-11-20\n", Actor: "name: N\n", Source: ""}


def quoted(value: str) -> str:
    """A text in the double quotes of YAML."""
    return str(yaml.safe_dump(value, default_style='"', width=10**6)).strip()


def read(kind: type, front: str, value: str) -> tuple[Any, list[Problem], str]:
    text = f"---\n{NEEDED[kind]}{front.replace('@', quoted(value))}\n---\n"
    return *parse_entry(kind, "stem", text, "f.md"), text


@pytest.mark.parametrize(("kind", "key"), FRONTS)
def test_no_key_takes_a_text_that_leads_elsewhere(kind: type, key: str) -> None:
    for value in HOSTILE:
        entry, problems, text = read(kind, FRONTS[kind, key], value)
        if value == "" and entry is not None:
            continue  # the same as leaving it out
        if key == "Stored.file" and A_FILE.fits(value):
            assert not set(value) & set("/\\:\n\x00") and value not in (".", "..")
            continue
        assert entry is None, (value, problems)
        if problems[0].rule in ("control-character", "yaml-syntax"):
            continue  # it is not let in at all
        errors = [p for p in problems if p.severity == "error"]
        assert [p.rule for p in errors] == ["bad-file-name" if key == "Stored.file" else "bad-id"], errors
        line = text.split("\n")[errors[0].place.line - 1]
        assert line[errors[0].place.column - 1 :].startswith('"'), errors


@pytest.mark.parametrize(("kind", "key"), FRONTS)
def test_every_key_takes_what_is_an_id(kind: type, key: str) -> None:
    entry, problems, _ = read(kind, FRONTS[kind, key], "a-sound_1d")
    assert entry is not None, problems


def held(kind: type, top: type, name: str = "") -> Iterator[tuple[str, bool]]:
    """Every text that an entry of the model holds, by its key, and whether it is held to a form."""
    for field in fields(kind):
        hint = get_type_hints(kind, include_extras=True)[field.name]
        for inner in leaves(hint):
            if is_dataclass(inner):
                if inner.__name__ != "Place":
                    yield from held(inner, top, f"{inner.__name__}.")
            elif inner is str or get_origin(inner) is Annotated:
                yield f"{name}{field.name}", any(isinstance(each, Form) for each in get_args(inner))


def leaves(hint: Any) -> Iterator[Any]:
    """The types of which a type is made; an id's type as the form that it carries."""
    if get_origin(hint) is Annotated:
        yield hint
    elif (inner := getattr(hint, "__supertype__", None)) is not None:
        yield from leaves(inner)
    elif get_args(hint) and get_origin(hint) is not None:
        for each in get_args(hint):
            yield from leaves(each) if not isinstance(each, str) else ()
    else:
        yield hint


# Texts that become no address and no path.
FREE = {
    Brief: {
        "title", "summary", "language", "reason", "topics", "reference_date", "sources", "body", "CastMember.note",
        "Fact.text", "Fact.label", "Fact.hedge", "When.words", "When.edtf", "Unnamed.unnamed", "Evidence.source",
        "Evidence.quote", "Evidence.prefix", "Evidence.suffix", "Evidence.translation", "Denial.label", "Denial.text",
        "Denial.note", "Order.gap", "Discrepancy.label", "Discrepancy.note", "Question.question",
        "Question.would_answer", "Correction.was", "Correction.now", "Correction.why", "Assessment.basis",
        "Assessment.likelihood",
    },
    Actor: {
        "name", "aliases", "weak_aliases", "metonyms", "description", "ids", "body", "Affiliation.role",
        "Affiliation.since", "Affiliation.until", "Reliability.basis",
    },
    Source: {
        "type", "headline", "author", "url", "asked", "archived_url", "published", "language", "body", "Said.url",
        "Said.publisher", "NearDuplicate.confirmed_by", "Cut.start", "Cut.end", "Cut.why", "Stored.sha256",
    },
    DeskPage: {"title", "description", "body"},
}  # fmt: skip


@pytest.mark.parametrize("kind", FREE)
def test_every_text_of_the_model_is_held_to_a_form_or_known_to_be_free(kind: type) -> None:
    """A new key is one or the other; one that is held to a form is tried above."""
    found = list(held(kind, kind))
    formed = {key for key, has_form in found if has_form}
    assert {key for key, has_form in found if not has_form} == FREE[kind]
    assert formed - {"id"} == {key for of, key in FRONTS if of is kind}


@settings(max_examples=150, derandomize=True, deadline=None)
@given(MAYBE_HOSTILE)
def test_an_entry_whose_file_is_called_by_no_id_is_not_read(stem: str) -> None:
    entry, problems = parse_entry(Actor, stem, "---\nname: N\n---\n", "f.md")
    assert (entry is not None) == is_id(stem) == (not problems)


def test_a_file_of_assets_that_cannot_be_called_so_everywhere_is_told_and_not_copied(site: Site) -> None:
    root = site({"content/assets/fine.png": b"x", "content/assets/.hidden/config": b"x"})
    assets = root / "content" / "assets"
    for name in ("a\nb.png", "nul.png", "a:b", "a\\b", "x" * 240, "bidi\u202e", "end.", "folder./x", "\udcff.png"):
        path = assets / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"x")
    found = read_content(root / "content", Door(root))
    assert [asset.name for asset in found.content.assets] == ["fine.png"]
    told = [p for p in found.problems if p.rule == "bad-file-name"]
    assert len(told) == 9 and all(str(p.place).isprintable() and p.message.isprintable() for p in told)
    said = "this cannot be copied: the character U+000A cannot stand in the name of a file"
    assert f"content/assets/a<U+000A>b.png: {said}" in [f"{p.place}: {p.message}" for p in told]


def test_a_name_is_printed_on_one_line_whatever_it_is(tmp_path: Path) -> None:
    door = Door(tmp_path)
    assert door.name(tmp_path / "a" / "b c.md") == "a/b c.md"
    assert door.name(tmp_path / "a\n::error::\x1b\u202e\udcff") == "a<U+000A>::error::<U+001B><U+202E><U+DCFF>"
