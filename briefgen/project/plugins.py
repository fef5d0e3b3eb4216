"""A desk's own checks, views and drafters: modules named in `plugins`, in the types that ours have.

A module may define `checks`, an iterable of functions `(Graph) -> Iterable[Problem]`, `views`, an
iterable of functions `(Graph, Site) -> Iterable[View]`, and `drafter`, a function that is given the
sources, the text of each without its cuts, and the register of names, and gives a `Brief`. There is no
registry and nothing is changed in place: what a module gives is put behind our own.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

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

    Raises BriefgenError where a module is not there or cannot be imported.
    """
    if not names:
        return Plugins()
    if str(root) not in sys.path:
        sys.path.insert(0, str(root))
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
