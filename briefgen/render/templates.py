"""Views -> pages through Jinja templates: the desk's own first, then those of the default theme.

A desk changes one template by a file of the same name in its `templates/`; it may build on ours as
`{% extends "default/brief.html" %}`. Undefined names fail, and everything is escaped.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from traceback import walk_tb

from jinja2 import BaseLoader, Environment, StrictUndefined, TemplateNotFound, TemplateSyntaxError, UndefinedError
from markupsafe import Markup

from briefgen.model.dates import day_in_words, in_words
from briefgen.model.entries import Actor, Brief, DeskPage, Entry, Source
from briefgen.model.graph import Claim, Graph
from briefgen.model.problems import Place, Problem
from briefgen.model.scales import LIKELIHOODS
from briefgen.model.site import Page, Site, View
from briefgen.model.text import forbidden
from briefgen.render import markdown, urls, views, words
from briefgen.render.links import Links

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

    def list_templates(self) -> list[str]:
        """The names of all templates."""
        found = {
            path.relative_to(folder).as_posix()
            for folder in self.folders
            for path in folder.rglob("*")
            if path.is_file()
        }
        return sorted(found)


@dataclass(slots=True)
class Theme:
    """Renders views. Pieces that stand on several pages (a claim with its denials, a body) are made once."""

    site: Site
    graph: Graph
    links: Links
    folders: tuple[Path, ...]
    root: Path
    environment: Environment = field(init=False)
    _pieces: dict[object, Markup] = field(default_factory=dict)
    _bodies: dict[tuple[type, str], tuple[Markup, tuple[Problem, ...]]] = field(default_factory=dict)
    _met: list[Problem] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.environment = Environment(
            loader=ThemeLoader(self.folders, self.root),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
            keep_trailing_newline=True,
        )
        self.environment.filters |= {"day": day_in_words, "edtf": in_words, "upper_first": words.first_upper}
        self.environment.globals |= {
            "site": self.site,
            "graph": self.graph,
            "urls": urls,
            "words": words,
            "link": self.link,
            "absolute": lambda url: urls.absolute(url, self.site),
            "claim_html": self.claim,
            "body": self.body,
            "asked_on": views.asked_on,
            "standing": views.standing,
            "menu": sorted(self.graph.content.pages.values(), key=lambda p: (p.weight, p.id)),
            "static": {name: url for name, url, _ in self.static()},
            "marks": words.MARKS,
            "reaches": words.REACHES,
            "is_actor": lambda thing: isinstance(thing, str),
            "is_claim": lambda thing: isinstance(thing, Claim),
            "likelihoods": LIKELIHOODS,
        }

    def link(self, url: str) -> str:
        """An address as a link; see `urls`."""
        return urls.link(url, self.site)

    def claim(self, claim: Claim) -> Markup:
        """A claim with its denials, as it stands wherever it is shown."""
        made = self._pieces.get(claim.key)
        if made is None:
            module = self.environment.get_template("claim.html").module
            made = self._pieces[claim.key] = module.claim(claim)  # type: ignore[attr-defined]
        return made

    def body(self, entry: Brief | Actor | Source | DeskPage) -> Markup:
        """The HTML of an entry's Markdown; its problems go to the page that is being made."""
        key = (type(entry), str(entry.id))
        if key not in self._bodies:
            self._bodies[key] = markdown.render(
                entry.body,
                file=entry.place.file,
                first_line=entry.body_line,
                resolve=lambda text: self.links.resolve(text, entry if isinstance(entry, Brief) else None),
                spell=self.link,
                assets=frozenset(asset.name for asset in self.graph.content.assets),
            )
        html, problems = self._bodies[key]
        self._met += problems
        return html

    def static(self) -> Iterator[tuple[str, str, bytes]]:
        """The theme's other files: name, address and bytes; the style sheet's address carries its hash."""
        for name in STATIC:
            path = next((folder / name for folder in self.folders if (folder / name).is_file()), None)
            if path is not None:
                data = path.read_bytes()
                stem, dot, suffix = name.rpartition(".")
                yield name, f"{stem}.{sha256(data).hexdigest()[:10]}{dot}{suffix}" if suffix == "css" else name, data

    def render(self, view: View) -> Page:
        """One page. A template's error is a problem of that page, at the template's own line."""
        self._met = []
        try:
            html = self.environment.get_template(view.template).render(view=view, **view.shows)
        except TemplateSyntaxError as error:
            place = Place(self._name(error.filename or error.name or view.template), error.lineno, 1)
            return Page(urls.file_of(view.url), b"", (Problem(place, "template-error", str(error.message)),))
        except TemplateNotFound as error:
            place = Place(self._name(view.template))
            return Page(urls.file_of(view.url), b"", (Problem(place, "template-error", f"no template {error.name!r}"),))
        except (UndefinedError, TypeError, AttributeError, LookupError, ValueError, ArithmeticError) as error:
            return Page(urls.file_of(view.url), b"", (self._at_fault(error, view),))
        up = urls.base_path(self.site) if view.shows.get("is_anywhere") else urls.up(view.url)
        return Page(urls.file_of(view.url), html.replace(urls.ROOT, up).encode(), tuple(self._met))

    def _at_fault(self, error: Exception, view: View) -> Problem:
        """The problem of an error at run time: the last template on the way to it. An error of ours is not one."""
        files = {str(path) for folder in self.folders for path in folder.rglob("*") if path.is_file()}
        frames = [(frame.f_code.co_filename, line) for frame, line in walk_tb(error.__traceback__)]
        here = [(file, line) for file, line in frames if file in files]
        if not here or (frames[-1] != here[-1] and not isinstance(error, UndefinedError) and _is_ours(frames[-1][0])):
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


def _is_ours(file: str) -> bool:
    return bool(re.search(r"[\\/]briefgen[\\/](?!_templates)", file)) and file.endswith(".py")


def render(found: Iterable[View], theme: Theme) -> list[Page]:
    """All pages of a site: rendered views, the theme's static files, and the desk's assets."""
    pages = [theme.render(view) for view in found]
    pages += [Page(url, data) for _, url, data in theme.static()]
    pages += [Page(urls.asset(asset.name), asset.data) for asset in theme.graph.content.assets]
    return pages


def body_problems(entries: Iterable[Entry], theme: Theme) -> list[Problem]:
    """The problems in the bodies of entries that get no page."""
    theme._met = []
    for entry in entries:
        theme.body(entry)
    return list(theme._met)
