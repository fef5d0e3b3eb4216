"""A desk's own checks, views and drafters: modules named in `plugins`, in the types that ours have.

A module may define `checks`, an iterable of functions `(Graph) -> Iterable[Problem]`, `views`, an
iterable of functions `(Graph, Site) -> Iterable[View]`, and `drafter`, a function that is given the
sources, the text of each without its cuts, and the register of names, and gives a `Brief`. There is no
registry and nothing is changed in place: what a module gives is put behind our own.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.machinery import EXTENSION_SUFFIXES, SOURCE_SUFFIXES, ExtensionFileLoader, FileFinder, SourceFileLoader
from pathlib import Path
from traceback import walk_tb
from typing import Any

from briefgen.model.entries import Brief, Source, SourceId
from briefgen.model.graph import Graph
from briefgen.model.names import Names
from briefgen.model.problems import BriefgenError, Problem
from briefgen.model.site import Site, View

Drafter = Callable[[Sequence[Source], Mapping[SourceId, str], Names], Brief]


@dataclass(frozen=True, slots=True)
class Plugins:
    """What all plugin modules add, in the order in which the settings name them."""

    checks: tuple[Callable[[Graph], Iterable[Problem]], ...] = ()
    views: tuple[Callable[[Graph, Site], Iterable[View]], ...] = ()
    drafters: tuple[Drafter, ...] = ()


def load_plugins(names: Sequence[str], root: Path) -> Plugins:
    """Import the modules of these names; the site's folder comes first among the places where they are looked for.

    What was imported from there before is imported again: it may have changed since, or be another desk's.
    Raises BriefgenError where a module is not there or cannot be imported.
    """
    for name, module in [*sys.modules.items()]:
        if isinstance(getattr(module, "__loader__", None), _FromSource):
            del sys.modules[name]
    if not names:
        return Plugins()
    if sys.path[:1] != [str(root)]:
        sys.path.insert(0, str(root))
    _roots.add(str(root))
    if _finder not in sys.path_hooks:
        sys.path_hooks.insert(0, _finder)
    for folder in [*sys.path_importer_cache]:
        if _is_of_a_desk(folder):
            del sys.path_importer_cache[folder]
    modules = [_module(name) for name in names]
    return Plugins(
        tuple(check for module in modules for check in getattr(module, "checks", ())),
        tuple(view for module in modules for view in getattr(module, "views", ())),
        tuple(module.drafter for module in modules if hasattr(module, "drafter")),
    )


def _module(name: str) -> object:
    try:
        return import_module(name)
    except ImportError as error:
        hint = "Put it into the site's folder, or install the package that holds it."
        raise BriefgenError(f"the plugin {name!r} cannot be imported: {error}", hint) from error
    except Exception as error:  # whatever a module does while it is imported
        *_, (frame, line) = walk_tb(error.__traceback__)
        where = f"{frame.f_code.co_filename}:{line}: {type(error).__name__}"
        raise BriefgenError(f"the plugin {name!r} cannot be imported: {where}: {error}") from error


# ---- modules of a desk ---------------------------------------------------------------------------------------------


class _FromSource(SourceFileLoader):
    """Imports the text of a module, and never what was once compiled of it.

    A `__pycache__` may come with a repository, and Python takes it for the module's where size and time are the same.
    """

    def path_stats(self, path: str) -> Mapping[str, Any]:
        """There is nothing that something compiled could be compared with."""
        raise OSError(path)


_roots: set[str] = set()  # folders of desks whose plugins have been asked for


def _is_of_a_desk(folder: str) -> bool:
    return any(folder == root or folder.startswith(root + os.sep) for root in _roots)


def _finder(folder: str) -> FileFinder:
    """What finds modules in the folder of a desk. Raises ImportError for any other folder."""
    if not _is_of_a_desk(folder):
        raise ImportError(folder)
    return FileFinder(folder, (ExtensionFileLoader, EXTENSION_SUFFIXES), (_FromSource, SOURCE_SUFFIXES))
