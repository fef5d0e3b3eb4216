"""Boilerplate in a text, as spans of characters: appeals, sign-ups, comment and share widgets, links, notices.

A text is taken sentence by sentence, also where one is glued to the next without a space. Each is weighed
by the words it holds; what stands between two pieces of boilerplate and speaks to the reader goes with
them. Where a text is the words of a whole page, runs of titles and menus without a sentence are cut as well.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from briefgen.model.entries import Span
from briefgen.model.sentences import sentences

# Each reason with what tells it at once, in a sentence of its own.
_STRONG: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (why, re.compile(pattern, re.I))
    for why, pattern in (
        (
            "donation appeal",
            r"\byour (?:support|donation|contribution|gift|help) (?:helps?|makes?|allows?|enables?|keeps?|means|funds|will)"
            r"|\b(?:support|fund) (?:our|independent|quality|local|public.interest) (?:journalism|reporting|newsroom|work)"
            r"|\b(?:please )?(?:consider )?(?:making|make) a (?:donation|contribution)|\bdonate (?:now|today|here|to us)"
            r"|^(?:please |to |why not )?(?:become|becoming) a (?:member|supporter|patron|friend)\b|\bif you enjoyed this (?:article|post|story)|\bsupport us (?:today|now|from|with)",
        ),
        (
            "subscription notice",
            r"\bsubscribe (?:now|today|here|to (?:our|the|get|read|continue|unlock))|(?:^|: )sign up\b|\bsign up (?:now|here|today|to (?:our|the|get|receive)|for (?:our|free|a free|the .{0,30}(?:newsletter|email|alerts?)))\b|\bsigning up!|\berror processing your"
            r"|\b(?:our|the|a|daily|weekly|free|morning) (?:\w+ ){0,3}newsletters?\b.{0,200}(?:sign|inbox|subscri|deliver|get|receive)"
            r"|\b(?:straight|delivered|sent|direct(?:ly)?) (?:in)?to your inbox|\balready (?:a )?(?:have an account|subscriber|subscribed|registered|a member)"
            r"|\bto (?:continue|keep) reading\b|\b(?:start|begin) your (?:free )?(?:trial|subscription)|\bunlimited (?:digital access|access to (?:our|all|every|the site|articles|content))|\bget (?:the|our|your|access to) .{0,80}(?:inbox|newsletter|letterbox|subscription|every (?:day|week|month|morning))"
            r"|\b(?:log|sign) ?in (?:to|or) (?:your|register|subscribe|continue|create|leave|comment|post)|\bcreate (?:an|your)(?: free)? account"
            r"|^(?:subscribe|register|sign in|log ?in|sign up)[.!]?$|\bdownload (?:our|the) (?:free )?app\b|\bthanks? (?:you )?for subscribing",
        ),
        (
            "comment widget",
            r"\bcommenting (?:forum|policy|guidelines|rules)|\bjoin (?:the|our) (?:conversation|discussion|debate|thought-provoking)"
            r"|\bjoin thought-provoking|\bcomments? (?:are|is|have been|will be) (?:closed|moderated|disabled|now closed|subject to)"
            r"|\b(?:leave|post|add|write|submit|view|show|read|see|hide) (?:a |your |all |the |\d+ )?(?:comments?|reply|response)\b[.!:]?$"
            r"|^(?:\d[\d,]*\s+)?comments?(?: ?\(?\d*\)?)?[.:]?$|\byour email address will not be published|^(?:reply|report abuse|report this comment)$"
            r"|\brequired fields are marked|\bplease (?:log|sign) ?in to (?:comment|leave|post)",
        ),
        (
            "share bar",
            r"^(?:please )?(?:share|tweet|print|email|e-mail|save|copy link|pin it|whatsapp|facebook|twitter|linkedin|reddit|pinterest|messenger)"
            r"(?:[\s,|/•·]+(?:this|via|on|by|with|to|article|story|post|page|link|share|tweet|print|email|e-mail|save|copy|whatsapp|facebook|twitter|linkedin|reddit|pinterest|messenger|x|your|friends))*[.:!]?$"
            r"|\bshare (?:this|on|via|with) (?:article|story|post|page|facebook|twitter|whatsapp|linkedin|your friends|email|friends)"
            r"|\b(?:follow|like|find) us on\b|\bfollow (?:@\w+|\w+(?: \w+)? on (?:twitter|facebook|instagram|x))\b|\bclick to share on\b|\bopens in (?:a )?new window"
            r"|^(?:like|follow|share|send) (?:this|us|on)\b.{0,40}$",
        ),
        (
            "related links",
            r"^(?:read (?:more|also|next|on|full|the full)|see also|more (?:on|from|about|stories|like|in)|related(?: (?:stories|articles|topics|posts|links|content|news|coverage|video))?|recommended|most (?:read|popular|viewed|shared)"
            r"|you (?:may|might) (?:also )?(?:like|be interested)|don.t miss|editor.s picks?|trending(?: now)?|top stories|latest (?:news|stories|headlines|from)|popular (?:now|stories|posts)|up next|watch(?: now| more| live)?|also (?:read|on|in))\b[^.!?]{0,160}[:.!]?$"
            r"|^(?:explore|discover|find out) more\b.{0,60}$|\bclick here (?:to|for)\b|^(?:previous|next) (?:article|post|story)\b|^(?:tags?|topics?|filed under|categories|in this (?:article|story)|keywords)\s*:?.{0,160}$|^back to top$",
        ),
        (
            "related links",
            r"^\W*(?:read(?: (?:more|also|next))?|more|also|see also|related|watch|listen|video|photos|gallery|explore further|see)\s*:\s.{5,200}$"
            r"|^\[(?:related|read|see|watch|more)\b[^\]]{0,200}\]\.?$|^https?://\S+$|^\W*explore further\W*$",
        ),
        (
            "credit line",
            r"^[^.]{0,80}\b(?:contributed|contributing) (?:to this|reporting|to the)\b.{0,60}$|^(?:additional )?reporting by\b.{0,200}$"
            r"|\bmay be reached (?:at|on|by)\b|^(?:reach|contact|email|follow) (?:the |this )?(?:reporters?|authors?|writers?|him|her|them)\b.{0,120}$|^source: .{0,60}$|^updated? (?:at|on) .{0,40}$"
            r"|\b(?:may|might) (?:get|earn|receive) a (?:share|commission|small commission|cut)\b|\baffiliate (?:links?|commissions?)\b|^have a tip\?",
        ),
        (
            "notice",
            r"\b(?:uses?|using|accept(?:ing)?|manage|our) cookies?\b|\bcookies? (?:policy|notice|settings|preferences|to (?:give|improve|ensure|provide|personali[sz]e))|\bprivacy (?:policy|notice|statement)\b|\bterms (?:of (?:use|service)|and conditions|& conditions)\b"
            r"|\ball rights reserved|^(?:copyright )?(?:©|\(c\)) ?.{0,120}$|^copyright \d{4}\b.{0,120}$|\bmay not be (?:published|reproduced|reprinted|republished|broadcast)|^(?:advertisement|advertising|sponsored(?: content)?|ad|promoted|paid content|skip (?:to|ad).{0,40}|continue reading.{0,40}|story continues.{0,40}|article continues.{0,40}|scroll (?:down|to continue).{0,40}|loading.{0,20}|supported by|report (?:this )?ad)[.:]?$"
            r"|\bad.?block(?:er|ing)\b|\benable javascript|\bjavascript (?:is|must be) (?:disabled|enabled)|\bthis (?:site|website|page) (?:uses|requires)\b|\bby (?:continuing|signing up|clicking|using|subscribing|registering)\b.{0,60}\byou (?:agree|consent|accept)",
        ),
    )
)
# Words of somebody who speaks to the reader, or of himself as the publisher.
_WEAK = re.compile(
    r"\b(?:you|your|yours|we|us|our|ours|readers?|subscribers?|newsrooms?|journalis\w+|paywalls?|news outlets?|donat\w+|is trusted by|"
    r"reporters on the ground|on the ground when)\b",
    re.I,
)
_ASKS = re.compile(
    r"^(?:please|join|sign|subscribe|click|follow|share|download|read|watch|listen|get|register|support|donate|log|enter|view|see|find|try|check)\b",
    re.I,
)
_WORD = re.compile(r"[^\W_]+(?:['’.\-][^\W_]+)*")
LINE_OF_A_PAGE = 1500  # characters a line, on average, from which a text is a page's words in one
_RUN = 10
_MOSTLY = 0.7
_FURNITURE = "page furniture"
MOST_BETWEEN = 6  # pieces that may stand between two of boilerplate and go with them


@dataclass(frozen=True, slots=True)
class FoundCut:
    """A span to be cut, and why."""

    span: Span
    why: str


@dataclass(frozen=True, slots=True)
class _Piece:
    """A sentence, or a line without one."""

    span: Span
    text: str
    why: str = ""
    weak: int = 0


def find_cuts(text: str) -> tuple[FoundCut, ...]:
    """What of a text is not part of the report, in order; spans do not touch."""
    pieces = list(_pieces(text))
    reasons = _smoothed(pieces)
    found: list[FoundCut] = []
    for piece, why in zip(pieces, reasons, strict=True):
        if not why:
            continue
        last = found[-1] if found else None
        if last and not text[last.span.end : piece.span.start].strip():
            found[-1] = FoundCut(Span(last.span.start, piece.span.end), last.why)
        else:
            found.append(FoundCut(piece.span, why))
    return tuple(found)


def _pieces(text: str) -> Iterator[_Piece]:
    """The sentences of a text; of a whole page in one line also the menus and titles that are glued to them."""
    is_page = len(text) > LINE_OF_A_PAGE * (text.count("\n") + 1)
    for span in sentences(text):
        start = span.start + (_menu(text[span.start : span.end]) if is_page else 0)
        if start > span.start:
            yield _Piece(Span(span.start, start), text[span.start : start], _FURNITURE, 1)
        if start < span.end:
            yield _piece(text[start : span.end].rstrip(), start)


def _piece(words: str, start: int) -> _Piece:
    why = next((why for why, pattern in _STRONG if pattern.search(words)), "")
    if words.isupper() and words.count(" ") >= 5 and words[-1] not in ".!?":
        why = "related links"  # a headline in capitals between two paragraphs
    return _Piece(Span(start, start + len(words)), words, "" if _is_reported(words) else why, _weight(words))


def _menu(words: str) -> int:
    """How many characters of a sentence are menus before it: up to the last six words in a row with five capitals."""
    parts = list(re.finditer(r"\S+", words))
    flags = [not part[0].lstrip("“\"'‘(").islower() for part in parts]
    last = 0
    for at in range(len(parts) - _RUN + 1):
        if sum(flags[at : at + _RUN]) >= _RUN - 2:
            last = at + _RUN
    while last > 0 and not flags[last - 1]:
        last -= 1
    if last < len(parts) and not flags[last]:
        last -= 1  # the capital before a small word opens the sentence itself
    if last < _RUN or sum(flags[:last]) < _MOSTLY * last:
        return 0  # a sentence with many names is no menu
    return parts[last].start() if last < len(parts) else len(words)


_SAYING = re.compile(r"\b(?:said|says|told|added|according to|wrote|asked|tweeted|announced|urged|warned|called on)\b")


def _is_reported(words: str) -> bool:
    """Whether a sentence tells what somebody said, or quotes: then it is the report that speaks."""
    return bool(_SAYING.search(words)) or words[0] in '“"‘' or ("“" in words and "”" in words)


def _weight(words: str) -> int:
    if _is_reported(words):
        return 0
    return len(_WEAK.findall(words)) + (2 if _ASKS.match(words) else 0)


def _smoothed(pieces: Sequence[_Piece]) -> list[str]:
    """The reason to cut each piece, or an empty text: what lies between two cuts and speaks to the reader goes too."""
    reasons = [piece.why for piece in pieces]
    marked = [i for i, why in enumerate(reasons) if why and why != _FURNITURE]
    for first, last in itertools.pairwise(marked):
        between = pieces[first + 1 : last]
        if not between or len(between) > MOST_BETWEEN:
            continue
        speaks = sum(1 for piece in between if piece.weak)
        if speaks * 2 >= len(between) or all(_is_stub(piece) for piece in between):
            for at in range(first + 1, last):
                reasons[at] = reasons[first]
    return reasons


def _is_stub(piece: _Piece) -> bool:
    """A line without a sentence: a title, a name, a number."""
    return len(_WORD.findall(piece.text)) <= 12 and piece.text[-1] not in '.!?”"'
