"""A proposal says what its source says, in the source's own words, and begins and ends as a sentence does."""

from __future__ import annotations

import pytest

from briefgen.extract.reading import Opener
from briefgen.extract.spans import quotations
from briefgen.extract.wording import sentence
from briefgen.model.entries import Span

TEXT = """\
VALMOOR, May 3 (Wire) - The dredger is not for sale, the board said.
He had "no plan" to sell it. And the crew was told.
"We listened. We hung up," Otto Lind said. The 17'' screen broke.
"It's over,'' she wrote to staff, and left.
"""
LIND = "Otto Lind"


def said(words: str, *, speaker: str = "", named: str = "") -> str:
    """How words of the text are put, and whom their first word means."""
    start = TEXT.index(words)
    openers = [Opener(Span(start, start + len(words.split()[0])), named)] if named else []
    return sentence(TEXT, Span(start, start + len(words)), quotations(TEXT), openers, speaker)


@pytest.mark.parametrize(
    ("words", "speaker", "named", "expected"),
    [
        ("VALMOOR, May 3 (Wire) - The dredger is not for sale, the board said.", "", "", "The dredger is not for sale, the board said."),
        ('He had "no plan" to sell it.', "", LIND, "[Otto Lind] had “no plan” to sell it."),
        ('He had "no plan" to sell it.', LIND, "", "Otto Lind: He had “no plan” to sell it."),
        ('He had "no plan" to sell it.', "", "", ""),
        ("And the crew was told.", "", "", "The crew was told."),
        ('"We listened.', LIND, "", "Otto Lind: “We listened.”"),
        ('"We listened.', "", "", ""),
        ('We hung up," Otto Lind said.', LIND, "", "Otto Lind: “We hung up,” Otto Lind said."),
        ("The 17'' screen broke.", "", "", "The 17'' screen broke."),
        ("\"It's over,'' she wrote to staff, and left.", LIND, "", "Otto Lind: “It's over,” she wrote to staff, and left."),
    ],
)  # fmt: skip
def test_a_sentence_is_the_sources_own(words: str, speaker: str, named: str, expected: str) -> None:
    assert said(words, speaker=speaker, named=named) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('She said "no" and "never".', ['"no"', '"never"']),
        ("\"No, '' she said.", ["\"No, ''"]),
        ('"A start, " he said. "And an end. "', ['"A start, "', '"And an end. "']),
        ('"Glued on, "Insp Gale said.', ['"Glued on, "']),
        ("A 17'' screen and a 19'' one.", []),
        ("“One. “Two in the next part of it.”", ["“One. “Two in the next part of it.”"]),
    ],
)  # fmt: skip
def test_quotations_are_told_by_the_shape_of_their_marks(line: str, expected: list[str]) -> None:
    assert [line[q.start : q.end] for q in quotations(line)] == expected
