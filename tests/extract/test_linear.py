"""Reading a text takes a time that grows with its length and no faster, whatever stands in it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from briefgen.extract.language import MOST_TOKENS, is_too_long, parse
from briefgen.extract.propositions import propositions
from briefgen.extract.read import Kept, read_text, reading_of
from briefgen.model.entries import Span
from tests.growth import too_fast


def name(number: int) -> str:
    """A name of its own for each number."""
    letters = ""
    while number >= 0:
        letters += "bdfgklmnprst"[number % 12] + "aeiou"[number % 5]
        number = number // 12 - 1
    return letters.capitalize()


def each(words: str) -> Callable[[int], str]:
    """So many times these words, with two names of their own in each."""
    return lambda count: "".join(words.format(one=name(i), two=name(i * 7 + 3), i=i) for i in range(count))


# What is made of a number, and which number to begin with: some 300 words, four times as many in the end.
TEXTS: dict[str, tuple[Callable[[int], str], int]] = {
    "a report": (each("The minister said on Monday that the council had rejected it.\n"), 60),
    "many names": (each("{one} {two} said on Monday that {two} Corp had paid {i} dollars to the ministry.\n"), 17),
    "many people in one line": (each("Mr {one} {two} said that he left. "), 30),
    "one person in one line": (each("Mr Smith said that he left. "), 40),
    "names without an end": (each("{one} {two}, "), 75),
    "names joined by hyphens": (each("{one}-{two} - "), 75),
    "abbreviations": (each("{one} {two} Service ({one}S) met.\n"), 40),
    "sources without an end": (each("according to "), 150),
    "sources by name without an end": (each("according to {one} "), 100),
    "speakers without an end": (each("he said that "), 100),
    "speakers at the end": (lambda n: "he said that " * n + "it rained.", 100),
    "denials without an end": (each("He denied the claim that "), 60),
    "denials of names": (each("{one} denied the claim that {two} paid.\n"), 35),
    "clauses without an end": (each("after {one} met {two} "), 60),
    "citing without an end": (each("said {one}, citing a briefing, "), 45),
    "people of one role": (each("The French minister {one} {two} left. The German minister said so. "), 40),
    "a pronoun far from its name": (each("It said that it left. He said so. "), 80),
    "quotations in one line": (each('"We will go there now and then." '), 35),
    "quotations with speakers": (each('"We will go there now," he said. '), 35),
    "quotation marks alone": (each('“ " ‘ ’ '), 75),
    "captions": (each("The hall. Image: Bob.\n"), 45),
    "dates": (each("between 3 May 2020 and 4 June 2021, "), 35),
    "one letter": (each("A "), 300),
}


@pytest.mark.parametrize("family", TEXTS)
def test_four_times_the_text_takes_four_times_as_long_to_read(family: str) -> None:
    make, size = TEXTS[family]
    assert not too_fast(lambda n: (make(n), next(iter(parse([make(n)])))), read, size)


def read(made: tuple[str, object]) -> None:
    text, doc = made
    reading = reading_of(doc, Kept(text, published=date(2026, 11, 20)))  # type: ignore[arg-type]
    list(propositions(reading))


@pytest.mark.parametrize("mark", ['"', "(", "a-", "A.", "'", "“", "…", "a/", "€"])
def test_words_without_spaces_are_parsed_in_a_time_that_grows_with_them(mark: str) -> None:
    assert not too_fast(lambda n: mark * n, lambda text: next(iter(parse([text]))), 1000)


def test_many_cuts_are_blanked_in_a_time_that_grows_with_them() -> None:
    def cut(count: int) -> Kept:
        return Kept("a b\n" * count + "It rained.", tuple(Span(4 * i, 4 * i + 3) for i in range(count)))

    assert not too_fast(cut, lambda kept: read_text(kept.text, kept.cuts, date(2026, 11, 20)), 300)


def test_an_overlong_sentence_is_cut_and_its_text_stays() -> None:
    text = "The council " + "and the board " * 200 + "said that it rained.\n\nThen it stopped."
    doc = next(iter(parse([text])))
    assert doc.text == text
    assert max(len(sentence) for sentence in doc.sents) <= 140
    assert [s.text.strip() for s in doc.sents][-1] == "Then it stopped."


def test_a_long_text_is_parsed_in_parts_that_fit_together_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("briefgen.extract.language._PART", 500)
    line = "Mr Smith said on Monday that the council had rejected it.\n"
    reading = read_text(line * 150)
    assert len(reading.sentences) == 150
    assert len(reading.statements) == 300
    assert reading.words(reading.statements[-2].content) == "the council had rejected it"
    assert reading.statements[-2].content[0].start == 149 * len(line) + line.index("the council")
    assert [actor.name for actor in reading.actors] == ["Smith"]


def test_a_text_of_too_many_words_is_refused() -> None:
    assert is_too_long("a " * MOST_TOKENS) == ""
    assert is_too_long("a " * (MOST_TOKENS + 1)) == "it has more than 50,000 words and marks"
    assert is_too_long("a" * 1_000_001) == "it has more than 1,000,000 characters"
