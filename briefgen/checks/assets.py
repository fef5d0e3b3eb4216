"""What files that are copied, and pages of the desk's own, must keep."""

from __future__ import annotations

import re
from collections.abc import Iterator

from briefgen.model.graph import Graph
from briefgen.model.problems import Problem

# Folders and pages that the program itself puts at the top of a site.
TAKEN = frozenset(
    ("briefs", "actors", "sources", "claims", "denials", "questions", "topics", "timeline", "corrections", "method",
     "assets", "index", "404")
)  # fmt: skip
_ACTIVE = re.compile(rb"<\s*script|\son\w+\s*=|javascript:|<\s*foreignObject|<!ENTITY|<\?xml-stylesheet", re.IGNORECASE)


def images_hold_no_script(graph: Graph) -> Iterator[Problem]:
    """An SVG that is copied runs nothing."""
    for asset in graph.content.assets:
        if asset.name.casefold().endswith((".svg", ".svgz", ".html", ".htm", ".xhtml")) and _ACTIVE.search(asset.data):
            message = "this file holds a script or calls one; it is not copied"
            yield Problem(asset.place, "active-asset", message, hint="Save the picture without script.")


def pages_have_addresses_of_their_own(graph: Graph) -> Iterator[Problem]:
    """A page of the desk's own does not stand where the program puts one."""
    for page in graph.content.pages.values():
        if page.id in TAKEN:
            message = f"the address /{page.id}/ is taken by a page of the program's own"
            yield Problem(page.place, "address-taken", message, hint="Rename the file.")
