"""Sinks: a broker's and memory's behave alike."""

from feed.app.sink import MemorySink, MqttSink, Outgoing
from feed.mqtt.publisher import Publisher
from tests.app.stage import Stage


async def test_a_broker_acknowledges_what_is_safe(stage: Stage) -> None:
    """Room shrinks with what is under way; what the broker has is told once."""
    publisher = Publisher(stage.address("player"), f"feed-player-{stage.exercise}", window=3)
    sink = MqttSink(publisher)
    assert sink.room == 0, "no broker yet"
    topic = stage.topics.feed("KOR", "alert", "warning")
    async with publisher, stage.client("kor", topic) as client:
        changes: list[None] = []
        sink.changed = lambda: changes.append(None)
        assert sink.room == 3
        sink.send(Outgoing((1, "KOR", n), topic, b"%d" % n) for n in (1, 2))
        assert sink.room == 1
        await publisher.flushed()
        await client.until(lambda: len(client.heard) == 2)
        assert sink.room == 3
        assert sink.take_safe() == [(1, "KOR", 1), (1, "KOR", 2)]
        assert sink.take_safe() == []
        assert 1 <= len(changes) <= 2, "once for each piece that the broker sent"


def test_memory_is_safe_at_once() -> None:
    """And keeps what it was given, in order."""
    sink = MemorySink(room=5)
    messages = [Outgoing((1, "KOR", n), "t", b"") for n in range(1, 4)]
    sink.send(iter(messages))
    assert sink.sent == messages
    assert sink.take_safe() == [one.key for one in messages]
    assert sink.take_safe() == []
