"""The words of `lexicon/en.toml`, ready to be asked."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Words by what they tell. `verbs`, `nouns` and `adjectives` lead from a lemma to its classes, in order;
    `senses` to what it can be about."""

    verbs: Mapping[str, tuple[str, ...]]
    nouns: Mapping[str, tuple[str, ...]]
    adjectives: Mapping[str, tuple[str, ...]]
    senses: Mapping[str, Mapping[str, tuple[str, ...]]]  # by part of speech: "verbs", "nouns"
    objects: Mapping[str, frozenset[str]]
    frames: Mapping[str, frozenset[str]]
    prepositions: Mapping[str, frozenset[str]]
    particles: Mapping[str, frozenset[str]]
    phrases: tuple[tuple[tuple[str, ...], str], ...]
    false: frozenset[str]
    hedges: Mapping[str, frozenset[str]]
    hedge_phrases: tuple[tuple[str, ...], ...]
    roles: Mapping[str, frozenset[str]]
    sets: Mapping[str, frozenset[str]]
    figures: tuple[str, ...]  # one, two, three, ...


@cache
def lexicon() -> Lexicon:
    """The English lexicon."""
    data = tomllib.loads(files("briefgen.extract").joinpath("lexicon/en.toml").read_text("utf-8"))
    frames = data["frames"]
    hedges = data["hedges"]
    return Lexicon(
        verbs=_classes(data["verbs"]),
        nouns=_classes(data["nouns"]),
        adjectives=_classes(data["adjectives"]),
        senses={kind: _classes(table) for kind, table in data["senses"].items()},
        objects={name: _set(words) for name, words in data["objects"].items()},
        frames={name: _set(words) for name, words in frames.items() if isinstance(words, str)},
        prepositions={verb: _set(words) for verb, words in frames["prepositions"].items()},
        particles={verb: _set(words) for verb, words in data["particles"].items()},
        phrases=tuple((tuple(p.split()), name) for name, phrases in data["phrases"].items() for p in phrases),
        false=_set(data["false"]["words"]),
        hedges={name: _set(words) for name, words in hedges.items() if isinstance(words, str)},
        hedge_phrases=tuple(tuple(phrase.split()) for phrase in hedges["phrases"]),
        roles={name: _set(words) for name, words in data["roles"].items()},
        sets={name: _set(words) for name, words in data["sets"].items()},
        figures=tuple(data["figures"]["words"].split()),
    )


@cache
def word_set(name: str) -> frozenset[str]:
    """One of the sets of words that a single rule asks for."""
    return lexicon().sets[name]


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


def _classes(table: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for name, words in table.items():
        for word in words.split():
            found[word] = (*found.get(word, ()), name)
    return found
