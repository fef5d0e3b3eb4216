"""Each hostile text in every field that has text: no page gets an element, an attribute or a link from it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest
from bs4 import BeautifulSoup

from briefgen.assembly import Assembled
from briefgen.model.bidi import unclosed, within
from briefgen.model.entries import Actor, Brief, DeskPage, Source
from briefgen.model.site import Page
from briefgen.model.walk import walk
from briefgen.render.links import Dead, Target
from briefgen.render.markdown import render
from tests.attack.desks import DAY, SETTINGS, Filler, as_file, desk
from tests.attack.pages import LINKS, dangers, differences, plain, taken_apart, xml_apart
from tests.attack.payloads import ALL, FAMILIES, REFUSED
from tests.conftest import Site, assembled, said, write

AT_ONCE = 60
BATCHES = [(*ALL, *ALL)[start : start + AT_ONCE] for start in range(0, len(ALL), AT_ONCE)]


def mark(n: int) -> str:
    """The benign text of a number: nothing that any rule could take for something."""
    return f"Plainwords{n:03d}x"


def pages_of(found: Assembled[Page]) -> dict[str, str]:
    return {p.path: p.body.decode() for p in found.pages if p.path.endswith((".html", ".xml", ".txt"))}


@pytest.fixture(scope="module")
def benign(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """Every page of the desk with benign texts, taken apart."""
    made = pages_of(assembled(desk(tmp_path_factory.mktemp("benign"), [mark(n) for n in range(AT_ONCE)])))
    return {path: _apart(path, text) for path, text in made.items()}


def _apart(path: str, text: str):  # type: ignore[no-untyped-def]
    return (xml_apart if path.endswith(".xml") else taken_apart)(_without_shown(text))


def _without_shown(text: str) -> str:
    """A page without the captured text that it shows, whose paragraphs are those of the text; that is looked at apart."""
    return re.sub(r"(<blockquote[^>]*>).*?(</blockquote>)", r"\1\2", text, flags=re.DOTALL)


def test_the_corpus_is_what_it_is_said_to_be() -> None:
    assert len(ALL) >= 800 and len(ALL) + len(REFUSED) >= 880 and len(FAMILIES) == 13
    assert min(map(len, FAMILIES.values())) >= 30


def test_every_field_that_has_text_is_filled() -> None:
    """By the walk that filter and audit ask, which knows a new field by its type."""
    filler = Filler(3, "MARKED")
    for entry in filler.entries():
        words = [text for what, text in walk(entry) if what in ("words", "name")]
        assert words and all("MARKED" in text for text in words), entry
    assert {type(e) for e in filler.entries()} == {Brief, Actor, Source, DeskPage}


LISTED = re.compile(r"^(index|404|(actors|sources|claims|denials|questions|topics|timeline|corrections|method|briefs)/(page/\d+/)?index)\.html$|\.txt$|^feed\.xml$|^sitemap\.xml$|^actors/other/|^sources/wire/")  # fmt: skip


@pytest.mark.parametrize("texts", BATCHES, ids=lambda texts: ascii(texts[0])[:24])
def test_no_text_becomes_markup_in_any_field(texts: tuple[str, ...], benign: dict[str, object], tmp_path: Path) -> None:
    found = assembled(desk(tmp_path, texts))
    wrong = [
        p for p in found.problems if p.severity == "error" and p.rule not in ("empty-correction", "bad-likelihood")
    ]
    assert wrong == []
    spelt = _speller(texts)
    for path, text in pages_of(found).items():
        if path not in benign and path.endswith(".html") and "/page/" in path:
            continue
        page, plain_page = _apart(path, text), benign[path]
        assert dangers(page) == [], path
        if LISTED.search(path):  # in another order: sorted by what the texts are
            counts = Counter((tag, tuple(name for name, _ in attributes)) for tag, attributes in page.tags)
            wanted = Counter((tag, tuple(name for name, _ in attributes)) for tag, attributes in plain_page.tags)  # type: ignore[attr-defined]
            assert counts.keys() <= wanted.keys(), (path, counts.keys() - wanted.keys())
        else:
            assert differences(plain_page, page, spelt) == [], path  # type: ignore[arg-type]


def _speller(texts: tuple[str, ...]) -> Callable[[str], str]:
    """What a benign text is in a desk of these texts: as words, and as a part of an address."""
    said = {plain(mark(n)): plain(text) for n, text in enumerate(texts)}
    asked = {plain(mark(n)): plain(quote(text)) for n, text in enumerate(texts)}
    pattern = re.compile("plainwords\\d{3}x")

    def spelt(text: str) -> str:
        table = asked if re.match("https://[abc]\\.example/", text) else said
        return pattern.sub(lambda m: table.get(m[0], m[0]), plain(text))

    return spelt


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The pages of a desk of all texts with bidi controls, one of each other family beside them."""
    texts = (*FAMILIES["bidi"], *(texts[0] for texts in FAMILIES.values()))
    return pages_of(assembled(desk(tmp_path_factory.mktemp("hostile"), texts)))


def test_titles_names_and_quotes_come_out_exact(tmp_path: Path) -> None:
    texts = tuple(text for family in FAMILIES.values() for text in family[::24])
    pages = pages_of(assembled(desk(tmp_path, texts)))
    for n, text in enumerate(texts):
        soup = BeautifulSoup(pages[f"briefs/b{n}/index.html"], "html.parser")
        assert soup.h1 and soup.h1.bdi and soup.h1.bdi.get_text() == within(text)
        assert f"q{n}-0 {text} z" in {q.get_text() for q in soup.find_all("q")} or unclosed(text)
        soup = BeautifulSoup(pages[f"actors/a{n}/index.html"], "html.parser")
        assert soup.h1 and soup.h1.get_text() == within(text)


def test_no_text_turns_around_what_stands_beside_it(hostile: dict[str, str]) -> None:
    """Element by element: what is open at the end of a text is closed in it, or by an element that isolates it."""
    seen = 0
    for path, text in hostile.items():
        soup = BeautifulSoup(text, "xml" if path.endswith(".xml") else "html.parser")
        for piece in soup.find_all(string=re.compile("[\u202a-\u202e\u2066-\u2069]")):
            seen += 1
            isolating = piece.find_parent(lambda tag: tag.name == "bdi" or tag.get("dir") == "auto")
            around = isolating.get_text() if isolating is not None else str(piece)
            left = unclosed(around)
            assert left is None or (isolating is not None and left[0] in "\u202a\u202b\u202c\u202d\u202e"), (
                path,
                piece,
            )
        for tag in soup.find_all(True):
            for name, value in tag.attrs.items():
                assert not isinstance(value, str) or not unclosed(value), (path, tag.name, name)
    assert seen > 1000


TAGS = frozenset(
    "p em strong a code pre ul ol li blockquote h3 h4 h5 h6 table thead tbody tr th td hr br img div".split()  # noqa: SIM905
)
ATTRIBUTES = frozenset(("href", "src", "alt", "loading", "start", "scope", "class", "role", "aria-label", "tabindex"))


@pytest.mark.parametrize(
    "frame",
    [
        "{}",
        "x {} y",
        "> {}",
        "- {}",
        "[x]({})",
        "![x]({})",
        "[{}](https://a.example/)",
        "[[{}]]",
        "[[x|{}]]",
        "`{}`",
        "| a |\n|-|\n| {} |",
        "# {}",
        "<{}>",
    ],
)
def test_a_body_becomes_markdowns_own_elements_and_no_others(frame: str) -> None:
    for text in ALL:

        def resolve(name: str, text: str = text) -> Target | Dead:
            return Target("actors/x/", text) if name == "x" else Dead("none")

        html, _ = render(
            frame.replace("{}", text), file="f", first_line=1, resolve=resolve, spell=lambda url: f"\x02{url}"
        )
        page = taken_apart(str(html))
        assert dangers(page) == [], (text, html)
        assert {tag.removeprefix("/") for tag, _ in page.tags} <= TAGS, (text, html)
        assert {name for _, attributes in page.tags for name, _ in attributes} <= ATTRIBUTES, (text, html)
        assert not any(map(unclosed, page.texts)), (text, html)
        links = [value for _, attributes in page.tags for name, value in attributes if name in LINKS]
        assert all(re.match(r"(https?://|mailto:|#$|\x02)", link, re.IGNORECASE) for link in links), (text, html)


def test_topics_make_addresses_and_words_and_nothing_else(tmp_path: Path) -> None:
    briefs = {
        f"content/briefs/b{n}.md": as_file(Brief(f"b{n}", "Plain", DAY, topics=(f"{text} t{n}",)))  # type: ignore[arg-type]
        for n, text in enumerate(ALL)
        if n % 7 == 0
    }
    pages = pages_of(assembled(write(tmp_path, {"briefgen.toml": SETTINGS, **briefs})))
    for path, text in pages.items():
        assert re.fullmatch(r"[a-z0-9/._-]+", path), path
        if path.endswith(".html"):
            assert dangers(taken_apart(text)) == [], path
    shown = plain(BeautifulSoup(pages["topics/index.html"], "html.parser").get_text())
    assert [t for n, t in enumerate(ALL) if n % 7 == 0 and plain(f"{t} t{n}".replace("-", " ")) not in shown] == []


@pytest.mark.parametrize("text", REFUSED, ids=ascii)
def test_a_text_that_no_page_can_hold_is_refused_at_its_place_however_it_is_spelt(text: str, site: Site) -> None:
    spelt = "".join(c if c.isascii() and c.isprintable() else f"\\U{ord(c):08x}" for c in text)
    brief = "title: Harbour tender goes to a company registered last month"
    assert said(assembled(site(title=(brief, f'title: "{spelt}"'))), "error")[0].startswith(
        "content/briefs/harbour-tender.md:2:8 control-character"
    )


@pytest.mark.parametrize(
    "file",
    [
        "content/briefs/harbour-tender.md",
        "content/captures/gazette-1120.txt",
        "content/pages/x.md",
        "content/actors/northwind.md",
    ],
)
def test_a_file_that_holds_such_a_character_is_refused(file: str, site: Site) -> None:
    for text in REFUSED[::9]:
        root = site({file: f"---\ntitle: x\nname: x\n---\n{text}\n"})
        assert {"control-character"} <= {p.rule for p in assembled(root).problems}, ascii(text)
