"""Settings: what each key wants, where it stands, and what is left of a file that is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from briefgen.model.problems import BriefgenError
from briefgen.project.settings import find_root, load


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
            "briefgen.toml:2:1: 'https://a.example/?q' is not the address of a site",
        ),
        ('[site]\nbase_url = "https://[x"', "briefgen.toml:2:1: 'https://[x' is not the address of a site"),
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


def test_a_folder_without_settings_is_told(tmp_path: Path) -> None:
    with pytest.raises(BriefgenError, match=r"no briefgen\.toml"):
        find_root(tmp_path)


def test_settings_that_cannot_be_read_are_told(tmp_path: Path) -> None:
    (tmp_path / "briefgen.toml").write_bytes(b"\xff")
    with pytest.raises(BriefgenError, match="not UTF-8"):
        load(tmp_path)
    with pytest.raises(BriefgenError, match="cannot read"):
        load(tmp_path, tmp_path / "none.toml")
