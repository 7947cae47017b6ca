"""Figures of time."""

import pytest

from feed.bench import pacing
from feed.bench.figure import Effort

pytestmark = pytest.mark.slow


def test_percentiles() -> None:
    """The middle, nearly all, and the last."""
    values = [float(n) for n in range(100, 0, -1)]
    assert [pacing.percentile(values, part) for part in (0.0, 0.5, 0.99, 1.0)] == [1, 51, 100, 100]


@pytest.mark.broker
async def test_lateness_and_latency_are_those_of_a_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of every message: a run that is not complete is no figure."""
    monkeypatch.setattr(pacing, "_RATES", (30,))
    monkeypatch.setattr(pacing, "there", lambda program: False)
    (late,) = await pacing.pace(Effort(short=True))
    (taken,) = await pacing.latency(Effort(short=True))

    assert late.peer is not None
    assert 0 <= late.details["p50_ms"] <= late.ours <= late.details["max_ms"]
    assert taken.ours > 0
