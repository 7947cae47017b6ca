"""Figures with a broker between: complete, or none."""

import pytest

from feed.bench import broker as measured
from feed.bench.figure import Effort
from feed.errors import IncompleteError
from tests.brokers import need

SHORT = Effort(repeat=1, short=True)
pytestmark = [pytest.mark.slow, pytest.mark.broker]


async def test_publishing_is_measured_beside_two_peers() -> None:
    """On one broker, in one run."""
    need("mosquitto_pub")
    rows = await measured.publish(SHORT)

    assert [row.peer_name.split()[0] for row in rows] == ["mosquitto_pub", "aiomqtt"]
    assert all(row.ours > 0 and row.peer and row.reached is not None for row in rows)


async def test_delivering_is_measured_to_three_processes() -> None:
    """Ours have all of it, and so have theirs."""
    need("mosquitto_sub")
    (row,) = await measured.deliver(SHORT)

    assert row.ours > 0
    assert row.peer is not None


async def test_without_the_peers_ours_is_measured_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """The row says what is missing."""
    monkeypatch.setattr(measured, "there", lambda program: False)
    first, second = await measured.publish(SHORT)

    assert (first.peer, first.note) == (None, "mosquitto_pub is not installed")
    assert second.peer is not None


async def test_a_run_that_fails_is_no_figure(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is said with the code it ended with."""
    monkeypatch.setattr(measured, "launches", lambda at, count: at / "nothing.json")
    with pytest.raises(IncompleteError, match="feed run ended with"):
        await measured.whole_run(SHORT)
