"""Stories that are made for measuring are right, and as long as they say."""

from pathlib import Path

from feed.app.check import check_file
from feed.bench.stories import countries_file, folder, incidents, launches, lines, prepared
from feed.files.arrangements import load_arrangements


def test_every_story_is_right(tmp_path: Path) -> None:
    """Whoever measures what is refused measures nothing."""
    for path in (incidents(tmp_path, 10), launches(tmp_path, 2), lines(tmp_path, 10)):
        assert check_file(str(path), load_arrangements()).mistakes == ()


def test_each_country_gets_each_incident(tmp_path: Path) -> None:
    """With any number of countries."""
    for count in (3, 30):
        agreed = countries_file(tmp_path, count)
        story = prepared(incidents(tmp_path, 7, agreed=agreed), agreed)
        assert len(story.recipients) == count
        assert sum(1 for _ in story.plan().deliveries()) == 7 * count


def test_a_folder_is_gone_afterwards() -> None:
    """Whatever happened in it."""
    with folder() as path:
        (path / "file").write_text("")
    assert not path.exists()
