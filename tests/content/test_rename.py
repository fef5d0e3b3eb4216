"""An actor's id changes where it means the actor, and nowhere else."""

from __future__ import annotations

import pytest

from briefgen.content.rename import renamed, with_redirect
from briefgen.model.problems import BriefgenError

BRIEF = """\
---
title: old and [[old]] in a title stay
sources: {A: old}
actors: [old, {id: older}]  # old
key_facts:
  - id: old
    text: What old says.
    asserted_by: [old, {unnamed: old}]
    about: old
    evidence: [A: "old"]
denials:
  - by: old
    denies: [old]
    on_behalf_of: [older, old]
open_questions:
  - {question: Who is old?, about: [old, older]}
---
See [[old]], [[ actor: old |the old one]], [[older]], [[brief:old]], [[old|words]] and old.
"""


def test_in_a_brief() -> None:
    assert renamed(BRIEF, "briefs", "old", "brand-new", "x.md") == """\
---
title: old and [[old]] in a title stay
sources: {A: old}
actors: [brand-new, {id: older}]  # old
key_facts:
  - id: old
    text: What old says.
    asserted_by: [brand-new, {unnamed: old}]
    about: brand-new
    evidence: [A: "old"]
denials:
  - by: brand-new
    denies: [old]
    on_behalf_of: [older, brand-new]
open_questions:
  - {question: Who is old?, about: [brand-new, older]}
---
See [[brand-new]], [[ actor: brand-new |the old one]], [[older]], [[brief:old]], [[brand-new|words]] and old.
"""


def test_in_actors_and_sources() -> None:
    actor = "---\nname: old\naffiliations: [{to: old, role: owner}]\nnot_same_as: [old]\n---\n"
    assert renamed(actor, "actors", "old", "new", "a.md") == actor.replace("to: old", "to: new").replace("[old]", "[new]")
    source = "---\nheadline: old\npublisher: old\ncredits: [x, old]\n---\n"
    assert renamed(source, "sources", "old", "new", "s.md") == "---\nheadline: old\npublisher: new\ncredits: [x, new]\n---\n"
    with pytest.raises(BriefgenError, match=r"p\.md:1:1"):
        renamed("no front matter", "pages", "old", "new", "p.md")
    with pytest.raises(BriefgenError, match=r"p\.md:3:1"):
        renamed("---\ntitle: [\n---\n", "pages", "old", "new", "p.md")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("name: X\n", "name: X\nredirect_from: [old]\n"),
        ("redirect_from: [a]\nname: X\n", "redirect_from: [a, old]\nname: X\n"),
        ("redirect_from: []\nname: X\n", "redirect_from: [old]\nname: X\n"),
        ("redirect_from:\n  - a\nname: X\n", "redirect_from:\n  - a\n  - old\nname: X\n"),
        ("redirect_from: a\nname: X\n", "redirect_from: [a, old]\nname: X\n"),
        ("redirect_from:\nname: X\n", "redirect_from: [old]\nname: X\n"),
    ],
)
def test_the_old_id_leads_on(before: str, after: str) -> None:
    assert with_redirect(f"---\n{before}---\nBody.\n", "old", "a.md") == f"---\n{after}---\nBody.\n"
