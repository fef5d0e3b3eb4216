"""Coverage-guided fuzzing: `python -m tests.fuzz MINUTES [TARGET...]`, each target for its share of the minutes.

What is new to a target is kept in `tests/fuzz/corpus/`, from which the next run begins and which the suite replays; an
input that fails is kept in `tests/fuzz/failed/` and told. Needs atheris (`pip install --group fuzz`), which is for Linux and macOS.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
LONGEST = 4096  # bytes of an input
NAMES = ("front_matter", "markdown", "capture", "quotes", "merging")  # the targets, which must not be imported here


def fuzz(name: str) -> None:
    """Fuzz one target in this process, which atheris ends."""
    import atheris

    with atheris.instrument_imports(include=["briefgen", "tests.fuzz"]):
        import tests.fuzz.targets as told
    atheris.Setup(sys.argv[:1] + sys.argv[3:], told.TARGETS[name])
    atheris.Fuzz()


def main(minutes: float, names: list[str]) -> int:
    """Fuzz each target in a process of its own, and say what came of it. Gives the number of targets that failed."""
    failed = 0
    for name in names:
        corpus, found = HERE / "corpus" / name, HERE / "failed" / name
        for folder in (corpus, found):
            folder.mkdir(parents=True, exist_ok=True)
        seconds = max(1, round(minutes * 60 / len(names)))
        options = [f"-max_total_time={seconds}", f"-max_len={LONGEST}", "-timeout=20", "-rss_limit_mb=2048"]
        command = [
            sys.executable,
            "-m",
            "tests.fuzz",
            "--one",
            name,
            *options,
            f"-artifact_prefix={found}/",
            str(corpus),
        ]
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
        ran = re.findall(r"#(\d+)\s", done.stderr)
        print(f"{name}: {ran[-1] if ran else 0} inputs in {seconds} s, {len(list(corpus.iterdir()))} kept", flush=True)
        if done.returncode:
            failed += 1
            print("\n".join(done.stderr.splitlines()[-25:]), flush=True)
    return failed


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        fuzz(sys.argv[2])
    else:
        sys.exit(main(float(sys.argv[1]), sys.argv[2:] or list(NAMES)))
