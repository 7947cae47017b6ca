"""Tests of ``tests.brokers``: the brokers that other tests rely on."""

import re
import subprocess
from typing import Any

import aiomqtt

from tests.brokers import RunningBroker, need


async def test_a_broker_can_be_killed_and_brought_back(own_broker: RunningBroker) -> None:
    """After ``kill -9`` a broker is dead until it is restarted, and then answers on its port."""
    port, first = own_broker.port, own_broker.pid

    own_broker.kill()
    assert not own_broker.alive
    own_broker.restart()

    assert (own_broker.port, own_broker.alive) == (port, True)
    assert own_broker.pid != first
    async with aiomqtt.Client(**own_broker.login("kor")):
        pass


async def test_a_broker_that_is_restarted_keeps_its_sessions(
    own_broker: RunningBroker, exercise: str
) -> None:
    """What waits for a client survives a restart that is not a kill."""
    topic = f"exercise/v1/{exercise}/feed/kor/alert/e"
    session: dict[str, Any] = {"identifier": f"feed-kor-{exercise}-main", "clean_session": False}
    async with aiomqtt.Client(**own_broker.login("kor"), **session) as receiver:
        await receiver.subscribe(topic, qos=1)
    async with aiomqtt.Client(**own_broker.login("player")) as player:
        await player.publish(topic, "kept", qos=1)

    own_broker.restart()

    async with aiomqtt.Client(**own_broker.login("kor"), **session) as receiver:
        message = await anext(aiter(receiver.messages))
    assert message.payload == b"kept"


def test_other_people_s_clients_can_connect(broker: RunningBroker, exercise: str) -> None:
    """The options for mosquitto's clients let each role in."""
    topic = f"exercise/v1/{exercise}/player/presence"
    command = [need("mosquitto_pub"), *broker.mosquitto_options("player"), "-t", topic]

    subprocess.run([*command, "-m", "online", "-q", "1"], check=True, timeout=20)


def test_an_exercise_is_a_slug(exercise: str) -> None:
    """The name of a test becomes a name that fits in a topic."""
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", exercise)
