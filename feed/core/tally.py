"""The account of one stream: what came, what came twice, what is missing, and the order of it.

A stream is one (run, epoch) of one recipient; its numbers count from 1 without gaps.  What arrives
ahead of a gap is held back until the gap is filled or given up, so that whoever reads gets all of
it in order and once.
"""

from collections.abc import Iterable
from typing import Generic, TypeVar

from feed.core.spans import Spans

__all__ = ["Tally"]

Item = TypeVar("Item")


class Tally(Generic[Item]):
    """The numbers of one stream; memory grows with the gaps, not with the stream."""

    def __init__(self, there: Iterable[tuple[int, int]] = ()) -> None:
        """Start with what was received, and shown, in an earlier life, as (first, last)."""
        self._there = Spans(there)
        self.head = self._there.highest
        """the last number that is known to have been sent"""
        self.duplicates = 0
        self.given_up: list[tuple[int, int]] = []
        """gaps that nobody waits for any longer"""
        self._held: dict[int, Item] = {}
        gaps = self._there.missing()
        self._next = gaps[0][0] if gaps else self._there.highest + 1

    @property
    def highest(self) -> int:
        """The highest number that arrived."""
        return self._there.highest

    @property
    def received(self) -> int:
        """How many different messages arrived."""
        return self._there.count

    @property
    def held(self) -> int:
        """How many messages are held back behind a gap."""
        return len(self._held)

    def push(self, sequence: int, item: Item) -> list[Item]:
        """Take a message in; return what can now be shown, in order (nothing if it came before)."""
        if not self._there.add(sequence):
            self.duplicates += 1
            return []
        self.know_head(sequence)
        if sequence < self._next:
            # Of a gap that was given up, or shown by an earlier life of this receiver.
            return [item]
        self._held[sequence] = item
        return self._release()

    def recalled(self, sequence: int) -> bool:
        """Tell whether a number was there from the start, and shown."""
        return sequence < self._next and sequence in self._there

    def know_head(self, sequence: int) -> None:
        """Note that numbers up to this one were sent."""
        self.head = max(self.head, sequence)

    def gaps(self) -> list[tuple[int, int]]:
        """Return what is missing below the highest number that arrived, as (first, last)."""
        return self._there.missing()

    def missing(self) -> list[tuple[int, int]]:
        """Return what was sent and is still waited for, the tail included, as (first, last)."""
        # Everything below the next number to show has arrived or was given up.
        gaps = [(max(first, self._next), last) for first, last in self.gaps() if last >= self._next]
        tail = max(self.highest + 1, self._next)
        return [*gaps, (tail, self.head)] if self.head >= tail else gaps

    @property
    def complete(self) -> bool:
        """Whether everything that is known to have been sent has arrived."""
        return self._there.count == self.head

    @property
    def settled(self) -> bool:
        """Whether nothing is waited for any longer: all has arrived, or was given up."""
        return self._next > self.head

    def give_up(self) -> list[Item]:
        """Stop waiting for the first gap, or the tail; return what stood behind it, in order."""
        waited = self.missing()
        if not waited:
            return []
        first, last = waited[0]
        self.given_up.append((first, last))
        self._next = last + 1
        return self._release()

    def _release(self) -> list[Item]:
        shown: list[Item] = []
        while self._next in self._there:
            # What is there and not held was shown by an earlier life of this receiver.
            if self._next in self._held:
                shown.append(self._held.pop(self._next))
            self._next += 1
        return shown
