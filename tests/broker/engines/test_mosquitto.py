"""Tests of ``feed.broker.engines.mosquitto``: its files, and what a server makes of them."""

import asyncio
import base64
import contextlib
import hashlib
import os
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiomqtt
import pytest
from aiomqtt import ProtocolVersion

from feed.broker import embedded
from feed.broker.engines import mosquitto
from feed.broker.engines.engine import LARGEST_PAYLOAD, Secured, Settings
from feed.broker.engines.mosquitto import config, files, find, last_words
from feed.broker.roles import READY
from feed.clock import SystemClock
from feed.errors import UsageError
from feed.mqtt.connection import connection, unless_lost
from tests.brokers import EmbeddedMosquitto, need

SETTINGS = Settings(
    host="127.0.0.1",
    port=1883,
    websocket_port=8083,
    folder=Path("/somewhere"),
    countries=("nor", "swe"),
    passwords={"player": "p", "operator": "o", READY: "r"},
)
HASHES = {"mosquitto": {"player": "$7$101$a$b", "nor": "$7$101$c$d"}}
SECURED = replace(
    SETTINGS,
    host="0.0.0.0",  # noqa: S104 - what a secured broker may listen on
    secured=Secured(Path("/c.pem"), Path("/k.pem"), Path("/ca.pem"), HASHES),
)


@pytest.fixture(scope="module")
def server() -> Iterator[EmbeddedMosquitto]:
    """Give the server alone."""
    broker = EmbeddedMosquitto()
    yield broker
    broker.close()


def rights_of(settings: Settings, name: str) -> list[str]:
    """Return the lines of the access list for one user."""
    text = files(settings)["mosquitto.rights"]
    return text.split(f"user {name}\n")[1].split("user ")[0].splitlines()


def test_the_same_settings_give_the_same_files() -> None:
    """They are a function of the settings, byte for byte; the configuration comes first."""
    assert files(SETTINGS) == files(replace(SETTINGS))
    assert [*files(SECURED)] == ["mosquitto.conf", "mosquitto.rights", "mosquitto.users"]
    assert files(SECURED) == files(replace(SECURED))


def test_every_listener_is_kept_to_its_address() -> None:
    """A WebSocket would listen on every address, unless it is told the kind of its own."""
    for host, domain in (("127.0.0.1", "ipv4"), ("::1", "ipv6")):
        lines = config(replace(SETTINGS, host=host)).splitlines()
        assert lines.count(f"socket_domain {domain}") == 2
        assert f"listener 8083 {host}" in lines


def test_all_users_together_have_so_many_connections() -> None:
    """On each listener, as it knows no limit of each user; without a figure there is none."""
    text = config(replace(SETTINGS, most_connections=17))

    assert text.count("max_connections 17\n") == text.count("\nlistener ") == 2
    assert "max_connections" not in config(SETTINGS)


def test_nobody_is_anonymous_where_others_listen() -> None:
    """A secured one has users, encryption on both listeners, and no secret in a name."""
    lines = config(SECURED).splitlines()
    assert "allow_anonymous false" in lines
    assert lines.count("certfile /c.pem") == lines.count("tls_version tlsv1.2") == 2
    users = dict(line.split(":") for line in files(SECURED)["mosquitto.users"].splitlines())
    assert set(users) == {READY, "player", "nor"}
    _, kind, rounds, salt, digest = users[READY].split("$")
    made = hashlib.pbkdf2_hmac("sha512", b"r", base64.b64decode(salt), int(rounds))
    assert (kind, base64.b64decode(digest)) == ("7", made)
    assert not files(SECURED)["mosquitto.rights"].startswith("topic")


def test_nothing_is_taken_from_who_is_silent() -> None:
    """It reads what it read before; a few topics may be left to it."""
    before = rights_of(SETTINGS, "nor")
    after = rights_of(replace(SETTINGS, silent={"nor": ()}), "nor")
    heard = rights_of(replace(SETTINGS, silent={"nor": ("a/+/c",)}), "nor")
    assert [line for line in before if "write" not in line] == after
    assert before != after
    assert [*after, "topic write a/+/c"] == heard


def test_the_hash_is_what_mosquittos_own_program_writes(tmp_path: Path) -> None:
    """The same kind, with as many parts; its server reads both."""
    path = tmp_path / "users"
    subprocess.run(
        [need("mosquitto_passwd"), "-b", "-c", str(path), "x", "r"], check=True, timeout=20
    )
    theirs = path.read_text(encoding="ascii").split(":")[1].strip().split("$")
    ours = files(SECURED)["mosquitto.users"].splitlines()[0].split(":")[1].split("$")
    assert [len(part) for part in theirs] == [len(part) for part in ours]
    assert theirs[:3] == ours[:3]


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (["1: Warning: as root", "2: Error: Address already in use"], "Address already in use"),
        (["2: Error: Unable to create websockets listener on port 1."], "Unable to create webs"),
        (["1: Warning: as root", "2: saved"], "saved"),
        ([], ""),
    ],
)
def test_the_last_error_is_why_it_ended(said: list[str], why: str) -> None:
    """Without the time, and before any warning."""
    assert last_words(said).startswith(why)


def test_none_at_all_is_one_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """It says how to get one; one that is too old is named with its version."""
    monkeypatch.setattr(Path, "is_file", lambda _: False)
    with pytest.raises(UsageError) as refused:
        find(environment={"PATH": os.devnull})
    assert str(refused.value) == (
        "no mosquitto 2.0 or newer on the PATH; install it with 'apt install mosquitto' or "
        "'brew install mosquitto', name it with --mosquitto, or use a broker of your own with "
        "--broker URL"
    )
    old = tmp_path / "mosquitto"
    old.write_text("#!/bin/sh\necho 'mosquitto version 1.6.9'\n", encoding="ascii")
    old.chmod(0o700)
    with pytest.raises(UsageError, match=rf"on the PATH \({old} is 1\.6\.9\); install it"):
        find(environment={"PATH": str(tmp_path)})
    with pytest.raises(UsageError, match=r"is version 1\.6\.9; give one that is 2\.0 or newer"):
        find(str(old), {})


@pytest.mark.broker
@pytest.mark.parametrize("user", ["player", "operator", "nobody", "KOR"])
async def test_a_name_alone_may_do_nothing(server: EmbeddedMosquitto, user: str) -> None:
    """On loopback anybody is let in, but only who knows the secret is the player."""
    topic = "exercise/v1/alone/clock"
    async with aiomqtt.Client(**server.login("player")) as player:
        await player.subscribe("exercise/v1/alone/#", qos=1)
        login: dict[str, Any] = {"username": user, "password": "guess"}
        stranger = aiomqtt.Client(server.host, server.port, **login, timeout=5)
        with contextlib.suppress(aiomqtt.MqttError):
            async with connection(stranger) as connected:
                await unless_lost(connected, connected.publish(topic, b"forged", qos=1))
        await player.publish(topic, b"true", qos=1)
        async with asyncio.timeout(20):
            assert (await anext(aiter(player.messages))).payload == b"true"


@pytest.mark.broker
async def test_a_message_of_mqtt_5_may_be_as_large_as_any(server: EmbeddedMosquitto) -> None:
    """A packet that is larger ends the connection, of either version."""
    topic, large = "exercise/v1/five/up/kor/presence/a", b"x" * LARGEST_PAYLOAD
    async with (
        aiomqtt.Client(**server.login("player")) as player,
        aiomqtt.Client(**server.login("kor"), protocol=ProtocolVersion.V5) as country,
    ):
        await player.subscribe("exercise/v1/five/#", qos=1)
        await country.publish(topic, large, qos=1)
        async with asyncio.timeout(20):
            assert (await anext(aiter(player.messages))).payload == large
    with pytest.raises(aiomqtt.MqttError):
        async with connection(aiomqtt.Client(**server.login("kor"), timeout=5)) as country:
            await unless_lost(country, country.publish(topic, b"x" * (mosquitto.PACKET + 1), qos=1))


@pytest.mark.broker
async def test_it_keeps_all_or_nothing(tmp_path: Path) -> None:
    """An orderly end keeps what stands; a kill forgets everything, an older state least of all."""
    clock, topic, broken = SystemClock(), "exercise/v1/x/manifest", b"last"
    usual: dict[str, Any] = {"countries": ["KOR"], "clock": clock, "port": 0, "websocket_port": 0}

    async def stands(broker: embedded.EmbeddedBroker) -> bytes | None:
        where = broker.address.host, broker.address.port
        async with aiomqtt.Client(*where, username=broker.users["player"]) as player:
            await player.subscribe("exercise/v1/x/#", qos=1)
            await player.publish("exercise/v1/x/clock", broken, qos=1)
            async with asyncio.timeout(20):
                first = await anext(aiter(player.messages))
            await player.publish(topic, b"kept", qos=1, retain=True)
            assert isinstance(first.payload, bytes)
            return None if first.payload == broken else first.payload

    async with embedded.embedded_broker(**usual, store=tmp_path, engine=mosquitto) as broker:
        assert await stands(broker) is None
    async with embedded.embedded_broker(**usual, store=tmp_path, engine=mosquitto) as broker:
        assert await stands(broker) == b"kept"
        os.kill(broker.pid, signal.SIGKILL)
        async with asyncio.timeout(20):
            while broker.restarts == 0:
                await clock.sleep(0.01)
        assert await stands(broker) is None
    assert (tmp_path / "mosquitto.rights").stat().st_mode & 0o077 == 0
