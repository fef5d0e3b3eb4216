"""How a command ends that could not do its work: a sentence and an exit status; a traceback for a fault of ours alone.

What is nobody's fault has a sentence: a full disk, a folder that is gone, a closed pipe, a name that is not UTF-8.
"""

from __future__ import annotations

import errno
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from types import CodeType

import click

import briefgen
from briefgen.model.problems import BriefgenError
from briefgen.model.text import printable

INTERRUPTED = 130
_TELLING = frozenset(("echo", "tell"))  # functions that print: click's, and that of the shortest way
UNHEARD = 141  # as a shell tells of a program that wrote to a closed pipe


def ended(error: BaseException, failed: int = 2) -> int:
    """Say why a command ends, and give its exit status; `failed` is that of a system which refuses.

    Raises the error again where it is a fault of the program.
    """
    is_interrupted = getattr(signal.getsignal(signal.SIGINT), "heard", False)
    if is_interrupted or isinstance(error, KeyboardInterrupt | click.Abort):
        if is_interrupted:
            signal.signal(signal.SIGINT, signal.SIG_DFL)  # who asks again waits for nothing
        return _said("interrupted; the same command again finishes what was begun", "", INTERRUPTED)
    if isinstance(error, BriefgenError):
        return _said(error.message, error.hint, error.code)
    if isinstance(error, OSError) and _TELLING & {code.co_name for code, _ in _frames(error)}:
        if error.errno == errno.EPIPE:
            quiet()
            return UNHEARD
        return _said(f"what there is to say cannot be printed: {error.strerror}", "", failed)
    if sentence := _sentence(error):
        return _said(sentence, "", failed)
    raise error


def _sentence(error: BaseException) -> str:
    """What is the matter, where that is no fault of the program; else nothing."""
    if isinstance(error, FileNotFoundError) and error.filename is None and _is_nowhere():
        return "the folder that you are in is gone"
    if isinstance(error, OSError):
        names = [os.fsdecode(name) for name in (error.filename, error.filename2) if isinstance(name, str | bytes)]
        return ": ".join([*names[:1], error.strerror or str(error) or type(error).__name__])
    if isinstance(error, UnicodeEncodeError) and "\ud800" <= error.object[error.start] <= "\udfff":
        return f"{error.object[:80]!r} is not UTF-8"
    if isinstance(error, MemoryError):
        return "there is not enough memory"
    if isinstance(error, RecursionError):
        return f"something nests too deeply to be read (at {_where(error)})"
    if type(error).__name__ == "BrokenProcessPool":
        return "a process that worked for this one was ended from outside, perhaps for want of memory"
    if type(error).__module__ == "sqlite3":
        return f"what is kept in .briefgen/ cannot be read or written: {error}"
    return ""


def _is_nowhere() -> bool:
    try:
        os.getcwd()
    except OSError:
        return True
    return False


def _where(error: BaseException) -> str:
    """The line of the program from which an error came."""
    package = f"{Path(briefgen.__file__).parent}{os.sep}"
    ours = [(code.co_filename, line) for code, line in _frames(error) if code.co_filename.startswith(package)]
    return ":".join((ours[-1][0].removeprefix(package), str(ours[-1][1]))) if ours else "an unknown place"


def _frames(error: BaseException) -> Iterator[tuple[CodeType, int]]:
    """Where an error came through, from the outside in."""
    at = error.__traceback__
    while at is not None:
        yield at.tb_frame.f_code, at.tb_lineno
        at = at.tb_next


def _said(message: str, hint: str, status: int) -> int:
    try:
        click.echo(f"briefgen: {printable(message)}", err=True)
        if hint:
            click.echo(f"  {printable(hint)}", err=True)
    except (OSError, ValueError):
        pass  # nobody listens
    quiet()
    return status


def quiet() -> None:
    """Let what cannot be printed go nowhere, so that the interpreter does not complain of it at its end."""
    for number, stream in ((1, sys.stdout), (2, sys.stderr)):
        try:
            if stream is not None:
                stream.flush()
        except (OSError, ValueError):
            with open(os.devnull, "wb") as nowhere:
                os.dup2(nowhere.fileno(), number)
