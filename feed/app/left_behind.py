"""What stands under an exercise before it is played: an earlier player's, and anybody's."""

from contextlib import AsyncExitStack

import structlog

from feed.app.exercises import sweep
from feed.app.retained import retained
from feed.clock import Clock
from feed.errors import BrokerError
from feed.mqtt.address import BrokerAddress
from feed.mqtt.subscriber import Subscriber
from feed.wire.topics import Topics

__all__ = ["entered", "left_by_player"]

log = structlog.get_logger()


async def left_by_player(address: BrokerAddress, topics: Topics, clock: Clock) -> list[str]:
    """Return the topics on which something stands that only a player writes."""
    levels = ("state/#", "geo/#", "head/#", "metrics/#", "clock", "manifest", "player/presence")
    filters = [(f"{topics.base}/{level}", 1) for level in levels]
    return [topic async for topic, _ in retained(address, filters, clock)]


async def entered(
    stack: AsyncExitStack, listener: Subscriber, topics: Topics, clock: Clock
) -> None:
    """Let a player listen to receivers, whatever they left.

    A server hangs up on whoever subscribes to more than it keeps for one client.  That much is
    nothing that a receiver says, so it is taken away.
    """
    try:
        await stack.enter_async_context(listener)
    except BrokerError:
        count = await sweep(listener.address, topics, f"{topics.base}/up/#", clock)
        if not count:
            raise
        log.warning("took away what somebody left, which was too much to be read", count=count)
        await listener.forget()
        await stack.enter_async_context(listener)
