"""Falls: free, to a known place, and of many pieces."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feed.errors import UsageError
from feed.flight.ballistic import ballistic
from feed.flight.earth import east_north_up, to_earth_fixed
from feed.flight.fall import break_up, fall, fall_to, free_flight, leaves_at, miss
from feed.flight.orbit import ascent
from feed.flight.trajectory import End, Phase

ARC = ballistic(125.7, 39.2, azimuth_deg=72, range_km=2500, apogee_km=600, boost_s=150)
RISE = ascent(124.706, 39.66, azimuth_deg=190, altitude_km=500, ascent_s=705, coast_s=100)


@settings(deadline=None, max_examples=30)
@given(at_s=st.floats(155, 800))
def test_what_falls_off_unpushed_stays_on_the_path(at_s: float) -> None:
    """After burnout an object that is let go flies exactly as the whole does."""
    fallen = fall(ARC, at_s)
    assert ARC.impact is not None

    assert at_s + fallen.duration_s == pytest.approx(ARC.duration_s, abs=1e-3)
    assert fallen.impact == pytest.approx(ARC.impact, abs=1e-5)
    assert fallen.end is End.IMPACT


@pytest.mark.parametrize(
    ("push", "axis", "sign"),
    [((100, 0, 0), 0, 1), ((-100, 0, 0), 0, -1), ((0, 100, 0), 1, 1), ((0, -100, 0), 1, -1)],
)
def test_a_push_moves_the_impact_its_way(
    push: tuple[float, float, float], axis: int, sign: int
) -> None:
    """East is towards greater longitudes, north towards greater latitudes."""
    moved, still = fall(ARC, 300, push).impact, fall(ARC, 300).impact
    assert moved is not None
    assert still is not None
    assert (moved[axis] - still[axis]) * sign > 0


@settings(deadline=None, max_examples=25)
@given(at_s=st.floats(100, 400), east=st.floats(-2, 2), north=st.floats(-4, 1))
def test_a_stage_falls_to_its_place(at_s: float, east: float, north: float) -> None:
    """Within a metre of the place, wherever it lies below."""
    below = RISE.sample([at_s])
    place = (float(below.lon_deg[0]) + east, float(below.lat_deg[0]) + north)
    impact = fall_to(RISE, at_s, place).impact

    assert impact == pytest.approx(place, abs=1e-5)


@settings(deadline=None, max_examples=25)
@given(falls_s=st.floats(200, 900))
def test_a_stage_falls_in_its_time(falls_s: float) -> None:
    """If the record has a time of the fall, that is met too."""
    fallen = fall_to(RISE, 250, (123.5, 34.0), falls_s)

    assert fallen.duration_s == pytest.approx(falls_s, abs=1e-3)
    assert fallen.impact == pytest.approx((123.5, 34.0), abs=1e-5)


@pytest.mark.parametrize("down_s", [300.0, 420.0, 700.0, 840.0])
def test_a_stage_leaves_in_time_to_be_down(down_s: float) -> None:
    """Let go at that moment and left alone, it is on the ground when it should be."""
    moment = leaves_at(RISE, down_s, 705)
    assert moment + fall(RISE, moment).duration_s == pytest.approx(down_s, abs=0.01)


def test_a_stage_leaves_no_later_than_it_may() -> None:
    """What cannot fall so late leaves at the last moment allowed."""
    assert leaves_at(RISE, 5000, 300) == pytest.approx(300, abs=1e-6)


@pytest.mark.slow
def test_pieces_fall_about_as_far_apart_as_was_said() -> None:
    """The standard deviation of the places is near the spread, if the fall gives time for it."""
    rng = np.random.default_rng(3)
    draws = [(float(e), float(n), float(u)) for e, n, u in rng.standard_normal((200, 3))]
    falls = break_up(ARC, 450, draws, 20_000)
    places = np.array([piece.impact for piece in falls])
    east, north = places.std(axis=0) * 111 * np.array([np.cos(np.radians(43)), 1])

    assert 12 < np.hypot(east, north) / np.sqrt(2) < 40


def test_pieces_are_not_thrown_faster_than_anything_is() -> None:
    """However far apart they should fall, the push stays below 500 m/s a deviation."""
    (piece,) = break_up(ARC, 800, [(1.0, 0.0, 0.0)], 2_000_000)
    pushed, whole = piece.sample([0]), ARC.sample([800])

    assert pushed.east_m_s - whole.east_m_s == pytest.approx([500], abs=1e-6)


def test_an_orbit_is_no_fall() -> None:
    """What is fast enough never comes down, and says so."""
    position, velocity, _ = RISE.motion([750])
    assert free_flight(position[0], velocity[0]) is None
    with pytest.raises(UsageError, match="stays in orbit; give an earlier moment"):
        fall(RISE, 750)


def test_a_place_out_of_reach_is_refused() -> None:
    """The sentence names the moment and the place."""
    with pytest.raises(
        UsageError, match="nothing that leaves the flight at 300 s falls to 0 N 0 E"
    ):
        fall_to(ARC, 300, (0.0, 0.0), 2.0)


@pytest.mark.parametrize("at_s", [0, -1, 1e5])
def test_nothing_leaves_a_flight_before_or_after_it(at_s: float) -> None:
    """A moment outside the flight is refused."""
    with pytest.raises(UsageError, match="give a moment within it"):
        fall(ARC, at_s)


def test_a_fall_re_enters() -> None:
    """Below 100 km on the way down, its phase is re-entry."""
    fallen = fall(ARC, 300)
    states = fallen.sample([1, fallen.duration_s - 1])
    assert states.phase.tolist() == [Phase.MIDCOURSE, Phase.REENTRY]


def test_a_miss_is_measured_over_ground() -> None:
    """East and north metres from a target to where something fell."""
    target = to_earth_fixed(10.0, 20.0, 0.0)
    east, north, _ = east_north_up(10.0, 20.0)
    assert miss(target + 300 * east - 400 * north, target) == pytest.approx([300, -400], abs=0.1)
    assert miss(target, target) == pytest.approx([0, 0])
