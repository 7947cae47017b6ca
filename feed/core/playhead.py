"""The playhead: a position in scenario time that moves at a rate.

Contains no clock and no ``await``.  The caller says what time it is, in seconds of any clock that
never goes back, and does the waiting.  What is due at a position is not known here.
"""

from math import inf

from feed.core.actions import checked_rate
from feed.model.time import SECOND

__all__ = ["Playhead"]


class Playhead:
    """A position, moving or standing still.  Starts standing still.

    Positions are microseconds of scenario time since 1970, as due times are.  ``rate`` is scenario
    seconds per wall second; at ``inf`` every moment has come as soon as it moves.
    """

    def __init__(self, position: int, *, ends: int, rate: float = 1.0) -> None:
        self._position = position  # at the anchor
        self._anchor: float | None = None  # clock reading; None while standing still
        self.ends = max(ends, position)
        """time does not move by itself beyond this"""
        self.rate = checked_rate(rate)

    @property
    def moving(self) -> bool:
        """Whether time moves."""
        return self._anchor is not None

    def position(self, now: float) -> int:
        """Return the scenario time at a clock reading."""
        if self._anchor is None or self.rate == inf:
            return self._position
        moved = self._position + round((now - self._anchor) * self.rate * SECOND)
        return min(moved, max(self.ends, self._position))

    def reading(self, position: int) -> float | None:
        """Return the clock reading at which a position is reached; None while standing still."""
        if self._anchor is None:
            return None
        if self.rate == inf:
            return self._anchor
        return self._anchor + (position - self._position) / SECOND / self.rate

    def reached(self, position: int, now: float) -> bool:
        """Tell whether a position has been reached at a clock reading, while time moves."""
        # Readings are compared, as whoever waits for ``reading`` does.  Comparing positions instead
        # can round the other way, and then a caller that waited as told would find nothing due.
        reading = self.reading(position)
        return reading is not None and reading <= now

    def go(self, now: float) -> None:
        """Let time move on from here."""
        if self._anchor is None:
            self._anchor = now

    def hold(self, now: float) -> None:
        """Let time stand still."""
        self._position = self.position(now)
        self._anchor = None

    def set_rate(self, now: float, rate: float) -> None:
        """Go on from the present position at another rate."""
        rate = checked_rate(rate)
        self.move(now, self.position(now))
        self.rate = rate

    def move(self, now: float, position: int) -> None:
        """Be at another position; time moves on from there if it moved."""
        self._position = position
        if self._anchor is not None:
            self._anchor = now

    def pass_by(self, position: int) -> None:
        """Note that a position was passed: nothing afterwards is earlier."""
        if self._anchor is None or self.rate == inf:
            self._position = max(self._position, position)

    def lateness(self, position: int, now: float) -> float:
        """Return how many wall seconds ago a position was reached; 0 while standing still."""
        reading = self.reading(position)
        if reading is None or self._anchor is None or self.rate == inf:
            return 0.0
        # What lay before a jump became due with the jump.
        return max(0.0, now - max(self._anchor, reading))
