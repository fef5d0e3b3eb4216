"""How fast a site is built here, and how much memory that takes: `make bench`, or `python -m benchmarks N...`.

Writes an invented desk of N briefs (100 and 1,000 by default), builds it cold, again unchanged, and after one edit, and
prints wall seconds and the peak memory of the process. Every quote is looked up in its captured text; nothing is
switched off. Medians of three runs.
"""

from __future__ import annotations

import random
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

RUNS = 3
WORDS = [
    "harbour",
    "crane",
    "tender",
    "report",
    "minister",
    "border",
    "vote",
    "ship",
    "grain",
    "signal",
    "north",
    "bridge",
    "council",
    "river",
    "audit",
    "permit",
    "delegation",
    "survey",
    "engine",
    "cargo",
    "statement",
    "inquiry",
    "protest",
    "ceasefire",
    "budget",
    "refinery",
    "convoy",
    "embassy",
]


def corpus(root: Path, count: int) -> None:
    """Write a desk of `count` briefs: six actors, two sources, six facts, two denials, two questions each."""
    random.seed(count)
    actors = [f"actor-{n}" for n in range(max(6, count // 5))]
    for folder in ("briefs", "actors", "sources", "captures"):
        (root / "content" / folder).mkdir(parents=True)
    (root / "briefgen.toml").write_text('[site]\ntitle = "Bench"\nbase_url = "https://bench.example/"\n')
    for actor in actors:
        text = f"---\nname: {actor.replace('-', ' ').title()}\ndescription: {sentence(6)}\n---\n{sentence(30)}\n"
        (root / f"content/actors/{actor}.md").write_text(text)
    for number in range(count):
        brief(root / "content", number, random.sample(actors, 6))


def sentence(length: int) -> str:
    """So many words, the first with a capital."""
    return " ".join(random.choices(WORDS, k=length)).capitalize()


def brief(content: Path, number: int, cast: list[str]) -> None:
    """Write one brief with its sources and captured texts."""
    quotes = {label: [f"{sentence(8)} {number} {label} {k}" for k in range(4)] for label in "AB"}
    for label, found in quotes.items():
        name = f"s{number:06d}-{label.lower()}"
        filler = [sentence(40) for _ in range(8)]
        (content / f"captures/{name}.txt").write_text(
            ". ".join(x for pair in zip(filler, found + filler, strict=False) for x in pair)
        )
        (content / f"sources/{name}.md").write_text(f"---\nheadline: {sentence(8)}\npublished: 2026-11-20\n---\n")
    lines = ["---", f"title: {sentence(8)}", "date: 2026-11-20", f"summary: {sentence(20)}", "topics: [one, two]"]
    lines += [f"sources: {{A: s{number:06d}-a, B: s{number:06d}-b}}", f"actors: [{', '.join(cast)}]", "key_facts:"]
    for k in range(6):
        label, at = "AB"[k % 2], k // 2
        lines += [f"  - id: f{k}", f"    text: {sentence(14)}, it says.", f"    asserted_by: {cast[k]}"]
        lines += [f"    about: {cast[(k + 1) % 6]}", f'    evidence: [{label}: "{quotes[label][at]}"]']
    lines += ["denials:"]
    for k, label in enumerate("AB"):
        lines += [f"  - id: d{k}", f"    by: {cast[k + 1]}", f"    text: {sentence(12)}.", f"    denies: f{k}"]
        lines += [f'    evidence: [{label}: "{quotes[label][3]}"]']
    lines += [
        "open_questions:",
        f"  - {{id: q1, question: {sentence(8)}?}}",
        f"  - {{id: q2, question: {sentence(8)}?}}",
        "---",
    ]
    body = "\n\n".join(f"{sentence(60)} [[{actor}]] **{sentence(3)}**" for actor in cast)
    (content / f"briefs/b{number:06d}.md").write_text("\n".join(lines) + f"\n{body}\n")


def timed(root: Path) -> float:
    """Wall seconds of one build, started as a user starts it."""
    start = time.perf_counter()
    subprocess.run([sys.executable, "-m", "briefgen", "build", "-q", "-C", str(root)], check=True)
    return time.perf_counter() - start


def main() -> None:
    counts = [int(each) for each in sys.argv[1:]] or [100, 1000]
    print("| briefs | cold s | unchanged s | one edit s | peak MiB |\n|---|---|---|---|---|")
    for count in counts:
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder) / "desk"
            corpus(root, count)
            edited = root / "content/briefs/b000000.md"
            times: dict[str, list[float]] = {"cold": [], "same": [], "edit": []}
            for run in range(RUNS):
                shutil.rmtree(root / "site", ignore_errors=True)
                shutil.rmtree(root / ".briefgen", ignore_errors=True)
                times["cold"].append(timed(root))
                times["same"].append(timed(root))
                edited.write_text(edited.read_text() + f"\nAn edit, number {run}.\n")
                times["edit"].append(timed(root))
            peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
            medians = " | ".join(f"{statistics.median(found):.2f}" for found in times.values())
            print(f"| {count:,} | {medians} | {peak:.0f} |", flush=True)


if __name__ == "__main__":
    main()
