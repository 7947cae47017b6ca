"""``feed compare``: each country's answers, and that each of them can be followed."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from feed.cli.compare import compare
from feed.cli.explain import explain
from feed.errors import ScenarioError, UsageError

DATES = ("2013-01-01", "2015-06-01", "2018-01-01", "2024-01-01")
AS_OF = [word for date in DATES for word in ("--as-of", date)]


def run(*arguments: str) -> Result:
    """Run the verb, or ``explain``, in this process."""
    app = typer.Typer(pretty_exceptions_enable=False)
    app.command("compare")(compare)
    app.command("explain")(explain)
    return CliRunner().invoke(app, arguments, env={"COLUMNS": "80"})


def answer(*arguments: str) -> Any:
    """Return what a verb prints as JSON."""
    result = run(*arguments, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


moment_of = dt.datetime.fromisoformat


@pytest.mark.slow
def test_each_country_has_four_answers_and_each_number_can_be_followed() -> None:
    """Every first warning and element is a report that ``explain`` tells to be due then."""
    for found in answer("compare", "activation-eve-2023", *AS_OF)["launches"]:
        for date in DATES:
            event = found["launch"]
            told = answer("explain", "activation-eve-2023", event, "--as-of", date, "--all")
            due = {
                (report["first_message"], way["recipient"]): (way["first_due"], way["arrangement"])
                for report in told["reports"]
                for way in report["recipients"]
            }
            answers = [each for each in found["answers"] if each["as_of"] == date]
            assert {each["country"] for each in answers} == {"JPN", "KOR", "USA"}
            for each in answers:
                for name in ("first_warning", "launch_point", "track", "predicted_impact"):
                    warned = each[name]
                    assert due[warned["message"], each["country"]] == (
                        warned["due"],
                        warned["arrangement"],
                    )
                coverage = {one["country"]: one for one in told["coverage"]}[each["country"]]
                assert coverage.items() >= {
                    (key, value) for key, value in each.items() if isinstance(value, float)
                }
                assert known(found, told, each["country"]) == tuple(
                    round(each[name] * found["track_moments"])
                    for name in ("known_by_own_reports", "known_before_impact", "known_at_all")
                )


def known(found: Any, told: Any, country: str) -> tuple[int, int, int]:
    """Count the moments of a flight that a country knows, from the reports it is told to get."""
    got = [
        (report, moment_of(way["first_due"]))
        for report in told["reports"]
        for way in report["recipients"]
        if report["kind"] == "track" and way["recipient"] == country and way["released"]
    ]
    impact = moment_of(found["impact"])
    return (
        len({each["first_measured"] for each, _ in got if each["originator"] == country}),
        len({each["first_measured"] for each, due in got if due <= impact}),
        len({each["first_measured"] for each, _ in got}),
    )


@pytest.mark.slow
def test_real_time_sharing_warns_japan_before_its_own_radars() -> None:
    """On 2024-01-01 Japan's first warning is Korea's report, in seconds, and never before."""
    (found, *_) = answer("compare", "activation-eve-2023", *AS_OF)["launches"]
    japan = {each["as_of"]: each for each in found["answers"] if each["country"] == "JPN"}
    first = [japan[date]["first_warning"] for date in DATES]

    assert [each["originator"] for each in first] == ["USA", "USA", "USA", "KOR"]
    assert first[3]["arrangement"] == "realtime-2023"
    assert first[3]["after_launch_s"] < first[0]["after_launch_s"]
    known = [japan[date]["known_at_all"] for date in DATES]
    before = [japan[date]["known_before_impact"] for date in DATES]
    assert known[0] < known[1] == known[2] == known[3]
    assert before[0] == before[1] == before[2] < before[3]


@pytest.mark.slow
def test_the_table_fits_80_columns_and_says_how_to_follow_it() -> None:
    """All four dates stand side by side, and the last lines name the next command."""
    result = run("compare", "activation-eve-2023", *AS_OF)
    lines = result.stdout.splitlines()

    assert result.exit_code == 0
    assert lines[0].startswith("EXERCISE MORNING CALM")
    assert max(map(len, lines)) <= 80
    assert any(line.split() == ["JPN", *DATES] for line in lines)
    assert "feed explain activation-eve-2023 srbm-2023-12-17 --as-of" in result.stdout


@pytest.mark.slow
def test_without_a_date_the_arrangements_are_as_written(tmp_path: Path) -> None:
    """One column, by the moments of the story; with ``--plot`` there is a picture, too."""
    path = tmp_path / "out.svg"
    result = run("compare", "hub-down", "--plot", str(path), "--tz", "UTC")

    assert result.exit_code == 0
    assert "as written" in result.stdout
    assert "launched 2024-02-20 01:00:00.0 +00:00" in result.stdout
    assert "EXERCISE" in path.read_text(encoding="utf-8")


def test_equal_dates_are_two_columns() -> None:
    """Nobody is told off for asking twice."""
    found = answer("compare", "hub-down", "--as-of", "2019-01-01", "--as-of", "2019-01-01")
    first, second = (found["launches"][0]["answers"][n : n + 3] for n in (0, 3))

    assert first == second


def test_what_cannot_be_compared_is_said() -> None:
    """A wrong date, a wrong zone, a wrong suffix and a story without launches get a sentence."""
    wrong = {
        ("hub-down", "--as-of", "tomorrow"): "--as-of 'tomorrow' is not a date",
        ("hub-down", "--tz", "Asia/Soul"): "did you mean 'Asia/Seoul'",
        ("hub-dwn",): "did you mean 'hub-down'",
    }
    for arguments, words in wrong.items():
        result = run("compare", *arguments)
        assert isinstance(result.exception, UsageError)
        assert words in str(result.exception)


def test_a_story_without_launches_is_refused(tmp_path: Path) -> None:
    """There is nothing to compare where nothing was launched."""
    path = tmp_path / "calm.yaml"
    path.write_text(
        "{feed: 1, id: calm, title: Calm, exercise: CALM, starts: 2024-01-01T00:00:00+09:00,"
        " events: [{statement: words, at: +PT1S, assumed: true, speaker: A. Speaker,"
        " country: JPN, summary: Nothing.}]}",
        encoding="utf-8",
    )
    result = run("compare", str(path))

    assert isinstance(result.exception, UsageError)
    assert "'calm' has no launch, so there is nothing to compare" in str(result.exception)


def test_a_mistake_in_the_arrangements_is_named(tmp_path: Path) -> None:
    """A file of one's own is read as strictly as the library's."""
    path = tmp_path / "mine.yaml"
    path.write_text("{feed: 1, participants: {}}", encoding="utf-8")
    result = run("compare", "hub-down", "--arrangements", str(path))

    assert isinstance(result.exception, ScenarioError)
