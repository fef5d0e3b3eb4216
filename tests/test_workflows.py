"""The workflows of this repository: what they may do, and that a release is what its tag says."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
import yaml

import briefgen
from tests.conftest import REPOSITORY

WORKFLOWS = REPOSITORY / ".github/workflows"


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
