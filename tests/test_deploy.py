"""`briefgen deploy` as a person types it: strict, said first, sent once, read back."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from briefgen import deploy as road
from briefgen.build import build
from briefgen.model.audience import Audience
from briefgen.model.problems import BriefgenError
from briefgen.project.settings import load
from tests.conftest import NOW, QuietFiles, Site, run, serving

SETTINGS = (
    '[site]\ntitle = "The Desk"\n[deploy.live]\nkind = "folder"\nto = "../live"\nbase_url = "https://desk.example/"\n'
)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[str]:
    (tmp_path / "live").mkdir()
    with serving(partial(QuietFiles, directory=str(tmp_path / "live"))) as url:
        yield f"{url}/"


def test_the_plan_is_printed_and_with_n_nothing_is_sent(site: Site, tmp_path: Path) -> None:
    desk = site({"briefgen.toml": SETTINGS})
    told = run("deploy", "-n", cwd=desk)
    assert told.returncode == 0, told.stderr
    assert "  put     briefs/harbour-tender/index.html\n" in told.stdout and "0 to delete" in told.stdout
    assert not (tmp_path / "live").exists()


def test_a_deploy_sends_what_changed_and_is_read_back(site: Site, tmp_path: Path, served: str) -> None:
    desk = site({"briefgen.toml": SETTINGS})
    first = run("deploy", "--verify", served, cwd=desk)
    assert first.returncode == 0, first.stderr
    assert "Deployed to" in first.stdout and "as sent" in first.stdout
    assert (
        "https://desk.example/briefs/harbour-tender/"
        in (tmp_path / "live/briefs/harbour-tender/index.html").read_text()
    )
    assert not (desk / "site").exists(), "what is built for another address has a folder of its own"
    assert run("deploy", "live", cwd=desk).stdout.endswith("Nothing to do.\n")
    brief = desk / "content/briefs/harbour-tender.md"
    brief.write_text(brief.read_text() + "\nOne more sentence.\n")
    assert run("deploy", "live", cwd=desk).stdout.startswith("  put     briefs/harbour-tender/index.html\n1 to put, ")


def test_a_damaged_manifest_is_made_good_by_who_deployed_last(site: Site, tmp_path: Path) -> None:
    desk = site({"briefgen.toml": SETTINGS})
    assert run("deploy", cwd=desk).returncode == 0
    manifest = tmp_path / "live/briefgen-manifest.json"
    manifest.write_text(manifest.read_text()[:40])
    (tmp_path / "live/theirs.txt").write_text("theirs")
    copies = [*(desk / ".briefgen/deploy").glob("*.json")]
    kept = copies[0].read_bytes()
    copies[0].unlink()
    refused = run("deploy", cwd=desk)
    assert refused.returncode == 3 and "is damaged" in refused.stderr and "deployed last" in refused.stderr
    copies[0].write_bytes(kept)
    (desk / "content/briefs/harbour-tender.md").write_text(
        (desk / "content/briefs/harbour-tender.md").read_text() + "\nMore.\n"
    )
    assert "1 to put, 0 to delete, " in run("deploy", cwd=desk).stdout
    assert "files" in json.loads(manifest.read_text()) and (tmp_path / "live/theirs.txt").read_text() == "theirs"


def test_the_hosts_own_interface_is_used_where_there_is_a_key_for_it(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = load(site({"briefgen.toml": '[deploy.live]\nkind = "netlify"\nto = "the-site"\n'}))
    destination = road.chosen(project, "")
    monkeypatch.delenv("NETLIFY_AUTH_TOKEN", raising=False)
    assert type(road.target_of(destination, project)).__name__ == "Snapshot"
    monkeypatch.setenv("NETLIFY_AUTH_TOKEN", "a-key")
    target = road.target_of(destination, project)
    assert type(target).__name__ == "Netlify" and "a-key" not in repr(target)


def test_what_is_not_strictly_right_is_not_deployed(site: Site, tmp_path: Path) -> None:
    desk = site({"briefgen.toml": SETTINGS}, actors=("[northwind, port-authority]", "[northwind]"))
    told = run("deploy", cwd=desk)
    assert told.returncode == 1 and "deploying is strict" in told.stdout and not (tmp_path / "live").exists()


def test_an_emptied_desk_deletes_nothing(site: Site, tmp_path: Path) -> None:
    desk = site({"briefgen.toml": SETTINGS})
    assert run("deploy", cwd=desk).returncode == 0
    before = {path: path.read_bytes() for path in (tmp_path / "live").rglob("*") if path.is_file()}
    brief = desk / "content/briefs/harbour-tender.md"
    text = brief.read_text()
    for emptied in (text.replace("date:", "status: draft\ndate:"), text.replace("2026-11-20", "2027-11-20"), ""):
        if emptied:
            brief.write_text(emptied)
        else:
            brief.unlink()
        for more in ((), ("--adopt", "--max-deletes", "999"), ("-n",)):
            told = run("deploy", *more, cwd=desk)
            assert told.returncode == 3 and "no brief is published" in told.stderr
        assert {path: path.read_bytes() for path in (tmp_path / "live").rglob("*") if path.is_file()} == before
    brief.write_text(text.replace("date:", "status: withdrawn\nreason: It was wrong.\ndate:"))
    assert run("deploy", cwd=desk).returncode == 0, "that a brief is withdrawn is told"


@pytest.mark.parametrize("becomes", ["other bytes", "a link", "nothing"])
def test_what_is_not_as_it_was_built_is_not_sent(site: Site, tmp_path: Path, becomes: str) -> None:
    desk = site({"briefgen.toml": SETTINGS})
    project = load(desk)
    prepared = road.prepare(project, road.chosen(project, "live"), audience=Audience(), now=NOW, jobs=1)
    page = prepared.output / "briefs/harbour-tender/index.html"
    built = page.read_bytes()
    (tmp_path / "same").write_bytes(built)
    page.unlink()
    if becomes == "a link":
        page.symlink_to(tmp_path / "same")
    elif becomes == "other bytes":
        page.write_text("other bytes")
    with pytest.raises(BriefgenError, match="is not as it was built") as told:
        road.carry_out(prepared, lambda step, done, total: None)
    assert told.value.code == 3 and not (tmp_path / "live").exists()
    shutil.rmtree(desk / ".briefgen")
    assert run("deploy", cwd=desk).returncode == 0
    assert (tmp_path / "live/briefs/harbour-tender/index.html").read_bytes() == built


def test_an_address_that_is_typed_goes_before_that_of_the_settings(site: Site, tmp_path: Path) -> None:
    desk = site({"briefgen.toml": SETTINGS})
    assert run("deploy", "-b", "https://other.example/path/", cwd=desk).returncode == 0
    assert 'href="/path/actors/"' in (tmp_path / "live/404.html").read_text()


def test_a_folder_may_be_named_and_a_foreign_one_is_refused(site: Site, tmp_path: Path) -> None:
    desk = site({"briefgen.toml": SETTINGS})
    (tmp_path / "other").mkdir()
    assert run("deploy", "../other", cwd=desk).returncode == 0
    (tmp_path / "third").mkdir()
    (tmp_path / "third/theirs.txt").write_text("theirs")
    refused = run("deploy", "../third", cwd=desk)
    assert refused.returncode == 3 and "holds theirs.txt" in refused.stderr and "--adopt" in refused.stderr
    assert run("deploy", "../third", "--adopt", cwd=desk).returncode == 0
    assert (tmp_path / "third/theirs.txt").read_text() == "theirs"


def test_an_unknown_destination_is_told_with_those_that_are_known(site: Site) -> None:
    desk = site({"briefgen.toml": SETTINGS})
    told = run("deploy", "lvie", cwd=desk)
    assert told.returncode == 2 and "Known are: live." in told.stderr
    assert run("deploy", cwd=site({"briefgen.toml": ""})).returncode == 2


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('secret_key = "x"', "6:1: error[bad-settings]: `secret_key`: no secret stands in settings"),
        ('knd = "git"', "6:1: error[bad-settings]: no setting `knd`"),
        ("branch = 3", "6:1: error[bad-settings]: `branch` wants a text in quotes"),
        ('max_deletes = "many"', "6:1: error[bad-settings]: `max_deletes` wants a whole number"),
    ],
)
def test_settings_of_a_destination_are_held_to_their_schema(site: Site, line: str, message: str) -> None:
    settings = f'[site]\ntitle = "x"\n[deploy.live]\nkind = "folder"\nto = "x"\n{line}\n'
    told = run("check", cwd=site({"briefgen.toml": settings}))
    assert told.returncode == 1 and f"briefgen.toml:{message}" in told.stderr


def test_an_address_with_a_password_and_a_missing_key_are_errors(site: Site) -> None:
    settings = '[deploy.live]\nkind = "git"\nto = "https://me:word@host.example/x.git"\n[deploy.other]\nkind = "git"\n'
    told = run("check", cwd=site({"briefgen.toml": settings}))
    assert "`to` holds a password" in told.stderr and "`[deploy.other]` has no `to`" in told.stderr
    assert ":word@" not in told.stderr.replace('to = "https://me:word@host.example/x.git"', "")


def test_what_does_not_come_back_as_sent_is_a_failure(
    site: Site, tmp_path: Path, served: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = load(site({"briefgen.toml": SETTINGS}))
    prepared = road.prepare(project, road.chosen(project, "live"), audience=Audience(), now=NOW, jobs=1)
    prepared_site = replace(project.site, base_url="https://desk.example/")
    brief = project.content / "briefs/harbour-tender.md"
    before = brief.read_text()
    for text, refused in ((before + "\nBuilt in between.\n", True), (before, False)):
        brief.write_text(text)
        build(replace(project, site=prepared_site, output=prepared.output), audience=Audience(), now=NOW)
        with pytest.raises(BriefgenError, match="built anew since") if refused else nullcontext():
            road.carry_out(prepared, lambda step, done, total: None)
    assert road.unlike(served, prepared, wait=lambda seconds: None) == ()
    (tmp_path / "live/index.html").write_text("other")
    assert road.unlike(served, prepared, wait=lambda seconds: None) == ("index.html",)
