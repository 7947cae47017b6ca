"""What operators ask of a run: each request is done once, answered always, and harms nothing.

Who may ask is the broker's business: only an operator may write the control topic.
"""

import asyncio
from collections import OrderedDict, deque
from collections.abc import Callable, Mapping
from typing import Any

import structlog

from feed.app.asked import action_of
from feed.app.player import Player
from feed.app.schedule import PutOff, Schedule
from feed.clock import Clock
from feed.core.actions import Amending, Play, TransportError
from feed.core.place import at_once
from feed.model.time import rfc3339
from feed.mqtt.publisher import Publisher
from feed.mqtt.subscriber import Arrival
from feed.wire.compact import compact
from feed.wire.control import (
    PlayRequest,
    Refused,
    Request,
    StatusRequest,
    decode_request,
)
from feed.wire.topics import Topics

__all__ = ["Controller"]

_MOST_REMEMBERED = 500
_MOST_WAITING = 50
_COMPLAIN_EVERY_S = 60.0

log = structlog.get_logger()

Answer = dict[str, Any]


class Controller:
    """The requests of one run.

    ``clock_now`` returns the run's clock as it is retained, ``status`` what else there is to tell.
    """

    def __init__(
        self,
        player: Player,
        topics: Topics,
        publisher: Publisher,
        clock: Clock,
        *,
        clock_now: Callable[[], Mapping[str, Any]],
        status: Callable[[], Mapping[str, Any]],
    ) -> None:
        self.dropped = 0
        """requests that could not be read, or were too many, and were not answered"""
        self._player = player
        self._topics = topics
        self._publisher = publisher
        self._clock = clock
        self._clock_now = clock_now
        self._status = status
        self._waiting: deque[Request] = deque()
        self._refused: deque[Refused] = deque(maxlen=_MOST_WAITING)
        self._something = asyncio.Event()
        self.schedule = Schedule(clock)
        self._remembered: OrderedDict[tuple[str, str], bytes] = OrderedDict()
        self._complained = -_COMPLAIN_EVERY_S

    def take(self, arrival: Arrival) -> None:
        """Put a request where it waits for its turn."""
        request = None if arrival.retain else decode_request(arrival.payload)
        if isinstance(request, Refused) and request.client is not None:
            self._refused.append(request)
        elif request is None or isinstance(request, Refused):
            self._drop("a retained request" if request is None else request.why)
        elif len(self._waiting) >= _MOST_WAITING:
            self._drop("too many at once")
        else:
            self._waiting.append(request)
        self._something.set()

    async def serve(self) -> None:
        """Do what is asked for, and answer, for as long as the run is played."""
        while True:
            while self._refused:
                refused = self._refused.popleft()
                assert refused.client is not None, "whoever cannot be told is not kept"
                await self._answer(refused.client, {"id": refused.id, "error": refused.why})
            if self._waiting:
                await self._do(self._waiting.popleft())
                # However many there are, what is due gets its turn.
                await self._clock.sleep(0)
            elif (put_off := self.schedule.take()) is not None:
                await self._act(put_off)
            else:
                self._something.clear()
                await self._clock.wait(self._something, self.schedule.wake_at())

    def _drop(self, why: str) -> None:
        self.dropped += 1
        now = self._clock.now()
        if now - self._complained >= _COMPLAIN_EVERY_S:
            self._complained = now
            log.warning("requests that nobody can be answered", last=why, count=self.dropped)

    async def _do(self, request: Request) -> None:
        key = (request.client, request.id)
        if key in self._remembered:
            # Asked again because the answer was lost: it is not done twice.
            topic = self._topics.control_answer(request.client)
            await self._publisher.publish(topic, self._remembered[key])
            return
        if isinstance(request, PutOff) and request.wall is not None:
            error = self.put_off(request)
        else:
            error = await self._act(request)
        answer: Answer = {"id": request.id}
        if error:
            answer["error"] = error
        else:
            answer["clock"] = dict(self._clock_now())
            if isinstance(request, StatusRequest):
                answer["status"] = dict(self._status())
        payload = await self._answer(request.client, answer)
        self._remembered[key] = payload
        if len(self._remembered) > _MOST_REMEMBERED:
            self._remembered.popitem(last=False)

    async def _act(self, request: Request) -> str | None:
        """Do what is asked for; return why that is refused, if it is."""
        if isinstance(request, StatusRequest):
            return None
        run, now = self._player.run, self._clock.now()
        try:
            action = at_once(action_of(request, run, run.position(now)))
            await self._player.do(action)
        except (TransportError, ValueError, OverflowError) as error:
            log.info("refused", do=request.do, why=str(error))
            return str(error) or "that makes no sense"
        details = {"target": action.target} if hasattr(action, "target") else {}
        changed = isinstance(action, Amending)
        log.info("done", do=request.do, by=request.client, changes_the_plan=changed, **details)
        return None

    async def begin(self, wall: int | None) -> None:
        """Let time move: now, or at a wall time (microseconds since 1970)."""
        if wall is not None:
            at = rfc3339(wall)
            start = PlayRequest(id="start-at", client="player", do="play", wall=at)
            if self.put_off(start) is None:
                log.info("begins later", at=at)
                return
            log.warning("begins at once: meanwhile the time to begin has come", at=at)
        if not self._player.run.ended:
            await self._player.do(Play())

    def put_off(self, request: PutOff) -> str | None:
        """Do something at its wall time; return why that cannot be, if it cannot."""
        try:
            self.schedule.add(request)
        except ValueError as error:
            return str(error)
        self._something.set()
        return None

    async def _answer(self, client: str, answer: Answer) -> bytes:
        payload = compact(answer)
        await self._publisher.publish(self._topics.control_answer(client), payload)
        return payload
