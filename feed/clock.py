"""Time, and the waiting for it.  The only file that reads a clock or sleeps.

``now`` is seconds of a clock that never goes back and means nothing by itself; ``wall`` is the time
of day, in integer microseconds since 1970 UTC.  Everything below takes both as arguments.
"""

import asyncio
import heapq
import time
from typing import Literal, Protocol

__all__ = ["Clock", "SystemClock", "VirtualClock"]

_TURNS = 10


class Clock(Protocol):
    """What tells the time and waits."""

    def now(self) -> float:
        """Return seconds of a clock that never goes back."""

    def wall(self) -> int:
        """Return the time of day in microseconds since 1970-01-01T00:00Z."""

    async def sleep(self, seconds: float) -> None:
        """Wait for a time; a time that is not positive lets others run once."""

    async def sleep_until(self, now: float) -> None:
        """Wait until ``now()`` has reached a reading."""

    async def wait(self, event: asyncio.Event, until: float | None = None) -> None:
        """Wait until an event is set, or a reading is reached; which of them is not said."""


class SystemClock:
    """The machine's clocks."""

    # ``time.monotonic`` may stand still while a laptop sleeps; a replay then resumes where it was,
    # which is what somebody who closes the lid expects.  A jump of the wall clock harms nothing:
    # due times are reckoned in ``now`` alone.

    def now(self) -> float:
        """Return the monotonic clock."""
        return time.monotonic()

    def wall(self) -> int:
        """Return the wall clock."""
        return time.time_ns() // 1000

    async def sleep(self, seconds: float) -> None:
        """Wait by the event loop."""
        await asyncio.sleep(max(0.0, seconds))

    async def sleep_until(self, now: float) -> None:
        """Wait by the event loop, again if it woke early."""
        while (left := now - time.monotonic()) > 0:  # noqa: ASYNC110 - time tells no event
            await asyncio.sleep(left)

    async def wait(self, event: asyncio.Event, until: float | None = None) -> None:
        """Wait by the event loop; one timer, and no task."""
        if until is None:
            await event.wait()
            return
        left = until - time.monotonic()
        if left <= 0:
            await asyncio.sleep(0)
            return
        timer = asyncio.get_running_loop().call_later(left, event.set)
        try:
            await event.wait()
        finally:
            timer.cancel()


class VirtualClock:
    """A clock for tests: time passes only when told to, or at once when ``autojump`` is on.

    With ``autojump`` time moves to the next sleeper's moment after every other task had a chance to
    run, so a three-hour scenario takes no time.
    """

    def __init__(self, *, now: float = 0.0, wall: int = 0, autojump: bool = True) -> None:
        self._now = now
        self._wall_at_zero = wall - round(now * 1e6)
        self._autojump = autojump
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._changes = 0  # how often somebody began to sleep or was woken
        self._jumper: asyncio.Task[None] | None = None

    def now(self) -> float:
        """Return the virtual reading."""
        return self._now

    def wall(self) -> int:
        """Return a wall time that moves with the virtual reading."""
        return self._wall_at_zero + round(self._now * 1e6)

    def set_wall(self, wall: int) -> None:
        """Move the time of day alone, as a user or NTP does."""
        self._wall_at_zero = wall - round(self._now * 1e6)

    def advance(self, seconds: float) -> None:
        """Let time pass, and wake whoever waited for a moment in it."""
        self._move(self._now + seconds)

    async def sleep(self, seconds: float) -> None:
        """Wait for virtual seconds."""
        await self.sleep_until(self._now + max(0.0, seconds))

    async def sleep_until(self, now: float) -> None:
        """Wait until the virtual reading gets there."""
        self._changes += 1
        if now <= self._now:
            await asyncio.sleep(0)
            return
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (now, self._changes, woken))
        if self._autojump and (self._jumper is None or self._jumper.done()):
            # A task of its own: a sleeper that counted turns would notice late that it was woken.
            self._jumper = asyncio.create_task(self._jump())
        await woken

    async def wait(self, event: asyncio.Event, until: float | None = None) -> None:
        """Wait for an event or a virtual reading."""
        waiting = {asyncio.create_task(event.wait())}
        if until is not None:
            waiting.add(asyncio.create_task(self._sleeping(until)))
        try:
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in waiting:
                task.cancel()

    async def _sleeping(self, until: float) -> Literal[True]:
        await self.sleep_until(until)
        return True

    async def _jump(self) -> None:
        """Move to the next sleeper's moment, again and again, whenever nobody else has to run."""
        while self._sleepers:
            changes = self._changes
            # A few turns of the loop let tasks that are ready run before time moves on.
            for _ in range(_TURNS):
                await asyncio.sleep(0)
            while self._sleepers and self._sleepers[0][2].done():
                heapq.heappop(self._sleepers)  # was cancelled; no time is spent on it
            if changes == self._changes and self._sleepers:
                self._move(self._sleepers[0][0])

    def _move(self, now: float) -> None:
        self._now = max(self._now, now)
        while self._sleepers and self._sleepers[0][0] <= self._now:
            _, _, woken = heapq.heappop(self._sleepers)
            if not woken.done():
                self._changes += 1
                woken.set_result(None)
