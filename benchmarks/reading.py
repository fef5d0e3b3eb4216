"""How well articles are read, against texts that people annotated: `python -m benchmarks.reading FOLDER [JOB...]`.

FOLDER holds `data/<set>/dev.jsonl.gz` and the scorers, which know nothing of briefgen; nothing of it comes with the
program. Prints each scorer's figures, and how many articles a second one process reads.
"""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from briefgen.capture.article import read_page
from briefgen.capture.cuts import find_cuts
from briefgen.extract.group import grouped
from briefgen.extract.read import Kept, as_json, read_texts

Rows = list[dict[str, Any]]
Predictions = dict[str, Any]


def rows(folder: Path, name: str) -> Rows:
    """The annotated documents of a set."""
    with gzip.open(folder / "data" / name / "dev.jsonl.gz", "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]


def readings(documents: Rows) -> Iterator[tuple[str, dict[str, Any]]]:
    """What is read from each document, taken as clean text, as `extract --json --text` prints it."""
    for row, reading in zip(documents, read_texts(Kept(row["text"]) for row in documents), strict=True):
        yield row["id"], as_json(reading)


def statements(folder: Path, name: str) -> Predictions:
    """Attributions and denials as they are."""
    return {id_: read["statements"] for id_, read in readings(rows(folder, name))}


def negations(folder: Path, name: str) -> Predictions:
    """The same with "did not say" counted as a denial, which this set does and briefgen does not."""
    found = statements(folder, name)
    return {id_: [{**s, "denial": s["denial"] or s["negated"]} for s in told] for id_, told in found.items()}


def uncertain(folder: Path, name: str) -> Predictions:
    """Whether a sentence holds something uncertain."""
    return {id_: bool(read["uncertain"]) for id_, read in readings(rows(folder, name))}


def actors(folder: Path, name: str) -> Predictions:
    """Actors with their aliases."""
    return {id_: read["actors"] for id_, read in readings(rows(folder, name))}


def articles(folder: Path, name: str) -> Predictions:
    """The text of each page without its cuts."""
    found = {}
    for row in rows(folder, name):
        page = gzip.decompress((folder / "data" / name / "dev" / "html" / f"{row['id']}.html.gz").read_bytes())
        found[row["id"]] = without_cuts(read_page(page).text)
    return found


def dumps(folder: Path, name: str) -> Predictions:
    """The same from all words of a page in one line, as if somebody had copied them."""
    from bs4 import BeautifulSoup

    found = {}
    for row in rows(folder, name):
        page = gzip.decompress((folder / "data" / name / "dev" / "html" / f"{row['id']}.html.gz").read_bytes())
        soup = BeautifulSoup(page, "lxml")
        for tag in soup(["script", "style", "noscript"]):
            tag.decompose()
        found[row["id"]] = without_cuts(soup.get_text(" ", strip=True))
    return found


def without_cuts(text: str) -> str:
    """A text with its boilerplate left out."""
    for cut in reversed(find_cuts(text)):
        text = f"{text[: cut.span.start]} {text[cut.span.end :]}"
    return text


def groups(folder: Path, name: str) -> Predictions:
    """The story that each document belongs to."""
    found = grouped({row["id"]: row["text"] for row in rows(folder, name)})
    return {id_: str(number) for number, group in enumerate(found) for id_ in group}


JOBS: dict[str, tuple[Callable[[Path, str], Predictions], str, str]] = {
    "article text": (articles, "extraction_aeb", "score_extraction.py"),
    "article segments": (articles, "extraction_segments", "score_extraction.py"),
    "whole page copied": (dumps, "extraction_aeb", "score_extraction.py"),
    "who says what": (statements, "attribution_gum", "score_attribution.py"),
    "denials": (statements, "attribution_gum", "score_denials.py"),
    "denials and negations": (negations, "attribution_gum", "score_denials.py"),
    "hedging": (uncertain, "factuality_meantime", "score_hedging.py"),
    "actors": (actors, "actors_gum", "score_actors.py"),
    "actors, news": (actors, "actors_meantime", "score_actors.py"),
    "grouping": (groups, "groups_ecb", "score_groups.py"),
}


def main(folder: Path, wanted: list[str]) -> None:
    """Measure each job, or those that are named."""
    for job, (predict, name, scorer) in JOBS.items():
        if wanted and job not in wanted:
            continue
        start = time.perf_counter()
        predictions = predict(folder, name)
        seconds = time.perf_counter() - start
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            json.dump(predictions, file)
            file.flush()
            command = [sys.executable, str(folder / scorer), file.name, "--data", name]
            environment = {**os.environ, "EVAL_DATA": str(folder / "data")}
            done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        print(f"## {job} ({len(predictions)} documents in {seconds:.0f} s)\n{done.stdout}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
