"""Which room may import which: the walls of the house, as docs/architecture.md draws them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY

PACKAGE = REPOSITORY / "briefgen"
MAY_IMPORT = {
    "model": set(),
    "disk": {"model"},
    "content": {"disk", "model"},
    "checks": {"model"},
    "render": {"model"},
    "publish": {"disk", "model"},
    "capture": {"model"},
    "project": {"disk", "model"},
    "report": {"model"},
    "assembly": {"project", "content", "checks", "render", "model"},
    "remember": {"project", "content", "render", "publish", "model"},
    "revise": {"project", "content", "checks", "render", "publish", "model", "remember"},
    "build": {"disk", "project", "publish", "model", "assembly", "remember", "revise"},
    "extract": {"model"},
    "desk": {"project", "content", "capture", "model"},
    "ingest": {"project", "content", "capture", "extract", "model", "desk"},
    "draft": {"disk", "project", "content", "capture", "extract", "model", "desk"},
    "deploy": {"project", "publish", "disk", "model", "build"},
    "preview": {"desk", "project", "content", "render", "publish", "model", "build", "report"},
    "cli": {
        "assembly",
        "build",
        "disk",
        "preview",
        "desk",
        "ingest",
        "draft",
        "project",
        "publish",
        "model",
        "report",
        "content",
    },
    "api": {"assembly", "project", "model"},
    "__init__": {"api"},
    "__main__": {"cli", "project"},
}
PURE = {"datetime", "dataclasses", "typing", "collections", "hashlib", "re", "unicodedata", "difflib", "bisect",
        "functools", "__future__", "urllib"}  # fmt: skip


def modules() -> list[Path]:
    return sorted(p for p in PACKAGE.rglob("*.py") if "_templates" not in p.parts)


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def room(path: Path) -> str:
    inside = path.relative_to(PACKAGE)
    return inside.parts[0] if len(inside.parts) > 1 else inside.stem


@pytest.mark.parametrize("path", modules(), ids=lambda p: p.relative_to(PACKAGE).as_posix())
def test_a_room_imports_only_what_it_may(path: Path) -> None:
    allowed = MAY_IMPORT[room(path)] | {room(path)}
    rooms = {name.split(".")[1] for name in imports(path) if name.startswith("briefgen.")}
    assert rooms <= allowed


@pytest.mark.parametrize("path", sorted((PACKAGE / "model").glob("*.py")), ids=lambda p: p.name)
def test_the_foundation_imports_nothing_but_the_language(path: Path) -> None:
    assert {name.split(".")[0] for name in imports(path)} <= PURE | {"briefgen"}


def test_only_the_markdown_function_makes_html_of_content() -> None:
    found = [
        p.relative_to(PACKAGE).as_posix()
        for p in modules()
        if any(
            isinstance(n, ast.Call) and getattr(n.func, "id", "") == "Markup"
            for n in ast.walk(ast.parse(p.read_text()))
        )
    ]
    assert found == ["render/markdown.py"]


def test_no_template_turns_escaping_off() -> None:
    for path in (REPOSITORY / "templates").glob("*"):
        if path.suffix in (".html", ".xml", ".txt"):
            text = path.read_text()
            assert "|safe" not in text.replace(" ", "") and "autoescape" not in text, path.name


def test_only_the_door_prints() -> None:
    for path in modules():
        if room(path) not in ("cli", "report"):
            calls = [n for n in ast.walk(ast.parse(path.read_text())) if isinstance(n, ast.Call)]
            assert not [n for n in calls if getattr(n.func, "id", "") == "print"], path.name


EXECUTES = {"pickle", "cPickle", "_pickle", "marshal", "shelve", "dill", "cloudpickle", "joblib", "code", "codeop",
            "runpy", "imp", "zipimport", "pickletools", "copyreg", "dbm"}  # fmt: skip
# Modules that bring in what a person named in the settings: plugins, by their names.
BRINGS_IN = {"project/plugins.py"}


def test_nothing_that_is_kept_between_runs_can_be_executed() -> None:
    """`.briefgen/` comes with repositories and the caches of build services: what is read from it is data only."""
    for path in modules():
        name, tree = path.relative_to(PACKAGE).as_posix(), ast.parse(path.read_text())
        assert not EXECUTES & {found.split(".")[0] for found in imports(path)}, name
        called = [n.func for n in ast.walk(tree) if isinstance(n, ast.Call)]
        names = {getattr(f, "id", "") for f in called}
        assert not names & {"eval", "exec", "compile", "__import__"}, name
        attributes = {getattr(f, "attr", "") for f in called}
        asks_for = {*attributes, *names} & {"import_module", "spec_from_file_location", "exec_module", "source_to_code"}
        assert not asks_for or name in BRINGS_IN, name
        words = {n.attr for n in ast.walk(tree) if isinstance(n, ast.Attribute)} | set(imports_of_names(tree))
        assert not [w for w in words if "bytecode" in w.lower() or w in {"enable_load_extension", "unsafe_load"}], name
        yaml_loaders = {n.attr for n in ast.walk(tree) if isinstance(n, ast.Attribute) and n.attr.endswith("Loader")}
        assert not yaml_loaders & {"Loader", "FullLoader", "UnsafeLoader", "CLoader"}, name


def imports_of_names(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            yield from (alias.name for alias in node.names)
