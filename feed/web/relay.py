"""Hands a browser's WebSocket on to the broker's, byte by byte.

A broker accepts pages of a few origins, fixed when it starts; a page on a free port is none of
them.  So the page's server sees to it that the page is its own, and connects as the broker's own.
"""

import asyncio
import contextlib
import ssl
from dataclasses import dataclass
from pathlib import Path

from feed.web.http import LONGEST_HEAD, Request

__all__ = ["Target", "opening", "relay"]

_CHUNK = 65_536
_PATIENCE_S = 5.0
_TAKEN_S = 60.0
"""within which what is handed on has to be taken"""
_HANDED_ON = ("sec-websocket-key", "sec-websocket-version", "sec-websocket-protocol")


@dataclass(frozen=True)
class Target:
    """The WebSocket listener of a broker."""

    host: str
    port: int
    path: str = "/mqtt"
    tls: bool = False
    authority: Path | None = None
    """who vouches for its certificate; None: those that the machine trusts"""
    others: "tuple[Target, ...]" = ()
    """to turn to, in this order, where nobody answers"""

    @property
    def where(self) -> str:
        """Host and port as they are written in a URL."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def origin(self) -> str:
        """The origin of pages that the broker would serve itself."""
        return f"http{'s' * self.tls}://{self.where}"


def opening(request: Request, target: Target) -> bytes:
    """Return the handshake as the broker gets it: of the browser's headers only what it needs."""
    lines = [
        f"GET {target.path} HTTP/1.1",
        f"Host: {target.where}",
        "Connection: Upgrade",
        "Upgrade: websocket",
        f"Origin: {target.origin}",
        *(f"{name}: {request.headers[name]}" for name in _HANDED_ON if name in request.headers),
    ]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n"


async def relay(
    request: Request,
    target: Target,
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
) -> None:
    """Hand everything on in both directions until one side ends; OSError if nobody answers."""
    target, there, here = await _reached(target)
    try:
        here.write(opening(request, target))
        ways = [
            asyncio.create_task(_pour(reader, here)),
            asyncio.create_task(_pour(there, writer)),
        ]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
    finally:
        here.close()
        with contextlib.suppress(OSError):
            await here.wait_closed()


async def _reached(
    target: Target,
) -> tuple[Target, asyncio.StreamReader, asyncio.StreamWriter]:
    """Return the first that answers, and the connection to it."""
    each = (target, *target.others)
    for one in each:
        context = ssl.create_default_context(cafile=one.authority) if one.tls else None
        try:
            async with asyncio.timeout(_PATIENCE_S / len(each)):
                return one, *await asyncio.open_connection(
                    one.host, one.port, ssl=context, limit=LONGEST_HEAD
                )
        except OSError:
            if one is each[-1]:
                raise
    raise AssertionError(each)


async def _pour(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    """Hand on what comes; whoever is slow is waited for, but not for ever."""
    with contextlib.suppress(OSError):
        while data := await source.read(_CHUNK):
            sink.write(data)
            async with asyncio.timeout(_TAKEN_S):
                await sink.drain()
