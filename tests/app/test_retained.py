"""What stands on a broker, found by looking."""

import asyncio

import pytest

from feed.app import retained as retained_module
from feed.app.retained import retained
from feed.clock import SystemClock
from tests.app.stage import Stage


async def test_what_stands_is_found_and_nothing_else(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Retained messages of the filter come, once each; what is published meanwhile is no part."""
    monkeypatch.setattr(retained_module, "_QUIET_S", 0.2)
    topics = stage.topics
    standing = {topics.head(country): country.encode() for country in ("KOR", "JPN")}
    async with stage.client("player") as client:
        for topic, payload in standing.items():
            await client.say(topic, payload, retain=True)
        await client.say(topics.clock, b"elsewhere", retain=True)
        await client.say(topics.head("USA"), b"gone", retain=True)
        await client.say(topics.head("USA"), b"", retain=True)

        async def publish() -> None:
            await client.say(topics.head("USA"), b"now")

        filters = [(f"{topics.base}/head/+", 1)]
        found: list[tuple[str, bytes]] = []
        async for each in retained(stage.address("observer"), filters, SystemClock()):
            found.append(each)
            await publish()
        for topic in (*standing, topics.clock):
            await client.say(topic, b"", retain=True)

    assert len(found) == 2
    assert dict(found) == standing


async def test_looking_ends_although_something_comes_all_the_time(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A broker that is never quiet does not hold whoever looks for ever."""
    monkeypatch.setattr(retained_module, "_LONGEST_S", 0.3)

    async with stage.client("player") as client:

        async def talk() -> None:
            while looking:
                await client.say(stage.topics.head("KOR"), b"again")

        looking = True
        talking = asyncio.create_task(talk())
        filters = [(stage.topics.head("KOR"), 1)]
        found = [e async for e in retained(stage.address("player"), filters, SystemClock())]
        looking = False
        await talking

    assert found == []
