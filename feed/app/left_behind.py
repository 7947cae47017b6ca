"""What stands under an exercise before it is played, and a player's ears for what is said then."""

from collections.abc import Sequence
from contextlib import AsyncExitStack

import structlog

from feed.app.exercises import sweep
from feed.app.retained import retained
from feed.clock import Clock
from feed.errors import BrokerError
from feed.mqtt.address import BrokerAddress
from feed.mqtt.errors import BusyError
from feed.mqtt.subscriber import Subscriber
from feed.wire.topics import Topics

__all__ = ["Ears", "left_by_player"]

log = structlog.get_logger()


async def left_by_player(address: BrokerAddress, topics: Topics, clock: Clock) -> list[str]:
    """Return the topics on which something stands that only a player writes."""
    levels = ("state/#", "geo/#", "head/#", "metrics/#", "clock", "manifest", "player/presence")
    filters = [(f"{topics.base}/{level}", 1) for level in levels]
    return [topic async for topic, _ in retained(address, filters, clock)]


class Ears:
    """A connection on which a player listens.

    What is said while it is killed and comes back is not lost: a receiver that has everything says
    so once, and leaves.
    """

    def __init__(
        self,
        address: BrokerAddress,
        topics: Topics,
        client: str,
        filters: Sequence[tuple[str, int]],
        clock: Clock,
    ) -> None:
        self._topics = topics
        self._clock = clock
        self.subscriber = Subscriber(
            address, client, filters, clock=clock, persistent=True, late=True
        )

    async def enter(self, stack: AsyncExitStack) -> None:
        """Begin to listen, whatever receivers have left.

        A server hangs up on whoever subscribes to more than it keeps for one client.  That much is
        nothing that a receiver says, so it is taken away.
        """
        try:
            await stack.enter_async_context(self.subscriber)
        except BusyError:
            raise
        except BrokerError:
            topics, address = self._topics, self.subscriber.address
            count = await sweep(address, topics, f"{topics.base}/up/#", self._clock)
            if not count:
                raise
            log.warning("took away what somebody left, which was too much to read", count=count)
            await stack.enter_async_context(self.subscriber)
