"""Quotes against captures and the lock: what is found once stays found, and nothing else passes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from briefgen import desk
from briefgen.project.settings import load
from tests.conftest import GAZETTE, Site, assembled, page, said

CAPTURE = "content/captures/gazette-1120.txt"
SOURCE = "content/sources/gazette-1120.md"
CUT = {SOURCE: "---\npublisher: unknown\ncut:\n  - {from: The company was, to: last month., why: padding}\n---\n"}


def locked(root: Path) -> desk.Locked:
    return desk.lock(load(root))


def pages_of(root: Path) -> dict[str, bytes]:
    return {p.path: p.body for p in assembled(root).pages}


def test_a_site_builds_the_same_from_captures_and_from_the_lock(site: Site) -> None:
    root = site(CUT)
    first = locked(root)
    assert (first.quotes, first.texts, first.added, first.removed) == (2, 1, 3, 0)
    before = pages_of(root)
    (root / CAPTURE).unlink()
    assert pages_of(root) == before
    again = locked(root)
    assert (again.quotes, again.added, again.removed) == (2, 0, 0)


def test_lock_says_what_it_would_do_and_does_not_do_it(site: Site) -> None:
    root = site()
    assert desk.lock(load(root), dry_run=True).added == 3
    assert not (root / "content/evidence.lock").exists()


def test_a_lock_has_a_sorted_line_for_each_text_and_quote(site: Site) -> None:
    root = site()
    locked(root)
    lines = (root / "content/evidence.lock").read_text().splitlines()
    assert lines == sorted(lines)
    assert [sorted(json.loads(line)) for line in lines] == [
        ["cuts", "end", "quote", "source", "start", "text"],
        ["cuts", "end", "quote", "source", "start", "text"],
        ["cuts", "length", "source", "spans", "text"],
    ]


def test_a_quote_nobody_uses_any_more_leaves_the_lock(site: Site) -> None:
    root = site()
    locked(root)
    brief = root / "content/briefs/harbour-tender.md"
    brief.write_text(brief.read_text().replace('"awarded to Northwind AS"', '"awarded to Northwind"'))
    (root / CAPTURE).unlink()
    assert said(assembled(root)) == ["content/briefs/harbour-tender.md:11:19 capture-absent"]
    (root / CAPTURE).write_text(GAZETTE)
    found = locked(root)
    assert (found.added, found.removed) == (1, 1)


def test_a_changed_cut_list_voids_the_lock(site: Site) -> None:
    root = site()
    locked(root)
    (root / CAPTURE).unlink()
    (root / "content/sources").mkdir()
    (root / SOURCE).write_text(CUT[SOURCE])
    assert {line.split()[1] for line in said(assembled(root))} == {"capture-absent"}


def test_a_stale_lock_is_one_note(site: Site) -> None:
    root = site()
    assert [p.rule for p in assembled(root).problems].count("stale-lock") == 1
    locked(root)
    assert "stale-lock" not in [p.rule for p in assembled(root).problems]


@pytest.mark.parametrize(
    "line", ["{}", "[]", "x", '{"source":1,"text":2,"cuts":3,"length":"x","spans":[]}', "[" * 3000]
)
def test_a_damaged_line_is_named(site: Site, line: str) -> None:
    root = site({"content/evidence.lock": f"\n{line}\n"})
    assert said(assembled(root)) == ["content/evidence.lock:2:1 bad-lock"]
    assert not [p for p in locked(root).problems if p.severity == "error" and p.rule != "bad-lock"]


def test_a_lock_that_is_no_text_is_named(site: Site) -> None:
    assert said(assembled(site({"content/evidence.lock": b"\xff"}))) == ["content/evidence.lock:1:1 not-utf8"]


def test_offsets_count_the_characters_that_were_captured(site: Site) -> None:
    root = site({CAPTURE: ("\ufeff" + GAZETTE).replace("\n", "\r\n").encode()})
    claim = next(iter(assembled(root).graph.claims.values()))
    span = claim.citations[0].span
    text = (root / CAPTURE).read_bytes().decode()
    assert span and text[span.start : span.end] == "awarded to Northwind AS"


def test_a_separate_text_is_read_and_the_capture_is_still_watched(site: Site) -> None:
    from hashlib import sha256

    html = b"<p>awarded</p>"
    files = {
        SOURCE: f"---\ncapture: {{file: g.html, sha256: {sha256(html).hexdigest()}}}\ntext: {{file: g.txt}}\n---\n",
        "content/captures/g.html": html,
        "content/captures/g.txt": GAZETTE,
    }
    root = site(files)
    assert said(assembled(root)) == []
    (root / "content/captures/g.html").write_bytes(b"<p>changed</p>")
    assert said(assembled(root)) == [f"{SOURCE}:2:33 capture-changed"]


@pytest.mark.parametrize("kind", ["quotes", "excerpt", "full"])
def test_a_text_is_shown_only_as_far_as_its_source_allows(site: Site, kind: str) -> None:
    long = GAZETTE + "More of the same. " * 60
    root = site({SOURCE: f"---\npublish_text: {kind}\n---\n", CAPTURE: long})
    html = page(assembled(root), "sources/gazette-1120/index.html")
    assert ("The harbour tender was awarded" in html, html.count("More of the same") > 40) == {
        "quotes": (False, False),
        "excerpt": (True, False),
        "full": (True, True),
    }[kind]


@pytest.mark.parametrize(("data", "rule"), [(b"\xff", "not-utf8"), (b"a\x00b", "control-character")])
def test_a_capture_that_is_no_text_is_named(site: Site, data: bytes, rule: str) -> None:
    found = said(assembled(site({CAPTURE: data})))
    assert found[0].endswith(rule)


def test_a_translation_stands_beside_its_quote(site: Site) -> None:
    root = site(evidence=('[A: "awarded to Northwind AS"]', "[{source: A, quote: awarded to, translation: tildelt}]"))
    assert "tildelt (our translation)" in page(assembled(root), "briefs/harbour-tender/index.html")
