"""An object store that speaks S3, or what obstore speaks besides (GCS, Azure): several objects at a time.

Keys come from the environment, as the stores' own tools read them; a setting never holds one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property
from importlib.util import find_spec
from itertools import groupby
from pathlib import Path
from typing import Any

from briefgen.model.problems import BriefgenError
from briefgen.model.text import lines_of
from briefgen.publish.deploy.plan import FAILED, MOST_TOLD, Far, Plan, Progress, far_from, headers_of
from briefgen.publish.output import MANIFEST, rank

AT_ONCE = 8


@dataclass(frozen=True)
class Store:
    """The site under a prefix of a bucket: `s3://bucket/prefix`. `options` are region, endpoint and the like."""

    url: str
    options: tuple[tuple[str, str], ...] = ()

    @property
    def name(self) -> str:
        """The bucket and the prefix."""
        return self.url

    def look(self) -> Far:
        """Every object under the prefix."""
        batches = self._asked(lambda: list(self._obstore.list(self._store)))
        there = [str(meta["path"]) for batch in batches for meta in batch]
        manifest = self._asked(self._manifest) if MANIFEST in there else None
        return replace(far_from(manifest, there), has_keys=True)

    def _manifest(self) -> bytes:
        told = bytearray()
        for block in self._obstore.get(self._store, MANIFEST).stream():
            told += bytes(block)
            if len(told) > MOST_TOLD:
                break
        return bytes(told)

    def carry_out(self, plan: Plan, output: Path, say: Progress) -> None:
        """Assets, then pages, then feeds, several at a time; then deletions, and the manifest."""
        total, done = len(plan.uploads) + len(plan.deletions), 0
        self._put(MANIFEST, plan.before)
        for _, group in groupby(plan.uploads, key=lambda path: rank(path)[0]):
            paths = list(group)
            for number, _ in enumerate(
                self._at_once(lambda path: self._put(path, (output / path).read_bytes()), paths), 1
            ):
                say("deploying", done + number, total)
            done += len(paths)
        for number, _ in enumerate(self._at_once(self._delete, plan.deletions), 1):
            say("deploying", done + number, total)
        self._put(MANIFEST, plan.after)

    def _at_once(self, work: Callable[[str], None], paths: Sequence[str]) -> Iterable[None]:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            yield from pool.map(work, paths)

    def _put(self, path: str, data: bytes) -> None:
        self._asked(lambda: self._obstore.put(self._store, path, data, attributes=headers_of(path)))

    def _delete(self, path: str) -> None:
        self._asked(lambda: self._obstore.delete(self._store, path))

    @cached_property
    def _obstore(self) -> Any:
        if find_spec("obstore") is None:
            raise BriefgenError("an object store needs obstore", "Run  pip install 'briefgen[s3]'.", code=FAILED)
        import obstore

        return obstore

    @cached_property
    def _store(self) -> Any:
        assert self._obstore
        from obstore.store import from_url

        options: dict[str, Any] = dict(self.options)
        if options.get("endpoint", "").startswith("http://"):  # a store on this machine
            options["client_options"] = {"allow_http": True}
        try:
            return from_url(self.url, **options)
        except Exception as error:  # obstore's errors have no common class but this
            raise BriefgenError(f"{self.url}: {_first_line(error)}", code=FAILED) from error

    def _asked(self, question: Callable[[], Any]) -> Any:
        """An answer of the store, which tries again by itself; its errors have no common class but Exception."""
        try:
            return question()
        except BriefgenError:
            raise
        except Exception as error:
            hint = "The site there works; deploy again to finish."
            raise BriefgenError(f"{self.url}: {_first_line(error)}", hint, code=FAILED) from error


def _first_line(error: Exception) -> str:
    return lines_of(str(error).strip())[0][:300] if str(error).strip() else type(error).__name__
