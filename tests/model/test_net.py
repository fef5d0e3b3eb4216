"""The audit's net: what is withheld is caught however short, and what may stand there by itself is not."""

from __future__ import annotations

import pytest

from briefgen.model.net import Net, pieces, woven

PUBLIC = ("Northwind AS won the tender.", "northwind", "Northwind Yachts", "The reed was cut by Bo.")
OURS = ("{{ count }} claims, contested first", "It may have been moved", "two", "texts", "Denials", "says")


@pytest.mark.parametrize(
    ("withheld", "there"),
    [
        ("A price was agreed by telephone", "<q>A price was agreed by telephone</q>"),
        ("A price was agreed", "a PRICE  was\nagreed"),
        ("Ada Vane", "chair: Ada Vane, since 2026"),
        ("Bo Reed", "by Bo Reed"),  # each word is public, and no public text says the two of them together
        ("Vane", "Vane"),
        ("vane-group", "actors/vane-group/index.html"),
        ("said “so”", 'said "so"'),
        ("fact-reed", '<article id="fact-reed">'),  # an id is made of nothing but itself
        ("秘密文件", "这是秘密文件。"),
        ("Étude", "une étude"),
        ("two texts of two northwind texts", "two texts of two northwind texts"),
    ],
)
def test_what_is_withheld_is_caught(withheld: str, there: str) -> None:
    net = woven([], [withheld], PUBLIC, OURS).net
    assert list(net.caught(there)), net


@pytest.mark.parametrize(
    ("withheld", "there"),
    [
        ("won the tender", "Northwind AS won the tender."),  # public too
        ("may have been", "It may have been moved"),  # the program's own words
        ("Denials", "Denials"),
        ("two texts", "In two texts"),  # put together of two
        ("Northwind says", "What Northwind says and denies"),
        ("17", "17 claims"),
        ("3 texts", "3 texts"),
        ("the", "the"),
        ("Vane", "Vanessa and weathervane"),  # in the middle of a word
        ("vane", "vane-group"),  # of an id
        ("—", "a — b"),
        ("", "anything"),
    ],
)
def test_what_may_stand_there_by_itself_is_no_alarm(withheld: str, there: str) -> None:
    assert list(woven([], [withheld], PUBLIC, OURS).net.caught(there)) == []


@pytest.mark.parametrize(
    ("name", "word", "in_theme", "caught"),
    [
        ("", "What nobody may read", "What nobody may read", True),  # a template of the desk's own says it
        ("Vane", "", "Vane", True),
        ("", "Freitag", "Freitag", False),  # one word of a language in which the templates are written
        ("", "Bestechung", "Freitag", True),
    ],
)
def test_the_templates_of_a_desk_are_not_the_programs(name: str, word: str, in_theme: str, caught: bool) -> None:
    own = (*OURS, "what", "nobody", "may", "read")
    net = woven([name], [word], PUBLIC, own, [in_theme]).net
    assert any(net.caught(f"<p>{name or word}</p>")) is caught


def test_what_is_public_too_is_told() -> None:
    told = woven(["Ada Vane"], ["Bo Reed met her"], [*PUBLIC, "Ada Vane sang"], OURS)
    assert (told.net.texts, told.known) == (("bo reed met her",), ("ada vane",))


def test_of_a_text_with_markup_its_pieces_are_sought() -> None:
    body = "# A head of it\n\nShe said *that it was so*, in [[ada-vane|her own words]].\nYes."
    assert list(pieces(body)) == ["A head of it", "that it was so", "her own words"]


def test_a_net_of_many_texts_asks_a_page_for_few() -> None:
    """Each text is looked for by its rarest word, so a page that has none of those is searched for none of them."""
    net = Net.of((f"the word{n} of it" for n in range(2000)), {"the": 9, "of": 9, "it": 9})
    assert len(net.sought) == 2000
    assert list(net.caught("the word7 of it")) == ["the word7 of it"]
