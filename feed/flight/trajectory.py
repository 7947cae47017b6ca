"""The trajectory: one object's whole path, which anybody can sample at any moments.

A trajectory is a row of legs, each of which knows its own motion in the Earth-fixed frame.  Seconds
count from the trajectory's own start, so that a fragment starts at 0 like its parent.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import IntEnum, StrEnum
from typing import NamedTuple, Protocol

import numpy as np
from geographiclib.geodesic import Geodesic
from numpy.typing import ArrayLike, NDArray

from feed.errors import UsageError
from feed.flight.earth import Array, east_north_up, to_geodetic

__all__ = ["End", "Leg", "Phase", "Phases", "States", "Trajectory", "assemble"]

Phases = NDArray[np.int8]


class Phase(IntEnum):
    """What an object is doing; ``Phase(code).name.lower()`` is its word."""

    BOOST = 0
    MIDCOURSE = 1
    REENTRY = 2
    LEVEL = 3
    ORBIT = 4


class End(StrEnum):
    """Why a trajectory ends."""

    IMPACT = "impact"
    LOST = "lost"
    BROKE_UP = "broke-up"
    ORBIT = "orbit"


class States(NamedTuple):
    """Where an object is and how it moves, as arrays of equal length n.

    WGS 84 longitude in [-180, 180), latitude (degrees) and altitude (metres); velocity over the
    rotating ground, east, north and up of that place (m/s); ``phase`` holds codes of ``Phase``.
    """

    lon_deg: Array
    lat_deg: Array
    altitude_m: Array
    east_m_s: Array
    north_m_s: Array
    up_m_s: Array
    phase: Phases


class Leg(Protocol):
    """A part of a trajectory, from its own second 0 to ``duration_s``."""

    @property
    def duration_s(self) -> float:
        """How long it lasts."""

    def motion(self, seconds: Array) -> tuple[Array, Array, Phases]:
        """Return Earth-fixed positions (n, 3) m, velocities (n, 3) m/s, and phases (n,)."""


@dataclass(frozen=True, eq=False)
class Trajectory:
    """One object's path, from launch (or separation) to impact (or loss).

    ``impact`` is (longitude, latitude) in degrees, or None if it does not come down here;
    ``ground_range_m`` is the geodesic distance from the start to the last point.
    """

    legs: tuple[Leg, ...]
    duration_s: float
    burnout_s: float
    end: End
    start: tuple[float, float]
    impact: tuple[float, float] | None
    apogee_m: float
    apogee_s: float
    ground_range_m: float

    def motion(self, times_s: ArrayLike) -> tuple[Array, Array, Phases]:
        """Return Earth-fixed positions (n, 3) m, velocities (n, 3) m/s and phases at seconds (n,).

        Seconds before the start or after the end give the start or the end.
        """
        times = np.clip(np.atleast_1d(np.asarray(times_s, dtype=np.float64)), 0.0, self.duration_s)
        position, velocity = np.empty((times.size, 3)), np.empty((times.size, 3))
        phase = np.empty(times.size, dtype=np.int8)
        starts = np.cumsum([0.0, *(leg.duration_s for leg in self.legs[:-1])])
        owner = np.searchsorted(starts, times, side="right") - 1
        for number, leg in enumerate(self.legs):
            mine = owner == number
            if mine.any():
                position[mine], velocity[mine], phase[mine] = leg.motion(
                    times[mine] - starts[number]
                )
        return position, velocity, phase

    def sample(self, times_s: ArrayLike) -> States:
        """Return the states at seconds since the start; outside the flight, those of its ends."""
        position, velocity, phase = self.motion(times_s)
        longitude, latitude, altitude = to_geodetic(position)
        local = np.einsum("nij,nj->ni", east_north_up(longitude, latitude), velocity)
        return States(longitude, latitude, altitude, local[:, 0], local[:, 1], local[:, 2], phase)

    def truncated(self, at_s: float, end: End = End.LOST) -> "Trajectory":
        """Return the same path, known only until a second."""
        if not 0 < at_s <= self.duration_s:
            raise UsageError(
                f"a flight of {self.duration_s:.0f} s cannot end after {at_s:g} s; "
                "give a moment within it"
            )
        whole = replace(self, duration_s=at_s, burnout_s=min(self.burnout_s, at_s), end=end)
        return _measured(whole)


def assemble(legs: Sequence[Leg], *, burnout_s: float, end: End) -> Trajectory:
    """Return the trajectory that flies some legs one after the other."""
    duration = math.fsum(leg.duration_s for leg in legs)
    bare = Trajectory(
        tuple(legs), duration, min(burnout_s, duration), end, (0.0, 0.0), None, 0.0, 0.0, 0.0
    )
    return _measured(bare)


def _measured(bare: Trajectory) -> Trajectory:
    """Fill in what follows from the path itself."""
    before, after = 0.0, bare.duration_s
    apogee_s, apogee_m = 0.0, 0.0
    for _ in range(4):
        times = np.linspace(before, after, 512)
        altitudes = bare.sample(times).altitude_m
        top = int(np.argmax(altitudes))
        apogee_s, apogee_m = float(times[top]), float(altitudes[top])
        before, after = times[max(top - 1, 0)], times[min(top + 1, 511)]
    ends = bare.sample([0.0, bare.duration_s])
    (from_lon, to_lon), (from_lat, to_lat) = ends.lon_deg.tolist(), ends.lat_deg.tolist()
    line = Geodesic.WGS84.Inverse(from_lat, from_lon, to_lat, to_lon, Geodesic.DISTANCE)
    return replace(
        bare,
        start=(from_lon, from_lat),
        impact=(to_lon, to_lat) if bare.end is End.IMPACT else None,
        apogee_m=apogee_m,
        apogee_s=apogee_s,
        ground_range_m=float(line["s12"]),
    )
