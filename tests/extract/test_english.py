"""English is told from its neighbours, and a text of few words is not judged."""

from __future__ import annotations

import pytest

from briefgen.extract.english import is_english

DUTCH = """De regering heeft maandag gezegd dat ze de onderhandelingen met de bond wil voortzetten. De minister zei dat er
geen reden tot zorg is en de oppositie sprak hem tegen. In Den Haag was men het er over eens dat het zo niet verder kon."""
SWEDISH = """Regeringen sade i går att den vill fortsätta förhandlingarna med facket. Ministern sade att det inte finns någon
anledning till oro, och oppositionen sade emot honom. I Stockholm var man överens om att man har all rätt att gå vidare."""
PORTUGUESE = """O governo disse ontem que quer continuar as conversas com o sindicato. O ministro disse que não há motivo para
preocupação e a oposição o contradisse. As pessoas do bairro não o fazem, e os jornais do dia não dizem mais do que isso."""
RESULTS = """Final round, Saturday. Brandt beat Okafor 6-3 6-4. Vane beat Lindqvist 7-5 6-1. Rahn beat Eld 6-0 6-2. The draw for
the next round is at noon on Monday, and the winners of the first two games meet on Tuesday in Geneva, the club said."""


@pytest.mark.parametrize(
    ("text", "is_so"),
    [(DUTCH, False), (SWEDISH, False), (PORTUGUESE, False), (RESULTS, True), ("Nein, danke.", True), ("", True)],
)
def test_a_text_is_english_by_its_small_words(text: str, is_so: bool) -> None:
    assert is_english(text) is is_so
