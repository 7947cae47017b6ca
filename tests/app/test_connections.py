"""How many connections and sessions a participant may have on a broker of our own."""

import asyncio
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, suppress
from pathlib import Path

import aiomqtt
import pytest
from structlog.testing import capture_logs

from feed.app import connections
from feed.app.broker_in_use import BrokerInUse, BrokerOptions, broker_in_use
from feed.app.connections import Connections
from feed.broker.engines import nats_server
from feed.broker.ready import connect_packet
from feed.broker.supervision import supervision
from feed.clock import SystemClock
from feed.core.crowd import EACH
from feed.mqtt.connection import connection
from tests.app.stage import PATIENCE_S

CLOCK = SystemClock()
COUNTRIES = ("KOR", "JPN", "USA")
MOST = Connections(each=10, observers=1)
ATTACK = 120
FEED = "exercise/v1/x/feed/{}/alert/a"


@pytest.fixture
async def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[BrokerInUse]:
    """Give a broker as a user has it, with room for fewer subscriptions than are attempted.

    And for more than may be kept of one user, connected or not.
    """
    monkeypatch.setenv("FEED_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(connections, "_LOOK_S", 0.1)
    monkeypatch.setattr(nats_server, "MOST_CONSUMERS", ATTACK // 2)
    options = BrokerOptions(port=0, websocket_port=0, connections=MOST)
    async with broker_in_use(options, countries=COUNTRIES, clock=CLOCK) as place:
        yield place


def client(place: BrokerInUse, role: str) -> aiomqtt.Client:
    """Connect as somebody else's client does."""
    address = place.role(role)
    user, password = address.user, address.password
    return aiomqtt.Client(address.host, address.port, username=user, password=password, timeout=5)


async def session(place: BrokerInUse, role: str, name: str, *topics: str) -> socket.socket:
    """Connect with a session that is kept, subscribe to much, and never read."""
    address = place.role(role)
    kept = bytearray(connect_packet(name, role, ""))
    kept[kept.index(b"MQTT") + 5] &= 0xFD
    hostile = socket.create_connection((address.host, address.port), timeout=PATIENCE_S)
    hostile.sendall(kept)
    assert hostile.recv(4) == b"\x20\x02\x00\x00"
    with suppress(OSError):
        for mid, each in enumerate(topics, 1):
            body = mid.to_bytes(2, "big") + len(each).to_bytes(2, "big") + each.encode() + b"\1"
            hostile.sendall(bytes((0x82, len(body))) + body)
    await CLOCK.sleep(0)
    return hostile


async def comes(place: BrokerInUse, role: str, topic: str, stack: AsyncExitStack) -> aiomqtt.Client:
    """Connect and subscribe, again and again until that is granted."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            with suppress(aiomqtt.MqttError):
                found = await stack.enter_async_context(connection(client(place, role)))
                granted = await found.subscribe(topic, qos=1)
                if [getattr(code, "value", code) for code in granted] == [1]:
                    return found
            await CLOCK.sleep(0.05)


async def here(place: BrokerInUse) -> Sequence[str]:
    """Return the users of all connections."""
    assert place.embedded is not None
    asked = place.embedded.supervision()
    assert asked is not None
    async with supervision(*asked) as server:
        return [one.user for one in await server.here()]


@pytest.mark.nats_server("mosquitto does not tell who is connected")
async def test_a_country_that_connects_without_end_keeps_nobody_out(place: BrokerInUse) -> None:
    """Sessions that are never read, and as fast as it goes; the others come, and hear the player.

    Its first receiver stays as it is; what it left is taken away, so that there is room again.
    """
    feed = FEED.format("kor")
    async with AsyncExitStack() as stack:
        logs = stack.enter_context(capture_logs())
        first = await comes(place, "kor", feed, stack)
        for number in range(ATTACK):
            hostile = await session(place, "kor", f"hostile-{number}", feed)
            stack.callback(hostile.close)
        player = await comes(place, "player", "exercise/v1/x/up/+/ack/a", stack)
        others = {role: FEED.format(role) for role in ("jpn", "usa")}
        heard = [await comes(place, role, topic, stack) for role, topic in others.items()]
        heard.append(await comes(place, "observer", FEED.format("jpn"), stack))
        for topic in (feed, *others.values()):
            await player.publish(topic, b"told", qos=1)
        for each in (first, *heard):
            async with asyncio.timeout(PATIENCE_S):
                assert (await anext(aiter(each.messages))).payload == b"told"
        assert (await here(place)).count("kor") <= MOST.each
    assert "--connections lets it have more" in [each.get("remedy") for each in logs]


@pytest.fixture
def little_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the server keep less than is published."""
    monkeypatch.setattr(nats_server, "MOST_STORED", 16_000_000)
    monkeypatch.setattr(connections, "_WAITING", 10)


@pytest.mark.nats_server("mosquitto drops what is too much")
@pytest.mark.usefixtures("little_room")
@pytest.mark.parametrize("stays", [True, False])
async def test_a_session_that_takes_nothing_does_not_stop_the_others(
    place: BrokerInUse, *, stays: bool
) -> None:
    """Whether it is away, or is here and acknowledges nothing; what waited for it is dropped."""
    feed = FEED.format("kor")
    async with AsyncExitStack() as stack:
        logs = stack.enter_context(capture_logs())
        hostile = await session(place, "kor", "hoard", feed)
        assert hostile.recv(5)[:2] == b"\x90\x03"
        if not stays:
            hostile.close()
        stack.callback(hostile.close)
        country = await comes(place, "jpn", FEED.format("jpn"), stack)
        taken = 0
        async with asyncio.timeout(PATIENCE_S):
            while taken < 500:
                with suppress(aiomqtt.MqttError):
                    async with client(place, "player") as player:
                        while taken < 500:
                            await player.publish(feed, bytes(50_000), qos=1)
                            taken += 1
                        await player.publish(FEED.format("jpn"), b"told", qos=1)
            assert (await anext(aiter(country.messages))).payload == b"told"
    assert {each["client"] for each in logs if "too little room" in each["event"]} == {"hoard"}


@pytest.mark.nats_server("mosquitto does not tell who is connected")
async def test_observers_without_end_keep_out_no_country(place: BrokerInUse) -> None:
    """One user with many subscriptions in each connection; nobody's connection but its own ends."""
    async with AsyncExitStack() as stack:
        logs = stack.enter_context(capture_logs())
        for number in range(5):
            topics = [f"exercise/v1/{number}/feed/+/+/{each}" for each in range(EACH)]
            hostile = await session(place, "observer", f"hostile-{number}", *topics)
            stack.callback(hostile.close)
        async with asyncio.timeout(PATIENCE_S):
            while (await here(place)).count("observer") == 5:
                await CLOCK.sleep(0.05)
        country = await comes(place, "usa", FEED.format("usa"), stack)
        player = await comes(place, "player", "exercise/v1/x/up/+/ack/a", stack)
        await player.publish(FEED.format("usa"), b"told", qos=1)
        async with asyncio.timeout(PATIENCE_S):
            assert (await anext(aiter(country.messages))).payload == b"told"
    assert "--observers lets it have more" in [each.get("remedy") for each in logs]


def test_every_user_but_the_player_has_a_figure() -> None:
    """And a server has room for all of them."""
    figures = Connections(each=3, observers=5).by_user(COUNTRIES)

    assert figures == {"kor": 3, "jpn": 3, "usa": 3, "operator": 3, "observer": 5}
    assert Connections(each=3, observers=5).together(COUNTRIES) > sum(figures.values())
    usual = Connections()
    assert usual.together(COUNTRIES) * EACH < nats_server.MOST_CONSUMERS
