"""However it is installed, from an empty environment it finds its templates, its starter and its schemas, and serves.

Each way has an environment of its own, with nothing in it but what the package itself asks for; no
network is used but the package index.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import venv
import zipfile
from collections.abc import Callable
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.conftest import REPOSITORY

COPIED = (
    "briefgen",
    "templates",
    "tests",
    "docs",
    "pyproject.toml",
    "README.md",
    "SECURITY.md",
    "CHANGELOG.md",
    "LICENSE",
)
CLEAN = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "SOURCE_DATE_EPOCH")}


def call(*command: object, cwd: Path, **environment: str) -> str:
    done = subprocess.run(
        [str(c) for c in command], cwd=cwd, env={**CLEAN, **environment}, capture_output=True, text=True
    )
    assert done.returncode == 0, (command, done.stdout, done.stderr)
    return done.stdout


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel and a source distribution, both made of a copy of the checkout."""
    folder = tmp_path_factory.mktemp("dist")
    source = _copied(folder / "source")
    call(sys.executable, "-m", "hatchling", "build", "-d", folder, cwd=source)
    return folder


def _copied(folder: Path) -> Path:
    folder.mkdir()
    for name in COPIED:
        if (REPOSITORY / name).is_dir():
            shutil.copytree(REPOSITORY / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(REPOSITORY / name, folder)
    return folder


def _environment(folder: Path, *what: object) -> Path:
    """A new environment with this installed; gives the path of its program."""
    venv.create(folder, with_pip=True)
    programs = folder / ("Scripts" if os.name == "nt" else "bin")
    call(programs / "python", "-m", "pip", "install", "-q", "--disable-pip-version-check", *what, cwd=folder)
    return programs


def _wheel(folder: Path, dist: Path) -> list[object]:
    return [_environment(folder / "env", next(dist.glob("*.whl"))) / "briefgen"]


def _sdist(folder: Path, dist: Path) -> list[object]:
    return [_environment(folder / "env", next(dist.glob("*.tar.gz"))) / "briefgen"]


def _editable(folder: Path, dist: Path) -> list[object]:
    return [_environment(folder / "env", "-e", _copied(folder / "checkout")) / "briefgen"]


def _run_at_once(folder: Path, dist: Path) -> list[object]:
    return [sys.executable, "-m", "pipx", "run", "--spec", next(dist.glob("*.whl")), "briefgen"]


@pytest.mark.parametrize("way", [_wheel, _sdist, _editable, _run_at_once], ids=lambda way: way.__name__[1:])
def test_from_an_empty_environment_to_a_served_example(
    way: Callable[[Path, Path], list[object]], dist: Path, tmp_path: Path
) -> None:
    briefgen = way(tmp_path, dist)
    homes = {"PIPX_HOME": str(tmp_path / "pipx"), "PIPX_BIN_DIR": str(tmp_path / "bin")}
    told = call(*briefgen, "init", "desk", "--example", "--ci", "github", "--hosting", "nginx", cwd=tmp_path, **homes)
    assert told.startswith("A new desk of ") and (tmp_path / "desk/schemas/brief.json").is_file()
    assert "Nothing was built" not in call(*briefgen, "build", "--strict", cwd=tmp_path / "desk", **homes)
    assert (tmp_path / "desk/site/briefs/ferry-inquiry/index.html").is_file()
    command = [str(c) for c in (*briefgen, "serve", "-p", "0")]
    server = subprocess.Popen(
        command,
        cwd=tmp_path / "desk",
        env={**CLEAN, **homes, "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert server.stdout is not None
    with server.stdout:
        url = next(found[1] for line in server.stdout if (found := re.search(r"Serving (http://\S+)", line)))
        with urlopen(f"{url}briefs/ferry-inquiry/", timeout=10) as answer:
            assert b"Ferry line and harbour office differ" in answer.read()
        server.send_signal(signal.SIGINT)
        server.wait(10)


def test_a_wheel_holds_what_is_no_code_too(dist: Path) -> None:
    with zipfile.ZipFile(next(dist.glob("*.whl"))) as archive:
        names = archive.namelist()
    for name in ("_templates/brief.html", "publish/preview.js", "publish/preview.css", "py.typed",
                 "project/starter/desk/gitignore", "extract/lexicon/en.toml"):  # fmt: skip
        assert f"briefgen/{name}" in names
    assert not [name for name in names if name.startswith(("tests/", "content/", "site/"))]
