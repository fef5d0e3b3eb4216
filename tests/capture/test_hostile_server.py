"""A server that drips, floods, lies or breaks off: an answer ends in time, and is kept whole or not at all."""

from __future__ import annotations

import gzip
import itertools
import socketserver
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import ClassVar

import pytest

from briefgen.capture import fetch
from briefgen.capture.fetch import ask, get
from tests.conftest import serving

SECONDS = 0.3  # what an answer is given in these tests
OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
BODY = b"<p>The minister accused the bank. The bank denied it."
GZIP = gzip.compress(BODY)


def anywhere(address: str) -> bool:
    return True


Script = Callable[[bytes], Iterable[bytes]]


class _Scripted(socketserver.BaseRequestHandler):
    """Answers a request by the script whose number its address begins with, piece by piece, and breaks off."""

    scripts: ClassVar[list[tuple[Script, float]]] = []

    def handle(self) -> None:
        request = self.request.recv(1 << 16)
        script, pause = self.scripts[int(request.split(b"/", 2)[1].split()[0])]
        try:
            for piece in script(request):
                self.request.sendall(piece)
                time.sleep(pause)
        except OSError:
            pass  # nobody listens any more


Saying = Callable[..., str]


@pytest.fixture(scope="module")
def saying() -> Iterator[Saying]:
    """A function that gives the address of a server which answers by a script."""
    with serving(_Scripted) as server:  # type: ignore[arg-type]

        def address(script: Script | bytes, pause: float = 0.0) -> str:
            _Scripted.scripts.append(((lambda _: [script]) if isinstance(script, bytes) else script, pause))
            return f"{server}/{len(_Scripted.scripts) - 1}"

        yield address


DRIPPED = {
    "nothing": [b""],
    "a status line": itertools.chain([b"HTTP/1.1 200 "], itertools.repeat(b"O")),
    "a header": itertools.chain([OK, b"X: "], itertools.repeat(b"x")),
    "headers": itertools.chain([OK], itertools.repeat(b"X: x\r\n")),
    "100 Continue": itertools.repeat(b"HTTP/1.1 100 Continue\r\n\r\n"),
    "103 with headers": itertools.chain([b"HTTP/1.1 103 Early\r\n"], itertools.repeat(b"Link: x\r\n")),
    "a body": itertools.chain([OK + b"Content-Length: 9999999\r\n\r\n"], itertools.repeat(b"x")),
    "a body without an end": itertools.chain([OK + b"\r\n"], itertools.repeat(b"x")),
    "a chunk's size": itertools.chain([CHUNKED], itertools.repeat(b"0")),
    "a chunk's extension": itertools.chain([CHUNKED, b"5;"], itertools.repeat(b"x")),
    "chunks": itertools.chain([CHUNKED], itertools.repeat(b"1\r\nx\r\n")),
    "trailers": itertools.chain([CHUNKED, b"5\r\nhello\r\n0\r\n"], itertools.repeat(b"X: x\r\n")),
}


@pytest.mark.parametrize("what", DRIPPED)
@pytest.mark.parametrize("pause", [0.0, 0.02], ids=["flooded", "dripped"])
def test_what_never_ends_is_left_in_time(saying: Saying, what: str, pause: float) -> None:
    done = threading.Event()

    def script(request: bytes) -> Iterator[bytes]:
        yield from itertools.takewhile(lambda _: not done.is_set(), DRIPPED[what])
        done.wait(5)  # a server that keeps the line open

    began = time.monotonic()
    received = get(saying(script, pause), may_connect=anywhere, seconds=SECONDS)
    took = time.monotonic() - began
    done.set()
    assert not received.data and received.why
    assert took < 10 * SECONDS
    if pause and "100" not in what:
        assert received.why == "no answer in time"


def test_every_redirect_is_taken_out_of_the_same_time(saying: Saying) -> None:
    def script(request: bytes) -> Iterator[bytes]:
        time.sleep(0.1)
        yield b"HTTP/1.1 302 Found\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n" % request.split()[1]

    address = saying(script)
    assert get(address, may_connect=anywhere, seconds=0.35).why == "no answer in time"
    assert ask(address, may_connect=anywhere, seconds=0.15).why == "no answer in time"


CUT = {
    "half of what its length says": OK + b"Content-Length: 999\r\n\r\n" + BODY,
    "nothing of what its length says": OK + b"Content-Length: 999\r\n\r\n",
    "chunks without their end": CHUNKED + b"35\r\n" + BODY + b"\r\n",
    "a chunk broken off": CHUNKED + b"99\r\n" + BODY,
    "a trailer broken off": CHUNKED + b"35\r\n" + BODY + b"\r\n0\r\nX: x",
    "gzip without its end": OK + b"Content-Encoding: gzip\r\n\r\n" + GZIP[:-9],
    "gzip without its checksum": OK + b"Content-Encoding: gzip\r\n\r\n" + GZIP[:-8],
    "gzip of the right length without its end": OK
    + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % (len(GZIP) - 9)
    + GZIP[:-9],
    "a second piece of gzip broken off": OK + b"Content-Encoding: gzip\r\n\r\n" + GZIP + GZIP[:-9],
    "no gzip at all": OK + b"Content-Encoding: gzip\r\n\r\n" + BODY,
    "damaged gzip": OK + b"Content-Encoding: gzip\r\n\r\n" + GZIP[:20] + b"\xff\xff\xff" + GZIP[23:],
    "gzip with another checksum": OK + b"Content-Encoding: gzip\r\n\r\n" + GZIP[:-8] + b"\0\0\0\0" + GZIP[-4:],
    "junk after gzip": OK + b"Content-Encoding: gzip\r\n\r\n" + GZIP + b"junk",
    "many empty pieces of gzip": OK + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(b"") * 1000 + GZIP,
    "deflate": OK + b"Content-Encoding: deflate\r\n\r\n" + zlib.compress(BODY),
    "brotli": OK + b"Content-Encoding: br\r\n\r\n\x1b",
    "gzip twice": OK + b"Content-Encoding: gzip\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(GZIP),
    "more than its length says": OK + b"Content-Length: 9\r\n\r\n" + BODY,
    "more after its last chunk": CHUNKED + b"35\r\n" + BODY + b"\r\n0\r\n\r\nmore",
    "junk for a chunk's size": CHUNKED + b"zz\r\n" + BODY,
    "a negative chunk": CHUNKED + b"-5\r\n" + BODY,
    "two lengths": OK + b"Content-Length: 9\r\nContent-Length: 53\r\n\r\n" + BODY,
    "a length that is no number": OK + b"Content-Length: many\r\n\r\n" + BODY,
    "a negative length": OK + b"Content-Length: -1\r\n\r\n" + BODY,
    "another way to transfer": OK + b"Transfer-Encoding: gzip, chunked\r\n\r\n" + BODY,
    "a part": b"HTTP/1.1 206 Partial Content\r\nContent-Length: 53\r\n\r\n" + BODY,
    "no HTTP": b"220 mail.example ESMTP\r\n",
    "an older HTTP": BODY,
    "a header without a name": b"HTTP/1.1 200 OK\r\n: x\r\n\r\n" + BODY,
    "a header broken off": b"HTTP/1.1 200 OK\r\nContent-Le",
    "another protocol": b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n" + BODY,
    "more lines of header than anybody sends": OK + b"X: x\r\n" * 300 + b"Content-Length: 53\r\n\r\n" + BODY,
}


@pytest.mark.parametrize("what", CUT)
def test_what_is_cut_short_or_damaged_is_not_kept_and_said_in_a_sentence(saying: Saying, what: str) -> None:
    received = get(saying(CUT[what]), may_connect=anywhere, seconds=5)
    assert not received.data and len(received.why) > 10
    if "without" in what and "name" not in what or "broken off" in what and "header" not in what:
        assert "cut short" in received.why


WHOLE = {
    "with its length": OK + b"Content-Length: 53\r\n\r\n" + BODY,
    "in chunks": CHUNKED + b"35;note=x\r\n" + BODY + b"\r\n0\r\nX: x\r\n\r\n",
    "in pieces of gzip": OK + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(BODY[:20]) + gzip.compress(BODY[20:]),
    "after a word that it will come": b"HTTP/1.1 100 Continue\r\n\r\n" + OK + b"Content-Length: 53\r\n\r\n" + BODY,
}


@pytest.mark.parametrize("what", WHOLE)
def test_what_comes_whole_is_kept(saying: Saying, what: str) -> None:
    received = get(saying(WHOLE[what]), may_connect=anywhere, seconds=5)
    assert (received.data, received.why, received.is_open) == (BODY, "", False)


def test_an_answer_that_does_not_say_where_it_ends_is_kept_and_said_to_be_so(saying: Saying) -> None:
    received = get(saying(OK + b"\r\n" + BODY), may_connect=anywhere, seconds=5)
    assert (received.data, received.is_open) == (BODY, True)


def test_an_answer_of_which_byte_after_byte_is_taken_away_is_never_kept(saying: Saying) -> None:
    whole = CHUNKED + b"35\r\n" + BODY + b"\r\n0\r\n\r\n"
    address = saying(lambda request: [whole[: int(request.split(b"/")[2].split()[0])]])
    kept = [n for n in range(len(CHUNKED), len(whole) + 1) if get(f"{address}/{n}", may_connect=anywhere).data]
    assert kept == [len(whole)]


def test_a_redirect_leads_to_no_other_place_than_an_address_may(saying: Saying) -> None:
    for where, why in {
        b"http://user@127.0.0.1/": "a name before its host",
        b"http://2130706433/": "is a number",
        b"ftp://127.0.0.1/": "neither http nor https",
        b"http://[": "no answer",
        b"\xff\xfe\x00": "no answer",
    }.items():
        address = saying(b"HTTP/1.1 302 Found\r\nLocation: " + where + b"\r\n\r\n")
        assert why in get(address, may_connect=anywhere, seconds=5).why, where


def _certified(folder: Path) -> Path:
    """A certificate for 127.0.0.1 with its key, in one file."""
    from ipaddress import ip_address

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(1))
        .not_valid_after(now + timedelta(1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = folder / "both.pem"
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.mark.parametrize("says_so", [True, False])
def test_an_end_that_tls_does_not_confirm_is_a_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, says_so: bool
) -> None:
    both = _certified(tmp_path)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(both)

    class Secure(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with server.wrap_socket(self.request, server_side=True) as secure:
                secure.recv(1 << 16)
                secure.sendall(OK + b"\r\n" + BODY)
                if says_so:
                    secure.unwrap()

    real = ssl.create_default_context(cafile=str(both))
    monkeypatch.setattr(fetch.ssl, "create_default_context", lambda: real)
    with serving(Secure) as address:  # type: ignore[arg-type]
        received = get(address.replace("http:", "https:"), may_connect=anywhere, seconds=5)
    assert (received.data == BODY) is says_so
    assert says_so or "cut short" in received.why


def test_an_answer_is_bounded_in_memory_whatever_is_sent(saying: Saying) -> None:
    import tracemalloc

    flood = itertools.chain([OK + b"\r\n"], itertools.repeat(b"x" * (1 << 16), 1000))
    tracemalloc.start()
    received = get(saying(lambda request: flood), may_connect=anywhere, seconds=20)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert "larger than 10 MB" in received.why and most < 4 * fetch.MOST_BYTES
