"""A site, what one of its pages shows, and what stands at an address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from briefgen.model.entries import Brief
from briefgen.model.problems import Problem

Hosting = Literal["none", "github", "gitlab", "netlify", "cloudflare", "vercel", "nginx", "apache", "caddy"]
Links = Literal["directory", "file"]
ASSETS = "assets/"  # where copied files stand
Word = tuple[str, str]  # a file of the desk, and which of its words
PieceKey = tuple[str, Any]  # the macro that makes a piece, and the key of the thing that it shows


@dataclass(frozen=True, slots=True)
class Site:
    """What every page of a site knows: its title, its address (empty when it has none yet), its language.

    `preview` is the day of a preview (ISO 8601), whose pages mark what is not public yet; else it is empty.
    """

    title: str = "Briefs"
    base_url: str = ""
    language: str = "en"
    description: str = ""
    links: Links = "directory"
    hosting: Hosting = "none"
    preview: str = ""


@dataclass(frozen=True, slots=True)
class View:
    """One page before it is rendered: its address, the template that shows it, and what it shows.

    `modified` is the newest date of what stands on it (ISO 8601, empty if none is known);
    `listed` says whether the sitemap names it; `of` is the brief whose title and summary are the page's own.
    """

    url: str
    template: str
    shows: Mapping[str, object]
    modified: str = ""
    listed: bool = True
    of: Brief | None = None


@dataclass(frozen=True, slots=True)
class Traced:
    """What a page shows: words by themselves, and pieces with how often each stands there.

    `made` has the words of those pieces that were made for the first time for it.
    """

    words: frozenset[Word] = frozenset()
    pieces: tuple[tuple[PieceKey, int], ...] = ()
    made: tuple[tuple[PieceKey, frozenset[Word]], ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Page:
    """What stands at an address of the site: `path` is the file below the output, without a leading slash."""

    path: str
    body: bytes
    problems: tuple[Problem, ...] = ()
    links: frozenset[str] = field(default=frozenset(), compare=False)  # addresses of the site that it leads to
    trace: Traced = field(default=Traced(), compare=False)  # which words of the desk stand on it
