"""What a figure is: how it is measured, and the rows that come of it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from statistics import median
from typing import NamedTuple

from feed.clock import SystemClock

__all__ = ["CLOCK", "Effort", "Figure", "MeasuredRow", "middle"]

CLOCK = SystemClock()
"""what times are taken by"""


class Effort(NamedTuple):
    """How much is measured."""

    repeat: int = 3
    """repetitions, ours and the peer's in turn; what is shown is their median"""
    short: bool = False
    """a tenth of the work, to see that everything works: its figures say little"""
    progress: Callable[[str], None] = lambda _: None
    """told what is being done, for whoever waits"""

    def of(self, count: int) -> int:
        """Return how many of something to use."""
        return max(count // 10, 1) if self.short else count


@dataclass(frozen=True)
class MeasuredRow:
    """One row of the table."""

    what: str
    ours: float
    unit: str
    peer: float | None = None
    peer_name: str = ""
    """what ours is compared with; why there is no peer, if there is none"""
    reach: float | None = None
    """what is to be reached: of the ratio if there is a peer, of our own figure if there is none"""
    at_most: bool = False
    """less is better"""
    note: str = ""
    details: dict[str, float] = field(default_factory=dict)
    """further numbers of the same measurement, by their names"""

    @property
    def ratio(self) -> float | None:
        """Our figure as a multiple of the peer's."""
        return self.ours / self.peer if self.peer else None

    @property
    def reached(self) -> bool | None:
        """Whether what is to be reached is; None if nothing is."""
        value = self.ratio if self.peer is not None else self.ours
        if self.reach is None or value is None:
            return None
        return value <= self.reach if self.at_most else value >= self.reach

    def record(self) -> dict[str, object]:
        """Return the row as JSON."""
        said: dict[str, object] = {
            "what": self.what,
            "ours": self.ours,
            "unit": self.unit,
            "peer": self.peer,
            "peer_name": self.peer_name or None,
            "ratio": self.ratio,
            "reach": self.reach,
            "better": "less" if self.at_most else "more",
            "reached": self.reached,
            "note": self.note or None,
            **self.details,
        }
        return {name: value for name, value in said.items() if value is not None}


class Figure(NamedTuple):
    """A figure that can be asked for by name."""

    name: str
    help: str
    measure: Callable[[Effort], Awaitable[list[MeasuredRow]]]


def middle(values: list[float]) -> float:
    """Return the median."""
    return median(values)
