"""Tests of ``feed.broker.process``, on real processes."""

import asyncio
import signal
import sys

import pytest

from feed.broker.process import end, send

WAITS = "import signal; {}print(flush=True); signal.pause()"
STUBBORN = WAITS.format("signal.signal(signal.SIGTERM, signal.SIG_IGN); ")
pytestmark = pytest.mark.slow


async def started(program: str) -> asyncio.subprocess.Process:
    """Start a process that has said that it runs."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", program), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    await process.stdout.readline()
    return process


async def test_one_that_does_not_let_us_is_killed() -> None:
    """Whoever ends it waits no longer than the grace; that it is gone already is no error."""
    process = await started(STUBBORN)
    try:
        await end(process)
        await end(process)
        assert process.returncode == -signal.SIGKILL
    finally:
        send(process, signal.SIGKILL)


async def test_a_signal_is_sent_to_whoever_is_there() -> None:
    """Nobody, or one that has ended, is no error."""
    process = await started(WAITS.format(""))
    send(None, signal.SIGTERM)
    send(process, signal.SIGTERM)
    assert await process.wait() == -signal.SIGTERM
    send(process, signal.SIGTERM)
