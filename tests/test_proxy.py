"""Tests of ``tests.proxy``: a fault that does not happen would prove nothing."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from feed.clock import SystemClock
from tests.brokers import HOST
from tests.proxy import Proxy, proxy

SOON_S = 0.2
"""how long nothing has to happen to be taken for nothing"""


@asynccontextmanager
async def echo() -> AsyncIterator[Proxy]:
    """Have a proxy to a server that sends back what it gets."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(100):
                writer.write(data)
                await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, HOST, 0)
    async with server, proxy(int(server.sockets[0].getsockname()[1])) as between:
        yield between


class Client:
    """A connection through the proxy."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def hears(self, text: bytes) -> bytes:
        """Say something; return what comes back soon."""
        self.writer.write(text)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(SOON_S):
                return await self.reader.read(100)
        return b"nothing"


@asynccontextmanager
async def client(between: Proxy) -> AsyncIterator[Client]:
    """Connect through a proxy."""
    reader, writer = await asyncio.open_connection(HOST, between.port)
    try:
        yield Client(reader, writer)
    finally:
        writer.transport.abort()


async def test_it_forwards_both_ways() -> None:
    """Without a fault nothing is different."""
    async with echo() as between, client(between) as one:
        assert await one.hears(b"hello") == b"hello"
        assert between.connections == 1


async def test_a_cut_is_noticed_at_once_and_can_be_mended() -> None:
    """The client's connection is reset, and a new one works."""
    async with echo() as between, client(between) as one:
        await one.hears(b"hello")
        assert between.cut() == 1
        with pytest.raises(ConnectionResetError):
            await one.reader.read(100)
        async with client(between) as other:
            assert await other.hears(b"again") == b"again"


async def test_a_half_open_connection_tells_nothing() -> None:
    """What the client says goes nowhere, and its connection stands."""
    async with echo() as between, client(between) as one:
        await one.hears(b"hello")
        between.half_open()
        assert await one.hears(b"anybody there?") == b"nothing"
        assert not one.writer.is_closing()
        async with client(between) as other:
            assert await other.hears(b"again") == b"again"


async def test_a_stall_loses_nothing() -> None:
    """What was held comes when it flows again."""
    async with echo() as between, client(between) as one:
        await one.hears(b"hello")
        between.stall()
        assert await one.hears(b"late") == b"nothing"
        between.flow()
        assert await one.reader.read(100) == b"late"


async def test_a_delay_holds_everything_back() -> None:
    """There and back it costs twice the delay."""
    clock = SystemClock()
    async with echo() as between, client(between) as one:
        between.delay_s = 0.05
        began = clock.now()
        assert await one.hears(b"slow") == b"slow"
        assert clock.now() - began >= 0.1


async def test_a_server_that_is_away_is_away_for_the_client_too() -> None:
    """Who connects while nobody listens behind the proxy is hung up on."""
    async with echo() as there, proxy(there.port) as between:
        between.target = 1
        async with client(between) as one:
            with contextlib.suppress(ConnectionResetError):
                assert await one.reader.read(100) == b""
