"""Hosts that take a whole folder by their own command-line tool, where that is installed: Netlify, Cloudflare Pages.

A deploy there is a snapshot: it becomes visible whole, and takes the place of all that was there. So what is
there is asked of the site itself, by its address: our manifest, or something that is not ours and stays. The
key is the tool's own to find, in its login or in the environment.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from socket import gaierror
from typing import Literal

from briefgen.model.problems import BriefgenError
from briefgen.publish.deploy.plan import FAILED, Far, Plan, Progress, far_from
from briefgen.publish.deploy.reader import answer_of
from briefgen.publish.deploy.tools import TRIES, needed, run
from briefgen.publish.output import MANIFEST

Host = Literal["netlify", "cloudflare"]
_SHOWN_AT: Mapping[Host, str] = {"netlify": "netlify.app", "cloudflare": "pages.dev"}
# The tool, the package that brings it, and its arguments; {site} and {folder} are put in as whole arguments.
_TOOLS: Mapping[Host, tuple[str, str, tuple[str, ...]]] = {
    "netlify": (
        "netlify",
        "netlify-cli from npm, or put a key into NETLIFY_AUTH_TOKEN",
        ("deploy", "--prod", "--no-build", "--site", "{site}", "--dir", "{folder}"),
    ),
    "cloudflare": (
        "wrangler",
        "wrangler from npm",
        ("pages", "deploy", "{folder}", "--project-name", "{site}", "--commit-dirty=true"),
    ),
}


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The site as one snapshot at a host; `site` is what the host calls it, `url` where it shows it."""

    host: Host
    site: str
    url: str = ""

    @property
    def name(self) -> str:
        """The site and its host."""
        return f"{self.site} at {self.host}"

    def look(self) -> Far:
        """What the site's own manifest says is there; something else's front page, where it has none."""
        if self.site.startswith("-") or not self.site:
            raise BriefgenError(f"{self.site!r} is no site", "`to` is what the host calls it.", code=FAILED)
        needed(*_TOOLS[self.host][:2])
        url = self.url.rstrip("/") or f"https://{self.site}.{_SHOWN_AT[self.host]}"
        try:
            manifest = _shown(f"{url}/{MANIFEST}")
            far = far_from(manifest, ()) if manifest is not None else Far()
            if far.has_manifest or far.damage:
                return replace(far, files=frozenset(far.ours))
            return Far(frozenset({"index.html"}) if _shown(f"{url}/") is not None else frozenset())
        except OSError as error:
            why = getattr(error, "reason", error)
            if isinstance(why, gaierror | ConnectionRefusedError):
                return Far()  # a site that has never been deployed has no address yet
            hint = "Nothing is replaced that has not been seen; deploy again in a while."
            raise BriefgenError(f"{url} does not say what is there: {why}"[:300], hint, code=FAILED) from error

    def carry_out(self, plan: Plan, output: Path, say: Progress) -> None:
        """Hand the folder to the host's tool."""
        tool, package, arguments = _TOOLS[self.host]
        given = [each.replace("{site}", self.site).replace("{folder}", str(output)) for each in arguments]
        run([needed(tool, package), *given], environment={"CI": "true"}, tries=TRIES)
        say("deploying", len(plan.uploads), len(plan.uploads))


def _shown(url: str) -> bytes | None:
    """What is shown at an address, past every cache."""
    return answer_of(f"{url}?{time.time_ns()}")
