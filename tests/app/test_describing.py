"""What messages say about themselves to a broker that speaks MQTT 5."""

import pytest

from feed.app.describing import Describing
from feed.wire.topics import Topics

TOPICS = Topics("morning-calm")
MARK = (("status", "Exercise"), ("exercise", "EXERCISE MORNING CALM"))


@pytest.mark.parametrize(
    ("topic", "payload", "kind", "response", "correlation"),
    [
        (TOPICS.feed("JPN", "alert", "a"), b"{}", "application/json", "", ""),
        (TOPICS.clock, b"{}", "application/json", TOPICS.control, ""),
        (TOPICS.manifest, b"{}", "application/json", TOPICS.control, ""),
        (TOPICS.player_presence, b"online", "text/plain", "", ""),
        (TOPICS.control_answer("me"), b'{"id":"q-1","clock":{}}', "application/json", "", "q-1"),
        (TOPICS.control_answer("me"), b'{"id":7}', "application/json", "", ""),
    ],
)
def test_every_message_has_the_mark_and_says_what_it_is(
    topic: str, payload: bytes, kind: str, response: str, correlation: str
) -> None:
    """Where to write to is said by what tells how the run stands."""
    said = Describing("MORNING CALM", TOPICS)(topic, payload)
    assert said is not None
    assert said.user == MARK
    assert (said.content_type, said.response_topic, said.correlation) == (
        kind,
        response,
        correlation,
    )
    assert said.expiry_s is None


def test_what_takes_away_says_nothing() -> None:
    """An empty payload is no message."""
    assert Describing("MORNING CALM", TOPICS)(TOPICS.clock, b"") is None
