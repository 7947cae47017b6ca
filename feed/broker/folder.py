"""Take the folder of a broker: made, held against others, and of the engine that runs there."""

import os
from contextlib import AsyncExitStack

from feed.broker.engines import ENGINES
from feed.broker.engines.engine import Engine
from feed.broker.guard import Guard
from feed.broker.room import need_room
from feed.broker.store import Store
from feed.clock import Clock
from feed.errors import FilesError

__all__ = ["held_folder"]

_LOCK_S = 5.0
_ASK_AGAIN_S = 0.01


async def held_folder(stack: AsyncExitStack, place: Store, engine: Engine, clock: Clock) -> Guard:
    """Make the folder, so that it goes when we go, and hold it against others."""
    if place.temporary:
        guard = Guard()
        stack.push_async_callback(guard.close)
        await guard.start()
        guard.folder(place.folder)
        place.create()
        stack.callback(place.remove)
        need_room(place)
        return guard
    place.create()
    lock = await _locked(place, clock)
    stack.callback(os.close, lock)
    _of_no_other(place, engine)
    need_room(place)
    guard = Guard(held=(lock,))
    stack.push_async_callback(guard.close)
    await guard.start()
    return guard


def _of_no_other(place: Store, engine: Engine) -> None:
    """Refuse a folder with what another engine keeps: it would be as if nothing was there."""
    for other in ENGINES:
        if other is not engine and (place.folder / f"{other.STEM}.conf").exists():
            raise FilesError(
                place.folder,
                f"{other.NAME} keeps its messages there, which {engine.NAME} cannot read; "
                f"take --engine {other.NAME}, or another folder",
            )


async def _locked(place: Store, clock: Clock) -> int:
    """Wait a moment for the watchdog of a parent that was just killed."""
    deadline = clock.now() + _LOCK_S
    while (lock := place.lock()) is None:
        if clock.now() > deadline:
            raise FilesError(
                place.folder,
                "another broker keeps its files there; stop it, or take another folder",
            )
        await clock.sleep(_ASK_AGAIN_S)
    return lock
