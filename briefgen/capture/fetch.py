"""Asking an address on the web, by rules that keep a hostile one from leading anywhere else.

Each name is resolved once, private addresses are refused, and the connection goes to the very address
that was looked at; so it is for each of at most five redirects. Ten seconds to connect, thirty in all,
no cookies, and no body is read.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse
from ipaddress import ip_address
from time import monotonic
from urllib.parse import urljoin, urlsplit

MOST_REDIRECTS = 5
CONNECT_SECONDS = 10.0
ALL_SECONDS = 30.0
_REDIRECTS = frozenset((301, 302, 303, 307, 308))
_NO_HEAD = frozenset((403, 405, 501))  # what servers say that will not be asked for a head only


@dataclass(frozen=True, slots=True)
class Answer:
    """What an address answered: the status of the last hop, or 0 and why there was none."""

    status: int
    why: str = ""

    @property
    def is_gone(self) -> bool:
        """Whether the address itself is at fault, and not perhaps the moment."""
        return self.status in (404, 410) or self.why.startswith(("no such host", "refused"))


class _RefusedError(Exception):
    """An address that is not asked, or does not answer; the text says why."""


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public network."""
    return ip_address(address.partition("%")[0]).is_global


def ask(url: str, *, may_connect: Callable[[str], bool] = is_public, clock: Callable[[], float] = monotonic) -> Answer:
    """Ask an address for its head, following redirects; never raises for what the far end does."""
    deadline = clock() + ALL_SECONDS
    try:
        for _ in range(MOST_REDIRECTS + 1):
            status, location = _hop(url, may_connect, deadline - clock())
            if status not in _REDIRECTS or not location:
                return Answer(status)
            url = urljoin(url, location)
        return Answer(0, f"more than {MOST_REDIRECTS} redirects")
    except _RefusedError as refused:
        return Answer(0, str(refused))
    except TimeoutError:
        return Answer(0, "no answer in time")
    except (OSError, HTTPException, ValueError) as error:
        return Answer(0, f"no answer: {error}")


def _hop(url: str, may_connect: Callable[[str], bool], seconds: float) -> tuple[int, str]:
    """The status of one address, and where it leads on."""
    if seconds <= 0:
        raise TimeoutError
    response = _head(url, "HEAD", may_connect, seconds)
    if response.status in _NO_HEAD:
        response = _head(url, "GET", may_connect, seconds)
    return response.status, response.getheader("Location") or ""


def _head(url: str, method: str, may_connect: Callable[[str], bool], seconds: float) -> HTTPResponse:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise _RefusedError(f"refused: {url!r} is neither http nor https")
    port = parts.port or (443 if parts.scheme == "https" else 80)
    plain = socket.create_connection(
        (_resolved(parts.hostname, port, may_connect), port), min(CONNECT_SECONDS, seconds)
    )
    plain.settimeout(seconds)
    connection = HTTPConnection(parts.hostname, port)
    try:
        secure = parts.scheme == "https"
        connection.sock = (
            ssl.create_default_context().wrap_socket(plain, server_hostname=parts.hostname) if secure else plain
        )
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request(method, target, headers={"User-Agent": "briefgen", "Accept": "*/*", "Connection": "close"})
        return connection.getresponse()
    finally:
        connection.close()
        plain.close()


def _resolved(host: str, port: int, may_connect: Callable[[str], bool]) -> str:
    """The one address that is connected to: the first of a name whose every address may be."""
    try:
        found = [str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except (socket.gaierror, UnicodeError) as error:
        raise _RefusedError(f"no such host: {host}") from error
    if private := [address for address in found if not may_connect(address)]:
        raise _RefusedError(f"refused: {host} is at {private[0]}, which is not public")
    return found[0]
