"""A full disk under one node of a cluster, on a small one that is mounted for it.

Real processes, as users start them; nobody restarts any of them.
"""

import asyncio
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from feed.broker.cluster import NODES
from tests.brokers import HOST, free_port, pause
from tests.chaos.disk import SmallDisk, small_disk
from tests.chaos.nodes import healthy
from tests.commands import PATIENCE_S, Command, Shell

STORY = ("three-authorities", "--exercise", "FULL")
MESSAGES = 181
COUNTRIES = ("KOR", "JPN", "USA")
_RUN_S = 60
_CATCHES_UP_S = 60
pytestmark = [
    pytest.mark.broker,
    pytest.mark.slow,
    pytest.mark.nats_server("no other engine of ours makes a cluster"),
]


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    """Give a disk of 8 MB, where one may be mounted."""
    with small_disk(tmp_path / "small", 8_000_000) as small:
        if not small.mounted:
            pytest.skip("no disk may be mounted here")
        yield small


@pytest.fixture
def shell(disk: SmallDisk, tmp_path: Path) -> Iterator[Shell]:
    """Give a shell of which nothing runs any more when the disk goes."""
    assert disk.mounted
    (tmp_path / "shell").mkdir()
    shell = Shell(tmp_path / "shell")
    yield shell
    shell.close()


def listens(port: int) -> bool:
    """Tell whether clients are let in there."""
    try:
        socket.create_connection((HOST, port), 1).close()
    except OSError:
        return False
    return True


def started(shell: Shell, stores: list[Path]) -> tuple[list[Command], list[int]]:
    """Start a cluster; return its nodes and their ports for MQTT."""
    routes = ",".join(f"{HOST}:{free_port()}" for _ in range(NODES))
    ports = [free_port() for _ in range(NODES)]
    nodes = [
        shell.start(
            *("broker", "--cluster", "full", "--node", str(n), "--routes", routes),
            *("--port", str(port), "--websocket-port", "0", "--store", str(store)),
        )
        for n, (port, store) in enumerate(zip(ports, stores, strict=True), 1)
    ]
    for node in nodes:
        node.until("broker started")
    return nodes, ports


def test_a_run_goes_on_without_the_node_whose_disk_is_full(
    disk: SmallDisk, shell: Shell, tmp_path: Path
) -> None:
    """It says so, lets its clients go to the others, and is a whole node when there is room."""
    stores = [disk.path / "store", tmp_path / "store-2", tmp_path / "store-3"]
    nodes, ports = started(shell, stores)
    many = ("--broker", ",".join(f"mqtt://{HOST}:{port}" for port in ports))
    outs = [tmp_path / f"{country}.jsonl" for country in COUNTRIES]
    clients = [
        shell.start("receive", country, *many, "--exercise", "FULL", "--out", str(out), "--quiet")
        for country, out in zip(COUNTRIES, outs, strict=True)
    ]
    pace = ("--rate", "100", "--max-gap", "40ms", "--wait-for", ",".join(COUNTRIES))
    clients.append(shell.start("publish", *STORY, *many, *pace))
    clients[-1].until('"waiting for receivers"')
    for _ in range(PATIENCE_S * 100):
        if all(out.exists() and out.stat().st_size for out in outs):
            break
        pause()
    disk.fill()
    assert min(len(out.read_bytes().splitlines()) for out in outs) < MESSAGES

    nodes[0].until('"the disk is full".*until then this node is stopped and its clients go to')
    assert [client.process.wait(_RUN_S) for client in clients] == [0] * len(clients), [
        client.err for client in clients
    ]
    assert [listens(port) for port in ports] == [False, True, True]
    told = shell.run("verify", *STORY, *map(str, outs))
    assert told.returncode == 0, told.stdout
    assert told.stdout.count(f"{MESSAGES} of {MESSAGES}; each once, in order") == len(outs)

    disk.free()
    nodes[0].until('"there is room again')
    nodes[0].until('"broker restarted"')
    caught_up = False
    for _ in range(_CATCHES_UP_S * 100):
        if caught_up := asyncio.run(healthy(stores[0])):
            break
        pause()
    assert caught_up
    assert '"broker died"' not in nodes[0].err
