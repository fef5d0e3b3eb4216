"""What is sealed is read where it was written, and nowhere else, and only as it was written."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from briefgen.disk.sealed import KEY, Sealed, bytes_of, clear


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """A state in which one file has been sealed."""
    state = tmp_path / ".briefgen"
    Sealed(str(state)).write("a/b", b"true")
    return state


def read(state: Path, name: str = "a/b") -> bytes | None:
    return Sealed(str(state)).read(name)


def test_what_was_sealed_is_read_by_the_next_run(state: Path) -> None:
    assert read(state) == b"true"


def test_another_name_does_not_open_it(state: Path) -> None:
    shutil.copy(state / "a/b", state / "a/c")
    assert read(state, "a/c") is None


def test_any_bit_that_is_another_is_told(state: Path) -> None:
    data = (state / "a/b").read_bytes()
    for at in range(len(data)):
        (state / "a/b").write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
        assert read(state) is None
    for length in range(len(data)):
        (state / "a/b").write_bytes(data[:length])
        assert read(state) is None
    (state / "a/b").write_bytes(data)
    assert read(state) == b"true"


def _archive(state: Path, to: Path) -> None:
    shutil.make_archive(str(to / "all"), "tar", state.parent, state.name)
    shutil.unpack_archive(to / "all.tar", to)


@pytest.mark.parametrize("carry", [
    lambda state, to: shutil.copytree(state, to / state.name),
    lambda state, to: os.system(f"cp -a '{state}' '{to}/'"),
    _archive,
])  # fmt: skip
def test_a_copy_of_the_folder_is_not_believed(
    state: Path, tmp_path: Path, carry: Callable[[Path, Path], object]
) -> None:
    """Its key's inode and time of change are others, and nobody can choose them: so for whoever makes one up."""
    (tmp_path / "to").mkdir()
    carry(state, tmp_path / "to")
    assert (tmp_path / "to/.briefgen/a/b").read_bytes() == (state / "a/b").read_bytes()
    assert (tmp_path / "to/.briefgen/key").read_bytes() == (state / "key").read_bytes()
    assert read(tmp_path / "to/.briefgen") is None


def test_a_folder_that_was_moved_is_believed(state: Path, tmp_path: Path) -> None:
    state.rename(tmp_path / "moved")
    assert read(tmp_path / "moved") == b"true"


def test_the_key_is_read_by_nobody_else(state: Path) -> None:
    assert (state / KEY).stat().st_mode & 0o077 == 0


HARMS: dict[str, Callable[[Path], object]] = {
    "a folder": Path.mkdir,
    "a pipe": os.mkfifo,
    "a link to nowhere": lambda path: path.symlink_to("nowhere"),
    "a link to a file": lambda path: path.symlink_to(Path(__file__)),
    "a link to a folder": lambda path: path.symlink_to(Path(__file__).parent),
    "a folder with something in it": lambda path: (path / "x/y").mkdir(parents=True),
    "a device": lambda path: path.symlink_to("/dev/zero"),
    "a huge file": lambda path: (path.touch(), os.truncate(path, 1 << 40)),
}


@pytest.mark.parametrize("harm", HARMS.values(), ids=HARMS)
@pytest.mark.parametrize("name", ["a", "a/b", "a/b.new", "key", "key.new"])
def test_whatever_stands_there_is_no_memory_and_gives_way(
    state: Path, name: str, harm: Callable[[Path], object]
) -> None:
    before = Path(__file__).read_bytes()
    clear(str(state / name))
    harm(state / name)
    assert name.endswith(".new") or read(state) is None
    Sealed(str(state)).write("a/b", b"anew")
    assert read(state) == b"anew"
    assert Path(__file__).read_bytes() == before and not (state / "a").is_symlink()


def test_nothing_is_written_through_a_link_in_the_place_of_the_state(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / ".briefgen").symlink_to("elsewhere")
    with pytest.raises(OSError, match="a link stands"):
        Sealed(str(tmp_path / ".briefgen")).write("a", b"")
    assert not [*(tmp_path / "elsewhere").iterdir()]


def test_bytes_are_those_of_a_regular_file_of_bounded_size(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"12345")
    (tmp_path / "link").symlink_to("file")
    assert bytes_of(str(tmp_path / "file"), 5) == b"12345"
    assert bytes_of(str(tmp_path / "file"), 4) is None
    assert bytes_of(str(tmp_path / "link")) is None
    assert bytes_of(str(tmp_path / "link"), follows=True) == b"12345"
    assert bytes_of(str(tmp_path)) is None
