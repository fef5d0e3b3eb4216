"""What other programs use: a desk put together in memory, with every page, every problem and the graph of claims.

    from briefgen import assemble

    desk = assemble("my-desk")
    for claim in desk.graph.claims.values():
        print(claim.contest, claim.fact.text, [str(answer.statement.denial.text) for answer in claim.answers])

`briefgen`, `briefgen.model` and what is written in the documentation stay as they are from one minor version
to the next; other modules may change at any time.
"""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from briefgen import assembly
from briefgen.assembly import Assembled
from briefgen.model.entries import Marking
from briefgen.model.problems import BriefgenError
from briefgen.model.site import Page
from briefgen.project.settings import Project, find_root, load

__all__ = ["Assembled", "BriefgenError", "Page", "Project", "assemble"]


def assemble(
    desk: str | os.PathLike[str] | Project,
    *,
    drafts: bool = False,
    future: bool = False,
    max_marking: Marking | None = None,
    now: datetime | None = None,
    jobs: int = 1,
) -> Assembled[Page]:
    """Read, join, check and render a desk, writing nothing.

    `desk` is its folder, or one inside it, or a project whose settings have been read. `now` is the
    moment that embargoes and future dates are held against, the present one by default; `drafts`, `future` and
    `max_marking` mean what the options of `briefgen build` mean. `pages` come in the order in which they
    are written, `problems` by file and line; wrong content is no exception. Raises BriefgenError where
    there is no desk.
    """
    project = desk if isinstance(desk, Project) else load(find_root(Path(desk).absolute()))
    most = max_marking or project.audience.max_marking
    audience = replace(project.audience, drafts=drafts, future=future, max_marking=most)
    return assembly.assemble(project, audience=audience, now=now or datetime.now(UTC), put=_kept, jobs=jobs)


def _kept(page: Page) -> Page:
    return page
