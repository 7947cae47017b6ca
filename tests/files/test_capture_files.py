"""Captures as they are written: read back the same; rotation, limits, and nothing written over."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feed.errors import FilesError, UsageError
from feed.files.capture import read_capture
from feed.files.capture_files import CaptureFiles, line_of
from feed.files.captured import Captured
from tests.files.test_database import small_disk

__all__ = ["small_disk"]

_RECORDS = st.lists(
    st.builds(
        Captured,
        st.just(0),
        st.integers(0, 2**52),
        st.text(st.characters(exclude_characters="#+\0", codec="utf-8"), min_size=1, max_size=5),
        st.binary(max_size=30) | st.text(max_size=9).map(str.encode),
        st.integers(0, 2),
        st.booleans(),
        st.just(True),
    ),
    max_size=12,
)


def record(number: int, payload: bytes = b"x" * 100) -> Captured:
    """Return a record, a second later each."""
    return Captured(number, number * 1_000_000, f"t/{number}", payload, 1)


def written(path: Path, count: int, **options: Any) -> CaptureFiles:
    """Write records until no more are taken."""
    with CaptureFiles(path, **options) as files:
        for number in range(1, count + 1):
            if not files.add(record(number)):
                break
    return files


def read(path: Path) -> list[str | None]:
    """Return the topics in a capture."""
    return [each.topic for each in read_capture(path)]


@pytest.mark.parametrize("suffix", ["jsonl", "mcap"])
@given(records=_RECORDS)
def test_what_is_written_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, suffix: str, records: list[Captured]
) -> None:
    """Every byte, whatever it is, with QoS, retain flag and time."""
    path = tmp_path_factory.mktemp("capture") / f"x.{suffix}"
    with CaptureFiles(path) as files:
        assert all(files.add(each) for each in records)

    assert [each[1:] for each in read_capture(path)] == [each[1:] for each in records]
    assert files.count == len(records)


def test_a_line_is_what_others_write_too() -> None:
    """The members of ``mosquitto_sub -F '%j'``; a payload that is no text is base64."""
    text = json.loads(line_of(Captured(1, 1_500_000, "a", "日本".encode(), 1, True)))
    binary = json.loads(line_of(Captured(1, 0, "a", b"\xff")))

    assert text == {
        "tst": "1970-01-01T00:00:01.500000+00:00", "topic": "a", "qos": 1, "retain": 1,
        "payloadlen": 6, "payload": "日本",
    }  # fmt: skip
    assert binary["payload_base64"] == "/w=="
    assert "payload" not in binary


@pytest.mark.parametrize("suffix", ["jsonl", "mcap"])
def test_a_capture_rotates_by_time_and_keeps_the_newest(tmp_path: Path, suffix: str) -> None:
    """A file is begun after so long; of all of them so many stay."""
    path = tmp_path / f"site.{suffix}"
    written(path, 10, rotate_us=3_000_000, keep=2)

    assert sorted(each.name for each in tmp_path.iterdir()) == [
        f"site-0003.{suffix}",
        f"site-0004.{suffix}",
    ]
    assert read(tmp_path / f"site-0003.{suffix}") == ["t/7", "t/8", "t/9"]
    assert read(tmp_path / f"site-0004.{suffix}") == ["t/10"]


def test_a_capture_rotates_by_size(tmp_path: Path) -> None:
    """When a file is full the next record begins another; none is lost."""
    files = written(tmp_path / "site.jsonl", 9, rotate_bytes=500)

    parts = sorted(tmp_path.iterdir())
    assert len(parts) == files.files > 2
    assert [topic for part in parts for topic in read(part)] == [f"t/{n}" for n in range(1, 10)]
    assert all(part.stat().st_size >= 500 for part in parts[:-1])


@pytest.mark.parametrize("options", [{}, {"rotate_bytes": 500}])
def test_a_capture_is_never_larger_than_its_limit(tmp_path: Path, options: Any) -> None:
    """What would not fit ends it, and is not written."""
    files = written(tmp_path / "site.jsonl", 100, limit=2_000, **options)

    size = sum(each.stat().st_size for each in tmp_path.iterdir())
    assert 1_500 < size == files.size() <= 2_000
    assert files.count < 20


def test_kept_files_count_for_the_limit(tmp_path: Path) -> None:
    """A capture that keeps only its newest files may go on for ever."""
    files = written(tmp_path / "x.jsonl", 100, rotate_bytes=500, keep=2, limit=2_500)

    assert files.count == 100


def test_nothing_is_written_over(tmp_path: Path) -> None:
    """What is there may be the only copy."""
    path = tmp_path / "site.jsonl"
    path.write_text("mine", encoding="utf-8")

    with pytest.raises(FilesError, match="is there already; name another file"):
        CaptureFiles(path)

    assert path.read_text(encoding="utf-8") == "mine"


def test_bad_names_and_options_are_said(tmp_path: Path) -> None:
    """Before anything is captured."""
    with pytest.raises(UsageError, match=r"ends in \.jsonl or \.mcap"):
        CaptureFiles(tmp_path / "x.csv")
    with pytest.raises(UsageError, match="--keep needs --rotate"):
        CaptureFiles(tmp_path / "x.jsonl", keep=3)
    with pytest.raises(FilesError, match="make the folder first"):
        CaptureFiles(tmp_path / "gone" / "x.jsonl")
    (tmp_path / "folder.jsonl").mkdir()
    with pytest.raises(FilesError, match="is a folder"):
        CaptureFiles(tmp_path / "folder.jsonl")


def test_a_full_disk_is_said(small_disk: Path) -> None:
    """With what to do; what was written before can be read."""
    with pytest.raises(FilesError, match="the disk is full"):
        written(small_disk / "x.jsonl", 1_000_000)

    assert len(read(small_disk / "x.jsonl")) > 1_000


def test_what_a_killed_capture_left_can_be_read(tmp_path: Path) -> None:
    """Every line that was added is there before anything is closed."""
    path = tmp_path / "x.jsonl"
    files = CaptureFiles(path)
    files.add(record(1))

    assert read(path) == ["t/1"]
    files.close()
    files.close()
