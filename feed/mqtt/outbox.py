"""What a publisher has sent and has not heard of, and how it is written.  Part of ``publisher``.

Here is what is done in place of gmqtt: keeping what is unacknowledged, writing a PUBLISH, counting
acknowledgements.
"""

import asyncio
import struct
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from feed.mqtt.properties import rewritten
from feed.mqtt.versions import REFUSED

__all__ = ["Outbox", "count_first", "heed_refusals", "packet_of"]

_AT_LEAST_ONCE = 1
_PUBLISH = 3
_PUBACK_TYPE = 0x40
_PUBACK = struct.Struct("!HH")
"""MQTT 3.1.1, section 3.4: type and remaining length, the id of the message."""
_PUBACK_BEGINS = 0x4002
_HIGHEST = 0xFFFF
_PUBACK_CODE = 2
"""where the reason is in a PUBACK of MQTT 5, which may leave it out"""
_SEVEN_BITS = 0x7F
_DUPLICATE = 0x08
"""The flag of a message that is sent again in one session (MQTT 3.1.1, section 3.3.1.1)."""


class Outbox:
    """What gmqtt has sent and the broker has not acknowledged, in order.

    It stands in for gmqtt's own storage, which forgets everything when a broker comes back without
    our session, and then reports success; and for its numbers, which it looks for one by one.
    """

    def __init__(self) -> None:
        self.waiting: dict[int, tuple[bytearray, object]] = {}
        """(packet, tag) by number, in the order in which they were sent"""
        self.acknowledged: Callable[[Sequence[Any]], None] = lambda _: None
        """called with the tags of what the broker has got"""
        self.changed = asyncio.Event()
        self.five = False
        """its messages are written as MQTT 5 has them"""
        self._last = 0

    def packets(
        self, messages: Iterable[tuple[str, bytes, object]], said: Callable[[str, bytes], bytes]
    ) -> bytes:
        """Return the packets of (topic, payload, tag) as one piece, and wait for each.

        ``said`` returns the properties of a message, if they are written as MQTT 5 has them.
        """
        made = []
        for topic, payload, tag in messages:
            number = self.next_id()
            properties = said(topic, payload) if self.five else b""
            packet = packet_of(topic, number, payload, properties)
            self.waiting[number] = packet, tag
            made.append(packet)
        return b"".join(made)

    def rewrite(self, *, five: bool) -> None:
        """Write everything anew if it is to go to a broker that speaks another version."""
        if five != self.five:
            self.five = five
            for mid, (package, tag) in self.waiting.items():
                if package[0] >> 4 == _PUBLISH:
                    self.waiting[mid] = (rewritten(bytes(package), five=five), tag)

    def take(self, numbers: Iterable[int]) -> None:
        """Note what the broker has acknowledged; numbers that nobody waits for mean nothing."""
        waiting = self.waiting
        found = [waiting.pop(number) for number in numbers if number in waiting]
        if found:
            self.changed.set()
            tags = [tag for _, tag in found if tag is not None]
            if tags:
                self.acknowledged(tags)

    def next_id(self) -> int:
        """Return a number that nothing under way has."""
        while True:
            self._last = self._last % _HIGHEST + 1
            if self._last not in self.waiting:
                return self._last

    def free_id(self, number: int) -> None:
        """Do nothing: a number is free when nothing under way has it."""

    def push_message(self, mid: int, raw_package: bytearray) -> None:
        """Wait for what gmqtt has sent itself: a message, or the second step of one of QoS 2."""
        second = raw_package[0] >> 4 != _PUBLISH
        assert second or mid not in self.waiting, "numbers are given out here alone"
        self.waiting[mid] = (raw_package, None)

    def remove_message_by_mid(self, mid: int) -> None:
        """Note an acknowledgement that gmqtt has read."""
        self.take((mid,))

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
    head = bytearray((_PUBLISH << 4 | _AT_LEAST_ONCE << 1,))
    while length > _SEVEN_BITS:
        head.append(length & _SEVEN_BITS | 0x80)
        length >>= 7
    head.append(length)
    parts = (head, len(name).to_bytes(2), name, identifier.to_bytes(2), properties, payload)
    return bytearray().join(parts)


def count_first(connection: Any, outbox: Outbox) -> None:
    """Let the acknowledgements in what a connection reads be counted here, the rest by gmqtt.

    gmqtt makes an object of each, and five lines of a log that nobody reads.
    """
    protocol, handler = connection._protocol, connection._handler  # noqa: SLF001 - has no public name
    read = protocol._read_packet  # noqa: SLF001 - same

    def counted(data: bytes) -> int:
        numbers: list[int] = []
        if handler.current_connection is connection:
            # The last one is left to gmqtt, which notes when the broker was heard.
            whole = max(0, len(data) // _PUBACK.size - 1) * _PUBACK.size
            for begins, number in _PUBACK.iter_unpack(data[:whole]):
                if begins != _PUBACK_BEGINS:
                    break
                numbers.append(number)
        outbox.take(numbers)
        place = len(numbers) * _PUBACK.size
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

    handler._handler_cache[_PUBACK_TYPE] = heed  # noqa: SLF001 - same
