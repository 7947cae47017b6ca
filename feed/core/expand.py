"""From events to messages: every report that would be made, numbered, in order of time.

``Messages`` is an iterator that can be stopped at any message, written down as a ``Mark``, and
started again there.  What it holds in memory grows with what is going on at one time, not with the
length of the story.
"""

import heapq
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from feed.core.event_stream import EventStream, earliest
from feed.core.launches import launch_drafts
from feed.model.arrangement import Arrangements
from feed.model.common import EventBase
from feed.model.correction import Correction
from feed.model.event import LASTING
from feed.model.kind import MessageKind
from feed.model.launch import Launch
from feed.model.message import Draft, Kind, Message
from feed.model.statement import statement_of_claim

__all__ = ["Mark", "Messages"]


class _OpenEvent(NamedTuple):
    """Where one event stands: its next draft, and how many were taken before it."""

    at: int
    event: int
    taken: int


class _Slot(NamedTuple):
    """What a report replaces when it is made again."""

    event: str
    kind: Kind
    originator: str
    slot: str


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
class _Present:
    """What is now said of an event that will be corrected."""

    kind: MessageKind
    event: EventBase
    data: dict[str, dict[str, Any]] = field(default_factory=dict)
    """by originator; the last to speak stands last"""
    outstanding: list[dict[str, Any]] | None = None
    """the parts, such as areas of an alert, that have not ended"""

    def copy(self) -> "_Present":
        areas = None if self.outstanding is None else list(self.outstanding)
        return _Present(self.kind, self.event, dict(self.data), areas)


@dataclass
class _Known:
    """What was reported of one event of the story (and of the pieces it came apart into)."""

    left: int
    """who may still report: the event itself, and each of its corrections"""
    counts: dict[tuple[str, str], int] = field(default_factory=dict)
    """how many reports were made, by (event, originator)"""
    standing: dict[_Slot, str] = field(default_factory=dict)
    """the reports that nothing has replaced or ended"""
    ended: dict[tuple[str, str], str] = field(default_factory=dict)
    """by (event, originator): the correction that ended what it reported"""
    present: _Present | None = None

    def copy(self) -> "_Known":
        present = None if self.present is None else self.present.copy()
        ended = dict(self.ended)
        return _Known(self.left, dict(self.counts), dict(self.standing), ended, present)


@dataclass
class Mark:
    """All that is needed to go on from a message; plain values, made by ``Messages.mark``."""

    number: int = 0
    next_event: int = 0
    open: tuple[_OpenEvent, ...] = ()
    known: dict[str, _Known] = field(default_factory=dict)


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
        )

    def __iter__(self) -> Iterator[Message]:
        return self

    def __next__(self) -> Message:
        """Return the next message."""
        while True:
            self._take_in()
            if not self._heap:
                raise StopIteration
            _, event, taken, draft, rest, subject = heapq.heappop(self._heap)
            more = self._push(event, taken + 1, rest, subject)
            known = self._known_of(subject)
            if isinstance(draft, Correction):
                said = self._correct(draft, known)
            else:
                said = None if _is_withdrawn(draft, known) else draft
            message = None if said is None else _numbered(said, known)
            if not more:
                self._finish(subject)
            if message is not None:
                self.number += 1
                return message

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
            known.present = known.present or _Present(event.kinds[0], event)
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

    def _known_of(self, subject: str) -> _Known:
        known = self._known.get(subject)
        if known is None:
            corrections = self._story.gathered.referenced.get(subject, 0)
            known = self._known[subject] = _Known(left=1 + corrections)
        return known

    def _finish(self, subject: str) -> None:
        """Drop what is known of an event that nobody will report on, so that memory stays flat."""
        known = self._known_of(subject)
        known.left -= 1
        if not known.left:
            del self._known[subject]

    def _moment(self, draft: Draft | Correction) -> int:
        return draft.at.resolve(self._story.start).us if isinstance(draft, Correction) else draft.at

    def _correct(self, correction: Correction, known: _Known) -> Draft | None:
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


def _is_withdrawn(draft: Draft, known: _Known) -> bool:
    """Tell whether a correction already ended what the originator of a report has to say.

    A sensor goes on to see what its country has called an error; its country says no more of it.
    """
    return draft.kind in LASTING and (draft.event, draft.originator) in known.ended


def _numbered(draft: Draft, known: _Known) -> Message:
    """Return a draft as a message with its key, and note it."""
    slot = _Slot(draft.event, draft.kind, draft.originator, draft.slot)
    counts = known.counts
    n = counts[slot.event, slot.originator] = counts.get((slot.event, slot.originator), 0) + 1
    key = f"{draft.event}.{draft.originator.lower()}.{n}"
    if draft.kind == "impact":
        # Which report a prediction is reckoned from is known only now that reports have keys.
        track = known.standing.get(slot._replace(kind="track"))
        data = {name: value for name, value in draft.data.items() if name != "basis"}
        draft = draft._replace(data=data if track is None else {**data, "basis": track})
    references: tuple[str, ...] = ()
    present = known.present
    if present is not None and (present.kind.name, present.event.id) != (draft.kind, draft.event):
        present = None  # a piece of a launch is an event of its own
    if present is not None or draft.kind in LASTING:
        references = _refer(draft, slot, key, known)
    if present is not None:
        _remember(draft, present)
    return Message(
        key=key,
        event=draft.event,
        kind=draft.kind,
        type=draft.type,
        originator=draft.originator,
        at=draft.at,
        offset_s=draft.offset_s,
        expires=draft.expires,
        references=references,
        release=draft.release,
        to=draft.to,
        partial=draft.partial,
        data=draft.data,
    )


def _refer(draft: Draft, slot: _Slot, key: str, known: _Known) -> tuple[str, ...]:
    """Return the messages that this one replaces or ends, and note what stands from now on.

    A first report refers to nothing.  An update replaces the originator's last report of the kind
    (or, if somebody else is corrected, all that stand); a cancel or all-clear ends all reports of
    the originator about the event, or everybody's if it made none.  If all was ended by somebody
    else, it refers to that end.
    """
    standing = known.standing
    if draft.type == "alert":
        standing[slot] = key
        return ()
    of_event = [other for other in standing if other.event == slot.event]
    if draft.type == "update":
        of_kind = [other for other in of_event if other.kind == slot.kind]
        own = [other for other in of_kind if other.originator == slot.originator]
        replaced = [slot] if slot in standing else own or of_kind
        references = tuple(standing.pop(other) for other in replaced)
        standing[slot] = key
        return references
    own = [other for other in of_event if other.originator == slot.originator]
    ended = own or of_event
    present = known.present
    goes_on = any(other.kind == slot.kind for other in of_event if other not in ended)
    if present is not None and not draft.partial and not goes_on:
        ended = of_event  # with the last report of the event what is left of it ends too
    references = tuple(standing[other] for other in ended)
    if not ended:
        references = tuple(key for (event, _), key in known.ended.items() if event == slot.event)
        references = references[-1:]
    if not draft.partial:
        for other in ended:
            del standing[other]
        if present is not None:  # only what is corrected can be withdrawn
            silent = [other.originator for other in ended] if goes_on else list(present.data)
            for originator in (*silent, slot.originator):
                known.ended.pop((slot.event, originator), None)
                known.ended[slot.event, originator] = key
    return references


def _remember(draft: Draft, present: _Present) -> None:
    """Note what is now said of an event."""
    if draft.partial:
        # The rest goes on as it was said, not in the words that ended a part.
        present.outstanding = list(draft.data["remaining"])
        for originator, data in present.data.items():
            present.data[originator] = {**data, present.kind.parts: present.outstanding}
        return
    present.data.pop(draft.originator, None)
    present.data[draft.originator] = draft.data
    if present.kind.parts:
        over = draft.type in {"cancel", "all-clear"}
        present.outstanding = [] if over else list(draft.data[present.kind.parts])
