"""A geodesic that can be sampled at ten thousand places at once.

geographiclib answers for one place at a time.  So it is asked every 50 km, and cubic Hermite pieces
(its positions and its directions) fill in between: they leave the ellipsoid by less than a tenth of
a millimetre.
"""

import math
from dataclasses import dataclass

import numpy as np
from geographiclib.geodesic import Geodesic

from feed.flight.earth import Array, east_north_up, to_earth_fixed

__all__ = ["GroundPath"]

SPACING_M = 50_000.0


@dataclass(frozen=True, eq=False)
class GroundPath:
    """A WGS 84 geodesic of ``length_m``, as nodes (n, 3) m and unit directions (n, 3)."""

    length_m: float
    nodes: Array
    directions: Array

    @classmethod
    def ahead(
        cls, lon_deg: float, lat_deg: float, azimuth_deg: float, length_m: float
    ) -> "GroundPath":
        """Return the geodesic that leaves a place at a bearing."""
        line = Geodesic.WGS84.Line(lat_deg, lon_deg, azimuth_deg)
        pieces = max(2, math.ceil(length_m / SPACING_M))
        places = [line.Position(length_m * number / pieces) for number in range(pieces + 1)]
        longitude = np.array([place["lon2"] for place in places])
        latitude = np.array([place["lat2"] for place in places])
        bearing = np.radians([place["azi2"] for place in places])
        frame = east_north_up(longitude, latitude)
        directions = np.sin(bearing)[:, None] * frame[:, 0] + np.cos(bearing)[:, None] * frame[:, 1]
        return cls(length_m, to_earth_fixed(longitude, latitude, 0.0), directions)

    def at(self, distance_m: Array) -> tuple[Array, Array]:
        """Return Earth-fixed places (n, 3) m after distances, and unit directions (n, 3)."""
        step = self.length_m / (len(self.nodes) - 1)
        piece = np.clip((distance_m / step).astype(np.intp), 0, len(self.nodes) - 2)
        x = (distance_m / step - piece)[:, None]
        start, stop = self.nodes[piece], self.nodes[piece + 1]
        leave, arrive = self.directions[piece] * step, self.directions[piece + 1] * step
        rise = stop - start
        bend = 3 * rise - 2 * leave - arrive
        twist = leave + arrive - 2 * rise
        place = start + x * (leave + x * (bend + x * twist))
        direction = (leave + x * (2 * bend + 3 * x * twist)) / step
        return place, direction
