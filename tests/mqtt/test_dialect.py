"""One CONNECT of any version, and what brokers make of it."""

import asyncio

import pytest

from feed.mqtt.address import BrokerAddress
from feed.mqtt.dialect import Greeting, attempt, connect_packet
from tests.brokers import EmbeddedLike, RunningBroker, free_port


def at(broker: RunningBroker) -> BrokerAddress:
    """Return where a broker listens."""
    return BrokerAddress(broker.host, broker.port)


@pytest.mark.parametrize(
    ("protocol", "begins"),
    [
        ("3.1", b"\x10\x0f\x00\x06MQIsdp\x03\x02\x00\x0a\x00\x01x"),
        ("3.1.1", b"\x10\x0d\x00\x04MQTT\x04\x02\x00\x0a\x00\x01x"),
        ("5", b"\x10\x0e\x00\x04MQTT\x05\x02\x00\x0a\x00\x00\x01x"),
    ],
)
def test_a_packet_is_that_of_its_version(protocol: str, begins: bytes) -> None:
    """Name, level, flags, keep-alive, and in MQTT 5 an empty list of properties."""
    assert connect_packet(Greeting(protocol, "x")) == begins


def test_a_long_packet_has_a_longer_length() -> None:
    """Above 127 bytes the length takes two."""
    packet = connect_packet(Greeting("3.1.1", "x" * 200, "u", "p"))

    assert packet[1:3] == bytes((0x80 | (len(packet) - 3) % 128, (len(packet) - 3) // 128))
    assert packet[10] == 0xC2


@pytest.mark.nats_server("mosquitto takes all of these")
@pytest.mark.parametrize(
    ("greeting", "answer"),
    [
        (Greeting("3.1.1", "some-id", "jpn"), ("accepted", 0)),
        (Greeting("3.1.1", "", None), ("accepted", 0)),
        (Greeting("5", "some-id", "jpn"), ("refused", 1)),
        (Greeting("3.1.1", "a.b", "jpn"), ("refused", 2)),
        (Greeting("3.1.1", "some-id", ""), ("refused", 4)),
        (Greeting("3.1.1", "some-id", "JPN"), ("refused", 5)),
    ],
)
async def test_the_embedded_broker_answers(
    embedded: EmbeddedLike, greeting: Greeting, answer: tuple[str, int]
) -> None:
    """Each dialect that it does not understand has its own answer."""
    assert await attempt(at(embedded), greeting) == answer


@pytest.mark.nats_server("mosquitto speaks MQTT 3.1")
async def test_the_embedded_broker_does_not_let_the_oldest_in(embedded: EmbeddedLike) -> None:
    """MQTT 3.1 is hung up on, or waits for an answer in vain."""
    answer, _ = await attempt(at(embedded), Greeting("3.1", "some-id"))

    assert answer in {"closed", "silent"}


@pytest.mark.parametrize("protocol", ["3.1", "3.1.1", "5"])
async def test_mosquitto_lets_every_version_in(mosquitto: RunningBroker, protocol: str) -> None:
    """So what is refused elsewhere is not for a packet that is written badly."""
    assert await attempt(at(mosquitto), Greeting(protocol, "a.b c", "JPN")) == ("accepted", 0)


async def test_who_says_nothing_is_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is told from who hangs up, and from who is not there."""
    monkeypatch.setattr("feed.mqtt.dialect._PATIENCE_S", 0.05)
    hold = asyncio.Event()

    async def listen(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await hold.wait()
        writer.close()

    async with await asyncio.start_server(listen, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        assert await attempt(BrokerAddress("127.0.0.1", port), Greeting("3.1", "x")) == (
            "silent",
            0,
        )
        hold.set()
    with pytest.raises(OSError, match=r"refused|Connect"):
        await attempt(BrokerAddress("127.0.0.1", free_port()), Greeting("3.1", "x"))
