"""Which version of MQTT a broker is spoken to in: 5 where it takes it, else 3.1.1.

A broker is asked once, by a CONNECT of MQTT 5 under a name of its own, which costs one more
connection; what it answered is remembered for as long as it holds.  Where it is known that a broker
speaks 3.1.1 alone, as nats-server does, nothing is asked.
"""

import asyncio
import contextlib
import secrets

from feed.mqtt.address import BrokerAddress
from feed.mqtt.dialect import Greeting, connect_packet
from feed.mqtt.errors import tls_context

__all__ = ["REFUSALS", "REFUSED", "Versions", "most_at_once"]

_PATIENCE_S = 2.0
_UNLIMITED = 65_535
_FEWEST = 10
"""A broker that takes fewer at once would slow everything down; 3.1.1 knows no such limit."""
_CONNACK, _RECEIVE_MAXIMUM = 0x20, 0x21
_DISCONNECT = b"\xe0\x00"
_WIDTHS = {0x11: 4, 0x13: 2, 0x21: 2, 0x22: 2, 0x24: 1, 0x25: 1, 0x27: 4, 0x28: 1, 0x29: 1, 0x2A: 1}
"""bytes of the properties of a CONNACK that are numbers (MQTT 5.0, section 2.2.2.2)"""
_PAIR = 0x26
_ONE_BYTE = 0x7F

REFUSED = 0x80
"""Acknowledgements from this on say that a message was not taken."""
REFUSALS = {
    0x87: "its user may not write there",
    0x90: "it does not allow the topic",
    0x95: "it is too large",
    0x97: "a quota is used up",
    0x99: "it does not like the payload",
}
"""Why a broker does not take a message (MQTT 5.0, section 3.4.2.1)."""


class Versions:
    """What the addresses of one client speak."""

    def __init__(self) -> None:
        self._most: dict[tuple[str, int], int] = {}

    async def most(self, address: BrokerAddress, waiting: int) -> int:
        """Return how many messages it takes at once by MQTT 5; 0: speak 3.1.1.

        ``waiting`` messages are to be sent again at once.
        """
        if address.before_5:
            return 0
        where = address.host, address.port
        if where not in self._most:
            # What cannot be found out now is found out by whoever connects.
            with contextlib.suppress(OSError, TimeoutError):
                async with asyncio.timeout(_PATIENCE_S):
                    self._most[where] = await most_at_once(address)
        most = self._most.get(where, 0)
        return most if most > max(_FEWEST, waiting) else 0

    def failed(self, address: BrokerAddress) -> None:
        """Forget what was spoken there: it may be another broker by now."""
        self._most.pop((address.host, address.port), None)


async def most_at_once(address: BrokerAddress) -> int:
    """Ask a broker how many messages it takes at once by MQTT 5; 0 if it does not speak it.

    OSError or TimeoutError if it says nothing; one that hangs up speaks another version.
    """
    reader, writer = await asyncio.open_connection(
        address.host, address.port, ssl=tls_context(address)
    )
    try:
        name = f"feed-asks-{secrets.token_hex(4)}"
        writer.write(connect_packet(Greeting("5", name, address.user, address.password)))
        kind, length = await reader.readexactly(2)
        answer = await reader.readexactly(length)
        writer.write(_DISCONNECT)
    except (asyncio.IncompleteReadError, ConnectionResetError):
        return 0
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()
    if kind != _CONNACK or length > _ONE_BYTE or len(answer) < 3 or answer[1]:  # noqa: PLR2004 - see below
        return 0  # it has flags, a code, and properties, and is short
    return _receive_maximum(answer[3:])


def _receive_maximum(properties: bytes) -> int:
    """Return the Receive Maximum of a CONNACK with fewer than 128 bytes of properties."""
    while properties:
        code, rest = properties[0], properties[1:]
        if code == _RECEIVE_MAXIMUM:
            return int.from_bytes(rest[:2])
        if code in _WIDTHS:
            properties = rest[_WIDTHS[code] :]
        else:
            for _ in range(2 if code == _PAIR else 1):
                rest = rest[2 + int.from_bytes(rest[:2]) :]
            properties = rest
    return _UNLIMITED
