"""A system that fails at its n-th call: what every test of whole writing is held against."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from briefgen.disk import exchange

# What asks the system for something and may be refused; writing and syncing are not told of by the language.
_TOLD = frozenset(
    ("open", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.chmod", "os.link", "os.scandir", "os.listdir")
)
_WRAPPED = ((os, "write"), (os, "fsync"), (exchange, "_called"))


class Fault:
    """The n-th call fails with an error of the system; `calls` counts them all."""

    def __init__(self, nth: int, code: int, lasting: bool) -> None:
        self.nth, self.code, self.lasting, self.calls = nth, code, lasting, 0

    @property
    def met(self) -> bool:
        """Whether the failure has come about."""
        return self.calls >= self.nth

    def step(self, what: object = None) -> None:
        """One call more."""
        self.calls += 1
        if self.calls == self.nth or (self.lasting and self.met):
            raise OSError(self.code, os.strerror(self.code), what if isinstance(what, str) else None)


_armed: list[Fault] = []
_is_watching: list[bool] = []


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    if _armed and event in _TOLD:
        _armed[-1].step(arguments[0])


@contextmanager
def failing(nth: int, code: int, *, lasting: bool = False) -> Iterator[Fault]:
    """Let the n-th call to the system fail within the block, and all after it if that lasts."""
    if not _is_watching:
        sys.addaudithook(_watch)  # once for all: there is no way to take one away
        _is_watching.append(True)
    fault = Fault(nth, code, lasting)

    def wrapped(real: Callable[..., object]) -> Callable[..., object]:
        def call(*arguments: object) -> object:
            fault.step()
            return real(*arguments)

        return call

    with pytest.MonkeyPatch.context() as patch:
        for module, name in _WRAPPED:
            patch.setattr(module, name, wrapped(getattr(module, name)))
        _armed.append(fault)
        try:
            yield fault
        finally:
            _armed.pop()
