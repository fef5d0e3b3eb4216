"""A piece of work killed at its n-th step on the disk: in a fork of this process, before the step is done."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

STEPS = frozenset(("os.rename", "os.remove", "os.link", "os.mkdir", "ctypes.dlsym"))


def killed_at(nth: int, work: Callable[[], object]) -> bool:
    """Do the work in a fork that is killed before its n-th change of the disk; False where it ended before that.

    An error of the work counts as its end.
    """
    count = 0

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal count
        is_write = event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR)
        if is_write or event in STEPS:
            count += 1
            if count == nth:
                os.kill(os.getpid(), signal.SIGKILL)

    def watched() -> None:
        sys.addaudithook(watch)
        work()

    return forked(watched) == -signal.SIGKILL


def forked(work: Callable[[], object]) -> int:
    """Do the work in a fork of this process; gives its exit status, which is 0 whatever the work raises."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # that there may be threads: the fork does without them
        child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    try:
        work()
    finally:
        os._exit(0)


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, hidden ones too, by path."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def every_cut(before: Path, work: Callable[[Path], object], step: int = 1) -> Iterator[Path]:
    """Copies of a desk in each of which the work was killed one step later, as far as it goes."""
    for nth in range(1, 400, step):
        cut = before.with_name("cut")
        shutil.rmtree(cut, ignore_errors=True)
        shutil.copytree(before, cut, symlinks=True)
        if not killed_at(nth, lambda: work(cut)):  # noqa: B023
            assert nth > 10
            return
        yield cut
    raise AssertionError("it never ends")
