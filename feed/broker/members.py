"""What a node of a cluster knows of the others, said in one sentence whenever that changes.

Nodes start, fail and come back in any order, and nobody has to do anything here for that: the
servers find each other again by themselves.  People have to know who is missing, and what it means.
"""

import asyncio
import contextlib
import re
from collections.abc import Callable, Collection, Sequence

import structlog

from feed.broker.cluster import Cluster, Route, listed
from feed.broker.supervision import Supervision, supervision
from feed.clock import Clock
from feed.errors import BrokerError

__all__ = ["Members", "why_apart"]

_LOOK_S = 1.0
_LOOKS = 3
"""A state that was seen so often in a row is said: while they find each other it changes."""
_PATIENCE_S = 1.0
_NAME = re.compile(r'cluster name "([^"]*)" does not match "([^"]*)"')
_REASONS = (
    (
        re.compile("duplicate name|Duplicate Server Name"),
        "has the --node of another; give each node a number of its own",
    ),
    (
        re.compile("x509|tls: .*certificate|TLS route handshake error"),
        "has no certificate of this cluster; copy one folder of --secure to all nodes",
    ),
    (
        re.compile("[Aa]uthenti?[cz]ation|Authentication Failure"),
        "does not let us in; start all nodes as one user, or all with --secure",
    ),
)
_REMEDY = "start what does not run, or check --routes and the network"
_ALONE = (
    "alone this node takes and gives nothing, and it goes on by itself when one of them is back"
)
_FEWER = "the run goes on, and no further node may fail"

log = structlog.get_logger()


class Members:
    """The other nodes, as one of them sees them."""

    def __init__(
        self,
        cluster: Cluster,
        said: Callable[[], Sequence[str]],
        asked: Callable[[], tuple[int, str] | None],
        clock: Clock,
    ) -> None:
        """Watch them for a node.

        ``said`` returns the last lines of its server's log, ``asked`` the port and password by
        which that can be asked, if it can.
        """
        self._cluster = cluster
        self._said = said
        self._asked = asked
        self._clock = clock
        self._told = ""

    async def keep(self) -> None:
        """Look at them for as long as the node runs."""
        while True:
            asked = self._asked()
            if asked is not None:
                with contextlib.suppress(BrokerError):  # it is just being started, or brought back
                    async with supervision(*asked) as server:
                        await self._watch(server)
            await self._clock.sleep(_LOOK_S)

    async def _watch(self, server: Supervision) -> None:
        seen, times = "", 0
        while True:
            now = await self.state(await server.routes())
            seen, times = now, times + 1 if now == seen else 1
            if times == _LOOKS and now != self._told:
                self._told = now
                (log.info if now == self.complete else log.warning)(now)
            await self._clock.sleep(_LOOK_S)

    @property
    def complete(self) -> str:
        """What is said when nobody is missing."""
        return f"all nodes of the cluster '{self._cluster.name}' are there"

    async def state(self, here: Collection[str]) -> str:
        """Return who is missing, what that means and what to do; ``here`` are the servers'."""
        away = [n for n in self._cluster.others if self._cluster.server(n) not in here]
        if not away:
            return self.complete
        reached = await asyncio.gather(*(_listens(self._cluster.routes[n - 1]) for n in away))
        there = [n for n, answers in zip(away, reached, strict=True) if answers]
        silent = [n for n in away if n not in there]
        said = self._said()
        parts = [f"{listed([n], self._cluster)} {why_apart(self._cluster, n, said)}" for n in there]
        if silent:
            parts.append(f"{listed(silent, self._cluster)} cannot be reached; {_REMEDY}")
        alone = len(away) == len(self._cluster.others)
        return "; ".join([*parts, _ALONE if alone else _FEWER])


def why_apart(cluster: Cluster, node: int, said: Sequence[str]) -> str:
    """Return why a node that is there is not one of us, from what our server said of it last."""
    mark = f":{cluster.routes[node - 1].port} "
    about = [line for line in said if mark in line]
    # Where it has connected to us, and not we to it, its port is another.
    for line in (*reversed(about), *reversed(said)):
        if name := _NAME.search(line):
            other = next((each for each in name.groups() if each != cluster.name), "")
            return f"is of another cluster, '{other}'; give each node the same --cluster"
        for pattern, why in _REASONS:
            if pattern.search(line):
                return why
    return "does not answer as a node; check that --routes and --cluster are the same on each"


async def _listens(route: Route) -> bool:
    try:
        async with asyncio.timeout(_PATIENCE_S):
            _, writer = await asyncio.open_connection(route.host, route.port)
    except OSError:
        return False
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()
    return True
