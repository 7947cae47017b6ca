"""What one originator measures of one object: when, by which sensor, with which error.

A moment is measured by the most exact sensor that has the object in view then, and is heard of that
sensor's delay later.  All errors are drawn, keyed by what they are errors of.
"""

import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from feed.core.draw import normal
from feed.core.flights import SensorContact
from feed.flight.earth import Array, east_north_up, to_earth_fixed, to_geodetic
from feed.flight.flight import FlyingObject
from feed.flight.trajectory import Phase, States
from feed.model.time import SECOND

__all__ = ["Sample", "ViewSpan", "drawn", "samples", "spans_of"]

CHUNK = 512
WIDEST_DRAW = 2.0

Integers = NDArray[np.int64]


class ViewSpan(NamedTuple):
    """Views without a gap longer than the coast, as one; microseconds since the launch."""

    since: int
    until: int
    contacts: tuple[SensorContact, ...]

    @property
    def noticed(self) -> SensorContact:
        """The view that is reported first."""
        return min(self.contacts, key=lambda look: look.since + look.delay)

    @property
    def last(self) -> SensorContact:
        """The view that ends last."""
        return max(self.contacts, key=lambda look: look.until)


class Sample(NamedTuple):
    """One measured position; times are microseconds since the launch."""

    time: int
    reported: int
    look: SensorContact
    lon: float
    lat: float
    altitude_m: float
    velocity: tuple[float, float, float]
    phase: Phase
    last: bool
    """the last one of its span"""


def spans_of(contacts: tuple[SensorContact, ...], coast: int) -> list[ViewSpan]:
    """Return the views joined wherever no more than the coast lies between them, in order."""
    spans: list[ViewSpan] = []
    for look in sorted(contacts):
        if spans and look.since <= spans[-1].until + coast:
            before = spans[-1]
            until = max(before.until, look.until)
            spans[-1] = ViewSpan(before.since, until, (*before.contacts, look))
        else:
            spans.append(ViewSpan(look.since, look.until, (look,)))
    return spans


def samples(
    flying: FlyingObject, span: ViewSpan, every: int, seed: int, country: str
) -> Iterator[Sample]:
    """Yield what is measured in a span, in order of both of its times."""
    times, contacts = _moments(flying, span, every)
    for first in range(0, len(times), CHUNK):
        chunk = slice(first, first + CHUNK)
        seen_by = [span.contacts[index] for index in contacts[chunk]]
        states = flying.trajectory.sample(times[chunk] / SECOND - flying.start_s)
        key = (flying.name, country)
        lon, lat, altitude = _blurred(times[chunk], seen_by, states, seed, key)
        velocity = np.stack([states.east_m_s, states.north_m_s, states.up_m_s], axis=-1)
        for index, look in enumerate(seen_by):
            time = int(times[first + index])
            east, north, up = velocity[index].tolist()
            yield Sample(
                time,
                time + look.delay,
                look,
                float(lon[index]),
                float(lat[index]),
                float(altitude[index]),
                (east, north, up),
                Phase(int(states.phase[index])),
                last=first + index == len(times) - 1,
            )


def drawn(seed: int, *key: object) -> tuple[float, float, float]:
    """Return three normal numbers within two deviations, for what must stay inside a circle."""
    east, north, third = (
        max(-WIDEST_DRAW, min(WIDEST_DRAW, normal(seed, *key, axis))) for axis in "enu"
    )
    return east, north, third


def _moments(flying: FlyingObject, span: ViewSpan, every: int) -> tuple[Integers, Integers]:
    """Return when positions are measured, and by which view.

    The moments are the same for everybody: multiples of ``every`` since the launch.  What a slow
    sensor measured is left out once a quick one has told of a later moment.
    """
    born = round(flying.start_s * SECOND)
    gone = round((flying.start_s + flying.trajectory.duration_s) * SECOND)
    first = -(-max(span.since, born) // every)
    times = np.arange(first * every, min(span.until, gone) + 1, every, dtype=np.int64)
    by = np.full(times.size, -1, dtype=np.int64)
    for index, look in sorted(enumerate(span.contacts), key=lambda each: -each[1].error_m):
        by[(times >= look.since) & (times <= look.until)] = index
    times, by = times[by >= 0], by[by >= 0]
    delays = np.array([look.delay for look in span.contacts], dtype=np.int64)
    order = np.argsort(times + delays[by], kind="stable")
    times, by = times[order], by[order]
    newest = times == np.maximum.accumulate(times)
    return times[newest], by[newest]


def _blurred(
    times: Integers, seen_by: list[SensorContact], states: States, seed: int, key: tuple[str, str]
) -> tuple[Array, Array, Array]:
    """Return longitudes, latitudes and altitudes with the error of each view, drawn for it."""
    draws = np.array(
        [[normal(seed, *key, time, axis) for axis in "enu"] for time in times.tolist()]
    )
    # A third of the variance in each direction.
    errors = np.array([look.error_m for look in seen_by]) / math.sqrt(3)
    frame = east_north_up(states.lon_deg, states.lat_deg)
    position = to_earth_fixed(states.lon_deg, states.lat_deg, states.altitude_m)
    position = position + np.einsum("nij,ni->nj", frame, draws * errors[:, None])
    lon, lat, altitude = to_geodetic(position)
    return lon, lat, np.maximum(altitude, 0.0)
