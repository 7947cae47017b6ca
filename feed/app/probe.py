"""Publishing something and waiting for it: an acknowledgement alone proves no right and no way."""

import asyncio
import secrets
from collections.abc import Callable

from feed.clock import Clock
from feed.errors import BrokerError
from feed.mqtt.address import BrokerAddress
from feed.mqtt.publisher import Publisher
from feed.mqtt.subscriber import Arrival, Subscriber
from feed.wire.topics import Topics, client_id

__all__ = ["read_back", "try_size"]

_PROBE_S = 10.0
_TAKEN_BY_ALL = 64 * 1024
"""Bytes of a payload that no broker refuses."""


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


async def try_size(
    address: BrokerAddress, topics: Topics, largest: tuple[int, str], clock: Clock
) -> None:
    """Send as many bytes as the largest payload has and read them back, on a connection of its own.

    A broker does not say how much it takes: it hangs up on more, or drops it.  BrokerError says so
    with the place of the payload, the second part of ``largest``.
    """
    size, place = largest
    if size <= _TAKEN_BY_ALL:
        return
    identifier = client_id("player", topics.exercise, f"size-{secrets.token_hex(4)}")
    filters = [(topics.probe, 1)]
    async with Subscriber(address, identifier, filters, clock=clock) as subscriber:
        if await subscriber.publish(topics.probe, bytes(size)) and await _comes(subscriber, size):
            return
    raise BrokerError(
        address.shown,
        f"it does not take a payload of {size:,} bytes ({place}); let it take more, or leave that "
        "topic out with --filter",
    )


async def _comes(subscriber: Subscriber, size: int) -> bool:
    try:
        async with asyncio.timeout(_PROBE_S):
            while True:
                if any(len(arrival.payload) == size for arrival in await subscriber.batch()):
                    return True
    except TimeoutError:
        return False
