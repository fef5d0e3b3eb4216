"""What happened when, by the sources' own words: dated claims in order, then what only has an order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from briefgen.model.bidi import apart
from briefgen.model.dates import has_year, in_time
from briefgen.model.entries import UNKNOWN, refers_to
from briefgen.model.graph import Claim, Key, Statement
from briefgen.render import words


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of a timeline: when, with what is not given, and the claim or denial that says so.

    `relative` is the claim that a denial is only known to precede or to follow.
    """

    when: str
    lacks: str
    shows: Claim | Statement
    said: str = ""
    relative: Claim | None = None
    dated: bool = True

    @property
    def is_claim(self) -> bool:
        """Whether a claim says so, and not a denial."""
        return isinstance(self.shows, Claim)


def timeline(
    claims: Iterable[Claim], statements: Iterable[Statement], known: Mapping[Key, Claim]
) -> tuple[Moment, ...]:
    """Dated claims in order of time, those without a year by month, then denials of which only the order is known."""
    dated = [c for c in claims if c.fact.when]
    dated.sort(key=lambda c: (in_time(c.fact.when.edtf) if c.fact.when else (True, "", ""), c.key))
    return (
        *(_dated(claim) for claim in dated),
        *(moment for statement in statements if (moment := _ordered(statement, known))),
    )


def _dated(claim: Claim) -> Moment:
    when = claim.fact.when
    assert when is not None
    if when.edtf == UNKNOWN:
        return Moment("Undated", "date not given", claim, when.words, dated=False)
    heading, lacks = words.date_and_gap(when.edtf)
    return Moment(heading, lacks, claim, when.words, dated=has_year(when.edtf))


def _ordered(statement: Statement, known: Mapping[Key, Claim]) -> Moment | None:
    order = statement.denial.order
    if order is None:
        return None
    ref, side = (order.before, "Before") if order.before else (order.after, "After")
    target = known.get(refers_to(ref, statement.brief.id))
    return Moment("Undated", "only its order is known", statement, f"{side}{_by(order.gap)}", target, dated=False)


def _by(gap: str) -> str:
    return f", by {apart(gap)}" if gap else ""
