"""Whether anything has changed since the last build: told from the state of files, before anything heavy is imported.

The manifest of a build lists every file that it read with its state and digest, what was asked for, what the program
itself looked like, and how the published files stand. It is a cache: where it is missing, damaged, another version's
or brought from elsewhere, nothing is known, and everything is built.
"""

from __future__ import annotations

import json
import os
import stat
import sys
import time
from hashlib import blake2b

from briefgen.disk.sealed import Sealed, bytes_of, clear

TYPE_CHECKING = False  # `typing` takes longer to import than all that is done here
if TYPE_CHECKING:
    from typing import Any

MANIFEST = "manifest"
SITE_MANIFEST = "briefgen-manifest.json"
_RECENT = 2_000_000_000  # nanoseconds: a file that changed so lately may change again without its time showing it
_TELLS_CHANGES = os.name == "posix"  # elsewhere `st_ctime` is when a file was made, and does not show that it changed

State = str  # size, times of the last change to the bytes and to the file itself in nanoseconds, inode; or a folder's
States = dict[str, State]
Look = tuple[int, States]  # when it was taken (in nanoseconds), and what was seen


# ---- the state of files --------------------------------------------------------------------------------------------


def states(folder: str, prefix: str = "", within: tuple[str, ...] = ()) -> States:
    """The state of every file and folder below a folder, by path after `prefix`.

    A link counts as what it leads to and as a link: the place where it leads stands among the names. Folders that
    links lead to are looked into below the folders of `within` only: nothing else is read from them.
    """
    found: States = {}
    todo = [(folder, prefix)]
    roots = tuple(os.path.realpath(each) + os.sep for each in within)
    linked: set[str] = set()
    while todo:
        here, name = todo.pop()
        try:
            status, entries = os.stat(here), os.scandir(here)
        except OSError:
            found[name] = ""
            continue
        found[name] = f"{_FOLDER}{status.st_mtime_ns}-{status.st_ino}"
        with entries:
            for entry in entries:
                each = name + entry.name
                if entry.is_symlink():
                    leads = os.path.realpath(entry.path)
                    found[f"{each} -> {leads}"] = ""
                    if os.path.isdir(leads):
                        if leads not in linked and f"{leads}{os.sep}".startswith(roots):
                            linked.add(leads)
                            todo.append((entry.path, f"{each}/"))
                        continue
                elif entry.is_dir(follow_symlinks=False):
                    todo.append((entry.path, f"{each}/"))
                    continue
                try:
                    found[each] = _state(entry.stat())
                except OSError:
                    found[each] = ""  # a link that leads nowhere, or gone meanwhile
    return found


def state_of(path: str) -> State:
    """The state of one file; empty where there is none."""
    try:
        return _state(os.stat(path))
    except OSError:
        return ""


def own_state_of(path: str) -> State:
    """The state of a regular file by itself: empty where a link or anything else stands there."""
    try:
        status = os.lstat(path)
    except OSError:
        return ""
    return _state(status) if stat.S_ISREG(status.st_mode) else ""


def _state(status: os.stat_result) -> State:
    return f"{status.st_size} {status.st_mtime_ns} {status.st_ctime_ns} {status.st_ino}"


def _is_file(state: State) -> bool:
    return " " in state


_FOLDER = "folder-"


def digest(path: str) -> str:
    """The digest of a regular file's bytes; empty where they cannot be read."""
    data = bytes_of(path, follows=True)
    return "" if data is None else blake2b(data, digest_size=16).hexdigest()


def inputs(root: str, themes: tuple[str, ...], settings: str) -> Look:
    """The state of all that a build of a project reads, but for plugins, which may read anything.

    A look that was taken a moment ago, before anything was read, serves once more.
    """
    asked = (root, themes, settings)
    if (seen := _looks.pop(asked, None)) is not None:
        return seen
    at = time.time_ns()
    within = (root, *themes)
    found = states(os.path.join(root, "content"), "content/", within)
    for number, folder in enumerate(themes):
        found |= states(folder, f"theme {number}/", within)
    for path in (os.path.join(root, "content"), *themes, settings):
        if os.path.islink(path):
            found[f"{path} -> {os.path.realpath(path)}"] = ""
    found["settings"] = state_of(settings)
    return at, found


_looks: dict[tuple[str, tuple[str, ...], str], Look] = {}


def _path_of(name: str, root: str, themes: tuple[str, ...], settings: str) -> str:
    """Where the file lies that `inputs` gives by this name."""
    if name == "settings":
        return settings
    first, _, rest = name.partition("/")
    if first.startswith("theme "):
        return os.path.join(themes[int(first[6:])], rest)
    return os.path.join(root, name)


def digested(
    told: dict[str, Any] | None, look: Look, root: str, themes: tuple[str, ...], settings: str
) -> dict[str, str]:
    """The digest of every file that was seen. A manifest's is taken where the state tells that it is the same still."""
    is_known = told is not None and told["themes"] == [*themes] and told["settings"] == settings
    before = told if told is not None and is_known else {"inputs": {}, "unsettled": [], "digests": {}}
    known = {n: d for n, d in before["digests"].items() if before["inputs"].get(n) == look[1].get(n)}
    for name in before["unsettled"]:
        known.pop(name, None)
    open_ = [name for name, state in look[1].items() if _is_file(state) and name not in known]
    return known | {name: digest(_path_of(name, root, themes, settings)) for name in open_}


def changed(told: dict[str, Any], look: Look, digests: dict[str, str]) -> set[str] | None:
    """Files that hold other bytes than a build read; None where one has come, or gone, or become something else."""
    before, now = told["inputs"], look[1]
    if before.keys() != now.keys() or any(
        _kind(before[name]) != _kind(state) for name, state in now.items() if state != before[name]
    ):
        return None
    return {name for name, each in digests.items() if not each or each != told["digests"].get(name)}


def _kind(state: State) -> str:
    return "file" if _is_file(state) else state[: len(_FOLDER)]


def unsettled(look: Look) -> list[str]:
    """Files of which the state does not tell whether they hold the same bytes: too young, or on a system without it."""
    at, found = look
    files = {name: int(state.split(" ")[2]) for name, state in found.items() if _is_file(state)}
    return [name for name, changed in files.items() if changed > at - _RECENT or not _TELLS_CHANGES]


def published(output: str) -> str:
    """A digest of the state of every file that lies in an output by our manifest; empty where there is none."""
    seen = blake2b(digest_size=16)
    try:
        if os.path.islink(output):
            return ""
        listing = os.path.join(output, SITE_MANIFEST)
        with open(listing, "rb") as file:
            paths = json.load(file)["files"]
        for path in (SITE_MANIFEST, *paths):
            seen.update(_state(os.lstat(f"{output}/{path}")).encode())
    except (OSError, ValueError, LookupError, TypeError):
        return ""
    return seen.hexdigest()


# ---- the program ---------------------------------------------------------------------------------------------------


def libraries() -> dict[str, str]:
    """The file of every module of others that is loaded, with the name by which it is found."""
    loaded = [(name.partition(".")[0], getattr(module, "__file__", None)) for name, module in [*sys.modules.items()]]
    return {path: name for name, path in loaded if isinstance(path, str) and not path.startswith(_PACKAGE)}


def program(libraries: dict[str, str]) -> str:
    """What this program is: the language, its own files, these libraries, and what is installed beside them.

    Empty where something of it has changed since it began: then it is not known what has been loaded.
    """
    own = [os.path.join(_PACKAGE, name) for name in sorted(states(_PACKAGE)) if "__pycache__" not in name]
    found = [sys.version]
    for path in (*own, *sorted(libraries)):
        state = state_of(path)
        if _TELLS_CHANGES and state and int(state.split(" ")[2]) > _BEGAN:
            return ""
        found += path, state
    names = {*libraries.values()}
    for folder in sys.path:
        found += (f"{folder}/{name}" for name in sorted(_names(folder)) if _bears(name, names))
    return blake2b("\0".join(found).encode(errors="surrogateescape"), digest_size=16).hexdigest()


_PACKAGE = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "")
_BEGAN = time.time_ns()


def _bears(name: str, names: set[str]) -> bool:
    """Whether a file on the way of imports is a library of one of these names, or tells of an installed one."""
    return name.endswith("-info") or name.partition(".")[0] in names


def _names(folder: str) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError:
        return []


# ---- the manifest --------------------------------------------------------------------------------------------------


def name_of(output: str) -> str:
    """The name of what is remembered of an output, below the state of a project."""
    return f"memory/{blake2b(os.fsencode(output), digest_size=4).hexdigest()}"


def read(sealed: Sealed, name: str) -> dict[str, Any] | None:
    """The manifest of a memory; None where there is none, or it cannot be believed."""
    data = sealed.read(f"{name}/{MANIFEST}")
    try:
        found = None if data is None else json.loads(data)
    except (ValueError, RecursionError):
        return None
    return (
        found if isinstance(found, dict) and _KINDS.items() <= {k: type(v) for k, v in found.items()}.items() else None
    )


# What a manifest holds, in the types that JSON has.
_KINDS: dict[str, type] = {
    "program": str,
    "libraries": dict,
    "question": str,
    "has_plugins": bool,  # they may read anything: every build is one of the whole
    "themes": list,
    "settings": str,
    "inputs": dict,
    "digests": dict,
    "unsettled": list,
    "output": str,
    "published": str,
    "now": int,
    "until": int,
    "records": str,
    "records_state": str,
    "asked": list,
    "out": str,
    "err": str,
}
NEVER = 1 << 62  # when nothing more becomes public


def write(sealed: Sealed, name: str, told: dict[str, Any]) -> None:
    """Put a manifest in the place of the last one. Raises OSError where that cannot be."""
    sealed.write(f"{name}/{MANIFEST}", json.dumps(told).encode())


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


def is_due(told: dict[str, Any], now: int) -> bool:
    """Whether something has become public since a build, or may be withheld again because the clock went back."""
    return not int(told["now"]) <= now < int(told["until"])


def is_by_us(told: dict[str, Any]) -> bool:
    """Whether this very program has left a manifest."""
    before: str = told["program"]
    return before != "" and before == program(told["libraries"])


# ---- the shortest way: the same command again, and nothing has changed ---------------------------------------------


def asking(arguments: list[str]) -> list[object]:
    """All that decides what a command prints besides the desk: its words, from where it is given, and to whom."""
    told = {name: os.environ.get(name) for name in ("CI", "NO_COLOR", "FORCE_COLOR", "COLUMNS")}
    return [arguments, os.getcwd(), sys.stdout.isatty(), sys.stderr.isatty(), told]


def told_again(arguments: list[str]) -> tuple[str, str] | None:
    """What the same command printed, where nothing at all has changed; else None."""
    if "build" not in arguments or os.environ.get("GITHUB_ACTIONS") or None in (sys.stdout, sys.stderr):
        return None
    try:
        root, now = _root(arguments), moment()
        if root is None or now is None:
            return None
        output = _value(arguments, "-o", "--output") or os.path.join(root, "site")
        told = read(Sealed(os.path.join(root, ".briefgen")), name_of(os.path.abspath(output)))
        if told is None or told["asked"] != asking(arguments) or is_due(told, now) or not is_same(told, root):
            return None
    except OSError:
        return None
    return str(told["out"]), str(told["err"])


def is_same(told: dict[str, Any], root: str) -> bool:
    """Whether program, inputs and output are in the state in which a build left them."""
    if told["has_plugins"] or not is_by_us(told) or told["published"] != published(told["output"]):
        return False
    asked = (root, tuple(told["themes"]), told["settings"])
    look = inputs(*asked)
    if told["inputs"] == look[1] and changed(told, look, digested(told, look, *asked)) == set():
        return True
    _looks[asked] = look
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
