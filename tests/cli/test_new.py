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
