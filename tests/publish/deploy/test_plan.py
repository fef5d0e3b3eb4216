"""A plan is worked out from hashes alone, and what it will not do it says."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefgen.model.problems import BriefgenError
from briefgen.publish.deploy.plan import Far, far_from, headers_of, planned
from briefgen.publish.output import MANIFEST

FILES = st.dictionaries(
    st.sampled_from([f"{n}/index.html" for n in range(6)] + ["feed.xml", "s.0123456789.css"]),
    st.sampled_from("abc"),
    min_size=1,
)


def carried_out(far: Far, site: dict[str, str], steps: int = 99) -> dict[str, str]:
    """What the far end holds after the first steps of a plan; hashes stand for files."""
    plan = planned(site, far, most_deletions=99)
    there = {**far.ours, **far.stale, **dict.fromkeys(far.foreign, "theirs")}
    for path in plan.uploads[:steps]:
        there[path] = site[path]
    for path in plan.deletions[: max(0, steps - len(plan.uploads))]:
        there.pop(path, None)
    return there


@given(before=FILES, after=FILES, later=FILES, steps=st.integers(0, 12))
def test_cut_short_anywhere_the_next_deploy_makes_it_the_site_whatever_that_is_by_then(
    before: dict[str, str], after: dict[str, str], later: dict[str, str], steps: int
) -> None:
    first = planned(before, Far())
    far = far_from(first.after, [*before, "theirs.txt"])
    cut = carried_out(far, after, steps)
    assert cut["theirs.txt"] == "theirs"
    plan = planned(after, far, most_deletions=99)
    begun = far_from(plan.before, [*cut, MANIFEST])
    assert begun.foreign == {"theirs.txt"}
    again = planned(later, begun, most_deletions=99)
    done = dict(cut) | {path: later[path] for path in again.uploads}
    left = {path: sha for path, sha in done.items() if path not in again.deletions and path != "theirs.txt"}
    stale = {path for path in (*before, *after) if path.endswith(".css") and path not in later}
    assert {path: sha for path, sha in left.items() if path not in stale} == later


def test_the_order_is_assets_pages_feeds() -> None:
    site = {"index.html": "1", "feed.xml": "2", "a/index.html": "3", "style.0123456789.css": "4", "a/feed.xml": "5"}
    assert planned(site, Far()).uploads[0] == "style.0123456789.css" and planned(site, Far()).uploads[-2:] == (
        "feed.xml",
        "index.html",
    )


def test_an_empty_site_is_never_deployed() -> None:
    with pytest.raises(BriefgenError, match="empty"):
        planned({}, far_from(json.dumps({"files": {"index.html": "1"}}).encode(), ["index.html"]))


@pytest.mark.parametrize("damaged", [b"", b"[]", b'{"files": 3}', b"\xff"])
def test_a_damaged_manifest_is_said_to_be(damaged: bytes) -> None:
    with pytest.raises(BriefgenError, match="damaged"):
        planned({"index.html": "1"}, far_from(damaged, ["index.html"]), adopt=True)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("index.html", "text/html; charset=utf-8"),
        ("feed.xml", "application/xml; charset=utf-8"),
        ("CNAME", "application/octet-stream"),
        ("a.b/CNAME", "application/octet-stream"),
        ("x.PNG", "image/png"),
    ],
)
def test_the_type_of_a_file(path: str, kind: str) -> None:
    assert headers_of(path)["Content-Type"] == kind
