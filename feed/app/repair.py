"""What a receiver does about messages that are missing: it asks for them, and gives up in the end.

A gap has to stand for a while before anything is asked, because a broker that was just restarted
sends again by itself.  It is given up only when the player says that it cannot give it, or when the
run is over and nobody is there who could.
"""

import itertools
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import Any, NamedTuple

import structlog

from feed.clock import Clock

__all__ = ["Gap", "Repair", "Stream"]

_ASK_AFTER_S = 1.5
_ASK_AGAIN_S = 2.0
_GIVE_UP_AFTER_S = 30.0
_MOST_ASKED = 1000
_MOST_REQUESTS = 10

log = structlog.get_logger()

Stream = tuple[str, int]
"""run and epoch"""


class Gap(NamedTuple):
    """Numbers of a stream that are missing, from the first to the last."""

    stream: Stream
    first: int
    last: int


class _Asked(NamedTuple):
    """A request on its way."""

    gap: Gap
    wanted: int
    """the end of the whole gap, if one request is not enough for it"""


@dataclass
class _Lacking:
    """The first message that is missing, for how long, and what was done about it."""

    what: tuple[Stream, int]
    since: float
    asked: float = -inf
    again: bool = False
    """it was asked for before"""
    in_vain: bool = False
    """the player said that it does not have it"""


class Repair:
    """The requests of one receiver; ``request`` publishes one."""

    def __init__(
        self, client: str, clock: Clock, request: Callable[[Mapping[str, Any]], Awaitable[object]]
    ) -> None:
        self._client = client
        self._clock = clock
        self._request = request
        self._lacking: _Lacking | None = None
        self._asked: dict[str, _Asked] = {}
        self._numbers = itertools.count(1)

    def forget(self) -> None:
        """Let go of what was asked about the runs before."""
        self._asked.clear()

    async def mind(
        self, gaps: Sequence[Gap], *, heard: float, over: Callable[[Stream], bool]
    ) -> Stream | None:
        """Do what is to be done about gaps, in order; return the stream whose first is given up.

        ``heard`` is when the player was last heard; ``over`` tells whether nothing more is sent in
        a stream (a run that was only broken off may go on).
        """
        now = self._clock.now()
        if not gaps:
            self._lacking = None
            return None
        stream, first, _ = gaps[0]
        lacking = self._lacking
        # While a stream flows its tail is missing all the time; what counts is what does not move.
        if lacking is None or lacking.what != (stream, first):
            self._lacking = _Lacking((stream, first), now)
            return None
        if now - lacking.since < _ASK_AFTER_S:
            return None
        gone = now - max(heard, lacking.since) > _GIVE_UP_AFTER_S
        if lacking.in_vain or (gone and over(stream)):
            self._lacking = None
            return stream
        if now - lacking.asked >= _ASK_AGAIN_S:
            lacking.asked = now
            # What an answer did not bring is asked for alone, to hear that it is nowhere.
            again, lacking.again = lacking.again, True
            for gap in [Gap(stream, first, first)] if again else gaps[:_MOST_REQUESTS]:
                await self._ask(gap)
        return None

    async def answered(self, said: Mapping[str, Any], head: Callable[[Stream], int]) -> None:
        """Take in the end of an answer; ``head`` is the last number by the player's own word."""
        asked = self._asked.pop(str(said.get("id")), None)
        if said.get("error"):
            log.warning("history refused", why=str(said["error"])[:200])
        elif asked is None:
            return
        elif said.get("count") != 0:
            if asked.gap.last < asked.wanted:
                await self._ask(Gap(asked.gap.stream, asked.gap.last + 1, asked.wanted))
        elif self._lacking is not None and self._lacking.what == asked.gap[:2]:
            # A player that was killed and goes on has yet to send again what it had not written
            # down; only what it says it has sent is nowhere.
            self._lacking.in_vain = asked.gap.first <= head(asked.gap.stream)

    async def _ask(self, gap: Gap) -> None:
        (run, epoch), first, wanted = gap
        last = min(wanted, first + _MOST_ASKED - 1)
        request = {
            "id": f"{self._client}-{next(self._numbers)}",
            "client": self._client,
            "epoch": epoch,
            "from": first,
            "to": last,
        }
        self._asked[str(request["id"])] = _Asked(Gap(gap.stream, first, last), wanted)
        log.info("asking for missed messages", run=run, first=first, last=last)
        await self._request(request)
