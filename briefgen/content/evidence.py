"""Quotes against captured texts and `evidence.lock`: the one place that finds a quote, or reports that it did not.

Where a captured text is at hand it is searched, and what the lock says does not count. Where it is
absent the lock speaks for it: it says where each quote stood, by the hashes of text, cuts and quote.
"""

from __future__ import annotations

import json
import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from briefgen.content.door import CAPTURE_BYTES, Door, captured_text
from briefgen.model.entries import Brief, Capture, Content, Cut, Evidence, Source, SourceId, Span, evidence_of
from briefgen.model.graph import bare_source
from briefgen.model.problems import Place, Problem, did_you_mean
from briefgen.model.quotes import KeptText, fingerprint, fold, folded, nearest
from briefgen.model.text import lines_of

LOCK = "evidence.lock"
EXCERPT = 400  # characters of a text that `publish_text: excerpt` shows, at most
_Key = tuple[str, str, str]  # quote, prefix, suffix


@dataclass(frozen=True, slots=True)
class TextLine:
    """What the lock knows of one captured text: hashes of the text and of the cut list, its length, its cuts."""

    source: SourceId
    text: str
    cuts: str
    length: int
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class QuoteLine:
    """Where one quote stood in a captured text."""

    source: SourceId
    text: str
    cuts: str
    quote: str
    span: Span


@dataclass(frozen=True, slots=True)
class Lock:
    """`evidence.lock`: a line for each text that quotes rest on, and a line for each quote."""

    texts: Mapping[SourceId, TextLine] = field(default_factory=dict)
    quotes: Mapping[tuple[SourceId, str], QuoteLine] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Evidenced:
    """What was read of each source, the lock as it should be, and every quote that is not where it should be."""

    captures: Mapping[SourceId, Capture]
    lock: Lock
    problems: tuple[Problem, ...]


def find_evidence(
    content: Content,
    captures: Path,
    lock: Lock,
    door: Door,
    spread: Callable[..., list[Any]] = lambda work, things: work(things),
) -> Evidenced:
    """Look every quote of every brief up in its source, drafts too; `spread` may share the sources out."""
    problems: list[Problem] = []
    wanted: defaultdict[SourceId, list[Evidence]] = defaultdict(list)
    listed_in: dict[SourceId, Place] = {}
    for brief in content.briefs.values():
        problems += _strange_labels(brief)
        for listed in brief.sources.values():
            wanted[listed] += []
            listed_in.setdefault(listed, brief.place)
        for quote in evidence_of(brief):
            if quote.source in brief.sources:
                wanted[brief.sources[quote.source]].append(quote)
    read: dict[SourceId, Capture] = {}
    texts: dict[SourceId, TextLine] = {}
    quotes: dict[tuple[SourceId, str], QuoteLine] = {}
    there: list[tuple[Source, list[Evidence]]] = []
    for source_id, sought in sorted(wanted.items()):
        known = content.sources.get(source_id)
        if known or (captures / f"{source_id}.txt").is_file() or source_id in lock.texts:
            there.append((known or bare_source(source_id), sought))
        elif source_id not in content.unread:
            problems.append(_no_source(source_id, listed_in[source_id]))
    every = spread(lambda part: [_search(source, sought, captures, lock, door) for source, sought in part], there)
    for (source, _), found in zip(there, every, strict=True):
        source_id = source.id
        problems += found.problems
        if found.capture:
            read[source_id] = found.capture
        if found.line:
            texts[source_id] = found.line
            quotes |= {(source_id, line.quote): line for line in found.quotes}
    return Evidenced(read, Lock(texts, quotes), tuple(problems))


def _strange_labels(brief: Brief) -> Iterator[Problem]:
    for quote in evidence_of(brief):
        if quote.source not in brief.sources:
            message = f"no source is labelled {quote.source!r} in this brief"
            hint = did_you_mean(quote.source, brief.sources) or f"`sources` names {', '.join(brief.sources) or 'none'}"
            yield Problem(quote.place, "unknown-label", message, hint=hint)


@dataclass(frozen=True, slots=True)
class Captured:
    """A captured text as it is, ready to be searched without what was cut from it."""

    text: str
    kept: KeptText

    @property
    def kept_words(self) -> str:
        """The text without its cuts."""
        return _without(self.text, self.kept.cuts)


def read_captured(source: Source, captures: Path, door: Door) -> Captured | Problem:
    """The captured text of a source with its cuts, or why it cannot be read."""
    stored = source.text or source.capture
    path = captures / (stored.file if stored else f"{source.id}.txt")
    data = door.read_bytes(path, CAPTURE_BYTES)
    text = captured_text(data, door.name(path)) if isinstance(data, bytes) else data
    if isinstance(text, Problem):
        return text
    body = folded(text)
    cuts, problems = _cut(source, KeptText(body), len(text))
    return problems[0] if problems else Captured(text, KeptText(body, cuts))


@dataclass(frozen=True, slots=True)
class _Found:
    """What looking into one source gave."""

    problems: tuple[Problem, ...] = ()
    capture: Capture | None = None
    line: TextLine | None = None
    quotes: tuple[QuoteLine, ...] = ()


def _search(source: Source, sought: list[Evidence], captures: Path, lock: Lock, door: Door) -> _Found:
    """Find the quotes of one source in its captured text, or in the lock where the text is absent."""
    stored = source.text or source.capture
    path = captures / (stored.file if stored else f"{source.id}.txt")
    if os.path.lexists(path):
        return _search_text(source, sought, path, door)
    declared = stored.sha256 if stored else ""
    return _search_lock(source, sought, lock, declared, door.name(path))


def _no_source(source: SourceId, place: Place) -> Problem:
    message = f"no source {source!r}: neither content/sources/{source}.md nor content/captures/{source}.txt is there"
    return Problem(place, "unknown-source", message, seek=("sources", source))


def _search_text(source: Source, sought: list[Evidence], path: Path, door: Door) -> _Found:
    problems: list[Problem] = []
    data = door.read_bytes(path, CAPTURE_BYTES)
    if isinstance(data, Problem):
        return _Found((data,))
    text_hash = sha256(data).hexdigest()
    problems += _changed(source, text_hash, path, door)
    text = captured_text(data, door.name(path))
    if isinstance(text, Problem):
        return _Found((*problems, text))
    body = folded(text)
    cuts, cut_problems = _cut(source, KeptText(body), len(text))
    kept = KeptText(body, cuts)
    found: dict[_Key, Span] = {}
    for quote in sought:
        where = _where(quote, source, kept, text)
        if isinstance(where, Problem):
            problems.append(where)
        else:
            found[quote.quote, quote.prefix, quote.suffix] = where
    line = TextLine(source.id, text_hash, cuts_hash(source.cut), len(text), cuts)
    return _Found(
        (*problems, *cut_problems),
        Capture(len(text), cuts, found, _shown(source, text, cuts)),
        line,
        tuple(QuoteLine(source.id, line.text, line.cuts, fingerprint(*key), span) for key, span in found.items()),
    )


def _changed(source: Source, text_hash: str, path: Path, door: Door) -> Iterator[Problem]:
    """Whether captured bytes are still those whose hash the source's file gives."""
    hint = "Captures are kept as they were received. Capture it anew under another id, or put the bytes back."
    stored = source.text or source.capture
    hashes = [(stored, text_hash)]
    if source.text and source.capture:
        data = door.read_bytes(path.parent / source.capture.file, CAPTURE_BYTES)
        if not isinstance(data, Problem):
            hashes.append((source.capture, sha256(data).hexdigest()))
    for kept, actual in hashes:
        if kept and kept.sha256 and kept.sha256 != actual:
            message = f"{kept.file} is not what was captured: its sha256 is {actual[:12]}..., not {kept.sha256[:12]}..."
            yield Problem(source.place, "capture-changed", message, hint=hint, seek=("sha256", kept.sha256))


def _cut(source: Source, whole: KeptText, length: int) -> tuple[tuple[Span, ...], list[Problem]]:
    """The spans that a source's cuts take away, in order."""
    spans: list[Span] = []
    problems: list[Problem] = []
    for cut in source.cut:
        count, span = whole.stretch(cut.start, cut.end)
        if count > 1:
            message = f"these words stand {len(whole.find(cut.start)[0])} times in the text: give more of them"
            problems.append(Problem(cut.place, "cut-not-found", message, seek=("from", cut.start)))
        elif span is None:
            word = cut.end if count else cut.start
            message = f"the cut's {'last' if count else 'first'} words are not in the text: {word!r}"
            problems.append(Problem(cut.place, "cut-not-found", message, seek=("to" if count else "from", word)))
        else:
            spans.append(Span(span.start, min(span.end, length)))
    return tuple(sorted(spans, key=lambda s: (s.start, s.end))), problems


def cuts_hash(cuts: Iterable[Cut]) -> str:
    """The SHA-256 of a cut list: its first and last words, folded."""
    return sha256(json.dumps([[fold(cut.start), fold(cut.end)] for cut in cuts]).encode()).hexdigest()


def _where(quote: Evidence, source: Source, kept: KeptText, text: str) -> Span | Problem:
    """Where the one place of a quote is."""
    places, lost = kept.find(quote.quote, quote.prefix, quote.suffix)
    name = f"source {quote.source} ({source.id})"
    if len(places) == 1:
        return places[0]
    if places:
        message = f"stands {len(places)} times in {name}"
        hint = "Give a longer quote, or the words before or after it as `prefix` or `suffix`."
        return Problem(quote.place, "quote-not-unique", message, hint=hint)
    if lost:
        message = f"stands in {name} only where the text was cut away"
        return Problem(quote.place, "quote-in-cut", message, hint="What was cut is not part of the report.")
    if not fold(quote.quote).strip():
        return Problem(quote.place, "quote-not-found", "the quote is empty")
    near = nearest(quote.quote, _without(text, kept.cuts))
    hint = (
        f'nearest: "{near.words}" ({near.likeness * 100:.0f} %). Nothing was changed.'
        if near
        else "Nothing there is like it."
    )
    return Problem(quote.place, "quote-not-found", f"not in {name}", hint=hint)


def _without(text: str, cuts: Iterable[Span]) -> str:
    """A text without its cuts."""
    parts, at = [], 0
    for cut in cuts:
        parts.append(text[at : max(at, cut.start)])
        at = max(at, cut.end)
    return "".join((*parts, text[at:]))


def _shown(source: Source, text: str, cuts: tuple[Span, ...]) -> str:
    """What of a text its page may show: nothing but quotes unless the source's file says so."""
    if source.publish_text == "quotes":
        return ""
    kept = _without(text, cuts).strip()
    if source.publish_text == "full" or len(kept) <= EXCERPT:
        return kept
    return kept[:EXCERPT].rsplit(None, 1)[0] + " …"


def _search_lock(source: Source, sought: list[Evidence], lock: Lock, declared: str, name: str) -> _Found:
    """Take the lock's word for the quotes of a text that is not here."""
    line = lock.texts.get(source.id)
    current = line is not None and line.cuts == cuts_hash(source.cut) and declared in ("", line.text)
    found: dict[_Key, Span] = {}
    problems: list[Problem] = []
    for quote in sought:
        key = (quote.quote, quote.prefix, quote.suffix)
        entry = lock.quotes.get((source.id, fingerprint(*key)))
        if current and line and entry and (entry.text, entry.cuts) == (line.text, line.cuts):
            found[key] = entry.span
        else:
            problems.append(_not_locked(quote, name, line, current=current))
    if line is None or not current:
        return _Found(tuple(problems), Capture(found=found))
    kept = tuple(lock.quotes[source.id, fingerprint(*key)] for key in found)
    return _Found(tuple(problems), Capture(line.length, line.spans, found), line, kept)


def _not_locked(quote: Evidence, name: str, line: TextLine | None, *, current: bool) -> Problem:
    why = "was never found in it" if current else "was found in another text or other cuts" if line else "is in no lock"
    message = f"{name} is not here, and this quote {why}"
    return Problem(quote.place, "capture-absent", message, hint="Run `briefgen lock` where the capture is, and commit.")


# ---- the file ------------------------------------------------------------------------------------------------------


def read_lock(path: Path, door: Door) -> tuple[Lock, list[Problem]]:
    """`evidence.lock`, and its damaged lines as problems. No file is an empty lock."""
    if not path.exists():
        return Lock(), []
    text = door.read_text(path, CAPTURE_BYTES)
    if isinstance(text, Problem):
        return Lock(), [text]
    texts: dict[SourceId, TextLine] = {}
    quotes: dict[tuple[SourceId, str], QuoteLine] = {}
    problems: list[Problem] = []
    for number, raw in enumerate(lines_of(text), 1):
        line = _read_line(raw)
        if isinstance(line, TextLine):
            texts[line.source] = line
        elif isinstance(line, QuoteLine):
            quotes[line.source, line.quote] = line
        elif raw.strip():
            message = "this is no line of an evidence lock"
            problems.append(
                Problem(Place(door.name(path), number, 1), "bad-lock", message, hint="Run `briefgen lock`.")
            )
    return Lock(texts, quotes), problems


def _read_line(raw: str) -> TextLine | QuoteLine | None:
    try:
        data = json.loads(raw)
        source, text, cuts = SourceId(str(data["source"])), str(data["text"]), str(data["cuts"])
        if "quote" in data:
            return QuoteLine(source, text, cuts, str(data["quote"]), Span(int(data["start"]), int(data["end"])))
        spans = tuple(Span(int(start), int(end)) for start, end in data["spans"])
        return TextLine(source, text, cuts, int(data["length"]), spans)
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


def write_lock(lock: Lock) -> str:
    """The lock as JSON Lines, sorted, each line the same wherever it is written."""
    texts = (
        {
            "source": t.source,
            "text": t.text,
            "cuts": t.cuts,
            "length": t.length,
            "spans": [[s.start, s.end] for s in t.spans],
        }
        for t in lock.texts.values()
    )
    quotes = (
        {"source": q.source, "text": q.text, "cuts": q.cuts, "quote": q.quote, "start": q.span.start, "end": q.span.end}
        for q in lock.quotes.values()
    )
    lines = sorted(json.dumps(line, sort_keys=True, separators=(",", ":")) for line in (*texts, *quotes))
    return "".join(f"{line}\n" for line in lines)
