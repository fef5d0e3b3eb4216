"""The state of files, by which it is told whether any has changed without reading it: sizes, times, inodes.

Nothing heavy is imported here: it is asked before anything else.
"""

from __future__ import annotations

import os
import stat
import sys
import time
from hashlib import blake2b

from briefgen.disk.sealed import bytes_of

SITE_MANIFEST = "briefgen-manifest.json"
_RECENT = 2_000_000_000  # nanoseconds: a file that changed so lately may change again without its time showing it
_TELLS_CHANGES = os.name == "posix"  # elsewhere `st_ctime` is when a file was made, and does not show that it changed

State = str  # of a file: when it last changed (in nanoseconds), inode, size; or a folder's
States = dict[str, State]
Look = tuple[int, States]  # when it was taken (in nanoseconds), and what was seen
Places = tuple[str, tuple[str, ...], str]  # of what a build reads: the project, folders of templates, the settings


# ---- the state of files --------------------------------------------------------------------------------------------


def states(folder: str, prefix: str = "", within: tuple[str, ...] = ()) -> States:
    """The state of every file and folder below a folder, by path after `prefix`.

    A link counts as what it leads to and as a link: the place where it leads stands among the names. Folders that
    links lead to are looked into below the folders of `within` only: nothing else is read from them.
    """
    found: States = {}
    todo = [(folder, prefix)]
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
                        roots = tuple(os.path.realpath(root) + os.sep for root in within)
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
    return f"{status.st_ctime_ns} {status.st_ino} {status.st_size}"


def is_file(state: State) -> bool:
    return " " in state


_FOLDER = "folder-"


def digest(path: str) -> str:
    """The digest of a regular file's bytes; empty where they cannot be read."""
    data = bytes_of(path, follows=True)
    return "" if data is None else blake2b(data, digest_size=16).hexdigest()


def inputs(places: Places) -> Look:
    """The state of all that a build of a project reads, but for plugins, which may read anything.

    A look that was taken a moment ago, before anything was read, serves once more.
    """
    if (seen := _looks.pop(places, None)) is not None:
        return seen
    root, themes, settings = places
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


_looks: dict[Places, Look] = {}


def seen_before(places: Places, look: Look) -> None:
    """Let a look serve the build that begins now."""
    _looks[places] = look


def path_of(name: str, places: Places) -> str:
    """Where the file lies that `inputs` gives by this name."""
    root, themes, settings = places
    if name == "settings":
        return settings
    first, _, rest = name.partition("/")
    if first.startswith("theme "):
        return os.path.join(themes[int(first[6:])], rest)
    return os.path.join(root, name)


def kind(state: State) -> str:
    """What a state tells of what stands there: a file, a folder, or neither."""
    return "file" if is_file(state) else state[: len(_FOLDER)]


def unsettled(look: Look) -> list[str]:
    """Files of which the state does not tell whether they hold the same bytes: too young, or on a system without it."""
    at, found = look
    files = {name: int(state.partition(" ")[0]) for name, state in found.items() if is_file(state)}
    return [name for name, changed in files.items() if changed > at - _RECENT or not _TELLS_CHANGES]


def state_of_output(output: str, paths: list[str]) -> str:
    """A digest of the state of our files in an output, and of their manifest; empty where one is not there."""
    try:
        if os.path.islink(output):
            return ""
        found = [os.lstat(f"{output}/{path}") for path in (SITE_MANIFEST, *paths)]
    except OSError:
        return ""
    told = [n for status in found for n in (status.st_ctime_ns, status.st_ino)]
    return blake2b(repr(told).encode(), digest_size=16).hexdigest()


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
        if _TELLS_CHANGES and state and int(state.partition(" ")[0]) > _BEGAN:
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
