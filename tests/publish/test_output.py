"""Publishing is whole or not at all: each promise with what breaks when it is broken."""

from __future__ import annotations

import errno
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Callable, Iterable
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from briefgen.disk.exchange import exchange
from briefgen.model.problems import BriefgenError
from briefgen.model.site import Page
from briefgen.publish import output as publishing
from briefgen.publish.output import MANIFEST, Published, Stage, clean, publish
from briefgen.publish.tree import sync_folder
from tests.faults import failing

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


CODES = (errno.ENOSPC, errno.EIO)


def refused(act: Callable[[], object]) -> str:
    """The sentence with which something is refused, or an empty text."""
    try:
        act()
    except BriefgenError as error:
        assert error.code == 1 and error.message.isprintable() and error.hint
        return error.message
    return ""


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
    sync_folder(str(site[0]))


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


def test_whichever_call_fails_an_amended_site_is_the_old_one_or_the_new_one(site: tuple[Path, Path]) -> None:
    wanted = OLD | {"a/index.html": b"amended", "index.html": b"amended front"}

    def amended() -> None:
        with closing(Stage(*site)) as stage:
            stage.amend(pages({path: wanted[path] for path in ("a/index.html", "index.html")}))
            stage.mirror()

    for nth in range(1, 300):
        with failing(nth, CODES[nth % len(CODES)]) as fault:
            said = refused(amended)
        assert on_disk(site[0]) in (OLD, wanted), (nth, said)
        publish(pages(OLD), *site)
        assert on_disk(site[0]) == OLD, nth
        if not fault.met:
            break
    assert 20 < nth < 299


def test_killed_at_any_moment_the_site_is_the_old_one_or_the_new_one(tmp_path: Path) -> None:
    program = textwrap.dedent("""
        import os, sys
        from pathlib import Path
        from briefgen.model.site import Page
        from briefgen.publish.output import publish
        root, which, nth = Path(sys.argv[1]), sys.argv[2].encode(), int(sys.argv[3])
        count = 0
        watched = "open os.mkdir os.rename os.remove os.rmdir os.chmod os.link ctypes.dlsym".split()
        def watch(event, args):
            global count
            if event in watched:
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
    there = {"0/theirs.txt": b"theirs", ".git/HEAD": b"theirs", "CNAME": b"theirs"}
    for path, data in there.items():
        (tmp_path / "site" / path).parent.mkdir(exist_ok=True)
        (tmp_path / "site" / path).write_bytes(data)
    killed = 0
    for nth in range(1, 90, 4):
        code = run("b" if nth % 8 == 1 else "c", nth)
        killed += code == -signal.SIGKILL
        found = on_disk(tmp_path / "site")
        bodies = {data[:1] for path, data in found.items() if path not in there}
        assert len(bodies) == 1 and len(found.keys() - there.keys()) == 6, nth
        kept = [path for path in there if (tmp_path / "site" / path).exists()]
        aside = [path for path in there if [*(tmp_path / ".briefgen").glob(f"twin-*/{path}")]]
        assert sorted(kept + aside) == sorted(there), nth
    assert killed >= 8
    assert run("d", 0) == 0
    found = on_disk(tmp_path / "site")
    assert {path: data for path, data in found.items() if path in there} == there
    assert {data[:1] for path, data in found.items() if path not in there} == {b"d"}


# ---- what others have put into the output ----

THEIRS: dict[str, bytes | None] = {  # None is an empty folder
    ".git/config": b"[core]",
    ".git/refs/heads/main": b"0123",
    ".git/objects/info": None,
    "CNAME": b"desk.example",
    "a/notes.txt": b"beside a page",
    "gone/notes.txt": b"in a folder that the new site has no more",
    "uploads": None,
}


@pytest.fixture
def shared(site: tuple[Path, Path]) -> tuple[Path, Path]:
    """The old site in an output that others put files into, and the project's state."""
    for path, data in THEIRS.items():
        target = site[0] / path
        (target if data is None else target.parent).mkdir(parents=True, exist_ok=True)
        if data is not None:
            target.write_bytes(data)
            target.chmod(0o600)
    (site[0] / "link").symlink_to("/nowhere")
    (site[0] / "uploads").chmod(0o700)
    return site


def theirs(output: Path) -> bool:
    """Whether all that others have put there is there as it was."""
    return (
        all((output / p).is_dir() if d is None else (output / p).read_bytes() == d for p, d in THEIRS.items())
        and os.readlink(output / "link") == "/nowhere"
        and (output / "CNAME").stat().st_mode & 0o777 == 0o600
        and (output / "uploads").stat().st_mode & 0o777 == 0o700
    )


def ours(output: Path) -> dict[str, bytes]:
    """The files of the site."""
    return {path: data for path, data in on_disk(output).items() if path not in THEIRS}


@pytest.mark.parametrize("is_atomic", [True, False])
def test_what_others_have_put_into_the_output_stays(
    shared: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, is_atomic: bool
) -> None:
    output, state = shared
    if not is_atomic:
        monkeypatch.setattr(publishing, "exchange", lambda one, other: False)
    git = (output / ".git").stat().st_ino
    assert publish(pages(NEW), *shared) == Published(3, 1, 4, is_atomic)
    assert ours(output) == NEW and theirs(output)
    assert publish(pages(NEW), *shared) == Published(0, 0, 4)
    assert publish(pages(OLD), *shared) == Published(3, 1, 4, is_atomic)
    assert ours(output) == OLD and theirs(output) and (output / ".git").stat().st_ino == git
    (output / "CNAME").unlink()
    publish(pages(NEW), *shared)
    assert not (output / "CNAME").exists()
    assert not [*state.glob("journal-*")] and not [*state.rglob("notes.txt")] and not [*state.rglob(".git")]


@pytest.mark.parametrize("is_atomic", [True, False])
def test_an_amended_site_keeps_what_others_have_put_there(
    shared: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, is_atomic: bool
) -> None:
    if not is_atomic:
        monkeypatch.setattr(publishing, "exchange", lambda one, other: False)
    with closing(Stage(*shared)) as stage:
        assert stage.may_amend
        assert stage.amend(pages({"a/index.html": b"amended"})) == Published(1, 0, 4, is_atomic)
        stage.mirror()
    assert ours(shared[0]) == OLD | {"a/index.html": b"amended"} and theirs(shared[0])


@pytest.mark.parametrize("is_atomic", [True, False])
@pytest.mark.parametrize(
    ("put", "new", "named"),
    [
        ("CNAME", {"CNAME": b"other.example"}, "site/CNAME"),
        ("CNAME/x", {"CNAME": b"other.example"}, "site/CNAME"),
        ("b", {"b/c/index.html": b"x"}, "site/b"),
        ("a/b", {"a": b"x"}, "site/a/b"),
        ("b -> /tmp", {"b/c/index.html": b"x"}, "site/b"),
        ("a -> /tmp", {"a/index.html": b"x"}, "site/a"),
        ("style.css/x", {"style.css": b"x"}, "site/style.css"),
    ],
)
def test_what_stands_in_the_way_of_a_page_is_named_and_nothing_changes(  # noqa: PLR0913
    site: tuple[Path, Path],
    monkeypatch: pytest.MonkeyPatch,
    put: str,
    new: dict[str, bytes],
    named: str,
    is_atomic: bool,
) -> None:
    output, _ = site
    if not is_atomic:
        monkeypatch.setattr(publishing, "exchange", lambda one, other: False)
    path, _, to = put.partition(" -> ")
    target = output / path
    for above in (target, *target.parents):
        if above.is_dir() and to:
            shutil.rmtree(above)
        elif above.is_file():
            above.unlink()
        if above.parent == output:
            break
    target.parent.mkdir(parents=True, exist_ok=True)
    target.symlink_to(to) if to else target.write_bytes(b"theirs")
    before = on_disk(output)
    with pytest.raises(BriefgenError, match=rf"did not put there: {named}$") as refusal:
        publish(pages({"index.html": b"new", **new}), *site)
    assert refusal.value.code == 1
    assert on_disk(output) == before
    (target.unlink if to or target.is_file() else target.rmdir)()
    if target.parent != output and target.parent.name == "style.css":
        target.parent.rmdir()
    publish(pages(OLD), *site)


def test_many_in_the_way_are_counted(site: tuple[Path, Path]) -> None:
    for number in range(5):
        (site[0] / f"{number}.txt").write_bytes(b"theirs")
    with pytest.raises(BriefgenError, match=r"site/0.txt, site/1.txt, site/2.txt and 2 more$"):
        publish(pages({f"{number}.txt": b"ours" for number in range(5)}), *site)


@pytest.mark.parametrize("is_atomic", [True, False])
def test_a_folder_without_a_file_is_in_nobodys_way(
    site: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, is_atomic: bool
) -> None:
    if not is_atomic:
        monkeypatch.setattr(publishing, "exchange", lambda one, other: False)
    (site[0] / "index.html").unlink()
    for path in ("index.html/x/y", "a/empty", "b/c/index.html", "b/d"):
        (site[0] / path).mkdir(parents=True)
    publish(pages({"index.html": b"new", "a": b"now a file", "b/c/index.html": b"new"}), *site)
    assert on_disk(site[0]) == {"index.html": b"new", "a": b"now a file", "b/c/index.html": b"new"}
    assert (site[0] / "b/d").is_dir()


def test_a_file_with_the_bytes_of_its_page_is_taken_for_it(site: tuple[Path, Path]) -> None:
    (site[0] / "CNAME").write_bytes(b"desk.example")
    publish(pages(OLD | {"CNAME": b"desk.example"}), *site)
    publish(pages(OLD), *site)
    assert on_disk(site[0]) == OLD


def test_what_comes_while_the_trees_change_places_is_carried_over_too(
    shared: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    real = publishing.exchange

    def late(one: Path, other: Path) -> bool:
        (other / "a" / "late.txt").write_bytes(b"late")
        (other / "late").mkdir()
        return real(one, other)

    monkeypatch.setattr(publishing, "exchange", late)
    publish(pages(NEW), *shared)
    assert (shared[0] / "a" / "late.txt").read_bytes() == b"late" and (shared[0] / "late").is_dir()
    assert theirs(shared[0])


def test_a_mount_point_among_it_is_left_where_it_is(shared: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publishing.os.path, "ismount", lambda path: str(path).endswith("uploads"))
    inode = shared[0].stat().st_ino
    assert publish(pages(NEW), *shared) == Published(3, 1, 4, is_atomic=False)
    assert (shared[0].stat().st_ino, ours(shared[0]), theirs(shared[0])) == (inode, NEW, True)


@pytest.mark.parametrize("is_atomic", [True, False])
def test_whichever_call_fails_the_site_is_the_old_one_or_the_new_one_and_the_next_build_mends(
    shared: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, is_atomic: bool
) -> None:
    """The n-th call to the system fails, for every n, until a build gets through without meeting a failure."""
    output, _ = shared
    if not is_atomic:
        monkeypatch.setattr(publishing, "exchange", lambda one, other: False)
    for nth in range(1, 1000):
        code = CODES[nth % len(CODES)]
        with failing(nth, code) as fault:
            said = refused(lambda: publish(pages(NEW), *shared))
        assert theirs(output), (nth, said)
        if is_atomic:
            assert ours(output) in (OLD, NEW), (nth, said)
        else:  # never a file that is half written
            whole = {*OLD.items(), *NEW.items()}
            assert {item for item in ours(output).items() if not TEMPORARY.search(item[0])} <= whole, (nth, said)
        publish(pages(NEW), *shared)
        assert ours(output) == NEW and theirs(output), nth
        publish(pages(OLD), *shared)
        assert ours(output) == OLD and theirs(output), nth
        if not fault.met:
            assert not said
            break
        assert not said or (said.startswith("the site cannot be written: ") and os.strerror(code) in said), said
    assert 60 < nth < 999


TEMPORARY = re.compile(r"(^|/)\.briefgen-new$")


def test_if_every_call_fails_from_some_on_the_next_build_brings_it_back(shared: tuple[Path, Path]) -> None:
    output, _ = shared
    for nth in range(1, 250, 4):
        with failing(nth, errno.EIO, lasting=True) as fault:
            said = refused(lambda: publish(pages(NEW), *shared))
        assert not output.exists() or ours(output) in (OLD, NEW), (nth, said)
        publish(pages(NEW), *shared)
        assert ours(output) == NEW and theirs(output), nth
        publish(pages(OLD), *shared)
        assert ours(output) == OLD and theirs(output), nth
        if not fault.met:
            break
    assert 60 < nth < 249


def test_what_is_there_twice_after_an_interruption_is_for_a_person_to_settle(
    shared: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    real = publishing.carry

    def carry(path: str, old: Path, new: Path) -> None:
        if path == "CNAME":
            raise KeyboardInterrupt
        real(path, old, new)

    with monkeypatch.context() as patch:
        patch.setattr(publishing, "carry", carry)
        with pytest.raises(KeyboardInterrupt):
            publish(pages(NEW), *shared)
    (shared[0] / "CNAME").write_bytes(b"another")
    for _ in range(2):
        with pytest.raises(BriefgenError, match=r"site/CNAME is there twice"):
            publish(pages(NEW), *shared)
    with pytest.raises(BriefgenError, match=r"site/CNAME is there twice"):
        clean(*shared)
    (shared[0] / "CNAME").unlink()
    publish(pages(NEW), *shared)
    assert ours(shared[0]) == NEW and theirs(shared[0])


def test_clean_leaves_what_others_have_put_there(shared: tuple[Path, Path]) -> None:
    assert clean(*shared).removed == 4
    assert ours(shared[0]) == {} and theirs(shared[0])
    assert not shared[1].exists() and not (shared[0] / MANIFEST).exists()


PATHS = ["a", "b", "a/x", "a/y", "a/b/c", "b/c", "index.html", ".git/HEAD"]


def together(paths: Iterable[str]) -> bool:
    """Whether files can stand at all these paths at once."""
    return not any(other.startswith(f"{path}/") for path in paths for other in paths)


TREES = st.dictionaries(st.sampled_from(PATHS[:-1]), st.sampled_from([b"1", b"2"]), max_size=4).filter(together)
LIVES = st.lists(st.tuples(TREES, st.sets(st.sampled_from(PATHS), max_size=2), st.booleans()), min_size=1, max_size=4)


@settings(max_examples=60, derandomize=True, deadline=None)
@given(LIVES)
@example([({"a": b"1", "b/c": b"1"}, set(), True), ({"a/x": b"1", "b": b"1"}, set(), True)])
def test_after_any_builds_the_output_holds_the_last_site_and_what_others_put_there(
    life: list[tuple[dict[str, bytes], set[str], bool]],
) -> None:
    """Others put files wherever a name is free; a build takes none of them away, or is refused and changes nothing."""
    with tempfile.TemporaryDirectory() as top, pytest.MonkeyPatch.context() as patch:
        output, state = Path(top, "site"), Path(top, ".briefgen")
        publish(pages({}), output, state)
        now: dict[str, bytes] = {}
        put: dict[str, bytes] = {}
        for files, theirs, is_atomic in life:
            for path in sorted(theirs):
                if together({*now, *put, path}) and path not in now:
                    (output / path).parent.mkdir(parents=True, exist_ok=True)
                    (output / path).write_bytes(b"theirs")
                    put[path] = b"theirs"
            patch.setattr(publishing, "exchange", exchange if is_atomic else lambda one, other: False)
            if together({*files, *put}) and not files.keys() & put.keys():
                publish(pages(files), output, state)
                now = files
            else:
                assert "did not put there" in refused(lambda: publish(pages(files), output, state))  # noqa: B023
            assert on_disk(output) == now | put


# ---- where nothing may lead out ----


@pytest.mark.parametrize(
    "path",
    ["../x", "/etc/x", "a/../../x", "a//x", "", ".", "a/", "./x", "C:/x", "a\\..\\x", "nul", "a/con.html", "x\n",
     "\udcff", "x" * 300, "a/.git/config", MANIFEST, "x\x00y", "a/."],
)  # fmt: skip
def test_no_page_is_put_outside_the_twin(site: tuple[Path, Path], path: str) -> None:
    root = site[0].parent
    before = {p: p.lstat().st_mtime_ns for p in root.rglob("*") if p.parent.name != ".briefgen"}
    with closing(Stage(*site)) as stage, pytest.raises(BriefgenError, match="no page can stand at"):
        stage.put(Page(path, b"x"))
    with closing(Stage(*site)) as stage, pytest.raises((BriefgenError, ValueError)):
        stage.amend([Page(path, b"x")])
    assert {p: p.lstat().st_mtime_ns for p in root.rglob("*") if p.parent.name != ".briefgen"} == before


LEADS_OUT = ["../precious.txt", "a/../../precious.txt", "/etc/hostname", "c:/x", "..", ".", ""]


def test_a_manifest_that_was_tampered_with_removes_nothing_outside(site: tuple[Path, Path]) -> None:
    output, state = site
    precious = output.parent / "precious.txt"
    precious.write_bytes(b"")
    (output / "theirs.txt").write_bytes(b"theirs")
    for files in (dict.fromkeys(LEADS_OUT, "0"), [], "x", None, {"a": {"b": 1}}, {"theirs.txt/..": "0"}):
        told = json.loads((output / MANIFEST).read_bytes())
        told["files"] = {**told["files"], **files} if isinstance(files, dict) else files
        (output / MANIFEST).write_text(json.dumps(told))
        (next(state.glob("twin-*")) / MANIFEST).unlink(missing_ok=True)
        publish(pages(OLD), *site)
        assert precious.exists() and (output / "theirs.txt").exists()
        assert on_disk(output) == {**OLD, "theirs.txt": b"theirs"}


@pytest.mark.parametrize("text", ["", "{", "[" * 200_000, "null", "[]", '{"files": 1}', "\udcff", "x" * 10_000])
def test_an_output_whose_manifest_is_damaged_is_all_theirs(site: tuple[Path, Path], text: str) -> None:
    (site[0] / MANIFEST).write_bytes(text.encode("utf-8", "surrogateescape"))
    (next(site[1].glob("twin-*")) / MANIFEST).unlink()
    with pytest.raises(BriefgenError, match="did not put there: site/a/index.html, site/index.html$"):
        publish(pages({"index.html": b"new", "a/index.html": b"new", "new.html": b"new"}), *site)
    assert on_disk(site[0]) == OLD
    publish(pages({**OLD, "new.html": b"new"}), *site)
    assert on_disk(site[0]) == {**OLD, "new.html": b"new"}


def test_a_journal_that_was_tampered_with_carries_nothing(site: tuple[Path, Path]) -> None:
    output, state = site
    publish(pages(NEW), *site)
    twin = next(state.glob("twin-*"))
    (twin / "evil.html").write_bytes(b"evil")
    for text in ("{}", "[1, 2]", "", "[" * 100_000, '"../x"', json.dumps([0, twin.stat().st_ino])):
        (state / f"journal-{twin.name[5:]}.json").write_text(text)
        publish(pages(NEW), *site)
        assert on_disk(output) == NEW


def test_a_twin_that_came_from_elsewhere_puts_nothing_into_the_output(site: tuple[Path, Path]) -> None:
    output, state = site
    twin = next(state.glob("twin-*"))
    (twin / MANIFEST).unlink()
    (twin / MANIFEST).write_text('{"files": {}}')
    (twin / "evil.html").write_bytes(b"evil")
    publish(pages(NEW), *site)
    assert on_disk(output) == NEW


@pytest.mark.parametrize("which", ["state", "lock", "twin", "twin/a"])
def test_no_link_is_followed_to_where_builds_write(site: tuple[Path, Path], which: str) -> None:
    output, state = site
    elsewhere = output.parent / "elsewhere"
    elsewhere.mkdir(mode=0o700)
    (elsewhere / "index.html").write_bytes(b"old a")
    (elsewhere / "index.html").chmod(0o644)
    where = {"state": state, "lock": state / "lock", "twin": next(state.glob("twin-*"))}
    target = where["twin"] / "a" if which == "twin/a" else where[which]
    if target.is_dir():
        shutil.rmtree(target)
    else:
        target.unlink()
    target.symlink_to(elsewhere if which != "lock" else elsewhere / "lock")
    said = refused(lambda: publish(pages(NEW), *site))
    assert bool(said) == (which == "state")  # a link in the place of the lock is cleared away
    assert on_disk(output) == (OLD if said else NEW)
    assert [p.name for p in elsewhere.iterdir()] == ["index.html"] and elsewhere.stat().st_mode & 0o777 == 0o700


def test_clean_follows_no_link_out_of_the_output(site: tuple[Path, Path]) -> None:
    elsewhere = site[0].parent / "elsewhere"
    (site[0] / "a").rename(elsewhere)
    (site[0] / "a").symlink_to(elsewhere)
    assert clean(*site).removed == 3
    assert (elsewhere / "index.html").read_bytes() == b"old a"


def test_a_folder_of_others_keeps_its_mode(site: tuple[Path, Path]) -> None:
    site[0].parent.chmod(0o700)
    publish(pages(NEW), *site)
    assert site[0].parent.stat().st_mode & 0o777 == 0o700


# ---- where folders cannot change places ----


def test_without_an_exchange_files_are_replaced_one_by_one_and_it_is_said(
    site: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publishing, "exchange", lambda one, other: False)
    done = publish(pages(NEW), *site)
    assert done == Published(3, 1, 4, is_atomic=False)
    assert on_disk(site[0]) == NEW
    assert not [*site[1].glob("journal-*.json")]


def test_a_page_may_take_the_place_of_a_folder_there(site: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publishing, "exchange", lambda one, other: False)
    publish(pages({"a": b"now a file"}), *site)
    assert on_disk(site[0]) == {"a": b"now a file"}


def test_a_mount_point_is_written_into(site: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publishing.os.path, "ismount", lambda path: True)
    inode = site[0].stat().st_ino
    assert not publish(pages(NEW), *site).is_atomic
    assert (site[0].stat().st_ino, on_disk(site[0])) == (inode, NEW)


def _interrupt() -> bool:
    raise KeyboardInterrupt


def test_what_an_interrupted_replacement_left_is_cleared_away(
    site: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publishing, "exchange", lambda one, other: False)
    publish(pages(NEW), *site)
    with monkeypatch.context() as patch:
        patch.setattr(publishing, "remove_folders", lambda path: path.name == "index.html" and _interrupt())
        with pytest.raises(KeyboardInterrupt):
            publish(pages(OLD), *site)
    assert [*site[1].glob("journal-*.json")]
    for folder in ("", "a", "b/c"):
        (site[0] / folder).mkdir(parents=True, exist_ok=True)
        (site[0] / folder / ".briefgen-new").write_bytes(b"half")
    publish(pages(OLD), *site)
    assert on_disk(site[0]) == OLD
    assert not [*site[1].glob("journal-*.json")]


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


def test_amending_with_what_is_there_changes_nothing(tmp_path: Path) -> None:
    state = tmp_path / "state"
    state.mkdir()
    same = Page("a.html", b"as it was")
    publish([same], tmp_path / "site", state)
    with closing(Stage(tmp_path / "site", state)) as stage:
        assert stage.may_amend and stage.twin.is_dir()
        assert stage.amend([same]) == Published(0, 0, 1)
