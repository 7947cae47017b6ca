"""How far a player says that it is: the heads that a receiver believes, and those it may yet."""

from typing import NamedTuple

__all__ = ["ToldHead", "ToldHeads", "Unseen"]

_MOST_KEPT = 4
"""Heads of runs that are not followed (yet)."""


class ToldHead(NamedTuple):
    """The last number that was sent in an epoch, by the player's own word."""

    epoch: int
    sequence: int
    final: bool
    """nothing more is sent in it"""
    followed: bool
    """another epoch follows it"""


class Unseen(NamedTuple):
    """Messages that a head alone told of."""

    messages: int
    head: int
    """the number that it says was the last"""
    highest: int
    """the last that was seen"""


class ToldHeads:
    """The heads of the run that is followed, by epoch, and the last one of each other run."""

    def __init__(self) -> None:
        self._believed: dict[int, ToldHead] = {}
        self._kept: dict[str, ToldHead] = {}

    def get(self, epoch: int) -> ToldHead | None:
        """Return the head of an epoch of the run that is followed."""
        return self._believed.get(epoch)

    def believe(self, head: ToldHead) -> None:
        """Take in a head of the run that is followed; what was final or followed stays so."""
        before = self._believed.get(head.epoch)
        if before is not None:
            final, followed = head.final or before.final, head.followed or before.followed
            head = head._replace(final=final, followed=followed)
        self._believed[head.epoch] = head

    def begin_anew(self) -> None:
        """Forget what was believed: another run is followed."""
        self._believed = {}

    def keep(self, run: str, head: ToldHead) -> None:
        """Keep a head that cannot be believed yet; of too many the oldest is dropped."""
        self._kept.pop(run, None)
        self._kept[run] = head
        if len(self._kept) > _MOST_KEPT:
            del self._kept[next(iter(self._kept))]

    def kept(self, run: str | None) -> ToldHead | None:
        """Return the head that is kept of a run."""
        return self._kept.get(run or "")

    def forget(self, run: str | None) -> None:
        """Keep the head of a run no longer."""
        self._kept.pop(run or "", None)
