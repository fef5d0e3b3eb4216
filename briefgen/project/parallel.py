"""One list of work for several processes: the same results in the same order as in one."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from briefgen.model.problems import BriefgenError

if TYPE_CHECKING:
    from concurrent.futures import Executor
    from multiprocessing.connection import Connection

S = TypeVar("S")
T = TypeVar("T")

LEAST = 400  # things to do below which a second process costs more than it saves
BLOCK = 40  # things that are dealt out together


def cores() -> int:
    """How many processes can run at once here."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def spread(
    work: Callable[[Sequence[S]], list[T]], things: Sequence[S], jobs: int, *, least: int = LEAST, block: int = BLOCK
) -> list[T]:
    """Do `work`, which gives one result for each thing, in this process and in forks of it.

    The results are those of `work(things)`, in order. Where processes cannot be forked, or there are
    fewer than `least` things, all is done here; `block` of them are dealt out together. An exception
    in a fork is raised here.
    """
    if jobs < 2 or sys.platform != "linux" or len(things) < least:
        return work(things)
    import multiprocessing  # takes longer to load than a change of words takes to build

    context = multiprocessing.get_context("fork")
    hands = [_dealt(len(things), jobs, player, block) for player in range(jobs)]
    forks = []
    for hand in hands[1:]:
        here, there = context.Pipe(duplex=False)
        process = context.Process(target=_send, args=(work, [things[i] for i in hand], there), daemon=True)
        process.start()
        there.close()
        forks.append((process, here))
    results = dict(zip(hands[0], work([things[i] for i in hands[0]]), strict=True))
    for hand, (process, pipe) in zip(hands[1:], forks, strict=True):
        received: list[T] | BaseException = _receive(pipe)
        process.join()
        if isinstance(received, BaseException):
            raise received
        results |= dict(zip(hand, received, strict=True))
    return [results[i] for i in range(len(things))]


def _dealt(count: int, players: int, player: int, block: int) -> list[int]:
    """Which things one process gets: blocks in turn, so that neighbours stay together and the long ones are shared."""
    return [i for i in range(count) if i // block % players == player]


@contextmanager
def processes(jobs: int) -> Iterator[Executor]:
    """So many processes for work that comes bit by bit; where the block is left by an error, what waits is dropped."""
    from concurrent.futures import ProcessPoolExecutor

    pool = ProcessPoolExecutor(jobs, initializer=_end_at_once)
    try:
        yield pool
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        raise
    pool.shutdown()


def _end_at_once() -> None:
    """Ctrl-C, which a terminal sends to all processes of a command, ends this one without a word."""
    if signal.getsignal(signal.SIGINT) != signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.SIG_DFL)


def _send(work: Callable[[Sequence[S]], list[T]], part: Sequence[S], pipe: Connection) -> None:
    _end_at_once()
    try:
        result: list[T] | BaseException = work(part)
    except Exception as error:
        result = error
    try:
        pipe.send(result)
        pipe.close()
    except OSError:
        pass  # who wanted it has ended


def _receive(pipe: Connection) -> list[T] | BaseException:
    try:
        received: list[T] | BaseException = pipe.recv()
    except (EOFError, OSError):
        hint = "Perhaps for want of memory: -j 1 takes the least."
        return BriefgenError("a process that worked for this one was ended from outside", hint)
    return received
