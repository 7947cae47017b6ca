"""What was to be a time and is none is refused with what to write instead."""

import pytest

from feed.model.not_a_time import not_a_duration, not_a_moment
from feed.model.time import SECOND, parse_duration, parse_moment


def test_a_clock_time_for_a_duration_is_refused_with_the_remedy() -> None:
    """What was probably meant is offered; for anything else the forms there are."""
    assert not_a_duration("00:01:30").endswith("write +00:01:30 if that is how long")
    assert not_a_duration("90") == "a number without a unit; write 90s, 90m or 90h"
    assert parse_duration("+00:01:30") == 90 * SECOND


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("7:22", "write 07:22"),
        ("7:22 pm", "write 19:22"),
        ("0722", "write 07:22"),
        ("25:00", "those end at 23:59"),
        ("07:22 JST", "a clock time is in the zone of 'starts'; write 07:22"),
        ("2022-10-04 07:22 JST", "a zone is written as an offset"),
        ("2022-13-04", "no day or time of the calendar"),
        ("04.10.2022", "a date is written year first"),
        ("soon", "not a time; write"),
    ],
)
def test_what_was_meant_for_a_moment_is_offered(text: str, said: str) -> None:
    """Each of the ways in which people write a time elsewhere has its answer."""
    with pytest.raises(ValueError, match=r".*"):
        parse_moment(text)
    assert said in not_a_moment(text)
