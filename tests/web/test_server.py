"""The page's server, over real sockets."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import pytest
import pytest_asyncio

from feed.errors import BrokerError
from feed.web.page import PageFile
from feed.web.relay import Target
from feed.web.server import serving
from tests.commands import PATIENCE_S

PAGE = {
    "/": PageFile("text/html; charset=utf-8", b"<p>page</p>"),
    "/assets/a.js": PageFile("text/javascript; charset=utf-8", b"plain", b"short", lasting=True),
}


@pytest_asyncio.fixture
async def host(free_port: int) -> AsyncIterator[str]:
    """Give host and port of a server whose broker is not there."""
    target = Target("127.0.0.1", free_port)
    async with serving(PAGE, lambda: target, host="127.0.0.1", port=0) as address:
        yield urlsplit(address).netloc


async def ask(host: str, line: str = "GET / HTTP/1.1", **headers: str) -> tuple[str, bytes]:
    """Return the head and the body of an answer."""
    name, port = host.split(":")
    reader, writer = await asyncio.open_connection(name, int(port))
    given = {"Host": host, **{key.replace("_", "-"): value for key, value in headers.items()}}
    text = "".join(f"{key}: {value}\r\n" for key, value in given.items())
    writer.write(f"{line}\r\n{text}\r\n".encode())
    head, _, body = (await reader.read()).partition(b"\r\n\r\n")
    writer.close()
    await writer.wait_closed()
    return head.decode(), body


async def test_the_page_comes_with_a_strict_policy(host: str) -> None:
    """Nothing from elsewhere, nothing inline, in no frame."""
    head, body = await ask(host)

    assert head.startswith("HTTP/1.1 200 OK")
    assert body == b"<p>page</p>"
    assert "default-src 'none'; script-src 'self';" in head
    assert f"connect-src 'self' ws://{host};" in head
    assert "unsafe" not in head
    assert "blob:; connect" in head, "blobs are for pictures alone"
    assert "frame-ancestors 'none'" in head
    assert "X-Content-Type-Options: nosniff" in head
    assert "Cross-Origin-Opener-Policy: same-origin" in head
    assert "Cross-Origin-Resource-Policy: same-origin" in head
    assert "Cache-Control: no-cache" in head


async def test_compressed_for_whom_understands_it(host: str) -> None:
    """And kept for long where the name changes with the content."""
    head, body = await ask(host, "GET /assets/a.js HTTP/1.1", Accept_Encoding="gzip, br")

    assert body == b"short"
    assert "Content-Encoding: br" in head
    assert "immutable" in head
    assert (await ask(host, "GET /assets/a.js HTTP/1.1"))[1] == b"plain"


async def test_the_page_is_told_where_the_broker_is(host: str) -> None:
    """Beside it; no address is built in."""
    assert (await ask(host, "GET /broker.json HTTP/1.1"))[1] == b'{"broker": "/mqtt"}'


@pytest.mark.parametrize(
    ("line", "status"),
    [
        ("GET /../../etc/passwd HTTP/1.1", 404),
        ("GET /%2e%2e/etc/passwd HTTP/1.1", 404),
        ("GET //etc/passwd HTTP/1.1", 404),
        ("GET http://evil.example/ HTTP/1.1", 404),
        ("POST / HTTP/1.1", 405),
        ("TRACE / HTTP/1.1", 405),
        ("OPTIONS / HTTP/1.1", 405),
        ("get / HTTP/1.1", 405),
        ("PRI * HTTP/2.0", 400),
        ("nonsense", 400),
    ],
)
async def test_nothing_else_can_be_asked_for(host: str, line: str, status: int) -> None:
    """Only what the page consists of is there at all."""
    head, _ = await ask(host, line)

    assert head.startswith(f"HTTP/1.1 {status} ")


async def test_the_head_alone(host: str) -> None:
    """Says how long the page is."""
    head, body = await ask(host, "HEAD / HTTP/1.1")

    assert "Content-Length: 11" in head
    assert body == b""


async def test_another_name_for_this_machine_is_refused(host: str) -> None:
    """A page of somebody else could have made its name point here."""
    head, _ = await ask(host, Host="rebound.example:80")

    assert head.startswith("HTTP/1.1 403 ")


@pytest.mark.parametrize("origin", ["http://127.0.0.1:1", "null", "https://evil.example", None])
async def test_only_its_own_page_reaches_the_broker(host: str, origin: str | None) -> None:
    """Every page in the browser could try."""
    given = {} if origin is None else {"Origin": origin}
    head, _ = await ask(host, "GET /mqtt HTTP/1.1", Upgrade="websocket", **given)

    assert head.startswith("HTTP/1.1 403 ")


async def test_a_broker_that_is_away_is_told(host: str) -> None:
    """The page says so and tries again."""
    upgrade = {"Upgrade": "websocket", "Origin": f"http://{host}"}
    head, body = await ask(host, "GET /mqtt HTTP/1.1", **upgrade)

    assert head.startswith("HTTP/1.1 502 ")
    assert body == b"the broker does not answer\n"


async def test_a_request_without_end_is_not_kept(host: str) -> None:
    """Sixteen kilobytes are enough for everybody."""
    name, port = host.split(":")
    reader, writer = await asyncio.open_connection(name, int(port))
    writer.write(b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 10_000)
    # What was not read of it may make the connection end before the answer arrives.
    with contextlib.suppress(ConnectionResetError):
        assert (await reader.read()).startswith(b"HTTP/1.1 431 ")
    writer.close()


async def test_what_somebody_uploads_is_not_read(host: str) -> None:
    """However much it is; the next one is served."""
    name, port = host.split(":")
    reader, writer = await asyncio.open_connection(name, int(port))
    writer.write(f"POST / HTTP/1.1\r\nHost: {host}\r\nContent-Length: {2**40}\r\n\r\n".encode())
    with contextlib.suppress(ConnectionError):
        for _ in range(1000):
            writer.write(bytes(65_536))
            await writer.drain()
        await reader.read()
    writer.close()
    assert (await ask(host))[0].startswith("HTTP/1.1 200 ")


async def test_so_many_connections_and_no_more(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is beside the page needs open files, too."""
    monkeypatch.setattr("feed.web.server._MOST", 3)
    name, port = host.split(":")
    idle = [await asyncio.open_connection(name, int(port)) for _ in range(3)]

    with contextlib.suppress(ConnectionError):
        assert await ask(host) == ("", b"")
    for _, writer in idle:
        writer.close()


async def test_who_does_not_take_its_answer_makes_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is dropped with what it asked for."""
    monkeypatch.setattr("feed.web.server._MOST", 3)
    monkeypatch.setattr("feed.web.server._TAKEN_S", 0.2)
    page = {**PAGE, "/large.js": PageFile("text/javascript", bytes(20_000_000))}
    async with serving(page, lambda: Target("127.0.0.1", 1), host="127.0.0.1", port=0) as address:
        host = urlsplit(address).netloc
        name, port = host.split(":")
        deaf = [await asyncio.open_connection(name, int(port), limit=1024) for _ in range(3)]
        for reader, writer in deaf:
            writer.write(f"GET /large.js HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
            assert await reader.readexactly(8) == b"HTTP/1.1"
        body = b""
        async with asyncio.timeout(PATIENCE_S):
            while body != b"<p>page</p>":
                with contextlib.suppress(ConnectionError):
                    _, body = await ask(host)
        for _, writer in deaf:
            writer.transport.abort()


async def test_a_connection_of_another_method_is_none(host: str) -> None:
    """Only GET asks for a WebSocket, whatever else is said."""
    upgrade = {"Upgrade": "websocket", "Origin": f"http://{host}"}
    head, _ = await ask(host, "POST /mqtt HTTP/1.1", **upgrade)

    assert head.startswith("HTTP/1.1 405 ")


async def test_a_port_in_use_is_told_in_one_sentence(host: str) -> None:
    """With what to do."""
    with pytest.raises(BrokerError, match="take another with --port"):
        async with serving(PAGE, lambda: Target("a", 1), host="127.0.0.1", port=int(host[10:])):
            pass
