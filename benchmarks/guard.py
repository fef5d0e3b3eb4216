"""Whether building has become slower: `python -m benchmarks.guard [--write]`.

The processor time of a build of 60 briefs, all in this process, is measured against that of a fixed workload in the
same process, so that the machine and its other work cancel out. The ratio must not be more than a third above the one
kept in guard.json; --write keeps a new one, in a commit that says why.
"""

from __future__ import annotations

import gc
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import corpus
from briefgen.assembly import assemble
from briefgen.build import build
from briefgen.model.audience import Audience
from briefgen.project.settings import load

KEPT = Path(__file__).with_name("guard.json")
SLACK = 1.33
NOW = datetime(2026, 12, 1, tzinfo=UTC)
BRIEFS, ROUNDS = 60, 7


def fixed() -> None:
    """What a build does all the time, in the same proportion for ever: texts cut, joined, counted, sorted."""
    counts: dict[str, int] = {}
    for number in range(60_000):
        word = f"{number % 977}-{number % 31}"
        counts[word] = counts.get(word, 0) + 1
    "".join(sorted(counts)).replace("-", "&ndash;").split("&")


def cpu(work: Callable[[], object]) -> float:
    """Processor seconds of this process for a piece of work."""
    started = time.process_time()
    work()
    return time.process_time() - started


def ratios() -> dict[str, float]:
    """How many times the fixed workload a cold build takes, and one after a change of words."""
    with tempfile.TemporaryDirectory() as folder:
        file = corpus.write_briefgen(Path(folder), BRIEFS)
        project = load(Path(folder))
        cold, words = [], []
        for number in range(ROUNDS):
            base = statistics.median(cpu(fixed) for _ in range(5))
            cold.append(cpu(lambda: assemble(project, audience=Audience(), now=NOW, put=lambda page: None)) / base)
            _remember(project)
            file.write_text(f"{file.read_text()}\nEdit {number}.\n")
            words.append(cpu(lambda: _remember(project)) / base)
    return {"cold": statistics.median(cold), "words": statistics.median(words)}


def _remember(project: object) -> None:
    built = build(project, audience=Audience(), now=NOW)  # type: ignore[arg-type]
    built.remember()


if __name__ == "__main__":
    gc.disable()
    found = ratios()
    if "--write" in sys.argv:
        KEPT.write_text(json.dumps({name: round(value, 2) for name, value in found.items()}) + "\n")
    kept = json.loads(KEPT.read_text())
    slower = [name for name in kept if found[name] > kept[name] * SLACK]
    for name, value in found.items():
        print(
            f"{name}: {value:.2f} times the fixed workload, {kept[name]:.2f} kept{'  SLOWER' if name in slower else ''}"
        )
    sys.exit(1 if slower else 0)
