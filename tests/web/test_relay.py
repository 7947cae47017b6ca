"""From a browser's WebSocket to the broker's."""

import asyncio
import contextlib

import pytest

from feed.web.http import Request
from feed.web.relay import Target, opening, relay
from tests.commands import PATIENCE_S

REQUEST = Request(
    "GET",
    "/mqtt",
    {
        "host": "127.0.0.1:8084",
        "origin": "http://127.0.0.1:8084",
        "cookie": "secret",
        "sec-websocket-key": "abc",
        "sec-websocket-version": "13",
        "sec-websocket-protocol": "mqtt",
    },
)


def test_the_broker_hears_only_what_it_needs() -> None:
    """Its own origin in place of the page's, and nothing that is none of its business."""
    head = opening(REQUEST, Target("::1", 8083)).decode()

    assert head.startswith("GET /mqtt HTTP/1.1\r\nHost: [::1]:8083\r\n")
    assert "Origin: http://[::1]:8083\r\n" in head
    assert "sec-websocket-protocol: mqtt\r\n" in head
    assert "secret" not in head
    assert head.endswith("\r\n\r\n")


def test_a_broker_with_encryption_has_another_origin() -> None:
    """As its own pages would."""
    assert Target("a.example", 443, tls=True).origin == "https://a.example:443"


async def test_bytes_go_both_ways_until_one_side_ends(free_port: int) -> None:
    """What the browser sends reaches the first broker that is there, and its answer the browser."""

    async def broker(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write((await reader.readexactly(5)).upper())
        writer.close()

    async def page(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await relay(REQUEST, Target("127.0.0.1", free_port, others=(there_too,)), reader, writer)
        writer.close()

    async with (
        await asyncio.start_server(broker, "127.0.0.1", 0) as there,
        await asyncio.start_server(page, "127.0.0.1", 0) as here,
    ):
        there_too = Target("127.0.0.1", there.sockets[0].getsockname()[1])
        reader, writer = await asyncio.open_connection(
            "127.0.0.1", here.sockets[0].getsockname()[1]
        )
        writer.write(b"hello")

        assert await reader.read() == b"HELLO"
        writer.close()
        await writer.wait_closed()


async def test_who_takes_nothing_is_not_handed_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither of its two connections is held for ever."""
    monkeypatch.setattr("feed.web.relay._TAKEN_S", 0.2)
    gone: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def broker(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            while not reader.at_eof():
                writer.write(bytes(100_000))
                await writer.drain()
        writer.close()

    async def page(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await relay(REQUEST, Target("127.0.0.1", port), reader, writer)
        gone.set_result(None)
        writer.transport.abort()

    async with (
        await asyncio.start_server(broker, "127.0.0.1", 0) as there,
        await asyncio.start_server(page, "127.0.0.1", 0, limit=1024) as here,
    ):
        port = there.sockets[0].getsockname()[1]
        deaf = here.sockets[0].getsockname()[1]
        _, writer = await asyncio.open_connection("127.0.0.1", deaf, limit=1024)
        async with asyncio.timeout(PATIENCE_S):
            await gone
        writer.transport.abort()


async def test_nobody_there_is_an_error_of_the_network(free_port: int) -> None:
    """The page's server says so to the browser, which tries again."""
    told: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    async def page(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await relay(REQUEST, Target("127.0.0.1", free_port), reader, writer)
        except OSError as error:
            told.set_result(type(error).__name__)
        writer.close()

    async with await asyncio.start_server(page, "127.0.0.1", 0) as here:
        _, writer = await asyncio.open_connection("127.0.0.1", here.sockets[0].getsockname()[1])

        assert await told == "ConnectionRefusedError"
        writer.close()
        await writer.wait_closed()
