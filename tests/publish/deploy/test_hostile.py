"""A far end that lies, links that lead away, names that no shell likes, programs that misbehave: refused or withstood."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from briefgen.model.ids import why_no_path
from briefgen.model.problems import BriefgenError
from briefgen.publish.deploy.folder import Folder
from briefgen.publish.deploy.plan import Far, far_from, is_name, planned, site_of
from briefgen.publish.output import MANIFEST
from tests.publish.deploy.conftest import Built, Place, deployed

SITE = {"index.html": b"front", "briefs/a/index.html": b"a", "feed.xml": b"<feed/>"}


def shown(place: Place) -> dict[str, bytes]:
    return {name: data for name, data in place.holds().items() if name != MANIFEST}


# ---- names ---------------------------------------------------------------------------------------------------------

NAMES = (
    "new\nline.png", "\nfirst.png", "tab\t.png", 'quo"te.png', "it's.png", "-rf", "--delete", "assets/-C", "#remark", ";remark", "a -> b",
    " lead.png", "trail ", "é/ü.png", "e\u0301.png", "日本.png", "back\\slash.png", "\\#011", "a%41.png", "q?x=1.png", "star*.png", "[x].png",
    "$(id)", "`id`", "a&b;c|d", "~root", "a:b", "\x85next", "\u2028line", "\x7f", "..hidden", "a..b/c", "...", "x" * 200,
)  # fmt: skip


def test_every_name_that_a_file_of_a_site_can_have_goes_there_and_comes_away(place: Place, site: Built) -> None:
    files = SITE | {name: name.encode() for name in NAMES if not why_no_path(name)}
    assert len(files) > 20
    deployed(place.target, site.with_files(files))
    assert shown(place) == files
    assert deployed(place.target, site.output).is_nothing, "what is there is read under the name that it was sent by"
    plan = deployed(place.target, site.with_files(SITE), most_deletions=99)
    assert set(plan.deletions) == files.keys() - SITE.keys() and shown(place) == SITE


@pytest.mark.parametrize("name", ["a\nb", "a\x00b", "a\x7fb"])
def test_a_name_that_an_object_store_cannot_hold_is_told_before_anything_is_sent(name: str) -> None:
    with pytest.raises(BriefgenError, match="cannot be deployed there"):
        planned({"index.html": "1", name: "2"}, Far(has_keys=True))


@pytest.mark.parametrize(
    "name", ["../out", "a/../../out", "/etc/out", "a//b", "./a", "a/", "", "nul\0", "\udcff", MANIFEST]
)
def test_a_name_that_leads_out_is_no_name_of_a_site(name: str) -> None:
    assert not is_name(name)
    with pytest.raises(BriefgenError, match="cannot be deployed there"):
        planned({"index.html": "1", name: "2"}, Far())


# ---- a folder's links ----------------------------------------------------------------------------------------------


def _elsewhere(tmp_path: Path) -> Path:
    folder = tmp_path / "elsewhere"
    (folder / "a").mkdir(parents=True)
    for name in ("index.html", "a/index.html", "theirs.txt"):
        (folder / name).write_bytes(b"theirs")
    return folder


def test_nothing_is_written_through_a_folder_that_is_a_link(folder_place: Place, site: Built, tmp_path: Path) -> None:
    elsewhere, there = _elsewhere(tmp_path), folder_place.target.path  # type: ignore[attr-defined]
    deployed(folder_place.target, site.with_files({"index.html": b"front"}))
    (there / "briefs").symlink_to(elsewhere)
    with pytest.raises(BriefgenError, match="taken there: briefs") as told:
        deployed(folder_place.target, site.with_files(SITE))
    assert told.value.code == 3 and {p.read_bytes() for p in elsewhere.rglob("*") if p.is_file()} == {b"theirs"}


def test_a_folder_that_becomes_a_link_while_a_deploy_is_at_work_leads_nowhere(
    folder_place: Place, site: Built, tmp_path: Path
) -> None:
    elsewhere, there = _elsewhere(tmp_path), folder_place.target.path  # type: ignore[attr-defined]
    deployed(folder_place.target, site.with_files(SITE | {"briefs/b/index.html": b"b"}))
    for change, kept in (({"briefs/a/index.html": b"new"}, True), ({}, False)):
        output = site.with_files(SITE | change if kept else {"index.html": b"front", "feed.xml": b"<feed/>"})
        plan = planned(site_of(output), folder_place.target.look())
        (there / "briefs").rename(tmp_path / "aside")
        (there / "briefs").symlink_to(elsewhere)
        if kept:
            with pytest.raises(BriefgenError, match=r"briefs/a/index\.html: "):
                folder_place.target.carry_out(plan, output, lambda step, done, total: None)
        else:
            folder_place.target.carry_out(plan, output, lambda step, done, total: None)
        assert {p.read_bytes() for p in elsewhere.rglob("*") if p.is_file()} == {b"theirs"}
        assert len([p for p in elsewhere.rglob("*") if p.is_file()]) == 3
        (there / "briefs").unlink()
        (tmp_path / "aside").rename(there / "briefs")


def test_a_file_that_became_a_link_is_replaced_and_what_it_leads_to_stays(
    folder_place: Place, site: Built, tmp_path: Path
) -> None:
    elsewhere, there = _elsewhere(tmp_path), folder_place.target.path  # type: ignore[attr-defined]
    deployed(folder_place.target, site.with_files(SITE))
    for name in ("index.html", MANIFEST, ".briefgen-new"):
        (there / name).unlink(missing_ok=True)
    (there / "index.html").symlink_to(elsewhere / "index.html")
    (there / ".briefgen-new").symlink_to(elsewhere / "theirs.txt")
    (there / MANIFEST).symlink_to(site.output / MANIFEST)
    with pytest.raises(BriefgenError, match="no site of ours"):
        deployed(folder_place.target, site.with_files(SITE | {"index.html": b"new"}))
    with pytest.raises(BriefgenError, match="taken there"):
        deployed(folder_place.target, site.output, adopt=True)
    (there / MANIFEST).unlink()
    (there / MANIFEST).write_text(json.dumps({"briefgen": 1, "files": dict.fromkeys(SITE, "0")}))
    deployed(folder_place.target, site.output)
    assert (there / "index.html").read_bytes() == b"new" and not (there / "index.html").is_symlink()
    assert {p.read_bytes() for p in elsewhere.rglob("*") if p.is_file()} == {b"theirs"}


def test_the_destination_itself_may_be_a_link(tmp_path: Path, site: Built) -> None:
    (tmp_path / "releases").mkdir()
    (tmp_path / "live").symlink_to(tmp_path / "releases")
    deployed(Folder(tmp_path / "live"), site.with_files(SITE))
    assert (tmp_path / "releases/index.html").read_bytes() == b"front" and (tmp_path / "live").is_symlink()


def test_a_fifo_or_a_device_for_a_manifest_is_not_waited_for(tmp_path: Path, site: Built) -> None:
    (tmp_path / "live").mkdir()
    os.mkfifo(tmp_path / "live" / MANIFEST)
    with pytest.raises(BriefgenError, match="no site of ours"):
        deployed(Folder(tmp_path / "live"), site.with_files(SITE))


def test_all_is_on_the_disk_before_the_manifest_tells_of_it(
    folder_place: Place, site: Built, monkeypatch: pytest.MonkeyPatch
) -> None:
    deployed(folder_place.target, site.with_files(SITE | {"old.html": b"old"}))
    steps: list[str] = []

    def noted(owner: object, name: str, tell: Callable[..., str]) -> None:
        real = getattr(owner, name)
        monkeypatch.setattr(
            owner, name, lambda *given, **named: (steps.append(tell(*given, **named)), real(*given, **named))[1]
        )

    from briefgen.disk.below import Below
    from briefgen.publish.deploy import folder as module

    noted(Below, "put", lambda below, path, data, is_synced=False: f"put {path}{' to the disk' if is_synced else ''}")
    noted(Below, "delete", lambda below, path: f"delete {path}")
    noted(module, "flush", lambda folder: "flush")
    deployed(folder_place.target, site.with_files(SITE | {"index.html": b"new"}))
    manifest = f"put {MANIFEST} to the disk"
    assert steps == [manifest, "put index.html", "flush", "delete old.html", "flush", manifest]


# ---- files and folders that change places --------------------------------------------------------------------------


def test_a_file_becomes_a_folder_and_a_folder_a_file(place: Place, site: Built) -> None:
    if "/desk/" in place.target.name:
        pytest.skip("s3rver keeps objects as files, as no real store does")
    one, other = (
        {"index.html": b"1", "a": b"file", "b/c/d": b"deep"},
        {"index.html": b"1", "a/x": b"below", "b": b"file"},
    )
    for files in (one, other, one):
        deployed(place.target, site.with_files(files))
        assert shown(place) == files


def test_somebody_elses_file_where_a_folder_has_to_be_is_told(place: Place, site: Built) -> None:
    deployed(place.target, site.with_files({"index.html": b"1"}))
    place.put("briefs", b"theirs")
    if place.target.look().has_keys:
        return
    with pytest.raises(BriefgenError, match="taken there: briefs"):
        deployed(place.target, site.with_files(SITE))
    assert shown(place) == {"index.html": b"1", "briefs": b"theirs"}


# ---- manifests at the far end --------------------------------------------------------------------------------------

HASH = "0" * 64
MANIFESTS = {
    "empty": b"",
    "no JSON": b"{ no manifest",
    "not UTF-8": b'{"files": {"\xff": "1"}}',
    "a list": b"[]",
    "null": b"null",
    "a number of digits": b"9" * 10_000,
    "deep lists": b"[" * 200_000,
    "deep tables": b'{"files":' * 100_000,
    "huge": b'{"files": {}, "more": "' + b" " * (65 << 20) + b'"}',
    "files a list": b'{"files": [["index.html", "1"]]}',
    "files a text": b'{"files": "index.html"}',
    "a hash a number": b'{"files": {"index.html": 3}}',
    "stale a number": b'{"files": {}, "stale": 3}',
    "begun a text": b'{"files": {}, "begun": "index.html"}',
    "begun of lists": b'{"files": {}, "begun": [["index.html"]]}',
    "upward": b'{"files": {"../victim": "%s"}}' % HASH.encode(),
    "upward, begun": b'{"files": {}, "begun": ["a/../../victim"]}',
    "upward, stale": b'{"files": {}, "stale": {"../victim": "1"}}',
    "absolute": b'{"files": {"/etc/passwd": "1"}}',
    "itself": b'{"files": {}, "begun": ["briefgen-manifest.json"]}',
    "a null": b'{"files": {"a\\u0000b": "1"}}',
    "half a character": b'{"files": {"\\ud800": "1"}}',
    "nameless": b'{"files": {"": "1"}}',
}  # fmt: skip


@pytest.mark.parametrize("which", MANIFESTS)
def test_a_manifest_that_cannot_be_true_is_damaged(which: str) -> None:
    far = far_from(MANIFESTS[which], ["index.html"])
    assert far.damage and not far.ours and not far.stale and not far.begun
    with pytest.raises(BriefgenError, match="is damaged: it ") as told:
        planned({"index.html": HASH}, far, adopt=True)
    assert told.value.code == 3 and len(told.value.message) < 200


@pytest.mark.parametrize("which", ["empty", "not UTF-8", "deep tables", "upward", "half a character"])
def test_a_damaged_manifest_at_every_kind_of_destination_changes_nothing(place: Place, site: Built, which: str) -> None:
    place.put(MANIFEST, MANIFESTS[which])
    place.put("victim", b"theirs")
    with pytest.raises(BriefgenError, match="is damaged"):
        deployed(place.target, site.with_files(SITE), adopt=True)
    assert shown(place) == {"victim": b"theirs"}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
TOLD = st.fixed_dictionaries({"files": JSON}, optional={"stale": JSON, "begun": JSON, "briefgen": JSON})


@settings(derandomize=True, max_examples=200)
@given(told=TOLD | JSON)
def test_whatever_a_manifest_says_what_is_taken_from_it_are_names_below_the_destination(told: object) -> None:
    far = far_from(json.dumps(told).encode(), ["index.html"])
    assert all(is_name(path) for path in (*far.ours, *far.stale, *far.begun))
    assert all(isinstance(sha, str) for sha in (*far.ours.values(), *far.stale.values()))
    assert far.has_manifest or far.damage


# ---- a repository of ours that somebody else has made --------------------------------------------------------------


def test_a_store_that_a_desk_brought_with_it_runs_nothing(git_place: Place, site: Built, tmp_path: Path) -> None:
    store, ran = git_place.target.store, tmp_path / "ran"  # type: ignore[attr-defined]
    deployed(git_place.target, site.with_files(SITE))
    script = f"#!/bin/sh\ntouch {ran}\n"

    def hook() -> None:
        (store / "hooks").mkdir()
        for name in ("pre-push", "reference-transaction"):
            (store / "hooks" / name).write_text(script)
            (store / "hooks" / name).chmod(0o755)

    def configured() -> None:
        (store / "config").write_text(f"[core]\n\tbare = true\n\thooksPath = {tmp_path}/hooks\n")

    def common() -> None:
        other = tmp_path / "other.git"
        os.system(f"git init -q --bare {other}")
        (other / "hooks").mkdir(exist_ok=True)
        (other / "hooks/pre-push").write_text(script)
        (other / "hooks/pre-push").chmod(0o755)
        (store / "commondir").write_text(str(other))

    (tmp_path / "hooks").mkdir()
    (tmp_path / "hooks/pre-push").write_text(script)
    (tmp_path / "hooks/pre-push").chmod(0o755)
    for number, brought in enumerate((hook, configured, common)):
        brought()
        deployed(git_place.target, site.with_files(SITE | {"index.html": b"%d" % number}))
        assert not ran.exists(), brought.__name__
        assert shown(git_place)["index.html"] == b"%d" % number
