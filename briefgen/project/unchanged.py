"""Whether anything has changed since the last build: told from the state of files, before anything heavy is imported.

The manifest of a build lists every file that it read with size, time and digest, what was asked for,
and what the program itself looked like. It is a cache: where it is missing, damaged or another
version's, nothing is known, and everything is built.
"""

from __future__ import annotations

import marshal
import os
import sys
import time
from hashlib import blake2b
from typing import Any

FORMAT = b"briefgen memory 1\n"
MANIFEST = "manifest"
SITE_MANIFEST = "briefgen-manifest.json"
_RECENT = 2_000_000_000  # nanoseconds: a file this young may change again without its time showing it

State = tuple[int, int]  # size in bytes, time of the last change in nanoseconds
States = dict[str, State]


def states(folder: str, prefix: str = "") -> States:
    """The state of every file below a folder, by path after `prefix`; links count as what they lead to."""
    found: States = {}
    todo = [(folder, prefix)]
    while todo:
        here, name = todo.pop()
        try:
            with os.scandir(here) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        if entry.name != "__pycache__":
                            todo.append((entry.path, f"{name}{entry.name}/"))
                        continue
                    try:
                        status = entry.stat()
                    except OSError:
                        found[name + entry.name] = (-1, 0)  # a link that leads nowhere
                    else:
                        found[name + entry.name] = (status.st_size, status.st_mtime_ns)
        except OSError:
            continue
    return found


def state_of(path: str) -> State:
    """The state of one file; that of no file is all zero."""
    try:
        status = os.stat(path)
    except OSError:
        return 0, 0
    return status.st_size, status.st_mtime_ns


def digest(path: str) -> bytes:
    """The digest of a file's bytes; empty where it cannot be read."""
    try:
        with open(path, "rb") as file:
            return blake2b(file.read(), digest_size=16).digest()
    except OSError:
        return b""


def program() -> str:
    """What this program is: its own files, what is installed beside it, and the language that runs it.

    Told by names and bytes and not by times, so that a memory serves on another machine too.
    """
    if _program:
        return _program[0]
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    seen = blake2b(sys.version.encode(), digest_size=16)
    for name in sorted(states(package)):
        seen.update(name.encode())
        seen.update(digest(os.path.join(package, name)))
    for folder in sorted(path for path in sys.path if path.endswith("-packages")):
        seen.update("\0".join(sorted(n for n in _names(folder) if n.endswith("-info"))).encode())
    _program.append(seen.hexdigest())
    return _program[0]


_program: list[str] = []  # told once a process: it does not change while it runs


def _names(folder: str) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError:
        return []


def inputs(root: str, themes: tuple[str, ...], settings: str, modules: tuple[str, ...] = ()) -> States:
    """The state of all that a build of a project reads: content, templates, settings, and modules beside them.

    A look that was taken a moment ago, before anything was read, serves once more.
    """
    asked = (root, themes, settings, modules)
    if (seen := _looks.pop(asked, None)) is not None:
        return seen
    found = states(os.path.join(root, "content"), "content/")
    for number, folder in enumerate(themes):
        found |= states(folder, f"theme {number}/")
    for folder in modules:
        found |= states(os.path.join(root, folder), f"root/{folder}/")
    found["settings"] = state_of(settings)
    with os.scandir(root) as entries:
        found |= {f"root/{e.name}": state_of(e.path) for e in entries if e.name.endswith(".py")}
    return found


def differences(before: States, now: States) -> set[str]:
    """Files that are new, gone, or not in the state in which they were."""
    if before == now:
        return set()
    return {path for path in before.keys() | now.keys() if before.get(path) != now.get(path)}


_looks: dict[tuple[str, tuple[str, ...], str, tuple[str, ...]], States] = {}


def recent(root: str, themes: tuple[str, ...], settings: str, found: States, at: int) -> dict[str, bytes]:
    """Files so young at a moment (in nanoseconds) that they could still change unnoticed, each with its digest."""
    young = [name for name, (_, changed) in found.items() if changed > at - _RECENT]
    return {name: digest(path_of(name, root, themes, settings)) for name in young}


def path_of(name: str, root: str, themes: tuple[str, ...], settings: str) -> str:
    """Where the file lies that `inputs` gives by this name."""
    if name == "settings":
        return settings
    first, _, rest = name.partition("/")
    if first.startswith("theme "):
        return os.path.join(themes[int(first[6:])], rest)
    return os.path.join(root, rest if first == "root" else name)


def folder_of(state: str, output: str) -> str:
    """Where the memory of an output lies."""
    return os.path.join(state, "memory", blake2b(os.fsencode(output), digest_size=4).hexdigest())


def read(folder: str) -> dict[str, Any] | None:
    """The manifest of a memory; None where there is none, or it is damaged or another version's."""
    try:
        with open(os.path.join(folder, MANIFEST), "rb") as file:
            data = file.read()
    except OSError:
        return None
    head, body = data[: len(FORMAT) + 16], data[len(FORMAT) + 16 :]
    if head != FORMAT + blake2b(body, digest_size=16).digest():
        return None
    try:
        found = marshal.loads(body)  # noqa: S302  # the digest says that we wrote it
    except (ValueError, EOFError, TypeError):
        return None
    return found if isinstance(found, dict) else None


def is_damaged(folder: str) -> bool:
    """Whether there is a manifest that cannot be believed."""
    return os.path.exists(os.path.join(folder, MANIFEST)) and read(folder) is None


def write(folder: str, told: dict[str, Any]) -> None:
    """Put a manifest in the place of the last one."""
    body = marshal.dumps(told)
    path = os.path.join(folder, MANIFEST)
    with open(f"{path}.new", "wb") as file:
        file.write(FORMAT + blake2b(body, digest_size=16).digest() + body)
    os.replace(f"{path}.new", path)


def forget(folder: str) -> None:
    """Take a manifest away: what it says is about to become untrue."""
    try:
        os.unlink(os.path.join(folder, MANIFEST))
    except OSError:
        pass


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
    built, until = told["now"], told["until"]
    return bool(now < built or (until is not None and now >= until))


# ---- the shortest way: the same command again, and nothing has changed ---------------------------------------------


def told_again(arguments: list[str]) -> tuple[str, str, int] | None:
    """What the same command printed, and its exit status, where nothing at all has changed; else None."""
    if "build" not in arguments or os.environ.get("GITHUB_ACTIONS"):
        return None
    root = _root(arguments)
    now = moment()
    if root is None or now is None:
        return None
    output = _value(arguments, "-o", "--output") or os.path.join(root, "site")
    told = read(folder_of(os.path.join(root, ".briefgen"), os.path.abspath(output)))
    if told is None or told["command"] != (arguments, os.getcwd()) or is_due(told, now):
        return None
    complaints = str(told["err"])
    if (complaints and sys.stderr.isatty()) or not is_same(told, root):
        return None  # something is to be printed in colour, or to be built
    return str(told["out"]), complaints, int(told["status"])


def is_same(told: dict[str, Any], root: str) -> bool:
    """Whether program, inputs and output are in the state in which a build left them."""
    themes, settings = told["themes"], told["settings"]
    if told["program"] != program() or told["site"] != state_of(os.path.join(told["output"], SITE_MANIFEST)):
        return False
    asked = (root, themes, settings, told["modules"])
    seen = inputs(*asked)
    if told["inputs"] != seen:
        _looks[asked] = seen
        return False
    return not rewritten(told, root)


def rewritten(told: dict[str, Any], root: str) -> set[str]:
    """Files that were too young to be known by their time, and hold other bytes now."""
    themes, settings = told["themes"], told["settings"]
    young = told["recent"].items()
    return {name for name, before in young if digest(path_of(name, root, themes, settings)) != before}


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
