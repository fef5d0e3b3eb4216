"""Deciding on proposals changes the one key or takes out the one item; whatever else stands there stays."""

from __future__ import annotations

import pytest

from briefgen.content.review import accept, reject
from briefgen.model.problems import BriefgenError

BRIEF = """\
---
title: A brief  # read by hand
status: draft
sources: {A: gazette}
actors:
  - id: northwind
    role: [denier]
    review: proposed
  - {id: wire, role: [other], review: proposed}
  - port-authority
key_facts:
  # the first one
  - id: award
    text: It was awarded.
    evidence: [A: "awarded"]
    review: proposed   # unread

  - review: proposed
    id: second
    text: It was signed.
    evidence: [A: "signed"]
  - {id: third, review: proposed, text: It was sealed., evidence: [A: "sealed"]}
denials: [{id: no, by: northwind, denies: [], review: proposed, evidence: [A: "denied"]}, {id: nor, by: wire, denies: [], evidence: [A: "denied too"], review: proposed}]
open_questions:
  - {review: proposed, question: Who?, id: q}
  - When?
---
Body, with review: proposed in it.
"""


def test_accepting_all_takes_every_review_away_and_nothing_else() -> None:
    done = accept(BRIEF, "x", "x.md")
    assert done.decided == ("northwind", "wire", "award", "second", "third", "no", "nor", "q") and done.left == 0
    assert done.text == BRIEF.replace("    review: proposed\n  - {id: wire", "  - {id: wire").replace(
        "    review: proposed   # unread\n", "    # unread\n"
    ).replace("  - review: proposed\n    id: second", "  - id: second").replace(", review: proposed", "").replace(
        "{review: proposed, question", "{question"
    )
    assert accept(done.text, "x", "x.md").decided == ()


def test_accepting_one_leaves_the_others_proposed() -> None:
    done = accept(BRIEF, "x", "x.md", ["third"])
    assert done.decided == ("third",) and done.left == 7
    assert done.text == BRIEF.replace("{id: third, review: proposed, text", "{id: third, text")


@pytest.mark.parametrize(
    ("id_", "before", "after"),
    [
        ("northwind", "  - id: northwind\n    role: [denier]\n    review: proposed\n", ""),
        ("wire", "  - {id: wire, role: [other], review: proposed}\n", ""),
        ("award", '  - id: award\n    text: It was awarded.\n    evidence: [A: "awarded"]\n    review: proposed   # unread\n', ""),
        ("second", '  - review: proposed\n    id: second\n    text: It was signed.\n    evidence: [A: "signed"]\n', ""),
        ("no", '{id: no, by: northwind, denies: [], review: proposed, evidence: [A: "denied"]}, ', ""),
        ("nor", ', {id: nor, by: wire, denies: [], evidence: [A: "denied too"], review: proposed}', ""),
        ("q", "  - {review: proposed, question: Who?, id: q}\n", ""),
    ],
)
def test_rejecting_one_takes_it_out(id_: str, before: str, after: str) -> None:
    assert BRIEF.count(before) == 1
    done = reject(BRIEF, "x", "x.md", [id_])
    assert done.decided == (id_,) and done.text == BRIEF.replace(before, after)


def test_rejecting_all_of_a_list_leaves_a_list_of_nothing() -> None:
    done = reject(BRIEF, "x", "x.md", ["no", "nor"])
    assert "denials: []\n" in done.text
    assert accept(done.text, "x", "x.md", ["q"]).decided == ("q",)


def test_what_is_no_proposal_is_told(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(BriefgenError, match="'awrd' is no proposal") as told:
        accept(BRIEF, "x", "x.md", ["awrd"])
    assert "did you mean 'award'?" in told.value.hint
    with pytest.raises(BriefgenError, match="cannot be read"):
        reject("---\ntitle: [\n---\n", "x", "x.md", ["a"])
