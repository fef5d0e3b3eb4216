"""The corpus at every other way in: settings, addresses, names of files, far manifests, pages that are captured."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html import escape
from pathlib import Path

import pytest

from briefgen.capture.article import read_page
from briefgen.ingest import ingest
from briefgen.model.entries import Brief
from briefgen.model.ids import why_no_path
from briefgen.model.problems import BriefgenError
from briefgen.model.text import forbidden, unfit
from briefgen.project.addresses import site_address
from briefgen.project.settings import load
from briefgen.publish.deploy.plan import FAILED, far_from, planned
from briefgen.report import for_people
from tests.attack.desks import Filler, as_file
from tests.attack.pages import dangers, taken_apart
from tests.attack.payloads import ALL, REFUSED
from tests.conftest import GAZETTE, HARBOUR, NOW, Site, assembled, said, write

TEXTS = ("title", "description", "language")


def toml(text: str) -> str:
    """A text as TOML has it."""
    return (
        '"'
        + "".join(c if c.isascii() and c.isprintable() and c not in '"\\' else f"\\U{ord(c):08X}" for c in text)
        + '"'
    )


@pytest.mark.parametrize("key", [*TEXTS, "base_url"])
def test_a_setting_is_one_line_or_is_refused_at_its_place(key: str, tmp_path: Path) -> None:
    for text in (*ALL, *REFUSED):
        (tmp_path / "briefgen.toml").write_text(f"[site]\n{key} = {toml(text)}\n")
        project = load(tmp_path)
        told = [str(p.place) for p in project.problems]
        assert told in ([], ["briefgen.toml:2:1"]), ascii(text)
        assert bool(told) or (getattr(project.site, key).rstrip("/") == text.rstrip("/") and not unfit(text)), ascii(
            text
        )
        if key in ("base_url", "language"):
            assert told or re.fullmatch(r"[A-Za-z0-9-]+" if key == "language" else "http[ -~]+", text), ascii(text)


def test_a_site_shows_its_settings_as_text(site: Site) -> None:
    for text in [each for each in ALL if not unfit(each)][::60]:
        root = site(
            {
                "briefgen.toml": f"[site]\nbase_url = 'https://desk.example/'\ntitle = {toml(text)}\ndescription = {toml(text)}\n"
            }
        )
        for made in assembled(root).pages:
            if made.path.endswith(".html"):
                page = taken_apart(made.body.decode())
                assert dangers(page) == [] and not page.tags.count(("script", ())), (text, made.path)
            if made.path == "index.html":
                assert (
                    text in "".join(page.texts)
                    and dict(page.tags[page.tags.index(("title", ())) + 2][1])["content"] == text
                )


def test_no_text_in_an_address_is_left_that_would_have_to_be_escaped() -> None:
    taken = 0
    for text in (*ALL, *REFUSED):
        for url in (
            text,
            f"https://desk.example/{text}",
            f"https://{text}/",
            f"https://desk.example{text}/",
            f"https://desk.example/a/{text}/b",
        ):
            try:
                spelt = site_address(url)
            except ValueError as error:
                assert not forbidden(str(error)), ascii(url)
                continue
            taken += 1
            assert re.fullmatch(r"https?://([a-z0-9._-]+|\[[0-9a-f:.]+\])(:\d+)?/([A-Za-z0-9._~%-]+/)*", spelt), ascii(
                url
            )
    assert taken > 20


def _nameable(text: str) -> bool:
    return (
        "/" not in text
        and "\0" not in text
        and 0 < len(text.encode("utf-8", "surrogatepass")) < 240
        and text not in (".", "..")
    )


def test_a_file_is_named_so_that_every_host_can_hold_it_or_is_refused(site: Site) -> None:
    """Files in `assets/`, and entries: what the name is, is on the page's address or in a problem, and printed safely."""
    names = [text for text in (*ALL, *REFUSED) if _nameable(text)]
    root = site()
    (root / "content/assets").mkdir()
    for folder in ("briefs", "actors", "sources", "pages"):
        (root / "content" / folder).mkdir(exist_ok=True)
    for name in names:
        (root / "content/assets" / f"{name}.txt").write_text("plain")
        for folder in ("briefs", "actors", "sources", "pages"):
            (root / "content" / folder / f"{name}.md").write_text("---\ntitle: x\nname: x\ndate: 2026-11-20\n---\n")
    found = assembled(root)
    assert len(names) > 500
    for made in found.pages:
        assert not why_no_path(made.path) or made.path in _refused(found.problems), ascii(made.path)
        assert made.path == made.path.replace("\\", "/") and ".." not in made.path.split("/")
    printed = "\n".join(for_people(found.problems, lambda place: ""))
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", printed)


def _refused(problems) -> set[str]:  # type: ignore[no-untyped-def]
    """The addresses of files that a problem is about."""
    return {p.place.file.removeprefix("content/") for p in problems if p.severity == "error"}


def test_a_manifest_at_the_far_end_names_files_of_a_site_or_is_not_believed() -> None:
    site = {"index.html": "1", "style.css": "2"}
    for text in (*ALL, *REFUSED):
        for told in (
            {"files": {text: "x"}}, {"files": {"index.html": text}}, {"files": {}, "stale": {text: "x"}}, {"files": {}, "begun": [text]}, {text: {}}, {"files": text}, {"files": [text]}, text, [text],
            {"files": {f"a/{text}": "x", f"{text}/b": "y"}},
        ):  # fmt: skip
            far = far_from(json.dumps(told).encode(), ["index.html", "theirs.txt", "a/b"])
            try:
                plan = planned(site, far, adopt=True, most_deletions=99)
            except BriefgenError as error:
                assert error.code == FAILED
                continue
            assert "theirs.txt" not in plan.deletions and not [
                p for p in plan.deletions if p.startswith("/") or ".." in p.split("/")
            ], ascii(told)
        far = far_from(text.encode("utf-8", "surrogatepass"), ["theirs.txt"])
        assert not far.has_manifest and far.damage


# ---- pages that are captured ---------------------------------------------------------------------------------------

STORY = (
    "The council of Lund said on Monday that the ferry would sail again in the spring, and that nobody had been hurt. "
    "“We have looked at every bolt,” said the harbour master, who denied that the repairs had been late. "
    "The company, number {n} on the list of the ministry, said that it would pay for the work and name the firm. "
)


def html_of(n: int, text: str) -> str:
    """A page as a stranger serves it: the text in all that a page says of itself, escaped and as it is."""
    told = {
        "@type": "NewsArticle",
        "headline": text,
        "author": {"name": text},
        "publisher": {"name": text},
        "datePublished": text,
        "url": text,
    }
    shown, data = escape(text), json.dumps(told).replace("</", "<\\/")
    return f"""<!DOCTYPE html><html lang="{shown}"><head><title>{shown}</title>
<meta property="og:title" content="{shown}"><meta property="og:site_name" content="{shown}"><meta name="author" content="{shown}">
<meta property="article:published_time" content="{shown}"><link rel="canonical" href="{shown}"><meta name="description" content="{shown}">
<script type="application/ld+json">{data}</script></head>
<body><article><h1>{shown}</h1><p>{STORY.format(n=n)}</p><p>{shown}</p><p>{STORY.format(n=n + 10_000)}</p><div>{text}</div></article></body></html>"""


def test_what_a_captured_page_says_is_a_clean_text() -> None:
    for n, text in enumerate((*ALL, *REFUSED)):
        try:
            article = read_page(html_of(n, text).encode("utf-8", "replace"))
        except ValueError as error:
            assert text in REFUSED and "binary data" in str(error)
            continue
        for said_ in (article.text, article.headline, article.author):
            assert not forbidden(said_.replace("\r\n", "\n")), ascii(text)


def test_a_captured_page_is_written_as_the_door_takes_it_and_shown_as_text(tmp_path: Path) -> None:
    texts = (*ALL[::12], *REFUSED[::6])
    pages = {f"in/{n:03d}.html": html_of(n, text).encode("utf-8", "replace") for n, text in enumerate(texts)}
    root = write(
        tmp_path / "desk",
        {"briefgen.toml": "[site]\nbase_url = 'https://desk.example/'\n", "content/briefs/.keep": "", **pages},
    )
    done = ingest(load(root), [str(root / "in")], today=NOW.date())
    taken = [each.source for each in done.taken if each.source is not None and each.is_new]
    assert len(taken) > len(texts) // 2 and done.problems == ()
    brief = replace(
        Filler(0, "Plain").fill(Brief),
        sources={f"S{n}": source.id for n, source in enumerate(taken)},
        key_facts=(),
        denials=(),
        discrepancies=(),
        assessments=(),
        open_questions=(),
        actors=(),
    )  # type: ignore[misc]
    (root / "content/briefs/all.md").write_text(as_file(brief))
    found = assembled(root)
    assert [
        line
        for line in said(found, "error")
        if not line.startswith("content/briefs/") and not line.endswith("cut-not-found")
    ] == []
    for made in found.pages:
        if made.path.endswith(".html"):
            assert dangers(taken_apart(made.body.decode())) == [], made.path


def test_a_text_of_a_source_is_shown_letter_for_letter(site: Site) -> None:
    """`publish_text: full`, with the text as it was captured between two paragraphs."""
    for text in ALL[::60]:
        root = site(
            {
                "content/captures/gazette-1120.txt": f"{GAZETTE}\n{text}\n\nThe end.\n",
                "content/sources/gazette-1120.md": "---\nheadline: The gazette\npublish_text: full\n---\n",
                "content/briefs/harbour-tender.md": HARBOUR,
            }
        )
        found = assembled(root)
        page = next(p.body.decode() for p in found.pages if p.path == "sources/gazette-1120/index.html")
        assert dangers(taken_apart(page)) == []
        shown = "".join(taken_apart(page.partition("<blockquote")[2]).texts)
        assert all(line.strip() in shown for line in text.split("\n")), ascii(text)
