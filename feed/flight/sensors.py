"""Who can see a flight: line of sight over a curved Earth, and nothing more.

Illustrative geometry, not capability: a sensor is a place, a range and a lowest elevation, all
assumed.  Rays are straight; no weather, no size of the target, no beam, no search pattern.  Whose a
sensor is, and how fast and exact it reports, is no matter of geometry and not known here.
"""

from collections.abc import Iterable
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from feed.errors import UsageError
from feed.flight.earth import INVERSE_SQUARES, Array, east_north_up, to_earth_fixed
from feed.flight.sensor_class import SENSOR_CLASSES, SensorClass
from feed.flight.trajectory import Phase, States, Trajectory

__all__ = [
    "Sensor",
    "Window",
    "elevation_deg",
    "sees",
    "windows",
]

Window = tuple[float, float]
"""From and to, in seconds since the trajectory's start."""

EDGE_ROUNDS: Final = 3


_BY_NAME: Final = {kind.name: kind for kind in SENSOR_CLASSES}


class Sensor(NamedTuple):
    """One sensor, where it stands and how far it looks.

    WGS 84 degrees and metres; ``range_km`` is a slant range.  A satellite needs no place.
    """

    name: str
    sensor_class: str
    lon: float | None = None
    lat: float | None = None
    height_m: float = 0.0
    range_km: float = float("inf")
    minimum_elevation_deg: float = 0.0


def elevation_deg(sensor: Sensor, states: States) -> Array:
    """Return the elevation (n,) of an object above a sensor's local horizon, in degrees."""
    lon, lat = _place(sensor)
    position = to_earth_fixed(states.lon_deg, states.lat_deg, states.altitude_m)
    away = position - to_earth_fixed(lon, lat, sensor.height_m)
    east, north, up = (away @ east_north_up(lon, lat).T).T
    return np.asarray(np.degrees(np.arctan2(up, np.hypot(east, north))), dtype=np.float64)


def sees(sensor: Sensor, states: States) -> NDArray[np.bool_]:
    """Return, for each state (n,), whether a sensor has it in view."""
    kind = _kind(sensor)
    if kind.overhead:
        burning = states.phase == Phase.BOOST
        return np.asarray(burning & (states.altitude_m >= kind.above_m), dtype=np.bool_)
    lon, lat = _place(sensor)
    eye = to_earth_fixed(lon, lat, sensor.height_m)
    position = to_earth_fixed(states.lon_deg, states.lat_deg, states.altitude_m)
    near = np.linalg.norm(position - eye, axis=-1) <= sensor.range_km * 1000
    clear = elevation_deg(sensor, states) >= sensor.minimum_elevation_deg
    return np.asarray(near & clear & _unobstructed(eye, position), dtype=np.bool_)


def windows(
    sensors: Iterable[Sensor], trajectory: Trajectory, step_s: float = 1.0
) -> tuple[tuple[Window, ...], ...]:
    """Return for each sensor when it has an object in view, both in order.

    Looks every ``step_s`` seconds, then narrows each edge to a thousandth of that; a view shorter
    than a step can be missed.
    """
    times = _moments(trajectory, step_s)
    states = trajectory.sample(times)
    return tuple(_seen(sensor, trajectory, times, states) for sensor in sensors)


def _moments(trajectory: Trajectory, step_s: float) -> Array:
    count = max(2, int(np.ceil(trajectory.duration_s / step_s)) + 1)
    return np.linspace(0.0, trajectory.duration_s, count)


def _seen(
    sensor: Sensor, trajectory: Trajectory, times: Array, states: States
) -> tuple[Window, ...]:
    """Return the windows of one sensor, from the states at some moments."""
    seen = sees(sensor, states)
    changes = np.flatnonzero(seen[1:] != seen[:-1])
    edges = [_edge(sensor, trajectory, times[number], times[number + 1]) for number in changes]
    if seen[0]:
        edges.insert(0, 0.0)
    if seen[-1]:
        edges.append(trajectory.duration_s)
    return tuple(zip(edges[::2], edges[1::2], strict=True))


def _edge(sensor: Sensor, trajectory: Trajectory, before: float, after: float) -> float:
    """Return the moment in view that is next to where the view changes, between two that differ."""
    seen = np.zeros(0, dtype=np.bool_)
    for _ in range(EDGE_ROUNDS):
        times = np.linspace(before, after, 11)
        seen = sees(sensor, trajectory.sample(times))
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
