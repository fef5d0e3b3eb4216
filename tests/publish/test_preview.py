"""What the preview decides by itself: who may ask, and what is put into a page."""

from __future__ import annotations

import asyncio
import json
import re
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future
from http.client import HTTPConnection
from pathlib import Path

import pytest
from tornado.httpclient import HTTPRequest
from tornado.ioloop import IOLoop
from tornado.websocket import websocket_connect

from briefgen.model.problems import BriefgenError
from briefgen.publish import preview
from briefgen.publish.preview import Address, Decision, Fault, Outcome, with_script


def test_a_preview_answers_to_its_own_names() -> None:
    assert Address("127.0.0.1", 8000).allowed() == {"localhost:8000", "127.0.0.1:8000", "[::1]:8000"}
    assert "desk.local" in Address("desk.local", 80).allowed()
    assert Address("::1", 8000, "/desk/").url == "http://[::1]:8000/desk/"


def test_a_taken_port_gives_way_to_the_next_one_as_long_as_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        sockets, was_taken = preview._listen("127.0.0.1", port)
        assert was_taken and sockets[0].getsockname()[1] > port
        sockets[0].close()
        monkeypatch.setattr(preview, "PORTS", 1)
        with pytest.raises(BriefgenError, match="taken"):
            preview._listen("127.0.0.1", port)


@pytest.mark.parametrize("mark", ["'", "&#39;"])
def test_the_script_stands_in_the_response_and_the_page_allows_it_however_its_policy_is_spelt(mark: str) -> None:
    page = f'<head><meta content="default-src {mark}none{mark}; x"></head>'.encode()
    assert f"default-src {mark}none{mark}; script-src 'self'; x".encode() in with_script(page, "/", 1)


def test_the_script_stands_in_the_response_and_the_page_allows_it() -> None:
    page = b"<head><meta content=\"default-src 'none'; style-src 'self'\"></head><body>default-src 'none';</body>"
    assert with_script(page, "/desk/", 7) == (
        b"<head><meta content=\"default-src 'none'; script-src 'self'; style-src 'self'\">"
        b'<script src="/desk/__preview__/preview.js" data-build="7" data-token="" defer></script>\n</head><body>default-src \'none\';</body>'
    )


@pytest.fixture
def running(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Path, list[str], str]]:
    """A preview of a folder in a thread of this process; ends when the test does."""
    folder, watched, said, loops = tmp_path / "built", tmp_path / "content", [], []  # type: ignore[var-annotated]
    folder.mkdir()
    watched.mkdir()
    (folder / "index.html").write_text("<head></head><body>front</body>")
    (folder / "style.css").write_text("h1 {}")
    outcomes = [Outcome(line="built"), Outcome((Fault("x.md:1:1", "rule", "told"),), "not built")]

    def rebuild() -> Future[Outcome]:
        done: Future[Outcome] = Future()
        done.set_result(outcomes.pop(0) if outcomes else Outcome(line="built again"))
        return done

    def decide(decision: Decision) -> str:
        if decision.brief == "full":
            raise OSError(28, "No space left on device")
        if decision.brief == "gone":
            raise BriefgenError("there is no brief 'gone'", code=1)
        return f"{decision.verdict} {decision.id}"

    def work() -> None:
        asyncio.set_event_loop(asyncio.new_event_loop())
        loops.append(IOLoop.current())
        preview.serve(
            folder, [watched], [], rebuild, said.append, host="127.0.0.1", port=0, base="/desk/", decide=decide
        )

    thread = threading.Thread(target=work)
    thread.start()
    while not (found := next((line for line in said if line.startswith("Serving ")), "")):
        time.sleep(0.02)
    yield watched, said, found.split()[1]
    loops[0].add_callback(loops[0].stop)
    thread.join()
    loops[0].close(all_fds=True)


def ask(
    url: str, path: str, method: str = "GET", body: bytes | None = None, **headers: str
) -> tuple[int, str, dict[str, str]]:
    connection = HTTPConnection("127.0.0.1", int(url.split(":")[2].split("/")[0]), timeout=5)
    connection._validate_path = lambda path: None  # type: ignore[attr-defined]  # a stranger's client checks nothing
    connection.request(method, path, body, headers=headers)
    answer = connection.getresponse()
    told = answer.status, answer.read().decode() if answer.status != 101 else "", dict(answer.headers)
    connection.close()
    return told


def test_a_folder_is_served_with_the_script_and_nothing_is_stored(running: tuple[Path, list[str], str]) -> None:
    _, _, url = running
    status, body, headers = ask(url, "/desk/")
    assert (status, headers["Cache-Control"]) == (200, "no-store")
    token = re.search(r'data-token="([\w-]+)"', body)
    assert token
    assert (
        body
        == f'<head><script src="/desk/__preview__/preview.js" data-build="1" data-token="{token[1]}" defer></script>\n</head><body>front</body>'
    )
    assert ask(url, "/desk/style.css")[1] == "h1 {}"
    assert (
        "WebSocket" in ask(url, "/desk/__preview__/preview.js")[1]
        and "fixed" in ask(url, "/desk/__preview__/preview.css")[1]
    )
    assert ask(url, "/")[0] == 302 and ask(url, "/elsewhere")[0] == 404
    assert "Nothing here" in ask(url, "/desk/nope/")[1]
    upgrade = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "x3JJHMbDL1EzLkh9GBhXDw==",
    }
    for path in ("/desk/", "/", "/elsewhere", "/desk/__preview__/live"):
        assert ask(url, path, Host="evil.example", **upgrade)[0] == 421
    assert ask(url, "/desk/__preview__/live", Origin="http://evil.example", **upgrade)[0] == 403


UPGRADE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "x3JJHMbDL1EzLkh9GBhXDw==",
}
ANSWERS = [
    ("GET", "/desk/", {}, 200), ("GET", "/desk/style.css", {}, 200), ("HEAD", "/desk/", {}, 200), ("GET", "/desk/nope/", {}, 404),
    ("GET", "/", {}, 302), ("GET", "/elsewhere", {}, 404), ("POST", "/desk/", {}, 405), ("BREW", "/desk/", {}, 405),
    ("GET", "/desk/", {"Host": "evil.example"}, 421), ("GET", "/desk/", {"Range": "bytes=9999-"}, 416),
    ("GET", "/desk/__preview__/live", {}, 400), ("GET", "/desk/__preview__/live", UPGRADE | {"Origin": "http://evil.example"}, 403),
    ("GET", "/desk/__preview__/live", UPGRADE | {"Host": "evil.example"}, 421), ("GET", "/desk/__preview__/preview.js", {}, 200),
    ("GET", "/desk/__preview__/preview.css", {}, 200), ("GET", "/desk/__preview__/decide", {}, 403), ("POST", "/desk/__preview__/decide", {}, 403),
    ("GET", "/desk/../../../etc/passwd", {}, 403), ("GET", "/desk/%2e%2e/%2e%2e/etc/passwd", {}, 403),
    ("GET", "/desk/a%00b", {}, 400), ("GET", "/desk/%ff", {}, 400), ("GET", "/desk/%c0%ae/", {}, 400), ("GET", "/desk/%1b%5b2J", {}, 400), ("GET", "/desk/" + "a" * 5000, {}, 404),
    ("GET", "/desk/" + "a/" * 9000, {}, 404), ("GET", "/desk/%0d%0aX:y", {}, 400), ("GET", "*", {}, 404), ("GET", "http://127.0.0.1/desk/", {}, 421),
]  # fmt: skip


def test_only_pages_that_were_made_may_run_the_script(running: tuple[Path, list[str], str]) -> None:
    built = running[0].parent / "built"
    (built / "assets").mkdir()
    (built / "assets" / "raw.html").write_text("<head></head><script src=own.js></script>")
    (built / "404.html").write_text("<head></head>lost")
    runs = {}
    for path in ("", "nope", "assets/raw.html", "style.css", "__preview__/preview.js", "__preview__/decide"):
        _, body, told = ask(running[2], f"/desk/{path}")
        runs[path] = "script-src" in told["Content-Security-Policy"], "preview.js" in body
    assert runs == {"": (True, True), "nope": (True, True)} | dict.fromkeys([*runs][2:], (False, False))


@pytest.mark.parametrize(("method", "path", "headers", "status"), ANSWERS, ids=lambda value: str(value)[:30])
def test_no_answer_may_be_framed_guessed_or_kept(
    method: str, path: str, headers: dict[str, str], status: int, running: tuple[Path, list[str], str]
) -> None:
    found, _, told = ask(running[2], path, method, **headers)
    assert found == status
    assert "frame-ancestors 'none'" in told["Content-Security-Policy"] and told["X-Frame-Options"] == "DENY"
    assert told["X-Content-Type-Options"] == "nosniff" and told["Cache-Control"] == "no-store"
    assert ask(running[2], "/desk/")[0] == 200  # and the server lives on


DEEP = b'{"verdict":' + b"[" * 60_000
DECISIONS: list[tuple[bytes, dict[str, str], int, str]] = [
    (b'{"verdict": "accept", "brief": "b", "id": "x"}', {}, 200, "accept x"),
    (b'{"verdict": "undo"}', {"Content-Type": "application/json; charset=utf-8"}, 200, "undo "),
    (b'{"verdict": "accept", "brief": "gone"}', {}, 409, "there is no brief 'gone'."),
    (b'{"verdict": "accept", "brief": "full"}', {}, 409, "It could not be written: No space left on device."),
    *((bad, {}, 400, "This is no decision.\n") for bad in (
        b"", b"{", b"[]", b"null", b"1e999", b'"accept"', DEEP, b"[" * 60_000, b"\xff\xfe", b'{"verdict": "\xff"}',
        b'{"verdict": "destroy"}', b'{"verdict": ["accept"]}', b'{"verdict": {}}', b'{"verdict": "accept", "brief": 1}',
        b'{"verdict": "accept", "brief": "a\\u0000"}', b'{"verdict": "accept", "id": "\\ud800"}', b'{"verdict": "accept", "id": null}',
        b'{"verdict": "accept", "id": ' + b"9" * 5000 + b"}",
    )),
    (b"{}", {"Content-Type": "text/plain"}, 415, "A decision is JSON.\n"),
    (b"{}", {"Content-Type": "multipart/form-data; boundary=x"}, 415, "A decision is JSON.\n"),
    (b"x" * 70_000, {}, 413, "A decision is short.\n"),
    (b"{}", {"X-Briefgen-Token": "guess"}, 403, "Only a page of this preview may decide.\n"),
    (b"{}", {"X-Briefgen-Token": "\xe9"}, 403, "Only a page of this preview may decide.\n"),
    (b"{}", {"Origin": "http://evil.example"}, 403, "Only a page of this preview may decide.\n"),
    (b"{}", {"Origin": "http://[evil"}, 403, "Only a page of this preview may decide.\n"),
    (b"{}", {"Origin": "null"}, 403, "Only a page of this preview may decide.\n"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "headers", "status", "said"), DECISIONS, ids=lambda value: str(value)[:40])
def test_a_decision_is_taken_or_refused_with_a_sentence(
    body: bytes, headers: dict[str, str], status: int, said: str, running: tuple[Path, list[str], str]
) -> None:
    url = running[2]
    token = re.search(r'data-token="([\w-]+)"', ask(url, "/desk/")[1])
    assert token
    own = {"Content-Type": "application/json", "X-Briefgen-Token": token[1], "Origin": url.removesuffix("/desk/")}
    found, answer, told = ask(url, "/desk/__preview__/decide", "POST", body, **own | headers)
    assert (found, answer.startswith(said)) == (status, True), answer
    assert "frame-ancestors 'none'" in told["Content-Security-Policy"]
    assert ask(url, "/desk/")[0] == 200


@pytest.mark.parametrize(
    "said",
    [b"", b"\r\n\r\n", b"GET", b"GET /desk/ X: y HTTP/1.1\r\nHost: x\r\n\r\n", b"GET /desk/\x00 HTTP/1.1\r\n\r\n", b"GET /desk/ HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", b"\x16\x03\x01\x02\x00" * 9,
     b"POST /desk/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: -1\r\n\r\n", b"POST /desk/__preview__/decide HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: x\r\n\r\n",
     b"POST /desk/ HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nffffffffff\r\n", b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 20_000 + b"\r\n"],
    ids=lambda said: said[:24].hex(),
)  # fmt: skip
def test_what_is_no_request_ends_its_own_connection_alone(said: bytes, running: tuple[Path, list[str], str]) -> None:
    url = running[2]
    with socket.create_connection(("127.0.0.1", int(url.split(":")[2].split("/")[0])), timeout=5) as raw:
        try:
            raw.sendall(said)
            raw.shutdown(socket.SHUT_WR)
            assert raw.recv(1 << 16)[:12] in (b"", b"HTTP/1.1 400", b"HTTP/1.1 421", b"HTTP/1.1 403")
        except ConnectionError:
            pass
    assert ask(url, "/desk/")[0] == 200


def test_who_listens_is_told_of_faults_and_of_their_end(running: tuple[Path, list[str], str]) -> None:
    watched, said, url = running
    address = f"{url.replace('http', 'ws')}__preview__/live"

    async def listen() -> list[dict[str, object]]:
        socket = await websocket_connect(HTTPRequest(address, headers={"Origin": url.rsplit("/desk", 1)[0]}))
        told = [json.loads(str(await socket.read_message()))]
        for name in ("a.md", "b.css"):
            (watched.parent / name).write_text("x")
            (watched.parent / name).replace(watched / name)  # one change and not two
            told.append(json.loads(str(await socket.read_message())))
        socket.close()
        return told

    first, fault, mended = asyncio.run(asyncio.wait_for(listen(), 20))
    assert first == {"style": False, "build": 1, "shown": True, "faults": []}
    assert fault["faults"][0]["where"] == "x.md:1:1" and fault["style"] is False  # type: ignore[index]
    assert mended == {"style": True, "build": 3, "shown": True, "faults": []}
    assert said[-2:] == ["not built", "built again"]
