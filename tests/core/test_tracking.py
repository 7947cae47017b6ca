"""What one originator measures."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feed.core.flights import SensorContact
from feed.core.tracking import Sample, ViewSpan, drawn, samples, spans_of
from feed.flight.earth import to_earth_fixed
from feed.flight.flight import FlightSpec, FlyingObject, fly
from feed.flight.trajectory import Phase
from feed.model.time import SECOND

(ROCKET,) = fly(
    FlightSpec(
        name="rocket",
        lon_deg=125.7,
        lat_deg=39.2,
        vehicle="srbm",
        azimuth_deg=75,
        range_km=900,
        apogee_km=700,
    )
)


def look(since: float, until: float, delay: float = 0, error_m: float = 100) -> SensorContact:
    """Return a view, in seconds."""
    first, last, late = (round(second * SECOND) for second in (since, until, delay))
    return SensorContact(first, last, late, error_m, f"radar-{error_m:g}")


def measured(
    *contacts: SensorContact, every: float = 10, flying: FlyingObject = ROCKET
) -> list[Sample]:
    """Return what is measured in some views that are one span."""
    (span,) = spans_of(contacts, 10_000 * SECOND)
    return list(samples(flying, span, round(every * SECOND), 7, "KOR"))


def test_views_closer_than_the_coast_are_one() -> None:
    """Whatever their order; a view inside another changes nothing."""
    views = (look(100, 200), look(0, 50), look(220, 230), look(120, 130))
    spans = spans_of(views, 30 * SECOND)

    assert [(span.since, span.until) for span in spans] == [
        (0, 50 * SECOND), (100 * SECOND, 230 * SECOND),
    ]  # fmt: skip
    assert len(spans[1].contacts) == 3


def test_a_span_knows_who_reports_first_and_who_sees_last() -> None:
    """First is who reports first, delay included, not who sees first."""
    slow, quick = look(0, 100, delay=30), look(10, 60, delay=1)
    span = ViewSpan(0, 100 * SECOND, (slow, quick))

    assert span.noticed is quick
    assert span.last is slow


def test_moments_are_multiples_of_the_interval() -> None:
    """From the first in view to the last, ends included."""
    taken = measured(look(20, 60))
    assert [sample.time // SECOND for sample in taken] == [20, 30, 40, 50, 60]
    assert [sample.last for sample in taken] == [False] * 4 + [True]


def test_nothing_is_measured_in_a_gap_or_after_the_end() -> None:
    """Only what some sensor has in view, while the object exists."""
    taken = [sample.time // SECOND for sample in measured(look(0, 20), look(50, 5000))]
    end = math.floor(ROCKET.trajectory.duration_s / 10) * 10
    assert taken == [0, 10, 20, *range(50, end + 1, 10)]


def test_nothing_is_measured_before_an_object_exists() -> None:
    """A piece has a first moment; views written for before it count from there."""
    piece = ROCKET._replace(start_s=305.0)
    assert measured(look(-50, 330), flying=piece)[0].time == 310 * SECOND


def test_the_most_exact_sensor_is_taken() -> None:
    """Where two have it in view, the one with the smaller error speaks."""
    taken = measured(look(0, 100, error_m=500), look(40, 60, error_m=50))
    exact = [sample.time // SECOND for sample in taken if sample.look.error_m == 50]
    assert exact == [40, 50, 60]


def test_old_news_is_left_out() -> None:
    """What a slow sensor measured is not told after what a quick one measured later."""
    taken = measured(look(0, 60, delay=60, error_m=500), look(70, 100, delay=1, error_m=50))

    assert [sample.time // SECOND for sample in taken] == [0, 10, 70, 80, 90, 100]
    assert [sample.reported for sample in taken] == sorted(s.reported for s in taken)


@settings(deadline=None, max_examples=40)
@given(
    edges=st.lists(st.tuples(st.floats(0, 500), st.floats(0, 500)), min_size=1, max_size=5),
    delays=st.lists(st.floats(0, 60), min_size=5, max_size=5),
    every=st.floats(0.5, 60),
)
def test_both_times_go_forward(
    edges: list[tuple[float, float]], delays: list[float], every: float
) -> None:
    """Whatever the views and delays: measured later is reported later."""
    views = [
        look(min(pair), max(pair), delay, 100 + number)
        for number, (pair, delay) in enumerate(zip(edges, delays, strict=False))
    ]
    taken = measured(*views, every=every)

    for before, after in itertools.pairwise(taken):
        assert before.time < after.time
        assert before.reported <= after.reported
    for sample in taken:
        assert sample.look.since <= sample.time <= sample.look.until


def test_errors_are_those_of_the_sensor() -> None:
    """The root mean square distance from the true place is the error of the view."""
    taken = measured(look(100, 400, error_m=800), every=0.2)
    true = ROCKET.trajectory.sample([sample.time / SECOND for sample in taken])
    away = to_earth_fixed(
        [s.lon for s in taken], [s.lat for s in taken], [s.altitude_m for s in taken]
    ) - to_earth_fixed(true.lon_deg, true.lat_deg, true.altitude_m)

    assert len(taken) > 1000
    assert np.sqrt((away**2).sum(axis=-1).mean()) == pytest.approx(800, rel=0.1)


def test_an_error_belongs_to_its_moment() -> None:
    """It does not change with the interval, or with what else is in view."""
    (alone,) = measured(look(100, 100))
    among = {sample.time: sample for sample in measured(look(0, 300), every=5)}[alone.time]
    assert alone[:7] == (*among[:2], alone.look, *among[3:7])


def test_nothing_is_measured_below_ground() -> None:
    """An error on the pad does not bury the object."""
    taken = measured(look(0, 5, error_m=5000), every=0.1)
    assert min(sample.altitude_m for sample in taken) >= 0
    assert {sample.phase for sample in taken} == {Phase.BOOST}


def test_draws_stay_within_two_deviations() -> None:
    """So that a truth stays inside a circle of three."""
    draws = [number for key in range(500) for number in drawn(7, key)]
    assert max(map(abs, draws)) == 2
    assert abs(sum(draws) / len(draws)) < 0.1
