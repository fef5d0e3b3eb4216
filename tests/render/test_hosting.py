"""What each host is given to read in the site's root, and what it is said not to take."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from bs4 import BeautifulSoup

from briefgen.model.headers import page_policy, safe_headers
from briefgen.model.site import Hosting, Site
from briefgen.project.starter import starting_files
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


def test_every_page_says_what_hosts_and_servers_are_told_to_send_but_for_frames(site: Desk) -> None:
    redirected = ("date: 2026-11-20", "date: 2026-11-20\nredirect_from: [old]")
    pages = [p for p in assembled(site(moved=redirected)).pages if p.path.endswith(".html")]
    tags = [
        BeautifulSoup(p.body, "html.parser").find_all("meta", {"http-equiv": "Content-Security-Policy"}) for p in pages
    ]
    assert {p.path for p in pages} >= {"index.html", "404.html", "briefs/old/index.html"}
    (said,) = {tuple(str(tag["content"]) for tag in of_page) for of_page in tags}
    assert said == (page_policy(),) and "script-src" not in said[0]
    wanted = dict(safe_headers())
    assert wanted["Content-Security-Policy"] == f"{said[0]}; frame-ancestors 'none'"
    for host in ("netlify", "cloudflare"):
        first = files(host)["_headers"].split("\n/")[0].splitlines()[1:]
        assert {line.strip().split(": ", 1)[0]: line.split(": ", 1)[1] for line in first}.items() >= wanted.items()
    first = json.loads(files("vercel")["vercel.json"])["headers"][0]
    assert first["source"] == "/at/(.*)" and {h["key"]: h["value"] for h in first["headers"]}.items() >= wanted.items()
    for server, name, places in (("nginx", "nginx.conf", 2), ("apache", "apache.conf", 1), ("caddy", "Caddyfile", 1)):
        text = starting_files("x", server=server)[name]
        assert {header: text.count(f'{header} "{value}"') for header, value in wanted.items()} == dict.fromkeys(
            wanted, places
        )


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
