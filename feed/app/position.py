"""Where a run stands in its plan: what was sent, under which numbers, and what comes next.

Found again from the ledger after a run was cut off: the plan is the same every time, so all that
has to be known is how many deliveries came before.
"""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from feed.core.picture import Picture
from feed.core.plan import Deliveries, Plan
from feed.files.ledger import PlayerLedger
from feed.model.message import Delivery

__all__ = ["Position", "Span"]


class Span(NamedTuple):
    """The part of a scenario that is played, as moments in microseconds since 1970."""

    begin: int | None = None
    """what is due before it is not sent, it is folded into the first picture"""
    until: int | None = None
    """what is due after it is not sent"""


@dataclass
class Position:
    """A place in a plan, with everything that has to be counted on the way."""

    plan: Plan
    span: Span
    epoch: int
    cursor: int
    """how many deliveries of the plan come before the next one"""
    sequences: dict[str, int]
    """the last number given out to each recipient"""
    pictures: dict[str, Picture]
    deliveries: Iterator[Delivery]
    starts: int
    """scenario time to begin at"""
    ends: int
    _source: Deliveries

    @classmethod
    def found(cls, plan: Plan, ledger: PlayerLedger, span: Span, ends: int) -> "Position":
        """Return the position at which a run begins, or goes on by its ledger."""
        recipients = plan.sharing.recipients
        epoch = max(1, ledger.last_epoch())
        done = ledger.cursor(epoch)
        pictures = {country: Picture() for country in recipients}
        source = plan.deliveries()
        first: Delivery | None = None
        for delivery in source:
            if source.count > done and (span.begin is None or delivery.due >= span.begin):
                first = delivery
                break
            pictures[delivery.recipient].take(delivery)
        starts = plan.starts if span.begin is None else max(plan.starts, span.begin)
        if done:
            said = [action.position for action in ledger.actions()]
            starts = max([starts, ledger.last_due(epoch), *said])
        for picture in pictures.values():
            for _ in picture.expire(starts):
                pass
        last = ends if span.until is None else min(span.until, ends)
        rest: Iterator[Delivery] = source if first is None else itertools.chain([first], source)
        if span.until is not None:
            until = span.until
            rest = itertools.takewhile(lambda delivery: delivery.due <= until, rest)
        return cls(
            plan=plan,
            span=span,
            epoch=epoch,
            cursor=source.count - (first is not None),
            sequences=dict.fromkeys(recipients, 0) | ledger.heads(epoch),
            pictures=pictures,
            deliveries=rest,
            starts=starts,
            ends=max(last, starts),
            _source=source,
        )

    def take(self, delivery: Delivery) -> tuple[int, int]:
        """Go past a delivery; return its place in the plan and its number for its recipient."""
        cursor = self.cursor
        self.cursor += 1
        sequence = self.sequences[delivery.recipient] + 1
        self.sequences[delivery.recipient] = sequence
        return cursor, sequence

    def ahead(self) -> Iterator[Delivery]:
        """Return what follows the delivery that the playhead holds, without taking it."""
        return self.plan.deliveries(self._source.checkpoint())
