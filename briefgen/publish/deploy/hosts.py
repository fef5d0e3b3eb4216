"""Hosts that take a whole folder by their own command-line tool, where that is installed: Netlify, Cloudflare Pages.

A deploy there is a snapshot: it becomes visible whole, and what changed is worked out by the tool. The key
is the tool's own to find, in its login or in the environment.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from briefgen.model.problems import BriefgenError
from briefgen.publish.deploy.plan import FAILED, Far, Plan, Progress
from briefgen.publish.deploy.tools import TRIES, needed, run

Host = Literal["netlify", "cloudflare"]
# The tool, the package that brings it, and its arguments; {site} and {folder} are put in as whole arguments.
_TOOLS: Mapping[Host, tuple[str, str, tuple[str, ...]]] = {
    "netlify": (
        "netlify",
        "netlify-cli from npm",
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
    """The site as one snapshot at a host; `site` is what the host calls it."""

    host: Host
    site: str

    @property
    def name(self) -> str:
        """The site and its host."""
        return f"{self.site} at {self.host}"

    def look(self) -> Far:
        """Nothing is known of the far end, and nothing there is replaced but by a whole snapshot."""
        if self.site.startswith("-") or not self.site:
            raise BriefgenError(f"{self.site!r} is no site", "`to` is what the host calls it.", code=FAILED)
        needed(*_TOOLS[self.host][:2])
        return Far(has_manifest=True)

    def carry_out(self, plan: Plan, output: Path, say: Progress) -> None:
        """Hand the folder to the host's tool."""
        tool, package, arguments = _TOOLS[self.host]
        given = [each.replace("{site}", self.site).replace("{folder}", str(output)) for each in arguments]
        run([needed(tool, package), *given], environment={"CI": "true"}, tries=TRIES)
        say("deploying", len(plan.uploads), len(plan.uploads))
