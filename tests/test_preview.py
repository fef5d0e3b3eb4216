"""Builds for the preview: what is not public yet is in them, and a fault is told with its line."""

from __future__ import annotations

from pathlib import Path

from briefgen.preview import Shown, base_of, builder, folder_of, rebuild
from tests.conftest import Site, write

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


def test_the_builder_is_a_process_of_its_own(site: Site) -> None:
    desk = site()
    with builder(Shown(desk, jobs=1)) as build:
        assert " anew in " in build().result(60).line
        write(desk, {"content/briefs/later.md": LATER})
        assert " anew in " in build().result(60).line
