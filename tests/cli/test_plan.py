"""``feed plan``: the timeline without a broker."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from feed.cli import invoke

STORY = """
feed: 1
id: small
title: A small story
exercise: SMALL STEPS
starts: 2023-12-19T09:00:00+09:00
events:
  - alert: warning
    at: 09:00
    issuer: {country: JPN, authority: Agency, channel: Siren}
    text: {en: Take shelter., ja: 避難してください。}
    areas: [North]
  - meeting: talks
    at: +PT1H
    title: Talks
    state: held
    place: A hall
    participants: [{country: USA, name: A. Person}]
"""


@pytest.fixture
def event_stream(tmp_path: Path) -> str:
    """Give the path of a small scenario."""
    path = tmp_path / "small.yaml"
    path.write_text(STORY)
    return str(path)


def test_the_table_is_printed(event_stream: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Every delivery has its row, and the totals stand at the end."""
    assert invoke(["plan", event_stream]) == 0

    rows = capsys.readouterr().out.splitlines()
    assert rows[0].startswith("EXERCISE EXERCISE EXERCISE")
    assert sum(" warning " in row for row in rows) == 3
    assert "6 deliveries about 2 events: JPN 2, KOR 2, USA 2" in rows


def records(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[dict[str, Any]]:
    """Return what ``feed plan --json`` prints."""
    assert invoke(["plan", *arguments, "--json"]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_json_is_a_record_in_each_line(
    event_stream: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Programs get JSON Lines and nothing else on standard output."""
    told = records(capsys, event_stream, "--lang", "ja", "--tz", "UTC", "--exercise", "OTHER STEPS")

    assert len(told) == 6
    assert told[0]["headline"] == "避難してください。 – North [Agency]"
    assert told[0]["due"] == "2023-12-19T00:00:00.000+00:00"
    assert told[0]["exercise"] == "EXERCISE OTHER STEPS"


def test_countries_can_be_chosen(event_stream: str, capsys: pytest.CaptureFixture[str]) -> None:
    """``--country`` can be repeated, and takes lower case."""
    told = records(capsys, event_stream, "--country", "jpn", "--country", "USA")

    assert {each["recipient"] for each in told} == {"JPN", "USA"}


@pytest.mark.parametrize(
    ("arguments", "events"),
    [
        (["--start-offset", "+00:10:00"], {"talks"}),
        (["--start-offset", "2023-12-19T09:30:00+09:00"], {"talks"}),
        (["--until", "09:30"], {"warning"}),
        (["--until", "PT3600S"], {"warning", "talks"}),
    ],
)
def test_a_part_can_be_planned(
    event_stream: str, arguments: list[str], events: set[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """The same bounds as those of a run choose what is printed."""
    assert {each["event"] for each in records(capsys, event_stream, *arguments)} == events


def test_arrangements_of_another_date_can_be_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    """In 2013 nothing was shared with Japan by Korea; on the scenario's own date it was."""
    then = records(capsys, "over-aomori-2022", "--as-of", "2013-01-01", "--country", "JPN")
    own = records(capsys, "over-aomori-2022", "--country", "JPN")

    assert not any(each["arrangement"] == "gsomia-2016" for each in then)
    assert any(each["arrangement"] == "gsomia-2016" for each in own)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--tz", "Asia/Soul"], "did you mean 'Asia/Seoul'"),
        (["--country", "XYZ"], "'XYZ' is no participant"),
        (["--until", "soon"], "--until 'soon' is not a time"),
        (["--until", "09:00", "--start-offset", "09:30"], "--until is not after --start-offset"),
        (["--plot", "flights.pdf"], "is no picture feed can draw"),
    ],
)
def test_a_request_that_makes_no_sense_is_refused(
    event_stream: str, arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """One sentence on standard error, nothing on standard output, exit code 2."""
    assert invoke(["plan", event_stream, *arguments]) == 2

    printed = capsys.readouterr()
    assert words in printed.err
    assert printed.err.count("\n") == 1
    assert printed.out == ""


@pytest.mark.slow
@pytest.mark.parametrize("how", ["--all", "--json"])
def test_a_reader_that_goes_away_ends_it_quietly(how: str) -> None:
    """As in ``feed plan … | head``: no trace, and the code of a closed pipe."""
    with subprocess.Popen(
        [sys.executable, "-m", "feed", "plan", "over-aomori-2022", how],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as planning:
        assert planning.stdout is not None
        assert planning.stderr is not None
        assert planning.stdout.readline()
        planning.stdout.close()
        assert planning.stderr.read() == b""
        assert planning.wait() == 141


@pytest.mark.slow
def test_letters_that_the_terminal_lacks_are_question_marks() -> None:
    """An old terminal without Japanese letters still shows the plan."""
    printed = subprocess.run(
        [sys.executable, "-m", "feed", "plan", "over-aomori-2022", "--lang", "ja"],
        capture_output=True,
        check=True,
        env={"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"},
    )

    assert b"????" in printed.stdout


@pytest.mark.slow
def test_flights_can_be_drawn(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """``--plot`` writes a picture in place of the table, and says so."""
    path = tmp_path / "flights.svg"
    assert invoke(["plan", "over-aomori-2022", "--plot", str(path)]) == 0

    assert path.read_text().lstrip().startswith("<?xml")
    assert capsys.readouterr().out == f"{path}: 1 flight of EXERCISE SNOW GOOSE\n"
