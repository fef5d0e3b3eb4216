"""What an address answers: whole and in time, or a failure of the system, whatever the other side sends."""

from __future__ import annotations

from collections.abc import Callable
from http.client import HTTPException
from threading import Thread
from typing import TypeVar
from urllib.error import HTTPError
from urllib.request import Request, urlopen

MOST = 256 << 20  # bytes of an answer
SECONDS = 60.0  # for a whole answer; more for a request that carries much
_SLOWEST = 20_000  # bytes a second that are worth waiting for
T = TypeVar("T")


def answer_of(url: str) -> bytes | None:
    """The bytes at an address; None where nothing is there. Raises OSError where the host fails or refuses."""
    try:
        return asked(Request(url, headers={"Cache-Control": "no-cache", "User-Agent": "briefgen"}))  # noqa: S310
    except HTTPError as error:
        if error.code in (404, 410):
            return None
        raise
    except ValueError as error:  # no address that a request can be made of
        raise OSError(str(error)) from error


def asked(request: Request) -> bytes:
    """The whole answer to a request. Raises OSError where it fails, is cut short, never ends or is no answer at all."""
    data = request.data if isinstance(request.data, bytes) else b""
    seconds = SECONDS + len(data) / _SLOWEST
    try:
        return within(seconds, lambda: _read(request))
    except (HTTPException, ValueError) as error:
        raise OSError(f"no answer: {type(error).__name__} {error}"[:200]) from error


def _read(request: Request) -> bytes:
    try:
        with urlopen(request, timeout=30) as answer:  # noqa: S310  # the host's own address, or the desk's
            found = bytes(answer.read(MOST + 1))
            left = answer.length if len(found) <= MOST else 0
    except HTTPError as error:
        error.close()
        raise
    if len(found) > MOST:
        raise OSError(f"it answers more than {MOST:,} bytes")
    if left:
        raise OSError(f"its answer is cut short: {left:,} bytes are missing")
    return found


def within(seconds: float, work: Callable[[], T]) -> T:
    """What `work` gives or raises. Raises TimeoutError where it does neither in time; it is left to itself then."""
    given: list[T] = []
    raised: list[BaseException] = []

    def try_it() -> None:
        try:
            given.append(work())
        except BaseException as error:
            raised.append(error)

    thread = Thread(target=try_it, daemon=True)
    thread.start()
    thread.join(seconds)
    if raised:
        raise raised[0]
    if not given:
        raise TimeoutError(f"no whole answer in {seconds:.0f} seconds")
    return given[0]
