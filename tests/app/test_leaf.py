"""Tests of ``feed.app.leaf``: a site keeps its picture when its line is cut, and misses nothing."""

import asyncio
import datetime as dt
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest

import feed
from feed.app.leaf import Leaf, leaf_options, stands
from feed.app.retained import retained
from feed.errors import UsageError
from feed.files.secure import SecureFolder
from feed.mqtt.address import parse_address
from feed.mqtt.publisher import AT_MOST_ONCE, Publisher
from feed.mqtt.subscriber import Subscriber
from tests.brokers import HOST, EmbeddedLike, embedded_like, free_port
from tests.mqtt.peers import CLOCK, LIMIT_S, until
from tests.proxy import Proxy, proxy


@pytest.fixture
def site() -> Iterator[EmbeddedLike]:
    """Give a broker of the site's own."""
    broker = embedded_like()
    yield broker
    broker.close()


@asynccontextmanager
async def joined(
    hub: EmbeddedLike, site: EmbeddedLike, name: str, country: str = "jpn"
) -> AsyncIterator[Proxy]:
    """Join a site to a hub by a line that can be cut."""
    async with proxy(hub.port) as line:
        there = parse_address(f"mqtt://{country}@{HOST}:{line.port}")
        leaf = Leaf(country, name, there, parse_address(site.url_for("player")), CLOCK)
        keeping = asyncio.create_task(leaf.keep())
        try:
            yield line
        finally:
            keeping.cancel()
            await asyncio.gather(keeping, return_exceptions=True)


@pytest.mark.parametrize(
    ("topic", "kept"),
    [
        ("exercise/v1/x/feed/jpn/track/a", False),
        ("exercise/v1/x/down/jpn/a", False),
        ("exercise/v1/x/up/jpn/ack/a", False),
        ("exercise/v1/x/up/jpn/presence/a", True),
        ("exercise/v1/x/state/jpn/none", True),
        ("exercise/v1/x/clock", True),
        ("exercise/v1/x", False),
        ("other/v1/x/clock", False),
    ],
)
def test_what_is_retained_on_the_hub_is_retained_at_the_site(topic: str, kept: bool) -> None:
    """A broker does not say of a message that is new whether it will stand."""
    assert stands(topic) is kept


async def test_a_cut_line_costs_a_site_no_picture(
    embedded: EmbeddedLike, site: EmbeddedLike, exercise: str
) -> None:
    """What stood stays; what came to stand, or was taken away, is so when the line is back."""
    base = f"exercise/v1/{exercise}"
    state, over = f"{base}/state/jpn/track/a", f"{base}/state/jpn/track/b"
    player = parse_address(embedded.url_for("player"))
    local = parse_address(f"mqtt://jpn@{HOST}:{site.port}")

    async def standing() -> dict[str, bytes]:
        return {
            topic: text
            async for topic, text in retained(local, [(f"{base}/state/jpn/#", 1)], CLOCK)
        }

    async def stands_now(expected: dict[str, bytes]) -> None:
        async with asyncio.timeout(LIMIT_S):
            while await standing() != expected:
                pass

    async with (
        joined(embedded, site, exercise[-8:]) as line,
        Publisher(player, f"feed-player-{exercise}-p", clock=CLOCK) as mouth,
        Subscriber(local, f"feed-receiver-{exercise}-r", [(state, 1)], clock=CLOCK) as ears,
        Subscriber(
            player, f"feed-player-{exercise}-l", [(f"{base}/up/jpn/#", 1)], clock=CLOCK
        ) as hub,
    ):
        await mouth.publish(state, b"first", retain=True)
        await mouth.publish(over, b"b", retain=True)
        await stands_now({state: b"first", over: b"b"})
        line.target = free_port()
        line.cut()
        await mouth.publish(state, b"second", retain=True)
        await mouth.publish(over, b"", retain=True, qos=AT_MOST_ONCE)
        assert await mouth.flushed(LIMIT_S)
        during = await standing()
        await ears.publish(f"{base}/up/jpn/ack/r", b"{}")
        line.target = embedded.port
        await stands_now({state: b"second"})
        said = [one.topic for one in await hub.batch()]

    assert during == {state: b"first", over: b"b"}
    assert said == [f"{base}/up/jpn/ack/r"]


async def test_three_sites_end_complete_although_the_line_of_one_is_cut_in_mid_flight(
    embedded: EmbeddedLike, exercise: str
) -> None:
    """Each receiver knows its own site's broker alone; the player waits for all of them."""
    countries = ("KOR", "JPN", "USA")
    sites = {country: embedded_like() for country in countries}
    try:
        async with AsyncExitStack() as stack:
            lines = {}
            for country, broker in sites.items():
                joining = joined(embedded, broker, exercise[-8:], country.lower())
                lines[country] = await stack.enter_async_context(joining)
            streams = {
                country: await stack.enter_async_context(
                    feed.receive(country, broker=broker.url_for(country.lower()), exercise=exercise)
                )
                for country, broker in sites.items()
            }
            playing = await stack.enter_async_context(
                feed.play(
                    "over-aomori-2022",
                    broker=embedded.url_for("player"),
                    exercise=exercise,
                    rate=300,
                    until="+25m",
                    wait_for=countries,
                )
            )
            got: dict[str, list[bytes]] = {country: [] for country in countries}

            async def receive(country: str) -> None:
                async for message in streams[country]:
                    got[country].append(message.payload)

            receiving = [asyncio.create_task(receive(country)) for country in countries]
            await until(lambda: len(got["JPN"]) > 50)
            lines["JPN"].target = free_port()
            lines["JPN"].cut()
            await until(lambda: len(got["KOR"]) > 250)
            during = len(got["JPN"])
            lines["JPN"].target = embedded.port
            await asyncio.gather(*receiving)
            assert await playing.finished()
            sent = {
                country: [message.payload for message in playing.messages(country)]
                for country in countries
            }
    finally:
        for broker in sites.values():
            broker.close()

    assert during < len(sent["JPN"]) / 2
    assert got == sent


def test_credentials_of_a_site_may_stand_in_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As for every verb; a broker that is no site has no use for them, and is not refused."""
    folder = SecureFolder(tmp_path / "s")
    folder.prepare(["player", "jpn"], ["localhost"], dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    folder.located("mqtts://localhost:1", "wss://localhost:2/mqtt")
    named = leaf_options("JPN", None, tmp_path / "s" / "jpn")
    monkeypatch.setenv("FEED_CREDENTIALS", str(tmp_path / "s" / "jpn"))

    assert leaf_options(None, None, None) is None
    found = leaf_options("JPN", None, None)
    assert named is not None
    assert found is not None
    assert (found.country, found.hub.host, found.hub.user) == ("JPN", "localhost", "jpn")
    assert (found.hub.authority, found.hub.port) == (named.hub.authority, named.hub.port)
    with pytest.raises(UsageError, match="those of 'jpn'; give those of 'kor'"):
        leaf_options("KOR", None, None)
