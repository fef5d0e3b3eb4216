"""Rules that a desk's content must keep: a function a rule, the lists below the order in which they are asked.

A check takes the joined graph of all content, drafts included, and yields what is wrong. Its name
is the truth that it wants.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from briefgen.checks import actors, briefs, claims, denials, pages, questions, sources
from briefgen.model.graph import Graph
from briefgen.model.problems import Problem

GraphCheck = Callable[[Graph], Iterable[Problem]]

GRAPH_CHECKS: tuple[GraphCheck, ...] = (
    briefs.ids_are_unique,
    briefs.updates_follow_dates,
    briefs.statuses_say_why,
    briefs.topics_have_addresses_of_their_own,
    briefs.old_addresses_are_free,
    briefs.assessments_use_the_words_of_their_scale,
    briefs.corrections_say_what_changed,
    claims.facts_stand_on_quotes,
    claims.facts_say_who_asserts_them,
    claims.hedges_stand_in_their_quotes,
    claims.hedged_quotes_stay_hedged,
    claims.loaded_words_are_quoted,
    claims.discrepancies_show_two_readings,
    claims.references_lead_to_facts,
    denials.denials_stand_on_quotes,
    denials.denials_answer_others,
    denials.events_are_not_denied,
    questions.answers_stand_on_evidence,
    questions.statuses_fit_their_answers,
    actors.actors_are_known,
    actors.casts_are_complete,
    actors.names_lead_to_one_actor,
    actors.names_do_not_look_alike,
    actors.ties_lead_to_actors,
    sources.publishers_are_known,
    sources.duplicates_lead_to_sources,
    sources.addresses_are_links,
    sources.sources_are_used,
    pages.pages_have_addresses_of_their_own,
)


def run(checks: Sequence[GraphCheck], graph: Graph) -> list[Problem]:
    """Every problem that the checks find, in their order."""
    return [problem for check in checks for problem in check(graph)]
