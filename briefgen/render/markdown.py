"""A body's Markdown -> HTML that holds nothing but what is allowed, and the problems of its links.

CommonMark with tables; no HTML; links to http, https, mailto and the site's own pages; pictures
from `assets/` with words for who cannot see them; every attribute is escaped here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, MutableMapping, Sequence
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from urllib.parse import unquote, urlsplit

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from markupsafe import Markup

from briefgen.model.bidi import apart
from briefgen.model.problems import Place, Problem
from briefgen.model.text import lines_of
from briefgen.model.wiki import LINK
from briefgen.render.links import Dead, Target

_SCHEMES = frozenset(("http", "https", "mailto"))
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\xa0\u200b-\u200f\u2028-\u202f\ufeff]")

Resolve = Callable[[str], Target | Dead]
Spell = Callable[[str], str]


@dataclass(slots=True)
class _Rendering:
    """What one body's rendering needs to know, and the problems that it meets."""

    file: str
    first_line: int
    source: Sequence[str]
    resolve: Resolve
    spell: Spell
    assets: frozenset[str]
    problems: list[Problem] = field(default_factory=list)

    def report(self, line: int, word: str, rule: str, message: str, hint: str = "") -> None:
        """Note a problem at a word of a line of the body, both counted from 0."""
        text = self.source[line] if line < len(self.source) else ""
        while word and word not in text and line + 1 < len(self.source) and self.source[line + 1].strip():
            line += 1
            text = self.source[line]
        column = text.find(word) + 1 if word and word in text else 1
        place = Place(self.file, line + self.first_line, max(1, column), max(1, len(word)))
        self.problems.append(Problem(place, rule, message, hint=hint))


def may_link(address: str) -> bool:
    """Whether an address may stand in a link: its scheme is allowed once it is decoded and stripped of controls."""
    plain = unescape(unquote(address))
    if "\\" in plain or _CONTROLS.search(plain.strip(" ")) or plain.lstrip().startswith("//"):
        return False
    try:
        parts = urlsplit(plain)
    except ValueError:
        return False
    scheme = parts.scheme.lower()
    if scheme in ("http", "https") and not parts.netloc:
        return False  # a browser takes the rest for a path of this site, or for a host, as it sees fit
    return scheme in _SCHEMES if scheme else not re.match(r"[^/?#]*:", plain)


def _wiki(state: StateInline, silent: bool) -> bool:
    """The inline rule of `[[target]]` and `[[target|words]]`. No link holds another: the inner one counts."""
    found = LINK.match(state.src, state.pos)
    if not found:
        return False
    if not silent:
        token = state.push("wiki", "", 0)
        token.content = found[1].strip()
        token.meta = {"words": (found[2] or "").strip(), "raw": found[0], "line": state.src.count("\n", 0, state.pos)}
    state.pos = found.end()
    return True


class _Html(RendererHTML):
    """Renders tokens; whatever comes from a body is escaped on its way into an attribute."""

    def wiki(self, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType) -> str:
        """A link into the site, or plain words where what it leads to is withheld."""
        token, told = tokens[index], _told(env)
        target = told.resolve(token.content)
        if isinstance(target, Dead):
            told.report(_line(env) + token.meta["line"], token.meta["raw"], "dead-link", target.message, target.hint)
            return _text(token.meta["words"] or token.content)
        shown = _text(token.meta["words"] or target.words)
        return f'<a href="{escapeHtml(told.spell(target.url))}">{shown}</a>' if target.url else shown

    def link_open(self, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType) -> str:
        """A link to another site, or to a file in `assets/`."""
        token, told = tokens[index], _told(env)
        address = str(token.attrs.get("href", ""))
        if urlsplit(address).scheme == "":
            spelt = _own(address, told)
            if spelt is None:
                hint = "Link to pages of this site as [[actor-id]], [[brief:id]], [[fact:id]]; to files as assets/NAME."
                told.report(
                    _line(env), address, "dead-link", f"the link {address!r} leads to nothing on this site", hint
                )
            address = spelt or "#"
        return f'<a href="{escapeHtml(address)}">'

    def image(self, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType) -> str:
        """A picture from `assets/`; its words are asked for."""
        token, told = tokens[index], _told(env)
        address = str(token.attrs.get("src", ""))
        words = "".join(t.content for t in token.children or ())
        spelt = _own(address, told)
        if spelt is None:
            message = f"the picture {address!r} is not in content/assets/"
            told.report(_line(env), address, "dead-link", message, "Pictures are the site's own: assets/NAME.")
        if not words.strip():
            message = "this picture has no words for who cannot see it"
            told.report(_line(env), "![", "no-alt", message, "Write ![what it shows](assets/NAME).")
        return f'<img src="{escapeHtml(spelt or "#")}" alt="{_text(words)}" loading="lazy">'

    def heading_open(self, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType) -> str:
        """A heading below the section that the body stands in."""
        return f"<{tokens[index].tag}>"

    def heading_close(self, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType) -> str:
        """The end of a heading."""
        return f"</{tokens[index].tag}>\n"

    def table_open(self, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType) -> str:
        """A table that scrolls by itself where the page is narrow."""
        return '<div class="scroll" role="region" aria-label="Table" tabindex="0"><table>\n'

    def table_close(self, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType) -> str:
        """The end of a table."""
        return "</table></div>\n"

    def th_open(self, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType) -> str:
        """A column's head; its alignment is left to the style sheet."""
        return '<th scope="col">'

    def td_open(self, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType) -> str:
        """A cell."""
        return "<td>"

    def fence(self, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType) -> str:
        """A block of code; what language it says it is in goes into no attribute."""
        return f'<pre tabindex="0"><code>{_text(tokens[index].content)}</code></pre>\n'

    def text(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """Plain words."""
        return _text(tokens[idx].content)

    def code_inline(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """Code within words."""
        return f"<code>{_text(tokens[idx].content)}</code>"

    def code_block(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """An indented block of code."""
        return self.fence(tokens, idx, options, env)

    def ordered_list_open(self, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType) -> str:
        """A numbered list, which may begin with another number than 1."""
        start = tokens[index].attrs.get("start")
        return f'<ol start="{int(start)}">\n' if start is not None else "<ol>\n"

    def render(self, tokens: Sequence[Token], options: OptionsDict, env: EnvType) -> str:
        """The HTML of a stream of tokens, remembering on which line each inline one begins."""
        parts: list[str] = []
        for index, token in enumerate(tokens):
            if token.type == "inline":
                env["line"] = token.map[0] if token.map else _line(env)
                parts.append(self.renderInline(token.children or [], options, env))
            elif token.type in self.rules:
                parts.append(self.rules[token.type](tokens, index, options, env))
            else:
                parts.append(self.renderToken(tokens, index, options, env))
        return "".join(parts)


def _text(text: str) -> str:
    """A text of a body as it stands between tags or in an attribute: escaped, and turning nothing around."""
    return escapeHtml(apart(text))


def _settle_headings(tokens: Sequence[Token], first: int) -> None:
    """Give headings the levels of the page: a body's highest is `first`, and none is more than one below the last."""
    levels = [int(token.tag[1]) for token in tokens if token.type == "heading_open"]
    last = first - 1
    for token in tokens:
        if token.type == "heading_open":
            last = min(6, last + 1, first + int(token.tag[1]) - min(levels))
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{last}"


def _told(env: MutableMapping[str, Any]) -> _Rendering:
    told = env["told"]
    assert isinstance(told, _Rendering)
    return told


def _line(env: MutableMapping[str, Any]) -> int:
    line = env.get("line", 0)
    assert isinstance(line, int)
    return line


def _own(address: str, told: _Rendering) -> str | None:
    """The address of one of the site's own files; None where there is no such file."""
    name = unquote(address).removeprefix("/").removeprefix("assets/")
    if "assets/" in unquote(address) and name in told.assets:
        return told.spell(f"assets/{name}")
    return None


def _parser() -> MarkdownIt:
    parser = MarkdownIt("js-default", {"html": False, "linkify": False, "typographer": False}, renderer_cls=_Html)
    parser.disable(["html_block", "html_inline", "strikethrough"])
    parser.inline.ruler.before("link", "wiki", _wiki)
    parser.validateLink = may_link  # type: ignore[method-assign,assignment]
    return parser


_PARSER = _parser()


def render(
    body: str,
    *,
    file: str,
    first_line: int,
    resolve: Resolve,
    spell: Spell,
    assets: frozenset[str] = frozenset(),
    first_heading: int = 3,
) -> tuple[Markup, tuple[Problem, ...]]:
    """A body as HTML, and every problem of its links and pictures, each at its own line.

    `resolve` says where the text of `[[...]]` leads, `spell` makes an address of the site a link;
    `first_heading` is the level of the body's own first one, 3 where it stands in a section.
    """
    if not body.strip():
        return Markup(""), ()
    told = _Rendering(file, first_line, lines_of(body), resolve, spell, assets)
    env: dict[str, Any] = {"told": told}
    tokens = _PARSER.parse(body, env)
    _settle_headings(tokens, first_heading)
    html = _PARSER.renderer.render(tokens, _PARSER.options, env)
    told.problems += _refused_links(body, told)
    return Markup(html), tuple(told.problems)  # noqa: S704  # the one place where HTML is made of content


_REFUSED = re.compile(r"\]\(\s*<?([a-zA-Z][\w+.-]*:|//|\\)[^)\s]*")


def _refused_links(body: str, told: _Rendering) -> list[Problem]:
    """Links that the allow-list turned into plain text: an editor wants to know."""
    found: list[Problem] = []
    fenced = False
    for number, line in enumerate(lines_of(body)):
        fenced ^= line.lstrip().startswith(("```", "~~~"))
        if fenced or line.startswith("    "):
            continue
        for match in _REFUSED.finditer(re.sub(r"`[^`]*`", lambda m: " " * len(m[0]), line)):
            address = match[0][2:].strip().strip("<>")
            if not may_link(address):
                place = Place(told.file, number + told.first_line, match.start() + 3, len(address))
                message = f"the link {address!r} is not taken: http, https and mailto are"
                found.append(Problem(place, "bad-link", message))
    return found
