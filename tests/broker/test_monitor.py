"""Tests of ``feed.broker.monitor``: what a server says of itself, and servers that do not."""

import asyncio

import pytest

from feed.broker.monitor import asked


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        (b'HTTP/1.0 200 OK\r\nA: b\r\n\r\n{"status": "ok"}', {"status": "ok"}),
        (b'HTTP/1.0 503 No\r\n\r\n{"status": "unavailable"}', {"status": "unavailable"}),
        (b"HTTP/1.0 200 OK\r\n\r\n[1]", None),
        (b"HTTP/1.0 200 OK\r\n\r\n{", None),
        (b"nonsense", None),
        (b"", None),
    ],
)
async def test_only_an_object_is_an_answer(answer: bytes, found: object) -> None:
    """Anything else is as good as none."""

    async def server(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        writer.close()

    async with await asyncio.start_server(server, "127.0.0.1", 0) as there:
        assert await asked(there.sockets[0].getsockname()[1], "/healthz") == found


async def test_nobody_there_is_no_answer(free_port: int) -> None:
    """And no error."""
    assert await asked(free_port, "/healthz") is None
