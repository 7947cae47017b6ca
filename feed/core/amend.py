"""Changes of a plan while it is played: what is held, skipped, fired, edited or added.

A change acts on what is due after the moment at which it is made and leaves everything before as it
was.  So a place in the plan, and every checkpoint before it, means the same before and after; a
seek, a resume and a recording need to know nothing of changes but the plan that they led to.

A *target* is the key of a message (``event.originator.n``) or the id of an event.  Moments are
microseconds since 1970.
"""

import heapq
import itertools
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from feed.core.event_stream import EventStream, Gathered, earliest, gather, repetitions
from feed.core.plan import Deliveries, Plan, PlanMark
from feed.core.sharing import Sharing
from feed.model.common import EventBase
from feed.model.message import Delivery

__all__ = [
    "AmendedPlan",
    "Amendments",
    "BodyEdit",
    "Withheld",
    "ahead",
    "with_events",
    "withheld_by",
]

_SLICE = 25


class Withheld(NamedTuple):
    """Deliveries of a target that are not sent when they are due."""

    target: str
    after: int
    """those that are due later than this"""
    until: int | None = None
    """and not later than this; None: all"""
    skipped: bool = False
    """for good; else they are held, and can be fired"""

    def holds(self, delivery: Delivery) -> bool:
        """Tell whether a delivery is withheld."""
        message = delivery.message
        mine = self.target in {message.key, message.event}
        until = self.until
        return mine and self.after < delivery.due and (until is None or delivery.due <= until)


class BodyEdit(NamedTuple):
    """Another body for the deliveries of a message that are due after a moment."""

    after: int
    data: Mapping[str, Any]
    """members that take the place of those that were planned"""


@dataclass(frozen=True)
class Amendments:
    """What was changed in a plan so far."""

    withheld: tuple[Withheld, ...] = ()
    moved: tuple[Delivery, ...] = ()
    """deliveries that were fired, at their new moments, in order"""
    edits: Mapping[str, tuple[BodyEdit, ...]] = field(default_factory=dict)
    """by the key of the message"""

    def held(self) -> tuple[str, ...]:
        """Return the targets that are held now."""
        return tuple(one.target for one in self.withheld if one.until is None and not one.skipped)

    def skipped(self) -> tuple[str, ...]:
        """Return the targets that are skipped for good."""
        return tuple(one.target for one in self.withheld if one.until is None and one.skipped)

    def fired(self) -> tuple[str, ...]:
        """Return the events of which something was fired, each once."""
        return tuple(dict.fromkeys(one.message.event for one in self.moved))

    def withholds(self, delivery: Delivery) -> bool:
        """Tell whether a delivery is not sent when it is due."""
        return any(one.holds(delivery) for one in self.withheld)

    def edited(self, delivery: Delivery) -> Delivery:
        """Return a delivery with the body that it has now."""
        data: dict[str, Any] | None = None
        for edit in self.edits.get(delivery.message.key, ()):
            if edit.after < delivery.due:
                data = {**(data or delivery.message.data), **edit.data}
        if data is None:
            return delivery
        return delivery._replace(message=delivery.message._replace(data=data))


@dataclass(frozen=True)
class _AmendedMark:
    """A place in an amended plan."""

    count: int
    base: PlanMark
    moved: int
    peeked: Delivery | None


@dataclass(frozen=True)
class AmendedPlan(Plan):
    """A plan with changes; ``Plan`` in every other respect."""

    amendments: Amendments = field(default_factory=Amendments)

    def deliveries(self, mark: Any = None) -> Any:
        """Return the deliveries, from a mark on; one of the plan before the changes will do."""
        return _AmendedDeliveries(self, mark)

    def unamended(self) -> Plan:
        """Return the plan without what is held, skipped, fired or edited."""
        return Plan(self.event_stream, self.sharing)


class _AmendedDeliveries:
    """The deliveries of an amended plan, lazily, in order."""

    def __init__(self, plan: AmendedPlan, mark: _AmendedMark | PlanMark | None) -> None:
        self._amendments = plan.amendments
        # A mark of before any change has as many deliveries before it as in the plan itself.
        self.count = 0 if mark is None else mark.count
        self._moved = mark.moved if isinstance(mark, _AmendedMark) else 0
        self._peeked = mark.peeked if isinstance(mark, _AmendedMark) else None
        base = mark.base if isinstance(mark, _AmendedMark) else mark
        self._base: Deliveries = plan.unamended().deliveries(base)

    def mark(self) -> _AmendedMark:
        """Return the place of the next delivery."""
        return _AmendedMark(self.count, self._base.mark(), self._moved, self._peeked)

    def __iter__(self) -> Iterator[Delivery]:
        return self

    def __next__(self) -> Delivery:
        """Return the next delivery."""
        amendments = self._amendments
        if self._peeked is not None and amendments.withholds(self._peeked):
            self._peeked = None
        while self._peeked is None:
            delivery = next(self._base, None)
            if delivery is None:
                break
            if not amendments.withholds(delivery):
                self._peeked = delivery
        moved, planned = amendments.moved, self._peeked
        if self._moved < len(moved) and (planned is None or moved[self._moved].due < planned.due):
            self._moved += 1
            self.count += 1
            return amendments.edited(moved[self._moved - 1])
        if planned is None:
            raise StopIteration
        self._peeked = None
        self.count += 1
        return amendments.edited(planned)


def with_events(plan: Plan, more: Sequence[EventBase]) -> Plan:
    """Return a plan with more events; its changes stay."""
    stream, sharing = plan.event_stream, plan.sharing
    start, seed = stream.start, stream.header.seed
    added = sorted(
        (each for event in more for each in repetitions(event, start, seed)),
        key=lambda event: earliest(event, start),
    )

    def events(first: int) -> Iterator[EventBase]:
        merged = heapq.merge(stream.events(0), added, key=lambda event: earliest(event, start))
        return itertools.islice(merged, first, None)

    gathered = _joined(stream.gathered, gather(stream.header, more))
    return replace(
        plan,
        event_stream=EventStream(stream.header, events, gathered),
        sharing=Sharing(
            sharing.arrangements,
            gathered,
            seed=seed,
            recipients=sharing.recipients,
            as_of=sharing.as_of,
        ),
    )


def _joined(first: Gathered, second: Gathered) -> Gathered:
    referenced = dict(first.referenced)
    for event, count in second.referenced.items():
        referenced[event] = referenced.get(event, 0) + count
    return Gathered(
        links=tuple(sorted(first.links + second.links, key=lambda link: link[0])),
        changes=tuple(sorted(first.changes + second.changes, key=lambda change: change[0])),
        referenced=referenced,
        last=max(first.last, second.last),
    )


def ahead(plan: Plan, target: str, after: int) -> Generator[int, None, Delivery | None]:
    """Find the first delivery of a target that is due after a moment; None if there is none.

    Looks in slices, and yields after each how many deliveries were looked at.
    """
    for looked, delivery in enumerate(plan.deliveries(), 1):
        if looked % _SLICE == 0:
            yield looked
        if delivery.due > after and target in {delivery.message.key, delivery.message.event}:
            return delivery
    return None


def withheld_by(
    plan: Plan, held: Sequence[Withheld], until: int | None, others: Sequence[Withheld] = ()
) -> Generator[int, None, tuple[Delivery, ...]]:
    """Find the deliveries up to a moment that some amendments withhold and no others do."""
    found: list[Delivery] = []
    planned = plan.unamended() if isinstance(plan, AmendedPlan) else plan
    for looked, delivery in enumerate(planned.deliveries(), 1):
        if looked % _SLICE == 0:
            yield looked
        if until is not None and delivery.due > until:
            break
        mine = any(one.holds(delivery) for one in held)
        if mine and not any(one.holds(delivery) for one in others):
            found.append(delivery)
    return tuple(found)
