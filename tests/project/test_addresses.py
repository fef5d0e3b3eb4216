"""Addresses of sites: which are taken, how each is spelt, and that nothing printed of one can end a line or a tag."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from briefgen.model.site import Hosting, Site
from briefgen.project.addresses import site_address
from briefgen.render.hosting import host_files, own_domain

TAKEN = {
    "https://desk.example": "https://desk.example/",
    "HTTPS://Desk.EXAMPLE/At/": "https://desk.example/At/",
    "http://desk.example:80/": "http://desk.example/",
    "https://desk.example:443": "https://desk.example/",
    "https://desk.example:08443/a/b": "https://desk.example:8443/a/b/",
    "http://localhost:8000/": "http://localhost:8000/",
    "http://127.0.0.1/~me/": "http://127.0.0.1/~me/",
    "http://[::1]:8000/": "http://[::1]:8000/",
    "http://[0:0::1]/": "http://[::1]/",
    "https://xn--bcher-kva.example/": "https://xn--bcher-kva.example/",
    "https://desk.example/%C3%BCber/": "https://desk.example/%C3%BCber/",
}
REFUSED = {
    "a space": ["https://desk.example/a b", " https://desk.example/", "https://desk.example/ ", "https://de sk.example/"],
    "cannot stand in an address": [
        "https://desk.example/\n/evil/* /x 200", "https://desk.example/\r\nX: y", "https://desk.example/\t", "https://desk.example/\u202egnp/",
        "https://desk\u2066.example/", "https://d\u0435sk.example/", "https://bücher.example/", "https://desk.example/\u2028", "https://desk.example/\x00",
        "https://desk.example/\x1b]8;;", "https://desk.example/\ufeff", "\u200bhttps://desk.example/", "https://desk.example\u3002evil.example/", "https://desk.example/\ud800",
    ],
    "does not begin": [
        "desk.example", "//desk.example/", "ftp://desk.example/", "javascript:alert(1)", "javascript://desk.example/%0aalert(1)", "data:text/html,x",
        "file:///etc/passwd", "https:/desk.example", "https:desk.example", "http//x", "https:\\\\desk.example\\",
    ],
    "a query or a fragment": ["https://desk.example/?q", "https://desk.example/#x", "https://desk.example?x", "https://desk.example/?"],
    "names a user": ["https://me@desk.example/", "https://me:secret@desk.example/", "https://desk.example:x@evil.example/", "https://@desk.example/"],
    "no host": [
        "https:///", "https://.", "https://desk..example/", "https://-desk.example/", "https://desk.example./", "https://[::1", "https://[x]/",
        "https://[fe80::1%25eth0]/", "https://1.2.3/", "https://0x7f.1/", "https://2130706433/", "https://256.1.1.1/", "https://desk.example:80:90/", "https://desk.example:x/",
        "https://" + "a" * 64 + ".example/", "https://" + "a." * 150 + "example/", 'https://"onload=x/', "https://desk'.example/", "https://<b>/", "https://desk%2eexample/", "https://desk\\.example/",
    ],
    "no port": ["https://desk.example:0/", "https://desk.example:65536/", "https://desk.example:99999999999/"],
    "no punycode": ["https://xn--a.example/", "https://xn--zzzzzzzz99999999.example/", "https://xn--desk-0.example/", "https://xn--a-pin.example/"],
    "cannot stand in its path": [
        'https://desk.example/"onload="x', "https://desk.example/'x", "https://desk.example/<script>", "https://desk.example/a\\b", "https://desk.example/*", "https://desk.example/:splat",
        "https://desk.example/(.*)", "https://desk.example/a;b", "https://desk.example/{{7*7}}", "https://desk.example/$1", "https://desk.example/%", "https://desk.example/%zz", "https://desk.example/a&b", "https://desk.example/a,b",
    ],
    "not UTF-8": ["https://desk.example/%ff/", "https://desk.example/%c0%ae/"],
    "hides a character": ["https://desk.example/%0a/", "https://desk.example/%0d%0aX", "https://desk.example/%2e%2e/", "https://desk.example/a%2fb", "https://desk.example/%5c", "https://desk.example/%00", "https://desk.example/%E2%80%AE/", "https://desk.example/%250a"],
    "an empty part": ["https://desk.example//evil.example/", "https://desk.example/a/../b", "https://desk.example/./", "https://desk.example/a//"],
    "longer than": ["https://desk.example/" + "a" * 3000],
}  # fmt: skip


@pytest.mark.parametrize(("given_", "spelt"), TAKEN.items())
def test_an_address_is_spelt_in_one_way(given_: str, spelt: str) -> None:
    assert site_address(given_) == spelt == site_address(spelt)


@pytest.mark.parametrize(("why", "url"), [(why, url) for why, urls in REFUSED.items() for url in urls])
def test_an_address_that_could_mean_something_else_is_refused(why: str, url: str) -> None:
    with pytest.raises(ValueError, match=re.escape(why)):
        site_address(url)


_BITS = st.lists(
    st.sampled_from(
        ["https://", "http://", "desk", ".example", "/", "//", ":", "8000", "@", "?", "#", "..", "%0a", "%2e", "%C3%BC", "xn--", "[", "]", "::1", "\\", " ", "\n",
         '"', "'", "<", ">", "&", "*", "\u202e", "é", "~", "-", "_", "x" * 40, "{{", "\x00"]
    ),
    max_size=9,
).map("".join)  # fmt: skip


@settings(max_examples=600, deadline=None, derandomize=True)
@given(st.one_of(_BITS, _BITS.map("https://desk.example/".__add__), st.text(max_size=30)))
def test_what_is_taken_holds_nothing_that_has_to_be_escaped_and_stays_as_it_is(url: str) -> None:
    try:
        spelt = site_address(url)
    except ValueError:
        return
    assert re.fullmatch(r"https?://([a-z0-9._-]+|\[[0-9a-f:.]+\])(:\d+)?/([A-Za-z0-9._~%-]+/)*", spelt)
    assert site_address(spelt) == spelt


HOSTILE = ["a b", "a\nb", "a\r\nX: y", '"', "*", ":splat", "é\u202e", "a\x00", "<b>", "/* /evil 200\n"]


@pytest.mark.parametrize("host", ["github", "gitlab", "netlify", "cloudflare", "vercel"])
def test_no_line_of_a_hosts_file_can_be_ended_whatever_stands_in_an_address(host: Hosting) -> None:
    moved = [(f"briefs/{old}/", f"briefs/{new}/") for old, new in zip(HOSTILE, HOSTILE[1:], strict=False)]
    for base in ("https://desk.example/", *(f"https://desk.example/{bad}/" for bad in HOSTILE)):
        files = {p.path: p.body.decode() for p in host_files(Site(base_url=base, hosting=host), "style.0.css", moved)}
        lines = files.get("_redirects", "").splitlines()
        assert len(lines) in (0, len(moved)) and all(re.fullmatch(r"/[!-~]+ /[!-~]+ 301", line) for line in lines)
        assert re.fullmatch(r"([a-z0-9.-]+\n)?", files.get("CNAME", ""))
        if "vercel.json" in files:
            assert all(re.fullmatch(r"/[!-~]*", r["source"]) for r in json.loads(files["vercel.json"])["redirects"])
        for line in files.get("_headers", "").splitlines():
            assert re.fullmatch(r"/[!-~]+|  (! )?[A-Za-z-]+(: [ -~]+)?", line)


def test_a_domain_is_none_where_an_address_has_none() -> None:
    assert own_domain(Site(base_url="")) == ""
