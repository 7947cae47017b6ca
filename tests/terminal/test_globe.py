"""Places on a map whose edge may lie anywhere."""

import numpy as np
import pytest
from geographiclib.geodesic import Geodesic
from hypothesis import given
from hypothesis import strategies as st

from feed.terminal.globe import circle, degrees, middle, turned


@given(st.floats(-180, 180), st.floats(-540, 540))
def test_a_longitude_is_turned_by_whole_turns_to_the_nearest(lon: float, home: float) -> None:
    """It is the same place."""
    found = turned(lon, home)

    assert abs(found - home) <= 180.0 + 1e-9
    assert (found - lon) % 360.0 == pytest.approx(0.0, abs=1e-9) or (
        found - lon
    ) % 360.0 == pytest.approx(360.0)


@given(st.floats(-180, 180), st.floats(-80, 80), st.floats(1_000, 2_000_000))
def test_a_circle_is_as_far_from_its_middle_everywhere(
    lon: float, lat: float, radius_m: float
) -> None:
    """Over ground, also across the 180th meridian, where its longitudes go on."""
    points = circle(lon, lat, radius_m)

    assert np.all(np.abs(points[:, 0] - lon) <= 180.0)
    for east, north in points[::12]:
        away = Geodesic.WGS84.Inverse(lat, lon, north, east)["s12"]
        assert away == pytest.approx(radius_m, rel=1e-6)


@pytest.mark.parametrize(
    ("value", "letters", "shown"),
    [(130, "EW", "130°E"), (-45.5, "EW", "45.5°W"), (0, "NS", "0°"), (-180, "EW", "180°")],
)
def test_edges_are_named(value: float, letters: str, shown: str) -> None:
    """The equator and the meridians of 0 and 180 degrees have no letter."""
    assert degrees(value, letters) == shown


def test_the_middle_is_between_west_and_east() -> None:
    """Of a window west, south, east, north."""
    assert middle((120.0, 30.0, 140.0, 50.0)) == 130.0
