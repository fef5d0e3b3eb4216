"""Builds for the preview: what is not public yet is in them, and a fault is told with its line."""

from __future__ import annotations

import shutil
from pathlib import Path

from briefgen.preview import Shown, base_of, builder, folder_of, rebuild
from tests.conftest import REPOSITORY, Site, write

LATER = "---\ntitle: Later\ndate: 2999-01-01\nembargo_until: 2999-01-02T09:00+00:00\nmarking: TLP:AMBER\n---\nWords.\n"


def test_what_is_not_public_yet_is_built_apart_from_the_output(site: Site) -> None:
    desk = site({"content/briefs/later.md": LATER})
    outcome = rebuild(Shown(desk))
    assert outcome.faults == () and " files anew in " in outcome.line
    page = (folder_of(desk) / "briefs/later/index.html").read_text()
    assert "Under embargo" in page and "Dated later" in page and "TLP:AMBER" in page
    assert not (desk / "site").exists()
    assert rebuild(Shown(desk)).line.startswith("no change")


def test_a_fault_is_told_at_its_place_and_the_last_good_build_stays(site: Site) -> None:
    desk = site()
    rebuild(Shown(desk))
    before = (folder_of(desk) / "index.html").read_bytes()
    brief = desk / "content/briefs/harbour-tender.md"
    brief.write_text(brief.read_text().replace('"awarded to Northwind AS"', '"awarded to Southwind"'))
    (fault,) = rebuild(Shown(desk)).faults
    assert (fault.where, fault.rule) == ("content/briefs/harbour-tender.md:11:19", "quote-not-found")
    assert fault.line == 'evidence: [A: "awarded to Southwind"]' and "awarded to Northwind" in fault.hint
    assert (folder_of(desk) / "index.html").read_bytes() == before


def test_settings_that_cannot_be_read_are_a_fault_too(site: Site) -> None:
    desk = site({"briefgen.toml": b"\xff"})
    (fault,) = rebuild(Shown(desk)).faults
    assert fault.rule == "stopped" and "cannot read" in fault.message


def test_the_site_stands_below_the_path_of_its_address(site: Site, tmp_path: Path) -> None:
    desk = site({"briefgen.toml": '[site]\nbase_url = "https://host.example/desk/"\n'})
    assert base_of(Shown(desk)) == "/desk/"
    assert base_of(Shown(desk, base_url="https://host.example/")) == "/"


def test_before_there_is_a_good_build_what_there_is_is_shown_with_its_faults(site: Site) -> None:
    """A colleague's half-written draft keeps nobody from seeing the rest; later the last good build stays."""
    wrong = "---\ntitle: Half written\nstatus: draft\nkey_facts:\n  - text: It says.\n---\n"
    desk = site({"content/briefs/half.md": wrong})
    page = folder_of(desk) / "briefs/harbour-tender/index.html"
    with builder(Shown(desk, jobs=1)) as build:
        first = build().result(60)
        assert first.faults and first.is_shown and page.is_file() and "would refuse" in first.line
        brief = desk / "content/briefs/half.md"
        brief.write_text("---\ntitle: Half written\nstatus: draft\n---\n")
        assert build().result(60).faults == ()
        brief.write_text(wrong)
        before = page.read_bytes()
        last = build().result(60)
        assert last.faults and not last.is_shown and page.read_bytes() == before


def test_a_site_with_any_fault_can_be_shown_all_the_same(tmp_path: Path) -> None:
    for number, broken in enumerate(sorted((REPOSITORY / "tests/sites/broken").iterdir())):
        desk = tmp_path / str(number)
        shutil.copytree(broken, desk, symlinks=True)
        outcome = rebuild(Shown(desk, jobs=1), regardless=True)
        assert outcome.is_shown is (folder_of(desk) / "index.html").is_file(), broken.name


def test_the_builder_is_a_process_of_its_own(site: Site) -> None:
    desk = site()
    with builder(Shown(desk, jobs=1)) as build:
        assert " anew in " in build().result(60).line
        write(desk, {"content/briefs/later.md": LATER})
        assert " anew in " in build().result(60).line
