"""The disk under a broker's store: said once when it is full, and healed when there is room again.

A server that could not write does not try again by itself, whatever room there is later; it has to
be started anew on its store.  Nothing is lost meanwhile: what it did not acknowledge comes again.
"""

import shutil
from typing import Protocol

import structlog

from feed.broker.store import Store
from feed.clock import Clock
from feed.errors import FilesError

__all__ = ["ENOUGH_BYTES", "mind_room", "need_room", "unless_unwritten"]

ENOUGH_BYTES = 16_777_216
"""room on the disk from which on it is tried again"""

_LITTLE_BYTES = 1_048_576
"""room on the disk of a node below which it is full: a server whose log is there cannot say so"""
_NOTHING_BYTES = 65_536
_LOOK_S = 2.0
_LOOK_OF_NODE_S = 0.5
"""Whoever connects to a node that is full meanwhile is refused."""
_FULL = "no space left"

log = structlog.get_logger()


class Restarted(Protocol):
    """A broker, as far as its server is ended and started here."""

    def restart(self) -> None:
        """Start its server anew."""

    async def hold(self) -> None:
        """End its server, and let none run until it is started anew."""


def is_full(store: Store) -> bool:
    """Tell whether the present server has said that it could not write."""
    return any(_FULL in line.lower() for line in store.said())


def need_room(store: Store) -> None:
    """Raise FilesError if a server could not even begin: what it would say then is about a file."""
    if _room(store) < _NOTHING_BYTES:
        text = f"the disk is full; make room, {ENOUGH_BYTES >> 20} MiB at least, or name a folder"
        raise FilesError(store.folder, f"{text} on another disk")


async def mind_room(store: Store, broker: Restarted, clock: Clock, *, node: bool) -> None:
    """Say when the disk is full, and start the server anew when there is room; never return.

    That of a node of a cluster does not run meanwhile: its clients have others to turn to, and
    would stay with one that lets them connect and takes nothing.
    """
    while True:
        await clock.sleep(_LOOK_OF_NODE_S if node else _LOOK_S)
        if not is_full(store) and (not node or _room(store) >= _LITTLE_BYTES):
            continue
        log.warning("the disk is full", folder=str(store.folder), remedy=_remedy(node=node))
        if node:
            await broker.hold()
            store.heard()
        while _room(store) < ENOUGH_BYTES:
            await clock.sleep(_LOOK_S)
        log.info("there is room again; the server is started anew", folder=str(store.folder))
        broker.restart()
        # What that of a node said is forgotten already: it may be full again at once.
        while not node and is_full(store):
            await clock.sleep(_LOOK_S)


def _room(store: Store) -> int:
    try:
        return shutil.disk_usage(store.folder).free
    except OSError:  # a folder that was taken away is not full
        return ENOUGH_BYTES


def _remedy(*, node: bool) -> str:
    then = (
        "until then this node is stopped and its clients go to the others"
        if node
        else "until then nothing is taken, players wait"
    )
    return f"make room, {ENOUGH_BYTES >> 20} MiB at least: {then}, and all goes on by itself"


def unless_unwritten(store: Store, database: str | None) -> None:
    """Raise FilesError if a server that writes at its end what it keeps found no room for that."""
    if database is None or store.temporary or (store.folder / database).exists():
        return
    # A server whose log is on the full disk cannot say so.
    if is_full(store) or _room(store) < _NOTHING_BYTES:
        raise FilesError(
            store.folder,
            "what the broker kept could not be written, for the disk is full; make room, and "
            "let it begin anew: players and receivers of ours repair what it has forgotten",
        )
