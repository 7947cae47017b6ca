"""Counts of long scenarios."""

from pathlib import Path

from feed.files.counts import Counted, count_key, find_count, keep_count


def test_what_was_counted_is_found_again(tmp_path: Path) -> None:
    """By everything that it depends on, in whatever order that is told."""
    key = count_key({"digest": "a", "countries": ["JPN"]})
    assert find_count(tmp_path, key) is None
    keep_count(tmp_path, key, Counted(planned={"JPN": 3}, last=9))
    assert find_count(tmp_path, count_key({"countries": ["JPN"], "digest": "a"})) == Counted(
        planned={"JPN": 3}, last=9
    )
    assert find_count(tmp_path, count_key({"digest": "b", "countries": ["JPN"]})) is None


def test_the_oldest_go(tmp_path: Path) -> None:
    """The file stays small."""
    for n in range(205):
        keep_count(tmp_path, str(n), Counted(planned={}, last=n))
    assert find_count(tmp_path, "4") is None
    assert find_count(tmp_path, "5") is not None


def test_a_damaged_file_is_as_good_as_none(tmp_path: Path) -> None:
    """It is written anew."""
    (tmp_path / "counts.json").write_text('{"x": {"planned": {"JPN": -1}, "last": 0}}')
    assert find_count(tmp_path, "x") is None
    keep_count(tmp_path, "x", Counted(planned={}, last=1))
    assert find_count(tmp_path, "x") == Counted(planned={}, last=1)


def test_where_nothing_can_be_written_nothing_is_kept(tmp_path: Path) -> None:
    """And nothing fails."""
    keep_count(tmp_path / "missing", "x", Counted(planned={}, last=1))
    assert find_count(tmp_path / "missing", "x") is None
