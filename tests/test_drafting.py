"""From articles to a proposed brief, through the commands: an invented story in two reports."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from briefgen import draft as drafting
from briefgen.content.door import Door
from briefgen.content.read import read_content
from briefgen.disk.sealed import Sealed
from briefgen.draft import Drafted, Refused, Wanted, draft
from briefgen.extract.read import Kept
from briefgen.extract.reading import Reading, Sentence
from briefgen.ingest import ingest
from briefgen.model.entries import Brief, SourceId, Span
from briefgen.model.graph import bare_source
from briefgen.project.settings import Project, load
from tests.conftest import NOW, SEEDS, run, write
from tests.killed import every_cut

FIRST = """\
Veldora has moved six gunboats into the Strait of Marn since May, a lawmaker in Castria said on Tuesday.
Castrian lawmaker Ilke Rahn, citing a navy briefing, said the boats carry new radar. She added the crews were trained at home.
Castria's Naval Staff Office (NSO), which held the briefing, believes that Veldora may close the strait in autumn.
However, Veldora's foreign minister Tomas Eld rejected Castrian claims that his country had broken the treaty.
"We did not send a single gunboat," Eld said.
"""
SECOND = """\
Your support helps us to report from the strait.
We believe that everybody should be able to read our journalism.
Your donation makes all the difference.Six Veldoran gunboats have been moved to the Strait of Marn since May, according to Ilke Rahn, a Castrian lawmaker.
The boats are fitted with new radar, said Rahn, citing a briefing by the navy. The crews were trained at home, she added.
The Naval Staff Office (NSO), which held the briefing, believes Veldora will close the strait in the autumn.
Veldoran foreign minister Tomas Eld has rejected claims by Castria that his country broke the treaty.
"Not one gunboat was sent by us," he said.
Join our commenting forum
"""
PAGE = """\
<!doctype html><html lang="en-GB"><head><title>Gunboats in the strait | The Marn Courier</title>
<link rel="canonical" href="https://courier.example/gunboats">
<meta property="og:site_name" content="The Marn Courier">
<script type="application/ld+json">{"@context": "https://schema.org", "@type": "NewsArticle", "headline": "Gunboats in the strait",
"datePublished": "2026-05-12T08:00:00Z", "author": {"@type": "Person", "name": "Ana Pell"}, "publisher": {"name": "The Marn Courier"}}</script>
</head><body><nav>Home News Sport</nav><article><h1>Gunboats in the strait</h1>
<p>Veldora has moved six gunboats into the Strait of Marn since May, a lawmaker in Castria said on Tuesday, and the harbour master saw them pass.</p>
<p>The Naval Staff Office believes that the strait may be closed in autumn, according to an official who was not allowed to speak in public.</p>
<p>Sign up for our free newsletter to get the day's news in your inbox.</p></article><footer>All rights reserved</footer></body></html>
"""
SETTINGS = '[site]\ntitle = "Desk"\n'


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    return write(tmp_path / "desk", {"briefgen.toml": SETTINGS, "in/first.txt": FIRST, "in/second.txt": SECOND})


def briefs(desk: Path) -> dict[str, Brief]:
    return {str(id_): brief for id_, brief in read_content(desk / "content", Door(desk)).content.briefs.items()}


def files(desk: Path) -> dict[str, bytes]:
    return {
        p.relative_to(desk).as_posix(): p.read_bytes() for p in sorted((desk / "content").rglob("*")) if p.is_file()
    }


def take(desk: Path, *names: str) -> None:
    ingest(load(desk), [str(desk / name) for name in names], today=NOW.date())


def test_capturing_keeps_the_bytes_and_names_what_it_cut(desk: Path) -> None:
    done = ingest(load(desk), [str(desk / "in")], today=NOW.date())
    assert (desk / "content/captures/second.txt").read_bytes() == SECOND.encode()
    second = done.taken[1]
    assert second.source is not None
    assert [(c.start.split()[0], c.end.split()[-1], c.why) for c in second.source.cut] == [
        ("Your", "difference.", "donation appeal"),
        ("Join", "forum", "comment widget"),
    ]
    assert second.twin is not None and second.twin.other == "first" and second.twin.share > 0.6


def test_capturing_again_changes_nothing_and_another_text_of_that_name_gets_its_own(desk: Path) -> None:
    take(desk, "in")
    before = files(desk)
    (desk / "in/first.txt").write_text("Another report of that name, of one sentence.\n")
    take(desk, "in")
    after = files(desk)
    assert {name: after[name] for name in before if "lock" not in name} == {
        n: b for n, b in before.items() if "lock" not in n
    }
    assert len([name for name in after if name.startswith("content/captures/first-")]) == 1


def test_one_that_cannot_be_captured_does_not_stop_the_others(desk: Path) -> None:
    write(desk, {"in/empty.txt": "", "in/picture.html": "<html><body></body></html>"})
    done = ingest(load(desk), [str(desk / "in"), str(desk / "nowhere.txt")], today=NOW.date())
    assert {Path(t.origin).name: t.why for t in done.taken if t.source is None} == {
        "empty.txt": "it is empty",
        "picture.html": "no text was found in it",
        "nowhere.txt": "cannot be read: No such file or directory",
    }
    assert len([t for t in done.taken if t.source]) == 2


GERMAN = (
    "Die Regierung hat am Montag gesagt, dass sie weiter mit den Werften reden will. Der Minister sagte, es gebe keinen "
    "Grund zur Sorge; die Opposition sprach dagegen. In der Hauptstadt war man sich nur darin einig, dass es so nicht "
    "bleiben kann, und dass im Herbst gewählt wird.\n"
)


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("empty.txt", b" \n", "it is empty"),
        ("noise.txt", bytes(range(256)) * 4, "it is binary data, and neither text nor a page; save its words as text"),
        ("scan.txt", b"%PDF-1.7 ...", "it is a PDF document, and neither text nor a page; save its words as text"),
        (
            "signin.html",
            b"<html><body><p>Please sign in to continue.</p>",
            "no report in it, only: subscription notice",
        ),
        ("gallery.html", b"<html><body><img src=a><p>Photo</p>", "no report was found in this page"),
    ],
)
def test_what_holds_no_report_is_told_and_nothing_is_kept(desk: Path, name: str, data: bytes, why: str) -> None:
    (desk / "in" / name).write_bytes(data)
    done = ingest(load(desk), [str(desk / "in" / name)], today=NOW.date())
    assert done.taken[0].why.endswith(why) and not (desk / "content").exists()


def test_another_language_is_captured_and_not_guessed_at(desk: Path) -> None:
    write(desk, {"in/third.txt": GERMAN})
    captured = run("ingest", str(desk / "in/third.txt"), cwd=desk)
    assert captured.returncode == 0 and "not in English" in captured.stdout and "Next:" not in captured.stdout
    drafted = run("draft", "third", cwd=desk)
    assert drafted.returncode == 1 and "third: it is not in English" in drafted.stderr
    assert not (desk / "content/briefs").exists()


def drafted(project: Project, given: list[str], **wanted: object) -> Drafted:
    """The one brief that is drafted of sources that can all be read."""
    (done,) = draft(project, given, Wanted(NOW.date(), **wanted))  # type: ignore[arg-type]
    assert isinstance(done, Drafted), done
    return done


def test_what_a_page_says_of_itself_is_kept_and_the_rest_is_unknown(desk: Path) -> None:
    write(desk, {"in/page.html": PAGE})
    take(desk, "in/page.html")
    source = read_content(desk / "content", Door(desk)).content.sources["page"]  # type: ignore[index]
    assert (source.headline, source.publisher, source.author) == (
        "Gunboats in the strait",
        "the-marn-courier",
        "Ana Pell",
    )
    assert (source.published, source.url, source.language) == (
        "2026-05-12",
        "https://courier.example/gunboats",
        "en-GB",
    )
    assert source.archived_url == "unknown"
    assert (desk / "content/captures/page.html").read_bytes() == PAGE.encode()
    text = (desk / "content/captures/page.txt").read_text()
    assert "harbour master" in text and "Home News Sport" not in text and not text.startswith("Gunboats in the strait")
    assert not [c for c in source.cut if "harbour" in c.start]


def test_a_draft_proposes_each_fact_once_with_a_quote_of_each_text(desk: Path) -> None:
    take(desk, "in")
    done = drafted(load(desk), ["first", "second"], name="strait")
    assert not done.refused
    brief = briefs(desk)["strait"]
    assert brief.status == "draft" and all(f.review == "proposed" for f in brief.key_facts)
    by_text = {f.text: f for f in brief.key_facts}
    boats = next(f for text, f in by_text.items() if "Strait of Marn" in text)
    assert boats.asserted_by == ("ilke-rahn",) and {e.source for e in boats.evidence} == {"A", "B"}
    radar = next(f for text, f in by_text.items() if "radar" in text)
    assert radar.citing == ("naval-staff-office",) and radar.citing_basis == "inferred"
    believes = next(f for text, f in by_text.items() if "the strait in" in text)
    assert believes.kind == "assessment" and believes.hedge
    assert not any("journalism" in text or "donation" in text.lower() for text in by_text)


def test_a_draft_tells_who_denies_what(desk: Path) -> None:
    take(desk, "in")
    drafted(load(desk), ["first", "second"], name="strait")
    brief = briefs(desk)["strait"]
    rejects = next(d for d in brief.denials if d.stance == "rejects")
    assert rejects.by == ("tomas-eld",) and len(rejects.evidence) == 2
    assert [f.text for f in brief.key_facts if f.id in rejects.denies and "treaty" in f.text]
    assert any(d.by == ("tomas-eld",) and "gunboat" in d.text for d in brief.denials if d is not rejects)


def test_a_drafted_brief_passes_the_checks_and_is_the_same_in_every_run(desk: Path, tmp_path: Path) -> None:
    take(desk, "in")
    drafted(load(desk), ["first", "second"], name="strait")
    from briefgen.assembly import assemble
    from briefgen.model.audience import Audience

    assembled = assemble(load(desk), audience=Audience(drafts=True), now=NOW, put=lambda page: None)
    assert [p for p in assembled.problems if p.severity == "error"] == []
    twin = write(tmp_path / "twin", {"briefgen.toml": SETTINGS, "in/first.txt": FIRST, "in/second.txt": SECOND})
    take(twin, "in")
    drafted(load(twin), ["first", "second"], name="strait")
    assert files(twin) == files(desk)


def test_a_second_source_is_merged_into_the_edited_brief(desk: Path) -> None:
    take(desk, "in")
    drafted(load(desk), ["first"], name="strait")
    path = desk / "content/briefs/strait.md"
    edited = path.read_text().replace("---\n", "---\n# read by hand\n", 1).replace("    review: proposed\n", "", 1)
    path.write_text(edited)
    told = drafted(load(desk), ["second"], into="strait", dry_run=True)
    assert "+  B: second" in told.difference and path.read_text() == edited
    done = drafted(load(desk), ["second"], into="strait")
    lines = path.read_text().splitlines()
    assert [line for line in edited.splitlines() if line not in lines] == []
    assert done.supported
    again = path.read_text()
    drafted(load(desk), ["second"], into="strait")
    assert path.read_text() == again


def test_only_what_stands_in_a_capture_is_kept_whoever_proposes_it(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plugin = """\
from briefgen.model.entries import Brief, Evidence, Fact
def drafter(sources, texts, names):
    facts = (
        Fact("Found.", "found", evidence=(Evidence("S", "the boats carry new radar"),)),
        Fact("Made up.", "made-up", evidence=(Evidence("S", "the boats carry no radar"),)),
        Fact("Bare.", "bare"),
    )
    return Brief("x", "X", sources={"S": sources[0].id}, key_facts=facts)
"""
    write(desk, {"briefgen.toml": f'plugins = ["ourdrafter"]\n{SETTINGS}', "ourdrafter.py": plugin})
    monkeypatch.setattr(sys, "path", [*sys.path])
    take(desk, "in")
    done = drafted(load(desk), ["first"], name="strait")
    assert done.refused == ("made-up: 'the boats carry no radar' is not in first", "bare: it rests on no quote")
    ids = [f.id for f in briefs(desk)["strait"].key_facts]
    assert "found" in ids and "made-up" not in ids


def test_ids_are_given_once_whoever_says_the_same_words(desk: Path) -> None:
    said = "Ada Vane said the harbour gate was open. Bo Reed said the harbour gate was open. "
    said += "Cy Moss said the harbour gate was open. Dee Pell said the harbour gate was open."
    denied = " Ada Vane denied taking the money. Bo Reed denied taking the money. Cy Moss denied taking the money."
    plugin = """\
from briefgen.model.entries import Brief, Denial, Discrepancy, Evidence, Fact, Question
def drafter(sources, texts, names):
    quote = Evidence("S", "Dee Pell said the harbour gate was open")
    return Brief("x", "X", sources={"S": sources[0].id}, key_facts=(Fact("One.", "same", evidence=(quote,)), Fact("Two.", evidence=(quote,))),
        denials=(Denial((), (), "same", evidence=(quote,)), Denial((), (), text="No.", evidence=(quote,))),
        discrepancies=(Discrepancy("same", (quote,)), Discrepancy("same", (quote, quote))), open_questions=(Question("Why?", "same"), Question("Who?")))
"""
    write(
        desk,
        {"in/first.txt": f"{said}{denied}\n", "briefgen.toml": f'plugins = ["twice"]\n{SETTINGS}', "twice.py": plugin},
    )
    take(desk, "in/first.txt")
    drafted(load(desk), ["first"], name="gate")
    first = briefs(desk)["gate"]
    ids = [t.id for t in (*first.key_facts, *first.denials, *first.discrepancies, *first.open_questions)]
    assert len(ids) == len({*ids}) and "" not in ids
    gates = [f.id for f in first.key_facts if "gate" in f.id]
    assert len(gates) == 4 and len([d for d in first.denials if "money" in d.id]) == 3
    write(desk, {"in/later.txt": "Eve Lund said the harbour gate was open. She said the sea was calm.\n"})
    take(desk, "in/later.txt")
    drafted(load(desk), ["later"], into="gate")
    told = briefs(desk)["gate"]
    assert [f.id for f in told.key_facts if "gate" in f.id][:4] == gates
    assert not [p for p in read_content(desk / "content", Door(desk)).problems if p.severity == "error"]


def test_facts_beyond_the_cap_are_kept_apart(desk: Path) -> None:
    take(desk, "in")
    done = drafted(load(desk), ["first", "second"], name="strait", most=1)
    assert done.more > 0
    kept = (desk / "content/proposals/strait.md").read_text()
    assert kept.count("  - text: ") > len(briefs(desk)["strait"].key_facts)


def test_a_source_that_cannot_be_read_is_listed_and_the_rest_is_drafted(desk: Path) -> None:
    take(desk, "in")
    (desk / "content/captures/second.txt").write_bytes(b"caf\xe9")
    refused, done = draft(load(desk), ["second", "first"], Wanted(NOW.date(), name="strait"))
    assert isinstance(refused, Refused) and refused.what == "second" and "not UTF-8" in refused.why
    assert isinstance(done, Drafted) and set(briefs(desk)["strait"].sources.values()) == {"first"}
    told = run("draft", "second", "nowhere", cwd=desk)
    assert told.returncode == 1 and [line for line in told.stderr.splitlines() if "not drafted" in line] == [
        "briefgen: not drafted: second: its text cannot be read: not UTF-8: byte 0xe9 cannot stand here",
        "briefgen: not drafted: nowhere: no source of this name has been captured",
    ]


def test_stories_are_told_apart_and_an_actor_of_both_has_one_file(desk: Path) -> None:
    ferry = (
        "A ferry ran aground off Lund on Tuesday, Ilke Rahn said. The ferry had left Lund at noon, the ferry line said."
    )
    write(desk, {"in/third.txt": ferry})
    take(desk, "in")
    stories = list(draft(load(desk), ["first", "second", "third"], Wanted(NOW.date(), by_story=True)))
    assert [sorted(b.sources.values()) for b in briefs(desk).values()] in (
        [["first", "second"], ["third"]],
        [["third"], ["first", "second"]],
    )
    brought = [path.stem for story in stories if isinstance(story, Drafted) for path in story.actors]
    assert "ilke-rahn" in brought and len(brought) == len(set(brought))


def test_the_commands_tell_what_they_did_and_what_is_next(desk: Path) -> None:
    captured = run("ingest", str(desk / "in"), cwd=desk)
    assert captured.returncode == 0, captured.stderr
    assert "near duplicate of first" in captured.stdout and "Next:  briefgen draft first second" in captured.stdout
    drafted = run("draft", "first", "second", "--name", "strait", cwd=desk)
    assert "Drafted" in drafted.stdout and drafted.returncode == 0, drafted.stderr
    taken = run("draft", "first", "--name", "strait", cwd=desk)
    assert taken.returncode == 1 and "--into strait" in taken.stderr
    missing = run("draft", "frist", cwd=desk)
    assert missing.returncode == 1 and "did you mean 'first'?" in missing.stderr


def test_extract_prints_spans_of_the_whole_text(desk: Path) -> None:
    done = run("extract", "--json", str(desk / "in/second.txt"), cwd=desk)
    read = json.loads(done.stdout)
    assert read["text"] == SECOND
    assert [SECOND[s:e].split()[0] for s, e in read["cuts"]] == ["Your", "Join"]
    said = [(SECOND[s["source"][0][0] : s["source"][0][1]], s["speaker"]) for s in read["statements"] if s["source"]]
    assert ("Rahn", "Ilke Rahn") in said
    denials = [s for s in read["statements"] if s["denial"]]
    assert denials and all(s["speaker"] == "Tomas Eld" for s in denials)
    assert all(not (c[0] <= s["content"][0][0] < c[1]) for c in read["cuts"] for s in read["statements"])


def test_extract_goes_on_after_a_file_that_is_not_there(desk: Path) -> None:
    done = run("extract", "--json", "nowhere.txt", str(desk / "in/first.txt"), cwd=desk)
    assert done.returncode == 1 and "not read: nowhere.txt" in done.stderr
    assert len(done.stdout.splitlines()) == 1


@pytest.mark.skipif(not SEEDS.is_dir(), reason="the two reports are not ours to carry along")
def test_the_first_story_is_proposed_as_a_person_wrote_it(tmp_path: Path) -> None:
    desk = write(tmp_path / "desk", {"briefgen.toml": SETTINGS})
    done = ingest(load(desk), [str(SEEDS)], today=NOW.date())
    assert done.taken[1].twin is not None and len(done.taken[1].twin.pairs) == done.taken[1].twin.compared == 16
    drafted(load(desk), [t.source.id for t in done.taken if t.source], name="dprk")
    brief = briefs(desk)["dprk"]
    assert len(brief.actors) == 12 and len(brief.denials) == 2
    shells = brief.key_facts[0]
    assert shells.asserted_by == ("yoo-sang-bum",) and len(shells.evidence) == 2
    lavrov = next(d for d in brief.denials if d.by == ("sergei-lavrov",))
    assert lavrov.order is not None and lavrov.order.gap == "days"
    assert [f.asserted_by for f in brief.key_facts if f.id in lavrov.denies] == [("united-states",)]
    assert len({x.about for x in brief.discrepancies}) >= 4
    assert not any("donation" in f.text or "Musk" in f.text for f in brief.key_facts)


@pytest.mark.parametrize("into", [False, True])
def test_a_draft_killed_anywhere_is_finished_by_the_same_command(desk: Path, into: bool) -> None:
    take(desk, "in")
    wanted = Wanted(NOW.date(), into="strait") if into else Wanted(NOW.date(), name="strait")
    if into:
        drafted(load(desk), ["first"], name="strait")
    whole = desk.with_name("whole")
    shutil.copytree(desk, whole)
    before = files(whole)
    told = list(draft(load(whole), ["first", "second"], wanted))
    assert isinstance(told[0], Drafted)
    shutil.copytree(whole / ".briefgen", desk / ".briefgen", dirs_exist_ok=True)  # what was read is known
    cuts = 0
    for cut in every_cut(desk, lambda root: list(draft(load(root), ["first", "second"], wanted)), step=4):
        cuts += 1
        assert files(cut).get("content/briefs/strait.md") in (
            before.get("content/briefs/strait.md"),
            files(whole)["content/briefs/strait.md"],
        )
        list(draft(load(cut), ["first", "second"], wanted))
        assert files(cut) == files(whole)
    assert cuts > 4


# ---- what is kept of a reading -------------------------------------------------------------------------------------


def _reads(state: Path, monkeypatch: pytest.MonkeyPatch, text: str = "Bo Reed spoke.") -> tuple[list[Reading], int]:
    """One text read with a memory, by a reader that knows one sentence; and how many texts it had to read."""
    asked: list[object] = []

    def readings(texts: Sequence[Kept], *_: object) -> Iterator[Reading]:
        asked.extend(texts)
        return (Reading(t.text, sentences=(Sentence(Span(0, 5), 0),)) for t in texts)

    monkeypatch.setattr(drafting, "_readings", readings)
    source = bare_source(SourceId("a"))
    captured: Any = {source.id: SimpleNamespace(text=text, kept=SimpleNamespace(cuts=()))}
    return drafting.read_sources(captured, [source], "", Sealed(str(state))), len(asked)


def test_a_text_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, again = _reads(tmp_path, monkeypatch), _reads(tmp_path, monkeypatch)
    assert first[0] == again[0] and (first[1], again[1]) == (1, 0)
    assert _reads(tmp_path, monkeypatch, "Bo Reed spoke again.")[1] == 1


@pytest.mark.parametrize("harm", [
    lambda file: file.write_bytes(file.read_bytes()[:-1]),
    lambda file: file.write_bytes(file.read_bytes().replace(b"Bo Reed", b"Al Reed")),
    lambda file: file.write_bytes(b""),
    lambda file: (file.unlink(), file.mkdir()),
    lambda file: (file.unlink(), os.mkfifo(file)),
    lambda file: (file.unlink(), file.symlink_to("/dev/zero")),
    lambda file: (shutil.rmtree(file.parent), file.parent.write_text("none")),
    lambda file: (shutil.rmtree(file.parent), file.parent.symlink_to("..")),
    lambda file: (shutil.copytree(file.parents[1], file.parents[2] / "copy"), shutil.rmtree(file.parents[1]),
                  (file.parents[2] / "copy").rename(file.parents[1])),
])  # fmt: skip
def test_a_reading_that_is_not_as_it_was_kept_here_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, harm: Callable[[Path], object]
) -> None:
    true, _ = _reads(tmp_path / "desk/.briefgen", monkeypatch)
    (file,) = (tmp_path / "desk/.briefgen/readings").iterdir()
    harm(file)
    again, count = _reads(tmp_path / "desk/.briefgen", monkeypatch)
    assert again == true and count == 1
    assert _reads(tmp_path / "desk/.briefgen", monkeypatch) == (true, 0)
