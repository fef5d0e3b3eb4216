"""Pages -> the output folder: whole or not at all.

The output has a twin on its file system. A build makes the twin what the site should be, byte by
byte, brings it to the disk, and lets the two change places in one step. Whatever stops it before
that step, the site is what it was; whatever the twin holds from an interrupted build is put right by
the next. Where folders cannot change places (a mount point, another system) files are replaced one
by one under a journal, and the summary says so.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from briefgen.model.problems import BriefgenError
from briefgen.model.site import Page
from briefgen.publish.exchange import exchange, flush

MANIFEST = "briefgen-manifest.json"
JOURNAL = "journal.json"
_FILE_MODE, _FOLDER_MODE = 0o644, 0o755


@dataclass(frozen=True, slots=True)
class Published:
    """What a build did to the output: files new or changed, files removed, files in all, and whether in one step."""

    changed: int
    removed: int
    files: int
    is_atomic: bool = True


def publish(pages: Iterable[Page], output: Path, state: Path) -> Published:
    """Make the output hold these pages and nothing else.

    `state` is the project's folder for what can be made again. Raises BriefgenError where the
    output holds something that is not ours, or another build is at work.
    """
    wanted = _wanted(pages)
    with _alone(state):
        _repair(output, state)
        _refuse_foreign(output)
        differences = _differences(output, wanted)
        if output.is_dir() and not differences:
            return Published(0, 0, len(wanted))
        changed, removed = differences.counts()
        if os.path.ismount(output):
            _replace_files(output, wanted, state)
            return Published(changed, removed, len(wanted), is_atomic=False)
        twin = _twin(output, state)
        _make_equal(twin, wanted)
        flush(twin)
        is_atomic = _take_place(twin, output)
        if not is_atomic:
            _replace_files(output, wanted, state)
    return Published(changed, removed, len(wanted), is_atomic)


def _wanted(pages: Iterable[Page]) -> dict[str, bytes]:
    """The files of a site by path, the manifest with them, in the order in which they are written."""
    files = {page.path: page.body for page in pages}
    sums = {path: sha256(files[path]).hexdigest() for path in sorted(files)}
    files[MANIFEST] = (json.dumps({"briefgen": 1, "files": sums}, indent=0, sort_keys=True) + "\n").encode()
    return dict(sorted(files.items(), key=lambda item: _rank(item[0])))


def _rank(path: str) -> tuple[int, str]:
    """Assets first, then pages, feeds, and the manifest last: a page never comes before what it needs."""
    kind = 3 if path == MANIFEST else 2 if path.endswith((".xml", ".txt", "index.html")) and "/" not in path else 1
    return (kind if path.endswith((".html", ".xml", ".txt", ".json")) else 0), path


# ---- the output and its twin ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Differences:
    """Between a folder and the files it should hold: paths to write, and paths to remove."""

    write: Sequence[str]
    remove: Sequence[str]

    def __bool__(self) -> bool:
        return bool(self.write or self.remove)

    def counts(self) -> tuple[int, int]:
        """How many files are written and how many removed; the manifest is not counted."""
        return len([p for p in self.write if p != MANIFEST]), len([p for p in self.remove if p != MANIFEST])


def _differences(folder: Path, wanted: Mapping[str, bytes]) -> _Differences:
    """Compare by bytes: neither a time nor a manifest is believed."""
    there = set(_files(folder))
    write = [path for path, data in wanted.items() if path not in there or _is_other(folder / path, data)]
    return _Differences(write, sorted(there - wanted.keys()))


def _files(folder: Path) -> Iterator[str]:
    """Every file and link below a folder, by path; no link is followed."""
    for parent, folders, files in os.walk(folder):
        base = "" if parent == str(folder) else os.path.relpath(parent, folder).replace(os.sep, "/") + "/"
        yield from (f"{base}{name}" for name in files)
        yield from (f"{base}{name}" for name in folders if Path(parent, name).is_symlink())


def _is_other(path: Path, data: bytes) -> bool:
    """Whether a file does not hold these bytes with the mode that it should have."""
    try:
        status = os.lstat(path)
        if status.st_size != len(data) or (status.st_mode & 0o777) != _FILE_MODE or path.is_symlink():
            return True
        return path.read_bytes() != data
    except OSError:
        return True


def _refuse_foreign(output: Path) -> None:
    """An output that holds something and no manifest of ours is somebody else's."""
    if output.is_symlink() or (output.exists() and not output.is_dir()):
        raise BriefgenError(f"{output} is not a folder", "Name another output with -o.")
    if output.is_dir() and not (output / MANIFEST).is_file() and any(output.iterdir()):
        hint = "Name another output with -o, or empty this folder yourself if nothing in it is needed."
        raise BriefgenError(f"{output} holds files that briefgen did not put there", hint)


def _twin(output: Path, state: Path) -> Path:
    """Where the twin of an output is: in the project's state where that is on the same file system, else beside it."""
    parent = output.parent
    parent.mkdir(parents=True, exist_ok=True)
    if parent.stat().st_dev == state.stat().st_dev:
        return state / f"twin-{sha256(os.fsencode(output.absolute())).hexdigest()[:8]}"
    return parent / f".{output.name}.briefgen-twin"


def _make_equal(folder: Path, wanted: Mapping[str, bytes]) -> None:
    """Make a folder that nobody looks at hold exactly these files."""
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        folder.unlink()
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(_FOLDER_MODE)
    differences = _differences(folder, wanted)
    for path in differences.remove:
        (folder / path).unlink()
    made: set[Path] = {folder}
    for path in differences.write:
        _write(folder / path, wanted[path], made)
    _drop_empty(folder, wanted)


def _write(path: Path, data: bytes, made: set[Path]) -> None:
    """Write one file, its folders made; modes are the same whatever the user's umask."""
    _make_folder(path.parent, made)
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    elif path.is_symlink():
        path.unlink()
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), _FILE_MODE)
    with os.fdopen(handle, "wb") as file:
        if hasattr(os, "fchmod"):
            os.fchmod(handle, _FILE_MODE)
        file.write(data)


def _make_folder(folder: Path, made: set[Path]) -> None:
    if folder in made:
        return
    _make_folder(folder.parent, made)
    if folder.is_symlink() or folder.is_file():
        folder.unlink()
    folder.mkdir(exist_ok=True)
    folder.chmod(_FOLDER_MODE)
    made.add(folder)


def _drop_empty(folder: Path, wanted: Mapping[str, bytes]) -> None:
    """Remove folders in which nothing is left."""
    needed = {parent for path in wanted for parent in Path(path).parents}
    for parent, _, _ in os.walk(folder, topdown=False):
        if Path(os.path.relpath(parent, folder)) not in needed:
            Path(parent).rmdir()


def _take_place(twin: Path, output: Path) -> bool:
    """Put the twin where the output is, in one step; False where that cannot be done here."""
    if not output.exists():
        twin.rename(output)
    elif not any(output.iterdir()):
        output.rmdir()
        twin.rename(output)
    elif not exchange(twin, output):
        return False
    flush(output.parent)
    return True


# ---- where folders cannot change places ----------------------------------------------------------------------------


def _replace_files(output: Path, wanted: Mapping[str, bytes], state: Path) -> None:
    """Replace files one by one: assets, pages, manifest, then deletions; a journal tells an interrupted one."""
    output.mkdir(exist_ok=True)
    differences = _differences(output, wanted)
    journal = state / JOURNAL
    _replace_file(journal, json.dumps({"output": str(output)}).encode())
    for path in differences.write:
        _replace_file(output / path, wanted[path])
    for path in differences.remove:
        (output / path).unlink(missing_ok=True)
    flush(output)
    _drop_empty(output, wanted)
    journal.unlink()


def _replace_file(path: Path, data: bytes) -> None:
    """Put a whole file in the place of another: it is never seen half written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f".{path.name}.briefgen-new")
    _write(new, data, {path.parent})
    new.replace(path)


def _repair(output: Path, state: Path) -> None:
    """Clear away what an interrupted file-by-file build left; this build then writes all that is missing."""
    journal = state / JOURNAL
    if journal.exists():
        for path in [*_files(output)] if output.is_dir() else []:
            if path.endswith(".briefgen-new"):
                (output / path).unlink(missing_ok=True)
        journal.unlink()


# ---- one at a time -------------------------------------------------------------------------------------------------


@contextmanager
def _alone(state: Path) -> Iterator[None]:
    """Hold the project's lock: the kernel drops it when the holder ends, however it ends."""
    state.mkdir(parents=True, exist_ok=True)
    with open(state / "lock", "ab") as file:
        if not _locked(file.fileno()):
            raise BriefgenError("another build of this site is at work", "Wait for it, or end it.")
        yield


def _locked(handle: int) -> bool:
    if sys.platform == "win32":
        import msvcrt

        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
    import fcntl

    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


# ---- taking it away again ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What `clean` removed, and what it left because it is not as we wrote it."""

    removed: int
    left: tuple[str, ...]


def clean(output: Path, state: Path, *, dry_run: bool = False) -> Cleaned:
    """Remove the files that the manifest lists and that are as they were written, the twin, and `.briefgen/`."""
    removed, left = 0, []
    for path, expected in sorted(_manifest(output).items()):
        target = output / path
        if not target.is_file() or target.is_symlink():
            continue
        if sha256(target.read_bytes()).hexdigest() != expected:
            left.append(path)
            continue
        removed += 1
        if not dry_run:
            target.unlink()
    if not dry_run:
        if not left and (output / MANIFEST).is_file():
            (output / MANIFEST).unlink()
        _remove_empty_below(output)
        beside = output.parent / f".{output.name}.briefgen-twin"
        for folder in (state, beside):
            if folder.is_dir() and not folder.is_symlink():
                shutil.rmtree(folder)
    return Cleaned(removed, tuple(left))


def _manifest(output: Path) -> dict[str, str]:
    """The files that we put into an output, with their hashes; none where there is no manifest of ours."""
    try:
        data = json.loads((output / MANIFEST).read_bytes())
        files = data["files"]
        return {str(path): str(files[path]) for path in files if not _leads_out(str(path))}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _leads_out(path: str) -> bool:
    return path.startswith(("/", "\\")) or ".." in Path(path).parts or ":" in path


def _remove_empty_below(folder: Path) -> None:
    for parent, _, _ in os.walk(folder, topdown=False):
        if not any(Path(parent).iterdir()):
            Path(parent).rmdir()
