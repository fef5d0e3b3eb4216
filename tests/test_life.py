"""A desk's life: edits, captures, drafts, decisions, renames, builds, deploys and kills, in any order.

After every step four things hold: no hand edit is lost; no quote is published that does not stand in a captured text;
no withheld word is in the site or at its destination; and a build equals a clean one, byte for byte.
"""

from __future__ import annotations

import html
import os
import re
import shutil
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from briefgen.build import build
from briefgen.deploy import carry_out, chosen, prepare
from briefgen.desk import Decided, decide, rename_actor, undo
from briefgen.draft import Wanted, draft
from briefgen.ingest import ingest
from briefgen.model.audience import Audience
from briefgen.model.problems import BriefgenError
from briefgen.model.quotes import fold
from briefgen.project.settings import load
from tests.conftest import GAZETTE, HARBOUR, NOW, write
from tests.killed import killed_at

EXAMPLES = int(os.environ.get("BRIEFGEN_LIVES", "4"))
STEPS = int(os.environ.get("BRIEFGEN_LIFE_STEPS", "14"))
WITHHELD = ("quillowmarker", "zanderdraft", "ottervault")
REPORTS = {
    "ferry": 'The ferry Alba sank off Marn on Monday, the coast guard said. "We heard no call," Captain Ines Duarte said.\n'
    "Alba Lines denied that the ship had failed an inspection. The line said it would help the families.\n",
    "strike": "Teachers in Marn will strike on Friday, their union said. Minister Lea Brand said the talks had failed.\n"
    "The union rejected claims by the minister that it had left the table. Schools expect 400 pupils.\n",
    "strike-again": "Teachers will strike in Marn on Friday, the union announced. Lea Brand, the minister, said talks had failed.\n"
    "The union said it never left the table. Schools expect 500 pupils.\n",
}
RED = """\
  - id: vault
    text: An ottervault paper says Northwind paid twice.
    marking: TLP:RED
    asserted_by: port-authority
    evidence: [A: "was registered last month"]
"""
HIDDEN = """\
---
title: A zanderdraft of ours
date: 2026-11-20
status: draft
sources: {A: gazette-1120}
actors: [northwind]
key_facts:
  - id: none
    text: The quillowmarker says so.
    asserted_by: northwind
    evidence: [A: "awarded to Northwind AS"]
denials: []
open_questions: []
---
"""


class Life(RuleBasedStateMachine):
    """One desk, from its first file on."""

    @initialize()
    def begin(self) -> None:
        """A desk with one public brief, in which one fact is withheld, and one that is not published."""
        self.top = Path(tempfile.mkdtemp(prefix="life-"))
        self.desk = write(
            self.top / "desk",
            {
                "briefgen.toml": '[site]\ntitle = "The Desk"\nbase_url = "https://desk.example/"\n[deploy.live]\nkind = "folder"\nto = "../public"\n',
                "content/briefs/harbour-tender.md": HARBOUR.replace("denials:\n", f"{RED}denials:\n", 1),
                "content/briefs/hidden.md": HIDDEN,
                "content/captures/gazette-1120.txt": GAZETTE,
                **{f"in/{name}.txt": text for name, text in REPORTS.items()},
            },
        )
        self.marks: list[str] = []
        self.last: Decided | None = None
        self.is_built = False

    def teardown(self) -> None:
        """Leave nothing behind."""
        shutil.rmtree(self.top, ignore_errors=True)

    # ---- what happens --------------------------------------------------------------------------------------------

    def _does(self, work: Callable[[Path], object], kill: int) -> None:
        """Do a piece of work; first in a process that is killed at its n-th step, where one is given."""
        if kill:
            killed_at(kill, lambda: work(self.desk))
        with suppress(BriefgenError):
            work(self.desk)

    @rule(brief=st.integers(0, 9), at=st.sampled_from(["head", "body"]), is_crlf=st.booleans())
    def edit(self, brief: int, at: str, is_crlf: bool) -> None:
        """A person writes a remark into a brief."""
        paths = sorted((self.desk / "content/briefs").glob("*.md"))
        path = paths[brief % len(paths)]
        mark = f"byhand{len(self.marks)}"
        text = path.read_bytes().decode()
        end = "\r\n" if "\r\n" in text else "\n"
        text = (
            text.replace(f"---{end}", f"---{end}# {mark}{end}", 1)
            if at == "head"
            else f"{text}{end}A remark: {mark}.{end}"
        )
        path.write_bytes((text.replace("\n", "\r\n") if is_crlf and end == "\n" else text).encode())
        self.marks.append(mark)

    @rule(name=st.sampled_from(sorted(REPORTS)), kill=st.integers(0, 30))
    def capture(self, name: str, kill: int) -> None:
        """A report is captured."""
        self._does(lambda desk: ingest(load(desk), [str(desk / f"in/{name}.txt")], today=NOW.date()), kill)

    @precondition(lambda self: list((self.desk / "content/sources").glob("*.md")))
    @rule(which=st.integers(0, 9), into=st.booleans(), kill=st.integers(0, 30))
    def drafted(self, which: int, into: bool, kill: int) -> None:
        """A captured report is drafted, or put into a brief that is there."""
        sources = sorted(p.stem for p in (self.desk / "content/sources").glob("*.md"))
        source = sources[which % len(sources)]
        wanted = Wanted(NOW.date(), into="harbour-tender") if into else Wanted(NOW.date(), name=f"of-{source}")
        self._does(lambda desk: draft(load(desk), [source], wanted), kill)

    @rule(which=st.integers(0, 99), accepts=st.booleans(), kill=st.integers(0, 20))
    def decided(self, which: int, accepts: bool, kill: int) -> None:
        """A person accepts or rejects a proposal."""
        found = [
            (path.stem, match[1])
            for path in sorted((self.desk / "content/briefs").glob("*.md"))
            for match in re.finditer(r"(?m)^ +(?:- )?id: (\S+)\s*$", path.read_bytes().decode())
        ]
        brief, id_ = found[which % len(found)]

        def work(desk: Path) -> None:
            self.last = decide(load(desk), brief, [id_], accepts=accepts)

        self._does(work, kill)

    @precondition(lambda self: self.last is not None)
    @rule()
    def undone(self) -> None:
        """The last decision is taken back."""
        assert self.last is not None
        with suppress(BriefgenError):
            undo(load(self.desk), self.last)

    @rule(old=st.sampled_from(["northwind", "alba-lines", "lea-brand"]), kill=st.integers(0, 30))
    def renamed(self, old: str, kill: int) -> None:
        """An actor gets another id."""
        self._does(lambda desk: rename_actor(load(desk), old, f"{old}-as"), kill)

    @rule(kill=st.integers(0, 60))
    def built(self, kill: int) -> None:
        """The site is built."""

        def work(desk: Path) -> None:
            done = build(load(desk), audience=Audience(), now=NOW)
            self.is_built = self.is_built or done.published is not None
            done.remember()

        self._does(work, kill)

    @rule(kill=st.integers(0, 80))
    def deployed(self, kill: int) -> None:
        """The site is deployed to a folder."""

        def work(desk: Path) -> None:
            project = load(desk)
            prepared = prepare(project, chosen(project, "live"), audience=Audience(), now=NOW, jobs=1, adopt=True)
            if prepared.plan is not None:
                carry_out(prepared, lambda *told: None)

        self._does(work, kill)

    # ---- what holds ----------------------------------------------------------------------------------------------

    @invariant()
    def no_hand_edit_is_lost(self) -> None:
        """Every remark stands in some file of the content."""
        held = "".join(p.read_bytes().decode() for p in (self.desk / "content").rglob("*.md"))
        assert [mark for mark in self.marks if not re.search(rf"\b{mark}\b", held)] == []

    @invariant()
    def no_unfound_quote_is_published(self) -> None:
        """What a page gives as a quote stands in a captured text."""
        captured = [fold(p.read_text("utf-8")) for p in (self.desk / "content/captures").glob("*.txt")]
        quotes = [
            fold(html.unescape(re.sub(r"<[^>]+>", "", found[1]))).strip()
            for page in sorted((self.desk / "site").rglob("*.html"))
            for found in re.finditer(r"(?s)<q\b[^>]*>(.*?)</q>", page.read_text("utf-8"))
        ]
        assert quotes or not self.is_built
        assert [quote for quote in quotes if not any(quote in text for text in captured)] == []

    @invariant()
    def no_withheld_word_is_out(self) -> None:
        """No byte of the site, or of what was deployed, has a withheld word."""
        for folder in (self.desk / "site", self.top / "public"):
            for path in (p for p in folder.rglob("*") if p.is_file()):
                said = path.read_bytes() + path.as_posix().encode()
                assert not [word for word in WITHHELD if word.encode() in said], path

    @precondition(lambda self: self.is_built)
    @invariant()
    def a_build_equals_a_clean_one(self) -> None:
        """With what is remembered and without, from this folder and from another, the site is the same."""
        fresh = self.top / "fresh"
        shutil.rmtree(fresh, ignore_errors=True)
        shutil.copytree(self.desk, fresh, ignore=shutil.ignore_patterns(".briefgen", "site"))
        clean, own = (build(load(desk), audience=Audience(), now=NOW) for desk in (fresh, self.desk))
        own.remember()
        assert (clean.published is None) == (own.published is None)
        if clean.published is not None:
            assert _files(self.desk / "site") == _files(fresh / "site")


def _files(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


Life.TestCase.settings = settings(
    max_examples=EXAMPLES,
    stateful_step_count=STEPS,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
TestLife = Life.TestCase
