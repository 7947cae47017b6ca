"""Tells land from sea, by the packaged coastlines (Natural Earth, public domain)."""

import importlib.resources
from functools import cache

import numpy as np
from numpy.typing import NDArray

__all__ = ["on_land"]

_HUNDREDTHS = 100
_Rings = tuple[tuple[NDArray[np.float64], ...], NDArray[np.float64]]


def on_land(lon_deg: float, lat_deg: float) -> bool:
    """Tell if a place is on land: inside an odd number of rings, of which lakes are some.

    Good to about a kilometre, as the coastlines are.
    """
    rings, boxes = _rings()
    lon = (lon_deg + 180) % 360 - 180
    inside = False
    for turn in (-360.0, 0.0, 360.0):  # a ring across the antimeridian goes on beyond 180
        east = lon + turn
        near = (
            (boxes[:, 0] <= east)
            & (east <= boxes[:, 2])
            & (boxes[:, 1] <= lat_deg)
            & (lat_deg <= boxes[:, 3])
        )
        for n in np.flatnonzero(near):
            inside ^= _encloses(rings[n], east, lat_deg)
    return inside


def _encloses(ring: NDArray[np.float64], lon: float, lat: float) -> bool:
    """Tell if a ray to the east crosses a ring an odd number of times."""
    (x, y), (to_x, to_y) = ring[:-1].T, ring[1:].T
    spans = (y > lat) != (to_y > lat)
    crossing = x[spans] + (lat - y[spans]) / (to_y[spans] - y[spans]) * (to_x[spans] - x[spans])
    return bool(np.count_nonzero(crossing > lon) % 2)


@cache
def _rings() -> _Rings:
    """Return the rings, and the box of each: west, south, east, north."""
    packaged = importlib.resources.files("feed") / "data" / "coastline.npz"
    with packaged.open("rb") as stream, np.load(stream) as stored:
        points, starts = stored["points"] / _HUNDREDTHS, stored["starts"]
    rings = tuple(
        np.stack([np.unwrap(ring[:, 0], period=360.0), ring[:, 1]], axis=-1)
        for ring in np.split(points, starts[1:-1])
    )
    return rings, np.array([[*ring.min(axis=0), *ring.max(axis=0)] for ring in rings])
