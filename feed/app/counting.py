"""Counting what is planned beside a run: a long scenario begins before it is counted."""

from collections.abc import Generator

from feed.clock import Clock
from feed.core.plan import Count

__all__ = ["Counting", "counted"]

Counting = Generator[int, None, Count]

_PAUSE_S = 0.005
"""A slice takes about a millisecond, so counting has a sixth of the loop's time at most."""


async def counted(counting: Counting, clock: Clock) -> Count:
    """Count in slices with rests between them, so that what is due is not held up."""
    while True:
        try:
            next(counting)
        except StopIteration as done:
            count: Count = done.value
            return count
        await clock.sleep(_PAUSE_S)
