"""Small sites out of text: what every test that builds one begins with."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from briefgen.assembly import Assembled, assemble
from briefgen.model.audience import Audience
from briefgen.model.site import Page
from briefgen.project.settings import load

# A shell that begins the tests in the background lets them ignore Ctrl-C, and every program that they begin with them.
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

REPOSITORY = Path(__file__).resolve().parent.parent
SEEDS = REPOSITORY.parent / "shared" / "seeds"
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)

HARBOUR = """\
---
title: Harbour tender goes to a company registered last month
date: 2026-11-20
sources: {A: gazette-1120}
actors: [northwind, port-authority]
key_facts:
  - id: award
    text: The port authority awarded the tender to Northwind, the gazette says.
    asserted_by: port-authority
    about: northwind
    evidence: [A: "awarded to Northwind AS"]
denials:
  - id: no-contact
    by: northwind
    text: Northwind says it had no contact with the authority before the tender.
    denies: []
    evidence: [A: "denied any contact with the authority before the tender"]
open_questions:
  - Who owns Northwind?
---
Free Markdown, with [[northwind]] or [[actor:northwind|the company]] as links.
"""
GAZETTE = """\
The harbour tender was awarded to Northwind AS on Friday. The company was registered last month.
Northwind denied any contact with the authority before the tender.
"""
LEAST: Mapping[str, str] = {
    "briefgen.toml": '[site]\ntitle = "The Desk"\n',
    "content/briefs/harbour-tender.md": HARBOUR,
    "content/captures/gazette-1120.txt": GAZETTE,
}

Site = Callable[..., Path]


def write(root: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write files below a folder, and give the folder."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return root


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """A function that writes the smallest sound site, with some of its files replaced or added."""

    def made(files: Mapping[str, str | bytes] | None = None, **replaced: tuple[str, str]) -> Path:
        texts: dict[str, str | bytes] = {**LEAST, **(files or {})}
        for old, new in replaced.values():
            brief = texts["content/briefs/harbour-tender.md"]
            assert isinstance(brief, str) and old in brief, old
            texts["content/briefs/harbour-tender.md"] = brief.replace(old, new)
        return write(tmp_path / "desk", texts)

    return made


def assembled(root: Path, *, now: datetime = NOW, jobs: int = 1, **audience: object) -> Assembled[Page]:
    """A site in memory."""
    return assemble(load(root), audience=Audience(**audience), now=now, put=lambda page: page, jobs=jobs)  # type: ignore[arg-type]


def said(found: Assembled[Page], *severities: str) -> list[str]:
    """The problems of a site, as `file:line:col rule`."""
    wanted = severities or ("error", "warning")
    return [f"{p.place} {p.rule}" for p in found.problems if p.severity in wanted]


def page(found: Assembled[Page], path: str) -> str:
    """The text of one page."""
    return next(p.body.decode() for p in found.pages if p.path == path)


def run(*arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """The command line as a person runs it."""
    return subprocess.run(
        [sys.executable, "-m", "briefgen", *arguments],
        cwd=cwd,
        env={
            **os.environ,
            "SOURCE_DATE_EPOCH": str(int(NOW.timestamp())),
            "GITHUB_ACTIONS": "",
            "CI": "",
            "PYTHONPATH": str(REPOSITORY),
            **environment,
        },
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


@contextmanager
def serving(handler: Callable[..., BaseHTTPRequestHandler]) -> Iterator[str]:
    """A web server in a thread on a free port, by its address without a slash; ends with the block."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


class QuietFiles(SimpleHTTPRequestHandler):
    """The files of a folder, without a word on who asks, and without a list where there is no page."""

    def log_message(self, format: str, *arguments: object) -> None:
        """Nothing."""

    def list_directory(self, path: object) -> None:
        """There is no page here."""
        self.send_error(404)
