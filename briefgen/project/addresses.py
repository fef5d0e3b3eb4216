"""The address of a site: parsed, refused where anything in it could mean something else, and spelt in one way.

It stands in pages, feeds, headers, redirects and settings of hosts, each with rules of its own for what has to be
escaped. So it holds nothing that would have to be: ASCII letters, digits and `-._~`, and what is percent-encoded.
"""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import unquote_to_bytes

from briefgen.model.text import name_of, unfit

EXAMPLES = "For example https://desk.example/ or https://host.example/desk/."
_PARTS = re.compile(r"(https?)://([^/?#]*)(/[^?#]*)?([?#].*)?", re.IGNORECASE)
_LABEL = re.compile(r"[a-z0-9]([a-z0-9_-]{0,61}[a-z0-9])?")
_SEGMENT = re.compile(r"([A-Za-z0-9._~-]|%[0-9A-Fa-f]{2})+")
_LONGEST = 2_000
_USUAL_PORTS = {"http": "80", "https": "443"}


def address(text: str) -> str:
    """An address with its scheme, host and path in their usual spelling. Raises ValueError with what is wrong."""
    if strange := re.search(r"[^\x21-\x7e]", text):
        raise ValueError(f"{_shown(strange[0])} cannot stand in an address")
    if len(text) > _LONGEST:
        raise ValueError(f"it is longer than {_LONGEST:,} characters")
    found = _PARTS.fullmatch(text)
    if not found:
        raise ValueError("it does not begin with http:// or https:// and a host")
    scheme, authority, path, rest = found[1].lower(), found[2], found[3] or "", found[4]
    if rest:
        raise ValueError("it has a query or a fragment")
    if "@" in authority:
        raise ValueError("it names a user")
    host, port = _host_and_port(authority)
    shown = "" if port in ("", _USUAL_PORTS[scheme]) else f":{port}"
    return f"{scheme}://{host}{shown}{_path(path)}"


def site_address(text: str) -> str:
    """The address below which a site stands, with a slash at its end. Raises ValueError with what is wrong."""
    return f"{address(text).rstrip('/')}/"


def _shown(character: str) -> str:
    if character == " ":
        return "a space"
    return name_of(character) if unfit(character) else f"{character!r}"


def _host_and_port(authority: str) -> tuple[str, str]:
    found = re.fullmatch(r"(\[[^\]]*\]|[^:\[\]]*)(?::([0-9]*))?", authority)
    if not found:
        raise ValueError(f"{authority!r} is no host")
    port = (found[2] or "").lstrip("0")
    if found[2] and (len(port) > 5 or not 0 < int(port or "0") < 65536):
        raise ValueError(f"there is no port {found[2]}")
    return _host(found[1].lower()), port


def _host(host: str) -> str:
    if host.startswith("["):
        try:
            return f"[{ipaddress.IPv6Address(host[1:-1].replace('%', ' '))}]"  # no zone: it means nothing elsewhere
        except ValueError as error:
            raise ValueError(f"{host!r} is no host") from error
    labels = host.split(".")
    if len(host) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        raise ValueError(f"{host!r} is no host")
    if labels[-1].isdecimal() or labels[-1].startswith("0x"):  # a browser takes it for the number of a machine
        try:
            ipaddress.IPv4Address(host)
        except ValueError as error:
            raise ValueError(f"{host!r} is no host") from error
    for label in labels:
        if label.startswith("xn--") and not _is_punycode(label):
            raise ValueError(f"{label!r} is no punycode")
    return host


def _is_punycode(label: str) -> bool:
    try:
        plain = label[4:].encode("ascii").decode("punycode")
        return not plain.isascii() and not unfit(plain) and plain.encode("punycode").decode("ascii") == label[4:]
    except (UnicodeError, ValueError, OverflowError):
        return False


def _path(path: str) -> str:
    segments = path.strip("/").split("/") if path.strip("/") else []
    if "//" in path or any(part in (".", "..") for part in segments):
        raise ValueError("its path has an empty part, or one of dots alone")
    for part in segments:
        if not _SEGMENT.fullmatch(part):
            raise ValueError(f"{part!r} cannot stand in its path: letters, digits, - . _ ~ and %XX can")
        try:
            plain = unquote_to_bytes(part).decode("utf-8")
        except UnicodeDecodeError as error:
            raise ValueError(f"{part!r} in its path is not UTF-8") from error
        if unfit(plain) or set(plain) & set("/\\%") or plain in (".", ".."):
            raise ValueError(f"{part!r} in its path hides a character that cannot stand there")
    return "/" + "/".join(segments) + ("/" if segments and path.endswith("/") else "")
