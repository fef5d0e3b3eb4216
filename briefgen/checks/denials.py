"""What denials must keep."""

from __future__ import annotations

from collections.abc import Iterator

from briefgen.model.graph import Graph, named
from briefgen.model.problems import Problem


def denials_stand_on_quotes(graph: Graph) -> Iterator[Problem]:
    """Each denial has at least one quote and somebody who makes it."""
    for statement in graph.statements.values():
        denial = statement.denial
        if not denial.evidence:
            message = f"the denial {denial.id!r} has no evidence"
            hint = 'Give the words that report it: evidence: [A: "..."].'
            yield Problem(denial.place, "no-evidence", message, hint=hint)
        if not denial.by:
            yield Problem(denial.place, "missing-key", "`by` names nobody who denies", seek=("by",))
        if denial.order and not (denial.order.before or denial.order.after):
            message = "`order` says before or after which fact"
            yield Problem(denial.place, "missing-key", message, seek=("order",))


def denials_answer_others(graph: Graph) -> Iterator[Problem]:
    """Nobody denies a claim of their own alone, and no fact is both denied and perhaps denied by one denial."""
    for statement in graph.statements.values():
        denial = statement.denial
        for target in statement.denies:
            claim = graph.claims.get(target)
            asserters = set(claim.asserters) if claim else set()
            if asserters and asserters <= set(named(denial.by)):
                message = f"{denial.id!r} denies {target[1]!r}, which the same actor asserts"
                yield Problem(denial.place, "denies-own-claim", message, "warning", seek=("denies", target[1]))
        for target in set(statement.denies) & set(statement.may_also_deny):
            message = f"{target[1]!r} stands in both `denies` and `may_also_deny`"
            yield Problem(denial.place, "denied-twice", message, "warning", seek=("may_also_deny", target[1]))


def events_are_not_denied(graph: Graph) -> Iterator[Problem]:
    """What is denied is no event but a claim."""
    for claim in graph.claims.values():
        if claim.fact.kind == "event" and claim.contest == "contested":
            deniers = ", ".join(a.statement.denial.id for a in claim.answers if a.reach == "denies")
            message = f"the event {claim.fact.id!r} is denied ({deniers}): make it a claim"
            yield Problem(claim.fact.place, "event-denied", message, "warning", seek=("kind", "event"))
