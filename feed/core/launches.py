"""What is reported of a launch: detection, track, predicted and observed impact, all-clear.

Every country that has an object in view reports it on its own: its own number, its own errors, its
own moments.  A report is made of what was seen before it, with one exception that keeps this
simple: a prediction is the true impact with an error that shrinks (see ``flight.predict``).
"""

import heapq
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from feed.core.draw import uniform
from feed.core.flights import SensorContact, contacts_of, flight_problem, flights_of, short_claims
from feed.core.tracking import Sample, ViewSpan, drawn, samples, spans_of
from feed.flight.flight import FlyingObject
from feed.flight.predict import DEVIATIONS, Prediction, doubt, offset, predict
from feed.flight.trajectory import End, Phase
from feed.model.arrangement import Arrangements
from feed.model.base import by_language, one_name
from feed.model.common import body_of, point_of
from feed.model.launch import Launch
from feed.model.message import Draft, Kind, Type
from feed.model.time import SECOND, Instant, rfc3339

__all__ = [
    "CLEAR_AFTER",
    "COAST",
    "UNKNOWN_END",
    "flight_problem",
    "launch_drafts",
    "short_claims",
]

COAST = 30 * SECOND
"""How long a track goes on unseen before the object is reported lost."""
CLEAR_AFTER = 300 * SECOND
"""From an impact, or the end of what an originator knows, to its all-clear.

Who lost an object from view waits for the moment at which it falls, too.
"""
UNKNOWN_END = 1800 * SECOND
"""How long a launch is taken to last if the file gives neither a flight nor an end."""
SHORTEST_EXPIRY = 30 * SECOND
SEEN_DOWN = 10 * SECOND
"""Who has an object in view until this long before its impact sees where it falls."""
SEEN_DOWN_S = 3.0
"""The uncertainty of the time of an impact that was seen."""
SMALLEST_AREA_M = 1000.0
SMALLER = 0.8
"""A prediction is news when its radius has shrunk to this part, or its time moved so far:"""
MOVED_S = 30.0

_WORDS = {
    Phase.BOOST: "boost",
    Phase.MIDCOURSE: "midcourse",
    Phase.REENTRY: "re-entry",
    Phase.LEVEL: "level",
    Phase.ORBIT: "orbit",
}


def launch_drafts(
    launch: Launch, start: Instant, arrangements: Arrangements, seed: int
) -> Iterator[Draft]:
    """Yield the reports of one launch, in order of time; the same ones at every call.

    Each piece, stage or wreck is an event of its own, named ``<launch>-<name>``, with a parent.
    """
    objects: tuple[FlyingObject | None, ...] = flights_of(launch, seed) or (None,)
    series = []
    for index, flying in enumerate(objects):
        for country, contacts in contacts_of(launch, start, arrangements, flying).items():
            series.append(_Watch(launch, start, seed, country, contacts, flying, index).reports())
    return heapq.merge(*series, key=lambda draft: draft.at)


@dataclass
class _Watch:
    """One originator and one object."""

    launch: Launch
    start: Instant
    seed: int
    country: str
    contacts: tuple[SensorContact, ...]
    flying: FlyingObject | None
    index: int
    """which object of the launch, from 0"""

    event: str = field(init=False)
    zero: Instant = field(init=False)
    track_number: str = field(init=False)
    _errors: tuple[float, float, float] = field(init=False)
    """of all its predictions: one story, told ever more exactly"""
    _said: Prediction | None = field(init=False, default=None)
    _tracked: bool = field(init=False, default=False)
    _latest: int = field(init=False)
    """when the latest report was made, since the launch: none is made before it"""

    def __post_init__(self) -> None:
        self.event = self.launch.id if self.flying is None else self.flying.name
        self.zero = self.launch.at.resolve(self.start)
        first = uniform(self.seed, self.launch.id, self.country, "track number")
        # Consecutive within a launch, so that two of its objects never share one.
        self.track_number = f"{self.country[0]}{10_000 + int(first * 80_000) + self.index}"
        self._errors = drawn(self.seed, self.event, self.country, "impact")
        self._latest = min(look.since for look in self.contacts)

    def reports(self) -> Iterator[Draft]:
        """Yield all reports, in order of time."""
        written = self.launch.detections is not None
        spans = spans_of(self.contacts, 0 if written else COAST)
        ends_known = self.flying is not None or any(
            look.until > look.since for look in self.contacts
        )
        seen, state = 0, "detected"
        for index, span in enumerate(spans):
            state = "tracked" if index else "detected"
            kind: Type = "update" if index else "alert"
            yield self._launch(span.noticed.since + span.noticed.delay, kind, state, span.noticed)
            for sample in self._samples(span):
                yield self._track(sample)
                yield from self._predicted(
                    sample, seen + sample.time - span.since, last=span is spans[-1] and sample.last
                )
                if sample.phase is Phase.ORBIT and state != "in-orbit":
                    state = "in-orbit"
                    yield self._launch(sample.reported, "update", state, sample.look)
            seen += span.until - span.since
            if self._sees_it_down(span):
                state = "down"
                yield from self._down(span)
                break  # whoever looks later sees nothing that flies
            if state != "in-orbit" and ends_known:
                state = "lost"
                coast = 0 if written or self._sees_it_break(span) else COAST
                yield self._launch(span.until + span.last.delay + coast, "update", state, span.last)
        ended = self._latest if ends_known else self._latest + UNKNOWN_END - CLEAR_AFTER
        if state == "lost":
            ended = max(ended, self._falls())
        yield self._launch(ended + CLEAR_AFTER, "all-clear", state, span.last)

    def _samples(self, span: ViewSpan) -> Iterator[Sample]:
        if self.flying is None:
            return iter(())
        return samples(self.flying, span, self.launch.track.every, self.seed, self.country)

    def _predicted(self, sample: Sample, seen: int, *, last: bool) -> Iterator[Draft]:
        """Yield the predicted impact if it differs enough from what was said before."""
        flying, before = self.flying, self._said
        assert flying is not None
        powered = sample.time < self._after_start(flying.course.burnout_s)
        if powered or sample.phase is Phase.LEVEL or flying.course.impact is None:
            return
        radius, uncertainty = doubt(flying.course, seen / SECOND)
        if (
            before is None
            or last
            or radius <= SMALLER * before.radius_m
            or abs(self._errors[2]) / DEVIATIONS * (before.uncertainty_s - uncertainty) >= MOVED_S
        ):
            said = self._said = predict(flying.course, seen / SECOND, self._errors)
            assert said is not None
            yield self._impact(
                sample.reported, "alert" if before is None else "update", "predicted", said
            )

    def _sees_it_down(self, span: ViewSpan) -> bool:
        """Tell whether a span ends with the impact, or just above it."""
        flying = self.flying
        if flying is None or flying.trajectory.end is not End.IMPACT:
            return False
        return span.until >= self._gone() - SEEN_DOWN

    def _sees_it_break(self, span: ViewSpan) -> bool:
        flying = self.flying
        broke = flying is not None and flying.trajectory.end is End.BROKE_UP
        return broke and span.until >= self._gone() - SECOND

    def _falls(self) -> int:
        """Return until when an object that was lost from view may still be in the air."""
        flying = self.flying
        if flying is None or flying.course.impact is None or flying.trajectory.end is End.BROKE_UP:
            return self._latest
        return self._after_start(flying.course.duration_s)

    def _down(self, span: ViewSpan) -> Iterator[Draft]:
        """Yield the observed impact (if there is a track to reckon it from) and the end."""
        flying, look = self.flying, span.last
        assert flying is not None
        at = max(self._gone(), span.until) + look.delay
        if self._tracked:
            assert flying.trajectory.impact is not None
            east, north, late = drawn(self.seed, self.event, self.country, "observed")
            error = look.error_m / math.sqrt(2)
            lon, lat = offset(*flying.trajectory.impact, east * error, north * error)
            seen = Prediction(
                lon,
                lat,
                max(SMALLEST_AREA_M, DEVIATIONS * look.error_m),
                flying.trajectory.duration_s + late * SEEN_DOWN_S / DEVIATIONS,
                SEEN_DOWN_S,
            )
            yield self._impact(at, "alert" if self._said is None else "update", "observed", seen)
        yield self._launch(at, "update", "down", look)

    def _after_start(self, seconds: float) -> int:
        """Return seconds of the object's own path as microseconds since the launch."""
        assert self.flying is not None
        return round((self.flying.start_s + seconds) * SECOND)

    def _gone(self) -> int:
        assert self.flying is not None
        return self._after_start(self.flying.trajectory.duration_s)

    def _launch(self, at: int, kind: Type, state: str, look: SensorContact) -> Draft:
        launch = self.launch
        parent = None if self.flying is None else self.flying.parent
        vehicle = {"class": launch.vehicle.class_, "name": launch.vehicle.name}
        site = launch.site
        if parent is None:
            timing = launch.timing(self.start)
        else:
            timing = {"precision": launch.known_precision(), "assumed": launch.assumed or None}
        data = {
            "when": rfc3339(*self.zero),
            "site": body_of(
                {
                    "name": one_name(site.name),
                    "names": by_language(site.name),
                    "point": point_of(site.lon, site.lat),
                    "approximate": site.approximate or None,
                }
            ),
            "vehicle": body_of(vehicle),
            "count": 1,
            "object": self.event,
            "track_number": self.track_number,
            "parent": parent,
            "state": state,
            "sensor_class": look.sensor_class,
            **timing,
        }
        return self._draft(at, "launch", kind, data)

    def _track(self, sample: Sample) -> Draft:
        kind: Type = "update" if self._tracked else "alert"
        self._tracked = True
        east, north, up = sample.velocity
        data = {
            "object": self.event,
            "track_number": self.track_number,
            "time": self._moment(sample.time),
            "position": point_of(sample.lon, sample.lat),
            "altitude_m": round(sample.altitude_m),
            "velocity": {
                "east_m_s": round(east, 1),
                "north_m_s": round(north, 1),
                "up_m_s": round(up, 1),
            },
            "phase": _WORDS[sample.phase],
            "quality": {
                "error_m": sample.look.error_m,
                "sensor_class": sample.look.sensor_class,
            },
        }
        lasts = max(SHORTEST_EXPIRY, 3 * self.launch.track.every)
        return self._draft(sample.reported, "track", kind, data, lasts)

    def _impact(self, at: int, kind: Type, state: str, impact: Prediction) -> Draft:
        data = {
            "object": self.event,
            "track_number": self.track_number,
            "state": state,
            "point": point_of(impact.lon, impact.lat),
            "area": {"radius_m": round(impact.radius_m)},
            "time": self._moment(self._after_start(impact.time_s)),
            "uncertainty_s": round(impact.uncertainty_s, 1),
            # The key of the track report that stands at this moment; keys are given in ``expand``.
            "basis": "",
        }
        return self._draft(at, "impact", kind, data)

    def _moment(self, since: int) -> str:
        return rfc3339(self.zero.us + since, self.zero.offset_s)

    def _draft(
        self, at: int, kind: Kind, type_: Type, data: dict[str, Any], lasts: int | None = None
    ) -> Draft:
        self._latest = max(self._latest, at)
        moment = self.zero.us + self._latest
        lasts = self.launch.expires if lasts is None else lasts
        return Draft(
            at=moment,
            event=self.event,
            kind=kind,
            type=type_,
            originator=self.country,
            data=body_of(data),
            offset_s=self.zero.offset_s,
            expires=None if lasts is None else moment + lasts,
            release=self.launch.release or "arrangement",
            to=self.launch.to,
        )
