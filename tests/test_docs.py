"""What the documentation shows is what happens: every command of every page is run, and its output compared.

A page is read from the top. A `console` block holds commands behind `$` and what they print; a `diff`
block headed by a file is an edit of that file; a block after "Save this as `FILE`" is that file. All of it
happens in one folder, as it would on a reader's machine. To write the outputs anew after a change, run
python -m tests.test_docs  and read the difference.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from docs.generate import pages
from tests.conftest import NOW, REPOSITORY

DOCS = REPOSITORY / "docs"
PAGES = sorted(path for path in DOCS.rglob("*.md") if "```console" in path.read_text())
BLOCK = re.compile(r"(?P<before>[^\n]*)\n+```(?P<kind>\w+)\n(?P<text>.*?)^```$", re.S | re.M)


@dataclass
class Reader:
    """Somebody who does what a page says, in a folder of their own."""

    folder: Path
    here: Path = field(init=False)

    def __post_init__(self) -> None:
        self.here = self.folder
        programs = self.folder / ".programs"
        programs.mkdir()
        for name, module in (("briefgen", "-m briefgen"), ("python", "")):
            path = programs / name
            path.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} {module} "$@"\n')
            path.chmod(0o755)
        identity = {"GIT_CONFIG_GLOBAL": str(self.folder / ".gitconfig"), "GIT_CONFIG_NOSYSTEM": "1"}
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("GIT")},
            **identity,
            "PATH": f"{programs}:{os.environ['PATH']}",
            "PYTHONPATH": str(REPOSITORY),
            "SOURCE_DATE_EPOCH": str(int(NOW.timestamp())),
            "GITHUB_ACTIONS": "",
            "CI": "",
            "HOME": str(self.folder),
        }

    def types(self, command: str) -> str:
        """What a command prints, of both kinds, in the order of a terminal."""
        if command.startswith("cd "):
            self.here = (self.here / command[3:]).resolve()
            return ""
        process = subprocess.Popen(
            ["sh", "-c", f"exec {command}" if command.startswith("briefgen serve") else command],
            cwd=self.here, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        assert process.stdout is not None
        said = []
        with process.stdout:
            for line in process.stdout:
                if not command.startswith("briefgen serve"):
                    said.append(line)
                elif "Ctrl-C" in line:
                    said.append(line)
                    process.send_signal(signal.SIGINT)
        process.wait()
        return "".join(said).replace(f"{self.folder}/", "/home/you/").rstrip("\n")

    def edits(self, text: str) -> None:
        """Change a file as a difference says: its `-` lines, which must stand there, give way to the `+` lines."""
        name, *lines = text.splitlines()
        path = self.here / name.removeprefix("--- ")
        now = path.read_text()
        old = "".join(f"{line[1:]}\n" for line in lines if not line.startswith("+"))
        new = "".join(f"{line[1:]}\n" for line in lines if not line.startswith("-"))
        assert now.count(old) == 1, f"{name}: {old!r} stands there {now.count(old)} times:\n{now}"
        path.write_text(now.replace(old, new))

    def saves(self, name: str, text: str) -> None:
        """A new file, or the end of one that is there."""
        path = self.here / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def followed(page: str, reader: Reader) -> Iterator[tuple[str, str]]:
    """Each console block of a page as it stands, and as it happens."""
    for block in BLOCK.finditer(page):
        kind, text = block["kind"], block["text"]
        if kind == "diff":
            reader.edits(text)
        elif saved := re.search(r"Save this as `([^`]+)`", block["before"]):
            reader.saves(saved[1], text)
        elif kind == "console":
            commands = [line[2:] for line in text.splitlines() if line.startswith("$ ")]
            told = [
                f"$ {command}\n{said}\n" if (said := reader.types(command)) else f"$ {command}\n"
                for command in commands
            ]
            yield text, "".join(told)


def alike(text: str) -> str:
    """Without what is never the same twice: seconds, ports, commits."""
    text = re.sub(r"\b\d+\.\d+ s\b", "0.00 s", text)
    return re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:8000", re.sub(r"\b[0-9a-f]{7}\b", "0000000", text))


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(DOCS).as_posix())
def test_every_command_prints_what_the_page_says(path: Path, tmp_path: Path) -> None:
    (tmp_path / "you").mkdir()
    blocks = list(followed(path.read_text(), Reader(tmp_path / "you")))
    assert blocks
    for shown, happened in blocks:
        assert alike(shown) == alike(happened)


def test_the_reference_is_what_the_program_says() -> None:
    made = pages()
    there = {path.relative_to(DOCS).as_posix(): path.read_text() for path in (DOCS / "reference").rglob("*.md")}
    assert there == made, "run  make docs"


def test_the_documentation_is_built_as_a_site_without_a_dead_link(tmp_path: Path) -> None:
    built = subprocess.run(
        [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-n", "-b", "html", "-d", tmp_path / "trees", DOCS, tmp_path / "html"],
        capture_output=True, text=True,
    )  # fmt: skip
    assert built.returncode == 0, built.stderr
    assert (tmp_path / "html/tutorial.html").is_file()


def test_the_readme_leads_nowhere_that_is_not_there() -> None:
    for name in ("README.md", "SECURITY.md", "CHANGELOG.md"):
        text = re.sub(r"`[^`\n]*`", "", (REPOSITORY / name).read_text())  # what stands as code leads nowhere
        for target in re.findall(r"\]\(([^)#]+)\)", text):
            assert target.startswith("https://") or (REPOSITORY / target).exists(), (name, target)


def _written_anew(path: Path) -> None:
    folder = Path(tempfile.mkdtemp()) / "you"
    folder.mkdir()
    page = path.read_text()
    for shown, happened in followed(page, Reader(folder)):
        page = page.replace(f"```console\n{shown}```", f"```console\n{happened}```", 1)
    path.write_text(page)
    shutil.rmtree(folder.parent)


if __name__ == "__main__":
    for each in [Path(name).resolve() for name in sys.argv[1:]] or PAGES:
        _written_anew(each)
