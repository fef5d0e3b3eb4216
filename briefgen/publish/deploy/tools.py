"""Other people's programs: found, run without a shell, tried again where the way there failed, told in a sentence.

A program that says nothing for long, or never stops talking, is ended; so is one that was begun when Ctrl-C came.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from typing import IO

from briefgen.model.problems import BriefgenError
from briefgen.model.text import lines_of
from briefgen.publish.deploy.plan import FAILED

TRIES = 3
WAIT = 1.0  # seconds before the second try; twice as long before each one after
SILENCE = 600.0  # seconds for which a program may say nothing; those that send files tell how far they are
MOST = 256 << 20  # bytes that a program may say
_LEFT = 2.0  # seconds for what a program has said last to come in, and for one that is ended to clear up
_COLOURS = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


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
    program = [str(part) for part in command]
    name = Path(program[0]).name
    for _ in waited(tries):
        try:
            done = _ran(program, given, {**os.environ, "LC_ALL": "C", **(environment or {})})
        except OSError as error:
            raise BriefgenError(f"{name} cannot be run: {error.strerror}", code=FAILED) from error
        except ValueError as error:  # a character that no argument can hold
            raise BriefgenError(f"{name} cannot be run: {error}", code=FAILED) from error
        if done.returncode in allowed:
            return done
    raise BriefgenError(f"{name} failed: {_why(done)}", _AGAIN, code=FAILED)


_AGAIN = "Nothing was lost: the site there is the old one or works; deploy again to finish."


def _why(done: subprocess.CompletedProcess[bytes]) -> str:
    said = _COLOURS.sub("", done.stderr.decode("utf-8", "replace"))
    lines = [line.strip() for line in lines_of(said.replace("\r", "\n")) if line.strip()]
    if done.returncode < 0:
        return f"it was ended by signal {-done.returncode} ({signal.strsignal(-done.returncode)})"
    return lines[-1][:300] if lines else f"exit status {done.returncode}"


@dataclass(slots=True)
class _Ear:
    """Hears what a program says on one of its ways out, in a thread of its own."""

    pipe: IO[bytes]
    kept: bytearray = field(default_factory=bytearray)
    last: float = field(default_factory=time.monotonic)  # when it was last heard
    thread: Thread = field(init=False)

    def __post_init__(self) -> None:
        self.thread = Thread(target=self._hear, daemon=True)
        self.thread.start()

    def _hear(self) -> None:
        with self.pipe:
            while len(self.kept) <= MOST and (block := os.read(self.pipe.fileno(), 1 << 16)):
                self.kept += block
                self.last = time.monotonic()


def _ran(program: Sequence[str], given: bytes, environment: Mapping[str, str]) -> subprocess.CompletedProcess[bytes]:
    """Run a program to its end, or end it. Raises BriefgenError where it is silent or talks for too long."""
    process = subprocess.Popen(
        program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment
    )
    assert process.stdin and process.stdout and process.stderr
    try:
        Thread(target=_give, args=(process.stdin, given), daemon=True).start()
        out, err = _Ear(process.stdout), _Ear(process.stderr)
        _await(process, out, err)
        return subprocess.CompletedProcess(program, process.wait(), bytes(out.kept), bytes(err.kept))
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(_LEFT)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _await(process: subprocess.Popen[bytes], *ears: _Ear) -> None:
    """Wait until a program has ended and all that it said is heard; what it left running is not waited for."""
    name = Path(str(process.args[0] if isinstance(process.args, list) else process.args)).name
    ended = None
    while True:
        speaking = [ear for ear in ears if ear.thread.is_alive()]
        if speaking:
            speaking[0].thread.join(0.2)
        else:
            try:
                process.wait(0.2)
            except subprocess.TimeoutExpired:
                pass
        now = time.monotonic()
        if any(len(ear.kept) > MOST for ear in ears):
            raise BriefgenError(f"{name} was ended: it said more than {MOST:,} bytes", code=FAILED)
        if process.poll() is None:
            if now - max(ear.last for ear in ears) > SILENCE:
                raise BriefgenError(f"{name} was ended: it said nothing for {SILENCE:.0f} seconds", _AGAIN, code=FAILED)
            continue
        ended = ended or now
        if not speaking or now - ended > _LEFT:
            return


def _give(pipe: IO[bytes], given: bytes) -> None:
    """Hand a program what it reads; one that has stopped reading needs no more."""
    try:
        with pipe:
            pipe.write(given)
    except OSError:
        pass
