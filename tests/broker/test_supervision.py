"""Who is connected, asked of a real server on its own port."""

import asyncio
import json
import secrets
from collections.abc import Iterator
from dataclasses import replace

import aiomqtt
import pytest

from feed.broker.engines import mosquitto, nats_server
from feed.broker.supervision import SUPERVISOR, supervision
from feed.core.crowd import Connected
from feed.errors import BrokerError
from tests.brokers import EmbeddedLike

PASSWORD = secrets.token_hex(8)


class Supervised(EmbeddedLike):
    """The embedded broker's server with a supervisor."""

    def configure(self) -> None:
        """Give the supervisor its password before anything is written."""
        self.settings = replace(self.settings, supervisor=PASSWORD)
        super().configure()

    @property
    def own_port(self) -> int:
        """The port of the server's own protocol."""
        port = nats_server.own_port(self.folder, self.pid)
        assert port is not None
        return port


@pytest.fixture(scope="module")
def server() -> Iterator[Supervised]:
    """Give one for the whole file."""
    broker = Supervised()
    yield broker
    broker.close()


async def test_who_is_here_who_has_gone_and_to_end_one(server: Supervised) -> None:
    """By user and client, with what each subscribes to; one that is ended is told of as gone."""
    async with (
        supervision(server.own_port, PASSWORD) as asked,
        aiomqtt.Client(**server.login("jpn"), identifier="one") as one,
        aiomqtt.Client(**server.login("observer"), identifier="two") as two,
    ):
        await one.subscribe("exercise/v1/x/feed/jpn/#", qos=1)
        here = {each.client: each for each in await asked.here()}
        assert {name: (each.user, each.subscriptions) for name, each in here.items()} == {
            "one": ("jpn", 4),
            "two": ("observer", 0),
        }
        await asked.gone()
        await asked.end(here["one"])
        await asked.end(here["one"])
        with pytest.raises(aiomqtt.MqttError):
            async for _ in one.messages:
                pass
        gone: list[Connected] = []
        async with asyncio.timeout(5):
            while not gone:
                gone = await asked.gone()
        assert [(each.client, each.subscriptions) for each in gone] == [("one", 4)]
        assert await asked.gone() == []
        assert [each.client for each in await asked.here()] == ["two"]
        await two.subscribe("exercise/v1/x/clock", qos=1)


async def test_who_asks_at_the_same_time_gets_its_own_answers(server: Supervised) -> None:
    """The nodes of a cluster, too, are one account: another's answer would end a stranger."""
    async with (
        supervision(server.own_port, PASSWORD) as one,
        supervision(server.own_port, PASSWORD) as two,
        aiomqtt.Client(**server.login("jpn"), identifier="one"),
    ):
        for _ in range(20):
            here, routes = await asyncio.gather(one.here(), two.routes())
            assert ([each.client for each in here], routes) == (["one"], set())
            assert await two.healthy()


async def test_how_a_node_is(server: Supervised) -> None:
    """One that is alone has no routes, and all that it could have."""
    async with supervision(server.own_port, PASSWORD) as asked:
        assert await asked.routes() == set()
        assert await asked.healthy()


async def test_nobody_else_asks_and_who_asks_may_do_nothing_else(server: Supervised) -> None:
    """Neither a wrong password, nor a user of MQTT, nor a subject of the exercise."""
    for user, password in ((SUPERVISOR, "wrong"), ("jpn", ""), ("player", "password-of-player")):
        assert "Authorization Violation" in await said(server, user, password, "")
    for subject in ("exercise.v1.x.feed.jpn.alert.a", "$JS.API.STREAM.NAMES", "$SYS.REQ.USER.INFO"):
        line = f"PUB {subject} 0\r\n\r\n"
        assert "Permissions Violation for Publish" in await said(server, SUPERVISOR, PASSWORD, line)
    for subject in ("exercise.>", "$SYS.>", "$MQTT.>", ">"):
        line = f"SUB {subject} 1\r\n"
        assert "Permissions Violation for Subscription" in await said(
            server, SUPERVISOR, PASSWORD, line
        )
    async with aiomqtt.Client(**server.login("player")):
        pass
    with pytest.raises(aiomqtt.MqttError):
        async with aiomqtt.Client(server.host, server.port, username=SUPERVISOR, password=PASSWORD):
            pass


async def said(server: Supervised, user: str, password: str, line: str) -> str:
    """Return what the server says to somebody on its own port."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.own_port)
    try:
        await reader.readline()
        about = json.dumps({"user": user, "pass": password, "verbose": False, "pedantic": False})
        writer.write(f"CONNECT {about}\r\n{line}PING\r\n".encode())
        async with asyncio.timeout(5):
            return (await reader.readline()).decode()
    finally:
        writer.close()


async def test_a_server_that_is_not_there_is_one_sentence(server: Supervised) -> None:
    """Also where the password is not its own."""
    with pytest.raises(BrokerError, match="does not say who is connected"):
        async with supervision(1, PASSWORD):
            pass
    with pytest.raises(BrokerError, match="does not say who is connected"):
        async with supervision(server.own_port, "wrong") as asked:
            await asked.here()


def test_a_server_that_writes_no_port_has_none(server: Supervised) -> None:
    """Nor has one that tells nobody who is connected."""
    assert nats_server.own_port(server.folder, 0) is None
    assert mosquitto.own_port(server.folder, server.pid) is None
