"""A broker that is there and takes nothing: said once, with where to look."""

import structlog

from feed.clock import Clock
from feed.mqtt.publisher import Publisher

__all__ = ["mind_stall"]

_LOOK_S = 1.0
_PATIENCE_S = 8.0
"""A cluster that has just lost a node takes nothing for some 5 s."""

log = structlog.get_logger()


async def mind_stall(publisher: Publisher, clock: Clock) -> None:
    """Say when the same message waits for its acknowledgement all the time; never return."""
    oldest, since, said = publisher.oldest, clock.now(), False
    while True:
        await clock.sleep(_LOOK_S)
        if publisher.oldest is None or publisher.oldest != oldest:
            if said:
                log.info("the broker takes messages again")
            oldest, since, said = publisher.oldest, clock.now(), False
        elif not said and clock.now() - since >= _PATIENCE_S:
            said = True
            log.warning(
                "the broker takes nothing",
                broker=publisher.address.shown,
                waiting=publisher.in_flight,
                remedy="they are sent again until it does; look at what the broker says: its disk "
                "may be full, or it is away",
            )
