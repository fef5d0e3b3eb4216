"""Addresses are asked by the rules of safety; nothing private is, whatever leads there."""

from __future__ import annotations

import http.server
import socket
from collections.abc import Iterator

import pytest

from briefgen import desk
from briefgen.capture.fetch import Answer, ask, get, is_public
from briefgen.project.settings import load
from tests.conftest import Site, serving


class _Server(http.server.BaseHTTPRequestHandler):
    """`/404` answers 404, `/loop` leads to itself, `/to?x` leads to x, `/get` will not be asked for a head."""

    def do_HEAD(self) -> None:
        path, _, query = self.path.partition("?")
        if path in ("/loop", "/to"):
            self.send_response(302)
            self.send_header("Location", query or "/loop")
        else:
            self.send_response(405 if path == "/get" and self.command == "HEAD" else 404 if path == "/404" else 200)
        self.end_headers()

    do_GET = do_HEAD

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with serving(_Server) as url:
        yield url


def anywhere(address: str) -> bool:
    return True


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("/", Answer(200)),
        ("", Answer(200)),
        ("/404", Answer(404)),
        ("/get", Answer(200)),
        ("/to?/404", Answer(404)),
        ("/loop", Answer(0, "more than 5 redirects")),
        ("/to?file:///etc/passwd", Answer(0, "refused: 'file:///etc/passwd' is neither http nor https")),
    ],
)
def test_what_an_address_answers(address: str, path: str, answer: Answer) -> None:
    assert ask(address + path, may_connect=anywhere) == answer


def test_a_private_address_is_not_asked_not_even_by_a_redirect(address: str) -> None:
    assert "not public" in ask(address + "/").why
    hops = iter([True, False])
    assert "not public" in ask(f"{address}/to?{address}/404", may_connect=lambda _: next(hops)).why


@pytest.mark.parametrize(
    ("ip", "public"),
    [("127.0.0.1", False), ("10.0.0.1", False), ("169.254.169.254", False), ("::1", False), ("fe80::1%eth0", False),
     ("::ffff:127.0.0.1", False), ("100.64.0.1", False), ("0.0.0.0", False), ("93.184.215.14", True)],
)  # fmt: skip
def test_is_public(ip: str, public: bool) -> None:
    assert is_public(ip) is public


def test_time_runs_out(address: str) -> None:
    ticks = iter([0.0, 31.0])
    assert ask(address, may_connect=anywhere, clock=lambda: next(ticks)) == Answer(0, "no answer in time")


def test_a_host_that_is_not_there_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(*args: object, **kwargs: object) -> None:
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", nobody)
    assert ask("https://nowhere.example/").is_gone


def test_a_closed_port_is_no_answer_and_not_gone() -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        answer = ask(f"http://127.0.0.1:{held.getsockname()[1]}/", may_connect=anywhere)
    assert answer.status == 0 and answer.why.startswith("no answer") and not answer.is_gone


def test_dead_addresses_are_told_at_their_place(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = {"https://a.example/x": Answer(404), "https://b.example/": Answer(0, "no answer in time")}
    monkeypatch.setattr(desk, "ask", lambda url: answers.get(url, Answer(200)))
    root = site(
        {"content/sources/gazette-1120.md": "---\nurl: https://a.example/x\narchived_url: https://ok.example/\n---\n"},
        body=("Free Markdown", "See [b](https://b.example/) and <https://ok.example/>.\n\nFree Markdown"),
    )
    found = [f"{p.place} {p.severity} {p.rule}: {p.message}" for p in desk.external(load(root))]
    assert found == [
        "content/briefs/harbour-tender.md:21:9 note address-unsure: https://b.example/: no answer in time",
        "content/sources/gazette-1120.md:2:6 warning address-gone: https://a.example/x answers 404",
    ]


class _Pages(http.server.BaseHTTPRequestHandler):
    """`/page` is a page, `/zip` the same packed, `/bomb` packs 40 MB, `/odd` is packed in a way nobody asked for."""

    def do_GET(self) -> None:
        import gzip

        body = {"/page": b"<p>words", "/zip": gzip.compress(b"<p>words"), "/bomb": gzip.compress(b"0" * (40 << 20))}
        self.send_response(200 if self.path in (*body, "/odd", "/feed") else 500)
        self.send_header("Content-Type", "text/html; charset=windows-1252")
        if self.path in ("/zip", "/bomb", "/odd"):
            self.send_header("Content-Encoding", "br" if self.path == "/odd" else "gzip")
        self.end_headers()
        self.wfile.write(body.get(self.path, b"-"))

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def pages() -> Iterator[str]:
    with serving(_Pages) as url:
        yield url


@pytest.mark.parametrize("path", ["/page", "/zip"])
def test_a_page_is_received_with_what_is_said_of_it(pages: str, path: str) -> None:
    received = get(pages + path, may_connect=anywhere)
    assert (received.data, received.content_type, received.charset) == (b"<p>words", "text/html", "windows-1252")


@pytest.mark.parametrize(
    ("path", "why"),
    [("/bomb", "larger than 10 MB"), ("/odd", "encoded as 'br'"), ("/gone", "it answers 500")],
)
def test_what_is_too_large_or_strange_is_not_received(pages: str, path: str, why: str) -> None:
    received = get(pages + path, may_connect=anywhere)
    assert not received.data and why in received.why


def test_nothing_is_received_from_a_private_address(pages: str) -> None:
    assert "not public" in get(pages + "/page").why
