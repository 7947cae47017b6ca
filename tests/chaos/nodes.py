"""The three nodes of a cluster: each is killed whole, and comes back with its store or without.

No node is struck before all three are there again and have caught up: what is promised is that any
one may fail.
"""

import contextlib
import json
import os
import shutil
import signal
from collections.abc import Sequence
from pathlib import Path

from feed.broker.cluster import NODES
from feed.broker.engines.nats_server import own_port
from feed.broker.supervision import supervision
from feed.clock import Clock
from feed.errors import BrokerError
from tests.brokers import HOST, free_port
from tests.chaos.parts import FEED, Part, Supervised

__all__ = ["Node", "healthy", "nodes_in", "whole"]

_TICK_S = 0.1
_WHOLE_S = 120.0


class Node(Supervised):
    """``feed broker --cluster``: killed together with its server, as a machine is switched off."""

    def __init__(self, folder: Path, clock: Clock, number: int, command: Sequence[str]) -> None:
        self.store = folder / f"store-{number}"
        super().__init__(f"node-{number}", folder, clock, (*command, "--store", str(self.store)))
        self.port = int(command[command.index("--port") + 1])
        self.emptied = False
        """whether it comes back without what it kept"""
        self.lost_stores = 0

    @property
    def server(self) -> int | None:
        """The process of its server, if it is that one."""
        with contextlib.suppress(OSError, ValueError):
            pid = int((self.store / "nats.pid").read_text(encoding="ascii"))
            if str(self.store).encode() in Path(f"/proc/{pid}/cmdline").read_bytes():
                return pid
        return None

    def kill(self) -> bool:
        """Kill the supervisor, and then the server that it would have brought back."""
        server = self.server
        if not super().kill():
            return False
        if server is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(server, signal.SIGKILL)
        return True

    async def start(self) -> None:
        """Start it; without its store if it has lost that."""
        if self.emptied:
            self.emptied = False
            self.lost_stores += 1
            shutil.rmtree(self.store, ignore_errors=True)
        await super().start()

    async def healthy(self) -> bool:
        """Tell whether its server runs, and has all that the others have."""
        return await healthy(self.store)


async def healthy(store: Path) -> bool:
    """Tell whether the server of a store runs, and has all that the others have."""
    try:
        told = json.loads((store / "nats.conf").read_text(encoding="utf-8"))
        port = own_port(store, int((store / "nats.pid").read_text(encoding="ascii")))
    except (OSError, ValueError):
        return False
    with contextlib.suppress(BrokerError):
        if port is not None:
            password = told["accounts"]["$SYS"]["users"][0]["password"]
            async with supervision(port, password) as server:
                return await server.healthy()
    return False


def nodes_in(folder: Path, clock: Clock) -> list[Node]:
    """Return the nodes of a cluster on free ports, not yet started."""
    routes = ",".join(f"{HOST}:{free_port()}" for _ in range(NODES))
    return [
        Node(
            folder,
            clock,
            number,
            (
                *(*FEED, "broker", "--cluster", "chaos", "--node", str(number)),
                *("--routes", routes, "--port", str(free_port())),
                *("--websocket-port", str(free_port())),
            ),
        )
        for number in range(1, NODES + 1)
    ]


async def whole(nodes: Sequence[Part], clock: Clock) -> bool:
    """Wait until all nodes are there and have caught up; False if that takes too long."""
    deadline = clock.now() + _WHOLE_S
    while clock.now() < deadline:
        if all([await node.healthy() for node in nodes if isinstance(node, Node)]):
            return True
        await clock.sleep(_TICK_S)
    return False
