"""Whatever a desk writes where an id, a name or an address is meant: only the output and `.briefgen/` ever change."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from briefgen.build import build
from briefgen.model.audience import Audience
from briefgen.model.entries import Actor, Brief, Source
from briefgen.model.problems import BriefgenError
from briefgen.preview import Shown, rebuild
from briefgen.project.settings import load
from tests.conftest import HARBOUR, LEAST, NOW, assembled, run, write
from tests.content.test_ids import FRONTS, NEEDED, quoted
from tests.model.test_ids import MAYBE_HOSTILE

FOLDERS = {Brief: "briefs", Actor: "actors", Source: "sources"}
KEYS = [*FRONTS, (Brief, "topics"), (Brief, "label"), (Brief, "Evidence.source")]
MORE = {
    (Brief, "topics"): "topics: [one, @]",
    (Brief, "label"): "sources: {@: gazette-1120}",
    (Brief, "Evidence.source"): "key_facts: [{text: t, evidence: [{source: @, quote: q}]}]",
}
NAMED = ["briefs/@.md", "actors/@.md", "sources/@.md", "pages/@.md", "assets/@", "assets/@/x.png"]
TEXTS = {"briefs": "title: T\ndate: 2026-11-20", "actors": "name: N", "sources": "headline: H", "pages": "title: P"}


def seen(top: Path) -> dict[str, tuple[int, int, bytes]]:
    """Every file and folder below a folder, with its mode, its number and its bytes."""
    found = {}
    for path in top.rglob("*"):
        status = path.lstat()
        data = path.read_bytes() if path.is_file() else b""
        found[path.relative_to(top).as_posix()] = (status.st_mode, status.st_ino, data)
    return found


def outside(top: Path) -> dict[str, tuple[int, int, bytes]]:
    """All that no build may touch: what lies beside the desk, and the desk without what builds write."""
    return {p: s for p, s in seen(top).items() if not p.startswith(("desk/site", "desk/.briefgen"))}


@pytest.fixture(scope="module")
def top(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A desk that has been built, and things beside it that are dear to somebody."""
    top = tmp_path_factory.mktemp("top")
    write(top, {"precious/thesis.txt": "years of work", "index.html": "another site", "x": "x", "site/index.html": "x"})
    (top / "precious").chmod(0o700)
    write(top / "desk", LEAST)
    write(top / "desk", {"index.html": "beside", "x/index.html": "beside", "content/briefs/ferry-inquiry.md": HARBOUR})
    assert build(load(top / "desk"), audience=Audience(), now=NOW).published
    return top


@pytest.fixture
def desk(top: Path, tmp_path: Path) -> Iterator[Path]:
    """A copy of it."""
    shutil.copytree(top, tmp_path / "top")
    yield tmp_path / "top"


def _holds(top: Path) -> None:
    """Check, build and preview a desk: nothing changes that may not, and a refused build changes nothing at all."""
    root = top / "desk"
    before, site = outside(top), seen(root / "site")
    assembled(root)
    assert seen(root / "site") == site and outside(top) == before
    try:
        published = build(load(root), audience=Audience(), now=NOW).published
    except BriefgenError:
        published = None
    assert outside(top) == before
    if published is None:
        assert seen(root / "site") == site
    assert rebuild(Shown(root, jobs=1), regardless=True).line
    assert outside(top) == before


@settings(max_examples=40, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(KEYS), MAYBE_HOSTILE)
@example((Brief, "Denial.by"), "../../../content/briefs/ferry-inquiry.md")
@example((Brief, "Fact.about"), "../../../site")
@example((Source, "publisher"), "../../precious")
@example((Brief, "redirect_from"), "../../../precious/thesis.txt")
@example((Actor, "Affiliation.to"), "..")
def test_no_text_in_any_key_leads_a_build_elsewhere(top: Path, key: tuple[type, str], text: str) -> None:
    kind = key[0]
    front = {**FRONTS, **MORE}[key].replace("@", quoted(text))
    file = top / "desk" / "content" / FOLDERS[kind] / "hostile.md"
    needed = NEEDED[kind] if "sources:" in front or kind is not Brief else f"{NEEDED[kind]}sources: {{A: hostile}}\n"
    write(top / "desk", {file.relative_to(top / "desk").as_posix(): f"---\n{needed}{front}\n---\n[[{text[:40]}]]\n"})
    try:
        _holds(top)
    finally:
        file.unlink()


@settings(max_examples=25, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(NAMED), MAYBE_HOSTILE)
@example("assets/@", "a\nb.png")
@example("pages/@.md", "..\\..\\x")
def test_no_name_of_a_file_leads_a_build_elsewhere(top: Path, name: str, text: str) -> None:
    kind = name.partition("/")[0]
    path = top / "desk" / "content" / name.replace("@", text.replace("/", "\\"))
    made: list[Path] = []
    try:
        for folder in reversed([folder for folder in path.parents if not folder.exists()]):
            folder.mkdir()
            made.append(folder)
        path.write_text(f"---\n{TEXTS[kind]}\n---\n" if kind in TEXTS else "x")
        made.append(path)
    except (OSError, ValueError):  # no file can be called so here
        pass
    else:
        _holds(top)
    finally:
        for each in reversed(made):
            each.unlink() if each.is_file() else each.rmdir()


@pytest.mark.parametrize("by", ["../../../content/briefs/ferry-inquiry.md", "../../../site", "../../../../precious"])
def test_a_refused_build_says_where_the_id_is_and_loses_no_brief(desk: Path, by: str) -> None:
    root = desk / "desk"
    brief = HARBOUR.replace("by: northwind", f"by: {by}")
    write(root, {"content/briefs/harbour-tender.md": brief})
    before = seen(desk)
    done = run("build", cwd=root)
    assert done.returncode == 1 and "Nothing was built. 1 error" in done.stdout
    assert f"content/briefs/harbour-tender.md:14:9: error[bad-id]: '{by}' cannot be an id" in done.stderr
    kept = {path: state for path, state in before.items() if not path.startswith("desk/.briefgen")}
    assert {path: state for path, state in seen(desk).items() if not path.startswith("desk/.briefgen")} == kept
