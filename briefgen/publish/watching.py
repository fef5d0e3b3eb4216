"""What changes in folders, told by the system a batch at a time, without what editors leave beside it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from watchfiles import watch

_DEBOUNCE, _STEP, _LOOK = 50, 10, 400  # milliseconds: changes are gathered, looked for, and folders looked at again
_EDITORS = (".swp", ".swx", ".tmp", "~", ".new.md", "4913")


def changes(folders: list[Path], looked_at: list[Path], stop: threading.Event) -> Iterator[frozenset[str]]:
    """The paths that changed, a batch at a time, as long as nobody says stop.

    A folder that comes to be later is watched from then on. Files by themselves are looked at by
    their state, since an editor may put another file in their place.
    """
    before = _looks(looked_at)
    while not stop.is_set():
        there = [folder for folder in folders if folder.is_dir()]
        if not there:
            stop.wait(_LOOK / 1000)
        for batch in _batches(there, stop):
            now = _looks(looked_at)
            changed = {path for _, path in batch} | {name for name in now if now[name] != before[name]}
            before = now
            if changed:
                yield frozenset(changed)
            if [folder for folder in folders if folder.is_dir()] != there:
                yield frozenset(str(folder) for folder in folders if folder not in there)
                break


def _batches(folders: list[Path], stop: threading.Event) -> Iterator[set[tuple[Any, str]]]:
    if not folders:
        yield set()
        return
    yield from watch(
        *folders,
        watch_filter=lambda change, path: not is_leaving(path),
        debounce=_DEBOUNCE,
        step=_STEP,
        stop_event=stop,
        rust_timeout=_LOOK,
        yield_on_timeout=True,
        raise_interrupt=False,
    )


def is_leaving(path: str) -> bool:
    """Whether a file is one that an editor leaves beside what it edits, or that we are about to rename."""
    name = Path(path).name
    return name.startswith((".", "#")) or name.endswith(_EDITORS) or "__pycache__" in path


def _looks(paths: list[Path]) -> dict[str, tuple[int, int]]:
    found = {}
    for path in paths:
        try:
            status = path.stat()
            found[str(path)] = (status.st_size, status.st_mtime_ns)
        except OSError:
            found[str(path)] = (0, 0)
    return found
