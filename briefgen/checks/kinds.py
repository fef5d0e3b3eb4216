"""Kinds of files that a site may carry beside its pages: each told by its name and its content together.

A browser does with a file what its type says, a host takes the type from the name, and some readers look at the
content instead. So the three have to agree: a file is of the kind that its name says from the first byte to the last.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from briefgen.checks import svg
from briefgen.checks.svg import Unsafe
from briefgen.model.text import forbidden, name_of

Look = Callable[[bytes], None]  # raises Unsafe
MOST_PARTS = 2_000_000  # chunks, blocks and pages of a picture or a film that are stepped over


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file: its name, how one begins, how many bytes are looked through, and the look that raises Unsafe."""

    name: str
    begins: re.Pattern[bytes]
    look: Look
    most: int

    def look_through(self, data: bytes) -> None:
        """Look through a whole file. Raises Unsafe at the first thing that may not be in it."""
        if len(data) > self.most:
            raise Unsafe(f"it is larger than the {self.most >> 20} MiB that are looked through")
        self.look(data)


# ---- pictures, sound, fonts: the parts of which a file is made follow each other up to its end ----------------------


def _number(data: bytes, at: int, size: int, *, little: bool = False) -> int:
    """A whole number of so many bytes. Raises Unsafe where the file ends before it."""
    if at + size > len(data):
        raise Unsafe("it is cut short")
    return int.from_bytes(data[at : at + size], "little" if little else "big")


def _parts() -> Iterator[int]:
    """The numbers of a file's parts, as many as are looked at."""
    yield from range(MOST_PARTS)
    raise Unsafe(f"it is made of more than {MOST_PARTS:,} parts")


def _ends(data: bytes, at: int) -> None:
    """Hold a file to end here."""
    if at != len(data):
        raise Unsafe("it is cut short" if at > len(data) else f"{len(data) - at:,} bytes come after its end")


def _png(data: bytes) -> None:
    at = 8
    for _ in _parts():
        size, kind = _number(data, at, 4), data[at + 4 : at + 8]
        if not re.fullmatch(rb"[A-Za-z]{4}", kind):
            raise Unsafe("it is cut short, or damaged")
        at += 12 + size
        if kind == b"IEND":
            break
    _ends(data, at)


_MARK = re.compile(rb"\xff++([^\xff])", re.DOTALL)


def _jpeg(data: bytes) -> None:
    at = 2
    for _ in _parts():
        mark = _MARK.match(data, at)
        if not mark:
            raise Unsafe("it is cut short, or damaged")
        at = mark.end() + _number(data, mark.end(), 2)
        if mark[1] == b"\xda":  # the picture itself, which ends with the last mark: cameras put small ones behind it
            break
    if data.find(b"\xff\xd9", at) < 0:
        raise Unsafe("it is cut short")


def _gif(data: bytes) -> None:
    def table(flags: int) -> int:
        return 3 << ((flags & 7) + 1) if flags & 0x80 else 0

    at, is_block = 13 + table(_number(data, 10, 1)), False
    for _ in _parts():
        mark = _number(data, at, 1)
        if is_block:
            at, is_block = at + 1 + mark, mark > 0
        elif mark == 0x21:
            at, is_block = at + 2, True
        elif mark == 0x2C:
            at, is_block = at + 11 + table(_number(data, at + 9, 1)), True
        elif mark == 0x3B:
            break
        else:
            raise Unsafe("it is damaged")
    _ends(data, at + 1)


def _webp(data: bytes) -> None:
    size = _number(data, 4, 4, little=True)
    _ends(data, 8 + size + size % 2)


def _boxes(data: bytes) -> None:
    at = 0
    for _ in _parts():
        if at >= len(data):
            break
        size, head = _number(data, at, 4), 8
        if not re.fullmatch(rb"[\x20-\x7e\xa9]{4}", data[at + 4 : at + 8]):
            raise Unsafe("it is damaged")
        if size == 1:
            size, head = _number(data, at + 8, 8), 16
        if size == 0:
            return  # up to the end of the file
        if size < head:
            raise Unsafe("it is damaged")
        at += size
    _ends(data, at)


def _ogg(data: bytes) -> None:
    at = 0
    for _ in _parts():
        if at >= len(data):
            break
        if data[at : at + 5] != b"OggS\0":
            raise Unsafe("it is damaged")
        segments = _number(data, at + 26, 1)
        at += 27 + segments + sum(data[at + 27 : at + 27 + segments])
    _ends(data, at)


def _mp3(data: bytes) -> None:
    at = 0
    if data.startswith(b"ID3"):
        sizes = [_number(data, place, 1) for place in range(6, 10)]
        at = 10 + (sizes[0] << 21 | sizes[1] << 14 | sizes[2] << 7 | sizes[3])
        if filled := re.compile(rb"\0++").match(data, at):
            at = filled.end()
    if _number(data, at, 2) & 0xFFE0 != 0xFFE0:
        raise Unsafe("it is damaged")


def _woff2(data: bytes) -> None:
    _ends(data, _number(data, 8, 4))


def _anything(data: bytes) -> None:
    """What its beginning says is enough."""


# ---- documents ------------------------------------------------------------------------------------------------------

MOST_STREAMS = 200_000  # packed parts of a PDF that are looked at
MOST_UNPACKED = 128 << 20  # bytes of a PDF's packed parts that are looked at


def _named(*names: str) -> re.Pattern[bytes]:
    """Names of a PDF, in which any letter may be written as `#4a`."""
    spelt = ("".join(f"(?:{letter}|#{ord(letter):02x})" for letter in name) for name in names)
    return re.compile(rf"/({'|'.join(spelt)})(?![A-Za-z0-9])".encode(), re.IGNORECASE)


_DOES = _named("JavaScript", "Launch", "SubmitForm", "ImportData", "RichMedia", "EmbeddedFile", "EmbeddedFiles", "XFA")
_LOCKED = _named("Encrypt")
_PACKS = _named("ObjStm")  # a part in which objects are packed: their numbers come first
_LONGEST_HEAD = 4096  # bytes before a part that tell of it
_NUMBERS = re.compile(rb"\s*\d+\s+\d+\s")
_STREAM = re.compile(rb"(?<!end)stream\r?\n")


def _pdf(data: bytes) -> None:
    if b"%%EOF" not in data[-2048:]:
        raise Unsafe("it is cut short")
    if _LOCKED.search(data):
        raise Unsafe("it is encrypted, so nobody can see what it does")
    for part in _parts_of_pdf(data):
        if found := _DOES.search(part):
            name = re.sub(rb"#([0-9a-fA-F]{2})", lambda m: bytes([int(m[1], 16)]), found[1]).decode("latin-1")
            raise Unsafe(f"it does something of itself when it is read (/{name})")


def _parts_of_pdf(data: bytes) -> Iterator[bytes]:
    """The file as it is, and each of its parts that is packed, unpacked: what it does may be written in them."""
    yield data
    left = MOST_UNPACKED
    for number, found in enumerate(_STREAM.finditer(data)):
        if number >= MOST_STREAMS:
            raise Unsafe(f"it has more than {MOST_STREAMS:,} packed parts")
        unpacked = _unpacked(data, found.end(), left)
        first = max(0, found.start() - _LONGEST_HEAD)
        first = max(first, data.rfind(b"endstream", first, found.start()))
        if not _NUMBERS.match(unpacked) and _PACKS.search(data, first, found.start()):
            raise Unsafe("a part of it is packed in a way that cannot be looked into")
        left -= len(unpacked)
        if left <= 0:
            raise Unsafe(f"it unpacks to more than the {MOST_UNPACKED >> 20} MiB that are looked through")
        yield unpacked


def _unpacked(data: bytes, at: int, most: int) -> bytes:
    if data[at : at + 1] not in (b"\x78", b"\x68", b"\x58", b"\x48", b"\x38", b"\x28", b"\x18", b"\x08"):
        return b""  # no zlib begins so
    unpacker, parts, size = zlib.decompressobj(), list[bytes](), 0
    try:
        while at < len(data) and not unpacker.eof and size < most:
            part = unpacker.decompress(unpacker.unconsumed_tail or data[at : at + 65_536], 1 << 20)
            at += 0 if unpacker.unconsumed_tail else 65_536
            parts.append(part)
            size += len(part)
    except zlib.error:
        pass  # what came before is all the same read by some
    return b"".join(parts)


# ---- text -----------------------------------------------------------------------------------------------------------

# What makes a reader that looks at the content take a text for a page: the tags of the WHATWG's table, and XML.
_MARKUP = re.compile(
    rb"<(!doctype|!--|\?|/?(html|head|title|body|script|style|iframe|frameset|object|embed|applet|base|link|meta|form"
    rb"|svg|math|img|video|audio|table|div|font|h1|a|b|br|p|xml|template|marquee|isindex|plaintext|xmp)(?![\w-])|\w+:script)",
    re.IGNORECASE,
)
_LOOKED_AT = 4096  # bytes, more than any such reader looks at


def _clean(data: bytes) -> str:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Unsafe("it is not UTF-8", data.count(b"\n", 0, error.start) + 1) from error
    if bad := forbidden(text.replace("\r\n", "\n")):
        raise Unsafe(f"the character {name_of(bad[0])} cannot stand in a text", text.count("\n", 0, bad.start()) + 1)
    return text


def _text(data: bytes) -> None:
    _clean(data)
    if found := _MARKUP.search(data[:_LOOKED_AT]):
        shown = found[0].decode("ascii")
        raise Unsafe(f"a browser may take it for a page: {shown!r}", data.count(b"\n", 0, found.start()) + 1)


def _json(data: bytes) -> None:
    try:
        json.loads(_clean(data))  # what is JSON begins as no page does
    except RecursionError as error:
        raise Unsafe("it is nested too deeply") from error
    except ValueError as error:
        raise Unsafe(f"it is no JSON: {error}", getattr(error, "lineno", 0), getattr(error, "colno", 0)) from error


# ---- all of them ----------------------------------------------------------------------------------------------------


_PACKED, _READ, _BUILT = 256 << 20, 64 << 20, 16 << 20  # bytes of what is stepped over, read, and built in memory


def _kind(name: str, begins: bytes, look: Look, most: int = _PACKED) -> Kind:
    return Kind(name, re.compile(begins, re.DOTALL), look, most)


# What may stand before the first element of XML; each part once it is taken is not given back.
_BEFORE = rb"(?>\s++|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*+(?:\[[^\]]*+\])?+\s*+>)*+"
_JPEG = _kind("JPEG", rb"\xff\xd8\xff", _jpeg)
_TEXT = _kind("text", rb"", _text, _READ)
# In the order in which a content is asked what it is. Brands of AVIF and MP4 stand in the first box.
KINDS: Mapping[str, Kind] = {
    "png": _kind("PNG", rb"\x89PNG\r\n\x1a\n", _png),
    "jpg": _JPEG,
    "jpeg": _JPEG,
    "gif": _kind("GIF", rb"GIF8[79]a", _gif),
    "webp": _kind("WebP", rb"RIFF....WEBPVP8[ LX]", _webp),
    "avif": _kind("AVIF", rb".{4}ftyp(?:avif|avis|(?:mif1|msf1|miaf)(?:.{4}){1,12}(?<=avif|avis))", _boxes),
    "mp4": _kind("MP4", rb".{4}ftyp(?:isom|iso[2-9]|mp4[12]|avc1|av01|M4V |M4A |dash|mmp4|MSNV)", _boxes),
    "webm": _kind("WebM", rb"\x1a\x45\xdf\xa3.{1,40}?\x42\x82\x84webm", _anything),
    "mp3": _kind("MP3", rb"ID3[\x02-\x04]|\xff[\xe2\xe3\xf2\xf3\xfa\xfb]", _mp3),
    "ogg": _kind("Ogg", rb"OggS\0", _ogg),
    "woff2": _kind("WOFF2", rb"wOF2", _woff2),
    "pdf": _kind("PDF", rb"%PDF-\d\.\d", _pdf, _READ),
    "svg": _kind("SVG", rb"(?:\xef\xbb\xbf)?" + _BEFORE + rb"<(?:\w+:)?svg\b", svg.look_through, _BUILT >> 1),
    "json": _kind("JSON", rb"\s*[\[{\"\d\-tfn]", _json, _BUILT),
    "csv": _TEXT,
    "txt": _TEXT,
}
_TOLD = tuple(kind for kind in dict.fromkeys(KINDS.values()) if kind.look not in (_text, _json))


def told_by_content(data: bytes) -> str:
    """What a file is by its first bytes: `a PNG`, or nothing where that is none of ours."""
    kind = next((kind.name for kind in _TOLD if kind.begins.match(data)), "")
    if not kind and re.match(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype html|html|script)", data, re.IGNORECASE):
        kind = "HTML page"
    return kind and f"{'an' if kind[0] in 'AHM' or kind.startswith('SVG') else 'a'} {kind}"
