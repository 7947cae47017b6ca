"""Tests of repetition: two of count, until and every say the third."""

import itertools

import pytest
from pydantic import ValidationError

from feed.core.event_stream import repetition_count, repetitions
from feed.model.launch import Launch
from feed.model.repeat import Repeat, Vary
from feed.model.time import SECOND, Instant
from tests import make

START = Instant(make.START, 9 * 3600)


def moments(seed: int = 1, **repeat: object) -> list[float]:
    """Return when an event happens, seconds after it first may."""
    event = make.incident(at=0, repeat=repeat)
    start = START
    first = event.at.resolve(start).us
    found = [each.at.resolve(start).us for each in repetitions(event, start, seed)]
    assert len(found) == repetition_count(event, start, seed)
    return [(us - first) / SECOND for us in found]


def test_two_of_three_say_the_third() -> None:
    """Eighteen in two-second steps; every ten minutes until; so many until."""
    assert moments(count=3, every="2s") == [0, 2, 4]
    assert moments(every="10m", until="+25m") == [0, 600, 1200]
    assert moments(count=3, until="+10s") == [0, 5, 10]


def test_a_poisson_background_is_drawn_in_order() -> None:
    """Its number follows from the seed and is near its mean; the same seed draws the same."""
    found = [moments(seed, every="1m", until="+PT2H", spread="poisson") for seed in range(30)]
    assert all(each == sorted(each) and each[0] >= 0 and each[-1] <= 7200 for each in found)
    assert 110 < sum(map(len, found)) / 30 < 130
    gaps = sorted(b - a for each in found for a, b in itertools.pairwise(each))
    assert gaps[len(gaps) // 2] == pytest.approx(60 * 0.693, rel=0.1)
    assert found[3] == moments(3, every="1m", until="+PT2H", spread="poisson")


def test_a_salvo_has_flights_of_its_own() -> None:
    """Each differs from the figures of the file by no more than it says."""
    launch = make.launch(
        flight={"azimuth_deg": 1, "range_km": 600, "apogee_km": 150},
        repeat={"count": 18, "every": "5s", "vary": {"azimuth_deg": 3, "range_km": 20}},
    )
    flights = [each.flight for each in repetitions(launch, START, 7) if isinstance(each, Launch)]
    ranges = [flight.range_km or 0 for flight in flights if flight]
    assert len(set(ranges)) == 18
    assert 580 <= min(ranges) < max(ranges) <= 620
    assert {flight.apogee_km for flight in flights if flight} == {150}
    assert all((flight.azimuth_deg + 2) % 360 <= 6 for flight in flights if flight)


@pytest.mark.parametrize(
    ("repeat", "kind"),
    [
        ({"count": 3}, "repeat_keys"),
        ({}, "repeat_keys"),
        ({"count": 3, "every": "1s", "until": "07:40"}, "repeat_keys"),
        ({"count": 3, "every": "1s", "spread": "poisson"}, "repeat_poisson"),
        ({"every": "PT0S", "until": "07:40"}, "greater_than"),
    ],
)
def test_what_is_not_determined_is_refused(repeat: dict[str, object], kind: str) -> None:
    """One error for one mistake."""
    with pytest.raises(ValidationError) as caught:
        Repeat.model_validate(repeat)
    assert [each["type"] for each in caught.value.errors()] == [kind]


def test_only_what_is_given_varies() -> None:
    """The rest stays as it is."""
    assert Vary(range_km=3).widths() == {"range_km": 3}
