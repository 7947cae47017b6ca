"""What a receiver does about messages that are missing: it asks for them, and gives up in the end.

A gap has to stand for a while before anything is asked, because a broker that was just restarted
sends again by itself.  It is given up only when the player says that it cannot give it, or when the
run is over and nobody is there who could.  Contains no clock and no ``await``.
"""

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import inf
from typing import NamedTuple

__all__ = ["Asking", "Gap", "Repair"]

_ASK_AFTER_S = 1.5
_ASK_AGAIN_S = 2.0
_GIVE_UP_AFTER_S = 30.0
_WITHOUT_ASKING_S = 3.0
"""A broker that sends again after a connection was lost does so at once."""
_MOST_ASKED = 1000
_MOST_REQUESTS = 10
_MOST_OPEN = 2 * _MOST_REQUESTS
"""Requests whose answer is waited for; of older ones no answer will come."""


class Gap(NamedTuple):
    """Numbers of an epoch that are missing, from the first to the last."""

    epoch: int
    first: int
    last: int
    tail: bool = False
    """nothing that was sent later has arrived"""


class Asking(NamedTuple):
    """A request for missed messages, to be published."""

    id: str
    epoch: int
    first: int
    last: int


class _Open(NamedTuple):
    """A request on its way."""

    gap: Gap
    wanted: int
    """the end of the whole gap, if one request is not enough for it"""


@dataclass
class _Lacking:
    """The first message that is missing, for how long, and what was done about it."""

    what: tuple[int, int]
    since: float
    asked: float = -inf
    again: bool = False
    """it was asked for before"""


class Repair:
    """The requests of one receiver about one run; ``client`` goes into their ids.

    One that may not ask (``asks``) gives up what later messages have overtaken.
    """

    def __init__(self, client: str, *, asks: bool = True) -> None:
        self._client = client
        self._asks = asks
        self._lacking: _Lacking | None = None
        self._nowhere: set[tuple[int, int]] = set()
        """first numbers, by epoch, of gaps that the player said it cannot give"""
        self._stood: float | None = None  # since when the gap was missing that was just refused
        self._open: dict[str, _Open] = {}
        self._numbers = itertools.count(1)
        self._at_once = False

    def hurry(self) -> None:
        """Ask for the first gap at once: this receiver was away, and no broker sends it again."""
        self._at_once = self._asks

    @property
    def at_once(self) -> bool:
        """Whether the first gap is to be asked for as soon as it is known."""
        return self._at_once

    def __len__(self) -> int:
        """Return how many answers are waited for."""
        return len(self._open)

    def mind(
        self, gaps: Sequence[Gap], *, now: float, heard: float, over: Callable[[int], bool]
    ) -> tuple[list[Asking], int | None]:
        """Return what to ask for about gaps, in order, and the epoch whose first gap is given up.

        ``heard`` is when the player was last heard; ``over`` tells whether nothing more is sent in
        an epoch (a run that was only broken off may go on).
        """
        if not gaps:
            self._lacking = None
            self._stood = None
            self._nowhere.clear()
            return [], None
        epoch, first, _, tail = gaps[0]
        lacking = self._lacking
        # While a stream flows its tail is missing all the time; what counts is what does not move.
        if lacking is None or lacking.what != (epoch, first):
            # What stood behind a gap that was refused has been missing for as long.
            since, self._stood = now if self._stood is None else self._stood, None
            self._lacking = lacking = _Lacking((epoch, first), since)
        gone = now - max(heard, lacking.since) > _GIVE_UP_AFTER_S
        alone = not self._asks and not tail and now - lacking.since > _WITHOUT_ASKING_S
        if alone or lacking.what in self._nowhere or (gone and over(epoch)):
            self._stood = lacking.since if alone or lacking.what in self._nowhere else None
            self._nowhere.discard(lacking.what)
            self._lacking = None
            return [], epoch
        if not self._asks:
            return [], None
        soon = not self._at_once and now - lacking.since < _ASK_AFTER_S
        if soon or now - lacking.asked < _ASK_AGAIN_S:
            return [], None
        self._at_once = False
        lacking.asked = now
        # What an answer did not bring is asked for alone, to hear that it is nowhere.
        again, lacking.again = lacking.again, True
        asked = [Gap(epoch, first, first)] if again else gaps[:_MOST_REQUESTS]
        return [self._ask(gap) for gap in asked], None

    def answered(self, request: str, count: int, head: Callable[[int], float]) -> list[Asking]:
        """Take in the end of an answer, of so many messages; return what to ask for next.

        ``head`` is the last number of an epoch by the player's own word; inf: it sends no more.
        """
        asked = self._open.pop(request, None)
        if asked is None:
            return []
        if count:
            rest = Gap(asked.gap.epoch, asked.gap.last + 1, asked.wanted)
            return [self._ask(rest)] if rest.first <= rest.last else []
        if asked.gap.first <= head(asked.gap.epoch):
            # A player that was killed and goes on has yet to send again what it had not written
            # down; only what it says it has sent is nowhere.
            self._nowhere.add(asked.gap[:2])
        return []

    def _ask(self, gap: Gap) -> Asking:
        last = min(gap.last, gap.first + _MOST_ASKED - 1)
        request = Asking(f"{self._client}-{next(self._numbers)}", gap.epoch, gap.first, last)
        self._open[request.id] = _Open(gap._replace(last=last), gap.last)
        if len(self._open) > _MOST_OPEN:
            del self._open[next(iter(self._open))]
        return request
