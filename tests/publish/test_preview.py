"""What the preview decides by itself: who may ask, and what is put into a page."""

from __future__ import annotations

import asyncio
import json
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
from briefgen.publish.preview import Address, Fault, Outcome, with_script


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

    def work() -> None:
        asyncio.set_event_loop(asyncio.new_event_loop())
        loops.append(IOLoop.current())
        preview.serve(folder, [watched], [], rebuild, said.append, host="127.0.0.1", port=0, base="/desk/")

    thread = threading.Thread(target=work)
    thread.start()
    while not (found := next((line for line in said if line.startswith("Serving ")), "")):
        time.sleep(0.02)
    yield watched, said, found.split()[1]
    loops[0].add_callback(loops[0].stop)
    thread.join()
    loops[0].close(all_fds=True)


def ask(url: str, path: str, **headers: str) -> tuple[int, str, dict[str, str]]:
    connection = HTTPConnection("127.0.0.1", int(url.split(":")[2].split("/")[0]), timeout=5)
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    told = answer.status, answer.read().decode() if answer.status != 101 else "", dict(answer.headers)
    connection.close()
    return told


def test_a_folder_is_served_with_the_script_and_nothing_is_stored(running: tuple[Path, list[str], str]) -> None:
    _, _, url = running
    status, body, headers = ask(url, "/desk/")
    assert (status, headers["Cache-Control"]) == (200, "no-store")
    assert (
        body
        == '<head><script src="/desk/__preview__/preview.js" data-build="1" data-token="" defer></script>\n</head><body>front</body>'
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
