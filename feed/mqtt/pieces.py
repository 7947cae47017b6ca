"""Pieces of a stream of MQTT: the messages in them, read here, and the rest, left to paho.

paho asks its socket for each part of a packet and makes several objects of it, which costs more
than all that is done with a message afterwards.  Only whole PUBLISH packets are read here (MQTT
3.1.1, section 3.3); answers, pings, what is cut off at the end of a piece, and what is no MQTT at
all go to paho, which keeps what it has a part of.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import paho.mqtt.client as paho_mqtt

__all__ = ["Arrival", "take_apart"]

_PUBLISH = 0x30
_KIND = 0xF0
_MORE = 0x80
_MOST_SHIFT = 21
"""A length has four bytes of seven bits at the most."""

# ruff: noqa: SLF001 - paho has no public way to be given bytes


class Arrival(NamedTuple):
    """A message as the broker delivered it, and what is needed to acknowledge it."""

    topic: str
    payload: bytes
    retain: bool
    qos: int
    mid: int
    connection: int
    """the how-manieth connection it came over; only that one can acknowledge it"""


def take_apart(
    paho: Any, piece: bytes, take: Callable[[Arrival], object], *, connection: int, highest: int
) -> None:
    """Give the messages in a piece of a connection's stream to ``take``, in order.

    Those of a higher QoS than ``highest`` go to paho, which acknowledges them by itself.
    """
    place = 0

    def read(count: int) -> bytes:
        nonlocal place
        if place == len(piece):
            raise BlockingIOError  # paho keeps the message that it has a part of
        part = piece[place : place + count]
        place += len(part)
        return part

    paho._sock_recv = read  # the one function through which paho reads
    try:
        while place < len(piece):
            if not paho._in_packet["command"]:  # else a part of a packet is there
                place = _messages(piece, place, take, connection, highest)
            if place < len(piece) and paho.loop_read() != paho_mqtt.MQTT_ERR_SUCCESS:
                return
    finally:
        del paho._sock_recv  # the method of its class is there again


def _messages(
    piece: bytes, place: int, take: Callable[[Arrival], object], connection: int, highest: int
) -> int:
    """Take whole messages from a place on; return where something else begins."""
    end = len(piece)
    while place < end:
        first = piece[place]
        qos = first >> 1 & 3
        if first & _KIND != _PUBLISH or qos > highest:
            return place
        start, length, shift = place + 1, 0, 0
        while start < end and piece[start] & _MORE and shift < _MOST_SHIFT:
            length |= (piece[start] & ~_MORE) << shift
            start, shift = start + 1, shift + 7
        if start >= end or piece[start] & _MORE:
            return place
        length |= piece[start] << shift
        start += 1
        stop = start + length
        topic = start + 2
        if stop > end or topic > stop:
            return place
        named = topic + (piece[start] << 8 | piece[start + 1])
        body = named + 2 if qos else named
        if body > stop or named == topic:
            return place
        try:
            name = piece[topic:named].decode()
        except UnicodeDecodeError:
            return place
        mid = piece[named] << 8 | piece[named + 1] if qos else 0
        take(Arrival(name, piece[body:stop], bool(first & 1), qos, mid, connection))
        place = stop
    return place
