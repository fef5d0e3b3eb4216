"""A page taken apart: its elements in order, each with its attributes, and its texts; and what of it may differ."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from xml.etree import ElementTree

LINKS = frozenset(
    ("href", "src", "srcset", "action", "formaction", "data", "poster", "ping", "cite", "background", "xlink:href")
)
NEVER = frozenset(("script", "style", "iframe", "object", "embed", "frame", "form", "base", "template", "math", "foreignobject", "portal", "applet", "video", "audio"))  # fmt: skip
Attributes = tuple[tuple[str, str], ...]


@dataclass
class Page(HTMLParser):
    """Reads a page into `tags` and `texts`: a text for every place between two tags."""

    tags: list[tuple[str, Attributes]] = field(default_factory=list)
    texts: list[str] = field(default_factory=lambda: [""])

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, tuple((name, value or "") for name, value in attrs)))
        self.texts.append("")

    def handle_endtag(self, tag: str) -> None:
        self.tags.append((f"/{tag}", ()))
        self.texts.append("")

    def handle_data(self, data: str) -> None:
        self.texts[-1] += data

    def handle_comment(self, data: str) -> None:
        self.tags.append(("!comment", ()))
        self.texts.append("")

    def handle_decl(self, decl: str) -> None:
        self.tags.append((f"!{decl}", ()))
        self.texts.append("")

    def unknown_decl(self, data: str) -> None:
        self.tags.append(("![", ()))
        self.texts.append("")

    def handle_pi(self, data: str) -> None:
        self.tags.append(("?", ()))
        self.texts.append("")


def taken_apart(html: str) -> Page:
    """A page, read whole."""
    page = Page()
    page.feed(html)
    page.close()
    return page


def xml_apart(text: str) -> Page:
    """A feed or a map of the site, which has to be well-formed."""
    page = Page()
    for event, node in ElementTree.iterparse(_Bytes(text.encode()), events=("start", "end")):
        page.tags.append((node.tag if event == "start" else f"/{node.tag}", tuple(sorted(node.attrib.items()))))
        page.texts.append((node.text if event == "start" else node.tail) or "")
    return page


class _Bytes:
    """Bytes as a file."""

    def __init__(self, data: bytes) -> None:
        self._left = data

    def read(self, size: int = -1) -> bytes:
        data, self._left = self._left, b""
        return data


def plain(text: str) -> str:
    """A text without what pages change of it: case, white space, and the controls that close what is open."""
    return re.sub(r"[\s\u202a-\u202e\u2066-\u2069]+", "", text).upper().casefold()


def dangers(page: Page) -> list[str]:
    """What no page has, whatever is written: elements that run or load, handlers, styles, schemes, foreign loads."""
    found = []
    for tag, attributes in page.tags:
        if tag in NEVER or tag.startswith(("!c", "![", "?")):
            found.append(tag)
        for name, value in attributes:
            scheme = re.match(r"[\x00-\x20]*([a-zA-Z][\w+.-]*):", value) if name in LINKS else None
            if name.startswith("on") or name in ("style", "srcdoc"):
                found.append(f"{tag} {name}")
            if scheme and scheme[1].lower() not in ("http", "https", "mailto"):
                found.append(f"{tag} {name}={value[:40]}")
            if name in LINKS and (value.startswith("//") or "\\" in value):
                found.append(f"{tag} {name}={value[:40]}")
            if name == "src" and re.match(r"[a-z]+:", value):
                found.append(f"{tag} {name}={value[:40]}")
    return found


def differences(benign: Page, hostile: Page, spelt: Callable[[str], str]) -> list[str]:
    """How a page differs from the benign one: `spelt` says what a text of that one is in this one, in plain."""
    if len(benign.tags) != len(hostile.tags):
        where = next((n for n, (a, b) in enumerate(zip(benign.tags, hostile.tags, strict=False)) if a[0] != b[0]), 0)
        return [f"{len(benign.tags)} tags became {len(hostile.tags)}, from {hostile.tags[where : where + 3]}"]
    found = []
    for (tag, wanted), (other, got) in zip(benign.tags, hostile.tags, strict=True):
        if tag != other or [name for name, _ in wanted] != [name for name, _ in got]:
            found.append(f"{tag} {wanted} became {other} {got}")
        else:
            found += [
                f"{tag} {n}: {a!r} became {b!r}"
                for (n, a), (_, b) in zip(wanted, got, strict=True)
                if not _same(a, b, spelt)
            ]
    texts = zip(benign.texts, hostile.texts, strict=True)
    return [*found, *(f"{a!r} became {b!r}" for a, b in texts if not _same(a, b, spelt))]


def _same(a: str, b: str, spelt: Callable[[str], str]) -> bool:
    """Whether a text is the benign one with the other words in it; where a quote stands is another thing."""
    if a == b:
        return True
    wanted, got = spelt(a), plain(b)
    return wanted == got or _places(wanted) == _places(got)


def _places(text: str) -> str:
    return re.sub(r"\d[\d,]*", "0", text)
