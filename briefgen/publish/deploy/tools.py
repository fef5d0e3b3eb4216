"""Other people's programs: found, run without a shell, tried again where the way there failed, told in a sentence."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from briefgen.model.problems import BriefgenError
from briefgen.publish.deploy.plan import FAILED

TRIES = 3
WAIT = 1.0  # seconds before the second try; twice as long before each one after


def needed(program: str, package: str) -> str:
    """The path of a program. Raises BriefgenError where it is not installed."""
    found = shutil.which(program)
    if found is None:
        raise BriefgenError(f"this needs {program}, which is not installed", f"Install {package}.", code=FAILED)
    return found


def waited(tries: int) -> Iterator[int]:
    """The numbers of tries from 0, with a wait before each but the first, twice as long each time."""
    for number in range(tries):
        if number:
            time.sleep(WAIT * 2 ** (number - 1))
        yield number


def run(
    command: Sequence[str | Path],
    *,
    given: bytes = b"",
    environment: Mapping[str, str] | None = None,
    allowed: Sequence[int] = (0,),
    tries: int = 1,
) -> subprocess.CompletedProcess[bytes]:
    """Run a program. Raises BriefgenError with the last line that it said where it fails in every try."""
    for _ in waited(tries):
        done = subprocess.run(
            [str(part) for part in command],
            input=given,
            capture_output=True,
            check=False,
            env={**os.environ, "LC_ALL": "C", **(environment or {})},
        )
        if done.returncode in allowed:
            return done
    said = [line for line in done.stderr.decode("utf-8", "replace").splitlines() if line.strip()]
    name = Path(str(command[0])).name
    hint = "Nothing was lost: the site there is the old one or works; deploy again to finish."
    raise BriefgenError(f"{name} failed: {said[-1] if said else f'exit status {done.returncode}'}", hint, code=FAILED)
