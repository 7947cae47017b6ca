"""Flights that are not arcs: a height drawn against time, over a geodesic.

For what flies low and steers: no mechanics, only a shape that has the announced apogee and range
and takes the announced (or an assumed) time.  Heights are joined by cubic pieces with given slopes.
"""

from dataclasses import dataclass

import numpy as np

from feed.errors import UsageError
from feed.flight.earth import Array, surface_normal
from feed.flight.geodesic import GroundPath
from feed.flight.trajectory import End, Phase, Phases, Trajectory, assemble

__all__ = ["GLIDE", "PULL_UP_KM", "Knot", "ProfileLeg", "level", "pull_up", "quasi_ballistic"]

Knot = tuple[float, float, float]
"""A moment (part of the flight), a height (part of the apogee), the slope there."""

GLIDE: tuple[Knot, ...] = (
    (0.0, 0.0, 0.0),
    (0.25, 1.0, 0.0),
    (0.40, 0.5, 0.0),
    (0.85, 0.42, -0.4),
    (1.0, 0.0, -4.0),
)
PULL_UP_KM = 38.0
"""Higher up there is too little air to lift anything: a pull-up stays below."""
CLIMB_M_S = 15.0


def pull_up(apogee_km: float) -> tuple[Knot, ...]:
    """Return the heights of a flight that dives, levels off where there is air, and dives again."""
    level_off = min(0.55, PULL_UP_KM / apogee_km)
    # As steep as it is high there: a steeper end would make the curve rise before it.
    dive = -3.5 * level_off / 0.55
    return ((0.0, 0.0, 0.0), (0.25, 1.0, 0.0), (0.60, level_off, 0.0), (1.0, 0.0, dive))


@dataclass(frozen=True, eq=False)
class ProfileLeg:
    """A flight along a path: a smooth start of ``boost_s``, then a constant speed over ground."""

    path: GroundPath
    duration_s: float
    boost_s: float
    top_m: float
    knots: tuple[Knot, ...]
    after_boost: Phase
    last_dive: Phase

    def motion(self, seconds: Array) -> tuple[Array, Array, Phases]:
        """Return Earth-fixed positions (n, 3) m, velocities (n, 3) m/s, and phases (n,)."""
        distance, speed = self._along(seconds)
        height, climb = self._height(seconds)
        place, direction = self.path.at(distance)
        moving = direction * speed[:, None]
        normal, tilt = surface_normal(place, moving)
        position = place + height[:, None] * normal
        velocity = moving + climb[:, None] * normal + height[:, None] * tilt
        dive = self.knots[-2][0] * self.duration_s
        phase = np.where(seconds < dive, self.after_boost, self.last_dive)
        phase = np.where(seconds < self.boost_s, Phase.BOOST, phase).astype(np.int8)
        return position, velocity, phase

    def _along(self, seconds: Array) -> tuple[Array, Array]:
        """Return distances over ground and speeds: from rest, by a smooth step."""
        cruise = self.path.length_m / (self.duration_s - self.boost_s / 2)
        part = np.clip(seconds / self.boost_s, 0.0, 1.0)
        speed = cruise * part**2 * (3 - 2 * part)
        distance = cruise * self.boost_s * (part**3 - part**4 / 2)
        return distance + cruise * np.maximum(seconds - self.boost_s, 0.0), speed

    def _height(self, seconds: Array) -> tuple[Array, Array]:
        """Return heights and climbing speeds."""
        moments, heights, slopes = np.array(self.knots).T
        part = seconds / self.duration_s
        piece = np.clip(np.searchsorted(moments, part, side="right") - 1, 0, len(moments) - 2)
        width = moments[piece + 1] - moments[piece]
        x = (part - moments[piece]) / width
        leave, arrive = slopes[piece] * width, slopes[piece + 1] * width
        rise = heights[piece + 1] - heights[piece]
        bend, twist = 3 * rise - 2 * leave - arrive, leave + arrive - 2 * rise
        height = heights[piece] + x * (leave + x * (bend + x * twist))
        slope = (leave + x * (2 * bend + 3 * x * twist)) / width
        return height * self.top_m, slope * self.top_m / self.duration_s


def quasi_ballistic(
    lon_deg: float,
    lat_deg: float,
    *,
    azimuth_deg: float,
    range_km: float,
    apogee_km: float,
    boost_s: float,
    flight_time_s: float,
    knots: tuple[Knot, ...] | None = None,
) -> Trajectory:
    """Return a low, steered flight that takes a given time: a climb, a pull-up or glide, a dive.

    The heights are those of a pull-up if no ``knots`` are given.
    """
    _check(range_km, apogee_km, flight_time_s)
    boost_s = min(boost_s, 0.4 * flight_time_s)
    path = GroundPath.ahead(lon_deg, lat_deg, azimuth_deg, range_km * 1000)
    top = apogee_km * 1000
    knots = pull_up(apogee_km) if knots is None else knots
    leg = ProfileLeg(path, flight_time_s, boost_s, top, knots, Phase.MIDCOURSE, Phase.REENTRY)
    return assemble([leg], burnout_s=boost_s, end=End.IMPACT)


def level(
    lon_deg: float,
    lat_deg: float,
    *,
    azimuth_deg: float,
    range_km: float,
    altitude_km: float,
    boost_s: float,
    flight_time_s: float,
) -> Trajectory:
    """Return a flight at one altitude, with a climb before it and a descent at its end."""
    _check(range_km, altitude_km, flight_time_s)
    boost_s = min(boost_s, 0.1 * flight_time_s)
    top = altitude_km * 1000
    climb = min(max(top / CLIMB_M_S / flight_time_s, 1e-3), 0.2)
    dive = 1 - climb / 2
    knots = ((0.0, 0.0, 0.0), (climb, 1.0, 0.0), (dive, 1.0, 0.0), (1.0, 0.0, -3 / climb))
    path = GroundPath.ahead(lon_deg, lat_deg, azimuth_deg, range_km * 1000)
    leg = ProfileLeg(path, flight_time_s, boost_s, top, knots, Phase.LEVEL, Phase.LEVEL)
    return assemble([leg], burnout_s=boost_s, end=End.IMPACT)


def _check(range_km: float, height_km: float, flight_time_s: float) -> None:
    """Refuse what no profile can have."""
    if not (0 < range_km <= 20_000 and height_km > 0 and flight_time_s > 0):  # noqa: PLR2004
        raise UsageError(
            f"no flight is {range_km:g} km long, {height_km:g} km high and takes "
            f"{flight_time_s:g} s; give positive values and a range up to 20000 km"
        )
