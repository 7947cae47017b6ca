"""``feed doctor``: findings as lines, and an exit code for scripts."""

import pytest

from feed.cli import invoke
from tests.brokers import EmbeddedLike


@pytest.mark.broker
def test_a_sound_place_ends_with_0(nats: EmbeddedLike, capsys: pytest.CaptureFixture[str]) -> None:
    """Versions, the broker's program, and the broker itself."""
    assert invoke(["doctor", "--broker", nats.url_for("observer")]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("ok    feed ")
    assert f"ok    the broker at 127.0.0.1:{nats.port} answers" in lines


@pytest.mark.broker
def test_what_is_wrong_ends_with_1(nats: EmbeddedLike, capsys: pytest.CaptureFixture[str]) -> None:
    """Every mistake of a filter is a line that says what to do."""
    assert invoke(["doctor", "/Exercise/#/x", "--broker", nats.url_for("observer")]) == 1
    wrong = [each for each in capsys.readouterr().out.splitlines() if each.startswith("WRONG ")]
    assert len(wrong) == 3
    assert all("; " in line for line in wrong)


def test_a_broker_that_is_not_there_is_found(capsys: pytest.CaptureFixture[str]) -> None:
    """That is a finding, not a failure of the verb."""
    assert invoke(["doctor", "--broker", "127.0.0.1:1", "--nats-server", "/nosuch"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert "WRONG --nats-server '/nosuch' is not a program" in "\n".join(lines)
    assert lines[-1].startswith("WRONG broker 127.0.0.1:1: connection refused")
