"""Try how an address answers MQTT over WebSocket, as a web page would use it.

A server may accept any path and then speak something else, or nothing at all; a library that waits
for MQTT there waits in silence.
"""

import asyncio
import base64
import contextlib
import secrets
import ssl
from typing import Literal, NamedTuple
from urllib.parse import urlsplit

from feed.errors import UsageError
from feed.model.quoting import quoted
from feed.mqtt.dialect import Greeting, connect_packet

__all__ = ["PATH", "Endpoint", "Reply", "greet", "parse_endpoint"]

PATH = "/mqtt"
"""the path at which brokers speak MQTT, by custom"""
_PORTS = {"ws": 80, "wss": 443}
_PATIENCE_S = 3.0
_LONGEST_LINE = 65_536
_MOST_LINES = 100
_SWITCHING, _CONNACK = 101, 0x20
_BINARY, _MASKED = 0x82, 0x80
_SHORT, _MEDIUM = 125, 126

Reply = Literal["mqtt", "something else", "silent", "refused", "no WebSocket"]


class Endpoint(NamedTuple):
    """The parts of ``ws://host:port/path``."""

    host: str
    port: int
    path: str
    tls: bool

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'wss' if self.tls else 'ws'}://{host}:{self.port}{self.path}"


def parse_endpoint(url: str) -> Endpoint:
    """Return the parts of an address for browsers; UsageError if it is none."""
    host = path = ""
    port, tls = 0, False
    with contextlib.suppress(ValueError, KeyError):
        parts = urlsplit(url)
        port, tls = parts.port or _PORTS[parts.scheme], parts.scheme == "wss"
        path = (parts.path or "/").encode("ascii").decode()
        host = (parts.hostname or "").encode("idna").decode()
    if not host or not (host + path).isprintable() or " " in host + path:
        raise UsageError(f"{quoted(url)} is no address of a WebSocket; write ws://host:port{PATH}")
    return Endpoint(host, port, path, tls)


async def greet(
    endpoint: Endpoint, *, origin: str | None = None, context: ssl.SSLContext | None = None
) -> tuple[Reply, int]:
    """Connect once; return what answered, and the status of HTTP; OSError if nothing listens."""
    tls = (context or ssl.create_default_context()) if endpoint.tls else None
    reader, writer = await asyncio.open_connection(
        endpoint.host, endpoint.port, ssl=tls, limit=_LONGEST_LINE
    )
    try:
        async with asyncio.timeout(_PATIENCE_S):
            return await _greet(reader, writer, endpoint, origin)
    except TimeoutError:
        return "silent", 0
    except (asyncio.IncompleteReadError, ConnectionError, ValueError):
        return "no WebSocket", 0
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


async def _greet(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    endpoint: Endpoint,
    origin: str | None,
) -> tuple[Reply, int]:
    host = f"[{endpoint.host}]" if ":" in endpoint.host else endpoint.host
    lines = [
        f"GET {endpoint.path} HTTP/1.1",
        f"Host: {host}:{endpoint.port}",
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        f"Sec-WebSocket-Key: {base64.b64encode(secrets.token_bytes(16)).decode()}",
        "Sec-WebSocket-Protocol: mqtt",
        *([] if origin is None else [f"Origin: {origin}"]),
    ]
    writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
    status = _status(await reader.readline())
    for _ in range(_MOST_LINES):
        if not (await reader.readline()).strip():
            break
    else:
        raise ValueError(_MOST_LINES)
    if status != _SWITCHING:
        return "refused", status
    packet = connect_packet(Greeting("3.1.1", f"feed-doctor-{secrets.token_hex(4)}"))
    # Clients have to mask what they send; a mask of zeros changes nothing.
    writer.write(bytes((_BINARY, _MASKED | len(packet))) + bytes(4) + packet)
    return ("mqtt" if await _first_byte(reader) == _CONNACK else "something else"), status


def _status(line: bytes) -> int:
    words = line.split()
    if len(words) < 2 or not words[0].startswith(b"HTTP/"):  # noqa: PLR2004 - version and status
        raise ValueError(line)
    return int(words[1])


async def _first_byte(reader: asyncio.StreamReader) -> int:
    """Return the first byte of what the first frame holds."""
    _, length = await reader.readexactly(2)
    if length > _SHORT:
        await reader.readexactly(2 if length == _MEDIUM else 8)
    return (await reader.readexactly(1))[0] if length else 0
