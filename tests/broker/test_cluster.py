"""Tests of ``feed.broker.cluster``: what is a cluster, and whose a folder is."""

import json
from pathlib import Path
from typing import Any

import pytest

from feed.broker.cluster import Cluster, Route, claim, cluster_of, listed
from feed.broker.engines import nats_server
from feed.broker.engines.engine import Secured, Settings
from feed.errors import FilesError, UsageError

ROUTES = "a.example:1,127.0.0.1:2,[::1]:3"


def cluster(name: str = "one", node: int = 2) -> Cluster:
    """Return a cluster of three."""
    found = cluster_of(name, node, ROUTES)
    assert found is not None
    return found


def test_three_options_make_a_node() -> None:
    """It knows its own place and the others'; without any of them there is no cluster."""
    found = cluster()

    assert found.own == Route("127.0.0.1", 2)
    assert {n: str(route) for n, route in found.others.items()} == {1: "a.example:1", 3: "[::1]:3"}
    assert listed([1, 3], found) == "node 1 (a.example:1) and node 3 ([::1]:3)"
    assert cluster_of(None, None, None) is None


@pytest.mark.parametrize(
    ("name", "node", "routes", "why"),
    [
        ("one", None, ROUTES, "belong together"),
        (None, 1, None, "belong together"),
        ("one", 1, "a:1,b:1", "names 2 nodes, and a cluster has 3"),
        ("one", 1, "a:1,b:1,c:1,d:1", "names 4 nodes"),
        ("one", 1, "a:1,b:1,a:1", "names one node twice"),
        ("one", 1, "a:1,b,c:1", "'b' is no route"),
        ("one", 1, "a:1,b:65536,c:1", "'b:65536' is no route"),
        ("one", 1, "a:1,u:p@b:1,c:1", "is no route"),
        ("one", 4, ROUTES, "--node 4 is none of 1 to 3"),
        ("One cluster", 1, ROUTES, "is no name"),
        ("", 1, ROUTES, "is no name"),
    ],
)
def test_what_is_no_cluster_is_refused(
    name: str | None, node: int | None, routes: str | None, why: str
) -> None:
    """One sentence each, before anything is started."""
    with pytest.raises(UsageError, match=why):
        cluster_of(name, node, routes)


def test_a_folder_is_of_one_node_of_one_cluster(tmp_path: Path) -> None:
    """Whoever else finds it there is told whose it is; the same node takes it again."""
    claim(tmp_path, cluster())
    claim(tmp_path, cluster())

    for other in (cluster("two"), cluster(node=1), None):
        with pytest.raises(FilesError, match="node 2 of the cluster 'one' keeps its messages"):
            claim(tmp_path, other)


def test_what_a_single_broker_kept_is_not_taken_for_a_cluster(tmp_path: Path) -> None:
    """Its messages are kept once, and nobody could tell the other nodes of them."""
    (tmp_path / "jetstream").mkdir()
    claim(tmp_path, None)
    with pytest.raises(FilesError, match="a broker without a cluster keeps its messages there"):
        claim(tmp_path, cluster())

    (tmp_path / "cluster.json").write_text("[]", encoding="utf-8")
    with pytest.raises(FilesError, match="it is not known whose it is"):
        claim(tmp_path, cluster())


def test_nodes_know_each_other_by_a_word_or_by_certificates(tmp_path: Path) -> None:
    """Nobody else is a route, who could read and write everything."""
    secured = Secured(
        certificate=tmp_path / "c",
        key=tmp_path / "k",
        authority=tmp_path / "ca",
        hashes={"nats-server": {}},
    )
    usual: dict[str, Any] = {
        "host": "127.0.0.1",
        "port": 1,
        "websocket_port": 2,
        "folder": tmp_path,
        "countries": (),
        "passwords": {"feed-ready": "x"},
    }
    shared = Cluster("one", 2, cluster().routes, secret="open sesame")  # noqa: S106
    here, there = (
        json.loads(nats_server.config(Settings(**usual, cluster=shared, secured=each)))
        for each in (None, secured)
    )

    assert here["cluster"]["authorization"] == {"user": "node", "password": "open sesame"}
    assert here["cluster"]["routes"] == [
        "nats://node:open sesame@a.example:1",
        "nats://node:open sesame@[::1]:3",
    ]
    assert there["cluster"]["tls"]["verify"] is True
    assert there["cluster"]["tls"]["ca_file"] == str(tmp_path / "ca")
    assert "sesame" not in json.dumps(there)
    for found in (here, there):
        assert found["mqtt"]["stream_replicas"] == 3
        assert not {"http", "https", "http_port"} & found.keys(), "it tells every user client ids"
