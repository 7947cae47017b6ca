"""How a program has a scenario played: where, and what is refused."""

import pytest

import feed


async def test_it_brings_its_own_broker(story: feed.LoadedScenario) -> None:
    """And tells where it is, and who may do what; an operator controls it like any other."""
    async with feed.play(story, broker="embedded", paused=True) as playing:
        assert playing.url("jpn").startswith("mqtt://jpn@127.0.0.1:")
        async with feed.control(playing.exercise, broker=playing.url("operator")) as operator:
            assert (await operator.status())["run"] == playing.run
            await operator.seek("+1s")
        assert playing.position_us == story.starts_us + 1_000_000


async def test_what_makes_no_sense_is_refused(story: feed.LoadedScenario) -> None:
    """Before anything is begun."""
    with pytest.raises(feed.UsageError, match="virtual time is for memory"):
        async with feed.play(story, time="virtual", broker="embedded"):
            pytest.fail("time that nobody else has")
    with pytest.raises(feed.UsageError, match="'wait_for' has no effect in memory"):
        async with feed.play(story, wait_for=["JPN"]):
            pytest.fail("nobody listens there")
    with pytest.raises(feed.BrokerError):
        async with feed.play(story, broker="mqtt://127.0.0.1:9"):
            pytest.fail("nobody is there")
