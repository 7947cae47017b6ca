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
from typing import Any

from feed.core.draw import poisson, uniform
from feed.model.agreement import Agreement
from feed.model.common import EventBase
from feed.model.correction import Correction
from feed.model.launch import Launch
from feed.model.link import LinkChange
from feed.model.scenario import Header, Scenario
from feed.model.time import Instant, Moment

__all__ = [
    "EventStream",
    "Gathered",
    "earliest",
    "event_stream_of",
    "gather",
    "repetition_count",
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
    moments = event.moments()
    if len(moments) == 1:
        return moments[0][1].resolve(start).us
    return min([moment.resolve(start).us for _, moment in moments])


def _latest(event: EventBase, start: Instant) -> int:
    moments, ends = event.moments(), event.ends_of_moments()
    if len(moments) == 1 and not ends:
        return moments[0][1].resolve(start).us
    return max([moment.resolve(start).us for moment in (*(each for _, each in moments), *ends)])


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
        latest = _latest(event, start)
        last = max(last, latest)
        if isinstance(event, LinkChange):
            links.append((event.at.resolve(start).us, event.id, event.state))
        elif isinstance(event, Agreement) and event.arrangement is not None:
            in_force = event.arrangement.becomes == "in-force"
            changes.append((event.at.resolve(start).us, event.arrangement.id, in_force))
        elif isinstance(event, Correction):
            referenced[event.of] += repetition_count(event, start, header.seed) or 1
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
    count = repetition_count(event, start, seed)
    digits = len(str(count))
    common = {"precision": event.known_precision(), "repeat": None}
    for n, at in enumerate(_moments_of(event, count, first.us, start, seed)):
        moment = Moment("full", at + first.offset_s * 1_000_000, first.offset_s, "")
        yield event.model_copy(
            update={
                **common,
                "id": f"{event.id}-{n + 1:0{digits}}",
                "at": moment,
                **_varied(event, seed, n),
            }
        )


def repetition_count(event: EventBase, start: Instant, seed: int) -> int:
    """Return how often an event happens; 0: it does not repeat.

    Without a ``count`` it follows from ``every`` and ``until``; with ``poisson`` it is drawn.
    """
    repeat = event.repeat
    if repeat is None:
        return 0
    if repeat.count is not None:
        return repeat.count
    assert repeat.every is not None, "two of three are given"
    span = max(0, repeat.last(event.at).resolve(start).us - event.at.resolve(start).us)
    if repeat.spread == "poisson":
        return max(1, poisson(span / repeat.every, seed, event.id, "count"))
    return max(1, span // repeat.every + (repeat.spread == "even"))


def _moments_of(
    event: EventBase, count: int, first: int, start: Instant, seed: int
) -> Iterator[int]:
    """Yield when each repetition happens, in order, microseconds since 1970."""
    repeat = event.repeat
    assert repeat is not None, "it does not repeat"
    span = repeat.last(event.at).resolve(start).us - first
    if repeat.spread == "even":
        if repeat.every is not None:
            span = repeat.every * (count - 1)
        yield from (first + span * n // max(1, count - 1) for n in range(count))
    elif repeat.spread == "seeded":
        # A drawn moment within an equal share of the span: seeded, yet already in order.
        for n in range(count):
            yield first + round(span * (n + uniform(seed, event.id, n)) / count)
    else:
        # The moments of a Poisson process of which the number is known lie anywhere in the span;
        # drawn from the earliest on, each is the least of those that are left.
        passed = 0.0
        for n in range(count):
            passed += (1 - passed) * (1 - (1 - uniform(seed, event.id, n)) ** (1 / (count - n)))
            yield first + round(span * passed)


def _varied(event: EventBase, seed: int, n: int) -> dict[str, Any]:
    """Return the figures of a launch that are its own in the nth repetition."""
    vary = None if event.repeat is None else event.repeat.vary
    flight = event.flight if isinstance(event, Launch) else None
    if vary is None or flight is None:
        return {}
    figures = {}
    for name, width in vary.widths().items():
        if (figure := getattr(flight, name)) is not None:
            figures[name] = figure + width * (2 * uniform(seed, event.id, n, name) - 1)
    if "azimuth_deg" in figures:
        figures["azimuth_deg"] %= 360
    return {"flight": flight.model_copy(update=figures)}
