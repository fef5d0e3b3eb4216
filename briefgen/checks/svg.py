"""What an SVG may hold: shapes, text and paint, by lists of what is known to run nothing and to load nothing.

It is read by an XML parser, so a prefix, an entity or an encoding hides nothing. Whatever is in it as markup is an
element of the list: a `<` that another reader might take for the beginning of a tag is refused in comments and
CDATA, so the file is as harmless where a host takes it for HTML.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from xml.sax import SAXParseException
from xml.sax.handler import ContentHandler, feature_namespaces, property_lexical_handler
from xml.sax.xmlreader import AttributesNSImpl, Locator

from defusedxml.common import DefusedXmlException
from defusedxml.expatreader import create_parser

from briefgen.model.text import forbidden, name_of

_SVG = "http://www.w3.org/2000/svg"
_XLINK = "http://www.w3.org/1999/xlink"
_XML = "http://www.w3.org/XML/1998/namespace"
_CC = "Work Agent License permits requires prohibits legalcode license"
# What drawing programs note for themselves: it means nothing to a browser, whatever it takes the file for.
_NOTES: Mapping[str, frozenset[str]] = {
    space: frozenset(names.split())
    for space, names in {
        "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "RDF Description Bag Seq Alt li",
        "http://creativecommons.org/ns#": _CC,
        "http://web.resource.org/cc/": _CC,
        "http://purl.org/dc/elements/1.1/": "contributor coverage creator date description format identifier language"
        " publisher relation rights source subject title type",
        "http://www.inkscape.org/namespaces/inkscape": "clipboard grid page path-effect perspective templateinfo",
        "http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd": "guide namedview",
    }.items()
}
_NOTED = re.compile(r"(?!on|style|src|href|xmlns)[A-Za-z][\w-]*", re.IGNORECASE)  # its attributes
_ELEMENTS = frozenset(
    """svg g defs symbol use switch view title desc metadata style path rect circle ellipse line polyline polygon text
    tspan textPath image linearGradient radialGradient stop pattern clipPath mask marker filter feBlend feColorMatrix
    feComponentTransfer feComposite feConvolveMatrix feDiffuseLighting feDisplacementMap feDistantLight feDropShadow
    feFlood feFuncA feFuncB feFuncG feFuncR feGaussianBlur feMerge feMergeNode feMorphology feOffset fePointLight
    feSpecularLighting feSpotLight feTile feTurbulence""".split()
)
_ATTRIBUTES = frozenset(
    """id class style role lang tabindex version baseProfile x y x1 y1 x2 y2 cx cy r rx ry fx fy fr dx dy width height d
    points transform viewBox preserveAspectRatio pathLength offset rotate textLength lengthAdjust startOffset method
    spacing side refX refY markerWidth markerHeight markerUnits orient gradientUnits gradientTransform spreadMethod
    patternUnits patternContentUnits patternTransform clipPathUnits maskUnits maskContentUnits filterUnits
    primitiveUnits in in2 result stdDeviation edgeMode mode type values operator k1 k2 k3 k4 order kernelMatrix divisor
    bias targetX targetY preserveAlpha kernelUnitLength surfaceScale diffuseConstant specularConstant specularExponent
    limitingConeAngle azimuth elevation pointsAtX pointsAtY pointsAtZ z scale xChannelSelector yChannelSelector radius
    baseFrequency numOctaves seed stitchTiles slope intercept amplitude exponent tableValues requiredFeatures
    systemLanguage enable-background media alignment-baseline baseline-shift clip clip-path clip-rule color
    color-interpolation color-interpolation-filters color-rendering cursor direction display dominant-baseline fill
    fill-opacity fill-rule filter flood-color flood-opacity font font-family font-size font-size-adjust font-stretch
    font-style font-variant font-weight image-rendering isolation letter-spacing lighting-color marker marker-end
    marker-mid marker-start mask mix-blend-mode opacity overflow paint-order pointer-events shape-rendering stop-color
    stop-opacity stroke stroke-dasharray stroke-dashoffset stroke-linecap stroke-linejoin stroke-miterlimit
    stroke-opacity stroke-width text-anchor text-decoration text-rendering transform-origin unicode-bidi vector-effect
    visibility word-spacing writing-mode white-space""".split()
)
_FUNCTIONS = frozenset(
    """rgb rgba hsl hsla hwb lab lch oklab oklch color matrix translate translatex translatey scale scalex scaley rotate
    skewx skewy calc min max var blur brightness contrast drop-shadow grayscale hue-rotate invert opacity saturate sepia
    polygon circle ellipse inset path not is where nth-child nth-of-type""".split()
)
_TEXTS = re.compile(r"id|class|role|lang|(aria|data)-[a-z-]+")  # attributes that are words, and no paint
_DOES = re.compile(r"[(@\\:]")  # without one of these nothing is called, imported or hidden
_LOCAL = re.compile(r"url\(\s*([\"']?)#[\w.:-]+\1\s*\)")
_PICTURE = re.compile(r"data:image/(png|jpeg|gif|webp);base64,[A-Za-z0-9+/=\s]*")
_ENCODING = re.compile(rb"\s*<\?xml[^>]*?encoding\s*=\s*[\"']([^\"'>]*)")


class Unsafe(Exception):
    """What an SVG may not hold, with its line and column."""

    def __init__(self, what: str, line: int = 0, column: int = 0) -> None:
        super().__init__(what)
        self.what, self.line, self.column = what, line, column


def look_through(data: bytes) -> None:
    """Read a whole SVG. Raises Unsafe at the first thing that may not be in it."""
    if (declared := _ENCODING.match(data.removeprefix(b"\xef\xbb\xbf"))) and declared[1].lower() != b"utf-8":
        raise Unsafe("it says that it is written in another encoding than UTF-8")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Unsafe("it is not UTF-8") from error
    if bad := forbidden(text.replace("\r\n", "\n")):
        raise Unsafe(f"the character {name_of(bad[0])} cannot stand in it")
    parser = create_parser(forbid_dtd=True)
    reader = _Reader(parser)
    parser.setFeature(feature_namespaces, True)
    parser.setContentHandler(reader)
    parser.setProperty(property_lexical_handler, reader)
    try:
        parser.feed(data)
        parser.close()
    except SAXParseException as error:
        line, column = error.getLineNumber() or 0, (error.getColumnNumber() or 0) + 1
        raise Unsafe(f"it is no XML: {error.getMessage()}", line, column) from error
    except DefusedXmlException as error:
        raise Unsafe("a DOCTYPE or an entity", *reader.place()) from error


class _Reader(ContentHandler):
    """Walks an SVG from its first element to its last."""

    def __init__(self, locator: Locator) -> None:
        super().__init__()
        self._at = locator
        self._open: list[str] = []  # the elements of SVG that are open
        self._style: list[str] = []  # the text of the style sheet that is being read
        self._is_cdata = False

    def place(self) -> tuple[int, int]:
        """The line and column at which the parser stands."""
        return self._at.getLineNumber() or 0, (self._at.getColumnNumber() or 0) + 1

    def _refuse(self, what: str) -> None:
        raise Unsafe(what, *self.place())

    def startElementNS(self, name: tuple[str | None, str], qname: str | None, attrs: AttributesNSImpl) -> None:  # noqa: N802
        """An element of the list with attributes of the list."""
        space, local = name
        if local not in (_ELEMENTS if space == _SVG else _NOTES.get(space or "", ())):
            self._refuse(f"the element <{local}>" if space == _SVG else f"the element <{local}> of another language")
        if not self._open and name != (_SVG, "svg"):
            self._refuse("no <svg> around it")
        if self._open and self._open[-1] == "style":
            self._refuse("an element within <style>")
        self._open.append(local if space == _SVG else "")
        for (of, attribute), value in attrs.items():
            if space == _SVG or of or not _NOTED.fullmatch(attribute):
                self._attribute(of, attribute, value, local)

    def endElementNS(self, name: tuple[str | None, str], qname: str | None) -> None:  # noqa: N802
        """The end of an element; of a style sheet, which is then looked at whole."""
        if self._open.pop() == "style":
            self._paint("".join(self._style), "<style>")
            self._style.clear()

    def _attribute(self, space: str | None, name: str, value: str, element: str) -> None:
        if (space or "") in _NOTES or (space == _XML and name in ("space", "lang", "id")):
            return
        if name == "href" and space in (None, "", _XLINK):
            is_picture = element == "image" and _PICTURE.fullmatch(value)
            if not is_picture and not re.fullmatch(r"#[\w.:-]+", value):
                self._refuse("an `href` that leads out of the file")
        elif space == _XLINK:
            if name not in ("type", "title", "role", "show", "actuate", "arcrole"):
                self._refuse(f"the attribute `xlink:{name}`")
        elif space or (name not in _ATTRIBUTES and not _TEXTS.fullmatch(name)):
            self._refuse(f"the attribute `{name}`")
        elif not _TEXTS.fullmatch(name):
            self._paint(value, f"`{name}`")

    def _paint(self, text: str, where: str) -> None:
        """Hold values and style sheets to what loads nothing."""
        if not _DOES.search(text):
            return
        plain = _LOCAL.sub(" ", text)
        names = {name.casefold() for name in re.findall(r"([\w-]+)\(", plain)}
        rules = {name.casefold() for name in re.findall(r"@([\w-]*)", plain)}
        if strange := sorted(names - _FUNCTIONS):
            self._refuse(f"`{strange[0]}(` in {where}")
        if rules - {"media", "namespace", "charset"}:
            self._refuse(f"`@{min(rules - {'media', 'namespace', 'charset'})}` in {where}")
        if "\\" in plain:
            self._refuse(f"an escape in {where}")
        if re.search(r"(?i)(java|vb)script\s*:", plain):
            self._refuse(f"a script in {where}")

    def characters(self, content: str) -> None:
        """Text: kept where it is a style sheet."""
        if self._is_cdata and "<" in content:
            self._refuse("a `<` in a CDATA section")
        if self._open and self._open[-1] == "style":
            self._style.append(content)

    def processingInstruction(self, target: str, data: str) -> None:  # noqa: N802
        """None is taken."""
        self._refuse(f"the processing instruction <?{target}?>")

    # What the parser calls for what is no content.

    def comment(self, content: str) -> None:
        """A remark, in which nothing looks like markup."""
        if set(content) & set("<>"):
            self._refuse("markup in a comment")

    def startCDATA(self) -> None:  # noqa: N802
        """Text that is not escaped begins."""
        self._is_cdata = True

    def endCDATA(self) -> None:  # noqa: N802
        """It ends."""
        self._is_cdata = False

    def startDTD(self, name: str, public_id: str | None, system_id: str | None) -> None:  # noqa: N802
        """Refused before it comes to this."""

    def endDTD(self) -> None:  # noqa: N802
        """Refused before it comes to this."""

    def startEntity(self, name: str) -> None:  # noqa: N802
        """Refused before it comes to this."""

    def endEntity(self, name: str) -> None:  # noqa: N802
        """Refused before it comes to this."""
