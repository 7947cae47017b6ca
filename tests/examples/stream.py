"""A small stream with everything that a receiver has to get right, and a player that sends it."""

import json
import threading
from typing import Any, Self

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from feed.core.picture import Picture
from feed.wire.encoding import encode
from feed.wire.envelope import Played, decode, message_of
from tests import make
from tests.brokers import RunningBroker

__all__ = ["EXPECTED", "Player", "Sent", "active", "of_epoch"]

Sent = dict[str, Any]
PATIENCE_S = 20
AREAS = ["North", "South"]


def of_epoch(epoch: int, exercise: str) -> list[Sent]:
    """Return the messages of an epoch, numbered in order."""
    flight = {"azimuth_deg": 90, "range_km": 400, "apogee_km": 100}
    story = (
        make.alert(areas=AREAS),
        make.alert("stands", at=0.5, areas=AREAS),
        make.alert("siren", at=1, country="KOR", expires="PT4S"),
        make.correction(as_="all-clear", at=3, areas=["South"], reason="threat-passed"),
        make.correction("stands", "all-clear", at=3.5, areas=["South"], reason="threat-passed"),
        make.launch(at=4, seen=["JPN"], flight=flight, track={"every": "PT10S"}),
        make.meeting(at=6),
        make.correction("talks", "update", at=50, state="cancelled"),
    )
    played = Played("01jfm0page", epoch, "EXAMPLES", exercise)
    deliveries = [each for each in make.plan(*story).deliveries() if each.recipient == "JPN"]
    messages = [json.loads(encode(each, played, 1, each.due)) for each in deliveries]
    last = messages[-1]
    track = next(each for each in messages if each["type"] == "exercise.track.update.v1")
    strange = [
        # A kind, and members, of a later version.
        last | {"type": "exercise.weather.alert.v1", "subject": "wind", "data": {"x": 1}, "y": {}},
        # It ends what this country was never told of.
        last | {"type": "exercise.alert.cancel.v1", "subject": "unheard", "references": "a.kor.1"},
        # A report that was held up on its way: it was made before others that came.
        track | {"due": last["due"], "late": True},
        last
        | {
            "type": "exercise.meeting.all-clear.v1",
            "subject": "talks",
            "references": "talks.usa.1",
        },
        # Somebody else may end what one authority said.
        last
        | {
            "type": "exercise.alert.cancel.v1",
            "subject": "warning",
            "references": "warning.jpn.1",
            "data": {**last["data"], "reason": "issued-in-error"},
        },
    ]
    run, country = played.run, "jpn"
    return [
        each | {"id": f"{run}.{epoch}.{country}.{n}", "sequence": f"{n:08}"}
        for n, each in enumerate([*messages, *strange], 1)
    ]


def active(messages: list[Sent]) -> list[str]:
    """Return the events that stand after these messages, by feed's own picture."""
    picture = Picture()
    for sent in messages:
        message, due = message_of(decode(json.dumps(sent).encode()))
        list(picture.expire(due))
        picture.fold(message, due)
    return sorted({event for _, event in picture.shown})


EXPECTED = {
    "exercise.weather.alert.v1 wind": "",
    "exercise.alert.cancel.v1 unheard": " UNMATCHED: it ends nothing that is known",
    "exercise.meeting.all-clear.v1 talks": " UNMATCHED: it ends nothing that is known",
}
"""what is said of the strange ones"""


class Player:
    """Sends messages as the player does, and answers requests for history."""

    def __init__(self, broker: RunningBroker, exercise: str, messages: list[Sent]) -> None:
        self.base = f"exercise/v1/{exercise}"
        self.asked: list[Sent] = []
        self._messages = messages
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2, f"player-{exercise}")
        login = broker.login("player")
        self._client.username_pw_set(login["username"], login["password"])
        self._client.on_message = lambda _client, _data, arrival: self._answer(arrival.payload)
        self._there = threading.Event()
        self._client.on_subscribe = lambda *_: self._there.set()
        self._client.connect(login["hostname"], login["port"])
        self._client.loop_start()
        self._client.subscribe(f"{self.base}/up/jpn/history/+", qos=1)
        assert self._there.wait(PATIENCE_S)

    def send(self, messages: list[Sent]) -> None:
        """Publish messages on their topics, in this order; return when the broker has them."""
        for message in messages:
            topic = f"{self.base}/feed/jpn/{message['type'].split('.')[1]}/{message['subject']}"
            self._publish(topic, message)

    def head(self, epoch: int, sequence: int) -> None:
        """Say how far the feed is, and that nothing follows."""
        head = {"run": "01jfm0page", "epoch": epoch, "sequence": sequence, "final": True}
        self._publish(f"{self.base}/head/jpn", head, retain=True)

    def _publish(self, topic: str, value: Sent, *, retain: bool = False, wait: bool = True) -> None:
        published = self._client.publish(topic, json.dumps(value), qos=1, retain=retain)
        if wait:
            published.wait_for_publish(PATIENCE_S)

    def _answer(self, payload: bytes | bytearray) -> None:
        asked = json.loads(payload)
        self.asked.append(asked)
        there = [
            each
            for each in self._messages
            if each["epoch"] == asked["epoch"]
            and asked["from"] <= int(each["sequence"]) <= asked["to"]
        ]
        topic = f"{self.base}/down/jpn/{asked['client']}"
        for each in [*there, {"id": asked["id"], "done": True, "count": len(there)}]:
            self._publish(topic, each, wait=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.disconnect()
        self._client.loop_stop()
