"""Eighteen objects that are told of many times a second, as a player would, for as long as asked.

The bodies are those of a story of the library; when it is over it begins again a little later in
scenario time, so that it lasts for as long as is wanted and every number is given once.
"""

import itertools
import json
import threading

from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from feed.app.prepare import prepare
from feed.clock import SystemClock
from feed.model.message import Delivery
from feed.model.time import SECOND, rfc3339
from feed.wire.encoding import Encoder
from feed.wire.envelope import Played
from tests.brokers import RunningBroker
from tests.foreign import retain

__all__ = ["OBJECTS", "Salvo"]

STORY = "eighteen-at-once"
SLUG = "load"
COUNTRY = "JPN"
OBJECTS = 18
LIFE_S = 30
WALL = SystemClock()
_BEGINS = "2024-05-30T06:13:00.000+09:00"


class Salvo:
    """Publishes what a player would about eighteen objects; ended by ``close``."""

    def __init__(self, broker: RunningBroker, rate: float) -> None:
        """Publish so many messages a second about each object."""
        self._broker, self._rate = broker, rate
        self._played = Played("01load", 1, "LOAD", SLUG)
        plan = prepare(STORY).plan()
        mine = [each for each in plan.deliveries() if each.recipient == COUNTRY]
        self._starts = plan.starts
        tracks = [each for each in mine if each.message.kind == "track"]
        self._tracks = {
            event: [each for each in tracks if each.message.event == event]
            for event in sorted({each.message.event for each in tracks})
        }
        assert len(self._tracks) == OBJECTS
        self._launches = [
            next(each for each in mine if each.message.event == event) for event in self._tracks
        ]
        self.sent = 0
        self._began = WALL.now()
        self._over = threading.Event()
        retain(broker, f"exercise/v1/{SLUG}/manifest", json.dumps(self._manifest()).encode())
        self._thread = threading.Thread(target=self._publish, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Publish no more."""
        self._over.set()
        self._thread.join()

    def _manifest(self) -> dict[str, object]:
        title = "Eighteen objects for as long as it takes"
        mark = {"status": "Exercise", "exercise": "EXERCISE LOAD", "run": self._played.run}
        return {**mark, "title": title, "countries": [COUNTRY], "starts": _BEGINS}

    def _clock(self, client: Client, seconds: float) -> None:
        clock = {
            "status": "Exercise",
            "run": self._played.run,
            "epoch": 1,
            "state": "playing",
            "rate": 1,
            "position_s": seconds,
            "duration_s": 360_000,
            "late_ms": 0,
            "time": rfc3339(self._starts + int(seconds * SECOND), 32_400),
        }
        client.publish(f"exercise/v1/{SLUG}/clock", json.dumps(clock), retain=True)

    def _publish(self) -> None:
        """Publish a round, one message about each object, as often as is due."""
        client = self._connected()
        encoder = Encoder(self._played)
        self._clock(client, 0)
        for each in self._launches:
            self._say(client, encoder, each, self._starts)
        rounds = zip(*map(itertools.cycle, self._tracks.values()), strict=True)
        for number, told in enumerate(rounds, 1):
            # Due is reckoned from the start, so that what is late is made up for.
            if self._over.wait(max(self._began + number / self._rate - WALL.now(), 0)):
                break
            if number % round(self._rate) == 0:
                self._clock(client, number / self._rate)
            now = self._starts + int(number / self._rate * SECOND)
            for each in told:
                self._say(client, encoder, each, now)
        client.disconnect()
        client.loop_stop()

    def _say(self, client: Client, encoder: Encoder, said: Delivery, now: int) -> None:
        self.sent += 1
        told = said.message
        data = (
            {**told.data, "time": rfc3339(now, told.offset_s)}
            if told.kind == "track"
            else told.data
        )
        key = f"{told.event}.{told.originator.lower()}.{self.sent}"
        message = told._replace(key=key, at=now, expires=now + LIFE_S * SECOND, data=data)
        if told.kind != "track":
            message = message._replace(expires=None)
        shown = said._replace(message=message, due=now, references=())
        topic = f"exercise/v1/{SLUG}/feed/{COUNTRY.lower()}/{told.kind}/{told.event}"
        client.publish(topic, encoder.encode(shown, self.sent, rfc3339(WALL.wall())))

    def _connected(self) -> Client:
        login = self._broker.login("player")
        client = Client(CallbackAPIVersion.VERSION2)
        client.username_pw_set(login["username"], login["password"])
        client.connect(login["hostname"], login["port"])
        client.loop_start()
        return client
