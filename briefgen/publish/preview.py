"""A site on this machine while it is being written: served from a folder, watched, and reloaded in the browser.

python-livereload's server and handlers do the talking; what they leave to polling, to chance or to
anybody is decided here: changes come from the system (watchfiles), a build runs in a process of its
own and is told to the browser when it is done, however soon after the last one, and only hosts and
origins of this preview are answered. What is served is what was built; the script that reloads is put
into the response, never into a file.
"""

from __future__ import annotations

import ipaddress
import json
import logging
import os
import re
import secrets
import socket
import threading
import webbrowser
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from dataclasses import asdict, dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any, ClassVar, Literal, get_args

from livereload import Server
from livereload.handlers import LiveReloadHandler
from livereload.watcher import Watcher
from tornado import web
from tornado.httpserver import HTTPServer
from tornado.ioloop import IOLoop

from briefgen.model.headers import safe_headers, type_of
from briefgen.model.problems import BriefgenError
from briefgen.model.site import ASSETS
from briefgen.model.text import forbidden
from briefgen.publish.watching import changes

OWN = "__preview__/"  # what of the preview itself is served, below the site's base path
PORTS = 20  # ports that are tried, from the one asked for upward
_MOST_SAID = 64 * 1024  # bytes that a page may say at once


@dataclass(frozen=True, slots=True)
class Fault:
    """A problem as the browser shows it: where, which rule, what, the line itself and what may help."""

    where: str
    rule: str
    message: str
    line: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a build came to: its faults, a line for the terminal, and whether it is what is served now."""

    faults: tuple[Fault, ...] = ()
    line: str = ""
    is_shown: bool = True


@dataclass(frozen=True, slots=True)
class Address:
    """Where a preview listens, and below which path the site stands."""

    host: str
    port: int
    base: str = "/"

    @property
    def url(self) -> str:
        """What a person types into a browser."""
        shown = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{shown}:{self.port}{self.base}"

    def allowed(self) -> frozenset[str]:
        """The hosts that this preview answers to."""
        names = {"localhost", "127.0.0.1", "[::1]", f"[{self.host}]" if ":" in self.host else self.host}
        return frozenset(f"{name}:{self.port}" for name in names) | (names if self.port == 80 else frozenset())


Verdict = Literal["accept", "reject", "undo"]


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decided on a proposal, in the browser; or that the last decision is to be taken back.

    One that only rehearses changes nothing: its answer says what would be decided along with it.
    """

    verdict: Verdict
    brief: str = ""
    id: str = ""
    rehearses: bool = False


Decide = Callable[[Decision], str]


@dataclass(slots=True)
class _State:
    """What the handlers know: the folder that is served, who may ask, and how the last build went.

    `token` is what a page of this preview shows when it decides on a proposal; without it nobody may.
    """

    folder: Path
    address: Address
    outcome: Outcome = field(default_factory=Outcome)
    build: int = 0
    decide: Decide | None = None
    token: str = ""

    def told(self) -> dict[str, object]:
        """How the last build went, and its number: a page that was served before it must be read again."""
        faults = [asdict(fault) for fault in self.outcome.faults]
        return {"build": self.build, "shown": self.outcome.is_shown, "faults": faults}

    def page(self, page: bytes) -> bytes:
        """A page as it is served."""
        return with_script(page, self.address.base, self.build, self.token)


def serve(
    folder: Path,
    watched: Iterable[Path],
    looked_at: Iterable[Path],
    rebuild: Callable[[], Future[Outcome]],
    say: Callable[[str], None],
    *,
    host: str,
    port: int,
    base: str = "/",
    decide: Decide | None = None,
    opens: bool = False,
) -> None:
    """Serve a folder until the process is interrupted, building anew whenever a watched folder changes.

    `rebuild` begins a build and gives its outcome later; `looked_at` are single files whose change
    counts too. `decide` carries out what a person decides on a proposal, and gives a sentence for it; it is
    asked only where the preview listens to this machine alone. Raises BriefgenError where no port can be had.
    """
    logging.getLogger("tornado").setLevel(logging.CRITICAL)  # what was refused is told to who asked, and to nobody else
    sockets, taken = _listen(host, port)
    address = Address(host, sockets[0].getsockname()[1], base)
    if taken:
        say(f"Port {port} is taken; this is port {address.port}.")
    state = _State(folder, address)
    if decide is not None and ipaddress.ip_address(sockets[0].getsockname()[0]).is_loopback:
        state.decide, state.token = decide, secrets.token_urlsafe(16)
    server = HTTPServer(_Preview(state).tornado(), max_body_size=_MOST_SAID)
    server.add_sockets(sockets)
    loop = IOLoop.current()
    stop = threading.Event()

    def told(outcome: Outcome, changed: frozenset[str]) -> None:
        state.outcome = outcome
        state.build += 1
        say(outcome.line)
        _Live.tell(state, changed)

    def build(changed: frozenset[str]) -> None:
        outcome = rebuild().result()
        loop.add_callback(told, outcome, changed)

    def work() -> None:
        try:
            build(frozenset())
            say(f"Serving {address.url}  (Ctrl-C ends it)")
            if opens:
                webbrowser.open(address.url)
            for changed in changes(list(watched), list(looked_at), stop):
                build(changed)
        except BaseException as error:
            if not stop.is_set():
                failed.append(error)
                loop.add_callback(loop.stop)

    failed: list[BaseException] = []
    threading.Thread(target=work, daemon=True).start()
    try:
        loop.start()
    finally:
        stop.set()
        server.stop()
    if failed:
        raise failed[0]


def _listen(host: str, port: int) -> tuple[list[socket.socket], bool]:
    """A socket on the first free port from the one asked for, and whether that one was taken."""
    for candidate in range(port, min(port + PORTS, 65_536)) if port else (0,):
        try:
            return [_bound(host, candidate)], candidate != port
        except OSError as error:
            if error.errno not in _ELSEWHERE:
                raise BriefgenError(f"cannot listen on {host}:{candidate}: {error.strerror}") from error
    raise BriefgenError(f"ports {port} to {port + PORTS - 1} are taken", "Name another with -p.")


def _bound(host: str, port: int) -> socket.socket:
    """A listening socket; tornado's own way to one leaves it open where the port is taken."""
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    made = socket.socket(family, kind, protocol)
    try:
        if os.name != "nt":
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind(address)
        made.listen(128)
        made.setblocking(False)
    except OSError:
        made.close()
        raise
    return made


_ELSEWHERE = frozenset((13, 98, 48, 10013, 10048))  # EACCES, EADDRINUSE on Linux, macOS and Windows


# ---- talking -------------------------------------------------------------------------------------------------------


class _NoPolling(Watcher):  # type: ignore[misc]
    """livereload's watcher, which has nothing to do: changes come from the system."""

    def start(self, callback: object) -> bool:
        """Say that watching has begun."""
        return True


def _is_own(origin: str, address: Address) -> bool:
    """Whether an origin is this preview."""
    return origin in {f"http://{host}" for host in address.allowed()}


class _Guarded(web.RequestHandler):
    """Answers nobody who asks for another host, lets nothing be stored, and no other page put a frame around it."""

    def initialize(self, state: _State, **rest: Any) -> None:
        """Take what the application gives."""
        self.state = state

    def prepare(self) -> None:
        """Refuse a request for a host that is not this preview's: a page elsewhere may have had its name rebound."""
        if self.request.host not in self.state.address.allowed():
            self.refuse(421, "This preview answers to its own host alone.")

    def refuse(self, status: int, why: str) -> None:
        """End with a status and a sentence."""
        self.set_status(status)
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.finish(f"{why}\n")

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """What went wrong, in the words of its status: nothing of how."""
        self.refuse(status_code, self._reason)

    def set_default_headers(self) -> None:
        """What every answer has: a refusal and an error too."""
        self.set_header("Cache-Control", "no-store")
        self.send_along(safe_headers())

    def send_along(self, headers: Mapping[str, str]) -> None:
        """Set headers, in the place of those that are set."""
        for name, value in headers.items():
            self.set_header(name, value)


class _Live(_Guarded, LiveReloadHandler):  # type: ignore[misc]
    """The WebSocket over which the browser is told of a build: at once, however soon after the last."""

    waiters: ClassVar[set[Any]] = set()
    watcher = _NoPolling()
    live_css = True

    def check_origin(self, origin: str) -> bool:
        """Only pages of this preview may listen."""
        return _is_own(origin, self.state.address)

    def open(self, *arguments: str) -> None:
        """Somebody listens: tell how the last build went."""
        _Live.waiters.add(self)
        self.write_message(json.dumps({"style": False} | self.state.told()))

    def on_message(self, message: str | bytes) -> None:
        """Nothing that a browser says is needed."""

    def on_close(self) -> None:
        """Somebody has gone."""
        _Live.waiters.discard(self)

    @classmethod
    def tell(cls, state: _State, changed: frozenset[str]) -> None:
        """Tell everybody who listens of a build."""
        is_style = bool(changed) and all(path.endswith(".css") for path in changed)
        message = json.dumps({"style": is_style} | state.told())
        for waiter in tuple(cls.waiters):
            waiter.write_message(message)


class _Files(_Guarded, web.StaticFileHandler):
    """The built files, as they are; a page with the script that reloads it."""

    def initialize(self, state: _State) -> None:  # type: ignore[override]
        """Serve the folder of the site."""
        _Guarded.initialize(self, state)
        web.StaticFileHandler.initialize(self, str(state.folder), "index.html")

    def prepare(self) -> None:
        """Refuse what cannot be the name of a file."""
        super().prepare()
        if not self._finished and forbidden(self.path_args[0]):
            self.refuse(400, "No address holds such a character.")

    def get_content(  # type: ignore[override]
        self, abspath: str, start: int | None = None, end: int | None = None
    ) -> bytes:
        """A file's bytes; of a page with the script in its head."""
        data = Path(abspath).read_bytes()
        return (self.state.page(data) if self._is_page(abspath) else data)[start:end]

    def set_extra_headers(self, path: str) -> None:
        """Let a page run the preview's script; whatever else there is runs nothing."""
        assert self.absolute_path is not None
        if self._is_page(self.absolute_path):
            self.send_along(safe_headers(scripts=True))

    def get_content_type(self) -> str:
        """The type of the file, the same on every machine."""
        return type_of(str(self.absolute_path))

    def _is_page(self, file: str) -> bool:
        """Whether a file is a page that was made, and not one that was copied."""
        return file.endswith(".html") and not Path(file).is_relative_to(Path(self.root, ASSETS).resolve())

    def get_content_size(self) -> int:
        """How long the answer is."""
        assert self.absolute_path is not None
        return len(self.get_content(self.absolute_path))

    def compute_etag(self) -> None:
        """Nothing is stored, so nothing is compared."""

    def should_return_304(self) -> bool:
        """A preview is always read anew."""
        return False

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """The site's own page for what is not there; a bare one before there is a site."""
        if status_code != 404:
            super().write_error(status_code, **kwargs)
            return
        self.send_along(safe_headers(scripts=True))
        page = self.state.folder / "404.html"
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.finish(self.state.page(page.read_bytes() if page.is_file() else _BARE))


@web.stream_request_body
class _Decide(_Guarded):
    """What a person decides on a proposal, said by a page of this preview and by no other."""

    def prepare(self) -> None:
        """Refuse who does not come from a page of this preview, does not show what it was given, or says too much."""
        self.said = bytearray()
        super().prepare()
        if self._finished:
            return
        given = self.request.headers.get("X-Briefgen-Token", "")
        is_own = _is_own(self.request.headers.get("Origin", ""), self.state.address)
        if not is_own or not self.state.token or not secrets.compare_digest(given.encode(), self.state.token.encode()):
            self.refuse(403, "Only a page of this preview may decide.")
        elif self.request.headers.get("Content-Type", "").partition(";")[0].strip().lower() != "application/json":
            self.refuse(415, "A decision is JSON.")
        elif int(self.request.headers.get("Content-Length", "0")) > _MOST_SAID:
            self.refuse(413, "A decision is short.")

    def data_received(self, chunk: bytes) -> None:
        """Take in what is said, as it comes."""
        self.said += chunk

    async def post(self) -> None:
        """Carry the decision out: 200 with a sentence, or 409 with why it could not be done."""
        decision = _decision(bytes(self.said))
        if decision is None:
            self.refuse(400, "This is no decision.")
            return
        assert self.state.decide is not None
        try:
            line = await IOLoop.current().run_in_executor(None, self.state.decide, decision)
        except BriefgenError as error:
            self.set_status(409)
            line = f"{error.message}. {error.hint}".rstrip()
        except OSError as error:
            self.set_status(409)
            line = f"It could not be written: {error.strerror}."
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.write(line)


def _decision(data: bytes) -> Decision | None:
    """What a page says, or None where that is no decision: a verdict, a brief and an id in clean text."""
    try:
        said = json.loads(data)
        found = [said["verdict"], said.get("brief", ""), said.get("id", "")]
        rehearses = said.get("rehearses") is True
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    if not all(isinstance(each, str) and not forbidden(each) for each in found) or found[0] not in get_args(Verdict):
        return None
    verdict, brief, id_ = found
    return Decision(verdict, brief, id_, rehearses)


class _Script(_Guarded):
    """The preview's own script and style sheet."""

    def get(self, name: str) -> None:
        """One of the two."""
        kind = {"js": "text/javascript", "css": "text/css"}[name.rpartition(".")[2]]
        self.set_header("Content-Type", f"{kind}; charset=utf-8")
        self.write(files("briefgen.publish").joinpath(name).read_bytes())


class _Preview(Server):  # type: ignore[misc]
    """livereload's server with these handlers."""

    def __init__(self, state: _State) -> None:
        super().__init__(watcher=_Live.watcher)
        self._state = state

    def tornado(self) -> web.Application:
        """The application: the site below its base path, and whoever asks for the root is led there."""
        base, given = re.escape(self._state.address.base), {"state": self._state}
        routes: list[Any] = [
            (f"{base}{OWN}live", _Live, given),
            (f"{base}{OWN}decide", _Decide, given),
            (f"{base}{OWN}(preview.(?:js|css))", _Script, given),
            (f"{base}(.*)", _Files, given),
        ]
        if base != "/":
            routes += [("/", _To, given | {"url": self._state.address.base}), ("/.*", _Nowhere, given)]
        settings: dict[str, Any] = {
            "default_handler_class": _Nowhere,
            "default_handler_args": given,
            "websocket_max_message_size": 1024,
        }
        return web.Application(routes, log_function=lambda handler: None, **settings)


class _Nowhere(_Guarded):
    """What is not below the base path is not there."""

    def prepare(self) -> None:
        """Say so, to those who may ask."""
        super().prepare()
        if not self._finished:
            self.refuse(404, f"The site stands below {self.state.address.base}")


class _To(_Guarded):
    """The way to the site's base path."""

    def initialize(self, state: _State, url: str) -> None:  # type: ignore[override]
        """Take where it leads."""
        super().initialize(state)
        self._url = url

    def get(self) -> None:
        """Lead there."""
        self.redirect(self._url)


_BARE = b"""<!DOCTYPE html><html lang="en"><head><title>Nothing built yet</title></head>
<body><main><h1>Nothing here</h1><p>No page has been built at this address.</p></main></body></html>"""


_NOTHING_ELSE = re.compile(rb"default-src (&#39;|')none\1;")


def with_script(page: bytes, base: str, build: int, token: str = "") -> bytes:
    """A page with the preview's script, which its own policy is made to allow, the build it is of, and the token."""
    own = _NOTHING_ELSE.sub(rb"\g<0> script-src 'self';", page, count=1)
    tag = f'<script src="{base}{OWN}preview.js" data-build="{build}" data-token="{token}" defer></script>\n'.encode()
    return own.replace(b"</head>", tag + b"</head>", 1)
