"""What stands retained on the broker while a run is played, and its removal afterwards.

The clock, the heads, the pictures (as messages, as GeoJSON, as numbers).  All of it is refreshed at
most once a second of wall time, off the way of the messages themselves: an event at a time, so that
what is due meanwhile is not held up.
"""

from collections.abc import Iterable, Mapping
from math import ceil, inf
from typing import Any

import structlog

from feed.app.player import PlayerProgress
from feed.app.run_description import RunDescription
from feed.clock import Clock
from feed.core.picture import Shown
from feed.core.run import Run
from feed.core.staff import StaffNotes
from feed.model.time import SECOND, rfc3339
from feed.mqtt.publisher import AT_LEAST_ONCE, AT_MOST_ONCE, Publisher
from feed.wire.compact import compact
from feed.wire.encoding import encode_state
from feed.wire.signature import Signer

__all__ = ["RetainedTopics", "clock_of", "seconds_left", "signed_for"]

log = structlog.get_logger()


class RetainedTopics:
    """The retained topics of one run."""

    def __init__(
        self,
        description: RunDescription,
        publisher: Publisher,
        clock: Clock,
        signer: Signer | None = None,
    ) -> None:
        self._signer = signer
        self._wall = ""
        """the latest wall time that was signed: its form sorts by time"""
        self._description = description
        self._topics = description.topics
        self._publisher = publisher
        self._clock = clock
        self._stands: set[str] = set()
        self._heads: dict[str, dict[str, Any]] = {}
        self._staff = b""
        self._reminded = (0, 0)
        """the epoch and the moment at which the notes to the staff were last looked at"""
        self._changed: dict[str, set[tuple[str, str]]] = {c: set() for c in description.countries}
        self._empty: dict[str, bool | None] = dict.fromkeys(description.countries)
        self._pace: tuple[int, float, bool] | None = None
        """epoch, rate, and whether time moves: what the expiry of retained pictures was told by"""

    def changed(self, country: str, keys: Iterable[tuple[str, str]]) -> None:
        """Note that the picture of events changed; it goes out with the next refresh."""
        self._changed[country].update(keys)

    def adopt(self, topics: Iterable[str]) -> None:
        """Take over what an earlier life of this run left: what is not shown any longer will go."""
        for topic in topics:
            self._stands.add(topic)
            levels = topic.removeprefix(self._topics.base).split("/")
            if levels[1:2] == ["state"] and len(levels) == 5:  # noqa: PLR2004 - /state/c/kind/event
                country = levels[2].upper()
                if country in self._changed:
                    self._changed[country].add((levels[3], levels[4]))

    def forget(self, run: Run) -> None:
        """Send everything anew with the next refresh: the broker may have lost it."""
        self._heads.clear()
        self._staff = b""
        self._empty = dict.fromkeys(self._empty)
        for country, picture in run.pictures.items():
            self._changed[country].update(picture.shown)

    async def announce(self, planned: Mapping[str, int] | None, ends: int) -> None:
        """Say that the player is there, and what it plays."""
        await self.put(self._topics.player_presence, b"online")
        manifest = self._description.manifest(planned, ends)
        await self.put(self._topics.manifest, self._signed(self._topics.manifest, manifest))

    async def refresh(
        self, run: Run, progress: PlayerProgress, *, final: bool, error: str | None
    ) -> None:
        """Publish everything that has changed since the last time."""
        await self.clock(run, late_ms=progress.late_ms, error=error)
        closed, progress.closed = progress.closed, []
        for epoch, numbers in closed:
            await self.heads(epoch, numbers, final=True, followed=True)
        await self.heads(run.epoch, dict(run.sequences), final=final)
        await self.staff(run)
        await self.pictures(run, late_ms=progress.late_ms)

    async def put(
        self, topic: str, payload: bytes, qos: int = AT_LEAST_ONCE, expiry_s: int | None = None
    ) -> None:
        """Publish what stands on a topic from now on, where MQTT 5 is spoken for so long."""
        if payload:
            self._stands.add(topic)
        else:
            self._stands.discard(topic)
        await self._publisher.publish(topic, payload, qos=qos, retain=True, expiry_s=expiry_s)

    async def clock(self, run: Run, *, late_ms: int, error: str | None) -> None:
        """Publish the clock."""
        members = self.clock_now(run, late_ms=late_ms, error=error)
        await self.put(self._topics.clock, self._signed(self._topics.clock, members))

    def clock_now(self, run: Run, *, late_ms: int, error: str | None) -> dict[str, Any]:
        """Return how the run stands, as it is retained."""
        clock = clock_of(run, self._description, self._clock, late_ms=late_ms, error=error)
        if self._signer is not None:
            # A machine's clock can be set back; a signed one that goes back is sent again.
            self._wall = max(self._wall, clock["wall"])
            clock["wall"] = self._wall
        return clock

    async def heads(
        self, epoch: int, sequences: Mapping[str, int], *, final: bool, followed: bool = False
    ) -> None:
        """Publish the last number sent to each country, where it changed.

        The last word is repeated: somebody may have missed it while just subscribing.
        """
        for country, sequence in sequences.items():
            head: dict[str, Any] = {
                "run": self._description.run,
                "epoch": epoch,
                "sequence": sequence,
                "final": final,
            }
            if followed:
                head["followed"] = True
            if final or self._heads.get(country) != head:
                self._heads[country] = head
                topic = self._topics.head(country)
                await self.put(topic, self._signed(topic, head))

    async def staff(self, run: Run) -> None:
        """Publish what operators are to remember now, where it changed; log what has just come."""
        notes = StaffNotes(run.plan.event_stream.header)
        if not notes:
            return
        epoch, before = self._reminded
        position = run.position(self._clock.now())
        self._reminded = run.epoch, position
        if run.epoch == epoch:
            for note in notes.between(before, position):
                log.info("note to the staff", **note)
        about = {"status": "Exercise", "run": self._description.run, "epoch": run.epoch}
        payload = compact({**about, **notes.told(position)})
        if payload != self._staff:
            self._staff = payload
            await self.put(self._topics.staff, payload)

    async def pictures(self, run: Run, *, late_ms: int) -> None:
        """Publish what changed in the pictures since the last time, and the numbers."""
        run.expire(self._clock.now())
        self._mind_pace(run)
        for country, keys in run.take_changes().items():
            self._changed[country].update(keys)
        for country in run.sequences:
            changed, self._changed[country] = self._changed[country], set()
            for kind, event in sorted(changed):
                await self._event(run, country, kind, event)
                await self._clock.sleep(0)
            await self._nothing(country, empty=not run.pictures[country].shown)
            await self._metrics(run, country, late_ms)

    async def clear(self) -> None:
        """Take away everything that stands."""
        for topic in sorted(self._stands):
            await self._publisher.publish(topic, b"", qos=AT_LEAST_ONCE, retain=True)
        self._stands.clear()

    async def _event(self, run: Run, country: str, kind: str, event: str) -> None:
        """Publish the present picture of one event, or take it away."""
        state = self._topics.state(country, kind, event)
        geo = self._topics.geo(country, event)
        shown = run.pictures[country].shown.get((kind, event))
        if shown is None:
            if state in self._stands:
                await self.put(state, b"")
                await self.put(geo, b"", AT_MOST_ONCE)
            return
        played = self._description.played(run.epoch)
        mark = {
            "status": "Exercise",
            "exercise": f"EXERCISE {self._description.exercise}",
            "recipient": country,
            "run": self._description.run,
            "epoch": run.epoch,
            "time": rfc3339(run.position(self._clock.now()), self._description.offset_s),
        }
        # Both before anything is awaited, so that they show the same moment.
        number, wall = run.sequences[country], self._clock.wall()
        message = encode_state(shown, played, country, number, wall, signer=self._signer)
        feature = compact(shown.feature(mark))
        expiry_s = seconds_left(run, shown, self._clock.now())
        await self.put(state, message, expiry_s=expiry_s)
        await self.put(geo, feature, AT_MOST_ONCE, expiry_s=expiry_s)

    def _mind_pace(self, run: Run) -> None:
        """Tell anew when pictures expire if time moves otherwise than when it was told."""
        pace = run.epoch, run.rate, run.playing
        if self._publisher.five and pace != self._pace:
            self._pace = pace
            for country, picture in run.pictures.items():
                expiring = (key for key, shown in picture.shown.items() if shown.expires)
                self._changed[country].update(expiring)

    async def _metrics(self, run: Run, country: str, late_ms: int) -> None:
        position = run.position(self._clock.now())
        numbers: dict[str, int | float] = {
            "epoch": run.epoch,
            "sequence": run.sequences[country],
            "position_s": (position - self._description.starts) / SECOND,
            "late_ms": late_ms,
        }
        counts = run.pictures[country].counts()
        numbers |= {f"active_{kind}": count for kind, count in counts.items()}
        await self.put(self._topics.metrics(country), compact(numbers), AT_MOST_ONCE)

    async def _nothing(self, country: str, *, empty: bool) -> None:
        if self._empty[country] is empty:
            return
        self._empty[country] = empty
        nothing = {
            "status": "Exercise",
            "exercise": f"EXERCISE {self._description.exercise}",
            "run": self._description.run,
            "recipient": country,
            "active": 0,
        }
        topic = self._topics.nothing(country)
        await self.put(topic, self._signed(topic, nothing) if empty else b"")

    def _signed(self, topic: str, members: Mapping[str, Any]) -> bytes:
        return signed_for(topic, members, self._signer)


def seconds_left(run: Run, shown: Shown, now: float) -> int | None:
    """Return after how many real seconds an event must not be shown as current any longer.

    None if that is never, or time stands still or knows no rate.
    """
    head = run.transport.head
    if shown.expires is None or shown.expires > head.ends or run.rate == inf:
        return None
    reading = head.reading(shown.expires)
    return None if reading is None else max(1, ceil(reading - now))


def signed_for(topic: str, members: Mapping[str, Any], signer: Signer | None) -> bytes:
    """Return what stands on a topic; with a signature it says where, and can stand nowhere else."""
    if signer is None:
        return compact(members)
    return compact(signer.signed({**members, "topic": topic}))


def clock_of(
    run: Run, description: RunDescription, clock: Clock, *, late_ms: int, error: str | None = None
) -> dict[str, Any]:
    """Return how a run stands, as the topic ``clock`` has it."""
    position = run.position(clock.now())
    members: dict[str, Any] = {
        "status": "Exercise",
        "run": description.run,
        "epoch": run.epoch,
        "state": run.state.value,
        "rate": "max" if run.rate == inf else run.rate,
        "position_s": (position - description.starts) / SECOND,
        "duration_s": (run.ends - description.starts) / SECOND,
        "time": rfc3339(position, description.offset_s),
        "wall": rfc3339(clock.wall()),
        "late_ms": late_ms,
    }
    if run.transport.skipped_us:
        members["skipped_s"] = run.transport.skipped_us / SECOND
    if error is not None:
        members["error"] = error
    return members
