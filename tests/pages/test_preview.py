"""The preview as a person sees it, in Chromium: what is saved is shown, soon, and nothing is lost on the way."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import REPOSITORY, write
from tests.pages.conftest import violations

pytestmark = pytest.mark.browser

BRIEF = "content/briefs/crane-lease.md"


@dataclass
class Preview:
    """A running preview: its desk, its address, and the process."""

    desk: Path
    url: str
    process: subprocess.Popen[str]

    @property
    def port(self) -> int:
        return int(self.url.split(":")[2].split("/")[0])

    def swap(self, file: str, old: str, new: str) -> None:
        text = (self.desk / file).read_text()
        assert old in text, old
        (self.desk / file).write_text(text.replace(old, new, 1))

    def ask(self, path: str, **headers: str) -> tuple[int, bytes]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=5)
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        try:
            return answer.status, b"" if answer.status == 101 else answer.read()
        finally:
            connection.close()


@contextmanager
def running(desk: Path, *arguments: str) -> Iterator[Preview]:
    command = [sys.executable, "-m", "briefgen", "serve", *arguments]
    process = subprocess.Popen(
        command,
        cwd=desk,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY), "PYTHONUNBUFFERED": "1"},
    )
    assert process.stdout is not None
    try:
        said = ""
        for line in process.stdout:
            said += line
            if found := re.search(r"Serving (http://\S+)", line):
                yield Preview(desk, found[1], process)
                return
        raise AssertionError(said)
    finally:
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 130
        process.stdout.close()


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    desk = tmp_path_factory.mktemp("preview") / "desk"
    shutil.copytree(REPOSITORY / "tests/sites/sound", desk)
    draft = "---\ntitle: Not finished\nstatus: draft\ndate: 2026-11-01\n---\nWords.\n"
    return write(desk, {"content/briefs/half-written.md": draft})


@pytest.fixture(scope="module")
def preview(desk: Path) -> Iterator[Preview]:
    with running(desk, "-p", "0") as preview:
        yield preview


@pytest.fixture
def page(browser: Any, preview: Preview) -> Iterator[Any]:
    page = browser.new_page()
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(f"{preview.url}briefs/crane-lease/")
    page.wait_for_selector("html[data-preview-build]")
    yield page
    page.close()
    assert said == []


def shows(page: Any, text: str, seconds: float = 5) -> None:
    page.wait_for_function("text => document.body.innerText.includes(text)", arg=text, timeout=seconds * 1000)


def test_of_twenty_saves_half_a_second_apart_none_is_lost(page: Any, preview: Preview) -> None:
    for number in range(20):
        preview.swap(BRIEF, "\n---\n", f"\n---\nSave number {number}.\n") if number == 0 else preview.swap(
            BRIEF, f"Save number {number - 1}.", f"Save number {number}."
        )
        shows(page, f"Save number {number}.", 3)
        time.sleep(0.1)


def test_saves_that_follow_at_once_end_in_the_last(page: Any, preview: Preview) -> None:
    for number in range(30):
        preview.swap(
            BRIEF, re.search(r"^title: .*$", (preview.desk / BRIEF).read_text(), re.M)[0], f"title: Take {number}"
        )  # type: ignore[index]
        time.sleep(0.03)
    shows(page, "Take 29")


def test_a_fault_is_shown_over_the_last_good_build_and_goes_when_it_is_mended(page: Any, preview: Preview) -> None:
    preview.swap(BRIEF, "leased to Northwind AS for ninety years", "leased to nobody at all")
    page.wait_for_selector("#preview-faults")
    told = page.inner_text("#preview-faults")
    assert "content/briefs/crane-lease.md:12:19" in told and "quote-not-found" in told and "leased to nobody" in told
    assert page.inner_text("h1") != ""
    page.reload()
    page.wait_for_selector("#preview-faults")
    preview.swap(BRIEF, "leased to nobody at all", "leased to Northwind AS for ninety years")
    page.wait_for_selector("#preview-faults", state="detached")


def test_a_new_file_and_a_removed_one_count(page: Any, preview: Preview) -> None:
    write(preview.desk, {"content/briefs/fresh.md": "---\ntitle: Fresh\ndate: 2026-11-02\n---\nFresh words.\n"})
    page.goto(f"{preview.url}briefs/")
    shows(page, "Fresh")
    page.goto(f"{preview.url}briefs/fresh/")
    shows(page, "Fresh words.")
    (preview.desk / "content/briefs/fresh.md").unlink()
    shows(page, "There is no page here")
    assert preview.ask("/harbour/briefs/fresh/")[0] == 404


def test_a_page_that_a_build_overtook_on_its_way_is_read_again(browser: Any, preview: Preview) -> None:
    """The page is served, a build ends, and only then does the page begin to listen."""
    page = browser.new_page()
    held: list[Any] = []
    page.route("**/__preview__/preview.js", lambda route: held.append(route))
    page.goto(f"{preview.url}briefs/crane-lease/", wait_until="commit")
    other = browser.new_page()
    other.goto(f"{preview.url}briefs/crane-lease/")
    other.wait_for_selector("html[data-preview-build]")
    write(preview.desk, {BRIEF: (preview.desk / BRIEF).read_text() + "\nIn between.\n"})
    shows(other, "In between.")
    assert "In between." not in page.inner_text("body")
    held.pop().continue_()
    shows(page, "In between.")
    page.close()
    other.close()


def test_an_edited_macro_is_shown(page: Any, preview: Preview) -> None:
    names = (REPOSITORY / "templates/names.html").read_text()
    write(
        preview.desk,
        {"templates/names.html": names.replace("<bdi>{{ id|name|as_is }}</bdi>", "<bdi>{{ id|name|as_is }} (!)</bdi>")},
    )
    shows(page, "Northwind AS (!)")
    write(preview.desk, {"templates/names.html": names})
    page.wait_for_function("() => !document.body.innerText.includes('(!)')")


def test_styles_change_without_a_reload_and_the_reader_stays_where_he_is(page: Any, preview: Preview) -> None:
    page.set_viewport_size({"width": 700, "height": 300})
    page.evaluate("window.mark = 1; document.querySelector('details').open = true; scrollTo(0, 400)")
    style = (REPOSITORY / "templates/style.css").read_text()
    write(preview.desk, {"templates/style.css": style + "\nh1 { letter-spacing: 7px }\n"})
    page.wait_for_function("() => getComputedStyle(document.querySelector('h1')).letterSpacing === '7px'")
    preview.swap(BRIEF, "the bulletin says.", "the bulletin told us.")
    shows(page, "the bulletin told us.")
    assert page.evaluate("[window.mark, document.querySelector('details').open, scrollY]") == [1, True, 400]


def test_what_is_not_public_yet_is_shown_and_marked(page: Any, preview: Preview) -> None:
    for path, told in (
        ("embargoed", "Under embargo until"),
        ("half-written", "Draft."),
        ("later", "A brief of the day"),
    ):
        page.goto(f"{preview.url}briefs/{path}/")
        shows(page, told)
    page.goto(f"{preview.url}briefs/harbour-tender/")
    assert "TLP:AMBER" in page.inner_text("#fact-price")
    page.goto(f"{preview.url}briefs/crane-lease/")
    assert "Proposed, not read by anybody" in page.inner_text("#denial-lease-denied")
    assert not (preview.desk / "site").exists()
    assert "__preview__" not in (preview.desk / ".briefgen/preview/index.html").read_text()


PROPOSALS = """\
---
# who: Ines
title: Two proposals
date: 2026-11-03
sources: {A: gazette-1120}
actors: [northwind, port-authority]
key_facts:
  - id: awarded                # keep this remark
    text: The port authority awarded the tender to Northwind, the gazette says.
    asserted_by: port-authority
    review: proposed
    evidence: [A: "awarded to Northwind AS"]
denials:
  - id: no-contact
    review: proposed
    by: northwind
    text: Northwind says it had no contact.
    denies: []
    evidence: [A: "denied any contact with the authority before the tender"]
open_questions: []
---
"""


def test_proposals_are_accepted_and_rejected_where_they_stand_by_the_keyboard(page: Any, preview: Preview) -> None:
    path = write(preview.desk, {"content/briefs/two.md": PROPOSALS}) / "content/briefs/two.md"
    page.goto(f"{preview.url}briefs/")
    shows(page, "Two proposals")
    page.goto(f"{preview.url}briefs/two/")
    page.wait_for_selector("#preview-proposals")
    page.get_by_role("button", name="2 proposals").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("n")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Accept no-contact"
    page.keyboard.press("p")
    page.keyboard.press("a")
    page.wait_for_function("() => document.querySelectorAll('.preview-decide').length === 1")
    page.wait_for_function(
        "() => document.getElementById('preview-told').innerText.startsWith('Accepted awarded. 1 proposal left')"
    )
    page.wait_for_function("() => document.activeElement.getAttribute('aria-label') === 'Accept no-contact'")
    accepted = PROPOSALS.replace("    review: proposed\n    evidence", "    evidence")
    assert path.read_text() == accepted
    page.keyboard.press("r")
    page.wait_for_function("() => document.querySelectorAll('.preview-decide').length === 0")
    rejected = path.read_text()
    assert rejected.split("denials:")[0] == accepted.split("denials:")[0] and "no-contact" not in rejected
    page.locator("#preview-undo").press("Enter")
    page.wait_for_function("() => document.querySelectorAll('.preview-decide').length === 1")
    assert path.read_text() == accepted
    page.get_by_role("button", name="Reject no-contact").press("r")
    page.wait_for_function("() => document.querySelectorAll('.preview-decide').length === 0")
    assert path.read_text() == rejected
    path.write_text(rejected + "An edit.\n")
    shows(page, "An edit.")
    page.locator("#preview-undo").press("Enter")
    shows(page, "has been changed since")
    assert path.read_text() == rejected + "An edit.\n"


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (1280, "dark"), (320, "light"), (320, "dark")])
def test_axe_finds_nothing_in_what_the_preview_adds(browser: Any, preview: Preview, width: int, scheme: str) -> None:
    """Proposals with their buttons, and a fault over the page."""
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme, bypass_csp=True)
    page = context.new_page()
    page.goto(f"{preview.url}briefs/crane-lease/")
    page.wait_for_selector(".preview-decide")
    wrong = []
    for good, bad in (("", ""), ("leased to Northwind AS for ninety years", "leased to nobody at all")):
        if good:
            preview.swap(BRIEF, good, bad)
            page.wait_for_selector("#preview-faults")
        wrong += violations(page)
        wrong += ["too wide"] if page.evaluate("document.documentElement.scrollWidth") > width else []
        if good:
            preview.swap(BRIEF, bad, good)
            page.wait_for_selector("#preview-faults", state="detached")
    assert wrong == []
    context.close()


def test_nobody_else_decides_on_a_proposal(page: Any, preview: Preview) -> None:
    brief = preview.desk / BRIEF
    before = brief.read_bytes()
    token = page.evaluate("document.querySelector('script[data-token]').dataset.token")
    own = f"http://127.0.0.1:{preview.port}"
    said = '{"brief": "crane-lease", "id": "lease-denied", "verdict": "accept"}'
    for expected, body, headers in (
        (403, said, {}),
        (403, said, {"X-Briefgen-Token": token}),
        (403, said, {"X-Briefgen-Token": token, "Origin": "http://evil.example"}),
        (403, said, {"X-Briefgen-Token": "guessed", "Origin": own}),
        (421, said, {"X-Briefgen-Token": token, "Origin": own, "Host": "evil.example"}),
        (400, said.replace("accept", "burn"), {"X-Briefgen-Token": token, "Origin": own}),
        (400, "[]", {"X-Briefgen-Token": token, "Origin": own}),
        (400, "{", {"X-Briefgen-Token": token, "Origin": own}),
        (409, said.replace("lease-denied", "lease-denied2"), {"X-Briefgen-Token": token, "Origin": own}),
        (409, said.replace("crane-lease", "../briefs/crane-lease"), {"X-Briefgen-Token": token, "Origin": own}),
    ):
        connection = HTTPConnection("127.0.0.1", preview.port, timeout=5)
        connection.request("POST", "/harbour/__preview__/decide", body, headers | {"Content-Type": "application/json"})
        answer = connection.getresponse()
        assert answer.status == expected, (headers, answer.read())
        connection.close()
    assert brief.read_bytes() == before


def test_other_hosts_and_origins_are_refused(preview: Preview) -> None:
    upgrade = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "x3JJHMbDL1EzLkh9GBhXDw==",
    }
    live = "/harbour/__preview__/live"
    assert preview.ask("/harbour/", Host="evil.example")[0] == 421
    assert preview.ask(live, **upgrade, Host="evil.example")[0] == 421
    assert preview.ask(live, **upgrade, Origin="http://evil.example")[0] == 403
    assert preview.ask("/harbour/")[0] == 200


@pytest.mark.parametrize(
    "path",
    [
        "/harbour/../../briefgen.toml",
        "/harbour/%2e%2e/%2e%2e/briefgen.toml",
        "/harbour/..%2fbriefgen.toml",
        "/briefgen.toml",
        "/harbour/nowhere/",
    ],
)
def test_nothing_is_served_but_what_was_built(preview: Preview, path: str) -> None:
    status, body = preview.ask(path)
    assert status in (403, 404) and b"base_url" not in body


def test_a_taken_port_gives_way_to_the_next_one_and_the_root_leads_to_the_site(desk: Path, tmp_path: Path) -> None:
    shutil.copytree(desk, tmp_path / "desk", ignore=shutil.ignore_patterns(".briefgen"))
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with running(tmp_path / "desk", "-p", str(port)) as other:
            assert port < other.port < port + 20
            assert other.ask("/")[0] == 302
