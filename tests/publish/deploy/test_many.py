"""Many files: what is unchanged is planned in no time, and one page costs little more than its own way there.

`BRIEFGEN_FILES=10000` asks for so many files, and `-s` shows the seconds; five hundred by default.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable

from briefgen.publish.deploy.plan import Far, planned, site_of
from tests.publish.deploy.conftest import Built, Place, deployed

FILES = int(os.environ.get("BRIEFGEN_FILES", "500"))
FOLDERS = 100


def _timed(work: Callable[[], object]) -> tuple[float, object]:
    started = time.perf_counter()
    done = work()
    return time.perf_counter() - started, done


def test_one_page_of_many_costs_little_more_than_its_way_there(place: Place, site: Built) -> None:
    pages = {f"briefs/{n % FOLDERS}/{n}/index.html": b"<html>%d</html>" % n * 200 for n in range(FILES)}
    output = site.with_files(pages)
    first, _ = _timed(lambda: deployed(place.target, output))
    looked, far = _timed(place.target.look)
    assert isinstance(far, Far)
    took, plan = _timed(lambda: planned(site_of(output), far))
    assert plan.is_nothing  # type: ignore[attr-defined]
    output = site.with_files(pages | {"briefs/0/0/index.html": b"other"})
    sent = planned(site_of(output), place.target.look())
    assert sent.uploads == ("briefs/0/0/index.html",)
    carried, _ = _timed(lambda: place.target.carry_out(sent, output, lambda step, done, total: None))
    again, _ = _timed(lambda: planned(site_of(output), place.target.look()))
    print(
        f"{type(place.target).__name__}: {FILES:,} files; first deploy {first:.2f} s; unchanged: the far end tells "
        f"{looked:.2f} s, the plan {took:.2f} s; one page: {again:.2f} s to look and plan, {carried:.2f} s to send"
    )
    assert took < 2
