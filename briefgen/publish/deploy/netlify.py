"""Netlify by its own interface: a deploy is a table of hashes, and only files that the host has not yet are sent.

The host shows a deploy whole or not at all. Files of the last deploy that are not ours go into the next
one's table, so they stay. The key is read from the environment, as the host's own tool reads it.

Method: https://docs.netlify.com/api/get-started/, "Deploy with the API", file digest method.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from hashlib import sha1
from pathlib import Path
from typing import Any, TypeVar
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import Request

from briefgen.model.problems import BriefgenError
from briefgen.publish.deploy.plan import FAILED, Far, Plan, Progress, far_from
from briefgen.publish.deploy.reader import asked
from briefgen.publish.deploy.tools import TRIES, waited
from briefgen.publish.output import MANIFEST

API = "https://api.netlify.com/api/v1"
AT_ONCE = 8
_RAW = "application/vnd.bitballoon.v1.raw"  # how the host is asked for a file's bytes and not for what it knows of it
T = TypeVar("T")
_PATIENCE, _PAUSE = 300.0, 1.0  # seconds for which a deploy may be worked on by the host, and between two looks


@dataclass(frozen=True, slots=True)
class Netlify:
    """The site of this name or id; `token` is the key, `api` where the host is asked."""

    site: str
    token: str = field(repr=False)
    api: str = API

    @property
    def name(self) -> str:
        """The site and its host."""
        return f"{self.site} at netlify"

    def look(self) -> Far:
        """Every file of the deploy that is shown, and our manifest in it."""
        there = self._files()
        manifest = self._ask("GET", f"{self._at}/files/{MANIFEST}", accept=_RAW) if MANIFEST in there else None
        return far_from(manifest, there)

    def carry_out(self, plan: Plan, output: Path, say: Progress) -> None:
        """Make one deploy of what stays and what is new, and wait until the host shows it."""
        there = self._files()
        new = {path: (output / path).read_bytes() for path in plan.uploads} | {MANIFEST: plan.after}
        kept = {path: sha for path, sha in there.items() if path not in plan.deletions}
        sums = kept | {path: sha1(data, usedforsecurity=False).hexdigest() for path, data in new.items()}
        table = {"files": {f"/{path}": sha for path, sha in sums.items()}}
        name, wanted = self._tell(
            "POST", f"{self._at}/deploys", table, lambda begun: (str(begun["id"]), set(begun.get("required") or ()))
        )
        self._send(name, {path: data for path, data in new.items() if sums[path] in wanted}, say)
        self._await(name)

    def _send(self, deploy: str, files: Mapping[str, bytes], say: Progress) -> None:
        def put(path: str) -> None:
            kind = "application/octet-stream"
            self._ask("PUT", f"deploys/{quote(deploy, safe='')}/files/{quote(path)}", files[path], kind=kind)

        with ThreadPoolExecutor(AT_ONCE) as pool:
            for done, _ in enumerate(pool.map(put, files), 1):
                say("deploying", done, len(files))

    def _await(self, deploy: str) -> None:
        ends = time.monotonic() + _PATIENCE
        while time.monotonic() < ends:
            state, why = self._tell(
                "GET",
                f"deploys/{quote(deploy, safe='')}",
                None,
                lambda told: (told["state"], told.get("error_message")),
            )
            if state == "ready":
                return
            if state == "error":
                raise BriefgenError(f"netlify refused the deploy: {str(why)[:300]}", _OLD, code=FAILED)
            time.sleep(_PAUSE)
        raise BriefgenError("netlify is still working on the deploy", "Look at it there in a while.", code=FAILED)

    @property
    def _at(self) -> str:
        if not self.site or "/" in self.site:
            raise BriefgenError(f"{self.site!r} is no site", "`to` is what the host calls it.", code=FAILED)
        is_named = "." in self.site or self.site.count("-") == 4  # a domain, or an id
        return f"sites/{quote(self.site if is_named else f'{self.site}.netlify.app')}"

    def _files(self) -> dict[str, str]:
        """The files that are shown, each with the host's own hash (SHA-1) of it."""
        return self._tell(
            "GET",
            f"{self._at}/files",
            None,
            lambda told: {str(each["path"]).lstrip("/"): str(each["sha"]) for each in told},
        )

    def _tell(self, method: str, path: str, said: object, wanted: Callable[[Any], T]) -> T:
        """What is wanted of an answer in JSON. Raises BriefgenError where it is not in it."""
        data = json.dumps(said).encode() if said is not None else None
        answer = self._ask(method, path, data, kind="application/json")
        try:
            return wanted(json.loads(answer))
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
            raise BriefgenError("netlify: it answers what nobody can read", _OLD, code=FAILED) from error

    def _ask(
        self, method: str, path: str, data: bytes | None = None, *, kind: str = "", accept: str = "application/json"
    ) -> bytes:
        """An answer of the host; asked again, later and later, where it is busy or the way to it failed."""
        headers = {"Accept": accept, "User-Agent": "briefgen"} | ({"Content-Type": kind} if kind else {})
        why = ""
        for _ in waited(TRIES):
            try:
                request = Request(f"{self.api}/{path}", data, headers, method=method)  # noqa: S310
                request.add_unredirected_header("Authorization", f"Bearer {self.token}")  # the key is for this host
                return asked(request)
            except HTTPError as error:
                why = f"it answers {error.code} {error.reason}"[:300]
                if error.code not in _BUSY:
                    break
            except OSError as error:
                why = str(getattr(error, "reason", error))
            except ValueError as error:
                why = str(error)
                break
        raise BriefgenError(f"netlify: {why}", _OLD, code=FAILED)


_BUSY: Sequence[int] = (429, 500, 502, 503, 504)
_OLD = "The site there is the old one; deploy again to finish."
