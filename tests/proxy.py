"""A TCP proxy that breaks connections on purpose, each in the way a network does.

It stands between one client and its broker and forwards bytes; nothing of MQTT is known here.
"""

import asyncio
import contextlib
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from feed.clock import SystemClock
from tests.brokers import HOST

__all__ = ["Proxy", "proxy"]

_CHUNK = 65_536


class Proxy:
    """Forwards every connection to one port of this machine; made by ``proxy``."""

    def __init__(self, target: int) -> None:
        self.target = target
        self.port = 0
        self.connections = 0
        """how many connections were made through it"""
        self.delay_s = 0.0
        """how long every piece of data is held back"""
        self._clock = SystemClock()
        self._flows = asyncio.Event()
        self._flows.set()
        self._clients: set[asyncio.StreamWriter] = set()
        self._servers: set[asyncio.StreamWriter] = set()
        self._swallowed: set[asyncio.StreamWriter] = set()
        self._works: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        """Listen on a free port."""
        self._server = await asyncio.start_server(self._accept, HOST, 0)
        self.port = int(self._server.sockets[0].getsockname()[1])

    async def close(self) -> None:
        """Cut everything and stop listening."""
        assert self._server is not None, "started first"
        self._server.close()
        self._swallowed.clear()
        self.flow()
        self.cut()
        for work in self._works:
            work.cancel()
        await asyncio.gather(*self._works, return_exceptions=True)
        await self._server.wait_closed()

    def cut(self) -> int:
        """Reset every connection on both sides; return how many there were."""
        cut = len(self._clients)
        for writer in [*self._clients, *self._servers]:
            if writer not in self._swallowed:
                _reset(writer)
        return cut

    def half_open(self) -> int:
        """Let the broker vanish without a word: what the client sends from now on goes nowhere."""
        for writer in self._clients:
            self._swallowed.add(writer)
        for writer in self._servers:
            _reset(writer)
        return len(self._clients)

    def stall(self) -> None:
        """Forward nothing until ``flow``; buffers fill, connections stay."""
        self._flows.clear()

    def flow(self) -> None:
        """Go on after ``stall``."""
        self._flows.set()

    async def _accept(self, reader: asyncio.StreamReader, client: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            upstream, server = await asyncio.open_connection(HOST, self.target)
        except OSError:
            client.transport.abort()
            return
        self._clients.add(client)
        self._servers.add(server)
        back = asyncio.create_task(self._forward(upstream, client, client))
        forth = asyncio.create_task(self._forward(reader, server, client))
        works = {back, forth}
        self._works |= works
        try:
            await asyncio.wait(works, return_when=asyncio.FIRST_COMPLETED)
            if client in self._swallowed:
                # The client alone decides when it has waited long enough.
                await asyncio.wait({forth})
        finally:
            for work in works:
                work.cancel()
            await asyncio.gather(*works, return_exceptions=True)
            self._works -= works
            for writer, mine in ((client, self._clients), (server, self._servers)):
                writer.transport.abort()
                mine.discard(writer)
            self._swallowed.discard(client)

    async def _forward(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        client: asyncio.StreamWriter,
    ) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(_CHUNK):
                await self._flows.wait()
                if self.delay_s:
                    await self._clock.sleep(self.delay_s)
                if client in self._swallowed:
                    continue
                writer.write(data)
                await writer.drain()


def _reset(writer: asyncio.StreamWriter) -> None:
    """End a connection with a reset, not as one that is closed in peace."""
    with contextlib.suppress(OSError):
        linger = struct.pack("ii", 1, 0)
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    writer.transport.abort()


@asynccontextmanager
async def proxy(target: int) -> AsyncIterator[Proxy]:
    """Have a proxy to a port of this machine for as long as the context lasts."""
    one = Proxy(target)
    await one.start()
    try:
        yield one
    finally:
        await one.close()
