"""A deploy whose process is killed at any moment leaves a site that works, loses nothing, and is mended by the next.

`BRIEFGEN_KILLS=200` asks for so many kills a kind of destination; ten by default.
"""

from __future__ import annotations

import os
import pickle
import random
import re
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from briefgen.publish.deploy.plan import Target
from briefgen.publish.output import MANIFEST
from tests.conftest import REPOSITORY
from tests.publish.deploy.conftest import Built, Place, deployed

KILLS = int(os.environ.get("BRIEFGEN_KILLS", "10"))
THEIRS = {"theirs.txt": b"theirs", "a/CNAME": b"desk.example\n"}


def _site(number: int) -> dict[str, bytes]:
    """One of the states of a site: twelve pages that need a style sheet of their own, and a page that comes and goes."""
    style = f"style.{number:010x}.css"
    pages = {
        f"{name}/index.html": b"<html>%s %d needs %s</html>" % (name.encode(), number, style.encode())
        for name in "abcdefghijk"
    }
    return {"index.html": b"<html>front %d needs %s</html>" % (number, style.encode()),
            f"only-{number % 3}/index.html": b"<html>once</html>", **pages, style: b"css %d" % number}  # fmt: skip


_ALONE = """\
import pickle, sys
target, output = pickle.load(sys.stdin.buffer)
from tests.publish.deploy.conftest import deployed
if "s3" in type(target).__module__: target._store
sys.stdout.write("ready"), sys.stdout.flush(), deployed(target, output)
"""


def _killed_after(seconds: float, target: Target, output: Path) -> bool:
    """Deploy in a process of its own and kill it, with all that it began, so long after; whether it was in time."""
    alone = subprocess.Popen(
        [sys.executable, "-c", _ALONE],
        cwd=REPOSITORY,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    assert alone.stdin and alone.stdout
    with alone.stdin, alone.stdout:
        alone.stdin.write(pickle.dumps((replace(target), output)))  # type: ignore[type-var]  # without its connections
        alone.stdin.close()
        assert alone.stdout.read(5) == b"ready"
        try:
            assert alone.wait(seconds) == 0
        except subprocess.TimeoutExpired:
            os.killpg(alone.pid, signal.SIGKILL)
            alone.wait()
            return True
    return False


def _shown(place: Place) -> dict[str, bytes]:
    """What readers are shown: without the manifest, and without what was being written when the process was killed."""
    held = place.holds()
    return {n: d for n, d in held.items() if n != MANIFEST and not n.endswith(".briefgen-new") and ".~tmp~" not in n}


def _works(now: Mapping[str, bytes], states: list[dict[str, bytes]]) -> None:
    """Every file is whole and of one of the states, everybody else's is there, and a page's style sheet is."""
    for name, data in now.items():
        assert data in [state[name] for state in [*states, THEIRS] if name in state], name
        if needed := re.search(rb"needs (style\.\w+\.css)", data):
            assert needed[1].decode() in now, (name, needed[1])
    assert now.keys() >= {*THEIRS, "index.html", "a/index.html", "k/index.html"}


@pytest.mark.skipif(not hasattr(os, "killpg"), reason="kills processes as POSIX does")
def test_a_process_killed_at_any_moment_loses_nothing_and_the_next_deploy_mends_it(place: Place, site: Built) -> None:
    at_random, target = random.Random(7), place.target
    if "/desk/" in target.name:
        pytest.skip("s3rver shows an object while it comes in, as no real store does")
    deployed(target, site.with_files(_site(0)))
    for name, data in THEIRS.items():
        place.put(name, data)
    output = site.with_files(_site(1))
    started = time.perf_counter()
    deployed(target, output)
    took, cut, mended = time.perf_counter() - started, 0, 0
    for number in range(2, 40 * KILLS):
        after = _site(number)
        was_cut = _killed_after(at_random.uniform(0, 1.4) * took, target, site.with_files(after))
        now = _shown(place)
        _works(now, [_site(max(0, each)) for each in range(number - 3, number + 1)])
        if at_random.random() < 0.3:  # the desk goes back on it before the next deploy
            after = _site(number - 1)
            site.with_files(after)
        if was_cut:
            cut += 1
            mended += now.keys() & set(after) != set(after) or any(now[name] != after[name] for name in after)
        deployed(target, site.output)
        left = {name: data for name, data in _shown(place).items() if not name.startswith("style.")}
        wanted = {name: data for name, data in after.items() if not name.startswith("style.")} | THEIRS
        assert left == wanted, number
        if cut >= KILLS:
            break
    print(f"{place.target.name}: {cut} deploys killed, {mended} of them before all was there")
    assert cut >= KILLS and mended
