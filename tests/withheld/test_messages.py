"""Where `CI` is set, nothing that is printed tells what is withheld: desks of chance with a fault in every secret."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from briefgen.cli.printing import Report
from tests.conftest import Site, assembled, run
from tests.test_cli import invoke
from tests.withheld.desks import MARK, desk_of

Edit = Callable[[str], str]


def _swap(old: str, new: str) -> Edit:
    return lambda text: re.sub(old, new, text)


# Each fault, as an edit of every file that says something with a mark. None leaves a mark unchanged and unsaid.
FAULTS: dict[str, Edit] = {
    "nothing": lambda text: text,
    "quotes that are not there": _swap(rf'("quote": "{MARK}\d+)', r"\1 or so"),
    "prefixes that are not there": _swap(rf'("prefix": "{MARK}\d+)', r"\1 or so"),
    "hedges that are not in their quotes": _swap(rf'("hedge": {{\s*"\w+": "{MARK}\d+)', r"\1 or so"),
    "labels that lead nowhere": _swap(rf'"source": "(Q|{MARK}\d+)"', r'"source": "\1x"'),
    "actors that are not there": _swap(rf'("(?:asserted_by|about|by)": \[\s*"{MARK}\d+)', r"\1-x"),
    "facts that are not there": _swap(rf'("answered_by": \[\s*"{MARK}\d+)', r"\1-x"),
    "words that take a side": _swap(rf'("text": "{MARK}\d+)', r"\1 a regime"),
    "unknown keys": _swap(rf'"text": ("{MARK}[^"]*")', r'"text": \1, "textt": \1'),
    "keys that are secrets": _swap(rf'"text": "({MARK}\d+)', r'"\1": "x", "text": "\1'),
    "lists for texts": _swap(rf'"text": ("{MARK}[^"]*")', r'"text": [\1]'),
    "dates that are none": _swap(r'"edtf": "[^"]*"', f'"edtf": "{MARK}0001"'),
    "ids that are none": _swap(rf'"id": "({MARK}\d+)"', r'"id": "\1 \1"'),
    "ids that stand twice": _swap(rf'"id": "({MARK}\d+)"', f'"id": "{MARK}0001"'),
    "ids left out": _swap(rf'"id": "{MARK}\d+",', ""),
    "cuts that are not there": _swap(rf'("from": "{MARK}\d+)', r"\1 or so"),
    "addresses that are none": _swap(r'"https://([^"]*)"', r'"\1 \1"'),
    "names that are shared": _swap(rf'"aliases": \["{MARK}\d+ Alias"', f'"aliases": ["{MARK}0001"'),
    "sources that are not there": _swap(r'("near_duplicate_of": {\s*"source": "\w+)', rf"\1-{MARK}0001"),
    "links that lead nowhere": lambda text: f"{text}\n[[{MARK}0001]] [it](assets/{MARK}0002.png) [b](js:{MARK}0003)\n",
    "markings that are none": _swap(r'"TLP:(RED|GREEN|AMBER\+STRICT)"', r'"TLP:\1X"'),
    "keys of markings that are none": _swap(r'"(marking|review|embargo_until)": "(TLP:\w+|proposed|20)', r'"\1x": "\2'),
    "states that are none": _swap(r'"status": "(draft|review)"', r'"status": "\1x"'),
    "a bracket too few": lambda text: text.replace("}", "", 1),
    "no end of the front matter": lambda text: text.replace("\n---\n", "\n", 1),
    "a control character": lambda text: text.replace(MARK, f"{MARK}\x07", 1),
}  # fmt: skip

# Faults of files that are withheld as a whole: in a public one they would make words public.
OF_WHOLE_FILES = {"links that lead nowhere", "ids that stand twice"}
WITHOUT_WORDS = {"a bracket too few", "no end of the front matter", "a control character"}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return desk_of(0, tmp_path_factory.mktemp("messages") / "desk", every=True)


def _without_paths(text: str) -> str:
    """What was printed, without the files that it names: an editor has to find them."""
    return re.sub(r"content/(briefs|actors|sources|captures|assets)/[\w-]+\.\w+", "FILE", text)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_service_prints_no_word_of_what_is_withheld(
    desk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], fault: str
) -> None:
    faulty = tmp_path / "desk"
    shutil.copytree(desk, faulty)
    for path in sorted((faulty / "content").rglob("*.md")):
        text = path.read_text()
        if MARK in path.name or (MARK in text and fault not in OF_WHOLE_FILES):
            path.write_text(FAULTS[fault](text))
    problems = assembled(faulty).problems

    def printed(*, as_json: bool = False, **environment: str) -> list[str]:
        for name in ("CI", "GITHUB_ACTIONS"):
            monkeypatch.setenv(name, environment.get(name, ""))
        given = {"as_json": as_json, "quiet": False, "verbose": True, "color": "never"}
        Report(given, faulty).problems(problems)
        told = _without_paths("".join(capsys.readouterr()))
        assert all(each.rule in told for each in problems)
        return [line for line in told.splitlines() if MARK in line.casefold()]

    assert bool(printed()) is bool(printed(as_json=True)) is (fault not in WITHOUT_WORDS)  # at the desk all is told
    assert printed(CI="true") == printed(CI="1", as_json=True) == printed(CI="true", GITHUB_ACTIONS="true") == []
    assert printed(GITHUB_ACTIONS="true") == []


RED = """\
---
title: Harbour tender
date: 2026-11-20
sources: {A: gazette-1120}
actors: [northwind, port-authority, ada-vane]
key_facts:
  - id: award
    text: The port authority awarded the tender to Northwind, the gazette says.
    asserted_by: port-authority
    about: northwind
    evidence: [A: "awarded to Northwind AS"]
  - {id: bribe, text: Ada Vane was paid., asserted_by: ada-vane, marking: TLP:RED, evidence: [A: "no such words"]}
---
"""
BRIEF = "content/briefs/harbour-tender.md"


def _said(root: Path, command: str = "check", **environment: str) -> str:
    _, out, err = invoke(command, "-C", str(root), **{"CI": "true", **environment})
    return out + err


def test_of_something_withheld_its_place_and_rule_are_told(site: Site) -> None:
    told = _said(site({BRIEF: RED}))
    assert f"{BRIEF}:12:98: error[quote-not-found]: something withheld is at fault here" in told
    assert "bribe" not in told and "Ada" not in told and "no such" not in told and "12 |" not in told
    assert "run the same command at your desk" in told


def test_of_what_is_public_all_is_told(site: Site) -> None:
    told = _said(site({BRIEF: RED.replace("awarded to Northwind AS", "given to Northwind AS")}))
    assert "11:19: error[quote-not-found]: not in source A (gazette-1120)" in told and "nearest: " in told
    assert '  11 |     evidence: [A: "given to Northwind AS"]' in told


def test_a_line_that_public_and_withheld_share_is_not_shown(site: Site) -> None:
    facts = (
        '  - {id: public, text: It says so., asserted_by: northwind, evidence: [A: "no such public words"]}'
        ', {id: bribe, text: Ada took it., asserted_by: northwind, marking: TLP:RED, evidence: [A: "on Friday"]}]'
    )
    brief = RED[: RED.index("key_facts")] + f"key_facts: [{facts.strip().removeprefix('- ')}\n---\n"
    told = _said(site({BRIEF: brief}))
    assert "error[quote-not-found]: not in source A" in told and "Ada" not in told and "key_facts:" not in told


@pytest.mark.parametrize(
    ("body", "hint"),
    [("[[actor:ada-vanne]]", "ada-vane"), ("[[fact:bribee]]", "bribe"), ("[[brief:secrett]]", "secret")],
)
def test_a_name_that_is_withheld_is_not_offered(site: Site, body: str, hint: str) -> None:
    secret = "---\ntitle: Secret\ndate: 2026-11-20\nmarking: TLP:RED\n---\n"
    root = site({BRIEF: RED.replace("no such words", "on Friday") + body, "content/briefs/secret.md": secret})
    assert f"did you mean '{hint}'" in _said(root, CI="")
    assert "dead-link" in _said(root) and hint not in _said(root).replace(body, "").replace(
        "content/briefs/secret.md", ""
    )


def test_a_public_brief_that_cannot_be_read_is_told_of_in_full(site: Site) -> None:
    told = _said(site(change=("title: Harbour", "titel: Harbour")))
    assert "no key 'titel' in a brief" in told and "| titel: Harbour tender goes" in told


@pytest.mark.parametrize(
    "line", ["markng: TLP:RED", "makring: RED", "status: drafft", "embargo_untl: 2026-12-01T09:00+01:00"]
)
def test_of_a_brief_that_cannot_be_read_and_may_be_withheld_nothing_is_told(site: Site, line: str) -> None:
    told = _said(site(change=("title: Harbour tender", f"titel: Harbour tender\n{line}")))
    assert "error[" in told and "Harbour" not in told


def test_what_was_told_at_the_desk_is_not_told_again_to_strangers(site: Site) -> None:
    brief = (
        RED.replace("no such words", "on Friday")
        .replace("was paid.,", "was paid by a regime.,")
        .replace("ada-vane", "northwind")
    )
    root = site({BRIEF: brief})
    at_the_desk, in_public, again = (run("build", cwd=root, CI=ci) for ci in ("", "true", ""))
    assert "'regime' takes a side" in at_the_desk.stderr and "'regime' takes a side" in again.stderr
    assert "loaded-word" in in_public.stderr and "regime" not in in_public.stderr


def test_a_lock_tells_strangers_no_more_than_a_check(site: Site) -> None:
    root = site({BRIEF: RED})
    assert "no such words" in _said(root, "lock", CI="")
    assert "quote-not-found" in _said(root, "lock") and "no such words" not in _said(root, "lock")


def test_a_deploy_does_not_name_what_it_deletes_because_it_is_withheld_now(site: Site, tmp_path: Path) -> None:
    public = RED.replace("no such words", "on Friday").replace("marking: TLP:RED, ", "")
    root = site(
        {
            BRIEF: public.replace("[northwind,", "[ada-vane, northwind,"),
            "briefgen.toml": '[site]\nbase_url = "https://a.example/"\n',
        }
    )
    live = str(tmp_path / "live")
    assert invoke("deploy", live, "-C", str(root), "-v")[0] == 0
    path = root / BRIEF
    path.write_text(path.read_text().replace("id: bribe,", "id: bribe, marking: TLP:RED,"))
    plans = [invoke("deploy", live, "-C", str(root), "-v", "-n", CI=ci)[1] for ci in (None, "true")]
    assert "delete  actors/ada-vane/index.html" in plans[0]
    assert "ada-vane" not in plans[1] and plans[1].count("delete  a file of what is withheld") == 2  # a page and a feed
