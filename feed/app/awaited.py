"""The word of receivers that a run began with, heard beside whatever else their country says.

A broker hands on what was published in its order, so whoever talks without end stands before every
acknowledgement.  A connection of its own that takes nothing but the acknowledgements of those
receivers hears them all the same.
"""

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import AsyncExitStack
from typing import Any

import structlog

from feed.app.left_behind import Ears
from feed.clock import Clock
from feed.errors import BrokerError
from feed.mqtt.subscriber import Subscriber

__all__ = ["Awaited"]

_AGAIN_S = 1.0

log = structlog.get_logger()


class Awaited:
    """The connections to those receivers, one for each country.

    ``ears`` makes a connection out of a name and topics; ``listen`` hears what comes by it, and
    never returns.
    """

    def __init__(
        self,
        ears: Callable[[str, Sequence[tuple[str, int]]], Ears],
        listen: Callable[[Subscriber], Coroutine[Any, Any, None]],
        clock: Clock,
    ) -> None:
        self._clock = clock
        self._ears = ears
        self._listen = listen
        self._topics: Mapping[str, Sequence[str]] = {}
        self._chosen = asyncio.Event()
        self._subscribers: dict[str, Subscriber] = {}
        """by country"""

    def choose(self, topics: Mapping[str, Sequence[str]]) -> None:
        """Say which topics are listened to, by country."""
        self._topics = topics
        self._chosen.set()

    def hears(self, topic: str, *, instead_of: Subscriber) -> bool:
        """Tell whether a topic is heard here now, instead of by another connection."""
        if not any(topic in topics for topics in self._topics.values()):
            return False
        return instead_of not in self._subscribers.values() and self.stands

    @property
    def stands(self) -> bool:
        """Whether every connection is there."""
        return len(self._subscribers) == len(self._topics) > 0 and all(
            each.connected for each in self._subscribers.values()
        )

    async def serve(self) -> None:
        """Listen from the moment that they are chosen."""
        await self._chosen.wait()
        await asyncio.gather(*(self._hear(*each) for each in self._topics.items()))

    async def forget(self) -> None:
        """Let the broker drop what it keeps for them, once disconnected."""
        for each in self._subscribers.values():
            await each.forget()

    async def _hear(self, country: str, topics: Sequence[str]) -> None:
        """Listen to a country, for good: where that is impossible, its other words are heard."""
        filters = [(each, 1) for each in topics]
        while True:
            ears = self._ears(f"{country.lower()}-awaited", filters)
            try:
                async with AsyncExitStack() as stack:
                    await ears.enter(stack)
                    self._subscribers[country] = ears.subscriber
                    await self._listen(ears.subscriber)
            except BrokerError as error:
                log.debug("no connection for who was waited for", country=country, why=str(error))
            await self._clock.sleep(_AGAIN_S)
