"""Problems as text: for people, as JSON, and as annotations of a build service."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager

from briefgen.model.problems import Place, Problem
from briefgen.model.text import printable

LineOf = Callable[[Place], str]


def for_people(problems: Sequence[Problem], line_of: LineOf, most: int = 0) -> Iterator[str]:
    """Each problem with its line, a caret and a hint; of one rule at most `most`, then how many more (0: all)."""
    told: Counter[tuple[str, str]] = Counter()
    for problem in problems:
        told[problem.rule, problem.severity] += 1
        if not most or told[problem.rule, problem.severity] <= most:
            yield one(problem, line_of)
    for (rule, severity), count in told.items():
        if most and count > most:
            yield f"... and {count - most} more {severity}[{rule}]; all of them with -v or --json"


def one(problem: Problem, line_of: LineOf) -> str:
    """One problem as people read it: `file:line:col: error[rule]: message`, the line, a caret, a hint."""
    place = problem.place
    head = f"{place}: {problem.severity}[{problem.rule}]: {problem.message}"
    lines = [head]
    source = line_of(place).replace("\t", " ")
    if place.line and source.strip():
        margin = f"  {place.line} | "
        shown, start = _window(source, place.column - 1)
        width = max(1, min(place.width, len(shown) - start))
        lines += [f"{margin}{shown}", " " * (len(margin) - 2) + "| " + " " * start + "^" * width]
    if problem.hint:
        lines.append(f"  {problem.hint}")
    return "\n".join(printable(line) for line in lines)


def _window(line: str, at: int) -> tuple[str, int]:
    """What of a long line is shown around a column, and where the column is in it."""
    at = max(0, at)
    if len(line) <= 140:
        return line, min(at, len(line))
    start = max(0, at - 40)
    return line[start : start + 140], at - start


def as_json(problems: Iterable[Problem]) -> str:
    """All problems as one JSON object."""
    return json.dumps(
        {
            "problems": [
                {
                    "file": p.place.file,
                    "line": p.place.line,
                    "column": p.place.column,
                    "width": p.place.width,
                    "rule": p.rule,
                    "severity": p.severity,
                    "message": p.message,
                    "hint": p.hint,
                }
                for p in problems
            ]
        },
        ensure_ascii=True,
        indent=1,
    )


def github_annotations(problems: Iterable[Problem]) -> Iterator[str]:
    """Problems as workflow commands of GitHub Actions."""
    names = {"error": "error", "warning": "warning", "note": "notice"}
    for p in problems:
        place = f"file={_escaped(p.place.file, ',:')},line={max(1, p.place.line)},col={max(1, p.place.column)}"
        text = f"{p.message} [{p.rule}]" + (f" {p.hint}" if p.hint else "")
        yield f"::{names[p.severity]} {place}::{_escaped(printable(text))}"


def _escaped(text: str, also: str = "") -> str:
    for character in "%\r\n" + also:
        text = text.replace(character, f"%{ord(character):02X}")
    return text


def tally(problems: Iterable[Problem]) -> str:
    """`1 error, 2 warnings, 1 note.`"""
    counts = Counter(p.severity for p in problems)
    words = [f"{n} {name}{'' if n == 1 else 's'}" for name in ("error", "warning", "note") if (n := counts[name])]
    return (", ".join(words) or "No problems") + "."


@contextmanager
def progress() -> Iterator[Callable[[str], None]]:
    """A bar on the terminal that tells the step at work; gone when the work is done."""
    from rich.console import Console

    with Console(stderr=True).status("read") as status:
        yield lambda step: status.update(step)


@contextmanager
def counting() -> Iterator[Callable[[str, int, int], None]]:
    """A bar on the terminal with how much is done, how fast, and how long it will take; gone at the end."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None, rate="")

        def say(step: str, done: int, total: int) -> None:
            seconds = bar.tasks[0].elapsed or 0.0
            bar.update(
                task, description=step, completed=done, total=total, rate=f"{done / seconds:.1f}/s" if seconds else ""
            )

        yield say
