"""Who can see a flight: line of sight over a curved Earth, and nothing more.

Illustrative geometry, not capability: a sensor is a place, a range and a lowest elevation, all
assumed.  No weather, no size of the target, no beam, no search pattern.  Countries are names on
sensors; nothing here knows one from another.
"""

from collections.abc import Iterable
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from feed.errors import UsageError
from feed.flight.earth import (
    INVERSE_SQUARES,
    MEAN_RADIUS_M,
    Array,
    east_north_up,
    to_earth_fixed,
)
from feed.flight.trajectory import Phase, States, Trajectory

__all__ = [
    "SENSOR_CLASSES",
    "Coverage",
    "Sensor",
    "SensorClass",
    "Window",
    "coverage",
    "elevation_deg",
    "sees",
    "windows",
]

Window = tuple[float, float]
"""From and to, in seconds since the trajectory's start."""

EDGE_ROUNDS: Final = 3


class SensorClass(NamedTuple):
    """How a class looks: across its horizon, or from above at burning engines over the clouds."""

    name: str
    overhead: bool = False
    above_m: float = 0.0


SENSOR_CLASSES: Final = (
    SensorClass("early-warning-satellite", overhead=True, above_m=11_000.0),
    SensorClass("land-radar"),
    SensorClass("x-band-radar"),
    SensorClass("ship-radar"),
    SensorClass("airborne-radar"),
)

_BY_NAME: Final = {kind.name: kind for kind in SENSOR_CLASSES}


class Sensor(NamedTuple):
    """One sensor of one country.

    WGS 84 degrees and metres; ``range_km`` is a slant range; ``delay_s`` from seeing to reporting;
    ``error_m`` the standard error of a reported position.  A satellite needs no place.
    """

    name: str
    country: str
    sensor_class: str
    lon: float | None = None
    lat: float | None = None
    height_m: float = 0.0
    range_km: float = float("inf")
    minimum_elevation_deg: float = 0.0
    delay_s: float = 0.0
    error_m: float = 0.0


class Coverage(NamedTuple):
    """What one country's sensors see of a flight; all seconds since the trajectory's start.

    ``windows`` is the union over its sensors, in order; ``first_s`` and ``lost_s`` are its ends;
    ``reported_s`` is when the first sensor can have reported, its delay included.
    """

    country: str
    windows: tuple[Window, ...]
    by_sensor: tuple[tuple[str, tuple[Window, ...]], ...]
    first_s: float | None
    lost_s: float | None
    reported_s: float | None


def elevation_deg(sensor: Sensor, states: States, *, earth_factor: float = 1.0) -> Array:
    """Return the elevation (n,) of an object above a sensor's local horizon, in degrees.

    Exact geometry on the ellipsoid by default.  ``earth_factor`` 4/3 is the radio engineer's
    allowance for refraction (a larger Earth, straight rays); it holds for targets below about
    10 km and flatters those above.
    """
    lon, lat = _place(sensor)
    position = to_earth_fixed(states.lon_deg, states.lat_deg, states.altitude_m)
    away = position - to_earth_fixed(lon, lat, sensor.height_m)
    east, north, up = (away @ east_north_up(lon, lat).T).T
    if earth_factor != 1.0:
        # The drop below the tangent plane is d^2 / 2R: a larger Earth takes part of it back.
        flat_squared = east**2 + north**2
        up = up + flat_squared / (2 * MEAN_RADIUS_M) * (1 - 1 / earth_factor)
    return np.asarray(np.degrees(np.arctan2(up, np.hypot(east, north))), dtype=np.float64)


def sees(sensor: Sensor, states: States, *, earth_factor: float = 1.0) -> NDArray[np.bool_]:
    """Return, for each state (n,), whether a sensor has it in view."""
    kind = _kind(sensor)
    if kind.overhead:
        burning = states.phase == Phase.BOOST
        return np.asarray(burning & (states.altitude_m >= kind.above_m), dtype=np.bool_)
    lon, lat = _place(sensor)
    eye = to_earth_fixed(lon, lat, sensor.height_m)
    position = to_earth_fixed(states.lon_deg, states.lat_deg, states.altitude_m)
    near = np.linalg.norm(position - eye, axis=-1) <= sensor.range_km * 1000
    elevation = elevation_deg(sensor, states, earth_factor=earth_factor)
    clear = elevation >= sensor.minimum_elevation_deg
    if earth_factor == 1.0:
        clear &= _unobstructed(eye, position)
    return np.asarray(near & clear, dtype=np.bool_)


def windows(
    sensor: Sensor, trajectory: Trajectory, step_s: float = 1.0, *, earth_factor: float = 1.0
) -> list[Window]:
    """Return when a sensor has an object in view, in order.

    Looks every ``step_s`` seconds, then narrows each edge to a thousandth of that; a view shorter
    than a step can be missed.
    """
    times = _moments(trajectory, step_s)
    return _seen(sensor, trajectory, times, trajectory.sample(times), earth_factor)


def coverage(
    sensors: Iterable[Sensor], trajectory: Trajectory, step_s: float = 1.0
) -> tuple[Coverage, ...]:
    """Return what each country's sensors see of a flight; countries in order of first sensor."""
    times = _moments(trajectory, step_s)
    states = trajectory.sample(times)
    by_country: dict[str, list[tuple[Sensor, tuple[Window, ...]]]] = {}
    for sensor in sensors:
        seen = tuple(_seen(sensor, trajectory, times, states, 1.0))
        by_country.setdefault(sensor.country, []).append((sensor, seen))
    return tuple(_union(country, seen) for country, seen in by_country.items())


def _moments(trajectory: Trajectory, step_s: float) -> Array:
    count = max(2, int(np.ceil(trajectory.duration_s / step_s)) + 1)
    return np.linspace(0.0, trajectory.duration_s, count)


def _seen(
    sensor: Sensor, trajectory: Trajectory, times: Array, states: States, earth_factor: float
) -> list[Window]:
    """Return the windows of one sensor, from the states at some moments."""
    seen = sees(sensor, states, earth_factor=earth_factor)
    changes = np.flatnonzero(seen[1:] != seen[:-1])
    edges = [
        _edge(sensor, trajectory, times[number], times[number + 1], earth_factor)
        for number in changes
    ]
    if seen[0]:
        edges.insert(0, 0.0)
    if seen[-1]:
        edges.append(trajectory.duration_s)
    return list(zip(edges[::2], edges[1::2], strict=True))


def _union(country: str, seen: list[tuple[Sensor, tuple[Window, ...]]]) -> Coverage:
    merged: list[Window] = []
    for start, stop in sorted(window for _, mine in seen for window in mine):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(stop, merged[-1][1]))
        else:
            merged.append((start, stop))
    reports = [mine[0][0] + sensor.delay_s for sensor, mine in seen if mine]
    return Coverage(
        country,
        tuple(merged),
        tuple((sensor.name, mine) for sensor, mine in seen),
        merged[0][0] if merged else None,
        merged[-1][1] if merged else None,
        min(reports, default=None),
    )


def _edge(
    sensor: Sensor, trajectory: Trajectory, before: float, after: float, earth_factor: float
) -> float:
    """Return the moment in view that is next to where the view changes, between two that differ."""
    seen = np.zeros(0, dtype=np.bool_)
    for _ in range(EDGE_ROUNDS):
        times = np.linspace(before, after, 11)
        seen = sees(sensor, trajectory.sample(times), earth_factor=earth_factor)
        first = int(np.flatnonzero(seen != seen[0])[0])
        before, after = float(times[first - 1]), float(times[first])
    return before if seen[0] else after


def _unobstructed(eye: Array, position: Array) -> NDArray[np.bool_]:
    """Return whether straight lines from an eye (3,) to places (n, 3) stay out of the ellipsoid.

    Stretched so that the ellipsoid becomes the unit sphere, a line stays a line.
    """
    stretch = np.sqrt(INVERSE_SQUARES)
    start = eye * stretch
    away = position * stretch - start
    # The eye may stand on the ground itself, a rounding error below it.
    start = start * max(1.0, 1.0 / float(np.linalg.norm(start)))
    length = np.maximum(np.sum(away**2, axis=-1), 1e-30)
    nearest = np.clip(-(away @ start) / length, 0.0, 1.0)
    closest = start + nearest[:, None] * away
    # Places on the ground are seen; only what lies beyond it is not.
    return np.asarray(np.linalg.norm(closest, axis=-1) >= 1 - 1e-9, dtype=np.bool_)


def _kind(sensor: Sensor) -> SensorClass:
    if sensor.sensor_class not in _BY_NAME:
        raise UsageError(
            f"'{sensor.sensor_class}' is not a class of sensor; use one of {', '.join(_BY_NAME)}"
        )
    return _BY_NAME[sensor.sensor_class]


def _place(sensor: Sensor) -> tuple[float, float]:
    if sensor.lon is None or sensor.lat is None:
        raise UsageError(f"sensor '{sensor.name}' looks across a horizon; give its lat and lon")
    return sensor.lon, sensor.lat
