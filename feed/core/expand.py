"""From events to messages: every report that would be made, numbered, in order of time.

``Messages`` is an iterator that can be stopped at any message, written down as a ``Mark``, and
started again there.  What it holds in memory grows with what is going on at one time, not with the
length of the story.
"""

import heapq
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from feed.core.event_stream import EventStream, earliest
from feed.core.launches import launch_drafts
from feed.core.numbering import Known, Present, is_withdrawn, numbered
from feed.model.arrangement import Arrangements
from feed.model.common import EventBase
from feed.model.correction import Correction
from feed.model.launch import Launch
from feed.model.message import Draft, Message
from feed.model.statement import statement_of_claim

__all__ = ["Mark", "Messages"]


class _OpenEvent(NamedTuple):
    """Where one event stands: its next draft, and how many were taken before it."""

    at: int
    event: int
    taken: int


class _Waiting(NamedTuple):
    """The next report of an event that is open; ordered by its first three members."""

    at: int
    event: int
    taken: int
    draft: Draft | Correction
    rest: Iterator[Draft | Correction]
    subject: str
    """the event of the story that it is about; a correction is about the event it is of"""


@dataclass
class Mark:
    """All that is needed to go on from a message; plain values, made by ``Messages.mark``."""

    number: int = 0
    next_event: int = 0
    open: tuple[_OpenEvent, ...] = ()
    known: dict[str, Known] = field(default_factory=dict)
    waiting: tuple[Message, ...] = ()
    """the messages that are left of a report in several"""


class Messages:
    """The messages of a story, lazily, in order of (time, event, report)."""

    def __init__(
        self,
        event_stream: EventStream,
        arrangements: Arrangements,
        seed: int,
        mark: Mark | None = None,
    ) -> None:
        mark = mark or Mark()
        self._story = event_stream
        self._arrangements = arrangements
        self._seed = seed
        self.number = mark.number
        """how many messages came before the next one"""
        self._known = {event: known.copy() for event, known in mark.known.items()}
        self._heap: list[_Waiting] = []
        self._messages = list(mark.waiting)
        self._next_event = mark.next_event
        taken = {place.event: place.taken for place in mark.open}
        first = min(taken, default=mark.next_event)
        self._source = event_stream.events(first)
        for index in range(first, mark.next_event):
            event = next(self._source)
            if index in taken:
                self._open(index, event, taken[index])
        self._ahead: EventBase | None = next(self._source, None)

    def mark(self) -> Mark:
        """Return the place of the next message."""
        return Mark(
            number=self.number,
            next_event=self._next_event,
            open=tuple(sorted(_OpenEvent(*waiting[:3]) for waiting in self._heap)),
            known={event: known.copy() for event, known in self._known.items()},
            waiting=tuple(self._messages),
        )

    def __iter__(self) -> Iterator[Message]:
        return self

    def __next__(self) -> Message:
        """Return the next message."""
        while not self._messages:
            self._take_in()
            if not self._heap:
                raise StopIteration
            _, event, taken, draft, rest, subject = heapq.heappop(self._heap)
            more = self._push(event, taken + 1, rest, subject)
            known = self._known_of(subject)
            if isinstance(draft, Correction):
                said = self._correct(draft, known)
            else:
                said = None if is_withdrawn(draft, known) else draft
            self._messages += () if said is None else numbered(said, known)
            if not more:
                self._finish(subject)
        self.number += 1
        return self._messages.pop(0)

    def _take_in(self) -> None:
        """Open every event that may be heard of before the earliest report that is waiting."""
        while self._ahead is not None and (
            not self._heap or earliest(self._ahead, self._story.start) <= self._heap[0][0]
        ):
            event, index = self._ahead, self._next_event
            self._next_event += 1
            self._ahead = next(self._source, None)
            self._open(index, event, 0)

    def _open(self, index: int, event: EventBase, taken: int) -> None:
        """Let an event report, from its n-th report on."""
        subject = event.of if isinstance(event, Correction) else event.id
        if subject == event.id and subject in self._story.gathered.referenced:
            known = self._known_of(subject)
            known.present = known.present or Present(event.kinds[0], event)
        rest = itertools.islice(self._drafts(event, subject), taken, None)
        if not self._push(index, taken, rest, subject):
            self._finish(subject)

    def _push(
        self, event: int, taken: int, rest: Iterator[Draft | Correction], subject: str
    ) -> bool:
        draft = next(rest, None)
        if draft is None:
            return False
        heapq.heappush(
            self._heap, _Waiting(self._moment(draft), event, taken, draft, rest, subject)
        )
        return True

    def _drafts(self, event: EventBase, subject: str) -> Iterator[Draft | Correction]:
        """Return all reports of one event, in order of time."""
        start = self._story.start
        reports: Iterator[Draft | Correction]
        if isinstance(event, Correction):
            reports = iter((event,))
        elif isinstance(event, Launch):
            reports = launch_drafts(event, start, self._arrangements, self._seed)
        else:
            reports = event.drafts(start)
        said = [
            statement_of_claim(claim, claim.said, subject, start)
            for claim in event.claims
            if claim.said is not None
        ]
        if not said:
            return reports
        said.sort(key=self._moment)
        return heapq.merge(reports, said, key=self._moment)

    def _known_of(self, subject: str) -> Known:
        known = self._known.get(subject)
        if known is None:
            corrections = self._story.gathered.referenced.get(subject, 0)
            known = self._known[subject] = Known(left=1 + corrections)
        return known

    def _finish(self, subject: str) -> None:
        """Drop what is known of an event that nobody will report on, so that memory stays flat."""
        known = self._known_of(subject)
        known.left -= 1
        if not known.left:
            del self._known[subject]

    def _moment(self, draft: Draft | Correction) -> int:
        return draft.at.resolve(self._story.start).us if isinstance(draft, Correction) else draft.at

    def _correct(self, correction: Correction, known: Known) -> Draft | None:
        """Return a correction of what is now said; None if nothing was said that could be wrong."""
        present = known.present
        if present is None or not present.data:
            return None
        originator = correction.reporter()
        if originator is None:
            originator = next(reversed(present.data))
        data = present.data.get(originator) or next(reversed(present.data.values()))
        return correction.corrected(
            self._story.start,
            kind=present.kind,
            originator=originator,
            data=data,
            outstanding=present.outstanding,
            original=present.event,
        )
