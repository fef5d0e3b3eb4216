"""Which files are copied beside the pages: those that are of the kind their name says, and that run nothing."""

from __future__ import annotations

import json
import random
import zlib
from dataclasses import replace
from pathlib import Path

import pytest

from briefgen.checks import kinds
from briefgen.checks.assets import assets_are_what_they_are_called
from briefgen.checks.kinds import KINDS
from briefgen.model.entries import Asset
from briefgen.model.headers import type_of
from briefgen.model.problems import Place
from tests.checks.samples import SAMPLES, SVG, box, chunk, packed, page, pdf, stream
from tests.conftest import Site, assembled, said


def wrong(name: str, data: bytes | str, raw: tuple[str, ...] = ()) -> list[str]:
    asset = Asset(name, data if isinstance(data, bytes) else data.encode(), Place(name))
    return [f"{p.place} {p.rule}: {p.message}" for p in assets_are_what_they_are_called([asset], raw)]


@pytest.mark.parametrize("suffix", KINDS)
def test_a_sound_file_of_each_kind_is_copied(suffix: str) -> None:
    for name in (f"a.{suffix}", f"A b.{suffix.upper()}", f"deep/er/report.v2.{suffix}"):
        assert wrong(name, SAMPLES[suffix]) == []
    assert type_of(f"assets/a.{suffix.upper()}") != "application/octet-stream"


@pytest.mark.parametrize("suffix", KINDS)
def test_a_file_that_is_called_something_else_is_not(suffix: str) -> None:
    alike = (
        {"jpg", "jpeg"}
        if suffix in ("jpg", "jpeg")
        else {"txt", "csv", "json", "svg"}
        if suffix in ("txt", "csv")
        else {suffix}
    )
    for other, data in SAMPLES.items():
        if other not in alike:
            assert wrong(f"a.{suffix}", data), f"a {other} called .{suffix}"


@pytest.mark.parametrize("suffix", sorted({*KINDS} - {"txt", "csv", "mp3", "webm"}))
def test_a_file_that_is_cut_short_is_not(suffix: str) -> None:
    data = SAMPLES[suffix].rstrip()
    taken = [size for size in range(len(data) - (6 if suffix == "pdf" else 0)) if not wrong(f"a.{suffix}", data[:size])]
    wholes = {"avif": 2, "mp4": 2, "ogg": 1}.get(suffix, 0)  # a file of some whole parts is a file
    assert len(taken) <= wholes, taken


@pytest.mark.parametrize("suffix", ["png", "gif", "webp", "avif", "mp4", "ogg", "woff2", "svg", "json"])
def test_nothing_comes_after_the_end_of_a_file(suffix: str) -> None:
    assert wrong(f"a.{suffix}", SAMPLES[suffix] + b"<script>alert(1)</script>")


@pytest.mark.parametrize(
    "name",
    ["a.html", "a.HTM", "a.xhtml", "a.xht", "a.shtml", "a.xml", "a.xsl", "a.mht", "a.mhtml", "a.htc", "a.swf", "a.js", "a.mjs", "a.css", "a.wasm",
     "a.svgz", "a.php", "a.cgi", "a.hta", "a.url", "a.pif", "a.exe", "a.zip", "a.jar", "a.rdf", "a.rss", "a.atom", "a.map", "a", "web.config", "a.",
     "a.txt.", "a.png.html", "a.jpg ", "png", "a.tiff", "a.bmp", "a.ico", "a.vtt", "a.eml", "a.ics", "a.pdf.exe"],
)  # fmt: skip
def test_other_kinds_are_not_copied_unless_the_settings_name_them(name: str) -> None:
    for data in (b"x", b"<script>1</script>", SAMPLES["png"]):
        assert " asset-kind: files of this kind are not copied" in wrong(name, data)[0]
        assert wrong(name, data, (name,)) == wrong(name, data, ("*",)) == []
    assert wrong(f"deep/{name}", b"x", ("deep/*",)) == [] and wrong(f"deep/{name}", b"x", (name,))


@pytest.mark.parametrize(
    "name",
    [
        "a.shtml.txt",
        "a.php.png",
        "a.PHP5.jpg",
        "a.html.pdf",
        "a.svgz.svg",
        "a.js.json",
        "a.cgi.txt",
        "x.tar.gz.txt",
        "a.asp.gif",
    ],
)
def test_a_name_by_which_a_server_may_run_the_file_is_refused(name: str) -> None:
    assert " asset-kind: a server may take this file" in wrong(name, SAMPLES[name.rpartition(".")[2]])[0]


ACTIVE = {
    "an element": [
        f"<svg {SVG}><script>alert(1)</script></svg>",
        f'<svg {SVG}><script href="https://evil.example/x.js"/></svg>',
        '<s:svg xmlns:s="http://www.w3.org/2000/svg"><s:script>alert(1)</s:script></s:svg>',
        f'<svg {SVG}><foreignObject><body xmlns="http://www.w3.org/1999/xhtml"/></foreignObject></svg>',
        f'<svg {SVG}><h:iframe xmlns:h="http://www.w3.org/1999/xhtml" srcdoc="&lt;script>alert(1)&lt;/script>"/></svg>',
        f'<svg {SVG}><h:script xmlns:h="http://www.w3.org/1999/xhtml">alert(1)</h:script></svg>',
        f'<svg {SVG}><metadata><h:script xmlns:h="http://www.w3.org/1999/xhtml">alert(1)</h:script></metadata></svg>',
        f'<svg {SVG}><a href="javascript:alert(1)"><text>x</text></a></svg>',
        f'<svg {SVG}><use><animate attributeName="href" to="javascript:alert(1)"/></use></svg>',
        f'<svg {SVG}><set attributeName="onload" to="alert(1)"/></svg>',
        f'<svg {SVG}><feImage href="https://evil.example/x"/></svg>',
        f'<svg {SVG}><handler type="application/ecmascript">alert(1)</handler></svg>',
        f'<svg {SVG}><SCRIPT>alert(1)</SCRIPT></svg>',
        f'<svg {SVG}><video src="x"/></svg>',
        '<html xmlns="http://www.w3.org/1999/xhtml"><svg xmlns="http://www.w3.org/2000/svg"/></html>',
        "<svg><path/></svg>",
        f"<svg {SVG}><style><style>x</style></style></svg>",
        f'<svg {SVG}><script xmlns="http://purl.org/dc/elements/1.1/">alert(1)</script></svg>',
        f'<svg {SVG}><namedview xmlns="http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd" onclick="alert(1)"/></svg>',
        f'<svg {SVG}><namedview xmlns="http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd" style="background:url(x)"/></svg>',
    ],
    "an attribute": [
        f'<svg {SVG} onload="alert(1)"/>',
        f'<svg {SVG} ONLOAD="alert(1)"/>',
        f'<svg {SVG}><path\nonerror\n=\n"alert(1)"/></svg>',
        f'<svg {SVG} x:onload="alert(1)" xmlns:x="http://www.w3.org/2000/svg"/>',
        f'<svg {SVG} xml:base="https://evil.example/"/>',
        f'<svg {SVG}><image src="x"/></svg>',
        f'<svg {SVG} ping="https://evil.example/"/>',
        f'<svg {SVG} attributeName="href"/>',
    ],
    "a way out": [
        f'<svg {SVG}><use href="https://evil.example/x.svg#a"/></svg>',
        f'<svg {SVG}><use href="other.svg#a"/></svg>',
        f'<svg {SVG}><use href="data:image/svg+xml;base64,AA=="/></svg>',
        f'<svg {SVG}><use href=" javascript:alert(1)"/></svg>',
        f'<svg {SVG} xmlns:l="http://www.w3.org/1999/xlink"><use l:href="//evil.example/"/></svg>',
        f'<svg {SVG}><image href="data:image/svg+xml,%3Csvg%3E"/></svg>',
        f'<svg {SVG}><image href="data:text/html,x"/></svg>',
        f'<svg {SVG}><image href="https://evil.example/x.png"/></svg>',
        f'<svg {SVG}><path fill="url(https://evil.example/x#a)"/></svg>',
        f'<svg {SVG}><path filter="url(\'other.svg#a\')"/></svg>',
        f'<svg {SVG}><path style="fill:url(data:x)"/></svg>',
        f'<svg {SVG}><path style="fill:u\\72l(x)"/></svg>',
        f'<svg {SVG}><path style="fill:image-set(\'x\' 1x)"/></svg>',
        f'<svg {SVG}><path style="width:expression(alert(1))"/></svg>',
        f'<svg {SVG}><path style="cursor:URL(x)"/></svg>',
        f'<svg {SVG}><path fill="url(#a) url(//evil.example)"/></svg>',
        f'<svg {SVG}><style>@import "https://evil.example/";</style></svg>',
        f"<svg {SVG}><style>@IMPORT url(x)</style></svg>",
        f"<svg {SVG}><style>a {{ background: url(x) }}</style></svg>",
        f"<svg {SVG}><style>a {{ background: ur</style><style>l(x) }}</style></svg>".replace("ur</style><style>l", "url"),
        f"<svg {SVG}><style><![CDATA[a {{ background: url(x) }}]]></style></svg>",
        f"<svg {SVG}><style>a {{ background: ur<!-- -->l(x) }}</style></svg>",
        f"<svg {SVG}><style>a {{ background: ur&#x6c;(x) }}</style></svg>",
        f"<svg {SVG}><style>@font-face {{ src: url(https://evil.example/) }}</style></svg>",
        f'<svg {SVG}><style>a {{ -moz-binding: "javascript:x" }}</style></svg>',
    ],
    "no element": [
        f'<?xml version="1.0"?><?xml-stylesheet href="javascript:alert(1)"?><svg {SVG}/>',
        f"<svg {SVG}><?php system($x) ?></svg>",
        f"<svg {SVG}/><?x?>",
        f"<!DOCTYPE svg><svg {SVG}/>",
        f'<!DOCTYPE svg [<!ENTITY x "y">]><svg {SVG}>&x;</svg>',
        f'<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg {SVG}>&x;</svg>',
        f'<!DOCTYPE svg SYSTEM "https://evil.example/x.dtd"><svg {SVG}/>',
        f'<!DOCTYPE svg [<!ATTLIST svg onload CDATA "alert(1)">]><svg {SVG}/>',
    ],
    "for a reader that takes it for HTML": [
        f"<!--><script>alert(1)</script>--><svg {SVG}/>",
        f"<svg {SVG}><!--> <img src=x onerror=alert(1)> --></svg>",
        f"<svg {SVG}><title><![CDATA[</title><script>alert(1)</script>]]></title></svg>",
        f"<svg {SVG}><![CDATA[><img src=x onerror=alert(1)>]]></svg>",
    ],
    "an encoding": [
        f'<?xml version="1.0" encoding="UTF-7"?><svg {SVG}>+ADw-script+AD4-</svg>',
        f'<?xml version="1.0" encoding="iso-8859-1"?><svg {SVG}/>',
        f"<?xml version='1.0' encoding='utf-16'?><svg {SVG}/>",
        f'<?xml version="1.0" encoding="x-user-defined"?><svg {SVG}/>',
    ],
    "no XML": [
        f'<svg {SVG}/onload="alert(1)"/>',
        f"<svg {SVG} onload=alert(1)>",
        f"<svg {SVG}><p></svg>",
        f"<svg {SVG}>&nbsp;</svg>",
        f"<svg {SVG}/><script/>",
        f"<svg {SVG} a='1' a='2'/>",
        f"<svg {SVG}>\x0b</svg>",
        "<svg" + "<g>" * 10,
    ],
}  # fmt: skip


@pytest.mark.parametrize("data", [each for kind in ACTIVE.values() for each in kind], ids=lambda data: data[-60:])
def test_an_svg_holds_shapes_and_nothing_that_runs_or_loads(data: str) -> None:
    assert wrong("a.svg", data), data
    assert wrong("a.svg", data, ("a.svg",)) == []


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-7", "cp037"])
def test_an_svg_in_another_encoding_is_not_read_as_one(encoding: str) -> None:
    assert wrong("a.svg", f"<svg {SVG}><script>alert(1)</script></svg>".encode(encoding))


@pytest.mark.parametrize(
    "data",
    [
        f'<svg {SVG} version="1.1" width="10mm" viewBox="0 0 1 1" xml:space="preserve" role="img" aria-labelledby="t"><title id="t">A &lt;plan&gt;</title></svg>',
        f'\ufeff<svg {SVG}><g transform="translate(1,2) rotate(-3)"><rect x="1" fill="rgb(1,2,3)" style="stroke:#123;filter:url(#f)"/></g></svg>',
        f'<svg {SVG} xmlns:xlink="http://www.w3.org/1999/xlink"><defs><linearGradient id="g"><stop offset="0" stop-color="#fff"/></linearGradient></defs><use xlink:href="#g"/><path fill="url( \'#g\' )"/></svg>',
        f"<svg {SVG}><style>.a {{ fill: url(#g) }} @media print {{ .a {{ fill: hsl(1 2% 3%) }} }}</style><style><![CDATA[.b > .a {{ }}]]></style></svg>",
        f'<svg {SVG} xmlns:sodipodi="http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd" xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape" inkscape:version="1.2"><sodipodi:namedview pagecolor="#fff"/><metadata><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:cc="http://creativecommons.org/ns#"><cc:Work rdf:about=""/></rdf:RDF></metadata></svg>',
        f'<svg {SVG}><image href="data:image/png;base64,iVBORw0KGgo=" width="1" height="1"/><text><tspan x="1">“5 &lt; 6”, javascript is a word</tspan></text></svg>',
        '<svg:svg xmlns:svg="http://www.w3.org/2000/svg"><svg:path d="M0 0"/></svg:svg>',
    ],
    ids=range(7),
)  # fmt: skip
def test_an_svg_that_a_drawing_program_writes_is_copied(data: str) -> None:
    assert wrong("a.svg", data) == []


def test_what_is_wrong_in_an_svg_has_its_line_and_column() -> None:
    assert wrong("a.svg", f"<svg {SVG}>\n  <g>\n    <script>x</script></g></svg>") == [
        "a.svg:3:5 active-asset: this SVG is not copied: the element <script>"
    ]
    assert wrong("a.svg", f"<svg {SVG}>\n<p></svg>")[0].startswith("a.svg:2:")


CATALOG = b"<< /Type /Catalog >>"


@pytest.mark.parametrize(
    ("objects", "said"),
    [
        ([b"<< /OpenAction << /S /JavaScript /JS (app.alert(1)) >> >>"], "(/JavaScript)"),
        ([b"<< /S /J#61vaScript >>"], "(/JavaScript)"),
        ([b"<< /S/#4A#61#76#61#53#63#72#69#70#74/JS(x)>>"], "(/JavaScript)"),
        ([b"<< /Names << /JavaScript 5 0 R >> >>"], "(/JavaScript)"),
        ([b"<< /S /Launch /F (cmd.exe) >>"], "(/Launch)"),
        ([b"<< /S /SubmitForm >>"], "(/SubmitForm)"),
        ([b"<< /Type /EmbeddedFile >>"], "(/EmbeddedFile)"),
        ([b"<< /AcroForm << /XFA [] >> >>"], "(/XFA)"),
        ([packed(b"/Type /ObjStm /N 1 /First 4", b"9 0 << /S /JavaScript /JS (x) >>")], "(/JavaScript)"),
        ([packed(b"/N 1 /First 4", b"9 0 << /S /JavaScript /JS (x) >>")], "(/JavaScript)"),
        ([packed(b"/Type /ObjStm /DecodeParms << /Predictor 12 >>", b"\x029 0 \x02<< /S /Java")], "packed in a way"),
        ([stream(b"/Type /ObjStm /Filter [/ASCIIHexDecode /FlateDecode]", b"789c>")], "packed in a way"),
        ([b"<< /Encrypt 5 0 R >>"], "encrypted"),
        ([packed(b"", bytes(3 << 20))] * 3, "unpacks to more"),
    ],
)  # fmt: skip
def test_a_pdf_that_does_something_of_itself_is_not_copied(
    objects: list[bytes], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kinds, "MOST_UNPACKED", 8 << 20)
    assert said in wrong("a.pdf", pdf(CATALOG, *objects))[0]


def test_a_pdf_with_words_about_script_and_damaged_parts_is_copied() -> None:
    page_ = packed(b"", b"BT (JavaScript and /Launch( ) Tj ET".replace(b"/Launch", b"Launch"))
    broken = stream(b"/Filter /FlateDecode", zlib.compress(b"x" * 99)[:20])
    assert wrong("a.pdf", pdf(CATALOG, page_, broken, b"<< /A << /S /URI /URI (https://desk.example/) >> >>")) == []


@pytest.mark.parametrize("suffix", ["txt", "csv"])
@pytest.mark.parametrize(
    "text",
    ["<!DOCTYPE html><p>", " \n\t<html>", "<script>alert(1)</script>", "x <script src=y>", "<svg onload=alert(1)>", "<iframe srcdoc=x>", "<?xml version='1.0'?>",
     "<!-- x", "<IMG SRC=x>", "</title>", "<body/onload=x>", "<x:script>", "<a href=x>", "a" * 4000 + "<script>"],
    ids=lambda text: text[-16:],
)  # fmt: skip
def test_a_text_that_a_reader_may_take_for_a_page_is_not_copied(suffix: str, text: str) -> None:
    assert " active-asset: " in wrong(f"a.{suffix}", text)[0] and "take it for a page" in wrong(f"a.{suffix}", text)[0]
    assert wrong("a.json", json.dumps(text)) == [] and wrong("a.json", text)


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.txt", b"a\nb\x00", "a.txt:2 "), ("a.txt", "é".encode("latin-1"), "not UTF-8"), ("a.txt", "<script>".encode("utf-16"), "not UTF-8"),
        ("a.txt", b"\x1b]8;;https://evil.example\x07", "U+001B"), ("a.json", b"[" * 100_000, "nested too deeply"), ("a.json", b"{", "no JSON"),
        ("a.json", b"alert(1)", "something else"), ("a.json", b"9" * 5000, "no JSON"), ("a.json", b"", "something else"),
        ("a.png", SAMPLES["jpg"], "called .png, and it is a JPEG"), ("a.jpg", b"<html>", "it is an HTML page"), ("a.gif", b"\n", "something else"),
        ("a.gif", b"GIF89a/*" + bytes(20) + b"*/=1;alert(1)//;", "GIF"),
        ("a.mp4", box(b"ftyp", b"avif\0\0\0\0") + box(b"mdat"), "an AVIF"), ("a.avif", SAMPLES["mp4"], "an MP4"),
        ("a.mp4", box(b"ftyp", b"isom\0\0\0\0") + b"\0\0\0\x04mdat", "damaged"), ("a.mp4", box(b"ftyp", b"isom\0\0\0\0") + b"<script>", "cut short"),
        ("a.png", b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR") + b"\xff\xff\xff\xffIDAT", "cut short"), ("a.ogg", page(b"x") + b"<html>", "damaged"),
        ("a.webm", SAMPLES["webm"].replace(b"webm", b"matr"), "something else"), ("a.pdf", b"<html>%PDF-1.7 %%EOF", "an HTML page"),
    ],
    ids=str,
)  # fmt: skip
def test_what_is_wrong_with_a_file_is_said(name: str, data: bytes, said: str) -> None:
    assert said in wrong(name, data)[0]


@pytest.mark.parametrize(
    "cell", ["=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+3+cmd", '=HYPERLINK("https://evil.example")', '"=1"']
)
def test_a_cell_that_a_spreadsheet_runs_is_a_warning(cell: str) -> None:
    cell = cell if cell != "-2+3+cmd" else "-cmd"
    for before in ("a,", "", "a;b\n1;", "x\t"):
        assert "csv-formula" in "".join(wrong("a.csv", f"{before}{cell}\n"))


def test_bytes_of_any_kind_are_refused_or_taken_and_never_a_traceback() -> None:
    chance = random.Random(7)
    for suffix, sample in SAMPLES.items():
        for _ in range(150):
            data = bytearray(sample)
            for _ in range(chance.randint(1, 4)):
                place = chance.randrange(len(data))
                data[place : place + chance.randint(0, 3)] = chance.randbytes(chance.randint(0, 3))
            wrong(f"a.{suffix}", bytes(data))


def test_a_look_through_a_long_file_takes_steps_in_step_with_its_length() -> None:
    """Ratios of the bytes that are asked for, and not of seconds."""

    class Counted(bytes):
        asked = 0

        def __getitem__(self, key):  # type: ignore[no-untyped-def]
            Counted.asked += 1
            return super().__getitem__(key)

    def steps(data: bytes, look: kinds.Look) -> int:
        Counted.asked = 0
        look(Counted(data))
        return Counted.asked

    def gif(times: int) -> bytes:
        return SAMPLES["gif"][:-1] + b"\x21\xfe\x01x\0" * times + b"\x3b"

    def png(times: int) -> bytes:
        return SAMPLES["png"][:8] + chunk(b"tEXt") * times + chunk(b"IEND")

    for make, suffix in (
        (gif, "gif"),
        (png, "png"),
        (lambda n: page(b"x") * n, "ogg"),
        (lambda n: SAMPLES["mp4"] + box(b"free") * n, "mp4"),
    ):
        once, tenfold = (steps(make(n), KINDS[suffix].look) for n in (100, 1000))
        assert tenfold < 12 * once


def test_what_is_looked_through_is_bounded_and_what_is_larger_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    for suffix, kind in KINDS.items():
        assert kind.most <= 256 << 20
        monkeypatch.setitem(KINDS, suffix, replace(kind, most=10))
        assert "larger than" in wrong(f"a.{suffix}", SAMPLES[suffix])[0]
        monkeypatch.setitem(KINDS, suffix, kind)
    monkeypatch.setattr(kinds, "MOST_PARTS", 100)
    monkeypatch.setattr(kinds, "MOST_STREAMS", 100)
    many = {
        "gif": SAMPLES["gif"][:-1] + b"\x21\xfe\x01x\0" * 200 + b"\x3b", "png": SAMPLES["png"][:8] + chunk(b"tEXt") * 200 + chunk(b"IEND"), "ogg": page(b"x") * 200,
        "mp4": SAMPLES["mp4"] + box(b"free") * 200, "jpg": b"\xff\xd8\xff\xe0\0\x02" + b"\xff\xe0\0\x02" * 200, "pdf": pdf(*[stream(b"", b"x")] * 200),
    }  # fmt: skip
    for suffix, data in many.items():
        assert "more than 100" in wrong(f"a.{suffix}", data)[0], suffix


@pytest.mark.parametrize(
    ("suffix", "data"),
    [("jpg", b"\xff\xd8" + b"\xff" * (8 << 20)), ("mp3", b"ID3\x04\0\0\0\0\0\0" + bytes(8 << 20)), ("pdf", b"%PDF-1.7\n" + b"/" * (4 << 20) + b"%%EOF"),
     ("pdf", b"%PDF-1.7\n" + b"stream\nx\x9c" * 100_000 + b"%%EOF"), ("svg", f"<svg {SVG}>".encode() + b"<g>" * 500_000), ("svg", b"<!---->" * 500_000 + b"<p>"),
     ("svg", f"<svg {SVG}>".encode() + b'<g x="a(" y="b"/>' * 20_000), ("txt", b"<" * (8 << 20)), ("csv", b",=" * 10 + b" " * (4 << 20)), ("json", b"[" * (4 << 20))],
    ids=lambda value: str(value)[:12],
)  # fmt: skip
def test_a_file_that_is_made_to_be_looked_at_for_ever_is_not(suffix: str, data: bytes) -> None:
    """Each would take minutes if any step looked at all of it again."""
    wrong(f"a.{suffix}", data)


def test_a_site_with_such_a_file_is_not_built_and_one_that_names_it_is(site: Site) -> None:
    page_ = "<script>alert(1)</script>"
    files = {
        "content/assets/map.html": page_,
        "content/assets/plan.svg": f"<svg {SVG}><script/></svg>",
        "content/assets/a.png": SAMPLES["png"],
    }
    assert said(assembled(site(files)), "error") == [
        "content/assets/map.html asset-kind",
        "content/assets/plan.svg:1:41 active-asset",
    ]
    named = files | {"briefgen.toml": '[site]\ntitle = "x"\nraw_assets = ["map.html", "*.svg"]\n'}
    found = assembled(site(named))
    assert said(found) == []
    assert {p.path: p.body for p in found.pages}["assets/map.html"] == page_.encode()


def test_files_of_this_repository_are_of_their_kind() -> None:
    root = Path(__file__).parents[2]
    pictures = [
        p for folder in ("templates", "docs") for p in (root / folder).rglob("*") if p.suffix in (".svg", ".png")
    ]
    assert pictures
    for path in pictures:
        assert wrong(path.name, path.read_bytes()) == [], path
