"""``feed publish`` and ``feed receive`` on terminals of their own."""

import json
import signal
from pathlib import Path

import pytest

from feed.cli import invoke
from tests.brokers import RunningBroker
from tests.commands import Shell, records


def sequences(path: Path) -> list[int]:
    """Return the numbers of the messages in a file, in the order of its lines."""
    return [int(each["sequence"]) for each in records(path.read_text(encoding="utf-8"))]


@pytest.mark.broker
def test_a_receiver_that_is_killed_misses_nothing(shell: Shell) -> None:
    """Broker, player and receivers are processes of their own; one is killed and comes back."""
    _, address = shell.broker()
    out = shell.folder / "jpn.jsonl"
    receive = ["receive", "JPN", "--exercise", "small-steps", "--out", str(out)]
    first = shell.start(*receive, "--broker", address)
    other = shell.start("receive", "KOR", "--exercise", "SMALL STEPS", "--broker", address)
    player = shell.start(
        "publish", shell.event_stream, "--wait-for", "JPN,KOR", "--rate", "2", "--max-gap", "1s",
        "--broker", address,
    )  # fmt: skip
    first.until("EXERCISE .* JPN 1 ")
    assert first.end(signal.SIGKILL) == -signal.SIGKILL
    second = shell.start(*receive, "--broker", address)

    assert [command.code() for command in (player, second, other)] == [0, 0, 0], player.err
    assert sequences(out) == [1, 2, 3]
    assert '"event": "published"' in player.err
    assert '"messages": 9' in player.err
    assert player.out == ""
    assert all("Traceback" not in each.err for each in (first, second, other, player))


@pytest.mark.broker
def test_a_player_that_was_ended_goes_on(shell: Shell) -> None:
    """``--resume`` continues the same run; the receiver has waited, and has each message once."""
    _, address = shell.broker()
    out = shell.folder / "jpn.jsonl"
    receiver = shell.start(
        "receive", "JPN", "--exercise", "small-steps", "--out", str(out), "--broker", address
    )
    player = shell.start(
        "publish", shell.event_stream, "--wait-for", "JPN", "--rate", "8", "--broker", address
    )
    receiver.until("EXERCISE .* JPN 2 ")
    assert player.end() == 130
    run = next(
        each["id"]
        for each in records(shell.run("runs", "--json").stdout)
        if each["state"] == "broken-off"
    )
    resumed = shell.run(
        "publish", "--resume", run, "--wait-for", "JPN", "--rate", "max", "--broker", address
    )

    assert resumed.returncode == 0, resumed.stderr
    assert receiver.code() == 0
    assert sequences(out) == [1, 2, 3]
    assert {json.loads(line)["run"] for line in out.read_text().splitlines()} == {run}


@pytest.mark.broker
def test_who_does_not_come_is_named(
    small: str, broker: RunningBroker, exercise: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """With ``--wait`` the player gives up waiting, and says what to start."""
    arguments = ["--wait-for", "kor,JPN", "--wait", "PT0.2S", "--exercise", exercise]

    assert invoke(["publish", small, "--broker", broker.url_for("player"), *arguments]) == 4
    said = capsys.readouterr().err
    assert "no receiver of KOR, JPN came within 0.2 s; start it with 'feed receive KOR'" in said


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        ([], 2, "name a scenario"),
        (["STORY", "--wait", "10s"], 2, "--wait has no effect: nobody is waited for"),
        (["STORY", "--wait-for", "XYZ"], 2, "--wait-for XYZ: the feed is for JPN, KOR, USA"),
        (["STORY", "--wait-for", "KOR", "--wait", "soon"], 2, "--wait 'soon': not a duration"),
        (["STORY", "--broker", "127.0.0.1:1"], 3, "connection refused; start one with"),
        (["STORY", "--rate", "nan"], 2, "'nan' is not a rate"),
    ],
)
def test_what_makes_no_sense_is_refused(
    small: str,
    arguments: list[str],
    code: int,
    words: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """One sentence says why, and nothing is published."""
    arguments = [small if argument == "STORY" else argument for argument in arguments]

    assert invoke(["publish", *arguments]) == code
    assert words in capsys.readouterr().err
