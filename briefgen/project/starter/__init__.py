"""What a new desk begins with: files of this folder, by what was asked for, with the title and schemas put in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Literal, get_args

from briefgen.model.headers import safe_headers

Ci = Literal["github", "gitlab"]
Server = Literal["nginx", "apache", "caddy"]
CIS: tuple[Ci, ...] = get_args(Ci)
SERVERS: tuple[Server, ...] = get_args(Server)

# Files whose names no package may hold, or that a packer would leave out, under the name they have here.
_NAMES = {"gitignore": ".gitignore", "gitlab-ci.yml": ".gitlab-ci.yml", "vscode.json": ".vscode/settings.json",
          "github.yml": ".github/workflows/site.yml"}  # fmt: skip
# How each server is told a header; the name and the value are put in.
_HEADER: Mapping[str, str] = {
    "nginx": 'add_header {} "{}" always;',
    "apache": 'Header always set {} "{}"',
    "caddy": 'header {} "{}"',
}
_EMPTY = ("briefs", "actors", "sources", "captures", "assets")


def starting_files(
    title: str, *, example: bool = False, ci: Ci | None = None, server: Server | None = None
) -> Mapping[str, str]:
    """The files of a new desk, by path from its folder."""
    parts = [
        "desk",
        *(["example"] if example else []),
        *([f"ci/{ci}"] if ci else []),
        *([f"hosting/{server}"] if server else []),
    ]
    found = {f"content/{name}/.gitkeep": "" for name in _EMPTY}
    for part in parts:
        found |= {
            name: _with_headers(text, server).replace("{title}", _quoted(title))
            for name, text in _below(files(__name__).joinpath(part))
        }
    return found


def _with_headers(text: str, server: Server | None) -> str:
    """A server's settings with what goes with every answer, a line each where `{headers}` stands."""
    if server is None:
        return text
    told = [_HEADER[server].format(*header) for header in safe_headers().items()]
    return re.sub(r"^([ \t]*)\{headers\}$", lambda m: "\n".join(f"{m[1]}{line}" for line in told), text, flags=re.M)


def _below(folder: Traversable, prefix: str = "") -> Iterator[tuple[str, str]]:
    for entry in sorted(folder.iterdir(), key=lambda e: e.name):
        if entry.is_dir():
            yield from _below(entry, f"{prefix}{entry.name}/")
        else:
            yield prefix + _NAMES.get(entry.name, entry.name), entry.read_text("utf-8")


def _quoted(title: str) -> str:
    """A title as it stands between the quotes of a TOML text."""
    return title.replace("\\", "\\\\").replace('"', '\\"')
