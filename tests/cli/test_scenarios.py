"""``feed scenarios``: what can be played."""

import json
import re
from pathlib import Path

import pytest

from feed.cli import invoke
from feed.files.library import entries, find


def test_every_scenario_is_listed(capsys: pytest.CaptureFixture[str]) -> None:
    """Each scenario of the library stands in a line, by the name it is played by."""
    assert invoke(["scenarios"]) == 0

    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == [entry.name for entry in entries()]
    assert all(entry.title in line for entry, line in zip(entries(), lines, strict=True))


def test_a_line_has_columns(capsys: pytest.CaptureFixture[str]) -> None:
    """Period, events and messages stand between name and title, one under the other."""
    assert invoke(["scenarios"]) == 0

    lines = capsys.readouterr().out.splitlines()
    line = next(line for line in lines if line.startswith("over-aomori-2022"))
    assert re.search(r"2022-10-04 to 2022-10-05 +13 +\d+ each  Over Aomori", line)
    titles = {line.index(entry.title) for line, entry in zip(lines, entries(), strict=True)}
    assert len(titles) == 1


def test_words_search(capsys: pytest.CaptureFixture[str]) -> None:
    """Only what has every word is listed, wherever it stands and in whatever case."""
    assert invoke(["scenarios", "WRONG-area", "2022"]) == 0

    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == [
        "over-aomori-2022"
    ]


def test_a_search_that_finds_nothing_is_no_empty_list(capsys: pytest.CaptureFixture[str]) -> None:
    """It says what was looked for, and where."""
    assert invoke(["scenarios", "atlantis"]) == 2

    told = capsys.readouterr()
    assert told.out == ""
    assert "no scenario has 'atlantis' in its name" in told.err


def test_programs_get_json(capsys: pytest.CaptureFixture[str]) -> None:
    """``--json`` prints one scenario a line."""
    assert invoke(["scenarios", "--json"]) == 0

    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [each["name"] for each in told] == [entry.name for entry in entries()]
    assert set(told[0]) == {
        "name", "title", "summary", "path", "starts", "ends", "events", "messages", "exercises"
    }  # fmt: skip
    assert set(told[0]["messages"]) == {"JPN", "KOR", "USA"}


def test_one_can_be_shown(capsys: pytest.CaptureFixture[str]) -> None:
    """``show`` tells of one what the list leaves out, and how to play it."""
    assert invoke(["scenarios", "show", "pattern-part-by-part"]) == 0

    told = capsys.readouterr().out
    assert "end of a part" in told
    assert "messages: 4 each" in told
    assert "feed run pattern-part-by-part" in told

    assert invoke(["scenarios", "show", "pattern-part-by-part", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["events"] == 4


def test_a_file_can_be_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A scenario of one's own is played by its path."""
    path = tmp_path / "my own.yaml"
    path.write_bytes(find("pattern-passed").path.read_bytes())
    assert invoke(["scenarios", "show", str(path)]) == 0

    assert f"feed run '{path}'" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("names", "says"),
    [
        ([], "name one scenario"),
        (["hub-down", "pieces"], "name one scenario"),
        (["hubdown"], "did you mean 'hub-down'"),
    ],
)
def test_what_cannot_be_shown_says_why(
    names: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """One name is needed, and it must be one."""
    assert invoke(["scenarios", "show", *names]) == 2

    assert says in capsys.readouterr().err


def test_a_terminal_gets_the_summaries_too(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """On a terminal there is room for what each story shows, and no line is too long."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "80")
    assert invoke(["scenarios"]) == 0

    printed = " ".join(capsys.readouterr().out.split())
    first = entries()[0]
    assert " ".join(first.summary.split())[:60] in printed
