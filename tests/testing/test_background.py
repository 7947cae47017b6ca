"""An event loop beside the tests."""

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from feed.testing.background import Background


@pytest.fixture
def seen() -> list[str]:
    """Give what happened, in order."""
    return []


def test_what_is_done_there_comes_back_here() -> None:
    """Results and errors; what takes too long is ended."""

    async def thread() -> str:
        return threading.current_thread().name

    async def wrong() -> None:
        raise KeyError("x")

    async def forever() -> None:
        await asyncio.Event().wait()

    with Background() as background:
        assert background.do(thread(), 10.0) == "feed"
        worker = background.call(threading.current_thread)
        assert worker.name == "feed"
        with pytest.raises(KeyError):
            background.do(wrong(), 10.0)
        with pytest.raises(TimeoutError):
            background.do(forever(), 0.01)
    assert not worker.is_alive()


def test_one_task_enters_and_leaves_a_context(seen: list[str]) -> None:
    """As contexts with tasks inside need it."""

    @asynccontextmanager
    async def context() -> AsyncIterator[int]:
        entered = asyncio.current_task()
        seen.append("in")
        yield 5
        assert asyncio.current_task() is entered
        seen.append("out")

    with Background() as background:
        with background.entered(context()) as value:
            assert (value, seen) == (5, ["in"])
        assert seen == ["in", "out"]


def test_a_context_that_cannot_be_entered_says_why(seen: list[str]) -> None:
    """Or that fails when it is left."""

    @asynccontextmanager
    async def refused() -> AsyncIterator[None]:
        raise KeyError("nobody is there")
        yield

    @asynccontextmanager
    async def failing() -> AsyncIterator[None]:
        yield
        raise KeyError("it broke")

    with Background() as background:
        with pytest.raises(KeyError, match="nobody"), background.entered(refused()):
            seen.append("never")
        with pytest.raises(KeyError, match="broke"), background.entered(failing()):
            seen.append("inside")
    assert seen == ["inside"]
