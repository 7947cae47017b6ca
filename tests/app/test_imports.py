"""What is read of a file is decided by its suffix; what was made of it is a right scenario."""

from pathlib import Path

import pytest

from feed.app.check import check_file
from feed.app.imports import READERS, read_source
from feed.app.scenarios_new import new_scenario
from feed.errors import UsageError
from feed.files.arrangements import load_arrangements
from tests.app.test_imports_calendar import HELD
from tests.app.test_imports_points import SHOTS, point, written
from tests.app.test_scenarios_table import OURS


def test_whatever_it_is_made_of_is_a_right_scenario(tmp_path: Path) -> None:
    """A table, points and a calendar each give a file that has no mistake."""
    table, calendar = tmp_path / "a.CSV", tmp_path / "b.ics"
    table.write_text(OURS, encoding="utf-8")
    calendar.write_text(f"BEGIN:VCALENDAR\n{HELD}END:VCALENDAR\n", encoding="utf-8")
    for n, source in enumerate((table, calendar, written(tmp_path, point(SHOTS)))):
        path = tmp_path / f"scenario-{n}.yaml"
        found = new_scenario(path, table=source, country="KOR")
        assert found is not None
        checked = check_file(str(path), load_arrangements())
        assert (checked.mistakes, checked.loaded is None) == ((), False)


@pytest.mark.parametrize(
    ("name", "country", "why"),
    [("a.xlsx", None, "none of the suffixes"), ("a.csv", "Korea", "--country 'Korea'")],
)
def test_what_nobody_can_read_is_refused(name: str, country: str | None, why: str) -> None:
    """With what can be read."""
    with pytest.raises(UsageError, match=why):
        read_source(Path(name), country)


def test_suffixes_are_lower_case() -> None:
    """They are compared with those of files, whatever their case."""
    assert all(suffix == suffix.lower() and suffix.startswith(".") for suffix in READERS)
