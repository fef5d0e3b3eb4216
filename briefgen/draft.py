"""The second half of the drafting road: captured texts -> a proposed brief, or proposals merged into an edited one.

Read every source, let a drafter compose, keep only what rests on quotes that stand in the captures, and
write it: a new file, or what is new in it put into the file that a person has edited.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from difflib import unified_diff
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

from briefgen.capture.article import Article, is_page, read_page, text_of
from briefgen.capture.cuts import find_cuts
from briefgen.content.door import Door
from briefgen.content.drafted import add_drafted
from briefgen.content.evidence import Captured, read_captured
from briefgen.content.merge import Merged, merge
from briefgen.content.read import PROPOSALS, parse_entry, read_content, read_entry
from briefgen.content.save import add, change, writing
from briefgen.content.shapes import made_id
from briefgen.content.write import write
from briefgen.desk import lock
from briefgen.disk.sealed import Sealed
from briefgen.extract.align import likest
from briefgen.extract.compose import Draft, compose
from briefgen.extract.dates import day_of
from briefgen.extract.english import is_english
from briefgen.extract.group import grouped
from briefgen.extract.language import is_too_long
from briefgen.extract.read import Kept, as_json, code_hash, read_texts
from briefgen.extract.reading import Reading
from briefgen.model.entries import (
    Actor,
    Brief,
    BriefId,
    Content,
    Denial,
    Discrepancy,
    Evidence,
    Fact,
    Question,
    Source,
    SourceId,
)
from briefgen.model.graph import bare_source
from briefgen.model.ids import example_of, is_id, slug, why_no_id
from briefgen.model.names import names
from briefgen.model.problems import BriefgenError, Problem, did_you_mean
from briefgen.model.text import lines_of
from briefgen.project.parallel import processes, spread
from briefgen.project.plugins import load_plugins
from briefgen.project.settings import Project
from briefgen.project.typed import Wrong, decoded, encoded

MOST_FACTS = 30
LEAST_FOR_TWO = 8  # texts below which starting a second process costs more than it saves
BLOCK = 32  # texts that one process reads before it hands its readings back
NOT_ENGLISH = "it is not in English, the one language that is read"
Say = Callable[[str, int, int], None]
Thing = Fact | Denial | Discrepancy | Question
T = TypeVar("T", Fact, Denial, Discrepancy, Question)
Read = Callable[["_Desk", Sequence[Source]], list[Reading]]


@dataclass(frozen=True, slots=True)
class Drafted:
    """A brief as drafted: its file, what was refused and why, what may answer an open question, the difference."""

    brief: BriefId
    path: Path
    actors: tuple[Path, ...] = ()
    facts: int = 0
    denials: int = 0
    questions: int = 0
    more: int = 0
    added: tuple[str, ...] = ()
    supported: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    difference: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is wanted of a draft: what it is called, or into which brief it goes; as of which day; how many facts.

    `by_story` drafts one brief of each story among the sources; `dry_run` writes nothing.
    """

    today: date
    name: str = ""
    into: str = ""
    most: int = MOST_FACTS
    by_story: bool = False
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """What was not drafted, a source or the sources of a story, and why; the rest went on."""

    what: str
    why: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class _Desk:
    """What drafts are made from: the desk's content, the captured text of each source, and which have none."""

    project: Project
    content: Content
    door: Door
    captured: Mapping[SourceId, Captured]
    refused: tuple[Refused, ...] = ()

    def with_actors(self, actors: Iterable[Actor]) -> _Desk:
        """The desk once these actors have files."""
        known = {**self.content.actors, **{actor.id: actor for actor in actors}}
        return replace(self, content=replace(self.content, actors=known))


def draft(
    project: Project,
    given: Sequence[str],
    wanted: Wanted,
    *,
    jobs: int = 1,
    executor: Executor | None = None,
    say: Say = lambda step, done, total: None,
) -> Iterator[Drafted | Refused]:
    """Draft one brief of all sources that can be read, or, where stories are wanted, one of each among them.

    What cannot be read or written is given as Refused, and the rest goes on. The content of the desk is
    read once, however many stories there are, and each text once, in as many processes as `jobs` says.
    """
    desk = _desk(project, given)
    yield from desk.refused
    if not desk.captured:
        return
    read = partial(_read, jobs=jobs, executor=executor, say=say)
    stories = _stories(desk) if wanted.by_story else [list(desk.captured)]
    if len(stories) > 1:
        read(desk, _sources(desk, desk.captured))  # side by side; each story then finds its readings kept
    for number, story in enumerate(stories, 1):
        own = replace(wanted, name=f"{wanted.name}-{number}") if wanted.name and len(stories) > 1 else wanted
        try:
            done, desk = _draft_one(desk, story, own, read)
        except BriefgenError as error:
            yield Refused(", ".join(story), error.message, error.hint)
        else:
            yield done
    if not wanted.dry_run:
        lock(project)


def _stories(desk: _Desk) -> list[list[SourceId]]:
    """Sources grouped into stories: reports of the same event together, each group in the order given."""
    found = grouped({id_: captured.kept_words for id_, captured in desk.captured.items()})
    return [[SourceId(id_) for id_ in group] for group in found]


def _sources(desk: _Desk, ids: Iterable[SourceId]) -> list[Source]:
    return [desk.content.sources.get(id_) or bare_source(id_) for id_ in ids]


def _draft_one(desk: _Desk, story: Sequence[SourceId], wanted: Wanted, read: Read) -> tuple[Drafted, _Desk]:
    """One brief drafted or merged into and written, and the desk with the actors that it brought."""
    project = desk.project
    sources = _sources(desk, story)
    id_ = _id(desk, wanted.name, wanted.into, sources)
    path = project.content / "briefs" / f"{id_}.md"
    if own := desk.content.briefs.get(id_) if wanted.into else None:
        sources = _with_own(desk, own, sources)
    proposed = _proposed(desk, id_, sources, read(desk, sources), wanted.today, wanted.most)
    kept, refused = only_found(proposed.brief, {s.id: c for s, c in zip(sources, _texts(desk, sources), strict=True)})
    rest = (f for f in proposed.more if _stands(f, kept, desk))
    base = write(replace(kept, key_facts=(*kept.key_facts, *rest)))
    result, fresh = _written(desk, path, kept, base, proposed.actors, wanted)
    answers = _answers(desk.content.briefs.get(id_), kept, result.added)
    return replace(result, refused=refused, answers=answers, more=len(proposed.more)), desk.with_actors(fresh)


def _written(
    desk: _Desk, path: Path, kept: Brief, base: str, actors: Iterable[Actor], wanted: Wanted
) -> tuple[Drafted, list[Actor]]:
    """A draft written, and the actors that got files. Cut short anywhere, the same command does the rest.

    The last proposal is kept before a new brief is, but after a merge: what it holds and the brief does not, a person
    is taken to have thrown out.
    """
    if wanted.dry_run:
        return (_put_in if wanted.into else _begun)(desk, path, kept, wanted), []
    door, content = desk.door, desk.project.content
    proposal = content / PROPOSALS / path.name
    with writing(door):
        if wanted.into:
            told = _put_in(desk, path, kept, wanted)
            fresh = _with_files(desk, path, actors)
            change(door, proposal, lambda _: base)
        else:
            fresh = [actor for actor in actors if add_drafted(door, content, actor)]
            change(door, proposal, lambda _: base)
            told = _begun(desk, path, kept, wanted)
    return replace(told, actors=tuple(content / "actors" / f"{a.id}.md" for a in fresh)), fresh


def _with_files(desk: _Desk, path: Path, actors: Iterable[Actor]) -> list[Actor]:
    """Those proposed actors that a merged brief lists, each with a file now: one that was rejected gets none again."""
    merged = read_entry(Brief, path, desk.door).entry
    listed = {member.id for member in merged.actors} if isinstance(merged, Brief) else set()
    return [a for a in actors if a.id in listed and add_drafted(desk.door, desk.project.content, a)]


def _begun(desk: _Desk, path: Path, kept: Brief, wanted: Wanted) -> Drafted:
    """A new brief, written where there is none."""
    text, name = write(kept), desk.door.name(path)
    if not wanted.dry_run and not add(desk.door, path, text):
        raise BriefgenError(f"{name} is there by now, so nothing was written", code=1)
    told = Drafted(
        kept.id, path, facts=len(kept.key_facts), denials=len(kept.denials), questions=len(kept.open_questions)
    )
    return replace(told, difference=_difference("", text, name)) if wanted.dry_run else told


def _put_in(desk: _Desk, path: Path, kept: Brief, wanted: Wanted) -> Drafted:
    """What is new put into a brief that a person has edited, as it stands when it is written."""
    name = desk.door.name(path)
    base = _last(desk.project.content / PROPOSALS / path.name)
    done: list[Merged] = []

    def made(text: str | None) -> str:
        if text is None:
            raise BriefgenError(f"{name} is not there any more, so nothing was written", code=1)
        done[:] = [merge(text, base, kept, name)]
        return done[-1].text

    saved = change(desk.door, path, made, dry_run=wanted.dry_run)
    told = done[-1]
    result = Drafted(kept.id, path, added=told.added, supported=told.supported, left_out=told.left_out)
    if wanted.dry_run:
        before, after = ((data or b"").decode() for data in (saved.before, saved.after))
        return replace(result, difference=_difference(before, after, name))
    return result


def _desk(project: Project, given: Sequence[str]) -> _Desk:
    """The desk with the texts of these sources; those that are not there or cannot be read are told apart."""
    door = Door(project.root)
    content = read_content(project.content, door).content
    folder = project.content / "captures"
    there = {*content.sources, *(p.stem for p in folder.glob("*.txt"))}
    captured: dict[SourceId, Captured] = {}
    refused: list[Refused] = []
    for each in dict.fromkeys(given):
        if each not in there:
            hint = did_you_mean(each, there) or "Capture it first:  briefgen ingest FILE|URL"
            refused.append(Refused(each, "no source of this name has been captured", hint))
            continue
        id_ = SourceId(each)
        read = read_captured(content.sources.get(id_) or bare_source(id_), folder, door)
        if isinstance(read, Problem):
            refused.append(Refused(each, f"its text cannot be read: {read.message}", str(read.place)))
        elif why := is_too_long(read.text):
            refused.append(Refused(each, f"its text cannot be read: {why}"))
        elif not is_english(read.kept_words):
            refused.append(Refused(each, NOT_ENGLISH, "Write its facts by hand: a quote may carry a translation."))
        else:
            captured[id_] = read
    return _Desk(project, content, door, captured, tuple(refused))


def _texts(desk: _Desk, sources: Iterable[Source]) -> list[Captured]:
    found = []
    for source in sources:
        read = desk.captured.get(source.id) or read_captured(source, desk.project.content / "captures", desk.door)
        assert isinstance(read, Captured)
        found.append(read)
    return found


def _id(desk: _Desk, name: str, into: str, sources: Sequence[Source]) -> BriefId:
    """The id of the brief: that of the one to merge into, else a free one."""
    if into:
        if not is_id(into) or not (desk.project.content / "briefs" / f"{into}.md").exists():
            hint = did_you_mean(into, desk.content.briefs) or "Without --into a new brief is drafted."
            raise BriefgenError(f"there is no brief {into!r}", hint, code=1)
        return BriefId(into)
    wanted = name or slug(next((s.headline for s in sources if s.headline != "unknown"), sources[0].id))
    if not is_id(wanted):
        raise BriefgenError(why_no_id(wanted), example_of(wanted))
    if (desk.project.content / "briefs" / f"{wanted}.md").exists():
        raise BriefgenError(
            f"there is a brief {wanted!r} already",
            f"Merge into it with  --into {wanted},  or give another --name.",
            code=1,
        )
    return BriefId(wanted)


def _with_own(desk: _Desk, own: Brief, sources: Sequence[Source]) -> list[Source]:
    """The sources that a brief has already go before the new ones, so that ids and the joining of facts stay."""
    folder = desk.project.content / "captures"
    before = _sources(desk, own.sources.values())
    readable = [s for s in before if _can_be_read(read_captured(s, folder, desk.door))]
    known = {source.id for source in readable}
    return [*readable, *(s for s in sources if s.id not in known)]


def _can_be_read(captured: Captured | Problem) -> bool:
    return isinstance(captured, Captured) and not is_too_long(captured.text)


# ---- reading -------------------------------------------------------------------------------------------------------


def read_sources(
    captured: Mapping[SourceId, Captured],
    sources: Sequence[Source],
    model: str,
    memory: Sealed,
    *,
    jobs: int = 1,
    executor: Executor | None = None,
    say: Say = lambda step, done, total: None,
) -> list[Reading]:
    """What stands in each source, in order: as it was read before, here, in forks, or wherever an executor runs it.

    What is read is kept in `memory` at once, so that a run that was stopped goes on where it was.
    """
    texts = [Kept(captured[s.id].text, captured[s.id].kept.cuts, day_of(s.published)) for s in sources]
    names = [f"readings/{_key(text, model)}" for text in texts]
    known = [_remembered(memory, name) for name in names]
    missing = [n for n, reading in enumerate(known) if reading is None]
    for count, (n, reading) in enumerate(
        zip(missing, _readings([texts[n] for n in missing], model, jobs, executor), strict=True), 1
    ):
        known[n] = reading
        with suppress(OSError):  # then it is read again
            memory.write(names[n], encoded(reading))
        say("read", count, len(missing))
    return [reading for reading in known if reading is not None]


def _read(desk: _Desk, sources: Sequence[Source], *, jobs: int, executor: Executor | None, say: Say) -> list[Reading]:
    """What stands in sources of a desk, in order."""
    captured = {s.id: c for s, c in zip(sources, _texts(desk, sources), strict=True)}
    project, memory = desk.project, Sealed(str(desk.project.state))
    return read_sources(captured, sources, project.model, memory, jobs=jobs, executor=executor, say=say)


def _key(text: Kept, model: str) -> str:
    """What a reading depends on: the text, its cuts, its day, the model, and the code that reads."""
    told = json.dumps([text.text, [[c.start, c.end] for c in text.cuts], str(text.published), model, code_hash()])
    return sha256(told.encode()).hexdigest()[:32]


def _remembered(memory: Sealed, name: str) -> Reading | None:
    """A reading that was kept; None where there is none, or it cannot be believed."""
    data = memory.read(name)
    try:
        return None if data is None else decoded(Reading, data)
    except Wrong:
        return None


def _readings(texts: Sequence[Kept], model: str, jobs: int, executor: Executor | None) -> Iterator[Reading]:
    size = min(BLOCK, max(1, -(-len(texts) // max(1, jobs)))) if executor is None else 4
    blocks = [texts[at : at + size] for at in range(0, len(texts), size)]
    if executor is not None:
        futures = [executor.submit(read_block, block, model) for block in blocks]
        done: Iterable[list[Reading]] = (future.result() for future in futures)
    elif jobs > 1 and len(texts) >= LEAST_FOR_TWO:
        done = spread(lambda part: [read_block(block, model) for block in part], blocks, jobs, least=2, block=1)
    else:
        done = (read_block(block, model) for block in blocks)
    for block in done:
        yield from block


def read_block(texts: Sequence[Kept], model: str = "") -> list[Reading]:
    """A block of texts read: the pure step that any process can do."""
    return list(read_texts(texts, model))


# ---- composing -----------------------------------------------------------------------------------------------------


def _proposed(
    desk: _Desk, id_: BriefId, sources: Sequence[Source], readings: Sequence[Reading], today: date, most: int
) -> Draft:
    """What our drafter and those of plugins propose; a plugin's items follow ours."""
    made = compose(id_, sources, readings, desk.content.actors, today=today, most=most)
    drafters = load_plugins(desk.project.plugins, desk.project.root).drafters
    captured = dict(zip((s.id for s in sources), _texts(desk, sources), strict=True))
    for drafter in drafters:
        texts = {s.id: captured[s.id].kept_words for s in sources}
        made = _joined(made, drafter(sources, texts, names(desk.content.actors.values())))
    return made


def _joined(own: Draft, other: Brief) -> Draft:
    """A draft with another drafter's items behind its own; all of them are proposals, whatever they say."""
    labels = {source: label for label, source in own.brief.sources.items()}
    to = {label: labels[source] for label, source in other.sources.items() if source in labels}

    def quotes(evidence: Iterable[Evidence]) -> tuple[Evidence, ...]:
        return tuple(replace(e, source=to.get(e.source, e.source)) for e in evidence)

    brief = own.brief
    things: tuple[Thing, ...] = (*brief.key_facts, *brief.denials, *brief.discrepancies, *brief.open_questions)
    taken = {thing.id for thing in things}

    def new(items: Iterable[T], prefix: str, words: Callable[[T], str]) -> Iterator[T]:
        for item in items:
            id_ = item.id or made_id(prefix, words(item))
            if id_ not in taken:
                taken.add(id_)
                yield replace(item, id=id_, review="proposed")

    facts = new((replace(f, evidence=quotes(f.evidence)) for f in other.key_facts), "fact", lambda f: f.text)
    denials = new((replace(d, evidence=quotes(d.evidence)) for d in other.denials), "denial", lambda d: d.text)
    differing = new(
        (replace(x, readings=quotes(x.readings)) for x in other.discrepancies),
        "x",
        lambda x: f"{x.about} {[r.quote for r in x.readings]}",
    )
    asked = new(other.open_questions, "q", lambda q: q.question)
    known = {member.id for member in brief.actors}
    cast = {m.id: replace(m, review="proposed") for m in other.actors if m.id not in known}
    return replace(
        own,
        brief=replace(
            brief,
            key_facts=(*brief.key_facts, *facts),
            denials=(*brief.denials, *denials),
            discrepancies=(*brief.discrepancies, *differing),
            open_questions=(*brief.open_questions, *asked),
            actors=(*brief.actors, *cast.values()),
        ),
    )


def only_found(brief: Brief, captured: Mapping[SourceId, Captured]) -> tuple[Brief, tuple[str, ...]]:
    """A brief with only those items whose every quote stands once in its captured text, and why others were refused."""
    refused: list[str] = []

    def stands(id_: str, evidence: Sequence[Evidence], *, needs: bool = True) -> bool:
        if needs and not evidence:
            refused.append(f"{id_}: it rests on no quote")
            return False
        for each in evidence:
            why = _missing(each, brief, captured)
            if why:
                refused.append(f"{id_}: {why}")
                return False
        return True

    facts = tuple(f for f in brief.key_facts if stands(f.id, (*f.evidence, *f.chain_evidence), needs=True))
    there = {f.id for f in facts}
    denials = tuple(
        replace(
            d,
            denies=tuple(r for r in d.denies if r in there or "#" in r),
            may_also_deny=tuple(r for r in d.may_also_deny if r in there or "#" in r),
            order=d.order if d.order is None or (d.order.before or d.order.after) in there else None,
        )
        for d in brief.denials
        if stands(d.id, d.evidence)
    )
    known = {*there, *(d.id for d in denials), *(m.id for m in brief.actors)}
    told = tuple(x for x in brief.discrepancies if x.about in there and stands(x.id, x.readings))
    asked = tuple(replace(q, about=tuple(r for r in q.about if r in known or "#" in r)) for q in brief.open_questions)
    return replace(brief, key_facts=facts, denials=denials, discrepancies=told, open_questions=asked), tuple(refused)


def _missing(evidence: Evidence, brief: Brief, captured: Mapping[SourceId, Captured]) -> str:
    """Why a quote does not count; an empty text if it does."""
    source = brief.sources.get(evidence.source)
    if source is None or source not in captured:
        return f"{evidence.source!r} is no source of this brief"
    places, lost = captured[source].kept.find(evidence.quote, evidence.prefix, evidence.suffix)
    if len(places) == 1:
        return ""
    shown = evidence.quote if len(evidence.quote) <= 60 else f"{evidence.quote[:57]}..."
    if places:
        return f"{shown!r} stands {len(places)} times in {source}"
    return f"{shown!r} stands in {source} only where it was cut" if lost else f"{shown!r} is not in {source}"


def _stands(fact: Fact, brief: Brief, desk: _Desk) -> bool:
    return all(
        not _missing(e, brief, desk.captured) for e in fact.evidence if brief.sources.get(e.source) in desk.captured
    )


def _answers(own: Brief | None, proposed: Brief, added: Sequence[str]) -> tuple[str, ...]:
    """Which facts that are new in a brief may answer one of its open questions, the likest first."""
    if own is None:
        return ()
    fresh = set(added)
    new = [f for f in proposed.key_facts if f.id in fresh]
    open_ = [q for q in own.open_questions if q.status == "open"]
    pairs = likest([f.text for f in new], [q.question for q in open_], 0.4)
    found = ((new[pair.one], open_[pair.other]) for pair in pairs[:8])
    return tuple(f"{fact.id} may answer {asked.id}: {asked.question}" for fact, asked in found)


def _last(path: Path) -> Brief | None:
    """The last proposal for a brief, if there was one that can be read."""
    if not path.is_file():
        return None
    entry, _ = parse_entry(Brief, path.stem, path.read_text("utf-8"), path.name)
    return entry


def _difference(before: str, after: str, name: str) -> str:
    old, new = lines_of(before), lines_of(after)
    return "\n".join(unified_diff(old, new, f"{name} (now)", f"{name} (proposed)", lineterm="", n=2))


# ---- reading for its own sake --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Extracted:
    """What was read from one file, as a line of JSON; or why nothing was."""

    name: str
    line: str = ""
    why: str = ""


def extract(
    texts: Iterable[tuple[str, bytes | str]],
    *,
    model: str = "",
    is_clean: bool = False,
    published: date | None = None,
    jobs: int = 1,
) -> Iterator[Extracted]:
    """Read files one block after the other, in order; `texts` gives a name with its bytes, or why there are none.

    With more than one process blocks are read side by side, a few ahead of what has been given out, so
    that however many files there are, memory holds only some of them.
    """
    blocks = _blocks(texts, BLOCK if jobs > 1 else BLOCK // 4)
    read = partial(_extract_block, model=model, is_clean=is_clean, published=published)
    if jobs < 2:
        for block in blocks:
            yield from read(block)
        return
    with processes(jobs) as pool:
        waiting: deque[Future[list[Extracted]]] = deque()
        for block in blocks:
            waiting.append(pool.submit(read, block))
            if len(waiting) > 2 * jobs:
                yield from waiting.popleft().result()
        while waiting:
            yield from waiting.popleft().result()


def _blocks(texts: Iterable[tuple[str, bytes | str]], size: int) -> Iterator[list[tuple[str, bytes | str]]]:
    block: list[tuple[str, bytes | str]] = []
    for each in texts:
        block.append(each)
        if len(block) == size:
            yield block
            block = []
    if block:
        yield block


def _extract_block(
    block: Sequence[tuple[str, bytes | str]], *, model: str, is_clean: bool, published: date | None
) -> list[Extracted]:
    """One block read; a file that cannot be read is said to be, and the others are read all the same."""
    kept = [(name, _to_read(data, is_clean=is_clean, published=published)) for name, data in block]
    readings = read_texts([k for _, k in kept if isinstance(k, Kept)], model)
    return [
        Extracted(name, why=k)
        if isinstance(k, str)
        else Extracted(name, json.dumps(as_json(next(readings)), ensure_ascii=False))
        for name, k in kept
    ]


def _to_read(data: bytes | str, *, is_clean: bool, published: date | None) -> Kept | str:
    """What is to be read of a file: a page's article or a text, its boilerplate cut unless it is clean; or why not."""
    if isinstance(data, str):
        return data
    try:
        article = Article(text_of(data)) if is_clean or not is_page(data) else read_page(data)
    except ValueError as error:
        return str(error)
    except (RecursionError, LookupError) as error:
        return f"it cannot be read: {error}"
    if why := is_too_long(article.text):
        return why
    if not is_english(article.text):
        return NOT_ENGLISH
    cuts = () if is_clean else tuple(c.span for c in find_cuts(article.text))
    return Kept(article.text, cuts, published or day_of(article.published))
