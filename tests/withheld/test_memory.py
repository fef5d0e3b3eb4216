"""A build that remembers withholds what one withholds that does not, after every edit of what is withheld or public."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from briefgen.build import Built, build
from briefgen.model.audience import Audience
from briefgen.project.settings import load
from tests.conftest import NOW
from tests.withheld.desks import MARK, desk_of

OPEN = "content/briefs/public-0.md"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    desk = desk_of(0, tmp_path_factory.mktemp("memory") / "desk", every=True)
    assert _build(desk).published
    return desk


def _build(desk: Path) -> Built:
    built = build(load(desk), audience=Audience(), now=NOW)
    built.remember()
    return built


def _site(desk: Path) -> dict[str, bytes]:
    site = desk / "site"
    return {p.relative_to(site).as_posix(): p.read_bytes() for p in sorted(site.rglob("*")) if p.is_file()}


# Edits one after the other: what they change, and whether it shows.
EDITS = {
    "a word of a withheld fact": (OPEN, "is said to be likely", "is said to be unlikely", False),
    "a note of a withheld actor": (OPEN, "has no comment", "has a comment", False),
    "a public word": (OPEN, "One text says so.", "A text says so.", True),
    "a body that links to a withheld actor": (OPEN, "Read on at [[ava]]", "Read on at [[zq0001]]", True),
    "and does no more": (OPEN, "Read on at [[zq0001]]", "Read on at [[ava]]", True),
    "a public word that was withheld": (OPEN, "A text says so.", "A text zq0002 says so.", True),
    "and is again": (OPEN, "A text zq0002 says so.", "A text says so.", True),
    "a fact that was public": (OPEN, '"id": "said-0",', '"id": "said-0", "marking": "TLP:RED",', True),
    "and is again public": (OPEN, '"id": "said-0", "marking": "TLP:RED",', '"id": "said-0",', True),
    "a fact that is accepted": (OPEN, '"review": "proposed"', '"review": ""', True),
}


@pytest.mark.parametrize("name", EDITS)
def test_after_an_edit_the_site_is_what_a_clean_build_makes(desk: Path, tmp_path: Path, name: str) -> None:
    file, old, new, shows = EDITS[name]
    text = (desk / file).read_text()
    assert old in text
    (desk / file).write_text(text.replace(old, new, 1))
    before = _site(desk)
    assert _build(desk).published
    shutil.copytree(desk, tmp_path / "fresh", ignore=shutil.ignore_patterns(".briefgen", "site"))
    assert _build(tmp_path / "fresh").published
    after = _site(desk)
    assert after == _site(tmp_path / "fresh")
    assert (after != before) is shows
    if "zq" not in new and "accepted" not in name:
        assert not [path for path, body in after.items() if MARK.encode() in body.lower() or MARK in path]
