"""Try how a broker answers one CONNECT, written by hand: any version, client id and user.

The libraries would correct what a user's own client sends as it is.
"""

import asyncio
import contextlib
from dataclasses import dataclass
from typing import Literal

from feed.mqtt.address import BrokerAddress
from feed.mqtt.errors import tls_context

__all__ = ["PROTOCOLS", "Answer", "Greeting", "attempt", "connect_packet"]

PROTOCOLS = ("3.1", "3.1.1", "5")
Answer = Literal["accepted", "refused", "closed", "silent"]

_LEVELS = {"3.1": ("MQIsdp", 3), "3.1.1": ("MQTT", 4), "5": ("MQTT", 5)}
_CLEAN_SESSION, _PASSWORD, _USER = 0x02, 0x40, 0x80
_CONNACK = 0x20
_DISCONNECT = b"\xe0\x00"
_KEEP_ALIVE_S = 10
_PATIENCE_S = 3.0


@dataclass(frozen=True)
class Greeting:
    """What a client says when it connects."""

    protocol: str
    client_id: str
    user: str | None = None
    password: str | None = None


async def attempt(address: BrokerAddress, greeting: Greeting) -> tuple[Answer, int]:
    """Connect once; return how the broker answered, and the return code of its CONNACK.

    OSError if the broker cannot be reached at all.
    """
    reader, writer = await asyncio.open_connection(
        address.host, address.port, ssl=tls_context(address)
    )
    try:
        writer.write(connect_packet(greeting))
        async with asyncio.timeout(_PATIENCE_S):
            answer = await reader.readexactly(4)
    except TimeoutError:
        return "silent", 0
    except (asyncio.IncompleteReadError, ConnectionError):
        return "closed", 0
    else:
        if answer[0] != _CONNACK:
            return "closed", 0
        if answer[3]:
            return "refused", answer[3]
        writer.write(_DISCONNECT)
        return "accepted", 0
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


def connect_packet(greeting: Greeting) -> bytes:
    """Return a CONNECT of any of the three versions, with a clean session."""
    name, level = _LEVELS[greeting.protocol]
    flags = _CLEAN_SESSION
    payload = _string(greeting.client_id)
    if greeting.user is not None:
        flags |= _USER
        payload += _string(greeting.user)
    if greeting.password is not None:
        flags |= _PASSWORD
        payload += _string(greeting.password)
    properties = b"\x00" if greeting.protocol == "5" else b""
    body = (
        _string(name)
        + bytes((level, flags))
        + _KEEP_ALIVE_S.to_bytes(2, "big")
        + properties
        + payload
    )
    return b"\x10" + _length(len(body)) + body


def _string(text: str) -> bytes:
    data = text.encode()
    return len(data).to_bytes(2, "big") + data


def _length(count: int) -> bytes:
    """Return a remaining length (MQTT 3.1.1, section 2.2.3)."""
    digits = bytearray()
    while True:
        count, digit = divmod(count, 128)
        digits.append(digit | (0x80 if count else 0))
        if not count:
            return bytes(digits)
