"""Frames and the ellipsoid, against a library and against each other."""

import numpy as np
import pytest
from geographiclib.geodesic import Geodesic
from hypothesis import given
from hypothesis import strategies as st

from feed.flight.earth import (
    ROTATION_RAD_S,
    east_north_up,
    fixed_to_inertial,
    inertial_to_fixed,
    surface_normal,
    surface_radius,
    surface_radius_rate,
    to_earth_fixed,
    to_geodetic,
    wrap_degrees,
)

LON, LAT = st.floats(-180, 179.999), st.floats(-90, 90)


@given(lon=LON, lat=LAT, altitude=st.floats(-100, 40_000_000))
def test_geodetic_coordinates_come_back(lon: float, lat: float, altitude: float) -> None:
    """There and back is the same place, at every altitude a flight can have."""
    back_lon, back_lat, back_altitude = to_geodetic(to_earth_fixed(lon, lat, altitude))

    assert back_altitude == pytest.approx(altitude, abs=1e-5)
    assert back_lat == pytest.approx(lat, abs=1e-9)
    if abs(lat) < 89.9999:
        assert (back_lon - lon + 180) % 360 - 180 == pytest.approx(0, abs=1e-8)


@pytest.mark.parametrize(
    ("lon", "lat", "place"),
    [
        (0, 0, (6_378_137.0, 0, 0)),
        (90, 0, (0, 6_378_137.0, 0)),
        (0, 90, (0, 0, 6_356_752.314245)),
    ],
)
def test_the_axes_are_those_of_wgs_84(
    lon: float, lat: float, place: tuple[float, float, float]
) -> None:
    """X goes through 0 N 0 E, y through 90 E, z through the north pole."""
    assert to_earth_fixed(lon, lat, 0) == pytest.approx(place, abs=1e-6)


@given(lon=LON, lat=st.floats(-89, 89))
def test_chords_agree_with_geodesics(lon: float, lat: float) -> None:
    """A kilometre along a geodesic is a kilometre between positions."""
    ahead = Geodesic.WGS84.Direct(lat, lon, 33.0, 1000.0)
    chord = to_earth_fixed(ahead["lon2"], ahead["lat2"], 0) - to_earth_fixed(lon, lat, 0)

    assert np.linalg.norm(chord) == pytest.approx(1000, abs=1e-4)


@given(lon=LON, lat=LAT)
def test_east_north_up_is_a_right_handed_frame(lon: float, lat: float) -> None:
    """Its rows are orthogonal unit vectors, and up leads away from the ground."""
    frame = east_north_up(lon, lat)
    rise = to_earth_fixed(lon, lat, 100.0) - to_earth_fixed(lon, lat, 0.0)

    assert frame @ frame.T == pytest.approx(np.eye(3), abs=1e-12)
    assert np.cross(frame[0], frame[1]) == pytest.approx(frame[2], abs=1e-12)
    assert frame @ rise == pytest.approx([0, 0, 100], abs=1e-6)


def test_a_place_on_the_ground_turns_with_it() -> None:
    """At rest in the inertial frame means moving west over ground at the speed of rotation."""
    position = to_earth_fixed(10.0, 0.0, 0.0)
    fixed, velocity = inertial_to_fixed(position, np.zeros(3), 0.0)
    east = east_north_up(10.0, 0.0)[0]

    assert fixed == pytest.approx(position)
    assert velocity @ east == pytest.approx(-ROTATION_RAD_S * 6_378_137)
    assert fixed_to_inertial(position, velocity) == pytest.approx(np.zeros(3), abs=1e-9)


def test_a_sidereal_day_later_the_frames_coincide_again() -> None:
    """After a whole turn everything is where it was."""
    position, velocity = np.array([7e6, 1e6, 2e6]), np.array([10.0, 20.0, 30.0])
    day = 2 * np.pi / ROTATION_RAD_S
    turned, _ = inertial_to_fixed(position, velocity, day)

    assert turned == pytest.approx(position, abs=1e-3)


@given(lon=LON, lat=LAT)
def test_the_surface_is_where_its_altitude_is_zero(lon: float, lat: float) -> None:
    """Radius and normal belong to the ellipsoid."""
    place = to_earth_fixed(lon, lat, 0.0)
    direction = place / np.linalg.norm(place)
    normal, change = surface_normal(place, np.zeros(3))

    assert surface_radius(direction) == pytest.approx(np.linalg.norm(place), abs=1e-6)
    assert normal == pytest.approx(east_north_up(lon, lat)[2], abs=1e-12)
    assert change == pytest.approx(np.zeros(3))


@given(lon=LON, lat=st.floats(-89, 89))
def test_rates_are_slopes(lon: float, lat: float) -> None:
    """The rates of radius and normal are what differences over a short way give."""
    step = 1e-3
    here, there = to_earth_fixed(lon, lat, 0.0), to_earth_fixed(lon, lat + step, 0.0)
    units = [place / np.linalg.norm(place) for place in (here, there)]
    slope = surface_radius(units[1]) - surface_radius(units[0])
    turned = surface_normal(there, np.zeros(3))[0] - surface_normal(here, np.zeros(3))[0]

    assert surface_radius_rate(units[0], units[1] - units[0]) == pytest.approx(slope, abs=2e-3)
    assert surface_normal(here, there - here)[1] == pytest.approx(turned, abs=1e-8)


def test_longitudes_are_wrapped() -> None:
    """They lie in [-180, 180)."""
    turns = np.array([-180.0, 180.0, 181.0, -181.0, 540.0])
    assert wrap_degrees(turns).tolist() == [-180, -180, -179, 179, -180]
