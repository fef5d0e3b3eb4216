"""`briefgen.toml` -> Project: where a site's files are, what every page knows, which warnings are settled."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args
from urllib.parse import urlsplit

import briefgen
from briefgen.model.audience import Audience
from briefgen.model.entries import MARKINGS, Marking
from briefgen.model.problems import BriefgenError, Place, Problem, did_you_mean
from briefgen.model.site import Hosting, Links, Site

SETTINGS = "briefgen.toml"
DeployKind = Literal["folder", "git", "rsync", "s3", "netlify", "cloudflare"]
# Keys by table: what each wants. Tables that other commands read are known here and taken as they are.
TABLES: Mapping[str, Mapping[str, str]] = {
    "": {"hosting": "one of", "links": "one of", "plugins": "list"},
    "site": {
        "title": "text",
        "base_url": "address",
        "language": "text",
        "description": "text",
        "max_marking": "one of",
    },
    "checks": {"allow": "allowances"},
    "extract": {"model": "text"},
    "deploy": {},
}
# Keys of each [deploy.NAME].
DEPLOY: Mapping[str, str] = {
    "kind": "one of",
    "to": "text",
    "base_url": "address",
    "branch": "text",
    "message": "text",
    "ssh": "list",
    "region": "text",
    "endpoint": "text",
    "max_deletes": "number",
    "verify": "address",
}
_SECRET = re.compile(r"secret|password|passwd|token|credential|access_?key|api_?key", re.I)
CHOICES: Mapping[str, tuple[str, ...]] = {
    "hosting": get_args(Hosting),
    "links": get_args(Links),
    "max_marking": MARKINGS,
    "kind": get_args(DeployKind),
}


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
    model: str = ""  # the language model that drafting reads with
    destinations: Mapping[str, Destination] = field(default_factory=dict)
    settings: Path = Path(SETTINGS)
    problems: tuple[Problem, ...] = ()

    @property
    def compiled(self) -> Path:
        """Where templates are kept as they were compiled."""
        return self.state / "memory" / "templates"


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
        text = path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BriefgenError(f"cannot read {path}: {getattr(error, 'strerror', None) or 'not UTF-8'}") from error
    name = path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return _project(path, root, {}, (_broken(error, name),))
    problems = tuple(_complaints(data, _Where(name, text.splitlines())))
    return _project(path, root, data if not problems else {}, problems)


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
    """Where templates are looked for: the desk's own folder, then the default theme that comes with the program."""
    package = Path(briefgen.__file__).parent
    default = next(f for f in (package / "_templates", package.parent / "templates") if f.is_dir())
    own = project.templates
    return (own, default) if own.is_dir() and own.resolve() != default.resolve() else (default,)


def _project(path: Path, root: Path, data: Mapping[str, Any], problems: tuple[Problem, ...]) -> Project:
    told = data.get("site", {})
    address = str(told.get("base_url", ""))
    site = Site(
        title=str(told.get("title", "Briefs")),
        base_url=address if not address or address.endswith("/") else f"{address}/",
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
        templates=root / "templates",
        state=root / ".briefgen",
        allow=tuple(Allowance(each["rule"], each["at"]) for each in allowed),
        plugins=tuple(data.get("plugins", ())),
        model=str(data.get("extract", {}).get("model", "")),
        destinations={name: _destination(name, table) for name, table in data.get("deploy", {}).items()},
        settings=path,
        problems=problems,
    )


def _destination(name: str, table: Mapping[str, Any]) -> Destination:
    return Destination(name, **{**table, "ssh": tuple(table.get("ssh", ()))})


def _broken(error: tomllib.TOMLDecodeError, name: str) -> Problem:
    found = re.search(r"^(.*) \(at line (\d+), column (\d+)\)$", str(error))
    place = Place(name, int(found[2]), int(found[3])) if found else Place(name)
    return Problem(place, "bad-settings", f"not TOML: {found[1] if found else error}")


@dataclass(frozen=True, slots=True)
class _Where:
    """The lines of a settings file, to find a key in."""

    name: str
    lines: list[str]

    def place(self, table: str, key: str = "") -> Place:
        """Where a key of a table stands; the table's own head where no key is named; the file, failing that."""
        inside = table == ""
        for number, line in enumerate(self.lines, 1):
            head = re.match(r"\s*\[+\s*([\w.\-]+)\s*\]+", line)
            if head:
                inside = head[1] == table or head[1].startswith(f"{table}.") if table else False
                if inside and not key:
                    return Place(self.name, number, 1, len(line.rstrip()))
            elif inside and key and (found := re.match(rf"\s*(\"?{re.escape(key)}\"?)\s*=", line)):
                return Place(self.name, number, found.start(1) + 1, len(found[1]))
        return Place(self.name)


def _complaints(data: Mapping[str, Any], where: _Where) -> Iterator[Problem]:
    for key, value in data.items():
        if key in TABLES:
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
        if "@" in str(table.get("to", "")) and "://" in str(table.get("to", "")):
            user = urlsplit(str(table["to"])).netloc.rpartition("@")[0]
            if ":" in user:
                yield Problem(
                    where.place(head, "to"), "bad-settings", "`to` holds a password: no secret stands in settings"
                )


def _complaint(table: str, key: str, value: object, where: _Where) -> Iterator[Problem]:
    place = where.place(table, key)
    known = DEPLOY if table.startswith("deploy.") else TABLES[table]
    wanted = known.get(key)
    if wanted is None:
        yield _unknown(place, f"`{key}`", key, {*known, *((*TABLES,) if not table else ())})
    elif wanted == "one of" and value not in CHOICES[key]:
        hint = did_you_mean(str(value), CHOICES[key])
        message = f"{value!r} is no `{key}`; known are: {', '.join(CHOICES[key])}"
        yield Problem(place, "bad-settings", message, hint=hint)
    elif wanted in ("text", "address") and not isinstance(value, str):
        yield Problem(place, "bad-settings", f"`{key}` wants a text in quotes")
    elif wanted == "address" and value and not is_address(str(value)):
        message = f"{value!r} is not the address of a site"
        yield Problem(
            place, "bad-settings", message, hint="For example https://desk.example/ or https://host.example/desk/."
        )
    elif wanted == "number" and (not isinstance(value, int) or isinstance(value, bool) or value < 0):
        yield Problem(place, "bad-settings", f"`{key}` wants a whole number")
    elif wanted == "list" and not (isinstance(value, list) and all(isinstance(each, str) for each in value)):
        yield Problem(place, "bad-settings", f"`{key}` wants a list of texts")
    elif wanted == "allowances" and not _are_allowances(value):
        yield Problem(place, "bad-settings", '`allow` wants a list of {rule = "...", at = "..."}')


def _unknown(place: Place, shown: str, key: str, known: object) -> Problem:
    names = [name for name in known if name] if isinstance(known, dict | set) else []
    hint = did_you_mean(key, names) or f"known here: {', '.join(sorted(names))}"
    return Problem(place, "bad-settings", f"no setting {shown}", hint=hint)


def is_address(text: str) -> bool:
    """Whether a text is the address of a site: http or https, a host, no query and no fragment."""
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.query and not parts.fragment
    except ValueError:
        return False


def _are_allowances(value: object) -> bool:
    return isinstance(value, list) and all(
        isinstance(each, dict) and each.keys() == {"rule", "at"} and all(isinstance(v, str) for v in each.values())
        for each in value
    )
