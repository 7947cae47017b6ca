"""``feed control`` and ``feed inject``: one request, and its answer."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from feed.app.controls import control
from feed.files.events import load_events

__all__ = ["ask", "inject"]


async def ask(
    do: str, members: Mapping[str, Any], *, exercise: str | None, broker: str | None
) -> dict[str, Any]:
    """Ask the player of an exercise for something, and return its answer."""
    async with control(exercise, broker=broker) as controls:
        return await controls.ask(do, **members)


async def inject(
    file: Path, at: str | None, *, exercise: str | None, broker: str | None
) -> dict[str, Any]:
    """Ask the player of an exercise to add the events of a file, and return its answer."""
    members: dict[str, Any] = {"events": load_events(file)}
    if at is not None:
        members["at"] = at
    return await ask("inject", members, exercise=exercise, broker=broker)
