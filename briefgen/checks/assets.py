"""What files that are copied must keep."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatchcase

from briefgen.checks.kinds import KINDS, told_by_content
from briefgen.checks.svg import Unsafe
from briefgen.model.entries import Asset
from briefgen.model.problems import Place, Problem

# Parts of a name, before its last, by which a server may do something to a file: run it, unpack it, read orders in it.
_SERVED = re.compile(
    r"(?i)[xs]?html?|shtm|stm|mht(ml)?|htc|xml|xslt?|php\d*|phtml|phar|cgi|fcgi|pl|py|rb|lua|sh|aspx?|ashx|jspx?|cfm|[cm]?js"
    r"|wasm|swf|jar|svgz?|gz|br|bz2|xz|zst?|z|var|map|config|htaccess"
)
_KNOWN = ", ".join(sorted(KINDS))
_RAW = 'A file that is wanted as it is: raw_assets = ["{}"] in [site].'


def assets_are_what_they_are_called(assets: Iterable[Asset], raw: Sequence[str] = ()) -> Iterator[Problem]:
    """A file that is copied runs nothing, and is of the kind that its name says; `raw` are names that are not asked."""
    for asset in assets:
        if not any(fnmatchcase(asset.name, pattern) for pattern in raw):
            yield from _wrong(asset)


def _wrong(asset: Asset) -> Iterator[Problem]:
    *parts, suffix = asset.name.rpartition("/")[2].casefold().split(".")
    hint = _RAW.format(asset.name)
    kind = KINDS.get(suffix) if parts else None
    if kind is None:
        message = f"files of this kind are not copied; those are: {_KNOWN}"
        yield Problem(asset.place, "asset-kind", message, hint=hint)
    elif strange := next((part for part in parts[1:] if _SERVED.fullmatch(part)), None):
        message = f"a server may take this file for a .{strange} file: its name has that in it"
        yield Problem(asset.place, "asset-kind", message, hint="Rename the file.")
    elif not kind.begins.match(asset.data):
        told = told_by_content(asset.data)
        what = f"it is {told}" if told else "its content is something else"
        yield Problem(asset.place, "asset-kind", f"this file is called .{suffix}, and {what}", hint="Rename the file.")
    else:
        try:
            kind.look_through(asset.data)
        except Unsafe as found:
            place = Place(asset.place.file, found.line, found.column)
            message = f"this {kind.name} is not copied: {found.what}"
            yield Problem(place, "active-asset", message, hint=f"Save it without that. {hint}")
        if suffix == "csv":
            yield from _formulas(asset)


_FORMULA = re.compile(rb"(?m)(?:^|[,;\t])[ \"']*([=@]|[+-](?![\d.,]|[ \"']*(?:\r?$|[,;\t])))")


def _formulas(asset: Asset) -> Iterator[Problem]:
    """A cell that a spreadsheet would take for a formula: a warning, at the first one."""
    if found := _FORMULA.search(asset.data):
        line, before = asset.data.count(b"\n", 0, found.start(1)) + 1, asset.data.rfind(b"\n", 0, found.start(1))
        place = Place(asset.place.file, line, found.start(1) - before)
        message = "a spreadsheet takes this cell for a formula, and may run it"
        yield Problem(place, "csv-formula", message, "warning", "Write a ' before it, or take the sign away.")
