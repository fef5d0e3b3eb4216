"""Whatever way a brief is written in, a decision or a new id changes what it names and not one other character."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from briefgen.content.front_matter import parse
from briefgen.content.merge import merge
from briefgen.content.read import parse_entry
from briefgen.content.rename import renamed, with_redirect
from briefgen.content.review import LISTS, accept, reject
from briefgen.model.entries import (
    ActorId,
    Brief,
    BriefId,
    CastMember,
    Denial,
    Evidence,
    Fact,
    Label,
    Question,
    Ref,
    SourceId,
)
from briefgen.model.problems import Problem
from tests.content.odd import odd

ODD = st.integers(0, 10**6)
COMMENT = re.compile(r"# ((?:o|i_\w*_)\d+)")
AS_WRITTEN = settings(max_examples=120, deadline=None, derandomize=True)


def said(text: str) -> dict[str, Any]:
    front = parse(text, "x.md")
    assert not isinstance(front, Problem), front
    told = front.root.plain()
    assert isinstance(told, dict)
    return {**told, **{key: told[key] or [] for key in LISTS if key in told}, "body": front.body}


def read(number: int) -> tuple[str, list[str]]:
    """An odd brief that `check` reads, and what is proposed in it."""
    text = odd(number)
    brief, _ = parse_entry(Brief, "x", text, "x.md")
    assume(brief is not None)
    proposed = [str(item.id) for key in LISTS for item in getattr(brief, key) if item.review]
    assume(all(id_.isalnum() for id_ in proposed))
    return text, proposed


def is_what_is_left(of: str, after: str) -> bool:
    """Whether a text is another one with characters taken out, and none put in or moved."""
    rest = iter(of)
    return all(character in rest for character in after)


def chosen(proposed: list[str], number: int) -> list[str]:
    return [id_ for at, id_ in enumerate(proposed) if number >> at & 1]


@given(ODD, st.integers(0, 2**12))
@AS_WRITTEN
def test_accepting_takes_the_review_away_and_nothing_else(number: int, which: int) -> None:
    text, proposed = read(number)
    ids = chosen(proposed, which)
    assume(ids)
    done = accept(text, "x", "x.md", ids)
    wanted = said(text)
    for key in LISTS:
        for item in wanted.get(key, []):
            if isinstance(item, dict) and item.get("id") in ids:
                del item["review"]
    assert said(done.text) == wanted and (done.decided, done.left) == (tuple(ids), len(proposed) - len(ids))
    assert is_what_is_left(text, done.text)
    gone = Counter(text) - Counter(done.text)
    words = Counter("review" + "proposed")
    assert {c: n for c, n in gone.items() if c.isalnum() or c in "#."} == {c: n * len(ids) for c, n in words.items()}
    assert set(gone) <= {*words, *"\"':?,|>-\n\r \t\u2028"}
    assert COMMENT.findall(text) == COMMENT.findall(done.text)


@given(ODD, st.integers(0, 2**12))
@AS_WRITTEN
def test_rejecting_takes_the_items_out_and_nothing_else(number: int, which: int) -> None:
    text, proposed = read(number)
    ids = chosen(proposed, which)
    assume(ids)
    done = reject(text, "x", "x.md", ids)
    wanted = said(text)
    for key in LISTS:
        if key in wanted:
            wanted[key] = [i for i in wanted[key] if not (isinstance(i, dict) and i.get("id") in ids)]
    assert said(done.text) == wanted and (done.decided, done.left) == (tuple(ids), len(proposed) - len(ids))
    assert is_what_is_left(text, done.text)
    left = COMMENT.findall(done.text)
    assert [c for c in COMMENT.findall(text) if c.rsplit("_", 1)[0] not in {f"i_{id_}" for id_ in ids}] == [
        c for c in left if c.rsplit("_", 1)[0] not in {f"i_{id_}" for id_ in ids}
    ]


@given(ODD)
@AS_WRITTEN
def test_a_new_id_stands_where_the_old_one_did_and_nowhere_else(number: int) -> None:
    text, _ = read(number)
    after = renamed(text, "briefs", "old", "brand-new", "x.md")
    assert re.sub(r"\bbrand-new\b", "old", after) == text
    told, wanted = said(after), said(text)
    for item in wanted.get("actors", []):
        if isinstance(item, dict) and item["id"] == "old":
            item["id"] = "brand-new"
    wanted["actors"] = ["brand-new" if item == "old" else item for item in wanted.get("actors", [])]
    assert told.get("actors", []) == wanted["actors"] and told["sources"] == wanted["sources"]
    voices = [voice for fact in told.get("key_facts", []) for voice in (*fact["about"], fact["asserted_by"])]
    assert "old" not in voices
    assert renamed(after, "briefs", "old", "brand-new", "x.md") == after


@given(ODD)
@AS_WRITTEN
def test_a_redirect_comes_in_and_nothing_goes(number: int) -> None:
    text, _ = read(number)
    after = with_redirect(text, "former", "x.md")
    assert said(after) == {**said(text), "redirect_from": ["former"]} and is_what_is_left(after, text)
    again = with_redirect(after, "older", "x.md")
    assert said(again)["redirect_from"] == ["former", "older"] and is_what_is_left(again, after)
    assert with_redirect(again, "former", "x.md") == again


def proposal(number: int) -> Brief:
    words = ("words of it", 'he said "no": never', "two\nlines", "a\u2028break", "# x")
    quotes = tuple(Evidence(Label("A"), words[number % 5]) for number in range(number % 3, number % 3 + 2))
    fact = Fact("It is said.", f"new{number % 7}", asserted_by=(ActorId("bo"),), evidence=quotes, review="proposed")
    denial = Denial((ActorId("bo"),), (Ref(fact.id),), "no", "No: never", evidence=quotes[:1], review="proposed")
    again = replace(fact, id="fact0", text="Again.")  # other quotes for the first fact of an odd brief, if it has one
    return Brief(
        BriefId("x"),
        "X",
        sources={Label("A"): SourceId("third")},
        actors=(CastMember(ActorId("bo"), ("denier",), review="proposed"),),
        key_facts=(fact, again),
        denials=(denial,),
        open_questions=(Question("Why?", "q-why", review="proposed"),),
    )


@given(ODD)
@AS_WRITTEN
def test_a_merge_puts_in_what_is_new_and_takes_nothing_out(number: int) -> None:
    text, _ = read(number)
    merged = merge(text, None, proposal(number), "x.md")
    assert is_what_is_left(merged.text, re.sub(r"[ \t]*\[\]", "", text)) or is_what_is_left(merged.text, text)
    assert COMMENT.findall(text) == COMMENT.findall(merged.text)
    assert merge(merged.text, proposal(number), proposal(number), "x.md").text == merged.text
    before, after = (parse_entry(Brief, "x", each, "x.md")[0] for each in (text, merged.text))
    assert before is not None and after is not None and (after.title, after.body) == (before.title, before.body)
    for key in ("actors", "denials", "open_questions"):
        assert getattr(after, key)[: len(getattr(before, key))] == getattr(before, key)


def test_the_odd_briefs_are_odd_and_most_of_them_are_read() -> None:
    made = [odd(number) for number in range(300)]
    is_read = [parse_entry(Brief, "x", each, "x.md")[0] is not None for each in made]
    assert sum(is_read) > 200
    ways: list[Callable[[str], bool]] = [
        *(lambda text, part=part: part in text for part in PARTS),  # type: ignore[misc]
        lambda text: text.startswith("---\n{"),
        lambda text: not text.endswith("\n"),
    ]
    assert [any(way(each) for each in made) for way in ways] == [True] * len(ways)


PARTS = ("\r\n", "\n\n", "? ", "\u2028", "\u2029", ": proposed\t#", "|+", "\n...", '"review"', "- review:", "{review:")
