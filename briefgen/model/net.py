"""The audit's net: withheld texts that must not stand in a text, told apart from words that may well stand there.

A withheld text that also stands in something public is no secret. What is left is looked for as a whole, between
the ends of words. A text so short that a page could have come to it by itself (every word of it public, or one of the
program's own, as in `may have been`) is not looked for.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from briefgen.model.ids import is_id
from briefgen.model.quotes import fold

ENOUGH = 5  # words in a row that no page comes to by itself, however common each of them is
_ALONE = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"  # scripts without spaces
_WORD = re.compile(rf"[{_ALONE}]|[^\W_{_ALONE}]+")
_INSIDE = re.compile(rf"[^\W_{_ALONE}]")  # a letter or digit that may be in the middle of a word
_NUMBER = re.compile(r"\d+(?:st|nd|rd|th|t\d+|z)?")
_UNSEEN = re.compile("[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_MARKUP = re.compile(r"[*_`~\[\]()<>|#]+|\n")


@dataclass(frozen=True, slots=True)
class Net:
    """Texts to look for, by the rarest word of each: a text without that word cannot hold it."""

    sought: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, texts: Iterable[str], common: Mapping[str, int] | None = None) -> Net:
        """A net for all of these texts; `common` says how often words are met with."""
        found: defaultdict[str, list[str]] = defaultdict(list)
        for text in sorted({normal(text) for text in texts}):
            if words := _words(text):
                found[min(words, key=lambda word: ((common or {}).get(word, 0), -len(word), word))].append(text)
        return cls(dict(found))

    @property
    def texts(self) -> tuple[str, ...]:
        """All texts that are looked for, as they are compared."""
        return tuple(sorted(text for texts in self.sought.values() for text in texts))

    def caught(self, text: str) -> Iterator[str]:
        """Those of its texts that stand in another text."""
        if self.sought:
            there = normal(text)
            for word in self.sought.keys() & set(_words(there)):
                yield from (each for each in self.sought[word] if _stands(each, there))


@dataclass(frozen=True, slots=True)
class Woven:
    """The net of a site, and the texts that would be looked for if they were not public too."""

    net: Net = field(default_factory=Net)
    known: tuple[str, ...] = ()


def woven(
    names: Iterable[str], words: Iterable[str], public: Iterable[str], ours: Iterable[str], theirs: Iterable[str] = ()
) -> Woven:
    """The net for withheld names and words, on a site that says public words in templates of ours and of a desk."""
    said, own, desk = ([normal(text) for text in texts] for texts in (public, ours, theirs))
    common = Counter(word for text in said for word in _words(text))
    program = {word for text in own for word in _words(text)}
    theme = {word for text in desk for word in _words(text)}
    every = Net.of((*names, *words), common)
    written = {text for each in desk for text in every.caught(each)}
    named = {normal(name) for name in names}

    def is_telling(text: str) -> bool:
        """Whether a page that holds a text has it from what is withheld, and did not come to it by itself."""
        if is_id(text) and not text.isalnum():
            return True  # an id of several parts is made of nothing else
        found = [word for word in _words(text) if not _NUMBER.fullmatch(word)]
        known = program | theme if len(found) == 1 and text not in named else program
        if len(found) >= ENOUGH or any(word not in common and word not in known for word in found):
            return True
        return len(_words(text)) > 1 and (text in written or program.isdisjoint(_words(text)))

    net = Net.of(filter(is_telling, every.texts), common)
    known = {text for each in (*said, *own) for text in net.caught(each)}
    return Woven(Net.of((text for text in net.texts if text not in known), common), tuple(sorted(known)))


def apart(names: Iterable[str], words: Iterable[str], public: Iterable[str]) -> Net:
    """A net for all names, and all words of more than one, that are not public: where one too many does no harm."""
    net = Net.of((*names, *(text for text in words if len(_words(text)) > 1)))
    known = {text for each in public for text in net.caught(each)}
    return Net.of(text for text in net.texts if text not in known)


def normal(text: str) -> str:
    """The form in which texts are compared: folded as quotes are, without case and without marks that nobody sees."""
    return fold(_UNSEEN.sub("", text)).casefold().strip()


def pieces(text: str) -> Iterator[str]:
    """A text in pieces that no markup and no end of a line divides: of three words at least, for less tells nothing."""
    return (piece.strip() for piece in _MARKUP.split(text) if len(_WORD.findall(piece)) > 2)


def _words(text: str) -> list[str]:
    return _WORD.findall(text)


def _stands(text: str, there: str) -> bool:
    """Whether a text stands in another as a whole: not in the middle of a word, an id not in that of a longer id."""
    more = "-_" if is_id(text) else ""

    def goes_on(at: int, edge: str) -> bool:
        return 0 <= at < len(there) and (there[at] in more or bool(_INSIDE.match(edge) and _INSIDE.match(there[at])))

    at = there.find(text)
    while at >= 0 and (goes_on(at - 1, text[0]) or goes_on(at + len(text), text[-1])):
        at = there.find(text, at + 1)
    return at >= 0
