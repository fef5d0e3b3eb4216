"""Tags and texts are told as a browser tells them, of any characters whatever, in one pass."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from briefgen.capture.markup import End, Start, tokens


def told(html: str) -> list[str]:
    """The tokens of a page as short texts: `<p a=b>`, `</p>`, and words."""
    return [
        each
        if isinstance(each, str)
        else f"</{each.name}>"
        if isinstance(each, End)
        else f"<{' '.join([each.name, *(f'{k}={v}' for k, v in each.attributes.items())])}{'/' if each.is_closed else ''}>"
        for each in tokens(html)
    ]


@pytest.mark.parametrize(
    ("html", "wanted"),
    [
        ("<p>a &amp; b</p>", ["<p>", "a & b", "</p>"]),
        ("<P CLASS=A id='b c' x=\"d&quot;e\" y z=1/>", ['<p class=A id=b c x=d"e y= z=1/>']),
        ("<br/>", ["<br/>"]),
        ("<a\n\thref = '/x' / b>t", ["<a href=/x b=>", "t"]),
        ("<a x=1 x=2>", ["<a x=1>"]),
        ("a < b <3 <", ["a ", "< b ", "<3 ", "<"]),
        ("a<!-- <p> -->b<!-->c<!doctype html>d<?x ?>e</ >f<![CDATA[g]]>h", list("abcdefh")),
        ("<![>a<![if>b", ["a", "b"]),
        ("</p class=x>", ["</p>"]),
        ("<script>if (a<b) '</p>'</script>c", ["<script>", "if (a<b) '</p>'", "</script>", "c"]),
        ("<title>a<b> &amp; c</TITLE >d", ["<title>", "a<b> & c", "</title>", "d"]),
        ("<script/>a", ["<script/>", "a"]),
        ("a<p", ["a"]),
        ("a<p b='c>d", ["a"]),
        ("a<!-- b", ["a"]),
        ("a<!b", ["a"]),
        ("a<style>b", ["a", "<style>"]),
        ("<x-y:z>", ["<x-y:z>"]),
        ("", []),
        ("<", ["<"]),
        ("</", []),
        ("<!", []),
        ("<!--", []),
    ],
)
def test_what_tags_and_texts_a_page_has(html: str, wanted: list[str]) -> None:
    assert [t for t in told(html) if t] == wanted or "".join(told(html)) == "".join(wanted)


_PIECES = st.sampled_from(
    ["<", ">", "</", "/>", "<!", "<!--", "-->", "<![CDATA[", "]]>", "<?", "=", "'", '"', "&", ";", "&#", "&#x0;", "&lt",
     "p", "div", "script", "title", "</script", "a b", " ", "\n", "\0", "é", "\u202e", "\ud800", "<p ", "<a href="]
)  # fmt: skip


@settings(derandomize=True, max_examples=400, deadline=None)
@given(st.one_of(st.lists(_PIECES, max_size=40).map("".join), st.text(max_size=200)))
def test_any_characters_have_tags_and_texts(html: str) -> None:
    for each in tokens(html):
        assert isinstance(each, Start | End | str)
    assert "".join(t for t in tokens("<p>" + html.replace("<", "").replace("&", "")) if isinstance(t, str)) == (
        html.replace("<", "").replace("&", "")
    )


@settings(derandomize=True, max_examples=200, deadline=None)
@given(st.text(alphabet="abc <>&\"'/=-!", max_size=60))
def test_what_python_s_own_parser_reads_of_sound_tags_is_what_is_told(words: str) -> None:
    from html import escape
    from html.parser import HTMLParser

    html = f'<div class="{escape(words)}"><p>{escape(words)}</p><br></div>'
    found: list[str] = []

    class Parser(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            found.append(f"<{' '.join([tag, *(f'{k}={v}' for k, v in attrs)])}>")

        def handle_endtag(self, tag: str) -> None:
            found.append(f"</{tag}>")

        def handle_data(self, data: str) -> None:
            found.append(data)

    Parser().feed(html)
    assert "".join(told(html)) == "".join(found)
