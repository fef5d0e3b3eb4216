"""Every kind of destination, for real and on this machine: what goes, what stays, what is refused, what is mended."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from briefgen.model.problems import BriefgenError
from briefgen.publish.deploy import folder as folders
from briefgen.publish.deploy import git as gits
from briefgen.publish.deploy import hosts, netlify
from briefgen.publish.deploy import rsync as rsyncs
from briefgen.publish.deploy import s3 as stores
from briefgen.publish.deploy.plan import Far, Plan, headers_of, planned, site_of
from briefgen.publish.output import MANIFEST
from tests.conftest import QuietFiles, serving
from tests.publish.deploy.conftest import Built, Place, _Host, deployed

STYLE, NEW_STYLE = "style.0123456789.css", "style.abcdefabcd.css"
SITE = {
    "index.html": b"front",
    "a/index.html": b"a",
    "b c/index.html": "b \u00e9".encode(),
    "feed.xml": b"<feed/>",
    STYLE: b"css",
}


def deploy(place: Place, site: Built, files: dict[str, bytes], **allowed: object) -> Plan:
    return deployed(place.target, site.with_files(files), **allowed)


def shown(place: Place) -> dict[str, bytes]:
    return {name: data for name, data in place.holds().items() if name != MANIFEST}


def test_the_first_deploy_sends_all_and_the_next_one_nothing(place: Place, site: Built) -> None:
    first = deploy(place, site, SITE)
    assert set(first.uploads) == set(SITE) and shown(place) == SITE
    assert deploy(place, site, SITE).is_nothing
    assert json.loads(place.holds()[MANIFEST])["files"].keys() == SITE.keys()


def test_one_changed_page_is_one_file_and_one_removed_is_one_deleted(place: Place, site: Built) -> None:
    deploy(place, site, SITE)
    changed = deploy(place, site, SITE | {"a/index.html": b"other"})
    assert (changed.uploads, changed.deletions) == (("a/index.html",), ())
    left = {name: data for name, data in SITE.items() if name != "b c/index.html"}
    gone = deploy(place, site, left)
    assert (gone.uploads, gone.deletions) == (("a/index.html",), ("b c/index.html",))
    assert shown(place) == left


def test_what_others_put_there_stays(place: Place, site: Built) -> None:
    deploy(place, site, SITE)
    place.put("CNAME", b"desk.example\n")
    place.put("a/theirs.txt", b"theirs")
    deploy(place, site, {"index.html": b"alone"})
    assert shown(place) == {
        "index.html": b"alone",
        "CNAME": b"desk.example\n",
        "a/theirs.txt": b"theirs",
        STYLE: b"css",
    }


def test_a_style_sheet_stays_for_one_more_deploy(place: Place, site: Built) -> None:
    deploy(place, site, SITE)
    renewed = {name: data for name, data in SITE.items() if name != STYLE} | {NEW_STYLE: b"new css"}
    deploy(place, site, renewed)
    assert shown(place) == renewed | {STYLE: b"css"}
    deploy(place, site, renewed | {"index.html": b"later"})
    assert shown(place) == renewed | {"index.html": b"later"}


def test_a_destination_that_holds_something_is_refused_until_it_is_adopted(place: Place, site: Built) -> None:
    place.put("their.txt", b"theirs")
    with pytest.raises(BriefgenError, match=r"holds their\.txt, and no site of ours") as refused:
        deploy(place, site, SITE)
    assert refused.value.code == 3 and shown(place) == {"their.txt": b"theirs"}
    deploy(place, site, SITE, adopt=True)
    assert shown(place) == SITE | {"their.txt": b"theirs"}
    deploy(place, site, {"index.html": b"alone"})
    assert shown(place)["their.txt"] == b"theirs"


def test_a_name_that_is_taken_there_is_never_overwritten(place: Place, site: Built) -> None:
    place.put("index.html", b"theirs")
    with pytest.raises(BriefgenError, match=r"taken there: index\.html"):
        deploy(place, site, SITE, adopt=True)
    assert shown(place) == {"index.html": b"theirs"}


def test_more_deletions_than_allowed_are_refused(place: Place, site: Built) -> None:
    deploy(place, site, SITE)
    with pytest.raises(BriefgenError, match="3 files would be deleted, and at most 2") as refused:
        deploy(place, site, {"index.html": b"front"}, most_deletions=2)
    assert "--max-deletes 3" in refused.value.hint and shown(place) == SITE


class Killed(BaseException):
    """The process ends here."""


def _cut(monkeypatch: pytest.MonkeyPatch, place: Place, nth: int) -> Callable[[], int]:
    """Whatever the target does to the far end is cut short before the n-th time."""
    module, owner, name = {
        "Folder": (folders, folders.Folder, "_put"),
        "Git": (gits, gits.Git, "_git"),
        "Rsync": (rsyncs, rsyncs.Rsync, "_rsync"),
        "Store": (stores, stores.Store, "_asked"),
        "Netlify": (netlify, netlify.Netlify, "_ask"),
    }[type(place.target).__name__]
    real, count = getattr(owner, name), [0]

    def call(*arguments: object, **named: object) -> object:
        count[0] += 1
        if count[0] == nth:
            raise Killed
        return real(*arguments, **named)

    monkeypatch.setattr(owner, name, call)
    assert module
    return lambda: count[0]


def test_cut_short_anywhere_nothing_is_lost_and_the_next_deploy_mends_it(
    place: Place, site: Built, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.put("theirs.txt", b"theirs")
    deploy(place, site, SITE, adopt=True)
    after = {name: data for name, data in SITE.items() if name != "b c/index.html"} | {
        "index.html": b"new front",
        "d/index.html": b"d",
        "feed.xml": b"<feed>new</feed>",
    }
    for nth in range(1, 40):
        with monkeypatch.context() as patch:
            made = _cut(patch, place, nth)
            try:
                deploy(place, site, after)
            except Killed:
                pass
            done = made() < nth
        now = shown(place)
        whole = {*SITE.items(), *after.items(), ("theirs.txt", b"theirs")}
        assert set(now.items()) <= whole and now["theirs.txt"] == b"theirs", nth
        assert {"index.html", "a/index.html", "feed.xml", STYLE} <= now.keys(), nth
        if nth % 2:
            deploy(place, site, after)
            assert shown(place) == after | {"theirs.txt": b"theirs"}, nth
        deploy(place, site, SITE)  # or back to what it was, before anybody has mended it
        assert shown(place) == SITE | {"theirs.txt": b"theirs"}, nth
        if done:
            break
    assert nth > 4


def test_a_damaged_manifest_deletes_nothing(place: Place, site: Built) -> None:
    place.put(MANIFEST, b"{ no manifest")
    with pytest.raises(BriefgenError, match="damaged"):
        deploy(place, site, SITE)


def test_objects_carry_their_type_and_how_long_they_may_be_kept(s3_place: Place, site: Built) -> None:
    deploy(s3_place, site, SITE)
    store = s3_place.target
    assert isinstance(store, stores.Store)
    for path, kept in (("index.html", "must-revalidate"), (STYLE, "immutable")):
        told = store._obstore.get(store._store, path).attributes
        assert told["Content-Type"] == headers_of(path)["Content-Type"] and kept in told["Cache-Control"]


def test_a_second_push_in_between_is_not_overwritten(git_place: Place, site: Built) -> None:
    deploy(git_place, site, SITE)
    output = site.with_files(SITE | {"a/index.html": b"mine"})
    plan = planned(site_of(output), git_place.target.look())
    git_place.put("theirs.txt", b"pushed in between")
    with pytest.raises(BriefgenError, match="git failed"):
        git_place.target.carry_out(plan, output, lambda step, done, total: None)
    assert shown(git_place) == SITE | {"theirs.txt": b"pushed in between"}


def test_what_a_killed_git_left_in_our_store_stops_nothing(git_place: Place, site: Built) -> None:
    deploy(git_place, site, SITE)
    store = git_place.target.store  # type: ignore[attr-defined]
    (store / "refs/briefgen/gh-pages.lock").write_bytes(b"")
    deploy(git_place, site, SITE | {"a/index.html": b"other"})
    assert shown(git_place)["a/index.html"] == b"other"


def test_a_host_that_is_not_there_is_told_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sshd: object
) -> None:
    monkeypatch.setattr("briefgen.publish.deploy.tools.WAIT", 0)
    for target in (
        rsyncs.Rsync("127.0.0.1:/x", ("ssh", "-p", "1", "-o", "BatchMode=yes")),
        gits.Git(str(tmp_path / "no.git"), "gh-pages", tmp_path / "s.git"),
    ):
        with pytest.raises(BriefgenError, match="failed") as told:
            target.look()
        assert told.value.code == 3
    for strange in (rsyncs.Rsync("--server:/x"), gits.Git("--upload-pack=x", "gh-pages", tmp_path / "s.git")):
        with pytest.raises(BriefgenError, match="is no address"):
            strange.look()


def test_netlify_is_asked_again_where_it_is_busy_and_a_wrong_key_is_told(
    netlify_place: Place, site: Built, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("briefgen.publish.deploy.tools.WAIT", 0)
    _Host.busy[:] = [503, 429]
    deploy(netlify_place, site, SITE)
    assert shown(netlify_place) == SITE
    sites = dict(_Host.sites)
    wrong = replace(netlify_place.target, token="guessed")  # type: ignore[type-var]
    with pytest.raises(BriefgenError, match="answers 401") as told:
        wrong.look()
    assert "guessed" not in f"{told.value} {told.value.hint} {wrong!r}" and _Host.sites == sites


def test_netlify_gets_only_what_it_has_not_yet(netlify_place: Place, site: Built) -> None:
    deploy(netlify_place, site, SITE)
    sent: list[str] = []
    output = site.with_files(SITE | {"a/index.html": b"quite new", "moved/index.html": SITE["index.html"]})
    plan = planned(site_of(output), netlify_place.target.look())
    netlify_place.target.carry_out(plan, output, lambda step, done, total: sent.append(f"{done}/{total}"))
    assert sent == ["1/2", "2/2"] and len(plan.uploads) == 2, (
        "the new page and the manifest; the host has the other bytes"
    )


@pytest.fixture
def shown_site(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """What a host shows, on this machine: an address, and the folder behind it."""
    folder = tmp_path / "shown"
    folder.mkdir()

    with serving(partial(QuietFiles, directory=str(folder))) as url:
        yield f"{url}/", folder


@pytest.mark.parametrize(("host", "tool"), [("netlify", "netlify"), ("cloudflare", "wrangler")])
def test_a_host_gets_the_folder_by_its_own_tool_once_and_never_over_somebody_elses(
    host: str, tool: str, site: Built, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shown_site: tuple[str, Path]
) -> None:
    url, folder = shown_site
    target = hosts.Snapshot(host, "our-site", url)  # type: ignore[arg-type]
    path = os.environ["PATH"]
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    with pytest.raises(BriefgenError, match=f"needs {tool}"):
        target.look()
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{path}")
    (tmp_path / "bin").mkdir()
    output = site.with_files(SITE)
    program = f'#!/bin/sh\nprintf "%s\\n" "$@" > {tmp_path}/given\ncp -r {output}/. {folder}\n'
    (tmp_path / "bin" / tool).write_text(program)
    (tmp_path / "bin" / tool).chmod(0o755)
    place = Place(target, dict, lambda name, data: None)
    assert set(deploy(place, site, SITE).uploads) == set(SITE)
    given = (tmp_path / "given").read_text().splitlines()
    assert "our-site" in given and str(output) in given
    assert deploy(place, site, SITE).is_nothing, "what is shown is asked of the site itself"
    assert deploy(place, site, SITE | {"a/index.html": b"other"}).uploads == ("a/index.html",)
    (folder / MANIFEST).unlink()
    with pytest.raises(BriefgenError, match="no site of ours"):
        deploy(place, site, SITE)
    with pytest.raises(BriefgenError, match="is no site"):
        hosts.Snapshot("netlify", "--site").look()
    assert hosts.Snapshot(host, "our-site", "http://127.0.0.1:1/").look() == Far()  # type: ignore[arg-type]
