"""The settings that `briefgen init --hosting` writes, in the servers themselves: at the root, and below a path."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

import pytest

from briefgen.build import build
from briefgen.model.audience import Audience
from briefgen.model.headers import safe_headers, type_of
from briefgen.project.settings import load
from briefgen.project.starter import starting_files
from tests.checks.samples import SAMPLES
from tests.conftest import NOW, REPOSITORY
from tests.publish.deploy.conftest import begun, free_port

PLAIN = {"csv": ("text/plain", "application/octet-stream")}  # what a server that does not know the kind says of it
MODULES = Path("/usr/lib/apache2/modules")


def _nginx(folder: Path, site: Path, port: int, base: str) -> list[str]:
    told = starting_files("x", server="nginx")["nginx.conf"].replace("listen 80;", f"listen 127.0.0.1:{port};")
    told = told.replace("/srv/desk/site", str(site))
    if base != "/":
        told = told.replace("location / {", f"location {base} {{\n        alias {site}/;").replace(
            "404 /404", f"404 {base}404"
        )
        told = told.replace("try_files $uri $uri/ =404;", "").replace('location ~ "/style', 'location ~ "^/never/style')
    temporary = "".join(
        f"{name}_temp_path {folder}/{name};\n" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"daemon off; pid {folder}/pid; error_log {folder}/error;\nevents {{}}\nhttp {{ access_log off; include /etc/nginx/mime.types;\n{temporary}{told}\n}}"
    )
    return ["nginx", "-p", str(folder), "-c", str(folder / "nginx.conf")]


def _apache(folder: Path, site: Path, port: int, base: str) -> list[str]:
    told = starting_files("x", server="apache")["apache.conf"].replace("*:80", f"127.0.0.1:{port}")
    if base != "/":
        told = told.replace("DocumentRoot /srv/desk/site", f"DocumentRoot {folder}\n    Alias {base} /srv/desk/site/")
        told = told.replace("404 /404", f"404 {base}404")
    told = told.replace("/srv/desk/site", str(site))
    names = ("mpm_event", "authz_core", "dir", "mime", "alias", "headers")
    loaded = "".join(f"LoadModule {name}_module {MODULES}/mod_{name}.so\n" for name in names)
    (folder / "apache.conf").write_text(
        f"ServerRoot {folder}\nListen 127.0.0.1:{port}\nPidFile {folder}/pid\nErrorLog {folder}/error\nServerName localhost\n"
        f"{loaded}TypesConfig /etc/mime.types\nDefaultRuntimeDir {folder}\nMutex file:{folder}\n{told}"
    )
    return ["apache2", "-D", "FOREGROUND", "-f", str(folder / "apache.conf")]


def _caddy(folder: Path, site: Path, port: int, base: str) -> list[str]:
    told = starting_files("x", server="caddy")["Caddyfile"].replace("desk.example {", f"http://127.0.0.1:{port} {{")
    told = told.replace("/srv/desk/site", str(site))
    if base != "/":
        told = told.replace(
            "\tfile_server\n\theader Cache",
            f"\tredir {base.rstrip('/')} {base}\n\thandle_path {base}* {{\n\t\tfile_server\n\t}}\n\theader Cache",
            1,
        )
    (folder / "Caddyfile").write_text(f"{{\n\tadmin off\n\tauto_https off\n}}\n{told}")
    return ["caddy", "run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"]


SERVERS: dict[str, Callable[[Path, Path, int, str], list[str]]] = {"nginx": _nginx, "apache2": _apache, "caddy": _caddy}


@contextmanager
def running(name: str, folder: Path, site: Path, base: str) -> Iterator[int]:
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin")
    if found is None:
        pytest.skip(f"{name} is not installed")
    port = free_port()
    command = SERVERS[name](folder, site, port, base)
    with begun(port, [found, *command[1:]]):
        yield port


@pytest.mark.parametrize("base", ["/", "/desk/"])
@pytest.mark.parametrize("name", SERVERS)
def test_a_site_is_served_with_its_own_page_for_what_is_not_there(name: str, base: str, tmp_path: Path) -> None:
    desk = tmp_path / "a desk"
    shutil.copytree(REPOSITORY / "tests/sites/sound", desk)
    for suffix, data in SAMPLES.items():
        (desk / f"content/assets/sample.{suffix}").write_bytes(data)
    (desk / "briefgen.toml").write_text(f'[site]\ntitle = "Desk"\nbase_url = "https://desk.example{base}"\n')
    assert build(load(desk), audience=Audience(), now=NOW).published
    site = tmp_path / "served"
    shutil.copytree(desk / "site", site)
    for path in (tmp_path, *tmp_path.parents[:3], site):
        path.chmod(path.stat().st_mode | 0o755)
    with running(name, tmp_path, site, base) as port:

        def ask(path: str) -> tuple[int, dict[str, str], str]:
            connection = HTTPConnection("127.0.0.1", port, timeout=10)
            connection.request("GET", path)
            answer = connection.getresponse()
            body = answer.read().decode("utf-8", "replace")
            connection.close()
            told = {name: answer.headers.get_all(name) for name in safe_headers()}
            assert told == {name: [value] for name, value in safe_headers().items()}, (path, told)  # each once
            return answer.status, {k.lower(): v for k, v in answer.headers.items()}, body

        status, headers, front = ask(base)
        assert status == 200 and "utf-8" in headers["content-type"].lower()
        status, _, page = ask(f"{base}briefs/harbour-tender/")
        assert status == 200 and "eleven minutes" in page
        status, headers, _ = ask(f"{base}briefs/harbour-tender")
        assert status in (301, 302, 307, 308) and headers["location"].endswith("/harbour-tender/")
        style = re.search(r'href="([^"]*style\.[0-9a-f]+\.css)"', front)
        assert style
        status, headers, _ = ask(f"{base}{style[1].removeprefix('./')}")
        assert status == 200 and headers["content-type"].startswith("text/css")
        for suffix in SAMPLES:
            status, headers, _ = ask(f"{base}assets/sample.{suffix}")
            kind, wanted = (each.partition(";")[0] for each in (headers["content-type"], type_of(f"x.{suffix}")))
            assert status == 200 and kind in (wanted, *PLAIN.get(suffix, ())), (suffix, kind)
        for lost in (f"{base}nope", f"{base}nope/deeper/still/", f"{base}actors/nope/x.html"):
            status, _, page = ask(lost)
            assert status == 404 and "There is no page here" in page, lost
            assert f'href="{base}style.' in page
