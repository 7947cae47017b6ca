"""Arcs with a boost: the ends that are given, and nothing that jumps."""

import numpy as np
import pytest
from geographiclib.geodesic import Geodesic
from hypothesis import given, settings
from hypothesis import strategies as st

from feed.errors import UsageError
from feed.flight.ballistic import ballistic, place_ahead
from feed.flight.kepler import pure_arc_time_s
from feed.flight.trajectory import Phase, Trajectory


def arc(
    *,
    lat: float = 39.2,
    lon: float = 125.7,
    azimuth: float = 72.0,
    range_km: float = 1000.0,
    apogee_km: float = 4000.0,
    boost_s: float = 200.0,
) -> Trajectory:
    """Return a ballistic flight."""
    return ballistic(
        lon, lat, azimuth_deg=azimuth, range_km=range_km, apogee_km=apogee_km, boost_s=boost_s
    )


@pytest.mark.slow
@settings(max_examples=50, deadline=None)
@given(
    lat=st.floats(-75, 75),
    lon=st.floats(-180, 180),
    azimuth=st.floats(0, 360),
    range_km=st.floats(50, 15_000),
    lofted=st.floats(0.15, 4),
    boost_s=st.floats(30, 320),
)
def test_the_impact_is_at_the_bearing_and_the_distance(
    *, lat: float, lon: float, azimuth: float, range_km: float, lofted: float, boost_s: float
) -> None:
    """Within a metre of the geodesic's end, wherever on the globe; the apogee within one too."""
    apogee_km = min(lofted * range_km, 9000)
    path = arc(
        lat=lat, lon=lon, azimuth=azimuth, range_km=range_km, apogee_km=apogee_km, boost_s=boost_s
    )
    aim = place_ahead(lon, lat, azimuth, range_km)

    assert path.impact is not None
    miss = Geodesic.WGS84.Inverse(path.impact[1], path.impact[0], aim[1], aim[0])["s12"]
    assert miss < 1
    assert path.apogee_m == pytest.approx(apogee_km * 1000, abs=1)


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(azimuth=st.floats(0, 360), range_km=st.floats(100, 9000), boost_s=st.floats(40, 300))
def test_nothing_jumps(azimuth: float, range_km: float, boost_s: float) -> None:
    """Position and velocity are continuous through burnout, and each is the other's rate."""
    path = arc(azimuth=azimuth, range_km=range_km, apogee_km=range_km / 2, boost_s=boost_s)
    joint = path.burnout_s
    (before, after), (slow, fast), _ = path.motion([joint - 1e-6, joint + 1e-6])
    assert np.linalg.norm(after - before) < 0.1
    assert np.linalg.norm(fast - slow) < 0.1

    times = np.linspace(1, path.duration_s - 1, 400)
    times = times[np.abs(times - joint) > 0.1]
    step = 0.01
    ahead, behind = path.motion(times + step)[0], path.motion(times - step)[0]
    rate = (ahead - behind) / (2 * step)
    assert np.abs(rate - path.motion(times)[1]).max() < 0.05


def test_east_is_not_west_but_north_is_south() -> None:
    """Over a turning Earth flights east and west differ; mirrored at the equator they do not."""
    east, west = arc(azimuth=80), arc(azimuth=280)
    north, south = arc(lat=30, azimuth=40), arc(lat=-30, azimuth=140)

    assert abs(east.duration_s - west.duration_s) > 1
    assert north.duration_s == pytest.approx(south.duration_s, abs=1e-3)
    assert north.impact is not None
    assert south.impact is not None
    assert north.impact[1] == pytest.approx(-south.impact[1], abs=1e-6)


def test_it_crosses_the_antimeridian() -> None:
    """Longitudes stay in [-180, 180) and the flight goes on east."""
    path = arc(lon=150, azimuth=85, range_km=4500, apogee_km=970)
    states = path.sample(np.linspace(0, path.duration_s, 500))

    assert states.lon_deg.min() >= -180
    assert states.lon_deg.max() < 180
    assert path.impact is not None
    assert path.impact[0] < 0


def test_it_flies_over_a_pole() -> None:
    """A flight due north from far north comes down on the other side."""
    path = arc(lat=80, lon=20, azimuth=0, range_km=3000, apogee_km=700)

    assert path.impact is not None
    assert path.impact[1] < 75
    assert abs(path.impact[0] + 160) < 1e-6


def test_phases_follow_one_another() -> None:
    """Boost, midcourse, re-entry: each once, re-entry below 100 km on the way down."""
    path = arc()
    states = path.sample(np.linspace(0, path.duration_s, 4000))
    changes = states.phase[np.flatnonzero(np.diff(states.phase, prepend=-1))].tolist()

    assert changes == [Phase.BOOST, Phase.MIDCOURSE, Phase.REENTRY]
    reentry = states.phase == Phase.REENTRY
    assert states.altitude_m[reentry].max() < 100_100
    assert (states.up_m_s[reentry] < 0).all()


def test_a_longer_boost_takes_longer() -> None:
    """The boost is a timing device: it lengthens the flight between the same figures."""
    times = [arc(boost_s=boost).duration_s for boost in (100, 200, 300)]
    assert times == sorted(times)


def test_a_boost_leaves_an_arc_to_fly() -> None:
    """The boost of a class lasts at most half of a flight that is much shorter than usual."""
    path = arc(range_km=60, apogee_km=20, boost_s=300)
    assert path.burnout_s == pytest.approx(pure_arc_time_s(60, 20) / 2)


@pytest.mark.parametrize("range_km", [0, -5, 18_001])
def test_a_range_that_no_arc_has_is_refused(range_km: float) -> None:
    """The sentence says up to where one can be computed."""
    with pytest.raises(UsageError, match="give a range up to 18000 km"):
        arc(range_km=range_km)
