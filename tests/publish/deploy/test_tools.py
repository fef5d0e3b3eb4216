"""Other people's programs and hosts that misbehave: ended, told in a sentence, in time."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import ClassVar

import pytest

from briefgen.model.problems import BriefgenError
from briefgen.publish.deploy import hosts, reader, tools
from briefgen.publish.deploy.git import Git
from briefgen.publish.deploy.netlify import Netlify
from briefgen.publish.deploy.plan import Far
from briefgen.publish.deploy.rsync import Rsync
from tests.conftest import serving
from tests.publish.deploy.conftest import Built, deployed

SITE = {"index.html": b"front", "briefs/a/index.html": b"a", "feed.xml": b"<feed/>"}

PROGRAMS = {
    "fails with rubbish": ("head -c 5000 /dev/urandom >&2; exit 7", "failed: "),
    "says nothing": ("exit 7", "failed: exit status 7"),
    "is killed": ("kill -9 $$", "failed: it was ended by signal 9 (Killed)"),
    "ends itself": ("kill -TERM $$", "failed: it was ended by signal 15"),
    "colours": ("printf '\\033[31mno such thing\\033[0m\\n' >&2; exit 1", "failed: no such thing"),
    "talks for ever": ("yes", "was ended: it said more than 1,000,000 bytes"),
    "complains for ever": ("yes >&2", "was ended: it said more than 1,000,000 bytes"),
    "is silent": ("sleep 60", "was ended: it said nothing for 1 seconds"),
    "closes all and is silent": ("exec >&- 2>&-; sleep 60", "was ended: it said nothing for 1 seconds"),
    "heeds no end": ("trap '' TERM; sleep 60 & wait; sleep 60", "was ended: it said nothing for 1 seconds"),
}  # fmt: skip


def _program(folder: Path, name: str, script: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o755)
    return folder / name


@pytest.mark.parametrize("which", PROGRAMS)
def test_a_program_that_misbehaves_is_ended_and_told(
    which: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script, said = PROGRAMS[which]
    for name, value in (("SILENCE", 1.0), ("MOST", 1_000_000), ("WAIT", 0), ("_LEFT", 0.5)):
        monkeypatch.setattr(tools, name, value)
    started = time.monotonic()
    with pytest.raises(BriefgenError) as told:
        tools.run([_program(tmp_path / "bin", "tool", script)], given=b"x" * 1_000_000)
    assert said in told.value.message and told.value.code == 3 and time.monotonic() - started < 10
    assert len(told.value.message) < 500


def test_a_program_that_cannot_be_begun_is_told(tmp_path: Path) -> None:
    (tmp_path / "tool").write_bytes(b"\x7fELF rubbish")
    (tmp_path / "tool").chmod(0o755)
    for command in ([tmp_path / "tool"], [tmp_path / "none"], ["true", "a\0b"]):
        with pytest.raises(BriefgenError, match="cannot be run"):
            tools.run(command)


def test_what_a_program_leaves_running_is_not_waited_for(tmp_path: Path) -> None:
    started = time.monotonic()
    done = tools.run([_program(tmp_path / "bin", "tool", "sleep 60 & echo done")])
    assert done.stdout == b"done\n" and time.monotonic() - started < 10


@pytest.mark.parametrize("says", ["", "rubbish", "\\377\\376", "0000", "a b c d e f g h i j k", "\\033]0;x\\007"])
def test_a_git_that_says_rubbish_is_told(
    says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, site: Built
) -> None:
    _program(tmp_path / "bin", "git", f"cat > /dev/null; printf '{says}'")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    target = Git("there", "gh-pages", tmp_path / "store.git")
    with pytest.raises(BriefgenError):
        deployed(target, site.with_files(SITE))


@pytest.mark.parametrize(
    "says", ["", "rubbish\\nrubbish", "\\377\\376", "-rw-r--r-- 1 2026/11/24 20:28:14 briefgen-manifest.json\\n"]
)
def test_an_rsync_that_says_rubbish_is_told_or_believed_to_have_nothing(
    says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _program(tmp_path / "bin", "rsync", f"cat > /dev/null; printf -- '{says}'")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    far = Rsync("host:/there").look()
    assert far.damage if "manifest" in says else far == Far()


# ---- hosts that answer badly ---------------------------------------------------------------------------------------


@contextmanager
def _answering(answer: Callable[[socket.socket], None]) -> Iterator[str]:
    """A server on a free port that answers each request by hand."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                asked, _ = listening.accept()
            except OSError:
                return
            with asked:
                try:
                    asked.recv(65536)
                    answer(asked)
                except OSError:
                    pass

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        listening.close()


def _dripped(first: bytes, drop: bytes) -> Callable[[socket.socket], None]:
    def answer(asked: socket.socket) -> None:
        asked.sendall(first)
        while True:
            asked.sendall(drop)
            time.sleep(0.02)

    return answer


OK = b"HTTP/1.1 200 OK\r\n"
ANSWERS: dict[str, Callable[[socket.socket], None]] = {
    "nothing": lambda asked: None,
    "rubbish": lambda asked: asked.sendall(b"\xff\x00rubbish\r\n\r\n"),
    "cut short": lambda asked: asked.sendall(OK + b"Content-Length: 100\r\n\r\n[]"),
    "no length": lambda asked: asked.sendall(OK + b"Content-Length: many\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"),
    "a long line": lambda asked: asked.sendall(OK + b"X: " + b"x" * 100_000 + b"\r\n\r\n"),
    "many headers": lambda asked: asked.sendall(OK + b"X: y\r\n" * 500 + b"\r\n"),
    "dripped headers": _dripped(OK, b"X"),
    "dripped body": _dripped(OK + b"Content-Length: 100000\r\n\r\n", b" "),
    "dripped chunks": _dripped(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
    "continues": _dripped(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "round and round": lambda asked: asked.sendall(b"HTTP/1.1 302 Found\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n"),
    "to a file": lambda asked: asked.sendall(b"HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\n\r\n"),
    "not JSON": lambda asked: asked.sendall(OK + b"Content-Length: 2\r\n\r\n{]"),
    "other JSON": lambda asked: asked.sendall(OK + b"Content-Length: 9\r\n\r\n{\"a\": [1]}"[:11] ),
    "deep JSON": lambda asked: asked.sendall(OK + b"Content-Length: 200000\r\n\r\n" + b"[" * 200_000),
}  # fmt: skip


@pytest.mark.parametrize("which", ANSWERS)
def test_a_host_that_answers_badly_is_told_in_time(which: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "SECONDS", 0.5)
    monkeypatch.setattr(tools, "WAIT", 0)
    with _answering(ANSWERS[which]) as url:
        started = time.monotonic()
        with pytest.raises(BriefgenError, match="netlify: "):
            Netlify("site", "a-key", url).look()
        try:
            far = _seen_by_address(url)
        except BriefgenError as told:
            assert told.code == 3
        else:
            assert not far.has_manifest and far.damage
        assert time.monotonic() - started < 8


def _seen_by_address(url: str) -> Far:
    """What a host that is asked by its address alone is believed to have; its tool is not called."""
    found = hosts.needed
    hosts.needed = lambda program, package: program  # type: ignore[assignment]
    try:
        return hosts.Snapshot("netlify", "site", url).look()
    finally:
        hosts.needed = found  # type: ignore[assignment]


class _Elsewhere(BaseHTTPRequestHandler):
    """Sends everybody to another host; that one notes what it is told."""

    to: ClassVar[str] = ""
    told: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        if self.path.startswith("/there"):
            self.told.append(str(self.headers))
            self.send_response(200)
        else:
            self.send_response(302)
            self.send_header("Location", f"{self.to}/there")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"[]")

    def log_message(self, format: str, *arguments: object) -> None:
        pass


def test_a_key_goes_to_the_host_that_it_is_for_and_to_no_other() -> None:
    with serving(_Elsewhere) as one, serving(_Elsewhere) as other:
        _Elsewhere.to = other.replace("127.0.0.1", "localhost")
        Netlify("site", "a-secret-key", one).look()
    assert _Elsewhere.told and "a-secret-key" not in "".join(_Elsewhere.told)
