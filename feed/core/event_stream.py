"""A scenario made ready to be read in order of time.

An ``EventStream`` hides where the events are: in memory, sorted once, or in a file that is read as
it is played.  What must be known before the first event (links that fail, arrangements that change,
which events are referred to later) is gathered once.
"""

import heapq
import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from feed.core.draw import uniform
from feed.model.agreement import Agreement
from feed.model.common import EventBase
from feed.model.correction import Correction
from feed.model.link import LinkChange
from feed.model.scenario import Header, Scenario
from feed.model.time import Instant, Moment

__all__ = [
    "EventStream",
    "Gathered",
    "earliest",
    "event_stream_of",
    "gather",
    "repetitions",
    "stream_of",
]


@dataclass(frozen=True)
class Gathered:
    """What has to be known of all events before the first is played."""

    links: tuple[tuple[int, str, str], ...]
    """(moment, link, ``down`` or ``up``), in order of time; equal times as they were written"""
    changes: tuple[tuple[int, str, bool], ...]
    """(moment, arrangement, in force from then on), in order of time; equal times as written"""
    referenced: Mapping[str, int]
    """events that later events correct, and how many times"""
    last: int
    """the latest moment that any event names, microseconds since 1970"""


@dataclass(frozen=True)
class EventStream:
    """A scenario as a sequence of events in order of time."""

    header: Header
    events: Callable[[int], Iterator[EventBase]]
    """all events from the n-th on, in order of time; each call starts anew"""
    gathered: Gathered

    @property
    def start(self) -> Instant:
        """The moment at which the story begins, and the offset its times are shown in."""
        return self.header.starts


def earliest(event: EventBase, start: Instant) -> int:
    """Return the first moment at which anything is heard of an event."""
    return min(moment.resolve(start).us for _, moment in event.moments())


def _latest(event: EventBase, start: Instant) -> int:
    moments = [moment for _, moment in event.moments()]
    return max(moment.resolve(start).us for moment in (*moments, *event.ends_of_moments()))


def _moment_of(change: tuple[int, *tuple[object, ...]]) -> int:
    return change[0]


def gather(header: Header, events: Iterable[EventBase]) -> Gathered:
    """Read all events once for what must be known before the first is played."""
    start = header.starts
    links: list[tuple[int, str, str]] = []
    changes: list[tuple[int, str, bool]] = []
    referenced: Counter[str] = Counter()
    # A story lasts until its last note to the staff, too.
    last = max((start.us, *(note.at.resolve(start).us for note in header.staff)))
    for event in events:
        at = event.at.resolve(start).us
        last = max(last, _latest(event, start))
        if isinstance(event, LinkChange):
            links.append((at, event.id, event.state))
        elif isinstance(event, Agreement) and event.arrangement is not None:
            changes.append((at, event.arrangement.id, event.arrangement.becomes == "in-force"))
        elif isinstance(event, Correction):
            referenced[event.of] += 1 if event.repeat is None else event.repeat.count
    return Gathered(
        links=tuple(sorted(links, key=_moment_of)),
        changes=tuple(sorted(changes, key=_moment_of)),
        referenced=dict(referenced),
        last=last if header.ends is None else max(last, header.ends.resolve(start).us),
    )


def event_stream_of(scenario: Scenario, more: Iterable[EventBase] = ()) -> EventStream:
    """Return a scenario that is in memory as a story; ``more`` events are played with it."""
    return stream_of(scenario, (*scenario.events, *more))


def stream_of(header: Header, written: Sequence[EventBase]) -> EventStream:
    """Return events that are in memory as a story."""
    start = header.starts

    def moment(event: EventBase) -> int:
        return earliest(event, start)

    once = sorted((event for event in written if event.repeat is None), key=moment)
    repeated = [event for event in written if event.repeat is not None]

    def events(first: int) -> Iterator[EventBase]:
        if not repeated:
            return iter(once[first:])
        again = (repetitions(event, start, header.seed) for event in repeated)
        return itertools.islice(heapq.merge(once, *again, key=moment), first, None)

    return EventStream(header=header, events=events, gathered=gather(header, written))


def repetitions(event: EventBase, start: Instant, seed: int) -> Iterator[EventBase]:
    """Yield the event itself, or each of its repetitions with a moment and an id of its own."""
    repeat = event.repeat
    if repeat is None:
        yield event
        return
    first = event.at.resolve(start)
    span = repeat.until.resolve(start).us - first.us
    digits = len(str(repeat.count))
    for n in range(repeat.count):
        if repeat.spread == "even":
            at = first.us + span * n // max(1, repeat.count - 1)
        else:
            # A drawn moment within an equal share of the span: seeded, yet already in order.
            share = uniform(seed, event.id, n)
            at = first.us + round(span * (n + share) / repeat.count)
        moment = Moment("full", at + first.offset_s * 1_000_000, first.offset_s, "")
        yield event.model_copy(
            update={
                "id": f"{event.id}-{n + 1:0{digits}}",
                "at": moment,
                "precision": event.known_precision(),
                "repeat": None,
            }
        )
