"""Tests of ``feed.app.leaf_feed``: what a dead line swallows, and what a site gives by itself."""

import asyncio
from collections.abc import Iterator

import pytest

import feed
from tests.app.test_leaf import joined
from tests.brokers import EmbeddedLike
from tests.mqtt.peers import until


@pytest.fixture
def hub() -> Iterator[EmbeddedLike]:
    """Give a hub that sends again as late as those of users do: not within this test."""
    broker = EmbeddedLike(ack_wait_s=210, max_ack_pending=40)
    yield broker
    broker.close()


@pytest.fixture
def site() -> Iterator[EmbeddedLike]:
    """Give a broker of the site's own."""
    broker = EmbeddedLike()
    yield broker
    broker.close()


async def test_a_site_asks_for_what_a_dead_line_swallows_and_gives_it_again_by_itself(
    hub: EmbeddedLike, site: EmbeddedLike, exercise: str
) -> None:
    """The hub has sent it and sends it again much later; who comes when the hub is away has all."""
    here = site.url_for("jpn")
    got: list[bytes] = []
    again: list[bytes] = []

    async def receive(name: str, to: list[bytes]) -> None:
        async with feed.receive("JPN", broker=here, exercise=exercise, name=name) as stream:
            async for message in stream:
                to.append(message.payload)  # noqa: PERF401 - it is looked at meanwhile

    async with (
        joined(hub, site, exercise[-8:]) as line,
        feed.play(
            "over-aomori-2022",
            broker=hub.url_for("player"),
            exercise=exercise,
            rate=100,
            until="+11m",
            wait_for=["JPN"],
        ) as playing,
        asyncio.TaskGroup() as group,
    ):
        group.create_task(receive("first", got))
        await until(lambda: len(got) > 80)
        line.stall()
        before = len(got)
        group.create_task(receive("late", again))
        await until(lambda: len(again) > 20)
        await until(lambda: len(playing.messages("JPN")) > before + 50)
        meanwhile = len(got)
        line.cut()
        line.flow()
        assert await playing.finished()
        sent = [message.payload for message in playing.messages("JPN")]

    assert meanwhile < before + 20
    assert before + 50 < len(sent)
    assert got == sent
    assert again == sent
