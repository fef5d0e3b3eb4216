"""Whatever stands in `.briefgen/`, a build believes what is true or makes it anew: it runs nothing and shows no lie."""

from __future__ import annotations

import builtins
import marshal
import os
import pickle
import random
import shutil
import sqlite3
from collections.abc import Callable
from hashlib import blake2b, sha256
from pathlib import Path

import pytest

from briefgen.build import Built, build
from briefgen.disk.sealed import Sealed
from briefgen.model.audience import Audience
from briefgen.project import unchanged
from briefgen.project.settings import load
from briefgen.project.states import state_of_output
from tests.conftest import LEAST, NOW, run, write
from tests.test_memory import _tree

BRIEF = "content/briefs/harbour-tender.md"
ANEW = "it was made anew"


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A desk that was built, and keeps its memory."""
    desk = write(tmp_path / "desk", LEAST)
    built(desk)
    return desk


def built(desk: Path) -> Built:
    """A build that publishes, and leaves the memory that the command line leaves."""
    done = build(load(desk), audience=Audience(), now=NOW)
    done.remember()
    assert done.published
    return done


def memory(desk: Path) -> Path:
    """The folder of the one memory."""
    (manifest,) = (desk / ".briefgen/memory").glob("*/manifest")
    return manifest.parent


def is_sound(desk: Path, clean: dict[str, bytes]) -> str:
    """Build, and hold the site against a clean one; what was said of the memory."""
    remark = built(desk).remark
    assert _tree(desk / "site") == clean
    return remark


class Evil:
    """Runs when it is unpickled."""

    def __init__(self, proof: Path) -> None:
        self.proof = proof

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return builtins.exec, (f"open({str(self.proof)!r}, 'w')",)


def evil_code(proof: Path) -> bytes:
    """Compiled code that leaves a proof that it ran."""
    return marshal.dumps(compile(f"open({str(proof)!r}, 'w')", "evil", "exec"))


def test_nothing_that_was_planted_runs(desk: Path, tmp_path: Path) -> None:
    """Pickles and compiled code in every place where an earlier version, or any version, might look for them."""
    clean, proof = _tree(desk / "site"), tmp_path / "proof"
    evil, code = pickle.dumps(Evil(proof)), evil_code(proof)
    folder = memory(desk)
    digested = [blake2b(data, digest_size=size).digest() + data for data in (evil, code) for size in (8, 16)]
    old = b"briefgen memory 1\n"
    forms = [evil, code, digested[0], old + digested[3]]
    for number, form in enumerate(forms):
        for name in ("manifest", "records.db", f"templates/{sha256(b'home.html').hexdigest()}", "x.pickle"):
            write(folder, {name: form})
        for name in (
            "memory/templates/home",
            "readings/x.json",
            "key",
            "lock",
            "desk.lock",
            "manifest",
            "sitecustomize.py",
        ):
            write(desk / ".briefgen", {name: form})
        _edited(desk, number)
        is_sound(desk, _clean(desk, tmp_path))
        file = sqlite3.connect(folder / "records.db")
        file.execute("UPDATE record SET value = ?", (form,))
        file.commit()
        file.close()
        _edited(desk, number + 100)
        is_sound(desk, _clean(desk, tmp_path))
    assert not proof.exists() and clean


def _edited(desk: Path, number: int) -> None:
    text = LEAST[BRIEF].replace("the gazette says", f"the gazette says, edit {number}")
    (desk / BRIEF).write_text(text)


def _clean(desk: Path, beside: Path) -> dict[str, bytes]:
    """The site of the same content without any memory."""
    shutil.copytree(desk, beside / "clean", ignore=shutil.ignore_patterns(".briefgen", "site"))
    built(beside / "clean")
    tree = _tree(beside / "clean/site")
    shutil.rmtree(beside / "clean")
    return tree


def test_a_memory_that_lies_under_right_digests_is_not_believed_elsewhere(desk: Path, tmp_path: Path) -> None:
    """Somebody builds another text, seals it where he is, and sends desk, site and memory as a repository."""
    true = _clean(desk, tmp_path)
    theirs = shutil.copytree(desk, tmp_path / "theirs")
    (theirs / BRIEF).write_text(
        LEAST[BRIEF].replace("Northwind says it had no contact", "Northwind says it had contact")
    )
    built(theirs)
    lie = _tree(theirs / "site")
    (theirs / BRIEF).write_text(LEAST[BRIEF])
    sealed = Sealed(str(theirs / ".briefgen"))
    name, here = (unchanged.name_of(str(each / "site")) for each in (theirs, tmp_path / "mine"))
    told = unchanged.read(sealed, name)
    assert told is not None and lie != true
    mine = tmp_path / "mine"
    _looking_right(told, theirs, mine)
    shutil.copytree(theirs / ".briefgen" / name, theirs / ".briefgen" / here)
    unchanged.write(sealed, told)
    shutil.copytree(theirs, mine)
    assert ANEW in is_sound(mine, true)
    assert not is_sound(mine, true)


def _looking_right(told: unchanged.Manifest, desk: Path, where: Path) -> None:
    """Let a manifest say of every state what is found in a desk that will lie elsewhere."""
    from briefgen.project.states import inputs

    places = (str(desk), tuple(told.themes), str(desk / "briefgen.toml"))
    look = inputs((places[0], (str(desk / "templates"), *told.themes[1:]), places[2]))
    digests = unchanged.digested(None, look, places)
    told.inputs = [part for n, s in look[1].items() for part in (n, s, digests[n])]
    told.output, told.settings = str(where / "site"), str(where / "briefgen.toml")
    told.themes[0] = str(where / "templates")
    told.published, told.asked = (
        state_of_output(str(desk / "site"), told.paths),
        ["build", "", str(where), "False False"],
    )


PLACES = (
    "key", "lock", "desk.lock", "memory", "memory/HASH", "memory/HASH/manifest", "memory/HASH/manifest.new",
    "memory/HASH/records.db", "memory/HASH/records.db.new", "memory/HASH/records.db-journal",
    "memory/HASH/records.db-wal", "readings", "deploy", "renaming.json",
)  # fmt: skip
HARMS: dict[str, Callable[[Path, Path], object]] = {
    "a folder with something in it": lambda path, precious: (path / "a/b").mkdir(parents=True),
    "a pipe": lambda path, precious: os.mkfifo(path),
    "a link to a file": lambda path, precious: path.symlink_to(precious / "file"),
    "a link to a folder": lambda path, precious: path.symlink_to(precious),
    "a link to itself": lambda path, precious: path.symlink_to(path.name),
    "nothing but zeros": lambda path, precious: path.symlink_to("/dev/zero"),
    "a huge file": lambda path, precious: (path.touch(), os.truncate(path, 1 << 42)),
    "deep JSON": lambda path, precious: path.write_text("[" * 200_000),
}


@pytest.mark.parametrize("place", PLACES)
def test_whatever_stands_in_a_place_of_the_state_a_build_goes_on(desk: Path, tmp_path: Path, place: str) -> None:
    precious = write(tmp_path / "precious", {"file": "mine", "a/file": "mine"})
    before = _tree(precious)
    name = place.replace("HASH", memory(desk).name)
    for number, (what, harm) in enumerate(HARMS.items()):
        path = desk / ".briefgen" / name
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
        path.parent.mkdir(parents=True, exist_ok=True)
        harm(path, precious)
        _edited(desk, number)
        built(desk)
        assert f"edit {number}" in (desk / "site/claims/index.html").read_text(), what
        assert _tree(precious) == before, what
    assert _tree(desk / "site") == _clean(desk, tmp_path)
    assert "no change" in run("build", cwd=desk).stdout


SQL = {
    "a view": "ALTER TABLE record RENAME TO r; CREATE VIEW record AS SELECT * FROM r;",
    "a view without end": "DROP TABLE record; CREATE VIEW record AS WITH"
    " RECURSIVE x(n) AS (SELECT 1 UNION ALL SELECT n+1 FROM x)"
    " SELECT '' AS kind, '' AS key, n AS value FROM x;",
    "a trigger": "CREATE TRIGGER t BEFORE INSERT ON record BEGIN DELETE FROM record; END;",
    "other types": "UPDATE record SET value = 17;",
    "texts": "UPDATE record SET value = CAST(value AS TEXT);",
    "nothing": "DELETE FROM record;",
    "null": "UPDATE record SET value = NULL;",
    "records in each other's place": "UPDATE record SET value = (SELECT value FROM record r WHERE r.key<>record.key);",
    "other columns": "DROP TABLE record; CREATE TABLE record (kind, key);",
    "a journal that stays": "PRAGMA journal_mode=WAL; CREATE TABLE more (a);",
}


@pytest.mark.parametrize("sql", SQL.values(), ids=SQL)
@pytest.mark.parametrize("is_as_left", [False, True], ids=["seen", "unseen"])
def test_records_that_somebody_wrote_are_no_records(desk: Path, tmp_path: Path, sql: str, is_as_left: bool) -> None:
    """Even where the file's state is what it was: by a fault of the disk, or by whoever holds the key."""
    file = sqlite3.connect(memory(desk) / "records.db", isolation_level=None)
    file.executescript(sql)
    file.close()
    if is_as_left and "RECURSIVE" not in sql:
        _left_so(desk)
    _edited(desk, 1)
    said = is_sound(desk, _clean(desk, tmp_path))
    assert ANEW in said or sql in (SQL["a view"], SQL["a trigger"], SQL["a journal that stays"])


def _left_so(desk: Path) -> None:
    """Let the manifest know the records as they are."""
    from briefgen.project.states import own_state_of

    sealed, name = Sealed(str(desk / ".briefgen")), f"memory/{memory(desk).name}"
    told = unchanged.read(sealed, name)
    assert told is not None
    told.records_state = own_state_of(str(memory(desk) / "records.db"))
    unchanged.write(sealed, told)


def test_bits_that_flip_on_the_disk_are_told(desk: Path, tmp_path: Path) -> None:
    """The file's state does not show it."""
    chance = random.Random(1)
    for number in range(6):
        path = memory(desk) / "records.db"
        data = bytearray(path.read_bytes())
        for _ in range(60):
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        path.write_bytes(bytes(data))
        _left_so(desk)
        _edited(desk, number)
        is_sound(desk, _clean(desk, tmp_path))
