"""What the pages as a whole must keep: no two at one address, no dead link, nothing that is withheld."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from posixpath import dirname, join, normpath
from urllib.parse import unquote, urlsplit

from briefgen.model.problems import Place, Problem
from briefgen.model.site import Page, Site

_LINK = re.compile(r'(?:href|src)="([^"#?]*)[^"]*"')
PageCheck = Callable[[Sequence[Page], Site], Iterable[Problem]]


def pages_stand_at_addresses_of_their_own(pages: Sequence[Page], site: Site) -> Iterator[Problem]:
    """No two pages at one address, whatever the case of its letters, and none in the place of another's folder."""
    seen: dict[str, str] = {}
    for page in pages:
        key = page.path.casefold()
        if key in seen:
            message = f"two pages would stand at /{page.path}"
            yield Problem(Place("site"), "address-taken", message, hint=f"The other one is /{seen[key]}.")
        seen[key] = page.path


def links_lead_to_pages(pages: Sequence[Page], site: Site) -> Iterator[Problem]:
    """Each link to a page of the site leads to one. A dead one is a fault of a template: bodies are checked as read."""
    paths = {page.path for page in pages}
    base = urlsplit(site.base_url).path if site.base_url else "/"
    known: dict[tuple[str, str], bool] = {}
    for page in pages:
        if not page.path.endswith(".html"):
            continue
        folder = dirname(page.path)
        for link in set(_LINK.findall(page.body.decode())):
            key = (folder, link)
            if key not in known:
                known[key] = _leads_somewhere(html.unescape(link), folder, base, paths)
            if not known[key]:
                place = Place(f"site/{page.path}")
                yield Problem(place, "dead-link", f"the link {html.unescape(link)!r} leads to no page")


def _leads_somewhere(link: str, folder: str, base: str, paths: set[str]) -> bool:
    parts = urlsplit(link)
    if parts.scheme or parts.netloc or not parts.path:
        return True
    path = unquote(parts.path)
    if path.startswith("/"):
        if not path.startswith(base):
            return False
        target = normpath(path[len(base) :] or ".")
    else:
        target = normpath(join(folder, path))
    return target in paths or ("index.html" if target == "." else f"{target}/index.html") in paths


PAGE_CHECKS: tuple[PageCheck, ...] = (pages_stand_at_addresses_of_their_own, links_lead_to_pages)


def withheld_stays_withheld(pages: Sequence[Page], withheld: Sequence[str]) -> Iterator[Problem]:
    """No text that stands only in withheld entries is found in any page, whatever way it came there."""
    needles = [(text, spelt) for text in withheld for spelt in {text.encode(), html.escape(text).encode()}]
    for page in pages:
        for text, needle in needles:
            if needle in page.body:
                message = f"a withheld text stands on /{page.path}: {text[:60]!r}"
                yield Problem(Place(f"site/{page.path}"), "withheld-text", message)
                break
