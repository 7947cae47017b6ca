"""A full disk under the embedded broker's store, on a small one that is mounted for it."""

import asyncio
import contextlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aiomqtt
import pytest
from structlog.testing import capture_logs

from feed.broker import room
from feed.broker.embedded import EmbeddedBroker, embedded_broker
from feed.broker.engines import mosquitto, nats_server
from feed.cli import invoke
from feed.clock import SystemClock
from feed.errors import FilesError
from tests.brokers import need
from tests.chaos.disk import SmallDisk, small_disk

CLOCK = SystemClock()
TOPIC = "exercise/v1/x/state/jpn/alert/"
USUAL: dict[str, Any] = {"countries": ["JPN"], "clock": CLOCK, "port": 0, "websocket_port": 0}
pytestmark = pytest.mark.broker


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    """Give a disk of 2 MB, where one may be mounted."""
    with small_disk(tmp_path / "small", 2_000_000) as small:
        if not small.mounted:
            pytest.skip("no disk may be mounted here")
        yield small


def player(broker: EmbeddedBroker) -> aiomqtt.Client:
    """Return a client that may publish."""
    name = broker.users.get("player", "player")
    address, secret = broker.address, broker.credentials["player"]
    return aiomqtt.Client(address.host, address.port, username=name, password=secret, timeout=1)


async def until(logs: list[Any], event: str) -> None:
    """Wait until something was logged."""
    async with asyncio.timeout(20):
        while not any(each["event"] == event for each in logs):
            await CLOCK.sleep(0.02)


async def test_nats_server_goes_on_when_there_is_room_again(
    disk: SmallDisk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It takes nothing meanwhile, which is said; what it had acknowledged is there afterwards."""
    monkeypatch.setattr(room, "_LOOK_S", 0.05)
    taken = 0
    store = disk.path / "store"
    with capture_logs() as logs:
        async with embedded_broker(**USUAL, store=store, engine=nats_server) as broker:
            with contextlib.suppress(aiomqtt.MqttError):
                async with player(broker) as client:
                    while taken < 100:
                        await client.publish(f"{TOPIC}{taken}", bytes(100_000), qos=1, retain=True)
                        taken += 1
            await until(logs, "the disk is full")
            disk.free()
            await until(logs, "broker restarted")
            async with player(broker) as client, asyncio.timeout(20):
                await client.publish(f"{TOPIC}last", b"last", qos=1, retain=True)
                await client.subscribe(f"{TOPIC}#", qos=1)
                found = {
                    (await anext(aiter(client.messages))).topic.value for _ in range(taken + 1)
                }
    assert taken > 5
    assert found >= {f"{TOPIC}{number}" for number in (*range(taken), "last")}
    assert sum(each["event"] == "the disk is full" for each in logs) == 1


FULL = "the disk is full; make room, (16 MiB at least, )?or name a folder on another disk"
ROUTES = "127.0.0.1:6221,127.0.0.1:6222,127.0.0.1:6223"


@pytest.mark.parametrize(
    "arguments",
    [
        ["broker", "--store", "FULL/store"],
        ["broker", "--store", "FULL/store", "--engine", "mosquitto"],
        ["broker", "--store", "FULL/st", "--cluster", "a", "--node", "1", "--routes", ROUTES],
        ["broker", "--secure", "FULL/workshop"],
    ],
)
def test_what_begins_on_a_full_disk_says_so_and_where(
    disk: SmallDisk,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    arguments: list[str],
) -> None:
    """One sentence with the folder, and nothing is begun."""
    if "mosquitto" in arguments:
        need("mosquitto")
    monkeypatch.setenv("FEED_HOME", str(tmp_path / "home"))
    disk.fill()
    free = ["--port", "0", "--websocket-port", "0"]

    assert invoke([word.replace("FULL", str(disk.path)) for word in arguments] + free) == 74
    said = capsys.readouterr()
    assert said.out == ""
    assert re.fullmatch(rf"feed: {disk.path}/\S+: {FULL}\n", said.err), said.err


def test_a_run_whose_home_is_full_does_not_blame_its_scenario(
    disk: SmallDisk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is read well; its copy cannot be written."""
    monkeypatch.setenv("FEED_HOME", str(disk.path / "home"))
    disk.fill()

    assert invoke(["run", "three-authorities", "--rate", "max"]) == 74
    said = capsys.readouterr().err
    assert re.fullmatch(rf"feed: {disk.path}/home/\S+: {FULL}; FEED_HOME is .+\n", said), said


@pytest.mark.parametrize("full", [True, False])
async def test_mosquitto_says_that_it_could_not_write(disk: SmallDisk, *, full: bool) -> None:
    """It writes at its end; with room it does, without it the next one begins anew."""
    need("mosquitto")
    store, error = disk.path / "store", None
    try:
        async with embedded_broker(**USUAL, store=store, engine=mosquitto) as broker:
            async with player(broker) as client:
                await client.publish(f"{TOPIC}a", bytes(50_000), qos=1, retain=True)
            filler = disk.path / "filler"
            try:
                filler.write_bytes(bytes(3_000_000 if full else 1))
            except OSError:
                assert full
    except FilesError as raised:
        error = str(raised)
    assert (store / mosquitto.DATABASE).exists() != full
    if not full:
        assert error is None
        return
    assert error is not None
    assert "what the broker kept could not be written, for the disk is full" in error
    (disk.path / "filler").unlink()
    async with embedded_broker(**USUAL, store=store, engine=mosquitto) as broker:
        assert broker.restarts == 0
