"""One exercise has one player, also when two are started in the same instant."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

import structlog

from feed.app.presence import Found, look_for_player
from feed.clock import Clock
from feed.core.claim import PlayerClaim
from feed.errors import UsageError
from feed.mqtt.address import BrokerAddress
from feed.mqtt.subscriber import Arrival, Subscriber
from feed.wire.claim import ClaimSaid, decode_claim
from feed.wire.topics import Topics, client_id

__all__ = ["claimed"]

_ANSWER_S = 2.0
"""How long whoever stands there has to answer; a player that is killed is taken away at once."""
_GRACE_S = 0.1
_HEED_S = 0.5

log = structlog.get_logger()


@asynccontextmanager
async def claimed(
    address: BrokerAddress, topics: Topics, run: str, clock: Clock
) -> AsyncIterator[Found]:
    """Play an exercise alone: inside nobody else does, and whoever begins is told so.

    Raises:
        UsageError: somebody plays it, or begins to at this moment and came first.
    """
    found = await look_for_player(address, topics, clock)
    if found.run is not None:
        raise _refused(topics, found.run)
    name = secrets.token_hex(8)
    said = ClaimSaid(claim=name, run=run)
    async with Subscriber(
        address,
        client_id("player", topics.exercise, f"claim-{secrets.token_hex(4)}"),
        [(topics.claim, 1)],
        clock=clock,
        will=(topics.claim, b""),
    ) as subscriber:
        claim = _Claiming(PlayerClaim(name), said, subscriber, topics)
        # Once, not at each connection: who plays is heard by its answers.
        await subscriber.publish(topics.claim, said.model_dump_json().encode(), retain=True)
        await claim.decide()
        playing = asyncio.current_task()
        assert playing is not None, "somebody plays"
        answering = asyncio.create_task(claim.answer(playing.cancel, clock))
        try:
            yield found
        except asyncio.CancelledError:
            if claim.run is None:
                raise
            for _ in range(claim.given_up):
                playing.uncancel()
            raise _refused(topics, claim.run) from None
        finally:
            answering.cancel()
            await asyncio.gather(answering, return_exceptions=True)
            if claim.run is None:
                await subscriber.publish(topics.claim, b"", retain=True)


def _refused(topics: Topics, run: str) -> UsageError:
    return UsageError(
        f"exercise '{topics.exercise}' is being played already (run {run}); "
        "stop that player, or take another name with --exercise"
    )


class _Claiming:
    """A claim on a connection."""

    def __init__(
        self, claim: PlayerClaim, said: ClaimSaid, subscriber: Subscriber, topics: Topics
    ) -> None:
        self.run: str | None = None
        """what is played by somebody else, as soon as that is known"""
        self.given_up = 0
        """how often whoever plays was told to give up"""
        self._claim = claim
        self._said = said
        self._subscriber = subscriber
        self._topics = topics

    async def decide(self) -> None:
        """Wait until it is known who plays; UsageError if it is somebody else."""
        try:
            async with asyncio.timeout(_ANSWER_S):
                while self._claim.holder is None:
                    for arrival in await self._subscriber.batch():
                        await self._hear(arrival)
        except TimeoutError:
            self._claim.nobody_answered()
        with suppress(TimeoutError):
            # A broker may show what stands a little late: then only an answer tells of it.
            async with asyncio.timeout(_GRACE_S):
                await self._until_another_plays()
        if self.run is not None:
            raise _refused(self._topics, self.run)

    async def answer(self, give_up: Callable[[], object], clock: Clock) -> None:
        """Tell everybody who begins later that somebody plays; give up if another does."""
        await self._until_another_plays()
        while True:
            # Some awaits of libraries swallow a cancellation, so it is said again.
            self.given_up += 1
            give_up()
            await clock.sleep(_HEED_S)

    async def _until_another_plays(self) -> None:
        while self.run is None:
            for arrival in await self._subscriber.batch():
                await self._hear(arrival)

    async def _hear(self, arrival: Arrival) -> None:
        if not arrival.payload:
            return
        try:
            said = decode_claim(arrival.payload)
        except ValueError:
            log.warning("left out what is no claim", topic=arrival.topic)
            return
        claim = self._claim
        if claim.hear(said.claim, answer=said.answer, plays=said.plays, retained=arrival.retain):
            answer = self._said.model_copy(update={"answer": True, "plays": claim.holds})
            payload = answer.model_dump_json().encode()
            await self._subscriber.publish(self._topics.claim, payload, retain=True)
        if self._claim.holder == said.claim and not self._claim.holds:
            self.run = said.run
