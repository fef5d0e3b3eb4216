"""Pages -> the output folder: whole or not at all.

The output has a twin on its file system. A build makes the twin what the site should be, byte by
byte, brings it to the disk, and lets the two change places in one step. Whatever stops it before
that step, the site is what it was; whatever the twin holds from an interrupted build is put right by
the next. Where folders cannot change places (a mount point, another system) files are replaced one
by one under a journal, and the summary says so.

The manifest lists what is ours in the output. Nothing else in it is overwritten or removed: what a person has
put there (`.git`, a file for the host) is carried over into the new tree, and where it stands in the way of a
page the build is refused before anything has changed.
"""

from __future__ import annotations

import json
import os
import shutil
import stat
import sys
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from briefgen.disk.below import NEW, Below
from briefgen.disk.exchange import exchange, flush
from briefgen.disk.lock import Busy, lock_file, take
from briefgen.model.ids import folders_of, why_no_path
from briefgen.model.problems import BriefgenError
from briefgen.model.site import Page
from briefgen.publish.tree import (
    Own,
    carry,
    files_below,
    identity,
    is_other,
    others,
    remove_empty_above,
    remove_folders,
    sync_folder,
    touched,
)

MANIFEST = "briefgen-manifest.json"
_SECOND = 1_000_000_000  # in nanoseconds: the clock of a file system may be behind by less
_NAMED = 3  # files in the way of pages that are named


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
    the output holds what is not ours, where another build is at work, and where the system refuses.
    """

    def __init__(self, output: Path, state: Path) -> None:
        self._output, self._state = output, state
        self._lock = locked(state)
        self._umask = os.umask(0o022)  # modes are the same whoever builds
        try:
            with _told(output):
                _refuse_links(output)
                self._twin = _twin(output, state)
                _finish(output, self._twin, _journal(output, state))
                _refuse_foreign(output)
                self._is_fresh = not self._twin.exists()
                self._own = Own(self._twin)
        except BaseException:
            self.close()
            raise
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
        if why := why_no_page(page.path):
            raise BriefgenError(f"no page can stand at {page.path!r}: {why}", code=1)
        with _told(self._output):
            if self._is_equal:
                self._part()
            self._own.write(page.path, page.body)
            is_new = self._is_first or is_other(f"{self._output}/{page.path}", page.body)
        return Kept(page.path, sha256(page.body).hexdigest(), is_new)

    def commit(self, kept: Iterable[Kept]) -> Published:
        """Let the twin, with these pages and nothing else, take the output's place."""
        pages = {each.path: each for each in kept}
        now = {path: each.sha256 for path, each in pages.items()}
        listing = _manifest_text(now)
        changed = sum(each.is_new for each in pages.values())
        with _told(self._output):
            self._own.write(MANIFEST, listing)
            if not self._is_fresh:
                self._own.keep({*pages, MANIFEST})
            if not changed and not is_other(f"{self._output}/{MANIFEST}", listing):
                self._to_mirror = (), ()
                return Published(0, 0, len(pages))
            before = manifest(self._output)
            gone = [path for path in before if path not in now and os.path.lexists(self._output / path)]
            flush(self._twin)
            is_atomic = self._exchange(now, before)
        if is_atomic:
            fresh = [path for path, each in pages.items() if self._is_first or each.is_new]
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
        with _told(self._output):
            listing = Listing.of(self._output)
        sums = {page.path: sha256(page.body).hexdigest() for page in pages}
        changed = [page for page in pages if listing.sum_of(page.path) != sums[page.path]]
        if not changed:
            return Published(0, 0, listing.count)
        before = listing.files()
        for page in changed:
            listing = listing.with_sum(page.path, sums[page.path])
        with _told(self._output):
            self._part()
            written = {page.path: page.body for page in changed} | {MANIFEST: listing.text}
            for path, body in written.items():
                self._own.write(path, body, is_synced=True)
            for folder in {os.path.dirname(f"{self._twin}/{path}") for path in written}:
                sync_folder(folder)
            is_atomic = self._exchange(listing.files(), before)
        if is_atomic:
            self._to_mirror = [page.path for page in changed], ()
        return Published(len(changed), 0, listing.count, is_atomic)

    def _exchange(self, now: Mapping[str, str], before: Mapping[str, str]) -> bool:
        """Let the twin take the output's place: in one step, or, where that cannot be, file by file.

        `now` are the twin's files and `before` the output's, as their manifests list them. What else stands
        in the output stays there. Raises BriefgenError where it stands in the way.
        """
        since = time.time_ns() - _SECOND
        ours, folders = {*before, MANIFEST}, folders_of((*before, *now))
        found = others(self._output, ours, folders) if self._output.is_dir() else set()
        taken = _taken(found, now)
        if in_the_way := sorted(path for path in taken if not _may_go(self._output / path, now.get(path, ""))):
            raise _refused(in_the_way, self._output)

        def late(was: Path) -> set[str]:
            return others(was, ours, folders, touched(was, folders, since)) - taken

        step = _Step(self._twin, self._output, _journal(self._output, self._state))
        if step.is_possible(found - taken) and step.take(found - taken, late):
            return True
        step.replace_files(now, before)
        return False

    def _part(self) -> None:
        """From here on the twin is no longer known to be what the output is."""
        (self._twin / MANIFEST).unlink(missing_ok=True)
        self._is_equal = False

    def close(self) -> None:
        """Let other builds begin. What lies in the twin is used again by the next one."""
        os.umask(self._umask)
        self._lock.close()


def publish(pages: Iterable[Page], output: Path, state: Path) -> Published:
    """Make the output hold these pages, and beside them only what others have put there. See `Stage`."""
    with closing(Stage(output, state)) as stage:
        published = stage.commit([stage.put(page) for page in pages])
        stage.mirror()
        return published


def why_no_page(path: str) -> str:
    """Why nothing of ours can stand at a path of an output; empty where it can."""
    return "briefgen keeps its manifest there" if path == MANIFEST else why_no_path(path)


@contextmanager
def _told(output: Path) -> Iterator[None]:
    """What the system refuses, as a sentence."""
    try:
        yield
    except OSError as error:
        what = f"{error.filename or output}: {error.strerror or error}"
        message = f"the site cannot be written: {what}"
        raise BriefgenError(message, "No file of it is half written; build again.", code=1) from error


# ---- the manifest --------------------------------------------------------------------------------------------------


def _manifest_text(files: Mapping[str, str]) -> bytes:
    """The manifest: every file with its hash, in order."""
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
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return cls(b"")

    def __contains__(self, path: object) -> bool:
        """Whether a file is listed."""
        return _line(str(path)) in self.text

    def files(self) -> dict[str, str]:
        """Every listed file with its hash; none where this is no manifest of ours. No path leads out of the output."""
        try:
            files = json.loads(self.text)["files"]
        except (ValueError, KeyError, TypeError, RecursionError):
            return {}
        if not isinstance(files, dict):
            return {}
        return {path: str(sha) for path, sha in files.items() if not why_no_page(path)}

    @property
    def count(self) -> int:
        """How many files are listed."""
        return self.text.count(b'\n"') - 2

    def sum_of(self, path: str) -> str:
        """The hash of a listed file; empty where it is not listed."""
        start = self.text.find(_line(path)) + len(_line(path))
        return self.text[start : start + 64].decode("ascii", "replace") if path in self else ""

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


def manifest(output: Path) -> dict[str, str]:
    """The files that we put into an output, with their hashes; none where there is no manifest of ours."""
    return Listing.of(output).files()


# ---- the output and its twin ---------------------------------------------------------------------------------------


def _refuse_links(output: Path) -> None:
    """What is no folder of its own is not written into."""
    if output.is_symlink() or (output.exists() and not output.is_dir()):
        raise BriefgenError(f"{output} is not a folder", "Name another output with -o.")


def _refuse_foreign(output: Path) -> None:
    """An output that holds something and no manifest of ours is somebody else's."""
    if output.is_dir() and not (output / MANIFEST).is_file() and any(output.iterdir()):
        hint = "Name another output with -o, or empty this folder yourself if nothing in it is needed."
        raise BriefgenError(f"{output} holds files that briefgen did not put there", hint)


def _taken(found: Iterable[str], now: Mapping[str, str]) -> set[str]:
    """What others have put where the site has a page or a folder, or below a page."""
    folders = folders_of(now)
    return {p for p in found if p in folders or p in now or not now.keys().isdisjoint(folders_of((p,)))}


def _may_go(path: Path, expected: str) -> bool:
    """Whether nothing of anybody's is lost without it: it has the bytes of its page, or is a folder without files."""
    mode = os.lstat(path).st_mode
    if stat.S_ISDIR(mode):
        return not any(files_below(path))
    return stat.S_ISREG(mode) and sha256(path.read_bytes()).hexdigest() == expected


def _refused(in_the_way: Sequence[str], output: Path) -> BriefgenError:
    named = ", ".join(f"{output.name}/{path}" for path in in_the_way[:_NAMED])
    more = f" and {len(in_the_way) - _NAMED:,} more" if len(in_the_way) > _NAMED else ""
    message = f"the site needs names that are taken by what briefgen did not put there: {named}{more}"
    return BriefgenError(message, "Nothing was changed. Move them away, or name another output with -o.", code=1)


def _named(output: Path) -> str:
    """A short name for an output among those of a project."""
    return sha256(os.fsencode(output.absolute())).hexdigest()[:8]


def _twin(output: Path, state: Path) -> Path:
    """Where the twin of an output is: in the project's state where that is on the same file system, else beside it."""
    parent = output.parent
    parent.mkdir(parents=True, exist_ok=True)
    if _device(parent) == _device(state):
        return state / f"twin-{_named(output)}"
    return parent / f".{output.name}.briefgen-twin"


def _device(folder: Path) -> int:
    """The file system that a folder is on."""
    return folder.stat().st_dev


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
    try:
        own = Own(twin)
        for path in gone:
            (twin / path).unlink(missing_ok=True)
            remove_empty_above(twin / path, twin)
        for path in (*changed, MANIFEST):
            own.link(path, output)
    except OSError:
        with suppress(OSError):
            (twin / MANIFEST).unlink(missing_ok=True)


# ---- one tree in the place of the other ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Step:
    """How a twin takes an output's place, with a journal for as long as that may have to be finished."""

    twin: Path
    output: Path
    journal: Path

    def is_possible(self, beside: Iterable[str]) -> bool:
        """Whether it can be one step: no mount point can be renamed, nor carried from tree to tree."""
        return not any(os.path.ismount(folder) for folder in (self.output, *(self.output / path for path in beside)))

    def take(self, beside: Collection[str], late: Callable[[Path], set[str]]) -> bool:
        """Put the twin where the output is, in one step; False where that cannot be done here.

        What others have put into the output is carried over at once. `late` says, of the tree that was the
        output, what has come into it since `beside` was looked for.
        """
        if not self.output.exists() or not any(self.output.iterdir()):
            if sys.platform == "win32" and self.output.exists():  # pragma: no cover
                self.output.rmdir()
            self.twin.rename(self.output)
        else:
            if beside:
                self._write_journal()
            if not exchange(self.twin, self.output):
                return False
            self._carry_over(beside, late)
        flush(self.output.parent)
        self.journal.unlink(missing_ok=True)
        return True

    def _carry_over(self, beside: Collection[str], late: Callable[[Path], set[str]]) -> None:
        """Move what others have put into the old tree to the new one; if that cannot be, the old one is put back."""
        carried: list[str] = []
        try:
            for path in sorted({*beside, *late(self.twin)}):
                carry(path, self.twin, self.output)
                carried.append(path)
        except OSError:
            for path in reversed(carried):
                carry(path, self.output, self.twin)
            exchange(self.twin, self.output)
            raise

    def replace_files(self, now: Mapping[str, str], before: Mapping[str, str]) -> None:
        """Replace files one by one: assets, pages, deletions, the manifest; a journal tells an interrupted one.

        First comes a manifest of all files, old and new: whatever is there when this is interrupted is known
        to be ours.
        """
        self.output.mkdir(exist_ok=True)
        self._write_journal()
        there = Below(self.output)
        there.put(MANIFEST, _manifest_text({**before, **now}))
        gone, folders = before.keys() - now.keys(), folders_of(now)
        # A page comes to stand in the place of a folder, or a folder in that of a page.
        first = {path for path in gone if path in folders or not now.keys().isdisjoint(folders_of((path,)))}
        for path in sorted(first):
            there.delete(path)
        for path in sorted(now, key=rank):
            data = (self.twin / path).read_bytes()
            if is_other(f"{self.output}/{path}", data):
                remove_folders(self.output / path)
                there.put(path, data)
        for path in sorted(gone - first):
            there.delete(path)
        there.put(MANIFEST, (self.twin / MANIFEST).read_bytes())
        flush(self.output)
        self.journal.unlink()

    def _write_journal(self) -> None:
        """Say which folder is the old output."""
        data = json.dumps(identity(self.output)).encode()
        Below(self.journal.parent).put(self.journal.name, data, is_synced=True)


def _journal(output: Path, state: Path) -> Path:
    """Where the journal of an output is."""
    return state / f"journal-{_named(output)}.json"


def _finish(output: Path, twin: Path, journal: Path) -> None:
    """Finish what an interrupted build had begun: carry over what it had not, clear away what it left half written."""
    told = Below(journal.parent).read(journal.name)
    if told is None:
        return
    if twin.is_dir() and not twin.is_symlink() and told == json.dumps(identity(twin)).encode():
        files = manifest(twin)
        for path in sorted(others(twin, {*files, MANIFEST}, folders_of(files))):
            if os.path.lexists(output / path):
                hint = f"The older one is {twin / path}. Move one of the two away, and build again."
                raise BriefgenError(f"{output / path} is there twice since a build was interrupted", hint, code=1)
            carry(path, twin, output)
    for folder in folders_of(manifest(output)) if output.is_dir() else ():
        Below(output).delete(f"{folder}/{NEW}" if folder else NEW)
    journal.unlink()


# ---- one at a time -------------------------------------------------------------------------------------------------


def locked(state: Path) -> BinaryIO:
    """The project's lock, held until it is closed: the kernel drops it when the holder ends, however it ends.

    Raises BriefgenError where somebody else holds it, and where it cannot be made.
    """
    if state.is_symlink():
        raise BriefgenError(f"{state} is a link", "Builds write there: let it be a folder of this project.", code=1)
    with _told(state):
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
    """Remove the files that the manifest lists and that are as they were written, the twin, and `.briefgen/`.

    What others have put into the output stays. Raises BriefgenError where a build is at work, or the system refuses.
    """
    if dry_run or not state.is_dir():
        with _told(output):
            return _cleaned(output, dry_run=dry_run)
    with closing(locked(state)), _told(output):
        twin = _twin(output, state)
        _finish(output, twin, _journal(output, state))
        done = _cleaned(output)
    with _told(output):
        for folder in (state, output.parent / f".{output.name}.briefgen-twin"):
            if folder.is_dir() and not folder.is_symlink():
                shutil.rmtree(folder)
    return done


def _cleaned(output: Path, *, dry_run: bool = False) -> Cleaned:
    removed, left, there = 0, [], Below(output)
    for path, expected in sorted(manifest(output).items()) if not output.is_symlink() else ():
        data = there.read(path)
        if data is None:
            continue
        if sha256(data).hexdigest() != expected:
            left.append(path)
            continue
        removed += 1
        if not dry_run:
            there.delete(path)
    if not dry_run and not left and (output / MANIFEST).is_file() and not output.is_symlink():
        (output / MANIFEST).unlink()
        with suppress(OSError):
            output.rmdir()  # unless something else stands in it
    return Cleaned(removed, tuple(left))
