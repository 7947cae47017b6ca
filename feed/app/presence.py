"""Whether a player is already there: one exercise has one player."""

import asyncio
import secrets
from typing import NamedTuple

from feed.clock import Clock
from feed.mqtt.address import BrokerAddress
from feed.mqtt.subscriber import Subscriber
from feed.wire.clock import decode_clock
from feed.wire.topics import Topics, client_id

__all__ = ["Found", "look_for_player"]

_RETAINED_S = 2.0
_LONGER_S = 1.5
"""A clock that has not moved for three seconds is stale."""


class Found(NamedTuple):
    """What was found of an exercise."""

    run: str | None = None
    """the run that is being played; None: no player answers"""
    left: bool = False
    """a player was there once, and did not clear what it retained"""


async def look_for_player(address: BrokerAddress, topics: Topics, clock: Clock) -> Found:
    """Find out whether a player answers for an exercise.

    A player says that it is there, and its clock beats once a second while it plays.  A player that
    was killed leaves at most the first of the two.
    """
    name = f"look-{secrets.token_hex(4)}"
    marker = topics.presence("none", name)
    filters = [(topics.player_presence, 1), (topics.clock, 1), (marker, 1)]
    identifier = client_id("player", topics.exercise, name)
    left = online = extended = False
    run = "unknown"
    async with Subscriber(address, identifier, filters, clock=clock) as subscriber:
        # What stands comes before what is published now, so our own message ends the looking.
        await subscriber.publish(marker, b"look")
        try:
            async with asyncio.timeout(_RETAINED_S) as limit:
                while True:
                    for arrival in await subscriber.batch():
                        if arrival.topic == marker and not online:
                            return Found(left=left)
                        left = left or bool(arrival.payload and arrival.topic != marker)
                        if arrival.topic == topics.player_presence:
                            online = arrival.payload == b"online"
                            if online and not extended:
                                extended = True
                                limit.reschedule((limit.when() or 0) + _LONGER_S)
                        elif arrival.topic == topics.clock and arrival.payload:
                            run = _run_of(arrival.payload) or run
                            if online and not arrival.retain:
                                return Found(run, left=True)
        except TimeoutError:
            return Found(left=left)


def _run_of(payload: bytes) -> str | None:
    try:
        return decode_clock(payload).run
    except ValueError:
        return None
