"""What is put off to a wall time, with a clock that is told the time, and set."""

import pytest

from feed.app.schedule import _LOOK_S, _MOST, Schedule, start_at, wall_moment
from feed.clock import VirtualClock
from feed.errors import UsageError
from feed.model.time import SECOND, rfc3339
from feed.wire.control import PauseRequest, PlayRequest

NOON = 1_703_000_000 * SECOND


def at(seconds: float, do: str = "play") -> PlayRequest | PauseRequest:
    """Return a request for so many seconds after noon."""
    wall = rfc3339(NOON + round(seconds * SECOND))
    if do == "pause":
        return PauseRequest(id="1", client="me", do="pause", wall=wall)
    return PlayRequest(id="1", client="me", do="play", wall=wall)


def test_each_is_taken_once_in_the_order_of_their_times() -> None:
    """Not before its time, whenever it was asked for."""
    clock = VirtualClock(wall=NOON, autojump=False)
    schedule = Schedule(clock)
    assert schedule.wake_at() is None
    schedule.add(at(3, "pause"))
    schedule.add(at(2))
    assert [one["do"] for one in schedule.told()] == ["play", "pause"]
    assert schedule.wake_at() == clock.now() + 2
    assert schedule.take() is None
    clock.advance(2.5)
    assert schedule.take() == at(2)
    assert schedule.take() is None
    assert schedule.told() == [{"do": "pause", "wall": rfc3339(NOON + 3 * SECOND)}]


def test_a_clock_that_is_set_meanwhile_is_followed() -> None:
    """Machines begin together by the time of day, not by how long they have waited."""
    clock = VirtualClock(wall=NOON, autojump=False)
    schedule = Schedule(clock)
    schedule.add(at(3600))
    assert schedule.wake_at() == clock.now() + _LOOK_S
    clock.set_wall(NOON + 3600 * SECOND)
    assert schedule.wake_at() == clock.now()
    assert schedule.take() == at(3600)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("soon", "'soon' is no time of RFC 3339"),
        ("2023-12-19T10:00:00", "'2023-12-19T10:00:00' has no offset from UTC"),
        ("2001-01-01T00:00:00Z", "'2001-01-01T00:00:00Z' is over, it is 2023-12-19T15:33:20.000"),
        ("0001-01-01T00:00:00+23:59", "'0001-01-01T00:00:00+23:59' is"),
    ],
)
def test_what_is_no_time_to_come_is_refused(text: str, why: str) -> None:
    """In a sentence, for an option with its name."""
    clock = VirtualClock(wall=NOON, autojump=False)
    with pytest.raises(ValueError, match=r".") as refused:
        wall_moment(text, clock)
    assert str(refused.value).startswith(why)
    with pytest.raises(UsageError) as of_option:
        start_at(text, clock, paused=False)
    assert str(of_option.value).startswith(f"--start-at {why}")


def test_who_begins_paused_does_not_begin_by_itself() -> None:
    """The two options exclude each other; none of them is at once."""
    clock = VirtualClock(wall=NOON, autojump=False)
    assert start_at(None, clock, paused=True) is None
    assert start_at(rfc3339(NOON + SECOND), clock, paused=False) == NOON + SECOND
    with pytest.raises(UsageError, match="leave one of them out"):
        start_at(rfc3339(NOON + SECOND), clock, paused=True)


def test_they_are_bounded_in_number() -> None:
    """However often somebody asks."""
    schedule = Schedule(VirtualClock(wall=NOON, autojump=False))
    for _ in range(_MOST):
        schedule.add(at(1))
    with pytest.raises(ValueError, match="too much is put off already"):
        schedule.add(at(1))
