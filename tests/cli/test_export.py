"""``feed export``: other people's formats, from the command line."""

import re
import shlex
from pathlib import Path

import pytest

from feed.cli import invoke

DOCS = Path(__file__).parents[2] / "docs"
LINES = sorted(
    {
        line
        for page in ("export.md", "consumers.md")
        for line in re.findall(
            r"(?:^|`)(feed export .*?)(?=$|`)",
            (DOCS / page).read_text(encoding="utf-8"),
            re.MULTILINE,
        )
    }
)


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


@pytest.mark.parametrize("line", LINES)
def test_the_lines_of_the_docs_work(
    line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever pastes one has what the page says."""
    monkeypatch.chdir(tmp_path)
    arguments = shlex.split(line)[1:]
    assert invoke(arguments) == 0
    out = tmp_path / arguments[-1]
    made = [out] if out.is_file() else list(out.iterdir())
    assert made
    assert all(path.stat().st_size for path in made)


def test_standard_output_has_the_file_alone(
    small: str, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    """What was written is said elsewhere."""
    assert invoke(["export", small, "-f", "ics", "--country", "JPN", "-o", "-"]) == 0
    said = capfdbinary.readouterr()
    assert said.out.startswith(b"BEGIN:VCALENDAR")
    assert said.err.startswith(b"standard output: 1 message of EXERCISE SMALL STEPS as ics")
