"""A broker that is there and takes nothing."""

import asyncio
from typing import Any, cast

from structlog.testing import capture_logs

from feed.app.stalled import mind_stall
from feed.clock import VirtualClock
from feed.mqtt.publisher import Publisher


class Slow:
    """A publisher as far as it is looked at."""

    oldest: int | None = None
    in_flight = 3
    address = type("Address", (), {"shown": "127.0.0.1:1"})


async def test_it_is_said_once_and_so_is_its_end() -> None:
    """Not of one that is slow, nor of one that has nothing to take."""
    clock, slow = VirtualClock(autojump=False), Slow()
    with capture_logs() as logs:
        minding = asyncio.create_task(mind_stall(cast("Publisher", slow), clock))
        # Nothing to take; then every message is taken in time; then one is not.
        for oldest in (*[None] * 20, *range(20), *[99] * 30, 100, None, None):
            slow.oldest = oldest
            for _ in range(5):
                await asyncio.to_thread(lambda: None)
            clock.advance(1.0)
        minding.cancel()
        await asyncio.gather(minding, return_exceptions=True)
    events: list[Any] = [(each["event"], each.get("waiting")) for each in logs]
    assert events == [("the broker takes nothing", 3), ("the broker takes messages again", None)]
