"""Reading clocks that anybody may have written."""

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feed.wire.clock import RunClock, decode_clock
from feed.wire.envelope import moment_of
from feed.wire.manifest import LARGEST_STANDING
from tests.absurd import absurd, each_absurd
from tests.make import CLOCK


def test_a_clock_of_the_contract_is_read() -> None:
    """Members that are not known are ignored; a rate is a number or the highest."""
    clock = decode_clock(
        b'{"run":"01x","epoch":2,"state":"playing","rate":"max","position_s":1.5,"duration_s":9,'
        b'"time":"2024-03-01T09:00:00.000+09:00","wall":"2026-01-01T00:00:00.000+00:00","new":[1]}'
    )

    assert (clock.run, clock.epoch, clock.state, clock.rate) == ("01x", 2, "playing", "max")
    assert decode_clock(b'{"state":"paused","rate":0.5}').rate == 0.5


@pytest.mark.parametrize(
    ("state", "playing"),
    [("loaded", True), ("playing", True), ("paused", True), ("ended", False), ("held", False)],
)
def test_a_state_tells_whether_there_is_a_run(state: str, *, playing: bool) -> None:
    """One that this version does not know promises nothing."""
    assert RunClock(state=state).playing is playing


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"null",
        b"{}",
        b"[" * 60_000,
        b'{"state":[]}',
        b'{"state":"\\u001b[2J"}',
        b'{"state":"playing\\n"}',
        b'{"state":"playing","rate":"fast"}',
        b'{"state":"playing","rate":0}',
        b'{"state":"playing","rate":NaN}',
        b'{"state":"playing","position_s":1e999}',
        b'{"state":"playing","run":"../x"}',
        b'{"state":"playing","epoch":0}',
        b" " * LARGEST_STANDING + b'{"state":"playing"}',
    ],
    ids=lambda payload: repr(payload[-40:]),
)
def test_what_is_none_is_refused(payload: bytes) -> None:
    """With a ValueError, whatever it is, so that whoever reads it can leave it out."""
    with pytest.raises(ValueError):  # noqa: PT011 - pydantic's own words are not shown
        decode_clock(payload)


@given(st.binary() | st.text().map(lambda text: json.dumps({"state": text}).encode()))
def test_any_payload_is_read_or_refused(payload: bytes) -> None:
    """Nothing else happens, and a state that is read can be printed."""
    with contextlib.suppress(ValueError):
        assert decode_clock(payload).state.isprintable()


@each_absurd(CLOCK)
@given(absurd(CLOCK))
def test_no_number_of_a_stranger_s_clock_is_more_than_can_be_counted(payload: bytes) -> None:
    """It is refused, or can be written again, and its times are moments."""
    try:
        clock = decode_clock(payload)
    except ValueError:
        return
    json.dumps(clock.model_dump(), allow_nan=False)
    assert clock.epoch is None or 1 <= clock.epoch <= 10**9
    assert clock.rate in {None, "max"} or isinstance(clock.rate, float)
    for seconds in (clock.position_s, clock.duration_s):
        assert seconds is None or 0 <= seconds <= 1e12
    for moment in (clock.time, clock.wall):
        assert moment is None or isinstance(moment_of(moment), int)
