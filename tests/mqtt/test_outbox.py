"""What is unacknowledged, and how it is sent again."""

from feed.mqtt.outbox import Outbox, packet_of
from feed.mqtt.properties import NONE, Properties, packed

PUBREL = bytearray(b"\x62\x02\x00\x05")


def test_what_waits_is_written_for_the_broker_that_is_there() -> None:
    """In order, with its tags; the second step of QoS 2 is the same in both versions."""
    outbox, seen = Outbox(), list[object]()
    outbox.acknowledged = seen.append
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
