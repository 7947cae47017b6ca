"""``feed new``: a scenario to start from."""

from pathlib import Path

import pytest

from feed.cli import invoke


def test_what_is_written_passes_the_check(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It says what to do next, and the first of it works."""
    path = tmp_path / "my scenario.yaml"
    assert invoke(["new", str(path), "--exercise", "BLUE SKY"]) == 0

    told = capsys.readouterr().out
    assert told.startswith(f"wrote {path}\n")
    assert f"feed run '{path}'" in told

    assert invoke(["check", str(path)]) == 0
    assert capsys.readouterr().out == "1 file, no mistake\n"
    assert "BLUE SKY" in path.read_text(encoding="utf-8")


def test_a_file_that_is_there_is_not_touched(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The command line was wrong, and says so."""
    path = tmp_path / "mine.yaml"
    path.touch()

    assert invoke(["new", str(path)]) == 2
    assert "is there already" in capsys.readouterr().err
    assert path.read_bytes() == b""


def test_a_table_is_told_of_row_by_row(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """How many launches were taken, and each row that was not, with its line."""
    table = tmp_path / "launches.csv"
    table.write_text(
        "date,lat,lon,class,range_km,apogee_km\n"
        "2022-10-04,40.6,126.4,irbm,4500,970\n"
        "2022-10-06,39.1,125.9,srbm,350,\n",
        encoding="utf-8",
    )
    assert invoke(["new", str(tmp_path / "x.yaml"), "--from", str(table)]) == 0

    told = capsys.readouterr().out
    assert f"took 1 launch from {table}, left out 1\n" in told
    assert f"  {table}:3: no number in 'apogee_km'\n" in told
