"""What a host reads in the root of a site: only that; whatever else it wants is `briefgen init`'s to write.

Limits are the hosts' own: Cloudflare Pages takes 2,000 redirects of at most 1,000 characters and 20,000 files.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from urllib.parse import quote, urlsplit

from briefgen.model.headers import safe_headers
from briefgen.model.problems import Place, Problem
from briefgen.model.site import Hosting, Page, Site
from briefgen.render import urls

MOST_FILES: Mapping[Hosting, int] = {"cloudflare": 20_000}
MOST_REDIRECTS: Mapping[Hosting, int] = {"cloudflare": 2_000, "vercel": 2_048}
LONGEST_REDIRECT = 1_000
_FOREVER = "public, max-age=31536000, immutable"
_ASKED_AGAIN = "public, max-age=0, must-revalidate"
_OWN_DOMAINS = ("github.io", "gitlab.io", "netlify.app", "pages.dev", "vercel.app")


def host_files(site: Site, style: str, moved: Sequence[tuple[str, str]]) -> Iterator[Page]:
    """The files that the site's host reads. `style` is the style sheet's file, whose name changes with its bytes;
    `moved` are old and new addresses."""
    base = _spelt(urls.base_path(site))
    told = [(base + _spelt(old), base + _spelt(new)) for old, new in moved][: MOST_REDIRECTS.get(site.hosting)]
    if site.hosting == "github":
        yield Page(".nojekyll", b"")
        if domain := own_domain(site):
            yield Page("CNAME", f"{domain}\n".encode())
    elif site.hosting in ("netlify", "cloudflare"):
        yield Page("_headers", _headers(base, style).encode())
        if told:
            yield Page("_redirects", "".join(f"{old} {new} 301\n" for old, new in told).encode())
    elif site.hosting == "vercel":
        yield Page("vercel.json", _vercel(base, style, told).encode())
    elif site.hosting == "gitlab" and told:
        yield Page("_redirects", "".join(f"{old} {new} 301\n" for old, new in told).encode())


def own_domain(site: Site) -> str:
    """The domain of a site that is not its host's; empty where it is, or is not known."""
    host = urlsplit(site.base_url).hostname or ""
    return "" if host.endswith(_OWN_DOMAINS) else host


def beyond_limits(site: Site, files: int, moved: Sequence[tuple[str, str]]) -> Iterable[Problem]:
    """What of a site its host will not take."""
    here = Place("briefgen.toml")
    most = MOST_FILES.get(site.hosting)
    if most and files > most:
        message = f"{files:,} files; {site.hosting} takes {most:,}"
        yield Problem(here, "host-limit", message, "warning", "Choose another host, or publish fewer sources in full.")
    kept = MOST_REDIRECTS.get(site.hosting)
    if kept and len(moved) > kept:
        message = f"{len(moved):,} old addresses; {site.hosting} takes {kept:,} redirects: the rest lead on by a page"
        yield Problem(here, "host-limit", message, "warning")
    if site.hosting == "cloudflare":
        for old, new in moved:
            if len(old) + len(new) + 10 > LONGEST_REDIRECT:
                yield Problem(
                    here, "host-limit", f"the redirect from /{old[:60]} is longer than cloudflare takes", "warning"
                )


def _spelt(path: str) -> str:
    """A path as it stands in a line of its own: no space, no newline and no mark of a pattern is left in it."""
    return quote(path, safe="/%")


def _headers(base: str, style: str) -> str:
    """The format that Netlify and Cloudflare share."""
    groups = [(f"{base}*", {"Cache-Control": _ASKED_AGAIN, **safe_headers()})]
    if style:
        # "! Name" takes away what a wider rule has set: else both values would be sent.
        groups.append((f"{base}{style}", {"! Cache-Control": "", "Cache-Control": _FOREVER}))
    lines = []
    for path, headers in groups:
        lines += [path, *(f"  {name}: {value}" if value else f"  {name}" for name, value in headers.items())]
    return "\n".join(lines) + "\n"


def _vercel(base: str, style: str, moved: Sequence[tuple[str, str]]) -> str:
    def rule(path: str, headers: Mapping[str, str]) -> dict[str, object]:
        return {"source": path, "headers": [{"key": name, "value": value} for name, value in headers.items()]}

    headers = [rule(f"{base}(.*)", {"Cache-Control": _ASKED_AGAIN, **safe_headers()})]
    headers += [rule(f"{base}{style}", {"Cache-Control": _FOREVER})] if style else []
    redirects = [{"source": old, "destination": new, "permanent": True} for old, new in moved]
    told: dict[str, object] = {"trailingSlash": True, "headers": headers}
    return json.dumps(told | ({"redirects": redirects} if redirects else {}), indent=2) + "\n"
