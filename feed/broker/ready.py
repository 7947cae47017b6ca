"""Ask a broker whether it is ready, by one MQTT 3.1.1 CONNECT and its answer.

An open port is no answer: the server listens before it lets anybody in.
"""

import asyncio
import contextlib
import ssl

__all__ = ["ACCEPTED", "connect_packet", "greet"]

ACCEPTED = 0
PATIENCE_S = 2.0
_CLEAN_SESSION, _PASSWORD, _USER = 0x02, 0x40, 0x80
_CONNACK = b"\x20\x02"
_DISCONNECT = b"\xe0\x00"
_KEEP_ALIVE_S = 10
_LONGEST = 127


async def greet(
    host: str, port: int, user: str, password: str, *, context: ssl.SSLContext | None = None
) -> int | None:
    """Connect and leave again; return the broker's answer, or None if there is none."""
    try:
        async with asyncio.timeout(PATIENCE_S):
            return await _greet(host, port, user, password, context)
    except (OSError, asyncio.IncompleteReadError):  # A TimeoutError is an OSError.
        return None


def connect_packet(client: str, user: str, password: str) -> bytes:
    """Return a CONNECT (MQTT 3.1.1, section 3.1)."""
    flags = _CLEAN_SESSION | _USER | _PASSWORD
    body = b"".join(
        (
            _string("MQTT"),
            bytes((4, flags)),
            _KEEP_ALIVE_S.to_bytes(2, "big"),
            _string(client),
            _string(user),
            _string(password),
        )
    )
    assert len(body) <= _LONGEST, "a longer packet needs a second byte of length"
    return bytes((0x10, len(body))) + body


def _string(text: str) -> bytes:
    data = text.encode()
    return len(data).to_bytes(2, "big") + data


async def _greet(
    host: str, port: int, user: str, password: str, context: ssl.SSLContext | None
) -> int | None:
    reader, writer = await asyncio.open_connection(host, port, ssl=context)
    try:
        writer.write(connect_packet("feed-ready", user, password))
        answer = await reader.readexactly(4)
        writer.write(_DISCONNECT)
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()
    return answer[3] if answer.startswith(_CONNACK) else None
