"""What answers at an address for browsers."""

import asyncio

import pytest

from feed.errors import UsageError
from feed.mqtt.websocket import Endpoint, greet, parse_endpoint
from tests.brokers import EmbeddedLike, free_port


def at(broker: EmbeddedLike, path: str = "/mqtt") -> Endpoint:
    """Return an address of the broker for browsers."""
    return Endpoint(broker.host, broker.websocket_port, path, tls=False)


@pytest.mark.parametrize(
    ("url", "parts"),
    [
        ("ws://127.0.0.1:8083/mqtt", ("127.0.0.1", 8083, "/mqtt", False)),
        ("ws://broker.example", ("broker.example", 80, "/", False)),
        ("wss://[::1]:9001/x", ("::1", 9001, "/x", True)),
    ],
)
def test_an_address_has_parts(url: str, parts: tuple[object, ...]) -> None:
    """Ports have defaults, the path is a slash."""
    assert tuple(parse_endpoint(url)) == parts


@pytest.mark.parametrize(
    "url", ["", "x", "http://a", "ws://", "ws://a:x/", "ws://a/\u0007", "ws://["]
)
def test_what_is_no_address_is_refused(url: str) -> None:
    """With the form of one."""
    with pytest.raises(UsageError, match="write ws://host:port/mqtt"):
        parse_endpoint(url)


def test_an_address_is_written_as_it_is_read() -> None:
    """IPv6 stands in brackets."""
    assert str(parse_endpoint("wss://[::1]:9001/x")) == "wss://[::1]:9001/x"


@pytest.mark.nats_server("mosquitto has one protocol at its WebSocket")
async def test_mqtt_is_told_from_what_is_something_else(embedded: EmbeddedLike) -> None:
    """At another path the server speaks its own protocol, which a browser's client waits on."""
    assert await greet(at(embedded)) == ("mqtt", 101)
    assert await greet(at(embedded, "/")) == ("something else", 101)
    assert await greet(at(embedded, "/ws")) == ("something else", 101)


@pytest.mark.nats_server("mosquitto lets web pages of other origins in")
async def test_a_foreign_page_is_refused(embedded: EmbeddedLike) -> None:
    """With the status that a browser gets; every spelling of this machine is its own page."""
    own = f"http://localhost:{embedded.websocket_port}"

    assert await greet(at(embedded), origin="http://evil.example") == ("refused", 403)
    assert await greet(at(embedded), origin=own) == ("mqtt", 101)


async def test_what_is_no_websocket_is_said(embedded: EmbeddedLike) -> None:
    """The port of MQTT itself, or nothing at all."""
    reply, _ = await greet(at(embedded)._replace(port=embedded.port))

    assert reply in {"no WebSocket", "silent"}
    with pytest.raises(OSError, match=r"refused|Connect"):
        await greet(at(embedded)._replace(port=free_port()))


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\n\r\n",
        b"\xff\xfe\r\n\r\n",
        b"HTTP/1.1 x\r\n\r\n",
        b"x" * 100_000,
        b"HTTP/1.1 101 x\r\n" + b"a: b\r\n" * 1000,
        b"HTTP/1.1 101 x\r\n\r\n\x82\x00",
        b"HTTP/1.1 101 x\r\n\r\n\x82\x7f",
        b"",
    ],
    ids=lambda answer: repr(answer[:32]),
)
async def test_whatever_answers_is_told_apart_from_mqtt(answer: bytes) -> None:
    """No answer of a stranger is an error of ours."""

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        writer.write(answer)
        writer.close()

    async with await asyncio.start_server(listen, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        reply, _ = await greet(Endpoint("127.0.0.1", port, "/mqtt", tls=False))

    assert reply != "mqtt"
