"""Pages of hostile desks in a browser, with their policy: nothing runs, nothing is asked of other hosts, nothing is said."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from briefgen.build import build
from briefgen.model.audience import Audience
from briefgen.project.settings import load
from tests.attack.desks import desk
from tests.attack.payloads import ALL, FAMILIES
from tests.checks.samples import SVG
from tests.conftest import NOW, QuietFiles, serving
from tests.pages.conftest import chromium

pytestmark = pytest.mark.browser
SHOWN = ("", "briefs/b{}/", "briefs/b{}/denials/", "actors/a{}/", "sources/s{}/", "p{}/")
# What each page says of itself to whoever asks: its elements with the names of their attributes, in order.
SIGNATURE = """pages => pages.map(html => {
  const page = new DOMParser().parseFromString(html, "text/html");
  page.querySelectorAll("blockquote").forEach(quote => quote.replaceChildren());
  return [...page.querySelectorAll("*")].map(e => [e.namespaceURI.at(-1) + e.localName, ...e.getAttributeNames()].join(" "));
})"""
# Where the letters after a text stand: in order, from left to right, whatever the text says.
IN_ORDER = """() => {
  const wrong = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let text; (text = walker.nextNode()); ) {
    if (!/^[ -~]{4,}$/.test(text.data.trim()) || text.parentElement.closest("bdi, [dir]")) continue;
    let last = null;
    for (let at = 0; at < text.data.length; at++) {
      const range = document.createRange();
      range.setStart(text, at);
      range.setEnd(text, at + 1);
      const [box] = range.getClientRects();
      if (!box || !/[a-zA-Z]/.test(text.data[at])) continue;
      if (last && Math.abs(last.top - box.top) < 2 && box.left < last.left - 1) { wrong.push(text.data); break; }
      last = box;
    }
  }
  return wrong;
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as begun:
        yield begun


def built(root: Path, texts: tuple[str, ...]) -> Path:
    """A desk of these texts, published all the same where a rule is against it."""
    project = load(desk(root, texts))
    assert build(project, audience=Audience(), now=NOW, regardless=True).published
    return project.output


@pytest.fixture(scope="module")
def texts() -> tuple[str, ...]:
    """Some of each family; of those that are markup and that turn text around, most."""
    return tuple(
        text
        for name, family in FAMILIES.items()
        for text in family[:: {"bidi": 2, "markup": 9, "breaks": 9}.get(name, 28)]
    )


@pytest.fixture(scope="module")
def site(texts: tuple[str, ...], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(tmp_path_factory.mktemp("hostile"), texts)


def watched(browser: Any, said: list[str]) -> Any:
    """A page that notes whatever should not be: a word on its console, a dialog, another page, a question elsewhere."""
    page = browser.new_page()
    page.on("console", lambda message: said.append(f"console: {message.text}"))
    page.on("pageerror", lambda error: said.append(f"error: {error}"))
    page.on("dialog", lambda dialog: (said.append(f"dialog: {dialog.message}"), dialog.dismiss()))
    page.on("popup", lambda popup: said.append(f"popup: {popup.url}"))
    page.on("request", lambda request: None if "//127.0.0.1:" in request.url else said.append(f"asked: {request.url}"))
    return page


def test_nothing_runs_and_nothing_is_asked_of_another_host(site: Path, texts: tuple[str, ...], browser: Any) -> None:
    said: list[str] = []
    page = watched(browser, said)
    with serving(functools.partial(QuietFiles, directory=str(site))) as url:
        for n in (0, *range(1, len(texts), 9)):
            for shown in SHOWN:
                page.goto(f"{url}/{shown.format(n)}")
                page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
                assert page.evaluate("window.ran") is None, texts[n]
                assert page.url.startswith(url), texts[n]
    page.close()
    assert said == []


def test_no_text_turns_letters_around_that_stand_beside_it(site: Path, texts: tuple[str, ...], browser: Any) -> None:
    page = browser.new_page()
    bidi = [n for n, text in enumerate(texts) if text in FAMILIES["bidi"]]
    assert len(bidi) > 15
    for n in bidi:
        for shown in ("briefs/b{}/", "actors/a{}/"):
            page.goto((site / shown.format(n) / "index.html").as_uri())
            page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
            assert page.evaluate(IN_ORDER) == [], (shown, texts[n])
    page.close()


def test_a_browser_reads_the_same_elements_whatever_the_text(
    site: Path, texts: tuple[str, ...], browser: Any, tmp_path: Path
) -> None:
    plain = built(tmp_path / "plain", tuple(f"Plainwords{n:03d}x" for n in range(len(texts))))
    page = browser.new_page()
    for n, text in enumerate(texts):
        paths = [shown.format(n) + "index.html" for shown in SHOWN[1:]]
        wanted, got = (
            page.evaluate(SIGNATURE, [(root / path).read_text() for path in paths]) for root in (plain, site)
        )
        assert got == wanted, text
    page.close()


# What the rules for files let through, at the edge of what they take.
PICTURES = [
    f'<svg {SVG} viewBox="0 0 2 2"><style>rect {{ fill: url(#x) }}</style><rect width="2" height="2"/><text>&lt;script&gt;window.ran=1&lt;/script&gt;</text></svg>',
    '<x:svg xmlns:x="http://www.w3.org/2000/svg"><x:title>onload=alert(1)</x:title><x:use href="#x"/></x:svg>',
    f'<svg {SVG}><desc><style/></desc><path id="&lt;/style>&lt;img src=x onerror=window.ran=1>" d="M0 0"/><image href="data:image/png;base64,AAAA"/></svg>',
    f'<svg {SVG}><!-- -- --></svg>'.replace(" -- ", " "),
]  # fmt: skip


def test_a_picture_that_is_copied_runs_nothing_however_it_is_opened(browser: Any, tmp_path: Path) -> None:
    from briefgen.checks.svg import look_through

    said: list[str] = []
    for n, picture in enumerate(PICTURES):
        look_through(picture.encode())
        (tmp_path / f"{n}.svg").write_text(picture)
        (tmp_path / f"{n}.html").write_text(picture)  # as a host serves it that knows no better
    page = watched(browser, said)
    with serving(functools.partial(QuietFiles, directory=str(tmp_path))) as url:
        for n in range(len(PICTURES)):
            for suffix in ("svg", "html"):
                page.goto(f"{url}/{n}.{suffix}")
                assert page.evaluate("window.ran") is None
    page.close()
    assert [line for line in said if not line.startswith("console: Failed to load resource")] == []


def test_the_corpus_has_what_would_run_where_it_is_not_escaped(browser: Any) -> None:
    """The other side: put into a page as it is, without its policy, much of the corpus is seen to run."""
    page = browser.new_page()
    page.on("dialog", lambda dialog: dialog.dismiss())
    page.route("**/*", lambda route: route.abort())
    ran = 0
    for text in ALL[:60]:
        page.set_content(f"<!DOCTYPE html><body>{text}")
        page.evaluate("window.alert = () => { window.ran = 1 }")
        ran += bool(page.evaluate("window.ran"))
    page.close()
    assert ran >= 5
