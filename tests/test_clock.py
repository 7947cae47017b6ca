"""Clocks: the machine's, and the virtual one that tests stand on."""

import asyncio
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from feed.clock import Clock, SystemClock, VirtualClock
from tests.make import PATIENT


async def test_a_sleeper_takes_no_time() -> None:
    """Three hours pass at once when everybody waits for them."""
    clock = VirtualClock()

    await clock.sleep(3 * 3600)

    assert clock.now() == 10_800


async def test_all_sleepers_wake() -> None:
    """A sleeper is woken also when those who slept beside it have gone."""
    clock = VirtualClock()

    await asyncio.gather(clock.sleep(5), clock.sleep(3), clock.sleep(4))

    assert clock.now() == 5


@PATIENT
@given(
    naps=st.lists(st.lists(st.integers(min_value=0, max_value=9), max_size=4), max_size=6),
    work=st.integers(min_value=0, max_value=8),
)
@example(naps=[[0, 0, 1], [1]], work=5)
def test_sleepers_wake_in_order_of_their_moments(naps: list[list[int]], work: int) -> None:
    """Whoever sleeps, works and sleeps again finds the moment it asked for, never a later one."""
    clock = VirtualClock()
    woken: list[float] = []

    async def sleeper(times: list[int]) -> None:
        for nap in times:
            wanted = clock.now() + nap
            await clock.sleep(nap)
            assert clock.now() == wanted
            woken.append(clock.now())
            for _ in range(work):
                await asyncio.sleep(0)  # noqa: TID251 - work that takes some turns and no time

    async def everybody() -> None:
        await asyncio.gather(*(sleeper(times) for times in naps))

    asyncio.run(everybody())

    assert woken == sorted(woken)
    assert clock.now() == max((sum(times) for times in naps), default=0)


async def test_equal_moments_wake_in_the_order_of_falling_asleep() -> None:
    """Who slept first wakes first."""
    clock = VirtualClock()
    woken: list[str] = []

    async def sleeper(name: str) -> None:
        await clock.sleep_until(7)
        woken.append(name)

    await asyncio.gather(*(sleeper(name) for name in "abcd"))

    assert woken == ["a", "b", "c", "d"]


async def test_no_time_is_spent_on_a_sleeper_that_was_cancelled() -> None:
    """Time passes the moment of a cancelled sleeper without stopping, and only for others."""
    clock = VirtualClock()
    gone = asyncio.create_task(clock.sleep(5))
    await asyncio.sleep(0)  # noqa: TID251 - lets it fall asleep
    gone.cancel()
    stops: list[float] = []

    async def watch() -> None:
        while not stops or stops[-1] < 10:
            if not stops or clock.now() != stops[-1]:
                stops.append(clock.now())
            await asyncio.sleep(0)  # noqa: TID251 - looks at every turn of the loop

    await asyncio.gather(watch(), clock.sleep(10))

    assert stops == [0, 10]
    with pytest.raises(asyncio.CancelledError):
        await gone


async def test_a_cancelled_sleeper_that_others_wait_beside_does_no_harm() -> None:
    """A timeout around a sleep leaves the clock in order."""
    clock = VirtualClock(autojump=False)
    gone = asyncio.create_task(clock.sleep(1))
    other = asyncio.create_task(clock.sleep(1))
    await asyncio.sleep(0)  # noqa: TID251 - lets both fall asleep
    gone.cancel()
    clock.advance(1)

    await other

    with pytest.raises(asyncio.CancelledError):
        await gone


async def test_time_stands_until_it_is_moved() -> None:
    """Without autojump a sleeper waits for advance, and wakes only when its moment is reached."""
    clock = VirtualClock(now=100, autojump=False)
    sleeper = asyncio.create_task(clock.sleep_until(103))
    for seconds in (1.0, 1.5):
        for _ in range(50):
            await asyncio.sleep(0)  # noqa: TID251 - gives it every chance to wake early
        clock.advance(seconds)
    assert not sleeper.done()

    clock.advance(0.5)
    await sleeper

    assert clock.now() == 103


async def test_a_moment_that_has_passed_is_not_waited_for() -> None:
    """Sleeping until the past, or for no time, lets others run and takes no time."""
    clock = VirtualClock(now=10)
    others: list[str] = []
    other = asyncio.create_task(_note(others))

    await clock.sleep_until(3)
    await clock.sleep(-1)
    await other

    assert (clock.now(), others) == (10, ["ran"])


async def _note(notes: list[str]) -> None:
    notes.append("ran")
    await asyncio.sleep(0)  # noqa: TID251 - a task that does something


async def test_time_never_goes_back() -> None:
    """Advancing by less than nothing does not move the clock."""
    clock = VirtualClock(now=10)

    clock.advance(-5)

    assert clock.now() == 10


def test_the_wall_moves_with_the_reading() -> None:
    """The time of day starts where it is told to and moves as the reading does."""
    clock = VirtualClock(now=50, wall=1_000_000_000)

    clock.advance(2.5)

    assert clock.wall() == 1_002_500_000


def test_the_wall_can_be_set_alone() -> None:
    """Setting the time of day, also back, leaves the reading as it is."""
    clock = VirtualClock(now=50, wall=1_000_000_000)

    clock.set_wall(17)
    clock.advance(1)

    assert (clock.now(), clock.wall()) == (51, 1_000_017)


async def test_the_machine_sleeps_until_a_reading() -> None:
    """The system clock has reached the reading when the sleep is over."""
    clock: Clock = SystemClock()
    wanted = clock.now() + 0.005

    await clock.sleep_until(wanted)

    assert clock.now() >= wanted


async def test_the_machine_does_not_wait_for_the_past() -> None:
    """A sleep of no or negative length lets others run and returns."""
    clock = SystemClock()
    others: list[str] = []
    other = asyncio.create_task(_note(others))

    await clock.sleep(-3600)
    await clock.sleep_until(clock.now() - 3600)
    await other

    assert others == ["ran"]


def test_the_machine_tells_the_time_of_day_in_microseconds() -> None:
    """The wall is the time since 1970, as the standard library tells it."""
    clock = SystemClock()
    before = time.time_ns() // 1000

    wall = clock.wall()

    assert before <= wall <= time.time_ns() // 1000
    assert clock.now() <= clock.now()
