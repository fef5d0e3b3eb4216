"""A brief with other words is the one that reading it anew gives, places and all; or it is read anew."""

from __future__ import annotations

from dataclasses import asdict

import pytest

from briefgen.content.parts import split
from briefgen.content.read import parse_entry
from briefgen.content.reword import reworded
from briefgen.model.entries import Brief
from briefgen.model.problems import Problem

TEXT = """\
---
title: A title
date: 2026-11-20
summary: "A summary: short"
sources: {A: gazette}
actors: [{id: northwind, note: As before}, wire]
key_facts:
  - id: award
    label: Awarded
    text: It was awarded.
    evidence: [A: "awarded"]
  - {id: second, text: It was signed., evidence: [A: "signed"]}
denials:
  - {id: no, by: northwind, text: No., note: In a word., denies: [], evidence: [A: "no"]}
discrepancies:
  - {id: x, label: Twice, about: award, readings: [A: "one", A: "two"], note: Two.}
open_questions:
  - {id: q, question: Who?, would_answer: A list}
  - {question: When?}
  - Where?
assessments:
  - {about: award, basis: One text.}
---
Body.
"""


def read(text: str) -> Brief:
    brief, problems = parse_entry(Brief, "x", text, "x.md")
    assert brief is not None, problems
    return brief


def front(text: str) -> str:
    parts = split(text, "x.md")
    assert not isinstance(parts, Problem)
    return parts[0]


@pytest.mark.parametrize(
    ("old", "new"),
    [("A title", "Another title"), ("A summary: short", "A longer summary"), ("As before", "As it was"), ("Awarded\n", "Given\n"),
     ("It was awarded.", "It was given, it says."), ("note: Two.", "note: Both."),
     ("A list", "A longer list"), ("One text.", "One text alone."), ("A title", "A title  # read")],
)  # fmt: skip
def test_a_change_of_words_is_read_without_being_checked_anew(old: str, new: str) -> None:
    changed = TEXT.replace(old, new, 1)
    found = reworded(read(TEXT), front(TEXT), front(changed), "x.md")
    assert found is not None and asdict(found) == asdict(read(changed))


@pytest.mark.parametrize(
    ("old", "new"),
    [("It was signed.", "It was written."), ("In a word.", "In two words."), ("Who?", "Who else?"), ("id: award", "id: other"), ("A title", "A title\nlanguage: en"), ("Where?", "Where then?"), ("{question: When?}", "{question: When then?}"),
     ('"awarded"', '"awarded to"'), ("date: 2026-11-20", "date: 2026-11-21"), ("title: A title", "title:"), ("title: A title", "title: |\n  A title"),
     ("title: A title", "title:  A title"), ("actors: [{", "actors: [wire, {"), ("title: A title", "title: [A title]"), ("title: A title", "title: {")],
)  # fmt: skip
def test_whatever_else_has_changed_or_moved_is_read_anew(old: str, new: str) -> None:
    assert reworded(read(TEXT), front(TEXT), front(TEXT.replace(old, new, 1)), "x.md") is None
