"""What can be an id, the name of a file or a path below a site, and what a person is told of all else."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from briefgen.model.ids import (
    A_FILE,
    A_REF,
    AN_ID,
    LONGEST_ID,
    example_of,
    fresh,
    is_id,
    slug,
    why_no_id,
    why_no_name,
    why_no_path,
    why_no_ref,
)

# Ways out of a folder, and texts that are something else on another system.
HOSTILE = (
    "..", ".", "", " ", "/", "\\", "../x", "../../../site", "x/..", "x/../../y", "/etc/passwd", "//host/x", "./x",
    "x/", "C:", "C:\\x", "c:x", "\\\\host\\share", "..\\..\\x", "x\\y", "~", "~root", "x\n", "\nx", "x\ty", "x\x00y",
    "x\x7f", "%2e%2e", "..%2f..", "x?y", "x#y#z", "#x", "x#", "a b", "É", "ｘ", "x\u202ey", "\u2066x", "x\u2028",
    "\ud800", "．．", "X", "İ", "nul", "con", "prn", "aux", "com1", "lpt9", "com0", "x.md", ".x", "-x", "_x", "x" * 300,
    "\u0301", "$x", "x*", "x|y", "<x>", '"', "'", "`x`", "x;y", "{{x}}", "x:y",
)  # fmt: skip
MAYBE_HOSTILE = st.one_of(
    st.sampled_from(HOSTILE),
    st.text(max_size=12),
    st.text("./\\:ab-_#~ \n\x00", max_size=8),
    st.lists(st.sampled_from(HOSTILE), min_size=1, max_size=4).map("/".join),
)


@pytest.mark.parametrize(
    "text", ["a", "0", "a-b_c", "404", "index", "nul-x", "x" * LONGEST_ID, "con-", "null", "com10"]
)
def test_what_is_an_id(text: str) -> None:
    assert is_id(text) and A_REF.fits(text) and A_REF.fits(f"{text}#{text}") and why_no_path(f"actors/{text}/x") == ""


@pytest.mark.parametrize("text", HOSTILE)
def test_what_is_none_and_a_sentence_on_one_line_says_so(text: str) -> None:
    assert not is_id(text)
    assert not A_REF.fits(f"{text}#x") and not A_REF.fits(f"x#{text}")
    for said in (why_no_id(text), why_no_ref(f"{text}#x"), why_no_ref(f"x#{text}"), example_of(text)):
        assert said.isprintable() and len(said) < 250


@pytest.mark.parametrize(
    ("text", "said", "hint"),
    [
        ("A b", "'A b' cannot be an id: a-z, 0-9, - and _, beginning with a letter or digit", "For example a-b."),
        ("nul", "'nul' cannot be an id: Windows keeps this name for a device", "For example nul-x."),
        ("..", "'..' cannot be an id: a-z, 0-9, - and _, beginning with a letter or digit", ""),
    ],
)  # fmt: skip
def test_a_text_that_is_no_id_is_told_with_one_that_is(text: str, said: str, hint: str) -> None:
    assert (why_no_id(text), example_of(text)) == (said, hint)


@settings(max_examples=300, derandomize=True, deadline=None)
@given(MAYBE_HOSTILE)
@example("x\n")
def test_an_id_is_what_the_model_says_and_the_example_is_one(text: str) -> None:
    assert is_id(text) == bool(
        re.fullmatch(r"[a-z0-9][a-z0-9_-]*", text)
        and len(text) <= LONGEST_ID
        and not re.fullmatch("con|prn|aux|nul|com[0-9]|lpt[0-9]", text)
    )
    assert is_id(slug(text))
    if told := example_of(text):
        assert A_REF.fits(told.removeprefix("For example ").removesuffix(".")) or "#" in text


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("map.png", ""),
        ("Karte Südost (2).png", ""),
        ("北京.jpg", ""),
        (".nojekyll", ""),
        ("nullable.png", ""),
        ("a'b&c%20d#e.png", ""),
        ("..", "'..' is no name of a file"),
        ("a\nb.png", "the character U+000A cannot stand in the name of a file"),
        ("a\u202egnp.exe", "the character U+202E cannot stand in the name of a file"),
        ("\udcff.png", "the character U+DCFF cannot stand in the name of a file"),
        ("\ufffe.png", "the character U+FFFE cannot stand in the name of a file"),
        ("a:b.png", "the character : cannot stand in the name of a file"),
        ("a\\b.png", "the character \\ cannot stand in the name of a file"),
        ("what?.png", "the character ? cannot stand in the name of a file"),
        ("a.", "a name does not end with a dot or a space"),
        ("a ", "a name does not end with a dot or a space"),
        ("NUL.png", "Windows keeps the name nul for a device"),
        ("COM¹.txt", "Windows keeps the name com1 for a device"),
        ("conin$", "Windows keeps the name conin$ for a device"),
        ("lpt1 .txt", "Windows keeps the name lpt1 for a device"),
        (".GIT", "git keeps the name .git for itself"),
        ("x" * 240, "a name of 240 bytes is too long; at most 200 are taken"),
        ("é" * 120, "a name of 240 bytes is too long; at most 200 are taken"),
    ],
)
def test_what_can_be_the_name_of_a_file_everywhere(name: str, said: str) -> None:
    assert why_no_name(name) == said == why_no_path(f"assets/{name}/x.png") == why_no_path(name)


def test_a_long_path_is_refused_though_each_name_is_short() -> None:
    assert why_no_path("/".join(["x" * 90] * 10)) == ""
    assert why_no_path("/".join(["X" * 90] * 12)) == "a path of 1091 bytes is too long; at most 1000 are taken"


@settings(max_examples=400, derandomize=True, deadline=None)
@given(MAYBE_HOSTILE)
def test_a_path_that_is_taken_stays_below_its_folder_and_can_be_written(path: str) -> None:
    if why_no_path(path) == "":
        top = Path("/top/site")
        inside = Path(os.path.normpath(top / path))
        assert inside.is_relative_to(top) and inside != top and inside == top / path
        assert path.encode().decode() == path and not set(path) & set('\\:*?"<>|\n\t\x00')


@settings(max_examples=300, derandomize=True, deadline=None)
@given(MAYBE_HOSTILE)
def test_a_file_of_captures_is_one_name(name: str) -> None:
    if A_FILE.fits(name):
        assert "/" not in name and "\\" not in name and not name.startswith(".") and not name.endswith((".", " ", "\n"))


def test_a_form_is_the_same_pattern_for_an_editor() -> None:
    assert AN_ID.pattern.startswith("^") and not re.search(
        r"\(\?P|\\Z|\\A", AN_ID.pattern + A_REF.pattern + A_FILE.pattern
    )


def test_an_id_is_given_once_and_is_the_same_however_often_it_is_asked_for() -> None:
    taken: set[str] = set()
    made = [fresh("gate-open", taken, *words) for words in (("a",), ("b",), ("c",), ("b",), ("b",), ("b",), ("b",))]
    assert made[0] == "gate-open" and len({*made}) == len(made) and made[-1] == "gate-open-3"
    assert [fresh("gate-open", other, "b") for other in ({"gate-open"}, {"gate-open", "x"})] == [made[1]] * 2
    assert all(is_id(each) for each in made)
