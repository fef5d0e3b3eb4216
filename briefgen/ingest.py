"""The first half of the drafting road: files and addresses -> captured bytes, their text, and a source's file.

Bytes are kept as they were received. Nothing is overwritten: what is captured already is said to be, and
other bytes under a name that is taken get a name of their own. A source's file is written last and only as `check`
would take it, so that a run that was cut short is finished by the next.
"""

from __future__ import annotations

import os
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

from briefgen.capture.article import Article, has_reader, has_report, is_page, read_page, text_of
from briefgen.capture.cuts import FoundCut, find_cuts
from briefgen.capture.feed import FeedEntry, entries, is_feed
from briefgen.capture.fetch import Received, get
from briefgen.capture.origin import origin, spelled
from briefgen.content.door import CAPTURE_BYTES, ENTRY_BYTES, Door, captured_text
from briefgen.content.evidence import Captured, read_captured
from briefgen.content.read import parse_entry, read_content
from briefgen.content.save import add, tidy
from briefgen.content.write import write
from briefgen.desk import lock
from briefgen.extract.align import Alignment, compare, fingerprint
from briefgen.extract.english import is_english
from briefgen.extract.lexicon import lexicon
from briefgen.model.entries import UNKNOWN, ActorId, Content, Cut, Edtf, NearDuplicate, Source, SourceId, Stored
from briefgen.model.ids import is_id, slug
from briefgen.model.names import Names, names
from briefgen.model.problems import BriefgenError, Problem
from briefgen.model.quotes import KeptText, folded
from briefgen.model.sentences import sentences
from briefgen.project.parallel import spread
from briefgen.project.settings import Project

TEXTS = (".txt", ".text", ".md", ".markdown")
PAGES = (".html", ".htm", ".xhtml")
FEEDS = (".xml", ".rss", ".atom")
FILE_BYTES = 32 << 20  # of a file that is captured; saved pages carry their pictures
BLOCK, BLOCK_BYTES = 64, 32 << 20  # things that are received, read and written before the next are looked at
MOST_ENTRIES = 500  # of a feed
MOST_CUTS, MOST_CREDITS = 100, 20  # of a text
MOST_ALIGNED, MOST_SENTENCES = 5, 400  # texts that one is aligned with, and sentences of each that are
_LONGEST_STEM = 80
_AT_ONCE = 8
Say = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Item:
    """Something received that is to be captured: its bytes, and whence they came.

    `url` is the address that answered, empty for a file; `published` is the day that a feed gives.
    """

    origin: str
    data: bytes = b""
    content_type: str = ""
    charset: str = ""
    url: str = ""
    asked: str = ""
    why: str = ""  # why there are no bytes
    published: str = UNKNOWN
    note: str = ""


@dataclass(frozen=True, slots=True)
class Taken:
    """One thing ingested: its source, what was cut, which other source it resembles; or why it was left.

    `notes` are what an editor should know of how it was captured.
    """

    origin: str
    source: Source | None = None
    cuts: tuple[FoundCut, ...] = ()
    length: int = 0
    twin: Alignment | None = None
    is_new: bool = True
    why: str = ""
    is_english: bool = True
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ingested:
    """What became of all that was given, in its order, and how many quotes the lock then held."""

    taken: tuple[Taken, ...]
    problems: tuple[Problem, ...] = ()
    has_reader: bool = True


@dataclass(slots=True)
class _Desk:
    """What a desk has captured so far.

    `stems` are the names that are taken, in lower case; `captures` the files in `captures/` by the hash of their
    bytes; `owners` the sources by the hash of their capture.
    """

    project: Project
    door: Door
    stems: set[str]
    sources: dict[SourceId, Source]
    captures: dict[str, str]
    owners: dict[str, SourceId]
    names: Names
    texts: dict[SourceId, str] = field(default_factory=dict)
    shapes: dict[SourceId, frozenset[int]] = field(default_factory=dict)

    def capture_path(self, name: str) -> Path:
        return self.project.content / "captures" / name

    def source_path(self, source: str) -> Path:
        return self.project.content / "sources" / f"{source}.md"


def ingest(
    project: Project,
    given: Sequence[str],
    *,
    today: date,
    since: date | None = None,
    jobs: int = 1,
    receive: Callable[[str], Received] = get,
    say: Say = lambda step, done, total: None,
) -> Ingested:
    """Capture files, folders, addresses and feeds. What fails is said at the end and stops nothing else."""
    door = Door(project.root)
    tidy(door)
    desk = _known(project, door)
    todo = deque(_named(given))
    done: list[Taken] = []
    for items in _blocks(todo, since, receive):
        read = spread(_read_all, items, jobs)
        done += [_take(desk, item, result, today) for item, result in zip(items, read, strict=True)]
        say("captured", len(done), len(done) + len(todo))
    problems = lock(project).problems if any(t.source for t in done) else ()
    return Ingested(tuple(done), tuple(p for p in problems if p.severity == "error"), has_reader())


def _known(project: Project, door: Door) -> _Desk:
    """What is captured already."""
    content: Content = read_content(project.content, door).content
    folder = project.content / "captures"
    files = _names_in(folder)
    desk = _Desk(
        project,
        door,
        {name.partition(".")[0].casefold() for name in (*files, *_names_in(project.content / "sources"))},
        dict(content.sources),
        {},
        {s.capture.sha256: s.id for s in content.sources.values() if s.capture and s.capture.sha256},
        names(content.actors.values()),
    )
    for name in files:
        data = door.read_bytes(folder / name, CAPTURE_BYTES)
        if isinstance(data, bytes):
            desk.captures.setdefault(sha256(data).hexdigest(), name)
    for source in content.sources.values():
        captured = read_captured(source, folder, door)
        if isinstance(captured, Captured):
            desk.texts[source.id] = captured.kept_words
    return desk


def _names_in(folder: Path) -> list[str]:
    """The files of a folder, by name, without what editors keep beside them."""
    return sorted(name for name in os.listdir(folder) if not name.endswith("~")) if folder.is_dir() else []


# ---- what is to be captured ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _File:
    """A file that is yet to be read, and the folder out of which no link leads."""

    path: Path
    folder: Path


_Wanted = Item | _File | FeedEntry | str  # an address as it was given is a text


def _named(given: Iterable[str]) -> Iterator[_Wanted]:
    """Everything that was named, folders opened; nothing is read yet."""
    for each in given:
        if each.startswith(("http://", "https://")):
            yield each
        elif os.path.isdir(each):
            yield from _in_folder(Path(each))
        else:
            yield _File(Path(each), Path(each).parent)


def _in_folder(folder: Path) -> Iterator[_Wanted]:
    """The texts, pages and feeds of a folder and of the folders in it, by name."""
    unread: list[OSError] = []
    found = [
        Path(at) / name
        for at, _, files in os.walk(folder, onerror=unread.append)
        for name in files
        if name.lower().endswith((*TEXTS, *PAGES, *FEEDS))
    ]
    if not found and not unread:
        yield Item(str(folder), why="no text or page in this folder")
    yield from (_File(path, folder) for path in sorted(found))
    yield from (Item(str(error.filename), why=f"cannot be read: {error.strerror}") for error in unread)


def _blocks(todo: deque[_Wanted], since: date | None, receive: Callable[[str], Received]) -> Iterator[list[Item]]:
    """Everything wanted, received; as much at once as memory bears. What a feed names comes after what was named."""
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        while todo:
            block: list[Item] = []
            while todo and len(block) < BLOCK and sum(len(item.data) for item in block) < BLOCK_BYTES:
                at_once = [todo.popleft() for _ in range(min(_AT_ONCE if _is_far(todo[0]) else 1, len(todo)))]
                for found in pool.map(partial(_opened, since=since, receive=receive), at_once):
                    block += [each for each in found if isinstance(each, Item)]
                    todo.extend(each for each in found if not isinstance(each, Item))
            yield block


def _is_far(wanted: _Wanted) -> bool:
    return isinstance(wanted, str | FeedEntry)


def _opened(wanted: _Wanted, since: date | None, receive: Callable[[str], Received]) -> list[_Wanted]:
    """What is wanted as an item; of a feed, what it names."""
    if isinstance(wanted, Item):
        return [wanted]
    if isinstance(wanted, FeedEntry):
        item = _received(receive(wanted.url), wanted.url)
        return [replace(item, published=wanted.day.isoformat()) if wanted.day else item]
    if isinstance(wanted, _File):
        item = _of_file(wanted)
        feed = item.data if wanted.path.suffix.lower() in FEEDS and is_feed(item.data) else b""
    else:
        received = receive(wanted)
        item = _received(received, wanted)
        feed = item.data if is_feed(item.data, item.content_type) else b""
    return _of_feed(feed, item, since) if feed else [item]


def file_bytes(path: Path, folder: Path | None = None) -> bytes | str:
    """The bytes of a plain file of bounded size, or why they are not taken; no link is followed out of the folder."""
    data = Door(folder or path.parent).read_bytes(path, FILE_BYTES)
    if isinstance(data, Problem):
        return "a link that leads out of its folder" if data.rule == "outside" else data.message
    return data


def _of_file(file: _File) -> Item:
    data = file_bytes(file.path, file.folder)
    if isinstance(data, str):
        return Item(str(file.path), why=data)
    if not data.strip():
        return Item(str(file.path), why="it is empty")
    return Item(str(file.path), data, "text/html" if file.path.suffix.lower() in PAGES else "")


def _received(received: Received, asked: str) -> Item:
    why = received.why or ("" if received.data.strip() else "it is empty")
    note = "the answer did not say where it ends: look whether it is whole" if received.is_open else ""
    return Item(asked, received.data, received.content_type, received.charset, received.url, asked, why=why, note=note)


def _of_feed(feed: bytes, item: Item, since: date | None) -> list[_Wanted]:
    try:
        found = entries(feed, item.url, since)
    except BriefgenError as error:
        return [replace(item, data=b"", why=error.message)]
    left = f"a feed of {len(found):,} entries, of which the first {MOST_ENTRIES} are taken; --since DAY takes fewer"
    return [
        *found[:MOST_ENTRIES],
        *([replace(item, data=b"", why=left)] if len(found) > MOST_ENTRIES else ()),
    ]


# ---- reading what was received: pure, one thing after the other ----------------------------------------------------

_Read = tuple[Article, tuple[FoundCut, ...]]


def _read_all(items: Sequence[Item]) -> list[_Read | str]:
    return [_read(item) for item in items]


def _read(item: Item) -> _Read | str:
    """The article and its cuts, or why it cannot be read."""
    if item.why:
        return item.why
    kind = item.content_type
    if kind and not kind.startswith("text/") and "html" not in kind and kind != "application/octet-stream":
        return f"it is {kind}, and neither text nor a page"
    try:
        if is_page(item.data, kind if kind not in ("text/plain", "application/octet-stream") else ""):
            article = read_page(item.data, item.charset)
        else:
            article = Article(text_of(item.data, item.charset))
    except ValueError as error:
        return str(error)
    if not article.text.strip():
        return "no text was found in it"
    cuts = find_cuts(article.text)
    kept = _without(article.text, cuts)
    if not kept.strip() or (article.is_page and not has_report(kept)):
        whys = " and ".join(sorted({cut.why for cut in cuts}))
        return f"there is no report in it, only: {whys}" if whys else "no report was found in this page"
    return article, cuts


# ---- writing -------------------------------------------------------------------------------------------------------


def _take(desk: _Desk, item: Item, read: _Read | str, today: date) -> Taken:
    """Write one capture with its source's file; what is there already is left as it is."""
    if isinstance(read, str):
        return Taken(item.origin, why=read)
    digest = sha256(item.data).hexdigest()
    there = desk.captures.get(digest)
    owner = desk.owners.get(digest)
    try:
        if owner:
            return _again(desk, item, read[0], desk.sources[owner])
        if there and is_id(stem := there.partition(".")[0]):
            if not os.path.lexists(desk.source_path(stem)):
                return _new(desk, item, read, digest, SourceId(stem), there, today)
            return _beside_a_file(desk, item, SourceId(stem))
        return _new(desk, item, read, digest, _free_id(item, read[0], digest, desk), "", today)
    except BriefgenError as error:
        return Taken(item.origin, why=error.message)


def _new(desk: _Desk, item: Item, read: _Read, digest: str, id_: SourceId, there: str, today: date) -> Taken:
    """Write what is not there yet of a capture, its text and its source's file, in this order."""
    article, cuts = read
    source, kept_cuts, notes = _source(desk, id_, item, article, cuts, Stored(there, digest) if there else None, today)
    kept = _without(article.text, kept_cuts)
    twin = _twin(id_, kept, desk)
    if twin is not None:
        source = replace(source, near_duplicate_of=NearDuplicate(SourceId(twin.other)))
    text = write(source)
    if wrong := _refused(source, text):
        return Taken(item.origin, why=f"its source's file would not pass `check`: {wrong}")
    assert source.capture is not None
    _keep(desk, source.capture.file, item.data)
    if source.text:
        _keep(desk, source.text.file, article.text.encode())
    if not add(desk.door, desk.source_path(id_), text):
        return _beside_a_file(desk, item, id_)
    desk.stems.add(id_)
    desk.sources[id_] = source
    desk.owners[digest] = id_
    desk.texts[id_] = kept
    return Taken(
        item.origin, source, kept_cuts, len(article.text), twin, is_english=is_english(kept), notes=tuple(notes)
    )


def _again(desk: _Desk, item: Item, article: Article, source: Source) -> Taken:
    """What is captured already; files of it that are not here, as in a clone without captures, are put back."""
    if source.capture:
        _keep(desk, source.capture.file, item.data)
    if source.text and source.text.sha256 == sha256(article.text.encode()).hexdigest():
        _keep(desk, source.text.file, article.text.encode())
    return Taken(item.origin, source, is_new=False, why="captured already")


def _beside_a_file(desk: _Desk, item: Item, id_: SourceId) -> Taken:
    """The bytes are captured, and the file of their source is there and says nothing of them, or cannot be read."""
    path = desk.source_path(id_)
    text = desk.door.read_text(path)
    problems = [text] if isinstance(text, Problem) else parse_entry(Source, id_, text, desk.door.name(path))[1]
    wrong = next((f"{p.place}: {p.message}" for p in problems if p.severity == "error"), "")
    if not wrong:
        return Taken(item.origin, desk.sources.get(id_, Source(id_)), is_new=False, why="captured already")
    return Taken(item.origin, why=f"captured already as {id_}, whose file is left as it is; {wrong}")


def _keep(desk: _Desk, name: str, data: bytes) -> None:
    """Write a captured file that is not there. Raises BriefgenError where other bytes stand there."""
    path = desk.capture_path(name)
    if not add(desk.door, path, data) and desk.door.read_bytes(path, CAPTURE_BYTES) != data:
        shown = desk.door.name(path)
        raise BriefgenError(f"{shown} is there already and holds something else; it is left as it is", code=1)


def _refused(source: Source, text: str) -> str:
    """Why `check` would not take a source's file; empty where it would."""
    if (size := len(text.encode())) > ENTRY_BYTES:
        return f"{size:,} bytes; at most {ENTRY_BYTES:,} are read"
    entry, problems = parse_entry(Source, source.id, text, "it")
    if entry is not None and entry != source:
        return "it would be read as something else"
    return next((p.message for p in problems if p.severity == "error"), "")


def _free_id(item: Item, article: Article, digest: str, desk: _Desk) -> SourceId:
    """The name of a file, or the headline of a page, as an id; with the first digits of its hash if that is taken."""
    if item.url:
        last = urlsplit(item.url).path.rstrip("/").rpartition("/")[2].rpartition(".")[0] or urlsplit(item.url).netloc
        stem = slug(article.headline if article.headline != UNKNOWN else last)
    else:
        stem = Path(item.origin).stem
        stem = stem if is_id(stem) and len(stem) <= _LONGEST_STEM else slug(stem)
    digits = 8
    found = stem
    while found in desk.stems:
        found = f"{stem[:50].rstrip('-')}-{digest[:digits]}"
        digits += 8
    return SourceId(found)


def _source(
    desk: _Desk,
    id_: SourceId,
    item: Item,
    article: Article,
    cuts: Sequence[FoundCut],
    there: Stored | None,
    today: date,
) -> tuple[Source, tuple[FoundCut, ...], list[str]]:
    """The source's entry, which of the cuts it names, and what an editor should know."""
    is_text = not article.is_page and captured_text(item.data, "") == article.text
    suffix = ".html" if article.is_page else ".txt" if is_text else ".bin"
    text_file = None if is_text else Stored(f"{id_}.txt", sha256(article.text.encode()).hexdigest())
    media = [name for cut in cuts for name in _media(article.text[cut.span.start : cut.span.end])]
    found = origin(item.url, article.url, article.publisher, media)
    publisher = _actor(found.publisher, desk.names) if found.publisher != UNKNOWN else ActorId(UNKNOWN)
    named = _cuts(article.text, cuts)
    source = Source(
        id=id_,
        headline=article.headline,
        publisher=publisher,
        publisher_basis=found.publisher_basis,
        author=article.author,
        url=found.url,
        url_basis=found.url_basis,
        asked=item.asked if item.asked and spelled(item.asked) != found.url else "",
        said=found.said,
        published=Edtf(article.published if article.published != UNKNOWN else item.published),
        retrieved=today,
        language=article.language,
        credits=_credits(_without(article.text, [cut for cut, _ in named]), publisher, desk.names),
        cut=tuple(cut for _, cut in named),
        capture=there or Stored(f"{id_}{suffix}", sha256(item.data).hexdigest()),
        text=text_file,
    )
    return source, tuple(cut for cut, _ in named), list(_notes(item, article, source, len(cuts) - len(named)))


def _notes(item: Item, article: Article, source: Source, left: int) -> Iterator[str]:
    """What an editor should know of how a source was captured."""
    yield from (note for note in (item.note, article.note) if note)
    if source.said and source.said.url != UNKNOWN:
        yield f"it says that it stands at {source.said.url}; it was found elsewhere, and that is what is kept"
    if source.said and source.said.publisher != UNKNOWN:
        yield f'it says that it is published by "{source.said.publisher}"; the site does not bear that name: see `said`'
    if source.asked:
        yield f"{source.url} answered for {source.asked}"
    if left:
        yield f"{left} of its cuts cannot be told from the text around them, and were left in"


# A word of a name is no longer than words are: what has dots, hyphens and ampersands without end is none.
_NAME = re.compile(r"\b(?:The )?[A-Z][\w&.'-]{0,40}+(?: (?:of |the )?[A-Z][\w&.'-]{0,40}+){0,3}")
_CREDIT = re.compile(
    rf"(?:(?P<a>{_NAME.pattern}) (?:reports|reported|has reported)\b"
    rf"|\b(?:according to|told|first reported by|a report (?:by|in)) (?P<b>{_NAME.pattern}))"
)


def _media(text: str) -> Iterator[str]:
    """Names of media in a text: those that end in a word that media are called by, and have an article."""
    words = lexicon().roles["media"]
    for match in _NAME.finditer(text):
        name = match[0].removesuffix("'s").removesuffix("’s")
        parts = name.split()
        if parts[0] == "The" and len(parts) > 1 and parts[-1].lower() in words:
            yield name


def _credits(text: str, publisher: ActorId, known: Names) -> tuple[ActorId, ...]:
    """The media that a text itself says it has the report from."""
    words = lexicon().roles["media"]
    found: dict[ActorId, None] = {}
    for match in _CREDIT.finditer(text):
        name = (match["a"] or match["b"]).strip(" .'")
        if name.split()[-1].lower() in words and (actor := _actor(name, known)) != publisher:
            found.setdefault(actor)
    return tuple(found)[:MOST_CREDITS]


def _actor(name: str, known: Names) -> ActorId:
    return known.actor(name) or known.actor(name.removeprefix("The ")) or ActorId(slug(name))


def _cuts(text: str, found: Sequence[FoundCut]) -> list[tuple[FoundCut, Cut]]:
    """The cuts that can be named by words, as a source's file does; each leads to its span and to nothing else."""
    whole = KeptText(folded(text))
    return [(each, cut) for each in found[:MOST_CUTS] if (cut := _cut(text, each, whole))]


def _cut(text: str, found: FoundCut, whole: KeptText) -> Cut | None:
    """A cut by its first and last words, as few as lead to it and to nothing else; None where none do."""
    inside = text[found.span.start : found.span.end]
    for count in _COUNTS:
        first = " ".join(inside.split(None, count)[:count])
        if whole.stretch(first, first)[0] == 1:
            break
    for count in _COUNTS:
        last = " ".join(inside.rsplit(None, count)[-count:])
        if whole.stretch(first, last) == (1, found.span):
            return Cut(first, last, found.why)
    return None


_COUNTS = (3, 6, 12, 24, 48, 96)  # words by which a cut is named, at its beginning and at its end


def _without(text: str, cuts: Iterable[FoundCut]) -> str:
    """A text without its cuts, each a newline."""
    parts, at = [], 0
    for cut in cuts:
        parts.append(text[at : cut.span.start])
        at = cut.span.end
    return "\n".join((*parts, text[at:]))


def _twin(source: SourceId, text: str, desk: _Desk) -> Alignment | None:
    """The source captured before that this one is a rewrite of, with the alignment as proof.

    Aligning takes the product of both lengths: so the likeliest few are aligned, and the beginning of each.
    """
    own = desk.shapes[source] = fingerprint(text)
    alike: list[tuple[float, SourceId]] = []
    for other, kept in desk.texts.items():
        shape = desk.shapes.setdefault(other, fingerprint(kept))
        common, least = len(shape & own), min(len(shape), len(own))
        if common * 4 >= least:
            alike.append((-common / max(1, least), other))
    begins = _beginning(text)
    found = [
        compare(str(source), begins, str(other), _beginning(desk.texts[other]))
        for _, other in sorted(alike)[:MOST_ALIGNED]
    ]
    return max((each for each in found if each.are_near_duplicates), key=lambda a: a.share, default=None)


def _beginning(text: str) -> str:
    """A text up to the end of its first sentences."""
    for number, span in enumerate(sentences(text), 1):
        if number == MOST_SENTENCES:
            return text[: span.end]
    return text
