"""Which of the numbers 1, 2, 3 … are there: a set kept as runs of neighbours.

Sequences have few gaps, so a million numbers are usually one span.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator

__all__ = ["Spans"]


class Spans:
    """A growing set of whole numbers, as spans (first, last) in order."""

    def __init__(self, spans: Iterable[tuple[int, int]] = ()) -> None:
        """Start with spans that are in order and neither touch nor overlap."""
        self._firsts: list[int] = []
        self._lasts: list[int] = []
        self.count = 0
        """how many numbers there are"""
        for first, last in spans:
            assert first <= last, "a span ends before it begins"
            assert not self._lasts or first > self._lasts[-1] + 1, "spans touch"
            self._firsts.append(first)
            self._lasts.append(last)
            self.count += last - first + 1

    def __contains__(self, number: int) -> bool:
        place = bisect_right(self._firsts, number) - 1
        return place >= 0 and number <= self._lasts[place]

    def __iter__(self) -> Iterator[tuple[int, int]]:
        """Walk over the spans."""
        return zip(self._firsts, self._lasts, strict=True)

    @property
    def highest(self) -> int:
        """The highest number; 0 if there is none."""
        return self._lasts[-1] if self._lasts else 0

    def add(self, number: int) -> bool:
        """Put a number in; False if it was there."""
        place = bisect_right(self._firsts, number) - 1
        if place >= 0 and number <= self._lasts[place]:
            return False
        follows = place >= 0 and self._lasts[place] == number - 1
        precedes = place + 1 < len(self._firsts) and self._firsts[place + 1] == number + 1
        if follows and precedes:
            self._lasts[place] = self._lasts.pop(place + 1)
            del self._firsts[place + 1]
        elif follows:
            self._lasts[place] = number
        elif precedes:
            self._firsts[place + 1] = number
        else:
            self._firsts.insert(place + 1, number)
            self._lasts.insert(place + 1, number)
        self.count += 1
        return True

    def missing(self) -> list[tuple[int, int]]:
        """Return the gaps between 1 and the highest number, as spans."""
        gaps = []
        expected = 1
        for first, last in self:
            if first > expected:
                gaps.append((expected, first - 1))
            expected = last + 1
        return gaps
