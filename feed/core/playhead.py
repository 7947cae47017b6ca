"""The playhead: which deliveries are due, and when to look again.

Contains no clock and no ``await``.  The caller says what time it is, in seconds of any clock that
never goes back, and does the waiting.

============  ==========================  ==========================
state         play, pause                 step, burst
============  ==========================  ==========================
``loaded``    playing, loaded             paused
``playing``   playing, paused             refused
``paused``    playing, paused             paused
``ended``     refused                     refused
============  ==========================  ==========================
"""

from collections.abc import Iterator
from enum import StrEnum
from math import inf
from typing import Literal

from feed.model.message import Delivery
from feed.model.time import SECOND

__all__ = ["Playhead", "State", "TransportError", "checked_rate"]


class State(StrEnum):
    """The state of a run's transport."""

    LOADED = "loaded"
    PLAYING = "playing"
    PAUSED = "paused"
    ENDED = "ended"


class TransportError(ValueError):
    """A request that the present state refuses; the text says why, in one sentence."""


_FASTEST = 1e9
_SLOWEST = 1e-6
_AT_THE_END = {
    "play": "the run has ended; seek or reset it first",
    "pause": "the run has ended; there is nothing to pause",
    "step": "the run has ended; there is no next message",
}


def checked_rate(rate: float) -> float:
    """Return a rate; TransportError if it is none."""
    # Beyond these bounds the products below would no longer be numbers of microseconds.
    if rate == inf or _SLOWEST <= rate <= _FASTEST:
        return rate
    raise TransportError(
        f"a rate is a number from {_SLOWEST:g} to {_FASTEST:g} or max, not {rate:g}"
    )


class Playhead:
    """A position in a plan, moving at a rate.  Starts ``loaded``, at the start of the plan.

    Positions are microseconds of scenario time since 1970, as due times are.  ``rate`` is scenario
    seconds per wall second; ``inf`` plays everything as fast as it can be sent.  ``max_gap_s``
    (wall seconds) shortens every longer silence; ``skipped_us`` says by how much altogether.
    """

    def __init__(
        self,
        deliveries: Iterator[Delivery],
        *,
        starts: int,
        ends: int,
        rate: float = 1.0,
        max_gap_s: float | None = None,
    ) -> None:
        self._deliveries = deliveries
        self._next: Delivery | None = None
        self._position = starts  # at the anchor
        self._anchor: float | None = None  # clock reading; None while standing still
        # Anchor, position and rate by which something was last handed out; they may change with it.
        self._moved: tuple[float, int, float] | None = None
        self.starts = starts
        self.ends = max(ends, starts)
        """no delivery that is known of is later"""
        self.rate = checked_rate(rate)
        self.max_gap_s = max_gap_s
        self.state = State.LOADED
        self.skipped_us = 0
        self.handed_out = 0
        """how many deliveries were handed out"""
        self._look_ahead()

    @property
    def next_delivery(self) -> Delivery | None:
        """The delivery that is handed out next."""
        return self._next

    def position(self, now: float) -> int:
        """Return the scenario time at a clock reading, in microseconds since 1970."""
        if self._anchor is None:
            return self._position
        if self.rate == inf:
            return self._position if self._next is None else max(self._position, self._next.due)
        moved = self._position + round((now - self._anchor) * self.rate * SECOND)
        # Between two deliveries time moves on; a late delivery does not hold it back.
        return min(moved, max(self.ends, self._position))

    def allow(self, verb: Literal["play", "pause", "step"]) -> None:
        """Raise TransportError if the present state refuses a request; nothing changes."""
        if self.state is State.ENDED:
            raise TransportError(_AT_THE_END[verb])
        if verb == "step" and self.state is State.PLAYING:
            raise TransportError("it is playing; pause it to step")

    def play(self, now: float) -> None:
        """Start, or go on; refused when ended."""
        self.allow("play")
        if self._anchor is None:
            self._anchor = now
            self.state = State.PLAYING
            self._shorten(now)

    def pause(self, now: float) -> None:
        """Hold the position."""
        self.allow("pause")
        if self.state is State.PLAYING:
            self._hold(now)
            self.state = State.PAUSED

    def set_rate(self, now: float, rate: float) -> None:
        """Go on from the present position at another rate."""
        rate = checked_rate(rate)
        if self._anchor is not None:
            self._hold(now)
            self._anchor = now
        self.rate = rate
        self._shorten(now)

    def wake_at(self) -> float | None:
        """Return the clock reading at which something is due; None while nothing can be."""
        if self._anchor is None:
            return None
        return self._reading(self.ends if self._next is None else self._next.due)

    def lateness(self, delivery: Delivery, now: float) -> float:
        """Return how many wall seconds ago what was just handed out became due."""
        if self._moved is None:
            return 0.0
        anchor, position, rate = self._moved
        if rate == inf:
            return 0.0
        # What lay before a jump became due with the jump.
        return max(0.0, now - max(anchor, anchor + (delivery.due - position) / SECOND / rate))

    def due(self, now: float, limit: int) -> list[Delivery]:
        """Hand out, once, at most ``limit`` deliveries whose moment has come."""
        handed: list[Delivery] = []
        if self._anchor is None:
            return handed
        # Compare clock readings, as wake_at() does.  Comparing positions instead can round the
        # other way, and then a caller that waited as told would find nothing due, for ever.
        moved = (self._anchor, self._position, self.rate)
        while (
            len(handed) < limit and self._next is not None and self._reading(self._next.due) <= now
        ):
            handed.append(self._take())
        if handed:
            self._moved = moved
            if self.rate == inf:
                self._position = max(self._position, handed[-1].due)
            self._shorten(now)
        if self._next is None and self._reading(self.ends) <= now:
            self.end(now)
        return handed

    def step(self, now: float) -> Delivery | None:
        """Hand out the next delivery and stand still at its moment."""
        self.allow("step")
        if self._next is None:
            self.end(now)
            return None
        delivery = self._take()
        self._position = max(self._position, delivery.due)
        self.state = State.PAUSED
        return delivery

    def jump_to(self, now: float, position: int) -> None:
        """Move forward in time; what lies between becomes due at once.  Never moves back."""
        if position <= self.position(now):
            return
        playing = self._anchor is not None
        self._position = position
        self._anchor = now if playing else None

    def end(self, now: float) -> None:
        """Stop for good; what was not handed out never will be."""
        self._hold(now)
        if self._next is None:
            self._position = max(self._position, self.ends)
        self.state = State.ENDED

    def _take(self) -> Delivery:
        assert self._next is not None, "nothing left to hand out"
        delivery = self._next
        self._look_ahead()
        self.handed_out += 1
        return delivery

    def _look_ahead(self) -> None:
        self._next = next(self._deliveries, None)
        if self._next is not None:
            # Time must be able to get there, or a pause on the way would forget where it was.
            self.ends = max(self.ends, self._next.due)

    def _reading(self, position: int) -> float:
        assert self._anchor is not None, "a reading needs an anchor"
        if self.rate == inf:
            return self._anchor
        return self._anchor + (position - self._position) / SECOND / self.rate

    def _hold(self, now: float) -> None:
        self._position = self.position(now)
        self._anchor = None

    def _shorten(self, now: float) -> None:
        """Move over a silence that would last too long, up to the longest gap before its end."""
        if self.max_gap_s is None or self._anchor is None or self.rate == inf:
            return
        target = self.ends if self._next is None else self._next.due
        excess_s = self._reading(target) - now - self.max_gap_s
        if excess_s > 0:
            here = self.position(now)
            skipped = min(round(excess_s * self.rate * SECOND), target - here)
            self._position, self._anchor = here + skipped, now
            self.skipped_us += skipped
