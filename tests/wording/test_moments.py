"""Moments and durations to a tenth of a second."""

from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feed.model.time import SECOND
from feed.wording.moments import clock, full, since_launch, span
from feed.wording.times import Times

SEOUL = Times(9 * 3600)
MORNING = 1_702_941_840 * SECOND
"""2023-12-19 08:24 in Seoul"""
HOUR = 3600 * SECOND


def test_a_moment_stands_with_its_date_and_offset() -> None:
    """The full form leaves nothing open; a zone of its own moves it."""
    assert full(MORNING + 578_000, SEOUL) == "2023-12-19 08:24:00.6 +09:00"
    assert full(MORNING, Times(0, ZoneInfo("America/New_York"))) == "2023-12-18 18:24:00.0 -05:00"


def test_the_date_stands_only_where_it_is_another() -> None:
    """On the day of the launch the clock is enough; the rounded moment decides."""
    assert clock(MORNING + HOUR, MORNING, SEOUL) == "09:24:00.0"
    midnight = MORNING + 15 * HOUR + 36 * 60 * SECOND
    assert clock(midnight - 50_000, MORNING, SEOUL) == "2023-12-20 00:00:00.0"
    assert clock(midnight - 60_000, MORNING, SEOUL) == "23:59:59.9"


@pytest.mark.parametrize(
    ("us", "text"),
    [
        (0, "0.0 s"),
        (-10, "0.0 s"),
        (2_877_453, "2.9 s"),
        (59_960_000, "1:00.0"),
        (-2_177_458_741, "-36:17.5"),
        (2 * HOUR + 311 * SECOND, "2:05:11.0"),
        (26 * HOUR, "1d 2:00:00.0"),
    ],
)
def test_a_duration_takes_the_units_it_needs(us: int, text: str) -> None:
    """Seconds, minutes, hours, days: never a digit more, and never sixty seconds."""
    assert span(us) == text


def test_the_time_from_a_launch_has_its_sign() -> None:
    """What was before the launch counts down."""
    assert since_launch(50_578_069) == "T+0:50.6"
    assert since_launch(-HOUR) == "T-1:00:00.0"
    assert since_launch(-40_000) == "T+0:00.0"


@given(us=st.integers(0, 10**13))
def test_what_is_told_is_within_half_a_tenth(us: int) -> None:
    """Read back, a duration is what it was, rounded."""
    days, _, rest = since_launch(us)[2:].rpartition("d ")
    parts = [float(part) for part in rest.split(":")]
    seconds = sum(part * 60**place for place, part in enumerate(reversed(parts)))

    assert abs(int(days or 0) * 86_400 + seconds - us / SECOND) <= 0.0501
