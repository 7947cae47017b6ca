"""A cluster of brokers: three nodes that keep everything three times, so that any one may fail.

Every node is told the same name and the same three routes, and which of the three it is.  What it
keeps belongs to that node of that cluster: a folder says whose it is, and is refused to others.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from feed.broker.ports import written
from feed.errors import FilesError, UsageError, unless_full

__all__ = ["NODES", "Cluster", "Route", "claim", "cluster_of", "listed"]

NODES = 3
"""Two cannot outlive one: what one of them alone has could be old, so neither may go on."""
_MARK = "cluster.json"
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?")
_ROUTE = re.compile(r"(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9.-]+)):(\d{1,5})")
_FORM = "write --routes host:port,host:port,host:port, the same on each node"
_HIGHEST = 65_535


@dataclass(frozen=True)
class Route:
    """Where a node listens for the other nodes."""

    host: str
    port: int

    def __str__(self) -> str:
        return written(self.host, self.port)


@dataclass(frozen=True)
class Cluster:
    """A cluster, and which of its nodes this one is."""

    name: str
    node: int
    """from 1; the place of its route"""
    routes: tuple[Route, ...]
    secret: str = field(default="", repr=False)
    """by which nodes know each other where nothing is encrypted"""

    @property
    def own(self) -> Route:
        """Where this node listens for the others."""
        return self.routes[self.node - 1]

    @property
    def others(self) -> dict[int, Route]:
        """The routes of the others, by node."""
        return {n: route for n, route in enumerate(self.routes, 1) if n != self.node}

    def server(self, node: int) -> str:
        """Return how a node is called among servers."""
        return f"{self.name}-{node}"


def cluster_of(name: str | None, node: int | None, routes: str | None) -> Cluster | None:
    """Return the cluster that the three options ask for; None if they ask for none."""
    if name is None and node is None and routes is None:
        return None
    if name is None or node is None or routes is None:
        raise UsageError("--cluster, --node and --routes belong together; give all three")
    if not _NAME.fullmatch(name):
        raise UsageError(f"--cluster '{name}' is no name; take letters a-z, digits and -")
    found = tuple(_route(text) for text in routes.split(","))
    if len(found) != NODES:
        raise UsageError(
            f"--routes names {len(found)} nodes, and a cluster has {NODES}: "
            f"with fewer none may fail; {_FORM}"
        )
    if len(set(found)) < len(found):
        raise UsageError(f"--routes names one node twice; {_FORM}")
    if not 1 <= node <= NODES:
        raise UsageError(f"--node {node} is none of 1 to {NODES}; it is the place in --routes")
    return Cluster(name, node, found)


def claim(folder: Path, cluster: Cluster | None) -> None:
    """Say in the folder of a broker whose it is; FilesError if it is another's."""
    mine = None if cluster is None else {"cluster": cluster.name, "node": cluster.node}
    mark = folder / _MARK
    try:
        if mark.exists():
            theirs = json.loads(mark.read_text(encoding="utf-8"))
            if theirs != mine:
                raise FilesError(folder, f"{_whose(theirs)} keeps its messages there; {_OTHER}")
        elif mine is not None:
            if (folder / "jetstream").exists():
                text = f"a broker without a cluster keeps its messages there; {_OTHER}"
                raise FilesError(folder, text)
            mark.write_text(json.dumps(mine), encoding="utf-8")
    except (OSError, ValueError, KeyError, TypeError) as error:
        text = f"it is not known whose it is ({mark.name} cannot be read or written); {_OTHER}"
        if isinstance(error, OSError):
            text = unless_full(error, text)
        raise FilesError(folder, text) from error


_OTHER = "name another folder with --store"


def _whose(mark: dict[str, object]) -> str:
    return f"node {mark['node']} of the cluster '{mark['cluster']}'"


def _route(text: str) -> Route:
    found = _ROUTE.fullmatch(text.strip())
    if found is None or not 1 <= int(found[3]) <= _HIGHEST:
        raise UsageError(f"'{text}' is no route; {_FORM}")
    return Route(found[1] or found[2], int(found[3]))


def listed(nodes: Sequence[int], cluster: Cluster) -> str:
    """Return nodes as people read them, with where they are."""
    return " and ".join(f"node {n} ({cluster.routes[n - 1]})" for n in nodes)
