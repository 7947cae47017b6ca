"""Keys, and what they do to a player."""

import asyncio
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feed.app.options import Options
from feed.app.transport import RATES, faster, press, slower
from feed.clock import VirtualClock
from feed.core.actions import State
from tests.app.stage import Stage, many


@given(st.one_of(st.sampled_from(RATES), st.floats(min_value=1e-6, max_value=1e9)))
def test_the_ladder_goes_up_and_down(rate: float) -> None:
    """Faster is faster and slower is slower, at any rate, until the ends of the ladder."""
    assert faster(rate) > rate or rate == inf
    assert slower(rate) < rate or rate <= RATES[0]
    assert {faster(rate), slower(rate)} <= set(RATES)


@pytest.mark.parametrize("rate", RATES[1:])
def test_a_step_up_is_undone_by_a_step_down(rate: float) -> None:
    """The ladder has the same steps in both directions."""
    assert faster(slower(rate)) == rate


async def test_each_key_does_one_thing(secured: Stage) -> None:
    """Space plays and pauses, plus and minus change the rate, right steps, n moves, q ends."""
    player = secured.publication(many(30), Options(paused=True), clock=VirtualClock(autojump=False))

    async with secured.playing(player) as running, secured.client("player") as client:
        await client.until(lambda: player.phase == "playing")
        await press(player, "right")
        await client.until(lambda: player.run.sent == 1)
        await press(player, "plus")
        assert player.run.rate == 2
        await press(player, "minus")
        assert player.run.rate == 1
        here = player.run.position(0)
        await press(player, "n")
        assert player.run.position(0) > here
        await press(player, "space")
        assert player.run.state is State.PLAYING
        await press(player, "right")
        assert player.error == "it is playing; pause it to step"
        await press(player, "x")
        assert player.error is None
        await press(player, "space")
        assert player.run.state is State.PAUSED
        await press(player, "q")
        async with asyncio.timeout(20):
            assert await running
