"""What fuzzing has found stays found: each kept input still holds, and each target can fail."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fuzz import __main__ as campaign
from tests.fuzz import targets
from tests.fuzz.targets import TARGETS

CORPUS = Path(__file__).parent / "corpus"


@pytest.mark.parametrize("name", TARGETS)
def test_every_kept_input_holds(name: str) -> None:
    kept = sorted((CORPUS / name).iterdir())
    assert len(kept) > 20
    for path in kept:
        TARGETS[name](path.read_bytes())


def test_every_target_is_fuzzed() -> None:
    assert list(TARGETS) == list(campaign.NAMES)


def test_a_target_fails_where_what_must_hold_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(targets, "render", lambda body, **_: ('<p onclick="x">y</p>', ()))
    with pytest.raises(AssertionError):
        TARGETS["markdown"](b"y")
