"""Work in the background."""

import asyncio

import pytest

from feed.broker.background import meanwhile
from feed.clock import SystemClock


async def test_it_ends_with_the_context_and_its_error_is_told() -> None:
    """Nothing goes on, and nothing is lost."""
    begun, ended = asyncio.Event(), asyncio.Event()

    async def work() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    async def fail() -> None:
        raise ValueError("it failed")

    async with meanwhile(work()):
        await begun.wait()
    assert ended.is_set()

    async def beside_it() -> None:
        async with meanwhile(fail()):
            await SystemClock().sleep(0)

    with pytest.raises(ValueError, match="it failed"):
        await beside_it()
