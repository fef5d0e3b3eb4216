"""What each host is given to read in the site's root, and what it is said not to take."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from briefgen.model.site import Hosting, Site
from briefgen.render import hosting
from briefgen.render.hosting import beyond_limits, host_files, own_domain
from tests.conftest import Site as Desk
from tests.conftest import assembled, page, said

STYLE = "style.0123456789.css"
MOVED = [("briefs/old/", "briefs/new/")]
SITE = Site(base_url="https://desk.example/at/")


def files(host: Hosting, site: Site = SITE) -> dict[str, str]:
    return {p.path: p.body.decode() for p in host_files(replace(site, hosting=host), STYLE, MOVED)}


@pytest.mark.parametrize(
    ("host", "names"),
    [("none", set()), ("nginx", set()), ("github", {".nojekyll", "CNAME"}), ("gitlab", {"_redirects"}),
     ("netlify", {"_headers", "_redirects"}), ("cloudflare", {"_headers", "_redirects"}), ("vercel", {"vercel.json"})],
)  # fmt: skip
def test_each_host_gets_what_it_reads_and_no_more(host: Hosting, names: set[str]) -> None:
    assert set(files(host)) == names


def test_headers_and_redirects_stand_below_the_base_path() -> None:
    found = files("netlify")
    assert found["_redirects"] == "/at/briefs/old/ /at/briefs/new/ 301\n"
    assert found["_headers"].splitlines()[0] == "/at/*"
    assert found["_headers"].endswith(
        f"/at/{STYLE}\n  ! Cache-Control\n  Cache-Control: public, max-age=31536000, immutable\n"
    )
    told = json.loads(files("vercel")["vercel.json"])
    assert told["trailingSlash"] is True
    assert told["redirects"] == [{"source": "/at/briefs/old/", "destination": "/at/briefs/new/", "permanent": True}]


@pytest.mark.parametrize(
    ("url", "domain"),
    [("https://desk.example/", "desk.example"), ("https://me.github.io/desk/", ""), ("", "")],
)
def test_a_domain_of_ones_own_is_told_to_github(url: str, domain: str) -> None:
    assert own_domain(Site(base_url=url)) == domain
    assert files("github", Site(base_url=url)).get("CNAME", "").strip() == domain


def test_what_a_host_will_not_take_is_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    cloudflare = replace(SITE, hosting="cloudflare")
    assert list(beyond_limits(cloudflare, 20_000, MOVED)) == []
    assert "20,001 files" in next(iter(beyond_limits(cloudflare, 20_001, MOVED))).message
    long = [("x" * 1000, "y")]
    assert [p.rule for p in beyond_limits(cloudflare, 1, long)] == ["host-limit"]
    monkeypatch.setattr(hosting, "MOST_REDIRECTS", {"cloudflare": 1})
    assert len(list(beyond_limits(cloudflare, 1, MOVED * 2))) == 1
    assert list(beyond_limits(replace(SITE, hosting="netlify"), 10**6, MOVED * 9)) == []


def test_a_site_has_the_files_of_its_host(site: Desk) -> None:
    found = assembled(site({"briefgen.toml": 'hosting = "github"\n[site]\nbase_url = "https://desk.example/"\n'}))
    assert page(found, "CNAME") == "desk.example\n" and page(found, ".nojekyll") == ""
    assert said(found) == []
