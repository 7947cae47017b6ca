"""Rubbish is counted, and told of once a minute."""

import structlog

from feed.app.left_out import LeftOut
from feed.clock import VirtualClock


async def test_a_flood_is_one_line_a_minute() -> None:
    """The first is told at once; then the counts of what came since."""
    clock = VirtualClock()
    left_out = LeftOut("left out", clock)

    with structlog.testing.capture_logs() as lines:
        for _ in range(1000):
            left_out.add("unsigned", "a/b", "it has no signature")
        await clock.sleep(60)
        left_out.add("stale", "a/c", "it is old")

    assert [line["event"] for line in lines] == ["left out", "left out"]
    assert lines[0]["unsigned"] == 1
    assert (lines[1]["unsigned"], lines[1]["stale"], lines[1]["topic"]) == (999, 1, "a/c")
    assert left_out.counts == {"unsigned": 1000, "stale": 1}
