"""Whether a player is there, found out on a real broker."""

import json

import pytest

from feed.app import presence
from feed.app.presence import Found, look_for_player
from feed.clock import SystemClock
from feed.errors import BrokerError
from tests.app.stage import Client, Stage


async def look(stage: Stage, role: str = "player") -> Found:
    """Look for a player of the exercise."""
    return await look_for_player(stage.address(role), stage.topics, SystemClock())


async def clean(client: Client, stage: Stage) -> None:
    """Take away what a test has left."""
    for topic in (stage.topics.player_presence, stage.topics.clock):
        await client.say(topic, b"", retain=True)


async def test_where_nothing_stands_nobody_plays(stage: Stage) -> None:
    """An exercise that nobody ever played has no player, and nothing is left behind."""
    assert await look(stage) == Found(None, left=False)
    assert await stage.retained() == {}


async def test_who_said_goodbye_is_gone(stage: Stage) -> None:
    """A will, or a clock that stands without a presence, tells of a player that was killed."""
    async with stage.client("player") as client:
        await client.say(stage.topics.clock, {"run": "old"}, retain=True)
        assert await look(stage) == Found(None, left=True)
        await client.say(stage.topics.player_presence, b"offline", retain=True)
        assert await look(stage) == Found(None, left=True)
        await clean(client, stage)


async def test_who_beats_is_there(stage: Stage) -> None:
    """A clock that is published now proves a player; what only stands proves nothing."""
    async with stage.client("player", stage.topics.presence("none", "+")) as client:
        await client.say(stage.topics.player_presence, b"online", retain=True)
        await client.say(stage.topics.clock, b"no JSON", retain=True)

        async def beat() -> None:
            await client.until(lambda: client.heard)
            await client.say(
                stage.topics.clock,
                json.dumps({"run": "new", "state": "playing"}).encode(),
                retain=True,
            )

        found, _ = await stage.together(look(stage), beat())
        assert found == Found("new", left=True)
        await clean(client, stage)


async def test_who_does_not_beat_any_more_is_gone(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A presence that nobody took back, with a clock that stands still, is a killed player's."""
    monkeypatch.setattr(presence, "_RETAINED_S", 0.2)
    monkeypatch.setattr(presence, "_LONGER_S", 0.2)
    async with stage.client("player") as client:
        await client.say(stage.topics.player_presence, b"online", retain=True)
        await client.say(stage.topics.clock, {"run": "old"}, retain=True)
        assert await look(stage) == Found(None, left=True)
        await clean(client, stage)


@pytest.mark.nats_server("mosquitto refuses no subscription")
async def test_who_may_not_look_is_told(secured: Stage) -> None:
    """A role without the right gets a sentence, not a silence."""
    with pytest.raises(BrokerError, match="refuses the subscription"):
        await look(secured, "kor")
