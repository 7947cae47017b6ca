"""A received message, as a program sees it."""

import json

from feed.app.message import ReceivedMessage
from feed.wire.encoding import encode
from feed.wire.envelope import Played
from tests import make


def test_it_gives_what_is_asked_for_most() -> None:
    """Number, kind, act, event, originator and body come from the envelope; times from all."""
    delivery = make.delivery(due=12)
    delivery = delivery._replace(due=delivery.message.at + 3_000_000)
    played = Played("run", 1, "MORNING CALM", "morning-calm")
    payload = encode(delivery, played, 17, sent=5_000_000)

    message = ReceivedMessage.read("a/topic", payload, 5_250_000)

    assert (message.sequence, message.kind, message.act) == (17, "launch", "alert")
    assert (message.event, message.originator) == ("rocket", "KOR")
    assert message.data == json.loads(payload)["data"]
    assert (message.latency_ms, message.delay_s) == (250, 3)
    assert (message.time_us, message.offset_s) == (delivery.message.at, delivery.message.offset_s)
    assert message.key == ("run", 1, delivery.recipient, 17)
    assert not message.from_history
