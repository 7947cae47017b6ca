"""The end of a run: who is waited for, for how long at most, and what is taken away."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress

import structlog

from feed.app.patience import MOMENT_S
from feed.app.player import Player
from feed.app.receivers import Receivers
from feed.app.retained_topics import RetainedTopics
from feed.core.run import Run
from feed.errors import BrokerError
from feed.mqtt.publisher import Publisher
from feed.wire.topics import Topics

__all__ = ["farewell", "settled"]

_FAREWELL_S = 5.0

log = structlog.get_logger()


async def settled(
    run: Run, player: Player, receivers: Receivers, *, wanted: Sequence[str], limit_s: float
) -> bool:
    """Wait until everybody here has everything; return whether those that are wanted have it.

    Nobody makes the others wait: neither a crowd beside those that are wanted, nor a country that
    drowns the word of its own receivers in what no receiver says.
    """

    def lacking() -> list[str]:
        sequences = run.sequences
        return [c for c in wanted if not receivers.served(run.epoch, {c: sequences[c]})]

    moment = min(MOMENT_S, limit_s)
    complete = await player.holds(lambda: not run.ended or not lacking(), moment)
    if not complete and not all(map(receivers.drowned, lacking())):
        rest = limit_s - moment
        complete = await player.holds(lambda: not run.ended or not lacking(), rest)
    await player.holds(
        lambda: not run.ended or receivers.settled(run.epoch, run.sequences), MOMENT_S
    )
    return complete


async def farewell(
    retained: RetainedTopics, receivers: Receivers, publisher: Publisher, topics: Topics
) -> None:
    """Clear what stands, if the broker is there to be told."""
    with suppress(TimeoutError, BrokerError):
        async with asyncio.timeout(_FAREWELL_S):
            await retained.clear()
            for one in list(receivers.listeners.values()):
                if not one.online:
                    presence = topics.presence(one.country, one.client)
                    await publisher.publish(presence, b"", retain=True)
            await publisher.flushed()
            return
    log.warning("retained messages are left", remedy=f"feed clean {topics.exercise}")
