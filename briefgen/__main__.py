"""`briefgen`, and `python -m briefgen`: the same build again where nothing has changed, else the command line."""

from __future__ import annotations

import gc
import os
import signal
import sys
from types import FrameType


class Interruption:
    """Ends what the program does when Ctrl-C is pressed: also where a library makes another error of it, or none."""

    heard = False

    def __call__(self, number: int, frame: FrameType | None) -> None:
        """Somebody has pressed it."""
        self.heard = True
        raise KeyboardInterrupt

    def lost(self, what: sys.UnraisableHookArgs) -> None:
        """It came where nothing can be raised: press it again in a moment. What else is lost is told as ever."""
        if not issubclass(what.exc_type, KeyboardInterrupt):
            sys.__unraisablehook__(what)
            return
        from _thread import interrupt_main
        from threading import Timer

        again = Timer(0.01, interrupt_main)
        again.daemon = True
        again.start()


def main() -> None:
    """Run the program; whatever stops it is told in a sentence, but for faults of its own."""
    try:
        if signal.getsignal(signal.SIGINT) == signal.default_int_handler:
            interruption = Interruption()
            signal.signal(signal.SIGINT, interruption)
            sys.unraisablehook = interruption.lost
        _have_streams()
        _run()
    except SystemExit:
        raise
    except BaseException as error:
        from briefgen.cli.ending import ended

        sys.exit(ended(error))


def _run() -> None:
    """Where nothing has changed since a build, tell again what it told, and import nothing more."""
    from briefgen.project.unchanged import told_again

    told = told_again(sys.argv[1:])
    if told is None:
        if "build" in sys.argv:
            gc.disable()  # as the build itself does later: loading its modules makes much and drops nothing
        from briefgen.cli import main as command_line

        command_line()
    else:
        tell(*told)


def tell(out: str, err: str) -> None:
    """Print what is said, and what is said beside it."""
    sys.stdout.write(out)
    sys.stdout.flush()
    sys.stderr.write(err)
    sys.stderr.flush()


def _have_streams() -> None:
    """Have all three standard streams, whatever the program was begun with, and let none of them refuse a character.

    Without this the next file that is opened takes the place of a stream that is closed, and is printed into. What is
    said to a closed output fails, as it does for other programs; a closed error output is silent.
    """
    ways = (("stdin", "r", os.O_RDONLY), ("stdout", "w", os.O_RDONLY), ("stderr", "w", os.O_WRONLY))
    for number, (_, _, flags) in enumerate(ways):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, flags)  # takes the lowest number that is free
    for number, (name, mode, _) in enumerate(ways):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(number, mode, encoding="utf-8", closefd=False))
    for stream in (sys.stdout, sys.stderr):
        if reconfigure := getattr(stream, "reconfigure", None):
            reconfigure(errors="backslashreplace")


if __name__ == "__main__":
    main()
