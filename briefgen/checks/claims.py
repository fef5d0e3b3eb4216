"""What facts and discrepancies must keep."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from briefgen.model.entries import ActorId, Brief, Fact, Ref, refers_to
from briefgen.model.graph import Graph
from briefgen.model.problems import Place, Problem, did_you_mean
from briefgen.model.quotes import fold

# How a report hedges, and how it attributes: the commonest forms in English news.
_HEDGES = re.compile(
    r"\b(?:may|might|could|possibl[ey]|probabl[ey]|likely|unlikely|perhaps|apparently|allegedly|reportedly|"
    r"suspect(?:s|ed)?|suggest(?:s|ed)?|believ(?:e|es|ed)|estimat(?:e|es|ed)|seem(?:s|ed)?|appear(?:s|ed)?|"
    r"speculat(?:e|es|ed|ion)|expect(?:s|ed)?|fear(?:s|ed)?|think(?:s)?|thought|believed|unconfirmed|"
    r"sign|can|indicat(?:e|es|ed)|alleg(?:e|es|ed)|claim(?:s|ed)?|report(?:s|ed)?|said to|says?|said|according|"
    r"reads?|hopes?|seeks?|view(?:s|ed)?|in their view|tells?|told)\b",
    re.IGNORECASE,
)
# Words that take a side: in our own prose only where they stand in the quote.
_LOADED = (
    "regime",
    "terrorist",
    "terrorists",
    "thug",
    "thugs",
    "puppet",
    "mastermind",
    "henchman",
    "henchmen",
    "cronies",
    "warmonger",
    "butcher",
    "bloodthirsty",
    "so-called",
    "propaganda",
    "brainwashed",
    "evil",
    "heroic",
    "cowardly",
    "barbaric",
    "atrocity",
    "atrocities",
    "massacre",
    "slaughter",
)
_LOADED_WORD = re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, _LOADED))})(?![\w-])", re.IGNORECASE)


def facts_stand_on_quotes(graph: Graph) -> Iterator[Problem]:
    """Each fact has at least one quote, and something to say."""
    for fact in _facts(graph):
        if not fact.evidence:
            message = f"the fact {fact.id!r} has no evidence"
            yield Problem(fact.place, "no-evidence", message, hint='Give the words it rests on: evidence: [A: "..."].')
        if not fact.text.strip():
            yield Problem(fact.place, "missing-key", "`text` is empty", seek=("text",))


def facts_say_who_asserts_them(graph: Graph) -> Iterator[Problem]:
    """A fact that is no event says who asserts it, if only as the source's own descriptor."""
    for fact in _facts(graph):
        if not fact.asserted_by and fact.kind != "event":
            message = f"nobody asserts the {fact.kind} {fact.id!r}"
            hint = 'Name who says so: asserted_by: actor-id, or {unnamed: "officials in ..."} in the source\'s words.'
            yield Problem(fact.place, "nobody-asserts", message, "warning", hint)


def hedges_stand_in_their_quotes(graph: Graph) -> Iterator[Problem]:
    """The hedging words that a fact gives for a source stand in its quote of that source."""
    for fact in _facts(graph):
        for label, words in fact.hedge.items():
            quotes = [fold(e.quote) for e in fact.evidence if e.source == label]
            if not any(fold(words) in quote for quote in quotes):
                message = f"the hedge {words!r} does not stand in this fact's quote from {label}"
                seek = ("hedge", words)
                yield Problem(fact.place, "hedge-not-in-evidence", message, seek=seek)


def hedged_quotes_stay_hedged(graph: Graph) -> Iterator[Problem]:
    """A fact whose source hedges is not stronger than its source: its text hedges or attributes too."""
    for fact in _facts(graph):
        if fact.hedge and not _HEDGES.search(fact.text):
            said = ", ".join(f"{label} {words!r}" for label, words in fact.hedge.items())
            message = f"the sources hedge ({said}), and the text does not"
            yield Problem(fact.place, "stronger-than-source", message, "warning", seek=("text",))


def loaded_words_are_quoted(graph: Graph) -> Iterator[Problem]:
    """A word that takes a side stands in our prose only inside quotation marks."""
    for fact in _facts(graph):
        ours = re.sub(r"“[^”]*”|\"[^\"]*\"|‘[^’]*’", " ", fact.text)
        if word := _LOADED_WORD.search(ours):
            message = f"{word[0]!r} takes a side: say it otherwise, or quote whoever says it"
            yield Problem(fact.place, "loaded-word", message, "warning", seek=("text", word[0]))


def discrepancies_show_two_readings(graph: Graph) -> Iterator[Problem]:
    """A discrepancy quotes two sources or two places, and names a fact."""
    for brief in graph.content.briefs.values():
        for discrepancy in brief.discrepancies:
            if len({(r.source, fold(r.quote)) for r in discrepancy.readings}) < 2:
                message = "a discrepancy shows at least two readings"
                yield Problem(discrepancy.place, "one-reading", message, seek=("readings",))


def references_lead_to_facts(graph: Graph) -> Iterator[Problem]:
    """Wherever a fact is named, here or in another brief, it is there."""
    for brief in graph.content.briefs.values():
        for place, field, refs in _references(brief):
            for ref in refs:
                if problem := _dead(ref, field, place, brief, graph):
                    yield problem


def _references(brief: Brief) -> Iterator[tuple[Place, str, Iterable[Ref]]]:
    for denial in brief.denials:
        yield denial.place, "denies", denial.denies
        yield denial.place, "may_also_deny", denial.may_also_deny
        if denial.order:
            yield denial.place, "before", filter(None, (denial.order.before,))
            yield denial.place, "after", filter(None, (denial.order.after,))
    for discrepancy in brief.discrepancies:
        yield discrepancy.place, "about", (discrepancy.about,)
    for question in brief.open_questions:
        yield question.place, "answered_by", question.answered_by
        yield question.place, "about", question.about
    for assessment in brief.assessments:
        yield assessment.place, "about", assessment.about


def _dead(ref: Ref, field: str, place: Place, brief: Brief, graph: Graph) -> Problem | None:
    """The problem of a reference that leads nowhere. A question may also be about a denial or an actor."""
    target = refers_to(ref, brief.id)
    home, local = target
    if target in graph.claims or home in graph.content.unread:
        return None
    if field == "about" and (target in graph.statements or ActorId(ref) in graph.dossiers):
        return None
    if home not in graph.content.briefs:
        hint = did_you_mean(home, graph.content.briefs)
        return Problem(place, "unknown-brief", f"no brief {home!r}", hint=hint, seek=(field, ref))
    hint = did_you_mean(local, [f.id for f in graph.content.briefs[home].key_facts]) or _offer(place, brief)
    return Problem(place, "unknown-fact", f"no fact {local!r} in the brief {home!r}", hint=hint, seek=(field, ref))


def _offer(place: Place, brief: Brief) -> str:
    """For a denial: the claim to create from the sentence it stands in."""
    for denial in brief.denials:
        if denial.place == place and denial.evidence:
            return f"Make the claim that is denied a fact of its own, on the same quote: {denial.evidence[0].quote!r}."
    return ""


def _facts(graph: Graph) -> Iterator[Fact]:
    for brief in graph.content.briefs.values():
        yield from brief.key_facts
