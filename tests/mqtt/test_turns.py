"""Tests of ``feed.mqtt.turns``: several addresses, of which any may be dead, now or later."""

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack, ExitStack
from dataclasses import replace

import pytest

import feed
from feed.errors import BrokerError
from feed.mqtt.address import BrokerAddress, parse_address
from feed.mqtt.publisher import Publisher
from feed.mqtt.subscriber import Subscriber
from feed.mqtt.turns import Turns, answering
from tests.brokers import RunningBroker, embedded_like, free_port
from tests.mqtt.peers import CLOCK, LIMIT_S, Scripted, address_of, port_that, silent, slams, until

pytestmark = pytest.mark.usefixtures("nothing_is_left")

REFUSED = ConnectionRefusedError()


@pytest.fixture(scope="module")
def pair() -> Iterator[tuple[RunningBroker, RunningBroker]]:
    """Give two brokers that know nothing of each other."""
    with ExitStack() as stack:
        both = embedded_like(), embedded_like()
        for broker in both:
            stack.callback(broker.close)
        yield both


def listed(*addresses: BrokerAddress) -> BrokerAddress:
    """Return several addresses as one."""
    return replace(addresses[0], others=addresses[1:])


def dead() -> BrokerAddress:
    """Return an address at which nobody listens."""
    return BrokerAddress("127.0.0.1", free_port())


def test_each_has_its_turn_and_all_of_them_come_before_a_wait() -> None:
    """A vain attempt leads to the next at once; a loss is first made good where it was."""
    turns = Turns(parse_address("a,b,c"))
    seen = [(turns.now.host, turns.failed(REFUSED), turns.exhausted) for _ in range(4)]
    turns.connected()
    stood = turns.now.host
    waits = turns.failed(REFUSED)

    assert seen == [
        ("a", False, False),
        ("b", False, False),
        ("c", True, True),
        ("a", False, False),
    ]
    assert (stood, waits, turns.exhausted, turns.now.host) == ("b", True, False, "b")
    assert [turns.failed(REFUSED) for _ in range(3)] == [False, False, True]


def test_one_reason_is_said_once_and_different_ones_each_with_its_address() -> None:
    """All addresses that were tried are named, whatever was wrong with them."""
    same, different = Turns(parse_address("a,b:2")), Turns(parse_address("a,b:2"))
    for turns, errors in ((same, (REFUSED, REFUSED)), (different, (REFUSED, TimeoutError()))):
        for error in errors:
            turns.failed(error)

    assert str(same.error()) == (
        "broker a:1883, b:2: connection refused; start one with 'feed broker'"
    )
    assert "none of them can be used: a:1883: connection refused" in str(different.error())
    assert "| b:2: no answer; check" in str(different.error())


@pytest.mark.nats_server("mosquitto lets in whom it does not know")
async def test_one_that_cannot_be_used_does_not_keep_anybody_from_the_next(
    pair: tuple[RunningBroker, RunningBroker], exercise: str
) -> None:
    """Nobody there, one that hangs up, one that lets nobody in: then comes one that does."""
    topic = f"exercise/v1/{exercise}/feed/jpn/track/a"
    stranger = replace(address_of(pair[0]), password="wrong")  # noqa: S106 - and that is what it is
    async with port_that(slams) as rude:
        many = listed(dead(), rude, stranger, address_of(pair[1]))
        async with (
            Subscriber(many, f"feed-receiver-{exercise}-s", [(topic, 1)], clock=CLOCK) as ears,
            Publisher(many, f"feed-player-{exercise}-p", clock=CLOCK) as mouth,
        ):
            await mouth.publish(topic, b"1")
            assert [one.payload for one in await ears.batch()] == [b"1"]
        assert (await answering(listed(many.each[0], address_of(pair[1])))).port == pair[1].port

    with pytest.raises(BrokerError) as refusal:
        async with Publisher(listed(dead(), stranger), f"feed-player-{exercise}-q", clock=CLOCK):
            pytest.fail("connected")
    assert f"{pair[0].host}:{pair[0].port}: not authorised; give a user" in str(refusal.value)
    assert "connection refused" in str(refusal.value)


@pytest.mark.nats_server("mosquitto refuses no subscription")
async def test_one_that_refuses_the_subscription_is_given_up_for_the_next(
    pair: tuple[RunningBroker, RunningBroker], exercise: str
) -> None:
    """A node whose disk is full does so; who may not read it on any of them is told."""
    topic = f"exercise/v1/{exercise}/feed/jpn/track/a"
    refusing, granting = address_of(pair[0], "kor"), address_of(pair[1], "jpn")
    name = f"feed-receiver-{exercise}-s"
    async with Subscriber(listed(refusing, granting), name, [(topic, 1)], clock=CLOCK) as ears:
        assert ears.connections == 2

    both = listed(refusing, address_of(pair[1], "kor"))
    with pytest.raises(BrokerError, match=r"broker \S+, \S+: it refuses the subscription to"):
        await Subscriber(both, name, [(topic, 1)], clock=CLOCK).__aenter__()


async def test_a_silent_one_is_given_up_for_the_next(
    pair: tuple[RunningBroker, RunningBroker], exercise: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A machine that is off says nothing, and costs a moment."""
    monkeypatch.setattr("feed.mqtt.turns._PATIENCE_S", 0.2)
    async with port_that(silent) as still, AsyncExitStack() as stack:
        many = listed(still, address_of(pair[0]))
        name = f"feed-player-{exercise}-p"
        sender = await stack.enter_async_context(Publisher(many, name, clock=CLOCK))
        assert sender.connected


@pytest.mark.parametrize("end", ["publisher", "subscriber"])
async def test_a_broker_that_has_no_time_for_who_comes_first_is_asked_again(end: str) -> None:
    """It hangs up without a word; who does so again and again is no broker, and that is said."""

    def client(address: BrokerAddress) -> Publisher | Subscriber:
        name = "feed-player-x-p"
        if end == "publisher":
            return Publisher(address, name, clock=CLOCK)
        return Subscriber(address, name, [("t", 1)], clock=CLOCK)

    talks = [slams, slams, slams, Scripted().talk]

    async def busy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await talks.pop(0)(reader, writer)

    async with port_that(busy) as address, asyncio.timeout(LIMIT_S), client(address) as there:
        assert there.connected
    assert not talks
    async with port_that(slams) as rude, asyncio.timeout(LIMIT_S):
        with pytest.raises(BrokerError, match="the connection was lost; check that"):
            await client(rude).__aenter__()


async def test_both_ends_of_a_feed_go_over_to_another_broker_and_lose_nothing(
    exercise: str,
) -> None:
    """What the dead broker had not acknowledged is sent to the next, and what is new too."""
    topic = f"exercise/v1/{exercise}/feed/jpn/track/a"
    brokers = [embedded_like(), embedded_like()]
    try:
        many = listed(*(address_of(broker) for broker in brokers))
        async with (
            Subscriber(many, f"feed-receiver-{exercise}-s", [(topic, 1)], clock=CLOCK) as ears,
            Publisher(many, f"feed-player-{exercise}-p", clock=CLOCK) as mouth,
        ):
            await mouth.publish(topic, b"0")
            got = [int(one.payload) for one in await ears.batch()]
            brokers[0].kill()
            await until(lambda: ears.connected and ears.connections > 1)
            for n in range(1, 6):
                await mouth.publish(topic, str(n).encode())
            assert await mouth.flushed(LIMIT_S)
            while got[-1] < 5:
                got += [int(one.payload) for one in await ears.batch()]
            assert mouth.lost == 1
    finally:
        for broker in brokers:
            broker.close()

    assert got == [0, 1, 2, 3, 4, 5]


async def test_a_run_and_its_receiver_take_several_addresses(
    pair: tuple[RunningBroker, RunningBroker], exercise: str
) -> None:
    """The public door: what a program gives to play, receive and control."""
    many = {role: f"{dead().shown},{pair[0].url_for(role)}" for role in ("player", "jpn")}
    async with (
        feed.receive("JPN", broker=many["jpn"], exercise=exercise) as stream,
        feed.play(
            "pattern-passed",
            broker=many["player"],
            exercise=exercise,
            rate="max",
            wait_for=["JPN"],
        ) as playing,
    ):
        got = [message.payload async for message in stream]
        assert await playing.finished()
        assert got == [message.payload for message in playing.messages("JPN")] != []
        assert playing.url("jpn").count(",") == 1
