"""The one door through which files of a desk come in: regular, of bounded size, clean UTF-8, inside the project."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass, field
from pathlib import Path

from briefgen.model.problems import Place, Problem
from briefgen.model.text import forbidden, line_and_column, name_of, one_line

ENTRY_BYTES = 4 << 20  # a front matter with its body
CAPTURE_BYTES = 64 << 20  # a captured text
ASSET_BYTES = 256 << 20
_TOO_LARGE = "{:,} bytes; at most {:,} are read"


@dataclass(frozen=True, slots=True)
class Door:
    """Where files may come from: nothing outside `root` is opened, by whatever link. Problems name files from there."""

    root: Path
    inside: set[Path] = field(default_factory=set, compare=False, repr=False)  # folders known to stand below the root

    def name(self, path: Path) -> str:
        """A path as problems print it: from the root, with forward slashes, and on one line whatever it is called."""
        text, root = str(path), f"{self.root}{os.sep}"
        inside = text[len(root) :] if text.startswith(root) else os.path.relpath(text, self.root)
        return one_line(inside.replace(os.sep, "/"))

    def holds(self, path: Path) -> bool:
        """Whether a path, its links followed, stands below the root."""
        if path.parent not in self.inside or path.is_symlink():
            if not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(self.root)):
                return False
            if not path.is_symlink():
                self.inside.add(path.parent)
        return True

    def read_bytes(self, path: Path, most: int = ENTRY_BYTES) -> bytes | Problem:
        """The bytes of a regular file inside the root, or why they are not taken."""
        place = Place(self.name(path))
        try:
            if not self.holds(path):
                return Problem(place, "outside", "this link leads out of the project; nothing outside it is read")
            mode = os.stat(path).st_mode  # before it is opened: that alone wakes some devices
            if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
                return Problem(place, "not-a-file", "this is not a regular file")
            with open(path, "rb", opener=_without_waiting) as file:
                status = os.fstat(file.fileno())
                if not stat.S_ISREG(status.st_mode):
                    return Problem(place, "not-a-file", "this is not a regular file")
                data = file.read(most + 1) if status.st_size <= most else b""  # it may grow while it is read
                size = max(status.st_size, len(data))
                return data if size <= most else Problem(place, "too-large", _TOO_LARGE.format(size, most))
        except OSError as error:
            return Problem(place, "unreadable", f"cannot be read: {error.strerror}")

    def read_text(self, path: Path, most: int = ENTRY_BYTES) -> str | Problem:
        """The text of a file: strict UTF-8 without control characters; BOM and CRLF are taken away."""
        data = self.read_bytes(path, most)
        return data if isinstance(data, Problem) else clean_text(data, self.name(path))


def _without_waiting(path: str, flags: int) -> int:
    """Open a file without being held up by a named pipe."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))


def clean_text(data: bytes, file: str) -> str | Problem:
    """Bytes as text, without BOM, newlines as `\\n`; or the problem with its line and column."""
    text = captured_text(data, file)
    return text if isinstance(text, Problem) else text.removeprefix("\ufeff").replace("\r\n", "\n")


def captured_text(data: bytes, file: str) -> str | Problem:
    """Bytes as text, each character kept, so that offsets count what was captured; or the problem with its place."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        place = _place(data[: error.start].decode("utf-8"), file)
        message = f"not UTF-8: byte 0x{data[error.start]:02x} cannot stand here"
        return Problem(place, "not-utf8", message, hint="Save the file as UTF-8.")
    if bad := forbidden(text.replace("\r\n", "\n\n")):
        place = _place(text[: bad.start()], file)
        return Problem(place, "control-character", f"the character {name_of(bad[0])} cannot stand in a text")
    return text


def _place(before: str, file: str) -> Place:
    """The place that comes after a text."""
    return Place(file, *line_and_column(before, len(before)))
