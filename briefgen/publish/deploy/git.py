"""A branch of a git repository, as GitHub Pages and GitLab Pages read it: one commit a deploy, none if nothing changed.

The commit is made with git's plumbing in a bare repository of our own, from the tree that is there,
with our paths changed in it; what others put into the branch (a CNAME) stays. The push is refused by the
far end if somebody else has pushed in between.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from briefgen.model.problems import BriefgenError
from briefgen.publish.deploy.plan import FAILED, Far, Plan, Progress, far_from
from briefgen.publish.deploy.tools import TRIES, needed, run
from briefgen.publish.output import MANIFEST

_IDENTITY = {"GIT_AUTHOR_NAME": "briefgen", "GIT_COMMITTER_NAME": "briefgen",
             "GIT_AUTHOR_EMAIL": "briefgen@localhost", "GIT_COMMITTER_EMAIL": "briefgen@localhost"}  # fmt: skip
_QUIET = {"GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0"}


@dataclass(frozen=True, slots=True)
class Git:
    """The site on a branch of a remote; `store` is the folder of our own bare repository."""

    remote: str
    branch: str
    store: Path
    message: str = "Publish the site"

    @property
    def name(self) -> str:
        """The branch and where it is."""
        return f"{self.branch} of {self.remote}"

    def look(self) -> Far:
        """Fetch the branch and see what is on it; a branch that is not there holds nothing."""
        self._begin()
        parent = self._parent()
        if parent is None:
            return Far()
        listed = self._git("ls-tree", "-r", "-z", "--name-only", parent)
        there = [os.fsdecode(name) for name in listed.split(b"\0") if name]
        manifest = self._git("cat-file", "blob", f"{parent}:{MANIFEST}") if MANIFEST in there else None
        return far_from(manifest, there)

    def carry_out(self, plan: Plan, output: Path, say: Progress) -> None:
        """Make one commit and push it: the branch changes whole, or not at all."""
        parent = self._parent()
        total = len(plan.uploads) + 1
        with tempfile.TemporaryDirectory(dir=self.store) as folder:
            index = {"GIT_INDEX_FILE": str(Path(folder) / "index")}
            if parent:
                self._git("read-tree", parent, environment=index)
            paths = b"".join(_quoted(os.fsencode(output / path)) + b"\n" for path in plan.uploads)
            blobs = _ids(
                self._git("hash-object", "-w", "--no-filters", "--stdin-paths", given=paths), len(plan.uploads)
            )
            listing = _id(self._git("hash-object", "-w", "--no-filters", "--stdin", given=plan.after))
            say("deploying", len(plan.uploads), total)
            lines = [f"0 {'0' * 40}\t{path}\0" for path in plan.deletions]
            lines += [f"100644 {blob}\t{path}\0" for path, blob in zip(plan.uploads, blobs, strict=True)]
            lines.append(f"100644 {listing}\t{MANIFEST}\0")
            self._git("update-index", "-z", "--index-info", given=os.fsencode("".join(lines)), environment=index)
            tree = _id(self._git("write-tree", environment=index))
        before = ["-p", parent] if parent else []
        commit = _id(self._git("commit-tree", tree, *before, "-m", self.message, environment=self._identity()))
        lease = f"--force-with-lease=refs/heads/{self.branch}:{parent or ''}"
        self._git("push", "--progress", lease, self.remote, f"{commit}:refs/heads/{self.branch}", tries=TRIES)
        try:
            self._git("update-ref", self._here, commit)
        except BriefgenError:
            pass  # then it is fetched again
        say("deploying", total, total)

    def _begin(self) -> None:
        if self.remote.startswith("-") or self.branch.startswith("-"):
            raise BriefgenError(f"{self.remote} is no address of a repository", code=FAILED)
        self._make_store()
        listed = self._git("ls-remote", self.remote, f"refs/heads/{self.branch}", tries=TRIES).split()
        is_there = bool(listed)
        if is_there and listed[0] == (self._parent() or "").encode():
            return
        try:
            self._fetch(is_there)
        except BriefgenError:  # whatever a git that was killed has left in our store: it can be made anew
            self._drop_store()
            self._make_store()
            self._fetch(is_there, tries=TRIES)

    def _make_store(self) -> None:
        """Have a repository in which nothing tells git to run a program: a desk that somebody sent may bring one."""
        if _is_plain(self.store):
            return
        self._drop_store()
        self.store.mkdir(parents=True)
        run([needed("git", "git"), "init", "--quiet", "--bare", "--template=", self.store])
        (self.store / "config").write_bytes(_SETTINGS)

    def _drop_store(self) -> None:
        if self.store.is_symlink() or self.store.is_file():
            self.store.unlink()
        elif self.store.exists():
            shutil.rmtree(self.store)

    def _fetch(self, is_there: bool, tries: int = 1) -> None:
        """Have what is on the branch, under a name of our own; no name where there is no such branch."""
        if is_there:
            branch = f"+refs/heads/{self.branch}:{self._here}"
            self._git("fetch", "--progress", "--depth=1", self.remote, branch, tries=tries)
        else:
            self._git("update-ref", "-d", self._here)

    @property
    def _here(self) -> str:
        """What the branch is called in our store."""
        return f"refs/briefgen/{self.branch}"

    def _parent(self) -> str | None:
        done = run([needed("git", "git"), f"--git-dir={self.store}", "rev-parse", "--verify", "--quiet",
                    self._here], allowed=(0, 1))  # fmt: skip
        return _id(done.stdout) if done.stdout.strip() else None

    def _identity(self) -> Mapping[str, str]:
        """Who commits: who git says it is, else this program."""
        done = run([needed("git", "git"), f"--git-dir={self.store}", "config", "user.email"], allowed=(0, 1))
        return {} if done.stdout.strip() else _IDENTITY

    def _git(
        self, *arguments: str, given: bytes = b"", environment: Mapping[str, str] | None = None, tries: int = 1
    ) -> bytes:
        command = [needed("git", "git"), f"--git-dir={self.store}", "-c", "gc.autoDetach=false", *arguments]
        return run(command, given=given, environment={**_QUIET, **(environment or {})}, tries=tries).stdout


_SETTINGS = b"[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = true\n"
_PARTS = frozenset(("HEAD", "FETCH_HEAD", "config", "objects", "packed-refs", "refs", "shallow"))


def _is_plain(store: Path) -> bool:
    """Whether a folder is a repository as we make it: our settings, no hooks, nothing borrowed from another place."""
    try:
        is_ours = not store.is_symlink() and (store / "config").read_bytes() == _SETTINGS
        strange = {part.name for part in store.iterdir() if part.is_symlink() or part.name not in _PARTS}
        return (
            is_ours and (store / "HEAD").is_file() and not strange and not (store / "objects/info/alternates").exists()
        )
    except OSError:
        return False


def _quoted(path: bytes) -> bytes:
    """A path as git takes it on a line of its own, whatever characters it has."""
    return b'"' + re.sub(rb'[\x00-\x1f"\\\x7f]', lambda found: b"\\%03o" % ord(found[0]), path) + b'"'


def _ids(said: bytes, count: int) -> list[str]:
    """So many names of objects. Raises BriefgenError where git says something else."""
    found = said.split()
    if len(found) != count or not all(re.fullmatch(rb"[0-9a-f]{40}(?:[0-9a-f]{24})?", each) for each in found):
        raise BriefgenError(f"git says what it never says: {said[:80]!r}", "Look which git is called.", code=FAILED)
    return [each.decode() for each in found]


def _id(said: bytes) -> str:
    return _ids(said, 1)[0]
