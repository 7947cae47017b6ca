"""What a player's messages say about themselves to a broker that speaks MQTT 5.

All of it stands in the payload or the topic, too: MQTT 3.1.1 knows no properties.
"""

import json

from feed.mqtt.properties import Properties
from feed.wire.topics import Topics

__all__ = ["Describing"]

_JSON, _TEXT = "application/json", "text/plain"


class Describing:
    """The properties of the messages of one exercise, by topic and payload."""

    def __init__(self, exercise: str, topics: Topics) -> None:
        self._topics = topics
        self._mark = (("status", "Exercise"), ("exercise", f"EXERCISE {exercise}"))
        self._usual = Properties(user=self._mark, content_type=_JSON)
        self._asking = self._usual._replace(response_topic=topics.control)
        self._answers = f"{topics.control}/"
        self._others = {
            # Who reads how the run stands may want to change that.
            topics.clock: self._asking,
            topics.manifest: self._asking,
            topics.player_presence: self._usual._replace(content_type=_TEXT),
        }

    def __call__(self, topic: str, payload: bytes) -> Properties | None:
        """Return the properties of a message; None for one that takes away what stands."""
        if not payload:
            return None
        if topic.startswith(self._answers):
            return self._usual._replace(correlation=_id_of(payload))
        return self._others.get(topic, self._usual)


def _id_of(answer: bytes) -> str:
    """Return which request is answered."""
    found = json.loads(answer).get("id", "")
    return found if isinstance(found, str) else ""
