"""Countries by name, by adjective, and by what stands for their governments: `lexicon/countries.txt`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from briefgen.model.text import lines_of


@dataclass(frozen=True, slots=True)
class Countries:
    """Each of the three maps leads to the country's usual name."""

    by_name: Mapping[str, str]
    by_adjective: Mapping[str, str]
    by_metonym: Mapping[str, str]


@cache
def countries() -> Countries:
    """The register of countries."""
    by_name: dict[str, str] = {}
    by_adjective: dict[str, str] = {}
    by_metonym: dict[str, str] = {}
    for line in lines_of(files("briefgen.extract").joinpath("lexicon/countries.txt").read_text("utf-8")):
        if line.startswith("#") or not line.strip():
            continue
        name, adjectives, metonyms, aliases = (part.strip() for part in line.split("|"))
        for register, words in ((by_name, f"{name}, {aliases}"), (by_adjective, adjectives), (by_metonym, metonyms)):
            for word in filter(None, (each.strip() for each in words.split(","))):
                register.setdefault(word, name)
    return Countries(by_name, by_adjective, by_metonym)
