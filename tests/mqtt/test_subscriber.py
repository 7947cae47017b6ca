"""Tests of ``feed.mqtt.subscriber``: nothing is acknowledged too early, and nothing is lost."""

import asyncio
import os
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

import feed
from feed.clock import SystemClock
from feed.errors import BrokerError
from feed.mqtt import retries, turns
from feed.mqtt.address import BrokerAddress
from feed.mqtt.publisher import Publisher
from feed.mqtt.subscriber import Arrival, Subscriber
from tests.brokers import HOST, EmbeddedLike, RunningBroker
from tests.mqtt import child
from tests.mqtt.peers import (
    CLOCK,
    LIMIT_S,
    Scripted,
    address_of,
    port_that,
    silent,
    slams,
    until,
)

REFUSES = pytest.mark.nats_server("mosquitto lets in whom it does not know")
pytestmark = pytest.mark.usefixtures("nothing_is_left")

ROOT = Path(feed.__file__).parents[1]


def subscriber(
    broker: RunningBroker | BrokerAddress, name: str, *filters: str, **options: Any
) -> Subscriber:
    """Return a subscriber to one exercise, unless other filters are named."""
    address = broker if isinstance(broker, BrokerAddress) else address_of(broker)
    wanted = filters or (f"exercise/v1/{name}/feed/jpn/#",)
    return Subscriber(
        address, f"feed-receiver-{name}-s", [(one, 1) for one in wanted], clock=CLOCK, **options
    )


@asynccontextmanager
async def session(broker: RunningBroker, name: str, **options: Any) -> AsyncIterator[Subscriber]:
    """Subscribe in a session that the broker keeps, with late acknowledgement, and forget it."""
    receiver = subscriber(broker, name, persistent=True, late=True, **options)
    async with receiver:
        yield receiver
    await receiver.forget()


@asynccontextmanager
async def sending(broker: RunningBroker, name: str) -> AsyncIterator[Callable[[int, int], Any]]:
    """Give a function that publishes numbered messages and waits until the broker has them."""
    async with Publisher(address_of(broker), f"feed-player-{name}-p", clock=CLOCK) as sender:

        async def send(first: int, end: int) -> None:
            for n in range(first, end):
                await sender.publish(f"exercise/v1/{name}/feed/jpn/track/a", str(n).encode())
            assert await sender.flushed(LIMIT_S)

        yield send


async def arrivals(receiver: Subscriber, last: int, *, safe: bool) -> list[Arrival]:
    """Return what arrives until a number has; acknowledge it all if it is safe."""
    got: list[Arrival] = []
    async with asyncio.timeout(LIMIT_S):
        while str(last).encode() not in [arrival.payload for arrival in got]:
            batch = await receiver.batch()
            if safe:
                receiver.acknowledge(batch)
            got += batch
    return got


def numbers(got: list[Arrival]) -> list[int]:
    """Return the numbers of messages, without those that came again."""
    return list(dict.fromkeys(int(arrival.payload) for arrival in got))


# -- receiving -------------------------------------------------------------------------------------


async def test_messages_come_in_order_in_large_batches(
    broker: RunningBroker, exercise: str
) -> None:
    """What arrived meanwhile comes in one batch, in the order in which it was sent."""
    async with subscriber(broker, exercise) as receiver, sending(broker, exercise) as send:
        await send(0, 500)
        batches: list[list[Arrival]] = []
        async with asyncio.timeout(LIMIT_S):
            while sum(map(len, batches)) < 500:
                batches.append(await receiver.batch(200))

    assert [int(a.payload) for batch in batches for a in batch] == list(range(500))
    assert max(map(len, batches)) <= 200
    assert len(batches) < 50


async def test_a_batch_is_drained_from_the_socket_in_one_go(
    exercise: str,
) -> None:
    """All that the socket holds comes in one batch, though aiomqtt reads one message a turn."""
    broker = Scripted()
    async with port_that(broker.talk) as address, subscriber(address, exercise) as receiver:
        broker.send(b"".join(broker.message(n, str(n).encode()) for n in range(1, 101)))
        async with asyncio.timeout(LIMIT_S):
            batch = await receiver.batch(80)
            rest = await receiver.batch()

    assert [int(arrival.payload) for arrival in batch] == list(range(1, 81))
    assert [int(arrival.payload) for arrival in rest] == list(range(81, 101))


async def test_an_arrival_says_where_it_comes_from(broker: RunningBroker, exercise: str) -> None:
    """Topic, payload, QoS and the retain flag are those that the broker delivered."""
    topic = f"exercise/v1/{exercise}/feed/jpn/alert/a"
    async with subscriber(broker, exercise) as receiver:
        assert await receiver.publish(topic, b"", qos=0)
        assert await receiver.publish(topic, b"x", retain=True)
        async with asyncio.timeout(LIMIT_S):
            got = await receiver.batch()
            while len(got) < 2:
                got += await receiver.batch()
        assert await receiver.publish(topic, b"", retain=True)

    assert [(a.topic, a.payload, a.retain, a.qos) for a in got] == [
        (topic, b"", False, 0),
        (topic, b"x", False, 1),
    ]


async def test_waking_ends_the_wait_for_a_batch(broker: RunningBroker, exercise: str) -> None:
    """A batch may be empty: somebody wanted whoever waits for it to look at something else."""
    async with subscriber(broker, exercise) as receiver:
        waiting = asyncio.create_task(receiver.batch())
        await until(lambda: not receiver._something.is_set())
        receiver.wake()
        assert await asyncio.wait_for(waiting, LIMIT_S) == []

        receiver.wake()
        assert await asyncio.wait_for(receiver.batch(), LIMIT_S) == []


async def test_a_hello_is_retained_and_a_will_follows_it(
    broker: RunningBroker, exercise: str
) -> None:
    """Presence is said once the subscriptions stand, and taken back by the broker at a death."""
    presence = f"exercise/v1/{exercise}/up/jpn/presence/s"
    async with (
        Subscriber(address_of(broker), f"feed-x-{exercise}", [(presence, 1)], clock=CLOCK) as ears,
        subscriber(broker, exercise, hello=(presence, b"on"), will=(presence, b"off")) as receiver,
    ):
        seen: list[bytes] = []

        async def sees(*words: bytes) -> None:
            async with asyncio.timeout(LIMIT_S):
                while seen != [*words]:
                    seen.extend(arrival.payload for arrival in await ears.batch())

        await sees(b"on")
        assert receiver._client is not None
        sock = receiver._client._client.socket()
        assert isinstance(sock, socket.socket)
        sock.shutdown(socket.SHUT_RDWR)
        await sees(b"on", b"off", b"on")
        await until(lambda: receiver.connected)
        assert await receiver.publish(presence, b"", retain=True)


# -- acknowledging ---------------------------------------------------------------------------------


async def test_what_was_not_acknowledged_comes_again(broker: RunningBroker, exercise: str) -> None:
    """In a session that the broker keeps, only what was called safe is not delivered again."""
    async with sending(broker, exercise) as send:
        async with subscriber(broker, exercise, persistent=True, late=True) as receiver:
            await send(0, 30)
            first = await arrivals(receiver, 29, safe=False)
            receiver.acknowledge(first[:10])
            # What is acknowledged behind them shows that the broker has heard.
            assert await receiver.publish(f"exercise/v1/{exercise}/other", b"")
        async with session(broker, exercise) as receiver:
            await send(30, 31)
            again: set[int] = set()
            async with asyncio.timeout(LIMIT_S):
                while len(again) < 21:
                    batch = await receiver.batch()
                    receiver.acknowledge(batch)
                    again |= set(numbers(batch))

    assert numbers(first) == list(range(30))
    assert again == set(range(10, 31))


async def test_what_is_published_while_a_receiver_is_away_waits_for_it(
    broker: RunningBroker, exercise: str
) -> None:
    """A session collects what comes while nobody is there, more than a broker sends at once."""
    async with sending(broker, exercise) as send:
        async with subscriber(broker, exercise, persistent=True, late=True):
            pass
        await send(0, 450)
        async with session(broker, exercise) as receiver:
            got = await arrivals(receiver, 449, safe=True)

    assert numbers(got) == list(range(450))


async def test_a_forgotten_session_collects_nothing(broker: RunningBroker, exercise: str) -> None:
    """After ``forget`` what was left, and what is published later, is not delivered."""
    async with sending(broker, exercise) as send:
        async with session(broker, exercise) as receiver:
            await send(0, 5)
        await send(5, 9)
        async with session(broker, exercise) as receiver:
            await send(9, 10)
            got = await arrivals(receiver, 9, safe=True)

    assert numbers(got) == [9]


async def test_a_clean_session_is_not_kept(broker: RunningBroker, exercise: str) -> None:
    """Who did not ask for a session has none, and has nothing to forget."""
    async with sending(broker, exercise) as send:
        receiver = subscriber(broker, exercise)
        async with receiver:
            pass
        await receiver.forget()
        await send(0, 1)
        async with receiver:
            await send(1, 2)
            assert numbers(await arrivals(receiver, 1, safe=False)) == [1]


async def test_an_arrival_of_an_earlier_connection_is_not_acknowledged_in_this_one(
    exercise: str,
) -> None:
    """The numbers of an old connection mean something else in a new one."""
    broker = Scripted()
    async with (
        port_that(broker.talk) as address,
        subscriber(address, exercise, persistent=True, late=True) as receiver,
    ):
        broker.send(broker.message(7, b"0"))
        old = await arrivals(receiver, 0, safe=False)
        broker.hang_up()
        await until(lambda: receiver.connections == 2 and receiver.connected)
        receiver.acknowledge(old)
        broker.send(broker.message(8, b"1"))
        new = await arrivals(receiver, 1, safe=True)
        await until(lambda: bool(broker.acknowledged))

    assert [arrival.connection for arrival in (*old, *new)] == [1, 2]
    assert broker.acknowledged == [8]


async def test_what_a_session_held_can_be_acknowledged_before_the_subscriptions_stand(
    exercise: str,
) -> None:
    """Brokers deliver what they kept as soon as they accept a connection; that counts already."""
    broker = Scripted(before_subscription=1)
    async with port_that(broker.talk) as address:
        receiver = subscriber(address, exercise, persistent=True, late=True)
        entering = asyncio.create_task(receiver.__aenter__())
        got = await arrivals(receiver, 1, safe=True)
        await until(lambda: bool(broker.acknowledged and broker.asked))
        broker.grant()
        await asyncio.wait_for(entering, LIMIT_S)
        await receiver.__aexit__(None, None, None)

    assert numbers(got) == [1]
    assert broker.acknowledged == [1]


class LateClock(SystemClock):
    """A clock on which time passes at one's word, and every wait is short."""

    ahead = 0.0

    def now(self) -> float:
        """Return the reading, and what has passed besides."""
        return super().now() + self.ahead

    async def sleep(self, seconds: float) -> None:
        """Wait for a moment."""
        await super().sleep(min(seconds, 0.02))


@pytest.mark.parametrize("refusals", [2, 4])
async def test_a_subscription_that_is_refused_after_long_is_asked_for_again(refusals: int) -> None:
    """A server that is busy is no reason to end, unless it stays so; nobody lacks a right."""
    broker, clock = Scripted(before_subscription=1), LateClock()
    async with port_that(broker.talk) as address:
        receiver = Subscriber(address, "feed-receiver-x-s", [("a/b", 1)], clock=clock)
        entering = asyncio.create_task(receiver.__aenter__())
        for number in range(min(refusals + 1, 4)):
            broker.granted = 128 if number < refusals else 1
            await until(lambda: bool(broker.asked))
            clock.ahead += 5
            answer, broker.asked = broker.asked, b""
            broker.send(answer)
        if refusals == 2:
            await asyncio.wait_for(entering, LIMIT_S)
            await receiver.__aexit__(None, None, None)
        else:
            with pytest.raises(BrokerError, match="it had no time for the subscription to a/b"):
                await asyncio.wait_for(entering, LIMIT_S)
    assert broker.connects == min(refusals + 1, 4)


@pytest.mark.slow
async def test_a_receiver_that_is_killed_before_it_acknowledged_gets_it_again(
    broker: RunningBroker, exercise: str
) -> None:
    """What a process had taken in when it was killed is delivered to the next one."""
    topic_filter = f"exercise/v1/{exercise}/feed/jpn/#"
    command = [
        sys.executable,
        child.__file__,
        broker.url_for("player"),
        f"feed-receiver-{exercise}-s",
        topic_filter,
    ]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as process:  # noqa: ASYNC220 - ended below
        assert process.stdout is not None
        lines = iter(process.stdout.readline, b"")
        async with asyncio.timeout(LIMIT_S), sending(broker, exercise) as send:
            assert await asyncio.to_thread(next, lines) == b"ready\n"
            await send(0, 50)
            got = [int(await asyncio.to_thread(next, lines)) for _ in range(50)]
        process.kill()
    async with session(broker, exercise) as receiver:
        again = await arrivals(receiver, 49, safe=True)

    assert got == list(range(50))
    assert numbers(again) == list(range(50))


# -- brokers that fail -----------------------------------------------------------------------------


async def test_a_broker_that_dies_and_comes_back_is_found_again(
    own_broker: RunningBroker, exercise: str
) -> None:
    """The connection and the subscriptions stand again by themselves, and arrivals say which."""
    async with session(own_broker, exercise) as receiver:
        async with sending(own_broker, exercise) as send:
            await send(0, 3)
            before = await arrivals(receiver, 2, safe=True)
        own_broker.kill()
        await until(lambda: not receiver.connected)
        assert not await receiver.publish(f"exercise/v1/{exercise}/feed/jpn/track/a", b"lost")
        receiver.acknowledge(before)  # harms nothing
        await asyncio.to_thread(own_broker.start)
        await until(lambda: receiver.connected)
        async with sending(own_broker, exercise) as send:
            await send(3, 6)
            after = await arrivals(receiver, 5, safe=True)

    assert numbers(before) == [0, 1, 2]
    assert numbers(after)[-3:] == [3, 4, 5]
    assert after[-1].connection > before[-1].connection


@pytest.mark.parametrize("name", ["nobody", pytest.param("nats", marks=REFUSES), "no such host"])
async def test_a_refused_connection_says_what_to_do(
    request: pytest.FixtureRequest, exercise: str, free_port: Callable[[], int], name: str
) -> None:
    """A port without a broker, and a wrong password, are told in one sentence."""
    words = "connection refused; start one with 'feed broker'"
    address = BrokerAddress(HOST, free_port())
    if name == "nats":
        broker: EmbeddedLike = request.getfixturevalue("embedded")
        address = BrokerAddress(HOST, broker.port, user="player", password="wrong")  # noqa: S106
        words = "not authorised; give a user"
    elif name == "no such host":
        address = BrokerAddress("host.invalid", 1883)
        words = "no such host; check the address"

    with pytest.raises(BrokerError, match=words) as refusal:
        await subscriber(address, exercise).__aenter__()

    assert "wrong" not in str(refusal.value)


async def test_a_port_that_never_answers_is_given_up(
    exercise: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Something that takes a connection and stays silent is no broker, and we say so in time."""
    monkeypatch.setattr(turns, "_PATIENCE_S", 0.2)

    async with port_that(silent) as address:
        with pytest.raises(BrokerError, match="no answer; check that an MQTT broker listens"):
            await subscriber(address, exercise).__aenter__()


async def test_a_port_that_hangs_up_is_no_broker(exercise: str) -> None:
    """Something that closes the connection before it answers is told at once."""
    async with port_that(slams) as address:
        with pytest.raises(BrokerError, match="the connection was lost; check that"):
            await subscriber(address, exercise).__aenter__()


@pytest.mark.nats_server("mosquitto refuses no subscription")
async def test_a_filter_that_is_not_granted_is_an_error(
    embedded: EmbeddedLike, exercise: str
) -> None:
    """A country that asks for another's feed is told which filter was refused."""
    address = address_of(embedded, "kor")
    filters = [f"exercise/v1/{exercise}/feed/{country}/#" for country in ("kor", "jpn")]

    with pytest.raises(BrokerError, match=r"refuses the subscription to .*/feed/jpn/#; connect"):
        await subscriber(address, exercise, *filters).__aenter__()


async def test_a_filter_that_is_refused_after_a_loss_ends_the_waiting(exercise: str) -> None:
    """Whoever waits for a batch hears that the broker no longer grants what it had granted."""
    broker = Scripted()
    async with port_that(broker.talk) as address, subscriber(address, exercise) as receiver:
        waiting = asyncio.create_task(receiver.batch())
        broker.granted = 128
        broker.hang_up()
        with pytest.raises(BrokerError, match="refuses the subscription"):
            await asyncio.wait_for(waiting, LIMIT_S)
        assert receiver.failed is not None


async def test_a_refusal_after_a_loss_ends_the_waiting(exercise: str) -> None:
    """Whoever waits for a batch hears that the broker no longer lets us in."""
    broker = Scripted()
    async with port_that(broker.talk) as address, subscriber(address, exercise) as receiver:
        waiting = asyncio.create_task(receiver.batch())
        broker.refusal = 4
        broker.hang_up()
        with pytest.raises(BrokerError, match="wrong user name or password"):
            await asyncio.wait_for(waiting, LIMIT_S)


async def test_a_broker_that_is_not_available_is_tried_again(exercise: str) -> None:
    """A refusal that may pass is waited out, once we have been connected."""
    broker = Scripted()
    async with port_that(broker.talk) as address, subscriber(address, exercise) as receiver:
        broker.refusal = 3
        broker.hang_up()
        await until(lambda: broker.connects > 3)
        broker.refusal = 0
        await until(lambda: receiver.connected)


async def test_a_filter_that_is_none_is_a_bug_that_shows(
    broker: RunningBroker, exercise: str
) -> None:
    """A mistake of ours ends the attempt with its own exception; nobody waits for ever."""
    with pytest.raises(ValueError, match="Invalid subscription filter"):
        await asyncio.wait_for(subscriber(broker, exercise, "a/#/b").__aenter__(), LIMIT_S)


@pytest.mark.slow
async def test_two_with_one_id_do_not_fight_for_ever(
    broker: RunningBroker, exercise: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of two receivers with one client id one gives up and says why; the other one goes on."""
    monkeypatch.setattr(retries, "_MOST_SHORT", 3)
    one, other = (subscriber(broker, exercise, persistent=True) for _ in range(2))
    async with one, other:
        await until(lambda: bool(one.failed or other.failed))
        loser, winner = (one, other) if one.failed else (other, one)
        with pytest.raises(BrokerError, match="as when two clients have one id"):
            await loser.batch()
        await until(lambda: winner.connected)
    await winner.forget()


# -- leaving ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("stage", ["open", "answer", "subscribe", "batch", "publish"])
async def test_an_interruption_leaves_nothing_behind(
    exercise: str, stage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever a subscriber waits for when it is cancelled, it ends and closes its connection."""
    broker = Scripted(before_subscription=1 if stage == "subscribe" else 0)
    reached = asyncio.Event()
    gone = asyncio.Event()

    async def use(address: BrokerAddress) -> None:
        async with subscriber(address, exercise) as receiver:
            reached.set()
            if stage == "publish":
                await receiver.publish("exercise/v1/x/clock", b"never acknowledged")
            await receiver.batch()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if stage == "answer":
            reached.set()
        await (silent if stage == "answer" else broker.talk)(reader, writer)
        gone.set()

    async with port_that(talk) as address:
        task = asyncio.create_task(use(address))
        if stage == "subscribe":
            await until(lambda: broker.connects == 1)
        elif stage == "open":
            await asyncio.to_thread(lambda: None)
        else:
            await asyncio.wait_for(reached.wait(), LIMIT_S)
        await asyncio.to_thread(lambda: None)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asyncio.wait_for(task, LIMIT_S)
        if stage != "open":
            await asyncio.wait_for(gone.wait(), LIMIT_S)


async def test_leaving_while_the_broker_is_away_takes_no_time(
    own_broker: RunningBroker, exercise: str
) -> None:
    """A subscriber that waits for a broker to come back can be left, and has nothing to forget."""
    receiver = subscriber(own_broker, exercise, persistent=True)
    async with receiver:
        own_broker.kill()
        await until(lambda: not receiver.connected)
    await receiver.forget()
