"""Ascent to orbit: one powered leg to a round orbit, then the orbit.

The ascent is a timing device like any boost: it takes the announced time and ends at the announced
height with the speed of a round orbit in the direction of flight.
"""

import math

import numpy as np

from feed.errors import UsageError
from feed.flight.earth import GRAVITY_M3_S2, MEAN_RADIUS_M, SPIN, fixed_to_inertial, to_earth_fixed
from feed.flight.fall import FreeLeg
from feed.flight.kepler import Conic
from feed.flight.powered import PoweredLeg, site_frame
from feed.flight.trajectory import End, Leg, Trajectory, assemble

__all__ = ["ascent"]

ANGLE_POWER = 2.5


def ascent(
    lon_deg: float,
    lat_deg: float,
    *,
    azimuth_deg: float,
    altitude_km: float,
    ascent_s: float,
    coast_s: float = 0.0,
) -> Trajectory:
    """Return the flight to a round orbit, and ``coast_s`` seconds of it.

    ``azimuth_deg`` is the direction in which the ground track leaves the site, clockwise from
    north; the inclination follows from it.
    """
    highest = 2000.0
    if not (100 <= altitude_km <= highest and 200 <= ascent_s <= 3600 and coast_s >= 0):  # noqa: PLR2004
        raise UsageError(
            f"no ascent reaches {altitude_km:g} km in {ascent_s:g} s; "
            f"give an altitude from 100 to {highest:g} km and 200 to 3600 s"
        )
    origin, east, north = site_frame(to_earth_fixed(lon_deg, lat_deg, 0.0))
    bearing = math.radians(azimuth_deg)
    heading = math.sin(bearing) * east + math.cos(bearing) * north

    def rise(angle: float) -> PoweredLeg:
        return PoweredLeg(
            origin, heading, angle, altitude_km * 1000, ascent_s, ANGLE_POWER, level_off=True
        )

    radius = MEAN_RADIUS_M + altitude_km * 1000
    angle = math.sqrt(GRAVITY_M3_S2 / radius) * ascent_s / ANGLE_POWER / radius
    boost = rise(angle)
    # The speed over ground that makes the orbit round depends on where the ascent ends.
    for _ in range(20):
        (position,), (velocity,), _ = boost.motion(np.array([ascent_s]))
        radius = float(np.linalg.norm(position))
        along = velocity / np.linalg.norm(velocity)
        drift = np.cross(SPIN, position)
        with_us = float(along @ drift)
        speed = -with_us + math.sqrt(with_us**2 - float(drift @ drift) + GRAVITY_M3_S2 / radius)
        boost = rise(speed * ascent_s / ANGLE_POWER / radius)
    (position,), (velocity,), _ = boost.motion(np.array([ascent_s]))
    legs: list[Leg] = [boost]
    if coast_s > 0:
        conic = Conic.through(position, fixed_to_inertial(position, velocity))
        assert conic is not None
        legs.append(FreeLeg(conic, coast_s, orbiting=True))
    return assemble(legs, burnout_s=ascent_s, end=End.ORBIT)
