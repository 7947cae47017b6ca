"""What stands retained on a broker at this moment."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Sequence

from feed.clock import Clock
from feed.mqtt.address import BrokerAddress
from feed.mqtt.subscriber import Subscriber
from feed.wire.topics import client_id

__all__ = ["retained"]

_QUIET_S = 0.5
_LONGEST_S = 10.0


async def retained(
    address: BrokerAddress, filters: Sequence[tuple[str, int]], clock: Clock
) -> AsyncIterator[tuple[str, bytes]]:
    """Yield (topic, payload) of what stands, until all has come and then nothing for half a second.

    Whatever QoS is asked for, it is read at 0: a broker keeps nothing for whoever only looks.
    """
    name = f"look-{secrets.token_hex(4)}"
    wanted = [(topic, 0) for topic, _ in filters]
    subscriber = Subscriber(address, client_id("observer", "any", name), wanted, clock=clock)
    end = clock.now() + _LONGEST_S
    async with subscriber:
        # A line may be slower than half a second, and so may a machine that is busy.
        caught_up = asyncio.create_task(subscriber.caught_up())
        try:
            while clock.now() < end:
                try:
                    async with asyncio.timeout(_QUIET_S):
                        batch = await subscriber.batch()
                except TimeoutError:
                    if caught_up.done():
                        return
                    continue
                for arrival in batch:
                    if arrival.retain and arrival.payload:
                        yield arrival.topic, arrival.payload
        finally:
            caught_up.cancel()
            await asyncio.gather(caught_up, return_exceptions=True)
