"""What other programs import: a desk in memory, as a build sees it; and nothing heavy before it is asked for."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime

import pytest

import briefgen
from briefgen import BriefgenError, assemble
from tests.conftest import REPOSITORY, Site, run


def test_a_desk_is_assembled_as_a_build_would_publish_it(site: Site) -> None:
    desk = site({})
    assembled = assemble(desk / "content", now=datetime(2026, 12, 1, tzinfo=UTC))
    assert not assembled.stops() and not (desk / "site").exists()
    built = run("build", cwd=desk)
    assert built.returncode == 0, built.stderr
    for page in assembled.pages:
        assert (desk / "site" / page.path).read_bytes() == page.body
    claim = next(iter(assembled.graph.claims.values()))
    assert claim.fact.text and claim.contest in ("contested", "contested indirectly", "no recorded denial")


def test_wrong_content_is_a_problem_and_no_desk_is_an_error(site: Site, tmp_path: object) -> None:
    desk = site({"content/briefs/wrong.md": "---\ntitle: Wrong\ndate: 2026-11-20\nkey_fact: []\n---\n"})
    assert [p.place.file for p in assemble(desk).problems if p.severity == "error"] == ["content/briefs/wrong.md"]
    with pytest.raises(BriefgenError, match=r"no briefgen\.toml"):
        assemble("/")
    with pytest.raises(AttributeError, match="no attribute 'assmble'"):
        briefgen.assmble  # noqa: B018


def test_importing_the_package_imports_nothing_else() -> None:
    told = "import briefgen, sys; print([m for m in sys.modules if m.startswith('briefgen.') or m == 'pydantic'])"
    done = subprocess.run([sys.executable, "-c", told], cwd=REPOSITORY, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
