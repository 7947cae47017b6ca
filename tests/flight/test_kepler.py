"""Conics: laws that any Kepler orbit keeps, and the arc between two figures."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feed.errors import UsageError
from feed.flight.earth import GRAVITY_M3_S2, MEAN_RADIUS_M, surface_radius
from feed.flight.kepler import Conic, minimum_energy_ratio, pure_arc, pure_arc_time_s

SPEEDS = st.floats(100, 7500)
SLOPES = st.floats(-1.5, math.pi / 2)


def thrown(speed: float, slope: float, height: float = 200_000.0) -> Conic:
    """Return the conic of something thrown at a slope above the horizon."""
    position = np.array([0.0, MEAN_RADIUS_M + height, 0.0])
    velocity = speed * np.array([math.cos(slope), math.sin(slope), 0.3 * math.cos(slope)])
    conic = Conic.through(position, velocity)
    assert conic is not None
    return conic


@pytest.mark.slow
@given(speed=SPEEDS, slope=SLOPES)
def test_energy_and_momentum_are_kept(speed: float, slope: float) -> None:
    """At every second of every orbit, both are what they were at the start."""
    conic = thrown(speed, slope)
    position, velocity = conic.states(np.linspace(0, 600, 50))
    energy = np.sum(velocity**2, axis=-1) / 2 - GRAVITY_M3_S2 / np.linalg.norm(position, axis=-1)
    # A shot close to the centre has its energy in the difference of two large numbers.
    far = np.linalg.norm(position, axis=-1) > 3e5
    momentum = np.cross(position, velocity)

    assert energy[far] == pytest.approx(energy[0], rel=1e-7)
    assert momentum[far] == pytest.approx(
        np.broadcast_to(momentum[0], momentum[far].shape), rel=1e-6, abs=1e3
    )


@given(speed=SPEEDS, slope=st.floats(0.1, math.pi / 2))
def test_velocity_is_the_rate_of_position(speed: float, slope: float) -> None:
    """Differences over a hundredth of a second give the velocity."""
    conic = thrown(speed, slope)
    times = np.linspace(1, 100, 20)
    rate = (conic.states(times + 0.01)[0] - conic.states(times - 0.01)[0]) / 0.02

    assert np.abs(rate - conic.states(times)[1]).max() < 0.01


@given(speed=st.floats(500, 7500), slope=st.floats(0.05, math.pi / 2))
def test_the_apogee_is_the_highest_point(speed: float, slope: float) -> None:
    """Nothing before or after it is farther from the centre."""
    conic = thrown(speed, slope)
    around = conic.apogee_s + np.array([-1.0, 0.0, 1.0])
    radius = np.linalg.norm(conic.states(around)[0], axis=-1)

    assert radius.argmax() == 1


@given(speed=st.floats(100, 7000), slope=SLOPES)
def test_the_impact_is_on_the_ground(speed: float, slope: float) -> None:
    """At the moment of impact the object is on the ellipsoid, and it was above it before."""
    conic = thrown(speed, slope)
    seconds = conic.impact_s()
    assert seconds is not None
    position, _ = conic.states(np.linspace(0, seconds, 100))
    radius = np.linalg.norm(position, axis=-1)
    height = radius - surface_radius(position / radius[:, None])

    assert height[-1] == pytest.approx(0, abs=0.5)
    assert (height[:-1] > 0).all()


def test_a_round_orbit_never_comes_down() -> None:
    """It has no impact, and after one period it is where it was."""
    radius = MEAN_RADIUS_M + 500_000
    speed = math.sqrt(GRAVITY_M3_S2 / radius)
    conic = Conic.through(np.array([radius, 0.0, 0.0]), np.array([0.0, speed, 0.0]))
    assert conic is not None
    period = 2 * math.pi * math.sqrt(radius**3 / GRAVITY_M3_S2)

    assert conic.impact_s() is None
    assert conic.states(np.array([period]))[0][0] == pytest.approx([radius, 0, 0], abs=1e-2)


def test_what_escapes_has_no_conic() -> None:
    """A parabola or hyperbola is not closed."""
    assert Conic.through(np.array([7e6, 0.0, 0.0]), np.array([0.0, 12_000.0, 0.0])) is None


@pytest.mark.parametrize(
    ("range_km", "apogee_km", "seconds"),
    [(998, 3724.9, 2587), (989, 5768.5, 3782), (1001.2, 6648.4, 4319), (1090, 6248.5, 4075)],
)
def test_the_time_of_known_arcs(range_km: float, apogee_km: float, seconds: float) -> None:
    """Times reckoned by hand from the formula of Bate, Mueller and White."""
    assert pure_arc_time_s(range_km, apogee_km) == pytest.approx(seconds, abs=0.5)


@settings(deadline=None)
@given(range_km=st.floats(10, 15_000), apogee_km=st.floats(5, 10_000))
def test_the_arc_leaves_the_ground_and_reaches_its_apogee(
    range_km: float, apogee_km: float
) -> None:
    """Flown as a conic from its foot, it has the height, the time and the range."""
    arc = pure_arc(range_km, apogee_km)
    start = np.array([MEAN_RADIUS_M, 0.0, 0.0])
    velocity = arc.speed_m_s * np.array([math.sin(arc.slope_rad), math.cos(arc.slope_rad), 0.0])
    conic = Conic.through(start, velocity)
    assert conic is not None
    (top, end), _ = conic.states(np.array([conic.apogee_s, arc.time_s]))

    assert np.linalg.norm(top) - MEAN_RADIUS_M == pytest.approx(apogee_km * 1000, rel=1e-5)
    assert np.linalg.norm(end) == pytest.approx(MEAN_RADIUS_M, abs=5)
    angle = math.atan2(end[1], end[0]) % (2 * math.pi)
    assert angle * MEAN_RADIUS_M / 1000 == pytest.approx(range_km, rel=1e-4)


def test_a_short_flat_arc_is_the_parabola_of_school() -> None:
    """Over ten kilometres the Earth is flat: time is that of a fall from the apogee and back."""
    assert pure_arc_time_s(10, 2.5) == pytest.approx(2 * math.sqrt(2 * 2500 / 9.82), rel=1e-3)


@pytest.mark.parametrize(
    ("range_km", "ratio"),
    [(300, 0.247), (1000, 0.240), (2000, 0.229), (4500, 0.201), (10_000, 0.132)],
)
def test_the_ratio_of_least_energy(range_km: float, ratio: float) -> None:
    """A quarter at short range (45 degrees over flat ground), less the farther it goes."""
    assert minimum_energy_ratio(range_km) == pytest.approx(ratio, abs=6e-4)


@pytest.mark.parametrize(("range_km", "apogee_km"), [(0, 100), (21_000, 100), (100, 0)])
def test_no_arc_has_these_figures(range_km: float, apogee_km: float) -> None:
    """The sentence says which would do."""
    with pytest.raises(UsageError, match="give a range between 0 and 20000 km"):
        pure_arc_time_s(range_km, apogee_km)
