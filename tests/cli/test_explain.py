"""``feed explain``: each report, each recipient, and why."""

import json
from typing import Any

import typer
from typer.testing import CliRunner, Result

from feed.cli.explain import explain
from feed.errors import UsageError


def run(*arguments: str) -> Result:
    """Run the verb in this process."""
    app = typer.Typer(pretty_exceptions_enable=False)
    app.command()(explain)
    return CliRunner().invoke(app, arguments, env={"COLUMNS": "80"})


def answer(*arguments: str) -> Any:
    """Return what it prints as JSON."""
    result = run(*arguments, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_a_launch_is_told_in_words_that_fit_80_columns() -> None:
    """The mark, the arrangements, the coverage, the ways around a cut and what waits for it."""
    result = run("hub-down", "icbm-hub-down", "JPN")
    lines = result.stdout.splitlines()

    assert result.exit_code == 0
    assert lines[0].startswith("EXERCISE BROKEN BRIDGE")
    assert max(map(len, lines)) <= 80
    assert "by the arrangements as they stand at each moment" in result.stdout
    assert "released by realtime-2023, KOR>USA>JPN" in result.stdout
    assert "released by gsomia-2016, KOR>JPN: given on JPN's request" in result.stdout
    assert "USA waits for hub" in result.stdout
    assert "KOR  at once" not in result.stdout


def test_a_country_may_be_written_small_and_alone() -> None:
    """With a country there is one way for each report."""
    told = answer("activation-eve-2023", "icbm-2023-12-18", "jpn")

    assert {way["recipient"] for each in told["reports"] for way in each["recipients"]} == {"JPN"}


def test_a_date_asks_what_if() -> None:
    """Before anything was agreed Korea's reports are withheld from Japan, and it says by what."""
    result = run("activation-eve-2023", "icbm-2023-12-18", "JPN", "--as-of", "2013-01-01")

    assert "by the arrangements of 2013-01-01 09:00:00.0 +09:00" in " ".join(result.stdout.split())
    assert "withheld: no arrangement in force covers launch data from KOR" in result.stdout


def test_all_tells_each_report_alone() -> None:
    """With ``--all`` there are as many rows as reports."""
    few = answer("activation-eve-2023", "srbm-2023-12-17", "JPN")["reports"]
    all_ = answer("activation-eve-2023", "srbm-2023-12-17", "JPN", "--all")["reports"]

    assert len(few) < len(all_) == sum(each["count"] for each in few)


def test_an_agreement_is_told_to_all() -> None:
    """What changes the arrangements is a report of its own, and public."""
    told = answer("activation-eve-2023", "realtime-sharing-activated")
    (report,) = told["reports"]

    assert report["kind"] == "agreement"
    assert {way["arrangement"] for way in report["recipients"]} == {"own", "public"}


def test_what_is_not_there_is_said() -> None:
    """An unknown event, country or zone gets a sentence with what to do."""
    wrong = {
        ("hub-down", "icbm-hub-dwn"): "did you mean 'icbm-hub-down'",
        ("hub-down", "hub"): "nobody reports 'hub' (link)",
        ("hub-down", "hub-fails", "AUS"): "'AUS' is no participant",
        ("hub-down", "hub-fails", "--tz", "Mars"): "is no time zone",
        ("activation-eve-2023", "announcement-icbm-over"): "explain 'announcement-icbm'",
    }
    for arguments, words in wrong.items():
        result = run(*arguments)
        assert isinstance(result.exception, UsageError), result.output
        assert words in str(result.exception)
