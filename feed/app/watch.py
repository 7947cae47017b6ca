"""``feed watch``: any topic, readable, with both clocks."""

import secrets
import sys
from dataclasses import dataclass

from feed.app.venue import as_role
from feed.clock import SystemClock
from feed.mqtt.address import parse_address
from feed.mqtt.subscriber import Subscriber
from feed.terminal.lines import Lines
from feed.wire.topics import ROOT, client_id

__all__ = ["WatchOptions", "watch"]


@dataclass(frozen=True)
class WatchOptions:
    """What a user asks of ``feed watch``."""

    broker: str
    filter: str = f"{ROOT}/#"
    role: str = "observer"
    raw: bool = False
    most: int | None = None
    language: str = "en"
    zone: str | None = None


async def watch(options: WatchOptions) -> int:
    """Print whatever comes on a topic filter, until somebody ends it."""
    clock = SystemClock()
    address = as_role(parse_address(options.broker), options.role)
    lines = Lines(sys.stdout, zone=options.zone)
    name = client_id(options.role, "any", f"watch-{secrets.token_hex(4)}")
    left = options.most
    async with Subscriber(address, name, [(options.filter, 1)], clock=clock) as subscriber:
        while left is None or left > 0:
            for arrival in await subscriber.batch():
                if left is not None and left <= 0:
                    break
                if options.raw:
                    sys.stdout.buffer.write(arrival.topic.encode() + b" " + arrival.payload + b"\n")
                else:
                    lines.payload(
                        arrival.topic,
                        arrival.payload,
                        retained=arrival.retain,
                        wall_us=clock.wall(),
                        language=options.language,
                    )
                left = None if left is None else left - 1
            sys.stdout.flush()
    return 0
