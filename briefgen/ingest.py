"""The first half of the drafting road: files and addresses -> captured bytes, their text, and a source's file.

Bytes are kept as they were received. Nothing is overwritten: what is captured already is said to be, and
other bytes under a name that is taken get a name of their own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

from briefgen.capture.article import Article, has_reader, has_report, is_page, read_page, text_of
from briefgen.capture.cuts import FoundCut, find_cuts
from briefgen.capture.feed import entries, is_feed
from briefgen.capture.fetch import Received, get
from briefgen.content.door import CAPTURE_BYTES, Door, captured_text
from briefgen.content.evidence import Captured, read_captured
from briefgen.content.read import read_content
from briefgen.content.save import add
from briefgen.content.write import write
from briefgen.desk import lock
from briefgen.extract.align import Alignment, compare, fingerprint
from briefgen.extract.english import is_english
from briefgen.extract.lexicon import lexicon
from briefgen.model.entries import UNKNOWN, ActorId, Basis, Content, Cut, NearDuplicate, Source, SourceId, Stored
from briefgen.model.ids import is_id, slug
from briefgen.model.names import Names, names
from briefgen.model.problems import BriefgenError, Problem
from briefgen.project.parallel import spread
from briefgen.project.settings import Project

TEXTS = (".txt", ".text", ".md", ".markdown")
PAGES = (".html", ".htm", ".xhtml")
FEEDS = (".xml", ".rss", ".atom")
BLOCK = 64  # things that are received, read and written before the next are looked at
_AT_ONCE = 8
Say = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Item:
    """Something received that is to be captured: its bytes, and whence they came."""

    origin: str
    data: bytes = b""
    content_type: str = ""
    charset: str = ""
    url: str = ""
    why: str = ""  # why there are no bytes
    published: str = UNKNOWN


@dataclass(frozen=True, slots=True)
class Taken:
    """One thing ingested: its source, what was cut, which other source it resembles; or why it was left."""

    origin: str
    source: Source | None = None
    cuts: tuple[FoundCut, ...] = ()
    length: int = 0
    twin: Alignment | None = None
    is_new: bool = True
    why: str = ""
    is_english: bool = True


@dataclass(frozen=True, slots=True)
class Ingested:
    """What became of all that was given, in its order, and how many quotes the lock then held."""

    taken: tuple[Taken, ...]
    problems: tuple[Problem, ...] = ()
    has_reader: bool = True


@dataclass(slots=True)
class _Desk:
    """What a desk has captured so far: ids and hashes that are taken, names of actors, texts to compare with."""

    ids: set[str]
    by_hash: dict[str, SourceId]
    names: Names
    texts: dict[SourceId, str] = field(default_factory=dict)
    shapes: dict[SourceId, frozenset[int]] = field(default_factory=dict)


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
    content = read_content(project.content, door).content
    desk = _known(project, content, door)
    wanted = list(_wanted(given, since, receive))
    done: list[Taken] = []
    for at in range(0, len(wanted), BLOCK):
        block = wanted[at : at + BLOCK]
        items = _received(block, receive)
        read = spread(_read_all, items, jobs)
        done += [_take(project, desk, item, result, today) for item, result in zip(items, read, strict=True)]
        say("captured", min(at + BLOCK, len(wanted)), len(wanted))
    problems = lock(project).problems if any(t.source and t.is_new for t in done) else ()
    return Ingested(tuple(done), tuple(p for p in problems if p.severity == "error"), has_reader())


def _known(project: Project, content: Content, door: Door) -> _Desk:
    """What is captured already. A capture's hash is read from its source's file, else from its bytes."""
    folder = project.content / "captures"
    files = sorted(folder.iterdir()) if folder.is_dir() else []
    by_hash = {s.capture.sha256: s.id for s in content.sources.values() if s.capture and s.capture.sha256}
    desk = _Desk({*content.sources, *(p.stem for p in files)}, by_hash, names(content.actors.values()))
    for path in files:
        data = door.read_bytes(path, CAPTURE_BYTES)
        if isinstance(data, bytes):
            desk.by_hash.setdefault(sha256(data).hexdigest(), SourceId(path.stem))
    for source in content.sources.values():
        captured = read_captured(source, folder, door)
        if isinstance(captured, Captured):
            desk.texts[source.id] = captured.kept_words
    return desk


# ---- what is to be captured ----------------------------------------------------------------------------------------


def _wanted(given: Iterable[str], since: date | None, receive: Callable[[str], Received]) -> Iterator[Item | str]:
    """Items that are at hand, and addresses that are yet to be received; feeds and folders are opened."""
    for each in given:
        if each.startswith(("http://", "https://")):
            received = receive(each)
            if received.data and is_feed(received.data, received.content_type):
                yield from _of_feed(received.data, received.url, since)
            else:
                yield _item(received, each)
            continue
        path = Path(each)
        if path.is_dir():
            found = [p for p in sorted(path.rglob("*")) if p.is_file() and p.suffix.lower() in (*TEXTS, *PAGES, *FEEDS)]
            if not found:
                yield Item(each, why="no text or page in this folder")
            for inner in found:
                yield from _of_file(inner, since)
        else:
            yield from _of_file(path, since)


def _of_file(path: Path, since: date | None) -> Iterator[Item | str]:
    try:
        if path.stat().st_size > CAPTURE_BYTES:
            yield Item(str(path), why=f"it is larger than {CAPTURE_BYTES >> 20} MB")
            return
        data = path.read_bytes()
    except OSError as error:
        yield Item(str(path), why=f"cannot be read: {error.strerror}")
        return
    if path.suffix.lower() in FEEDS and is_feed(data):
        yield from _of_feed(data, "", since, str(path))
    elif not data.strip():
        yield Item(str(path), why="it is empty")
    else:
        yield Item(str(path), data, "text/html" if path.suffix.lower() in PAGES else "")


def _of_feed(data: bytes, url: str, since: date | None, origin: str = "") -> Iterator[Item | str]:
    try:
        yield from (entry.url for entry in entries(data, url, since))
    except BriefgenError as error:
        yield Item(url or origin, why=error.message)


def _received(block: Sequence[Item | str], receive: Callable[[str], Received]) -> list[Item]:
    """A block with its addresses received, several at a time, in its order."""
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return list(pool.map(lambda each: each if isinstance(each, Item) else _item(receive(each), each), block))


def _item(received: Received, asked: str) -> Item:
    why = received.why or ("" if received.data.strip() else "it is empty")
    return Item(asked, received.data, received.content_type, received.charset, received.url, why)


# ---- reading what was received: pure, one thing after the other ----------------------------------------------------


def _read_all(items: Sequence[Item]) -> list[tuple[Article, tuple[FoundCut, ...]] | str]:
    return [_read(item) for item in items]


def _read(item: Item) -> tuple[Article, tuple[FoundCut, ...]] | str:
    """The article and its cuts, or why it cannot be read."""
    if item.why:
        return item.why
    kind = item.content_type
    if kind and not kind.startswith("text/") and "html" not in kind and kind != "application/octet-stream":
        return f"it is {kind}, and neither text nor a page"
    try:
        if is_page(item.data, kind if kind != "text/plain" else ""):
            article = read_page(item.data, item.charset)
        else:
            article = Article(text_of(item.data, item.charset))
    except ValueError as error:
        return str(error)
    except (RecursionError, LookupError) as error:
        return f"it cannot be read: {error}"
    if not article.text.strip():
        return "no text was found in it"
    cuts = find_cuts(article.text)
    kept = _without(article.text, cuts)
    if not kept.strip() or (article.is_page and not has_report(kept)):
        whys = " and ".join(sorted({cut.why for cut in cuts}))
        return f"there is no report in it, only: {whys}" if whys else "no report was found in this page"
    return article, cuts


# ---- writing -------------------------------------------------------------------------------------------------------


def _take(
    project: Project, desk: _Desk, item: Item, read: tuple[Article, tuple[FoundCut, ...]] | str, today: date
) -> Taken:
    """Write one capture with its source's file; what is there already is left as it is."""
    if isinstance(read, str):
        return Taken(item.origin, why=read)
    article, cuts = read
    digest = sha256(item.data).hexdigest()
    if known := desk.by_hash.get(digest):
        return Taken(item.origin, Source(known), is_new=False, why="captured already")
    source_id = _free_id(item, article, digest, desk)
    kept = _without(article.text, cuts)
    source = _source(source_id, item, article, cuts, digest, today, desk)
    twin = _twin(source_id, kept, desk)
    if twin is not None:
        source = replace(source, near_duplicate_of=NearDuplicate(SourceId(twin.other)))
    folder = project.content / "captures"
    door = Door(project.root)
    assert source.capture is not None
    add(door, folder / source.capture.file, item.data)
    if source.text:
        add(door, folder / source.text.file, article.text.encode())
    add(door, project.content / "sources" / f"{source_id}.md", write(source))
    desk.ids.add(source_id)
    desk.by_hash[digest] = source_id
    desk.texts[source_id] = kept
    return Taken(item.origin, source, cuts, len(article.text), twin, is_english=is_english(kept))


def _free_id(item: Item, article: Article, digest: str, desk: _Desk) -> SourceId:
    """The name of a file, or the headline of a page, as an id; with the first digits of its hash if that is taken."""
    if item.url:
        last = urlsplit(item.url).path.rstrip("/").rpartition("/")[2].rpartition(".")[0] or urlsplit(item.url).netloc
        stem = slug(article.headline if article.headline != UNKNOWN else last)
    else:
        stem = Path(item.origin).stem
        stem = stem if is_id(stem) and len(stem) <= 80 else slug(stem)
    return SourceId(stem if stem not in desk.ids else f"{stem[:50].rstrip('-')}-{digest[:8]}")


def _source(
    source_id: SourceId, item: Item, article: Article, cuts: Sequence[FoundCut], digest: str, today: date, desk: _Desk
) -> Source:
    is_text = not article.is_page and captured_text(item.data, "") == article.text
    suffix = ".html" if article.is_page else ".txt" if is_text else ".bin"
    text_file = None if is_text else Stored(f"{source_id}.txt", sha256(article.text.encode()).hexdigest())
    publisher, basis = _publisher(article, cuts, desk.names)
    return Source(
        id=source_id,
        headline=article.headline,
        publisher=publisher,
        publisher_basis=basis,
        author=article.author,
        url=article.url if article.url != UNKNOWN else item.url or UNKNOWN,
        published=article.published if article.published != UNKNOWN else item.published,  # type: ignore[arg-type]
        retrieved=today,
        language=article.language,
        credits=_credits(_without(article.text, cuts), publisher, desk.names),
        cut=tuple(_cut(article.text, each) for each in cuts),
        capture=Stored(f"{source_id}{suffix}", digest),
        text=text_file,
    )


def _publisher(article: Article, cuts: Sequence[FoundCut], known: Names) -> tuple[ActorId, Basis]:
    """Who publishes it: as the page says; else whom its own appeals speak for, which is inferred."""
    if article.publisher != UNKNOWN:
        return _actor(article.publisher, known), "stated"
    told = [name for cut in cuts for name in _media(article.text[cut.span.start : cut.span.end])]
    return (
        (_actor(max(sorted(set(told)), key=told.count), known), "inferred") if told else (ActorId(UNKNOWN), "unknown")
    )


_NAME = re.compile(r"\b(?:The )?[A-Z][\w&.'-]*(?: (?:of |the )?[A-Z][\w&.'-]*){0,3}")
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
    return tuple(found)


def _actor(name: str, known: Names) -> ActorId:
    return known.actor(name) or known.actor(name.removeprefix("The ")) or ActorId(slug(name))


def _cut(text: str, found: FoundCut) -> Cut:
    """A cut by its first and last words: as few as lead to it and to nothing else."""
    words = list(re.finditer(r"\S+", text[found.span.start : found.span.end]))
    start, end = found.span.start, found.span.end
    first = last = text[start:end]
    for count in range(min(3, len(words)), len(words) + 1):
        first = text[start : start + words[count - 1].end()]
        if text.count(first) == 1:
            break
    for count in range(min(3, len(words)), len(words) + 1):
        last = text[start + words[-count].start() : end]
        if text.find(last, start) + len(last) == end:
            break
    return Cut(" ".join(first.split()), " ".join(last.split()), found.why)


def _without(text: str, cuts: Iterable[FoundCut]) -> str:
    for cut in reversed(list(cuts)):
        text = f"{text[: cut.span.start]}\n{text[cut.span.end :]}"
    return text


def _twin(source: SourceId, text: str, desk: _Desk) -> Alignment | None:
    """The source captured before that this one is a rewrite of, with the alignment as proof."""
    desk.shapes[source] = fingerprint(text)
    found: list[Alignment] = []
    for other, kept in desk.texts.items():
        shape = desk.shapes.setdefault(other, fingerprint(kept))
        if len(shape & desk.shapes[source]) * 4 >= min(len(shape), len(desk.shapes[source])):
            alignment = compare(str(source), text, str(other), kept)
            if alignment.are_near_duplicates:
                found.append(alignment)
    return max(found, key=lambda a: a.share, default=None)
