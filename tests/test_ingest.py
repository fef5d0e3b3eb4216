"""What `ingest` writes `check` takes, nothing that was there is lost, and a run that was cut short is finished."""

from __future__ import annotations

import errno
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from briefgen import ingest as ingesting
from briefgen.capture.fetch import Received
from briefgen.checks import GRAPH_CHECKS
from briefgen.content.door import Door
from briefgen.content.read import read_content
from briefgen.disk import exchange as exchanging
from briefgen.ingest import Ingested, ingest
from briefgen.model.entries import Said, Source
from briefgen.model.graph import join
from briefgen.model.problems import BriefgenError
from briefgen.project.settings import load
from tests.conftest import NOW, run, write

SETTINGS = '[site]\ntitle = "Desk"\n'
SAID = "The minister said on Monday that the bridge was closed for repairs. "
TEXT = f"{SAID}The mayor denied it.\n"
PAGE = """<!doctype html><html lang="en"><head><title>Bridge closed | The Marn Courier</title>
<link rel=canonical href="{canonical}"><meta property="og:site_name" content="{name}"></head>
<body><h1>Bridge closed</h1><p>{text}</p></body></html>"""


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    return write(tmp_path / "desk", {"briefgen.toml": SETTINGS})


def files(desk: Path) -> dict[str, bytes | str]:
    """All of the content, by name; a link by where it leads."""
    return {
        p.relative_to(desk).as_posix(): os.readlink(p) if p.is_symlink() else p.read_bytes()
        for p in sorted((desk / "content").rglob("*"))
        if p.is_file() or p.is_symlink()
    }


def take(desk: Path, *given: Path | str, **more: object) -> Ingested:
    return ingest(load(desk), [str(each) for each in given], today=NOW.date(), **more)  # type: ignore[arg-type]


def sources(desk: Path) -> dict[str, Source]:
    return dict(read_content(desk / "content", Door(desk)).content.sources)  # type: ignore[arg-type]


def errors(desk: Path) -> list[str]:
    """What `check` refuses of a desk before it makes pages."""
    reading = read_content(desk / "content", Door(desk))
    graph = join(reading.content)
    problems = (*reading.problems, *(problem for check in GRAPH_CHECKS for problem in check(graph)))
    return [f"{p.place}: {p.message}" for p in problems if p.severity == "error"]


def answering(answers: dict[str, Received]) -> Callable[[str], Received]:
    return lambda url: answers.get(url, Received(url, why="it answers 404"))


def page_at(url: str, canonical: str, name: str, asked: str = "") -> dict[str, Received]:
    data = PAGE.format(canonical=canonical, name=name, text=TEXT * 5).encode()
    return {asked or url: Received(url, data, "text/html", "utf-8")}


# ---- whom a page is believed ---------------------------------------------------------------------------------------


def test_a_page_that_gives_itself_for_another_s_is_kept_as_what_was_found_where_it_was(desk: Path) -> None:
    url = "https://evil.example/bridge"
    done = take(desk, url, receive=answering(page_at(url, "https://www.reuters.com/bridge", "Reuters")))
    (source,) = sources(desk).values()
    assert (source.url, source.publisher, source.publisher_basis) == (url, "unknown", "unknown")
    assert source.said == Said("https://www.reuters.com/bridge", "Reuters")
    assert [note[:45] for note in done.taken[0].notes] == [
        "it says that it stands at https://www.reuters",
        'it says that it is published by "Reuters"; th',
    ]
    assert errors(desk) == []


def test_a_page_whose_site_bears_the_name_is_its_publisher_s(desk: Path) -> None:
    url = "https://courier.example/bridge"
    take(desk, url, receive=answering(page_at(url, url, "The Marn Courier")))
    (source,) = sources(desk).values()
    assert (source.url, source.url_basis) == (url, "stated")
    assert (source.publisher, source.publisher_basis, source.said) == ("the-marn-courier", "stated", None)


def test_the_address_that_answered_is_kept_with_the_one_that_was_asked(desk: Path) -> None:
    asked, url = "https://short.example/x", "https://courier.example/bridge"
    done = take(desk, asked, receive=answering(page_at(url, url, "The Marn Courier", asked)))
    (source,) = sources(desk).values()
    assert (source.url, source.asked) == (url, asked)
    assert done.taken[0].notes == (f"{url} answered for {asked}",)


def test_of_a_saved_page_its_words_are_known_and_what_rests_on_them_is_inferred(desk: Path) -> None:
    page = PAGE.format(canonical="https://courier.example/bridge", name="The Marn Courier", text=TEXT * 5)
    take(desk, write(desk, {"in/page.html": page}) / "in/page.html")
    source = sources(desk)["page"]
    assert (source.url, source.url_basis) == ("https://courier.example/bridge", "inferred")
    assert (source.publisher, source.publisher_basis) == ("the-marn-courier", "inferred")


def test_an_answer_without_an_end_is_said(desk: Path) -> None:
    url = "https://courier.example/bridge"
    done = take(desk, url, receive=lambda _: Received(url, TEXT.encode(), "text/plain", is_open=True))
    assert done.taken[0].notes == ("the answer did not say where it ends: look whether it is whole",)


# ---- what is written passes `check` --------------------------------------------------------------------------------

_HOSTILE = st.one_of(
    st.sampled_from(
        ["", "unknown", "null", "~", "yes", "- a", "# a", "{a: b}", "a: b", "'", '"', "|", ">", "&a", "*a", "!!x", "---", "...",
         "<b>&amp;</b>", "\0\x07\x1b[31m", "\u202eevil\u202c", "\u2028\u2029\x85", "\ufeff", "\ufffe", "\ud800", "A" * 10_000,
         "../../etc/passwd", "con", "nul", "%00", "{{ x }}", "${x}", "é\u0301" * 50, "𝔘𝔫𝔦", "日本", "a\nb", "a\r\nb", "\t", "😀"]
    ),
    st.text(max_size=40),
)  # fmt: skip
_DATES = st.one_of(
    _HOSTILE,
    st.sampled_from(
        [
            "0001-01-01",
            "9999-12-31T23:59:59-23:59",
            "20261-01-01",
            "2026-02-30",
            "-2026",
            "2026-W01",
            "1e9",
            "Mon, 31 Feb 2026",
        ]
    ),
)
_URLS = st.one_of(
    _HOSTILE,
    st.sampled_from(
        ["javascript:alert(1)", "data:text/html,x", "https://[", "https://a b/", "https://x.example/ \"<>\\", "//x.example",
         "https://u@x.example", "https://x.example:99999/", "http://" + "a" * 9000, "https://x.example/\u202e", "HTTPS://X.EXAMPLE"]
    ),
)  # fmt: skip
_LANGUAGES = st.one_of(
    _HOSTILE, st.sampled_from(["en_US", "x", "en-US-" + "a-b" * 99, "i-klingon", "EN", "english please"])
)


def _json(value: object) -> str:
    import json

    return json.dumps(value).replace("<", "\\u003c")


def _page(title: str, day: str, url: str, language: str, name: str, shape: int) -> bytes:
    from html import escape

    author: object = ([name, {"name": [name, title]}], {"name": name}, name, [[name]], None)[shape]
    thing = {"@type": ["NewsArticle", "Article"][: 1 + shape % 2], "headline": title, "datePublished": day, "author": author,
             "publisher": {"name": name, "url": url}}  # fmt: skip
    told = [
        f'<html lang="{escape(language)}"><head><title>{escape(title)}</title>',
        f'<link rel="canonical" href="{escape(url)}"><meta property="og:url" content="{escape(url)}">',
        f'<meta property="og:site_name" content="{escape(name)}"><meta name="date" content="{escape(day)}">',
        f'<script type="application/ld+json">{_json(thing)}</script>' if shape != 2 else "",
        f"</head><body><h1>{escape(title)}</h1><time datetime='{escape(day)}'></time><p>{SAID * 4}</p>",
        f"<p>Sign up for our free newsletter.</p><p>{escape(title)} said {escape(name)}.</p>",
        f"<p>Advertisement</p><p>{SAID}</p><p>Advertisement</p>",
    ]
    return "".join(told).encode("utf-8", "replace")


@settings(derandomize=True, max_examples=120, deadline=None)
@given(_HOSTILE, _DATES, _URLS, _LANGUAGES, _HOSTILE, st.integers(0, 4), st.booleans())
def test_what_is_written_of_a_hostile_page_passes_check(
    title: str, day: str, url: str, language: str, name: str, shape: int, is_far: bool
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        desk = write(
            Path(folder), {"briefgen.toml": SETTINGS, "in/page.html": _page(title, day, url, language, name, shape)}
        )
        answer = Received("https://x.example/a", (desk / "in/page.html").read_bytes(), "text/html", language)
        given = "https://x.example/a" if is_far else str(desk / "in/page.html")
        done = take(desk, given, receive=lambda _: answer)
        assert errors(desk) == [] and done.problems == ()
        assert len(sources(desk)) == (done.taken[0].source is not None)
        assert done.taken[0].source is not None or done.taken[0].why.endswith(("no text was found in it", "not a page"))


@pytest.mark.parametrize(
    "name",
    [
        "con.txt",
        "nul.tar.txt",
        "A" * 200 + ".txt",
        "a b\u202e.txt",
        "é.txt",
        "-x.txt",
        "..txt",
        "日本.txt",
        "'; rm.txt",
        "a\nb.txt",
    ],
)
def test_what_is_written_of_a_file_called_anything_passes_check(desk: Path, name: str) -> None:
    take(desk, write(desk, {f"in/{name}": TEXT}) / "in" / name)
    assert errors(desk) == [] and len(sources(desk)) == 1


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
def test_a_name_that_is_no_text_is_a_name_all_the_same(desk: Path) -> None:
    (desk / "in").mkdir()
    with open(os.fsencode(desk / "in") + b"/caf\xe9.txt", "w") as file:
        file.write(TEXT)
    done = run("ingest", "in", cwd=desk)
    assert done.returncode == 0, done.stderr
    assert errors(desk) == [] and len(sources(desk)) == 1


NOTICES = ["Advertisement", "Share this article", "Sign up for our free newsletter.", "Read more: Another bridge"]


def test_a_cut_that_words_cannot_name_is_left_in_and_said(desk: Path) -> None:
    text = "\n".join(f"{NOTICES[n % 2]}\nEngineers said that pier {n} would take {n} weeks to mend." for n in range(20))
    done = take(desk, write(desk, {"in/a.txt": f"{text}\n{NOTICES[2]}\n"}) / "in/a.txt")
    assert [cut.start for cut in sources(desk)["a"].cut] == ["Sign up for"]
    assert done.taken[0].notes == ("20 of its cuts cannot be told from the text around them, and were left in",)
    assert errors(desk) == []


@settings(derandomize=True, max_examples=60, deadline=None)
@given(st.lists(st.sampled_from([*NOTICES, SAID, "The mayor denied it.", "“Quoted” words, he said.", '"Quoted" words, he said.', "",
                                 "é\u0301tude said.", "Home News World Politics Business Sport Culture Travel Weather Video"]),
                min_size=1, max_size=30))  # fmt: skip
def test_every_cut_that_is_written_is_found_again(lines: Sequence[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        desk = write(Path(folder), {"briefgen.toml": SETTINGS, "in/a.txt": "\n".join(lines) + f"\n{SAID}\n"})
        take(desk, desk / "in/a.txt")
        assert errors(desk) == []
        brief = "---\ntitle: T\ndate: 2026-11-20\nsources: {A: a}\nactors: []\nkey_facts: []\ndenials: []\nopen_questions: []\n---\n"
        write(desk, {"content/briefs/b.md": brief})
        assert [e for e in errors(desk) if "cut" in e] == []


# ---- nothing that is there is written over --------------------------------------------------------------------------

BROKEN = "---\nheadline: [unclosed\n# years of notes\n---\nMy notes.\n"


def test_a_source_s_file_that_cannot_be_read_stays_as_it_is(desk: Path) -> None:
    """Its captures are not in the repository: as a clone has it, which has none."""
    write(desk, {"in/bridge.txt": TEXT, "content/sources/bridge.md": BROKEN})
    done = take(desk, desk / "in/bridge.txt")
    assert files(desk)["content/sources/bridge.md"] == BROKEN.encode()
    assert done.taken[0].source is not None and done.taken[0].source.id.startswith("bridge-")


def test_the_bytes_of_a_source_whose_file_cannot_be_read_are_said_to_be_captured_with_its_place(desk: Path) -> None:
    write(desk, {"in/bridge.txt": TEXT})
    take(desk, desk / "in/bridge.txt")
    write(desk, {"content/sources/bridge.md": BROKEN})
    before = files(desk)
    done = take(desk, desk / "in/bridge.txt")
    assert files(desk) == before
    assert done.taken[0].source is None
    assert done.taken[0].why.startswith(
        "captured already as bridge, whose file is left as it is; content/sources/bridge.md:"
    )


@pytest.mark.parametrize(
    "there",
    ["content/sources/bridge.md", "content/captures/bridge.txt", "content/captures/bridge.html", "content/captures/Bridge.TXT",
     "content/sources/BRIDGE.md", "content/captures/bridge"],
)  # fmt: skip
@pytest.mark.parametrize("what", ["file", "link", "dangling link", "folder", "pipe"])
def test_nothing_that_is_there_is_written_over(desk: Path, tmp_path: Path, there: str, what: str) -> None:
    path = desk / there
    path.parent.mkdir(parents=True)
    aim = write(tmp_path, {"elsewhere.txt": "mine"}) / "elsewhere.txt"
    match what:
        case "file":
            path.write_text("mine")
        case "link":
            path.symlink_to(aim)
        case "dangling link":
            path.symlink_to(tmp_path / "nowhere")
        case "folder":
            write(path, {"notes.txt": "mine"})
        case "pipe":
            os.mkfifo(path)
    before = files(desk)
    page = PAGE.format(canonical="", name="", text=TEXT * 5)
    done = take(desk, write(desk, {"in/bridge.html": page}) / "in/bridge.html")
    after = files(desk)
    assert {name: after[name] for name in before} == before and aim.read_text() == "mine"
    assert not (tmp_path / "nowhere").exists() and (path.is_fifo() if what == "pipe" else os.path.lexists(path))
    assert done.taken[0].source is not None and done.taken[0].source.id.startswith("bridge-")


@pytest.mark.parametrize("name", ["captures", "sources"])
def test_a_folder_that_leads_out_of_the_project_is_not_written_to(desk: Path, tmp_path: Path, name: str) -> None:
    (desk / "content").mkdir()
    (tmp_path / "elsewhere").mkdir()
    (desk / "content" / name).symlink_to(tmp_path / "elsewhere")
    done = take(desk, write(desk, {"in/a.txt": TEXT}) / "in/a.txt")
    assert "leads out of the project" in done.taken[0].why and not list((tmp_path / "elsewhere").iterdir())


def test_a_file_where_a_folder_should_be_is_said(desk: Path) -> None:
    write(desk, {"content/sources": "a file", "in/a.txt": TEXT})
    done = run("ingest", "in/a.txt", cwd=desk)
    assert done.returncode == 1 and "Traceback" not in done.stderr and "cannot be written" in done.stderr


def test_captures_that_a_clone_lacks_are_put_back(desk: Path) -> None:
    page = PAGE.format(canonical="", name="", text=TEXT * 5)
    write(desk, {"in/a.txt": TEXT, "in/b.html": page})
    take(desk, desk / "in")
    before = files(desk)
    shutil.rmtree(desk / "content/captures")
    done = take(desk, desk / "in")
    assert files(desk) == before and [t.is_new for t in done.taken] == [False, False]


def test_a_capture_that_somebody_changed_is_left_and_said(desk: Path) -> None:
    take(desk, write(desk, {"in/a.txt": TEXT}) / "in/a.txt")
    (desk / "content/captures/a.txt").write_text("changed")
    done = take(desk, desk / "in/a.txt")
    assert "holds something else" in done.taken[0].why and (desk / "content/captures/a.txt").read_text() == "changed"


def test_a_capture_laid_there_by_hand_gets_the_file_of_its_source(desk: Path) -> None:
    write(desk, {"content/captures/bridge.txt": TEXT, "in/other.txt": TEXT})
    done = take(desk, desk / "in/other.txt")
    assert done.taken[0].source is not None and done.taken[0].source.id == "bridge"
    assert set(files(desk)) >= {"content/captures/bridge.txt", "content/sources/bridge.md"} and errors(desk) == []


# ---- cut short -----------------------------------------------------------------------------------------------------

CALLS = ("open", "write", "mkdir", "unlink", "rename", "replace", "link", "fsync")


@contextmanager
def _stopping(nth: int, stop: Callable[[], object]) -> Iterator[list[int]]:
    """Let `stop` happen at the n-th call by which anything is written; gives how many there were, in a list."""
    count = [0]

    def stopping(real: Callable[..., object]) -> Callable[..., object]:
        def call(*args: object, **kwargs: object) -> object:
            count[0] += 1
            if count[0] == nth:
                stop()
            return real(*args, **kwargs)

        return call

    with pytest.MonkeyPatch.context() as patch:
        for name in CALLS:
            patch.setattr(os, name, stopping(getattr(os, name)))
        patch.setattr(exchanging, "_called", stopping(exchanging._called))
        yield count


def _story(desk: Path) -> list[Path]:
    harbour = "Nobody saw the ferry leave its berth that night, the harbour master said. "
    page = PAGE.format(canonical="https://courier.example/b", name="The Marn Courier", text=harbour * 5)
    write(
        desk,
        {f"content/{name}": "theirs" for name in ("captures/.a.txt.swp", "sources/.briefgen-mine", "sources/a.md~")},
    )
    root = write(desk, {"in/a.txt": f"{TEXT}Sign up for our free newsletter.\n", "in/b.html": page})
    return sorted((root / "in").iterdir())


@pytest.fixture
def whole(tmp_path: Path) -> dict[str, bytes | str]:
    """What a run leaves that nothing stops."""
    desk = write(tmp_path / "whole", {"briefgen.toml": SETTINGS})
    take(desk, *_story(desk))
    return files(desk)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="kills processes as POSIX does")
def test_a_run_that_is_killed_anywhere_is_finished_by_the_next(tmp_path: Path, whole: dict[str, bytes | str]) -> None:
    killed = 0
    for nth in range(1, 1000):
        desk = write(tmp_path / str(nth), {"briefgen.toml": SETTINGS})
        given = _story(desk)
        child = os.fork()
        if not child:  # nothing of the tests may go on in the fork
            try:
                with _stopping(nth, lambda: os._exit(9)):
                    take(desk, *given)
            finally:
                os._exit(0)
        _, status = os.waitpid(child, 0)
        for name, data in files(desk).items():
            assert name.split("/")[-1].startswith(".briefgen-") or name.endswith(".lock") or whole[name] == data, (
                nth,
                name,
            )
        take(desk, *given)
        assert files(desk) == whole, nth
        shutil.rmtree(desk)
        if os.waitstatus_to_exitcode(status) == 0:
            break
        killed += 1
    assert 30 < killed < 999


def test_a_run_in_which_any_call_fails_says_so_and_is_finished_by_the_next(
    tmp_path: Path, whole: dict[str, bytes | str]
) -> None:
    def fail() -> None:
        raise OSError(errno.ENOSPC, "the disk is full")

    said_so = 0
    for nth in range(1, 1000):
        desk = write(tmp_path / f"full-{nth}", {"briefgen.toml": SETTINGS})
        given = _story(desk)
        said = ""
        with _stopping(nth, fail) as count:
            try:
                done = take(desk, *given)
                said = next((t.why for t in done.taken if t.source is None), "")
            except BriefgenError as error:
                said = error.message
        for name, data in files(desk).items():
            assert name.endswith(".lock") or whole[name] == data, (nth, name)
        take(desk, *given)
        assert files(desk) == whole, nth
        shutil.rmtree(desk)
        if count[0] < nth:
            break
        said_so += "the disk is full" in said
    assert said_so > nth / 2


# ---- every file through one door, and a sentence for each that fails -------------------------------------------------


def test_of_a_folder_only_its_own_plain_files_are_taken_and_each_other_is_a_sentence(
    desk: Path, tmp_path: Path
) -> None:
    secret = write(tmp_path, {"secret/passwd.txt": SAID}) / "secret"
    given = (
        write(
            desk,
            {"in/good.txt": TEXT, "in/deep/more.txt": SAID * 2, "in/bad.html": "<![>" * 3, "in/nul.txt": "\0" * 99},
        )
        / "in"
    )
    os.mkfifo(given / "pipe.txt")
    (given / "zero.txt").symlink_to("/dev/zero")
    (given / "passwd.txt").symlink_to(secret / "passwd.txt")
    (given / "secret").symlink_to(secret)
    (given / "again.txt").symlink_to("good.txt")
    (given / "loop.txt").symlink_to("loop.txt")
    (given / "gone.txt").symlink_to("nowhere.txt")
    with open(given / "large.txt", "wb") as file:
        file.truncate(1 << 40)
    done = take(desk, given)
    told = {Path(t.origin).name: t.why for t in done.taken if t.source is None or not t.is_new}
    assert told == {
        "bad.html": "no text was found in it",
        "nul.txt": "it is binary data, and neither text nor a page; save its words as text",
        "pipe.txt": "this is not a regular file",
        "zero.txt": "a link that leads out of its folder",
        "passwd.txt": "a link that leads out of its folder",
        "good.txt": "captured already",  # as again.txt, by name the first
        "loop.txt": "cannot be read: Too many levels of symbolic links",
        "gone.txt": "cannot be read: No such file or directory",
        "large.txt": "1,099,511,627,776 bytes; at most 33,554,432 are read",
    }
    assert set(sources(desk)) == {"again", "more"}


@pytest.mark.parametrize("path", ["/dev/zero", "/dev/tty", "/proc/self/mem", "pipe.txt"])
def test_a_file_that_is_named_is_a_plain_one_or_a_sentence(desk: Path, path: str) -> None:
    os.mkfifo(desk / "pipe.txt")
    done = run("ingest", path, cwd=desk)
    assert done.returncode == 1 and "Traceback" not in done.stderr and f"not captured: {path}: " in done.stderr
    done = run("extract", "--json", path, cwd=desk)
    assert done.returncode == 1 and "Traceback" not in done.stderr and f"not read: {path}: " in done.stderr


def test_a_link_that_is_named_leads_nowhere_out_of_its_folder(desk: Path, tmp_path: Path) -> None:
    aim = write(tmp_path, {"secret.txt": TEXT}) / "secret.txt"
    (desk / "a.txt").symlink_to(aim)
    assert take(desk, desk / "a.txt").taken[0].why == "a link that leads out of its folder"


def test_files_are_held_in_memory_only_as_many_as_it_bears(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ingesting, "BLOCK_BYTES", 1000)
    for number in range(40):
        write(desk, {f"in/{number}.txt": f"{number} {SAID * 8}"})
    held: list[int] = []
    real = ingesting._read_all

    def reading(items: Sequence[ingesting.Item]) -> object:
        held.append(sum(len(item.data) for item in items))
        return real(items)

    monkeypatch.setattr(ingesting, "_read_all", reading)
    assert len([t for t in take(desk, desk / "in").taken if t.source]) == 40
    assert len(held) >= 20 and max(held) <= 2000


# ---- feeds ---------------------------------------------------------------------------------------------------------


def _feed(entries: str) -> bytes:
    return f'<?xml version="1.0"?><rss version="2.0"><channel>{entries}</channel></rss>'.encode()


def test_a_feed_gives_pages_with_the_day_that_it_gives_them(desk: Path) -> None:
    item = "<item><link>https://news.example/a</link><pubDate>Sat, 21 Nov 2026 10:00:00 GMT</pubDate></item>"
    answers = {
        "https://news.example/feed": Received("https://news.example/feed", _feed(item), "application/rss+xml"),
        "https://news.example/a": Received("https://news.example/a", TEXT.encode(), "text/plain"),
    }
    take(desk, "https://news.example/feed", receive=answering(answers))
    (source,) = sources(desk).values()
    assert (source.url, source.published) == ("https://news.example/a", "2026-11-21")


def test_a_feed_that_names_itself_or_feeds_without_end_ends(desk: Path) -> None:
    asked: list[str] = []

    def receive(url: str) -> Received:
        asked.append(url)
        return Received(
            url, _feed(f"<item><link>{url}x</link></item><item><link>{url}</link></item>"), "application/rss+xml"
        )

    done = take(desk, "https://news.example/feed", receive=receive)
    assert len(asked) == 3 and all("neither text nor a page" in t.why for t in done.taken)


def test_of_a_feed_without_end_the_first_are_taken(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ingesting, "MOST_ENTRIES", 3)
    feed = _feed("".join(f"<item><link>https://news.example/{n}</link></item>" for n in range(9)))
    done = take(
        desk,
        "https://news.example/f",
        receive=lambda url: Received(url, feed if url.endswith("f") else b"", "text/xml"),
    )
    assert len(done.taken) == 4 and "a feed of 9 entries, of which the first 3 are taken" in "".join(
        t.why for t in done.taken
    )


@pytest.mark.parametrize(
    "feed",
    [b'<?xml version="1.0" encoding="bogus"?><rss/>', b"<rss>" + b"<a>" * 300_000, b"<rss>" + b"<a>" * 50_000 + b"</a>" * 50_000 + b"</rss>",
     b"<rss>\0</rss>", b"<rss><item><link>http://[</link></item></rss>", b"<rss>\xff\xfe</rss>"],
)  # fmt: skip
def test_a_broken_feed_is_a_sentence_and_the_rest_goes_on(desk: Path, feed: bytes) -> None:
    write(desk, {"in/a.xml": feed, "in/b.txt": TEXT})
    done = take(desk, desk / "in")
    assert "b" in sources(desk) and all(t.source or t.why for t in done.taken)


def test_text_that_is_like_another_is_told_in_bounded_time(desk: Path) -> None:
    words = "".join(f"The minister named pier number {n} of the bridge on day {n * 7}. " for n in range(5_000))
    write(desk, {"in/a.txt": words, "in/b.txt": words.replace("minister", "mayor")})
    done = take(desk, desk / "in")
    assert done.taken[1].twin is not None and done.taken[1].twin.compared == ingesting.MOST_SENTENCES
