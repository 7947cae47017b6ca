"""What a scenario exercises, in a few words, read from its events.

Nobody writes these words into a file, so they cannot be forgotten or go out of date, and a
scenario of one's own has them too.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from typing import TypeVar

from feed.model.agreement import Agreement
from feed.model.alert import Alert
from feed.model.common import EventBase
from feed.model.correction import Correction
from feed.model.incident import Incident
from feed.model.launch import Launch
from feed.model.link import LinkChange
from feed.model.meeting import Meeting
from feed.model.statement import Statement
from feed.model.time import SECOND, Instant

__all__ = ["marks"]

Kind = TypeVar("Kind", bound=EventBase)

SALVO_WITHIN = 60 * SECOND
SALVO = 3
MANY = 100
LONG = 24 * 3600 * SECOND


class _MarkedScenario:
    """The events of a story, sorted once for all the questions."""

    def __init__(self, events: Iterable[EventBase], start: Instant) -> None:
        self.start = start
        self.events = tuple(events)
        self.launches = self._of(Launch)
        self.alerts = self._of(Alert)
        self.corrections = self._of(Correction)
        self.by_id = {event.id: event for event in self.events}
        self.corrected: defaultdict[str, list[Correction]] = defaultdict(list)
        for correction in self.corrections:
            self.corrected[correction.of].append(correction)

    def _of(self, kind: type[Kind]) -> tuple[Kind, ...]:
        return tuple(event for event in self.events if isinstance(event, kind))

    def at(self, event: EventBase) -> int:
        """Return when an event happens, in microseconds since 1970."""
        return event.at.resolve(self.start).us


def marks(events: Iterable[EventBase], start: Instant) -> tuple[str, ...]:
    """Return what a story with these events exercises, most telling first."""
    story = _MarkedScenario(events, start)
    return tuple(mark for question in _QUESTIONS for mark in question(story))


def _flights(story: _MarkedScenario) -> Iterator[str]:
    moments = sorted(story.at(launch) for launch in story.launches)
    most = max((_within(moments, first) for first in moments), default=0)
    if most >= SALVO:
        yield f"{most} launches within a minute"
    elif story.launches:
        yield "1 launch" if len(moments) == 1 else f"{len(moments)} launches"
    flights = [launch.flight for launch in story.launches if launch.flight is not None]
    if any(flight.break_up is not None or flight.drop_zones for flight in flights):
        yield "one object becomes several"
    if any(flight.orbit is not None and flight.lost is None for flight in flights):
        yield "orbit"
    if any(flight.lost is not None for flight in flights):
        yield "lost from view"
    if any(launch.detections is not None for launch in story.launches):
        yield "detections as written"


def _within(moments: list[int], first: int) -> int:
    return sum(first <= moment < first + SALVO_WITHIN for moment in moments)


def _alerts(story: _MarkedScenario) -> Iterator[str]:
    channels = {(alert.issuer.authority, alert.issuer.channel) for alert in story.alerts}
    if len(channels) > 1:
        yield f"alerts by {len(channels)} channels"
    elif story.alerts:
        yield "alert" if len(story.alerts) == 1 else f"{len(story.alerts)} alerts"
    if any(alert.urgency in {"Future", "Expected"} for alert in story.alerts):
        yield "warned of in advance"
    if any(alert.expires is not None for alert in story.alerts):
        yield "expiry"
    if any(not _ended(story, alert) for alert in story.alerts):
        yield "an alert without an end"


def _ended(story: _MarkedScenario, alert: Alert) -> bool:
    """Tell whether every area of an alert is ended, or the alert expires by itself."""
    left = {area.name for area in alert.areas}
    for correction in story.corrected[alert.id]:
        named = {area.name for area in correction.areas or ()}
        if correction.as_ != "update":
            left = left - named if named else set()
        elif named:
            left = named
    return alert.expires is not None or not left


def _corrections(story: _MarkedScenario) -> Iterator[str]:
    found: Counter[str] = Counter()
    for correction in story.corrections:
        reason = f" ({correction.reason})" if correction.reason else ""
        found[f"{correction.as_}{reason}"] += 1
        original = story.by_id.get(correction.of)
        if isinstance(original, Alert):
            if correction.as_ != "update" and _part(correction, original):
                found["end of a part"] += 1
            issuer = correction.issuer
            if issuer is not None and issuer.authority != original.issuer.authority:
                found["corrected by another authority"] += 1
    yield from sorted(found)


def _part(correction: Correction, alert: Alert) -> bool:
    named = {area.name for area in correction.areas or ()}
    return bool(named) and named != {area.name for area in alert.areas}


def _figures(story: _MarkedScenario) -> Iterator[str]:
    said: defaultdict[str, set[str]] = defaultdict(set)
    for event in story.events:
        about = event.about if isinstance(event, Statement) and event.about else event.id
        said[about].update(claim.by for claim in event.claims)
    if any(len(authorities) > 1 for authorities in said.values()):
        yield "claims that differ"
    if any(claim.disputed for event in story.events for claim in event.claims):
        yield "a figure that cannot be right"


def _calendar(story: _MarkedScenario) -> Iterator[str]:
    states: set[str] = {event.state for event in story.events if isinstance(event, Meeting)}
    states |= {correction.state for correction in story.corrections if correction.state}
    if states:
        yield f"meetings ({', '.join(sorted(states))})"
    agreements = [event for event in story.events if isinstance(event, Agreement)]
    if any(event.arrangement is not None for event in agreements):
        yield "arrangements change"
    elif agreements:
        yield "agreements"


def _mass(story: _MarkedScenario) -> Iterator[str]:
    synthetic = sum(isinstance(event, Incident) and event.synthetic for event in story.events)
    if synthetic >= MANY:
        yield f"{synthetic:,} synthetic incidents"
    if any(isinstance(event, LinkChange) for event in story.events):
        yield "links fail"


def _times(story: _MarkedScenario) -> Iterator[str]:
    offsets = {event.at.resolve(story.start).offset_s for event in story.events}
    if len(offsets) > 1:
        yield f"{len(offsets)} time zones"
    coarse = [event for event in story.events if event.known_precision() in {"date", "half-day"}]
    if coarse:
        yield "times known by the day"
    ordered = sorted(story.at(event) for event in story.events)
    if max((late - early for early, late in pairwise(ordered)), default=0) > LONG:
        yield "long silences"


_QUESTIONS: tuple[Callable[[_MarkedScenario], Iterator[str]], ...] = (
    _flights,
    _alerts,
    _corrections,
    _figures,
    _calendar,
    _mass,
    _times,
)
