"""The situation of a run, folded beside it: by whoever draws, not by the loop that paces.

What a run has handed out is read from its plan once more, up to where it stands; so nothing waits
for it, and after a jump the situation is that of the new moment.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from feed.core.picture import Picture
from feed.core.plan import Deliveries, Plan
from feed.core.situation import Situation, Situations
from feed.model.message import Delivery

__all__ = ["RunPlace", "SituationNow"]

_MOST = 2_000
"""Deliveries that are folded at one time: about a quarter of a second of the drawing thread's."""
_AHEAD = 2_000
"""Deliveries that are kept ready beyond the place, to say what is next."""


@dataclass(frozen=True)
class RunPlace:
    """Where a run stands, as plain values."""

    plan: Plan
    epoch: int
    cursor: int
    """how many deliveries of the plan come before the next one"""
    position: int
    ends: int


class SituationNow:
    """The situation at the place of a run."""

    def __init__(self, countries: Sequence[str]) -> None:
        self._countries = tuple(countries)
        self._plan: Plan | None = None
        self._epoch = 0
        self._source: Deliveries | None = None
        self._ahead: deque[Delivery] = deque()
        self._folded = 0
        self._last_due = 0
        self._situations = Situations(self._countries)
        self._pictures: dict[str, Picture] = {}

    def at(self, place: RunPlace) -> tuple[Situation, bool]:
        """Return the situation at a place, and whether all that comes before it is in it.

        A long way is gone in several calls; until then the situation is that of an earlier moment.
        """
        if (
            self._source is None
            or place.plan is not self._plan
            or place.epoch != self._epoch
            or place.cursor < self._folded
        ):
            self._begin(place)
        complete = self._fold(place.cursor)
        now = place.position if complete else self._last_due
        for picture in self._pictures.values():
            list(picture.expire(now))
        upcoming = self._upcoming(place) if complete else iter(())
        return self._situations.at(now, self._pictures, upcoming), complete

    def _begin(self, place: RunPlace) -> None:
        self._plan, self._epoch = place.plan, place.epoch
        self._source = place.plan.deliveries()
        self._ahead.clear()
        self._folded, self._last_due = 0, place.plan.starts
        self._situations = Situations(self._countries, place.plan.sharing)
        self._pictures = {country: Picture() for country in self._countries}

    def _fold(self, cursor: int) -> bool:
        """Take in what comes before a cursor, as far as one call goes; tell if that was all."""
        assert self._source is not None, "it is begun"
        for _ in range(_MOST):
            if self._folded >= cursor:
                break
            delivery = self._ahead.popleft() if self._ahead else next(self._source, None)
            if delivery is None:
                self._folded = cursor
                break
            self._folded += 1
            self._last_due = delivery.due
            self._situations.take(delivery)
            if delivery.recipient in self._pictures:
                self._pictures[delivery.recipient].take(delivery)
        if self._folded < cursor:
            return False
        # What lies ahead is read a part at a time, so that a jump is shown at once.
        for _ in range(min(_AHEAD - len(self._ahead), _AHEAD // 4)):
            delivery = next(self._source, None)
            if delivery is None:
                break
            self._ahead.append(delivery)
        return True

    def _upcoming(self, place: RunPlace) -> Iterator[Delivery]:
        return (each for each in self._ahead if each.due <= place.ends)
