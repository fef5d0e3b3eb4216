"""Which addresses of the web may be asked, and where they lead: spelled in one way, and on the public network."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from queue import Empty, SimpleQueue
from threading import Thread
from urllib.parse import quote, urlsplit

_PORTS = {"http": 80, "https": 443}
_LEFT = "/:@!$&'()*+,;=~%?-._"  # what stands in a path or a query as it is; `%` stands for what is spelled already
_HOST = re.compile(r"[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*")
_NUMBER = re.compile(r"(?:\d+|0x[0-9a-f]*)")
LONGEST = 8000  # characters of an address


class RefusedError(Exception):
    """An address that is not asked, or what came from it is not kept; the text says why."""


@dataclass(frozen=True, slots=True)
class Address:
    """An address of the web in the one way that we spell it: host in ASCII, no name or password, no fragment."""

    scheme: str
    host: str
    port: int
    target: str

    @property
    def authority(self) -> str:
        """Host and port as a request names them; the usual port is left out."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"

    def __str__(self) -> str:
        return f"{self.scheme}://{self.authority}{self.target}"


def read_address(text: str) -> Address:
    """An address out of a text. Raises RefusedError where it is none of the web, or spelled so that it may mislead."""
    if len(text) > LONGEST:
        raise RefusedError(f"refused: an address of {len(text):,} characters; at most {LONGEST:,}")
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        raise RefusedError(f"refused: {text!r} is no address") from error
    if parts.scheme not in _PORTS or not parts.hostname:
        raise RefusedError(f"refused: {text!r} is neither http nor https")
    if "@" in parts.netloc:
        raise RefusedError(f"refused: {text!r} has a name before its host; give the address without it")
    if port is None:
        port = _PORTS[parts.scheme]
    elif port < 1024 and port not in _PORTS.values():
        raise RefusedError(f"refused: port {port} is no port of the web")
    target = quote(parts.path or "/", safe=_LEFT) + (f"?{quote(parts.query, safe=_LEFT)}" if parts.query else "")
    return Address(parts.scheme, _host(parts.hostname, in_brackets="[" in parts.netloc), port, target)


def _host(name: str, *, in_brackets: bool) -> str:
    """A host in ASCII, without the dot that may end it; a number stands for an address only in the usual form."""
    try:
        if in_brackets:
            return str(IPv6Address(name))
        host = name.encode("idna").decode("ascii").lower().removesuffix(".")
    except (ValueError, UnicodeError) as error:
        raise RefusedError(f"refused: {name!r} cannot be the name of a host") from error
    if not _HOST.fullmatch(host) or len(host) > 253:
        raise RefusedError(f"refused: {name!r} cannot be the name of a host")
    if _NUMBER.fullmatch(host.rpartition(".")[2]):
        try:
            return str(IPv4Address(host))
        except ValueError as error:
            raise RefusedError(f"refused: {name!r} is a number, and not an address as it is usually spelled") from error
    return host


# ---- where an address leads ----------------------------------------------------------------------------------------

# https://www.iana.org/assignments/iana-ipv4-special-registry, and multicast, reserved and the 6to4 relays.
_NOT_PUBLIC_4 = tuple(
    ip_network(each)
    for each in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
        "224.0.0.0/4", "240.0.0.0/4",
    )
)  # fmt: skip
# All of IPv6 that is given out for the public lies in 2000::/3, but for what is set aside there: protocols with Teredo,
# documentation, 6to4. Outside it are IPv4-compatible, unique, site- and link-local ones, multicast, local NAT64.
_PUBLIC_6 = ip_network("2000::/3")
_NOT_PUBLIC_6 = tuple(ip_network(each) for each in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"))
_HOLDS_4 = tuple(ip_network(each) for each in ("::ffff:0:0/96", "64:ff9b::/96"))  # an IPv4 address in the last 32 bits


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public network; one that holds another is judged by the one it holds."""
    try:
        ip = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, IPv6Address):
        if any(ip in each for each in _HOLDS_4):
            ip = IPv4Address(int(ip) & 0xFFFF_FFFF)
        else:
            return ip in _PUBLIC_6 and not any(ip in each for each in _NOT_PUBLIC_6)
    return not any(ip in each for each in _NOT_PUBLIC_4)


def resolved(address: Address, may_connect: Callable[[str], bool], seconds: float) -> tuple[str, ...]:
    """The IP addresses of a host, each of which may be connected to.

    Raises RefusedError where there is none or one may not be, TimeoutError where looking it up takes longer.
    """
    found = _looked_up(address, seconds)
    if isinstance(found, Exception):
        raise RefusedError(f"no such host: {address.host}") from found
    if private := [each for each in found if not may_connect(each)]:
        raise RefusedError(f"refused: {address.host} is at {private[0]}, which is not public")
    return found


def _looked_up(address: Address, seconds: float) -> tuple[str, ...] | Exception:
    """What the system knows of a host. It takes as long as it likes, so a thread waits that may be left behind."""
    answers: SimpleQueue[tuple[str, ...] | Exception] = SimpleQueue()

    def look() -> None:
        try:
            told = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)
            answers.put(tuple(dict.fromkeys(str(info[4][0]) for info in told)))
        except (OSError, UnicodeError) as error:
            answers.put(error)

    Thread(target=look, daemon=True).start()
    try:
        return answers.get(timeout=seconds)
    except Empty:
        raise TimeoutError from None
