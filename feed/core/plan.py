"""The plan: all deliveries of a story, in the order they are due; lazy, never a list.

The order is total: due time, then recipient, then the message's own place.  A plan is the same each
time, and it can go on from a ``PlanMark`` as if it had never stopped.
"""

import heapq
from collections import Counter
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from feed.core.event_stream import EventStream
from feed.core.expand import Mark, Messages
from feed.core.sharing import Sharing
from feed.model.message import WARNING_DATA, Delivery, Message

__all__ = ["Count", "Deliveries", "Plan", "PlanMark"]


_SLICE = 25
"""Deliveries that are counted in one step: about 1 ms."""


@dataclass
class PlanMark:
    """A place in a plan: how many deliveries came before, and what is on its way."""

    count: int = 0
    mark: Mark = field(default_factory=Mark)
    begun: bool = False
    ahead: tuple[int, Message] | None = None
    """the message that was looked at but not yet decided on"""
    waiting: tuple[tuple[int, str, int, Delivery], ...] = ()
    withheld: dict[str, frozenset[str]] = field(default_factory=dict)
    """standing messages that somebody did not get, and who"""
    withheld_ends: dict[str, frozenset[str]] = field(default_factory=dict)
    """the same of messages that ended something, to which a correction of what is over refers"""


class Count(NamedTuple):
    """How many deliveries a plan has."""

    deliveries: Counter[str]
    """by recipient"""
    last: int
    """the latest due time, microseconds since 1970"""


@dataclass(frozen=True)
class Plan:
    """A story and the arrangements it is played under."""

    event_stream: EventStream
    sharing: Sharing

    @property
    def seed(self) -> int:
        """The seed that every draw is keyed by."""
        return self.event_stream.header.seed

    @property
    def starts(self) -> int:
        """The first moment of the story, microseconds since 1970."""
        return self.event_stream.start.us

    def messages(self, mark: Mark | None = None) -> Messages:
        """Return the messages, from a mark on."""
        return Messages(self.event_stream, self.sharing.arrangements, self.seed, mark)

    def deliveries(self, mark: PlanMark | None = None) -> "Deliveries":
        """Return the deliveries, from a mark on."""
        return Deliveries(self, mark)

    def last(self, until: int | None) -> int:
        """Return the last moment of the part due until a moment, but for what is shared later."""
        last = self.event_stream.gathered.last
        return last if until is None else min(until, last)

    def counting(
        self, *, begin: int | None = None, until: int | None = None
    ) -> Generator[int, None, "Count"]:
        """Count the part of a plan due from ``begin`` to ``until``, in slices.

        Yields after each slice how many deliveries were looked at.
        """
        counts: Counter[str] = Counter(dict.fromkeys(self.sharing.recipients, 0))
        last = self.last(until)
        for looked, delivery in enumerate(self.deliveries(), 1):
            if looked % _SLICE == 0:
                yield looked
            if begin is not None and delivery.due < begin:
                continue
            if until is not None and delivery.due > until:
                break
            counts[delivery.recipient] += 1
            last = max(last, delivery.due)
        return Count(counts, last)


class Deliveries:
    """The deliveries of a plan, lazily, in order."""

    def __init__(self, plan: Plan, mark: PlanMark | None = None) -> None:
        mark = mark or PlanMark()
        self._decide = plan.sharing.decide
        self._recipients = plan.sharing.recipients
        self._participants = tuple(plan.sharing.arrangements.participants)
        # Whom a message may be released to does not depend on who listens.
        self._asked = tuple(sorted({*self._participants, *self._recipients}))
        self._referenced = plan.event_stream.gathered.referenced
        self.count = mark.count
        """how many deliveries came before the next one"""
        self._messages = plan.messages(mark.mark)
        self._waiting = list(mark.waiting)
        heapq.heapify(self._waiting)
        self._ways: dict[str, list[tuple[str, str, tuple[str, ...]]]] = {}
        """by originator: by whom and how what is public is received"""
        self._withheld = dict(mark.withheld)
        self._withheld_ends = dict(mark.withheld_ends)
        self._number = 0
        self._ahead: Message | None = None
        if mark.ahead is not None:
            self._number, self._ahead = mark.ahead
        if not mark.begun:
            self._advance()

    def _advance(self) -> None:
        self._number = self._messages.number
        self._ahead = next(self._messages, None)

    def mark(self) -> PlanMark:
        """Return the place of the next delivery."""
        return PlanMark(
            count=self.count,
            mark=self._messages.mark(),
            begun=True,
            ahead=None if self._ahead is None else (self._number, self._ahead),
            waiting=tuple(self._waiting),
            withheld=dict(self._withheld),
            withheld_ends=dict(self._withheld_ends),
        )

    def _knows(self, recipient: str, key: str) -> bool:
        return recipient not in self._withheld.get(
            key, ()
        ) and recipient not in self._withheld_ends.get(key, ())

    def _references(self, message: Message, recipient: str) -> tuple[str, ...]:
        """Return the references of a message that its recipient may know of."""
        if not message.references or not (self._withheld or self._withheld_ends):
            return message.references
        return tuple(key for key in message.references if self._knows(recipient, key))

    def _without_basis(self, message: Message, recipient: str) -> Message:
        """Return a message without the basis that its recipient may not know of."""
        basis = message.data.get("basis")
        if basis is None or self._knows(recipient, basis):
            return message
        data = {name: value for name, value in message.data.items() if name != "basis"}
        return message._replace(data=data)

    def _note_withheld(self, message: Message, released: set[str]) -> None:
        """Remember who did not get a message for as long as others may refer to it."""
        if not message.partial:
            for key in message.references:
                self._withheld.pop(key, None)
        without = frozenset(self._recipients) - released
        if not without:
            return
        corrected = message.event in self._referenced
        if message.type in {"alert", "update"}:
            if corrected or message.kind in WARNING_DATA:
                self._withheld[message.key] = without
        elif corrected:
            self._withheld_ends[message.key] = without

    def __iter__(self) -> Iterator[Delivery]:
        return self

    def __next__(self) -> Delivery:
        """Return the next delivery."""
        waiting = self._waiting
        while self._ahead is not None and not (waiting and waiting[0][0] < self._ahead.at):
            if self._ahead.release == "public" and self._ahead.to is None:
                self._send_to_all(self._ahead, self._number)
            else:
                self._send(self._ahead, self._number)
            self._advance()
        if not waiting:
            raise StopIteration
        self.count += 1
        return heapq.heappop(waiting)[3]

    def _send(self, message: Message, number: int) -> None:
        """Put a message on its way to everybody who gets it."""
        decisions = [self._decide(message, country) for country in self._asked]
        released = {decision.recipient for decision in decisions if decision.due is not None}
        releasable = tuple(country for country in self._participants if country in released)
        for decision in decisions:
            recipient = decision.recipient
            if decision.due is None or recipient not in self._recipients:
                continue
            delivery = Delivery(
                due=decision.due,
                recipient=recipient,
                number=number,
                message=self._without_basis(message, recipient),
                arrangement=decision.arrangement,
                path=decision.path,
                late=decision.late,
                releasable=releasable,
                references=self._references(message, recipient),
            )
            heapq.heappush(self._waiting, (decision.due, recipient, number, delivery))
        self._note_withheld(message, released)

    def _send_to_all(self, message: Message, number: int) -> None:
        """Do the same with what is public: by which way it goes only its originator decides."""
        ways = self._ways.get(message.originator)
        if ways is None:
            decisions = [self._decide(message, country) for country in self._recipients]
            ways = [(each.recipient, each.arrangement, each.path) for each in decisions]
            self._ways[message.originator] = ways
        at, late, everybody = message.at, False, self._participants
        for recipient, arrangement, path in ways:
            known = self._without_basis(message, recipient) if "basis" in message.data else message
            references = self._references(message, recipient) if message.references else ()
            delivery = Delivery(
                at, recipient, number, known, arrangement, path, late, everybody, references
            )
            heapq.heappush(self._waiting, (at, recipient, number, delivery))
        if message.references:
            self._note_withheld(message, set(self._recipients))
