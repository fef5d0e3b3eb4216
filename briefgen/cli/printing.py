"""How things are printed: problems, counts, paths as a person types them, a bar for what takes long."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from briefgen.build import Built
    from briefgen.model.problems import Problem


SHOWN_A_RULE = 10


@contextmanager
def bar(quiet: bool) -> Iterator[Any]:
    """A bar with a count and a rate, on a terminal."""
    if quiet or not sys.stderr.isatty():
        yield lambda step, done, total: only_waiting(step)
        return
    from briefgen.report import counting

    with counting() as say:
        yield say


def only_waiting(step: str) -> None:
    """Of the steps of a work say only that it waits for another's, which a person could take for an end."""
    from briefgen.disk.lock import WAITING

    if step == WAITING:
        click.echo(f"briefgen: {step}", err=True)


def escaped_lines(text: str) -> str:
    """Lines of a text, each escaped."""
    from briefgen.model.text import lines_of

    return "\n".join(escaped(line) for line in lines_of(text))


def escaped(text: str) -> str:
    """A text that cannot steer the terminal it is printed on."""
    from briefgen.model.text import printable

    return printable(text)


def tallied(problems: Sequence[Problem]) -> str:
    """How many problems of each kind there are, in a sentence."""
    from briefgen.report import tally

    return tally(problems)


def plural(count: int, noun: str) -> str:
    """A count with its noun: `1 brief`, `2 briefs`."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def as_typed(path: Path) -> str:
    """A path as a person would type it from here."""
    from briefgen.model.text import printable

    try:
        shown = Path(os.path.relpath(path))
    except (ValueError, FileNotFoundError):  # on another drive, or in a folder that is gone
        shown = path
    return printable(str(path if shown.parts[:2] == ("..", "..") else shown))


class Report:
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

        line_of = self.lines.line
        if in_public():
            from briefgen.model.discretion import discreet

            hidden = {problem.place for problem in problems if problem.withheld}
            problems = [discreet(problem) for problem in problems]
            line_of = lambda place: "" if place in hidden else self.lines.line(place)  # noqa: E731
        if self.as_json:
            click.echo(report.as_json(problems))
            return
        if os.environ.get("GITHUB_ACTIONS") == "true":
            for line in report.github_annotations(problems):
                click.echo(line)
        shown = [p for p in problems if self.verbose or p.severity != "note"] if self.quiet else problems
        for text in report.for_people(shown, line_of, most=0 if self.verbose else SHOWN_A_RULE):
            self._said.append(self._colored(text))
            click.echo(self._said[-1], err=True)

    def remember(self, built: Built, summary: str) -> None:
        """Keep what the same command would print if nothing changed, beside what the next build may rely on.

        What is printed in public is not kept: at the desk there is more to say.
        """
        from briefgen.project.unchanged import asking

        if in_public():
            built.remember()
            return
        built.remember(
            asked=asking(sys.argv[1:]),
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
            return nullcontext(only_waiting)
        from briefgen.report import progress

        return progress()

    def _colored(self, text: str) -> str:
        if not self.color:
            return text
        for severity, color in (("error", "red"), ("warning", "yellow"), ("note", "cyan")):
            text = text.replace(f" {severity}[", f" {click.style(severity, fg=color, bold=True)}[", 1)
        return text


def in_public() -> bool:
    """Whether what is printed goes to the log of a service, which strangers may read."""
    return bool(os.environ.get("CI") or os.environ.get("GITHUB_ACTIONS"))


def _wants_color(choice: str) -> bool:
    if choice == "auto":
        return sys.stderr.isatty() and "NO_COLOR" not in os.environ
    return choice == "always"
