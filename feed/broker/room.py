"""The disk under a broker's store: said once when it is full, and healed when there is room again.

A server that could not write does not try again by itself, whatever room there is later; it has to
be started anew on its store.  Nothing is lost meanwhile: what it did not acknowledge comes again.
"""

import shutil
from collections.abc import Callable

import structlog

from feed.broker.store import Store
from feed.clock import Clock
from feed.errors import FilesError

__all__ = ["ENOUGH_BYTES", "mind_room", "unless_unwritten"]

ENOUGH_BYTES = 16_777_216
"""room on the disk from which on it is tried again"""

_NOTHING_BYTES = 65_536
_LOOK_S = 2.0
_FULL = "no space left"

log = structlog.get_logger()


def is_full(store: Store) -> bool:
    """Tell whether the present server has said that it could not write."""
    return any(_FULL in line.lower() for line in store.said())


async def mind_room(store: Store, restart: Callable[[], None], clock: Clock) -> None:
    """Say when the disk is full, and start the server anew when there is room; never return."""
    while True:
        await clock.sleep(_LOOK_S)
        if not is_full(store):
            continue
        log.warning(
            "the disk is full",
            folder=str(store.folder),
            remedy=f"make room, {ENOUGH_BYTES >> 20} MiB at least: until then nothing is taken, "
            "players wait, and all goes on by itself",
        )
        while shutil.disk_usage(store.folder).free < ENOUGH_BYTES:
            await clock.sleep(_LOOK_S)
        log.info("there is room again; the server is started anew", folder=str(store.folder))
        restart()
        while is_full(store):
            await clock.sleep(_LOOK_S)


def unless_unwritten(store: Store, database: str | None) -> None:
    """Raise FilesError if a server that writes at its end what it keeps found no room for that."""
    if database is None or store.temporary or (store.folder / database).exists():
        return
    # A server whose log is on the full disk cannot say so.
    if is_full(store) or shutil.disk_usage(store.folder).free < _NOTHING_BYTES:
        raise FilesError(
            store.folder,
            "what the broker kept could not be written, for the disk is full; make room, and "
            "let it begin anew: players and receivers of ours repair what it has forgotten",
        )
