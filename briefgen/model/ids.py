"""Ids, and names that files may have: what can be an address on every system and every host.

A type of the model that stands for an id carries its `Form`. What reads an entry holds every text of that
type to it, so an entry that has been read holds no id that is none, in whatever key it may stand.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from briefgen.model.text import UNPRINTABLE, forbidden, name_of

LONGEST_ID = 100
LONGEST_SLUG = 60
LONGEST_NAME = 200  # bytes of a file's name; file systems take 255, and a file that is being replaced has a longer one
LONGEST_PATH = 1000  # bytes of a path below a site; object stores take 1,024

# Names that Windows keeps for devices, in every folder, whatever comes after a dot.
_DEVICE = "(?:con|prn|aux|nul|(?:com|lpt)[0-9])"
_ONE_ID = rf"(?!{_DEVICE}(?:#|$))[a-z0-9][a-z0-9_-]{{0,{LONGEST_ID - 1}}}"
_OF_PATHS = r'[^/\\:*?"<>|\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]'


@dataclass(frozen=True, slots=True)
class Form:
    """What the texts of a type look like: a pattern in the words that Python and JSON Schema share."""

    pattern: str

    def fits(self, text: str) -> bool:
        """Whether a text looks like this."""
        return re.search(self.pattern, text) is not None

    def __get_pydantic_core_schema__(self, source: Any, handler: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
        """How the reader of entries, which asks every type for this, holds a text to its form."""
        return {**handler(source), "pattern": self.pattern, "regex_engine": "python-re"}


AN_ID = Form(rf"^{_ONE_ID}$(?!\n)")
A_REF = Form(rf"^(?:{_ONE_ID}#)?{_ONE_ID}$(?!\n)")
A_FILE = Form(rf"^(?!\.){_OF_PATHS}{{1,{LONGEST_NAME}}}$(?!\n)(?<![. ])")


def is_id(text: str) -> bool:
    """Whether a text can be an id."""
    return AN_ID.fits(text)


def why_no_id(text: str) -> str:
    """Why a text that is no id cannot be one, in a sentence."""
    return f"{_cut(text)} cannot be an id: {_fault_of_id(text)}"


def why_no_ref(text: str) -> str:
    """Why a text cannot be a reference to a fact, a denial or a question."""
    if text.count("#") < 2:
        wrong = next(part for part in text.split("#") if not is_id(part))
        return f"{_cut(text)} cannot be a reference: {_fault_of_id(wrong)}"
    return f"{_cut(text)} cannot be a reference: `id`, or `brief-id#id` of another brief"


def _fault_of_id(text: str) -> str:
    if re.fullmatch(_DEVICE, text):
        return "Windows keeps this name for a device"
    if len(text) > LONGEST_ID:
        return f"at most {LONGEST_ID} letters are taken, and this has {len(text)}"
    return "a-z, 0-9, - and _, beginning with a letter or digit"


def fresh(wanted: str, taken: set[str], *matter: str) -> str:
    """An id that nothing has yet, and that is taken from now on.

    It is the wanted one; else that with the first digits of a digest of what it is to stand for, as many as it needs.
    """
    digits = sha256("\0".join(matter).encode()).hexdigest()
    found = next(each for each in _tries(wanted, digits, len(taken)) if each not in taken)
    taken.add(found)
    return found


def _tries(wanted: str, digits: str, most: int) -> Iterator[str]:
    yield wanted
    yield from (f"{wanted}-{digits[:n]}" for n in (4, 8, 16))
    yield from (f"{wanted}-{n}" for n in range(2, most + 3))


def example_of(text: str) -> str:
    """What may be typed instead of a text that is no id: a hint, or nothing."""
    made = "#".join(slug(part) for part in text.split("#", 1))
    return f"For example {made}." if made.replace("#", "") not in ("x", "xx", "") else ""


def _cut(text: str) -> str:
    return repr(text) if len(text) <= 80 else f"{text[:60]!r}..."


# ---- slugs ---------------------------------------------------------------------------------------------------------

_RESERVED = re.compile(rf"{_DEVICE}|index|404")  # what a host keeps for itself, too
_LETTERS = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "þ": "th", "ı": "i", "'": "", "’": ""}
)
_OTHER = re.compile(r"[^a-z0-9]+")


def slug(name: str) -> str:
    """A name as an address: a-z, 0-9 and hyphens, at most 60 characters; never empty and never a reserved name.

    Letters lose their marks (NFKC, case folded, NFD); what has no such letter is spelt as code points.
    """
    folded = unicodedata.normalize("NFKC", name).casefold().translate(_LETTERS)
    bare = "".join(c for c in unicodedata.normalize("NFD", folded) if not unicodedata.combining(c))
    spelt = "".join(c if c.isascii() or not c.isalnum() else f"-{ord(c):x}-" for c in bare)
    made = _OTHER.sub("-", spelt).strip("-")[:LONGEST_SLUG].rstrip("-") or "x"
    return f"{made}-x" if _RESERVED.fullmatch(made) else made


# ---- names and paths of files --------------------------------------------------------------------------------------

_OF_WINDOWS = re.compile(r'[\\:*?"<>|]')
_PLAIN_NAME = rf"(?!{_DEVICE}(?:[./]|$))[a-z0-9_][a-z0-9_-]{{0,99}}(?:\.[a-z0-9]{{1,20}}){{0,2}}"
_PLAIN_PATH = re.compile(rf"(?:{_PLAIN_NAME}/){{0,9}}{_PLAIN_NAME}")  # nearly all: told at once


def why_no_name(name: str) -> str:
    """Why a file or folder of a site cannot have a name on every system; empty where it can."""
    if name in ("", ".", ".."):
        return f"{name!r} is no name of a file"
    if bad := UNPRINTABLE.search(name) or forbidden(name) or _OF_WINDOWS.search(name):
        shown = bad[0] if bad[0].isprintable() else name_of(bad[0])
        return f"the character {shown} cannot stand in the name of a file"
    if name.endswith((".", " ")):
        return "a name does not end with a dot or a space"
    stem = unicodedata.normalize("NFKC", name).casefold().partition(".")[0].rstrip(" ")
    if re.fullmatch(rf"{_DEVICE}|conin\$|conout\$", stem):
        return f"Windows keeps the name {stem} for a device"
    if name.casefold() == ".git":
        return "git keeps the name .git for itself"
    if len(name.encode()) > LONGEST_NAME:
        return f"a name of {len(name.encode())} bytes is too long; at most {LONGEST_NAME} are taken"
    return ""


def why_no_path(path: str) -> str:
    """Why a path cannot be that of a file below a site, on every system; empty where it can."""
    if _PLAIN_PATH.fullmatch(path):
        return ""
    for name in path.split("/"):
        if why := why_no_name(name):
            return why
    if len(path.encode()) > LONGEST_PATH:
        return f"a path of {len(path.encode())} bytes is too long; at most {LONGEST_PATH} are taken"
    return ""


def folders_of(paths: Iterable[str]) -> set[str]:
    """The folders in which files stand, and those in which these stand, up to the root, which is an empty text."""
    found = {""}
    for path in paths:
        folder = path.rpartition("/")[0]
        while folder not in found:
            found.add(folder)
            folder = folder.rpartition("/")[0]
    return found
