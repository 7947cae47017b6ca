"""``feed doctor``: findings as lines, and an exit code for scripts."""

import pytest

from feed.cli import invoke
from tests.brokers import EmbeddedLike


@pytest.mark.broker
def test_a_sound_place_ends_with_0(
    embedded: EmbeddedLike, capsys: pytest.CaptureFixture[str]
) -> None:
    """Versions, the broker's program, and the broker itself."""
    assert invoke(["doctor", "--broker", embedded.url_for("observer")]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("ok    feed ")
    assert f"ok    the broker at 127.0.0.1:{embedded.port} answers" in lines


@pytest.mark.broker
def test_what_is_wrong_ends_with_1(
    embedded: EmbeddedLike, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every mistake of a filter is a line that says what to do."""
    assert invoke(["doctor", "/Exercise/#/x", "--broker", embedded.url_for("observer")]) == 1
    wrong = [each for each in capsys.readouterr().out.splitlines() if each.startswith("WRONG ")]
    assert len(wrong) == 3
    assert all("; " in line for line in wrong)


def test_a_broker_that_is_not_there_is_found(capsys: pytest.CaptureFixture[str]) -> None:
    """That is a finding, not a failure of the verb."""
    assert invoke(["doctor", "--broker", "127.0.0.1:1", "--nats-server", "/nosuch"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert "WRONG --nats-server '/nosuch' is not a program" in "\n".join(lines)
    assert lines[-1].startswith("WRONG broker 127.0.0.1:1: connection refused")


@pytest.mark.nats_server("mosquitto takes all of these")
@pytest.mark.broker
@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (["--protocol", "5"], "WRONG MQTT 5 is refused by nats-server; set the client to"),
        (["--client-id", "my.id"], "WRONG a client id with '.' is refused by nats-server"),
        (["--user", ""], "WRONG an empty user name is refused by nats-server; leave the"),
        (["--user", "JPN"], "connect as 'jpn'"),
        (["exercise/v1/+/feed/jpn"], "write exercise/v1/+/feed/jpn/# for everything below it"),
    ],
)
def test_what_keeps_a_client_out_is_said(
    embedded: EmbeddedLike, capsys: pytest.CaptureFixture[str], asked: list[str], words: str
) -> None:
    """With 1 as exit code, because something is wrong."""
    assert invoke(["doctor", *asked, "--broker", f"127.0.0.1:{embedded.port}"]) == 1
    assert words in capsys.readouterr().out


def test_a_protocol_that_is_none_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """Those that there are are named."""
    assert invoke(["doctor", "--protocol", "4"]) == 2
    assert "take one of 3.1, 3.1.1, 5" in capsys.readouterr().err
