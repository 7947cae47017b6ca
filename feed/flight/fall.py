"""Falling free: from any state to the ground, and the pieces of what broke.

A fall is a Kepler arc without drag.  A falling stage can be told where it fell, and when; it then
leaves its parent with the push that takes it there, which is a device, not a separation system.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from feed.errors import UsageError
from feed.flight.earth import (
    Array,
    east_north_up,
    fixed_to_inertial,
    inertial_to_fixed,
    surface_radius,
    to_earth_fixed,
    to_geodetic,
)
from feed.flight.kepler import Conic
from feed.flight.newton import solve
from feed.flight.trajectory import End, Phase, Phases, Trajectory, assemble

__all__ = ["Draw", "FreeLeg", "break_up", "fall", "fall_to", "free_flight", "leaves_at", "miss"]

REENTRY_M = 100_000.0
STANDARD_GRAVITY_M_S2 = 9.8
HARDEST_PUSH_M_S = 500.0

Draw = tuple[float, float, float]
"""Three unit normal numbers: east, north, up."""


@dataclass(frozen=True, eq=False)
class FreeLeg:
    """Free flight along a conic whose inertial frame is the Earth-fixed one at second 0."""

    conic: Conic
    duration_s: float
    orbiting: bool = False

    def motion(self, seconds: Array) -> tuple[Array, Array, Phases]:
        """Return Earth-fixed positions (n, 3) m, velocities (n, 3) m/s, and phases (n,)."""
        position, velocity = inertial_to_fixed(*self.conic.states(seconds), seconds)
        if self.orbiting:
            return position, velocity, np.full(seconds.size, Phase.ORBIT, dtype=np.int8)
        radius = np.linalg.norm(position, axis=-1)
        low = radius - surface_radius(position / radius[:, None]) < REENTRY_M
        sinking = np.sum(position * velocity, axis=-1) < 0
        phase = np.where(low & sinking, Phase.REENTRY, Phase.MIDCOURSE).astype(np.int8)
        return position, velocity, phase


def free_flight(position: Array, velocity: Array) -> FreeLeg | None:
    """Return the flight from an Earth-fixed state, shapes (3,), to the ground; None in orbit."""
    conic = Conic.through(position, fixed_to_inertial(position, velocity))
    seconds = None if conic is None else conic.impact_s()
    return None if conic is None or seconds is None else FreeLeg(conic, seconds)


def fall(trajectory: Trajectory, at_s: float, push_m_s: Sequence[float] = (0, 0, 0)) -> Trajectory:
    """Return the fall of an object that leaves a trajectory at a second.

    ``push_m_s`` is added to its velocity: east, north, up.
    """
    position, velocity = _state(trajectory, at_s)
    lon, lat, _ = to_geodetic(position)
    leg = free_flight(position, velocity + np.asarray(push_m_s) @ east_north_up(lon, lat))
    if leg is None:
        raise UsageError(
            f"what leaves the flight at {at_s:g} s stays in orbit; "
            "give an earlier moment or a place where it fell"
        )
    return assemble([leg], burnout_s=0.0, end=End.IMPACT)


def fall_to(
    trajectory: Trajectory, at_s: float, place: tuple[float, float], fall_s: float | None = None
) -> Trajectory:
    """Return the fall from a trajectory to (longitude, latitude) in degrees.

    It takes ``fall_s`` seconds; without it, the object keeps its vertical speed.
    """
    position, velocity = _state(trajectory, at_s)
    lon, lat, height = (float(number) for number in to_geodetic(position))
    frame = east_north_up(lon, lat)
    climb = float(frame[2] @ velocity)
    if fall_s is None:
        seconds = (
            climb + math.sqrt(climb**2 + 2 * STANDARD_GRAVITY_M_S2 * max(height, 0.0))
        ) / STANDARD_GRAVITY_M_S2
    else:
        seconds = fall_s
        climb = STANDARD_GRAVITY_M_S2 * seconds / 2 - height / seconds
    target = to_earth_fixed(*place, 0.0)
    away = frame @ (target - position) / max(seconds, 1.0)
    unknowns = 2 if fall_s is None else 3

    def residual(speeds: Array) -> Array | None:
        full = speeds if fall_s is not None else np.append(speeds, climb)
        leg = free_flight(position, full @ frame)
        if leg is None:
            return None
        context = leg.motion(np.array([leg.duration_s]))[0][0]
        late = [] if fall_s is None else [(leg.duration_s - fall_s) * 1000]
        return np.append(miss(context, target), late)

    speeds = solve(
        residual,
        np.array([away[0], away[1], climb])[:unknowns],
        np.full(unknowns, 0.01),
        np.full(unknowns, 0.1),
    )
    if speeds is None:
        raise UsageError(
            f"nothing that leaves the flight at {at_s:g} s falls to "
            f"{place[1]:g} N {place[0]:g} E; check the place and the moment"
        )
    full = speeds if fall_s is not None else np.append(speeds, climb)
    leg = free_flight(position, full @ frame)
    assert leg is not None
    return assemble([leg], burnout_s=0.0, end=End.IMPACT)


def break_up(
    trajectory: Trajectory, at_s: float, draws: Sequence[Draw], spread_m: float = 30_000.0
) -> tuple[Trajectory, ...]:
    """Return the falls of the pieces of what broke at a second, one for each draw.

    Each draw is three numbers of a unit normal distribution (east, north, up), made by the caller
    so that the pieces are the same in every run.  ``spread_m`` is about the standard deviation of
    where they fall: the push is that distance over the time of the fall, and at most 500 m/s.
    """
    push = min(spread_m / fall(trajectory, at_s).duration_s, HARDEST_PUSH_M_S)
    return tuple(
        fall(trajectory, at_s, (east * push, north * push, up * push)) for east, north, up in draws
    )


def leaves_at(trajectory: Trajectory, down_s: float, latest_s: float) -> float:
    """Return when something must leave a trajectory to be on the ground at ``down_s``, unpushed.

    If nothing could be down so early or so late, the nearest moment up to ``latest_s`` (seconds).
    """
    early, late = 0.0, min(latest_s, down_s)
    for _ in range(40):
        moment = (early + late) / 2
        position, velocity, _ = trajectory.motion([moment])
        leg = free_flight(position[0], velocity[0])
        down = leg is not None and moment + leg.duration_s < down_s
        early, late = (moment, late) if down else (early, moment)
    return (early + late) / 2


def miss(context: Array, target: Array) -> Array:
    """Return how far a place (3,) lies east and north of another (3,), in metres over ground."""
    lon, lat, _ = to_geodetic(target)
    east, north, _ = east_north_up(lon, lat) @ (context - target)
    chord = float(np.linalg.norm(context - target))
    flat = math.hypot(east, north)
    # Chords across the globe shorten and then turn back; the arc keeps Newton on the way.
    radius = float(np.linalg.norm(target))
    arc = 2 * radius * math.asin(min(1.0, chord / 2 / radius))
    return np.array([east, north]) * (arc / flat if flat > 0 else 1.0)


def _state(trajectory: Trajectory, at_s: float) -> tuple[Array, Array]:
    """Return the Earth-fixed state at a second that must lie within the flight."""
    if not 0 < at_s < trajectory.duration_s:
        raise UsageError(
            f"nothing can leave a flight of {trajectory.duration_s:.0f} s at {at_s:g} s; "
            "give a moment within it"
        )
    position, velocity, _ = trajectory.motion([at_s])
    return position[0], velocity[0]
