"""``feed watch``: any topic, readable."""

import pytest

from feed.cli import invoke
from tests.brokers import EmbeddedLike, RunningBroker
from tests.commands import Shell
from tests.foreign import retain

REFUSES = pytest.mark.nats_server("mosquitto lets in whom it does not know, and grants all")


@pytest.mark.broker
def test_what_stands_is_printed(
    broker: RunningBroker, exercise: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Marked and with its topic in words, or as it is with ``--raw``; so many and no more."""
    topic = f"exercise/v1/{exercise}/clock"
    retain(broker, topic, b'{"state": "paused", "rate": 2}')
    where = [f"exercise/v1/{exercise}/#", "--broker", broker.url_for("observer")]

    assert invoke(["watch", *where, "--count", "1"]) == 0
    line = capsys.readouterr().out
    assert line.startswith("EXERCISE ")
    assert line.endswith(f" {topic} (retained) state=paused rate=2\n")
    assert invoke(["watch", *where, "-n", "1", "--raw"]) == 0
    assert capsys.readouterr().out == f'{topic} {{"state": "paused", "rate": 2}}\n'


@pytest.mark.broker
def test_messages_are_told_with_both_clocks(shell: Shell) -> None:
    """Each feed's messages in words; Ctrl-C ends it."""
    _, address = shell.broker()
    watching = shell.start(
        "watch", "exercise/v1/+/feed/jpn/#", "--as", "JPN", "--lang", "ja", "--broker", address
    )
    watching.until("subscribed")
    shell.run("publish", shell.event_stream, "--rate", "max", "--broker", address)
    watching.until("JPN 3 ")
    assert watching.end() == 130

    first, _, last = watching.out.splitlines()
    assert first.startswith("EXERCISE 20")
    assert "exercise/v1/small-steps/feed/jpn/alert/warning 2023-12-19T09:00:01" in first
    assert "避難してください。" in first
    assert " JPN 3 +0.0s meeting " in last
    assert "Traceback" not in watching.err


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["a/#/b"], 2, "'#' may only be the last level"),
        ([""], 2, "the filter is empty"),
        pytest.param(["--as", "nobody"], 3, "not authorised", marks=REFUSES),
        pytest.param(
            ["--as", "jpn", "exercise/v1/+/feed/kor/#"],
            3,
            "it refuses the subscription",
            marks=REFUSES,
        ),
        (["--tz", "Mars"], 2, "--tz 'Mars' is no time zone"),
        (["--count", "0"], 2, "--count"),
    ],
)
@pytest.mark.broker
def test_what_makes_no_sense_is_refused(
    embedded: EmbeddedLike,
    arguments: list[str],
    code: int,
    words: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """One sentence says why, and nothing is waited for."""
    assert invoke(["watch", *arguments, "--broker", embedded.url_for("observer")]) == code
    assert words in capsys.readouterr().err
