"""An entry's Markdown as a piece of a page: the one piece that no template makes."""

from __future__ import annotations

from briefgen.model.entries import Brief, Entry
from briefgen.model.site import PieceKey, Site, Word
from briefgen.render import markdown, urls
from briefgen.render.links import Dead, Links, Target
from briefgen.render.trace import Made, word

BODY = "body"


def body_key(entry: Entry) -> PieceKey:
    """The key of an entry's body among the pieces."""
    return BODY, (type(entry).__name__, str(entry.id))


def body_html(entry: Entry, links: Links, site: Site, assets: frozenset[str]) -> Made:
    """The HTML of an entry's body, with the words that it shows: its own, and the titles that its links have."""
    home = entry if isinstance(entry, Brief) else None
    shown: set[Word] = {word(home, "body")} if home else set()

    def resolve(text: str) -> Target | Dead:
        shown.update(links.words_behind(text))
        return links.resolve(text, home)

    html, problems = markdown.render(
        entry.body,
        file=entry.place.file,
        first_line=entry.body_line,
        resolve=resolve,
        spell=lambda url: urls.link(url, site),
        assets=assets,
        first_heading=3 if home else 2,
    )
    return Made(body_key(entry), html, frozenset(shown), problems)
