"""Whether a text is English: by how many of its words are those that hold English sentences together."""

from __future__ import annotations

import re

from briefgen.extract.lexicon import word_set

FEWEST = 40  # words below which a text is not judged
LEAST = 0.08  # news in English has 0.14 and more; German, Dutch, Swedish, French, Spanish, Portuguese under 0.05
_WORD = re.compile(r"[^\W\d_]+")


def is_english(text: str) -> bool:
    """Whether a text is English, or too short to tell; only its first 20,000 characters are looked at."""
    words = [word.lower() for word in _WORD.findall(text[:20_000])]
    if len(words) < FEWEST:
        return not words or any(word[0].isascii() for word in words)
    holding = word_set("holding")
    return sum(word in holding for word in words) >= LEAST * len(words)
