"""What holds for every connection: nothing is left behind in the event loop."""

import asyncio
import gc
from collections.abc import AsyncIterator
from typing import Any

import pytest


@pytest.fixture
async def nothing_is_left() -> AsyncIterator[None]:
    """Fail a test that leaves tasks behind, or failures that nobody has looked at."""
    loop = asyncio.get_running_loop()
    before = asyncio.all_tasks()
    complaints: list[dict[str, Any]] = []
    loop.set_exception_handler(lambda _, context: complaints.append(context))
    yield
    for _ in range(20):
        # What was closed or cancelled in the last moment ends within a few turns.
        await asyncio.to_thread(lambda: None)
    left = asyncio.all_tasks() - before - {asyncio.current_task()}
    gc.collect()
    loop.set_exception_handler(None)
    assert not left
    assert not complaints
