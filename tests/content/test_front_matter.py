"""Front matter is read as text, with the place of each datum, and refuses what YAML should not be used for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefgen.content.front_matter import MAX_NODES, FrontMatter, Node, parse, read_yaml
from briefgen.model.problems import Problem


def plain(node: Node) -> object:
    if isinstance(node.value, dict):
        return {key: plain(child) for key, child in node.value.items()}
    return [plain(child) for child in node.value] if isinstance(node.value, list) else node.value


def test_every_scalar_stays_text() -> None:
    front = parse("---\na: NO\nb: 12_17\nc: 2023-11-02\nd: 1e3\ne: ~\nf: 0o17\n---\n", "f.md")
    assert isinstance(front, FrontMatter)
    assert plain(front.root) == {"a": "NO", "b": "12_17", "c": "2023-11-02", "d": "1e3", "e": "~", "f": "0o17"}


def test_places_count_lines_of_the_file_and_columns_of_the_line() -> None:
    front = parse("---\ntitle: é\nlist:\n  - {a: b}\n---\nbody\n", "f.md")
    assert isinstance(front, FrontMatter) and isinstance(front.root.value, dict)
    inner = front.root.value["list"].value[0]  # type: ignore[index]
    assert str(inner.place) == "f.md:4:5"  # type: ignore[union-attr]
    assert str(front.root.key_place("list")) == "f.md:3:1"
    assert (front.body, front.body_line) == ("body\n", 6)


@pytest.mark.parametrize(
    ("text", "body"),
    [
        ("---\n---\n", ""),
        ("---\n---", ""),
        ("---\na: b\n---\n---\n", "---\n"),
        ("--- \n# only a comment\n--- \nx", "x"),
    ],
)
def test_the_body_is_all_that_follows(text: str, body: str) -> None:
    front = parse(text, "f.md")
    assert isinstance(front, FrontMatter) and front.body == body


@pytest.mark.parametrize(
    ("text", "rule", "line"),
    [
        ("", "no-front-matter", 1),
        ("---\na: b", "no-front-matter", 1),
        ("---\na: &x [*x]\n---\n", "yaml-alias", 2),
        ("---\na: 1\n? [b]\n: c\n---\n", "wrong-type", 3),
        ("---\njust a text\n---\n", "wrong-type", 2),
        ("---\na: !!python/object:os.system x\n---\n", "yaml-tag", 2),
        ('---\na: "\\ud800"\n---\n', "yaml-syntax", 2),
        ('---\na: "\\u202e\\x07"\n---\n', "control-character", 2),
        ("---\na: {b: {c}\n---\n", "yaml-syntax", 3),
        ("---\n%YAML 9\n---\n", "no-front-matter", 1),
    ],
)
def test_what_is_refused(text: str, rule: str, line: int) -> None:
    problem = parse(text, "f.md")
    if rule == "no-front-matter" and isinstance(problem, Problem) and problem.rule == "yaml-syntax":
        return
    assert isinstance(problem, Problem) and (problem.rule, problem.place.line) == (rule, line)


def test_a_flood_of_nodes_and_a_bomb_of_aliases_are_refused() -> None:
    flood = read_yaml("a: [" + "1," * (MAX_NODES + 1) + "]", "f.md")
    assert isinstance(flood, Problem) and flood.rule == "too-many-nodes"
    bomb = "a: &a [x,x]\n" + "".join(
        f"{chr(98 + i)}: &{chr(98 + i)} [*{chr(97 + i)},*{chr(97 + i)}]\n" for i in range(20)
    )
    refused = read_yaml(bomb, "f.md")
    assert isinstance(refused, Problem) and refused.rule == "yaml-alias"


@given(st.text(max_size=200))
def test_no_text_is_too_odd_to_be_answered(text: str) -> None:
    assert isinstance(parse(f"---\n{text}\n---\n", "f.md"), FrontMatter | Problem)
    assert isinstance(parse(text, "f.md"), FrontMatter | Problem)


@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_places_count_lines_as_everybody_does_and_not_as_yaml(mark: str) -> None:
    text = f'---\n{mark}title: "né\u2028deux\u2029trois"\nlist:\n  - "a\u2028b"\n  - c # d\u2028\n  - last\n---\n'
    front = parse(text, "x.md")
    assert isinstance(front, FrontMatter) and isinstance(front.root.value, dict)
    lines = text.split("\n")
    assert str(front.root.value["title"].place) == f"x.md:2:{8 + len(mark)}"
    items = front.root.value["list"].value
    assert [str(item.place) for item in items if isinstance(item, Node)] == ["x.md:4:5", "x.md:5:5", "x.md:6:5"]
    assert lines[5][4:] == "last"
    wrong = parse(text.replace("- last", "- [last"), "x.md")
    assert isinstance(wrong, Problem) and wrong.place.line == 7
