"""What is not the report is cut, also where it is glued to it; what is the report is not."""

from __future__ import annotations

import pytest

from briefgen.capture.cuts import find_cuts

REPORT = "The ministry closed the bridge on Monday. Engineers said the repair would take six weeks."


def kept(text: str) -> str:
    for cut in reversed(find_cuts(text)):
        text = f"{text[: cut.span.start]}{text[cut.span.end :]}"
    return " ".join(text.split())


@pytest.mark.parametrize(
    "boilerplate",
    [
        "Your support makes all the difference.",
        "Sign up for our free newsletter.",
        "Join our commenting forum",
        "Follow us on Facebook and Twitter.",
        "Read more: Three bridges that were closed before",
        "We use cookies to improve this site.",
        "All rights reserved.",
        "Advertisement",
    ],
)
def test_each_kind_is_cut_before_and_after_a_report(boilerplate: str) -> None:
    assert kept(f"{boilerplate}\n{REPORT}\n{boilerplate}") == REPORT


def test_what_is_glued_to_a_sentence_is_cut_off_it() -> None:
    assert kept(f"Your support makes all the difference.{REPORT}") == REPORT


@pytest.mark.parametrize(
    "sentence",
    [
        "The charity said it would sign up to the new code.",
        '"Your support makes all the difference," the mayor told volunteers.',
        "The company uses cookies to track visitors, the regulator said.",
        "Readers of the report asked who had paid for it.",
        "We believe the bridge is safe, the engineers wrote.",
    ],
)
def test_a_sentence_of_the_report_stays(sentence: str) -> None:
    text = f"{REPORT} {sentence} {REPORT}"
    assert kept(text) == text


def test_menus_of_a_page_copied_in_one_line_are_cut() -> None:
    menu = "Home News World Politics Business Sport Culture Travel Weather Video Live Shop"
    text = f"{menu} {' '.join([REPORT] * 20)}"
    assert kept(text) == " ".join([REPORT] * 20)
