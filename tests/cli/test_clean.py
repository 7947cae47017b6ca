"""``feed clean``: what a killed player left is taken away, and nothing else."""

import pytest

from feed.cli import invoke
from tests.brokers import RunningBroker
from tests.commands import Shell
from tests.foreign import retain


@pytest.mark.broker
def test_what_stands_is_taken_away(
    broker: RunningBroker, exercise: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The name of the exercise can be given as it is written; other exercises stay."""
    for name in (exercise, f"{exercise}-too"):
        retain(broker, f"exercise/v1/{name}/clock", b'{"state": "playing"}')
    where = ["--broker", broker.url_for("player")]

    assert invoke(["clean", exercise.upper(), *where]) == 0
    assert invoke(["clean", exercise, *where]) == 0
    assert invoke(["clean", f"{exercise}-too", *where]) == 0
    assert capsys.readouterr().out.splitlines() == [
        f"{exercise}: 1 retained message taken away",
        f"{exercise}: 0 retained messages taken away",
        f"{exercise}-too: 1 retained message taken away",
    ]


@pytest.mark.broker
def test_a_player_that_answers_is_left_alone(shell: Shell) -> None:
    """While it plays, even paused, its exercise is not cleaned."""
    _, address = shell.broker()
    player = shell.start("publish", shell.event_stream, "--paused", "--broker", address)
    shell.run("watch", "exercise/v1/+/clock", "--count", "2", "--broker", address)
    refused = shell.run("clean", "small-steps", "--broker", address)

    assert refused.returncode == 2
    assert "exercise 'small-steps' is being played" in refused.stderr
    assert "stop its player first" in refused.stderr
    assert player.end() == 130


def test_a_name_without_letters_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """It would be no level of a topic."""
    assert invoke(["clean", "!!!"]) == 2
    assert "'!!!' has no letters or digits" in capsys.readouterr().err
