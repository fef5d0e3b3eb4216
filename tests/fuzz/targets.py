"""What is fuzzed: each target takes bytes, and fails where something that must hold for any bytes does not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from html.parser import HTMLParser

from briefgen.capture.article import is_page, not_text, read_page, text_of
from briefgen.capture.cuts import find_cuts
from briefgen.content.merge import merge
from briefgen.content.read import parse_entry
from briefgen.content.review import reject
from briefgen.content.write import write
from briefgen.model.entries import Brief, BriefId, Evidence, Fact, Label, SourceId
from briefgen.model.problems import BriefgenError
from briefgen.model.quotes import KeptText, fold, folded, nearest
from briefgen.render.links import Dead, Target
from briefgen.render.markdown import render

_TAGS = frozenset(
    [
        "a",
        "blockquote",
        "br",
        "code",
        "del",
        "em",
        "figcaption",
        "figure",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "img",
        "li",
        "ol",
        "p",
        "pre",
        "s",
        "strong",
        "table",
        "tbody",
        "td",
        "th",
        "thead",
        "tr",
        "ul",
        "bdi",
        "div",
    ]
)
_SCHEMES = ("http://", "https://", "mailto:", "#", ".", "x/")


def front_matter(data: bytes) -> None:
    """Any text is an entry or has problems, each with a place in it; what is read is written and read the same."""
    text = data.decode("utf-8", "replace")
    entry, problems = parse_entry(Brief, "story", text, "story.md")
    assert entry is not None or problems
    assert all(problem.place.line >= 0 for problem in problems)
    if entry is not None and not [p for p in problems if p.severity == "error"]:
        again, _ = parse_entry(Brief, "story", write(entry), "story.md")
        assert again == entry, (again, entry)


def markdown(data: bytes) -> None:
    """A body becomes known tags only, none of which has a handler, a style, or an address that runs something."""
    body = data.decode("utf-8", "replace")
    html, _ = render(
        body,
        file="story.md",
        first_line=1,
        resolve=lambda name: Target("x/", name) if len(name) % 2 else Dead("no such thing"),
        spell=lambda url: url,
        assets=frozenset(("a.png",)),
    )
    parser = _Tags()
    parser.feed(str(html))
    parser.close()


class _Tags(HTMLParser):
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in _TAGS, tag
        for name, value in attrs:
            assert not name.startswith("on") and name not in ("style", "srcdoc", "srcset"), (tag, name)
            if name in ("href", "src"):
                assert not value or value.startswith(_SCHEMES) or ":" not in value.split("/")[0], value

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    def handle_decl(self, decl: str) -> None:
        raise AssertionError(decl)


def capture(data: bytes) -> None:
    """Any bytes are read or refused in a sentence; a cut is a stretch of the text that was read."""
    if not_text(data):
        return
    try:
        text = read_page(data).text if is_page(data) else text_of(data)
    except ValueError:
        return
    ends = 0
    for cut in find_cuts(text):
        assert ends <= cut.span.start < cut.span.end <= len(text), cut
        ends = cut.span.end


def quotes(data: bytes) -> None:
    """A quote is found where its folded words stand, there and nowhere else."""
    quote, _, text = data.decode("utf-8", "replace").partition("\n")
    kept, lost = KeptText(folded(text)).find(quote)
    assert not lost
    for span in kept:
        assert fold(quote).strip() in fold(text[span.start : span.end])
    assert bool(kept) == bool(fold(quote).strip() and fold(quote).strip() in fold(text))
    if not kept:
        nearest(quote, text)


_PROPOSED = Brief(
    BriefId("story"),
    "A story",
    status="draft",
    sources={Label("Z"): SourceId("zed")},
    key_facts=(
        Fact("It is said.", "fuzz-new", evidence=(Evidence(Label("Z"), "words of zed"),), review="proposed"),
        Fact("It is said too.", "fuzz-more", evidence=(Evidence(Label("Z"), "more of zed"),), review="proposed"),
    ),
)


def merging(data: bytes) -> None:
    """Whatever a person has written, a proposal put into it loses no line; put in twice it is in once; and it goes again."""
    text = data.decode("utf-8", "replace")
    own, _ = parse_entry(Brief, "story", text, "story.md")
    if own is None:
        return
    try:
        merged = merge(text, None, _PROPOSED, "story.md")
    except BriefgenError:
        return
    told, _ = parse_entry(Brief, "story", merged.text, "story.md")
    assert told is not None
    assert told.key_facts[: len(own.key_facts)] == own.key_facts or merged.supported
    assert replace(told, key_facts=(), sources={}, body_line=0) == replace(own, key_facts=(), sources={}, body_line=0)
    assert merge(merged.text, _PROPOSED, _PROPOSED, "story.md").text == merged.text
    if merged.added:
        reject(merged.text, "story", "story.md", list(merged.added))


TARGETS: Mapping[str, Callable[[bytes], None]] = {
    "front_matter": front_matter,
    "markdown": markdown,
    "capture": capture,
    "quotes": quotes,
    "merging": merging,
}
