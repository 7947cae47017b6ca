"""Properties of MQTT 5: what a message says about itself beside its payload.

A broker that speaks MQTT 3.1.1 alone takes none, so nothing may stand in them only.  Contains no
socket; the names are those of the specification (MQTT 5.0, section 3.3.2.3).
"""

from functools import lru_cache
from typing import Any, NamedTuple

__all__ = ["NONE", "Properties", "named", "packed", "rewritten"]

NONE = b"\x00"
"""no properties, as MQTT 5 writes it; MQTT 3.1.1 writes nothing at all"""

_TEXT, _EXPIRY, _CONTENT_TYPE, _RESPONSE, _CORRELATION, _USER = 1, 2, 3, 8, 9, 38
_LONGEST_EXPIRY_S = 2**32 - 1
_SEVEN_BITS = 0x7F


class Properties(NamedTuple):
    """The properties of a message."""

    user: tuple[tuple[str, str], ...] = ()
    """names and values that only people and their programs know"""
    content_type: str = ""
    expiry_s: int | None = None
    """seconds from now on after which a broker gives it to nobody; None: never"""
    response_topic: str = ""
    """where to write to about it"""
    correlation: str = ""
    """which request it answers"""


@lru_cache(maxsize=1024)
def packed(properties: Properties) -> bytes:
    """Return properties as they stand in a PUBLISH, with their length before them.

    The payload is always said to be UTF-8.
    """
    parts = [bytes((_TEXT, 1))]
    if properties.expiry_s is not None:
        parts.append(bytes((_EXPIRY,)) + _seconds(properties.expiry_s).to_bytes(4))
    for code, text in (
        (_CONTENT_TYPE, properties.content_type),
        (_RESPONSE, properties.response_topic),
        (_CORRELATION, properties.correlation),
    ):
        if text:
            parts.append(bytes((code,)) + _string(text))
    parts += [bytes((_USER,)) + _string(name) + _string(value) for name, value in properties.user]
    data = b"".join(parts)
    return _length(len(data)) + data


def named(properties: Properties) -> dict[str, Any]:
    """Return properties by the names that gmqtt knows them by."""
    found: dict[str, Any] = {"payload_format_id": 1}
    if properties.expiry_s is not None:
        found["message_expiry_interval"] = _seconds(properties.expiry_s)
    if properties.content_type:
        found["content_type"] = properties.content_type
    if properties.response_topic:
        found["response_topic"] = properties.response_topic
    if properties.correlation:
        found["correlation_data"] = properties.correlation.encode()
    if properties.user:
        found["user_property"] = list(properties.user)
    return found


def rewritten(packet: bytes, *, five: bool) -> bytearray:
    """Return a PUBLISH of QoS 1 or 2 of one version as the other writes it.

    What was sent to one broker and not acknowledged can be sent again to one that speaks another
    version; to MQTT 5 it goes without properties.
    """
    _, begin = _read_length(packet, 1)
    name = begin + 2 + int.from_bytes(packet[begin : begin + 2])
    head, rest = packet[begin : name + 2], packet[name + 2 :]  # with the id of the message
    if five:
        body = head + NONE + rest
    else:
        count, after = _read_length(rest, 0)
        body = head + rest[after + count :]
    return bytearray(packet[:1] + _length(len(body)) + body)


def _seconds(count: int) -> int:
    return min(max(count, 1), _LONGEST_EXPIRY_S)


def _string(text: str) -> bytes:
    data = text.encode()
    return len(data).to_bytes(2) + data


def _length(count: int) -> bytes:
    """Return a variable byte integer (MQTT 5.0, section 1.5.5)."""
    found = bytearray()
    while count > _SEVEN_BITS:
        found.append(count & _SEVEN_BITS | 0x80)
        count >>= 7
    found.append(count)
    return bytes(found)


def _read_length(data: bytes, place: int) -> tuple[int, int]:
    """Return a variable byte integer, and the place behind it."""
    count = shift = 0
    while True:
        byte = data[place]
        count |= (byte & _SEVEN_BITS) << shift
        place, shift = place + 1, shift + 7
        if byte <= _SEVEN_BITS:
            return count, place
