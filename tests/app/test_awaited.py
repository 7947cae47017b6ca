"""The word of those that a run began with, on connections of their own."""

import asyncio
from collections.abc import Sequence
from typing import NoReturn

from feed.app.awaited import Awaited
from feed.app.left_behind import Ears
from feed.clock import SystemClock
from feed.mqtt.subscriber import Arrival, Subscriber
from tests.app.stage import Stage


async def test_what_is_chosen_is_heard_there_and_nowhere_else(secured: Stage) -> None:
    """Until they stand the other connection hears it; a topic that is not chosen stays there."""
    stage, clock, heard = secured, SystemClock(), list[Arrival]()

    def ears(name: str, filters: Sequence[tuple[str, int]]) -> Ears:
        return Ears(stage.address("player"), stage.topics, name, filters, clock)

    async def listen(subscriber: Subscriber) -> NoReturn:
        while True:
            for one in await subscriber.batch():
                heard.append(one)
                subscriber.acknowledge([one])

    awaited = Awaited(ears, listen, clock)
    chosen, other = (stage.topics.acknowledgement("JPN", name) for name in ("one", "two"))
    async with Subscriber(stage.address("player"), "general", [], clock=clock) as general:
        serving = asyncio.create_task(awaited.serve())
        assert not awaited.hears(chosen, instead_of=general)
        awaited.choose({"JPN": [chosen]})
        async with stage.client("jpn") as japan:
            await japan.until(lambda: awaited.stands)
            assert awaited.hears(chosen, instead_of=general)
            assert not awaited.hears(other, instead_of=general)
            await japan.say(other, b"other")
            await japan.say(chosen, b"chosen")
            await japan.until(lambda: heard)
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)

    assert [one.payload for one in heard] == [b"chosen"]
    await awaited.forget()
