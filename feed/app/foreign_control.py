"""What operators, and keys, ask of a capture that is being played."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol, cast

import structlog

from feed.app.control import Controller
from feed.app.player import Player
from feed.app.transport import faster, slower
from feed.clock import Clock
from feed.core.actions import (
    ACTION,
    Loop,
    Next,
    Pause,
    Play,
    Rate,
    Seek,
    Step,
    Stop,
    TransportError,
    Until,
    Verb,
)
from feed.core.foreign import ForeignRun
from feed.model.quoting import quoted
from feed.model.time import Instant, parse_duration, parse_moment
from feed.mqtt.publisher import Publisher
from feed.wire.control import (
    LoopRequest,
    Request,
    SeekRequest,
    StatusRequest,
    ToggleRequest,
    UntilRequest,
)
from feed.wire.topics import Topics

__all__ = ["Controlled", "ForeignController", "action_of", "key_action"]

log = structlog.get_logger()

_KEYS: dict[str, Callable[[ForeignRun], Verb]] = {
    "space": lambda run: Pause() if run.playing else Play(),
    "plus": lambda run: Rate(rate=faster(run.rate)),
    "minus": lambda run: Rate(rate=slower(run.rate)),
    "right": lambda _: Step(),
    "n": lambda _: Next(),
    "q": lambda _: Stop(),
}


class Controlled(Protocol):
    """A player of a capture."""

    run: ForeignRun

    async def do(self, action: Verb) -> bool:
        """Do something to the run; TransportError if it is refused."""


def key_action(key: str, run: ForeignRun) -> Verb | None:
    """Return what a key does; None if it means nothing."""
    made = _KEYS.get(key)
    return None if made is None else made(run)


def action_of(request: Request, run: ForeignRun, position: int) -> Verb:
    """Return what a request means for a capture at a position; TransportError if nothing."""
    start = Instant(run.first, 0)
    match request:
        case ToggleRequest():
            return Pause() if run.playing else Play()
        case SeekRequest(to=str(to), by=None):
            return Seek(to=_moment(to, start))
        case SeekRequest(to=None, by=str(by)):
            try:
                length = parse_duration(by.lstrip("+-"))
            except ValueError:
                text = f"{quoted(by)} is no way to go; write +10m, -90s or -PT1M"
                raise TransportError(text) from None
            return Seek(to=position - length if by.startswith("-") else position + length)
        case SeekRequest():
            raise TransportError("'seek' needs either 'to' or 'by'")
        case LoopRequest(begin=begin, end=end):
            first = None if begin is None else _moment(begin, start)
            return Loop(begin=first, end=None if end is None else _moment(end, start))
        case UntilRequest(to=to):
            return Until(to=None if to is None else _moment(to, start))
        case _:
            return ACTION.validate_python(request.model_dump(exclude={"id", "client", "wall"}))


def _moment(text: str, start: Instant) -> int:
    try:
        return parse_moment(text).resolve_from(start).us
    except (ValueError, OverflowError):
        raise TransportError(
            f"{quoted(text)} is no time; write +90s, 07:22 (UTC, as the capture's clock shows it) "
            "or 2026-10-04T07:22:00+09:00"
        ) from None


class ForeignController(Controller):
    """Takes requests, does each once and answers it, for a capture."""

    def __init__(
        self,
        player: Controlled,
        topics: Topics,
        publisher: Publisher,
        clock: Clock,
        *,
        clock_now: Callable[[], Mapping[str, Any]],
        status: Callable[[], Mapping[str, Any]],
    ) -> None:
        # Of the player nothing is used but what ``_act`` below asks of it.
        super().__init__(
            cast("Player", player), topics, publisher, clock, clock_now=clock_now, status=status
        )
        self._controlled = player
        self.busy = 0
        """requests that are being done, and are not answered yet"""

    async def _do(self, request: Request) -> None:
        self.busy += 1
        try:
            await super()._do(request)
        finally:
            self.busy -= 1

    async def _act(self, request: Request) -> str | None:
        if isinstance(request, StatusRequest):
            return None
        run = self._controlled.run
        try:
            action = action_of(request, run, run.position(self._clock.now()))
            await self._controlled.do(action)
        except (TransportError, ValueError, OverflowError) as error:
            log.info("refused", do=request.do, why=str(error))
            return str(error) or "that makes no sense"
        log.info("done", do=request.do, by=request.client)
        return None
