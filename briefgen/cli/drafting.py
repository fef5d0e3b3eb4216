"""Commands on articles: ingest, draft, extract."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from briefgen.cli.options import JOBS, PROJECT, QUIET, Command, names_of, project_of, today
from briefgen.cli.printing import as_typed, bar, escaped, plural

if TYPE_CHECKING:
    from briefgen.draft import Refused
    from briefgen.project.settings import Project


@click.command(cls=Command)
@PROJECT
@JOBS
@QUIET
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

    project = project_of(given)
    since = given["since"].date() if given["since"] else None
    with bar(given["quiet"]) as say:
        done = capture(project, what, today=today(), since=since, jobs=given["jobs"] or cores(), say=say)
    for line in _ingested(done, quiet=given["quiet"]):
        click.echo(line)
    left = [taken for taken in done.taken if taken.source is None]
    for taken in left:
        click.echo(escaped(f"briefgen: not captured: {taken.origin}: {taken.why}"), err=True)
    sys.exit(1 if left else 0)


@click.command(cls=Command)
@PROJECT
@JOBS
@QUIET
@click.option(
    "--into",
    metavar="BRIEF",
    default="",
    shell_complete=names_of("briefs"),
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
@click.argument("what", nargs=-1, required=True, metavar="SOURCE...", shell_complete=names_of("sources"))
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
    project = project_of(given)
    sources, refused = _captured(project, what, given)
    wanted = Wanted(
        today(), given["name"], given["into"], given["facts"], by_story=given["group"], dry_run=given["dry_run"]
    )
    with bar(given["quiet"]) as say, _executor(given["executor"]) as executor:
        for done in read_and_write(project, sources, wanted, jobs=given["jobs"] or cores(), executor=executor, say=say):
            if isinstance(done, Refused):
                refused.append(done)
                continue
            for line in _drafted(done, dry_run=given["dry_run"], quiet=given["quiet"]):
                click.echo(line)
    for left in refused:
        click.echo(escaped(f"briefgen: not drafted: {left.what}: {left.why}"), err=True)
        if left.hint:
            click.echo(escaped(f"  {left.hint}"), err=True)
    sys.exit(1 if refused else 0)


@click.command(cls=Command)
@JOBS
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
            click.echo(escaped(f"briefgen: not read: {done.name}: {done.why}"), err=True)
        else:
            click.echo(done.line)
    sys.exit(1 if failed else 0)


def _file_bytes(name: str) -> bytes | str:
    """The bytes of a file or of standard input, or why there are none."""
    from briefgen.ingest import FILE_BYTES, file_bytes

    if name != "-":
        return file_bytes(Path(name))
    data = sys.stdin.buffer.read(FILE_BYTES + 1)
    return data if len(data) <= FILE_BYTES else f"more than {FILE_BYTES:,} bytes"


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
        done = capture(project, [each], today=today())
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
            yield escaped(f"{source.id}: captured already, from the same bytes")
            continue
        told = [f"{taken.length:,} characters"]
        if source.headline != "unknown":
            told.append(f'"{source.headline}"')
        if not taken.is_english:
            told.append("not in English, so `draft` cannot read it")
        yield escaped(f"{source.id}: {', '.join(told)}")
        for cut, found in zip(source.cut, taken.cuts, strict=True):
            size = found.span.end - found.span.start
            yield escaped(
                f"  cut: {cut.why}, {size:,} characters: {_short(cut.start)} ... {_short(cut.end, last=True)}"
            )
        if taken.twin:
            twin = taken.twin
            yield f"  near duplicate of {twin.other}: {len(twin.pairs)} of {twin.compared} sentences align in order"
        yield from (escaped(f"  note: {note}") for note in taken.notes)
    if quiet or not new or not is_last:
        return
    if not done.has_reader and any(t.source.text for t in new):
        yield "Pages were read plainly; with  pip install 'briefgen[draft]'  they are read better."
    yield f"Captured {plural(len(new), 'source')}. Cuts stand under `cut:` in content/sources/: delete one to undo it."
    if readable := [t.source.id for t in new if t.is_english]:
        yield f"Next:  briefgen draft {' '.join(readable[:3])}{' ...' if len(readable) > 3 else ''}"


def _short(words: str, *, last: bool = False) -> str:
    parts = words.split()
    return " ".join(parts[-5:] if last else parts[:5])


def _drafted(done: Any, *, dry_run: bool, quiet: bool) -> Iterator[str]:
    """What a draft gave, what was refused, and what is next."""
    for why in done.refused:
        yield escaped(f"refused: {why}")
    if dry_run:
        yield escaped(done.difference or "Nothing would change.")
        return
    if quiet:
        return
    where = as_typed(done.path)
    if done.facts or not (done.added or done.supported or done.left_out):
        counts = f"{plural(done.facts, 'fact')}, {plural(done.denials, 'denial')}, {plural(done.questions, 'question')}"
        yield f"Drafted {where}: {counts}, all proposed." if done.facts or done.denials else f"Nothing new for {where}."
    else:
        counts = (
            f"{len(done.added)} new, {len(done.supported)} with more evidence, {len(done.left_out)} left out as before"
        )
        yield f"Merged into {where}: {counts}."
    for answer in done.answers:
        yield escaped(f"  {answer}")
    if done.more:
        kept = as_typed(done.path.parent.parent / "proposals" / done.path.name)
        yield f"  {plural(done.more, 'more fact')} in {kept} (--facts)"
    if done.actors:
        yield f"  {plural(len(done.actors), 'new actor')}: {', '.join(path.stem for path in done.actors)}"
    yield f"Next: read {where}, take `review: proposed` away where you agree, then  briefgen check"
