"""Every command in every hostile surrounding: a sentence, the right exit status, and nothing half written."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from briefgen.build import build
from briefgen.disk import lock
from briefgen.model.audience import Audience
from briefgen.model.problems import BriefgenError
from briefgen.project.settings import load
from briefgen.publish.output import MANIFEST, locked
from tests.conftest import LEAST, NOW, REPOSITORY, Site, run, write
from tests.surroundings import Ended, Loaded

if sys.platform != "linux":
    pytest.skip("streams, limits and rights are those of Linux", allow_module_level=True)

PROPOSED = """\
---
title: Proposed
date: 2026-11-20
sources: {A: gazette-1120}
actors: [port-authority]
key_facts:
  - id: award
    text: The tender was awarded, the gazette says.
    asserted_by: port-authority
    review: proposed
    evidence: [A: "awarded to Northwind AS"]
---
"""
DESK: Mapping[str, str] = {
    **LEAST,
    "briefgen.toml": '[site]\ntitle = "The D\u00e9sk"\n[deploy.live]\nkind = "folder"\nto = "../live"\n'
    '[deploy.pages]\nkind = "git"\nto = "../bare.git"\n',
    "content/briefs/proposed.md": PROPOSED,
    "content/actors/northwind.md": "---\nname: Northw\u00efnd\n---\n",
    "content/actors/port-authority.md": "---\nname: Port authority\n---\n",
    "content/assets/chart.csv": "a,b\n1,2\n",
    "report.txt": "Harbour report\n\nThe minister said on Friday that the pier was closed. The company denied it.\n",
}
COMMANDS: Mapping[str, tuple[str, ...]] = {
    "help": ("--help",),
    "version": ("--version",),
    "init": ("init", "../begun", "--example"),
    "new": ("new", "brief", "A title"),
    "ingest": ("ingest", "report.txt"),
    "draft": ("draft", "gazette-1120", "--name", "drafted"),
    "extract": ("extract", "--json", "report.txt"),
    "extract standard input": ("extract", "--json", "-"),
    "accept": ("accept", "proposed"),
    "reject": ("reject", "proposed", "award"),
    "status": ("status",),
    "rename": ("rename", "actor", "northwind", "southwind"),
    "lock": ("lock",),
    "check": ("check",),
    "build": ("build",),
    "deploy": ("deploy", "live"),
    "deploy by git": ("deploy", "pages"),
    "deploy, planned": ("deploy", "live", "-n"),
    "clean": ("clean",),
    "schema": ("schema",),
    "completion": ("completion", "bash"),
}
SURROUNDINGS: Mapping[str, Mapping[str, Any]] = {
    "none of it": {},
    "an output nobody reads": {"stdout": "unread"},
    "a closed output": {"stdout": "closed"},
    "a full output": {"stdout": "/dev/full"},
    "an error output nobody reads": {"stderr": "unread"},
    "a closed error output": {"stderr": "closed"},
    "a full error output": {"stderr": "/dev/full"},
    "all closed": {"stdin": "closed", "stdout": "closed", "stderr": "closed"},
    "a terminal that knows ASCII alone": {"encoding": "ascii", "environment": {"LC_ALL": "C", "TERM": "dumb"}},
    "no environment": {"environment": dict.fromkeys(("HOME", "USER", "LOGNAME", "TMPDIR", "LANG", "LC_ALL", "TERM"))},
    "an environment that is not UTF-8": {"environment": {"LESS": "\udcff", "HOME": "/\udcfe", "TERM": "\udcff"}},
    "no other programs": {"environment": {"PATH": "/nowhere"}},
    "no room on the disk": {"limits": {"RLIMIT_FSIZE": 0}},
    "little room on the disk": {"limits": {"RLIMIT_FSIZE": 200}},
    "few open files": {"limits": {"RLIMIT_NOFILE": 7}},
    "nothing that may be written": {"obeys": True},
    "nothing that may be read": {"obeys": True},
    "a folder that is gone": {"folder_goes": True},
}
UNHEARD = {"an output nobody reads", "a closed output", "a full output", "all closed"}


@pytest.fixture(scope="module")
def loaded() -> Iterator[Loaded]:
    process = Loaded()
    yield process
    process.end()


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    return _desk(tmp_path)


def _desk(folder: Path) -> Path:
    if not _TEMPLATE:
        _TEMPLATE.append(folder.parent / "template")
        write(_TEMPLATE[0] / "desk", DESK)
        subprocess.run(["git", "init", "-q", "--bare", _TEMPLATE[0] / "bare.git"], check=True)
    shutil.copytree(_TEMPLATE[0], folder, dirs_exist_ok=True)
    return folder / "desk"


_TEMPLATE: list[Path] = []


def _run(loaded: Loaded, desk: Path, command: tuple[str, ...], **surroundings: Any) -> Ended:
    environment = {"SOURCE_DATE_EPOCH": str(int(NOW.timestamp())), "GITHUB_ACTIONS": None, "CI": None}
    environment |= surroundings.pop("environment", {})
    return loaded.run(command, desk, environment=environment, **surroundings)


def _leavings(folder: Path) -> list[Path]:
    """What is left lying about beside files of a desk or of a destination."""
    shown = [p for p in folder.rglob("*") if ".briefgen" not in p.relative_to(folder).parts]
    return [p for p in shown if p.name.startswith((".briefgen", ".tmp")) or p.suffix in (".new", ".tmp")]


# Those that take long are begun in a third of the surroundings, and in all where BRIEFGEN_LONG is set.
SLOW = ("draft", "extract", "extract standard input", "deploy by git", "deploy, planned", "check")
IS_LONG = bool(os.environ.get("BRIEFGEN_LONG"))
CASES = [
    (surrounding, name)
    for number, surrounding in enumerate(SURROUNDINGS)
    for name in COMMANDS
    if IS_LONG or name not in SLOW or (SLOW.index(name) + number) % 3 == 0
]


@pytest.mark.parametrize("surrounding", SURROUNDINGS)
def test_every_command_ends_well_or_with_a_sentence(surrounding: str, loaded: Loaded, tmp_path: Path) -> None:
    for name in (name for where, name in CASES if where == surrounding):
        folder = tmp_path / name.replace(" ", "-")
        desk = _desk(folder)
        before = {p: p.read_bytes() for p in desk.rglob("*") if p.is_file()}
        _prepare(folder, surrounding)
        cwd = folder / "gone" if surrounding == "a folder that is gone" else desk
        ended = _run(loaded, cwd, COMMANDS[name], **SURROUNDINGS[surrounding])
        subprocess.run(["chmod", "-R", "u+rwX", folder], check=True)
        what = f"{name}: {ended}"
        assert ended.status in (0, 1, 2, 3, 141), what
        assert "Traceback" not in ended.out + ended.err and "ignored" not in ended.err, what
        assert (ended.status == 3) <= name.startswith("deploy"), what
        assert not _leavings(folder), what
        if surrounding in UNHEARD:
            assert ended.status, f"what could not be said was not noticed by {what}"
        elif "stderr" not in SURROUNDINGS[surrounding]:
            assert ended.status == 0 or ended.err.strip(), what
            if ended.status and surrounding != "little room on the disk":  # there some files can be written
                assert {p: p.read_bytes() for p in before} == before and not (desk / "site").exists(), what
        if IS_LONG or name in ("build", "accept", "deploy"):
            healed = _run(loaded, desk, COMMANDS[name])
            assert healed.status in (0, 1) and "Traceback" not in healed.err, f"afterwards {name}: {healed}"


def _prepare(folder: Path, surrounding: str) -> None:
    """Make a desk one that cannot be written, or not be read; and a folder to be in that goes."""
    if surrounding == "nothing that may be written":
        subprocess.run(["chmod", "-R", "a-w", folder], check=True)
    if surrounding == "nothing that may be read":
        desk = folder / "desk"
        subprocess.run(["chmod", "-R", "a-rwx", *(desk / "content").iterdir(), desk / "report.txt"], check=True)
    if surrounding == "a folder that is gone":
        (folder / "gone").mkdir()


@pytest.mark.parametrize("name", [name for name in COMMANDS if name not in ("help", "version", "schema", "completion")])
def test_ctrl_c_at_any_moment_is_a_hundred_and_thirty(name: str, loaded: Loaded, tmp_path: Path) -> None:
    started = time.perf_counter()
    _run(loaded, _desk(tmp_path / "whole"), COMMANDS[name])
    took = time.perf_counter() - started
    at_random = random.Random(name)
    for number in range(40 if IS_LONG else 2):
        folder = tmp_path / str(number)
        desk = _desk(folder)
        ended = _run(loaded, desk, COMMANDS[name], interrupt=at_random.uniform(0.02, max(took, 0.03)))
        assert ended.status in (0, 130) and "Traceback" not in ended.err and "Process" not in ended.err, ended
        assert "interrupted" in ended.err or ended.status == 0, ended
    again = _run(loaded, desk, COMMANDS[name])
    assert again.status in (0, 1, 2) and "Traceback" not in again.err and not _leavings(folder), again


def test_an_interruption_that_a_library_takes_for_something_else_is_one(loaded: Loaded, desk: Path) -> None:
    (desk / "briefgen.toml").write_text('plugins = ["slow"]\n')
    (desk / "slow.py").write_text(
        "import time\ndef check(graph):\n    try: time.sleep(9)\n    except KeyboardInterrupt: raise ValueError\n"
        "    yield\nchecks = (check,)\n"
    )
    ended = _run(loaded, desk, ("check",), interrupt=1.5)
    assert ended.status == 130 and "interrupted" in ended.err and "Traceback" not in ended.err, ended
    (desk / "slow.py").write_text(
        "import time\nclass Last:\n    def __del__(self): time.sleep(3)\n"
        "def check(graph):\n    Last()\n    time.sleep(9)\n    yield\nchecks = (check,)\n"
    )
    ended = _run(loaded, desk, ("check",), interrupt=1.5)
    assert ended.status == 130 and "interrupted" in ended.err and "Traceback" not in ended.err, ended


def test_ctrl_c_ends_all_processes_that_make_pages(loaded: Loaded, tmp_path: Path) -> None:
    desk = _desk(tmp_path)
    for number in range(900):
        (desk / f"content/actors/a{number}.md").write_text(f"---\nname: Actor {number}\n---\n")
    for seconds in (0.5, 1.2):
        ended = _run(loaded, desk, ("build", "-j", "3", "-q"), interrupt=seconds)
        assert ended.status in (0, 130) and "Traceback" not in ended.err and "Process" not in ended.err, ended
    assert _run(loaded, desk, ("build", "-q")).status == 0


def test_a_preview_ends_by_ctrl_c(loaded: Loaded, desk: Path) -> None:
    for seconds in (0.1, 1.0):
        ended = _run(loaded, desk, ("serve", "-p", "0"), interrupt=seconds)
        assert ended.status == 130 and "Traceback" not in ended.err, ended


# ---- as an interpreter begins --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "redirection", [">&-", "2>&-", "<&-", ">&- 2>&- <&-", ">/dev/full", "2>/dev/full", "| head -c 0"]
)
def test_a_shell_that_closes_streams_gets_no_traceback(redirection: str, desk: Path) -> None:
    site = desk / "site"
    for command in ("build", "build"):  # the second one only tells again what the first one told
        done = subprocess.run(
            f"{sys.executable} -m briefgen {command} {redirection}",
            shell=True,
            cwd=desk,
            capture_output=True,
            text=True,
            env={**os.environ, "PYTHONPATH": str(REPOSITORY), "SOURCE_DATE_EPOCH": str(int(NOW.timestamp()))},
        )
        assert "Traceback" not in done.stderr + done.stdout and "ignored" not in done.stderr, done
        assert "lost sys" not in done.stderr, done
    assert (site / MANIFEST).is_file()
    for path in (p for p in (*site.rglob("*"), *(desk / ".briefgen").rglob("*")) if p.is_file()):
        assert b"briefs, " not in path.read_bytes()[:200], f"what was said was printed into {path}"


NOT_UTF8: tuple[tuple[str | bytes, ...], ...] = (
    ("build", b"-C", b"/n\xffwhere"),
    ("build", b"-b", b"https://\xff/"),
    ("check", b"--max-marking", b"\xff"),
    ("new", "brief", b"\xff\xfe"),
    ("ingest", b"no\xffne.txt"),
    ("draft", b"\xff\xff"),
    ("accept", b"\xff"),
    ("deploy", b"/\xff/x", "-n"),
    (b"\xff",),
)


@pytest.mark.parametrize("arguments", NOT_UTF8)
def test_arguments_that_are_not_utf8_are_told(arguments: tuple[str | bytes, ...], desk: Path) -> None:
    for locale in ({}, {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"})[: 2 if IS_LONG else 1]:
        done = subprocess.run(
            [sys.executable, "-m", "briefgen", *arguments],
            cwd=desk, capture_output=True, env={**os.environ, "PYTHONPATH": str(REPOSITORY), **locale},
        )  # fmt: skip
        assert done.returncode in (0, 1, 2, 3) and b"Traceback" not in done.stderr, done.stderr
        assert done.returncode == 0 or done.stderr.strip()


# ---- one after the other -------------------------------------------------------------------------------------------


def test_a_build_and_a_deploy_wait_for_another_build_and_say_so(loaded: Loaded, desk: Path) -> None:
    assert _run(loaded, desk, ("deploy", "live", "-q")).status == 0
    (desk / "content/briefs/proposed.md").unlink()
    for command in (("build",), ("build", "-q"), ("build", "--json"), ("deploy", "live"), ("check",)):
        held = locked(desk / ".briefgen")
        ending = threading.Timer(0.7, held.close)
        ending.start()
        started = time.monotonic()
        ended = _run(loaded, desk, command)
        waited = time.monotonic() - started
        ending.join()
        assert ended.status == 0, ended
        if command != ("check",):
            assert waited > 0.6 and ended.err.count(lock.WAITING) == 1, ended


def test_waiting_ends_by_ctrl_c_and_not_only_so(loaded: Loaded, desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held = locked(desk / ".briefgen")
    try:
        for command in ("build", "deploy"):
            ended = _run(loaded, desk, (command, *(["live"] if command == "deploy" else [])), interrupt=0.5)
            assert ended.status == 130 and lock.WAITING in ended.err, ended
        monkeypatch.setattr(lock, "_PATIENCE", 0.2)
        with pytest.raises(BriefgenError, match="another build of this site is at work"):
            build(load(desk), audience=Audience(), now=NOW)
    finally:
        held.close()


@pytest.mark.parametrize("folder", ["content/assets/deep", "content/assets", "content/sources", "content"])
def test_a_folder_that_cannot_be_read_is_no_empty_one(loaded: Loaded, desk: Path, folder: str) -> None:
    write(desk, {"content/assets/deep/table.csv": "a,b\n", "content/sources/other.md": "---\nheadline: x\n---\n"})
    assert _run(loaded, desk, ("build", "-q")).status == 0
    before = {p: p.read_bytes() for p in (desk / "site").rglob("*") if p.is_file()}
    (desk / folder).chmod(0)
    ended = _run(loaded, desk, ("build",), obeys=True)
    (desk / folder).chmod(0o755)
    assert ended.status in (1, 2) and folder in ended.err and "ermission" in ended.err, ended
    assert {p: p.read_bytes() for p in (desk / "site").rglob("*") if p.is_file()} == before


def test_a_fault_of_the_program_keeps_its_traceback(site: Site) -> None:
    desk = site({"briefgen.toml": '[site]\ntitle = "x"\nplugins = []\n', "plugin_that_fails.py": ""})
    (desk / "briefgen.toml").write_text('plugins = ["plugin_that_fails"]\n')
    (desk / "plugin_that_fails.py").write_text("def check(graph):\n    raise KeyError('ours')\nchecks = (check,)\n")
    done = run("check", cwd=desk)
    assert done.returncode == 1 and "KeyError" in done.stderr
