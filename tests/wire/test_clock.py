"""The clock as anybody may have written it."""

import json

import pytest

from feed.wire.clock import decode_clock

GOOD = {
    "run": "01a",
    "epoch": 1,
    "state": "playing",
    "rate": 2.5,
    "position_s": 3.5,
    "time": "2023-12-19T09:00:00.000+09:00",
    "wall": "2023-12-19T09:00:00.000+00:00",
}


def test_a_clock_is_read() -> None:
    """Members that nobody knows are ignored."""
    clock = decode_clock(json.dumps({**GOOD, "moon": "full", "rate": "max"}).encode())
    assert clock.rate == "max"
    assert clock.time_us == 1_702_944_000_000_000


@pytest.mark.parametrize(
    "members",
    [
        {"run": "../x"},
        {"run": 5},
        {"epoch": 0},
        {"epoch": "1"},
        {"state": ["playing"]},
        {"state": "broken"},
        {"rate": 0},
        {"rate": "fast"},
        {"time": "soon"},
        {"time": "9999-12-31T23:59:59"},
        {"position_s": 1e300},
        {"late_ms": -1},
    ],
)
def test_what_is_no_clock_is_refused(members: dict[str, object]) -> None:
    """By a ``ValueError``, whatever is wrong with it."""
    with pytest.raises(ValueError, match=r"(?i)clock"):
        decode_clock(json.dumps({**GOOD, **members}).encode())
