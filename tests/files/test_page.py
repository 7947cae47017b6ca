"""A page is written whole, or not at all."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from feed.errors import FilesError
from feed.files.page import write_page


def test_a_page_takes_the_place_of_what_was_there(tmp_path: Path) -> None:
    """Parts stand one after the other; nothing else is left in the folder."""
    path = tmp_path / "r.html"
    path.write_text("old")
    write_page(path, ["a", "漢", "\ud800"])

    assert path.read_text(encoding="utf-8") == "a漢?"
    assert list(tmp_path.iterdir()) == [path]


def test_what_was_there_stays_if_the_page_fails(tmp_path: Path) -> None:
    """An error in the middle leaves the old page."""
    path = tmp_path / "r.html"
    path.write_text("old")

    def parts() -> Iterator[str]:
        yield "new"
        raise RuntimeError

    with pytest.raises(RuntimeError):
        write_page(path, parts())
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    """What cannot be written is named."""
    with pytest.raises(FilesError, match="cannot be written: no such file or directory"):
        write_page(tmp_path / "no" / "r.html", ["x"])
    with pytest.raises(FilesError, match="cannot be written"):
        write_page(tmp_path, ["x"])


def test_a_device_is_written_to() -> None:
    """A device is not replaced."""
    with pytest.raises(FilesError, match="no space left"):
        write_page(Path("/dev/full"), ["x" * 10])
