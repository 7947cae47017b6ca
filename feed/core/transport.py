"""The transport of a run: its state, its time, and what each action does to them.

Knows nothing of a plan: whoever has one says when its next delivery is due.  Contains no clock and
no ``await``; ``now`` is seconds of any clock that never goes back.  Moments are scenario time in
microseconds since 1970.
"""

from collections.abc import Callable
from math import inf
from typing import Any

from feed.core.actions import (
    TRANSITIONS,
    Burst,
    Fire,
    Inject,
    Loop,
    Next,
    Pause,
    Rate,
    Seek,
    State,
    Stop,
    TransportError,
    Until,
    Verb,
    checked_rate,
)
from feed.core.playhead import Playhead
from feed.model.time import SECOND

__all__ = ["Transport"]


class Transport:
    """State, position, rate and borders of a run.  Starts ``loaded`` at ``starts``.

    ``earliest`` is the first moment that can be sought.  ``max_gap_s`` (wall seconds) shortens
    every longer silence; ``skipped_us`` says by how much altogether.
    """

    def __init__(
        self, *, earliest: int, starts: int, ends: int, rate: float, max_gap_s: float | None
    ) -> None:
        self.earliest = earliest
        self.starts = starts
        self.max_gap_s = max_gap_s
        self.state = State.LOADED
        self.head = Playhead(starts, ends=ends, rate=rate)
        self.loop: Loop | None = None
        self.until: int | None = None
        self.skipped_us = 0
        self.granted = 0
        """deliveries that go out although time stands still"""
        self.released: int | None = None
        """what is due until this moment goes out, too"""
        self._begun_rate = rate
        self._verbs: dict[str, Callable[[Any, float], None]] = {
            "play": self._play,
            "pause": self._pause,
            "rate": self._rate,
            "step": self._step,
            "burst": self._burst,
            "next": self._next,
            "seek": self._seek,
            "loop": self._loop,
            "until": self._until,
            "stop": self._stop,
            "reset": self._reset,
            "inject": self._let_go,
            "fire": self._let_go,
            "hold": self._nothing,
            "skip": self._nothing,
            "edit": self._nothing,
            "fault": self._nothing,
            "heal": self._nothing,
        }

    @property
    def playing(self) -> bool:
        """Whether the scenario's time moves."""
        return self.state is State.PLAYING

    @property
    def ends(self) -> int:
        """The latest moment that is known of."""
        return self.head.ends

    def lasts_until(self, moment: int) -> None:
        """Note that something is due at a moment: time must be able to get there."""
        self.head.ends = max(self.head.ends, moment)

    def position(self, now: float, following: int | None) -> int:
        """Return the scenario time; ``following`` is when the next delivery is due."""
        position = self.head.position(now)
        if self.playing and self.head.rate == inf and following is not None:
            border = self.border()
            position = max(position, following if border is None else min(following, border))
        return position

    # -- what is due -------------------------------------------------------------------------------

    def may_go(self, due: int, now: float, ahead: int = 0) -> bool:
        """Tell whether a delivery goes out now, after so many others that are ``ahead`` of it."""
        if self.playing:
            return self._before_border(due) and self.head.reached(due, now)
        return self._lets_go(due, ahead)

    def went(self, due: int, count: int = 1) -> None:
        """Note that so many deliveries went out, the last of them due at a moment."""
        self.head.pass_by(due)
        self.granted = max(0, self.granted - count)

    def wake_at(self, following: int | None) -> float | None:
        """Return the clock reading at which there is something to do; None: not by itself."""
        if self.state is State.ENDED:
            return None
        if not self.playing:
            at_once = self.granted > 0 or (following is not None and self._lets_go(following))
            return -inf if at_once else None
        moment, border = self.ends if following is None else following, self.border()
        return self.head.reading(moment if border is None else min(moment, border))

    def automatic(self, now: float, following: int | None) -> Verb | None:
        """Return what has to be done now without being asked, if anything."""
        if following is None and self._is_over(now):
            return Stop(over=True)
        border = self.border()
        if not self.playing or border is None:
            return None
        waits = following is not None and self._before_border(following)
        if waits or not self.head.reached(border, now):
            return None
        if border == self.until:
            return Pause(at=border)
        assert self.loop is not None, "a border is that of a loop or of an until"
        return Seek(to=self.starts if self.loop.begin is None else self.loop.begin)

    def shorten(self, now: float, following: int | None) -> None:
        """Move over a silence that would last too long, up to the longest gap before its end."""
        if self.max_gap_s is None or not self.playing or self.head.rate == inf:
            return
        target, border = self.ends if following is None else following, self.border()
        target = target if border is None else min(target, border)
        reading = self.head.reading(target)
        excess_s = 0.0 if reading is None else reading - now - self.max_gap_s
        if excess_s > 0:
            here = self.head.position(now)
            skipped = min(round(excess_s * self.head.rate * SECOND), target - here)
            self.head.move(now, here + skipped)
            self.skipped_us += skipped

    def border(self) -> int | None:
        """Return the next moment at which something is done without being asked."""
        borders = [] if self.until is None else [self.until]
        if self.loop is not None:
            borders.append(self.ends if self.loop.end is None else self.loop.end)
        return min(borders, default=None)

    def _before_border(self, due: int) -> bool:
        if self.until is not None and due > self.until:
            return False
        return self.loop is None or self.loop.end is None or due < self.loop.end

    def _lets_go(self, due: int, ahead: int = 0) -> bool:
        """Tell whether a delivery goes out although time stands still."""
        return self.granted > ahead or (self.released is not None and due <= self.released)

    def _is_over(self, now: float) -> bool:
        """Tell whether time has come to the end, where nothing is left to send."""
        if not self.playing:
            return self.state is not State.ENDED and self.granted > 0
        waits = self.loop is not None or (self.until is not None and self.until <= self.ends)
        return not waits and self.head.reached(self.ends, now)

    # -- what is done to it ------------------------------------------------------------------------

    def allow(self, action: Verb, position: int) -> bool:
        """Tell whether an action would do anything; TransportError if it is refused now."""
        transition = TRANSITIONS[self.state][action.do]
        if transition.refused:
            raise TransportError(transition.refused)
        match action:
            case Rate(rate=rate):
                checked_rate(rate)
            case Until(to=to) if to is not None and to < position:
                raise TransportError("that moment is over; seek back first")
            case Loop(begin=begin, end=end):
                first = self.starts if begin is None else begin
                last = self.ends if end is None else end
                if first >= last:
                    raise TransportError("a loop has to begin before it ends")
            case Pause():
                return transition.to is not None or self.granted > 0 or self.released is not None
            case _:
                pass
        return transition.to is not None

    def change(self, action: Verb, now: float) -> None:
        """Change as an action does that is allowed."""
        transition = TRANSITIONS[self.state][action.do]
        self._verbs[action.do](action, now)
        if transition.to is not None:
            self.state = transition.to

    def landing(self, action: Verb) -> int | None:
        """Return the moment that an action jumps to, if it is one that jumps."""
        match action:
            case Seek(to=to):
                return min(max(to, self.earliest), self.ends)
            case _ if TRANSITIONS[self.state][action.do].epoch:
                return self.starts
            case _:
                return None

    def _play(self, _: Verb, now: float) -> None:
        self.granted, self.released = 0, None
        self.head.go(now)

    def _pause(self, action: Pause, now: float) -> None:
        self._stand(now)
        if action.at is not None:
            self.head.move(now, action.at)
            self.until = None if self.until == action.at else self.until

    def _rate(self, action: Rate, now: float) -> None:
        self.head.set_rate(now, action.rate)

    def _step(self, _: Verb, now: float) -> None:
        del now
        self.granted += 1

    def _burst(self, action: Burst, now: float) -> None:
        del now
        self.granted += action.count

    def _next(self, action: Next, now: float) -> None:
        assert action.to is not None, "where to is found before"
        if action.to > self.head.position(now):
            # What lies between becomes due at once.
            self.head.move(now, action.to)
            if not self.playing:
                self.released = action.to

    def _seek(self, action: Seek, now: float) -> None:
        self._jump(now, min(max(action.to, self.earliest), self.ends))

    def _loop(self, action: Loop, now: float) -> None:
        del now
        self.loop = None if action.begin is None and action.end is None else action

    def _until(self, action: Until, now: float) -> None:
        del now
        self.until = action.to

    def _stop(self, action: Stop, now: float) -> None:
        self._stand(now)
        if action.over:
            self.head.pass_by(self.ends)

    def _reset(self, _: Verb, now: float) -> None:
        self.loop = self.until = None
        self._stand(now)
        self._jump(now, self.starts)
        self.head.set_rate(now, self._begun_rate)

    def _let_go(self, action: Inject | Fire, now: float) -> None:
        """Let what is said now go out although time stands still."""
        del now
        if not self.playing:
            self.released = action.at

    def _nothing(self, _: Verb, now: float) -> None:
        """Leave state and time as they are: something else changes."""

    def _stand(self, now: float) -> None:
        self.head.hold(now)
        self.granted, self.released = 0, None

    def _jump(self, now: float, position: int) -> None:
        self.granted, self.released = 0, None
        self.head.move(now, position)
        if self.until is not None and self.until < position:
            self.until = None
