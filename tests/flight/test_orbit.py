"""Ascent to orbit."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feed.errors import UsageError
from feed.flight.earth import GRAVITY_M3_S2, fixed_to_inertial
from feed.flight.orbit import ascent
from feed.flight.trajectory import End, Phase


@settings(deadline=None, max_examples=25)
@given(
    azimuth=st.floats(0, 360),
    lat=st.floats(-60, 60),
    altitude_km=st.floats(200, 1500),
    ascent_s=st.floats(400, 1500),
)
def test_the_orbit_is_round_and_at_its_height(
    azimuth: float, lat: float, altitude_km: float, ascent_s: float
) -> None:
    """At the end of the ascent the speed is that of a round orbit, and no way is up or down."""
    path = ascent(
        125.0, lat, azimuth_deg=azimuth, altitude_km=altitude_km, ascent_s=ascent_s, coast_s=5400
    )
    (position,), (velocity,), _ = path.motion([ascent_s])
    speed = np.linalg.norm(fixed_to_inertial(position, velocity))
    states = path.sample(np.linspace(ascent_s, ascent_s + 5400, 200))

    assert speed == pytest.approx(math.sqrt(GRAVITY_M3_S2 / np.linalg.norm(position)), rel=1e-5)
    assert states.altitude_m == pytest.approx(altitude_km * 1000, abs=80_000)
    assert path.end is End.ORBIT
    assert path.impact is None


def test_it_leaves_in_the_direction_given() -> None:
    """The ground track begins at the azimuth."""
    path = ascent(124.7, 39.7, azimuth_deg=190, altitude_km=500, ascent_s=705)
    states = path.sample([60.0])
    bearing = math.degrees(math.atan2(states.east_m_s[0], states.north_m_s[0])) % 360

    assert bearing == pytest.approx(190, abs=0.5)
    assert path.duration_s == 705


def test_it_burns_and_then_orbits() -> None:
    """Two phases, without a jump between them."""
    path = ascent(124.7, 39.7, azimuth_deg=190, altitude_km=500, ascent_s=705, coast_s=60)
    (before, after), (slow, fast), phases = path.motion([705 - 1e-6, 705 + 1e-6])

    assert phases.tolist() == [Phase.BOOST, Phase.ORBIT]
    assert np.linalg.norm(after - before) < 0.1
    assert np.linalg.norm(fast - slow) < 0.1


@pytest.mark.parametrize(("altitude_km", "ascent_s"), [(50, 700), (5000, 700), (500, 100)])
def test_an_ascent_that_cannot_be_is_refused(altitude_km: float, ascent_s: float) -> None:
    """The sentence gives the limits."""
    with pytest.raises(UsageError, match="give an altitude from 100 to 2000 km and 200 to 3600 s"):
        ascent(124.7, 39.7, azimuth_deg=190, altitude_km=altitude_km, ascent_s=ascent_s)
