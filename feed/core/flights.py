"""From a launch as it is written to the objects that fly, and to who has them in view, when.

Everything here is a function of the launch, the seed and the arrangements alone.  What was flown
once is remembered by value, because the same reports are made again at every seek and resume.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from feed.core.draw import normal
from feed.errors import UsageError
from feed.flight.flight import BreakUpSpec, FlightSpec, FlyingObject, OrbitSpec, Piece, Stage, fly
from feed.flight.kepler import pure_arc_time_s
from feed.flight.sensor_class import SENSOR_CLASSES
from feed.flight.sensors import Sensor, Window, windows
from feed.flight.trajectory import Trajectory
from feed.model.arrangement import Arrangements, SensorOf
from feed.model.base import slug_of
from feed.model.launch import Flight, Launch
from feed.model.time import SECOND, Instant

__all__ = [
    "SensorContact",
    "contacts_of",
    "flight_problem",
    "flights_of",
    "object_ids",
    "short_claims",
]

ORBIT_SHOWN_S = 600.0
"""How much of an orbit is flown after it was reached."""
LONGEST_ID = 64


class SensorContact(NamedTuple):
    """One sensor's view of one object without a gap; microseconds since the launch."""

    since: int
    until: int
    delay: int
    """from seeing to reporting"""
    error_m: float
    sensor_class: str


def flights_of(launch: Launch, seed: int) -> tuple[FlyingObject, ...]:
    """Return the objects of a launch, the vehicle first; none if the file gives no flight.

    Their names are the ids of their events.
    """
    return () if launch.flight is None else _fly(_specification(launch, launch.flight, seed))


def object_ids(launch: Launch) -> tuple[str, ...]:
    """Return the ids of the events that a launch becomes, its own first."""
    flight = launch.flight
    if flight is None:
        return (launch.id,)
    names = [zone.stage for zone in flight.drop_zones]
    if _leaves_a_wreck(launch, flight):
        names.append("wreck")
    if flight.break_up is not None:
        names += [f"piece-{n}" for n in range(1, flight.break_up.pieces + 1)]
    taken: list[str] = [launch.id]
    for n, name in enumerate(names, 1):
        suffix = slug_of(name)[:24].strip("-") or f"stage-{n}"
        suffix = f"{suffix}-{n}" if _behind(launch.id, suffix) in taken else suffix
        taken.append(_behind(launch.id, suffix))
    return tuple(taken)


def flight_problem(launch: Launch) -> str | None:
    """Return why a launch cannot be flown as it is written; None if it can."""
    try:
        flights_of(launch, seed=0)
    except UsageError as error:
        return str(error)
    return None


def short_claims(launch: Launch) -> Iterator[tuple[int, str]]:
    """Yield flight times shorter than the drag-free arc to their own apogee, and what is wrong.

    With each comes the index of the claim, or -1 for the time of the flight itself.
    """
    told = [
        (index, claim.range_km, claim.apogee_km, claim.flight_time)
        for index, claim in enumerate(launch.claims)
    ]
    if launch.flight is not None:
        flight = launch.flight
        told.insert(0, (-1, flight.range_km, flight.apogee_km, flight.time))
    for index, range_km, apogee_km, time in told:
        if not (range_km and apogee_km and time):
            continue
        try:
            least = pure_arc_time_s(range_km, apogee_km)
        except UsageError as error:
            yield index, str(error)
            continue
        if time < least * SECOND:
            text = (
                f"a flight time of {time / SECOND:g} s is shorter than the drag-free arc to its "
                f"own apogee ({least:.0f} s); check apogee_km, range_km and the time"
            )
            yield index, text


def contacts_of(
    launch: Launch, start: Instant, arrangements: Arrangements, flying: FlyingObject | None
) -> dict[str, tuple[SensorContact, ...]]:
    """Return by country who has one object of a launch in view; who never does is left out.

    Detections that the file gives hold in place of the sensors' geometry.  An originator that the
    file names is the only one to report; without flight and detections it reports at the launch.
    """
    if launch.detections is not None:
        return _written(launch, start, flying)
    if flying is None:
        if launch.originator is None:
            return {}
        return {launch.originator: (SensorContact(0, 0, 0, 1000.0, "not stated"),)}
    sensors = [
        (country, sensor)
        for country, participant in arrangements.participants.items()
        if launch.originator in {None, country}
        for sensor in participant.sensors
    ]
    views = _windows(tuple(_sensor(sensor) for _, sensor in sensors), flying.trajectory)
    found: dict[str, list[SensorContact]] = {}
    for (country, sensor), view in zip(sensors, views, strict=True):
        found.setdefault(country, []).extend(
            SensorContact(
                round((flying.start_s + since) * SECOND),
                round((flying.start_s + until) * SECOND),
                sensor.delay,
                sensor.error_m,
                sensor.class_,
            )
            for since, until in view
        )
    return {country: tuple(sorted(contacts)) for country, contacts in found.items() if contacts}


def _written(
    launch: Launch, start: Instant, flying: FlyingObject | None
) -> dict[str, tuple[SensorContact, ...]]:
    """Return the views that the file gives, as far as the object exists."""
    assert launch.detections is not None
    moment = launch.at.resolve(start).us
    found: dict[str, list[SensorContact]] = {}
    for seen in launch.detections:
        since = seen.at.resolve(start).us - moment
        until = None if seen.until is None else seen.until.resolve(start).us - moment
        if flying is not None:
            born = round(flying.start_s * SECOND)
            gone = born + round(flying.trajectory.duration_s * SECOND)
            # What is reported of the vehicle is as the file says, even before it can have flown.
            since = since if flying.parent is None else max(since, born)
            until = gone if until is None else min(until, gone)
            if since > until and flying.parent is not None:
                continue
        until = since if until is None else max(since, until)
        look = SensorContact(since, until, 0, seen.error_m, seen.sensor_class)
        found.setdefault(seen.country, []).append(look)
    return {country: tuple(sorted(contacts)) for country, contacts in found.items()}


def _specification(launch: Launch, flight: Flight, seed: int) -> FlightSpec:
    names = iter(object_ids(launch)[1:])
    lost_s = None if flight.lost is None else flight.lost / SECOND
    stages = tuple(
        Stage(
            next(names),
            drop=(zone.lon, zone.lat),
            down_s=zone.at / SECOND,
            latest_s=float("inf") if lost_s is None else lost_s,
        )
        for zone in flight.drop_zones
    )
    wreck = Stage(next(names), at_s=lost_s) if _leaves_a_wreck(launch, flight) else None
    broken = flight.break_up
    return FlightSpec(
        name=launch.id,
        lon_deg=launch.site.lon,
        lat_deg=launch.site.lat,
        vehicle=launch.vehicle.class_,
        azimuth_deg=flight.azimuth_deg,
        range_km=flight.range_km,
        apogee_km=flight.apogee_km,
        flight_time_s=None if flight.time is None else flight.time / SECOND,
        orbit=None
        if flight.orbit is None
        else OrbitSpec(flight.orbit.altitude_km, flight.orbit.after / SECOND, ORBIT_SHOWN_S),
        stages=stages,
        failure=wreck,
        break_up=None
        if broken is None
        else BreakUpSpec(
            broken.at / SECOND,
            tuple(_piece(name, seed) for name in names),
            broken.spread_km * 1000,
        ),
        lost_s=None if wreck is not None else lost_s,
    )


def _piece(name: str, seed: int) -> Piece:
    # Within two standard deviations, so that no piece is thrown out of the story.
    east, north, up = (
        max(-2.0, min(2.0, normal(seed, name, "push", axis))) for axis in ("east", "north", "up")
    )
    return Piece(name, (east, north, up))


def _leaves_a_wreck(launch: Launch, flight: Flight) -> bool:
    """Tell whether a space launch failed without a word on where it fell: then its rest falls."""
    return (
        launch.outcome == "failure"
        and flight.orbit is not None
        and flight.lost is not None
        and not flight.drop_zones
    )


def _behind(launch: str, suffix: str) -> str:
    return f"{launch[: LONGEST_ID - 1 - len(suffix)].rstrip('-')}-{suffix}"


def _sensor(sensor: SensorOf) -> Sensor:
    """Return a written sensor as geometry; a class that is not known looks across its horizon."""
    overhead = sensor.space_based or any(
        kind.overhead for kind in SENSOR_CLASSES if kind.name == sensor.class_
    )
    return Sensor(
        name=sensor.name,
        sensor_class="early-warning-satellite" if overhead else "land-radar",
        lon=sensor.lon,
        lat=sensor.lat,
        height_m=sensor.height_m,
        range_km=sensor.range_km,
        minimum_elevation_deg=sensor.minimum_elevation_deg,
    )


_fly = lru_cache(maxsize=64)(fly)


@lru_cache(maxsize=64)
def _windows(sensors: tuple[Sensor, ...], trajectory: Trajectory) -> tuple[tuple[Window, ...], ...]:
    # A trajectory is compared by identity; ``_fly`` gives the same one for the same flight.
    return windows(sensors, trajectory)
