"""What pages say by themselves, whatever a desk writes: words of templates, and of the code that makes sentences."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import ModuleType

from briefgen.model import dates, entries, graph, headers, scales
from briefgen.render import hosting, links, markdown, urls, views, words

_MODULES = (dates, entries, graph, headers, scales, hosting, links, markdown, urls, views, words)


def ours(folder: Path) -> Iterator[str]:
    """The text of the default theme, and every text that stands in code of ours."""
    yield from theirs((folder,))
    for module in _MODULES:
        yield from _texts(module)


def theirs(places: Iterable[Path]) -> Iterator[str]:
    """The text of every template and every line of code in folders and files."""
    for place in places:
        for path in sorted(place.rglob("*")) if place.is_dir() else (place,):
            if path.suffix in (".html", ".xml", ".txt", ".css", ".svg", ".py") and path.is_file():
                yield path.read_text("utf-8", "replace")


def _texts(module: ModuleType) -> Iterator[str]:
    """The texts in a module's code, without what is said about the code."""
    tree = ast.parse(inspect.getsource(module))
    said = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said:
            yield node.value
