"""What is to be done at a wall time, so that several machines do it at the same moment.

The wall clock is asked again and again: what was put off follows it when it is set.
"""

import heapq
import itertools

from feed.clock import Clock
from feed.errors import UsageError
from feed.model.quoting import quoted
from feed.model.time import rfc3339
from feed.wire.control import PauseRequest, PlayRequest
from feed.wire.envelope import moment_of

__all__ = ["PutOff", "Schedule", "start_at", "wall_moment"]

PutOff = PlayRequest | PauseRequest

_MOST = 50
_LOOK_S = 5.0
"""A clock that is set meanwhile is noticed within this time."""
_SECOND = 1e6


def wall_moment(text: str, clock: Clock) -> int:
    """Return a wall time that is to come, in microseconds since 1970.

    ``ValueError`` with one sentence if it is none, or is over.
    """
    wall = moment_of(text)
    if wall < clock.wall():
        now = rfc3339(clock.wall())
        raise ValueError(f"{quoted(text)} is over, it is {now}; name a time to come")
    return wall


def start_at(text: str | None, clock: Clock, *, paused: bool) -> int | None:
    """Return the wall time at which a user wants to begin, in microseconds since 1970."""
    if text is None:
        return None
    if paused:
        raise UsageError("--start-at begins by itself, --paused does not; leave one of them out")
    try:
        return wall_moment(text, clock)
    except ValueError as error:
        raise UsageError(f"--start-at {error}") from None


class Schedule:
    """Requests that wait for their wall time."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._waiting: list[tuple[int, int, PutOff]] = []
        self._numbers = itertools.count()

    def add(self, request: PutOff) -> None:
        """Put a request off until its ``wall``; ``ValueError`` says why that cannot be."""
        assert request.wall is not None, "it is put off"
        wall = wall_moment(request.wall, self._clock)
        if len(self._waiting) >= _MOST:
            raise ValueError("too much is put off already")
        heapq.heappush(self._waiting, (wall, next(self._numbers), request))

    def take(self) -> PutOff | None:
        """Return the next request whose time has come, once."""
        if self._waiting and self._waiting[0][0] <= self._clock.wall():
            return heapq.heappop(self._waiting)[2]
        return None

    def wake_at(self) -> float | None:
        """Return the clock reading at which to look again; None: nothing waits."""
        if not self._waiting:
            return None
        ahead_s = (self._waiting[0][0] - self._clock.wall()) / _SECOND
        return self._clock.now() + min(max(0.0, ahead_s), _LOOK_S)

    def told(self) -> list[dict[str, str]]:
        """Return what waits, in order: what it does, and when."""
        return [{"do": one.do, "wall": rfc3339(wall)} for wall, _, one in sorted(self._waiting)]
