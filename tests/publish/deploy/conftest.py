"""Destinations on this machine: a folder, a bare repository, a server over ssh, an object store; each begun and ended here."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha1
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import ClassVar
from urllib.error import HTTPError
from urllib.parse import unquote
from urllib.request import urlopen

import pytest

from briefgen.model.site import Page
from briefgen.publish.deploy.folder import Folder
from briefgen.publish.deploy.git import Git
from briefgen.publish.deploy.netlify import Netlify
from briefgen.publish.deploy.plan import Plan, Target, planned, site_of
from briefgen.publish.deploy.rsync import Rsync
from briefgen.publish.deploy.s3 import Store
from briefgen.publish.output import publish
from tests.conftest import REPOSITORY, serving


@dataclass
class Place:
    """A destination: the target, what it holds, and a way to put somebody else's file there."""

    target: Target
    holds: Callable[[], dict[str, bytes]]
    put: Callable[[str, bytes], None]


@dataclass
class Built:
    """A built site that can be built again with other files."""

    output: Path
    state: Path

    def with_files(self, files: dict[str, bytes]) -> Path:
        publish([Page(path, body) for path, body in files.items()], self.output, self.state)
        return self.output


@pytest.fixture
def site(tmp_path: Path) -> Built:
    return Built(tmp_path / "site", tmp_path / ".briefgen")


def tree(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def waited_for(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        if process.poll() is not None:
            raise AssertionError(f"the server ended with {process.returncode}")
        with socket.socket() as tried:
            if tried.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError("the server does not listen")


@contextmanager
def begun(port: int, command: Sequence[str | Path]) -> Iterator[None]:
    """A server of its own process that listens on this port; ends with the block, whatever happens."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        waited_for(port, process)
        yield
    finally:
        process.terminate()
        process.wait()


def deployed(target: Target, output: Path, **allowed: object) -> Plan:
    """Work out what has to be done for a built site, and do it."""
    plan = planned(site_of(output), target.look(), **allowed)  # type: ignore[arg-type]
    if not plan.is_nothing:
        target.carry_out(plan, output, lambda step, done, total: None)
    return plan


@pytest.fixture(params=["folder", "git", "rsync", "s3", "s3rver", "netlify"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    return request.getfixturevalue(f"{request.param}_place")  # type: ignore[no-any-return]


@pytest.fixture
def folder_place(tmp_path: Path) -> Place:
    there = tmp_path / "there"

    def put(name: str, data: bytes) -> None:
        (there / name).parent.mkdir(parents=True, exist_ok=True)
        (there / name).write_bytes(data)

    return Place(Folder(there), lambda: tree(there), put)


@pytest.fixture(scope="session")
def git_host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """A host of git repositories on a free port: its address, and the folder that it shows; ends with the tests."""
    folder, port = tmp_path_factory.mktemp("git"), free_port()
    where = [f"--base-path={folder}", "--export-all", "--enable=receive-pack", "--listen=127.0.0.1", f"--port={port}"]
    with begun(port, ["git", "daemon", *where]):
        yield f"git://127.0.0.1:{port}", folder


@pytest.fixture
def git_place(tmp_path: Path, git_host: tuple[str, Path]) -> Place:
    host, folder = git_host
    name, work = f"{os.urandom(4).hex()}.git", tmp_path / "work"
    bare = folder / name
    subprocess.run(["git", "init", "-q", "--bare", bare], check=True)
    identity = ["-c", "user.name=Somebody", "-c", "user.email=somebody@desk.example"]

    def git(*arguments: str, check: bool = True) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(["git", *identity, *arguments], check=check, capture_output=True)

    def holds() -> dict[str, bytes]:
        shutil.rmtree(work, ignore_errors=True)
        if git("clone", "-q", "-b", "gh-pages", str(bare), str(work), check=False).returncode:
            return {}
        return {name: data for name, data in tree(work).items() if not name.startswith(".git/")}

    def put(name: str, data: bytes) -> None:
        if not holds():
            shutil.rmtree(work, ignore_errors=True)
            git("init", "-q", "-b", "gh-pages", str(work))
            git("-C", str(work), "remote", "add", "origin", str(bare))
        (work / name).parent.mkdir(parents=True, exist_ok=True)
        (work / name).write_bytes(data)
        git("-C", str(work), "add", "-A")
        git("-C", str(work), "commit", "-q", "-m", "Somebody else's")
        git("-C", str(work), "push", "-q", "origin", "gh-pages")

    return Place(Git(f"{host}/{name}", "gh-pages", tmp_path / "store.git"), holds, put)


@pytest.fixture(scope="session")
def sshd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, Path]]:
    """An ssh server of our own on a free port, with a key of its own; ends with the tests."""
    server = shutil.which("sshd") or "/usr/sbin/sshd"
    if not Path(server).exists() or not shutil.which("rsync"):
        pytest.skip("needs sshd and rsync")
    folder = tmp_path_factory.mktemp("sshd")
    folder.chmod(0o700)
    for name in ("host", "user"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / name], check=True)
    shutil.copy(folder / "user.pub", folder / "authorized")
    port = free_port()
    settings = f"""\
Port {port}
ListenAddress 127.0.0.1
HostKey {folder}/host
PidFile {folder}/pid
AuthorizedKeysFile {folder}/authorized
StrictModes no
UsePAM no
PasswordAuthentication no
"""
    (folder / "config").write_text(settings)
    Path("/run/sshd").mkdir(exist_ok=True)
    with begun(port, [server, "-D", "-e", "-f", folder / "config"]):
        yield port, folder


@pytest.fixture
def rsync_place(tmp_path: Path, sshd: tuple[int, Path]) -> Place:
    port, keys = sshd
    there = tmp_path / "over there"
    ssh = ("ssh", "-o", "BatchMode=yes", "-p", str(port), "-i", str(keys / "user"),
           "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR")  # fmt: skip

    def put(name: str, data: bytes) -> None:
        (there / name).parent.mkdir(parents=True, exist_ok=True)
        (there / name).write_bytes(data)

    return Place(Rsync(f"127.0.0.1:{there}", ssh), lambda: tree(there), put)


@pytest.fixture(scope="session")
def moto() -> Iterator[str]:
    """An object store on a free port; ends with the tests."""
    port = free_port()
    with begun(port, [sys.executable, "-W", "ignore", "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]):
        yield f"http://127.0.0.1:{port}"


@pytest.fixture(scope="session")
def s3rver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Another object store, with one bucket called desk, on a free port; ends with the tests."""
    program = REPOSITORY / ".venv/node/node_modules/.bin/s3rver"
    if not program.exists():
        pytest.skip("needs s3rver")
    port, folder = free_port(), tmp_path_factory.mktemp("s3rver")
    where = ["-d", folder, "-a", "127.0.0.1", "-p", str(port), "--configure-bucket", "desk", "--silent"]
    with begun(port, [program, *where]):
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
def s3rver_place(s3rver: str, monkeypatch: pytest.MonkeyPatch) -> Place:
    return _store_place(s3rver, f"desk/{os.urandom(4).hex()}", "S3RVER", monkeypatch)


@pytest.fixture
def s3_place(moto: str, monkeypatch: pytest.MonkeyPatch) -> Place:
    bucket = f"desk-{os.urandom(4).hex()}"
    try:
        urlopen(_put_request(f"{moto}/{bucket}")).close()  # noqa: S310
    except HTTPError as error:
        raise AssertionError(error.read()) from error
    return _store_place(moto, f"{bucket}/at", "testing", monkeypatch)


def _store_place(endpoint: str, where: str, key: str, monkeypatch: pytest.MonkeyPatch) -> Place:
    for name in ("ACCESS_KEY_ID", "SECRET_ACCESS_KEY"):
        monkeypatch.setenv(f"AWS_{name}", key)
    obstore = pytest.importorskip("obstore")
    from obstore.store import from_url

    url, options = f"s3://{where}", {"endpoint": endpoint, "region": "us-east-1"}
    store = from_url(url, client_options={"allow_http": True}, **options)

    def holds() -> dict[str, bytes]:
        names = [meta["path"] for batch in obstore.list(store) for meta in batch]
        return {name: bytes(obstore.get(store, name).bytes()) for name in names}

    return Place(Store(url, tuple(options.items())), holds, lambda name, data: obstore.put(store, name, data))


class _Host(BaseHTTPRequestHandler):
    """What Netlify says it does, on this machine: deploys by a table of SHA-1, shown whole once all of it is there."""

    blobs: ClassVar[dict[str, bytes]] = {}
    sites: ClassVar[dict[str, dict[str, str]]] = {}
    deploys: ClassVar[dict[str, tuple[str, dict[str, str]]]] = {}
    busy: ClassVar[list[int]] = []  # answers to give before the real one

    def log_message(self, format: str, *arguments: object) -> None:
        pass

    def _answer(self, said: object = None, status: int = 200, raw: bytes | None = None) -> None:
        body = json.dumps(said).encode() if raw is None else raw
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        try:
            self.end_headers()
            self.wfile.write(body)
        except ConnectionError:
            pass  # who asked was killed

    def _handle(self) -> None:
        data = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        parts = [unquote(part) for part in self.path.strip("/").split("/")]
        if self.headers["Authorization"] != "Bearer a-key":
            return self._answer({}, 401)
        if self.busy:
            return self._answer({}, self.busy.pop())
        if parts[0] == "sites":
            return self._site(parts[1], parts[2:], data)
        site, files = self.deploys[parts[1]]
        if parts[2:3] == ["files"]:
            path = "/".join(parts[3:])
            sha = sha1(data, usedforsecurity=False).hexdigest()
            if files.get(path) != sha:
                return self._answer({}, 422)
            self.blobs[sha] = data
        is_whole = all(sha in self.blobs for sha in files.values())
        if is_whole:
            self.sites[site] = files
        return self._answer({"id": parts[1], "state": "ready" if is_whole else "uploading"})

    def _site(self, site: str, rest: list[str], data: bytes) -> None:
        shown = self.sites.setdefault(site, {})
        if rest == ["files"]:
            return self._answer([{"path": f"/{path}", "sha": sha} for path, sha in shown.items()])
        if rest[0] == "files":
            return self._answer(raw=self.blobs[shown["/".join(rest[1:])]])
        files = {path.lstrip("/"): sha for path, sha in json.loads(data)["files"].items()}
        name = os.urandom(4).hex()
        self.deploys[name] = site, files
        missing = sorted({sha for sha in files.values() if sha not in self.blobs})
        if not missing:
            self.sites[site] = files
        return self._answer({"id": name, "required": missing, "state": "ready" if not missing else "uploading"})

    do_GET = do_POST = do_PUT = _handle


@pytest.fixture(scope="session")
def netlify_host() -> Iterator[str]:
    with serving(_Host) as url:
        yield url


@pytest.fixture
def netlify_place(netlify_host: str) -> Place:
    site = f"{os.urandom(4).hex()}.netlify.app"

    def put(name: str, data: bytes) -> None:
        sha = sha1(data, usedforsecurity=False).hexdigest()
        _Host.blobs[sha] = data
        _Host.sites[site] = {**_Host.sites.get(site, {}), name: sha}

    def holds() -> dict[str, bytes]:
        return {path: _Host.blobs[sha] for path, sha in _Host.sites.get(site, {}).items()}

    return Place(Netlify(site.removesuffix(".netlify.app"), "a-key", netlify_host), holds, put)


def _put_request(url: str) -> object:
    from urllib.request import Request

    return Request(url, method="PUT")  # noqa: S310
