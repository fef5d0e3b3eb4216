"""What is computed from what a desk types: counts, contests, replies, dossiers."""

from __future__ import annotations

import pytest

from briefgen.model.entries import (
    Actor,
    ActorId,
    Affiliation,
    Brief,
    BriefId,
    CastMember,
    Content,
    Denial,
    Evidence,
    Fact,
    Label,
    NearDuplicate,
    Ref,
    Source,
    SourceId,
    Unnamed,
)
from briefgen.model.graph import Counts, Graph, join

A, B, C = Label("A"), Label("B"), Label("C")


def graph(
    *denials: Denial, facts: tuple[Fact, ...] = (), sources: tuple[Source, ...] = (), actors: tuple[Actor, ...] = ()
) -> Graph:
    listed = {Label("ABC"[i]): source.id for i, source in enumerate(sources)}
    cast = (CastMember(ActorId("north"), ("accused",)), CastMember(ActorId("south"), ("accuser",)))
    brief = Brief(BriefId("b"), "B", sources=listed, actors=cast, key_facts=facts, denials=denials)
    return join(Content({brief.id: brief}, {a.id: a for a in actors}, {s.id: s for s in sources}))


def fact(**given: object) -> Fact:
    return Fact(
        **{"text": "South says that north did it.", "id": "f", "asserted_by": ("south",), "about": ("north",), **given}
    )  # type: ignore[arg-type]


def denial(**given: object) -> Denial:
    return Denial(**{"id": "d", "by": ("north",), "denies": ("f",), **given})  # type: ignore[arg-type]


def source(name: str, publisher: str = "unknown", **given: object) -> Source:
    return Source(SourceId(name), publisher=ActorId(publisher), **given)  # type: ignore[arg-type]


BOTH = (Evidence(A, "a"), Evidence(B, "b"))
OWNED = Actor(ActorId("p"), "P", affiliations=(Affiliation(ActorId("q"), "owner"),))
FRIENDS = Actor(ActorId("p"), "P", affiliations=(Affiliation(ActorId("q"), "friend"),))


@pytest.mark.parametrize(
    ("sources", "actors", "texts", "publishers", "independent"),
    [
        ((source("s", "p"), source("t", "q")), (), 2, 2, 2),
        ((source("s", "p"), source("t", "p")), (), 2, 1, 1),
        ((source("s"), source("t")), (), 2, 2, 2),
        ((source("s", credits=("p",)), source("t", "p")), (), 2, 1, 1),
        ((source("s", "q", credits=("p",)), source("t", "p")), (), 2, 2, 1),
        ((source("s", "p", credits=("w",)), source("t", "q", credits=("w",))), (), 2, 2, 1),
        ((source("s", "p", near_duplicate_of=NearDuplicate(SourceId("t"))), source("t", "q")), (), 2, 2, 1),
        ((source("s", "p"), source("t", "q")), (OWNED,), 2, 2, 1),
        ((source("s", "p"), source("t", "q")), (FRIENDS,), 2, 2, 2),
    ],
    ids=["apart", "one publisher", "both unknown", "credits it", "credits the other", "common credit", "near-duplicate",
         "owner", "other tie"],
)  # fmt: skip
def test_counts(
    sources: tuple[Source, ...], actors: tuple[Actor, ...], texts: int, publishers: int, independent: int
) -> None:
    claim = graph(facts=(fact(evidence=BOTH),), sources=sources, actors=actors).claims[BriefId("b"), "f"]
    assert claim.counts == Counts(texts, publishers, independent, 1)


@pytest.mark.parametrize(
    ("given", "origins"),
    [
        ({"asserted_by": ("south",)}, 1),
        ({"asserted_by": ("south", "west")}, 1),
        ({"asserted_by": ("south",), "citing": ("spy",)}, 1),
        ({"asserted_by": (Unnamed("officials"),)}, 1),
        ({"asserted_by": ()}, 0),
    ],
)
def test_origins(given: dict[str, object], origins: int) -> None:
    assert graph(facts=(fact(**given),)).claims[BriefId("b"), "f"].counts.origins == origins


@pytest.mark.parametrize(
    ("denials", "contest", "replied"),
    [
        ((), "no recorded denial", False),
        ((denial(),), "contested", True),
        ((denial(denies=(), may_also_deny=("f",)),), "contested indirectly", False),
        ((denial(stance="declines-comment"),), "no recorded denial", True),
        ((denial(by=("west",)),), "contested", False),
        ((denial(by=("west",), on_behalf_of=("north",)),), "contested", True),
        ((denial(denies=("b#f",)),), "contested", True),
        ((denial(denies=("other#f",)),), "no recorded denial", False),
        ((denial(denies=(), may_also_deny=("f",)), denial(id="e", by=("west",))), "contested", False),
    ],
)
def test_contest_and_reply(denials: tuple[Denial, ...], contest: str, replied: bool) -> None:
    claim = graph(*denials, facts=(fact(),)).claims[BriefId("b"), "f"]
    assert (claim.contest, bool(claim.replies)) == (contest, replied)


@pytest.mark.parametrize(
    ("given", "accused"),
    [
        ({}, ("north",)),
        ({"kind": "assessment"}, ()),
        ({"kind": "assessment", "accuses": ("north",)}, ("north",)),
        ({"accuses": ()}, ()),
        ({"about": ("west",)}, ()),
        ({"asserted_by": ("north",)}, ()),
    ],
)
def test_accused(given: dict[str, object], accused: tuple[str, ...]) -> None:
    assert graph(facts=(fact(**given),)).claims[BriefId("b"), "f"].accused == accused


def test_a_dossier_gathers_what_concerns_an_actor() -> None:
    found = graph(denial(), facts=(fact(), fact(id="g", about=("west",), citing=("spy",)))).dossiers
    ids = {name: [c.fact.id for c in getattr(found[ActorId("south")], name)] for name in ("said", "denied_by_others")}
    assert ids == {"said": ["f", "g"], "denied_by_others": ["f"]}
    north = found[ActorId("north")]
    assert ([c.fact.id for c in north.accused_of], [s.denial.id for s in north.denied]) == (["f"], ["d"])
    assert [c.fact.id for c in found[ActorId("west")].about] == ["g"]
    assert dict(found[ActorId("spy")].beside) == {"south": 1, "west": 1}


def test_whoever_has_no_file_stands_in_dangling() -> None:
    found = graph(facts=(fact(),), actors=(Actor(ActorId("south"), "South"),))
    assert found.dangling == ("north",)
    assert found.actor(ActorId("nobody")).name == "Nobody"


def test_a_denial_in_a_later_brief_meets_the_earlier_fact() -> None:
    early = Brief(BriefId("early"), "E", key_facts=(fact(),))
    late = Brief(BriefId("late"), "L", denials=(denial(denies=(Ref("early#f"),)),))
    found = join(Content({early.id: early, late.id: late}))
    assert found.claims[early.id, "f"].contest == "contested"
