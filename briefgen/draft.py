"""The second half of the drafting road: captured texts -> a proposed brief, or proposals merged into an edited one.

Read every source, let a drafter compose, keep only what rests on quotes that stand in the captures, and
write it: a new file, or what is new in it put into the file that a person has edited.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from datetime import date
from difflib import unified_diff
from pathlib import Path

from briefgen.capture.article import Article, is_page, read_page, text_of
from briefgen.capture.cuts import find_cuts
from briefgen.content.door import Door
from briefgen.content.evidence import Captured, read_captured
from briefgen.content.merge import merge
from briefgen.content.read import parse_entry, read_content
from briefgen.content.write import write
from briefgen.desk import lock, write_file
from briefgen.extract.align import likenesses
from briefgen.extract.compose import Draft, compose
from briefgen.extract.dates import day_of
from briefgen.extract.group import grouped
from briefgen.extract.read import Kept, as_json, read_texts
from briefgen.extract.reading import Reading
from briefgen.model.entries import (
    Actor,
    Brief,
    BriefId,
    Content,
    Evidence,
    Fact,
    Source,
    SourceId,
)
from briefgen.model.graph import bare_source
from briefgen.model.names import ID, names, slug
from briefgen.model.problems import BriefgenError, Problem, did_you_mean
from briefgen.project.parallel import spread
from briefgen.project.plugins import load_plugins
from briefgen.project.settings import Project

MOST_FACTS = 30
BLOCK = 32  # texts that one process reads before it hands its readings back
PROPOSALS = "proposals"
Say = Callable[[str, int, int], None]


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
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class _Desk:
    """What a draft is made from: the desk's content, and the captured text of each source."""

    project: Project
    content: Content
    door: Door
    captured: Mapping[SourceId, Captured]


def draft(
    project: Project,
    given: Sequence[str],
    *,
    name: str = "",
    into: str = "",
    today: date,
    most: int = MOST_FACTS,
    jobs: int = 1,
    executor: Executor | None = None,
    dry_run: bool = False,
    say: Say = lambda step, done, total: None,
) -> Drafted:
    """Draft a brief from captured sources, or merge what they say into the brief `into`."""
    desk = _desk(project, given)
    sources = [desk.content.sources.get(s) or bare_source(s) for s in desk.captured]
    readings = read_sources(desk.captured, sources, project.model, jobs=jobs, executor=executor, say=say)
    id_ = _id(desk, name, into, sources)
    path = project.content / "briefs" / f"{id_}.md"
    edited = _edited(desk, path, into)
    if edited and (own := desk.content.briefs.get(id_)):
        sources, readings = _with_own(desk, own, sources, readings, project.model)
    proposed = _proposed(desk, id_, sources, readings, today, most)
    kept, refused = only_found(proposed.brief, {s.id: c for s, c in zip(sources, _texts(desk, sources), strict=True)})
    answers = _answers(desk.content.briefs.get(id_), kept)
    last = project.content / PROPOSALS / f"{id_}.md"
    if edited:
        merged = merge(edited, _last(last), kept, desk.door.name(path))
        text, told = merged.text, merged
        result = Drafted(id_, path, added=told.added, supported=told.supported, left_out=told.left_out)
    else:
        text = write(kept)
        result = Drafted(
            id_, path, facts=len(kept.key_facts), denials=len(kept.denials), questions=len(kept.open_questions)
        )
    result = replace(result, refused=refused, answers=answers, more=len(proposed.more))
    if dry_run:
        return replace(result, difference=_difference(edited, text, desk.door.name(path)))
    fresh = [a for a in proposed.actors if a.id not in desk.content.actors and not _actor_path(project, a).exists()]
    for actor in fresh:
        write_file(_actor_path(project, actor), write(actor))
    write_file(
        last, write(replace(kept, key_facts=(*kept.key_facts, *(f for f in proposed.more if _stands(f, kept, desk)))))
    )
    if text != edited:
        write_file(path, text)
    problems = tuple(p for p in lock(project).problems if p.severity == "error")
    return replace(result, actors=tuple(_actor_path(project, a) for a in fresh), problems=problems)


def _actor_path(project: Project, actor: Actor) -> Path:
    return project.content / "actors" / f"{actor.id}.md"


def _desk(project: Project, given: Sequence[str]) -> _Desk:
    """The sources of these names, with their texts. Raises BriefgenError where one is not there or cannot be read."""
    door = Door(project.root)
    content = read_content(project.content, door).content
    folder = project.content / "captures"
    there = {*content.sources, *(p.stem for p in folder.glob("*.txt"))}
    captured: dict[SourceId, Captured] = {}
    for each in given:
        if each not in there:
            hint = did_you_mean(each, there) or "Capture it first:  briefgen ingest FILE|URL"
            raise BriefgenError(f"no source {each!r} has been captured", hint, code=1)
        id_ = SourceId(each)
        read = read_captured(content.sources.get(id_) or bare_source(id_), folder, door)
        if isinstance(read, Problem):
            raise BriefgenError(f"the text of {each!r} cannot be read: {read.message}", str(read.place), code=1)
        captured[id_] = read
    return _Desk(project, content, door, captured)


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
        if into not in desk.content.briefs and not (desk.project.content / "briefs" / f"{into}.md").exists():
            hint = did_you_mean(into, desk.content.briefs) or "Without --into a new brief is drafted."
            raise BriefgenError(f"there is no brief {into!r}", hint, code=1)
        return BriefId(into)
    wanted = name or slug(next((s.headline for s in sources if s.headline != "unknown"), sources[0].id))
    if not ID.fullmatch(wanted):
        raise BriefgenError(f"{wanted!r} cannot be the name of a brief", "An id is a-z, 0-9, - and _.")
    if (desk.project.content / "briefs" / f"{wanted}.md").exists():
        raise BriefgenError(
            f"there is a brief {wanted!r} already",
            f"Merge into it with  --into {wanted},  or give another --name.",
            code=1,
        )
    return BriefId(wanted)


def _edited(desk: _Desk, path: Path, into: str) -> str:
    """The text of the file to merge into; empty for a new brief."""
    if not into:
        return ""
    text = desk.door.read_text(path)
    if isinstance(text, Problem):
        raise BriefgenError(f"{desk.door.name(path)}: {text.message}", code=1)
    return text


def _with_own(
    desk: _Desk, own: Brief, sources: list[Source], readings: list[Reading], model: str
) -> tuple[list[Source], list[Reading]]:
    """The sources that a brief has already go before the new ones, so that ids and the joining of facts stay."""
    given = {s.id for s in sources}
    before = []
    for id_ in own.sources.values():
        source = desk.content.sources.get(id_) or bare_source(id_)
        read = read_captured(source, desk.project.content / "captures", desk.door)
        if id_ not in given and isinstance(read, Captured):
            before.append((source, read))
    read_before = read_sources({s.id: c for s, c in before}, [s for s, _ in before], model)
    listed = [*(s for s, _ in before), *sources]
    order = {id_: n for n, id_ in enumerate(own.sources.values())}
    pairs = sorted(zip(listed, [*read_before, *readings], strict=True), key=lambda p: order.get(p[0].id, len(order)))
    return [s for s, _ in pairs], [r for _, r in pairs]


# ---- reading -------------------------------------------------------------------------------------------------------


def read_sources(
    captured: Mapping[SourceId, Captured],
    sources: Sequence[Source],
    model: str,
    *,
    jobs: int = 1,
    executor: Executor | None = None,
    say: Say = lambda step, done, total: None,
) -> list[Reading]:
    """What stands in each source, in order: here, in forks of this process, or wherever an executor runs it."""
    texts = [Kept(captured[s.id].text, captured[s.id].kept.cuts, day_of(s.published)) for s in sources]
    return list(_readings(texts, model, jobs, executor, say))


def _readings(texts: Sequence[Kept], model: str, jobs: int, executor: Executor | None, say: Say) -> Iterator[Reading]:
    blocks = [texts[at : at + BLOCK] for at in range(0, len(texts), BLOCK)]
    if executor is not None:
        done: Iterable[list[Reading]] = (
            f.result() for f in [executor.submit(read_block, block, model) for block in blocks]
        )
    elif jobs > 1 and len(texts) > 1:
        done = spread(lambda part: [read_block(block, model) for block in part], blocks, jobs, least=2, block=1)
    else:
        done = (read_block(block, model) for block in blocks)
    count = 0
    for block in done:
        count += len(block)
        say("read", count, len(texts))
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
    known = {item.id for key in ("key_facts", "denials", "open_questions") for item in getattr(brief, key)}
    return replace(
        own,
        brief=replace(
            brief,
            key_facts=(
                *brief.key_facts,
                *(
                    replace(f, evidence=quotes(f.evidence), review="proposed")
                    for f in other.key_facts
                    if f.id not in known
                ),
            ),
            denials=(
                *brief.denials,
                *(
                    replace(d, evidence=quotes(d.evidence), review="proposed")
                    for d in other.denials
                    if d.id not in known
                ),
            ),
            discrepancies=(
                *brief.discrepancies,
                *(replace(x, readings=quotes(x.readings), review="proposed") for x in other.discrepancies),
            ),
            open_questions=(
                *brief.open_questions,
                *(replace(q, review="proposed") for q in other.open_questions if q.id not in known),
            ),
            actors=(
                *brief.actors,
                *(replace(m, review="proposed") for m in other.actors if m.id not in {a.id for a in brief.actors}),
            ),
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


def _answers(own: Brief | None, proposed: Brief) -> tuple[str, ...]:
    """Which proposed facts may answer an open question of the brief, the likest first."""
    if own is None:
        return ()
    new = [f for f in proposed.key_facts if f.id not in {o.id for o in own.key_facts}]
    open_ = [q for q in own.open_questions if q.status == "open"]
    if not new or not open_:
        return ()
    likeness = likenesses([f.text for f in new], [q.question for q in open_])
    found = sorted(
        ((likeness[i][j], f, q) for i, f in enumerate(new) for j, q in enumerate(open_)), key=lambda t: -t[0]
    )
    return tuple(f"{f.id} may answer {q.id}: {q.question}" for share, f, q in found if share >= 0.4)[:8]


def _last(path: Path) -> Brief | None:
    """The last proposal for a brief, if there was one that can be read."""
    if not path.is_file():
        return None
    entry, _ = parse_entry(Brief, path.stem, path.read_text("utf-8"), path.name)
    return entry


def _difference(before: str, after: str, name: str) -> str:
    old, new = before.splitlines(), after.splitlines()
    return "\n".join(unified_diff(old, new, f"{name} (now)", f"{name} (proposed)", lineterm="", n=2))


# ---- groups, and reading for its own sake --------------------------------------------------------------------------


def groups(project: Project, given: Sequence[str]) -> list[list[SourceId]]:
    """Sources grouped into stories: reports of the same event together, each group in the order given."""
    desk = _desk(project, given)
    return [
        [SourceId(id_) for id_ in group] for group in grouped({id_: c.kept_words for id_, c in desk.captured.items()})
    ]


def to_read(data: bytes, *, is_clean: bool = False, published: date | None = None) -> Kept:
    """What is to be read of some bytes: a page's article or a text, with its boilerplate cut unless it is clean.

    Raises BriefgenError where no text is in them.
    """
    if is_clean:
        return Kept(text_of(data), (), published)
    article = read_page(data) if is_page(data) else Article(text_of(data))
    return Kept(article.text, tuple(c.span for c in find_cuts(article.text)), published or day_of(article.published))


def extracted(texts: Iterable[Kept], model: str = "") -> Iterator[str]:
    """What was read from each text, as a line of JSON."""
    for reading in read_texts(texts, model):
        yield json.dumps(as_json(reading), ensure_ascii=False)
