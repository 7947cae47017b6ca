"""Tests of ``feed.broker.roles``: the table, and a real server that keeps to it."""

import asyncio
import contextlib
import socket
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiomqtt
import pytest

from feed.broker.roles import OBSERVER, OPERATOR, PLAYER, SECRET, rights
from feed.mqtt.connection import connection, unless_lost
from tests.brokers import COUNTRIES, EmbeddedLike, RunningBroker, need

ROLES = (PLAYER, OPERATOR, OBSERVER, *COUNTRIES)
EVERYTHING = (
    "feed/kor/alert/e",
    "head/kor",
    "state/kor/alert/e",
    "state/kor/none",
    "geo/kor/e",
    "metrics/kor",
    "clock",
    "manifest",
    "control",
    "control/c",
    "up/kor/ack/c",
    "up/kor/history/c",
    "up/kor/presence/c",
    "player/presence",
    "operator/presence",
    "down/kor/c",
    "foreign/a/b",
)
OF_KOREA = {topic for topic in EVERYTHING if topic.split("/")[1:2] == ["kor"]}
OPEN = {"clock", "manifest"}
PRIVATE = {topic for topic in EVERYTHING if topic.split("/")[0] in {"control", "up", "down"}}
UP = {topic for topic in EVERYTHING if topic.startswith("up/")}

MAY_READ = {
    PLAYER: set(EVERYTHING),
    OPERATOR: set(EVERYTHING),
    OBSERVER: set(EVERYTHING) - PRIVATE,
    "kor": (OF_KOREA - UP) | OPEN,
    "jpn": OPEN,
    "usa": OPEN,
}
MAY_WRITE = {
    PLAYER: set(EVERYTHING) - {"control"},
    OPERATOR: {"control", "operator/presence"},
    OBSERVER: set[str](),
    "kor": UP,
    "jpn": set[str](),
    "usa": set[str](),
}
NOT_OURS = ("#", "+/#", "$MQTT/#", "$JS/#", "$SYS/#", "foreign/topic", "$MQTT/sub/#")


@asynccontextmanager
async def client(broker: RunningBroker, role: str, **options: Any) -> AsyncIterator[aiomqtt.Client]:
    """Connect in a role."""
    async with aiomqtt.Client(**broker.login(role), **options) as connected:
        yield connected


async def collect(listener: aiomqtt.Client, *, lasts: int = 1) -> list[tuple[str, bytes]]:
    """Return what arrives before so many last messages have."""
    got = []
    async with asyncio.timeout(20):
        async for message in listener.messages:
            assert isinstance(message.payload, bytes)
            if message.payload == b"last":
                lasts -= 1
                if lasts == 0:
                    break
            else:
                got.append((message.topic.value, message.payload))
    return got


async def arrived(listener: aiomqtt.Client, expected: set[bytes]) -> set[bytes]:
    """Return what arrives until all that is expected has.

    Not in order: what the server sent to a connection while it closed comes again a second later.
    """
    got: set[bytes] = set()
    async with asyncio.timeout(20):
        async for message in listener.messages:
            assert isinstance(message.payload, bytes)
            got.add(message.payload)
            if got >= expected:
                break
    return got


def granted(codes: Any) -> list[bool]:
    """Tell which of the filters of a subscription were granted."""
    return [not code.is_failure for code in codes]


def test_a_country_is_data() -> None:
    """A country that nobody thought of gets the rights of every other country."""
    found = rights(["nor", "swe"])

    assert set(found) == {PLAYER, OPERATOR, OBSERVER, "nor", "swe"}
    assert [right.replace("nor", "swe") for right in found["nor"].read] == [*found["swe"].read]


def test_no_right_is_wider_than_exercises() -> None:
    """No right reaches beyond the exercises, to the server's own subjects least of all."""
    for allowed in rights(COUNTRIES).values():
        assert all(right.startswith("exercise/") for right in allowed.read + allowed.write)


@pytest.mark.nats_server("mosquitto refuses no subscription")
@pytest.mark.parametrize("role", ROLES)
async def test_a_role_subscribes_to_what_it_may_read(
    embedded: EmbeddedLike, exercise: str, role: str
) -> None:
    """Each topic of the contract is granted to the roles that may read it, and to no other."""
    async with client(embedded, role) as listener:
        allowed = {
            topic
            for topic in EVERYTHING
            if granted(await listener.subscribe(f"exercise/v1/{exercise}/{topic}", qos=1))[0]
        }

    assert allowed == MAY_READ[role]


@pytest.mark.nats_server("mosquitto refuses no subscription")
@pytest.mark.parametrize("role", ROLES)
async def test_nobody_leaves_the_exercises(embedded: EmbeddedLike, role: str) -> None:
    """A filter that is wider than the exercises, or beside them, is refused to every role."""
    async with client(embedded, role) as listener:
        for topic_filter in NOT_OURS:
            assert granted(await listener.subscribe(topic_filter, qos=1)) == [False]


@pytest.mark.parametrize("role", ROLES)
async def test_a_role_writes_what_it_may_write(
    broker: RunningBroker, exercise: str, role: str
) -> None:
    """What a role must not write is acknowledged by the server and reaches nobody."""
    top = f"exercise/v1/{exercise}"
    async with client(broker, OPERATOR) as listener, client(broker, PLAYER) as player:
        await listener.subscribe(f"{top}/#", qos=1)
        for topic in EVERYTHING:
            # mosquitto hangs up on who publishes where it may not.
            with contextlib.suppress(aiomqtt.MqttError):
                async with connection(aiomqtt.Client(**broker.login(role), timeout=5)) as writer:
                    await unless_lost(writer, writer.publish(f"{top}/{topic}", role, qos=1))
        await player.publish(f"{top}/clock", "last", qos=1)
        got = {topic.removeprefix(f"{top}/") for topic, _ in await collect(listener)}

    kept = {"control"} if role == PLAYER and broker.name != EmbeddedLike.name else set[str]()
    assert got == MAY_WRITE[role] | kept, "mosquitto cannot withhold writing from who reads"


@pytest.mark.parametrize("qos", [0, 1])
@pytest.mark.parametrize("wide", ["exercise/#", "exercise/v1/{}/#", "exercise/+/{}/+/+/#"])
async def test_a_wide_filter_of_an_observer_tells_no_secret(
    broker: RunningBroker, exercise: str, wide: str, qos: int
) -> None:
    """What an observer must not read is left out, whether live, retained or kept while away."""
    top = f"exercise/v1/{exercise}"
    name = f"feed-observer-{exercise}"
    async with client(broker, PLAYER) as player, client(broker, OPERATOR) as operator:

        async def speak(retain: bool) -> None:
            await operator.publish(f"{top}/control", "secret", qos=1)
            for topic in sorted(PRIVATE - {"control"}):
                await player.publish(f"{top}/{topic}", "secret", qos=1, retain=retain)
            await player.publish(f"{top}/player/presence", "open", qos=1, retain=False)
            await player.publish(f"{top}/player/presence", "last", qos=1, retain=False)

        await speak(retain=True)
        session = {"identifier": name, "clean_session": False}
        async with client(broker, OBSERVER, **session) as observer:
            assert granted(await observer.subscribe(wide.format(exercise), qos=qos)) == [True]
            await speak(retain=False)
            live = await collect(observer)
        await speak(retain=False)
        async with client(broker, OBSERVER, **session) as observer:
            await speak(retain=False)
            # With QoS 1 what was said while away comes too.
            back = await collect(observer, lasts=1 + qos)
        async with client(broker, OBSERVER, identifier=name, clean_session=True):
            pass  # The session is over.
        for topic in sorted(PRIVATE - {"control"}):
            await player.publish(f"{top}/{topic}", None, qos=1, retain=True)

    assert {payload for topic, payload in live + back if topic.startswith(top)} == {b"open"}


@pytest.mark.parametrize("role", ROLES)
async def test_every_role_has_a_persistent_session(
    broker: RunningBroker, exercise: str, role: str
) -> None:
    """What is published while a client of any role is away waits for it."""
    topic = f"exercise/v1/{exercise}/clock"
    session = {"identifier": f"feed-{role}-{exercise}-main", "clean_session": False}
    async with client(broker, role, **session) as listener:
        await listener.subscribe(topic, qos=1)
    async with client(broker, PLAYER) as player:
        for number in range(20):
            await player.publish(topic, str(number), qos=1)
    expected = {str(number).encode() for number in range(20)}
    async with client(broker, role, **session) as listener:
        got = await arrived(listener, expected)

    assert got == expected


async def test_a_session_is_of_no_use_to_another_country(
    broker: RunningBroker, exercise: str
) -> None:
    """Who takes another country's client id gets nothing of what waits, and takes nothing away."""
    feed = f"exercise/v1/{exercise}/feed/kor/alert/e"
    clock = f"exercise/v1/{exercise}/clock"
    session = {"identifier": f"feed-kor-{exercise}-main", "clean_session": False}
    async with client(broker, PLAYER) as player:
        async with client(broker, "kor", **session) as owner:
            await owner.subscribe(feed, qos=1)
        await player.publish(feed, "while away", qos=1)
        async with client(broker, "jpn", **session) as thief:
            await thief.subscribe(clock, qos=1)
            await player.publish(feed, "while taken", qos=1)
            await player.publish(clock, "last", qos=1)
            stolen = await collect(thief)
        assert stolen == []
        if broker.name != EmbeddedLike.name:
            return  # of what waits mosquitto drops what the thief may not read
        expected = {b"while away", b"while taken"}
        async with client(broker, "kor", **session) as owner:
            got = await arrived(owner, expected)

    assert got == expected


@pytest.mark.parametrize("role", ROLES)
async def test_every_role_gets_what_is_retained(
    broker: RunningBroker, exercise: str, role: str
) -> None:
    """A late joiner of any role gets the last retained message, and none after it was cleared."""
    topic = f"exercise/v1/{exercise}/manifest"
    async with client(broker, PLAYER) as player:
        await player.publish(topic, "old", qos=1, retain=True)
        await player.publish(topic, "now", qos=1, retain=True)
        async with client(broker, role) as listener:
            await listener.subscribe(topic, qos=1)
            async with asyncio.timeout(20):
                first = await anext(aiter(listener.messages))
        await player.publish(topic, None, qos=1, retain=True)
        async with client(broker, role) as listener:
            await listener.subscribe(topic, qos=1)
            await player.publish(topic, "last", qos=1)
            later = await collect(listener)

    assert (first.payload, first.retain, later) == (b"now", True, [])


async def test_the_will_of_a_country_is_executed(broker: RunningBroker, exercise: str) -> None:
    """A receiver that is killed is offline for the player, who hears its retained will."""
    feed = f"exercise/v1/{exercise}/feed/kor/alert/e"
    presence = f"exercise/v1/{exercise}/up/kor/presence/main"
    async with client(broker, PLAYER) as player:
        await player.subscribe(presence, qos=1)
        await player.publish(feed, "hello", qos=1, retain=True)
        receiver = await asyncio.create_subprocess_exec(
            need("mosquitto_sub"),
            *broker.mosquitto_options("kor"),
            *("-t", feed, "-q", "1"),
            *("--will-topic", presence, "--will-payload", "offline"),
            *("--will-qos", "1", "--will-retain"),
            stdout=asyncio.subprocess.PIPE,
        )
        try:
            assert receiver.stdout is not None
            assert await receiver.stdout.readline() == b"hello\n"
        finally:
            receiver.kill()
            await receiver.wait()
        async with asyncio.timeout(20):
            will = await anext(aiter(player.messages))
        for topic in (feed, presence):
            await player.publish(topic, None, qos=1, retain=True)

    assert (will.topic.value, will.payload) == (presence, b"offline")


async def test_a_will_is_executed_by_the_rights_of_who_leaves_it(
    broker: RunningBroker, exercise: str
) -> None:
    """One that is forged reaches nobody, neither live nor retained, whether refused or not."""
    top = f"exercise/v1/{exercise}"
    own = f"{top}/up/jpn/presence/a"
    forged = ["clock", "manifest", "head/kor", "feed/kor/alert/e", "up/kor/presence/a", "control"]
    async with client(broker, PLAYER) as player:
        await player.subscribe(f"{top}/#", qos=1)
        for topic in (*(f"{top}/{level}" for level in forged), own):
            # A connection that breaks off; a server may not even let in who leaves such a will.
            with contextlib.suppress(aiomqtt.MqttError):
                will = aiomqtt.Will(topic, b"will", qos=1, retain=True)
                options = {**broker.login("jpn"), "timeout": 5}
                async with connection(aiomqtt.Client(**options, will=will)) as dying:
                    sock: Any = dying._client.socket()
                    sock.shutdown(socket.SHUT_RDWR)
                    await anext(aiter(dying.messages))
        got = []
        async with asyncio.timeout(20):
            async for message in player.messages:
                got.append(message.topic.value)
                if message.topic.value == own:
                    break
        async with client(broker, PLAYER) as late:
            await late.subscribe(f"{top}/#", qos=1)
            await player.publish(f"{top}/clock", b"last", qos=1)
            stands = [topic for topic, _ in await collect(late)]
        await player.publish(own, None, qos=1, retain=True)

    assert got == stands == [own]


@pytest.mark.parametrize("empty_password", [[], ["-P", ""]], ids=["none", "empty"])
def test_a_country_needs_its_name_alone(
    broker: RunningBroker, exercise: str, empty_password: list[str]
) -> None:
    """``mosquitto_sub -u kor`` is let in and gets its feed, with an empty password or none."""
    topic = f"exercise/v1/{exercise}/feed/kor/alert/e"
    publish = [need("mosquitto_pub"), *broker.mosquitto_options(PLAYER), "-t", topic, "-q", "1"]
    subscribe = [need("mosquitto_sub"), *broker.mosquitto_options("kor"), *empty_password]
    subprocess.run([*publish, "-m", "hello", "-r"], check=True, timeout=20)
    got = subprocess.run(
        [*subscribe, "-t", f"exercise/v1/{exercise}/feed/kor/#", "-q", "1", "-C", "1", "-v"],
        check=True,
        capture_output=True,
        text=True,
        timeout=20,
    )
    subprocess.run([*publish, "-n", "-r"], check=True, timeout=20)

    assert got.stdout == f"{topic} hello\n"


@pytest.mark.nats_server("mosquitto refuses no subscription")
@pytest.mark.parametrize(
    ("role", "topic_filter"),
    [("kor", "exercise/v1/+/feed/jpn/#"), ("kor", "exercise/#"), (OBSERVER, "#")],
)
def test_mosquitto_sub_is_told_that_it_may_not(
    embedded: EmbeddedLike, role: str, topic_filter: str
) -> None:
    """A subscription that is refused ends ``mosquitto_sub`` with a sentence."""
    done = subprocess.run(
        [need("mosquitto_sub"), *embedded.mosquitto_options(role), "-t", topic_filter, "-q", "1"],
        check=False,
        capture_output=True,
        text=True,
        timeout=20,
    )

    assert "denied" in done.stderr


@pytest.mark.parametrize(
    ("user", "password"),
    [
        *((role, password) for role in SECRET for password in (None, "", "guess")),
        ("kor", "guess"),
        ("nobody", None),
        ("nobody", ""),
        ("", None),
    ],
)
@pytest.mark.nats_server("mosquitto lets in whom it does not know, and grants it nothing")
async def test_strangers_are_refused(
    embedded: EmbeddedLike, user: str | None, password: str | None
) -> None:
    """A wrong password, a missing one and an unknown name are refused."""
    with pytest.raises(aiomqtt.MqttError):
        async with aiomqtt.Client(
            embedded.host, embedded.port, username=user, password=password, timeout=5
        ):
            pass
