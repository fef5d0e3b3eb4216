"""What a brief as a whole must keep."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from briefgen.model.entries import Brief, Denial, Fact, Question
from briefgen.model.graph import Graph
from briefgen.model.ids import slug
from briefgen.model.problems import Problem, did_you_mean
from briefgen.model.scales import LIKELIHOODS


def ids_are_unique(graph: Graph) -> Iterator[Problem]:
    """Within one brief no two facts, denials or questions share an id."""
    for brief in graph.content.briefs.values():
        seen: dict[str, int] = {}
        things: tuple[Fact | Denial | Question, ...] = (*brief.key_facts, *brief.denials, *brief.open_questions)
        for thing in things:
            if thing.id in seen:
                message = f"the id {thing.id!r} stands twice in this brief; the first is on line {seen[thing.id]}"
                yield Problem(thing.place, "duplicate-id", message, seek=("id", thing.id))
            seen.setdefault(thing.id, thing.place.line)


def updates_follow_dates(graph: Graph) -> Iterator[Problem]:
    """A brief was not updated before its date."""
    for brief in graph.content.briefs.values():
        if brief.date and brief.updated and str(brief.updated)[:10] < str(brief.date)[:10]:
            message = "`updated` is before `date`"
            yield Problem(brief.place, "updated-before-date", message, "warning", seek=("updated",))


def statuses_say_why(graph: Graph) -> Iterator[Problem]:
    """A superseded brief names its successor, a withdrawn one its reason."""
    for brief in graph.content.briefs.values():
        if brief.status == "superseded" and not brief.superseded_by:
            message = "a superseded brief says by which: `superseded_by: brief-id`"
            yield Problem(brief.place, "missing-key", message, seek=("status",))
        if brief.status == "withdrawn" and not brief.reason:
            yield Problem(brief.place, "missing-key", "a withdrawn brief says why: `reason`", seek=("status",))
        if brief.superseded_by and not _is_known(brief.superseded_by, graph):
            message = f"no brief {brief.superseded_by!r}"
            hint = did_you_mean(brief.superseded_by, graph.content.briefs)
            seek = ("superseded_by", brief.superseded_by)
            yield Problem(brief.place, "unknown-brief", message, hint=hint, seek=seek)


def _is_known(brief: str, graph: Graph) -> bool:
    return brief in graph.content.briefs or brief in graph.content.unread


def topics_have_addresses_of_their_own(graph: Graph) -> Iterator[Problem]:
    """Two topics that are written differently do not come out at one address."""
    first: dict[str, tuple[str, Brief]] = {}
    for brief in graph.content.briefs.values():
        for topic in brief.topics:
            known, where = first.setdefault(slug(topic), (topic, brief))
            if known != topic:
                message = f"the topics {topic!r} and {known!r} ({where.place.file}) would stand at one address"
                hint = "Write both the same way."
                yield Problem(brief.place, "address-taken", message, hint=hint, seek=("topics", topic))


def old_addresses_are_free(graph: Graph) -> Iterator[Problem]:
    """What `redirect_from` names is no living entry's id, and is claimed once."""
    for kind, entries in (
        ("brief", graph.content.briefs),
        ("actor", graph.content.actors),
        ("source", graph.content.sources),
    ):
        claimed: defaultdict[str, list[str]] = defaultdict(list)
        for entry in entries.values():
            for old in entry.redirect_from:
                claimed[old].append(entry.id)
                seek = ("redirect_from", old)
                if old in entries:
                    message = f"{old!r} is the id of a {kind} that still has a page of its own"
                    yield Problem(entry.place, "address-taken", message, seek=seek)
                elif len(claimed[old]) > 1:
                    message = f"{claimed[old][0]!r} already takes the old address {old!r}"
                    yield Problem(entry.place, "address-taken", message, seek=seek)


def assessments_use_the_words_of_their_scale(graph: Graph) -> Iterator[Problem]:
    """A likelihood is one of its scale's words, and never shares a sentence with a confidence."""
    for brief in graph.content.briefs.values():
        for assessment in brief.assessments:
            words = LIKELIHOODS[assessment.scale]
            if assessment.likelihood and assessment.likelihood not in words:
                message = f"{assessment.likelihood!r} is no word of {assessment.scale}; its words: {', '.join(words)}"
                hint = did_you_mean(assessment.likelihood, words)
                seek = ("likelihood", assessment.likelihood)
                yield Problem(assessment.place, "bad-likelihood", message, hint=hint, seek=seek)
            if not (assessment.likelihood or assessment.confidence or assessment.credibility):
                message = "an assessment says a likelihood, a confidence or a credibility"
                yield Problem(assessment.place, "missing-key", message)
            for sentence in assessment.basis.split(". "):
                if "confidence" in sentence.casefold() and any(f" {w} " in f" {sentence.casefold()} " for w in words):
                    message = "likelihood and confidence stand in one sentence of `basis`: say them apart"
                    yield Problem(assessment.place, "likelihood-and-confidence", message, "warning", seek=("basis",))


def corrections_say_what_changed(graph: Graph) -> Iterator[Problem]:
    """A correction's old and new words differ."""
    for brief in graph.content.briefs.values():
        for correction in brief.corrections:
            if correction.was.strip() == correction.now.strip():
                message = "a correction's `was` and `now` are the same"
                yield Problem(correction.place, "empty-correction", message, seek=("now",))
