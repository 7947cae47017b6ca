"""Places in a plan: found again from the nearest checkpoint, in slices.

A plan can only be read forwards, so whoever wants to be somewhere folds everything before it.
Checkpoints that are left on the way make the next time short.
"""

from collections.abc import Generator, Iterable
from dataclasses import dataclass
from typing import TypeVar, cast

from feed.core.checkpoint import Checkpoint, Checkpoints
from feed.core.picture import Picture
from feed.core.plan import Deliveries, Plan
from feed.model.message import WARNING_DATA, Delivery

__all__ = ["SLICE", "Place", "Places", "at_once"]

SLICE = 25
"""Deliveries that are looked at in one step: about 1 ms."""

_LATER_REPORTS = WARNING_DATA - {"launch"}

Result = TypeVar("Result")


@dataclass
class Place:
    """A place in a plan: what comes next there, and the pictures of all that comes before."""

    source: Deliveries
    following: Delivery | None
    """the next delivery; None: there is none"""
    pictures: dict[str, Picture]

    @property
    def cursor(self) -> int:
        """How many deliveries come before the next one."""
        return self.source.count - (self.following is not None)


class Places:
    """The part of a plan that is due up to a moment, and the checkpoints of it."""

    def __init__(self, plan: Plan, recipients: Iterable[str], until: int | None) -> None:
        self._plan = plan
        self._recipients = tuple(recipients)
        self._until = until
        self._checkpoints = Checkpoints()

    def of(self, plan: Plan, cursor: int | None) -> "Places":
        """Return the places of a plan that is another behind a place; None: from the start on."""
        other = Places(plan, self._recipients, self._until)
        if cursor is not None:
            self._checkpoints.drop_after(cursor)
            other._checkpoints = self._checkpoints
        return other

    def move_on(self, place: Place, due: int) -> None:
        """Fetch the next delivery of a place; ``due`` is when the one before it was."""
        source = place.source
        if self._checkpoints.wanted(source.count):
            self._keep(place, due)
        place.following = self._inside(next(source, None))

    def find(self, position: int, cursor: int | None = None) -> Generator[int, None, Place]:
        """Look for the place before everything due at a moment, or behind so many deliveries.

        Yields after each slice how many deliveries were looked at.
        """
        kept = self._checkpoints
        start = kept.before(position) if cursor is None else kept.up_to(cursor)
        source = self._plan.deliveries(None if start is None else start.mark)
        pictures = {c: Picture() for c in self._recipients} if start is None else start.copies()
        place = Place(source, None, pictures)
        for looked, delivery in enumerate(source, 1):
            over = delivery.due >= position if cursor is None else source.count > cursor
            if over:
                place.following = self._inside(delivery)
                break
            pictures[delivery.recipient].take(delivery)
            if self._checkpoints.wanted(source.count):
                self._keep(place, delivery.due)
            if looked % SLICE == 0:
                yield looked
        return place

    def next_first_report(self, place: Place, here: int) -> Generator[int, None, int | None]:
        """Look for the next first report of an event after a moment; return when it is due."""
        source = self._plan.deliveries(place.source.mark())
        delivery, looked = place.following, 0
        while delivery is not None:
            message = delivery.message
            first = message.type == "alert" and message.kind not in _LATER_REPORTS
            if first and delivery.due > here:
                return delivery.due
            delivery = self._inside(next(source, None))
            looked += 1
            if looked % SLICE == 0:
                yield looked
        return None

    def _keep(self, place: Place, due: int) -> None:
        """Keep a checkpoint here; the next delivery must not be fetched yet."""
        pictures = {country: picture.copy() for country, picture in place.pictures.items()}
        mark = place.source.mark()
        self._checkpoints.add(Checkpoint(place.source.count, due, mark, pictures))

    def _inside(self, delivery: Delivery | None) -> Delivery | None:
        outside = self._until is not None and delivery is not None and delivery.due > self._until
        return None if outside else delivery


def at_once(steps: Generator[int, None, Result]) -> Result:
    """Return what a sliced piece of work returns, done at once."""
    while True:
        try:
            next(steps)
        except StopIteration as done:
            return cast("Result", done.value)
