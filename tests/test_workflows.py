"""Workflows, of this repository and of a new desk: what their hosts take, what they may do, and that they do it."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

import briefgen
from briefgen.desk import init
from tests.conftest import REPOSITORY

WORKFLOWS = REPOSITORY / ".github/workflows"
STARTER = REPOSITORY / "briefgen/project/starter/ci"


@pytest.mark.parametrize(("path", "schema"), [
    *((path, ["vendor.github-workflows"]) for path in (*sorted(WORKFLOWS.glob("*.yml")), STARTER / "github/github.yml")),
    (STARTER / "gitlab/gitlab-ci.yml", ["vendor.gitlab-ci", "--data-transform", "gitlab-ci"]),
])  # fmt: skip
def test_a_workflow_is_one_by_its_hosts_own_schema(path: Path, schema: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", *schema, path], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout


def _commands_of(desk: Path, ci: str) -> list[str]:
    """What a desk's workflow runs, without installing, with the address that the host would give."""
    if ci == "gitlab":
        told = yaml.safe_load((desk / ".gitlab-ci.yml").read_text())["pages"]["script"]
    else:
        steps = yaml.safe_load((desk / ".github/workflows/site.yml").read_text())["jobs"]["site"]["steps"]
        told = [step["run"] for step in steps if "run" in step]
    given = (command.replace("${{ steps.pages.outputs.base_url }}", "https://host.example/repo") for command in told)
    return [command for command in given if not command.startswith("pip ")]


@pytest.mark.parametrize(("ci", "output"), [("github", "site"), ("gitlab", "public")])
def test_a_desks_workflow_builds_a_clone_below_the_path_of_its_host(ci: str, output: str, tmp_path: Path) -> None:
    """The clone has no captured texts: they are other people's, and stay with the desk."""
    desk = init(tmp_path / "desk", "Desk", example=True, ci=ci).folder  # type: ignore[arg-type]
    git = ["git", "-c", "user.name=Desk", "-c", "user.email=desk@desk.example"]
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "Begin"]):
        subprocess.run([*git, *command], cwd=desk, check=True)
    subprocess.run(["git", "clone", "-q", desk, tmp_path / "clone"], check=True)
    assert not (tmp_path / "clone/content/captures/lund-courier.txt").exists()
    for command in _commands_of(tmp_path / "clone", ci):
        done = subprocess.run(
            ["sh", "-ec", command.replace("briefgen", f"{shlex.quote(sys.executable)} -m briefgen", 1)],
            cwd=tmp_path / "clone", capture_output=True, text=True,
            env={**os.environ, "PYTHONPATH": str(REPOSITORY), "CI_PAGES_URL": "https://host.example/repo"},
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
    assert 'href="/repo/actors/"' in (tmp_path / f"clone/{output}/404.html").read_text()


@pytest.mark.parametrize("path", sorted(WORKFLOWS.glob("*.yml")), ids=lambda path: path.stem)
def test_a_workflow_reads_and_nothing_more_but_where_it_publishes(path: Path) -> None:
    told = yaml.safe_load(path.read_text())
    assert told["permissions"] == {"contents": "read"}
    for name, job in told["jobs"].items():
        assert set(job.get("permissions", {})) <= ({"id-token", "attestations"} if name == "publish" else set())
        assert not re.search(r"secrets\\.|password|token:", str(job)), "trusted publishing needs no stored key"
        checkouts = [step for step in job["steps"] if step.get("uses", "").startswith("actions/checkout@")]
        assert all(step["with"]["persist-credentials"] is False for step in checkouts)


@pytest.mark.parametrize(("tag", "told", "is_right"), [
    (f"v{briefgen.__version__}", f"## {briefgen.__version__} - 2026-12-01", True),
    (f"v{briefgen.__version__}", "## Unreleased", False),
    ("v99.0", "## 99.0", False),
])  # fmt: skip
def test_a_tag_that_is_not_the_version_or_not_in_the_changelog_is_no_release(
    tag: str, told: str, is_right: bool, tmp_path: Path
) -> None:
    steps = yaml.safe_load((WORKFLOWS / "release.yml").read_text())["jobs"]["build"]["steps"]
    command = next(step["run"] for step in steps if step.get("name", "").startswith("The tag is the version"))
    (tmp_path / "briefgen").mkdir()
    (tmp_path / "briefgen/__init__.py").write_text((REPOSITORY / "briefgen/__init__.py").read_text())
    (tmp_path / "CHANGELOG.md").write_text(f"# Changelog\n\n{told}\n")
    done = subprocess.run(
        ["bash", "-e", "-c", command], cwd=tmp_path, env={"GITHUB_REF_NAME": tag, "PATH": "/usr/bin:/bin"}
    )
    assert (done.returncode == 0) is is_right
