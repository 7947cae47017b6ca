"""What a hostile program on the same machine tries, on real servers."""

import asyncio
import contextlib
import itertools
import json
import signal
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import aiomqtt
import pytest

from feed.broker.engines import nats_server
from feed.broker.engines.engine import LARGEST_PAYLOAD
from feed.broker.ready import connect_packet
from feed.files.credentials import credentials_file
from feed.mqtt.connection import connection, unless_lost
from tests.brokers import EmbeddedLike, embedded_like, pause
from tests.commands import PATIENCE_S, Shell

RECKONED = tuple(
    f"{role}-{exercise}-{name}"
    for exercise in ("small-steps", "any")
    for role, name in (
        ("player", "publisher"),
        *(("player", f"{of}listener") for of in ("", "kor-", "jpn-", "usa-", "control-")),
        *(("receiver", f"jpn{of}") for of in ("", "-aside", "-jpn")),
        *(("observer", each) for each in ("watch", "doctor", "dashboard", "cap")),
    )
)
"""client ids without a random part, of which whoever read the documents would think"""
UP = "exercise/v1/attack/up/jpn/presence/a"


@pytest.mark.nats_server("mosquitto takes a little more, for the properties of MQTT 5")
async def test_a_message_that_is_too_large_is_not_taken(embedded: EmbeddedLike) -> None:
    """Whoever sends one is hung up on, and nothing of it stands."""
    async with aiomqtt.Client(**embedded.login("jpn")) as country:
        await country.publish(UP, b"x" * (LARGEST_PAYLOAD // 2), qos=1, retain=True)
        with pytest.raises(aiomqtt.MqttError):
            await country.publish(UP, b"y" * (LARGEST_PAYLOAD + 1), qos=1, retain=True)
    async with aiomqtt.Client(**embedded.login("player")) as player:
        await player.subscribe(UP, qos=1)
        message = await anext(aiter(player.messages))
        assert message.payload == b"x" * (LARGEST_PAYLOAD // 2)
        await player.publish(UP, b"", qos=1, retain=True)


@pytest.mark.nats_server("mosquitto logs none of them")
async def test_a_flood_of_refusals_does_not_fill_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """The log is begun anew again and again, and its older parts are removed."""
    monkeypatch.setattr(nats_server, "LOG_BYTES", 65_536)
    broker = embedded_like()
    try:
        topic = f"exercise/v1/attack/feed/jpn/alert/{'x' * 1000}"
        async with aiomqtt.Client(**broker.login("jpn")) as country:
            for _ in range(1000):
                await country.publish(topic, b"", qos=0)
            await country.publish(UP, b"", qos=1)
        files = list(broker.folder.glob("nats.log*"))
        size = sum(file.stat().st_size for file in files)
    finally:
        broker.close()

    assert 1 < len(files) <= nats_server.LOG_FILES + 1
    assert size < (nats_server.LOG_FILES + 2) * 65_536


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[Shell]:
    """Start commands as users do, in a home of their own."""
    shell = Shell(tmp_path)
    yield shell
    shell.close()


class Stranger:
    """A program of somebody else that listens on a port and remembers what it is told."""

    def __init__(self, host: str, port: int) -> None:
        self.heard = b""
        self._server = socket.create_server(
            (host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET
        )
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        while True:
            try:
                connection, _ = self._server.accept()
            except OSError:
                return
            with connection:
                self.heard += connection.recv(4096)

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        self._thread.join()


@pytest.mark.slow
@pytest.mark.broker
def test_who_takes_the_port_of_a_killed_broker_gets_no_password(shell: Shell) -> None:
    """The file goes with the broker; one that was put back tells nothing about another process."""
    command, address = shell.broker()
    port = int(address.rpartition(":")[2])
    kept = credentials_file(shell.home, "127.0.0.1", port)
    text = kept.read_text(encoding="utf-8")
    assert command.end(signal.SIGKILL) == -signal.SIGKILL
    for _ in range(2000):
        if not kept.exists() and _free(port):
            break
        pause()
    assert not kept.exists()
    kept.write_text(text, encoding="utf-8")
    password = text.split('"player": "')[1].split('"')[0]

    stranger = Stranger("127.0.0.1", port)
    try:
        shell.run("publish", shell.event_stream, "--broker", address)
    finally:
        stranger.close()

    assert b"MQTT" in stranger.heard
    assert password.encode() not in stranger.heard


@pytest.mark.slow
@pytest.mark.broker
def test_another_spelling_of_the_address_gets_no_password(shell: Shell) -> None:
    """Who listens on ``[::1]`` beside a broker on 127.0.0.1 is told nothing."""
    _, address = shell.broker()
    port = int(address.rpartition(":")[2])
    text = credentials_file(shell.home, "127.0.0.1", port).read_text(encoding="utf-8")
    password = text.split('"player": "')[1].split('"')[0]
    stranger = Stranger("::1", port)
    try:
        shell.run("publish", shell.event_stream, "--broker", f"mqtt://[::1]:{port}")
    finally:
        stranger.close()

    assert b"MQTT" in stranger.heard
    assert password.encode() not in stranger.heard


def _free(port: int) -> bool:
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError:
        return False
    return True


@pytest.mark.nats_server("mosquitto has it in memory, and its own limit")
@pytest.mark.parametrize("user", ["observer", "jpn"])
async def test_halves_of_messages_do_not_fill_the_disk(
    monkeypatch: pytest.MonkeyPatch, user: str
) -> None:
    """What is published at QoS 2 and never released is not even taken; nobody is kept out."""
    monkeypatch.setattr(nats_server, "MOST_STORED", 4_194_304)
    broker = embedded_like()
    head = len(UP).to_bytes(2, "big") + UP.encode()
    try:
        reader, writer = await asyncio.open_connection(broker.host, broker.port)
        writer.write(connect_packet("halves", user, ""))
        assert await reader.readexactly(4) == b"\x20\x02\x00\x00"
        for number in range(1, 41):
            body = head + number.to_bytes(2, "big") + b"x" * 200_000
            length = bytes((len(body) & 127 | 128, len(body) >> 7 & 127 | 128, len(body) >> 14))
            writer.write(b"\x34" + length + body)
        async with asyncio.timeout(PATIENCE_S):
            with contextlib.suppress(ConnectionError):
                await reader.read()
        writer.transport.abort()
        async with aiomqtt.Client(
            **broker.login("kor"), identifier="late", clean_session=False
        ) as country:
            await country.subscribe("exercise/v1/attack/feed/kor/#", qos=1)
    finally:
        broker.close()


@pytest.mark.nats_server("mosquitto has it in memory, and its own limit")
async def test_what_is_left_under_invented_exercises_does_not_fill_the_disk(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """There is a quota; when it is reached nothing more is kept, and who is connected goes on."""
    monkeypatch.setattr(nats_server, "MOST_STORED", 4_194_304)
    broker, large = embedded_like(), b"x" * 200_000
    try:
        async with aiomqtt.Client(**broker.login("player")) as player:
            await player.subscribe("exercise/v1/a/clock", qos=0)
            for number in range(40):
                # Once the quota is reached the server hangs up on whoever leaves more.
                topic = f"exercise/v1/invented-{number}/up/jpn/presence/a"
                with contextlib.suppress(aiomqtt.MqttError):
                    async with connection(
                        aiomqtt.Client(**broker.login("jpn"), timeout=0.5)
                    ) as one:
                        await unless_lost(one, one.publish(topic, large, qos=1, retain=True))
            kept = sum(file.stat().st_size for file in broker.folder.rglob("*") if file.is_file())
            await player.publish("exercise/v1/a/clock", b"on", qos=0)
            message = await asyncio.wait_for(anext(aiter(player.messages)), 10)
            assert message.payload == b"on"
        assert broker.alive
    finally:
        broker.close()

    assert 1_000_000 < kept < 1.5 * 4_194_304 < 40 * len(large)


@pytest.mark.nats_server("for how long one may take is a setting of its own")
async def test_handshakes_that_never_end_are_hung_up_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hundreds that only begin, at either port, keep nobody out, and none of them is kept."""
    monkeypatch.setattr(nats_server, "HANDSHAKE_S", 1)
    broker, slow = embedded_like(), []
    try:
        for port, begun in ((broker.port, b"\x10"), (broker.websocket_port, b"GET /mqtt HTTP/1.1")):
            for _ in range(200):
                one = await asyncio.open_connection(broker.host, port)
                one[1].write(begun)
                slow.append(one)
        async with aiomqtt.Client(**broker.login("jpn")) as country:
            await country.publish(UP, b"", qos=1)
        async with asyncio.timeout(PATIENCE_S):
            await asyncio.gather(*(reader.read() for reader, _ in slow), return_exceptions=True)
    finally:
        for _, writer in slow:
            writer.close()
        broker.close()


@pytest.mark.slow
@pytest.mark.broker
async def test_who_takes_over_every_id_that_can_be_reckoned_ends_nobody(shell: Shell) -> None:
    """An observer connects by them again and again; player, receiver and their sessions go on.

    It knows what stands, and a line of ``feed connect`` that was handed out by the same home.
    """
    _, address = await asyncio.to_thread(shell.broker)
    host, port = "127.0.0.1", int(address.rpartition(":")[2])
    options = ("--broker", address, "--exercise", "small-steps")
    receiver = shell.start("receive", "JPN", *options)
    await asyncio.to_thread(receiver.until, "subscribed")
    player = shell.start(
        *("publish", shell.event_stream, "--rate", "5", "--max-gap", "1s", *options),
        *("--wait-for", "JPN"),
    )
    line = await asyncio.to_thread(shell.run, "connect", "JPN", "--broker", address)
    told = line.stdout.partition("-i my-jpn-client-")[2].split()[0]
    async with aiomqtt.Client(host, port) as observer:
        await observer.subscribe("exercise/v1/small-steps/player/claim", qos=1)
        claim = json.loads((await anext(aiter(observer.messages))).payload)["claim"]
    names = [*RECKONED, *(f"{each}-{told}" for each in RECKONED)]
    names.append(f"player-small-steps-claim-{claim}")
    attempts = 0
    while player.process.poll() is None:
        for name in names:
            async with aiomqtt.Client(host, port, identifier=f"feed-{name}", timeout=5):
                attempts += 1
    assert (player.code(), receiver.code()) == (0, 0)
    assert attempts > len(names)
    for command in (player, receiver):
        assert "connection lost" not in command.err


def _resident(pid: int) -> int:
    """Return the bytes of memory that a process takes, where the system tells."""
    return int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1]) * 4096


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="says what a process takes")
async def test_who_subscribes_to_much_and_never_reads_costs_little(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What waits for it is bounded, by dropping; who reads gets everything meanwhile."""
    monkeypatch.setattr(nats_server, "MOST_PENDING", 2_000_000)
    broker, topic = embedded_like(), "exercise/v1/attack/feed/jpn/alert/a"
    levels = [(level, "+") for level in topic.split("/")[1:]]
    filters = ["/".join(("exercise", *each)) for each in itertools.product(*levels)]
    deaf = []
    try:
        for number in range(4):
            reader, writer = await asyncio.open_connection(broker.host, broker.port, limit=1024)
            writer.write(connect_packet(f"deaf-{number}", "observer", ""))
            assert await reader.readexactly(4) == b"\x20\x02\x00\x00"
            writer.transport.pause_reading()  # type: ignore[attr-defined]
            for mid, each in enumerate(filters, 1):
                body = mid.to_bytes(2, "big") + len(each).to_bytes(2, "big") + each.encode() + b"\0"
                writer.write(bytes((0x82, len(body))) + body)
            deaf.append(writer)
        async with (
            aiomqtt.Client(**broker.login("player")) as player,
            aiomqtt.Client(**broker.login("jpn")) as japan,
        ):
            await japan.subscribe(topic, qos=1)
            for number in range(100):
                await player.publish(topic, f"{number:<8000}".encode(), qos=1)
            async with asyncio.timeout(PATIENCE_S):
                heard = [int((await anext(aiter(japan.messages))).payload) for _ in range(100)]
        resident = _resident(broker.pid)
    finally:
        for writer in deaf:
            writer.transport.abort()
        broker.close()

    assert heard == [*range(100)]
    assert resident < 120_000_000 < len(deaf) * len(filters) * 100 * 8000
