"""Tests of ``feed.mqtt.connection``: it stands, or nothing is left of it."""

import asyncio
import socket

import aiomqtt
import pytest
from aiomqtt.exceptions import MqttConnectError

from feed.mqtt.address import BrokerAddress
from feed.mqtt.connection import connection, unless_lost
from tests.brokers import HOST
from tests.mqtt.peers import LIMIT_S, Scripted, port_that, silent, slams, until

pytestmark = pytest.mark.usefixtures("nothing_is_left")


def client(address: BrokerAddress, limit_s: float = LIMIT_S) -> aiomqtt.Client:
    """Return a client of aiomqtt."""
    return aiomqtt.Client(address.host, address.port, timeout=limit_s)


async def test_a_connection_that_is_left_says_goodbye() -> None:
    """The broker gets a DISCONNECT, and the socket is closed."""
    broker = Scripted()
    async with port_that(broker.talk) as address:
        async with connection(client(address)) as connected:
            await connected.publish("t", b"x", qos=0)
        await until(lambda: broker.disconnects == 1)
        assert connected._client.socket() is None
        assert broker.published


async def test_an_answer_that_cannot_come_is_not_waited_for() -> None:
    """When the other end hangs up before it answered, the attempt has failed at that moment."""
    async with port_that(slams) as address, asyncio.timeout(LIMIT_S / 2):
        with pytest.raises(aiomqtt.MqttError, match="closed before it was answered"):
            async with connection(client(address)):
                pytest.fail("connected")


async def test_a_refusal_keeps_its_reason() -> None:
    """A broker that refuses closes the connection too, but what it said counts."""
    broker = Scripted()
    broker.refusal = 5
    async with port_that(broker.talk) as address:
        with pytest.raises(MqttConnectError, match="Not authorized"):
            async with connection(client(address)):
                pytest.fail("connected")


async def test_an_attempt_that_is_not_answered_leaves_no_socket() -> None:
    """After the time for an answer is up the socket is closed, not left to the keep-alive."""
    gone = asyncio.Event()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await silent(reader, writer)
        gone.set()

    async with port_that(talk) as address:
        with pytest.raises(aiomqtt.MqttError, match="timed out"):
            async with connection(client(address, 0.1)):
                pytest.fail("connected")
        await asyncio.wait_for(gone.wait(), LIMIT_S)


@pytest.mark.slow
async def test_an_interruption_while_a_thread_connects_waits_for_the_thread() -> None:
    """The thread in which the socket is opened ends before whoever was interrupted goes on."""
    with socket.socket() as full, socket.socket() as first, socket.socket() as second:
        # Nobody accepts, and the queue of those who want to be accepted is full.
        full.bind((HOST, 0))
        full.listen(0)
        for one in (first, second):
            one.setblocking(False)
            one.connect_ex(full.getsockname())
        trying = client(BrokerAddress(HOST, full.getsockname()[1]))
        trying._client.connect_timeout = 0.3

        async def use() -> None:
            async with connection(trying):
                pytest.fail("connected")

        task = asyncio.create_task(use())
        await asyncio.to_thread(lambda: None)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asyncio.wait_for(task, LIMIT_S)
        assert trying._client.socket() is None


async def test_what_is_to_be_written_to_a_socket_that_is_closed_harms_nothing() -> None:
    """A connection that is lost at the moment of writing is lost, and nothing is printed."""
    broker = Scripted()
    async with port_that(broker.talk) as address, connection(client(address)) as connected:
        connected._client.publish("t", b"x", qos=1)
        connected._client._sock_close()
        await asyncio.to_thread(lambda: None)


async def test_a_call_ends_when_the_connection_is_lost() -> None:
    """Whoever waits for an acknowledgement hears of the loss, not of a timeout much later."""
    broker = Scripted()
    async with port_that(broker.talk) as address, connection(client(address)) as connected:
        calling = asyncio.create_task(unless_lost(connected, connected.publish("t", b"x", qos=1)))
        await until(lambda: bool(broker.published))
        broker.hang_up()
        with pytest.raises(aiomqtt.MqttError, match="the connection was lost"):
            await asyncio.wait_for(calling, LIMIT_S / 2)


async def test_a_call_that_is_answered_gives_its_answer() -> None:
    """What the broker granted is what the call returns."""
    broker = Scripted()
    async with port_that(broker.talk) as address, connection(client(address)) as connected:
        granted = await unless_lost(connected, connected.subscribe("t", qos=1))

    assert [getattr(code, "value", code) for code in granted] == [1]


async def test_a_call_that_fails_while_it_is_given_up_is_not_forgotten() -> None:
    """It was cancelled, and ends with an error instead; that is nobody's, and nobody complains."""
    broker = Scripted()

    async def stubborn() -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            raise aiomqtt.MqttError("ends with this instead") from None

    async with port_that(broker.talk) as address, connection(client(address)) as connected:
        calling = asyncio.create_task(unless_lost(connected, stubborn()))
        await until(connected._connected.done)
        broker.hang_up()
        with pytest.raises(aiomqtt.MqttError, match="the connection was lost"):
            await asyncio.wait_for(calling, LIMIT_S / 2)
