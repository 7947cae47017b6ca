"""The canonical form of JSON, beside another implementation and the examples of RFC 8785."""

import json
import math
import struct

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from feed.wire.canonical import canonical

NUMBERS = {  # appendix B: the bits of a double, and how it is written
    0x0000000000000000: "0",
    0x8000000000000000: "0",
    0x0000000000000001: "5e-324",
    0x7FEFFFFFFFFFFFFF: "1.7976931348623157e+308",
    0x4340000000000000: "9007199254740992",
    0x4430000000000000: "295147905179352830000",
    0x44B52D02C7E14AF5: "9.999999999999997e+22",
    0x44B52D02C7E14AF6: "1e+23",
    0x444B1AE4D6E2EF4E: "999999999999999700000",
    0x444B1AE4D6E2EF50: "1e+21",
    0x3EB0C6F7A0B5ED8C: "9.999999999999997e-7",
    0x3EB0C6F7A0B5ED8D: "0.000001",
    0x41B3DE4355555555: "333333333.3333333",
}
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(1 - 2**53, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize("bits", NUMBERS)
def test_numbers_are_written_as_the_rfc_does(bits: int) -> None:
    """Its own examples."""
    (number,) = struct.unpack(">d", bits.to_bytes(8))

    assert canonical(number) == NUMBERS[bits]


@given(value=VALUES)
def test_another_program_writes_the_same(value: object) -> None:
    """Any JSON, in the words of a library that others use."""
    assert canonical(value).encode() == rfc8785.dumps(value)  # type: ignore[arg-type]


@given(value=VALUES)
def test_it_is_the_same_value_and_stays_as_it_is(value: object) -> None:
    """What was read again has the same form: that is why a signature holds."""
    form = canonical(value)

    assert canonical(json.loads(form)) == form


def test_members_are_in_the_order_of_utf_16() -> None:
    """As section 3.2.3 has it: a smiley stands before a letter of a later plane's number."""
    members = {"\u20ac": 1, "\r": 2, "\ufb33": 3, "1": 4, "\U0001f600": 5, "\x80": 6, "ö": 7}

    assert [*json.loads(canonical(members))] == [
        *("\r", "1", "\x80", "ö", "\u20ac", "\U0001f600", "\ufb33")
    ]


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 10**400, b"x", (1,), {1, 2}])
def test_what_is_no_json_has_no_form(value: object) -> None:
    """It is refused, and never written in some way."""
    with pytest.raises(ValueError, match="JSON"):
        canonical(value)
