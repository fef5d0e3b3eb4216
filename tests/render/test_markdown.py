"""A body becomes HTML that holds nothing but what is allowed; what is not is told at its own line."""

from __future__ import annotations

import re

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from briefgen.render.links import Dead, Target
from briefgen.render.markdown import may_link, render


def resolve(text: str) -> Target | Dead:
    if text.startswith("withheld"):
        return Target("", "not published")
    return Target("actors/nw/", 'N"W <&>') if text == "nw" else Dead(f"no {text}", "did you mean?")


def html(body: str, assets: frozenset[str] = frozenset(["map.png", "a b.svg"])) -> tuple[str, list[str]]:
    made, problems = render(body, file="f.md", first_line=10, resolve=resolve, spell=lambda u: f"../{u}", assets=assets)
    return str(made), [f"{p.place} {p.rule}" for p in problems]


@pytest.mark.parametrize(
    ("body", "made"),
    [
        ("", ""),
        ("[[nw]]", '<p><a href="../actors/nw/">N&quot;W &lt;&amp;&gt;</a></p>\n'),
        ("[[nw|the *firm*]]", '<p><a href="../actors/nw/">the *firm*</a></p>\n'),
        ("[[withheld]] and [[withheld|words]]", "<p>not published and words</p>\n"),
        ("# a\n### b\n# c", "<h3>a</h3>\n<h4>b</h4>\n<h3>c</h3>\n"),
        ("<b>x</b> &amp; <!-- y -->", "<p>&lt;b&gt;x&lt;/b&gt; &amp; &lt;!-- y --&gt;</p>\n"),
        ("[x](https://a.b/?q=1&r='\")", "<p><a href=\"https://a.b/?q=1&amp;r='%22\">x</a></p>\n"),
        ("[m](mailto:a@b.example 'title')", '<p><a href="mailto:a@b.example">m</a></p>\n'),
        ("![a <plan>](assets/map.png)", '<p><img src="../assets/map.png" alt="a &lt;plan&gt;" loading="lazy"></p>\n'),
        ("[f](/assets/a%20b.svg)", '<p><a href="../assets/a b.svg">f</a></p>\n'),
        ("```js onload=x\n<i>\n```", '<pre tabindex="0"><code>&lt;i&gt;\n</code></pre>\n'),
        ("    <i>", '<pre tabindex="0"><code>&lt;i&gt;\n</code></pre>\n'),
        ("3. c\n4. d", '<ol start="3">\n<li>c</li>\n<li>d</li>\n</ol>\n'),
        ("`[[nw]]`", "<p><code>[[nw]]</code></p>\n"),
        ("~~x~~ [[not\nclosed]]", "<p>~~x~~ [[not\nclosed]]</p>\n"),
        ("[a [[nw|b]]](x)", '<p>[a <a href="../actors/nw/">b</a>](x)</p>\n'),
        ("<https://a.example>", '<p><a href="https://a.example">https://a.example</a></p>\n'),
    ],
)  # fmt: skip
def test_a_body_as_html(body: str, made: str) -> None:
    assert html(body) == (made, [])


@pytest.mark.parametrize(
    ("body", "problems"),
    [
        ("one\n\ntwo\nthree [[dead]] four", ["f.md:13:7 dead-link"]),
        ("- a\n- [[dead|words]]", ["f.md:11:3 dead-link"]),
        ("> quote\n> [[dead]]", ["f.md:11:3 dead-link"]),
        ("| a |\n|---|\n| [[dead]] |", ["f.md:12:3 dead-link"]),
        ("[x](../other/)", ["f.md:10:5 dead-link"]),
        ("one\ntwo\n[x](../other/)", ["f.md:12:5 dead-link"]),
        ("![](assets/map.png)", ["f.md:10:1 no-alt"]),
        ("![x](https://elsewhere.example/x.png)", ["f.md:10:6 dead-link"]),
        ("[x](javascript:alert(1))", ["f.md:10:5 bad-link"]),
        ("[x](ftp://a.example)", ["f.md:10:5 bad-link"]),
        ("[x](//a.example/)", ["f.md:10:5 bad-link"]),
        ("[x](\\\\a.example)", ["f.md:10:5 bad-link"]),
        ("`[x](javascript:a)`\n```\n[x](javascript:a)\n```\n    [x](javascript:a)", []),
    ],
)
def test_a_fault_is_told_at_its_own_line(body: str, problems: list[str]) -> None:
    assert html(body)[1] == problems


@pytest.mark.parametrize(
    ("address", "may"),
    [
        ("https://a.example", True), ("HTTP://a.example", True), ("mailto:a@b", True), ("assets/x.png", True),
        ("#part", True), ("a?b:c", True), ("javascript:x", False), ("JaVaScRiPt:x", False), ("java%73cript:x", False),
        ("&#106;avascript:x", False), ("java\tscript:x", False), (" javascript:x", False), ("data:text/html,x", False),
        ("vbscript:x", False), ("file:///etc", False), ("ftp://x", False), ("//x.example", False), ("\\\\x", False),
        ("https://[bad", False), ("\u200bjavascript:x", False), ("javascript\u2028:x", False), ("1x:y", False),
    ],
)  # fmt: skip
def test_may_link(address: str, may: bool) -> None:
    assert may_link(address) is may


ALLOWED = {
    "a", "p", "em", "strong", "code", "pre", "ul", "ol", "li", "blockquote", "h3", "h4", "h5", "h6", "hr", "br", "img",
    "table", "thead", "tbody", "tr", "th", "td", "div",
}  # fmt: skip
WILD = st.text(alphabet="[]()<>!\"'`*_#|-\\&;:/ \nabcjs=onscript%3", max_size=80) | st.text(max_size=60)


@given(WILD)
def test_no_body_makes_an_element_or_attribute_that_is_not_allowed(body: str) -> None:
    made, _ = html(body)
    for tag in BeautifulSoup(made, "html.parser").find_all(True):
        assert tag.name in ALLOWED
        assert set(tag.attrs) <= {
            "href",
            "src",
            "alt",
            "loading",
            "start",
            "scope",
            "class",
            "role",
            "aria-label",
            "tabindex",
        }
        for name in ("href", "src"):
            if name in tag.attrs:
                assert re.match(r"(https?:|mailto:|\.\./|#$|#)", str(tag[name]), re.IGNORECASE), tag


@pytest.mark.parametrize("address", ["https:evil.example", "http:x", "https:", "HTTPS:a/b"])
def test_an_address_without_its_slashes_is_no_link(address: str) -> None:
    assert not may_link(address)
