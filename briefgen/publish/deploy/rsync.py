"""A server over ssh, by rsync: what the plan names and nothing else; `--delete` would take other people's files too."""

from __future__ import annotations

import atexit
import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path

from briefgen.disk.below import Below
from briefgen.model.problems import BriefgenError
from briefgen.publish.deploy.plan import FAILED, MOST_TOLD, Far, Plan, Progress, far_from
from briefgen.publish.deploy.tools import TRIES, needed, run
from briefgen.publish.output import MANIFEST, rank

_NOT_THERE = (0, 3, 11, 23)  # exit statuses of rsync where the folder or the file is not there
_MISSING = 24  # where files are not here, which is how they are named for deletion
_LISTED = re.compile(rb"([^d]\S*)\s+[\d,.]+\S? \d{4}/\d\d/\d\d \d\d:\d\d:\d\d (.+)", re.S)
_ESCAPED = re.compile(rb"\\#([0-7]{3})")


@dataclass(frozen=True, slots=True)
class Rsync:
    """The site in a folder of another machine: `host:/path`, by ssh with these arguments."""

    to: str
    ssh: tuple[str, ...] = ("ssh", "-o", "BatchMode=yes")

    @property
    def name(self) -> str:
        """The machine and the folder."""
        return self.to

    def look(self) -> Far:
        """Every file in the folder, and our manifest there."""
        if self.to.startswith("-") or "@" in self.to.partition("@")[2]:
            raise BriefgenError(
                f"{self.to} is no address for rsync", "For example desk@host.example:/srv/desk.", code=FAILED
            )
        listed = self._rsync("-r", "--list-only", self._far(), allowed=_NOT_THERE)
        there = [os.fsdecode(name) for name in _names(listed)]
        if MANIFEST not in there:
            return far_from(None, there)
        with tempfile.TemporaryDirectory() as folder:
            self._rsync(f"--max-size={MOST_TOLD}", f"{self._far()}{MANIFEST}", f"{folder}/")
            return far_from(Below(Path(folder)).read(MANIFEST, MOST_TOLD) or b"", there)

    def carry_out(self, plan: Plan, output: Path, say: Progress) -> None:
        """Assets, pages, feeds, each in one go; then deletions, and the manifest."""
        total, done = len(plan.uploads) + len(plan.deletions), 0
        with tempfile.TemporaryDirectory() as folder:
            here = Path(folder)
            self._manifest(here, plan.before)
            self._delete(here, plan.first)
            for _, level in groupby(plan.emptied, key=lambda path: path.count("/")):
                self._delete(here, list(level))
            for _, group in groupby(plan.uploads, key=lambda path: rank(path)[0]):
                paths = list(group)
                self._send(output, paths, "--mkpath")
                done += len(paths)
                say("deploying", done, total)
            self._delete(here, plan.last)
            say("deploying", total, total)
            self._manifest(here, plan.after)

    def _delete(self, folder: Path, paths: Sequence[str]) -> None:
        """Send the names of files that are not here: rsync deletes those there."""
        if paths:
            empty = folder / "empty"
            empty.mkdir(exist_ok=True)
            self._send(empty, paths, "--delete-missing-args", allowed=(0, _MISSING))

    def _manifest(self, folder: Path, text: bytes) -> None:
        (folder / MANIFEST).write_bytes(text)
        self._send(folder, [MANIFEST], "--mkpath")

    def _send(self, source: Path, paths: Sequence[str], *more: str, allowed: Sequence[int] = (0,)) -> None:
        listed = b"\0".join(os.fsencode(f"./{path}") for path in paths)  # one that begins with # would be a remark
        arguments = (
            "-lt",
            "--relative",
            "--checksum",
            "--delay-updates",
            "--chmod=D755,F644",
            "--info=progress2",
            "--from0",
            "--files-from=-",
        )
        self._rsync(*arguments, *more, f"{source}/", self._far(), given=listed, allowed=allowed)

    def _far(self) -> str:
        return f"{self.to.rstrip('/')}/"

    def _rsync(self, *arguments: str, given: bytes = b"", allowed: Sequence[int] = (0,)) -> bytes:
        places = [each for each in arguments if not each.startswith("-")]
        flags = [each for each in arguments if each.startswith("-")]
        shell = " ".join(_shell_word(word) for word in (*self.ssh, *_one_connection(self.ssh)))
        command = [needed("rsync", "rsync"), "-e", shell, *flags, "--", *places]
        return run(command, given=given, allowed=allowed, tries=TRIES).stdout


_SHARED = 20  # seconds for which a connection waits for the next rsync


def _one_connection(ssh: Sequence[str]) -> tuple[str, ...]:
    """Arguments by which every rsync of a deploy shares one connection; none where ssh cannot, or is told its own."""
    if os.name == "nt" or any("Control" in word for word in ssh):
        return ()
    where = f"ControlPath={_sockets()}/%C"
    return ("-o", "ControlMaster=auto", "-o", where, "-o", f"ControlPersist={_SHARED}")


@cache
def _sockets() -> str:
    """A folder of this process's own, with a name that is short enough for a socket's."""
    folder = tempfile.mkdtemp(prefix="briefgen-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _shell_word(word: str) -> str:
    """A word as rsync's own splitting of `-e` takes it back."""
    return f"'{word}'" if re.search(r"\s", word) else word


def _names(listed: bytes) -> Iterator[bytes]:
    """The files of rsync's listing, without folders; characters that it escapes are put back."""
    for line in listed.split(b"\n"):
        if told := _LISTED.fullmatch(line):
            yield _ESCAPED.sub(lambda found: bytes((int(found[1], 8) & 0xFF,)), told[2])
