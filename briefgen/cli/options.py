"""Options that mean the same everywhere, and the way from what was typed to values."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from briefgen.model.audience import Audience
    from briefgen.model.entries import Marking
    from briefgen.project.settings import Project


_F = TypeVar("_F", bound=Callable[..., Any])


def _options(*options: Callable[[_F], _F]) -> Callable[[_F], _F]:
    def decorate(function: _F) -> _F:
        for option in reversed(options):
            function = option(function)
        return function

    return decorate


def _or_before(context: click.Context, option: click.Parameter, value: str | None) -> str | None:
    """An option's value; where it is not given after the command, that from before it."""
    before: str | None = (context.obj or {}).get(option.name)
    return value if value is not None else before


PROJECT = _options(
    click.option("-C", "folder", metavar="DIR", callback=_or_before, help="The site's folder."),
    click.option("-c", "--config", metavar="FILE", callback=_or_before, help="Settings other than briefgen.toml."),
)
AUDIENCE = _options(
    click.option("-D", "--drafts", is_flag=True, help="Show drafts, briefs in review and proposals."),
    click.option("--future", is_flag=True, help="Show briefs dated later than now."),
    click.option("--max-marking", metavar="TLP", help="Show up to this marking, e.g. TLP:GREEN."),
)
SITE = _options(
    click.option("-o", "--output", metavar="DIR", help="Where the site goes; site/ by default."),
    click.option("-b", "--base-url", metavar="URL", help="The address at which the site will stand."),
)
JOBS = click.option("-j", "--jobs", type=click.IntRange(1), metavar="N", help="Processes; all cores by default.")
QUIET = click.option("-q", "--quiet", is_flag=True, help="Print problems only.")
REPORT = _options(
    click.option("--strict", is_flag=True, help="Warnings stop it too."),
    click.option("--json", "as_json", is_flag=True, help="Problems as JSON, one object."),
    click.option("-q", "--quiet", is_flag=True, help="Print problems only."),
    click.option("-v", "--verbose", is_flag=True, help="Print every problem, and how long each step took."),
    click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto", help="Colour the output."),
)


def names_of(kind: str) -> Callable[[click.Context, click.Parameter, str], list[str]]:
    """What a shell completes: names of briefs, sources, actors or destinations of the desk where one is."""

    def complete(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
        from briefgen.model.problems import BriefgenError
        from briefgen.project.settings import find_root, load

        try:
            root = find_root(Path(context.params.get("folder") or ".").resolve())
            known = (p.stem for p in (root / "content" / kind).glob("*.md"))
            names = sorted(load(root).destinations if kind == "destinations" else known)
        except (BriefgenError, OSError):
            return []
        return [name for name in names if name.startswith(incomplete)]

    return complete


class Command(click.Command):
    """A command whose usage errors exit with 2, as click's do, and whose own errors are one clear sentence.

    `failed` is its exit status where the system refuses what it wants.
    """

    def __init__(self, *arguments: Any, failed: int = 2, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._failed = failed

    def invoke(self, ctx: click.Context) -> Any:
        from briefgen.cli.ending import ended

        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            ctx.exit(ended(error, self._failed))


def project_of(given: dict[str, Any]) -> Project:
    """The project that the options lead to, with the output and the address that they name."""
    from dataclasses import replace

    from briefgen.model.problems import BriefgenError
    from briefgen.project.settings import find_root, load

    folder = Path(given["folder"] or ".").resolve()
    if not folder.is_dir():
        raise BriefgenError(f"{given['folder']} is not a folder")
    config = Path(given["config"]).resolve() if given.get("config") else None
    project = load(folder if config else find_root(folder), config)
    if given.get("output"):
        project = replace(project, output=Path(given["output"]).absolute())
    if given.get("base_url") is not None:
        project = replace(project, site=replace(project.site, base_url=address_of(given["base_url"])))
    return project


def address_of(typed: str) -> str:
    """The address of a site as it was typed, in its usual spelling. Raises BriefgenError where it is none."""
    from briefgen.model.problems import BriefgenError
    from briefgen.project.addresses import EXAMPLES, site_address

    try:
        return site_address(typed)
    except ValueError as error:
        raise BriefgenError(f"{typed!r} is not an address: {error}", EXAMPLES) from error


def _audience(given: dict[str, Any], project: Project) -> Audience:
    from dataclasses import replace

    most = marking_of(given["max_marking"] or project.audience.max_marking)
    return replace(project.audience, drafts=given["drafts"], future=given["future"], max_marking=most)


def marking_of(most: str) -> Marking:
    """A marking as it was typed. Raises BriefgenError where there is none of that name."""
    from briefgen.model.entries import MARKINGS
    from briefgen.model.problems import BriefgenError, did_you_mean

    for marking in MARKINGS:
        if marking == most:
            return marking
    raise BriefgenError(f"{most!r} is no marking; known are: {', '.join(MARKINGS)}", did_you_mean(most, MARKINGS))


def moment() -> datetime:
    """`SOURCE_DATE_EPOCH` where it is set, else the clock."""
    from briefgen.model.problems import BriefgenError
    from briefgen.project import unchanged

    seconds = unchanged.moment()
    if seconds is None:
        epoch = os.environ["SOURCE_DATE_EPOCH"]
        hint = "For example 1795348800: whole seconds since 1970, up to the end of the year 9999."
        raise BriefgenError(f"SOURCE_DATE_EPOCH is {epoch[:40]!r}, and not a number of seconds", hint)
    return datetime.fromtimestamp(seconds, UTC)


def today() -> date:
    """The day of that moment, in UTC."""
    return moment().date()


def build_options(given: dict[str, Any], project: Project) -> dict[str, Any]:
    """For whom, as of when and with how many processes a site is put together."""
    import gc

    from briefgen.project.parallel import cores

    gc.disable()  # a build makes much and drops little; looking for cycles took a third of its time
    return {"audience": _audience(given, project), "now": moment(), "jobs": given["jobs"] or cores()}
