"""What is unacknowledged, how it is written, sent again and counted."""

from types import SimpleNamespace
from typing import Any

import gmqtt
from gmqtt.mqtt.package import PublishPacket
from hypothesis import given
from hypothesis import strategies as st

from feed.mqtt.outbox import Outbox, count_first, packet_of
from feed.mqtt.properties import NONE, Properties, packed

PUBREL = bytearray(b"\x62\x02\x00\x05")
PING = b"\xd0\x00"
"""what a broker may send between acknowledgements"""


def plain(_topic: str, _payload: bytes) -> bytes:
    """Say nothing of a message."""
    return b""


def puback(number: int) -> bytes:
    """Return an acknowledgement."""
    return b"\x40\x02" + number.to_bytes(2)


@given(topic=st.text("aé/語", min_size=1, max_size=90), size=st.integers(0, 20_000))
def test_a_packet_is_the_one_that_the_library_makes(topic: str, size: int) -> None:
    """Of any length: its length is written in one, two or three bytes."""
    ours, theirs = Outbox(), Outbox()
    payload = bytes(size)

    packet = ours.packets([(topic, payload, "tag")], plain)

    _, made = PublishPacket.build_package(
        gmqtt.Message(topic, payload, qos=1),
        SimpleNamespace(id_generator=theirs, proto_ver=4),
    )
    assert packet == bytes(made)
    assert ours.waiting[1] == (bytearray(packet), "tag")


def test_numbers_begin_again_and_leave_out_what_is_under_way() -> None:
    """Two bytes have room for 65,535 of them; 0 is none."""
    outbox = Outbox()
    outbox.push_message(1, bytearray(b"x"))
    outbox.push_message(70, bytearray(b"x"))

    numbers = [outbox.next_id() for _ in range(65_535)]

    assert len(set(numbers[:65_533])) == 65_533
    assert not {0, 1, 70, 65_536} & set(numbers)
    assert numbers[65_533:] == numbers[:2]


@given(data=st.data())
def test_acknowledgements_are_counted_once_however_they_arrive(data: st.DataObject) -> None:
    """Cut anywhere, with others between them, of what is under way and of what is not."""
    outbox, told = Outbox(), list[Any]()
    outbox.acknowledged = told.extend
    outbox.packets([("t", b"x", n) for n in range(1, 31)], plain)
    said = data.draw(st.lists(st.one_of(st.integers(1, 40), st.none()), max_size=60))
    stream = b"".join(PING if number is None else puback(number) for number in said)
    left_to_the_library: list[bytes] = []

    def library(read: bytes) -> int:
        """Read whole packets, as gmqtt does, and tell how many bytes they were."""
        place = 0
        while len(read) - place >= 2 + (read[place + 1]):
            packet = read[place : place + 2 + read[place + 1]]
            left_to_the_library.append(packet)
            if packet[0] == 0x40:
                outbox.remove_message_by_mid(int.from_bytes(packet[2:]))
            place += len(packet)
            if len(read) - place < 2:
                break
        return place

    protocol = SimpleNamespace(_read_packet=library)
    connection = SimpleNamespace(_protocol=protocol, _handler=SimpleNamespace())
    connection._handler.current_connection = connection
    count_first(connection, outbox)
    waiting = b""
    while stream:
        size = data.draw(st.integers(1, len(stream)))
        waiting, stream = waiting + stream[:size], stream[size:]
        if len(waiting) >= 2:
            waiting = waiting[protocol._read_packet(waiting) :]

    expected = dict.fromkeys(n for n in said if n is not None and n <= 30)
    assert told == list(expected)
    assert set(outbox.waiting) == set(range(1, 31)) - set(expected)
    assert left_to_the_library.count(PING) == said.count(None)
    assert not waiting


def test_what_waits_is_written_for_the_broker_that_is_there() -> None:
    """In order, with its tags; the second step of QoS 2 is the same in both versions."""
    outbox, seen = Outbox(), list[object]()
    outbox.acknowledged = seen.extend
    known = packed(Properties(content_type="application/json"))
    outbox.rewrite(five=True)
    for number, properties in ((3, known), (4, NONE)):
        outbox.waiting[number] = (packet_of("a/b", number, b"x", properties), number)
    outbox.push_message(5, PUBREL)
    before = [package for _, package in outbox.get_all()]

    outbox.rewrite(five=True)
    assert [package for _, package in outbox.get_all()] == before

    outbox.rewrite(five=False)
    plain = [packet_of("a/b", 3, b"x"), packet_of("a/b", 4, b"x"), PUBREL]
    assert outbox.get_all() == list(zip((3, 4, 5), plain, strict=True))

    again = list(outbox.again(session=True))
    assert [package[0] for package in again] == [0x3A, 0x3A, 0x62]
    assert [package[0] for package in outbox.again(session=False)] == [0x32, 0x32, 0x62]
    for number in (3, 5, 4, 4):
        outbox.remove_message_by_mid(number)
    assert seen == [3, 4]


def test_the_second_step_of_a_message_of_qos_2_takes_the_place_of_the_first() -> None:
    """It has the number of its message (MQTT 3.1.1, section 4.3.3), and is sent again instead."""
    outbox = Outbox()
    outbox.push_message(5, packet_of("a", 5, b""))
    outbox.push_message(5, PUBREL)

    assert outbox.get_all() == [(5, PUBREL)]
    outbox.remove_message_by_mid(5)
    assert not outbox.waiting
