"""A brief read again after a change of words: the old one with the new words in it, where nothing else has moved.

Reading a front matter anew means loading what checks every type; a title that has another word in it does
not need that. Both front matters are walked side by side: only the scalars that are words may differ, and
every other node must stand where it stood.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from briefgen.content.front_matter import Node, read_yaml
from briefgen.model.entries import Brief
from briefgen.model.problems import Problem

# What in each list of a brief is words; a question's own words only where it does not take its id from them.
_WORDS: Mapping[str, frozenset[str]] = {
    "": frozenset(("title", "summary")),
    "key_facts": frozenset(("text", "label")),
    "denials": frozenset(("text", "label", "note")),
    "discrepancies": frozenset(("label", "note")),
    "open_questions": frozenset(("question", "would_answer")),
    "actors": frozenset(("note",)),
    "assessments": frozenset(("basis",)),
}
_Path = tuple[str | int, ...]


def reworded(brief: Brief, old_front: str, new_front: str, file: str) -> Brief | None:
    """The brief with the words of its new front matter; None where more than words has changed or moved."""
    old, new = read_yaml(old_front, file, first_line=2), read_yaml(new_front, file, first_line=2)
    if isinstance(old, Problem) or isinstance(new, Problem):
        return None
    changes: dict[_Path, str] = {}
    todo: list[tuple[Node, Node, _Path]] = [(old, new, ())]
    while todo:
        one, other, path = todo.pop()
        if isinstance(one.value, str) and isinstance(other.value, str):
            if one.value != other.value:
                if not _is_word(path, old) or not other.value or not one.value or not _stands_alike(one, other):
                    return None
                changes[path] = other.value
            elif one.place != other.place:
                return None
        elif isinstance(one.value, list) and isinstance(other.value, list):
            if len(one.value) != len(other.value) or one.place != other.place:
                return None
            todo += [(a, b, (*path, number)) for number, (a, b) in enumerate(zip(one.value, other.value, strict=True))]
        elif isinstance(one.value, dict) and isinstance(other.value, dict):
            if [*one.value] != [*other.value] or one.place != other.place:
                return None
            if any(one.key_place(key) != other.key_place(key) for key in one.value):
                return None
            todo += [(one.value[key], other.value[key], (*path, key)) for key in one.value]
        else:
            return None
    return _with(brief, changes)


def _stands_alike(one: Node, other: Node) -> bool:
    return (one.place.line, one.place.column) == (other.place.line, other.place.column)


def _is_word(path: _Path, root: Node) -> bool:
    if len(path) == 1:
        return path[0] in _WORDS[""]
    if len(path) != 3 or path[2] not in _WORDS.get(str(path[0]), ()):
        return False
    if path[2] != "question":
        return True
    questions = root.value["open_questions"].value if isinstance(root.value, dict) else []
    asked = questions[int(path[1])].value if isinstance(questions, list) else {}
    return isinstance(asked, dict) and "id" in asked and not asked["id"].is_empty


def _with(brief: Brief, changes: Mapping[_Path, str]) -> Brief:
    for path, value in changes.items():
        changed: dict[str, Any]
        if len(path) == 1:
            changed = {str(path[0]): value}
        else:
            name, number, field = str(path[0]), int(path[1]), str(path[2])
            items = list(getattr(brief, name))
            items[number] = replace(items[number], **{field: value})
            changed = {name: tuple(items)}
        brief = replace(brief, **changed)
    return brief
