"""Tests of ``feed.broker.members``: who is missing in a cluster, said by nodes that run."""

import re
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from feed.broker.cluster import cluster_of
from feed.broker.members import why_apart
from tests.brokers import free_port
from tests.commands import Command, Shell

LOG = {
    'x:2 - rid:10 - Route Error \'Rejecting connection, cluster name "b" does not match "a"\'': (
        "is of another cluster, 'b'"
    ),
    'x:2 - rid:14 - Remote server has a duplicate name: "a-2"': "has the --node of another",
    "x:2 - rid:9 - TLS route handshake error: x509: certificate signed by unknown authority": (
        "has no certificate of this cluster"
    ),
    "x:2 - rid:15 - authentication error": "does not let us in",
    "x:2 - rid:15 - something else": "does not answer as a node",
}


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[Shell]:
    """Start commands as users do, in a home of their own."""
    shell = Shell(tmp_path)
    yield shell
    shell.close()


@pytest.mark.parametrize(("line", "why"), LOG.items())
def test_the_log_of_a_server_tells_why(line: str, why: str) -> None:
    """What was said of that node comes before what was said of another."""
    cluster = cluster_of("a", 1, "x:1,x:2,x:3")
    assert cluster is not None

    about_another = [] if "something" in line else ["x:3 - rid:1 - authentication error"]
    assert why in why_apart(cluster, 2, [line, *about_another])


def node(shell: Shell, routes: str, name: str, number: int, *options: str) -> Command:
    """Start a node on free ports."""
    return shell.start(
        *("broker", "--cluster", name, "--node", str(number), "--routes", routes),
        *("--port", "0", "--websocket-port", "0", *options),
    )


def three() -> str:
    """Return routes that nobody uses."""
    return ",".join(f"127.0.0.1:{free_port()}" for _ in range(3))


def test_a_node_of_another_cluster_is_named_and_so_is_who_is_missing(shell: Shell) -> None:
    """One sentence says both, and what it means."""
    routes = three()
    one = node(shell, routes, "a", 1)
    node(shell, routes, "b", 3)

    one.until(r"node 3 \(\S+\) is of another cluster, 'b'; give each node the same --cluster")
    assert re.search(r"node 2 \(\S+\) cannot be reached", one.err)
    assert "alone this node takes and gives nothing" in one.err


def test_a_certificate_of_another_authority_makes_no_node(shell: Shell) -> None:
    """Each of the two says it; with one folder for all they are a cluster."""
    routes = three()
    here, there = (
        node(shell, routes, "a", number, "--secure", str(shell.folder / f"secure-{number}"))
        for number in (1, 2)
    )

    for command, other in ((here, 2), (there, 1)):
        command.until(rf"node {other} \(\S+\) has no certificate of this cluster; copy one folder")
    there.end(signal.SIGTERM)
    for number in (2, 3):
        node(shell, routes, "a", number, "--secure", str(shell.folder / "secure-1"))
    here.until("all nodes of the cluster 'a' are there")
    here.until("EXERCISE broker: ")
