"""What the preview decides by itself: which files count, who may ask, and what is put into a page."""

from __future__ import annotations

import socket
import threading
from pathlib import Path

import pytest

from briefgen.model.problems import BriefgenError
from briefgen.publish import preview
from briefgen.publish.preview import Address, changes, is_leaving, with_script


@pytest.mark.parametrize(
    ("name", "is_so"),
    [("a.md", False), ("style.css", False), (".#a.md", True), ("a.md~", True), (".a.md.swp", True), ("4913", True),
     ("#a.md#", True), (".a.md.briefgen-new", True), ("__pycache__/x.pyc", True)],
)  # fmt: skip
def test_what_editors_leave_does_not_count(name: str, is_so: bool) -> None:
    assert is_leaving(f"/desk/content/briefs/{name}") is is_so


def test_a_changed_a_new_and_a_removed_file_and_a_later_folder_count(tmp_path: Path) -> None:
    content, templates, settings = tmp_path / "content", tmp_path / "templates", tmp_path / "briefgen.toml"
    content.mkdir()
    settings.write_text("a")
    stop = threading.Event()
    seen = changes([content, templates], [settings], stop)

    def after(act: object, *arguments: object) -> set[str]:
        timer = threading.Timer(0.4, act, arguments)  # type: ignore[arg-type]
        timer.start()
        return {Path(path).name for path in next(seen)}

    assert after((content / "a.md").write_text, "new") == {"a.md"}
    assert after((content / "a.md").write_text, "changed") == {"a.md"}
    assert after((content / "a.md").unlink) == {"a.md"}
    new = tmp_path / "settings.new"
    new.write_text("another file in its place")
    assert after(new.replace, settings) == {"briefgen.toml"}
    assert after(templates.mkdir) == {"templates"}
    stop.set()
    assert next(seen, None) is None


def test_before_there_is_a_folder_it_is_waited_for(tmp_path: Path) -> None:
    stop = threading.Event()
    seen = changes([tmp_path / "content"], [], stop)
    threading.Timer(0.3, (tmp_path / "content").mkdir).start()
    assert next(seen) == {str(tmp_path / "content")}
    stop.set()


def test_a_preview_answers_to_its_own_names() -> None:
    assert Address("127.0.0.1", 8000).allowed() == {"localhost:8000", "127.0.0.1:8000", "[::1]:8000"}
    assert "desk.local" in Address("desk.local", 80).allowed()
    assert Address("::1", 8000, "/desk/").url == "http://[::1]:8000/desk/"


def test_a_taken_port_gives_way_to_the_next_one_as_long_as_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        sockets, was_taken = preview._listen("127.0.0.1", port)
        assert was_taken and sockets[0].getsockname()[1] > port
        sockets[0].close()
        monkeypatch.setattr(preview, "PORTS", 1)
        with pytest.raises(BriefgenError, match="taken"):
            preview._listen("127.0.0.1", port)


def test_the_script_stands_in_the_response_and_the_page_allows_it() -> None:
    page = b"<head><meta content=\"default-src 'none'; style-src 'self'\"></head><body>default-src 'none';</body>"
    assert with_script(page, "/desk/") == (
        b"<head><meta content=\"default-src 'none'; script-src 'self'; style-src 'self'\">"
        b"<script src=\"/desk/__preview__/preview.js\" defer></script>\n</head><body>default-src 'none';</body>"
    )
