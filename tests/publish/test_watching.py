"""Which changes count, and that each is told."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from briefgen.publish.watching import changes, is_leaving


@pytest.mark.parametrize(
    ("name", "is_so"),
    [("a.md", False), ("style.css", False), (".#a.md", True), ("a.md~", True), (".a.md.swp", True), ("4913", True),
     ("#a.md#", True), (".a.md.briefgen-new", True), ("__pycache__/x.pyc", True)],
)  # fmt: skip
def test_what_editors_leave_does_not_count(name: str, is_so: bool) -> None:
    assert is_leaving(f"/desk/content/briefs/{name}") is is_so


def test_a_changed_a_new_and_a_removed_file_and_a_later_folder_count(tmp_path: Path) -> None:
    content, templates, settings = tmp_path / "content", tmp_path / "templates", tmp_path / "briefgen.toml"
    for name, text in {
        "changed.md": "a",
        "removed.md": "a",
        "../briefgen.toml": "a",
        "../settings.new": "other",
    }.items():
        content.mkdir(exist_ok=True)
        (content / name).write_text(text)
    stop = threading.Event()
    (deadline := threading.Timer(30, stop.set)).start()
    seen = changes([content, templates], [settings], stop)

    def told_of(name: str, act: object, *arguments: object) -> bool:
        """Whether an act is told by this name, in one batch or in several; each act here has a name of its own."""
        threading.Timer(0.4, act, arguments).start()  # type: ignore[arg-type]
        return any(name in {Path(path).name for path in batch} for batch in seen)

    assert told_of("new.md", (content / "new.md").write_text, "new")
    assert told_of("changed.md", (content / "changed.md").write_text, "changed")
    assert told_of("removed.md", (content / "removed.md").unlink)
    assert told_of("briefgen.toml", (tmp_path / "settings.new").replace, settings)
    assert told_of("templates", templates.mkdir)
    deadline.cancel()
    stop.set()
    assert next(seen, None) is None


def test_before_there_is_a_folder_it_is_waited_for(tmp_path: Path) -> None:
    stop = threading.Event()
    seen = changes([tmp_path / "content"], [], stop)
    threading.Timer(0.3, (tmp_path / "content").mkdir).start()
    assert next(seen) == {str(tmp_path / "content")}
    stop.set()
