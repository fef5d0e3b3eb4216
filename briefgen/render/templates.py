"""Views -> pages through Jinja templates: the desk's own first, then those of the default theme.

A desk changes one template by a file of the same name in its `templates/`; it may build on ours as
`{% extends "default/brief.html" %}`. Undefined names fail, and everything is escaped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from pathlib import Path
from traceback import walk_tb
from types import SimpleNamespace
from typing import Any

from jinja2 import (
    BaseLoader,
    Environment,
    StrictUndefined,
    TemplateNotFound,
    TemplateSyntaxError,
    UndefinedError,
)
from markupsafe import Markup, escape

from briefgen.model.bidi import apart, unclosed, within
from briefgen.model.dates import day_in_words, in_words
from briefgen.model.entries import Entry
from briefgen.model.graph import Claim, Graph, Statement
from briefgen.model.headers import page_policy
from briefgen.model.problems import Place, Problem
from briefgen.model.scales import LIKELIHOODS
from briefgen.model.site import Page, PieceKey, Site, Traced, View
from briefgen.model.text import forbidden
from briefgen.render import urls, views, words
from briefgen.render.bodies import body_html, body_key
from briefgen.render.hosting import host_files
from briefgen.render.links import Links
from briefgen.render.pieces import PIECES
from briefgen.render.trace import ATTRIBUTES, WORDS, Made, Trace, word

DEFAULT = "default/"
STYLE, ICON, TOUCH_ICON = "style.css", "favicon.svg", "icon.png"
STATIC = (STYLE, ICON, TOUCH_ICON)
_LARGEST = 1 << 20


class ThemeLoader(BaseLoader):
    """Templates from theme folders only, the first that has one; `default/NAME` skips all but the last."""

    def __init__(self, folders: tuple[Path, ...], root: Path) -> None:
        self.folders, self.root = folders, root

    def find(self, name: str) -> Path | None:
        """The file of a template."""
        folders = self.folders[-1:] if name.startswith(DEFAULT) else self.folders
        bare = name.removeprefix(DEFAULT)
        if any(part in ("", "..", ".") for part in bare.split("/")):
            return None
        return next((folder / bare for folder in folders if (folder / bare).is_file()), None)

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        """The source of a template, checked as everything that comes in is."""
        path = self.find(template)
        if path is None:
            raise TemplateNotFound(template)
        if not any(path.resolve().is_relative_to(folder.resolve()) for folder in self.folders):
            raise TemplateSyntaxError("this link leads out of the theme", 1, template, str(path))
        data = path.read_bytes()[:_LARGEST]
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError as error:
            line = data[: error.start].count(b"\n") + 1
            raise TemplateSyntaxError("not UTF-8", line, template, str(path)) from error
        if bad := forbidden(text.replace("\r\n", "\n")):
            line = text[: bad.start()].count("\n") + 1
            raise TemplateSyntaxError("a control character cannot stand in a template", line, template, str(path))
        return text, str(path), lambda: True


class _Environment(Environment):
    """Jinja's environment, which tells of every word that a template reads."""

    def __init__(self, read: Callable[[object, str], None], **options: Any) -> None:
        super().__init__(**options)
        self._tell = read

    def getattr(self, obj: Any, attribute: str) -> Any:
        """An attribute or item of an object, as a template asks for it."""
        if attribute in ATTRIBUTES:
            self._tell(obj, attribute)
        try:
            return getattr(obj, attribute)
        except AttributeError:
            return super().getattr(obj, attribute)


class _AsIs(str):
    """A text that stands in an element that isolates it, and needs no isolation of its own."""

    __slots__ = ()


def _as_is(text: str) -> str:
    """A text letter for letter, for an element that isolates: `<bdi>{{ title|as_is }}</bdi>`."""
    return text if text.isascii() else _AsIs(within(text))


def _finalized(value: object) -> object:
    """What every template prints: a text that nothing else keeps apart turns nothing around that stands beside it."""
    if isinstance(value, str) and not isinstance(value, Markup | _AsIs) and unclosed(value):
        return apart(value)
    return value


@dataclass(slots=True)
class Theme:
    """Renders views. Pieces that stand on several pages (a claim with its denials, a body) are made once."""

    site: Site
    graph: Graph
    links: Links
    folders: tuple[Path, ...]
    root: Path
    environment: Environment = field(init=False)
    _pieces: dict[PieceKey, Made] = field(default_factory=dict)
    _met: list[Problem] = field(default_factory=list)
    _trace: Trace = field(default_factory=Trace)
    _fresh: list[PieceKey] = field(default_factory=list)  # pieces first made for the page that is being made
    _assets: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        self._assets = frozenset(asset.name for asset in self.links.whole.content.assets)
        self.environment = _Environment(
            self._read,
            loader=ThemeLoader(self.folders, self.root),
            autoescape=True,
            undefined=StrictUndefined,
            finalize=_finalized,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
            keep_trailing_newline=True,
        )
        self.environment.filters |= self._filters()
        self.environment.tests["claim"] = lambda thing: isinstance(thing, Claim)
        self.environment.tests["written"] = lambda entry: bool(entry.body.strip())
        self.environment.globals |= {
            "site": self.site,
            "policy": page_policy(),
            "graph": self.graph,
            "urls": urls,
            "words": self._traced_words(),
            "absolute": lambda url: urls.absolute(url, self.site),
            "body": self.body,
            "menu": sorted(self.graph.content.pages.values(), key=lambda p: (p.weight, p.id)),
            "static": {name: url for name, url, _ in self.static()},
            "marks": words.MARKS,
            "reaches": words.REACHES,
            "likelihoods": LIKELIHOODS,
        }

    def _filters(self) -> dict[str, Callable[..., object]]:
        """What templates say of a thing as `thing|filter`: a filter is called straight away, a function is not."""
        site, link = self.site, self.link
        pieces = {f"{name}_html": partial(self.piece, name) for name in PIECES}
        return pieces | {
            "as_is": _as_is,
            "apart": apart,
            "day": day_in_words,
            "edtf": in_words,
            "upper_first": words.first_upper,
            "numbered": words.numbered,
            "stance": words.stance,
            "done_by": words.done_by,
            "about_answer": words.about_answer,
            "what_is_said": words.what_is_said,
            "quotes_line": words.quotes_line,
            "asked_on": views.asked_on,
            "section": urls.section,
            "name": lambda actor: self.graph.actor(actor).name,
            "link": link,
            "href": lambda thing: urls.link(urls.of(thing), site),
            "fact_href": lambda key: urls.link(urls.fact(key), site),
            "brief_href": lambda brief: urls.link(urls.brief(brief), site),
            "actor_href": lambda actor: urls.link(urls.actor(actor), site),
            "source_href": lambda source: urls.link(urls.source(source), site),
            "quote_href": lambda citation: urls.link(urls.quote(citation.source, citation.span), site),
            "label": self._label,
        }

    def _traced_words(self) -> SimpleNamespace:
        """The module of words; what reads an entry's own words is traced."""
        told = {name: thing for name, thing in vars(words).items() if not name.startswith("_")}
        return SimpleNamespace(**told | {"label": self._label, "statement_label": self._statement_label})

    def _label(self, claim: Claim) -> str:
        self._read(claim.fact, "label")
        return words.label(claim)

    def _statement_label(self, statement: Statement, names: str) -> str:
        self._read(statement.denial, "label")
        return words.statement_label(statement, names)

    def _read(self, thing: object, attribute: str) -> None:
        """Note that a template reads a word."""
        if attribute in WORDS.get(type(thing), ()):
            self._trace.words.add(word(thing, attribute))  # type: ignore[arg-type]

    def link(self, url: str) -> str:
        """An address as a link; see `urls`."""
        return urls.link(url, self.site)

    def piece(self, name: str, thing: object) -> Markup:
        """What a macro makes of a thing: made once for its key, and the same on every page."""
        piece = PIECES[name]
        key = (name, piece.key(thing))

        def make() -> tuple[Markup, tuple[Problem, ...]]:
            html = getattr(self.environment.get_template(piece.template).module, name)(thing)
            assert isinstance(html, Markup)
            return html, ()

        return self._once(key, make)

    def made(self, name: str, key: object) -> Made:
        """A piece by its key, with the words that it shows."""
        self.piece(name, PIECES[name].find(self.graph, key))
        return self._pieces[name, key]

    def body(self, entry: Entry) -> Markup:
        """The HTML of an entry's Markdown; its problems go to the page that is being made."""

        def make() -> tuple[Markup, tuple[Problem, ...]]:
            made = body_html(entry, self.links, self.site, self._assets)
            self._trace.words |= made.words
            return made.html, made.problems

        return self._once(body_key(entry), make)

    def _once(self, key: PieceKey, make: Callable[[], tuple[Markup, tuple[Problem, ...]]]) -> Markup:
        """A piece, made where it is not made yet; what it reads counts for whatever it stands in."""
        made = self._pieces.get(key)
        if made is None:
            outer, self._trace = self._trace, Trace()
            html, problems = make()
            made = self._pieces[key] = Made(key, html, frozenset(self._trace.words), problems)
            self._trace = outer
            self._fresh.append(key)
        self._trace.take(made)
        self._met += made.problems
        return made.html

    def static(self) -> Iterator[tuple[str, str, bytes]]:
        """The theme's other files: name, address and bytes; the style sheet's address carries its hash."""
        for name in STATIC:
            path = next((folder / name for folder in self.folders if (folder / name).is_file()), None)
            if path is not None:
                data = path.read_bytes()
                stem, dot, suffix = name.rpartition(".")
                yield name, f"{stem}.{sha256(data).hexdigest()[:10]}{dot}{suffix}" if suffix == "css" else name, data

    def style(self) -> str:
        """The file of the style sheet; empty where there is none."""
        return next((url for name, url, _ in self.static() if name == STYLE), "")

    def render(self, view: View) -> Page:
        """One page. A template's error is a problem of that page, at the template's own line."""
        self._met, self._fresh = [], []
        self._trace = Trace(is_page=True)
        if view.of is not None:
            self._trace.words |= {word(view.of, name) for name in ("title", "summary")}
        path = urls.file_of(view.url)
        try:
            html = self.environment.get_template(view.template).render(view=view, **view.shows)
        except TemplateSyntaxError as error:
            place = Place(self._name(error.filename or error.name or view.template), error.lineno, 1)
            return Page(path, b"", (Problem(place, "template-error", str(error.message)),))
        except TemplateNotFound as error:
            place = Place(self._name(view.template))
            return Page(path, b"", (Problem(place, "template-error", f"no template {error.name!r}"),))
        except (UndefinedError, TypeError, AttributeError, LookupError, ValueError, ArithmeticError) as error:
            return Page(path, b"", (self._at_fault(error, view),))
        up = str(escape(urls.base_path(self.site))) if view.shows.get("is_anywhere") else urls.up(view.url)
        links = frozenset(urls.targets(html)) if path.endswith(".html") else frozenset()
        return Page(path, html.replace(urls.ROOT, up).encode(), tuple(self._met), links, self._traced())

    def _traced(self) -> Traced:
        made = ((key, self._pieces[key].words) for key in self._fresh)
        return Traced(
            frozenset(self._trace.words),
            tuple(self._trace.pieces.items()),
            tuple((key, words) for key, words in made if words),
        )

    def _at_fault(self, error: Exception, view: View) -> Problem:
        """The problem of an error at run time, at the last template on the way to it. A bug of ours is raised again."""
        files = {str(path) for folder in self.folders for path in folder.rglob("*") if path.is_file()}
        frames = [(frame.f_code.co_filename, line) for frame, line in walk_tb(error.__traceback__)]
        here = [(file, line) for file, line in frames if file in files]
        is_ours = bool(here) and Path(here[-1][0]).is_relative_to(
            self.folders[-1]
        )  # the default theme's, not the desk's
        if not here or (is_ours and not isinstance(error, UndefinedError)):
            raise error
        rule = "undefined-name" if isinstance(error, UndefinedError) else "template-error"
        place = Place(self._name(here[-1][0]), here[-1][1], 1)
        return Problem(place, rule, f"{error} (on the page {urls.file_of(view.url)})")

    def _name(self, file: str) -> str:
        """A template's file as problems name it."""
        path = Path(file)
        for base in (self.root, *(folder.parent for folder in self.folders)):
            if path.is_absolute() and path.is_relative_to(base):
                return path.relative_to(base).as_posix()
        return f"templates/{file}"


def fixed(theme: Theme) -> list[Page]:
    """What a site holds beside its views: the theme's static files, the desk's assets, what its host reads."""
    return [
        *(Page(url, data) for _, url, data in theme.static()),
        *(Page(urls.asset(asset.name), asset.data) for asset in theme.graph.content.assets),
        *host_files(theme.site, theme.style(), views.moved(theme.graph)),
    ]


def body_problems(entries: Iterable[Entry], theme: Theme) -> list[Problem]:
    """The problems in the bodies of entries that get no page."""
    theme._met = []
    for entry in entries:
        theme.body(entry)
    return list(theme._met)
