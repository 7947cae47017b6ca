"""Values that nobody has checked: read, or nothing."""

from math import inf, isfinite, nan
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feed.model.members import member, number

JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.just("name"), inner),
)


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
