"""Asking an address on the web, by rules that keep a hostile one from leading anywhere else, and from lasting.

Each name is resolved once, private addresses are refused, and the connection goes to the very address
that was looked at; so it is for each of at most five redirects. Ten seconds to connect, thirty for all of
it from the first name to the last byte, no cookies; a body is read up to 10 MB, counted as it comes and
after decompression. What is cut short is not kept: its end may be what matters.
"""

from __future__ import annotations

import socket
import ssl
import zlib
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from time import monotonic
from urllib.parse import urljoin

import h11

from briefgen.capture.addresses import Address, RefusedError, is_public, read_address, resolved

MOST_REDIRECTS = 5
CONNECT_SECONDS = 10.0
ALL_SECONDS = 30.0
MOST_BYTES = 10 << 20
MOST_HEADER = 64 << 10  # bytes of a header, of a chunk's first line, of a trailer
MOST_FIELDS = 200  # lines of a header
MOST_INTERIM = 10  # answers that say that the answer is yet to come
MOST_MEMBERS = 16  # pieces of gzip, one after the other
_AFTER_SECONDS = 0.25  # how long we listen whether more comes than was announced
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


@dataclass(frozen=True, slots=True)
class Received:
    """What an address sent: the bytes after decompression, and the address that sent them at last.

    `data` is empty and `why` says why where nothing was received. `is_open` says that the answer did not
    say where it ends, so that nobody can tell whether all of it came.
    """

    url: str
    data: bytes = b""
    content_type: str = ""
    charset: str = ""
    why: str = ""
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class _Hop:
    """One answer on the way: its status, its headers by lower-case name, and its body if one was asked for."""

    status: int
    headers: Mapping[str, str]
    data: bytes = b""
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class _Rules:
    """Where it may be connected to, and how long all of it may last."""

    may_connect: Callable[[str], bool]
    clock: Callable[[], float]
    until: float

    def left(self) -> float:
        """Seconds that are left. Raises TimeoutError where none is."""
        seconds = self.until - self.clock()
        if seconds <= 0:
            raise TimeoutError
        return seconds


def ask(
    url: str,
    *,
    may_connect: Callable[[str], bool] = is_public,
    clock: Callable[[], float] = monotonic,
    seconds: float | None = None,
) -> Answer:
    """Ask an address for its head, following redirects; never raises for what the far end does."""
    reached, why = _followed(url, _head_of, may_connect, clock, seconds)
    return Answer(0, why) if isinstance(reached, str) else Answer(reached[1].status)


def get(
    url: str,
    *,
    may_connect: Callable[[str], bool] = is_public,
    clock: Callable[[], float] = monotonic,
    seconds: float | None = None,
) -> Received:
    """Receive what stands at an address, following redirects; never raises for what the far end does."""
    reached, why = _followed(url, _body_of, may_connect, clock, seconds)
    if isinstance(reached, str):
        return Received(reached, why=why)
    final, hop = reached
    if hop.status != 200:
        return Received(final, why=f"it answers {hop.status}")
    kind, _, rest = hop.headers.get("content-type", "").lower().partition(";")
    charset = rest.partition("charset=")[2].partition(";")[0].strip("\"' ")
    return Received(final, hop.data, kind.strip(), charset, is_open=hop.is_open)


_Asking = Callable[[Address, _Rules], _Hop]


def _followed(
    url: str,
    asking: _Asking,
    may_connect: Callable[[str], bool],
    clock: Callable[[], float],
    seconds: float | None,
) -> tuple[tuple[str, _Hop] | str, str]:
    """The last hop with its address; or the address that failed, and why."""
    rules = _Rules(may_connect, clock, clock() + (ALL_SECONDS if seconds is None else seconds))
    try:
        for _ in range(MOST_REDIRECTS + 1):
            rules.left()
            address = read_address(url)
            url = str(address)
            hop = asking(address, rules)
            location = hop.headers.get("location", "")
            if hop.status not in _REDIRECTS or not location:
                return (url, hop), ""
            url = urljoin(url, location)
        return url, f"more than {MOST_REDIRECTS} redirects"
    except RefusedError as refused:
        return url, str(refused)
    except TimeoutError:
        return url, "no answer in time"
    except (OSError, h11.ProtocolError, ValueError) as error:
        return url, f"no answer: {error}"


def _head_of(address: Address, rules: _Rules) -> _Hop:
    hop = _hop(address, "HEAD", rules)
    return _hop(address, "GET", rules) if hop.status in _NO_HEAD else hop


def _body_of(address: Address, rules: _Rules) -> _Hop:
    return _hop(address, "GET", rules, wants_body=True)


def _hop(address: Address, method: str, rules: _Rules, *, wants_body: bool = False) -> _Hop:
    """One request and its answer."""
    with closing(_Talk(_connected(address, rules), rules)) as talk:
        talk.ask(method, address)
        status, headers = talk.head()
        if not wants_body or status != 200:
            return _Hop(status, headers)
        encoding = headers.get("content-encoding", "identity").lower()
        if encoding not in ("identity", "gzip", "x-gzip", ""):
            raise RefusedError(f"refused: it is encoded as {encoding!r}, which was not asked for")
        body = talk.body()
        is_open = not headers.keys() & {"content-length", "transfer-encoding"}
        if "gzip" in encoding:
            return _Hop(status, headers, unzipped(body, MOST_BYTES))  # which says itself where it ends
        return _Hop(status, headers, body, is_open)


def _connected(address: Address, rules: _Rules) -> socket.socket:
    """A connection to the first of a host's addresses that takes one, in time for all of them."""
    last: OSError | None = None
    for ip in resolved(address, rules.may_connect, rules.left()):
        try:
            plain = socket.create_connection((ip, address.port), min(CONNECT_SECONDS, rules.left()))
            break
        except OSError as error:
            last = error
    else:
        raise last or OSError("no address")
    if address.scheme == "http":
        return plain
    try:
        plain.settimeout(rules.left())
        # An end that was not said must be heard of: else anybody on the way could cut a page short.
        return ssl.create_default_context().wrap_socket(plain, server_hostname=address.host, suppress_ragged_eofs=False)
    except BaseException:
        plain.close()
        raise


class _Talk:
    """A conversation over one connection: what h11 makes of the bytes, each read within the time that is left."""

    def __init__(self, wire: socket.socket, rules: _Rules) -> None:
        self._wire = wire
        self._rules = rules
        self._http = h11.Connection(h11.CLIENT, max_incomplete_event_size=MOST_HEADER)
        self._came = 0
        self._is_over = False

    def close(self) -> None:
        self._wire.close()

    def ask(self, method: str, address: Address) -> None:
        """Send a request without a body."""
        headers = [
            ("Host", address.authority),
            ("User-Agent", "briefgen"),
            ("Accept", "*/*"),
            ("Accept-Encoding", "gzip"),
            ("Connection", "close"),
        ]
        request = h11.Request(method=method, target=address.target, headers=headers)
        self._wire.settimeout(self._rules.left())
        self._wire.sendall((self._http.send(request) or b"") + (self._http.send(h11.EndOfMessage()) or b""))

    def head(self) -> tuple[int, dict[str, str]]:
        """The status and the headers of the answer; of a header that is there twice, both."""
        for _ in range(MOST_INTERIM + 1):
            event = self._next()
            if isinstance(event, h11.Response):
                if len(event.headers) > MOST_FIELDS:
                    raise h11.RemoteProtocolError(f"more than {MOST_FIELDS} lines of header")
                told: dict[str, str] = {}
                for name, value in event.headers:
                    key, text = name.decode("ascii").lower(), _decoded(value)
                    told[key] = f"{told[key]}, {text}" if key in told else text
                return event.status_code, told
            if not isinstance(event, h11.InformationalResponse):
                break
        raise h11.RemoteProtocolError("no answer comes, but only that one will")

    def body(self) -> bytes:
        """The body as it was sent, whole. Raises RefusedError where it is too large, or its end is not there."""
        parts: list[bytes] = []
        size = 0
        try:
            while isinstance(event := self._next(), h11.Data):
                size += len(event.data)
                if size > MOST_BYTES:
                    raise _too_large(MOST_BYTES)
                parts.append(bytes(event.data))
        except (h11.RemoteProtocolError, ConnectionError, ssl.SSLEOFError) as error:
            what = "cut short" if self._is_over or isinstance(error, OSError) else "damaged"
            raise RefusedError(f"its answer was {what}, and is not kept: {error}") from error
        if self._more():
            raise RefusedError("its answer goes on after its end, and is not kept")
        return b"".join(parts)

    def _next(self) -> object:
        """The next event of the conversation."""
        while (event := self._http.next_event()) is h11.NEED_DATA:
            self._http.receive_data(self._received(self._rules.left()))
        return event

    def _received(self, seconds: float) -> bytes:
        """The next bytes; none at the end."""
        self._wire.settimeout(seconds)
        data = self._wire.recv(1 << 16)
        self._came += len(data)
        self._is_over = not data
        if self._came > 2 * MOST_BYTES:
            raise _too_large(MOST_BYTES)
        return data

    def _more(self) -> bool:
        """Whether anything comes after the end of the answer."""
        after, is_over = self._http.trailing_data
        if after or is_over or self._is_over:
            return bool(after)
        try:
            return bool(self._received(min(_AFTER_SECONDS, self._rules.left())))
        except OSError:
            return False


def _decoded(value: bytes) -> str:
    """A header as text: UTF-8 where it is, as servers send addresses; else Latin-1, as the standard has it."""
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")


def _too_large(most: int) -> RefusedError:
    return RefusedError(f"refused: it is larger than {most >> 20} MB")


def unzipped(data: bytes, most: int) -> bytes:
    """What was packed with gzip, whole. Raises RefusedError where it is damaged, cut short or larger than `most`."""
    parts: list[bytes] = []
    size = 0
    for _ in range(MOST_MEMBERS):
        member = zlib.decompressobj(16 + zlib.MAX_WBITS)
        try:
            parts.append(member.decompress(data, most + 1 - size))
        except zlib.error as error:
            raise RefusedError(f"its gzip is damaged, and is not kept: {error}") from error
        size += len(parts[-1])
        if size > most:
            raise _too_large(most)
        if not member.eof:
            raise RefusedError("its gzip was cut short, and is not kept")
        data = member.unused_data
        if not data:
            return b"".join(parts)
    raise RefusedError("its gzip goes on after its end, and is not kept")
