"""``feed import``: a scenario of what others have, and what could not be used."""

from pathlib import Path

import pytest

from feed.cli import invoke
from tests.app.test_imports_calendar import HELD, OTHERS


def test_it_says_what_it_took_and_what_it_could_not_use(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each with its line; the file can be checked as it is."""
    monkeypatch.chdir(tmp_path)
    Path("a.ics").write_text(f"BEGIN:VCALENDAR\n{HELD}{OTHERS}END:VCALENDAR\n")
    assert invoke(["import", "a.ics", "x.yaml", "--country", "KOR"]) == 0
    first, second, *_ = capsys.readouterr().out.splitlines()
    assert first == "wrote x.yaml: took 3 events from a.ics, could not use 2"
    assert second == "  a.ics:2: 1 attendee has no country here; write them as 'participants'"
    assert invoke(["check", "x.yaml"]) == 0


def test_a_file_that_is_not_there_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """And nothing is written."""
    assert invoke(["import", str(tmp_path / "a.ics"), str(tmp_path / "x.yaml")]) == 74
    assert capsys.readouterr().err.endswith("a.ics: no such file\n")
    assert list(tmp_path.iterdir()) == []
