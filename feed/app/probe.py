"""Publishing something and waiting for it: an acknowledgement alone proves no right and no way."""

import asyncio
from collections.abc import Callable

from feed.errors import BrokerError
from feed.mqtt.publisher import Publisher
from feed.mqtt.subscriber import Arrival, Subscriber
from feed.wire.topics import Topics

__all__ = ["read_back"]

_PROBE_S = 10.0


async def read_back(
    listener: Subscriber,
    publisher: Publisher,
    topics: Topics,
    run: str,
    heed: Callable[[Subscriber, Arrival], None],
) -> None:
    """Publish a probe and read it back; ``heed`` takes in whatever else comes meanwhile.

    BrokerError if it does not come back: nothing that is published would reach anybody.
    """
    probe = run.encode()
    await publisher.publish(topics.probe, probe)
    found = False
    try:
        async with asyncio.timeout(_PROBE_S):
            while not found:
                for arrival in await listener.batch():
                    heed(listener, arrival)
                    found |= arrival.topic == topics.probe and arrival.payload == probe
    except TimeoutError:
        raise BrokerError(
            publisher.address.shown,
            "what the player published did not come back; give a user who may read and write "
            f"{topics.base}/#",
        ) from None
