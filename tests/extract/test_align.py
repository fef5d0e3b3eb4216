"""Rewrites of one another align in order; reports of one event do not, and stories fall into groups."""

from __future__ import annotations

from briefgen.extract.align import compare
from briefgen.extract.group import grouped

ONE = """\
The ministry closed the northern bridge on Monday after cracks were found.
Engineers said the repair would take six weeks.
About 4,000 lorries a day will have to use the southern crossing.
The mayor of Talle called the closure a disaster for local shops.
A spokesman for the ministry said that safety came first.
"""
REWRITTEN = """\
Cracks have led the ministry to shut the northern bridge since Monday.
Six weeks are needed for the repair, according to engineers.
The southern crossing must now take some 4,000 lorries every day.
For local shops the closure is a disaster, said the mayor of Talle.
Safety comes first, a ministry spokesman said.
"""
OTHER = """\
Shopkeepers in Talle marched to the town hall on Wednesday.
They want rents lowered while the bridge is shut.
The council will discuss the matter next week.
A brass band played at the head of the march.
Police counted two hundred people.
"""


def test_a_rewrite_aligns_in_order_throughout() -> None:
    alignment = compare("one", ONE, "two", REWRITTEN)
    assert [(p.one, p.other) for p in alignment.pairs] == [(0, 0), (1, 1), (2, 2), (3, 3), (4, 4)]
    assert alignment.are_near_duplicates


def test_another_report_of_the_same_town_does_not() -> None:
    assert not compare("one", ONE, "other", OTHER).are_near_duplicates
    shuffled = "".join(reversed(REWRITTEN.splitlines(keepends=True)))
    assert not compare("one", ONE, "two", shuffled).are_near_duplicates


def test_stories_fall_into_groups_in_the_order_given() -> None:
    quake = "A strong earthquake shook Port Ander on Friday. Two houses fell in Port Ander, rescuers said."
    again = "Rescuers searched two fallen houses after the earthquake in Port Ander on Friday."
    assert grouped({"a": ONE, "q": quake, "b": REWRITTEN, "r": again}) == [["a", "b"], ["q", "r"]]
