"""The publishing road for a change of words: the same steps, over the part of a desk that the words bear on.

Where only words of published briefs have changed (titles, texts, notes, bodies), what stands on which
page has not. The part of the content that hangs together with the changed briefs is joined and checked
as it was and as it is; what was must be what is remembered; then the pieces that show the words are made
anew and take the place of the old ones on the pages that hold them. Whatever else has changed, or does
not fit what is remembered, is left to the build of the whole: nothing here is allowed to guess.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from briefgen.checks import GRAPH_CHECKS, run
from briefgen.checks.pages import PageRules
from briefgen.content.controls import RULE, may_turn
from briefgen.content.door import Door
from briefgen.content.parts import ReadEntry, split, text_digest
from briefgen.content.places import Lines, sharpened
from briefgen.model.entries import (
    UNKNOWN,
    Actor,
    ActorId,
    Asset,
    Brief,
    BriefId,
    Capture,
    Content,
    DeskPage,
    Entry,
    Source,
    SourceId,
    Unnamed,
)
from briefgen.model.graph import Context, Graph, join
from briefgen.model.net import Net
from briefgen.model.problems import Problem, in_order, stop
from briefgen.model.site import Page, PieceKey, Word
from briefgen.model.wiki import meant, targets
from briefgen.project.memory import Record, Records
from briefgen.project.settings import Project, settled, theme_folders
from briefgen.publish.output import Listing
from briefgen.remember import MOST_NEAR, Asked, Grouped, Met, Near, Shown, Whole, of_whole
from briefgen.render import urls
from briefgen.render.bodies import BODY, body_html
from briefgen.render.links import Links
from briefgen.render.trace import WORDS, Made, words_of

if TYPE_CHECKING:
    from briefgen.render.templates import Theme

T = TypeVar("T")

MOST_CHANGED = 12  # files whose words may change in one build of a part


class Unfit(Exception):
    """The change is none of words alone, or what is remembered does not fit: the whole has to be built."""


@dataclass(frozen=True, slots=True)
class Revision:
    """What a change of words comes to: pages to take the place of others, and what is then known."""

    pages: tuple[Page, ...]
    whole: Whole
    records: tuple[Record, ...]


def revise(asked: Asked, records: Records, changed: Sequence[str], output: Path) -> Revision:
    """The pages that show changed words, as they now are. Raises Unfit or Damaged where the whole has to be built."""
    if len(changed) > MOST_CHANGED or not all(_is_brief(file) for file in changed):
        raise Unfit("more than the words of briefs has changed")
    if asked.project.has_own_templates:
        raise Unfit("templates of the desk's own may read words by ways that leave no trace")
    whole = of_whole(records)
    door = Door(asked.project.root)
    edits = [_edit(file, records, door) for file in changed]
    words = frozenset(word for edit in edits for word in edit.words)
    _stay_apart(edits, whole)
    shown = {edit.file: records.get(Shown, edit.file) or Shown({}, {}) for edit in edits}
    pieces = _pieces(words, shown)
    part = _part(edits, [*pieces], records, whole)
    before, after = (
        _Side(part, asked.project, whole, is_new=False),
        _Side(part, asked.project, whole, is_new=True),
    )
    problems = _problems(edits, before, after, records, door)
    if stop(problems, strict=asked.strict):
        raise Unfit("the change stops the build")
    files = {edit.file for edit in edits}
    told = [p for p in whole.problems if p.place.file in files]
    said = {p.message for p in settled(problems, asked.project)}
    if any(p.withheld for p in told) or (_keeps(whole) and said != {p.message for p in told}):
        raise Unfit("what is said of it may tell something withheld")
    rules = PageRules(Listing.of(output), Net.of(whole.withheld))
    direct = {path for file, name in words for path in shown[file].pages.get(name, ())}
    pages = (*_own_pages(edits, direct, before, after), *_patched(pieces, direct, before, after, output))
    for page in pages:
        if next(iter(rules.check(page)), None):
            raise Unfit("a page breaks a rule")
    others = [p for p in whole.problems if p.place.file not in files]
    known = replace(
        whole, problems=tuple(in_order([*others, *settled(sharpened(problems, Lines(door)), asked.project)]))
    )
    entries = tuple((edit.file, edit.read) for edit in edits)
    raw = tuple((file, Met(tuple(p for p in problems if p.place.file == file))) for file in sorted(files))
    return Revision(pages, known, (("", known), *entries, *raw))


# ---- what has changed ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Edit:
    """One changed file: the brief that it held and holds, and which of its words are others."""

    file: str
    old: Brief
    new: Brief
    before: ReadEntry
    read: ReadEntry
    words: frozenset[Word]


def _is_brief(file: str) -> bool:
    return file.startswith("content/briefs/") and file.endswith(".md") and file.count("/") == 2


def _edit(file: str, records: Records, door: Door) -> _Edit:
    before = records.get(ReadEntry, file)
    text = door.read_text(door.root / file)
    if before is None or not isinstance(before.entry, Brief) or isinstance(text, Problem):
        raise Unfit(f"{file} was no brief, or is none")
    read = _read(file, text, before)
    old, new = before.entry, read.entry
    near = records.get(Near, old.id)
    if not isinstance(new, Brief) or near is None or near.as_shown:
        raise Unfit(f"{file} is not shown whole")
    if structure(old) != structure(new):
        raise Unfit(f"more than the words of {file} has changed")
    pairs = zip(words_of(old), words_of(new), strict=True)
    return _Edit(file, old, new, before, read, frozenset(word for (word, a), (_, b) in pairs if a != b))


def _read(file: str, text: str, before: ReadEntry) -> ReadEntry:
    """A changed file as it is. Where only words have changed in it, it need not be read anew."""
    parts = split(text, file)
    if isinstance(parts, Problem) or not isinstance(before.entry, Brief):
        raise Unfit(f"{file} was no brief, or is none")
    front, body, _ = parts
    read = replace(before, text=text_digest(text), front=front)
    if not may_turn(text) and not any(p.rule == RULE for p in before.problems):
        if front == before.front:
            return replace(read, entry=replace(before.entry, body=body))
        from briefgen.content.reword import reworded

        if (brief := reworded(before.entry, before.front, front, file)) is not None:
            return replace(read, entry=replace(brief, body=body))
    from briefgen.content.read import parse_entry

    entry, problems = parse_entry(Brief, Path(file).stem, text, file)
    return replace(read, entry=entry, problems=tuple(problems))


def structure(brief: Brief) -> Brief:
    """A brief without its words: what decides what stands where. Whom its body links to is part of it."""
    return replace(
        brief,
        title="",
        summary="",
        body=repr(sorted(set(targets(brief.body)))) if brief.body.strip() else "",
        key_facts=_bare(brief.key_facts),
        denials=_bare(brief.denials),
        open_questions=_bare(brief.open_questions),
        discrepancies=_bare(brief.discrepancies),
        actors=_bare(brief.actors),
        assessments=_bare(brief.assessments),
    )


def _bare(things: tuple[T, ...]) -> tuple[T, ...]:
    return tuple(replace(thing, **dict.fromkeys(WORDS[type(thing)], "")) for thing in things)  # type: ignore[type-var]


def _stay_apart(edits: Iterable[_Edit], whole: Whole) -> None:
    """What is withheld must not hang on the words that changed: they may be where else it is public."""
    net = Net.of(whole.kept_back)
    for edit in edits:
        for brief in (edit.old, edit.new):
            changed = (str(value) for word, value in words_of(brief) if word in edit.words)
            if any(next(net.caught(text), None) for text in changed):
                raise Unfit("a withheld text stands in what has changed")


def _keeps(whole: Whole) -> bool:
    """Whether anything is withheld."""
    return bool(whole.withheld or whole.kept_back)


def _pieces(words: frozenset[Word], shown: Mapping[str, Shown]) -> dict[PieceKey, Mapping[str, int]]:
    """The pieces that hold changed words, with the pages on which they stand and how often."""
    found: dict[PieceKey, Mapping[str, int]] = {}
    for file, where in shown.items():
        names = {name for f, name in words if f == file}
        found |= {key: dict(pages) for key, (read, pages) in where.pieces.items() if not names.isdisjoint(read)}
    return found


# ---- the part of the content that the words bear on ----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Part:
    """Some briefs as they were and as they are, with all that they name; and other entries that show their words."""

    old: Content
    new: Content
    context: Context
    bodies: Mapping[tuple[str, str], Entry]


def _part(edits: Sequence[_Edit], pieces: Iterable[PieceKey], records: Records, whole: Whole) -> _Part:
    new = {edit.new.id: edit.new for edit in edits}
    old = {edit.old.id: edit.old for edit in edits}
    bodies = {of: _other(of, records) for name, of in pieces if name == BODY and of[0] != "Brief"}
    wanted = {*old, *(_owner(key) for key in pieces if key[1] not in bodies)}
    texts = [entry.body for entry in (*old.values(), *new.values(), *bodies.values())]
    texts += [_as_shown(_owner(key), records).body for key in pieces if key[0] == BODY and key[1] not in bodies]
    wanted |= {id_ for text in texts for id_ in _led_to(text)}
    near = {id_: _near(id_, records) for id_ in sorted(wanted)}
    wanted |= {other for each in near.values() for other in each.briefs}
    if len(wanted) > MOST_NEAR:
        raise Unfit("too much hangs together with it")
    around = {id_: _as_shown(id_, records) for id_ in sorted(wanted - old.keys())}
    briefs = dict(sorted((around | old).items()))
    sources, captures, groups = _sources(briefs.values(), records)
    ids = {actor for brief in (*briefs.values(), *new.values()) for actor in _named(brief, whole)}
    ids |= {actor for text in (*texts, *(b.body for b in briefs.values())) for actor in _linked(text, whole)}
    ids |= {actor for s in sources.values() for actor in (s.publisher, *s.credits) if actor != UNKNOWN}
    content = Content(
        briefs=briefs,
        actors=_actors(sorted(ids), records),
        sources=sources,
        pages={page.id: page for file in whole.pages if (page := _page(file, records))},
        assets=tuple(Asset(name, b"") for name in whole.assets),
        captures=captures,
    )
    changed = {id_: new.get(id_, brief) for id_, brief in briefs.items()}
    known = frozenset(actor for actor in ids if actor in whole.actors)
    return _Part(content, replace(content, briefs=changed), Context(groups, known), bodies)


def _owner(key: PieceKey) -> BriefId:
    """The brief whose thing a piece shows."""
    name, of = key
    if name == BODY:
        return BriefId(of[1])
    return BriefId(of[0] if isinstance(of, tuple) else str(of))


def _other(of: tuple[str, str], records: Records) -> Entry:
    """An entry that is no brief, by its class and id."""
    read = records.get(ReadEntry, f"content/{_FOLDERS[of[0]]}/{of[1]}.md")
    if read is None or read.entry is None:
        raise Unfit(f"{of[1]} is not remembered")
    return read.entry


_FOLDERS = {"Actor": "actors", "Source": "sources", "DeskPage": "pages"}


def _led_to(body: str) -> Iterator[BriefId]:
    """The briefs to which the links of a body lead."""
    for kind, name in targets(body):
        if kind == "brief":
            yield BriefId(name)
        elif kind in ("fact", "denial", "question") and "#" in name:
            yield BriefId(name.partition("#")[0])


def _near(id_: BriefId, records: Records) -> Near:
    near = records.get(Near, id_)
    if near is None:
        raise Unfit(f"{id_} is not shown")
    return near


def _as_shown(id_: BriefId, records: Records) -> Brief:
    if (brief := _near(id_, records).as_shown) is not None:
        return brief
    read = records.get(ReadEntry, f"content/briefs/{id_}.md")
    if read is None or not isinstance(read.entry, Brief):
        raise Unfit(f"{id_} is not remembered")
    return read.entry


def _sources(
    briefs: Iterable[Brief], records: Records
) -> tuple[dict[SourceId, Source], dict[SourceId, Capture], dict[SourceId, SourceId]]:
    sources: dict[SourceId, Source] = {}
    captures: dict[SourceId, Capture] = {}
    groups: dict[SourceId, SourceId] = {}
    for id_ in sorted({s for brief in briefs for s in brief.sources.values()}):
        read = records.get(ReadEntry, f"content/sources/{id_}.md")
        if read and isinstance(read.entry, Source):
            sources[id_] = read.entry
        if found := records.get(Grouped, id_):
            captures[id_], groups[id_] = found.capture, SourceId(found.group)
    return sources, captures, groups


def _page(file: str, records: Records) -> DeskPage | None:
    read = records.get(ReadEntry, file)
    return read.entry if read and isinstance(read.entry, DeskPage) else None


def _actors(ids: Iterable[ActorId], records: Records) -> dict[ActorId, Actor]:
    found = {id_: records.get(ReadEntry, f"content/actors/{id_}.md") for id_ in ids}
    return {id_: read.entry for id_, read in found.items() if read and isinstance(read.entry, Actor)}


def _named(brief: Brief, whole: Whole) -> Iterator[ActorId]:
    """Everybody whom a brief names in its cast, its claims and its questions."""
    yield from (member.id for member in brief.actors)
    for fact in brief.key_facts:
        yield from (v for v in (*fact.asserted_by, *fact.citing) if not isinstance(v, Unnamed))
        yield from (*fact.about, *(fact.accuses or ()))
    for denial in brief.denials:
        yield from (v for v in (*denial.by, *denial.on_behalf_of) if not isinstance(v, Unnamed))
    for question in brief.open_questions:
        yield from (actor for ref in question.about if (actor := ActorId(ref)) in whole.actors)


def _linked(body: str, whole: Whole) -> Iterator[ActorId]:
    """The actors to whom the links of a body lead."""
    for kind, name in targets(body):
        if kind == "actor" and (found := meant(name, whole.names, whole.actors, ())):
            yield found


# ---- the part as it was, and as it is ------------------------------------------------------------------------------


@dataclass(slots=True)
class _Side:
    """The part joined, one way or the other, and what is made of it. Jinja is asked for only where a macro is."""

    part: _Part
    project: Project
    whole: Whole
    is_new: bool
    graph: Graph = field(init=False)
    links: Links = field(init=False)
    _theme: Theme | None = None
    _made: dict[PieceKey, Made] = field(default_factory=dict)

    def __post_init__(self) -> None:
        content = self.part.new if self.is_new else self.part.old
        self.graph = join(content, self.part.context)
        self.links = Links(self.graph, self.graph, self.whole.names)

    @property
    def theme(self) -> Theme:
        """The templates over this side's graph."""
        if self._theme is None:
            from briefgen.render.templates import Theme

            project, folders = self.project, theme_folders(self.project)
            self._theme = Theme(project.site, self.graph, self.links, folders, project.root)
        return self._theme

    def piece(self, key: PieceKey) -> Made:
        """A piece as this side has it."""
        if key not in self._made:
            name, of = key
            if name == BODY:
                self._made[key] = self.body(self.part.bodies.get(of) or self.graph.told[BriefId(of[1])].brief)
            else:
                self._made[key] = self.theme.made(name, of)
        return self._made[key]

    def body(self, entry: Entry) -> Made:
        """An entry's body as this side has it."""
        return body_html(entry, self.links, self.project.site, frozenset(self.whole.assets))


def _problems(edits: Sequence[_Edit], before: _Side, after: _Side, records: Records, door: Door) -> list[Problem]:
    """Every problem of the changed files. What the part as it was gives must be what the whole gave."""
    files = {edit.file for edit in edits}
    was = _met(files, [(e.before, before.body(e.old)) for e in edits], before.graph)
    met = (records.get(Met, file) for file in files)
    remembered = {p for each in met if each for p in each.problems}
    if set(was) != remembered:
        raise Unfit("what is remembered of its problems hangs on more than this part")
    return _met(files, [(e.read, after.body(e.new)) for e in edits], after.graph)


def _met(files: set[str], read: Iterable[tuple[ReadEntry, Made]], graph: Graph) -> list[Problem]:
    of_files = [p for each, body in read for p in (*each.problems, *body.problems)]
    return [*of_files, *(p for p in run(GRAPH_CHECKS, graph) if p.place.file in files)]


# ---- pages ---------------------------------------------------------------------------------------------------------


def _own_pages(edits: Sequence[_Edit], direct: Set[str], before: _Side, after: _Side) -> Iterator[Page]:
    """The pages that show a changed word by themselves, and not only in a piece: a brief's own, and no others."""
    own = {urls.file_of(url): (edit, url) for edit in edits for url in _addresses(edit.new)}
    if not direct <= own.keys():
        raise Unfit("another page shows the words by itself")
    for path in sorted(direct):
        yield _own_page(*own[path], before, after)


def _addresses(brief: Brief) -> tuple[str, str]:
    return urls.brief(brief.id), urls.brief_denials(brief.id)


def _own_page(edit: _Edit, url: str, before: _Side, after: _Side) -> Page:
    from briefgen.render.views import brief as brief_views

    def rendered(side: _Side) -> Page:
        one = replace(side.graph, told={edit.new.id: side.graph.told[edit.new.id]})
        view = next(view for view in brief_views(one, side.project.site) if view.url == url)
        return side.theme.render(view)

    was, now = rendered(before), rendered(after)
    if was.trace != now.trace or not set(now.problems) <= set(after.body(edit.new).problems):
        raise Unfit("the page holds other pieces than it did")
    return now


def _patched(
    pieces: Mapping[PieceKey, Mapping[str, int]], done: Set[str], before: _Side, after: _Side, output: Path
) -> Iterator[Page]:
    """The pages that show changed words in pieces alone: the old pieces taken out, the new ones put in."""
    of_page: dict[str, dict[PieceKey, int]] = {}
    for key, pages in pieces.items():
        for path, count in pages.items():
            if path not in done:
                of_page.setdefault(path, {})[key] = count
    for path, counts in sorted(of_page.items()):
        yield _patch(path, counts, before, after, output)


def _patch(path: str, counts: Mapping[PieceKey, int], before: _Side, after: _Side, output: Path) -> Page:
    """One page with its pieces changed. Longer pieces go first: a short one may stand inside a long one."""
    html = (output / path).read_text("utf-8")
    up = urls.up(path.removesuffix("index.html"))
    swaps: list[tuple[str, str]] = []
    links: set[str] = set()
    for key, count in sorted(counts.items(), key=lambda item: -len(before.piece(item[0]).html)):
        old, new = before.piece(key), after.piece(key)
        if old.words != new.words:
            raise Unfit("a piece shows other words than it did")
        was = str(old.html).replace(urls.ROOT, up)
        if html.count(was) != count:
            raise Unfit(f"{path} is not as it is remembered")
        mark = f"\x00{len(swaps)}\x00"
        html = html.replace(was, mark)
        swaps.append((mark, str(new.html).replace(urls.ROOT, up)))
        links |= set(urls.targets(str(new.html)))
    for mark, new_html in swaps:
        html = html.replace(mark, new_html)
    return Page(path, html.encode(), (), frozenset(links))
