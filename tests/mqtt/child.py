"""A receiver in a process of its own, to be killed: says what it got, and acknowledges nothing."""

import asyncio
import sys

from feed.clock import SystemClock
from feed.mqtt.address import parse_address
from feed.mqtt.subscriber import Subscriber


async def main(url: str, client_id: str, topic_filter: str) -> None:
    """Print the payloads of every batch as a line."""
    async with Subscriber(
        parse_address(url),
        client_id,
        [(topic_filter, 1)],
        clock=SystemClock(),
        persistent=True,
        late=True,
    ) as subscriber:
        print("ready", flush=True)  # noqa: T201 - the parent reads it
        while True:
            for arrival in await subscriber.batch():
                print(arrival.payload.decode(), flush=True)  # noqa: T201 - the parent reads it


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
