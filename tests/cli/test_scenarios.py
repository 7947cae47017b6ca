"""``feed scenarios``: what can be played."""

import json

import pytest

from feed.cli import invoke
from feed.files.library import entries


def test_every_scenario_is_listed(capsys: pytest.CaptureFixture[str]) -> None:
    """Each scenario of the library stands in a line, by the name it is played by."""
    assert invoke(["scenarios"]) == 0

    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == [entry.name for entry in entries()]
    assert all(entry.title in line for entry, line in zip(entries(), lines, strict=True))


def test_programs_get_json(capsys: pytest.CaptureFixture[str]) -> None:
    """``--json`` prints one scenario a line."""
    assert invoke(["scenarios", "--json"]) == 0

    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [each["name"] for each in told] == [entry.name for entry in entries()]
    assert set(told[0]) == {"name", "title", "summary", "path"}


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
