"""Tests of ``feed.broker.ready``."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from feed.broker import ready
from feed.broker.ready import ACCEPTED, connect_packet, greet
from tests.brokers import HOST, EmbeddedLike, RunningBroker

SILENCE = b"\x20\x02"


@asynccontextmanager
async def answering(answer: bytes) -> AsyncIterator[int]:
    """Run a server that says one thing to everybody; give its port."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(answer)
        if answer == SILENCE:
            await reader.read()  # Until the other side hangs up.
        writer.close()

    server = await asyncio.start_server(serve, HOST, 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


def test_the_packet_is_as_the_standard_has_it() -> None:
    """A CONNECT is the bytes of MQTT 3.1.1, section 3.1."""
    assert connect_packet("id", "me", "pw") == (
        b"\x10\x16\x00\x04MQTT\x04\xc2\x00\x0a\x00\x02id\x00\x02me\x00\x02pw"
    )


async def test_a_broker_that_is_ready_says_so(broker: RunningBroker) -> None:
    """A real broker accepts the player."""
    password = broker.passwords.get("player", "")

    assert await greet(broker.host, broker.port, "player", password) == ACCEPTED


@pytest.mark.nats_server("mosquitto lets in whom it does not know, to do nothing")
async def test_a_wrong_password_is_not_ready(embedded: EmbeddedLike) -> None:
    """A broker that refuses tells its reason: 5, not authorised."""
    assert await greet(embedded.host, embedded.port, "player", "guess") == 5


async def test_where_nobody_listens_is_not_ready(free_port: Callable[[], int]) -> None:
    """A closed port is no answer, and no error."""
    assert await greet(HOST, free_port(), "player", "") is None


@pytest.mark.parametrize("answer", [b"", b"\x20", b"HTTP/1.1 400 Bad Request\r\n\r\n"])
async def test_what_is_no_broker_is_not_ready(answer: bytes) -> None:
    """A server that speaks something else, or hangs up, is no broker."""
    async with answering(answer) as port:
        assert await greet(HOST, port, "player", "") is None


async def test_who_is_silent_is_not_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that lets us in and says nothing is not waited for without end."""
    monkeypatch.setattr(ready, "PATIENCE_S", 0.05)

    async with answering(SILENCE) as port:
        assert await greet(HOST, port, "player", "") is None
