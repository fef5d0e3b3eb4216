"""A piece of work killed at its n-th step on the disk: in a fork of this process, before the step is done."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

STEPS = frozenset(("os.rename", "os.remove", "os.link", "os.mkdir", "ctypes.dlsym"))


def killed_at(nth: int, work: Callable[[], object]) -> bool:
    """Do the work in a fork that is killed before its n-th change of the disk; False where it ended before that.

    An error of the work counts as its end.
    """
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    count = 0

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal count
        is_write = event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR)
        if is_write or event in STEPS:
            count += 1
            if count == nth:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(watch)
    try:
        work()
    finally:
        os._exit(0)


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, hidden ones too, by path."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}
