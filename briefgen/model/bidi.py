"""Bidi controls: what a text leaves open, and how it is kept from turning around what stands beside it.

A text of somebody else's is shown as it is, so its controls stay. What it opens and does not close would reach to
the end of the paragraph, and what it closes and did not open would end the isolation that it stands in. Whoever
puts a text into another one, into an attribute or into a feed asks `apart`; whoever puts it into an element that
isolates (`<bdi>`, `dir="auto"`) asks `within`, and the text is then what it was, letter for letter, wherever it
closes what it opens.
"""

from __future__ import annotations

import re

from briefgen.model.text import BIDI

FSI, PDI, PDF = "\u2068", "\u2069", "\u202c"
_ISOLATES = frozenset("\u2066\u2067\u2068")
_CONTROL = re.compile(f"[{BIDI}]")


def unclosed(text: str) -> re.Match[str] | None:
    """The first control that reaches out of a text: an embedding, override or isolate left open, or an isolate's end.

    The end of an embedding that was never begun ends nothing.
    """
    if text.isascii():
        return None
    stray, still_open = _left(text)
    return min((*stray, *still_open), key=re.Match.start, default=None)


def apart(text: str) -> str:
    """A text as it may stand within another: isolated, where there is a control in it."""
    if text.isascii() or not _CONTROL.search(text):
        return text
    stray, still_open = _left(text)
    ends = (PDI if each[0] in _ISOLATES else PDF for each in reversed(still_open))
    return f"{FSI}{FSI * len(stray)}{text}{''.join(ends)}{PDI}"


def within(text: str) -> str:
    """A text as it may stand in an element that isolates: isolates have their ends, and ends their isolates.

    What is left open of the rest ends with the element.
    """
    if text.isascii() or not _CONTROL.search(text):
        return text
    stray, still_open = _left(text)
    return f"{FSI * len(stray)}{text}{PDI * sum(each[0] in _ISOLATES for each in still_open)}"


def _left(text: str) -> tuple[list[re.Match[str]], list[re.Match[str]]]:
    """Ends of no isolate, and what is left open from the outermost inward, as the bidi algorithm (BD9, X7) has it."""
    stray: list[re.Match[str]] = []
    still_open: list[re.Match[str]] = []
    isolates = 0  # how many of those that are open isolate
    for control in _CONTROL.finditer(text):
        if control[0] == PDI and not isolates:
            stray.append(control)
        elif control[0] == PDI:
            while still_open.pop()[0] not in _ISOLATES:
                pass  # an isolate's end closes what was opened in it
            isolates -= 1
        elif control[0] == PDF:
            if still_open and still_open[-1][0] not in _ISOLATES:
                still_open.pop()
        else:
            still_open.append(control)
            isolates += control[0] in _ISOLATES
    return stray, still_open
