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
import stat
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from briefgen.disk.exchange import exchange, flush
from briefgen.disk.lock import Busy, lock_file, take
from briefgen.model.problems import BriefgenError
from briefgen.model.site import Page

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


@dataclass(frozen=True, slots=True)
class Kept:
    """A page that lies in the twin: its path, the hash of its bytes, and whether the output holds other ones."""

    path: str
    sha256: str
    is_new: bool


class Stage:
    """The twin of an output, into which pages are put one by one, until it takes the output's place.

    `put` may be called in several processes; each page has its own file. Raises BriefgenError where
    the output holds something that is not ours, or another build is at work.
    """

    def __init__(self, output: Path, state: Path) -> None:
        self._output, self._state = output, state
        self._lock = locked(state)
        self._umask = os.umask(0o022)  # modes are the same whoever builds
        try:
            _repair(output, state)
            _refuse_foreign(output)
            self._twin = _twin(output, state)
            self._is_fresh = not self._twin.exists()
            _make_folder(str(self._twin), {str(self._twin.parent)})
        except BaseException:
            self.close()
            raise
        self._made = {str(self._twin)}
        self._is_first = not output.is_dir()
        self._is_equal = is_equal(self._twin, output)
        self._to_mirror: tuple[Iterable[str], Iterable[str]] | None = None  # files new and gone since the twin was it

    @property
    def twin(self) -> Path:
        """The folder into which pages are put."""
        return self._twin

    @property
    def may_amend(self) -> bool:
        """Whether the twin is known to be what the output is, so that `amend` can begin from it."""
        return self._is_equal

    def put(self, page: Page) -> Kept:
        """Lay a page into the twin. The output is not touched."""
        if self._is_equal:
            self._part()
        self._write(page.path, page.body)
        is_new = self._is_first or _is_other(f"{self._output}/{page.path}", page.body)
        return Kept(page.path, sha256(page.body).hexdigest(), is_new)

    def commit(self, kept: Iterable[Kept]) -> Published:
        """Let the twin, with these pages and nothing else, take the output's place."""
        pages = {each.path: each for each in kept}
        listing = _manifest_of(pages.values())
        self._write(MANIFEST, listing)
        paths = {*pages, MANIFEST}
        gone = set(files_below(self._output)) - paths if self._output.is_dir() else set()
        changed = sum(each.is_new for each in pages.values())
        if not self._is_fresh:
            _drop_others(self._twin, paths)
        if not changed and not gone and not _is_other(f"{self._output}/{MANIFEST}", listing):
            self._to_mirror = (), ()
            return Published(0, 0, len(pages))
        flush(self._twin)
        is_atomic = self._exchange(lambda: paths)
        if is_atomic:
            fresh = paths if self._is_first else {path for path, each in pages.items() if each.is_new}
            self._to_mirror = fresh, gone
        return Published(changed, len(gone), len(pages), is_atomic)

    def mirror(self) -> None:
        """Make the twin what the output now is, so that the next build may `amend` it. The site does not need it."""
        if self._to_mirror is not None:
            _mirror(self._twin, self._output, *self._to_mirror)
            self._to_mirror = None

    def amend(self, pages: Sequence[Page]) -> Published:
        """Let the twin, with these pages in the place of those at their addresses, take the output's place.

        Only where `may_amend` is true. Each file is brought to the disk by itself: a few pages need not
        wait for all that others have written to the file system.
        """
        listing = Listing.of(self._output)
        sums = {page.path: sha256(page.body).hexdigest() for page in pages}
        changed = [page for page in pages if listing.sum_of(page.path) != sums[page.path]]
        if not changed:
            return Published(0, 0, listing.count)
        self._part()
        for page in changed:
            listing = listing.with_sum(page.path, sums[page.path])
        written = {page.path: page.body for page in changed} | {MANIFEST: listing.text}
        for path, body in written.items():
            _write(f"{self._twin}/{path}", body, self._made, is_synced=True)
        for folder in {os.path.dirname(f"{self._twin}/{path}") for path in written}:
            _sync_folder(folder)
        is_atomic = self._exchange(lambda: {*manifest(self._twin), MANIFEST})
        if is_atomic:
            self._to_mirror = [page.path for page in changed], ()
        return Published(len(changed), 0, listing.count, is_atomic)

    def _exchange(self, paths: Callable[[], set[str]]) -> bool:
        """Let the twin take the output's place: in one step, or, where that cannot be, file by file."""
        if not os.path.ismount(self._output) and _take_place(self._twin, self._output):
            return True
        _replace_files(self._twin, self._output, sorted(paths(), key=rank), self._state)
        return False

    def _part(self) -> None:
        """From here on the twin is no longer known to be what the output is."""
        (self._twin / MANIFEST).unlink(missing_ok=True)
        self._is_equal = False

    def close(self) -> None:
        """Let other builds begin. What lies in the twin is used again by the next one."""
        os.umask(self._umask)
        self._lock.close()

    def _write(self, path: str, data: bytes) -> None:
        target = f"{self._twin}/{path}"
        if self._is_fresh or _is_other(target, data):
            _write(target, data, self._made)


def publish(pages: Iterable[Page], output: Path, state: Path) -> Published:
    """Make the output hold these pages and nothing else. See `Stage`."""
    with closing(Stage(output, state)) as stage:
        published = stage.commit([stage.put(page) for page in pages])
        stage.mirror()
        return published


def _manifest_of(pages: Iterable[Kept]) -> bytes:
    """The manifest: every file with its hash, in order."""
    return _manifest_text({page.path: page.sha256 for page in pages})


def _manifest_text(files: Mapping[str, str]) -> bytes:
    lines = ",\n".join(f'{json.dumps(path)}: "{files[path]}"' for path in sorted(files))  # one file a line
    return f'{{\n"briefgen": 1,\n"files": {{\n{lines}\n}}\n}}\n'.encode()


@dataclass(frozen=True, slots=True)
class Listing:
    """A manifest as it was written, one file a line: asked and changed a line at a time, without being taken apart."""

    text: bytes

    @classmethod
    def of(cls, output: Path) -> Listing:
        """The manifest of an output; an empty one where there is none."""
        try:
            return cls((output / MANIFEST).read_bytes())
        except OSError:
            return cls(b"")

    def __contains__(self, path: object) -> bool:
        """Whether a file is listed."""
        return _line(str(path)) in self.text

    def files(self) -> dict[str, str]:
        """Every listed file with its hash."""
        return {str(path): str(sha) for path, sha in json.loads(self.text)["files"].items()} if self.text else {}

    @property
    def count(self) -> int:
        """How many files are listed."""
        return self.text.count(b'\n"') - 2

    def sum_of(self, path: str) -> str:
        """The hash of a listed file."""
        start = self.text.index(_line(path)) + len(_line(path))
        return self.text[start : start + 64].decode()

    def with_sum(self, path: str, new: str) -> Listing:
        """The same with another hash for a file."""
        start = self.text.index(_line(path)) + len(_line(path))
        return Listing(self.text[:start] + new.encode() + self.text[start + 64 :])


def _line(path: str) -> bytes:
    return f'\n{json.dumps(path)}: "'.encode()


def rank(path: str) -> tuple[int, str]:
    """Assets first, then pages, feeds, and the manifest last: a page never comes before what it needs."""
    kind = 3 if path == MANIFEST else 2 if path.endswith((".xml", ".txt", "index.html")) and "/" not in path else 1
    return (kind if path.endswith((".html", ".xml", ".txt", ".json")) else 0), path


# ---- the output and its twin ---------------------------------------------------------------------------------------


def files_below(folder: Path) -> Iterator[str]:
    """Every file and link below a folder, by path; no link is followed."""
    for parent, folders, files in os.walk(folder):
        base = "" if parent == str(folder) else os.path.relpath(parent, folder).replace(os.sep, "/") + "/"
        yield from (f"{base}{name}" for name in files)
        yield from (f"{base}{name}" for name in folders if Path(parent, name).is_symlink())


def _is_other(path: str, data: bytes) -> bool:
    """Whether a file does not hold these bytes with the mode that it should have."""
    try:
        status = os.lstat(path)
        if status.st_size != len(data) or status.st_mode != stat.S_IFREG | _FILE_MODE:
            return True
        with open(path, "rb") as file:
            return file.read() != data
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
    if _device(parent) == _device(state):
        return state / f"twin-{sha256(os.fsencode(output.absolute())).hexdigest()[:8]}"
    return parent / f".{output.name}.briefgen-twin"


def is_equal(twin: Path, output: Path) -> bool:
    """Whether the twin of an output is known to hold the same files: then the two share one manifest."""
    try:
        return os.path.samestat(os.lstat(twin / MANIFEST), os.lstat(output / MANIFEST))
    except OSError:
        return False


def _mirror(twin: Path, output: Path, changed: Iterable[str], gone: Iterable[str]) -> None:
    """Make the twin what the output is, by links to its files; the manifest, the sign that it is, comes last.

    Where files cannot have two names the twin stays as it is, and bears no sign.
    """
    made = {str(twin.parent)}
    _make_folder(str(twin), made)
    try:
        for path in gone:
            (twin / path).unlink(missing_ok=True)
            remove_empty_above(twin / path, twin)
        for path in (*(path for path in changed if path != MANIFEST), MANIFEST):
            target = f"{twin}/{path}"
            _make_folder(os.path.dirname(target), made)
            try:
                os.link(f"{output}/{path}", target)
            except FileExistsError:
                _remove(target)
                os.link(f"{output}/{path}", target)
    except OSError:
        (twin / MANIFEST).unlink(missing_ok=True)


def remove_empty_above(path: Path, top: Path) -> None:
    """Remove the folders in which a file stood, as far as nothing else stands in them."""
    folder = path.parent
    while folder != top and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent


def _sync_folder(folder: str) -> None:
    """Bring the names in a folder to the disk, where folders can be opened."""
    if sys.platform == "win32":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _write(path: str, data: bytes, made: set[str], *, is_synced: bool = False) -> None:
    """Write one file, its folders made; no link is written through."""
    _make_folder(os.path.dirname(path), made)
    try:
        handle = os.open(path, _NEW_FILE, _FILE_MODE)
    except FileExistsError:
        _remove(path)
        handle = os.open(path, _NEW_FILE, _FILE_MODE)
    try:
        while data:  # a file object would ask the system four questions more
            data = data[os.write(handle, data) :]
        if is_synced:
            os.fsync(handle)
    finally:
        os.close(handle)


_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)


def _remove(path: str) -> None:
    """Remove whatever stands at a path; what a link leads to is left alone."""
    if os.path.isdir(path) and not os.path.islink(path):
        shutil.rmtree(path)
    else:
        os.unlink(path)


def _make_folder(folder: str, made: set[str]) -> None:
    """Make a folder and those it stands in, as far as they are not known to be there."""
    if folder in made:
        return
    _make_folder(os.path.dirname(folder), made)
    try:
        os.mkdir(folder, _FOLDER_MODE)
    except FileExistsError:
        if os.path.islink(folder) or os.path.isfile(folder):
            os.unlink(folder)
            os.mkdir(folder, _FOLDER_MODE)
        os.chmod(folder, _FOLDER_MODE)
    made.add(folder)


def _device(folder: Path) -> int:
    """The file system that a folder is on."""
    return folder.stat().st_dev


def _drop_others(folder: Path, paths: set[str]) -> None:
    """Remove what is none of these files, and folders in which nothing is left."""
    for path in [*files_below(folder)]:
        if path not in paths:
            (folder / path).unlink()
    needed = {parent for path in paths for parent in Path(path).parents}
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


def _replace_files(twin: Path, output: Path, paths: Sequence[str], state: Path) -> None:
    """Replace files one by one: assets, pages, manifest, then deletions; a journal tells an interrupted one."""
    output.mkdir(exist_ok=True)
    journal = state / JOURNAL
    _replace_file(journal, json.dumps({"output": str(output)}).encode())
    for path in paths:
        data = (twin / path).read_bytes()
        if _is_other(f"{output}/{path}", data):
            _replace_file(output / path, data)
    _drop_others(output, set(paths))
    flush(output)
    journal.unlink()


def _replace_file(path: Path, data: bytes) -> None:
    """Put a whole file in the place of another: it is never seen half written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f".{path.name}.briefgen-new")
    _write(str(new), data, {str(path.parent)})
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    new.replace(path)


def _repair(output: Path, state: Path) -> None:
    """Clear away what an interrupted file-by-file build left; this build then writes all that is missing."""
    journal = state / JOURNAL
    if journal.exists():
        for path in [*files_below(output)] if output.is_dir() else []:
            if path.endswith(".briefgen-new"):
                (output / path).unlink(missing_ok=True)
        journal.unlink()


# ---- one at a time -------------------------------------------------------------------------------------------------


def locked(state: Path) -> BinaryIO:
    """The project's lock, held until it is closed: the kernel drops it when the holder ends, however it ends.

    Raises BriefgenError where somebody else holds it.
    """
    file = lock_file(state / "lock")
    if not take(file.fileno()):
        file.close()
        raise Busy("another build of this site is at work", "Wait for it, or end it.")
    return file


# ---- taking it away again ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What `clean` removed, and what it left because it is not as we wrote it."""

    removed: int
    left: tuple[str, ...]


def clean(output: Path, state: Path, *, dry_run: bool = False) -> Cleaned:
    """Remove the files that the manifest lists and that are as they were written, the twin, and `.briefgen/`."""
    removed, left = 0, []
    for path, expected in sorted(manifest(output).items()):
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


def manifest(output: Path) -> dict[str, str]:
    """The files that we put into an output, with their hashes; none where there is no manifest of ours."""
    try:
        data = json.loads((output / MANIFEST).read_bytes())
        files = data["files"]
        return {str(path): str(files[path]) for path in files if not _leads_out(str(path))}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _leads_out(path: str) -> bool:
    is_upward = ".." in path and ".." in path.replace("\\", "/").split("/")
    return is_upward or ":" in path or path.startswith(("/", "\\"))


def _remove_empty_below(folder: Path) -> None:
    for parent, _, _ in os.walk(folder, topdown=False):
        if not any(Path(parent).iterdir()):
            Path(parent).rmdir()
