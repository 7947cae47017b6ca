"""Figures of the beginning."""

import pytest

from feed.bench import starting
from feed.bench.figure import Effort
from tests.brokers import need


@pytest.mark.slow
@pytest.mark.broker
async def test_help_and_the_first_message_are_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    """From the start of the process on."""
    need("mosquitto_sub")
    monkeypatch.setattr(starting, "_MILLION", 3_340)
    shown, few, many = await starting.start(Effort(repeat=1, short=True))

    assert shown.peer is not None
    assert 0 < shown.peer < shown.ours
    assert few.ours > shown.peer
    assert many.ours > shown.peer
