"""A page's report and what it says of itself are found in one pass; no page takes longer than its length."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from briefgen.capture.article import (
    LONGEST_PAGE,
    LONGEST_TEXT,
    MOST_DEPTH,
    MOST_ELEMENTS,
    day_of,
    has_report,
    read_page,
    text_of,
)
from briefgen.capture.cuts import find_cuts
from briefgen.capture.page import read

SAID = "The minister said on Monday that the bridge was closed for repairs. "
REPORT = f"<p>{SAID * 4}</p>"


@pytest.mark.parametrize(
    ("html", "lines"),
    [
        (f"<nav>Home News</nav><div>{REPORT}</div><footer>All rights</footer>", [SAID.strip() * 1]),
        (f"<div class=sidebar><p>{SAID * 9}</p></div><main>{REPORT}</main>", None),
        (f"<div><p>{SAID * 4}<p>{SAID}<ul><li>One<li>Two</ul><p>End of it.</div>", ["", SAID, "One", "Two", "End of it."]),
        (f"<table><tr><td>Menu<td><p>{SAID * 4}</p></table>", None),
        (f"<div>{SAID * 4}<br><br>{SAID * 2}</div><div>Share</div>", ["", SAID * 2]),
        ("Just words, and no tag at all.", ["Just words, and no tag at all."]),
        ("<p>O<b>n</b>e w<i>or</i>d.</p>", ["One word."]),
    ],
)  # fmt: skip
def test_the_report_is_the_part_that_holds_most_prose(html: str, lines: list[str] | None) -> None:
    first = (SAID * 4).strip()
    wanted = [
        first if SAID.strip() in html and (line in ("", SAID.strip())) else line.strip() for line in lines or [""]
    ]
    assert read(f"<html><body>{html}</body></html>").text.split("\n") == wanted


def test_what_a_page_says_of_itself_is_what_it_says_first() -> None:
    page = read(
        "<html lang=en-GB><head><title>T &amp; t</title><title>U</title><link rel='x Canonical' href=/c><link rel=canonical "
        "href=/d><meta name=Author content=A><meta property=author content=B><script type='application/ld+json'>{}</script>"
        "</head><body><h1>H <i>h</i></h1><h1>J</h1><time datetime=2026-01-02>x</time><span rel=author>By <b>C</b></span>"
    )
    assert (page.language, page.canonical, page.meta, page.things) == ("en-GB", "/c", {"author": "A"}, ["{}"])
    assert (page.names, page.times) == ({"title": "T & t", "h1": "H h", "author": "By C"}, ["2026-01-02"])


def test_without_the_library_an_article_is_read_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("briefgen.capture.article.has_reader", lambda: False)
    article = read_page(f"<html><title>T</title><body><nav>Home</nav>{REPORT}<p>{SAID}</p>".encode())
    assert article.text == f"{(SAID * 4).strip()}\n{SAID.strip()}\n" and article.headline == "T" and not article.note


# ---- encodings -----------------------------------------------------------------------------------------------------

_LETTERS = "<html><body><p>Déjà vu, the “minister” said of the café on Monday.</p></body></html>"


@pytest.mark.parametrize(
    ("data", "charset"),
    [
        (_LETTERS.encode(), ""),
        (_LETTERS.encode(), "iso-8859-1"),  # a lie: nothing but UTF-8 looks like this
        (_LETTERS.encode("utf-8-sig"), "windows-1252"),
        (_LETTERS.encode("utf-16"), ""),
        (_LETTERS.encode("utf-16-be"), ""),
        (_LETTERS.encode("utf-16-le"), "utf-8"),
        (_LETTERS.encode("cp1252"), ""),
        (_LETTERS.encode("cp1252"), "utf-8"),
        (_LETTERS.encode("cp1252"), "punycode"),
        (_LETTERS.encode("cp1252"), "rot13"),
        (_LETTERS.encode("cp1252"), "utf-16"),
        (_LETTERS.encode("cp1252"), "no\0name"),
        (_LETTERS.replace("<body>", "<meta charset=windows-1252><body>").encode("cp1252"), ""),
    ],
)
def test_letters_are_read_whatever_is_said_of_their_encoding(data: bytes, charset: str) -> None:
    assert "Déjà vu, the “minister” said of the café" in read_page(data, charset).text


def test_a_page_says_itself_how_it_is_encoded() -> None:
    page = (
        "<meta http-equiv=Content-Type content='text/html; charset=koi8-r'><p>Министр сказал это в понедельник.".encode(
            "koi8-r"
        )
    )
    assert "Министр сказал" in read_page(page).text


def test_one_damaged_byte_damages_one_letter() -> None:
    page = f"<p>{'Déjà vu. ' * 20}</p>".encode() + b"<p>caf\xe9 and more</p>"
    text = read_page(page).text
    assert "Déjà vu" in text and "caf\ufffd and more" in text


def test_letters_of_no_encoding_that_could_be_told_are_refused() -> None:
    with pytest.raises(ValueError, match="in no encoding that could be told"):
        text_of("Министр сказал это в понедельник.".encode("koi8-r"))
    assert text_of("Министр сказал это.".encode("koi8-r"), "koi8-r") == "Министр сказал это."


def test_ends_of_lines_and_pages_that_are_no_newline_part_words_all_the_same() -> None:
    assert text_of(b"one\rtwo\x0cthree\r\nfour") == "one\ntwo\nthree\nfour"


# ---- hostile pages -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("years", ["0001-01-01", "9999-12-31", "20261-01-01", "2026-13-01", "２０２６-01-01", "1e400", "",
                                   "Mon, 99999999999999999999 Jan 2026", "x" * 1000, "2026/99/99", "-2026-01-01"])  # fmt: skip
def test_a_day_that_can_be_none_is_none(years: str) -> None:
    assert day_of(years) == ""


@pytest.mark.parametrize(
    ("said", "kept"),
    [("en", "en"), ("de-CH-1996", "de-CH-1996"), ("zh-Hant-TW", "zh-Hant-TW"), ("en_GB", ""), ("e", ""), ("english", "english"),
     ("en-", ""), ("en-toolongtag", ""), ("en-US-" + "x-a" * 40, ""), ("<b>", ""), ("en\u202e", "")],
)  # fmt: skip
def test_a_language_is_a_tag_of_bcp_47_or_none(said: str, kept: str) -> None:
    assert read_page(f'<html lang="{said}"><body>{REPORT}'.encode()).language == kept


def test_names_are_one_line_and_no_longer_than_names_are() -> None:
    page = f"""<html><head><title>A &#10; title</title><meta property=og:title content="{"A" * 10_000}">
    <meta name=author content="A&#0;&#7;&#x1b;[31m b"></head><body><h1>{"x " * 5_000}</h1>{REPORT}"""
    article = read_page(page.encode())
    assert (article.headline, article.author) == ("A title", "A\ufffd[31m b")


@pytest.mark.parametrize(
    "things",
    ["[" * 100_000, '{"@type":' * 50_000, '{"@type":"NewsArticle","headline":' + '{"name":' * 500 + "1" + "}" * 501,
     '{"@type":["NewsArticle"],"author":[[[[{"name":["A","B"]}]]]],"publisher":7,"datePublished":[1],"headline":null}',
     '{"@type":"NewsArticle","articleBody":{"a":1},"headline":{"name":{}}}', "NaN", "1" * 10_000, '"\\ud800"', "\0"],
)  # fmt: skip
def test_linked_data_of_any_shape_is_read_or_left(things: str) -> None:
    article = read_page(f"<html><body><script type='application/ld+json'>{things}</script>{REPORT}".encode())
    assert SAID.strip() in article.text


def test_a_page_that_nobody_makes_is_read_plainly_and_said_to_be() -> None:
    for page in (f"{'<div>' * (MOST_DEPTH + 1)}{REPORT}", f"{'<i></i>' * (MOST_ELEMENTS + 1)}{REPORT}",
                 f"<p {' '.join(f'a{n}' for n in range(500))}>{REPORT}"):  # fmt: skip
        article = read_page(f"<html><body>{page}".encode())
        assert SAID.strip() in article.text and article.note.startswith("read plainly, for no person")


def test_a_library_that_fails_is_said_and_the_page_is_read_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*args: object, **kwargs: object) -> None:
        raise AssertionError("no such state")

    monkeypatch.setattr("trafilatura.extract", fails)
    article = read_page(f"<html><body>{REPORT}".encode())
    assert SAID.strip() in article.text and "trafilatura fails (AssertionError)" in article.note


@pytest.mark.parametrize("what", [b"<p>x" * (LONGEST_PAGE // 4 + 1), b"<p>" + b"word. " * (LONGEST_TEXT // 6 + 1)])
def test_a_page_larger_than_any_is_refused_in_a_sentence(what: bytes) -> None:
    with pytest.raises(ValueError, match=r"characters; at most [\d,]+ are read"):
        read_page(what)


def test_pictures_that_stand_in_a_page_do_not_count() -> None:
    page = f"<html><body><img src='data:image/png;base64,{'A' * LONGEST_PAGE}'>{REPORT}"
    assert read_page(page.encode()).text == (SAID * 4).strip() + "\n"


_BYTES = st.one_of(
    st.binary(max_size=300),
    st.lists(
        st.sampled_from(
            [b"<p>", b"<![>", b"<![", b"]]>", b"<!--", b"--", b"<table><td>", b"</table>", b"<svg>", b"<script>", b"<html ",
             b"<meta charset=", b"utf-7", b"utf-16", b">", b"'", b"&", b"\0", b"\xff\xfe", b"\xe9", b"\xed\xa0\x80",
             b"words of a report. ", b"<frameset>", b"<title>", b"<template>", b"<select>", b"<?xml version='1.0'?>",
             b'<script type="application/ld+json">', b'{"@type":"NewsArticle","headline":"x"}', b"</script>"]
        ),
        max_size=30,
    ).map(b"".join),
)  # fmt: skip


@settings(derandomize=True, max_examples=300, deadline=None)
@given(_BYTES, st.sampled_from(["", "utf-8", "utf-16", "latin-1", "x", "gbk", "iso2022_jp"]))
def test_of_any_bytes_there_is_an_article_or_a_sentence(data: bytes, charset: str) -> None:
    for read_as in (read_page, text_of):
        try:
            text = read_as(data, charset)
        except ValueError as error:
            assert str(error)
        else:
            text = text if isinstance(text, str) else text.text
            assert text.encode().decode() == text
            find_cuts(text)


# ---- linear --------------------------------------------------------------------------------------------------------


def seconds(work: Callable[[str], object], text: str) -> float:
    """How long this process works on it, at best."""
    took = []
    for _ in range(3):
        began = time.process_time()
        work(text)
        took.append(time.process_time() - began)
    return min(took)


def is_linear(work: Callable[[str], object], made: Callable[[int], str]) -> bool:
    """Whether four times as much takes well below sixteen times as long, once it takes long enough to be measured."""
    count = 250
    while (once := seconds(work, made(count))) < 0.004 and count < 1_000_000:
        count *= 4
    return any(seconds(work, made(4 * count)) < 8 * seconds(work, made(count)) for _ in range(3)) or once < 0.004


PAGES: dict[str, Callable[[int], str]] = {
    **{f"{name} in one another": lambda n, name=name: f"<{name}>x" * n + REPORT
       for name in ("div", "p", "li", "blockquote", "h1", "b", "a", "table><tr><td", "ul><li", "dl><dd", "select><option",
                    "svg", "nav", "title", "template", "form", "body", "frameset", "html", "span class=share")},
    **{f"{name} in one another, closed": lambda n, name=name: f"<{name}>x" * n + f"</{name}>" * n + REPORT
       for name in ("div", "p", "blockquote", "i", "ul", "table", "section", "article")},
    **{f"{name!r} again and again": lambda n, name=name: name * n + REPORT
       for name in ("<", "<!", "<!--", "<![CDATA[", "<?", "</", "<a ", "<a b='", '<a b="c', "</div>", "&", "&#", "<script>",
                    "<br>", "<time datetime=x>", "<meta name=x content=y>", "<p>words, </p>", "<a href=/x>x</a>\n", "A ",
                    "https://x.example/ ", "<b></p></b>", "<li><b>", "</li><li>", "<td></table>", "-->", "]]>", "\0x ",
                    "<script type='application/ld+json'>{\"@type\":\"NewsArticle\"}</script>", "<p>" + SAID)},
    "attributes of one tag": lambda n: f"<p {' '.join(f'a{i}=b' for i in range(n))}>{REPORT}",
    "one long attribute": lambda n: f"<p class='{'share-x ' * n}'>{REPORT}",
    "other letters in each tag": lambda n: "".join(f"<font id={i}>" for i in range(n)) + REPORT,
}  # fmt: skip


@pytest.mark.parametrize("family", PAGES)
def test_a_page_is_read_in_time_that_grows_no_faster_than_it(family: str) -> None:
    assert is_linear(read, PAGES[family])


@pytest.mark.parametrize(
    "unit",
    ["A ", "A. ", "A.", "A-", "x", "the newsletter ", "our daily newsletter ", "get the ", "sign up for the ", "share ",
     "share facebook ", "read more: ", "https://x.example/ ", "https://x.example/\n", "Advertisement\n", "[related ", "( ",
     '." ', "...", "“a” ", " ", "\n", "Mr. ", "Home News World ", "by continuing you ", "reporting by ", SAID, f"{SAID}\n",
     "Your support makes all the difference. ", "Advertisement\nThe minister said so on Monday. "],
)  # fmt: skip
def test_a_text_is_cut_in_time_that_grows_no_faster_than_it(unit: str) -> None:
    assert is_linear(lambda text: (find_cuts(text), has_report(text)), lambda n: unit * n)
