"""Which exercises a broker holds, and cleaning up after one."""

import pytest

from feed.app.exercises import clean, exercises, only_exercise
from feed.app.options import Options
from feed.clock import SystemClock
from feed.errors import UsageError
from feed.wire.manifest import Manifest
from tests.app.stage import Stage, eventful
from tests.brokers import RunningBroker

CLOCK = SystemClock()


async def test_each_exercise_is_found_with_what_stands_of_it(own_stage: Stage) -> None:
    """Clocks and manifests are listed by exercise; what is none is left out."""
    stage = own_stage
    address = stage.address("observer")
    async with stage.client("player") as client:
        for slug, state in (("b", "playing"), ("a", "ended")):
            await client.say(f"exercise/v1/{slug}/clock", {"state": state}, retain=True)
        await client.say("exercise/v1/b/manifest", {"title": "B"}, retain=True)
        await client.say("exercise/v1/c/clock", b"no JSON", retain=True)
        await client.say("exercise/v1/d/clock", b"[]", retain=True)

        found = await exercises(address, CLOCK)
        assert [(each.slug, each.playing) for each in found] == [("a", False), ("b", True)]
        assert found[1].manifest == Manifest(title="B")
        assert await only_exercise(address, CLOCK) == "b"
        await client.say("exercise/v1/a/clock", {"state": "paused"}, retain=True)
        with pytest.raises(UsageError, match="several exercises are being played: a, b; name one"):
            await only_exercise(address, CLOCK)


async def test_who_finds_no_exercise_is_told_what_to_do(own_broker: RunningBroker) -> None:
    """On an empty broker there is nothing to receive."""
    stage = Stage(own_broker, "none", own_broker.folder)

    with pytest.raises(UsageError, match=r"no exercise is being played on .* start one with"):
        await only_exercise(stage.address("observer"), CLOCK)


async def test_cleaning_takes_everything_away(stage: Stage) -> None:
    """What a killed player left is removed and counted; other exercises are not touched."""
    topics = stage.topics
    other = f"exercise/v1/{stage.exercise}-2/clock"
    async with stage.client("player") as client:
        for topic in (topics.clock, topics.state("KOR", "alert", "a"), topics.presence("KOR", "x")):
            await client.say(topic, b"{}", retain=True)
        await client.say(topics.player_presence, b"offline", retain=True)
        await client.say(other, {"state": "ended"}, retain=True)

        assert await clean(stage.address("player"), stage.exercise, CLOCK) == 4
        assert await clean(stage.address("player"), stage.exercise, CLOCK) == 0
        assert await stage.retained() == {}
        left = [each.slug for each in await exercises(stage.address("observer"), CLOCK)]
        assert f"{stage.exercise}-2" in left
        await client.say(other, b"", retain=True)


async def test_what_is_being_played_is_not_cleaned_away(stage: Stage) -> None:
    """A player that answers keeps what it retained."""
    player = stage.publication(eventful(), Options(paused=True))

    async with stage.playing(player), stage.client("observer", stage.topics.clock) as client:
        await client.until(lambda: client.heard)
        with pytest.raises(UsageError, match=rf"is being played \(run {player.description.run}\)"):
            await clean(stage.address("player"), stage.exercise, CLOCK)
        assert stage.topics.manifest in await stage.retained()
