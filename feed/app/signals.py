"""Ending on request: Ctrl-C, SIGTERM and a closed terminal end a program the same, clean way."""

import asyncio
import contextlib
import signal
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

__all__ = ["INTERRUPTED", "TERMINATED", "run_until_signal"]

INTERRUPTED = 130
TERMINATED = 143

Result = TypeVar("Result")


def run_until_signal(main: Callable[[], Coroutine[Any, Any, int]]) -> int:
    """Run a coroutine function to its end; return its exit code, or the one of the signal."""

    async def guarded() -> int:
        task = asyncio.create_task(main())
        code = 0

        def end(signal_code: int) -> None:
            nonlocal code
            # The first request ends cleanly; whoever asks again does not want to wait.
            if code:
                for name in ("SIGINT", "SIGTERM", "SIGHUP"):
                    with contextlib.suppress(AttributeError, NotImplementedError, ValueError):
                        loop.remove_signal_handler(getattr(signal, name))
            code = signal_code
            task.cancel()

        loop = asyncio.get_running_loop()
        for name, signal_code in (
            ("SIGINT", INTERRUPTED),
            ("SIGTERM", TERMINATED),
            ("SIGHUP", TERMINATED),
        ):
            # Windows has no such handlers; there Ctrl-C arrives as KeyboardInterrupt.
            with contextlib.suppress(AttributeError, NotImplementedError):
                loop.add_signal_handler(getattr(signal, name), end, signal_code)
        try:
            return await task
        except asyncio.CancelledError:
            return code or INTERRUPTED

    return asyncio.run(guarded())
