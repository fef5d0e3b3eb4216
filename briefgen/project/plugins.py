"""A desk's own checks and views: modules named in `plugins`, in the types that ours have.

A module may define `checks`, an iterable of functions `(Graph) -> Iterable[Problem]`, and `views`, an
iterable of functions `(Graph, Site) -> Iterable[View]`. There is no registry and nothing is changed
in place: what a module gives is put behind our own.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from briefgen.model.graph import Graph
from briefgen.model.problems import BriefgenError, Problem
from briefgen.model.site import Site, View


@dataclass(frozen=True, slots=True)
class Plugins:
    """What all plugin modules add, in the order in which the settings name them."""

    checks: tuple[Callable[[Graph], Iterable[Problem]], ...] = ()
    views: tuple[Callable[[Graph, Site], Iterable[View]], ...] = ()


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
    )


def _module(name: str) -> object:
    try:
        return import_module(name)
    except ImportError as error:
        hint = "Put it into the site's folder, or install the package that holds it."
        raise BriefgenError(f"the plugin {name!r} cannot be imported: {error}", hint) from error
