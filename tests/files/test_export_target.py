"""Where an export goes: whole, or not at all."""

import os
import threading
from pathlib import Path

import pytest

from feed.errors import FilesError
from feed.export.record import Part
from feed.files.export_target import export_target


def test_one_file_grows_and_appears_when_it_is_whole(tmp_path: Path) -> None:
    """Nobody sees half of it, and nothing else is left in the folder."""
    out = tmp_path / "a.json"
    with export_target(out, folder=False) as put:
        put(Part("", b"one "))
        put(Part("", b"two"))
        assert not out.exists()
    assert out.read_bytes() == b"one two"
    assert list(tmp_path.iterdir()) == [out]


def test_a_file_that_is_there_is_replaced_when_all_went_well(tmp_path: Path) -> None:
    """If it fails, the earlier one stands as it was."""
    out = tmp_path / "a.json"
    out.write_bytes(b"before")

    def half() -> None:
        with export_target(out, folder=False) as put:
            put(Part("", b"half"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        half()
    assert out.read_bytes() == b"before"
    with export_target(out, folder=False) as put:
        put(Part("", b"after"))
    assert out.read_bytes() == b"after"
    assert list(tmp_path.iterdir()) == [out]


def test_a_folder_gets_its_files(tmp_path: Path) -> None:
    """New or empty, it has them when all are there."""
    out = tmp_path / "folder"
    out.mkdir()
    with export_target(out, folder=True) as put:
        put(Part("a", b"1"))
        put(Part("b", b"2"))
        put(Part("a", b"3"))
    assert {path.name: path.read_bytes() for path in out.iterdir()} == {"a": b"13", "b": b"2"}


def test_a_folder_with_something_in_it_is_refused(tmp_path: Path) -> None:
    """Files of two exports in one folder would be one story to whoever reads them."""
    (tmp_path / "old.xml").touch()
    with pytest.raises(FilesError, match="new or empty"), export_target(tmp_path, folder=True):
        pass


def test_a_whole_file_takes_the_place_of_what_was_there(tmp_path: Path) -> None:
    """As an index does, which is written anew; nothing is left of how."""
    out = tmp_path / "folder"
    with export_target(out, folder=True) as put:
        put(Part("index", b"one, two", whole=True))
        put(Part("index", b"three", whole=True))
    assert {path.name: path.read_bytes() for path in out.iterdir()} == {"index": b"three"}


def test_a_file_cannot_be_a_folder(tmp_path: Path) -> None:
    """A format that is one file wants the name of a file."""
    with (
        pytest.raises(FilesError, match="name a file in it"),
        export_target(tmp_path, folder=False),
    ):
        pass


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    """With what to do."""
    out = tmp_path / "no" / "a.json"
    with pytest.raises(FilesError, match="make the folder first"), export_target(out, folder=False):
        pass


def test_a_pipe_is_written_to(tmp_path: Path) -> None:
    """As is ``>(gzip > file)``."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    got: list[bytes] = []
    reader = threading.Thread(target=lambda: got.append(pipe.read_bytes()))
    reader.start()
    with export_target(pipe, folder=False) as put:
        put(Part("", b"one "))
        put(Part("", b"two"))
    reader.join()
    assert got == [b"one two"]


def test_standard_output(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    """A hyphen is standard output, for one file."""
    with export_target(Path("-"), folder=False) as put:
        put(Part("", b"data"))
    assert capsysbinary.readouterr().out == b"data"
