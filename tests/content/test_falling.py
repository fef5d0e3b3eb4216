"""What falls with a rejected proposal, what lets go of it, and what a person has accepted or written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any, get_args, get_type_hints

import pytest

from briefgen.content.falling import ACTORS, REFS, Held
from briefgen.content.rename import PLACES
from briefgen.content.review import Reviewed, accept, reject
from briefgen.model.entries import Actor, ActorId, Brief, Evidence, Ref, Source
from briefgen.model.problems import BriefgenError

BRIEF = """\
---
title: A brief
status: draft
sources: {A: gazette}
actors:
  - {id: rahn, review: proposed}
  - {id: gmt, review: proposed}
  - bo
key_facts:
  - id: boats
    text: Rahn says boats came.
    asserted_by: rahn
    about: [gmt, bo]
    accuses: gmt
    evidence: [A: "boats came"]
    review: proposed
  - id: radar
    text: Bo says they have radar.
    asserted_by: [bo, rahn]
    citing:
      - rahn   # so it says
    evidence: [A: "have radar"]
    review: proposed
  - {id: ours, text: Bo says so., asserted_by: bo, evidence: [A: "so"]}
denials:
  # about both
  - id: none-sent
    by: bo
    denies:
      - boats # the first
      - x#boats
    may_also_deny: [radar, boats]
    order: {before: boats, gap: two days}
    evidence: [A: "none"]
    review: proposed
  - {id: accepted, by: bo, denies: boats, order: {after: ours, before: boats}, evidence: [A: "not so"]}
discrepancies:
  - {id: five-or-six, about: boats, readings: [A: "five", A: "six"], review: proposed}
open_questions:
  - {id: when, question: When?, about: [boats], review: proposed}
  - {id: why, question: Why?, about: [boats, radar], review: proposed}
  - {id: kept, question: Who?, about: boats}
---
"""


def rejected(*ids: str, text: str = BRIEF, held: Held = Held()) -> Reviewed:  # noqa: B008
    return reject(text, "x", "x.md", ids, held)


def test_what_is_about_it_falls_and_what_names_it_lets_go() -> None:
    done = rejected("boats")
    assert done.decided == ("boats",) and done.left == 5
    assert done.also == ("the discrepancy five-or-six", "the question when")
    assert done.let_go == ("the denial none-sent", "the denial accepted", "the question why", "the question kept")
    lines = BRIEF.split("\n")
    gone = [
        *range(lines.index("  - id: boats"), lines.index("  - id: radar")),
        lines.index("      - boats # the first"),
    ]
    gone += [n for n, line in enumerate(lines) if "x#boats" in line or "order: {before: boats, gap" in line]
    gone += [n for n, line in enumerate(lines) if "id: five-or-six" in line or "id: when" in line]
    wanted = "\n".join(line for number, line in enumerate(lines) if number not in gone)
    wanted = wanted.replace("    denies:\n", "    denies: []\n").replace("[radar, boats]", "[radar]")
    wanted = wanted.replace("denies: boats, order: {after: ours, before: boats}", "denies: [], order: {after: ours}")
    wanted = wanted.replace("about: [boats, radar]", "about: [radar]").replace("about: boats}", "about: []}")
    assert done.text == wanted


def test_an_actor_takes_along_what_it_alone_says_and_leaves_what_others_say() -> None:
    done = rejected("rahn")
    assert done.actors == ("rahn",) and done.also[0] == "the fact boats"
    assert "rahn" not in done.text.replace("Rahn", "") and "asserted_by: [bo]" in done.text
    assert "    citing: []   # so it says\n" not in done.text and "    citing: []\n" in done.text
    done = rejected("gmt")
    assert done.also == () and done.let_go == ("the fact boats",)
    assert "about: [bo]\n    accuses: []\n" in done.text


@pytest.mark.parametrize(
    ("ids", "more", "why"),
    [
        (
            "boats",
            "assessments: [{about: [boats, ours], basis: One text., likelihood: likely}]\n",
            "the assessment on line",
        ),
        ("boats", "corrections: []\nreason: x\n", ""),
        ("rahn", "", ""),
    ],
)
def test_what_a_person_wrote_keeps_what_it_rests_on(ids: str, more: str, why: str) -> None:
    text = BRIEF.replace("key_facts:\n", f"{more}key_facts:\n", 1)
    if why:
        with pytest.raises(BriefgenError, match=f"boats cannot be rejected: {why}"):
            rejected(ids, text=text)
    else:
        assert rejected(ids, text=text).decided == (ids,)


@pytest.mark.parametrize(
    ("old", "new", "id_", "why"),
    [
        (
            '"six"], review: proposed}',
            '"six"]}',
            "boats",
            "the discrepancy five-or-six, which is accepted, names boats",
        ),
        ("about: boats}", "status: answered, answered_by: [boats]}", "boats", "the question kept, which is accepted"),
        (
            'asserted_by: bo, evidence: [A: "so"]',
            'asserted_by: bo, about: gmt, evidence: [A: "so"]',
            "gmt",
            "the fact ours",
        ),
    ],
)
def test_what_is_accepted_has_to_be_changed_first(old: str, new: str, id_: str, why: str) -> None:
    assert old in BRIEF
    with pytest.raises(BriefgenError, match=why):
        rejected(id_, text=BRIEF.replace(old, new))


def test_what_is_held_from_outside_does_not_fall() -> None:
    for held, id_, why in (
        (Held(things={"five-or-six": "content/briefs/y.md"}), "boats", "y.md leads to the discrepancy five-or-six"),
        (Held(actors={ActorId("gmt"): "content/pages/about.md"}), "gmt", "about.md leads to the actor gmt"),
    ):
        with pytest.raises(BriefgenError, match=why):
            rejected(id_, held=held)
        assert rejected("radar", held=held).decided == ("radar",)


def test_no_claim_is_accepted_ahead_of_a_denial_of_it() -> None:
    done = accept(BRIEF, "x", "x.md", ["radar"])
    assert done.decided == ("radar",) and done.also == ("the denial none-sent",) and done.left == 6
    assert accept(BRIEF, "x", "x.md", ["none-sent"]).also == ()


def typed(kind: type, wanted: object, path: tuple[str, ...] = ()) -> Iterator[str]:
    """The keys of a class, and of those within it, whose texts are of a type."""
    for field in fields(kind):
        yield from _typed(get_type_hints(kind)[field.name], wanted, (*path, field.name))


def _typed(hint: Any, wanted: object, path: tuple[str, ...]) -> Iterator[str]:
    if hint == wanted:
        yield ".".join(path)
    elif is_dataclass(hint):
        yield from typed(hint, wanted, path)  # type: ignore[arg-type]
    else:
        for inner in get_args(hint):
            yield from _typed(inner, wanted, path)


def test_every_key_that_names_a_thing_or_an_actor_is_known() -> None:
    """A new key of the model cannot be forgotten, in a rejection or a renaming."""
    refs = {f"{kind}.{key}" for kind, keys in REFS.items() for key in keys}
    assert {*typed(Brief, Ref)} == refs
    actors = {f"{kind}.{key}" for kind, keys in ACTORS.items() for key in keys}
    assert {*typed(Brief, ActorId)} == actors | {"actors.id"}
    renamed = {place.replace("[]", "") for place in PLACES["briefs"]}
    assert renamed == actors | {"actors", "actors.id", "open_questions.about"}
    assert {place.replace("[]", "") for place in PLACES["actors"]} == {*typed(Actor, ActorId)} - {"id", "redirect_from"}
    assert {place.replace("[]", "") for place in PLACES["sources"]} == {*typed(Source, ActorId)}
    assert not {*typed(Evidence, Ref)}
