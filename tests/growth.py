"""How much longer something takes for twice and four times as much: counted, so that a busy machine counts the same.

What is counted are the lines of Python that run, in this package and in every library that it calls. What one line
does in C (a search in a string, a pattern, a sum of sets) counts as one, so `seconds_of` measures the processor's own
time of this thread beside it; a bound on its growth is wide, and the least of several runs is taken.
"""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Callable
from types import FrameType

LINEAR = 1.3  # the greatest exponent of the lines run; 1 is linear, 2 grows with the square
LINEAR_SECONDS = 1.6  # of the seconds, which are less exact
_LEAST_SECONDS = 0.02  # under which a time says nothing


def lines_run(call: Callable[[], object]) -> int:
    """How many lines of Python run in a call."""
    count = 0

    def line(frame: FrameType, event: str, argument: object) -> object:
        nonlocal count
        count += event == "line"
        return line

    before = sys.gettrace()
    sys.settrace(line)
    try:
        call()
    finally:
        sys.settrace(before)
    return count


def seconds_of(call: Callable[[], object], times: int = 2) -> float:
    """The least of the processor's seconds that a call takes in this thread."""
    least = math.inf
    for _ in range(times):
        start = time.thread_time()
        call()
        least = min(least, time.thread_time() - start)
    return least


def exponent(small: float, large: float, factor: int = 4) -> float:
    """The power of its size with which something grows."""
    return math.log(max(large, 1e-9) / max(small, 1e-9), factor)


def too_fast(make: Callable[[int], object], call: Callable[..., object], size: int, *, factor: int = 4) -> str:
    """Why what a call does with what is made grows faster than it; an empty text if it does not."""
    small, large = make(size), make(size * factor)
    told = _seconds_grow(call, small, large, factor)
    lines = [lines_run(lambda made=made: call(made)) for made in (small, large)]  # by now all is loaded and remembered
    if (power := exponent(*lines, factor)) > LINEAR:
        return f"lines run: {lines[0]:,} and {lines[1]:,} for {factor} times as much, a power of {power:.2f}"
    return told


def _seconds_grow(call: Callable[..., object], small: object, large: object, factor: int) -> str:
    for _ in range(3):
        seconds = [seconds_of(lambda made=made: call(made)) for made in (small, large)]
        power = exponent(max(seconds[0], _LEAST_SECONDS), seconds[1], factor)
        if power <= LINEAR_SECONDS:
            return ""
    return f"seconds: {seconds[0]:.3f} and {seconds[1]:.3f} for {factor} times as much, a power of {power:.2f}"
