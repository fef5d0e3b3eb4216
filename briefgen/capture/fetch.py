"""Asking an address on the web, by rules that keep a hostile one from leading anywhere else.

Each name is resolved once, private addresses are refused, and the connection goes to the very address
that was looked at; so it is for each of at most five redirects. Ten seconds to connect, thirty in all,
no cookies; a body is read up to 10 MB, counted after decompression.
"""

from __future__ import annotations

import socket
import ssl
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse
from ipaddress import ip_address
from time import monotonic
from urllib.parse import urljoin, urlsplit

MOST_REDIRECTS = 5
CONNECT_SECONDS = 10.0
ALL_SECONDS = 30.0
MOST_BYTES = 10 << 20
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


@dataclass(frozen=True, slots=True)
class Received:
    """What an address sent: the bytes after decompression, and the address that sent them at last.

    `data` is empty and `why` says why where nothing was received.
    """

    url: str
    data: bytes = b""
    content_type: str = ""
    charset: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class _Hop:
    """One answer on the way: its status, its headers by lower-case name, and its body if one was asked for."""

    status: int
    headers: Mapping[str, str]
    data: bytes = b""


def ask(url: str, *, may_connect: Callable[[str], bool] = is_public, clock: Callable[[], float] = monotonic) -> Answer:
    """Ask an address for its head, following redirects; never raises for what the far end does."""
    reached, why = _followed(url, _head_of, may_connect, clock)
    return Answer(0, why) if isinstance(reached, str) else Answer(reached[1].status)


def get(
    url: str, *, may_connect: Callable[[str], bool] = is_public, clock: Callable[[], float] = monotonic
) -> Received:
    """Receive what stands at an address, following redirects; never raises for what the far end does."""
    reached, why = _followed(url, _body_of, may_connect, clock)
    if isinstance(reached, str):
        return Received(reached, why=why)
    final, hop = reached
    if hop.status != 200:
        return Received(final, why=f"it answers {hop.status}")
    kind, _, rest = hop.headers.get("content-type", "").partition(";")
    charset = rest.partition("charset=")[2].partition(";")[0].strip("\"' ")
    return Received(final, hop.data, kind.strip().lower(), charset)


_Asking = Callable[[str, Callable[[str], bool], float], _Hop]


def _followed(
    url: str, asking: _Asking, may_connect: Callable[[str], bool], clock: Callable[[], float]
) -> tuple[tuple[str, _Hop] | str, str]:
    """The last hop with its address; or the address that failed, and why."""
    deadline = clock() + ALL_SECONDS
    try:
        for _ in range(MOST_REDIRECTS + 1):
            if clock() >= deadline:
                raise TimeoutError
            hop = asking(url, may_connect, deadline - clock())
            location = hop.headers.get("location", "")
            if hop.status not in _REDIRECTS or not location:
                return (url, hop), ""
            url = urljoin(url, location)
        return url, f"more than {MOST_REDIRECTS} redirects"
    except _RefusedError as refused:
        return url, str(refused)
    except TimeoutError:
        return url, "no answer in time"
    except (OSError, HTTPException, ValueError) as error:
        return url, f"no answer: {error}"


def _head_of(url: str, may_connect: Callable[[str], bool], seconds: float) -> _Hop:
    hop = _hop(url, "HEAD", may_connect, seconds)
    return _hop(url, "GET", may_connect, seconds) if hop.status in _NO_HEAD else hop


def _body_of(url: str, may_connect: Callable[[str], bool], seconds: float) -> _Hop:
    return _hop(url, "GET", may_connect, seconds, wants_body=True)


def _hop(
    url: str, method: str, may_connect: Callable[[str], bool], seconds: float, *, wants_body: bool = False
) -> _Hop:
    """One request and its answer."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise _RefusedError(f"refused: {url!r} is neither http nor https")
    port = parts.port or (443 if parts.scheme == "https" else 80)
    until = monotonic() + seconds
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
        headers = {"User-Agent": "briefgen", "Accept": "*/*", "Accept-Encoding": "gzip", "Connection": "close"}
        connection.request(method, target, headers=headers)
        response = connection.getresponse()
        told = {name.lower(): value for name, value in response.getheaders()}
        return _Hop(response.status, told, _read(response, told, until) if wants_body else b"")
    finally:
        connection.close()
        plain.close()


def _read(response: HTTPResponse, headers: Mapping[str, str], until: float) -> bytes:
    """The body of a response, decompressed, within its bounds of time and size."""
    encoding = headers.get("content-encoding", "identity").lower()
    if encoding not in ("identity", "gzip", "x-gzip", ""):
        raise _RefusedError(f"refused: it is encoded as {encoding!r}, which was not asked for")
    unpack = zlib.decompressobj(16 + zlib.MAX_WBITS) if "gzip" in encoding else None
    parts: list[bytes] = []
    size = 0
    while chunk := response.read1(1 << 16):
        if monotonic() > until:
            raise TimeoutError
        piece = unpack.decompress(chunk, MOST_BYTES + 1 - size) if unpack else chunk
        size += len(piece)
        if size > MOST_BYTES:
            raise _RefusedError(f"refused: it is larger than {MOST_BYTES >> 20} MB")
        parts.append(piece)
    return b"".join(parts)


def _resolved(host: str, port: int, may_connect: Callable[[str], bool]) -> str:
    """The one address that is connected to: the first of a name whose every address may be."""
    try:
        found = [str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except (socket.gaierror, UnicodeError) as error:
        raise _RefusedError(f"no such host: {host}") from error
    if private := [address for address in found if not may_connect(address)]:
        raise _RefusedError(f"refused: {host} is at {private[0]}, which is not public")
    return found[0]
