"""Where a page comes from: what is known of it, and what is only what the page says of itself.

Of a page that was received the address that answered is known. Its publisher is taken from its own words only where
the name of the site agrees: anybody can write another's name, or another's address, into a page. Of a saved page
nothing is known but its words, and what rests on them is inferred.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from briefgen.capture.addresses import RefusedError, read_address
from briefgen.model.entries import UNKNOWN, Basis, Said
from briefgen.model.ids import slug

# Under a country's domain, names that stand for a kind of holder and not for one: `example.co.uk` is a site.
_KINDS = frozenset(("co", "com", "net", "org", "gov", "gob", "gouv", "go", "ac", "edu", "or", "ne", "info", "news"))
_NUMBER = re.compile(r"[\d.]+")
_WORD = re.compile(r"[a-z0-9]+")
_SMALL = frozenset(("the", "of", "and", "for", "a", "de", "la", "le", "der", "die", "das"))
# Words that half of all publishers have in their names, and that tell none by themselves.
_COMMON = _SMALL | {"news", "times", "post", "daily", "today", "press", "media", "online", "tv", "radio", "world"}
_SHORTEST = 3  # letters of a word that is a site's name by itself
_MOST_WORDS = 8


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a page was found and who published it, each with its ground; and what it says that is not known."""

    url: str = UNKNOWN
    url_basis: Literal["stated", "inferred"] = "stated"
    publisher: str = UNKNOWN
    publisher_basis: Basis = "unknown"
    said: Said | None = None


def origin(answered: str, url: str, publisher: str, media: Sequence[str] = ()) -> Origin:
    """The origin of a page that says of itself that it stands at `url` and is `publisher`'s.

    `answered` is the address that it was received from, empty for a file; `media` are whom its appeals speak for.
    """
    name = publisher if publisher != UNKNOWN else _first(media)
    own, here = spelled(url), spelled(answered)
    if here == UNKNOWN:
        basis: Basis = "unknown" if name == UNKNOWN else "inferred"
        return Origin(own, "stated" if own == UNKNOWN else "inferred", name, basis)
    elsewhere = own if own != UNKNOWN and site(own) != site(here) else UNKNOWN
    if name == UNKNOWN or (elsewhere == UNKNOWN and agrees(name, here)):
        said = Said(elsewhere) if elsewhere != UNKNOWN else None
        return Origin(here, "stated", name, "unknown" if name == UNKNOWN else "stated", said)
    return Origin(here, said=Said(elsewhere, name))


def _first(media: Sequence[str]) -> str:
    """The name that is named most often."""
    counts = Counter(media)
    return min(counts, key=lambda name: (-counts[name], name), default=UNKNOWN)


def spelled(url: str) -> str:
    """An address in our spelling; `unknown` where it is none of the web."""
    try:
        return str(read_address(url)) if url else UNKNOWN
    except RefusedError:
        return UNKNOWN


def site(url: str) -> str:
    """The part of an address's host that somebody holds: `bbc.co.uk` of `www.bbc.co.uk`; a number is one by itself."""
    host = read_address(url).host
    labels = host.split(".")
    if _NUMBER.fullmatch(host) or ":" in host:
        return host
    is_of_country = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _KINDS
    return ".".join(labels[-3:] if is_of_country else labels[-2:])


def agrees(name: str, url: str) -> bool:
    """Whether the name of a site is that of a publisher: its words, some of them, or their first letters, in order.

    `courier.example` is The Marn Courier's, `nytimes.com` The New York Times', `bbc.co.uk` BBC News'; whether two words
    in an address are parted by a hyphen says nothing.
    """
    held = site(url)
    label = held.partition(".")[0]
    if _NUMBER.fullmatch(held) or ":" in held or not any(map(str.isalnum, name)):
        return False
    if label.startswith("xn--"):
        try:
            label = slug(label.encode("ascii").decode("idna"))
        except UnicodeError:
            return False
    letters = "".join(_WORD.findall(label))
    words = _WORD.findall(slug(name))[:_MOST_WORDS]
    return letters in ("".join(words), "".join(w for w in words if w not in _SMALL)) or _spells(letters, words)


def _spells(letters: str, words: Sequence[str]) -> bool:
    """Whether letters are words of a name, whole or by their first letter, in order, and tell the name."""
    # Each way to have spelt a part of the letters: how many of them, whether with a whole word, with how many initials.
    ways = {(0, False, 0)}
    for word in words:
        further = set()
        for at, has_word, initials in ways:
            if letters.startswith(word, at):
                tells = len(word) >= _SHORTEST and word not in _COMMON
                further.add((at + len(word), has_word or tells, initials + (len(word) == 1)))
            elif letters.startswith(word[0], at):
                further.add((at + 1, has_word, initials + 1))
            if word in _SMALL or at == 0 or has_word:
                further.add((at, has_word, initials))
        ways = further
    return any(at == len(letters) and (has_word or initials >= 2) for at, has_word, initials in ways)
