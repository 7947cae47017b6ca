"""One receiver, as the player knows it: what it has of what it was sent."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

__all__ = ["Excused", "Listener"]

Excused = Callable[[int, str, int], bool]
"""Tells of (epoch, country, sequence) whether nobody waits for it."""


def _nothing(epoch: int, country: str, sequence: int) -> bool:
    """Excuse nothing."""
    del epoch, country, sequence
    return False


@dataclass
class Listener:
    """One receiver, as the player knows it."""

    country: str
    client: str
    online: bool = False
    epoch: int = 0
    sequence: int = 0
    missing: list[tuple[int, int]] = field(default_factory=list)
    unaware: bool = False
    """it says that it has not heard yet that nothing will follow"""
    heard: int = 0
    """when it last acknowledged something, in wall time; 0: never"""
    came: bool = False
    """it said that it is there while the player listened"""
    awaited: bool = False
    """the run did not begin without it"""
    chosen: bool = False
    """what it acknowledges is heard on a connection of its own"""
    refused: int | None = None
    """how much it says that it was sent that is not the player's"""

    def gaps(self, sequence: int) -> list[tuple[int, int]]:
        """Return what it lacks of its epoch up to a number, as (first, last)."""
        tail = [(self.sequence + 1, sequence)] if self.sequence < sequence else []
        # It may say that it misses what was never sent.
        missing = [(a, min(b, sequence)) for a, b in self.missing if a <= sequence]
        return [*missing, *tail]

    def lacks(self, epoch: int, sequence: int, lost: Sequence[int] = ()) -> int:
        """Return how many numbers of an epoch it lacks, without those lost on purpose (sorted)."""
        gaps = self.gaps(sequence) if self.epoch == epoch else [(1, sequence)]
        return sum(
            last - first + 1 - (bisect_right(lost, last) - bisect_left(lost, first))
            for first, last in gaps
        )

    def has(self, epoch: int, sequence: int, excused: Excused = _nothing) -> bool:
        """Tell whether it has everything up to a number of an epoch that is not excused."""
        return self.epoch == epoch and all(
            excused(epoch, self.country, number)
            for first, last in self.gaps(sequence)
            for number in range(first, last + 1)
        )

    def count(self, epoch: int) -> int:
        """Return how many messages of an epoch it has."""
        if self.epoch != epoch:
            return 0
        return self.sequence - sum(last - first + 1 for first, last in self.missing)

    def reached(self, epoch: int, sequence: int = 0, excused: Excused = _nothing) -> int:
        """Return the last number before the first that it lacks and is not excused."""
        if self.epoch != epoch:
            return 0
        sequence = max(sequence, self.sequence)
        for first, last in self.gaps(sequence):
            for number in range(first, last + 1):
                if not excused(epoch, self.country, number):
                    return number - 1
        return sequence
