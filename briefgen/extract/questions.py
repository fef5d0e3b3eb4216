"""What is hedged, disputed, unattributed or missing -> open questions, as an editor would ask them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from briefgen.extract.cast import Cast, listed
from briefgen.extract.propositions import Proposition
from briefgen.model.entries import UNKNOWN, Denial, Fact, Source, Unnamed, Voice

Told = tuple[Fact, list[tuple[int, Proposition]]]
MOST_OF_A_KIND = 4
_LOOSE = ("he ", "she ", "it ", "they ", "his ", "her ", "its ", "their ", "this ", "that ", "such ")


def questions(
    told: Sequence[Told], denials: Sequence[Denial], sources: Sequence[Source], cast: Cast
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each question with the ids of the items that it is about, the most telling first."""
    for rule in (_confirmed, _answered, _unattributed, _uncertain, _followed):
        for number, asked in enumerate(rule(told, denials, cast)):
            if number < MOST_OF_A_KIND:
                yield asked
    if sources and all(s.published == UNKNOWN for s in sources):
        yield "On what dates were these reports published?", tuple(fact.id for fact, _ in told[:1])


def _confirmed(told: Sequence[Told], denials: Sequence[Denial], cast: Cast) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The leading claim: has anybody else confirmed it?"""
    for fact, given in told[:1]:
        voices = fact.citing or fact.asserted_by
        if fact.kind == "claim" and voices and not isinstance(voices[0], Unnamed):
            who = _named(voices, cast)
            yield f"Has anyone other than {who} confirmed that {_clause(given[0][1])}?", (fact.id,)


def _answered(told: Sequence[Told], denials: Sequence[Denial], cast: Cast) -> Iterator[tuple[str, tuple[str, ...]]]:
    """A claim about somebody who denies another one, and has said nothing on this."""
    deniers = {a for d in denials for a in (*d.by, *d.on_behalf_of) if not isinstance(a, Unnamed)}
    answered = {(ref, a) for d in denials for ref in d.denies for a in (*d.by, *d.on_behalf_of)}
    for fact, given in told[:6]:
        silent = [a for a in fact.about if a in deniers and (fact.id, a) not in answered]
        if fact.kind == "claim" and silent and not given[0][1].is_inner:
            covering = tuple(d.id for d in denials if fact.id in d.may_also_deny)
            verb = "Have" if len(silent) > 1 else "Has"
            who = listed([cast.spoken(a) for a in silent], "or")
            asked = f"{verb} {who} answered the claim that {_clause(given[0][1])}, and in what words?"
            yield asked, (fact.id, *covering[:2])


def _unattributed(told: Sequence[Told], denials: Sequence[Denial], cast: Cast) -> Iterator[tuple[str, tuple[str, ...]]]:
    for fact, given in told:
        if (
            fact.kind == "claim"
            and fact.asserted_by
            and isinstance(fact.asserted_by[0], Unnamed)
            and not given[0][1].descriptor
        ):
            yield f"Who reports that {_clause(given[0][1])}?", (fact.id,)


def _uncertain(told: Sequence[Told], denials: Sequence[Denial], cast: Cast) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What is only believed, or hedged: is it so?"""
    for fact, given in told:
        asked = next(
            (p.question for _, p in given if p.question and not p.question.lower().split(" ", 1)[1].startswith(_LOOSE)),
            "",
        )
        if asked and (fact.hedge or fact.kind == "assessment") and len(asked) <= 220:
            yield asked, (fact.id,)


def _followed(told: Sequence[Told], denials: Sequence[Denial], cast: Cast) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What was announced, or is to come: did it come?"""
    for fact, given in told:
        asked = next((p.question for _, p in given if p.tense == "future" and p.question and not p.hedge), "")
        if asked and not asked.lower().split(" ", 1)[1].startswith(_LOOSE) and len(asked) <= 220:
            yield asked, (fact.id,)


def _clause(proposition: Proposition) -> str:
    """What is claimed, as it stands after "that"."""
    matter = proposition.matter.rstrip(". ")
    return matter if proposition.opens_with_name or matter[:2].isupper() else matter[:1].lower() + matter[1:]


def _named(voices: Sequence[Voice], cast: Cast) -> str:
    return listed([cast.spoken(v) for v in voices if not isinstance(v, Unnamed)], "or")
