"""``feed receive``: what it says, and what it refuses.  ``test_publish.py`` has it receive."""

from pathlib import Path

import pytest

from feed.cli import invoke
from tests.commands import Shell, records


@pytest.mark.broker
def test_it_says_what_it_waits_for_and_waits_out_a_broker_that_goes(
    shell: Shell, tmp_path: Path
) -> None:
    """Exercise and broker are named; a loss and the way back are said, and nothing is lost."""
    store = str(tmp_path / "store")
    broker, address = shell.broker("--store", store)
    port = address.rpartition(":")[2]
    receiver = shell.start(
        "receive", "jpn", "--exercise", "Small Steps", "--out", "-", "--broker", address
    )
    found = receiver.until(r'\{[^\n]*"subscribed; waiting for messages"[^\n]*\}')
    (said,) = records(found.group())
    assert (said["country"], said["exercise"]) == ("JPN", "small-steps")
    assert said["broker"] == f"127.0.0.1:{port}"
    broker.end()
    receiver.until("connection lost")
    again = shell.start("broker", "--port", port, "--websocket-port", "0", "--store", store)
    again.until("try: ")
    player = shell.run(
        "publish", shell.event_stream, "--wait-for", "JPN", "--rate", "max", "--broker", address
    )

    assert player.returncode == 0, player.stderr
    assert receiver.code() == 0
    assert [each["sequence"] for each in records(receiver.out)] == [
        "00000001",
        "00000002",
        "00000003",
    ]
    assert "connected again" in receiver.err
    assert "Traceback" not in receiver.err


@pytest.mark.broker
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full disk here")
def test_a_full_disk_ends_it_with_a_sentence(shell: Shell) -> None:
    """What cannot be written is not acknowledged, so nothing is lost by it."""
    _, address = shell.broker()
    receiver = shell.start(
        "receive", "JPN", "--exercise", "small-steps", "--out", "/dev/full", "--broker", address
    )
    receiver.until("waiting for messages")
    shell.run("publish", shell.event_stream, "--rate", "max", "--broker", address)

    assert receiver.code() == 74
    assert "feed: /dev/full: the disk is full; free some space" in receiver.err
    assert "Traceback" not in receiver.err


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["JAPAN"], 2, "'JAPAN' is not a three-letter country code"),
        (["J1N"], 2, "'J1N' is not a three-letter country code"),
        (["JPN", "--name", "A B"], 2, "--name 'A B': use lower-case letters"),
        (["JPN", "--exercise", "!!!"], 2, "--exercise '!!!' has no letters or digits"),
        (["JPN", "--exercise", "x", "--tz", "Mars"], 2, "--tz 'Mars' is no time zone"),
        (["JPN", "--exercise", "x", "--out", "/nosuch/x.jsonl"], 74, "no such file or folder"),
        (["JPN", "--broker", "127.0.0.1:1"], 3, "connection refused"),
        (["JPN", "--broker", "mqtt://127.0.0.1:x"], 2, "is not a broker's address"),
    ],
)
def test_what_makes_no_sense_is_refused(
    arguments: list[str], code: int, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """One sentence says why."""
    assert invoke(["receive", *arguments]) == code
    assert words in capsys.readouterr().err
