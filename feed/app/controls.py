"""Asking a player to do something, as an operator: what ``feed control`` and Python have in common.

A request that is not answered is asked again under the same id: the player answers what it has done
already from memory, so nothing is done twice.
"""

import asyncio
import itertools
import json
import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from feed.app.broker_in_use import as_role, default_broker
from feed.app.exercises import only_exercise
from feed.clock import Clock, SystemClock
from feed.errors import BrokerError, UsageError
from feed.model.base import slug_of
from feed.mqtt.address import BrokerAddress, parse_address
from feed.mqtt.subscriber import Subscriber
from feed.wire.control import Refused, decode_request
from feed.wire.topics import Topics, client_id

__all__ = ["Controls", "control"]

_AGAIN_S = 5.0
_TIMES = 24
"""A jump into a long scenario that was never played takes its time."""


class Controls:
    """One operator's connection to the player of an exercise; made by ``control``."""

    def __init__(self, subscriber: Subscriber, topics: Topics, client: str) -> None:
        self._subscriber = subscriber
        self._topics = topics
        self._client = client
        self._numbers = itertools.count(1)
        self._session = secrets.token_hex(4)

    async def ask(self, do: str, **members: Any) -> dict[str, Any]:
        """Ask for something and return the answer, such as ``{"clock": {…}}``.

        Raises:
            UsageError: the player refuses it; the text says why.
            BrokerError: no player answers.
        """
        number = f"{self._session}-{next(self._numbers)}"
        request = _request({"id": number, "client": self._client, "do": do, **members})
        for _ in range(_TIMES):
            await self._subscriber.publish(self._topics.control, request)
            answer = await self._answered(number)
            if answer is None:
                continue
            if "error" in answer:
                raise UsageError(str(answer["error"]))
            return answer
        raise BrokerError(
            self._subscriber.address.shown,
            f"no player of '{self._topics.exercise}' answers; is it being played, and may this "
            "user write 'control'?",
        )

    async def _answered(self, number: str) -> dict[str, Any] | None:
        """Wait for the answer to a request for a while."""
        try:
            async with asyncio.timeout(_AGAIN_S):
                while True:
                    for arrival in await self._subscriber.batch():
                        said = _read(arrival.payload)
                        if said.get("id") == number:
                            return said
        except TimeoutError:
            return None

    async def status(self) -> dict[str, Any]:
        """Return how the run stands, who listens and who is behind."""
        return dict((await self.ask("status"))["status"])

    async def play(self, *, wall: str | None = None) -> dict[str, Any]:
        """Start, or go on; at a wall time (RFC 3339) if one is given."""
        return await self._clock("play", wall=wall)

    async def pause(self, *, wall: str | None = None) -> dict[str, Any]:
        """Hold the scenario's time; at a wall time (RFC 3339) if one is given."""
        return await self._clock("pause", wall=wall)

    async def rate(self, rate: float | str) -> dict[str, Any]:
        """Go on at another rate: scenario seconds per wall second, or ``"max"``."""
        return await self._clock("rate", rate=rate)

    async def seek(self, to: str | None = None, *, by: str | None = None) -> dict[str, Any]:
        """Go to a moment or an event (``"08:24"``, ``"+10m"``, ``"jalert"``), or ``by`` so much."""
        return await self._clock("seek", to=to, by=by)

    async def step(self) -> dict[str, Any]:
        """Send the next message and stand still."""
        return await self._clock("step")

    async def burst(self, count: int) -> dict[str, Any]:
        """Send the next messages at once and stand still."""
        return await self._clock("burst", count=count)

    async def next(self) -> dict[str, Any]:
        """Move to the next first report of an event."""
        return await self._clock("next")

    async def loop(self, begin: str | None = None, end: str | None = None) -> dict[str, Any]:
        """Play a part again and again; without both, no more."""
        return await self._clock("loop", begin=begin, end=end)

    async def until(self, to: str | None = None) -> dict[str, Any]:
        """Pause by itself at a moment; without one, no more."""
        return await self._clock("until", to=to)

    async def stop(self) -> dict[str, Any]:
        """End the run."""
        return await self._clock("stop")

    async def reset(self) -> dict[str, Any]:
        """Go back to how the run was begun."""
        return await self._clock("reset")

    async def inject(
        self, events: Sequence[dict[str, Any]], *, at: str | None = None
    ) -> dict[str, Any]:
        """Add events, as in a scenario file; those without a time are now, or at ``at``."""
        return await self._clock("inject", events=list(events), at=at)

    async def hold(self, target: str) -> dict[str, Any]:
        """Do not send what is due of an event or a message until it is fired."""
        return await self._clock("hold", target=target)

    async def skip(self, target: str) -> dict[str, Any]:
        """Never send what is due of an event or a message."""
        return await self._clock("skip", target=target)

    async def fire(self, target: str) -> dict[str, Any]:
        """Send at once what is held of an event or a message, or else its next message."""
        return await self._clock("fire", target=target)

    async def edit(self, target: str, data: dict[str, Any]) -> dict[str, Any]:
        """Give a planned message other members in its body."""
        return await self._clock("edit", target=target, data=data)

    async def _clock(self, do: str, **members: Any) -> dict[str, Any]:
        """Ask for something and return the clock as it is afterwards."""
        said = {name: value for name, value in members.items() if value is not None}
        return dict((await self.ask(do, **said))["clock"])


@asynccontextmanager
async def control(
    exercise: str | None = None, *, broker: str | None = None, clock: Clock | None = None
) -> AsyncIterator[Controls]:
    """Control a run that is being played: ``async with feed.control("MORNING CALM") as controls``.

    Args:
        exercise: the name of the exercise; None: the only one that is being played.
        broker: ``mqtt://user:password@host:port``; default: the one that feed runs on this machine,
            whose operator's password is known here.
        clock: what tells the time; default: the machine's.

    Raises:
        UsageError: no exercise, or more than one, is being played.
        BrokerError: the broker cannot be reached, or refuses.
    """
    clock = clock or SystemClock()
    address: BrokerAddress = as_role(parse_address(broker or default_broker()), "operator")
    slug = await only_exercise(address, clock) if exercise is None else slug_of(exercise)
    if not slug:
        raise UsageError(f"'{exercise}' has no letters or digits that a topic could have")
    topics, client = Topics(slug), f"operator-{secrets.token_hex(4)}"
    identifier = client_id("operator", slug, client)
    answers = [(topics.control_answer(client), 1)]
    async with Subscriber(address, identifier, answers, clock=clock) as subscriber:
        yield Controls(subscriber, topics, client)


def _request(said: dict[str, Any]) -> bytes:
    """Return a request as it is sent; UsageError if no player could read it."""
    try:
        request = json.dumps(said, ensure_ascii=False, allow_nan=False).encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise UsageError(f"'{said['do']}' cannot be asked for: {error}") from None
    # What a player could not read it could not answer, so it is refused here in the same words.
    if isinstance(read := decode_request(request), Refused):
        raise UsageError(f"'{said['do']}' cannot be asked for: {read.why}")
    return request


def _read(payload: bytes) -> dict[str, Any]:
    try:
        said = json.loads(payload)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}
