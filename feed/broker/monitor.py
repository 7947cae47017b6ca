"""What a server tells this machine about itself: JSON over HTTP, on loopback alone."""

import asyncio
import contextlib
import json
from typing import Any

__all__ = ["asked"]

_PATIENCE_S = 2.0
_LARGEST = 4_194_304


async def asked(port: int, path: str) -> dict[str, Any] | None:
    """Return what a server answers to a question such as ``/routez``; None if there is none."""
    try:
        async with asyncio.timeout(_PATIENCE_S):
            return await _asked(port, path)
    except (OSError, ValueError, asyncio.IncompleteReadError):
        return None


async def _asked(port: int, path: str) -> dict[str, Any] | None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=_LARGEST)
    try:
        writer.write(f"GET {path} HTTP/1.0\r\nHost: localhost\r\n\r\n".encode())
        await reader.readuntil(b"\r\n\r\n")
        body = await reader.read(_LARGEST)
        while piece := await reader.read(_LARGEST):
            body += piece
        found = json.loads(body)
        return found if isinstance(found, dict) else None
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()
