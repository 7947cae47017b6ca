"""Work beside other work: whatever fails ends all of it at once, and is said in its own words."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

__all__ = ["beside"]

Result = TypeVar("Result")


async def beside(main: Coroutine[Any, Any, Result], *helpers: Coroutine[Any, Any, Any]) -> Result:
    """Do something while helpers work beside it; return what it returns.

    A helper may end before; when the main work ends they are cancelled.  What the first of them
    raises is raised here, when it happens, and the rest is cancelled.
    """
    first = asyncio.create_task(main)
    tasks = {first, *(asyncio.create_task(helper) for helper in helpers)}
    running = set(tasks)
    try:
        while not first.done():
            done, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        return first.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
