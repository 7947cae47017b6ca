"""Places on a map whose edge may lie anywhere: longitudes near its middle, circles over ground."""

import numpy as np
from geographiclib.geodesic import Geodesic
from numpy.typing import NDArray

from feed.terminal.coastline import Window

__all__ = ["circle", "degrees", "middle", "turned"]


def circle(lon: float, lat: float, radius_m: float) -> NDArray[np.float64]:
    """Return a circle over ground, whose longitudes stay near its middle's."""
    around = [Geodesic.WGS84.Direct(lat, lon, azimuth, radius_m) for azimuth in range(0, 361, 6)]
    points = np.array([(place["lon2"], place["lat2"]) for place in around])
    points[:, 0] += 360.0 * np.round((lon - points[:, 0]) / 360.0)
    return points


def turned(lon: float, home: float) -> float:
    """Return a longitude on the turn of the globe that is nearest to another."""
    return lon + 360.0 * round((home - lon) / 360.0)


def middle(window: Window) -> float:
    """Return the longitude in the middle of a map."""
    return (window[0] + window[2]) / 2


def degrees(value: float, letters: str) -> str:
    """Return a longitude or latitude as it stands at the edge of a map, such as 130°E."""
    if abs(value) in {0.0, 180.0}:
        return f"{abs(value):.0f}°"
    return f"{abs(value):g}°{letters[0] if value > 0 else letters[1]}"
