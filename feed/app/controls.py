"""Asking a player to do something, as an operator: what ``feed control`` and Python have in common.

A request that is not answered is asked again under the same id: the player answers what it has done
already from memory, so nothing is done twice.
"""

import asyncio
import itertools
import json
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from feed.app.broker_in_use import as_role, broker_of
from feed.app.exercises import only_exercise
from feed.app.verbs import Verbs
from feed.clock import Clock, SystemClock
from feed.errors import BrokerError, UsageError
from feed.model.base import slug_of
from feed.mqtt.address import BrokerAddress, parse_address
from feed.mqtt.subscriber import Subscriber
from feed.wire.control import Refused, Request, decode_request
from feed.wire.topics import Topics, client_id

__all__ = ["Controls", "control", "request_of"]

_AGAIN_S = 5.0
_TIMES = 24
"""A jump into a long scenario that was never played takes its time."""


class Controls(Verbs):
    """One operator's connection to the player of an exercise; made by ``feed.control``."""

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
        request, _ = request_of({"id": number, "client": self._client, "do": do, **members})
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


@asynccontextmanager
async def control(
    exercise: str | None = None,
    *,
    broker: str | None = None,
    clock: Clock | None = None,
    credentials: str | Path | None = None,
) -> AsyncIterator[Controls]:
    """Control a run that is being played: ``async with feed.control("MORNING CALM") as controls``.

    Args:
        exercise: the name of the exercise; None: the only one that is being played.
        broker: ``mqtt://user:password@host:port``, or several with commas
            between, tried in turn; default: FEED_BROKER, else the one that feed
            runs on this machine, whose operator's password is known here.
        clock: what tells the time; default: the machine's.
        credentials: the folder that was handed out for a secured broker; default:
            FEED_CREDENTIALS.

    Raises:
        UsageError: no exercise, or more than one, is being played.
        BrokerError: the broker cannot be reached, or refuses.
    """
    clock = clock or SystemClock()
    where = broker_of(broker, credentials)
    address: BrokerAddress = as_role(parse_address(where), "operator")
    slug = await only_exercise(address, clock) if exercise is None else slug_of(exercise)
    if not slug:
        raise UsageError(f"'{exercise}' has no letters or digits that a topic could have")
    topics, client = Topics(slug), f"operator-{secrets.token_hex(4)}"
    identifier = client_id("operator", slug, client)
    answers = [(topics.control_answer(client), 1)]
    async with Subscriber(address, identifier, answers, clock=clock) as subscriber:
        yield Controls(subscriber, topics, client)


def request_of(said: dict[str, Any]) -> tuple[bytes, Request]:
    """Return a request as it is sent, and as it is read; UsageError if it cannot be."""
    try:
        request = json.dumps(said, ensure_ascii=False, allow_nan=False).encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise UsageError(f"'{said['do']}' cannot be asked for: {error}") from None
    # What a player could not read it could not answer, so it is refused here in the same words.
    read = decode_request(request)
    if isinstance(read, Refused):
        raise UsageError(f"'{said['do']}' cannot be asked for: {read.why}")
    return request, read


def _read(payload: bytes) -> dict[str, Any]:
    try:
        said = json.loads(payload)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}
