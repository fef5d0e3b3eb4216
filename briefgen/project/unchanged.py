"""Whether anything has changed since the last build: asked before anything heavy is imported.

The manifest of a build lists every file that it read with its state and digest, what was asked for, what the program
itself looked like, and how the published files stand. It is a cache: where it is missing, damaged, another version's
or brought from elsewhere, nothing is known, and everything is built.
"""

from __future__ import annotations

import os
import sys
import time
from hashlib import blake2b

from briefgen.disk.sealed import Sealed, clear
from briefgen.project.states import (
    Look,
    Places,
    States,
    digest,
    inputs,
    is_file,
    kind,
    path_of,
    program,
    seen_before,
    state_of_output,
)

MANIFEST = "manifest"
NEVER = str(1 << 62)  # when nothing more becomes public


class Manifest:
    """What is true of the state in which a build left things: texts, and lists of texts."""

    __slots__ = (
        "asked",  # see `asking`
        "err",
        "has_plugins",  # not empty where there are any: they may read anything, so every build is one of the whole
        "inputs",  # of each file that was read: name, state, digest
        "libraries",  # of each module of others that was loaded: its file, and the name by which it is found
        "now",
        "out",
        "output",
        "paths",  # of the files that were published
        "program",
        "published",
        "question",
        "records",
        "records_state",
        "settings",
        "themes",
        "unsettled",
        "until",
    )
    asked: list[str]
    err: str
    has_plugins: str
    inputs: list[str]
    libraries: list[str]
    now: str
    out: str
    output: str
    paths: list[str]
    program: str
    published: str
    question: str
    records: str
    records_state: str
    settings: str
    themes: list[str]
    unsettled: list[str]
    until: str

    def __init__(self, **told: str | list[str]) -> None:
        for name in self.__slots__:
            setattr(self, name, told[name])

    def packed(self) -> bytes:
        """All of it as texts between null characters, which no text of it holds: each name, how many follow, those."""
        found: list[str] = []
        for name in self.__slots__:
            value = getattr(self, name)
            items = [value] if isinstance(value, str) else value
            found += name, str(len(items)), *items
        return "\0".join(found).encode(errors="surrogatepass")

    @classmethod
    def unpacked(cls, data: bytes) -> Manifest:
        """A manifest out of what `packed` made of it. Raises ValueError where it is anything else."""
        found, at = data.decode(errors="surrogatepass").split("\0"), 0
        told: dict[str, str | list[str]] = {}
        for name in cls.__slots__:
            if found[at : at + 1] != [name]:
                raise ValueError(f"no {name}")
            end = at + 2 + int(found[at + 1])
            items = found[at + 2 : end]
            told[name] = items if cls.__annotations__[name] != "str" else items[0]
            at = end
        return cls(**told)

    def states(self) -> States:
        """The state of every file that was read."""
        return dict(zip(self.inputs[::3], self.inputs[1::3], strict=True))

    def digests(self) -> dict[str, str]:
        """The digest of every file that was read; empty for what is none."""
        return dict(zip(self.inputs[::3], self.inputs[2::3], strict=True))

    def bearers(self) -> dict[str, str]:
        """The files of libraries, each with the name by which it is found."""
        return dict(zip(self.libraries[::2], self.libraries[1::2], strict=True))


def name_of(output: str) -> str:
    """The name of what is remembered of an output, below the state of a project."""
    return f"memory/{blake2b(os.fsencode(output), digest_size=4).hexdigest()}"


def read(sealed: Sealed, name: str) -> Manifest | None:
    """The manifest of a memory; None where there is none, or it cannot be believed."""
    data = sealed.read(f"{name}/{MANIFEST}")
    try:
        return None if data is None else Manifest.unpacked(data)
    except (ValueError, LookupError):
        return None


def write(sealed: Sealed, told: Manifest) -> None:
    """Put a manifest in the place of the last one. Raises OSError where that cannot be."""
    sealed.write(f"{name_of(told.output)}/{MANIFEST}", told.packed())


def forget(state: str, name: str) -> None:
    """Take a manifest away: what it says is about to become untrue."""
    clear(os.path.join(state, name, MANIFEST))


def moment() -> int | None:
    """*Now* in whole seconds: `SOURCE_DATE_EPOCH` where it is set, else the clock; None where it is no number."""
    told = os.environ.get("SOURCE_DATE_EPOCH")
    if told is None:
        return int(time.time())
    is_number = told.isascii() and told.isdigit() and len(told) < 13
    return int(told) if is_number and int(told) <= _LAST else None


_LAST = 253_402_300_799  # the last second of the year 9999


def is_due(told: Manifest, now: int) -> bool:
    """Whether something has become public since a build, or may be withheld again because the clock went back."""
    return not int(told.now) <= now < int(told.until)


def is_by_us(told: Manifest) -> bool:
    """Whether this very program has left a manifest."""
    return told.program != "" and told.program == program(told.bearers())


def digested(told: Manifest | None, look: Look, places: Places) -> dict[str, str]:
    """The digest of every file that was seen: as it was told where the state tells that it is the same still."""
    known: dict[str, str] = {}
    if told is not None and (tuple(told.themes), told.settings) == places[1:]:
        before, open_ = told.states(), {*told.unsettled}
        known = {n: d for n, d in told.digests().items() if before[n] == look[1].get(n) and n not in open_}
    return {
        name: known[name] if name in known else digest(path_of(name, places)) if is_file(state) else ""
        for name, state in look[1].items()
    }


def changed(told: Manifest, look: Look, digests: dict[str, str]) -> set[str] | None:
    """Files that hold other bytes than a build read; None where one has come, or gone, or become something else."""
    before, now, known = told.states(), look[1], told.digests()
    if before.keys() != now.keys() or any(kind(before[n]) != kind(state) for n, state in now.items()):
        return None
    return {name for name, each in digests.items() if each != known[name] or (not each and is_file(now[name]))}


# ---- the shortest way: the same command again, and nothing has changed ---------------------------------------------


def asking(arguments: list[str]) -> list[str]:
    """All that decides what a command prints besides the desk: its words, from where it is given, and to whom."""
    told = [f"{n}={os.environ[n]}" for n in ("CI", "NO_COLOR", "FORCE_COLOR", "COLUMNS") if n in os.environ]
    return [*arguments, "", os.getcwd(), f"{sys.stdout.isatty()} {sys.stderr.isatty()}", *told]


def told_again(arguments: list[str]) -> tuple[str, str] | None:
    """What the same command printed, where nothing at all has changed; else None."""
    if (
        "build" not in arguments
        or os.environ.get("GITHUB_ACTIONS")
        or os.environ.get("CI")
        or None in (sys.stdout, sys.stderr)
    ):
        return None
    try:
        root, now = _root(arguments), moment()
        if root is None or now is None:
            return None
        output = _value(arguments, "-o", "--output") or os.path.join(root, "site")
        told = read(Sealed(os.path.join(root, ".briefgen")), name_of(os.path.abspath(output)))
        if told is None or told.asked != asking(arguments) or is_due(told, now) or not is_same(told, root):
            return None
    except OSError:
        return None
    return told.out, told.err


def is_same(told: Manifest, root: str) -> bool:
    """Whether program, inputs and output are in the state in which a build left them."""
    if told.has_plugins or not is_by_us(told):
        return False
    places = (root, tuple(told.themes), told.settings)
    look = inputs(places)
    known = told.digests() if told.unsettled else {}
    is_read_alike = told.states() == look[1] and all(known[n] == digest(path_of(n, places)) for n in told.unsettled)
    if is_read_alike and told.published == state_of_output(told.output, told.paths):
        return True
    seen_before(places, look)
    return False


def _value(arguments: list[str], short: str, long: str) -> str | None:
    """The value of an option, where it is written in one of the two plain ways."""
    for at, argument in enumerate(arguments[:-1]):
        if argument in (short, long):
            return arguments[at + 1]
    return None


def _root(arguments: list[str]) -> str | None:
    """The folder that holds the settings, from the one named or the one where we are upward."""
    folder = os.path.abspath(_value(arguments, "-C", "-C") or ".")
    while not os.path.isfile(os.path.join(folder, "briefgen.toml")):
        above = os.path.dirname(folder)
        if above == folder:
            return None
        folder = above
    return folder
