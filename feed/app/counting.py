"""Counting what is planned beside a run: a long scenario begins before it is counted."""

from collections.abc import Generator
from typing import TypeVar, cast

from feed.clock import Clock
from feed.core.plan import Count

__all__ = ["Counting", "beside_it"]

Counting = Generator[int, None, Count]
Result = TypeVar("Result")

_PAUSE_S = 0.005
"""A slice takes about a millisecond, so counting has a sixth of the loop's time at most."""


async def beside_it(slices: Generator[int, None, Result], clock: Clock) -> Result:
    """Do something in slices with rests between them, so that what is due is not held up."""
    while True:
        try:
            next(slices)
        except StopIteration as done:
            return cast("Result", done.value)
        await clock.sleep(_PAUSE_S)
