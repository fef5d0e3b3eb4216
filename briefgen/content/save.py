"""The one way by which a file of a desk is written: under the desk's lock, whole, and only over words that were seen.

A person edits these files too, at any moment. So what is made of a file's text is put in its place only while the file
still says that; if it has been saved meanwhile, the new text is taken and made into something again.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from briefgen.content.door import CAPTURE_BYTES, ENTRY_BYTES, Door, captured_text
from briefgen.disk import whole
from briefgen.disk.lock import holding
from briefgen.model.problems import BriefgenError, Problem

_BOM = "\ufeff"
_MOST = CAPTURE_BYTES  # bytes of a file that is taken back
_TRIES = 20  # times that a file may be saved under our hands before we say so
_PAUSE = 0.01  # seconds that an editor is given to write a file


@dataclass(frozen=True, slots=True)
class Saved:
    """A file's bytes before and after; None where there was no file, or is none."""

    before: bytes | None
    after: bytes | None

    @property
    def is_changed(self) -> bool:
        """Whether anything was written."""
        return self.before != self.after


Change = tuple[Path, Saved]


@contextmanager
def writing(door: Door) -> Iterator[None]:
    """Hold the desk's lock; what a command that was killed has left lying about is cleared away first.

    Several files that belong together are written inside one such block. Raises BriefgenError where another command
    does not let go of the lock.
    """
    state, content = door.root / ".briefgen", door.root / "content"
    with holding(state / "desk.lock") as was_left:
        if was_left:
            for folder in (door.root, state, content, *(p for p in content.glob("*") if p.is_dir())):
                whole.sweep(folder)
        yield


def begin(folder: Path, files: Mapping[str, str]) -> bool:
    """Write the files of a new desk, by path from its folder, or those that are missing of one that was begun.

    False, and nothing is changed, where anything else is in the folder, or it has all of them.
    """
    door = Door(folder)
    there = [p for p in folder.rglob("*") if p.is_symlink() or not p.is_dir()] if folder.is_dir() else []
    there = [p for p in there if not whole.is_ours(p.name) and ".briefgen" not in p.relative_to(folder).parts]
    is_other = folder.is_symlink() or (folder.exists() and not folder.is_dir())
    for path in there:
        text = files.get(door.name(path))
        is_other |= path.is_symlink() or text is None or door.read_bytes(path) != text.encode()
    if is_other or len(there) == len(files):
        return False
    with _telling(door, folder), writing(door):
        for name, text in sorted(files.items()):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            whole.sweep((folder / name).parent)
            add(door, folder / name, text)
    return True


def tidy(door: Door) -> None:
    """Clear away what a command that was killed has left lying about. Raises BriefgenError where that cannot be."""
    with _telling(door, door.root / ".briefgen" / "desk.lock"), writing(door):
        pass


def add(door: Door, path: Path, data: str | bytes) -> bool:
    """Write a new file. False, and nothing is changed, where anything has that name.

    Raises BriefgenError where it cannot be written, or its place leads out of the project.
    """
    with _telling(door, path), writing(door):
        return whole.create(path, data.encode() if isinstance(data, str) else data)


def change(
    door: Door, path: Path, make: Callable[[str | None], str | None], *, most: int = ENTRY_BYTES, dry_run: bool = False
) -> Saved:
    """Put what `make` makes of a file's text in its place; it is given None where there is no file, and may want none.

    The text comes with the newlines that it has. `make` is called again where the file was saved meanwhile, so it may
    do nothing else. Raises BriefgenError where the file cannot be read or written, or never comes to rest.
    """
    if not dry_run:
        with suppress(OSError), writing(door):
            pass  # what a killed command has left is cleared away, even where there is nothing to write
    for _ in range(_TRIES):
        before = _read(door, path, most)
        try:
            text = None if before is None else _text(before, door.name(path))
            made = make(text)
        except BriefgenError:
            if before is None or whole.rests(path, before):
                raise
            time.sleep(_PAUSE)  # an editor is at it: what was read was half of a text
            continue
        after = before if made is None or made == text else _encoded(made, before)
        saved = Saved(before, after)
        if dry_run or after is None or not saved.is_changed:
            return saved
        if _put(door, path, before, after):
            return saved
    name = door.name(path)
    raise BriefgenError(f"{name} is being written by another program, again and again", "It was not changed.", code=1)


def take_back(door: Door, changes: Sequence[Change]) -> Path | None:
    """Give files the bytes that they had, the last one first. Nothing is changed where one has been saved since.

    Gives that one.
    """
    with writing(door):
        for path, saved in changes:
            if (_read(door, path, _MOST) if os.path.lexists(path) else None) != saved.after:
                return path
        done: list[Change] = []
        for path, saved in reversed(changes):
            if not _put(door, path, saved.after, saved.before):  # an editor has saved it in this very moment
                for other, undone in reversed(done):
                    _put(door, other, undone.before, undone.after)
                return path
            done.append((path, saved))
    return None


def _put(door: Door, path: Path, seen: bytes | None, data: bytes | None) -> bool:
    """Put one state of a file in the place of another."""
    if seen == data:
        return True
    if data is None:
        return remove(door, path, seen or b"")
    with _telling(door, path), writing(door):
        return whole.create(path, data) if seen is None else whole.replace(path, seen, data)


def remove(door: Door, path: Path, seen: bytes) -> bool:
    """Take a file away; False, and nothing is changed, where it says anything else than was seen."""
    with _telling(door, path), writing(door):
        return whole.remove(path, seen)


def move(door: Door, path: Path, new: Path) -> bool:
    """Give a file another name beside it; False, and nothing is changed, where anything has that name."""
    with _telling(door, new), writing(door):
        return whole.move(path, new)


def _read(door: Door, path: Path, most: int) -> bytes | None:
    """What a file holds; None where there is none."""
    if not os.path.lexists(path):
        return None
    data = door.read_bytes(path, most)
    if isinstance(data, Problem):
        raise BriefgenError(f"{data.place}: {data.message}", data.hint or "Nothing was changed.", code=1)
    return data


def _text(data: bytes, name: str) -> str:
    text = captured_text(data, name)
    if isinstance(text, Problem):
        raise BriefgenError(f"{text.place}: {text.message}", text.hint or "Nothing was changed.", code=1)
    return text.removeprefix(_BOM)


def _encoded(text: str, before: bytes | None) -> bytes:
    """A text as the bytes of its file: with the mark at its beginning that was there before."""
    bom = _BOM if before is not None and before.startswith(_BOM.encode()) else ""
    return (bom + text).encode()


@contextmanager
def _telling(door: Door, path: Path) -> Iterator[None]:
    """Say in a sentence what keeps a file from being written."""
    name = door.name(path)
    try:
        if not door.holds(path):
            raise BriefgenError(f"{name} leads out of the project; nothing outside it is written", code=1)
        yield
    except OSError as error:
        raise BriefgenError(f"{name} cannot be written: {error.strerror or error}") from error
