"""Publishing is whole or not at all: each promise with what breaks when it is broken."""

from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterable
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pytest

from briefgen.model.problems import BriefgenError
from briefgen.model.site import Page
from briefgen.publish import output as publishing
from briefgen.publish.output import MANIFEST, Published, Stage, clean, publish

OLD = {"index.html": b"old front", "a/index.html": b"old a", "gone/index.html": b"gone", "style.css": b"old"}
NEW = {"index.html": b"new front", "a/index.html": b"old a", "b/c/index.html": b"new", "style.css": b"new"}


def pages(files: dict[str, bytes]) -> list[Page]:
    return [Page(path, body) for path, body in files.items()]


def on_disk(folder: Path) -> dict[str, bytes]:
    """Every file but the manifest, by path."""
    found = {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    found.pop(MANIFEST, None)
    return found


@pytest.fixture
def site(tmp_path: Path) -> tuple[Path, Path]:
    """An output that holds the old site, and the project's state."""
    output, state = tmp_path / "site", tmp_path / ".briefgen"
    publish(pages(OLD), output, state)
    return output, state


def test_a_first_build_makes_the_output(tmp_path: Path) -> None:
    done = publish(pages(OLD), tmp_path / "deep" / "site", tmp_path / ".briefgen")
    assert done == Published(4, 0, 4)
    assert on_disk(tmp_path / "deep" / "site") == OLD


def test_an_empty_folder_is_taken(tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    assert publish(pages(OLD), tmp_path / "site", tmp_path / ".briefgen").changed == 4
    assert on_disk(tmp_path / "site") == OLD


def test_a_build_changes_what_changed_and_removes_what_is_gone(site: tuple[Path, Path]) -> None:
    assert publish(pages(NEW), *site) == Published(3, 1, 4)
    assert on_disk(site[0]) == NEW
    assert publish(pages(OLD), *site) == Published(3, 1, 4)
    assert on_disk(site[0]) == OLD


def test_the_same_build_again_touches_nothing(site: tuple[Path, Path]) -> None:
    before = (site[0].stat().st_ino, (site[0] / "index.html").stat().st_mtime_ns)
    assert publish(pages(OLD), *site) == Published(0, 0, 4)
    assert (site[0].stat().st_ino, (site[0] / "index.html").stat().st_mtime_ns) == before


def test_the_manifest_lists_every_file_with_its_hash(site: tuple[Path, Path]) -> None:
    from hashlib import sha256

    listed = json.loads((site[0] / MANIFEST).read_bytes())["files"]
    assert listed == {path: sha256(data).hexdigest() for path, data in OLD.items()}


def test_a_folder_that_holds_something_else_is_refused_and_kept(tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "thesis.txt").write_text("years of work")
    with pytest.raises(BriefgenError, match="did not put there"):
        publish(pages(OLD), tmp_path / "site", tmp_path / ".briefgen")
    assert on_disk(tmp_path / "site") == {"thesis.txt": b"years of work"}


@pytest.mark.parametrize("what", ["file", "link"])
def test_an_output_that_is_no_folder_is_refused(tmp_path: Path, what: str) -> None:
    (tmp_path / "there").mkdir()
    output = tmp_path / "site"
    output.symlink_to(tmp_path / "there") if what == "link" else output.write_text("x")
    with pytest.raises(BriefgenError, match="is not a folder"):
        publish(pages(OLD), output, tmp_path / ".briefgen")


def test_a_second_build_at_the_same_time_is_refused(site: tuple[Path, Path]) -> None:
    stage = Stage(*site)
    with pytest.raises(BriefgenError, match="another build"):
        Stage(*site)
    stage.close()
    Stage(*site).close()


def test_what_is_put_is_seen_by_nobody_before_it_is_committed(site: tuple[Path, Path]) -> None:
    stage = Stage(*site)
    for page in pages(NEW):
        stage.put(page)
    assert on_disk(site[0]) == OLD
    stage.close()
    assert on_disk(site[0]) == OLD


def test_a_file_changed_by_hand_is_put_right(site: tuple[Path, Path]) -> None:
    (site[0] / "index.html").write_bytes(b"OLD front")
    publish(pages(OLD), *site)
    assert on_disk(site[0]) == OLD


@pytest.mark.parametrize(
    "spoil",
    [
        lambda twin: (twin / "index.html").write_bytes(b"half a pa"),
        lambda twin: (twin / "junk").mkdir(),
        lambda twin: ((twin / "index.html").unlink(), (twin / "index.html").mkdir()),
        lambda twin: (shutil.rmtree(twin / "a"), (twin / "a").write_bytes(b"a file")),
        lambda twin: ((twin / "style.css").unlink(), (twin / "style.css").symlink_to("/etc/hostname")),
        lambda twin: (shutil.rmtree(twin / "a"), (twin / "a").symlink_to("/tmp")),
        lambda twin: (twin / "stranger.html").write_bytes(b"x"),
        lambda twin: (shutil.rmtree(twin), twin.write_bytes(b"")),
        lambda twin: (shutil.rmtree(twin), twin.symlink_to("/tmp")),
    ],
)
def test_a_strange_twin_is_put_right(site: tuple[Path, Path], spoil: Callable[[Path], object]) -> None:
    publish(pages(NEW), *site)
    spoil(next(site[1].glob("twin-*")))
    publish(pages(OLD), *site)
    assert on_disk(site[0]) == OLD
    assert not [p for p in site[0].rglob("*") if p.is_symlink()]


def test_modes_do_not_hang_on_who_builds(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        publish(pages(NEW), tmp_path / "site", tmp_path / ".briefgen")
        publish(pages(OLD), tmp_path / "site", tmp_path / ".briefgen")
    finally:
        assert os.umask(before) == 0o077
    modes = {p.stat().st_mode & 0o777 for p in (tmp_path / "site").rglob("*") if p.is_file()}
    folders = {p.stat().st_mode & 0o777 for p in [tmp_path / "site", *(tmp_path / "site").rglob("*")] if p.is_dir()}
    assert (modes, folders) == ({0o644}, {0o755})


CALLS = ("open", "write", "mkdir", "unlink", "rename", "chmod", "rmdir")


def _fail_at(patch: pytest.MonkeyPatch, names: Iterable[str], nth: int, code: int) -> list[int]:
    """Let the n-th of all calls to these functions of the system fail; returns how many there were, in a list."""
    count = [0]

    def failing(real: Callable[..., object]) -> Callable[..., object]:
        def call(*args: object, **kwargs: object) -> object:
            count[0] += 1
            if count[0] == nth:
                raise OSError(code, os.strerror(code))
            return real(*args, **kwargs)

        return call

    for name in names:
        patch.setattr(os, name, failing(getattr(os, name)))
    return count


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO])
@pytest.mark.parametrize("is_atomic", [True, False])
def test_whichever_call_fails_the_site_is_the_old_one_or_the_new_one_and_the_next_build_mends(
    site: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, code: int, is_atomic: bool
) -> None:
    """The n-th call to the system fails, for every n, until a build gets through without meeting a failure."""
    if not is_atomic:
        monkeypatch.setattr(publishing, "exchange", lambda one, other: False)
    for nth in range(1, 500):
        with monkeypatch.context() as patch:
            count = _fail_at(patch, CALLS, nth, code)
            failed = False
            try:
                publish(pages(NEW), *site)
            except OSError:
                failed = True
        there = on_disk(site[0])
        if is_atomic:
            assert there in (OLD, NEW), nth
        else:  # never a file that is half written, and never a page without what was there before it
            whole = {*OLD.items(), *NEW.items()}
            assert {item for item in there.items() if not item[0].endswith(".briefgen-new")} <= whole, nth
        publish(pages(NEW), *site)
        assert on_disk(site[0]) == NEW, nth
        publish(pages(OLD), *site)
        assert on_disk(site[0]) == OLD, nth
        if not failed and count[0] < nth:
            break
    assert nth > 5


def test_a_few_pages_take_the_place_of_others_and_the_rest_stays(site: tuple[Path, Path]) -> None:
    with closing(Stage(*site)) as stage:
        assert stage.may_amend
        done = stage.amend(pages({"a/index.html": b"amended", "style.css": b"old"}))
        stage.mirror()
    assert done == Published(1, 0, 4)
    assert on_disk(site[0]) == OLD | {"a/index.html": b"amended"}
    sums = json.loads((site[0] / MANIFEST).read_text())["files"]
    assert sums["a/index.html"] == sha256(b"amended").hexdigest() and len(sums) == 4
    publish(pages(OLD | {"a/index.html": b"amended"}), *site)
    assert on_disk(site[0]) == OLD | {"a/index.html": b"amended"}


def test_without_an_exchange_an_amended_page_is_replaced_by_itself_and_on_windows_no_folder_is_synced(
    site: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publishing, "exchange", lambda one, other: False)
    with closing(Stage(*site)) as stage:
        done = stage.amend(pages({"a/index.html": b"amended"}))
        stage.mirror()
    assert (done.changed, done.is_atomic) == (1, False)
    assert on_disk(site[0]) == OLD | {"a/index.html": b"amended"}
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(os, "open", lambda *given: pytest.fail("a folder was opened"))
    publishing._sync_folder(str(site[0]))


def test_a_manifest_is_changed_a_line_at_a_time_as_if_it_were_written_anew(site: tuple[Path, Path]) -> None:
    listing = publishing.Listing.of(site[0])
    assert ("style.css" in listing, "tyle.css" in listing, listing.count) == (True, False, 4)
    assert listing.sum_of("style.css") == sha256(b"old").hexdigest()
    changed = listing.with_sum("style.css", sha256(b"new").hexdigest())
    publish(pages(OLD | {"style.css": b"new"}), *site)
    assert changed == publishing.Listing.of(site[0])
    assert publishing.Listing.of(site[1]).text == b""


def test_what_a_build_without_success_laid_into_the_twin_is_no_ground_to_amend(site: tuple[Path, Path]) -> None:
    with closing(Stage(*site)) as stage:
        stage.put(Page("a/index.html", b"never published"))
    with closing(Stage(*site)) as stage:
        assert not stage.may_amend
    publish(pages(OLD), *site)
    with closing(Stage(*site)) as stage:
        assert stage.may_amend
    assert on_disk(site[0]) == OLD


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO])
def test_whichever_call_fails_an_amended_site_is_the_old_one_or_the_new_one(
    site: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    wanted = OLD | {"a/index.html": b"amended", "index.html": b"amended front"}
    for nth in range(1, 100):
        with monkeypatch.context() as patch:
            count = _fail_at(patch, (*CALLS, "fsync", "link"), nth, code)
            failed = False
            try:
                with closing(Stage(*site)) as stage:
                    stage.amend(pages({path: wanted[path] for path in ("a/index.html", "index.html")}))
                    stage.mirror()
            except OSError:
                failed = True
        assert on_disk(site[0]) in (OLD, wanted), nth
        publish(pages(OLD), *site)
        assert on_disk(site[0]) == OLD, nth
        if not failed and count[0] < nth:
            break
    assert nth > 5


def test_killed_at_any_moment_the_site_is_the_old_one_or_the_new_one(tmp_path: Path) -> None:
    program = textwrap.dedent("""
        import os, sys
        from pathlib import Path
        from briefgen.model.site import Page
        from briefgen.publish.output import publish
        root, which, nth = Path(sys.argv[1]), sys.argv[2].encode(), int(sys.argv[3])
        count = 0
        def watch(event, args):
            global count
            if event in ("open", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.chmod", "ctypes.dlsym"):
                count += 1
                if count == nth:
                    os.kill(os.getpid(), 9)
        sys.addaudithook(watch)
        publish([Page(f"{i}/index.html", which * 50) for i in range(6)], root / "site", root / ".briefgen")
    """)

    def run(which: str, nth: int) -> int:
        command = [sys.executable, "-c", program, str(tmp_path), which, str(nth)]
        return subprocess.run(command, check=False, cwd=Path(publishing.__file__).parents[2]).returncode

    assert run("a", 0) == 0
    killed = 0
    for nth in range(1, 60, 3):
        code = run("b" if nth % 2 else "c", nth)
        killed += code == -signal.SIGKILL
        bodies = {data[:1] for data in on_disk(tmp_path / "site").values()}
        assert len(bodies) == 1 and len(on_disk(tmp_path / "site")) == 6, nth
    assert killed >= 8
    assert run("d", 0) == 0
    assert {data[:1] for data in on_disk(tmp_path / "site").values()} == {b"d"}


# ---- where folders cannot change places ----


def test_without_an_exchange_files_are_replaced_one_by_one_and_it_is_said(
    site: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publishing, "exchange", lambda one, other: False)
    done = publish(pages(NEW), *site)
    assert done == Published(3, 1, 4, is_atomic=False)
    assert on_disk(site[0]) == NEW
    assert not (site[1] / "journal.json").exists()


def test_a_page_may_take_the_place_of_a_folder_there(site: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publishing, "exchange", lambda one, other: False)
    publish(pages({"a": b"now a file"}), *site)
    assert on_disk(site[0]) == {"a": b"now a file"}


def test_a_mount_point_is_written_into(site: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publishing.os.path, "ismount", lambda path: True)
    inode = site[0].stat().st_ino
    assert not publish(pages(NEW), *site).is_atomic
    assert (site[0].stat().st_ino, on_disk(site[0])) == (inode, NEW)


def test_what_an_interrupted_replacement_left_is_cleared_away(site: tuple[Path, Path]) -> None:
    (site[1] / "journal.json").write_text("{}")
    (site[0] / ".index.html.briefgen-new").write_bytes(b"half")
    publish(pages(OLD), *site)
    assert on_disk(site[0]) == OLD
    shutil.rmtree(site[0])
    (site[1] / "journal.json").write_text("{}")
    publish(pages(OLD), *site)
    assert on_disk(site[0]) == OLD


def test_on_another_file_system_the_twin_stands_beside_the_output(
    site: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publishing, "_device", lambda path: hash(str(path)))
    publish(pages(NEW), *site)
    assert on_disk(site[0].parent / ".site.briefgen-twin") == NEW
    clean(*site)
    assert not (site[0].parent / ".site.briefgen-twin").exists()


def test_files_are_replaced_assets_first_and_the_manifest_last() -> None:
    paths = [MANIFEST, "feed.xml", "index.html", "b/index.html", "style.css"]
    assert sorted(paths, key=publishing.rank) == ["style.css", "b/index.html", "feed.xml", "index.html", MANIFEST]


# ---- clean ----


def test_clean_removes_what_was_written_and_leaves_the_rest(site: tuple[Path, Path]) -> None:
    (site[0] / "index.html").write_bytes(b"edited by hand")
    (site[0] / "mine.txt").write_bytes(b"mine")
    assert clean(*site, dry_run=True).removed == 3
    assert len(on_disk(site[0])) == 5
    done = clean(*site)
    assert (done.removed, done.left) == (3, ("index.html",))
    assert on_disk(site[0]) == {"index.html": b"edited by hand", "mine.txt": b"mine"}
    assert not site[1].exists()


def test_clean_takes_a_whole_site_away(site: tuple[Path, Path]) -> None:
    assert clean(*site).removed == 4
    assert not site[0].exists()


def test_clean_believes_no_manifest_that_leads_out(site: tuple[Path, Path]) -> None:
    outside = site[0].parent / "precious.txt"
    outside.write_bytes(b"")
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    (site[0] / MANIFEST).write_text(
        json.dumps({"files": {"../precious.txt": empty, str(outside): empty, "missing": empty}})
    )
    assert clean(*site).removed == 0
    assert outside.exists()


def test_clean_without_a_site_does_nothing(tmp_path: Path) -> None:
    assert clean(tmp_path / "site", tmp_path / ".briefgen").removed == 0
