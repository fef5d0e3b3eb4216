"""What pages must keep: no two at one address, no dead link, nothing that is withheld."""

from __future__ import annotations

import html
import re
from collections.abc import Collection, Container, Iterable, Iterator
from dataclasses import dataclass
from unicodedata import normalize
from urllib.parse import unquote

from briefgen.model.graph import Graph
from briefgen.model.ids import folders_of, why_no_path
from briefgen.model.net import Net
from briefgen.model.problems import Place, Problem
from briefgen.model.site import ASSETS, Page

# Folders and pages that the program itself puts at the top of a site.
TAKEN = frozenset(
    ("briefs", "actors", "sources", "claims", "denials", "questions", "topics", "timeline", "corrections", "method",
     ASSETS.rstrip("/"), "index", "404")
)  # fmt: skip


def pages_have_addresses_of_their_own(graph: Graph) -> Iterator[Problem]:
    """A page of the desk's own does not stand where the program puts one."""
    for page in graph.content.pages.values():
        if page.id in TAKEN:
            message = f"the address /{page.id}/ is taken by a page of the program's own"
            yield Problem(page.place, "address-taken", message, hint="Rename the file.")


_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_VALUE = re.compile(r"\"([^\"]*)\"|'([^']*)'")
_APART = "\x00"


def addresses_are_taken_once(paths: Iterable[str]) -> Iterator[Problem]:
    """No two pages at one address, whatever the case of its letters and the way its marks are composed."""
    seen: dict[str, str] = {}
    for path in paths:
        other = seen.setdefault(_folded(path), path)
        if other is not path:
            message = f"two pages would stand at /{path}"
            yield Problem(Place("site"), "address-taken", message, hint=f"The other one is /{other}.")


def addresses_are_files(paths: Collection[str]) -> Iterator[tuple[str, Problem]]:
    """At each address a file can stand, on every system: each path of which that is not true, and why."""
    folders = folders_of(paths)
    for path in paths:
        if why := why_no_path(path):
            message = f"no page can stand at {path!r}: {why}"
            yield path, Problem(Place("site"), "bad-page-address", message)
        elif path in folders:
            message = f"a page would stand at /{path}, and others below it"
            yield path, Problem(Place("site"), "address-taken", message)


def _folded(path: str) -> str:
    return path.casefold() if path.isascii() else normalize("NFC", normalize("NFC", path).casefold())


@dataclass(frozen=True, slots=True)
class PageRules:
    """What one page is held to, by itself: which files there are, and which texts must not stand in it."""

    paths: Container[str]
    withheld: Net = Net()

    def check(self, page: Page) -> Iterator[Problem]:
        """Every problem of a page."""
        yield from self._links_lead_to_pages(page)
        yield from self.audit(page)

    def _links_lead_to_pages(self, page: Page) -> Iterator[Problem]:
        """A dead one is a fault of a template: the links of bodies are checked where they are read."""
        for link in sorted(page.links):
            file = f"{link}index.html" if link == "" or link.endswith("/") else html.unescape(link)
            if file not in self.paths:
                yield Problem(Place(f"site/{page.path}"), "dead-link", f"a template links to /{link}, where nothing is")

    def audit(self, page: Page) -> Iterator[Problem]:
        """No withheld text is found in what a file holds or in its name, whatever way it came there."""
        if self.withheld.sought:
            for text in sorted(self.withheld.caught(page.path)):
                message = f"a withheld text stands in the name of /{page.path}: {text[:60]!r}"
                yield Problem(Place("site"), "withheld-text", message, withheld="all")
            for text in sorted(self.withheld.caught(_said(page.body))):
                message = f"a withheld text stands on /{page.path}: {text[:60]!r}"
                yield Problem(Place(f"site/{page.path}"), "withheld-text", message, withheld="all")


def _said(body: bytes) -> str:
    """What a file says: its text and the values in its tags, each by itself, as a reader or a browser takes them."""
    text = body.decode("utf-8", "replace")
    if "<" in text:
        text = html.unescape(_TAG.sub(_values, text))
    return f"{text}{_APART}{unquote(text)}" if "%" in text else text


def _values(tag: re.Match[str]) -> str:
    return _APART + _APART.join(one or other for one, other in _VALUE.findall(tag[0])) + _APART
