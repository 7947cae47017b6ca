"""Paths over ground, against the library that answers one place at a time."""

import numpy as np
import pytest
from geographiclib.geodesic import Geodesic
from hypothesis import given, settings
from hypothesis import strategies as st

from feed.flight.earth import to_earth_fixed, to_geodetic
from feed.flight.geodesic import GroundPath


@settings(deadline=None, max_examples=40)
@given(
    lon=st.floats(-180, 180),
    lat=st.floats(-89, 89),
    azimuth=st.floats(0, 360),
    length_m=st.floats(1_000, 15_000_000),
    part=st.floats(0, 1),
)
def test_any_place_on_the_path_is_on_the_geodesic(
    lon: float, lat: float, azimuth: float, length_m: float, part: float
) -> None:
    """Within a centimetre, and at no height."""
    path = GroundPath.ahead(lon, lat, azimuth, length_m)
    (place,), (direction,) = path.at(np.array([part * length_m]))
    exact = Geodesic.WGS84.Direct(lat, lon, azimuth, part * length_m)

    assert np.linalg.norm(place - to_earth_fixed(exact["lon2"], exact["lat2"], 0.0)) < 0.01
    assert abs(to_geodetic(place)[2]) < 1e-3
    assert np.linalg.norm(direction) == pytest.approx(1, abs=1e-5)


def test_the_direction_is_the_rate_of_the_place() -> None:
    """A metre further is a metre away, that way."""
    path = GroundPath.ahead(125.0, 39.0, 80.0, 800_000)
    distance = np.linspace(1, 799_000, 300)
    rate = (path.at(distance + 0.5)[0] - path.at(distance - 0.5)[0]) / 1.0

    assert np.abs(rate - path.at(distance)[1]).max() < 1e-6
