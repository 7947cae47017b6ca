"""The powered leg."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feed.flight.earth import to_earth_fixed, to_geodetic
from feed.flight.powered import PoweredLeg, site_frame
from feed.flight.trajectory import Phase


def leg(
    angle: float = 0.02, height_m: float = 150_000, seconds: float = 150, *, flat: bool = False
) -> PoweredLeg:
    """Return a rise to the east of a site."""
    origin, east, _ = site_frame(to_earth_fixed(125.7, 39.2, 0.0))
    return PoweredLeg(origin, east, angle, height_m, seconds, level_off=flat)


def test_it_starts_at_rest_at_the_site() -> None:
    """Position and velocity at second 0 are those of the pad."""
    position, velocity, phase = leg().motion(np.array([0.0]))
    lon, lat, altitude = to_geodetic(position)

    assert (lon[0], lat[0], altitude[0]) == pytest.approx((125.7, 39.2, 0.0), abs=1e-6)
    assert velocity == pytest.approx(np.zeros((1, 3)))
    assert phase.tolist() == [Phase.BOOST]


@given(angle=st.floats(0, 0.3), height_m=st.floats(1_000, 900_000), seconds=st.floats(20, 400))
def test_it_ends_as_high_and_as_far_as_it_should(
    angle: float, height_m: float, seconds: float
) -> None:
    """At its last second: the height above the ellipsoid and the angle from the site."""
    rise = leg(angle, height_m, seconds)
    (position,), _, _ = rise.motion(np.array([seconds]))
    away = position / np.linalg.norm(position)

    # Measured along the radius, a height differs from that along the vertical by some metres.
    assert to_geodetic(position)[2] == pytest.approx(height_m, abs=30)
    assert np.arccos(np.clip(away @ rise.origin, -1, 1)) == pytest.approx(angle, abs=1e-6)


@pytest.mark.parametrize("flat", [False, True])
def test_velocity_is_the_rate_of_position(*, flat: bool) -> None:
    """Differences over a hundredth of a second give the velocity."""
    rise = leg(flat=flat)
    times = np.linspace(1, 149, 60)
    rate = (rise.motion(times + 0.01)[0] - rise.motion(times - 0.01)[0]) / 0.02

    assert np.abs(rate - rise.motion(times)[1]).max() < 0.01


def test_it_can_level_off() -> None:
    """An ascent to orbit has no vertical speed at its end."""
    (position,), (velocity,), _ = leg(flat=True).motion(np.array([150.0]))
    up = position / np.linalg.norm(position)

    assert abs(velocity @ up) < 5


def test_the_frame_of_a_site_is_right_handed() -> None:
    """Outward, east and north, seen from the centre."""
    origin, east, north = site_frame(to_earth_fixed(125.7, 39.2, 0.0))
    assert np.cross(origin, east) == pytest.approx(north)
    assert east[2] == 0
    assert north[2] > 0
