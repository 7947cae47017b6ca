"""A ballistic flight from what is announced: site, azimuth, ground range, apogee.

A powered leg of fixed duration, then free flight over the rotating Earth.  Three unknowns (where
the boost ends: downrange east, downrange north, height) are solved so that three things hold: the
object falls at the aim point (both coordinates) and reaches the apogee.
"""

import math

import numpy as np
from geographiclib.geodesic import Geodesic

from feed.errors import UsageError
from feed.flight.earth import (
    GRAVITY_M3_S2,
    MEAN_RADIUS_M,
    SPIN,
    Array,
    to_earth_fixed,
    to_geodetic,
)
from feed.flight.fall import FreeLeg, free_flight, miss
from feed.flight.kepler import pure_arc, pure_arc_time_s
from feed.flight.newton import solve
from feed.flight.powered import PoweredLeg, site_frame
from feed.flight.trajectory import End, Trajectory, assemble

__all__ = ["LONGEST_RANGE_KM", "ballistic", "place_ahead"]

LONGEST_RANGE_KM = 18_000.0


def ballistic(
    lon_deg: float,
    lat_deg: float,
    *,
    azimuth_deg: float,
    range_km: float,
    apogee_km: float,
    boost_s: float,
    k: float = 2.5,
) -> Trajectory:
    """Return the flight with a ground range and an apogee, launched at an azimuth.

    ``azimuth_deg`` is the bearing, clockwise from north, of the WGS 84 geodesic from the site to
    the impact; ``boost_s`` and ``k`` (the power of time by which height grows) shape the boost.
    """
    if not 0 < range_km <= LONGEST_RANGE_KM:
        raise UsageError(
            f"a ballistic flight of {range_km:g} km cannot be computed; "
            f"give a range up to {LONGEST_RANGE_KM:g} km"
        )
    target = to_earth_fixed(*place_ahead(lon_deg, lat_deg, azimuth_deg, range_km), 0.0)
    site = to_earth_fixed(lon_deg, lat_deg, 0.0)
    top = MEAN_RADIUS_M + apogee_km * 1000
    # A boost longer than the arc would leave nothing to fly.
    boost_s = min(boost_s, pure_arc_time_s(range_km, apogee_km) / 2)
    origin, east, north = site_frame(site)

    def legs(unknowns: Array, seconds: float) -> tuple[PoweredLeg, FreeLeg] | None:
        angle = math.hypot(unknowns[0], unknowns[1])
        heading = (unknowns[0] * east + unknowns[1] * north) / angle if angle > 0 else east
        boost = PoweredLeg(origin, heading, angle, unknowns[2] * 1e6, seconds, height_power=k)
        position, velocity, _ = boost.motion(np.array([seconds]))
        free = free_flight(position[0], velocity[0])
        return None if free is None else (boost, free)

    def search(seconds: float, guess: Array) -> Array | None:
        def residual(unknowns: Array) -> Array | None:
            flights_of = legs(unknowns, seconds)
            if flights_of is None:
                return None
            context = flights_of[1].motion(np.array([flights_of[1].duration_s]))[0][0]
            # In 1 / radius, which is straight where radius itself runs away towards escape.
            above = top * (1 - top / (MEAN_RADIUS_M + _highest(flights_of[1])))
            return np.append(miss(context, target), above)

        return solve(residual, guess, np.full(3, 1e-7), np.full(3, 0.05))

    def first_guess(seconds: float) -> Array:
        return _guess(site, target, range_km=range_km, apogee_km=apogee_km, boost_s=seconds, k=k)

    unknowns = search(boost_s, first_guess(boost_s))
    if unknowns is None:
        # Near the other side of the globe the guess is too far off: lengthen the boost by steps.
        part, unknowns = 0.05, search(0.05 * boost_s, first_guess(0.05 * boost_s))
        while unknowns is not None and part < 1:
            longer = min(1.0, part + 0.1)
            unknowns = search(longer * boost_s, unknowns * (longer / part))
            part = longer
    flights_of = None if unknowns is None else legs(unknowns, boost_s)
    if flights_of is None:
        raise UsageError(
            f"no ballistic flight goes {range_km:g} km far and {apogee_km:g} km high with a boost "
            f"of {boost_s:g} s; check range_km and apogee_km"
        )
    return assemble(flights_of, burnout_s=boost_s, end=End.IMPACT)


def place_ahead(
    lon_deg: float, lat_deg: float, azimuth_deg: float, range_km: float
) -> tuple[float, float]:
    """Return longitude and latitude of the place at a bearing and a geodesic distance."""
    ahead = Geodesic.WGS84.Direct(lat_deg, lon_deg, azimuth_deg, range_km * 1000)
    return float(ahead["lon2"]), float(ahead["lat2"])


def _highest(free: FreeLeg) -> float:
    """Return the greatest altitude of a free flight, in metres above the ellipsoid.

    The ellipsoid is not level along the track, so the highest point is near the apogee, not at it.
    """
    apart = 0.05 * (free.duration_s - free.conic.apogee_s)
    position, _, _ = free.motion(free.conic.apogee_s + apart * np.array([-1.0, 0.0, 1.0]))
    before, top, after = to_geodetic(position)[2].tolist()
    bend = before - 2 * top + after
    return float(top - (after - before) ** 2 / bend / 8 if bend < 0 else top)


def _guess(
    site: Array, target: Array, *, range_km: float, apogee_km: float, boost_s: float, k: float
) -> Array:
    """Return where the boost about ends: downrange east and north (radians), height (1,000 km).

    The spherical arc to where the aim point will have turned, entered at the height of burnout.
    """
    origin, east, north = site_frame(site)
    context, top = MEAN_RADIUS_M, MEAN_RADIUS_M + apogee_km * 1000
    seconds = pure_arc(range_km, apogee_km).time_s + boost_s / 2
    angle, height = np.zeros(3), 0.0
    for _ in range(4):
        turned = SPIN[2] * seconds
        aim = np.array(
            [
                math.cos(turned) * target[0] - math.sin(turned) * target[1],
                math.sin(turned) * target[0] + math.cos(turned) * target[1],
                target[2],
            ]
        )
        aim /= np.linalg.norm(aim)
        psi = math.acos(max(-1.0, min(1.0, float(origin @ aim))))
        psi = min(max(psi, 1e-6), math.pi - 1e-3)
        arc = pure_arc(psi * context / 1000, apogee_km)
        seconds = arc.time_s + boost_s / 2
        momentum = context * arc.speed_m_s * math.cos(arc.slope_rad)
        across = aim - origin * float(origin @ aim)
        across /= max(float(np.linalg.norm(across)), 1e-12)

        low, high = 0.0, apogee_km * 1000
        for _ in range(40):
            height = (low + high) / 2
            there = context + height
            energy = 2 * GRAVITY_M3_S2 * (1 / there - 1 / top)
            climb = math.sqrt(max(0.0, energy + momentum**2 * (1 / top**2 - 1 / there**2)))
            low, high = (height, high) if climb * boost_s / k > height else (low, height)
        angle = (momentum / context * across - np.cross(SPIN, site)) * boost_s / 3 / context
    return np.array([angle @ east, angle @ north, height / 1e6])
