"""The playhead: where it is, told the time by numbers."""

from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feed.core.actions import TransportError
from feed.core.playhead import Playhead
from feed.model.time import SECOND
from tests.make import PATIENT, START

rates = st.sampled_from([1e-6, 0.5, 1.0, 60.0, 1e9, inf])


def head(rate: float = 1.0, lasts_s: float = 1000) -> Playhead:
    """Return a playhead at the start."""
    return Playhead(START, ends=START + round(lasts_s * SECOND), rate=rate)


def test_it_moves_at_its_rate_and_not_beyond_the_end() -> None:
    """Ten scenario seconds a second, from when it goes."""
    playhead = head(10.0, lasts_s=100)
    assert playhead.position(50.0) == START
    playhead.go(50.0)
    assert playhead.position(53.0) == START + 30 * SECOND
    assert playhead.position(500.0) == START + 100 * SECOND


@PATIENT
@given(rate=rates, offset=st.integers(0, 10**15), start=st.floats(0, 1e6))
def test_whoever_waits_as_told_finds_it_reached(rate: float, offset: int, start: float) -> None:
    """No rounding makes a caller wait in vain, for ever."""
    playhead = head(rate)
    playhead.go(start)
    reading = playhead.reading(START + offset)
    assert reading is not None
    assert playhead.reached(START + offset, reading)


def test_held_it_stands_and_goes_on_from_there() -> None:
    """What passes while it stands still does not count."""
    playhead = head()
    playhead.go(0.0)
    playhead.hold(10.0)
    assert playhead.reading(START) is None
    assert not playhead.reached(START, 1000.0)
    playhead.go(100.0)
    assert playhead.position(105.0) == START + 15 * SECOND


def test_another_rate_goes_on_from_here() -> None:
    """What was passed stays passed."""
    playhead = head()
    playhead.go(0.0)
    playhead.set_rate(10.0, 5.0)
    assert playhead.position(12.0) == START + 20 * SECOND


@pytest.mark.parametrize("rate", [0.0, -1.0, 1e-7, 1e10, float("nan")])
def test_what_is_no_rate_is_refused(rate: float) -> None:
    """In one sentence."""
    with pytest.raises(TransportError, match="a rate is a number from 1e-06 to 1e"):
        head().set_rate(0.0, rate)


def test_lateness_counts_from_the_moment_or_from_a_jump_over_it() -> None:
    """In wall seconds; at the highest rate nothing is late."""
    playhead = head(10.0)
    playhead.go(0.0)
    assert playhead.lateness(START + 100 * SECOND, 10.5) == pytest.approx(0.5)
    playhead.move(20.0, START + 900 * SECOND)
    assert playhead.lateness(START + 100 * SECOND, 20.25) == pytest.approx(0.25)
    assert head(inf).lateness(START, 5.0) == 0.0
