"""Which version of MQTT a broker is spoken to in."""

import asyncio
from dataclasses import replace

import pytest

from feed.mqtt import versions as module
from feed.mqtt.address import BrokerAddress
from feed.mqtt.versions import Versions, most_at_once
from tests.brokers import HOST, EmbeddedLike, RunningBroker, free_port
from tests.mqtt.peers import address_of, port_that, silent, slams

pytestmark = pytest.mark.usefixtures("nothing_is_left")


async def test_a_broker_says_itself_what_it_speaks(broker: RunningBroker) -> None:
    """nats-server refuses MQTT 5; mosquitto takes it, and says how much at once."""
    most = await most_at_once(address_of(broker))
    assert most == (0 if broker.name == EmbeddedLike.name else 200)


@pytest.mark.parametrize(
    ("answer", "most"),
    [
        ("20 03 00 00 00", 65_535),
        ("20 06 00 00 03 21 00 28", 40),
        (
            "20 1a 00 00 17 12 00 02 61 62 26 00 01 63 00 01 64 11 00 00 00 07 13 00 3c 21 01 00",
            256,
        ),
        ("20 02 00 01", 0),
        ("20 02 00 00", 0),
        ("20 03 00 84 00", 0),
        ("30 03 00 00 00", 0),
    ],
)
async def test_an_answer_is_read_to_its_end(answer: str, most: int) -> None:
    """Whatever else it says; a broker that answers as to MQTT 3.1.1 does not speak 5."""

    async def say(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(100)
        writer.write(bytes.fromhex(answer))
        await reader.read()
        writer.close()

    async with port_that(say) as address:
        assert await most_at_once(address) == most


@pytest.mark.parametrize(
    ("takes", "waiting", "spoken"), [(200, 0, 200), (200, 200, 0), (10, 0, 0), (0, 0, 0)]
)
async def test_what_takes_too_little_at_once_is_spoken_to_as_before(
    monkeypatch: pytest.MonkeyPatch, takes: int, waiting: int, spoken: int
) -> None:
    """It is asked once, until it fails."""
    asked = []

    async def answer(address: BrokerAddress) -> int:
        asked.append(address)
        return takes

    monkeypatch.setattr(module, "most_at_once", answer)
    versions, address = Versions(), BrokerAddress(HOST, 1)
    for _ in range(2):
        assert await versions.most(address, waiting) == spoken
    assert len(asked) == 1
    versions.failed(address)
    await versions.most(address, waiting)
    assert len(asked) == 2
    assert await versions.most(replace(address, before_5=True), 0) == 0
    assert len(asked) == 2


async def test_whoever_says_nothing_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """And holds nobody up for long; one that hangs up has said no."""
    monkeypatch.setattr(module, "_PATIENCE_S", 0.1)
    talks = [silent, slams]

    async def in_turn(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await talks.pop(0)(reader, writer)

    versions = Versions()
    async with port_that(in_turn) as address:
        for _ in range(3):
            assert await versions.most(replace(address, before_5=False), 0) == 0
        assert not talks
    assert await versions.most(BrokerAddress(HOST, free_port()), 0) == 0
