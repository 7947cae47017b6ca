"""``feed control`` and ``feed inject``: one request, and its answer."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from feed.app.controls import control
from feed.core.faulted import told_faults
from feed.files.events import load_events
from feed.files.faults import load_faults
from feed.files.source import source_of

__all__ = ["ask", "faults_in", "inject"]


async def ask(
    do: str, members: Mapping[str, Any], *, exercise: str | None, broker: str | None
) -> dict[str, Any]:
    """Ask the player of an exercise for something, and return its answer."""
    async with control(exercise, broker=broker) as controls:
        return await controls.ask(do, **members)


def faults_in(file: Path) -> list[dict[str, Any]]:
    """Return the faults of a file, as they are asked for."""
    path, shown = source_of(file)
    return told_faults(load_faults(path, shown=shown))


async def inject(
    file: Path, at: str | None, *, exercise: str | None, broker: str | None
) -> dict[str, Any]:
    """Ask the player of an exercise to add the events of a file, and return its answer."""
    members: dict[str, Any] = {"events": load_events(file)}
    if at is not None:
        members["at"] = at
    return await ask("inject", members, exercise=exercise, broker=broker)
