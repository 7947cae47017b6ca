"""What a publisher has sent and has not heard of, and how it is written.  Part of ``publisher``.

Here is what is done in place of gmqtt: keeping what is unacknowledged, writing a PUBLISH, counting
acknowledgements.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Iterator
from typing import Any

from feed.mqtt.properties import rewritten
from feed.mqtt.versions import REFUSED

__all__ = ["Outbox", "count_first", "heed_refusals", "packet_of"]

_AT_LEAST_ONCE = 1
_PUBLISH = 3
_PUBACK = b"\x40\x02"
_PUBACK_BYTES = 4
"""MQTT 3.1.1, section 3.4: type, remaining length, the id of the message."""
_PUBACK_CODE = 2
"""where the reason is in a PUBACK of MQTT 5, which may leave it out"""
_SEVEN_BITS = 0x7F
_DUPLICATE = 0x08
"""The flag of a message that is sent again in one session (MQTT 3.1.1, section 3.3.1.1)."""


class Outbox:
    """What gmqtt has sent and the broker has not acknowledged, in order.

    It stands in for gmqtt's own storage, which forgets everything when a broker comes back without
    our session, and then reports success.
    """

    def __init__(self) -> None:
        self.waiting: OrderedDict[int, tuple[bytearray, object]] = OrderedDict()
        self.tag: object = None
        self.acknowledged: Callable[[object], None] = lambda _: None
        self.changed = asyncio.Event()
        self.five = False
        """its messages are written as MQTT 5 has them"""

    def rewrite(self, *, five: bool) -> None:
        """Write everything anew if it is to go to a broker that speaks another version."""
        if five != self.five:
            self.five = five
            for mid, (package, tag) in self.waiting.items():
                if package[0] >> 4 == _PUBLISH:
                    self.waiting[mid] = (rewritten(bytes(package), five=five), tag)

    def push_message(self, mid: int, raw_package: bytearray) -> None:
        """Keep what gmqtt has sent."""
        self.waiting[mid] = (raw_package, self.tag)

    def remove_message_by_mid(self, mid: int) -> None:
        """Note that a message was acknowledged."""
        entry = self.waiting.pop(mid, None)
        if entry is not None:
            self.changed.set()
            if entry[1] is not None:
                self.acknowledged(entry[1])

    @property
    def is_empty(self) -> bool:
        """Say yes: gmqtt would send it again behind what is published meanwhile."""
        return True

    async def wait_empty(self) -> None:
        """Return at once: gmqtt asks this before it calls itself connected."""

    def clear(self) -> None:
        """Keep everything: gmqtt calls this when the broker does not know our session."""

    def get_all(self) -> list[tuple[int, bytearray]]:
        """Return what is unacknowledged, in order, with the ids."""
        return [(mid, package) for mid, (package, _) in self.waiting.items()]

    def again(self, *, session: bool) -> Iterator[bytearray]:
        """Yield everything to be sent again, in order, in a session that goes on or a new one."""
        for _, package in self.get_all():
            if package[0] >> 4 == _PUBLISH:  # of QoS 2 the second step waits, which has no flag
                package[0] = package[0] & ~_DUPLICATE | (_DUPLICATE if session else 0)
            yield package


def packet_of(topic: str, identifier: int, payload: bytes, properties: bytes = b"") -> bytearray:
    """Return a PUBLISH of QoS 1 (MQTT 3.1.1, section 3.3), as gmqtt would, in a third of its time.

    ``properties`` are those of MQTT 5, which 3.1.1 does not have.

    Of what a player does for a message this was the largest part that could be spared.
    """
    name = topic.encode()
    length = len(name) + len(payload) + len(properties) + 4
    packet = bytearray((_PUBLISH << 4 | _AT_LEAST_ONCE << 1,))
    while length > _SEVEN_BITS:
        packet.append(length & _SEVEN_BITS | 0x80)
        length >>= 7
    packet.append(length)
    packet += len(name).to_bytes(2)
    packet += name
    packet += identifier.to_bytes(2)
    packet += properties
    packet += payload
    return packet


def count_first(connection: Any, outbox: Outbox) -> None:
    """Let the acknowledgements in what a connection reads be counted here, the rest by gmqtt.

    gmqtt makes an object of each, and five lines of a log that nobody reads.
    """
    protocol, handler = connection._protocol, connection._handler  # noqa: SLF001 - has no public name
    read, taken = protocol._read_packet, protocol.id_generator._used_ids  # noqa: SLF001 - same

    def counted(data: bytes) -> int:
        # The last one is left to gmqtt, which notes when the broker was heard.
        place, end = 0, len(data) - 2 * _PUBACK_BYTES
        if handler.current_connection is connection:
            while place <= end and data.startswith(_PUBACK, place):
                identifier = data[place + 2] << 8 | data[place + 3]
                taken.discard(identifier)
                outbox.remove_message_by_mid(identifier)
                place += _PUBACK_BYTES
        rest = read(data[place:])
        return -1 if rest < 0 else place + int(rest)

    protocol._read_packet = counted  # noqa: SLF001 - same


def heed_refusals(connection: Any, refused: Callable[[int], None]) -> None:
    """Let acknowledgements of MQTT 5 that say no be heard, which gmqtt takes for any other."""
    handler = connection._handler  # noqa: SLF001 - has no public name
    taken = handler._handle_puback_packet  # noqa: SLF001 - same

    def heed(command: int, packet: bytes) -> None:
        if len(packet) > _PUBACK_CODE and packet[_PUBACK_CODE] >= REFUSED:
            refused(packet[_PUBACK_CODE])
        else:
            taken(command, packet)

    handler._handler_cache[_PUBACK[0]] = heed  # noqa: SLF001 - same
