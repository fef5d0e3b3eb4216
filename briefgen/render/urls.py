"""The only module that spells an address.

Addresses are relative to the site's root and end with a slash where they are pages: `briefs/x/`.
While a page is made every link begins with `ROOT`, one character that no content can hold; when it
is done, `ROOT` becomes the way from that page up to the root. So a piece of a page is made once and
stands on pages of any depth.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from briefgen.model.entries import ActorId, BriefId, Label, SourceId, Span
from briefgen.model.graph import Asked, Claim, Key, Statement
from briefgen.model.ids import slug
from briefgen.model.site import ASSETS, Site

ROOT = "\x02"

HOME = ""
BRIEFS, ACTORS, SOURCES, CLAIMS, DENIALS = "briefs/", "actors/", "sources/", "claims/", "denials/"
QUESTIONS, TOPICS, TIMELINE, CORRECTIONS, METHOD = "questions/", "topics/", "timeline/", "corrections/", "method/"
NOT_FOUND, FEED, SITEMAP, ROBOTS = "404.html", "feed.xml", "sitemap.xml", "robots.txt"


def brief(brief: BriefId) -> str:
    """The address of a brief."""
    return f"{BRIEFS}{brief}/"


def brief_denials(brief: BriefId) -> str:
    """The address of a brief's grid of claims and denials."""
    return f"{BRIEFS}{brief}/denials/"


def fact(key: Key) -> str:
    """The address of a fact on its brief's page."""
    return f"{brief(key[0])}#fact-{key[1]}"


def denial(key: Key) -> str:
    """The address of a denial on its brief's page."""
    return f"{brief(key[0])}#denial-{key[1]}"


def question(key: Key) -> str:
    """The address of a question on its brief's page."""
    return f"{brief(key[0])}#question-{key[1]}"


def of(thing: Claim | Statement | Asked) -> str:
    """The address of a claim, a denial or a question."""
    if isinstance(thing, Claim):
        return fact(thing.key)
    if isinstance(thing, Statement):
        return denial(thing.key)
    return question((thing.brief.id, thing.question.id))


def actor(actor: ActorId) -> str:
    """The address of an actor."""
    return f"{ACTORS}{actor}/"


def actor_list(actor_id: ActorId, name: str) -> str:
    """The address of one of an actor's long lists."""
    return f"{actor(actor_id)}{name}/"


def actor_feed(actor_id: ActorId) -> str:
    """The address of an actor's feed."""
    return f"{actor(actor_id)}{FEED}"


def source(source: SourceId) -> str:
    """The address of a source."""
    return f"{SOURCES}{source}/"


def quote(source_id: SourceId, span: Span | None) -> str:
    """The address of a quote on its source's page; the page itself where the quote's place is not known."""
    return f"{source(source_id)}#{quote_id(span)}" if span else source(source_id)


def quote_id(span: Span) -> str:
    """The id of a quote on its source's page: its first and last character, counted from 1 as people do."""
    return f"quote-{span.start + 1}-{span.end}"


def source_label_id(label: Label) -> str:
    """The id of a source in its brief's list."""
    return f"source-{slug(label)}"


def topic(name: str) -> str:
    """The address of a topic."""
    return f"{TOPICS}{slug(name)}/"


def page(name: str) -> str:
    """The address of a page of the desk's own."""
    return f"{name}/"


def numbered(url: str, number: int) -> str:
    """The address of the n-th page of a list: the first is the list's own."""
    return url if number == 1 else f"{url}page/{number}/"


def asset(name: str) -> str:
    """The address of a copied file."""
    return f"{ASSETS}{name}"


def section(url: str) -> str:
    """What of an address the menus have to know: a list's own address, else the folder that it stands in."""
    first, slash, rest = url.partition("/")
    return url if not rest else f"{first}{slash}*"


def file_of(url: str) -> str:
    """The file below the output at which an address is served."""
    return f"{url}index.html" if url == "" or url.endswith("/") else url


def link(url: str, site: Site) -> str:
    """An address as a link of a page in the making; with `links = "file"` it names the file itself."""
    path, mark, fragment = url.partition("#")
    if site.links == "file":
        path = file_of(path)
    return f"{ROOT}{path}{mark}{fragment}"


def targets(html: str) -> Iterator[str]:
    """The addresses below the root that a page in the making links to, without fragments."""
    for part in html.split(f'="{ROOT}')[1:]:
        yield part[: part.find('"')].partition("#")[0]


def up(url: str) -> str:
    """The way from a page up to the root of the site."""
    return "../" * url.count("/") or "./"


def base_path(site: Site) -> str:
    """The path of the site on its host, with a slash at both ends."""
    path = urlsplit(site.base_url).path if site.base_url else "/"
    return path if path.endswith("/") else f"{path}/"


def absolute(url: str, site: Site) -> str:
    """An address with its host; only for sites that have a `base_url`."""
    return f"{site.base_url}{url}"
