"""How much a participant may write to a broker of our own."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import aiomqtt
import pytest
from structlog.testing import capture_logs

from feed.app import quota
from feed.app.broker_in_use import BrokerInUse, BrokerOptions, broker_in_use
from feed.app.retained import retained
from feed.broker.engines import nats_server
from feed.clock import SystemClock
from feed.mqtt.connection import connection
from tests.app.stage import PATIENCE_S

CLOCK = SystemClock()
STORED = 12_000_000
LARGE = b"x" * 200_000
PRESENCE = "exercise/v1/x/up/jpn/presence/here"
COUNTRIES = ("KOR", "JPN", "USA")


@pytest.fixture
async def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[BrokerInUse]:
    """Give a broker as a user has it, with less room, and little patience."""
    monkeypatch.setenv("FEED_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(nats_server, "MOST_STORED", STORED)
    monkeypatch.setattr(quota, "_AT_ONCE", 1_000_000)
    monkeypatch.setattr(quota, "_SILENT_S", 1.0)
    options = BrokerOptions(port=0, websocket_port=0)
    async with broker_in_use(
        options, countries=COUNTRIES, clock=CLOCK, store=tmp_path / "store"
    ) as place:
        yield place


@asynccontextmanager
async def said() -> AsyncIterator[Callable[[], list[str]]]:
    """Give what is logged from now on, however another test has set up the logs."""
    with capture_logs() as logs:
        yield lambda: [each["event"] for each in logs]


def client(place: BrokerInUse, role: str) -> aiomqtt.Client:
    """Connect as somebody else's client does."""
    address = place.role(role)
    user, password = address.user, address.password
    return aiomqtt.Client(address.host, address.port, username=user, password=password, timeout=5)


async def flood(place: BrokerInUse, role: str) -> None:
    """Leave more than there is room for, under ever new topics, as fast as it goes."""
    # Who is hung up on comes again.
    for number in range(100):
        with suppress(aiomqtt.MqttError):
            async with connection(client(place, role)) as hostile:
                for each in range(20):
                    topic = f"exercise/v1/invented-{number}-{each}/up/{role}/presence/a"
                    await hostile.publish(topic, LARGE, qos=1, retain=True)


async def until_taken(sender: aiomqtt.Client, topic: str, reader: aiomqtt.Client) -> None:
    """Write until it arrives."""
    heard = asyncio.ensure_future(anext(aiter(reader.messages)))
    async with asyncio.timeout(PATIENCE_S):
        while not heard.done():
            await sender.publish(topic, b"online", qos=1)
            await asyncio.wait([heard], timeout=0.05)
    assert str((await heard).topic) == topic


@pytest.mark.nats_server("mosquitto hangs up on who writes while it is not heard")
async def test_who_writes_too_much_is_not_heard_for_a_while_and_goes_on_reading(
    place: BrokerInUse, tmp_path: Path
) -> None:
    """There stays room for everybody else, nobody is disconnected, and nothing of it stands.

    The word of a receiver that was there before is heard all the while.
    """
    feed, up = "exercise/v1/x/feed/jpn/alert/a", "exercise/v1/x/up/{}/ack/a"
    word = "exercise/v1/x/up/jpn/ack/here"
    async with (
        said() as events,
        client(place, "player") as player,
        client(place, "jpn") as japan,
        client(place, "kor") as korea,
    ):
        await player.subscribe([(up.format("+"), 0), (word, 0)])
        await japan.subscribe(feed, qos=1)
        await japan.publish(PRESENCE, b"online", qos=1, retain=True)
        flooding = asyncio.create_task(flood(place, "jpn"))
        async with asyncio.timeout(PATIENCE_S):
            while "little is taken from a user for a while" not in events():
                await CLOCK.sleep(0.01)
        await until_taken(japan, word, player)
        assert "a user is heard again" not in events()
        await until_taken(korea, up.format("kor"), player)
        await until_taken(player, feed, japan)
        await flooding
        kept = sum(
            path.stat().st_size for path in (tmp_path / "store").rglob("*") if path.is_file()
        )
        await until_taken(japan, up.format("jpn"), player)

    assert kept < STORED
    stands = [each async for each in retained(place.role("player"), [("exercise/#", 0)], CLOCK)]
    assert stands == [(PRESENCE, b"online")]


@pytest.mark.nats_server("mosquitto hangs up on who writes while it is not heard")
async def test_who_writes_too_much_in_a_receivers_name_is_not_heard_at_all(
    place: BrokerInUse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It reads on, and the others are taken from as ever."""
    monkeypatch.setattr(quota, "_SILENT_S", PATIENCE_S)
    word, feed = "exercise/v1/x/up/jpn/ack/here", "exercise/v1/x/feed/jpn/alert/a"
    async with (
        said() as events,
        client(place, "player") as player,
        client(place, "jpn") as japan,
        client(place, "kor") as korea,
    ):
        await japan.subscribe(feed, qos=1)
        await japan.publish(PRESENCE, b"online", qos=1, retain=True)
        assert place.embedded is not None
        async with asyncio.timeout(PATIENCE_S):
            while place.embedded._settings.silent != {"jpn": ()}:
                await japan.publish(word, LARGE, qos=1)
        await player.subscribe("exercise/v1/x/up/+/ack/here", qos=0)
        await until_taken(player, feed, japan)
        await japan.publish(word, b"junk", qos=1)
        await until_taken(korea, word.replace("jpn", "kor"), player)
        assert "a user is heard again" not in events()
