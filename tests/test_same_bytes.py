"""Same input, same bytes: whatever the folder, locale, time zone, hash seed, clock, file order or number of cores."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY, assembled

SOUND = REPOSITORY / "tests" / "sites" / "sound"


def digest(folder: Path) -> str:
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    return hashlib.sha256(
        b"".join(p.relative_to(folder).as_posix().encode() + p.read_bytes() for p in files)
    ).hexdigest()


def built(desk: Path, *arguments: str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "briefgen", "build", "-q", "-C", str(desk), *arguments],
        env={**os.environ, "SOURCE_DATE_EPOCH": "1795348800", "PYTHONPATH": str(REPOSITORY), **environment},
        cwd="/",
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return digest(desk / "site")


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> str:
    desk = tmp_path_factory.mktemp("usual") / "desk"
    shutil.copytree(SOUND, desk)
    return built(desk)


@pytest.mark.parametrize(
    "environment",
    [
        {"PYTHONHASHSEED": "1", "TZ": "Pacific/Kiritimati"},
        {"PYTHONHASHSEED": "2", "TZ": "America/Adak", "LC_ALL": "C", "PYTHONUTF8": "0"},
        {"SOURCE_DATE_EPOCH": "1795348900"},
    ],
)
def test_the_environment_changes_nothing(usual: str, tmp_path: Path, environment: dict[str, str]) -> None:
    desk = tmp_path / "another folder, deeper" / "desk"
    shutil.copytree(SOUND, desk)
    assert built(desk, **environment) == usual


def test_the_order_and_times_of_files_change_nothing(usual: str, tmp_path: Path) -> None:
    desk = tmp_path / "desk"
    for path in sorted((p for p in SOUND.rglob("*") if p.is_file()), reverse=True):
        target = desk / path.relative_to(SOUND)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes())
        os.utime(target, (0, 0))
    assert built(desk) == usual


def test_what_was_built_before_changes_nothing(usual: str, tmp_path: Path) -> None:
    desk = tmp_path / "desk"
    shutil.copytree(SOUND, desk)
    brief = desk / "content/briefs/crane-lease.md"
    text = brief.read_text()
    brief.write_text(text.replace("The bulletin says the old pier", "The bulletin says that the old pier"))
    assert built(desk) != usual
    (desk / "content/actors/ada-vane.md").rename(desk / "content/actors/ada.md")
    subprocess.run([sys.executable, "-m", "briefgen", "build", "-q", "-C", str(desk)], check=False, capture_output=True,
                   env={**os.environ, "PYTHONPATH": str(REPOSITORY), "SOURCE_DATE_EPOCH": "1795348800"})  # fmt: skip
    (desk / "content/actors/ada.md").rename(desk / "content/actors/ada-vane.md")
    brief.write_text(text)
    assert built(desk) == usual


def test_the_number_of_processes_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    from briefgen.project import parallel

    monkeypatch.setattr(parallel, "LEAST", 2)
    monkeypatch.setattr(parallel, "BLOCK", 3)
    one = {p.path: p.body for p in assembled(SOUND, jobs=1).pages}
    assert {p.path: p.body for p in assembled(SOUND, jobs=3).pages} == one


def test_a_file_address_site_opens_from_a_folder(tmp_path: Path) -> None:
    desk = tmp_path / "desk"
    shutil.copytree(SOUND, desk)
    settings = desk / "briefgen.toml"
    settings.write_text(settings.read_text().replace('links = "directory"', 'links = "file"'))
    built(desk)
    text = (desk / "site" / "index.html").read_text()
    assert 'href="./briefs/harbour-tender/index.html"' in text
    for link in {part.split('"')[0] for part in text.split('href="./')[1:]}:
        assert (desk / "site" / link.partition("#")[0]).is_file(), link
