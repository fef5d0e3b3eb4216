"""Commands of the desk as a person types them: deciding, renaming, and how everything stands."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY, Site, run

PROPOSED = (
    '    evidence: [A: "awarded to Northwind AS"]\n',
    '    evidence: [A: "awarded to Northwind AS"]\n    review: proposed\n',
)


def test_a_proposal_is_accepted_and_another_rejected(site: Site) -> None:
    desk = site(proposed=PROPOSED)
    shown = run("accept", "harbour-tender", "-n", cwd=desk)
    assert shown.stdout.splitlines()[-2:] == ["-    review: proposed", " denials:"]
    told = run("accept", "harbour-tender", "award", cwd=desk)
    assert told.stdout == "Accepted award in content/briefs/harbour-tender.md. 0 proposals left.\n"
    assert "review" not in (desk / "content/briefs/harbour-tender.md").read_text()
    assert run("accept", "harbour-tendr", cwd=desk).stderr.splitlines()[-1].strip() == "did you mean 'harbour-tender'?"


def test_what_was_rejected_is_not_proposed_again(tmp_path: Path) -> None:
    assert run("init", "desk", "--example", cwd=tmp_path).returncode == 0
    desk = tmp_path / "desk"
    reports = ("reports/observer.txt", "reports/despatch.txt")
    assert run("draft", *reports, "--name", "strait", cwd=desk).returncode == 0
    brief = desk / "content/briefs/strait.md"
    assert "id: boats-carry-radar" in brief.read_text()
    assert run("reject", "strait", "boats-carry-radar", cwd=desk).returncode == 0
    assert "1 left out as before" in run("draft", "observer", "despatch", "--into", "strait", cwd=desk).stdout
    assert "id: boats-carry-radar" not in brief.read_text()
    assert run("accept", "strait", cwd=desk).stdout.endswith("0 proposals left.\n")
    assert run("check", "--strict", "-D", cwd=desk).returncode == 0


def test_an_actor_is_renamed_everywhere_and_its_old_address_leads_on(tmp_path: Path) -> None:
    desk = tmp_path / "desk"
    shutil.copytree(REPOSITORY / "tests/sites/sound", desk)
    before = run("check", cwd=desk)
    told = run("rename", "actor", "northwind", "northwind-as", cwd=desk)
    assert told.returncode == 0 and "content/actors/northwind.md" in told.stdout
    assert not (desk / "content/actors/northwind.md").exists()
    after = run("check", cwd=desk)
    assert after.returncode == before.returncode == 0 and after.stdout == before.stdout
    assert run("build", cwd=desk).returncode == 0
    assert "northwind-as" in (desk / "site/actors/northwind/index.html").read_text()
    for old, new, why in (
        ("nobody", "x", "no actor 'nobody'"),
        ("northwind-as", "ministry", "already"),
        ("ministry", "No Id", "cannot be an id"),
    ):
        refused = run("rename", "actor", old, new, cwd=desk)
        assert refused.returncode == 1 and why in refused.stderr


def test_how_the_desk_stands(site: Site) -> None:
    desk = site(proposed=PROPOSED)
    told = run("status", cwd=desk).stdout
    assert told == "harbour-tender: 1 proposed; 1 open question, the oldest asked 2 days ago\n"
    (standing,) = json.loads(run("status", "--json", cwd=desk).stdout)
    assert (standing["proposed"], standing["open"], standing["unanswered"]) == (1, 1, 0)
    later = run("status", cwd=desk, SOURCE_DATE_EPOCH="1800000000").stdout  # 15 January 2027
    assert "stale: untouched for 56 days" in later
    assert "stale" not in run("status", "--stale-after", "56", cwd=desk, SOURCE_DATE_EPOCH="1800000000").stdout
    assert run("status", cwd=site({"content/briefs/harbour-tender.md": ""})).returncode == 0


@pytest.mark.parametrize(("words", "offered"), [
    ("briefgen accept har", "harbour-tender"),
    ("briefgen deploy ", "live"),
    ("briefgen rename actor nor", "northwind"),
    ("briefgen buil", "build"),
    ("briefgen deploy --verb", "--verbose"),
])  # fmt: skip
def test_a_shell_completes_commands_options_and_the_names_of_the_desk(site: Site, words: str, offered: str) -> None:
    desk = site(
        {
            "briefgen.toml": '[deploy.live]\nkind = "folder"\nto = "x"\n',
            "content/actors/northwind.md": "---\nname: Northwind\n---\n",
        }
    )
    typed = words.split(" ")
    told = run(cwd=desk, _BRIEFGEN_COMPLETE="bash_complete", COMP_WORDS=words, COMP_CWORD=str(len(typed) - 1))
    assert offered in [line.partition(",")[2] for line in told.stdout.splitlines()], told.stderr


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_is_told_how_to_complete(shell: str, tmp_path: Path) -> None:
    assert "_BRIEFGEN_COMPLETE" in run("completion", shell, cwd=tmp_path).stdout
