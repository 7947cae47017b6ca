"""``feed export``: other people's formats, from the command line."""

from pathlib import Path

import pytest

from feed.cli import invoke


def test_a_story_becomes_files(
    small: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The alert and its end, for one country."""
    out = tmp_path / "cap"
    options = ["--format", "cap", "--country", "jpn", "--out", str(out)]
    assert invoke(["export", small, *options]) == 0
    assert sorted(path.name for path in out.iterdir()) == [
        "00000001-warning.xml",
        "00000002-warning.xml",
    ]
    assert capsys.readouterr().out == (
        f"{out}: 2 messages of EXERCISE SMALL STEPS as cap\nno place in cap for: meeting 1\n"
    )


def test_what_cannot_be_is_a_sentence(small: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Without a country there is no picture to show."""
    assert invoke(["export", small, "--format", "cap", "--out", "x"]) == 2
    assert capsys.readouterr().err == (
        "feed: --format cap shows what one country knows; say which with --country: JPN, KOR, USA\n"
    )
