"""`briefgen.toml` -> Project: where a site's files are, what every page knows, which warnings are settled."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args

import briefgen
from briefgen.model.audience import Audience
from briefgen.model.entries import MARKINGS, Marking
from briefgen.model.problems import BriefgenError, Place, Problem, did_you_mean
from briefgen.model.site import Hosting, Links, Site
from briefgen.model.text import lines_of
from briefgen.project.addresses import site_address
from briefgen.project.values import KINDS, Kind, one_of

SETTINGS = "briefgen.toml"
TEMPLATES = "templates"
DeployKind = Literal["folder", "git", "rsync", "s3", "netlify", "cloudflare"]
# Keys by table: what each wants. Tables that other commands read are known here and taken as they are.
TABLES: Mapping[str, Mapping[str, Kind]] = {
    "": {"hosting": one_of(get_args(Hosting)), "links": one_of(get_args(Links)), "plugins": KINDS["modules"]},
    "site": {
        "title": KINDS["text"],
        "base_url": KINDS["address"],
        "language": KINDS["language"],
        "description": KINDS["text"],
        "max_marking": one_of(MARKINGS),
        "raw_assets": KINDS["texts"],
    },
    "checks": {"allow": KINDS["allowances"]},
    "extract": {"model": KINDS["text"]},
    "deploy": {},
}
# Keys of each [deploy.NAME].
DEPLOY: Mapping[str, Kind] = {
    "kind": one_of(get_args(DeployKind)),
    "to": KINDS["place"],
    "base_url": KINDS["address"],
    "branch": KINDS["branch"],
    "message": KINDS["text"],
    "ssh": KINDS["texts"],
    "region": KINDS["word"],
    "endpoint": KINDS["address"],
    "max_deletes": KINDS["number"],
    "verify": KINDS["address"],
}
_NAME = re.compile(r"[A-Za-z0-9_-]+")
_HOSTED = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]*")
_LARGEST = 1 << 20
_SECRET = re.compile(r"secret|password|passwd|token|credential|access_?key|api_?key", re.I)


@dataclass(frozen=True, slots=True)
class Allowance:
    """A warning settled for good: its rule, and the file, or file and id, at which it is allowed."""

    rule: str
    at: str


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a site is deployed to: its name in the settings, what kind of place it is, and where."""

    name: str
    kind: DeployKind
    to: str
    base_url: str = ""
    branch: str = "gh-pages"
    message: str = "Publish the site"
    ssh: tuple[str, ...] = ()
    region: str = ""
    endpoint: str = ""
    max_deletes: int = 100
    verify: str = ""


@dataclass(frozen=True, slots=True)
class Project:
    """A desk's folder with its settings. Paths are absolute."""

    root: Path
    site: Site
    audience: Audience
    content: Path
    output: Path
    templates: Path
    state: Path
    allow: tuple[Allowance, ...] = ()
    plugins: tuple[str, ...] = ()
    raw_assets: tuple[str, ...] = ()  # names of assets, or patterns, that are copied whatever they are
    model: str = ""  # the language model that drafting reads with
    destinations: Mapping[str, Destination] = field(default_factory=dict)
    settings: Path = Path(SETTINGS)
    problems: tuple[Problem, ...] = ()

    @property
    def has_own_templates(self) -> bool:
        """Whether the desk has templates beside the default theme's; a style sheet or an icon is none."""
        folders = theme_folders(self)
        own = folders[0].rglob("*") if len(folders) > 1 else ()
        return any(path.suffix in (".html", ".xml", ".txt") for path in own)


def find_root(start: Path) -> Path:
    """The nearest folder from `start` upward that holds a `briefgen.toml`.

    Raises BriefgenError where there is none.
    """
    for folder in (start, *start.parents):
        if (folder / SETTINGS).is_file():
            return folder
    hint = "Go to the folder of your site, or name it with -C. A new site begins with an empty file of that name."
    raise BriefgenError(f"no {SETTINGS} in {start} or in a folder above it", hint)


def load(root: Path, settings: Path | None = None) -> Project:
    """Read a project's settings. What is wrong with them stands in `problems`.

    Raises BriefgenError where the file cannot be read at all.
    """
    path = settings or root / SETTINGS
    try:
        if path.stat().st_size > _LARGEST or not path.is_file():
            raise BriefgenError(f"cannot read {path}: these are no settings")
        text = path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BriefgenError(f"cannot read {path}: {getattr(error, 'strerror', None) or 'not UTF-8'}") from error
    name = path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name
    try:
        data = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # tomllib lets through what int() and the stack say
        return _project(path, root, {}, (_broken(error, name),))
    problems = tuple(_complaints(data, _Where(name, lines_of(text))))
    out = tuple(Problem(Place(link), "template-error", _OUTSIDE) for link in _links_out(root / TEMPLATES, root))
    return _project(path, root, data if not problems else {}, (*problems, *out))


_OUTSIDE = "this link leads out of the project; nothing outside it is read"


def _links_out(folder: Path, root: Path) -> Iterator[str]:
    """The links in a folder that lead out of the project; the folder itself alone, where it is such a link."""
    inside = os.path.realpath(root) + os.sep

    def leads_out(path: str) -> bool:
        return os.path.islink(path) and not f"{os.path.realpath(path)}{os.sep}".startswith(inside)

    below = (os.path.join(here, name) for here, *names in os.walk(folder) for name in (*names[0], *names[1]))
    for path in [str(folder)] if leads_out(str(folder)) else sorted(filter(leads_out, below)):
        yield os.path.relpath(path, root).replace(os.sep, "/")


def without_address(project: Project) -> list[Problem]:
    """The note that a site without an address leaves out what needs one."""
    if project.site.base_url:
        return []
    message = "the site has no `base_url`: feeds, sitemap and canonical addresses are left out"
    hint = 'Say where it will stand: base_url = "https://desk.example/", or -b.'
    return [Problem(Place(SETTINGS), "no-base-url", message, "note", hint)]


def settled(problems: Iterable[Problem], project: Project) -> list[Problem]:
    """Problems without the warnings and notes that the settings allow."""
    allowed = {(each.rule, each.at) for each in project.allow}
    return [p for p in problems if p.severity == "error" or not _is_allowed(p, allowed)]


def _is_allowed(problem: Problem, allowed: set[tuple[str, str]]) -> bool:
    place = problem.place
    return any((problem.rule, at) in allowed for at in (place.file, f"{place.file}:{place.line}", "*"))


def theme_folders(project: Project) -> tuple[Path, ...]:
    """Where templates are looked for: the desk's own folder, even if it has none, then the program's default theme.

    A folder from which a link leads out of the project is not looked into.
    """
    package = Path(briefgen.__file__).parent
    default = next(f for f in (package / "_templates", package.parent / "templates") if f.is_dir())
    own = project.templates
    is_apart = own.resolve() != default.resolve() and next(_links_out(own, project.root), None) is None
    return (own, default) if is_apart else (default,)


def _project(path: Path, root: Path, data: Mapping[str, Any], problems: tuple[Problem, ...]) -> Project:
    told = data.get("site", {})
    site = Site(
        title=str(told.get("title", "Briefs")),
        base_url=_address(told),
        language=str(told.get("language", "en")),
        description=str(told.get("description", "")),
        links=data.get("links", "directory"),
        hosting=data.get("hosting", "none"),
    )
    most: Marking = told.get("max_marking", "TLP:CLEAR")
    allowed = data.get("checks", {}).get("allow", [])
    return Project(
        root=root,
        site=site,
        audience=Audience(max_marking=most),
        content=root / "content",
        output=root / "site",
        templates=root / TEMPLATES,
        state=root / ".briefgen",
        allow=tuple(Allowance(each["rule"], each["at"]) for each in allowed),
        plugins=tuple(data.get("plugins", ())),
        raw_assets=tuple(told.get("raw_assets", ())),
        model=str(data.get("extract", {}).get("model", "")),
        destinations={name: _destination(name, table) for name, table in data.get("deploy", {}).items()},
        settings=path,
        problems=problems,
    )


def _destination(name: str, table: Mapping[str, Any]) -> Destination:
    return Destination(name, **{**table, "base_url": _address(table), "ssh": tuple(table.get("ssh", ()))})


def _address(table: Mapping[str, Any]) -> str:
    """The address of the site that a table names, in its usual spelling."""
    return site_address(table["base_url"]) if table.get("base_url") else ""


def _broken(error: Exception, name: str) -> Problem:
    found = re.search(r"^(.*) \(at line (\d+), column (\d+)\)$", str(error))
    place = Place(name, int(found[2]), int(found[3])) if found else Place(name)
    return Problem(place, "bad-settings", f"not TOML: {found[1] if found else error}")


@dataclass(frozen=True, slots=True)
class _Where:
    """The lines of a settings file, to find a key in."""

    name: str
    lines: list[str]

    def place(self, table: str, key: str = "") -> Place:
        """Where a key of a table stands, dotted and inline ones too; else what comes nearest to it."""
        wanted = [*filter(None, (*table.split("."), key))]
        nearest, current = Place(self.name, 1, 1), list[str]()
        for number, text in enumerate(self.lines, 1):
            if head := _HEAD.match(text):
                current = _names(head[1])
                here = Place(self.name, number, 1, len(text.rstrip()))
                if current == wanted or (not key and current[: len(wanted)] == wanted):
                    return here
                nearest = here if current and wanted[: len(current)] == current else nearest
            elif found := _KEY.match(text):
                names = [*current, *_names(found[1])]
                here = Place(self.name, number, found.start(1) + 1, len(found[1]))
                if names == wanted:
                    return here
                if wanted[: len(names)] == names:
                    inside = re.compile(rf"[{{,]\s*({re.escape(wanted[-1])})\s*=").search(text, found.end())
                    nearest = Place(self.name, number, inside.start(1) + 1, len(inside[1])) if inside else here
        return nearest


def _names(dotted: str) -> list[str]:
    """The parts of a dotted key."""
    return [part.strip("\"'") for part in _PART.findall(dotted)]


_PART = re.compile(r"[\w-]+|\"[^\"]*\"|'[^']*'")
_DOTTED = rf"((?:{_PART.pattern})(?:\s*\.\s*(?:{_PART.pattern}))*)"
_HEAD = re.compile(rf"\s*\[+\s*{_DOTTED}\s*\]+\s*(?:#|$)")
_KEY = re.compile(rf"\s*{_DOTTED}\s*=")


def _complaints(data: Mapping[str, Any], where: _Where) -> Iterator[Problem]:
    for key, value in data.items():
        if key and key in TABLES:
            if not isinstance(value, dict):
                yield Problem(where.place("", key), "bad-settings", f"`{key}` is a table: write `[{key}]`")
                continue
            for name, given in value.items() if TABLES[key] else ():
                yield from _complaint(key, name, given, where)
            if key == "deploy":
                yield from _deploy_complaints(value, where)
        elif isinstance(value, dict):
            yield _unknown(where.place(key), f"[{key}]", key, TABLES)
        else:
            yield from _complaint("", key, value, where)


def _deploy_complaints(tables: Mapping[str, Any], where: _Where) -> Iterator[Problem]:
    for name, table in tables.items():
        head = f"deploy.{name}"
        if not _NAME.fullmatch(name):
            message = f"{name!r} cannot be the name of a destination: letters, digits, - and _ can"
            yield Problem(where.place("deploy"), "bad-settings", message)
        if not isinstance(table, dict):
            yield Problem(where.place("deploy", name), "bad-settings", f"write `[{head}]`, and its keys below")
            continue
        for key, value in table.items():
            if _SECRET.search(key):
                hint = "Leave it to the environment, to ssh-agent or to git's own helper."
                yield Problem(
                    where.place(head, key), "bad-settings", f"`{key}`: no secret stands in settings", hint=hint
                )
            else:
                yield from _complaint(head, key, value, where)
        for key in ("kind", "to"):
            if key not in table:
                yield Problem(where.place(head), "bad-settings", f"`[{head}]` has no `{key}`")
        if re.search(r"://[^/@]*:[^/]*@", str(table.get("to", ""))):
            yield Problem(
                where.place(head, "to"), "bad-settings", "`to` holds a password: no secret stands in settings"
            )
        if table.get("kind") in ("netlify", "cloudflare") and not _HOSTED.fullmatch(str(table.get("to", "x"))):
            message = f"`to` is what {table['kind']} calls the site: letters, digits, - and ."
            yield Problem(where.place(head, "to"), "bad-settings", message)


def _complaint(table: str, key: str, value: object, where: _Where) -> Iterator[Problem]:
    place = where.place(table, key)
    known = DEPLOY if table.startswith("deploy.") else TABLES[table]
    wanted = known.get(key)
    if wanted is None:
        yield _unknown(place, f"`{key}`", key, {*known, *((*TABLES,) if not table else ())})
    elif found := wanted.wrong(key, value):
        yield Problem(place, "bad-settings", found[0], hint=found[1])


def _unknown(place: Place, shown: str, key: str, known: object) -> Problem:
    names = [name for name in known if name] if isinstance(known, dict | set) else []
    hint = did_you_mean(key, names) or f"known here: {', '.join(sorted(names))}"
    return Problem(place, "bad-settings", f"no setting {shown}", hint=hint)
