"""The law of the memory: whatever happened to a desk, its site or its state, a build equals a clean one by the byte.

Edits are drawn at random, and made so as to be overlooked: sizes and times are kept, files change places and come
back, the clock goes back, what is kept is damaged, replaced by an older one, or brought from elsewhere.
"""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from briefgen.build import Built, build
from briefgen.model.audience import Audience
from briefgen.project.settings import load
from tests.conftest import LEAST, NOW, write

SEEDS, STEPS = range(int(os.environ.get("BRIEFGEN_SEEDS", "5"))), 8
MANIFEST = "briefgen-manifest.json"
BRIEF = LEAST["content/briefs/harbour-tender.md"]
DESK = {
    **LEAST,
    "content/briefs/later.md": BRIEF.replace("title: Harbour", "embargo_until: 2026-11-23T09:00+00:00\ntitle: Later"),
    "content/briefs/second.md": BRIEF.replace("title: Harbour", "title: Second").replace(
        "Free Markdown", "Of the same"
    ),
    "content/actors/northwind.md": "---\nname: Northwind AS\ntype: Organization\n---\nOne word more.\n",
    "content/pages/about.md": "---\ntitle: About\n---\nWho we are.\n",
    "content/assets/note.txt": "One note.\n",
}
Edit = Callable[[Path, random.Random], None]


def _texts(desk: Path) -> list[Path]:
    """Files that are read, in order."""
    return sorted(p for p in (desk / "content").rglob("*") if p.is_file() and not p.is_symlink())


def _swapped(text: str, chance: random.Random) -> str:
    """A text of the same length with two letters of a word in each other's place, where it has any."""
    body = text.rfind("---\n") + 4 if text.startswith("---") else 0
    places = [n for n in range(body, len(text) - 1) if text[n : n + 2].isalpha() and text[n] != text[n + 1]]
    at = chance.choice(places) if places else 0
    return text[:at] + text[at : at + 2][::-1] + text[at + 2 :] if places else text


def _kept(path: Path, change: Callable[[], object]) -> None:
    """A change after which a file has the times that it had."""
    status = path.stat()
    change()
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def in_place(desk: Path, chance: random.Random) -> None:
    path = chance.choice(_texts(desk))
    _kept(path, lambda: path.write_text(_swapped(path.read_text(), chance)))


def by_rename(desk: Path, chance: random.Random) -> None:
    path = chance.choice(_texts(desk))

    def change() -> None:
        new = path.with_name("new~")
        new.write_text(_swapped(path.read_text(), chance) if chance.random() < 0.7 else path.read_text())
        new.replace(path)

    _kept(path, change)


def there_and_back(desk: Path, chance: random.Random) -> None:
    path = chance.choice(_texts(desk))
    path.rename(desk / "aside")
    (desk / "aside").rename(path)


def changed_places(desk: Path, chance: random.Random) -> None:
    one, other = desk / "content/briefs/second.md", desk / "content/briefs/harbour-tender.md"
    one.rename(desk / "aside")
    other.rename(one)
    (desk / "aside").rename(other)


def touched(desk: Path, chance: random.Random) -> None:
    path = chance.choice(_texts(desk))
    os.utime(path, ns=(0, chance.choice([0, 10**18, 4 * 10**18])))


def of_another_mode(desk: Path, chance: random.Random) -> None:
    chance.choice(_texts(desk)).chmod(chance.choice([0o600, 0o644, 0o755]))


def a_link(desk: Path, chance: random.Random) -> None:
    """A file in whose place a link stands; to a copy in the desk, or to one outside, which nobody may read."""
    path, aside = chance.choice(_texts(desk)), chance.choice([desk / "kept", desk.parent / "kept"])
    aside.mkdir(exist_ok=True)
    path.rename(aside / path.name)
    path.symlink_to(os.path.relpath(aside / path.name, path.parent))


def no_links(desk: Path, chance: random.Random) -> None:
    for path in [p for p in (desk / "content").rglob("*") if p.is_symlink()]:
        target = path.resolve()
        path.unlink()
        shutil.copy2(target, path)


def a_folder(desk: Path, chance: random.Random) -> None:
    folder = desk / chance.choice(["content/briefs/more.md", "content/assets/more", "templates", "content/pages/x"])
    folder.rmdir() if folder.is_dir() and not any(folder.iterdir()) else folder.mkdir(exist_ok=True)


def a_template(desk: Path, chance: random.Random) -> None:
    path = desk / "templates" / chance.choice(["topics.html", "style.css", "method.html"])
    if path.exists():
        path.unlink()
    else:
        write(
            desk,
            {f"templates/{path.name}": "/* */" if path.suffix == ".css" else f'{{% extends "default/{path.name}" %}}'},
        )


def a_page(desk: Path, chance: random.Random) -> None:
    """A published file changed by hand: rewritten with its size and times, replaced, deleted."""
    pages = sorted(p for p in (desk / "site").rglob("*.html") if p.is_file())
    if not pages:
        return
    page = chance.choice(pages)
    how = chance.randrange(4)
    if how == 0:
        page.unlink()
    elif how == 1:
        _kept(page, lambda: page.write_bytes(page.read_bytes()[::-1]))
    elif how == 2:
        page.unlink()
        page.mkdir()
    else:
        page.write_bytes(b"mine")


def the_settings(desk: Path, chance: random.Random) -> None:
    path = desk / "briefgen.toml"
    _kept(path, lambda: path.write_text(f'[site]\ntitle = "The Des{chance.choice("kqx")}"\n'))


def a_fault(desk: Path, chance: random.Random) -> None:
    path = desk / "content/briefs/second.md"
    if path.is_file():
        path.write_text(path.read_text().replace("awarded to", chance.choice(["never given to", "awarded to"])))
        path.write_text(path.read_text().replace("never given to", chance.choice(["never given to", "awarded to"])))


def state_gone(desk: Path, chance: random.Random) -> None:
    shutil.rmtree(desk / ".briefgen", ignore_errors=True)


def state_copied(desk: Path, chance: random.Random) -> None:
    """The state of the desk as a copy of itself, as a backup restores it."""
    if (desk / ".briefgen").exists():
        shutil.copytree(desk / ".briefgen", desk.parent / "copy", symlinks=True)
        shutil.rmtree(desk / ".briefgen")
        shutil.move(desk.parent / "copy", desk / ".briefgen")


def state_of_before(desk: Path, chance: random.Random) -> None:
    """An older memory in the place of the present one, the key left where it is."""
    old = desk.parent / "older"
    if old.exists() and (desk / ".briefgen").exists():
        shutil.rmtree(desk / ".briefgen/memory", ignore_errors=True)
        shutil.move(old, desk / ".briefgen/memory")
    elif not old.exists() and (desk / ".briefgen/memory").exists():
        shutil.copytree(desk / ".briefgen/memory", old)


def state_spoilt(desk: Path, chance: random.Random) -> None:
    files = sorted(p for p in (desk / ".briefgen").rglob("*") if p.is_file() and p.stat().st_size)
    if not files:
        return
    path = chance.choice(files)
    data = bytearray(path.read_bytes())
    for _ in range(chance.choice([1, 40])):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    path.write_bytes(bytes(data[: chance.choice([len(data), len(data) // 2])]))


def the_twin(desk: Path, chance: random.Random) -> None:
    """A file planted in the twin, which a change of one page would publish with it."""
    pages = sorted(p for p in (desk / ".briefgen").glob("twin-*/**/*.html"))
    if pages:
        page = chance.choice(pages)
        page.unlink()
        page.write_bytes(b"planted")


EDITS: tuple[Edit, ...] = (
    in_place, in_place, in_place, by_rename, by_rename, there_and_back, changed_places, touched, of_another_mode,
    a_link, no_links, a_folder, a_template, a_page, the_settings, a_fault, state_gone, state_copied, state_of_before,
    state_spoilt, the_twin,
)  # fmt: skip


def _built(desk: Path, now: datetime) -> Built:
    built = build(load(desk), audience=Audience(), now=now)
    built.remember()
    return built


def _tree(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


@pytest.mark.parametrize("seed", SEEDS)
def test_after_any_edits_a_build_equals_a_clean_one(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    desk, now = write(tmp_path / "desk", DESK), NOW
    _built(desk, now)
    for _ in range(STEPS):
        made = chance.sample(EDITS, chance.choice([1, 1, 2, 3]))
        for edit in made:
            edit(desk, chance)
        now += timedelta(days=chance.choice([0, 0, 0, 2, -2]))
        before = _tree(desk / "site")
        shutil.copytree(desk, tmp_path / "clean", symlinks=True, ignore=shutil.ignore_patterns(".briefgen", "site"))
        clean, told = build(load(tmp_path / "clean"), audience=Audience(), now=now), [edit.__name__ for edit in made]
        built = _built(desk, now)
        assert built.problems == clean.problems and built.counts == clean.counts, told
        assert bool(built.published) == bool(clean.published), told
        assert _tree(desk / "site") == (_tree(tmp_path / "clean/site") if clean.published else before), told
        shutil.rmtree(tmp_path / "clean")
