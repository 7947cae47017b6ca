"""``feed runs``: what is written down here."""

import pytest

from feed.cli import invoke
from tests.brokers import RunningBroker
from tests.commands import records


@pytest.mark.broker
def test_runs_are_listed_and_removed(
    small: str, mosquitto: RunningBroker, capsys: pytest.CaptureFixture[str]
) -> None:
    """Newest first, as a table or as JSON; those that are not kept are named as they go."""
    play = ["publish", small, "--rate", "max", "--broker", mosquitto.url_for("observer")]
    for name in ("first-of-two", "second-of-two"):
        assert invoke([*play, "--exercise", name]) == 0
    capsys.readouterr()

    assert invoke(["runs"]) == 0
    rows = capsys.readouterr().out.splitlines()
    assert [row.split()[-2:] for row in rows] == [
        ["second-of-two", "small"],
        ["first-of-two", "small"],
    ]
    assert all("  ended  " in row and "  9 messages  " in row for row in rows)
    assert invoke(["runs", "--json"]) == 0
    newest, oldest = records(capsys.readouterr().out)
    assert list(newest) == [
        "id", "started", "size_bytes", "exercise", "scenario", "state", "published", "path",
    ]  # fmt: skip
    assert newest["started"] > oldest["started"]
    assert newest["started"].endswith("+00:00")
    assert invoke(["runs", "--prune-older", "1d"]) == 0
    assert capsys.readouterr().out == "no run was removed\n"
    assert invoke(["runs", "--prune-keep", "1"]) == 0
    assert capsys.readouterr().out.split()[0] == oldest["id"]
    assert invoke(["runs", "--prune-keep", "0", "--json"]) == 0
    assert records(capsys.readouterr().out)[0]["id"] == newest["id"]
    assert invoke(["runs"]) == 0
    assert capsys.readouterr().out == "no runs are written down here\n"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--prune-older", "long"], "--prune-older 'long': not a duration"),
        (["--prune-keep", "-1"], "--prune-keep"),
    ],
)
def test_what_makes_no_sense_is_refused(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """One sentence says why, and nothing is removed."""
    assert invoke(["runs", *arguments]) == 2
    assert words in capsys.readouterr().err
