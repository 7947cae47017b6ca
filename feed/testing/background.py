"""An event loop in a thread of its own, so that tests need not be asynchronous."""

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import Future
from contextlib import AbstractAsyncContextManager, contextmanager
from types import TracebackType
from typing import Any, Self, TypeVar

__all__ = ["Background"]

Result = TypeVar("Result")


class Background:
    """Runs coroutines in a thread, for as long as the context lasts."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="feed", daemon=True)

    def __enter__(self) -> Self:
        """Start the thread."""
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the thread; everything that was entered has been left before."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def do(self, work: Coroutine[Any, Any, Result], limit_s: float) -> Result:
        """Do something in the thread and return what it returns; TimeoutError if that is late."""
        return self._start(asyncio.wait_for(work, limit_s)).result()

    def call(self, function: Callable[..., Result], *arguments: Any) -> Result:
        """Call a function in the thread and return what it returns."""

        async def calling() -> Result:
            return function(*arguments)

        return self._start(calling()).result()

    @contextmanager
    def entered(self, context: AbstractAsyncContextManager[Result]) -> Iterator[Result]:
        """Enter a context in the thread; one task enters and leaves it."""
        there: Future[Result] = Future()
        leave = asyncio.Event()

        async def holding() -> None:
            try:
                async with context as value:
                    there.set_result(value)
                    await leave.wait()
            except BaseException as error:
                if there.done():
                    raise
                there.set_exception(error)

        held = self._start(holding())
        value = there.result()
        try:
            yield value
        finally:
            self._loop.call_soon_threadsafe(leave.set)
            held.result()

    def _start(self, work: Coroutine[Any, Any, Result]) -> "Future[Result]":
        return asyncio.run_coroutine_threadsafe(work, self._loop)
