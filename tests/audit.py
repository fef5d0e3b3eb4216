"""Print requirements for `pip-audit`: what is `installed` with the program, or the `lowest` versions that it takes."""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PYPROJECT = Path(__file__).resolve().parent.parent / "pyproject.toml"


def declared() -> list[Requirement]:
    """What the program needs by its own declaration, with its extras."""
    project = tomllib.loads(PYPROJECT.read_text())["project"]
    extras = project["optional-dependencies"].values()
    return [Requirement(each) for each in (*project["dependencies"], *(r for extra in extras for r in extra))]


def lowest(requirement: Requirement) -> str:
    """The lower bound of a requirement. Raises StopIteration where it has none."""
    return next(each.version for each in requirement.specifier if each.operator in (">=", "=="))


def brought() -> dict[str, str]:
    """The versions of all packages that come with the program and its extras, as far as they are installed."""
    found: dict[str, str] = {}
    todo = list(declared())
    while todo:
        requirement = todo.pop()
        name = canonicalize_name(requirement.name)
        if name in found:
            continue
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
        todo += _needed(name, requirement.extras)
    return found


def _needed(name: str, extras: set[str]) -> Iterator[Requirement]:
    for each in map(Requirement, requires(name) or ()):
        if each.marker is None or any(each.marker.evaluate({"extra": extra}) for extra in ("", *extras)):
            yield each


if __name__ == "__main__":
    if sys.argv[1] == "installed":
        print("\n".join(f"{name}=={there}" for name, there in sorted(brought().items())))
    else:
        print("\n".join(f"{each.name}=={lowest(each)}" for each in declared()))
