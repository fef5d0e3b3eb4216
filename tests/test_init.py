"""A new desk builds clean, has what was asked for, and is never written over anything; however briefgen was installed."""

from __future__ import annotations

import json
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml

from briefgen import desk
from briefgen.content.door import Door
from briefgen.content.read import read_content
from briefgen.model.problems import BriefgenError
from briefgen.project.starter import CIS, SERVERS
from tests.conftest import run


@pytest.mark.parametrize("example", [False, True])
def test_a_new_desk_builds_strictly(tmp_path: Path, example: bool) -> None:
    begun = desk.init(tmp_path / "desk", 'The "Best" Desk', example=example)
    files = [p for p in begun.folder.rglob("*") if p.is_file() and ".briefgen" not in p.parts]
    assert len(files) == begun.files
    built = run("build", "--strict", cwd=begun.folder)
    assert built.returncode == 0, built.stderr
    assert "The &#34;Best&#34; Desk" in (begun.folder / "site/index.html").read_text()


def test_the_example_is_invented_locked_and_has_something_to_draft_from(tmp_path: Path) -> None:
    begun = desk.init(tmp_path / "desk", "Desk", example=True)
    content = read_content(begun.folder / "content", Door(begun.folder)).content
    brief = content.briefs["ferry-inquiry"]  # type: ignore[index]
    assert brief.denials and brief.discrepancies and brief.open_questions
    for text in (begun.folder / "content/captures").glob("*.txt"):
        text.unlink()
    assert run("build", "--strict", cwd=begun.folder).returncode == 0  # from the lock alone, as in a clone
    drafted = run("draft", "reports/observer.txt", "reports/despatch.txt", "--name", "strait", cwd=begun.folder)
    assert drafted.returncode == 0 and "2 denials" in drafted.stdout
    assert "Castrian claims" in (begun.folder / "content/briefs/strait.md").read_text()


def test_workflows_and_server_files_are_written_where_they_are_asked_for(tmp_path: Path) -> None:
    for ci in CIS:
        folder = desk.init(tmp_path / ci, "Desk", ci=ci).folder
        path = {"github": ".github/workflows/site.yml", "gitlab": ".gitlab-ci.yml"}[ci]
        told = yaml.safe_load((folder / path).read_text())
        assert "--strict" in json.dumps(told) and ".briefgen" not in json.dumps(
            told
        )  # a memory that travels is not believed
    for server in SERVERS:
        before = {p.name for p in desk.init(tmp_path / f"{server}-without", "Desk").folder.iterdir()}
        after = {p.name for p in desk.init(tmp_path / server, "Desk", server=server).folder.iterdir()}
        assert len(after - before) == 1


def test_captures_stay_out_of_the_repository_and_schemas_lie_at_hand(tmp_path: Path) -> None:
    folder = desk.init(tmp_path / "desk", "Desk", example=True).folder
    subprocess.run(["git", "init", "-q", folder], check=True)
    listed = subprocess.run(
        ["git", "-C", folder, "ls-files", "-o", "--exclude-standard"], check=True, capture_output=True, text=True
    )
    names = listed.stdout.splitlines()
    assert "content/evidence.lock" in names and not [n for n in names if n.endswith("captures/lund-courier.txt")]
    editor = json.loads((folder / ".vscode/settings.json").read_text())
    for schema in editor["yaml.schemas"]:
        assert json.loads((folder / schema).read_text())["type"] == "object"
    first = (folder / "briefgen.toml").read_text().splitlines()[0]
    assert json.loads((folder / first.removeprefix("#:schema ")).read_text())["title"] == "The settings of a desk"
    assert tomllib.loads((folder / "briefgen.toml").read_text())["site"]["title"] == "Desk"


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(BriefgenError, match="not an empty folder"):
        desk.init(tmp_path, "Desk")
    assert [p.name for p in tmp_path.iterdir()] == ["notes.txt"]
    told = run("init", str(tmp_path), cwd=tmp_path)
    assert told.returncode == 1 and "briefgen init my-desk" in told.stderr
    assert run("init", "new", "--example", cwd=tmp_path).stdout.startswith("A new desk of ")


@pytest.mark.parametrize("title", ['x"\nhosting = "github', "a\u202eb", "a\u2028b", "\ud800", "a\x1b[2J"], ids=ascii)
def test_a_title_that_would_not_be_one_line_is_refused(title: str, tmp_path: Path) -> None:
    with pytest.raises(BriefgenError, match="cannot stand in a title"):
        desk.init(tmp_path / "new", title)
    assert not (tmp_path / "new").exists()
