"""Flights that steer: shape, figures and time."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feed.errors import UsageError
from feed.flight.profile import GLIDE, PULL_UP_KM, Knot, level, quasi_ballistic
from feed.flight.trajectory import End, Phase, Trajectory


def low(*, knots: tuple[Knot, ...] | None = None, **figures: Any) -> Trajectory:
    """Return a low flight from one site."""
    told = {
        "azimuth_deg": 81.0, "range_km": 850.0, "apogee_km": 50.0,
        "boost_s": 75.0, "flight_time_s": 660.0, **figures,
    }  # fmt: skip
    return quasi_ballistic(125.7, 39.2, knots=knots, **told)


def cruise(**figures: float) -> Trajectory:
    """Return a level flight from one site."""
    told = {
        "azimuth_deg": 250.0, "range_km": 1500.0, "altitude_km": 0.1,
        "boost_s": 15.0, "flight_time_s": 7000.0, **figures,
    }  # fmt: skip
    return level(125.7, 39.2, **told)


@settings(deadline=None, max_examples=40)
@given(
    range_km=st.floats(50, 3000),
    apogee_km=st.floats(5, 120),
    flight_time_s=st.floats(60, 3000),
    azimuth_deg=st.floats(0, 360),
    knots=st.sampled_from([None, GLIDE]),
)
def test_range_apogee_and_time_are_those_given(
    range_km: float,
    apogee_km: float,
    flight_time_s: float,
    azimuth_deg: float,
    knots: tuple[Knot, ...] | None,
) -> None:
    """All three are inputs, and are met within 0.1 %."""
    path = low(
        knots=knots,
        range_km=range_km,
        apogee_km=apogee_km,
        flight_time_s=flight_time_s,
        azimuth_deg=azimuth_deg,
    )
    heights = path.sample(np.linspace(0, path.duration_s, 2000)).altitude_m

    assert path.duration_s == pytest.approx(flight_time_s)
    assert path.apogee_m == pytest.approx(apogee_km * 1000, rel=1e-3)
    assert path.ground_range_m == pytest.approx(range_km * 1000, rel=1e-3)
    assert heights.min() > -1
    assert abs(heights[-1]) < 1
    assert path.end is End.IMPACT


@pytest.mark.parametrize(
    "path", [low(), low(knots=GLIDE), cruise()], ids=["pull-up", "glide", "level"]
)
def test_velocity_is_the_rate_of_position(path: Trajectory) -> None:
    """Differences over a hundredth of a second give the velocity; nothing jumps."""
    times = np.linspace(1, path.duration_s - 1, 900)
    ahead, behind = path.motion(times + 0.01)[0], path.motion(times - 0.01)[0]

    assert np.abs((ahead - behind) / 0.02 - path.motion(times)[1]).max() < 0.5


def test_it_starts_from_rest_and_then_keeps_its_speed() -> None:
    """After the boost the speed over ground is constant."""
    path = low()
    states = path.sample(np.linspace(0, 660, 700))
    context = np.hypot(states.east_m_s, states.north_m_s)

    assert context[0] == pytest.approx(0, abs=1e-6)
    assert np.ptp(context[100:]) < 0.02 * context[100]


def test_a_low_flight_boosts_then_dives() -> None:
    """Boost, midcourse, re-entry: each once."""
    phases = low().sample(np.linspace(0, 660, 700)).phase
    assert phases[np.flatnonzero(np.diff(phases, prepend=-1))].tolist() == [
        Phase.BOOST,
        Phase.MIDCOURSE,
        Phase.REENTRY,
    ]


def test_a_cruise_missile_stays_low_and_level() -> None:
    """Nearly all of its flight is at its altitude, in the level phase."""
    states = cruise().sample(np.linspace(100, 6900, 500))

    assert states.altitude_m == pytest.approx(100, abs=1)
    assert set(states.phase.tolist()) == {Phase.LEVEL}


def test_a_short_flight_has_a_short_boost() -> None:
    """The boost of a class does not outlast a flight that is shorter than usual."""
    assert low(flight_time_s=100).burnout_s == 40
    assert cruise(flight_time_s=100, range_km=20).burnout_s == 10


@pytest.mark.parametrize(
    "wrong",
    [{"range_km": 0.0}, {"range_km": 20_001.0}, {"apogee_km": 0.0}, {"flight_time_s": -1.0}],
)
def test_what_no_profile_can_have_is_refused(wrong: dict[str, float]) -> None:
    """The sentence says what would do."""
    figures: dict[str, Any] = wrong
    with pytest.raises(UsageError, match="give positive values and a range up to 20000 km"):
        low(**figures)


@settings(deadline=None, max_examples=30)
@given(apogee_km=st.floats(20, 400))
def test_it_pulls_up_where_there_is_air(apogee_km: float) -> None:
    """Having dived it levels off at most about 40 km high, whatever its apogee, and never rises."""
    path = low(apogee_km=apogee_km)
    seconds = np.linspace(0.26 * path.duration_s, path.duration_s, 3000)
    states = path.sample(seconds)
    middle = (seconds > 0.5 * path.duration_s) & (seconds < 0.7 * path.duration_s)
    levels_off = states.altitude_m[middle][np.argmax(states.up_m_s[middle])]

    assert states.up_m_s.max() < 1.0
    assert states.up_m_s[middle].max() > -1.0
    assert levels_off <= PULL_UP_KM * 1000 * 1.01
