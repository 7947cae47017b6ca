"""Tests of streams that are taken apart: what comes out is what paho alone would find in them."""

import socket
from itertools import cycle
from typing import NamedTuple

import paho.mqtt.client as paho
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from paho.mqtt.enums import CallbackAPIVersion

from feed.mqtt.pieces import Arrival, take_apart

PING = b"\xd0\x00"
"""an answer to a ping: it is paho's"""


class Heard(NamedTuple):
    """A message, whoever read it."""

    topic: str
    payload: bytes
    retain: bool
    qos: int
    mid: int


def publish(topic: bytes, payload: bytes, *, qos: int = 0, mid: int = 1, retain: int = 0) -> bytes:
    """Return a PUBLISH packet (MQTT 3.1.1, section 3.3)."""
    named = len(topic).to_bytes(2) + topic + (mid.to_bytes(2) if qos else b"")
    rest = named + payload
    return bytes([0x30 | qos << 1 | retain]) + remaining_length(len(rest)) + rest


def remaining_length(length: int) -> bytes:
    """Return a length as MQTT writes it (3.1.1, section 2.2.3)."""
    digits = []
    while True:
        length, low = divmod(length, 128)
        digits.append(low | (128 if length else 0))
        if not length:
            return bytes(digits)


def heard(stream: bytes, cuts: list[int], highest: int) -> tuple[list[Heard], list[int]]:
    """Return the messages of a stream that comes in pieces, and how many paho read each time."""
    messages: list[Heard] = []
    read: list[int] = []

    def ours(one: Arrival) -> None:
        messages.append(Heard(*one[:5]))

    def theirs(_client: object, _data: object, one: paho.MQTTMessage) -> None:
        read.append(len(messages))
        messages.append(Heard(one.topic, bytes(one.payload), bool(one.retain), one.qos, one.mid))

    client = paho.Client(CallbackAPIVersion.VERSION2)
    client.manual_ack_set(True)
    client.on_message = theirs
    here, there = socket.socketpair()
    with here, there:
        client._sock = here
        place = 0
        for cut in cycle(cuts):
            if place >= len(stream) or client._sock is None:
                break
            take_apart(client, stream[place : place + cut], ours, connection=1, highest=highest)
            place += cut
        client._sock = None
    assert "_sock_recv" not in vars(client)
    return messages, read


PACKETS = st.builds(
    publish,
    st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1).map(
        str.encode
    ),
    st.binary(max_size=400),
    qos=st.integers(0, 1),
    mid=st.integers(1, 65_535),
    retain=st.integers(0, 1),
)


@given(
    packets=st.lists(PACKETS | st.just(PING), min_size=1, max_size=30),
    cuts=st.lists(st.integers(1, 600), min_size=1, max_size=20),
)
def test_a_stream_is_taken_apart_wherever_it_is_cut(packets: list[bytes], cuts: list[int]) -> None:
    """Every message of the pieces comes out, in order, as paho would have read it."""
    stream = b"".join(packets)
    by_paho, _ = heard(stream, [len(stream)], -1)
    assert len(by_paho) == len(packets) - packets.count(PING)
    found, _ = heard(stream, cuts, 1)
    assert found == by_paho


@settings(max_examples=300)
@given(
    stream=st.lists(PACKETS | st.binary(max_size=9), max_size=8).map(b"".join),
    cuts=st.lists(st.integers(1, 600), min_size=1, max_size=9),
)
def test_what_is_no_mqtt_is_left_to_paho(stream: bytes, cuts: list[int]) -> None:
    """Whatever the bytes are, there is no message that paho would not have found."""
    found, _ = heard(stream, cuts, 1)
    by_paho, _ = heard(stream, cuts, -1)
    assert found == by_paho


@pytest.mark.parametrize("size", [0, 100, 127, 128, 16_383, 16_384, 2_097_152])
def test_whole_messages_are_not_read_by_paho(size: int) -> None:
    """Of every length that MQTT writes with another count of bytes."""
    stream = publish(b"t", b"x" * size, qos=1, mid=9) * 3
    found, read = heard(stream, [len(stream)], 1)
    assert found == [Heard("t", b"x" * size, False, 1, 9)] * 3
    assert not read


def test_what_paho_acknowledges_is_read_by_paho() -> None:
    """A QoS above the highest that is taken here."""
    stream = publish(b"a", b"1") + publish(b"b", b"2", qos=1) + publish(b"c", b"3")
    found, read = heard(stream, [len(stream)], 0)
    assert [one.topic for one in found] == ["a", "b", "c"]
    assert read == [1]
