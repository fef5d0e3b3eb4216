"""Reading on a cluster: a real scheduler with two workers gives what this process gives."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY, run, write
from tests.test_drafting import FIRST, SECOND, SETTINGS


@pytest.fixture
def scheduler(tmp_path: Path) -> Iterator[str]:
    told = tmp_path / "scheduler.json"
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    common = ["--scheduler-file", str(told), "--no-dashboard"]
    commands = [
        ["scheduler", "--host", "127.0.0.1", "--port", "0", *common],
        *[["worker", *common, "--nthreads", "1", "--no-nanny"]] * 2,
    ]
    running = []
    try:
        for command in commands:
            running.append(
                subprocess.Popen(
                    [sys.executable, "-m", "dask", *command],
                    env=environment,
                    cwd=tmp_path,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                )
            )
            for _ in range(300):
                if told.exists() and told.stat().st_size:
                    break
                time.sleep(0.1)
        yield json.loads(told.read_text())["address"].removeprefix("tcp://")
    finally:
        for process in running:
            process.kill()  # a worker whose scheduler is gone goes on looking for it
        for process in running:
            process.wait(30)


def test_a_draft_read_on_a_cluster_is_the_same(tmp_path: Path, scheduler: str) -> None:
    texts = {"briefgen.toml": SETTINGS, "in/first.txt": FIRST, "in/second.txt": SECOND}
    here, there = write(tmp_path / "here", texts), write(tmp_path / "there", texts)
    for desk in (here, there):
        assert run("ingest", "in", cwd=desk).returncode == 0
    assert run("draft", "first", "second", "--name", "strait", cwd=here).returncode == 0
    done = run("draft", "first", "second", "--name", "strait", "--executor", f"dask://{scheduler}", cwd=there)
    assert done.returncode == 0, done.stderr
    assert (there / "content/briefs/strait.md").read_bytes() == (here / "content/briefs/strait.md").read_bytes()


def test_a_scheduler_that_does_not_answer_is_said_to(tmp_path: Path) -> None:
    desk = write(tmp_path, {"briefgen.toml": SETTINGS, "in/first.txt": FIRST})
    run("ingest", "in", cwd=desk)
    done = run("draft", "first", "--executor", "spark://nowhere", cwd=desk)
    assert done.returncode == 2 and "dask://" in done.stderr
