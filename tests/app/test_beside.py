"""Work beside other work."""

import asyncio

import pytest

from feed.app.beside import beside


async def forever(ended: list[str]) -> None:
    """Wait until cancelled, and say so."""
    try:
        await asyncio.Event().wait()
    finally:
        ended.append("cancelled")


async def value() -> int:
    """Return something."""
    return 7


async def fails() -> None:
    """Fail."""
    raise ValueError("no")


async def test_helpers_end_with_the_main_work() -> None:
    """Its result is returned."""
    ended: list[str] = []
    assert await beside(value(), forever(ended)) == 7
    assert ended == ["cancelled"]


async def test_whatever_fails_is_said_at_once() -> None:
    """In its own words, not in a group; all the rest is ended."""
    ended: list[str] = []
    with pytest.raises(ValueError, match="no"):
        await beside(forever(ended), forever(ended), fails())
    assert ended == ["cancelled"] * 2


async def test_a_helper_may_end_before() -> None:
    """Nothing else ends with it."""
    done = asyncio.Event()

    async def main() -> str:
        await done.wait()
        return "main"

    async def helper() -> None:
        done.set()

    assert await beside(main(), helper()) == "main"


async def test_cancelled_it_ends_everything() -> None:
    """Nothing goes on behind it."""
    ended: list[str] = []
    task = asyncio.create_task(beside(forever(ended), forever(ended)))
    await asyncio.wait({task}, timeout=0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert ended == ["cancelled"] * 2
