"""Line of sight over a curved Earth."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feed.errors import UsageError
from feed.flight.ballistic import ballistic, place_ahead
from feed.flight.earth import MEAN_RADIUS_M
from feed.flight.profile import level
from feed.flight.sensors import Sensor, elevation_deg, sees, windows
from feed.flight.trajectory import Phase, States

ARC = ballistic(125.7, 39.2, azimuth_deg=72, range_km=2500, apogee_km=600, boost_s=150)
SATELLITE = Sensor("satellites", "early-warning-satellite")


def radar(lon: float = 130.0, lat: float = 37.0, **members: Any) -> Sensor:
    """Return a radar on the ground."""
    return Sensor("radar", "land-radar", lon, lat)._replace(**members)


def at(lon: float, lat: float, altitude_m: float, phase: Phase = Phase.MIDCOURSE) -> States:
    """Return one object at one place, at rest."""
    still = np.zeros(1)
    where = (np.array([lon]), np.array([lat]), np.array([altitude_m]))
    return States(*where, still, still, still, np.array([phase], dtype=np.int8))


def test_overhead_is_ninety_degrees() -> None:
    """What is straight above is at the zenith; what is straight below, at the nadir."""
    assert elevation_deg(radar(), at(130, 37, 1e5)) == pytest.approx(90, abs=1e-6)
    assert elevation_deg(radar(height_m=1000), at(130, 37, 0)) == pytest.approx(-90, abs=1e-6)


@settings(deadline=None)
@given(distance_km=st.floats(50, 3000), azimuth=st.floats(0, 360), lat=st.floats(-60, 60))
def test_the_horizon_is_where_geometry_has_it(
    distance_km: float, azimuth: float, lat: float
) -> None:
    """At a distance d an object rises above the horizon at about d squared over 2 R."""
    site = radar(lat=lat)
    lon, there = place_ahead(130.0, lat, azimuth, distance_km)
    angle = distance_km * 1000 / MEAN_RADIUS_M
    rises = MEAN_RADIUS_M * (1 / math.cos(angle) - 1)

    assert not sees(site, at(lon, there, 0.98 * rises))[0]
    assert sees(site, at(lon, there, 1.02 * rises + 20))[0]


def test_range_and_lowest_elevation_limit_the_view() -> None:
    """A sensor sees no farther than its range and no lower than its elevation."""
    target = at(*place_ahead(130.0, 37.0, 0.0, 500), 100_000)
    (elevation,) = elevation_deg(radar(), target)

    assert sees(radar(), target)[0]
    assert not sees(radar(range_km=400), target)[0]
    assert sees(radar(minimum_elevation_deg=elevation - 0.01), target)[0]
    assert not sees(radar(minimum_elevation_deg=elevation + 0.01), target)[0]


def test_a_mast_sees_farther_than_its_foot() -> None:
    """Height moves the horizon out; the ground in between still hides what is behind it."""
    target = at(*place_ahead(130.0, 37.0, 90.0, 200), 1000.0)

    assert not sees(radar(), target)[0]
    assert sees(radar(height_m=1500, minimum_elevation_deg=-5), target)[0]
    behind = at(*place_ahead(130.0, 37.0, 90.0, 2000), 1000.0)
    assert not sees(radar(height_m=1500, minimum_elevation_deg=-90), behind)[0]


def test_a_satellite_sees_burning_engines_above_the_clouds() -> None:
    """Wherever they burn, above 11 km; and nothing once they are out."""
    assert not sees(SATELLITE, at(125, 39, 10_000, Phase.BOOST))[0]
    assert sees(SATELLITE, at(-60, -39, 12_000, Phase.BOOST))[0]
    assert not sees(SATELLITE, at(125, 39, 300_000, Phase.MIDCOURSE))[0]


@settings(deadline=None, max_examples=30)
@given(lon=st.floats(115, 160), lat=st.floats(25, 55), lowest=st.floats(0, 20))
def test_windows_are_when_it_is_seen(lon: float, lat: float, lowest: float) -> None:
    """Inside a window the object is in view; a moment outside it is not."""
    sensor = radar(lon, lat, minimum_elevation_deg=lowest)
    (found,) = windows([sensor], ARC)
    assert list(found) == sorted(found)

    for since, until in found:
        inside = np.linspace(since, until, 7)
        assert sees(sensor, ARC.sample(inside)).all()
        outside = [t for t in (since - 0.002, until + 0.002) if 0 < t < ARC.duration_s]
        assert not sees(sensor, ARC.sample(outside)).any()


def test_nothing_in_view_has_no_window() -> None:
    """A sensor on the other side of the globe."""
    assert windows([radar(-55, -39)], ARC) == ((),)


def test_a_cruise_missile_is_seen_only_near_by() -> None:
    """At 100 m it is above the horizon for some ten kilometres."""
    path = level(
        125.7, 39.2, azimuth_deg=90, range_km=800, altitude_km=0.1, boost_s=15, flight_time_s=3600
    )
    near = radar(*place_ahead(125.7, 39.2, 90.0, 400), height_m=20, minimum_elevation_deg=-1)
    (((since, until),),) = windows([near], path)

    assert 100 < (until - since) * 800 / 3600 < 120  # 2 * (sqrt(2 R 100 m) + sqrt(2 R 20 m))


def test_each_sensor_has_its_own_windows() -> None:
    """They come in the order of the sensors; a satellite's end with the engines."""
    west, east = radar(128, 37), radar(131, 38)
    one, other, above = windows([west, east, SATELLITE], ARC)

    assert (one, other) == (*windows([west], ARC), *windows([east], ARC))
    assert one != other
    assert above[-1][1] == pytest.approx(150, abs=0.01)


def test_what_is_no_sensor_is_refused() -> None:
    """A class that does not exist, and a radar without a place."""
    with pytest.raises(UsageError, match="'sonar' is not a class of sensor; use one of early"):
        sees(Sensor("s", "sonar"), at(130, 37, 1e5))
    with pytest.raises(UsageError, match="looks across a horizon; give its lat and lon"):
        sees(Sensor("s", "land-radar"), at(130, 37, 1e5))
