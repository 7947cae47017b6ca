"""The packaged coastlines (Natural Earth, public domain), cut to a window of the map.

Longitudes of a window may run beyond 180: land is drawn as often as it is in the window, so that a
map can have the Pacific in its middle.
"""

import importlib.resources
import math
from functools import cache

import numpy as np
from numpy.typing import NDArray

__all__ = ["Ring", "Window", "coasts", "land"]

Ring = NDArray[np.float64]
"""Longitudes and latitudes of a closed line, shape (n, 2), degrees."""
Window = tuple[float, float, float, float]
"""West, south, east, north, in degrees; east is greater than west."""

HUNDREDTHS = 100
SEAM = 180.0


def land(window: Window) -> list[Ring]:
    """Return the rings of land (and of lakes in it) that reach into a window, whole."""
    west, south, east, north = window
    found: list[Ring] = []
    for ring in _rings():
        (left, low), (right, high) = ring.min(axis=0), ring.max(axis=0)
        if low > north or high < south:
            continue
        first, last = math.ceil((west - right) / 360), math.floor((east - left) / 360)
        found += [ring + np.array([360.0 * turn, 0.0]) for turn in range(first, last + 1)]
    return found


def coasts(window: Window) -> list[Ring]:
    """Return the coastlines in a window as open lines, without the cuts along the antimeridian."""
    lines: list[Ring] = []
    west, south, east, north = window
    for ring in land(window):
        inside = (
            (ring[:, 0] >= west - 1)
            & (ring[:, 0] <= east + 1)
            & (ring[:, 1] >= south - 1)
            & (ring[:, 1] <= north + 1)
        )
        on_seam = np.abs((ring[:, 0] + SEAM) % (2 * SEAM)) < 1 / HUNDREDTHS
        drawn = inside[:-1] & inside[1:] & ~(on_seam[:-1] & on_seam[1:])
        breaks = np.flatnonzero(np.diff(np.concatenate([[0], drawn.astype(np.int8), [0]])))
        lines += [ring[since : until + 1] for since, until in breaks.reshape(-1, 2)]
    return lines


@cache
def _rings() -> tuple[Ring, ...]:
    packaged = importlib.resources.files("feed") / "data" / "coastline.npz"
    with packaged.open("rb") as stream, np.load(stream) as stored:
        points = stored["points"] / HUNDREDTHS
        starts = stored["starts"]
    # A ring that crosses the antimeridian jumps there; unwrapped, it goes on.
    return tuple(
        np.stack([np.unwrap(ring[:, 0], period=360.0), ring[:, 1]], axis=-1)
        for ring in np.split(points, starts[1:-1])
    )
