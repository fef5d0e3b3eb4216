"""What a text with bidi controls opens and closes, and that nothing around it is turned."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from briefgen.model.bidi import FSI, PDF, PDI, apart, unclosed, within

RLO, LRI, RLI, LRE, RLE = "\u202e", "\u2066", "\u2067", "\u202a", "\u202b"


@pytest.mark.parametrize(
    ("text", "shown", "inside"),
    [
        ("plain", "plain", "plain"),
        ("עברית", "עברית", "עברית"),
        (f"a{RLO}b", f"{FSI}a{RLO}b{PDF}{PDI}", f"a{RLO}b"),
        (f"a{RLO}b{PDF}", f"{FSI}a{RLO}b{PDF}{PDI}", f"a{RLO}b{PDF}"),
        (f"a{RLI}b", f"{FSI}a{RLI}b{PDI}{PDI}", f"a{RLI}b{PDI}"),
        (f"a{RLI}b{PDI}", f"{FSI}a{RLI}b{PDI}{PDI}", f"a{RLI}b{PDI}"),
        (f"a{PDI}b", f"{FSI}{FSI}a{PDI}b{PDI}", f"{FSI}a{PDI}b"),
        (f"a{PDF}b", f"{FSI}a{PDF}b{PDI}", f"a{PDF}b"),
        (f"{RLE}{RLI}{RLO}", f"{FSI}{RLE}{RLI}{RLO}{PDF}{PDI}{PDF}{PDI}", f"{RLE}{RLI}{RLO}{PDI}"),
        (f"{RLI}{RLO}{PDI}x", f"{FSI}{RLI}{RLO}{PDI}x{PDI}", f"{RLI}{RLO}{PDI}x"),
        (f"{LRE}{PDI}{RLO}", f"{FSI}{FSI}{LRE}{PDI}{RLO}{PDF}{PDF}{PDI}", f"{FSI}{LRE}{PDI}{RLO}"),
    ],
)  # fmt: skip
def test_what_is_left_open_is_closed(text: str, shown: str, inside: str) -> None:
    assert apart(text) == shown and within(text) == inside


@pytest.mark.parametrize(
    ("text", "at"),
    [("plain", None), (f"{RLO}a{PDF}", None), (f"a{RLO}", 1), (f"{RLI}{RLO}{PDI}", None), (f"{RLI}a{PDF}", 0),
     (f"ab{PDI}{RLO}", 2), (f"{RLI}{PDI}{PDF}", None)],
)  # fmt: skip
def test_the_first_control_without_a_counterpart_is_found(text: str, at: int | None) -> None:
    found = unclosed(text)
    assert (found.start() if found else None) == at


def state_after(text: str, state: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The directional stack of the bidi algorithm after a text, written down a second time, from the standard alone."""
    stack = list(state)
    for c in text:
        if c in "\u202a\u202b\u202d\u202e":
            stack.append("embedding")
        elif c in "\u2066\u2067\u2068":
            stack.append("isolate")
        elif c == PDF and stack and stack[-1] == "embedding":
            stack.pop()
        elif c == PDI and "isolate" in stack:
            while stack.pop() != "isolate":
                pass
    return tuple(stack)


CONTROLS = st.text(st.sampled_from(f"\u202a\u202b\u202d{RLO}{PDF}{LRI}{RLI}{FSI}{PDI}aא1 "), max_size=12)


@settings(max_examples=500, deadline=None, derandomize=True)
@given(CONTROLS, st.lists(st.sampled_from(["embedding", "isolate"]), max_size=3).map(tuple))
def test_a_text_leaves_the_state_around_it_as_it_was(text: str, around: tuple[str, ...]) -> None:
    assert state_after(apart(text), around) == around
    element = f"{FSI}{within(text)}{PDI}"  # what a browser makes of <bdi>
    assert state_after(element, around) == around
    assert text in apart(text) and text in within(text)
    assert (unclosed(text) is None) == (state_after(text) == () and not _ends_nothing(text))


def _ends_nothing(text: str) -> bool:
    stack: tuple[str, ...] = ()
    for c in text:
        after = state_after(c, stack)
        if c == PDI and after == stack:
            return True
        stack = after
    return False


@pytest.mark.parametrize("unit", [RLO, RLI, PDI, PDF, f"{RLI}{RLO}", f"{RLO}a"])
def test_a_long_text_is_looked_at_once(unit: str) -> None:
    assert len(apart(unit * 50_000)) <= 3 * len(unit) * 50_000 + 2
