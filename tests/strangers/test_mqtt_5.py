"""Strangers that speak MQTT 5 read the feed from mosquitto: every library that the tests have."""

import asyncio
import json
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import aiomqtt
import gmqtt
import paho.mqtt.client as mqtt
import pytest
from aiomqtt import ProtocolVersion
from gmqtt.mqtt.constants import MQTTv50
from paho.mqtt.enums import CallbackAPIVersion

from feed.clock import SystemClock
from tests.app.stage import Stage, fast, many
from tests.brokers import EmbeddedMosquitto, need
from tests.npm import node, with_packages

FILTER = "exercise/v1/+/feed/jpn/#"
MARKER = "exercise/v1/marker/feed/jpn/marker/marker"
COUNT = 200
CLOCK = SystemClock()
SCRIPT = """
const client = require("mqtt").connect(process.argv[2], { protocolVersion: 5, username: "jpn" });
client.on("connect", () => client.subscribe("%s", { qos: 1 }));
client.on("message", (topic, payload, { properties }) => {
  const { contentType = "", userProperties = {} } = properties ?? {};
  const user = Object.entries(userProperties).map((pair) => pair.join(":")).join(" ");
  console.log([contentType, user, payload].join("|"));
});
"""

Got = Callable[[], set[bytes]]
"""what a client has so far: a line for each message, as ``line`` writes it"""


def line(message: Any) -> bytes:
    """Return a message of paho or aiomqtt with its content type and its user properties."""
    kind = getattr(message.properties, "ContentType", "")
    user = " ".join(":".join(pair) for pair in getattr(message.properties, "UserProperty", ()))
    return f"{kind}|{user}|".encode() + bytes(message.payload)


@contextmanager
def program(command: list[str], out: Path) -> Iterator[Got]:
    """Run a client that writes a line for each message."""
    with out.open("wb") as file:
        process = subprocess.Popen(command, stdout=file, stderr=subprocess.STDOUT)
    try:
        yield lambda: set(out.read_bytes().split(b"\n")[:-1])
    finally:
        process.kill()
        process.wait()


@contextmanager
def paho(broker: EmbeddedMosquitto) -> Iterator[Got]:
    """Eclipse's client in Python."""
    got: set[bytes] = set()
    client = mqtt.Client(CallbackAPIVersion.VERSION2, protocol=mqtt.MQTTv5)
    client.username_pw_set("jpn")

    def connected(*_: Any) -> None:
        client.subscribe(FILTER, qos=1)

    client.on_connect = connected
    client.on_message = lambda _client, _data, arrival: got.add(line(arrival))
    client.connect(broker.host, broker.port)
    client.loop_start()
    yield lambda: got
    client.disconnect()
    client.loop_stop()


async def hear(client: aiomqtt.Client, got: set[bytes]) -> None:
    """Take what comes to a client of aiomqtt."""
    await client.subscribe(FILTER, qos=1)
    async for message in client.messages:
        got.add(line(message))


@pytest.mark.slow
@pytest.mark.broker
async def test_a_client_of_mqtt_5_of_every_library_reads_the_feed(
    exercise: str, tmp_path: Path
) -> None:
    """Each gets all that a country is sent, unaltered and marked, from ``--engine mosquitto``."""
    site = with_packages(tmp_path / "js", {"mqtt": "5.16.0"})
    (site / "five.cjs").write_text(SCRIPT % FILTER, encoding="utf-8")
    broker = EmbeddedMosquitto()
    url = f"mqtt://{broker.host}:{broker.port}"
    by_aiomqtt, by_gmqtt = set[bytes](), set[bytes]()
    sub = [
        need("mosquitto_sub"),
        "-V",
        "mqttv5",
        *broker.mosquitto_options("jpn"),
        "-q",
        "1",
        "-F",
        "%C|%P|%p",
    ]
    five: Any = gmqtt.Client("walk-gmqtt")
    five.set_auth_credentials("jpn", None)
    five.on_connect = lambda *_: five.subscribe(FILTER, qos=1)

    def heard(_client: Any, _topic: str, payload: bytes, _qos: int, said: dict[str, Any]) -> None:
        (kind,) = said.get("content_type", [""])
        user = " ".join(":".join(pair) for pair in said.get("user_property", ()))
        by_gmqtt.add(f"{kind}|{user}|".encode() + payload)

    five.on_message = heard
    try:
        with ExitStack() as stack:
            got: dict[str, Got] = {
                "mosquitto_sub": stack.enter_context(
                    program([*sub, "-t", FILTER], tmp_path / "sub")
                ),
                "MQTT.js": stack.enter_context(
                    program([node(), str(site / "five.cjs"), url], tmp_path / "five")
                ),
                "paho": stack.enter_context(paho(broker)),
                "aiomqtt": lambda: by_aiomqtt,
                "gmqtt": lambda: by_gmqtt,
            }
            login = broker.login("jpn")
            async with (
                aiomqtt.Client(**login, protocol=ProtocolVersion.V5) as client,
                aiomqtt.Client(**broker.login("player")) as player,
            ):
                listening = asyncio.create_task(hear(client, by_aiomqtt))
                await five.connect(broker.host, broker.port, version=MQTTv50)
                while not all(so_far() for so_far in got.values()):
                    await player.publish(MARKER, b"marker", qos=1)
                    await CLOCK.sleep(0.01)
                stage = Stage(broker, exercise, tmp_path)
                publication = stage.publication(many(COUNT), fast())
                assert await publication.play()
                with stage.ledger(publication.description.run) as ledger:
                    rows = ledger.history("JPN", 1, 1, 10**6, 10**6)
                sent = sorted(json.dumps(json.loads(each.payload)) for each in rows)
                assert len(sent) == COUNT
                mark = f"status:Exercise exercise:EXERCISE {publication.description.exercise}"
                told = (b"application/json", mark.encode())
                for name, so_far in got.items():
                    while len(so_far()) <= COUNT:
                        await CLOCK.sleep(0.01)
                    parts = [each.split(b"|", 2) for each in so_far() - {b"||marker"}]
                    assert {(each[0], each[1]) for each in parts} == {told}, name
                    assert sorted(json.dumps(json.loads(each[2])) for each in parts) == sent, name
                await five.disconnect()
                listening.cancel()
    finally:
        broker.close()
