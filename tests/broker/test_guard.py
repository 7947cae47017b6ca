"""Tests of ``feed.broker.guard``, with the real watchdog."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from feed.broker.guard import Guard
from feed.clock import SystemClock


@pytest.fixture
async def server() -> AsyncIterator[asyncio.subprocess.Process]:
    """Run something to be ended."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", "import time; time.sleep(1000)"
    )
    yield process
    with contextlib.suppress(ProcessLookupError):
        process.kill()
    await process.wait()


async def ending(server: asyncio.subprocess.Process) -> int:
    """Return how a process ends."""
    async with asyncio.timeout(10):
        return await server.wait()


async def test_what_was_told_is_cleaned_up_at_the_end(
    server: asyncio.subprocess.Process, tmp_path: Path
) -> None:
    """Closing the guard ends the server and removes the folder."""
    folder = tmp_path / "平壌 with a space"
    folder.mkdir()
    guard = Guard()
    await guard.start()

    guard.folder(folder)
    guard.starting(tmp_path / "nats.pid")
    guard.running(server.pid)
    await guard.close()

    assert await ending(server) == -signal.SIGTERM
    assert not folder.exists()


async def test_what_was_taken_back_is_left_alone(server: asyncio.subprocess.Process) -> None:
    """A server that ended is no more the guard's, and its process id may be another's."""
    guard = Guard()
    await guard.start()

    guard.running(server.pid)
    guard.ended()
    await guard.close()

    assert server.returncode is None


async def test_a_watchdog_that_was_killed_has_a_successor(
    server: asyncio.subprocess.Process, tmp_path: Path
) -> None:
    """The successor knows all that its predecessor was told."""
    guard = Guard()
    await guard.start()
    guard.folder(tmp_path / "folder")
    guard.running(server.pid)
    keeping = asyncio.create_task(guard.keep(SystemClock()))
    first = guard.pid
    assert first is not None

    os.kill(first, signal.SIGKILL)
    async with asyncio.timeout(20):
        while guard.pid == first:
            guard.running(server.pid)  # Telling a dead watchdog does no harm.
            await SystemClock().sleep(0.01)
    keeping.cancel()
    (tmp_path / "folder").mkdir()
    await guard.close()

    assert await ending(server) == -signal.SIGTERM
    assert not (tmp_path / "folder").exists()


async def test_closing_before_starting_is_no_error() -> None:
    """A guard that was never started has nothing to clean up."""
    guard = Guard()
    guard.ended()

    await guard.close()

    assert guard.pid is None
