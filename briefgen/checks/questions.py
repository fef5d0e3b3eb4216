"""What open questions must keep."""

from __future__ import annotations

from collections.abc import Iterator

from briefgen.model.graph import Graph
from briefgen.model.problems import Problem


def answers_stand_on_evidence(graph: Graph) -> Iterator[Problem]:
    """A question is answered by facts that stand on quotes."""
    for asked in graph.questions.values():
        for claim in asked.answered_by:
            if not claim.fact.evidence:
                message = f"{claim.fact.id!r} answers this question and has no evidence"
                seek = ("answered_by", claim.fact.id)
                yield Problem(asked.question.place, "answer-without-evidence", message, seek=seek)


def statuses_fit_their_answers(graph: Graph) -> Iterator[Problem]:
    """An answered question says by which fact; an open one does not."""
    for asked in graph.questions.values():
        question = asked.question
        if question.status == "answered" and not question.answered_by:
            message = "an answered question says by which fact: `answered_by`"
            yield Problem(question.place, "answer-without-evidence", message, seek=("status",))
        if question.status != "answered" and (question.answered_by or question.answered):
            message = f"this question is {question.status}, and yet says what answered it"
            yield Problem(question.place, "status-and-answer", message, "warning", seek=("answered_by",))
        if question.answered and question.asked and str(question.answered)[:10] < str(question.asked)[:10]:
            message = "answered before it was asked"
            yield Problem(question.place, "status-and-answer", message, "warning", seek=("answered",))
