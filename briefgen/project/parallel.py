"""One list of work for several processes: the same results in the same order as in one."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
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
        process = context.Process(target=_send, args=(work, [things[i] for i in hand], there))
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


def _send(work: Callable[[Sequence[S]], list[T]], part: Sequence[S], pipe: Connection) -> None:
    try:
        result: list[T] | BaseException = work(part)
    except Exception as error:
        result = error
    pipe.send(result)
    pipe.close()


def _receive(pipe: Connection) -> list[T] | BaseException:
    try:
        received: list[T] | BaseException = pipe.recv()
    except EOFError:
        return RuntimeError("a process that made pages ended before it was done")
    return received
