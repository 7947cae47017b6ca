"""``feed control`` and ``feed inject``: one request, and its answer."""

from collections.abc import Mapping
from typing import Any

from feed.app.controls import control

__all__ = ["ask"]


async def ask(
    do: str, members: Mapping[str, Any], *, exercise: str | None, broker: str | None
) -> dict[str, Any]:
    """Ask the player of an exercise for something, and return its answer."""
    async with control(exercise, broker=broker) as controls:
        return await controls.ask(do, **members)
