"""The program begun many times in strange surroundings, quickly: one process has loaded it and forks for each time.

Run as a program it reads a request a line, in JSON, and answers each with a line. A child changes its own surroundings
(streams, folder, environment, limits, user) and then begins as `python -m briefgen` does.
"""

from __future__ import annotations

import ctypes
import fcntl
import json
import os
import resource
import select
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from briefgen.__main__ import main
from briefgen.extract.language import pipeline

ROOM = 1 << 20  # bytes that a command may say
LONGEST = 60  # seconds for a command


@dataclass(frozen=True)
class Ended:
    """How a command ended: its exit status (of a signal below 0, None where it never ended), and what it said."""

    status: int | None
    out: str
    err: str


class Loaded:
    """A process that has loaded the program."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.surroundings"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def run(self, arguments: Sequence[str], cwd: Path, **surroundings: Any) -> Ended:
        """Begin the program with these arguments in that folder. See `_surround` for what may be asked for."""
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps({"arguments": arguments, "cwd": str(cwd), **surroundings}) + "\n")
        self._process.stdin.flush()
        status, out, err = json.loads(self._process.stdout.readline())
        return Ended(status, out, err)

    def end(self) -> None:
        """Nothing more is wanted."""
        assert self._process.stdin and self._process.stdout
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()


def _surround(asked: Mapping[str, Any], heard: Mapping[int, int]) -> None:
    """Streams (a path, `closed`, `unread`), environment, limits, a user, a folder that is gone or goes."""
    os.setsid()
    streams = {0: asked.get("stdin", os.devnull), 1: asked.get("stdout", ""), 2: asked.get("stderr", "")}
    for number, where in streams.items():
        if where == "closed":
            os.close(number)
        elif where == "unread":
            reader, writer = os.pipe()
            os.dup2(writer, number)
            os.close(writer)
            os.close(reader)
        else:
            handle = os.open(where, os.O_RDONLY if number == 0 else os.O_WRONLY) if where else heard[number]
            os.dup2(handle, number)
    os.closerange(3, 256)
    encoding = asked.get("encoding", "utf-8")
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        is_closed = streams[number] == "closed"
        mode = "w" if number else "r"
        setattr(sys, name, None if is_closed else os.fdopen(number, mode, encoding=encoding, closefd=False))
    for name, value in asked.get("environment", {}).items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
    os.chdir(asked["cwd"])
    if asked.get("folder_goes"):
        os.rmdir(asked["cwd"])
    for name, most in asked.get("limits", {}).items():
        resource.setrlimit(getattr(resource, name), (most, most))
    if asked.get("obeys"):
        _obey()


def _obey() -> None:
    """Let modes of files hold for this process, whoever runs it: without what root may besides (capset(2))."""
    if os.getuid() == 0:
        header = (ctypes.c_uint32 * 2)(0x20080522, 0)
        libc = ctypes.CDLL(None, use_errno=True)
        held = (ctypes.c_uint32 * 6)()
        assert libc.capget(header, held) == 0
        for at in range(3):
            held[at] &= ~0b1110  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH, CAP_FOWNER
        assert libc.capset(header, held) == 0


def _begin(asked: Mapping[str, Any], heard: Mapping[int, int]) -> None:
    """Be the program, in a process of its own; the exit status is as the interpreter would have it."""
    status = 1
    try:
        _surround(asked, heard)
        sys.argv = ["briefgen", *asked["arguments"]]
        if seconds := asked.get("interrupt"):
            signal.signal(signal.SIGINT, signal.default_int_handler)
            signal.signal(signal.SIGALRM, lambda number, frame: os.killpg(0, signal.SIGINT))
            signal.setitimer(signal.ITIMER_REAL, seconds)
        main()
        status = 0
    except SystemExit as error:
        status = error.code if isinstance(error.code, int) else 0 if error.code is None else 1
    except BaseException:
        sys.excepthook(*sys.exc_info())
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None:
                stream.flush()
        except (OSError, ValueError):
            status = 120
            with suppress(OSError):
                os.write(2, b"Exception ignored while flushing\n")
    os._exit(status)


def _serve() -> None:
    """Begin what is asked for, one after the other."""
    for name in ("cli", "deploy", "desk", "draft", "ingest", "preview", "report", "revise"):
        import_module(f"briefgen.{name}")
    pipeline()

    answers = os.fdopen(os.dup(1), "w")
    for line in sys.stdin:
        pipes = {number: os.pipe() for number in (1, 2)}
        for _, writer in pipes.values():
            fcntl.fcntl(writer, fcntl.F_SETPIPE_SZ, ROOM)
        if (child := os.fork()) == 0:
            _begin(json.loads(line), {number: writer for number, (_, writer) in pipes.items()})
        status = _waited_for(child)
        answers.write(json.dumps((status, *(_heard(*pipe) for pipe in pipes.values()))) + "\n")
        answers.flush()


def _heard(reader: int, writer: int) -> str:
    """What stands in a pipe."""
    os.close(writer)
    os.set_blocking(reader, False)
    with open(reader, "rb") as pipe:
        return (pipe.read() or b"").decode("utf-8", "replace")


def _waited_for(child: int) -> int | None:
    ends = time.monotonic() + LONGEST
    while time.monotonic() < ends:
        found, status = os.waitpid(child, os.WNOHANG)
        if found:
            return os.waitstatus_to_exitcode(status)
        select.select([], [], [], 0.005)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return None


if __name__ == "__main__":
    _serve()
