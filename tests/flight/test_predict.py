"""Predicted impacts: they shrink, and they hold the truth."""

import pytest
from geographiclib.geodesic import Geodesic
from hypothesis import given
from hypothesis import strategies as st

from feed.flight.ballistic import ballistic
from feed.flight.orbit import ascent
from feed.flight.predict import DEVIATIONS, FLOOR_M, FLOOR_S, doubt, offset, predict

ARC = ballistic(125.7, 39.2, azimuth_deg=72, range_km=1000, apogee_km=6000, boost_s=200)
DRAWS = st.floats(-2, 2)


@given(east=DRAWS, north=DRAWS, late=DRAWS, seen=st.floats(0, 1))
def test_the_truth_is_inside(east: float, north: float, late: float, seen: float) -> None:
    """Whatever is drawn within two deviations, place and time of the fall are inside the doubt."""
    said = predict(ARC, seen * ARC.duration_s, (east, north, late))
    assert said is not None
    assert ARC.impact is not None
    lon, lat = ARC.impact
    away = Geodesic.WGS84.Inverse(said.lat, said.lon, lat, lon)["s12"]

    assert away <= said.radius_m
    assert abs(said.time_s - ARC.duration_s) <= said.uncertainty_s


@given(first=st.floats(0, 1), second=st.floats(0, 1))
def test_doubt_shrinks_with_what_was_seen(first: float, second: float) -> None:
    """More of the flight seen: never a larger area, never a wider interval."""
    less, more = sorted((first, second))
    before, after = doubt(ARC, less * ARC.duration_s), doubt(ARC, more * ARC.duration_s)

    assert after.radius_m <= before.radius_m
    assert after.uncertainty_s <= before.uncertainty_s


def test_doubt_never_vanishes() -> None:
    """Even at the end there is a circle; before the start it is the widest there is."""
    assert doubt(ARC, ARC.duration_s) == (FLOOR_M, FLOOR_S)
    assert doubt(ARC, ARC.duration_s * 2) == (FLOOR_M, FLOOR_S)
    assert doubt(ARC, -5) == doubt(ARC, 0)


def test_without_errors_the_prediction_is_the_impact() -> None:
    """The draws alone move it."""
    said = predict(ARC, 100, (0, 0, 0))
    assert said is not None
    assert (said.lon, said.lat) == pytest.approx(ARC.impact)
    assert said.time_s == ARC.duration_s


def test_what_does_not_come_down_has_no_prediction() -> None:
    """Nobody predicts the impact of a satellite."""
    path = ascent(124.7, 39.7, azimuth_deg=190, altitude_km=500, ascent_s=705)
    assert predict(path, 300, (0, 0, 0)) is None


def test_an_offset_is_measured_over_ground() -> None:
    """Three kilometres east and four north are five away."""
    lon, lat = offset(140.0, 40.0, 3000, 4000)
    line = Geodesic.WGS84.Inverse(40.0, 140.0, lat, lon)
    assert line["s12"] == pytest.approx(5000)
    assert lon > 140
    assert lat > 40


def test_an_area_is_three_deviations() -> None:
    """An error of one deviation lies a third of the radius away."""
    said = predict(ARC, 500, (1, 0, 0))
    assert said is not None
    assert ARC.impact is not None
    away = Geodesic.WGS84.Inverse(said.lat, said.lon, ARC.impact[1], ARC.impact[0])["s12"]
    assert away == pytest.approx(said.radius_m / DEVIATIONS)
