"""What a reader gets from the site's own address: the last word on what a host shows."""

from __future__ import annotations

from urllib.error import HTTPError
from urllib.request import Request, urlopen


def answer_of(url: str) -> bytes | None:
    """The bytes at an address; None where nothing is there. Raises OSError where the host fails or refuses."""
    request = Request(url, headers={"Cache-Control": "no-cache", "User-Agent": "briefgen"})  # noqa: S310
    try:
        with urlopen(request, timeout=10) as answer:  # noqa: S310  # the host's own address, or the desk's
            return bytes(answer.read())
    except HTTPError as error:
        if error.code in (404, 410):
            return None
        raise
