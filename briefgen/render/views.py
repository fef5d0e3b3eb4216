"""What each page shows: one function a kind of page, in the order of `VIEWS`.

A view names its address, its template and its matter; the template shows it. Long lists are cut
into numbered pages, the first of which stands at the list's own address.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from typing import TypeVar

from briefgen.model.bidi import apart
from briefgen.model.entries import UNKNOWN, Brief, Day, SourceId
from briefgen.model.graph import Asked, Claim, Dossier, Graph, Statement, Told, contest_rank, named
from briefgen.model.ids import slug
from briefgen.model.site import Site, View
from briefgen.render import urls, words
from briefgen.render.timeline import Moment, timeline

PER_PAGE = 40  # claims, questions, moments or briefs on one page of a list
ON_HOME = 5  # briefs, contested claims and open questions on the home page
ON_DOSSIER = 20  # claims of a kind on an actor's own page; the rest is one link away
IN_FEED = 20
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Leaf:
    """Where one page of a list stands among the others: its number, of how many, and their addresses."""

    number: int
    of: int
    url: str

    @property
    def previous(self) -> str | None:
        """The address of the page before."""
        return urls.numbered(self.url, self.number - 1) if self.number > 1 else None

    @property
    def next(self) -> str | None:
        """The address of the page after."""
        return urls.numbered(self.url, self.number + 1) if self.number < self.of else None


def leaves(things: Sequence[_T], url: str, per_page: int = PER_PAGE) -> Iterator[tuple[Leaf, Sequence[_T]]]:
    """A list cut into pages; an empty list has one, which says so."""
    count = max(1, ceil(len(things) / per_page))
    for number in range(1, count + 1):
        yield Leaf(number, count, url), things[(number - 1) * per_page : number * per_page]


def _iso(day: Day | None) -> str:
    return day.isoformat() if day else ""


def changed(brief: Brief) -> str:
    """When a brief last changed, by its own front matter."""
    return _iso(brief.updated or brief.date)


def _newest(briefs: Iterable[Brief]) -> str:
    return max((changed(brief) for brief in briefs), default="")


def _all(graph: Graph) -> str:
    return _newest(told.brief for told in graph.told.values())


def standing(graph: Graph) -> list[Told]:
    """Briefs whose claims count, newest first."""
    return [told for told in graph.told.values() if told.stands]


def _claims(graph: Graph) -> list[Claim]:
    """Every claim that counts: contested first, then by who asserts it."""
    found = [claim for told in standing(graph) for claim in told.claims]
    return sorted(found, key=lambda c: (contest_rank(c), _asserter_name(c, graph), c.brief.id, c.number))


def _asserter_name(claim: Claim, graph: Graph) -> str:
    """By whom a claim is sorted; those that nobody named asserts come last."""
    return graph.actor(claim.asserters[0]).name.casefold() if claim.asserters else "\uffff"


def open_questions(graph: Graph) -> list[Asked]:
    """Questions that are open, the one asked longest ago first."""
    asked = [a for told in standing(graph) for a in told.questions if a.question.status == "open"]
    return sorted(asked, key=lambda a: (_iso(asked_on(a)), a.brief.id, a.number))


def asked_on(asked: Asked) -> Day | None:
    """When a question was first asked: its own date, else its brief's."""
    return asked.question.asked or asked.brief.date


def home(graph: Graph, site: Site) -> Iterator[View]:
    """The front page: the newest brief, what is open, what is contested, and more briefs."""
    told = list(graph.told.values())
    lead = next((t for t in told if t.stands), None)
    contested = [c for c in _claims(graph) if c.contest != "no recorded denial"]
    asked = open_questions(graph)
    shows = {
        "title": site.title,
        "description": site.description or "Briefs that show each claim with its speaker, its denials and its words.",
        "lead": lead,
        "asked": asked[:ON_HOME],
        "asked_count": len(asked),
        "contested": contested[:ON_HOME],
        "contested_count": len(contested),
        "claim_count": sum(len(t.claims) for t in told if t.stands),
        "briefs": told[: ON_HOME * 2],
        "brief_count": len(told),
    }
    yield View(urls.HOME, "home.html", shows, _all(graph))


def briefs(graph: Graph, site: Site) -> Iterator[View]:
    """Every brief, newest first."""
    told = list(graph.told.values())
    for leaf, part in leaves(told, urls.BRIEFS):
        shows = {
            "title": "Briefs",
            "description": f"All {len(told)} briefs, newest first, each with what is contested and what is open in it.",
            "briefs": part,
            "count": len(told),
            "leaf": leaf,
        }
        yield View(urls.numbered(urls.BRIEFS, leaf.number), "briefs.html", shows, _newest(t.brief for t in part))


def brief(graph: Graph, site: Site) -> Iterator[View]:
    """Each brief, and its grid of claims and denials."""
    for told in graph.told.values():
        entry = told.brief
        moments = timeline(told.claims, told.statements, graph.claims)
        shows = {
            "title": entry.title,
            "description": entry.summary or f"{apart(entry.title)}: who says what, who denies it, and what is open.",
            "told": told,
            "moments": moments,
            "chain": chain(told, graph),
            "parts": _parts(told, moments),
        }
        yield View(urls.brief(entry.id), "brief.html", shows, changed(entry), of=entry)
        if told.statements and entry.status != "withdrawn":
            grid = {
                "title": f"{apart(entry.title)}: claims and denials",
                "description": "Which denial meets which claim: denied, may cover, not addressed, or it came first.",
                "told": told,
                "rows": sorted(told.claims, key=contest_rank),
            }
            yield View(urls.brief_denials(entry.id), "brief-denials.html", grid, changed(entry), of=entry)


def _parts(told: Told, moments: Sequence[Moment]) -> tuple[tuple[str, str, int], ...]:
    """The sections of a brief for its contents list: id, name, and how many things stand there."""
    every = (
        ("facts", "Key facts", len(told.claims)),
        ("reading", "The desk’s reading", -1 if told.brief.body.strip() else 0),
        ("denials", "Denials", len(told.statements)),
        ("discrepancies", "Discrepancies", len(told.differences)),
        ("judgement", "Our judgement", len(told.judged)),
        ("questions", "Open questions", len(told.questions)),
        ("cast", "Actors", len(told.brief.actors)),
        ("timeline", "Timeline", len(moments)),
        ("sources", "Sources", len(told.brief.sources)),
        ("corrections", "Corrections", len(told.brief.corrections)),
    )
    return tuple(part for part in every if part[2] or part[0] in ("denials", "questions", "sources", "corrections"))


@dataclass(frozen=True, slots=True)
class Link:
    """One step on the way by which the first claim's words reached the desk."""

    step: str
    actors: tuple[str, ...]
    unnamed: str = ""
    note: str = ""


def chain(told: Told, graph: Graph) -> tuple[Link, ...]:
    """How the first claim reached the desk: its origin, who relayed it, who published it; empty without quotes."""
    if not told.claims or not told.claims[0].citations:
        return ()
    claim = told.claims[0]
    fact = claim.fact
    steps: list[Link] = []
    cited = list(reversed(fact.citing))
    inferred = "the step from there is our inference" if fact.citing_basis == "inferred" else ""
    for place, voices in enumerate([*((voice,) for voice in cited), fact.asserted_by]):
        if voices:
            unnamed = next((v.unnamed for v in voices if not isinstance(v, str)), "")
            relays = place > 0 and place == len(cited)
            steps.append(Link("Relayed by" if place else "Origin", named(voices), unnamed, inferred if relays else ""))
    publishers = _published_by(claim, graph)
    return (*steps, *publishers)


def _published_by(claim: Claim, graph: Graph) -> tuple[Link, ...]:
    found: dict[str, list[str]] = {}
    for citation in claim.citations:
        ledger = graph.ledgers.get(citation.source)
        if ledger is None:
            continue
        source = ledger.source
        if source.publisher != UNKNOWN:
            basis = {"inferred": "inferred for", "stated": "named in", "unknown": "unknown for"}[source.publisher_basis]
            actors = [source.publisher]
        else:
            basis, actors = "credited in", list(source.credits)
        for actor in actors:
            found.setdefault(actor, [])
            note = f"{basis} {citation.label}"
            if note not in found[actor]:
                found[actor].append(note)
    if not found:
        return ()
    notes = [note for each in found.values() for note in each]
    return (Link("Published by", tuple(found), note=", ".join(notes)),)


def actors(graph: Graph, site: Site) -> Iterator[View]:
    """The index of actors, and a dossier for each."""
    newest = _all(graph)
    listed = sorted(graph.dossiers.values(), key=lambda d: (d.actor.name.casefold(), d.actor.id))
    for leaf, part in leaves(listed, urls.ACTORS, PER_PAGE * 3):
        shows = {
            "title": "Actors",
            "description": f"The {len(listed)} people, offices and countries here, with their words and denials.",
            "dossiers": part,
            "count": len(listed),
            "leaf": leaf,
        }
        yield View(urls.numbered(urls.ACTORS, leaf.number), "actors.html", shows, newest)
    for dossier in graph.dossiers.values():
        yield from _dossier(dossier, graph)


SECTIONS: tuple[tuple[str, str, str], ...] = (
    ("denied", "Denied", "its denials, with the claims that they answer or may answer"),
    ("accused", "Accused of", "claims that accuse, contested first"),
    ("said", "Said", "claims of its own"),
    ("about", "Said about", "the rest of what is said about it"),
    ("disputed", "Denied by others", "its own claims that others deny"),
)


def _section(dossier: Dossier, name: str) -> Sequence[Claim | Statement]:
    found: dict[str, Sequence[Claim | Statement]] = {
        "denied": dossier.denied,
        "accused": dossier.accused_of,
        "said": dossier.said,
        "about": dossier.about,
        "disputed": dossier.denied_by_others,
    }
    return found[name]


def _dossier(dossier: Dossier, graph: Graph) -> Iterator[View]:
    actor = dossier.actor
    sections = [(name, title, note, _section(dossier, name)) for name, title, note in SECTIONS]
    claims = {c.key: c for c in (*dossier.said, *dossier.accused_of, *dossier.about)}
    moments = timeline(claims.values(), dossier.denied, graph.claims)
    modified = _newest(told.brief for told, _ in dossier.briefs)
    shows = {
        "title": actor.name,
        "description": f"What {apart(actor.name)} says and denies, what is said about it, by whom, and in which words.",
        "dossier": dossier,
        "sections": [(*section[:3], section[3][:ON_DOSSIER], len(section[3])) for section in sections],
        "moments": moments[:PER_PAGE],
        "moment_count": len(moments),
        "briefs": dossier.briefs[:ON_DOSSIER],
        "beside": dossier.beside[:ON_DOSSIER],
        "feed": urls.actor_feed(actor.id),
    }
    yield View(urls.actor(actor.id), "actor.html", shows, modified)
    for name, title, note, things in sections:
        if len(things) > ON_DOSSIER:
            yield from _long_list(dossier, name, f"{title}: {apart(actor.name)}", note, things, modified)
    if len(moments) > PER_PAGE:
        yield from _long_list(
            dossier, "timeline", f"Timeline: {apart(actor.name)}", "by the sources’ own dates", moments, modified
        )
    if len(dossier.briefs) > ON_DOSSIER:
        yield from _long_list(
            dossier, "briefs", f"Briefs: {apart(actor.name)}", "newest first", dossier.briefs, modified
        )


def _long_list(
    dossier: Dossier, name: str, title: str, note: str, things: Sequence[object], modified: str
) -> Iterator[View]:
    url = urls.actor_list(dossier.actor.id, name)
    for leaf, part in leaves(things, url):
        shows = {
            "title": title,
            "description": f"{title}: all {len(things)}, {note}.",
            "dossier": dossier,
            "name": name,
            "note": note,
            "things": part,
            "count": len(things),
            "leaf": leaf,
        }
        yield View(urls.numbered(url, leaf.number), "actor-list.html", shows, modified)


def sources(graph: Graph, site: Site) -> Iterator[View]:
    """The index of sources, and a page for each."""
    ledgers, newest = list(graph.ledgers.values()), _all(graph)
    for leaf, part in leaves(ledgers, urls.SOURCES, PER_PAGE * 3):
        shows = {
            "title": "Sources",
            "description": f"The {len(ledgers)} captured texts that these briefs rest on, and who published each.",
            "ledgers": part,
            "count": len(ledgers),
            "leaf": leaf,
        }
        yield View(urls.numbered(urls.SOURCES, leaf.number), "sources.html", shows, newest)
    for ledger in ledgers:
        capture = graph.content.captures.get(ledger.source.id)
        shows = {
            "title": _source_title(ledger.source.id, graph),
            "description": "Who published this text, what was cut from it, and what rests on which of its words.",
            "ledger": ledger,
            "capture": capture,
        }
        yield View(urls.source(ledger.source.id), "source.html", shows, _newest(ledger.briefs))


def _source_title(source: SourceId, graph: Graph) -> str:
    entry = graph.ledgers[source].source
    return entry.headline if entry.headline != UNKNOWN else f"Headline unknown ({source})"


def claims(graph: Graph, site: Site) -> Iterator[View]:
    """Every claim: contested first, then by who asserts it."""
    every = _claims(graph)
    counts, briefs_standing = words.contests(every), len(standing(graph))
    for leaf, part in leaves(every, urls.CLAIMS):
        shows = {
            "title": "Claims",
            "description": "Every claim with who makes it, what is said against it and how far it rests on one origin.",
            "groups": [(contest, count, [c for c in part if c.contest == contest]) for contest, count in counts],
            "count": len(every),
            "brief_count": briefs_standing,
            "leaf": leaf,
        }
        modified = _newest(c.brief for c in part)
        yield View(urls.numbered(urls.CLAIMS, leaf.number), "claims.html", shows, modified)


def denials(graph: Graph, site: Site) -> Iterator[View]:
    """Every denial with the claims that it meets, newest brief first."""
    every = [s for told in standing(graph) for s in told.statements]
    for leaf, part in leaves(every, urls.DENIALS):
        shows = {
            "title": "Denials",
            "description": "Every denial, the claims it is placed against or may cover, and what it leaves open.",
            "statements": part,
            "count": len(every),
            "leaf": leaf,
        }
        modified = _newest(s.brief for s in part)
        yield View(urls.numbered(urls.DENIALS, leaf.number), "denials.html", shows, modified)


def questions(graph: Graph, site: Site) -> Iterator[View]:
    """The board of questions: open ones, the oldest first; then those that were answered or withdrawn."""
    every = [a for told in standing(graph) for a in told.questions]
    closed = [a for status in ("answered", "withdrawn") for a in every if a.question.status == status]
    board = [*open_questions(graph), *closed]
    counts = {s: sum(a.question.status == s for a in every) for s in ("open", "answered", "withdrawn")}
    for leaf, part in leaves(board, urls.QUESTIONS):
        shows = {
            "title": "Open questions",
            "description": "What the briefs could not settle, what each question bears on, and what would answer it.",
            "groups": [(s, n, [a for a in part if a.question.status == s]) for s, n in counts.items()],
            "counts": counts,
            "leaf": leaf,
        }
        modified = _newest(a.brief for a in part)
        yield View(urls.numbered(urls.QUESTIONS, leaf.number), "questions.html", shows, modified)


def topics(graph: Graph, site: Site) -> Iterator[View]:
    """The index of topics, and the briefs of each."""
    found: dict[str, tuple[str, list[Told]]] = {}
    for told in graph.told.values():
        for topic in told.brief.topics:
            found.setdefault(slug(topic), (topic, []))[1].append(told)
    listed = [found[key] for key in sorted(found)]
    shows: dict[str, object] = {
        "title": "Topics",
        "description": "The topics of these briefs, and how many briefs each has.",
        "topics": listed,
    }
    yield View(urls.TOPICS, "topics.html", shows, _all(graph))
    for topic, told_of in listed:
        for leaf, part in leaves(told_of, urls.topic(topic)):
            name = words.first_upper(topic.replace("-", " "))
            shows = {
                "title": name,
                "description": f"Briefs on {apart(name.lower())}, newest first, each with what is contested and open.",
                "briefs": part,
                "count": len(told_of),
                "leaf": leaf,
            }
            url = urls.numbered(urls.topic(topic), leaf.number)
            yield View(url, "topic.html", shows, _newest(t.brief for t in part))


def times(graph: Graph, site: Site) -> Iterator[View]:
    """What is said to have happened when, over all briefs."""
    told = standing(graph)
    every = timeline((claim for t in told for claim in t.claims), (s for t in told for s in t.statements), graph.claims)
    for leaf, part in leaves(every, urls.TIMELINE):
        shows = {
            "title": "Timeline",
            "description": "What is said to have happened when, in the sources’ own words and with their gaps.",
            "moments": part,
            "count": len(every),
            "leaf": leaf,
        }
        modified = _newest(m.shows.brief for m in part)
        yield View(urls.numbered(urls.TIMELINE, leaf.number), "timeline.html", shows, modified)


def corrections(graph: Graph, site: Site) -> Iterator[View]:
    """Every correction, and every brief that was withdrawn or superseded, newest first."""
    every = [(told.brief, c) for told in graph.told.values() for c in told.brief.corrections]
    every.sort(key=lambda pair: _iso(pair[1].date), reverse=True)
    shows = {
        "title": "Corrections",
        "description": "What we wrote, what it says now, and why; and the briefs that were withdrawn or superseded.",
        "corrections": every,
        "retired": [told.brief for told in graph.told.values() if not told.stands],
    }
    yield View(urls.CORRECTIONS, "corrections.html", shows, _all(graph))


def method(graph: Graph, site: Site) -> Iterator[View]:
    """How counts and words are made."""
    shows = {
        "title": "Method",
        "description": "How claims, denials and sources are read, counted and worded here, and what is not claimed.",
    }
    yield View(urls.METHOD, "method.html", shows)


def pages(graph: Graph, site: Site) -> Iterator[View]:
    """The desk's own pages."""
    for page in graph.content.pages.values():
        shows = {
            "title": page.title,
            "description": page.description or f"{apart(page.title)}: {site.title}.",
            "page": page,
        }
        yield View(urls.page(page.id), "page.html", shows)


def moved(graph: Graph) -> list[tuple[str, str]]:
    """Every old address with the one it has now."""
    briefs, actors, sources = graph.content.briefs, graph.content.actors, graph.content.sources
    return [
        *((urls.brief(old), urls.brief(b.id)) for b in briefs.values() for old in b.redirect_from),
        *((urls.actor(old), urls.actor(a.id)) for a in actors.values() for old in a.redirect_from),
        *(
            (urls.source(old), urls.source(s.id))
            for s in sources.values()
            if s.id in graph.ledgers
            for old in s.redirect_from
        ),
    ]


def redirects(graph: Graph, site: Site) -> Iterator[View]:
    """Old addresses, which lead on."""
    for old, new in moved(graph):
        shows = {"title": "This page has moved", "description": "This page has another address now.", "to": new}
        yield View(old, "redirect.html", shows, listed=False)


def not_found(graph: Graph, site: Site) -> Iterator[View]:
    """What stands where nothing does."""
    shows = {"title": "Not here", "description": "There is no page at this address.", "is_anywhere": True}
    yield View(urls.NOT_FOUND, "404.html", shows, listed=False)


def feeds(graph: Graph, site: Site) -> Iterator[View]:
    """The feed of the site and one for each actor; only where the site has an address."""
    if not site.base_url:
        return
    told = standing(graph)
    shows = {"title": site.title, "about": urls.HOME, "told": told[:IN_FEED], "only": None}
    yield View(urls.FEED, "feed.xml", shows, _newest(t.brief for t in told), listed=False)
    for dossier in graph.dossiers.values():
        shown = [t for t, _ in dossier.briefs if t.stands][:IN_FEED]
        actor = dossier.actor
        shows = {
            "title": f"{apart(actor.name)} · {site.title}",
            "about": urls.actor(actor.id),
            "told": shown,
            "only": actor.id,
        }
        yield View(urls.actor_feed(actor.id), "feed.xml", shows, _newest(t.brief for t in shown), listed=False)


MakeViews = Callable[[Graph, Site], Iterable[View]]

VIEWS: tuple[MakeViews, ...] = (
    home,
    briefs,
    brief,
    actors,
    sources,
    claims,
    denials,
    questions,
    topics,
    times,
    corrections,
    method,
    pages,
    redirects,
    not_found,
    feeds,
)


def make(views: Iterable[MakeViews], graph: Graph, site: Site) -> list[View]:
    """All views of a site, and last its sitemap and robots file, which name the others."""
    made = [view for kind in views for view in kind(graph, site)]
    if site.base_url:
        listed = sorted((view.url, view.modified) for view in made if view.listed)
        made.append(View(urls.SITEMAP, "sitemap.xml", {"listed": listed}, listed=False))
    made.append(View(urls.ROBOTS, "robots.txt", {}, listed=False))
    return made
