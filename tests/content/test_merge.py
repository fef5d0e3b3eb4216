"""Proposals come into an edited file, and nothing that a person wrote is lost, moved or changed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from briefgen.content.merge import merge
from briefgen.content.read import parse_entry
from briefgen.content.write import write
from briefgen.model.entries import (
    ActorId,
    Brief,
    BriefId,
    CastMember,
    Denial,
    Discrepancy,
    Evidence,
    Fact,
    Label,
    Question,
    Ref,
    SourceId,
)
from briefgen.model.problems import BriefgenError

A, B = Label("A"), Label("B")


def fact(id_: str, *quotes: str, label: Label = A, text: str = "") -> Fact:
    evidence = tuple(Evidence(label, quote) for quote in quotes or (f"words of {id_}",))
    return Fact(text or f"It is said that {id_}.", id_, asserted_by=(ActorId("bo"),), evidence=evidence, review="proposed")


def brief(*facts: Fact, **more: object) -> Brief:
    made = Brief(
        BriefId("story"), "A story", status="draft", sources={A: SourceId("one")}, actors=(CastMember(ActorId("bo"), review="proposed"),), key_facts=facts
    )
    return replace(made, **more)  # type: ignore[arg-type]


def read(text: str) -> Brief:
    entry, problems = parse_entry(Brief, "story", text, "story.md")
    assert entry is not None, problems
    return entry


EDITED = """\
---
# The desk's own remark, which stays.
title: "Quoted: as we like it"
status: draft        # not yet
sources: {A: one}
actors: [bo]
key_facts:
  - id: ours
    text: Bo says the gate was open.   # our words
    asserted_by: bo
    evidence:
      - A: "words of gate"   # checked

  - id: flow
    text: Bo says more.
    asserted_by: bo
    evidence: [A: "words of flow"]
# About the denials:
denials: []
open_questions:
- Who shut it?
---
The body, *as written*.
"""


def test_a_proposal_goes_below_and_every_line_of_the_file_stays() -> None:
    proposed = brief(fact("gate"), fact("new"), open_questions=(Question("Why?", "q-why", review="proposed"),))
    merged = merge(EDITED, None, proposed, "story.md")
    assert merged.added == ("new", "q-why")
    lines = merged.text.splitlines()
    assert [line for line in EDITED.splitlines() if line not in lines] == []
    told = read(merged.text)
    assert [f.id for f in told.key_facts] == ["ours", "flow", "new"]
    assert told.body == "The body, *as written*.\n"


def test_a_new_list_goes_behind_the_last_one_that_grows() -> None:
    """Both go to the end of the front matter: the item to its list, and the new list behind that."""
    text = EDITED.replace("# About the denials:\ndenials: []\n", "")
    apart = Discrepancy(Ref("ours"), (Evidence(A, "open"), Evidence(B, "shut")), "x-gate", review="proposed")
    proposed = brief(discrepancies=(apart,), open_questions=(Question("Why?", "q-why", review="proposed"),))
    told = read(merge(text, None, proposed, "story.md").text)
    assert [q.question for q in told.open_questions] == ["Who shut it?", "Why?"] and told.discrepancies == (apart,)


def test_evidence_of_a_new_source_goes_to_the_fact_that_it_supports() -> None:
    both = replace(fact("gate"), evidence=(Evidence(A, "words of gate"), Evidence(B, "the gate stood open")))
    flow = replace(fact("flow"), evidence=(Evidence(A, "words of flow"), Evidence(B, 'he said "more"')))
    proposed = brief(both, flow, sources={A: SourceId("one"), B: SourceId("two")})
    merged = merge(EDITED, None, proposed, "story.md")
    told = read(merged.text)
    assert merged.supported == ("ours", "flow") and not merged.added
    assert dict(told.sources) == {"A": "one", "B": "two"}
    assert told.key_facts[0].evidence[-1] == Evidence(B, "the gate stood open")
    assert told.key_facts[1].evidence[-1] == Evidence(B, 'he said "more"')
    assert '- A: "words of gate"   # checked\n' in merged.text


def test_a_label_that_is_taken_gives_way() -> None:
    proposed = brief(fact("new"), sources={A: SourceId("another")})
    told = read(merge(EDITED, None, proposed, "story.md").text)
    assert dict(told.sources) == {"A": "one", "B": "another"}
    assert told.key_facts[-1].evidence == (Evidence(B, "words of new"),)


def test_what_a_person_took_out_stays_out_and_references_to_it_go() -> None:
    base = brief(fact("gate"), fact("dropped"))
    denial = Denial((ActorId("bo"),), (Ref("dropped"), Ref("gate")), "no", evidence=(Evidence(A, "he denied it"),), review="proposed")
    merged = merge(EDITED, base, replace(base, denials=(denial,)), "story.md")
    assert merged.left_out == ("dropped",)
    assert "dropped" not in merged.text
    assert read(merged.text).denials[0].denies == ("ours",)  # the file's own name for what the draft calls "gate"


def test_evidence_that_a_person_took_away_stays_away() -> None:
    both = replace(fact("gate"), evidence=(Evidence(A, "words of gate"), Evidence(A, "a wrong quote")))
    merged = merge(EDITED, brief(both), brief(both), "story.md")
    assert merged.text == EDITED


def test_a_renamed_fact_is_known_by_its_quote() -> None:
    assert merge(EDITED, None, brief(fact("gate")), "story.md").text == EDITED


def test_a_file_that_cannot_be_read_is_left_alone() -> None:
    with pytest.raises(BriefgenError, match="nothing is merged"):
        merge("no front matter", None, brief(fact("new")), "story.md")


@given(
    have=st.sets(st.integers(0, 12), max_size=6),
    base=st.sets(st.integers(0, 12), max_size=6),
    new=st.sets(st.integers(0, 12), max_size=6),
    own=st.sets(st.integers(20, 25), max_size=3),
)
@settings(max_examples=60, deadline=None)
def test_merging_keeps_all_edits_and_twice_is_once(have: set[int], base: set[int], new: set[int], own: set[int]) -> None:
    """What the file has stays; what is new comes in, unless it was proposed before and taken out; nothing else changes."""
    text = write(brief(*(fact(f"f{n}", text=f"Edited by hand {n}.") for n in sorted(have | own))))
    last = brief(*(fact(f"f{n}") for n in sorted(base)))
    proposed = brief(*(fact(f"f{n}") for n in sorted(new)))
    merged = merge(text, last, proposed, "story.md")
    ids = [f.id for f in read(merged.text).key_facts]
    assert ids == [f"f{n}" for n in sorted(have | own)] + [f"f{n}" for n in sorted(new - have - base)]
    assert all(f.text.startswith("Edited") for f in read(merged.text).key_facts if int(f.id[1:]) in have | own)
    assert merge(merged.text, proposed, proposed, "story.md").text == merged.text
