"""Where a live export goes: seen while it grows, and never over what was there."""

from pathlib import Path

import pytest

from feed.errors import FilesError
from feed.export.record import Part
from feed.files.export_live import LiveTarget, refuse_existing


def test_a_file_is_seen_while_it_grows(tmp_path: Path) -> None:
    """Each part is there when it has been put."""
    out = tmp_path / "a.cot"
    target = LiveTarget(out, folder=False)
    for n, text in enumerate((b"one\n", b"two\n"), 1):
        target.put(Part("", text))
        assert out.read_bytes().count(b"\n") == n
    target.discard()
    assert not list(tmp_path.iterdir())


def test_a_folder_is_seen_while_it_fills(tmp_path: Path) -> None:
    """Whole files appear whole; what has nothing in it goes away."""
    out = tmp_path / "cap"
    target = LiveTarget(out, folder=True)
    target.put(Part("1.xml", b"<a/>", whole=True))
    target.put(Part("index", b"1", whole=True))
    target.put(Part("index", b"2", whole=True))
    assert {path.name: path.read_bytes() for path in out.iterdir()} == {
        "1.xml": b"<a/>",
        "index": b"2",
    }
    target.discard()
    assert not out.exists()


def test_standard_output(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    """A hyphen is standard output, and there is nothing to take away."""
    target = LiveTarget(Path("-"), folder=False)
    target.put(Part("", b"data"))
    target.discard()
    assert capsysbinary.readouterr().out == b"data"


def test_what_is_there_is_not_touched(tmp_path: Path) -> None:
    """A file, a folder with something in it, and a folder that is missing have their sentence."""
    file = tmp_path / "a.cot"
    file.write_bytes(b"before")
    with pytest.raises(FilesError, match="is there already; a live export begins a new file"):
        refuse_existing(file)
    with pytest.raises(FilesError, match="new or empty"):
        refuse_existing(tmp_path)
    with pytest.raises(FilesError, match="is not there; make it first"):
        refuse_existing(tmp_path / "no" / "b.cot")
    refuse_existing(tmp_path / "b.cot")
    refuse_existing(Path("-"))
    assert file.read_bytes() == b"before"
