"""What stands retained on the broker while a run is played, and its removal afterwards.

The clock, the heads, the pictures (as messages, as GeoJSON, as numbers).  All of it is refreshed at
most once a second of wall time, off the way of the messages themselves.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from feed.app.run_description import RunDescription
from feed.core.picture import Picture
from feed.model.time import rfc3339
from feed.mqtt.publisher import AT_LEAST_ONCE, AT_MOST_ONCE, Publisher
from feed.wire.envelope import encode_state

__all__ = ["Standing", "compact"]


def compact(value: Mapping[str, Any]) -> bytes:
    """Return JSON without spaces."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


class Standing:
    """The retained topics of one run."""

    def __init__(self, about: RunDescription, publisher: Publisher) -> None:
        self._about = about
        self._topics = about.topics
        self._publisher = publisher
        self._stands: set[str] = set()
        self._heads: dict[str, bytes] = {}
        self._changed: dict[str, set[tuple[str, str]]] = {c: set() for c in about.countries}
        self._empty: dict[str, bool | None] = dict.fromkeys(about.countries)

    def changed(self, country: str, key: tuple[str, str]) -> None:
        """Note that the picture of an event changed; it goes out with the next refresh."""
        self._changed[country].add(key)

    def adopt(self, topics: Iterable[str]) -> None:
        """Take over what an earlier life of this run left: what is not shown any longer will go."""
        for topic in topics:
            self._stands.add(topic)
            levels = topic.removeprefix(self._topics.base).split("/")
            if levels[1:2] == ["state"] and len(levels) == 5:  # noqa: PLR2004 - /state/c/kind/event
                country = levels[2].upper()
                if country in self._changed:
                    self._changed[country].add((levels[3], levels[4]))

    def forget(self, pictures: Mapping[str, Picture]) -> None:
        """Send everything anew with the next refresh: the broker may have lost it."""
        self._heads.clear()
        self._empty = dict.fromkeys(self._empty)
        for country, picture in pictures.items():
            self._changed[country].update(picture.shown)

    async def put(self, topic: str, payload: bytes, qos: int = AT_LEAST_ONCE) -> None:
        """Publish what stands on a topic from now on."""
        if payload:
            self._stands.add(topic)
        else:
            self._stands.discard(topic)
        await self._publisher.publish(topic, payload, qos=qos, retain=True)

    async def clock(self, members: Mapping[str, Any]) -> None:
        """Publish the clock."""
        await self.put(self._topics.clock, compact(members))

    async def heads(self, epoch: int, sequences: Mapping[str, int], *, final: bool) -> None:
        """Publish the last number sent to each country, where it changed.

        The last word is repeated: somebody may have missed it while just subscribing.
        """
        for country, sequence in sequences.items():
            head = {
                "run": self._about.run,
                "epoch": epoch,
                "sequence": sequence,
                "final": final,
            }
            payload = compact(head)
            if final or self._heads.get(country) != payload:
                self._heads[country] = payload
                await self.put(self._topics.head(country), payload)

    async def pictures(
        self,
        pictures: Mapping[str, Picture],
        *,
        epoch: int,
        sequences: Mapping[str, int],
        position: int,
        wall: int,
        late_ms: int,
    ) -> None:
        """Publish what changed in the pictures since the last time, and the numbers."""
        played = self._about.played(epoch)
        for country, picture in pictures.items():
            for key in picture.expire(position):
                self._changed[country].add(key)
            changed, self._changed[country] = self._changed[country], set()
            for kind, event in sorted(changed):
                state = self._topics.state(country, kind, event)
                geo = self._topics.geo(country, event)
                shown = picture.shown.get((kind, event))
                if shown is None:
                    if state in self._stands:
                        await self.put(state, b"")
                        await self.put(geo, b"", AT_MOST_ONCE)
                    continue
                sequence = sequences[country]
                await self.put(state, encode_state(shown, played, country, sequence, wall))
                mark = {
                    "status": "Exercise",
                    "exercise": f"EXERCISE {self._about.exercise}",
                    "recipient": country,
                    "time": rfc3339(position, self._about.offset_s),
                }
                await self.put(geo, compact(shown.feature(mark)), AT_MOST_ONCE)
            await self._nothing(country, picture)
            numbers: dict[str, int | float] = {
                "epoch": epoch,
                "sequence": sequences[country],
                "position_s": (position - self._about.starts) / 1e6,
                "late_ms": late_ms,
            }
            numbers |= {f"active_{kind}": count for kind, count in picture.counts().items()}
            await self.put(self._topics.metrics(country), compact(numbers), AT_MOST_ONCE)

    async def clear(self) -> None:
        """Take away everything that stands."""
        for topic in sorted(self._stands):
            await self._publisher.publish(topic, b"", qos=AT_LEAST_ONCE, retain=True)
        self._stands.clear()

    async def _nothing(self, country: str, picture: Picture) -> None:
        empty = not picture.shown
        if self._empty[country] is empty:
            return
        self._empty[country] = empty
        nothing = {
            "status": "Exercise",
            "exercise": f"EXERCISE {self._about.exercise}",
            "run": self._about.run,
            "recipient": country,
            "active": 0,
        }
        await self.put(self._topics.nothing(country), compact(nothing) if empty else b"")
