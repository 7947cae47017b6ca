"""Tests of ``feed.mqtt.publisher``: what is published arrives, whatever happens to the broker."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from typing import Any

import aiomqtt
import pytest
from aiomqtt import ProtocolVersion
from structlog.testing import capture_logs

from feed.errors import BrokerError
from feed.mqtt import publisher as module
from feed.mqtt import retries, turns
from feed.mqtt.address import BrokerAddress
from feed.mqtt.properties import Properties
from feed.mqtt.publisher import AT_MOST_ONCE, Publisher
from feed.mqtt.subscriber import Arrival, Subscriber
from tests.brokers import HOST, EmbeddedLike, EmbeddedMosquitto, RunningBroker, free_port
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
from tests.proxy import proxy

REFUSES = pytest.mark.nats_server("mosquitto lets in whom it does not know")
pytestmark = pytest.mark.usefixtures("nothing_is_left")


def publisher(broker: RunningBroker | BrokerAddress, name: str, **options: Any) -> Publisher:
    """Return a publisher of one exercise."""
    address = broker if isinstance(broker, BrokerAddress) else address_of(broker)
    return Publisher(address, f"feed-player-{name}-p", clock=CLOCK, **options)


@asynccontextmanager
async def listening(broker: RunningBroker, name: str) -> AsyncIterator[Subscriber]:
    """Listen to an exercise in a session that the broker keeps."""
    listener = Subscriber(
        address_of(broker),
        f"feed-player-{name}-l",
        [(f"exercise/v1/{name}/#", 1)],
        clock=CLOCK,
        persistent=True,
    )
    async with listener:
        yield listener
    if broker.alive:
        await listener.forget()


def topic(name: str, rest: str = "feed/jpn/track/a") -> str:
    """Return a topic of an exercise."""
    return f"exercise/v1/{name}/{rest}"


def number(n: int) -> bytes:
    """Return a payload by which a message is known again."""
    return str(n).encode()


async def heard(listener: Subscriber, last: int) -> list[int]:
    """Return the numbers that arrive until the last one has."""
    got: list[int] = []
    async with asyncio.timeout(LIMIT_S):
        while last not in got:
            got += [int(arrival.payload) for arrival in await listener.batch()]
    return got


def in_order(numbers: list[int]) -> list[int]:
    """Return numbers without those that came again."""
    return list(dict.fromkeys(numbers))


async def test_everything_arrives_once_and_in_order(broker: RunningBroker, exercise: str) -> None:
    """Many messages in flight at once keep their order, and their tags come back in it."""
    tags: list[object] = []
    async with (
        listening(broker, exercise) as listener,
        publisher(broker, exercise) as sender,
    ):
        sender.on_acknowledged = tags.extend
        for n in range(1000):
            await push(sender, exercise, n)
        assert await sender.flushed(LIMIT_S)

        assert await heard(listener, 999) == list(range(1000))
    assert sorted(map(str, tags)) == sorted(map(str, range(1000)))
    assert sender.lost == 0


async def test_what_the_library_sends_itself_takes_no_number_of_another(
    broker: RunningBroker, exercise: str
) -> None:
    """Every tag comes back, with what is retained published in between."""
    tags: list[object] = []
    async with publisher(broker, exercise, window=50) as sender:
        sender.on_acknowledged = tags.extend
        for n in range(100):
            await push(sender, exercise, n)
            await sender.publish(topic(exercise, "clock"), number(n))
        assert await sender.flushed(LIMIT_S)
    assert sorted(map(str, tags)) == sorted(map(str, range(100)))


async def test_the_window_is_kept(broker: RunningBroker, exercise: str) -> None:
    """No more messages are on their way than the window has room for; then publishing waits."""
    most = 0
    async with publisher(broker, exercise, window=7) as sender:
        for n in range(200):
            await sender.publish(topic(exercise), number(n))
            most = max(most, sender.in_flight)
        assert await sender.flushed(LIMIT_S)
    assert most == 7


async def test_unacknowledged_and_retained_messages_go_out_as_asked(
    broker: RunningBroker, exercise: str
) -> None:
    """QoS 0 takes no room in the window; what is retained is there for who comes later."""
    stands = topic(exercise, "geo/jpn/a")
    async with publisher(broker, exercise, window=1) as sender:
        for n in range(20):
            await sender.publish(stands, number(n), qos=AT_MOST_ONCE, retain=True)
        assert sender.in_flight == 0
        await sender.publish(topic(exercise, "clock"), b"20", retain=True)
        assert await sender.flushed(LIMIT_S)
        async with listening(broker, exercise) as listener:
            arrivals: list[Arrival] = []
            async with asyncio.timeout(LIMIT_S):
                while len(arrivals) < 2:
                    arrivals += await listener.batch()
        for each in (stands, topic(exercise, "clock")):
            await sender.publish(each, b"", retain=True)
        assert await sender.flushed(LIMIT_S)

    assert {arrival.payload for arrival in arrivals} == {b"19", b"20"}
    assert all(arrival.retain for arrival in arrivals)


async def test_nothing_is_lost_when_the_broker_dies_and_comes_back(
    own_broker: RunningBroker, exercise: str
) -> None:
    """A broker that is killed with messages in flight gets them again, in order, after it is back.

    The embedded broker comes back with its sessions, mosquitto without any.
    """
    changes: list[bool] = []
    tags: list[object] = []
    async with (
        listening(own_broker, exercise) as listener,
        publisher(own_broker, exercise, window=50) as sender,
    ):
        sender.on_acknowledged = tags.extend
        sender.on_change = lambda: changes.append(sender.connected)
        for n in range(100):
            await push(sender, exercise, n)
        async with asyncio.timeout(LIMIT_S):
            first = [int(arrival.payload) for arrival in await listener.batch()]
        assert await sender.flushed(LIMIT_S)
        # What is not running acknowledges nothing: the window fills and stays full.
        os.kill(own_broker.pid, signal.SIGSTOP)
        waiting = asyncio.create_task(flood(sender, exercise, 100, 400))
        await until(lambda: sender.in_flight == 50)
        own_broker.kill()
        await until(lambda: not sender.connected)
        assert sender.in_flight == 50
        assert not waiting.done()
        await asyncio.to_thread(own_broker.start)
        await until(lambda: sender.connected and listener.connected and listener.connections > 1)
        async with asyncio.timeout(LIMIT_S):
            await waiting
        await flood(sender, exercise, 400, 450)
        assert await sender.flushed(LIMIT_S)
        got = first + await heard(listener, 449)

    assert sender.lost == 1
    assert changes[:2] == [False, True]
    assert set(map(str, tags)) == set(map(str, range(450)))
    if own_broker.name == EmbeddedLike.name:
        # Mosquitto forgot the listener too, which misses what was sent before it came back.
        assert sorted(set(got)) == list(range(450))
    assert in_order(got)[-50:] == list(range(400, 450))


async def push(sender: Publisher, exercise: str, n: int) -> None:
    """Send a numbered message with its number as tag, once there is room."""
    if not sender.room:
        await until(lambda: sender.room > 0)
    sender.send([(topic(exercise), number(n), n)])


async def flood(sender: Publisher, exercise: str, first: int, end: int) -> None:
    """Publish numbered messages."""
    for n in range(first, end):
        await push(sender, exercise, n)


async def test_what_a_broker_forgot_is_sent_again_before_anything_new(exercise: str) -> None:
    """After a loss the order is: what was not acknowledged, then what is published since.

    Also for a publisher that is not waiting but comes along at that very moment.
    """
    broker = Scripted()
    async with port_that(broker.talk) as address, publisher(address, exercise) as sender:
        for n in range(3):
            await sender.publish(topic(exercise), number(n))
        await until(lambda: len(broker.published) == 3)
        sender.on_change = lambda: (
            late.append(asyncio.ensure_future(sender.publish(topic(exercise), b"3")))
            if sender.connected
            else None
        )
        late: list[asyncio.Future[None]] = []
        for present in (True, False):
            broker.published.clear()
            late.clear()
            broker.session_present = present
            broker.hang_up()
            await until(lambda: bool(late) and all(one.done() for one in late))
            expected = [0, 1, 2, 3] if present else [0, 1, 2, 3, 3]
            await until(lambda: len(broker.published) >= len(expected))  # noqa: B023 - called here
            assert [int(payload) for payload, _ in broker.published] == expected
            assert {flag for payload, flag in broker.published[:3]} == {present}
        broker.acknowledge_all()
        assert await sender.flushed(LIMIT_S)
    assert sender.forgotten == 1
    assert sender.lost == 2


async def test_a_will_tells_of_a_death_but_not_of_a_farewell(
    broker: RunningBroker, exercise: str
) -> None:
    """The last will is published when a publisher is gone without a word, and only then."""
    presence = topic(exercise, "player/presence")
    will = (presence, b"2")
    async with listening(broker, exercise) as listener:
        async with publisher(broker, exercise, will=will) as sender:
            await sender.publish(presence, b"0", retain=True)
            assert await sender.flushed(LIMIT_S)
        async with publisher(broker, exercise, will=will) as sender:
            await sender.publish(presence, b"1", retain=True)
            assert await sender.flushed(LIMIT_S)
            sender._client._connection._transport.abort()
            assert await heard(listener, 2) == [0, 1, 2]
            await until(lambda: sender.connected)
            await sender.publish(presence, b"", retain=True)
            assert await sender.flushed(LIMIT_S)


@pytest.mark.parametrize("name", ["nobody", pytest.param("nats", marks=REFUSES)])
async def test_a_refused_connection_says_what_to_do(
    request: pytest.FixtureRequest, exercise: str, free_port: Callable[[], int], name: str
) -> None:
    """A port without a broker, and a wrong password, are told in one sentence; nothing is left."""
    if name == "nobody":
        address, words = BrokerAddress(HOST, free_port()), "connection refused; start one with"
    else:
        broker: EmbeddedLike = request.getfixturevalue("embedded")
        address = BrokerAddress(HOST, broker.port, user="player", password="wrong")  # noqa: S106
        words = "not authorised; give a user"

    with pytest.raises(BrokerError, match=words) as refusal:
        async with publisher(address, exercise):
            pytest.fail("connected")

    assert "wrong" not in str(refusal.value)


async def test_a_port_that_never_answers_is_given_up(
    exercise: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Something that takes a connection and stays silent is no broker, and we say so in time."""
    monkeypatch.setattr(turns, "_PATIENCE_S", 0.2)

    async with port_that(silent) as address:
        with pytest.raises(BrokerError, match="no answer; check that an MQTT broker listens"):
            async with publisher(address, exercise):
                pytest.fail("connected")


async def test_a_port_that_hangs_up_is_no_broker(exercise: str) -> None:
    """Something that closes the connection before it answers is told at once."""
    async with port_that(slams) as address:
        with pytest.raises(BrokerError, match="the connection was lost; check"):
            async with publisher(address, exercise):
                pytest.fail("connected")


async def test_a_broker_that_comes_back_silent_is_tried_again(
    exercise: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A connection that is not answered after a loss is given up, and another is made."""
    monkeypatch.setattr(turns, "_PATIENCE_S", 0.2)
    broker = Scripted()
    talks = [broker.talk, silent, slams, broker.talk]

    async def in_turn(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await talks.pop(0)(reader, writer)

    async with port_that(in_turn) as address, publisher(address, exercise) as sender:
        await sender.publish(topic(exercise), b"0")
        await until(lambda: len(broker.published) == 1)
        broker.hang_up()
        await until(lambda: not sender.connected)
        async with asyncio.timeout(LIMIT_S):
            await sender.publish(topic(exercise), b"1")
        await until(lambda: len(broker.published) == 3)
        broker.acknowledge_all()
        assert await sender.flushed(LIMIT_S)

    assert [payload for payload, _ in broker.published] == [b"0", b"0", b"1"]
    assert not talks


async def test_a_refusal_after_a_loss_ends_the_waiting(exercise: str) -> None:
    """A broker that comes back and no longer lets us in is an error for whoever publishes."""
    broker = Scripted()
    async with port_that(broker.talk) as address, publisher(address, exercise) as sender:
        await sender.publish(topic(exercise), b"0")
        await until(lambda: len(broker.published) == 1)
        broker.refusal = 5
        broker.hang_up()
        await until(lambda: not sender.connected)
        for waiting in (sender.publish(topic(exercise), b"1"), sender.flushed()):
            with pytest.raises(BrokerError, match="not authorised"):
                async with asyncio.timeout(LIMIT_S):
                    await waiting
        assert broker.connects == 2


@pytest.mark.slow
async def test_two_with_one_id_do_not_fight_for_ever(
    broker: RunningBroker, exercise: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of two publishers with one client id one gives up and says why; the other one goes on."""
    # The embedded broker makes whoever comes back too soon wait for a second or more.
    monkeypatch.setattr(retries, "_MOST_SHORT", 3)
    with capture_logs() as lines:
        async with publisher(broker, exercise) as one, publisher(broker, exercise) as other:
            await until(lambda: bool(one.failed or other.failed))
            loser, winner = (one, other) if one.failed else (other, one)
            with pytest.raises(BrokerError, match="as when two clients have one id; stop the"):
                await loser.publish(topic(exercise), b"0")
            async with asyncio.timeout(LIMIT_S):
                await winner.publish(topic(exercise), b"1")
                assert await winner.flushed()
    lost = [line for line in lines if line["event"] == "connection lost"]
    assert {line["times"] for line in lost} >= {1, 2}


async def test_what_cannot_be_delivered_is_not_waited_for_beyond_a_limit(exercise: str) -> None:
    """Flushing says that something is left when its time is up."""
    broker = Scripted()
    async with port_that(broker.talk) as address, publisher(address, exercise) as sender:
        await sender.publish(topic(exercise), b"0")
        assert not await sender.flushed(0.05)
        assert sender.in_flight == 1
    assert broker.disconnects == 1


@pytest.mark.parametrize("what", ["connect", "publish", "flushed"])
async def test_an_interruption_leaves_nothing_behind(
    exercise: str, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever a publisher is waiting for when it is cancelled, it ends and closes everything."""
    reached = asyncio.Event()
    broker = Scripted()

    async def use(address: BrokerAddress) -> None:
        async with publisher(address, exercise, window=1) as sender:
            await sender.publish(topic(exercise), b"0")
            reached.set()
            if what == "publish":
                await sender.publish(topic(exercise), b"1")
            await sender.flushed()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if what == "connect":
            reached.set()
            await silent(reader, writer)
        await broker.talk(reader, writer)

    async with port_that(talk) as address:
        task = asyncio.create_task(use(address))
        await asyncio.wait_for(reached.wait(), LIMIT_S)
        await asyncio.to_thread(lambda: None)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asyncio.wait_for(task, LIMIT_S)


async def test_an_interruption_while_the_broker_is_away_leaves_nothing_behind(
    own_broker: RunningBroker, exercise: str
) -> None:
    """A publisher that waits for a broker to come back can be left at any time."""
    async with publisher(own_broker, exercise) as sender:
        own_broker.kill()
        await until(lambda: not sender.connected)
        waiting = asyncio.create_task(sender.publish(topic(exercise), b"0"))
        await asyncio.to_thread(lambda: None)
        waiting.cancel()
        await asyncio.wait({waiting}, timeout=LIMIT_S)
    assert waiting.cancelled()


async def test_a_broker_that_stands_still_is_left_alone(
    own_broker: RunningBroker, exercise: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Leaving does not wait for a broker that reads nothing, however much is on its way to it."""
    monkeypatch.setattr(module, "_FAREWELL_S", 0.1)
    # One that speaks MQTT 5 would not let so much be on its way.
    address = replace(address_of(own_broker), before_5=True)
    sender = publisher(address, exercise, window=3000)
    async with sender:
        os.kill(own_broker.pid, signal.SIGSTOP)
        for _ in range(2500):
            await sender.publish(topic(exercise), bytes(8000))
    assert sender.in_flight > 2000
    os.kill(own_broker.pid, signal.SIGCONT)


async def test_a_broker_that_speaks_5_is_told_what_a_message_is(
    shared: Callable[[str], RunningBroker], exercise: str
) -> None:
    """By both ways of publishing; one that speaks 3.1.1 gets the payload alone."""
    told = Properties(user=(("status", "Exercise"),), content_type="text/plain")
    for kind, five in ((EmbeddedMosquitto.name, True), (EmbeddedLike.name, False)):
        broker = shared(kind)
        listener = aiomqtt.Client(
            **broker.login("player"), protocol=ProtocolVersion.V5 if five else ProtocolVersion.V311
        )
        async with listener, publisher(broker, exercise) as sender:
            sender.describe = lambda _topic, payload: told if payload != b"1" else None
            await listener.subscribe(topic(exercise, "#"), qos=1)
            assert sender.five == five
            sender.send([(topic(exercise), number(1), None)])
            sender.send([(topic(exercise), number(2), None)])
            await sender.publish(topic(exercise), number(3), expiry_s=70)
            got = aiter(listener.messages)
            async with asyncio.timeout(LIMIT_S):
                messages = [await anext(got) for _ in range(3)]
            assert await sender.flushed(LIMIT_S)
            assert not sender.in_flight
        assert [message.payload for message in messages] == [b"1", b"2", b"3"]

        def said(name: str, messages: list[aiomqtt.Message] = messages) -> list[Any]:
            return [getattr(message.properties, name, None) for message in messages]

        some = "text/plain" if five else None
        assert said("ContentType") == [None, some, some]
        assert said("MessageExpiryInterval") == [None, None, 70 if five else None]
        assert said("UserProperty")[1] == ([("status", "Exercise")] if five else None)


async def test_a_message_that_a_broker_of_5_does_not_take_is_said(
    shared: Callable[[str], RunningBroker], exercise: str
) -> None:
    """It acknowledges with a reason, where one of 3.1.1 can only hang up."""
    broker = shared(EmbeddedMosquitto.name)
    address = replace(address_of(broker), user="jpn", password=None)
    async with publisher(address, exercise) as sender:
        sender.send([(topic(exercise), number(1), None)])
        with pytest.raises(BrokerError, match="does not take a message: its user may not write"):
            await sender.flushed(LIMIT_S)


async def test_what_waits_goes_to_a_broker_of_another_version(
    shared: Callable[[str], RunningBroker], exercise: str
) -> None:
    """From MQTT 5 to 3.1.1 and back: what was not acknowledged arrives, in order."""
    new, old = shared(EmbeddedMosquitto.name), shared(EmbeddedLike.name)
    for first, second in ((new, old), (old, new)):
        async with AsyncExitStack() as stack:
            one = await stack.enter_async_context(proxy(first.port))
            address = replace(address_of(first), port=one.port, others=(address_of(second),))
            listener = await stack.enter_async_context(listening(second, exercise))
            sender = await stack.enter_async_context(publisher(address, exercise))
            sender.describe = lambda _topic, _payload: Properties(content_type="text/plain")
            one.stall()
            for n in (1, 2, 3):
                sender.send([(topic(exercise), number(n), None)])
            one.target = free_port()
            one.cut()
            assert await heard(listener, 3) == [1, 2, 3]
            assert await sender.flushed(LIMIT_S)
            assert sender.five == (second is new)
