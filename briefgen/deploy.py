"""From a desk to the world: build strictly, see what is there, work out a plan, carry it out, read back.

Nothing goes out of a build that failed or warns. What the plan is, is said before it is carried out.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

from briefgen.build import Built, build
from briefgen.disk.below import Below
from briefgen.disk.lock import patiently
from briefgen.model.audience import Audience
from briefgen.model.net import Net
from briefgen.model.problems import BriefgenError
from briefgen.project.settings import Destination, Project
from briefgen.publish.deploy.folder import Folder
from briefgen.publish.deploy.git import Git
from briefgen.publish.deploy.hosts import Snapshot
from briefgen.publish.deploy.netlify import API, Netlify
from briefgen.publish.deploy.plan import FAILED, Plan, Progress, Target, far_from, planned, site_of
from briefgen.publish.deploy.reader import answer_of
from briefgen.publish.deploy.rsync import Rsync
from briefgen.publish.deploy.s3 import Store
from briefgen.publish.output import locked

MOST_READ_BACK = 20
_PATIENCE = (0, 2, 4, 8, 16)  # seconds before each look: a host may take a while to show what it has
_PATIENT = ("-o", "ConnectTimeout=30", "-o", "ServerAliveInterval=15")  # unless the destination says otherwise
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A site that has been built and compared with its destination; `plan` is None where it was not built."""

    built: Built
    target: Target
    output: Path
    state: Path
    copy: Path  # of the manifest at the far end, as we left it
    site: Mapping[str, str] = field(default_factory=dict)
    plan: Plan | None = None


def chosen(project: Project, name: str) -> Destination:
    """The destination of that name; the only one where none is named; a folder where the name is a path.

    Raises BriefgenError where there is none, or more than one to choose from.
    """
    known = project.destinations
    if name in known:
        return known[name]
    if name and ("/" in name or "\\" in name or Path(name).is_dir()):
        return Destination(name, "folder", os.path.abspath(name))
    if not name and len(known) == 1:
        return next(iter(known.values()))
    listed = (
        f"Known are: {', '.join(known)}."
        if known
        else "Settings begin with [deploy.NAME], kind and to; or name a folder."
    )
    raise BriefgenError(f"no destination {name!r}" if name else "say where to", listed)


def prepare(
    project: Project,
    destination: Destination,
    *,
    audience: Audience,
    now: datetime,
    jobs: int,
    adopt: bool = False,
    most_deletions: int | None = None,
    say: Say = lambda step: None,
) -> Prepared:
    """Build strictly and work out what a deploy would do. Raises BriefgenError (code 3) where it may not be done."""
    project = _for(destination, project)
    built = build(project, audience=audience, now=now, strict=True, jobs=jobs, say=say)
    target = target_of(destination, project)
    copy = project.state / "deploy" / f"{_digest(destination)}.json"
    if built.published is None:
        return Prepared(built, target, project.output, project.state, copy)
    built.remember()
    if not built.counts[0]:
        hint = "Publish a brief first. A site that shall go altogether is taken down at its destination."
        raise BriefgenError("no brief is published: nothing is deployed from an empty desk", hint, code=FAILED)
    say("look")
    most = destination.max_deletes if most_deletions is None else most_deletions
    site = site_of(project.output)
    far = target.look()
    if far.damage and copy.is_file():  # by a store that shows a file while it comes in, or by hand
        far = far_from(copy.read_bytes(), far.files)
    plan = planned(site, far, adopt=adopt, most_deletions=most)
    return Prepared(built, target, project.output, project.state, copy, site, plan)


def _for(destination: Destination, project: Project) -> Project:
    """The project as the destination wants it; for an address of its own in a folder of its own.

    So each of the two is built from its own memory, and the output is what `briefgen build` made of it.
    """
    url = destination.base_url or project.site.base_url
    if url == project.site.base_url:
        return project
    is_usual = project.output == project.root / "site"
    output = project.state / "deploy" / _digest(destination) / "site" if is_usual else project.output
    return replace(project, output=output, site=replace(project.site, base_url=url))


def _digest(destination: Destination) -> str:
    said = f"{destination.kind} {destination.to} {destination.branch}"
    return sha256(os.fsencode(said)).hexdigest()[:12]


def target_of(destination: Destination, project: Project) -> Target:
    """What carries a plan out at a destination."""
    if destination.kind == "folder":
        return Folder(Path(os.path.abspath(project.root / destination.to)))
    if destination.kind == "git":
        store = project.state / "deploy" / f"{_digest(destination)}.git"
        is_here = ":" not in destination.to  # git would look for it from wherever the program was begun
        remote = os.path.abspath(project.root / destination.to) if is_here else destination.to
        return Git(remote, destination.branch, store, destination.message)
    if destination.kind == "rsync":
        return Rsync(destination.to, ("ssh", "-o", "BatchMode=yes", *destination.ssh, *_PATIENT))
    if destination.kind == "netlify" and (token := os.environ.get("NETLIFY_AUTH_TOKEN")):
        return Netlify(destination.to, token, destination.endpoint or API)
    if destination.kind in ("netlify", "cloudflare"):
        return Snapshot(destination.kind, destination.to, destination.base_url)
    options = {"region": destination.region, "endpoint": destination.endpoint}
    return Store(destination.to, tuple((name, value) for name, value in options.items() if value))


def carry_out(prepared: Prepared, say: Progress) -> None:
    """Do what was planned, unless there is nothing to do. Nobody builds meanwhile.

    Raises BriefgenError (code 3) where the site is no longer the one that the plan was made for.
    """
    assert prepared.plan is not None
    if prepared.plan.is_nothing:
        return
    with closing(patiently(lambda: locked(prepared.state), lambda step: say(step, 0, 0))):
        if site_of(prepared.output) != prepared.site:
            raise BriefgenError("the site has been built anew since the plan was made", "Deploy again.", code=FAILED)
        _as_built(prepared)
        prepared.copy.parent.mkdir(parents=True, exist_ok=True)
        _keep(prepared.copy, prepared.plan.before)
        prepared.target.carry_out(prepared.plan, prepared.output, say)
        _keep(prepared.copy, prepared.plan.after)


def _as_built(prepared: Prepared) -> None:
    """Raises BriefgenError (code 3) where a file that would be sent is not what was built: a link, or other bytes."""
    assert prepared.plan is not None
    for path in prepared.plan.uploads:
        data = Below(prepared.output).read(path)
        if data is None or sha256(data).hexdigest() != prepared.site[path]:
            hint = f"Delete {prepared.state}, and deploy again: then the site is made anew."
            raise BriefgenError(f"{prepared.output / path} is not as it was built", hint, code=FAILED)


def _keep(copy: Path, manifest: bytes) -> None:
    """Keep what is known of the far end: whole, or as it was before."""
    new = copy.with_suffix(".new")
    new.write_bytes(manifest)
    new.replace(copy)


def unlike(url: str, prepared: Prepared, wait: Callable[[float], None] = time.sleep) -> tuple[str, ...]:
    """Which of the files that were sent do not come back from the site's address as they were sent.

    At most MOST_READ_BACK are asked for, again and again for half a minute: hosts take their time.
    """
    assert prepared.plan is not None
    sums = prepared.site
    asked = dict.fromkeys(("index.html", *prepared.plan.uploads, *sums))
    left = [path for path in asked if path in sums and not path.startswith((".", "_"))][:MOST_READ_BACK]
    for pause in _PATIENCE:
        wait(pause)
        left = [path for path in left if not _comes_back(url, path, sums)]
        if not left:
            break
    return tuple(left)


def _comes_back(url: str, path: str, sums: Mapping[str, str]) -> bool:
    shown = path.removesuffix("index.html") if path.endswith("/index.html") or path == "index.html" else path
    try:
        answer = answer_of(f"{url.rstrip('/')}/{quote(shown)}")
    except OSError:
        return False
    return answer is not None and sha256(answer).hexdigest() == sums[path]


def lines(prepared: Prepared, *, in_public: bool = False) -> Iterator[str]:
    """A plan as a person reads it: each file that goes, each that is taken away, and the counts.

    In public what is taken away because it is withheld now is not named: the site no longer does so either.
    """
    plan = prepared.plan
    assert plan is not None
    net = Net.of(prepared.built.withheld if in_public else ())
    yield from (f"  put     {path}" for path in plan.uploads)
    for path in plan.deletions:
        is_withheld = next(net.caught(path), None) is not None
        yield "  delete  a file of what is withheld" if is_withheld else f"  delete  {path}"
    yield (
        f"{len(plan.uploads):,} to put, {len(plan.deletions):,} to delete, {plan.unchanged:,} unchanged"
        f" at {prepared.target.name}"
    )
