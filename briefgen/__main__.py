"""`briefgen`, and `python -m briefgen`: the same build again where nothing has changed, else the command line."""

from __future__ import annotations

import gc
import sys


def main() -> None:
    """Run the program; where nothing has changed since a build, tell again what it told, and import nothing more."""
    from briefgen.project.unchanged import told_again

    told = told_again(sys.argv[1:])
    if told is None:
        if "build" in sys.argv:
            gc.disable()  # as the build itself does later: loading its modules makes much and drops nothing
        from briefgen.cli import main as command_line

        command_line()
    else:
        out, err = told
        sys.stdout.write(out)
        sys.stderr.write(err)


if __name__ == "__main__":
    main()
