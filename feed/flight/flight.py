"""One written flight becomes the objects that fly.

``fly`` chooses the profile, flies it, and adds what leaves it: stages, a failure's wreck, pieces.
The first object is the vehicle itself; every other names its parent and when it began.
"""

import math
from dataclasses import dataclass
from typing import NamedTuple

from feed.errors import UsageError
from feed.flight.ballistic import ballistic
from feed.flight.fall import Draw, break_up, fall, fall_to, leaves_at
from feed.flight.kepler import minimum_energy_ratio
from feed.flight.orbit import ascent
from feed.flight.profile import GLIDE, level, quasi_ballistic
from feed.flight.trajectory import End, Trajectory
from feed.flight.vehicle import Profile, VehicleClass, vehicle_class

__all__ = [
    "BreakUpSpec",
    "FlightSpec",
    "FlyingObject",
    "OrbitSpec",
    "Piece",
    "Stage",
    "fly",
    "profile_of",
]

LOW_RATIO = 0.15
LOW_ENERGY = 0.75
CRUISE_ALTITUDE_KM = 0.1


class OrbitSpec(NamedTuple):
    """The orbit aimed at: its altitude, the seconds to it, the seconds of it to show."""

    altitude_km: float
    ascent_s: float
    coast_s: float = 0.0


class Stage(NamedTuple):
    """Something that is let go and falls.

    At a second, or in time to fall unpushed to where it is down at ``down_s`` (but not after
    ``latest_s``); to ``drop``, (longitude, latitude) in degrees, if that is known.  All seconds
    count from the launch.
    """

    name: str
    at_s: float | None = None
    drop: tuple[float, float] | None = None
    down_s: float | None = None
    latest_s: float = math.inf


class Piece(NamedTuple):
    """A piece of what broke: its name and the draw of its push (unit normal, east, north, up)."""

    name: str
    draw: Draw


class BreakUpSpec(NamedTuple):
    """The vehicle comes apart at a second, into pieces that fall about ``spread_m`` apart."""

    at_s: float
    pieces: tuple[Piece, ...]
    spread_m: float = 30_000.0


@dataclass(frozen=True, kw_only=True)
class FlightSpec:
    """A flight as a scenario tells it.

    ``apogee_km`` is the altitude of a level flight (default 0.1).  ``flight_time_s`` is used where
    the mechanics leave it open (quasi-ballistic, glide, level); an arc takes the time it takes.
    ``lost_s``: known no further than this second.  ``failure``: engines stop, the rest falls.
    """

    name: str
    lon_deg: float
    lat_deg: float
    vehicle: str
    azimuth_deg: float
    range_km: float | None = None
    apogee_km: float | None = None
    flight_time_s: float | None = None
    profile: Profile | None = None
    orbit: OrbitSpec | None = None
    stages: tuple[Stage, ...] = ()
    failure: Stage | None = None
    break_up: BreakUpSpec | None = None
    lost_s: float | None = None


class FlyingObject(NamedTuple):
    """An object and its path; ``start_s`` counts from the launch, the path from ``start_s``.

    ``course`` is the path it was on, as if it had not broken up, failed or been lost from view.
    """

    name: str
    parent: str | None
    start_s: float
    trajectory: Trajectory
    course: Trajectory


def profile_of(vehicle: str, range_km: float | None, apogee_km: float | None) -> Profile:
    """Return the profile that a class flies between a range and an apogee.

    A ballistic class flies quasi-ballistically below an apogee of 0.15 of the range.  Arcs of more
    than 4,500 km can be flatter than that with no steering: there, 0.75 of the ratio of least
    energy.
    """
    profile = vehicle_class(vehicle).profile
    if profile is Profile.BALLISTIC and range_km is not None and apogee_km is not None:
        limit = min(LOW_RATIO, LOW_ENERGY * minimum_energy_ratio(range_km))
        if apogee_km < limit * range_km:
            return Profile.QUASI_BALLISTIC
    return profile


def fly(spec: FlightSpec) -> tuple[FlyingObject, ...]:
    """Return every object of a flight, the vehicle first; UsageError says what cannot be flown."""
    whole = _vehicle(spec)
    left = [_released(spec.name, stage, whole) for stage in spec.stages]
    vehicle = whole
    if spec.failure is not None:
        assert spec.failure.at_s is not None
        vehicle = vehicle.truncated(spec.failure.at_s, End.LOST)
        left.append(_released(spec.name, spec.failure, whole))
    if spec.break_up is not None:
        moment, pieces, spread_m = spec.break_up
        falls = break_up(vehicle, moment, [piece.draw for piece in pieces], spread_m)
        left += [
            FlyingObject(piece.name, spec.name, moment, path, path)
            for piece, path in zip(pieces, falls, strict=True)
        ]
        vehicle = vehicle.truncated(moment, End.BROKE_UP)
    if spec.lost_s is not None:
        vehicle = vehicle.truncated(spec.lost_s, End.LOST)
    return (FlyingObject(spec.name, None, 0.0, vehicle, whole), *left)


def _vehicle(spec: FlightSpec) -> Trajectory:
    """Fly the vehicle as if nothing happened to it."""
    kind = vehicle_class(spec.vehicle)
    profile = spec.profile or profile_of(spec.vehicle, spec.range_km, spec.apogee_km)
    if spec.orbit is not None:
        return ascent(
            spec.lon_deg,
            spec.lat_deg,
            azimuth_deg=spec.azimuth_deg,
            altitude_km=spec.orbit.altitude_km,
            ascent_s=spec.orbit.ascent_s,
            coast_s=spec.orbit.coast_s,
        )
    if profile is Profile.ORBIT:
        raise UsageError(f"'{spec.name}' goes to orbit; give the altitude and the time to it")
    if spec.range_km is None or (spec.apogee_km is None and profile is not Profile.LEVEL):
        raise UsageError(f"'{spec.name}' cannot be flown without range_km and apogee_km")
    apogee = CRUISE_ALTITUDE_KM if spec.apogee_km is None else spec.apogee_km
    if profile is Profile.BALLISTIC:
        return ballistic(
            spec.lon_deg,
            spec.lat_deg,
            azimuth_deg=spec.azimuth_deg,
            range_km=spec.range_km,
            apogee_km=apogee,
            boost_s=kind.boost_s,
        )
    if profile is Profile.LEVEL:
        return level(
            spec.lon_deg,
            spec.lat_deg,
            azimuth_deg=spec.azimuth_deg,
            range_km=spec.range_km,
            altitude_km=apogee,
            boost_s=kind.boost_s,
            flight_time_s=_flight_time(spec.flight_time_s, kind, spec.range_km),
        )
    return quasi_ballistic(
        spec.lon_deg,
        spec.lat_deg,
        azimuth_deg=spec.azimuth_deg,
        range_km=spec.range_km,
        apogee_km=apogee,
        boost_s=kind.boost_s,
        flight_time_s=_flight_time(spec.flight_time_s, kind, spec.range_km),
        knots=GLIDE if profile is Profile.GLIDE else None,
    )


def _flight_time(given: float | None, kind: VehicleClass, range_km: float) -> float:
    return range_km * 1000 / kind.mean_speed_m_s if given is None else given


def _released(parent: str, stage: Stage, whole: Trajectory) -> FlyingObject:
    """Return what is let go of a flight."""
    at_s = stage.at_s
    if at_s is None:
        assert stage.down_s is not None
        at_s = leaves_at(whole, stage.down_s, min(stage.latest_s, 0.999 * whole.duration_s))
    if stage.drop is None:
        path = fall(whole, at_s)
    else:
        falls_s = None if stage.down_s is None else stage.down_s - at_s
        path = fall_to(whole, at_s, stage.drop, falls_s)
    return FlyingObject(stage.name, parent, at_s, path, path)
