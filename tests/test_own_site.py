"""This repository's own site: what any reader of it must see, and that it rests on its two texts."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from briefgen import desk
from briefgen.project.settings import load
from tests.conftest import REPOSITORY, SEEDS, assembled, page, said


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("own")
    shutil.copy(REPOSITORY / "briefgen.toml", root)
    shutil.copytree(REPOSITORY / "content", root / "content", ignore=shutil.ignore_patterns("captures"))
    return root


def test_it_builds_from_the_lock_alone_without_a_warning(own: Path) -> None:
    assert said(assembled(own)) == []


def test_the_million_shells_come_out_as_the_model_says(own: Path) -> None:
    claim = assembled(own).graph.claims["dprk-shells-russia", "million-shells"]
    counts = claim.counts
    assert (counts.texts, counts.publishers, counts.independent, counts.origins) == (2, 1, 1, 1)
    assert claim.contest == "contested indirectly"
    assert [(a.statement.denial.id, a.reach, a.statement.denial.scope) for a in claim.answers] == [
        ("moscow-pyongyang-reject", "may cover", "unclear"),
        ("lavrov-rejects", "may cover", "unclear"),
    ]
    assert claim.accused == ("north-korea", "russia")
    assert claim.replies == ()


@pytest.mark.parametrize(
    "words",
    [
        "Two texts, one publisher, one origin",
        "not independent of each other",
        "Contested indirectly",
        "No recorded reply to this claim",
        "Scope unclear",
        "condemned what they described as North Korea’s supply",
        "Has anyone other than the NIS verified the figure",
        "near-duplicate of B",
    ],
)
def test_a_reader_of_the_brief_sees(own: Path, words: str) -> None:
    assert words in page(assembled(own), "briefs/dprk-shells-russia/index.html")


def test_no_quote_is_longer_than_a_phrase(own: Path) -> None:
    quotes = [c.evidence.quote for claim in assembled(own).graph.claims.values() for c in claim.citations]
    assert [q for q in quotes if len(q.split()) > 15] == []


@pytest.mark.skipif(not SEEDS.is_dir(), reason="the two texts are not part of the repository")
def test_the_lock_is_what_the_two_texts_say(own: Path) -> None:
    shutil.copytree(SEEDS, own / "content" / "captures", dirs_exist_ok=True)
    try:
        locked = desk.lock(load(own), dry_run=True)
        assert (locked.added, locked.removed, [p for p in locked.problems if p.severity == "error"]) == (0, 0, [])
        assert locked.quotes == 56
    finally:
        shutil.rmtree(own / "content" / "captures")


def test_the_texts_are_not_in_the_repository() -> None:
    assert "/content/captures/" in (REPOSITORY / ".gitignore").read_text()
