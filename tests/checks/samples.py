"""The smallest sound file of each kind, made here: for tests that want one, or one with something put into it."""

from __future__ import annotations

import struct
import zlib

SVG = 'xmlns="http://www.w3.org/2000/svg"'


def chunk(kind: bytes, data: bytes = b"") -> bytes:
    """A chunk of a PNG."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def box(kind: bytes, data: bytes = b"") -> bytes:
    """A box of an MP4 or AVIF."""
    return struct.pack(">I", 8 + len(data)) + kind + data


def page(*segments: bytes) -> bytes:
    """A page of an Ogg."""
    return b"OggS\0\x02" + bytes(20) + bytes([len(segments), *map(len, segments)]) + b"".join(segments)


def pdf(*objects: bytes) -> bytes:
    """A PDF with these objects; its table of places is left out, as readers repair it."""
    body = b"".join(b"%d 0 obj\n%b\nendobj\n" % (number, each) for number, each in enumerate(objects, 1))
    return b"%PDF-1.7\n" + body + b"trailer << /Root 1 0 R >>\nstartxref\n0\n%%EOF\n"


def stream(told: bytes, data: bytes) -> bytes:
    """A stream of a PDF."""
    return b"<< %b /Length %d >>\nstream\n%b\nendstream" % (told, len(data), data)


def packed(told: bytes, data: bytes) -> bytes:
    """A packed stream of a PDF."""
    return stream(told + b" /Filter /FlateDecode", zlib.compress(data))


_RIFF = b"WEBPVP8L" + struct.pack("<I", 6) + b"\x2f\0\0\0\0\0"
SAMPLES: dict[str, bytes] = {
    "png": b"\x89PNG\r\n\x1a\n"
    + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    + chunk(b"IDAT", zlib.compress(b"\0\0"))
    + chunk(b"IEND"),
    "jpg": b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0\xff\xda\0\x02\x12\x34\xff\xd9",
    "gif": b"GIF89a\x01\0\x01\0\x80\0\0" + bytes(6) + b"\x21\xf9\x04\0\0\0\0\0\x2c" + bytes(4) + b"\x01\0\x01\0\0\x02\x02\x44\x01\0\x3b",
    "webp": b"RIFF" + struct.pack("<I", len(_RIFF)) + _RIFF,
    "avif": box(b"ftyp", b"avif\0\0\0\0mif1miaf") + box(b"meta") + box(b"mdat", b"x"),
    "mp4": box(b"ftyp", b"isom\0\0\x02\0isomiso2mp41") + box(b"moov") + box(b"mdat", b"x"),
    "webm": b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\xf7\x81\x01\x42\xf2\x81\x04\x42\xf3\x81\x08\x42\x82\x84webm\x42\x87\x81\x04",
    "mp3": b"ID3\x04\0\0\0\0\0\x0a" + bytes(10) + b"\xff\xfb\x90\x64" + bytes(100),
    "ogg": page(b"\x01vorbis" + bytes(23)) + page(b"x" * 255, b"y"),
    "woff2": b"wOF2\0\x01\0\0" + struct.pack(">I", 48) + bytes(36),
    "pdf": pdf(b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [] /Count 0 >>", packed(b"/Type /ObjStm /N 1 /First 4", b"9 0 << /Title (x) >>")),
    "svg": f'<?xml version="1.0" encoding="UTF-8"?>\n<!-- a plan -->\n<svg {SVG} viewBox="0 0 2 2"><title>Plan</title><path d="M0 0h2" fill="url(#a)"/></svg>'.encode(),
    "json": b'{"a": [1, 2.5, null, "\\u003cb\\u003e"]}\n',
    "csv": "name,Δ\r\nA,-5\r\nB,+2.5\r\n\"=\",-\r\n".replace('"="', "C").encode(),
    "txt": b"Two lines,\nand 5 < 6 > 4 & \"so\" on: a <- b.\n",
}  # fmt: skip
SAMPLES["jpeg"] = SAMPLES["jpg"]
