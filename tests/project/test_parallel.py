"""Work for several processes: the same results in the same order, and no fault is lost."""

from __future__ import annotations

import os
from collections.abc import Sequence

import pytest

from briefgen.model.problems import BriefgenError
from briefgen.project import parallel
from briefgen.project.parallel import cores, spread


@pytest.mark.parametrize("jobs", [1, 2, 3, 7])
def test_results_are_in_order(jobs: int) -> None:
    things = list(range(1000))
    assert spread(lambda part: [n * n for n in part], things, jobs) == [n * n for n in things]


def test_little_work_is_done_here() -> None:
    assert set(spread(lambda part: [os.getpid() for _ in part], [1, 2, 3], 4)) == {os.getpid()}


def test_a_fault_in_another_process_is_raised_here() -> None:
    me = os.getpid()

    def work(part: Sequence[int]) -> list[int]:
        if os.getpid() != me:
            raise ValueError("there")
        return list(part)

    with pytest.raises(ValueError, match="there"):
        spread(work, range(1000), 2)


def test_a_process_that_dies_is_noticed() -> None:
    me = os.getpid()

    def work(part: Sequence[int]) -> list[int]:
        if os.getpid() != me:
            os._exit(3)
        return list(part)

    with pytest.raises(BriefgenError, match="ended from outside"):
        spread(work, range(1000), 2)


def test_there_is_at_least_one_core(monkeypatch: pytest.MonkeyPatch) -> None:
    assert cores() >= 1
    monkeypatch.delattr(parallel.os, "sched_getaffinity")
    assert cores() >= 1
