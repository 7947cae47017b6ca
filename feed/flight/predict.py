"""Where and when an object will fall, as well as could be said so far.

Illustrative: the area shrinks with the part of the flight that was seen, by a fixed rule, not by
filtering measurements.  The errors come from draws that the caller made, so one set of draws gives
one story: a point that wanders towards the true one and always keeps it inside the circle.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

from geographiclib.geodesic import Geodesic

from feed.flight.trajectory import Trajectory

__all__ = ["DEVIATIONS", "Doubt", "Prediction", "doubt", "offset", "predict"]

FLOOR_M = 5_000.0
WIDEST_PART = 0.15
WIDEST_M = 30_000.0
LATEST_PART = 0.04
FLOOR_S = 5.0
HASTE = 4.0
DEVIATIONS = 3.0


class Prediction(NamedTuple):
    """A predicted impact: WGS 84 point, radius of its area, seconds since the start, plus or minus.

    Radius and uncertainty are three standard deviations.
    """

    lon: float
    lat: float
    radius_m: float
    time_s: float
    uncertainty_s: float


class Doubt(NamedTuple):
    """Three standard deviations of where (metres) and when (seconds) an object falls."""

    radius_m: float
    uncertainty_s: float


def doubt(trajectory: Trajectory, seen_s: float) -> Doubt:
    """Return how well the impact is known after ``seen_s`` seconds of a flight were seen."""
    seen = min(max(seen_s / trajectory.duration_s, 0.0), 1.0)
    left = (1 - seen) * math.exp(-HASTE * seen)
    return Doubt(
        FLOOR_M + left * (WIDEST_M + WIDEST_PART * trajectory.ground_range_m),
        FLOOR_S + left * LATEST_PART * trajectory.duration_s,
    )


def predict(trajectory: Trajectory, seen_s: float, draws: Sequence[float]) -> Prediction | None:
    """Return the prediction after ``seen_s`` seconds were seen; None if it does not come down.

    ``draws`` are three unit normal numbers: error east, error north, error of time.  The true
    impact lies inside the circle, and the true time inside the interval, while the draws stay
    below 2 (exactly: while the first two together, and the third, are no longer than 3).
    """
    if trajectory.impact is None:
        return None
    radius, uncertainty = doubt(trajectory, seen_s)
    east, north, late = draws
    part = radius / DEVIATIONS
    lon, lat = offset(*trajectory.impact, east * part, north * part)
    time = trajectory.duration_s + late * uncertainty / DEVIATIONS
    return Prediction(lon, lat, radius, time, uncertainty)


def offset(lon_deg: float, lat_deg: float, east_m: float, north_m: float) -> tuple[float, float]:
    """Return longitude and latitude of the place that lies so far away over the ellipsoid."""
    bearing = math.degrees(math.atan2(east_m, north_m))
    place = Geodesic.WGS84.Direct(lat_deg, lon_deg, bearing, math.hypot(east_m, north_m))
    return float(place["lon2"]), float(place["lat2"])
