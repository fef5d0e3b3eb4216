"""The door: what a person types, and the only place that prints."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import click

import briefgen

if TYPE_CHECKING:
    from briefgen.build import Built
    from briefgen.draft import Refused
    from briefgen.model.audience import Audience
    from briefgen.model.entries import Marking
    from briefgen.model.problems import Problem
    from briefgen.project.settings import Project
    from briefgen.publish.output import Published

SHOWN_A_RULE = 10
MOST_PLANNED = 20  # lines of a plan that are printed without being asked for
_F = TypeVar("_F", bound=Callable[..., Any])


# ---- options that mean the same everywhere -------------------------------------------------------------------------


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


_PROJECT = _options(
    click.option("-C", "folder", metavar="DIR", callback=_or_before, help="The site's folder."),
    click.option("-c", "--config", metavar="FILE", callback=_or_before, help="Settings other than briefgen.toml."),
)
_AUDIENCE = _options(
    click.option("-D", "--drafts", is_flag=True, help="Show drafts, briefs in review and proposals."),
    click.option("--future", is_flag=True, help="Show briefs dated later than now."),
    click.option("--max-marking", metavar="TLP", help="Show up to this marking, e.g. TLP:GREEN."),
)
_SITE = _options(
    click.option("-o", "--output", metavar="DIR", help="Where the site goes; site/ by default."),
    click.option("-b", "--base-url", metavar="URL", help="The address at which the site will stand."),
)
_JOBS = click.option("-j", "--jobs", type=click.IntRange(1), metavar="N", help="Processes; all cores by default.")
_QUIET = click.option("-q", "--quiet", is_flag=True, help="Print problems only.")
_REPORT = _options(
    click.option("--strict", is_flag=True, help="Warnings stop it too."),
    click.option("--json", "as_json", is_flag=True, help="Problems as JSON, one object."),
    click.option("-q", "--quiet", is_flag=True, help="Print problems only."),
    click.option("-v", "--verbose", is_flag=True, help="Print every problem, and how long each step took."),
    click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto", help="Colour the output."),
)


def _names(kind: str) -> Callable[[click.Context, click.Parameter, str], list[str]]:
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


class _Command(click.Command):
    """A command whose usage errors exit with 2, as click's do, and whose own errors are one clear sentence."""

    def invoke(self, ctx: click.Context) -> Any:
        from briefgen.model.problems import BriefgenError
        from briefgen.model.text import printable

        try:
            return super().invoke(ctx)
        except BriefgenError as error:
            click.echo(f"briefgen: {printable(error.message)}", err=True)
            if error.hint:
                click.echo(f"  {printable(error.hint)}", err=True)
            ctx.exit(error.code)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(briefgen.__version__, prog_name="briefgen")
@click.option("-C", "folder", metavar="DIR", help="The site's folder; the one you are in by default.")
@click.option("-c", "--config", metavar="FILE", help="Settings other than the folder's briefgen.toml.")
@click.pass_context
def cli(context: click.Context, /, **given: str | None) -> None:
    """Briefs that show each claim with its speaker, its denials and the words it rests on.

    content/ holds briefs, actors and sources; `briefgen build` makes a static site of them in site/.
    """
    context.obj = given


# ---- commands ------------------------------------------------------------------------------------------------------


@cli.command(cls=_Command)
@click.option("--title", default="The Desk", show_default=True, help="What the site is called.")
@click.option("--example", is_flag=True, help="With a small invented story, and two reports to draft from.")
@click.option("--ci", type=click.Choice(["github", "gitlab"]), help="With a workflow that builds and publishes it.")
@click.option("--hosting", "server", type=click.Choice(["nginx", "apache", "caddy"]), help="With a server's settings.")
@_QUIET
@click.argument("folder", default=".", metavar="[DIR]")
def init(folder: str, **given: Any) -> None:
    """Begin a new desk in an empty folder: settings, folders, schemas for editors."""
    from briefgen import desk

    begun = desk.init(
        Path(folder).absolute(), given["title"], example=given["example"], ci=given["ci"], server=given["server"]
    )
    if given["quiet"]:
        return
    click.echo(f"A new desk of {_plural(begun.files, 'file')} in {_shown(begun.folder)}.")
    there = "" if begun.folder == Path.cwd() else f"cd {_shown(begun.folder)} && "
    if given["example"]:
        click.echo(f"Next:  {there}briefgen serve --open")
        click.echo(
            "Then draft a brief of two reports:  briefgen draft reports/observer.txt reports/despatch.txt --name strait"
        )
    else:
        click.echo(
            f'Next:  {there}briefgen new brief "Its title"  or capture what you have:  briefgen ingest FILE|URL...'
        )


@cli.command(cls=_Command)
@_PROJECT
@_SITE
@_AUDIENCE
@_JOBS
@_REPORT
def build(**given: Any) -> None:
    """Make the site: whole, or not at all."""
    from dataclasses import replace

    from briefgen.build import build as publish

    project = _project(given)
    report = _Report(given, project.root)
    with report.progress() as say:
        built = publish(project, strict=given["strict"], **_wanted(given, project), say=say)
    report.timings(built.seconds)
    report.problems(built.problems)
    if built.published is None:
        report.summary(f"Nothing was built. {_count(built.problems)}")
        sys.exit(1)
    report.summary(_summary(built, built.published, project))
    if built.remark:
        report.summary(built.remark)
    if built.manifest is not None and not given["as_json"]:
        report.remember(built, _summary(built, replace(built.published, changed=0, removed=0), project))


def _summary(built: Built, published: Published, project: Project) -> str:
    """A build in a line or two: what there is, what was written, and when to build again."""
    briefs, actors, sources = built.counts
    what = f"{_plural(briefs, 'brief')}, {_plural(actors, 'actor')}, {_plural(sources, 'source')}"
    done = (
        f"{published.changed} written, {published.removed} removed"
        if published.changed or published.removed
        else "no change"
    )
    step = "" if published.is_atomic else " (not atomic here: folders cannot change places)"
    line = f"{what}: {published.files} files in {_shown(project.output)}, {done}{step}. {_count(built.problems)}"
    if built.next_change is None:
        return line
    return f"{line}\nBuild again at {built.next_change.astimezone(UTC):%Y-%m-%d %H:%M} UTC: more becomes public then."


@cli.command(cls=_Command)
@_PROJECT
@_AUDIENCE
@_JOBS
@_REPORT
@click.option("--external", is_flag=True, help="Ask addresses outside the site too, whether they are still there.")
def check(**given: Any) -> None:
    """Check all that a build checks, and write nothing."""
    from dataclasses import replace

    from briefgen.assembly import assemble

    project = _project(given)
    report = _Report(given, project.root)
    with report.progress() as say:
        assembled = assemble(project, put=lambda page: None, **_wanted(given, project), say=say)
        if given["external"]:
            from briefgen import desk

            say("external addresses")
            assembled = replace(assembled, problems=(*assembled.problems, *desk.external(project)))
    report.timings(assembled.seconds)
    report.problems(assembled.problems)
    report.summary(_count(assembled.problems))
    if assembled.stops(strict=given["strict"]):
        sys.exit(1)


@cli.command(cls=_Command)
@_PROJECT
@_JOBS
@click.option("-b", "--base-url", metavar="URL", help="The address at which the site will stand; its path is kept.")
@click.option("--max-marking", metavar="TLP", help="Show up to this marking; all by default.")
@click.option(
    "-p", "--port", type=click.IntRange(0, 65535), metavar="PORT", default=8000, show_default=True, help="0 takes any."
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen.")
@click.option("--open", "opens", is_flag=True, help="Open a browser.")
@_QUIET
def serve(**given: Any) -> None:
    """Preview the site while you write: drafts and all that is not public yet shown and marked.

    What you save is built and shown at once; a fault is shown over the last good build. Proposals are accepted
    and rejected on the page. Ctrl-C ends it.
    """
    from briefgen.preview import Decisions, Shown, base_of, builder, folder_of
    from briefgen.project.settings import SETTINGS
    from briefgen.publish.preview import serve as listen

    project = _project(given)
    most = given["max_marking"]
    shown = Shown(
        project.root,
        Path(given["config"]).resolve() if given["config"] else None,
        project.site.base_url if given["base_url"] is not None else None,
        _marking(most) if most else "TLP:RED",
        given["jobs"] or 0,
    )
    say = (lambda line: None) if given["quiet"] else lambda line: click.echo(_printable_lines(line))
    with builder(shown) as rebuild:
        listen(
            folder_of(project.root),
            (project.content, project.templates),
            (shown.settings or project.root / SETTINGS, *project.root.glob("*.py")),
            rebuild,
            say,
            host=given["host"],
            port=given["port"],
            base=base_of(shown),
            decide=Decisions(project),
            opens=given["opens"],
        )


@cli.command(cls=_Command)
@_PROJECT
@click.option("-o", "--output", metavar="DIR", help="Where the site is built; site/ by default.")
@click.option("-b", "--base-url", metavar="URL", help="The address at which the site will stand.")
@_JOBS
@click.option("-n", "--dry-run", is_flag=True, help="Print the plan, and send nothing.")
@click.option("--adopt", is_flag=True, help="Take a destination that holds something; all of it stays.")
@click.option("--max-deletes", type=click.IntRange(0), metavar="N", help="Files that may be deleted at most; 100.")
@click.option("--verify", metavar="URL", default="", help="Read back from this address what was sent.")
@click.option("-q", "--quiet", is_flag=True, help="Print problems only.")
@click.option("-v", "--verbose", is_flag=True, help="Print every file of the plan.")
@click.argument("target", default="", metavar="[TARGET]", shell_complete=_names("destinations"))
def deploy(target: str, **given: Any) -> None:
    """Build strictly and publish: to a folder, a git branch, a server over ssh, or an object store.

    TARGET is a [deploy.NAME] of the settings, or a folder. Only what has changed is sent; nothing that an
    earlier deploy did not put there is deleted or overwritten.
    """
    from briefgen import deploy as road
    from briefgen.model.problems import BriefgenError
    from briefgen.publish.deploy.plan import FAILED

    project = _project(given)
    destination = road.chosen(project, target)
    verify = road.is_address(given["verify"] or destination.verify) if given["verify"] or destination.verify else ""
    told = given | {"drafts": False, "future": False, "max_marking": None, "as_json": False, "color": "auto"}
    report = _Report(told, project.root)
    with report.progress() as say:
        prepared = road.prepare(
            project,
            destination,
            **_wanted(told, project),
            adopt=given["adopt"],
            most_deletions=given["max_deletes"],
            say=say,
        )
    report.problems([p for p in prepared.built.problems if given["verbose"] or p.severity != "note"])
    if prepared.plan is None:
        report.summary(f"Nothing was deployed: deploying is strict. {_count(prepared.built.problems)}")
        sys.exit(1)
    planned = [_printable(line) for line in road.lines(prepared)]
    for line in planned if given["verbose"] or given["dry_run"] or len(planned) <= MOST_PLANNED else planned[-1:]:
        report.summary(line)
    if given["dry_run"]:
        return
    with _counting(given["quiet"]) as count:
        road.carry_out(prepared, count)
    report.summary("Nothing to do." if prepared.plan.is_nothing else f"Deployed to {_printable(prepared.target.name)}.")
    if verify and (left := road.unlike(verify, prepared)):
        message = f"{verify} does not show what was sent: {', '.join(left[:3])}"
        raise BriefgenError(message, "The host may still be at it; look again in a while.", code=FAILED)
    if verify:
        report.summary(f"Read back from {_printable(verify)}: as sent.")


@cli.command(cls=_Command)
@_PROJECT
@_REPORT
@click.option("-n", "--dry-run", is_flag=True, help="Say what would be written, and write nothing.")
def lock(**given: Any) -> None:
    """Find every quote in its captured text and write content/evidence.lock."""
    from briefgen import desk

    project = _project(given)
    report = _Report(given, project.root)
    locked = desk.lock(project, dry_run=given["dry_run"])
    report.problems(locked.problems)
    verb = "Would lock" if given["dry_run"] else "Locked"
    report.summary(
        f"{verb} {locked.quotes} quotes of {locked.texts} texts: {locked.added} lines new, {locked.removed} gone."
    )
    if any(p.severity == "error" for p in locked.problems):
        sys.exit(1)


@cli.command(cls=_Command)
@_PROJECT
@_JOBS
@_QUIET
@click.option(
    "--since", type=click.DateTime(["%Y-%m-%d"]), metavar="DAY", help="Of a feed, only what is of this day or later."
)
@click.argument("what", nargs=-1, required=True, metavar="FILE|FOLDER|URL...")
def ingest(what: Sequence[str], **given: Any) -> None:
    """Capture articles: keep their bytes, read their text, cut what is not the report.

    Text, Markdown, saved pages, folders of them, addresses and feeds. Nothing that is there is overwritten.
    """
    from briefgen.ingest import ingest as capture
    from briefgen.project.parallel import cores

    project = _project(given)
    since = given["since"].date() if given["since"] else None
    with _counting(given["quiet"]) as say:
        done = capture(project, what, today=_today(), since=since, jobs=given["jobs"] or cores(), say=say)
    for line in _ingested(done, quiet=given["quiet"]):
        click.echo(line)
    left = [taken for taken in done.taken if taken.source is None]
    for taken in left:
        click.echo(_printable(f"briefgen: not captured: {taken.origin}: {taken.why}"), err=True)
    sys.exit(1 if left else 0)


@cli.command(cls=_Command)
@_PROJECT
@_JOBS
@_QUIET
@click.option(
    "--into",
    metavar="BRIEF",
    default="",
    shell_complete=_names("briefs"),
    help="Merge into this brief; nothing that a person wrote is changed.",
)
@click.option("--name", metavar="ID", default="", help="What the new brief is called.")
@click.option(
    "--facts",
    type=click.IntRange(1),
    default=30,
    metavar="N",
    show_default=True,
    help="Facts at most; the rest is kept apart.",
)
@click.option("--group", is_flag=True, help="Group the sources into stories, and draft a brief of each.")
@click.option("--executor", metavar="dask://HOST:PORT", default="", help="Read on a cluster.")
@click.option("-n", "--dry-run", is_flag=True, help="Show the difference, and write nothing.")
@click.argument("what", nargs=-1, required=True, metavar="SOURCE...", shell_complete=_names("sources"))
def draft(what: Sequence[str], **given: Any) -> None:
    """Draft a brief of captured sources, or merge what they say into an edited one.

    SOURCE is the name of a source; a file or an address is captured first. Every item is a proposal with
    its quote: take its line `review: proposed` away to accept it.
    """
    from briefgen.draft import Refused, Wanted
    from briefgen.draft import draft as read_and_write
    from briefgen.model.problems import BriefgenError
    from briefgen.project.parallel import cores

    if given["group"] and given["into"]:
        raise BriefgenError("--group makes new briefs, and --into merges into one: give one of them")
    project = _project(given)
    sources, refused = _captured(project, what, given)
    wanted = Wanted(
        _today(), given["name"], given["into"], given["facts"], by_story=given["group"], dry_run=given["dry_run"]
    )
    with _counting(given["quiet"]) as say, _executor(given["executor"]) as executor:
        for done in read_and_write(project, sources, wanted, jobs=given["jobs"] or cores(), executor=executor, say=say):
            if isinstance(done, Refused):
                refused.append(done)
                continue
            for line in _drafted(done, dry_run=given["dry_run"], quiet=given["quiet"]):
                click.echo(line)
    for left in refused:
        click.echo(_printable(f"briefgen: not drafted: {left.what}: {left.why}"), err=True)
        if left.hint:
            click.echo(_printable(f"  {left.hint}"), err=True)
    sys.exit(1 if refused else 0)


@cli.command(cls=_Command)
@_JOBS
@click.option("--json", "as_json", is_flag=True, help="As JSON, one object a line; the only form there is.")
@click.option("--text", "is_clean", is_flag=True, help="Take it as clean text: cut nothing.")
@click.option("--model", default="", metavar="NAME", help="Read with this spaCy model.")
@click.option("--published", type=click.DateTime(["%Y-%m-%d"]), metavar="DAY", help='What "on Monday" is counted from.')
@click.argument("files", nargs=-1, required=True, metavar="FILE|-...")
def extract(files: Sequence[str], **given: Any) -> None:
    """Print what is read from a text: cuts, statements, actors, dates, with their places in it."""
    from briefgen.draft import extract as read

    day = given["published"].date() if given["published"] else None
    texts = ((name, _file_bytes(name)) for name in files)
    jobs = given["jobs"] or 1
    failed = False
    for done in read(texts, model=given["model"], is_clean=given["is_clean"], published=day, jobs=jobs):
        if done.why:
            failed = True
            click.echo(_printable(f"briefgen: not read: {done.name}: {done.why}"), err=True)
        else:
            click.echo(done.line)
    sys.exit(1 if failed else 0)


@cli.command(cls=_Command)
@_PROJECT
@click.argument("kind", type=click.Choice(["brief", "actor", "source"]))
@click.argument("title")
def new(kind: str, title: str, **given: Any) -> None:
    """Write a valid file to begin with, and print its path."""
    from briefgen import desk

    click.echo(_shown(desk.new(_project(given), kind, title, _today())))


@cli.command(cls=_Command)
@_PROJECT
@click.option("-n", "--dry-run", is_flag=True, help="Show the difference, and write nothing.")
@click.argument("brief", shell_complete=_names("briefs"))
@click.argument("ids", nargs=-1, metavar="[ID...]")
def accept(brief: str, ids: Sequence[str], **given: Any) -> None:
    """Accept proposals of a brief: those of these ids, or all of them."""
    _decide(brief, ids, given, accepts=True)


@cli.command(cls=_Command)
@_PROJECT
@click.option("-n", "--dry-run", is_flag=True, help="Show the difference, and write nothing.")
@click.argument("brief", shell_complete=_names("briefs"))
@click.argument("ids", nargs=-1, required=True, metavar="ID...")
def reject(brief: str, ids: Sequence[str], **given: Any) -> None:
    """Take proposals out of a brief; they are not proposed again."""
    _decide(brief, ids, given, accepts=False)


def _decide(brief: str, ids: Sequence[str], given: dict[str, Any], *, accepts: bool) -> None:
    from briefgen import desk

    project = _project(given)
    done = desk.decide(project, brief, ids, accepts=accepts, dry_run=given["dry_run"])
    if given["dry_run"]:
        click.echo(_printable_lines(done.difference.rstrip("\n")) or "Nothing would change.")
        return
    what = _printable(", ".join(done.ids)) if done.ids else "nothing"
    verb = "Accepted" if accepts else "Rejected"
    click.echo(f"{verb} {what} in {_shown(done.path)}. {_plural(done.left, 'proposal')} left.")


@cli.command(cls=_Command)
@_PROJECT
@click.option("-n", "--dry-run", is_flag=True, help="Say which files would be changed, and change none.")
@click.argument("kind", type=click.Choice(["actor"]))
@click.argument("old", shell_complete=_names("actors"))
@click.argument("new")
def rename(kind: str, old: str, new: str, **given: Any) -> None:
    """Give an actor another id wherever it stands; its old address leads to the new one."""
    from briefgen import desk

    done = desk.rename_actor(_project(given), old, new, dry_run=given["dry_run"])
    verb = "Would change" if given["dry_run"] else "Changed"
    click.echo(f"{verb} {_plural(len(done.files), 'file')}:")
    for path in done.files:
        click.echo(f"  {_shown(path)}")
    if not done.has_file:
        click.echo(f"{new} has no file of its own, so its old address leads nowhere:  briefgen new actor ...")


@cli.command(cls=_Command)
@_PROJECT
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

    found = desk.status(_project(given), _today(), given["stale_after"])
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
            told.append(f"{_plural(each.open, 'open question')}, the oldest asked {_plural(each.oldest, 'day')} ago")
        told += [f"{_plural(each.unanswered, 'accusation')} without a reply"] if each.unanswered else []
        told += [f"stale: untouched for {_plural(each.idle, 'day')}"] if each.is_stale else []
        click.echo(f"{each.brief}: {'; '.join(told) or 'nothing open'}")
    if not found:
        click.echo("There is no brief yet.")


@cli.command(cls=_Command)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print what makes a shell complete commands and options.

    For example, in ~/.bashrc:  eval "$(briefgen completion bash)"
    """
    from click.shell_completion import get_completion_class

    kind = get_completion_class(shell)
    assert kind is not None
    click.echo(kind(cli, {}, "briefgen", "_BRIEFGEN_COMPLETE").source())


@cli.command(cls=_Command)
@_PROJECT
@click.option("-o", "--output", metavar="DIR", help="The site to clear away; site/ by default.")
@click.option("-n", "--dry-run", is_flag=True, help="Say what would be removed, and remove nothing.")
def clean(**given: Any) -> None:
    """Remove what briefgen wrote, and nothing else."""
    from briefgen.publish.output import clean as take_away

    project = _project(given)
    cleaned = take_away(project.output, project.state, dry_run=given["dry_run"])
    click.echo(
        f"{'Would remove' if given['dry_run'] else 'Removed'} {cleaned.removed} files and {_shown(project.state)}."
    )
    for path in cleaned.left:
        click.echo(f"Left {path}: it is not as briefgen wrote it.")


@cli.command(cls=_Command)
@click.argument("kind", type=click.Choice(["brief", "actor", "source", "settings"]), required=False)
def schema(kind: str | None) -> None:
    """Print the JSON Schema of a front matter or of briefgen.toml, or of all four."""
    import json

    from briefgen import desk

    click.echo(json.dumps(desk.schema(kind), indent=2, ensure_ascii=False))


# ---- drafting ------------------------------------------------------------------------------------------------------


def _file_bytes(name: str) -> bytes | str:
    """The bytes of a file or of standard input, or why there are none."""
    if name == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(name).read_bytes()
    except OSError as error:
        return f"cannot be read: {error.strerror}"


def _captured(project: Project, what: Sequence[str], given: dict[str, Any]) -> tuple[list[str], list[Refused]]:
    """The sources of these names, files and addresses captured first; and what could not be captured."""
    from briefgen.draft import Refused
    from briefgen.ingest import ingest as capture
    from briefgen.model.problems import BriefgenError

    found: list[str] = []
    refused: list[Refused] = []
    for each in what:
        is_known = any((project.content / place).exists() for place in (f"sources/{each}.md", f"captures/{each}.txt"))
        if is_known or not (each.startswith(("http://", "https://")) or Path(each).exists()):
            found.append(each)
            continue
        if given["dry_run"]:
            raise BriefgenError(
                f"{each} has not been captured, and -n writes nothing", f"First run  briefgen ingest {each}"
            )
        done = capture(project, [each], today=_today())
        for line in _ingested(done, quiet=given["quiet"], is_last=False):
            click.echo(line)
        found += [taken.source.id for taken in done.taken if taken.source]
        refused += [Refused(taken.origin, taken.why) for taken in done.taken if taken.source is None]
    return found, refused


@contextmanager
def _executor(address: str) -> Iterator[Any]:
    """What runs the reading elsewhere: a Dask cluster's `concurrent.futures` executor, or nothing."""
    from briefgen.model.problems import BriefgenError

    if not address:
        yield None
        return
    if not address.startswith("dask://"):
        raise BriefgenError(f"{address!r} is no executor", "For example dask://scheduler.example:8786.")
    try:
        from distributed import Client
    except ImportError as error:
        raise BriefgenError("Dask is not installed", "Run  pip install 'briefgen[cluster]'.") from error
    try:
        client: Any = Client(f"tcp://{address.removeprefix('dask://')}", timeout="10s")  # type: ignore[no-untyped-call]
    except (OSError, TimeoutError) as error:
        raise BriefgenError(f"no scheduler answers at {address}", str(error), code=1) from error
    with client:
        yield client.get_executor()


def _ingested(done: Any, *, quiet: bool, is_last: bool = True) -> Iterator[str]:
    """What was captured, a source a line, with what was cut and what it resembles; then, if it is all, what is next."""
    new = [t for t in done.taken if t.source is not None and t.is_new]
    for taken in done.taken:
        if quiet or taken.source is None:
            continue
        source = taken.source
        if not taken.is_new:
            yield _printable(f"{source.id}: captured already, from the same bytes")
            continue
        told = [f"{taken.length:,} characters"]
        if source.headline != "unknown":
            told.append(f'"{source.headline}"')
        if not taken.is_english:
            told.append("not in English, so `draft` cannot read it")
        yield _printable(f"{source.id}: {', '.join(told)}")
        for cut, found in zip(source.cut, taken.cuts, strict=True):
            size = found.span.end - found.span.start
            yield _printable(
                f"  cut: {cut.why}, {size:,} characters: {_short(cut.start)} ... {_short(cut.end, last=True)}"
            )
        if taken.twin:
            twin = taken.twin
            yield f"  near duplicate of {twin.other}: {len(twin.pairs)} of {twin.compared} sentences align in order"
    if quiet or not new or not is_last:
        return
    if not done.has_reader and any(t.source.text for t in new):
        yield "Pages were read with BeautifulSoup alone; with  pip install 'briefgen[draft]'  they are read better."
    yield f"Captured {_plural(len(new), 'source')}. Cuts stand under `cut:` in content/sources/: delete one to undo it."
    if readable := [t.source.id for t in new if t.is_english]:
        yield f"Next:  briefgen draft {' '.join(readable[:3])}{' ...' if len(readable) > 3 else ''}"


def _short(words: str, *, last: bool = False) -> str:
    parts = words.split()
    return " ".join(parts[-5:] if last else parts[:5])


def _drafted(done: Any, *, dry_run: bool, quiet: bool) -> Iterator[str]:
    """What a draft gave, what was refused, and what is next."""
    for why in done.refused:
        yield _printable(f"refused: {why}")
    if dry_run:
        yield _printable(done.difference or "Nothing would change.")
        return
    if quiet:
        return
    where = _shown(done.path)
    if done.facts or not (done.added or done.supported or done.left_out):
        counts = (
            f"{_plural(done.facts, 'fact')}, {_plural(done.denials, 'denial')}, {_plural(done.questions, 'question')}"
        )
        yield f"Drafted {where}: {counts}, all proposed." if done.facts or done.denials else f"Nothing new for {where}."
    else:
        counts = (
            f"{len(done.added)} new, {len(done.supported)} with more evidence, {len(done.left_out)} left out as before"
        )
        yield f"Merged into {where}: {counts}."
    for answer in done.answers:
        yield _printable(f"  {answer}")
    if done.more:
        kept = _shown(done.path.parent.parent / "proposals" / done.path.name)
        yield f"  {_plural(done.more, 'more fact')} in {kept} (--facts)"
    if done.actors:
        yield f"  {_plural(len(done.actors), 'new actor')}: {', '.join(path.stem for path in done.actors)}"
    yield f"Next: read {where}, take `review: proposed` away where you agree, then  briefgen check"


@contextmanager
def _counting(quiet: bool) -> Iterator[Any]:
    """A bar with a count and a rate, on a terminal."""
    if quiet or not sys.stderr.isatty():
        yield lambda step, done, total: None
        return
    from briefgen.report import counting

    with counting() as say:
        yield say


def _printable_lines(text: str) -> str:
    return "\n".join(_printable(line) for line in text.split("\n"))


def _printable(text: str) -> str:
    from briefgen.model.text import printable

    return printable(text)


# ---- from options to values ----------------------------------------------------------------------------------------


def _project(given: dict[str, Any]) -> Project:
    from dataclasses import replace

    from briefgen.model.problems import BriefgenError
    from briefgen.project.settings import find_root, is_address, load

    folder = Path(given["folder"] or ".").resolve()
    if not folder.is_dir():
        raise BriefgenError(f"{given['folder']} is not a folder")
    config = Path(given["config"]).resolve() if given.get("config") else None
    project = load(folder if config else find_root(folder), config)
    if given.get("output"):
        project = replace(project, output=Path(given["output"]).absolute())
    if given.get("base_url") is not None:
        url = given["base_url"]
        if not is_address(url):
            raise BriefgenError(f"{url!r} is not an address", "For example https://desk.example/.")
        project = replace(project, site=replace(project.site, base_url=url.rstrip("/") + "/"))
    return project


def _audience(given: dict[str, Any], project: Project) -> Audience:
    from dataclasses import replace

    most = _marking(given["max_marking"] or project.audience.max_marking)
    return replace(project.audience, drafts=given["drafts"], future=given["future"], max_marking=most)


def _marking(most: str) -> Marking:
    from briefgen.model.entries import MARKINGS
    from briefgen.model.problems import BriefgenError, did_you_mean

    for marking in MARKINGS:
        if marking == most:
            return marking
    raise BriefgenError(f"{most!r} is no marking; known are: {', '.join(MARKINGS)}", did_you_mean(most, MARKINGS))


def _now() -> datetime:
    """`SOURCE_DATE_EPOCH` where it is set, else the clock."""
    from briefgen.model.problems import BriefgenError

    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if epoch is None:
        return datetime.now(UTC)
    try:
        return datetime.fromtimestamp(int(epoch), UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise BriefgenError(f"SOURCE_DATE_EPOCH is {epoch!r}, and not a number of seconds") from error


def _today() -> date:
    return _now().date()


def _wanted(given: dict[str, Any], project: Project) -> dict[str, Any]:
    """For whom, as of when and with how many processes a site is put together."""
    import gc

    from briefgen.project.parallel import cores

    gc.disable()  # a build makes much and drops little; looking for cycles took a third of its time
    return {"audience": _audience(given, project), "now": _now(), "jobs": given["jobs"] or cores()}


def _count(problems: Sequence[Problem]) -> str:
    from briefgen.report import tally

    return tally(problems)


def _plural(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _shown(path: Path) -> str:
    """A path as a person would type it from here."""
    from briefgen.model.text import printable

    try:
        shown = Path(os.path.relpath(path))
    except ValueError:
        shown = path
    return printable(str(path if shown.parts[:2] == ("..", "..") else shown))


# ---- printing ------------------------------------------------------------------------------------------------------


class _Report:
    """Prints problems and summaries the way the options ask for."""

    def __init__(self, given: dict[str, Any], root: Path) -> None:
        self.as_json, self.quiet, self.verbose = given["as_json"], given["quiet"], given["verbose"]
        self.color = _wants_color(given["color"])
        from briefgen.content.door import Door
        from briefgen.content.places import Lines

        self.lines = Lines(Door(root))
        self._said: list[str] = []

    def problems(self, problems: Sequence[Problem]) -> None:
        """Print problems: as JSON, as annotations under GitHub Actions, or for a person to read."""
        from briefgen import report

        if self.as_json:
            click.echo(report.as_json(problems))
            return
        if os.environ.get("GITHUB_ACTIONS") == "true":
            for line in report.github_annotations(problems):
                click.echo(line)
        shown = [p for p in problems if self.verbose or p.severity != "note"] if self.quiet else problems
        for text in report.for_people(shown, self.lines.line, most=0 if self.verbose else SHOWN_A_RULE):
            self._said.append(text)
            click.echo(self._colored(text), err=True)

    def remember(self, built: Built, summary: str) -> None:
        """Keep what the same command would print if nothing changed, beside what the next build may rely on."""
        built.remember(
            command=(sys.argv[1:], os.getcwd()),
            out="" if self.quiet else f"{summary}\n",
            err="".join(f"{text}\n" for text in self._said),
        )

    def summary(self, text: str) -> None:
        """Print one line about the whole."""
        if not self.quiet and not self.as_json:
            click.echo(text)

    def timings(self, seconds: Mapping[str, float]) -> None:
        """Print how long each step took, where that was asked for."""
        if self.verbose and seconds and not self.as_json:
            click.echo("  ".join(f"{name} {took:.2f} s" for name, took in seconds.items()), err=True)

    def progress(self) -> Any:
        """A line that tells the step at work, on a terminal, once it has taken a second."""
        from contextlib import nullcontext

        if self.as_json or self.quiet or not sys.stderr.isatty():
            return nullcontext(lambda step: None)
        from briefgen.report import progress

        return progress()

    def _colored(self, text: str) -> str:
        if not self.color:
            return text
        for severity, color in (("error", "red"), ("warning", "yellow"), ("note", "cyan")):
            text = text.replace(f" {severity}[", f" {click.style(severity, fg=color, bold=True)}[", 1)
        return text


def _wants_color(choice: str) -> bool:
    if choice == "auto":
        return sys.stderr.isatty() and "NO_COLOR" not in os.environ
    return choice == "always"


def main() -> NoReturn:
    """Run the command line; an interruption exits with 130 and no traceback."""
    try:
        code = cli.main(prog_name="briefgen", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("briefgen: interrupted; nothing was left half done", err=True)
        sys.exit(130)
    sys.exit(code if isinstance(code, int) else 0)
