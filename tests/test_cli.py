"""The command line as a person uses it: what it prints, what it exits with, what it leaves alone."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from briefgen import __version__, desk
from briefgen.cli import cli, main
from briefgen.model.problems import BriefgenError
from briefgen.project.settings import load
from tests.conftest import Site, run


def invoke(*arguments: str, **environment: str | None) -> tuple[int, str, str]:
    """The exit code, what was printed, and what was said beside it."""
    env = {"SOURCE_DATE_EPOCH": "1795348800", "GITHUB_ACTIONS": None, "CI": None, **environment}
    done = CliRunner().invoke(cli, list(arguments), env=env, catch_exceptions=False)
    return done.exit_code, done.stdout, done.stderr


def test_a_site_is_built_from_anywhere(site: Site) -> None:
    root = site()
    code, out, err = invoke("build", "-C", str(root / "content"))
    assert code == 0, err
    assert "1 brief, 2 actors, 1 source: " in out and "0 removed" in out
    assert invoke("-C", str(root), "build", "--output", str(root / "site"))[1].count("no change") == 1
    assert "note[no-base-url]" in err


def test_a_fault_stops_a_build_with_one_and_changes_nothing(site: Site) -> None:
    root = site(quote=("awarded to Northwind AS", "awarded to Southwind"))
    code, out, err = invoke("build", "-C", str(root))
    assert code == 1 and "Nothing was built. 1 error" in out
    assert "content/briefs/harbour-tender.md:11:19: error[quote-not-found]" in err
    assert not (root / "site").exists()


def test_strict_stops_at_a_warning(site: Site) -> None:
    root = site(label=("    asserted_by: port-authority\n", ""))
    assert invoke("check", "-C", str(root))[0] == 0
    assert invoke("check", "-C", str(root), "--strict")[0] == 1


def test_a_settled_warning_is_silent(site: Site) -> None:
    at = "content/briefs/harbour-tender.md"
    toml = f'[checks]\nallow = [{{rule = "nobody-asserts", at = "{at}"}}, {{rule = "actor-unused", at = "*"}}]\n'
    root = site({"briefgen.toml": toml}, label=("    asserted_by: port-authority\n", ""))
    assert invoke("check", "-C", str(root), "--strict", "-q") == (0, "", "")


def test_problems_as_json(site: Site) -> None:
    code, out, _ = invoke("check", "-C", str(site(denies=("denies: []", "denies: awrd"))), "--json")
    errors = [p for p in json.loads(out)["problems"] if p["severity"] == "error"]
    assert code == 1 and errors == [
        {
            "file": "content/briefs/harbour-tender.md", "line": 16, "column": 13, "width": 4,
            "rule": "unknown-fact", "severity": "error",
            "message": "no fact 'awrd' in the brief 'harbour-tender'", "hint": "did you mean 'award'?",
        }
    ]  # fmt: skip


def test_annotations_under_github_actions(site: Site) -> None:
    root = site(denies=("denies: []", "denies: awrd"))
    out = invoke("check", "-C", str(root), "-q", GITHUB_ACTIONS="true")[1]
    line = next(line for line in out.splitlines() if line.startswith("::error"))
    assert line.startswith("::error file=content/briefs/harbour-tender.md,line=16,col=13::no fact 'awrd'")


def test_ten_of_a_rule_are_printed_and_the_rest_counted(site: Site) -> None:
    questions = "".join(f"  - Question number {n}?\n" for n in range(14))
    root = site(many=("  - Who owns Northwind?\n", questions))
    err = invoke("check", "-C", str(root))[2]
    assert err.count("note[no-id]: ") == 10 and "... and 4 more note[no-id]" in err
    assert invoke("check", "-C", str(root), "-v")[2].count("note[no-id]: ") == 14


def test_color_is_asked_for(site: Site) -> None:
    root = site(denies=("denies: []", "denies: awrd"))
    assert "\x1b[31m" in CliRunner().invoke(cli, ["check", "-C", str(root), "--color", "always"], color=True).stderr
    assert "\x1b" not in CliRunner().invoke(cli, ["check", "-C", str(root)], color=True).stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["build", "-C", "/nowhere/at/all"], "is not a folder"),
        (["build", "-b", "desk.example"], "is not an address"),
        (["build", "-b", "https://desk.example/\n/evil/"], "U+000A cannot stand in an address"),
        (["deploy", "-b", "https://me@desk.example/", "x/"], "it names a user"),
        (["serve", "-b", 'https://desk.example/"><script>'], "cannot stand in its path"),
        (["deploy", "--verify", "https://desk.example/\u202e", "x/"], "U+202E cannot stand in an address"),
        (["build", "-b", ""], "does not begin with http"),
        (["build", "--max-marking", "TLP:WHITE"], "is no marking"),
        (["build", "-c", "none.toml"], "cannot read"),
        (["build", "--colour"], "No such option"),
        (["new", "story", "x"], "Invalid value"),
        (["new", "brief", " "], "a title is a line of text"),
    ],
)
def test_bad_usage_is_two_and_a_sentence(site: Site, arguments: list[str], said: str) -> None:
    where = [] if "-C" in arguments else ["-C", str(site())]
    code, out, err = invoke(*arguments, *where)
    assert code == 2 and said in out + err


def test_a_folder_without_settings_is_two(tmp_path: Path) -> None:
    code, _, err = invoke("check", "-C", str(tmp_path))
    assert code == 2 and "no briefgen.toml" in err


@pytest.mark.parametrize(
    "epoch", ["yesterday", "", "-1", "1.5", "1e9", " 1", "1_000", "\u0661", "253402300800", "9" * 5000, "nan", "\udcff"]
)
def test_a_clock_that_is_no_number_is_two(site: Site, epoch: str) -> None:
    code, out, err = invoke("check", "-C", str(site()), SOURCE_DATE_EPOCH=epoch)
    assert code == 2 and "not a number of seconds" in err and len(err) < 300
    assert invoke("check", "-C", str(site()), SOURCE_DATE_EPOCH="253402300799")[0] == 0


@pytest.mark.parametrize("moment", ["9999-12-31T23:59:59-23:59", "0001-01-01T00:00+14:00"])
@pytest.mark.parametrize("key", ["embargo_until", "date", "updated"])
def test_a_moment_beyond_the_calendar_is_a_fault_at_its_place(site: Site, key: str, moment: str) -> None:
    brief = f"---\ntitle: Later\n{key}: {moment}\n---\n"
    code, out, err = invoke("build", "-C", str(site({"content/briefs/later.md": brief})))
    assert code == 1 and f"later.md:3:{len(key) + 3}: error" in err and "years 1 to 9999" in err


def test_the_last_moment_of_all_is_a_moment(site: Site) -> None:
    brief = "---\ntitle: Never\ndate: 2026-11-22\nembargo_until: 9999-12-31T23:59:59Z\n---\n"
    assert "Build again at 9999-12-31 23:59 UTC" in invoke("build", "-C", str(site({"content/briefs/n.md": brief})))[1]


def test_the_next_embargo_is_told(site: Site) -> None:
    later = "---\ntitle: Later\ndate: 2026-12-24\n---\n"
    assert (
        "Build again at 2026-12-24 00:00 UTC" in invoke("build", "-C", str(site({"content/briefs/later.md": later})))[1]
    )


def test_an_output_that_is_not_ours_is_left_alone(site: Site) -> None:
    root = site()
    (root / "site").mkdir()
    (root / "site" / "mine.txt").write_text("mine")
    code, _, err = invoke("build", "-C", str(root))
    assert code == 2 and "did not put there" in err
    assert [p.name for p in (root / "site").iterdir()] == ["mine.txt"]


@pytest.mark.parametrize(
    ("kind", "path"),
    [
        ("brief", "briefs/old-pier-a-story.md"),
        ("actor", "actors/old-pier-a-story.md"),
        ("source", "sources/old-pier-a-story.md"),
    ],
)
def test_new_writes_a_valid_file_and_never_over_another(site: Site, kind: str, path: str) -> None:
    root = site()
    title = 'Old "pier": a \\ story'
    code, out, _ = invoke("new", kind, title, "-C", str(root))
    assert code == 0 and out.strip().endswith(path)
    assert invoke("check", "-C", str(root))[0] == 0
    entry = {"brief": "briefs", "actor": "actors", "source": "sources"}[kind]
    from tests.conftest import assembled

    content = assembled(root, drafts=True).graph.content
    named = getattr(content, entry).get("old-pier-a-story")
    if kind != "source":  # a source that no brief uses is not shown
        assert getattr(named, "title", None) == title or named.name == title
    (root / "content" / path).write_text("my own words")
    code, _, err = invoke("new", kind, title, "-C", str(root))
    assert code == 1 and "already there" in err
    assert (root / "content" / path).read_text() == "my own words"


def test_new_wants_a_title_that_can_be_written_down(site: Site) -> None:
    with pytest.raises(BriefgenError):
        desk.new(load(site()), "brief", "a\x07b", date(2026, 11, 22))


def test_lock_and_clean_and_schema(site: Site) -> None:
    root = site()
    assert "Would lock 2 quotes of 1 texts: 3 lines new" in invoke("lock", "-n", "-C", str(root))[1]
    assert "Locked 2 quotes of 1 texts: 3 lines new, 0 gone" in invoke("lock", "-C", str(root))[1]
    invoke("build", "-C", str(root))
    (root / "site" / "index.html").write_text("mine now")
    assert "Would remove" in invoke("clean", "-n", "-C", str(root))[1]
    out = invoke("clean", "-C", str(root))[1]
    assert "Left index.html" in out and (root / "site" / "index.html").read_text() == "mine now"
    assert (root / "content" / "evidence.lock").exists()
    assert set(json.loads(invoke("schema")[1])) == {"brief", "actor", "source", "settings"}
    assert json.loads(invoke("schema", "actor")[1])["title"] == "The front matter of an actor"


def test_lock_with_a_quote_that_is_nowhere_is_one(site: Site) -> None:
    code, out, err = invoke("lock", "-C", str(site(quote=("awarded to Northwind AS", "awarded to Southwind"))))
    assert code == 1 and "Locked 1 quotes" in out and "quote-not-found" in err


def test_verbose_tells_how_long_each_step_took(site: Site) -> None:
    assert re.search(r"render \d+\.\d\d s", invoke("check", "-v", "-C", str(site()))[2])


def test_the_program_itself(site: Site) -> None:
    root = site()
    assert run("--version", cwd=root).stdout == f"briefgen, version {__version__}\n"
    done = run("build", "-q", cwd=root)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert run("nonsense", cwd=root).returncode == 2


def test_an_interruption_is_a_hundred_and_thirty_without_a_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(**given: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "main", interrupted)
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 130


def test_help_is_quick_and_imports_nothing_heavy() -> None:
    code = "import sys; sys.argv = ['briefgen', '--help']\nfrom briefgen.cli import main\n"
    code += "try: main()\nexcept SystemExit: pass\n"
    code += "print(sorted({'jinja2', 'yaml', 'pydantic', 'markdown_it', 'rich', 'undate'} & sys.modules.keys()))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
    times = []
    for _ in range(3):
        start = time.perf_counter()
        subprocess.run([sys.executable, "-m", "briefgen", "--help"], capture_output=True, check=True)
        times.append(time.perf_counter() - start)
    bare = time.perf_counter()
    subprocess.run([sys.executable, "-c", "import click"], capture_output=True, check=True)
    assert min(times) < 4 * (time.perf_counter() - bare) + 0.1


def test_a_progress_line_tells_the_step(monkeypatch: pytest.MonkeyPatch) -> None:
    from briefgen.report import progress

    with progress() as say:
        say("render")


@pytest.mark.parametrize("place", ["with a space", "ünï"])
def test_a_path_with_spaces_and_other_letters_works(site: Site, tmp_path: Path, place: str) -> None:
    moved = site().rename(tmp_path / place)
    done = run("build", cwd=moved)
    assert done.returncode == 0, done.stderr
