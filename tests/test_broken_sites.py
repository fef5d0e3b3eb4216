"""Sites with one fault each: what `check` must print, to the letter, and that a build then changes nothing.

`expected.txt` in each folder is what a person sees, notes left out. To write it anew after a change of
wording, run  python -m tests.test_broken_sites  and read the difference.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from briefgen.assembly import Assembled
from briefgen.build import Built, build
from briefgen.content.door import Door
from briefgen.content.places import Lines
from briefgen.model.audience import Audience
from briefgen.project.settings import load
from briefgen.report import for_people
from tests.conftest import NOW, assembled

BROKEN = Path(__file__).parent / "sites" / "broken"
SITES = sorted(path for path in BROKEN.iterdir() if path.is_dir())


def printed(found: Built | Assembled[Any], root: Path) -> str:
    """What `check` prints of a site, without its notes."""
    problems = [p for p in found.problems if p.severity != "note"]
    return "".join(f"{text}\n" for text in for_people(problems, Lines(Door(root)).line))


@pytest.mark.parametrize("root", SITES, ids=lambda path: path.name)
def test_check_prints_the_fault_and_a_build_leaves_the_site_as_it_was(root: Path, tmp_path: Path) -> None:
    desk = tmp_path / "desk"
    shutil.copytree(root, desk, symlinks=True)
    (desk / "site").mkdir()
    (desk / "site" / "briefgen-manifest.json").write_text("{}")
    found = build(load(desk), audience=Audience(), now=NOW, strict=True)
    assert printed(found, desk) == (root / "expected.txt").read_text("utf-8")
    assert found.published is None
    assert files(desk) == {*files(root), Path("site/briefgen-manifest.json")}


def files(root: Path) -> set[Path]:
    """Every file and link below a folder but those of `.briefgen/`."""
    found = (p for p in root.rglob("*") if p.is_file() or p.is_symlink())
    return {p.relative_to(root) for p in found if ".briefgen" not in p.parts}


def test_there_is_a_site_for_each_of_more_than_forty_rules() -> None:
    rules = {line.split("[")[1].split("]")[0] for site in SITES for line in _heads(site)}
    assert len(SITES) >= 100 and len(rules) >= 45, sorted(rules)


def _heads(site: Path) -> list[str]:
    lines = (site / "expected.txt").read_text("utf-8").splitlines()
    return [line for line in lines if ": error[" in line or ": warning[" in line]


if __name__ == "__main__":
    for each in SITES:
        (each / "expected.txt").write_text(printed(assembled(each), each), "utf-8")
