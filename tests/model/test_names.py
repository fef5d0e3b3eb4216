"""Slugs are addresses that work everywhere; names lead to one actor or to nobody."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefgen.model.entries import Actor, ActorId
from briefgen.model.ids import LONGEST_SLUG, is_id, slug
from briefgen.model.names import name_from_id, names, skeleton


@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("Arms transfers", "arms-transfers"),
        ("Łódź & Ærø", "lodz-aero"),
        ("Straße", "strasse"),
        ("don’t", "dont"),
        ("北京", "5317-4eac"),
        ("CON", "con-x"),
        ("404", "404-x"),
        ("...", "x"),
        ("ａｂ", "ab"),
        ("x" * 99, "x" * 60),
    ],
)
def test_slug(name: str, made: str) -> None:
    assert slug(name) == made


@given(st.text())
def test_a_slug_is_always_an_id_of_bounded_length(name: str) -> None:
    made = slug(name)
    assert is_id(made) and len(made) <= LONGEST_SLUG + 2
    assert slug(made) == made or made.endswith("-x")


def actor(id_: str, name: str, *aliases: str, weak: tuple[str, ...] = ()) -> Actor:
    return Actor(ActorId(id_), name, aliases=aliases, weak_aliases=weak)


def test_names_lead_to_their_bearer_and_shared_ones_to_nobody() -> None:
    register = names(
        [actor("nw", "Northwind", "NW", weak=("it",)), actor("no", "Northwest", "nw."), actor("x", "X", "NW")]
    )
    assert register.actor("  northWIND ") == "nw"
    assert register.actor("no") == "no"
    assert register.actor("NW") == "nw"  # an id belongs to its actor alone
    assert register.actor("it") is None
    assert register.actor("nobody") is None


def test_a_shared_alias_is_told() -> None:
    register = names([actor("a", "A", "Same"), actor("b", "B", "same")])
    assert register.shared() == {"same": ("a", "b")}
    assert register.actor("SAME") is None


def test_names_that_look_alike_have_one_skeleton() -> None:
    assert skeleton("Nоrthwind") == skeleton("Northwind")
    assert skeleton("Northwind") != skeleton("Southwind")


def test_an_actor_without_a_file_is_called_by_its_id() -> None:
    assert name_from_id(ActorId("bo-reed")) == "Bo Reed"
