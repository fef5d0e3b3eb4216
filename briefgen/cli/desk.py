"""Commands on the files of a desk: init, new, lock, accept, reject, rename, status; and schemas and completion."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from briefgen.cli.options import PROJECT, QUIET, REPORT, Command, moment, names_of, project_of, today
from briefgen.cli.printing import Report, as_typed, escaped, escaped_lines, in_public, plural

if TYPE_CHECKING:
    from briefgen.model.problems import Problem
    from briefgen.project.settings import Project

if TYPE_CHECKING:
    from briefgen.desk import Decided


@click.command(cls=Command)
@click.option("--title", default="The Desk", show_default=True, help="What the site is called.")
@click.option("--example", is_flag=True, help="With a small invented story, and two reports to draft from.")
@click.option("--ci", type=click.Choice(["github", "gitlab"]), help="With a workflow that builds and publishes it.")
@click.option("--hosting", "server", type=click.Choice(["nginx", "apache", "caddy"]), help="With a server's settings.")
@QUIET
@click.argument("folder", default=".", metavar="[DIR]")
def init(folder: str, **given: Any) -> None:
    """Begin a new desk in an empty folder: settings, folders, schemas for editors."""
    from briefgen import desk

    begun = desk.init(
        Path(folder).absolute(), given["title"], example=given["example"], ci=given["ci"], server=given["server"]
    )
    if given["quiet"]:
        return
    click.echo(f"A new desk of {plural(begun.files, 'file')} in {as_typed(begun.folder)}.")
    there = "" if begun.folder == Path.cwd() else f"cd {as_typed(begun.folder)} && "
    if given["example"]:
        click.echo(f"Next:  {there}briefgen serve --open")
        click.echo(
            "Then draft a brief of two reports:  briefgen draft reports/observer.txt reports/despatch.txt --name strait"
        )
    else:
        click.echo(
            f'Next:  {there}briefgen new brief "Its title"  or capture what you have:  briefgen ingest FILE|URL...'
        )


@click.command(cls=Command)
@PROJECT
@REPORT
@click.option("-n", "--dry-run", is_flag=True, help="Say what would be written, and write nothing.")
def lock(**given: Any) -> None:
    """Find every quote in its captured text and write content/evidence.lock."""
    from briefgen import desk

    project = project_of(given)
    report = Report(given, project.root)
    locked = desk.lock(project, dry_run=given["dry_run"])
    report.problems(_marked(project, locked.problems) if in_public() else locked.problems)
    verb = "Would lock" if given["dry_run"] else "Locked"
    report.summary(
        f"{verb} {locked.quotes} quotes of {locked.texts} texts: {locked.added} lines new, {locked.removed} gone."
    )
    if any(p.severity == "error" for p in locked.problems):
        sys.exit(1)


def _marked(project: Project, problems: Sequence[Problem]) -> list[Problem]:
    """The problems of quotes as a check marks them: it knows which of them tell something withheld."""
    from dataclasses import replace

    from briefgen.assembly import assemble

    known = assemble(project, audience=project.audience, now=moment(), put=lambda page: None).problems
    marks = {(p.place, p.rule, p.message): p.withheld for p in known}
    return [replace(p, withheld=marks.get((p.place, p.rule, p.message), "all")) for p in problems]


@click.command(cls=Command)
@PROJECT
@click.argument("kind", type=click.Choice(["brief", "actor", "source"]))
@click.argument("title")
def new(kind: str, title: str, **given: Any) -> None:
    """Write a valid file to begin with, and print its path."""
    from briefgen import desk

    click.echo(as_typed(desk.new(project_of(given), kind, title, today())))


@click.command(cls=Command)
@PROJECT
@click.option("-n", "--dry-run", is_flag=True, help="Show the difference, and write nothing.")
@click.argument("brief", shell_complete=names_of("briefs"))
@click.argument("ids", nargs=-1, metavar="[ID...]")
def accept(brief: str, ids: Sequence[str], **given: Any) -> None:
    """Accept proposals of a brief: those of these ids, or all of them."""
    _decide(brief, ids, given, accepts=True)


@click.command(cls=Command)
@PROJECT
@click.option("-n", "--dry-run", is_flag=True, help="Show the difference, and write nothing.")
@click.argument("brief", shell_complete=names_of("briefs"))
@click.argument("ids", nargs=-1, required=True, metavar="ID...")
def reject(brief: str, ids: Sequence[str], **given: Any) -> None:
    """Take proposals out of a brief; they are not proposed again."""
    _decide(brief, ids, given, accepts=False)


def _decide(brief: str, ids: Sequence[str], given: dict[str, Any], *, accepts: bool) -> None:
    from briefgen import desk

    project = project_of(given)
    told = desk.decide(project, brief, ids, accepts=accepts, dry_run=True)
    for line in _what_goes_along(told, accepts=accepts):
        click.echo(line)
    if given["dry_run"]:
        click.echo(escaped_lines(told.difference.rstrip("\n")) or "Nothing would change.")
        return
    if told.also and not accepts and sys.stdin.isatty():
        click.confirm("Reject all of that?", abort=True)
    done = desk.decide(project, brief, ids, accepts=accepts)
    what = escaped(", ".join(done.ids)) if done.ids else "nothing"
    verb = "Accepted" if accepts else "Rejected"
    click.echo(f"{verb} {what} in {as_typed(done.path)}. {plural(done.left, 'proposal')} left.")
    for path in done.removed:
        click.echo(f"Removed {as_typed(path)}, which nobody had edited.")


def _what_goes_along(told: Decided, *, accepts: bool) -> Iterator[str]:
    """What is accepted or rejected with what was named, said before it is."""
    if told.also:
        yield f"With {escaped(', '.join(told.ids))} {'come' if accepts else 'fall'}: {escaped(', '.join(told.also))}."
    if told.let_go:
        yield f"No longer named in: {escaped(', '.join(told.let_go))}."


@click.command(cls=Command)
@PROJECT
@click.option("-n", "--dry-run", is_flag=True, help="Say which files would be changed, and change none.")
@click.argument("kind", type=click.Choice(["actor"]))
@click.argument("old", shell_complete=names_of("actors"))
@click.argument("new")
def rename(kind: str, old: str, new: str, **given: Any) -> None:
    """Give an actor another id wherever it stands; its old address leads to the new one."""
    from briefgen import desk

    done = desk.rename_actor(project_of(given), old, new, dry_run=given["dry_run"])
    verb = "Would change" if given["dry_run"] else "Changed"
    click.echo(f"{verb} {plural(len(done.files), 'file')}:")
    for path in done.files:
        click.echo(f"  {as_typed(path)}")
    if not done.has_file:
        click.echo(f"{new} has no file of its own, so its old address leads nowhere:  briefgen new actor ...")


@click.command(cls=Command)
@PROJECT
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@click.option(
    "--stale-after",
    type=click.IntRange(0),
    default=30,
    metavar="DAYS",
    show_default=True,
    help="Days after which what waits is stale.",
)
def status(**given: Any) -> None:
    """How each brief stands: draft, proposed, under embargo, open, unanswered, stale."""
    from briefgen import desk

    found = desk.status(project_of(given), today(), given["stale_after"])
    if given["as_json"]:
        import json
        from dataclasses import asdict

        click.echo(json.dumps([asdict(each) for each in found], indent=2))
        return
    for each in found:
        told = [each.status] if each.status != "published" else []
        told += [f"{each.proposed} proposed"] if each.proposed else []
        told += [f"under embargo until {each.embargo_until}"] if each.embargo_until else []
        if each.open:
            told.append(f"{plural(each.open, 'open question')}, the oldest asked {plural(each.oldest, 'day')} ago")
        told += [f"{plural(each.unanswered, 'accusation')} without a reply"] if each.unanswered else []
        told += [f"stale: untouched for {plural(each.idle, 'day')}"] if each.is_stale else []
        click.echo(f"{each.brief}: {'; '.join(told) or 'nothing open'}")
    if not found:
        click.echo("There is no brief yet.")


@click.command(cls=Command)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print what makes a shell complete commands and options.

    For example, in ~/.bashrc:  eval "$(briefgen completion bash)"
    """
    from click.shell_completion import get_completion_class

    kind = get_completion_class(shell)
    assert kind is not None
    root = click.get_current_context().find_root().command
    click.echo(kind(root, {}, "briefgen", "_BRIEFGEN_COMPLETE").source())


@click.command(cls=Command)
@click.argument("kind", type=click.Choice(["brief", "actor", "source", "settings"]), required=False)
def schema(kind: str | None) -> None:
    """Print the JSON Schema of a front matter or of briefgen.toml, or of all four."""
    import json

    from briefgen import desk

    click.echo(json.dumps(desk.schema(kind), indent=2, ensure_ascii=False))
