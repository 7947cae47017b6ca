"""What every trajectory has."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feed.errors import UsageError
from feed.flight.ballistic import ballistic
from feed.flight.earth import east_north_up
from feed.flight.trajectory import End, Phase

ARC = ballistic(125.7, 39.2, azimuth_deg=72, range_km=1000, apogee_km=600, boost_s=110)


@pytest.mark.slow
@given(times=st.lists(st.floats(-100, 2000), min_size=1, max_size=30))
def test_each_moment_is_sampled_for_itself(times: list[float]) -> None:
    """Many moments at once, in any order, give what each gives alone; outside, the ends."""
    together = ARC.sample(times)
    for number, time in enumerate(times):
        alone = ARC.sample([min(max(time, 0.0), ARC.duration_s)])
        many = [float(values[number]) for values in together]
        assert many == pytest.approx([float(values[0]) for values in alone], abs=1e-6)


def test_velocity_is_east_north_and_up_of_the_place() -> None:
    """The local components add up to the Earth-fixed velocity."""
    states = ARC.sample([300.0])
    _, (velocity,), _ = ARC.motion([300.0])
    local = np.array([states.east_m_s[0], states.north_m_s[0], states.up_m_s[0]])
    (frame,) = east_north_up(states.lon_deg, states.lat_deg)

    assert local @ frame == pytest.approx(velocity)


def test_it_knows_its_apogee_and_its_ends() -> None:
    """What is measured of the path agrees with the path."""
    states = ARC.sample([0.0, ARC.apogee_s, ARC.duration_s])

    assert states.altitude_m[1] == pytest.approx(ARC.apogee_m)
    assert abs(states.up_m_s[1]) < 1
    assert ARC.start == pytest.approx((125.7, 39.2))
    assert ARC.impact == (states.lon_deg[2], states.lat_deg[2])
    assert ARC.ground_range_m == pytest.approx(1_000_000, abs=1)


def test_a_path_can_be_cut_short() -> None:
    """The same path, but nothing is known of it after a moment."""
    cut = ARC.truncated(200)

    assert cut.end is End.LOST
    assert cut.impact is None
    assert cut.duration_s == 200
    assert cut.apogee_m < ARC.apogee_m
    assert cut.sample([150]) == ARC.sample([150])
    assert ARC.truncated(50, End.BROKE_UP).burnout_s == 50


@pytest.mark.parametrize("at_s", [0, -1, 1e6])
def test_it_cannot_be_cut_outside_itself(at_s: float) -> None:
    """A moment beyond the flight is refused."""
    with pytest.raises(UsageError, match="give a moment within it"):
        ARC.truncated(at_s)


def test_phases_have_words() -> None:
    """The code of a phase says what the object is doing."""
    assert Phase(int(ARC.sample([10.0]).phase[0])).name.lower() == "boost"
