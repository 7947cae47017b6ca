"""Free flight: a conic about a spherical mass, over an ellipsoid that the object meets.

The conic is told by a state (position and velocity at second 0, inertial frame), never by its
elements, so that a shot straight up is no special case.  Formulas: eccentric anomaly and the
Lagrange coefficients as in Bate, Mueller and White, *Fundamentals of Astrodynamics*, chapters 4
and 6; the spherical arc also in Wheelon, *Free Flight of a Ballistic Missile* (1959).
"""

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from feed.errors import UsageError
from feed.flight.earth import GRAVITY_M3_S2, MEAN_RADIUS_M, Array, surface_radius

__all__ = ["Conic", "minimum_energy_ratio", "pure_arc", "pure_arc_time_s"]

TURN = 2 * math.pi


@dataclass(frozen=True, eq=False)
class Conic:
    """A closed Kepler orbit, or the part of one above the ground.

    ``position`` (m) and ``velocity`` (m/s), shape (3,), are those at second 0, inertial frame.
    """

    position: Array
    velocity: Array
    semi_major_m: float
    eccentricity: float
    anomaly: float
    motion_rad_s: float

    @classmethod
    def through(cls, position: Array, velocity: Array) -> "Conic | None":
        """Return the conic through a state, or None when it never returns."""
        radius = float(np.linalg.norm(position))
        speed_squared = float(velocity @ velocity)
        inverse = 2 / radius - speed_squared / GRAVITY_M3_S2
        if not inverse > 0:
            return None
        semi_major = 1 / inverse
        cosine = 1 - radius * inverse
        sine = float(position @ velocity) / math.sqrt(GRAVITY_M3_S2 * semi_major)
        return cls(
            position=position,
            velocity=velocity,
            semi_major_m=semi_major,
            eccentricity=math.hypot(cosine, sine),
            anomaly=math.atan2(sine, cosine) % TURN,
            motion_rad_s=math.sqrt(GRAVITY_M3_S2 / semi_major**3),
        )

    @property
    def apogee_s(self) -> float:
        """The second of the next apogee."""
        return self._seconds_to(math.pi) % (TURN / self.motion_rad_s)

    def impact_s(self) -> float | None:
        """Return the second at which the object falls to the ellipsoid; None if it never does."""
        # The surface depends on the latitude of the place: a few rounds settle it.
        radius = float(surface_radius(self.position / np.linalg.norm(self.position)))
        falling = math.pi
        for _ in range(6):
            cosine = (1 - radius / self.semi_major_m) / max(self.eccentricity, 1e-12)
            if not -1 < cosine < 1:
                return None
            falling = TURN - math.acos(cosine)
            position, _ = self._at(np.array([falling - self.anomaly]))
            radius = float(surface_radius(position / np.linalg.norm(position))[0])
        seconds = self._seconds_to(falling)
        return seconds if seconds > 0 else None

    def states(self, seconds: Array) -> tuple[Array, Array]:
        """Return inertial positions (n, 3) in metres and velocities (n, 3) in m/s, by second."""
        mean = self._mean(self.anomaly) + self.motion_rad_s * seconds
        whole = np.floor(mean / TURN) * TURN
        mean = mean - whole
        # From pi (or from the mean anomaly of a round orbit) Newton's method always converges.
        anomaly = np.full_like(mean, math.pi) if self.eccentricity > 0.5 else mean.copy()  # noqa: PLR2004
        for _ in range(50):
            error = anomaly - self.eccentricity * np.sin(anomaly) - mean
            step = error / (1 - self.eccentricity * np.cos(anomaly))
            anomaly -= step
            if not np.any(np.abs(step) > 1e-14):  # noqa: PLR2004
                break
        return self._at(anomaly + whole - self.anomaly)

    def _at(self, change: Array) -> tuple[Array, Array]:
        """Return the states at changes of the eccentric anomaly since second 0."""
        radius = float(np.linalg.norm(self.position))
        cosine, sine = np.cos(change), np.sin(change)
        there = self.anomaly + change
        now = self.semi_major_m * (1 - self.eccentricity * np.cos(there))
        swing = self.eccentricity * (np.sin(there) - math.sin(self.anomaly))
        along = 1 - self.semi_major_m / radius * (1 - cosine)
        ahead = (sine - swing) / self.motion_rad_s
        along_rate = -self.motion_rad_s * self.semi_major_m**2 / (radius * now) * sine
        ahead_rate = 1 - self.semi_major_m / now * (1 - cosine)
        return (
            along[:, None] * self.position + ahead[:, None] * self.velocity,
            along_rate[:, None] * self.position + ahead_rate[:, None] * self.velocity,
        )

    def _mean(self, anomaly: float) -> float:
        return anomaly - self.eccentricity * math.sin(anomaly)

    def _seconds_to(self, anomaly: float) -> float:
        return (self._mean(anomaly) - self._mean(self.anomaly)) / self.motion_rad_s


class Arc(NamedTuple):
    """The symmetric arc over a sphere that does not turn: time, speed and slope at its foot."""

    time_s: float
    speed_m_s: float
    slope_rad: float


def pure_arc(range_km: float, apogee_km: float) -> Arc:
    """Return the drag-free, boost-free arc with a ground range and an apogee, from the surface."""
    if not (0 < range_km < math.pi * MEAN_RADIUS_M / 1000 and apogee_km > 0):
        raise UsageError(
            f"no arc has a range of {range_km:g} km and an apogee of {apogee_km:g} km; "
            "give a range between 0 and 20000 km and an apogee above 0"
        )
    foot = MEAN_RADIUS_M
    top = foot + apogee_km * 1000
    half = range_km * 1000 / foot / 2
    # 1 - cos(half) and ra - r0 in forms that keep their digits when the range is short.
    depth = 2 * foot * math.sin(half / 2) ** 2 + top - foot
    eccentricity = (top - foot) / depth
    short = (depth - (top - foot)) / depth
    semi_major = top / (1 + eccentricity)
    true = math.pi - half
    anomaly = 2 * math.atan2(
        math.sqrt(short) * math.sin(true / 2), math.sqrt(1 + eccentricity) * math.cos(true / 2)
    )
    time = (
        2
        * math.sqrt(semi_major**3 / GRAVITY_M3_S2)
        * (math.pi - anomaly + eccentricity * math.sin(anomaly))
    )
    speed = math.sqrt(GRAVITY_M3_S2 * (2 / foot - 1 / semi_major))
    level = math.sqrt(GRAVITY_M3_S2 * top * short) / (foot * speed)
    return Arc(time, speed, math.acos(min(1.0, level)))


def pure_arc_time_s(range_km: float, apogee_km: float) -> float:
    """Return the seconds of the drag-free, boost-free arc: no flight to that apogee is shorter.

    Spherical Earth of 6,371.0088 km without rotation; ``range_km`` along the ground.
    """
    return pure_arc(range_km, apogee_km).time_s


def minimum_energy_ratio(range_km: float) -> float:
    """Return apogee / ground range of the arc that reaches a range with the least energy."""
    half = range_km * 1000 / MEAN_RADIUS_M / 2
    slope = math.pi / 4 - half / 2
    factor = 2 * math.sin(half) / (1 + math.sin(half))
    eccentricity = math.sqrt(1 - factor * (2 - factor) * math.cos(slope) ** 2)
    apogee = MEAN_RADIUS_M * (1 + eccentricity) / (2 - factor) - MEAN_RADIUS_M
    return apogee / (range_km * 1000)
