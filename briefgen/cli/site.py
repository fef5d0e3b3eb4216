"""Commands on a site: build, check, serve, deploy, clean."""

from __future__ import annotations

import sys
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from briefgen.cli.options import (
    AUDIENCE,
    JOBS,
    PROJECT,
    QUIET,
    REPORT,
    SITE,
    Command,
    address_of,
    build_options,
    marking_of,
    names_of,
    project_of,
)
from briefgen.cli.printing import Report, as_typed, bar, escaped, escaped_lines, in_public, plural, tallied

if TYPE_CHECKING:
    from briefgen.build import Built
    from briefgen.project.settings import Project
    from briefgen.publish.output import Published


MOST_PLANNED = 20  # lines of a plan that are printed without being asked for


@click.command(cls=Command)
@PROJECT
@SITE
@AUDIENCE
@JOBS
@REPORT
def build(**given: Any) -> None:
    """Make the site: whole, or not at all."""
    from dataclasses import replace

    from briefgen.build import build as publish

    project = project_of(given)
    report = Report(given, project.root)
    with report.progress() as say:
        built = publish(project, strict=given["strict"], **build_options(given, project), say=say)
    report.timings(built.seconds)
    report.problems(built.problems)
    if built.published is None:
        report.summary(f"Nothing was built. {tallied(built.problems)}")
        sys.exit(1)
    report.summary(_summary(built, built.published, project))
    if built.remark:
        report.summary(built.remark)
    if built.manifest is not None and not given["as_json"]:
        report.remember(built, _summary(built, replace(built.published, changed=0, removed=0), project))


def _summary(built: Built, published: Published, project: Project) -> str:
    """A build in a line or two: what there is, what was written, and when to build again."""
    briefs, actors, sources = built.counts
    what = f"{plural(briefs, 'brief')}, {plural(actors, 'actor')}, {plural(sources, 'source')}"
    done = (
        f"{published.changed} written, {published.removed} removed"
        if published.changed or published.removed
        else "no change"
    )
    step = "" if published.is_atomic else " (not atomic here: folders cannot change places)"
    line = f"{what}: {published.files} files in {as_typed(project.output)}, {done}{step}. {tallied(built.problems)}"
    if built.next_change is None:
        return line
    return f"{line}\nBuild again at {built.next_change.astimezone(UTC):%Y-%m-%d %H:%M} UTC: more becomes public then."


@click.command(cls=Command)
@PROJECT
@AUDIENCE
@JOBS
@REPORT
@click.option("--external", is_flag=True, help="Ask addresses outside the site too, whether they are still there.")
def check(**given: Any) -> None:
    """Check all that a build checks, and write nothing."""

    from briefgen.assembly import assemble

    project = project_of(given)
    report = Report(given, project.root)
    with report.progress() as say:
        assembled = assemble(project, put=lambda page: None, **build_options(given, project), say=say)
        if given["external"]:
            from briefgen import desk

            say("external addresses")
            assembled = assembled.with_problems(desk.external(project))
    report.timings(assembled.seconds)
    report.problems(assembled.problems)
    report.summary(tallied(assembled.problems))
    if assembled.stops(strict=given["strict"]):
        sys.exit(1)


@click.command(cls=Command)
@PROJECT
@JOBS
@click.option("-b", "--base-url", metavar="URL", help="The address at which the site will stand; its path is kept.")
@click.option("--max-marking", metavar="TLP", help="Show up to this marking; all by default.")
@click.option(
    "-p", "--port", type=click.IntRange(0, 65535), metavar="PORT", default=8000, show_default=True, help="0 takes any."
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen.")
@click.option("--open", "opens", is_flag=True, help="Open a browser.")
@QUIET
def serve(**given: Any) -> None:
    """Preview the site while you write: drafts and all that is not public yet shown and marked.

    What you save is built and shown at once; a fault is shown over the last good build. Proposals are accepted
    and rejected on the page. Ctrl-C ends it.
    """
    from briefgen.preview import Decisions, Shown, base_of, builder, folder_of
    from briefgen.project.settings import SETTINGS
    from briefgen.publish.preview import serve as listen

    project = project_of(given)
    most = given["max_marking"]
    shown = Shown(
        project.root,
        Path(given["config"]).resolve() if given["config"] else None,
        project.site.base_url if given["base_url"] is not None else None,
        marking_of(most) if most else "TLP:RED",
        given["jobs"] or 0,
    )
    say = (lambda line: None) if given["quiet"] else lambda line: click.echo(escaped_lines(line))
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


@click.command(cls=Command, failed=3)
@PROJECT
@click.option("-o", "--output", metavar="DIR", help="Where the site is built; site/ by default.")
@click.option("-b", "--base-url", metavar="URL", help="The address at which the site will stand.")
@JOBS
@click.option("-n", "--dry-run", is_flag=True, help="Print the plan, and send nothing.")
@click.option("--adopt", is_flag=True, help="Take a destination that holds something; all of it stays.")
@click.option("--max-deletes", type=click.IntRange(0), metavar="N", help="Files that may be deleted at most; 100.")
@click.option("--verify", metavar="URL", default="", help="Read back from this address what was sent.")
@click.option("-q", "--quiet", is_flag=True, help="Print problems only.")
@click.option("-v", "--verbose", is_flag=True, help="Print every file of the plan.")
@click.argument("target", default="", metavar="[TARGET]", shell_complete=names_of("destinations"))
def deploy(target: str, **given: Any) -> None:
    """Build strictly and publish: to a folder, a git branch, a server over ssh, or an object store.

    TARGET is a [deploy.NAME] of the settings, or a folder. Only what has changed is sent; nothing that an
    earlier deploy did not put there is deleted or overwritten.
    """
    from dataclasses import replace

    from briefgen import deploy as road
    from briefgen.model.problems import BriefgenError
    from briefgen.publish.deploy.plan import FAILED

    project = project_of(given)
    destination = road.chosen(project, target)
    if given["base_url"] is not None:
        destination = replace(destination, base_url=project.site.base_url)
    verify = address_of(given["verify"] or destination.verify) if given["verify"] or destination.verify else ""
    told = given | {"drafts": False, "future": False, "max_marking": None, "as_json": False, "color": "auto"}
    report = Report(told, project.root)
    with report.progress() as say:
        prepared = road.prepare(
            project,
            destination,
            **build_options(told, project),
            adopt=given["adopt"],
            most_deletions=given["max_deletes"],
            say=say,
        )
    report.problems([p for p in prepared.built.problems if given["verbose"] or p.severity != "note"])
    if prepared.plan is None:
        report.summary(f"Nothing was deployed: deploying is strict. {tallied(prepared.built.problems)}")
        sys.exit(1)
    planned = [escaped(line) for line in road.lines(prepared, in_public=in_public())]
    for line in planned if given["verbose"] or given["dry_run"] or len(planned) <= MOST_PLANNED else planned[-1:]:
        report.summary(line)
    if given["dry_run"]:
        return
    with bar(given["quiet"]) as count:
        road.carry_out(prepared, count)
    report.summary("Nothing to do." if prepared.plan.is_nothing else f"Deployed to {escaped(prepared.target.name)}.")
    if verify and (left := road.unlike(verify, prepared)):
        message = f"{verify} does not show what was sent: {', '.join(left[:3])}"
        raise BriefgenError(message, "The host may still be at it; look again in a while.", code=FAILED)
    if verify:
        report.summary(f"Read back from {escaped(verify)}: as sent.")


@click.command(cls=Command)
@PROJECT
@click.option("-o", "--output", metavar="DIR", help="The site to clear away; site/ by default.")
@click.option("-n", "--dry-run", is_flag=True, help="Say what would be removed, and remove nothing.")
def clean(**given: Any) -> None:
    """Remove what briefgen wrote, and nothing else."""
    from briefgen.publish.output import clean as take_away

    project = project_of(given)
    cleaned = take_away(project.output, project.state, dry_run=given["dry_run"])
    click.echo(
        f"{'Would remove' if given['dry_run'] else 'Removed'} {cleaned.removed} files and {as_typed(project.state)}."
    )
    for path in cleaned.left:
        click.echo(f"Left {escaped(path)}: it is not as briefgen wrote it.")
