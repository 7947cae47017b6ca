"""Places of a plan that a run can go back to without starting over: a bounded number of them.

A checkpoint is a place in the plan and the pictures as they were there.  A seek goes to the nearest
one before its moment and folds the rest.  When there are too many, every second is dropped and new
ones are made half as often, so that they stay spread over all that was played or scanned.
"""

from bisect import bisect_left, insort
from collections.abc import Mapping
from dataclasses import dataclass, field

from feed.core.picture import Picture
from feed.core.plan import PlanMark

__all__ = ["Checkpoint", "Checkpoints"]

_MOST = 256
_EVERY = 500


@dataclass(frozen=True, order=True)
class Checkpoint:
    """All deliveries before a place in the plan, folded."""

    count: int
    """how many deliveries come before it"""
    due: int = field(compare=False)
    """when the last of those was due, microseconds since 1970"""
    mark: PlanMark = field(compare=False)
    pictures: Mapping[str, Picture] = field(compare=False)

    def copies(self) -> dict[str, Picture]:
        """Return the pictures, to be folded on."""
        return {country: picture.copy() for country, picture in self.pictures.items()}


class Checkpoints:
    """The checkpoints of one plan, by their place."""

    def __init__(self, most: int = _MOST, every: int = _EVERY) -> None:
        self._most = most
        self._every = every
        self._kept: list[Checkpoint] = []

    def __len__(self) -> int:
        return len(self._kept)

    def wanted(self, count: int) -> bool:
        """Tell whether there should be a checkpoint behind so many deliveries, and is none."""
        if not count or count % self._every:
            return False
        place = bisect_left(self._kept, count, key=lambda one: one.count)
        return place == len(self._kept) or self._kept[place].count != count

    def add(self, checkpoint: Checkpoint) -> None:
        """Keep a checkpoint; others may be dropped for it."""
        insort(self._kept, checkpoint)
        if len(self._kept) > self._most:
            self._every *= 2
            self._kept = [one for one in self._kept if one.count % self._every == 0]

    def before(self, moment: int) -> Checkpoint | None:
        """Return the last checkpoint behind which nothing is due before a moment is left out."""
        place = bisect_left(self._kept, moment, key=lambda one: one.due)
        return self._kept[place - 1] if place else None

    def up_to(self, count: int) -> Checkpoint | None:
        """Return the last checkpoint with at most so many deliveries before it."""
        place = bisect_left(self._kept, count + 1, key=lambda one: one.count)
        return self._kept[place - 1] if place else None

    def drop_after(self, count: int) -> None:
        """Forget what lies behind a place: the plan is another from there on."""
        self._kept = [one for one in self._kept if one.count <= count]
