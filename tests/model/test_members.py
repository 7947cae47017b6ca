"""Values that nobody has checked: read, or nothing."""

import datetime as dt
from math import inf, isfinite, nan
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feed.model.members import instant, member, number
from feed.model.time import rfc3339

JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.just("name"), inner),
)


MOMENTS = st.datetimes(timezones=st.timezones()) | st.datetimes(timezones=st.just(dt.UTC))


@given(JUNK | MOMENTS.map(dt.datetime.isoformat) | st.text("0123456789-T:+Z.", max_size=25))
def test_a_time_that_is_read_can_be_shown_in_any_zone(value: Any) -> None:
    """However near to an end of the calendar it was written."""
    found = instant(value)
    if found is not None:
        for offset_s in (found.offset_s, 14 * 3600, -14 * 3600):
            shown = instant(rfc3339(found.us, offset_s))
            assert shown is None or found.us - shown.us in range(1000)


@pytest.mark.parametrize("value", [None, 7, "", "soon", "2023-12-19", "2023-12-19T09:00:00"])
def test_what_is_no_moment_is_none(value: object) -> None:
    """A moment has a date, a time and an offset."""
    assert instant(value) is None
    assert instant("2023-12-19t00:00:00.5z") == (1_702_944_000_500_000, 0)


@given(JUNK)
def test_values_of_others_are_read_or_not(value: Any) -> None:
    """A member of a member, and a number; else nothing."""
    assert member(value, "name", "name") is None or isinstance(value["name"], dict)
    found = number(value)
    assert found is None or (isfinite(found) and found == value)


@pytest.mark.parametrize("value", [None, True, "1", nan, inf, -inf, 10**400, [1]])
def test_what_is_no_number_is_none(value: object) -> None:
    """Truth, text, infinities and what no float can hold are no numbers."""
    assert number(value) is None


def test_a_member_is_found_under_its_names() -> None:
    """However deep it is."""
    assert member({"site": {"point": 7}}, "site", "point") == 7
    assert member({"site": {"point": 7}}) == {"site": {"point": 7}}
