"""The process of a server: signalled and ended, whether or not it has gone meanwhile."""

import asyncio
import contextlib

__all__ = ["end", "send"]

_GRACE_S = 3.0


def send(process: asyncio.subprocess.Process | None, number: int) -> None:
    """Send a signal to a process, if there is one."""
    if process is not None and process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(number)


async def end(process: asyncio.subprocess.Process) -> None:
    """End a process and wait for it: gently if it lets us."""
    for way in (process.terminate, process.kill):
        with contextlib.suppress(ProcessLookupError):
            way()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_GRACE_S):
                await process.wait()
                break
