"""Settings: what each key wants, where it stands, and what is left of a file that is wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from briefgen.model.problems import BriefgenError
from briefgen.project.settings import DEPLOY, TABLES, find_root, load
from tests.conftest import Site, assembled, said


def loaded(tmp_path: Path, text: str) -> list[str]:
    (tmp_path / "briefgen.toml").write_text(text)
    return [f"{p.place}: {p.message}" for p in load(tmp_path).problems]


def test_an_empty_file_is_enough(tmp_path: Path) -> None:
    assert loaded(tmp_path, "") == []
    assert load(tmp_path).site.title == "Briefs"


def test_all_settings_are_read(tmp_path: Path) -> None:
    text = (
        'plugins = []\nhosting = "github"\nlinks = "file"\n[site]\ntitle = "T"\nbase_url = "https://a.example/x"\n'
        'language = "de"\ndescription = "D"\nmax_marking = "TLP:GREEN"\n[checks]\nallow = [{rule = "r", at = "a"}]\n'
        '[extract]\nmodel = "m"\n[deploy.live]\nkind = "folder"\nto = "/srv"\n'
    )
    assert loaded(tmp_path, text) == []
    project = load(tmp_path)
    assert (project.site.base_url, project.site.links, project.site.hosting) == (
        "https://a.example/x/",
        "file",
        "github",
    )
    assert project.audience.max_marking == "TLP:GREEN"
    assert [(a.rule, a.at) for a in project.allow] == [("r", "a")]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("site = 1", "briefgen.toml:1:1: `site` is a table: write `[site]`"),
        ("[sites]\n", "briefgen.toml:1:1: no setting [sites]"),
        ("outptu = 1", "briefgen.toml:1:1: no setting `outptu`"),
        ("[site]\ntitle = 1", "briefgen.toml:2:1: `title` wants a text in quotes"),
        ('plugins = "x"', "briefgen.toml:1:1: `plugins` wants a list of texts"),
        ('[checks]\nallow = ["x"]', 'briefgen.toml:2:1: `allow` wants a list of {rule = "...", at = "..."}'),
        (
            '[site]\nbase_url = "https://a.example/?q"',
            "briefgen.toml:2:1: 'https://a.example/?q' is not an address: it has a query or a fragment",
        ),
        ('[site]\nbase_url = "https://[x"', "briefgen.toml:2:1: 'https://[x' is not an address: '[x' is no host"),
        ('[site]\nmax_marking = "TLP:WHITE"', "briefgen.toml:2:1: 'TLP:WHITE' is no `max_marking`"),
        ("[site", "briefgen.toml: not TOML"),
        ("a = '''", "briefgen.toml: not TOML"),
        ("a = b", "briefgen.toml:1:5: not TOML"),
    ],
)
def test_what_is_wrong_is_said_at_its_place(tmp_path: Path, text: str, said: str) -> None:
    found = loaded(tmp_path, text)
    assert found and found[0].startswith(said)
    assert load(tmp_path).site.title == "Briefs"


HOSTILE = ["a\nb", "a\r\nX: y", "a\tb", "a\u202eb", "a\u2066b", "a\u2028b", "a\x00b", "a\x1b[2J", "a\x85b", "a\ufffeb"]
PRINTED = [
    (table, key)
    for table, keys in {**TABLES, "deploy.live": DEPLOY}.items()
    for key, kind in keys.items()
    if kind.shape.get("type") == "string"
]


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
@pytest.mark.parametrize(("table", "key"), PRINTED)
def test_no_setting_that_is_text_can_end_its_line_or_turn_others_around(
    table: str, key: str, text: str, tmp_path: Path
) -> None:
    found = loaded(tmp_path, (f"[{table}]\n" if table else "\n") + f"{key} = {json.dumps(text)}\n")
    assert found[0].startswith("briefgen.toml:2:1: ") and text not in "".join(found)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('site = { title = "x", base_url = "ftp://x" }', "1:23"),
        ('site.base_url = "ftp://x"', "1:1"),
        ('[site]\n"base_url" = "ftp://x"', "2:1"),
        ('[ site ]\n  base_url = "https://x/ "', "2:3"),
        ('[deploy]\nlive = {kind = "folder", to = "x", base_url = "https://u@x/"}', "2:36"),
        ('[deploy]\nlive.kind = "git"\nlive.to = "-x"', "3:1"),
        ('[deploy."a\\nb"]\nkind = "folder"\nto = "x"', "1:1"),
        ('[deploy.x]\nkind = "netlify"\nto = "evil.example/#"', "3:1"),
        ('[deploy.x]\nkind = "git"\nto = "https://me:secret@x/y"', "3:1"),
        ('[deploy.x]\nkind = "git"\nto = "x"\nbranch = "--mirror"', "4:1"),
        ('[deploy.x]\nkind = "git"\nto = "x"\nbranch = "a..b"', "4:1"),
        ('[deploy.x]\nkind = "git"\nto = "x"\nbranch = "a.lock"', "4:1"),
        ('[deploy.x]\nkind = "s3"\nto = "s3://x"\nendpoint = "minio:9000"', "4:1"),
        ('[site]\nlanguage = "en\\" onload=\\"x"', "2:1"),
        ('[site]\nlanguage = ""', "2:1"),
        ('plugins = ["os.path; x"]', "1:1"),
        ('plugins = [".relative"]', "1:1"),
        ("[site]\ntitle = 1", "2:1"),
        ('"" = 1', ""),
    ],
)
def test_a_fault_has_its_place_however_the_table_is_written(text: str, said: str, tmp_path: Path) -> None:
    assert loaded(tmp_path, text)[0].startswith(f"briefgen.toml:{said}")


@pytest.mark.parametrize(
    "text", ["a = " + "[" * 9000, "a = " + "9" * 9000, "a = {" * 3000, "a = 9999-99-99", "a." * 5000 + "a = 1"]
)
def test_settings_that_are_deep_or_long_are_said_to_be_wrong(text: str, tmp_path: Path) -> None:
    assert loaded(tmp_path, text)


def test_an_address_is_spelt_alike_wherever_it_is_named(tmp_path: Path) -> None:
    text = '[site]\nbase_url = "HTTPS://Desk.example:443"\n[deploy.x]\nkind = "git"\nto = "x"\nbase_url = "https://DESK.example/"'
    assert loaded(tmp_path, text) == []
    project = load(tmp_path)
    assert project.site.base_url == project.destinations["x"].base_url == "https://desk.example/"


def test_a_folder_without_settings_is_told(tmp_path: Path) -> None:
    with pytest.raises(BriefgenError, match=r"no briefgen\.toml"):
        find_root(tmp_path)


def test_settings_that_cannot_be_read_are_told(tmp_path: Path) -> None:
    (tmp_path / "briefgen.toml").write_bytes(b"\xff")
    with pytest.raises(BriefgenError, match="not UTF-8"):
        load(tmp_path)
    with pytest.raises(BriefgenError, match="cannot read"):
        load(tmp_path, tmp_path / "none.toml")
    with pytest.raises(BriefgenError, match="no settings"):
        load(tmp_path, Path("/dev/zero"))
    (tmp_path / "briefgen.toml").write_bytes(b"#" * (2 << 20))
    with pytest.raises(BriefgenError, match="no settings"):
        load(tmp_path)


@pytest.mark.parametrize("name", ["templates", "templates/style.css", "templates/parts", "templates/inner/home.html"])
@pytest.mark.parametrize("of", ["secret", "nowhere"])
def test_no_theme_leads_out_of_the_project(tmp_path: Path, site: Site, name: str, of: str) -> None:
    """What it leads to is shown nowhere, in a preview that shows faults neither."""
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret/style.css").write_text("/* secret */")
    root = site()
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).symlink_to(tmp_path / of / ("style.css" if name.endswith(".css") else ""))
    found = assembled(root)
    assert said(found, "error") == [f"{name} template-error"]
    assert not [page.path for page in found.pages if b"secret" in page.body]


def test_a_theme_may_lead_to_another_folder_of_the_project(site: Site) -> None:
    root = site({"design/style.css": "/* ours */"})
    (root / "templates").symlink_to("design")
    found = assembled(root)
    assert said(found, "error") == []
    assert [page.path for page in found.pages if page.body == b"/* ours */"]
