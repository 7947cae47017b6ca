"""The player: plays a plan over MQTT.

The playhead decides what is due; the loop here only waits, numbers, and publishes.  Every control
action is in the ledger before it takes effect, and every delivery can be derived again from the
plan, so a run that was killed goes on where its acknowledged stream ended.
"""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from math import inf
from typing import Any, cast

import structlog

from feed.app.deck import Deck
from feed.app.position import Position, Span
from feed.app.presence import look_for_player
from feed.app.receivers import Receivers
from feed.app.retained import retained
from feed.app.run_description import RunDescription
from feed.app.standing import Standing, compact
from feed.clock import Clock
from feed.core.plan import Plan
from feed.core.playhead import State
from feed.errors import BrokerError, IncompleteError, UsageError
from feed.files.ledger import PlayerLedger, Published
from feed.model.message import Delivery
from feed.model.time import SECOND, rfc3339
from feed.mqtt.address import BrokerAddress
from feed.mqtt.publisher import Publisher
from feed.mqtt.subscriber import Arrival, Subscriber
from feed.wire.envelope import encode
from feed.wire.topics import client_id

__all__ = ["AHEAD", "Options", "Player", "Progress"]

AHEAD = 2000
"""At the highest rate, how far the player may be ahead of a receiver that it waits for."""

_BATCH = 50
_REFRESH_S = 1.0
_PROBE_S = 10.0
_FAREWELL_S = 5.0

log = structlog.get_logger()


@dataclass(frozen=True)
class Options:
    """How a plan is played; spans are wall seconds."""

    rate: float = 1.0
    span: Span = field(default_factory=Span)
    paused: bool = False
    max_gap_s: float | None = None
    wait_for: tuple[str, ...] = ()
    wait_s: float | None = None
    """how long to wait for receivers; None: for ever"""
    settle_s: float = 60.0
    """how long to wait at the end for receivers that were waited for at the start"""
    linger_s: float = 0.0
    """how long to go on answering requests for history after the end"""


@dataclass
class Progress:
    """What a player tells about itself."""

    phase: str = "connecting"
    late_ms: int = 0
    latest_ms: int = 0
    """the greatest lateness so far"""
    sent: int = 0
    planned: dict[str, int] | None = None
    """how many messages each country is to get; None: too many to count"""
    error: str | None = None
    """why the last request was refused"""


class Player:
    """One run being played.

    ``ledger`` decides where it begins: at the start if it is empty, else where it was cut off.
    """

    def __init__(
        self,
        plan: Plan,
        about: RunDescription,
        *,
        address: BrokerAddress,
        ledger: PlayerLedger,
        clock: Clock,
        options: Options,
        planned: dict[str, int] | None = None,
    ) -> None:
        self.plan = plan
        self.about = about
        self.options = options
        self.progress = Progress(planned=planned)
        self.changed = asyncio.Event()
        """set whenever something happened that the loop or a view should look at"""
        self.position = Position.found(plan, ledger, options.span, about.ends)
        self.deck = Deck(
            self.position,
            ledger,
            clock,
            rate=options.rate,
            max_gap_s=options.max_gap_s,
            before=self._save,
            changed=self.changed.set,
        )
        self.playhead = self.deck.playhead
        self.progress.sent = sum(self.position.sequences.values())
        self._address = address
        self._ledger = ledger
        self._clock = clock
        self._rows: list[Published] = []
        self._confirmed: list[tuple[int, str, int]] = []
        topics = about.topics
        self.publisher = Publisher(
            address,
            client_id("player", topics.exercise, "publisher"),
            will=(topics.player_presence, b"offline"),
            acknowledged=self._acknowledged,
        )
        self.publisher.on_change = self.changed.set
        self.begun: Callable[[], None] = lambda: None
        """called when the broker is there, and nobody else plays this exercise"""
        self.receivers = Receivers(
            about.run,
            topics,
            ledger,
            self.publisher,
            self.changed.set,
            countries=about.countries,
        )
        self.receivers.before_history = self._save
        self._standing = Standing(about, self.publisher)
        self._tasks: list[asyncio.Task[None]] = []
        self._final = False
        """all that was sent is with the broker, and nothing will follow"""
        self._said: tuple[State, float] | None = None
        """state and rate as the clock last told them"""
        for country, picture in self.position.pictures.items():
            for key in picture.shown:
                self._standing.changed(country, key)

    @property
    def epoch(self) -> int:
        """The present epoch."""
        return self.position.epoch

    async def step(self) -> None:
        """Send the next message, and stand still at its moment."""
        delivery = self.deck.step()
        if delivery is not None:
            await self._send(delivery, late_ms=0)
            self._save()

    # -- the run -----------------------------------------------------------------------------------

    async def run(self) -> bool:
        """Play to the end; return whether every receiver that was waited for has everything."""
        topics = self.about.topics
        found = await look_for_player(self._address, topics, self._clock)
        if found.run is not None:
            raise UsageError(
                f"exercise '{topics.exercise}' is being played already (run {found.run}); "
                "stop that player, or take another name with --exercise"
            )
        if found.left:
            everything = [(f"{topics.base}/#", 1)]
            left = [t async for t, _ in retained(self._address, everything, self._clock)]
            self._standing.adopt(topic for topic in left if "/up/" not in topic)
        async with AsyncExitStack() as stack:
            listener = Subscriber(
                self._address,
                client_id("player", topics.exercise, "listener"),
                [*self.receivers.filters, (topics.probe, 1)],
                clock=self._clock,
                # What receivers say while a player is killed and comes back is not lost: who has
                # everything says so once, and leaves.
                persistent=True,
                late=True,
            )
            await stack.enter_async_context(listener)
            await stack.enter_async_context(self.publisher)
            await self._read_back(listener)
            self.begun()
            self._begin(self._listen(listener))
            try:
                complete = await self._play()
            finally:
                # Before what stands is cleared, or it would be put there again.
                for task in self._tasks:
                    task.cancel()
                await asyncio.gather(*self._tasks, return_exceptions=True)
                try:
                    self._save()
                finally:
                    await self._farewell()
                # What the broker has by now need not be sent again if the run goes on.
                self._save()
        if complete:
            await listener.forget()
        return complete

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something beside the loop, which ends when that fails."""
        task = asyncio.create_task(work)
        task.add_done_callback(lambda _: self.changed.set())
        self._tasks.append(task)

    def _check(self) -> None:
        """Raise what has failed beside the loop."""
        for task in self._tasks:
            if task.done():
                task.result()

    async def _read_back(self, listener: Subscriber) -> None:
        """Publish a probe and wait for it: an acknowledgement alone proves no right and no way."""
        topics = self.about.topics
        probe = self.about.run.encode()
        await self.publisher.publish(topics.probe, probe)
        try:
            async with asyncio.timeout(_PROBE_S):
                found = False
                while not found:
                    for arrival in await listener.batch():
                        await self._heed(listener, arrival)
                        found |= arrival.topic == topics.probe and arrival.payload == probe
        except TimeoutError:
            raise BrokerError(
                self._address.shown,
                "what the player published did not come back; give a user who may read and write "
                f"{topics.base}/#",
            ) from None

    async def _listen(self, listener: Subscriber) -> None:
        while True:
            for arrival in await listener.batch():
                await self._heed(listener, arrival)

    async def _heed(self, listener: Subscriber, arrival: Arrival) -> None:
        """Take in what a receiver said, and acknowledge it when it is written down."""
        answered = "/history/" in arrival.topic
        if answered:
            # An answer may take long, and whoever gets none asks again.
            listener.acknowledge([arrival])
        await self.receivers.take(arrival, self._clock.wall())
        if not answered:
            listener.acknowledge([arrival])

    async def _play(self) -> bool:
        await self._announce()
        await self._refresh()
        # The clock beats from now on: it is how others see that somebody plays this exercise.
        self._begin(self._keep_fresh())
        await self._wait_for_receivers()
        for row in self._ledger.unacknowledged(self.epoch):
            # Of an earlier life of this run: sent once already, perhaps in vain.
            await self._publish(row)
        if not self.options.paused:
            self.deck.play()
        await self._loop()
        self.progress.phase = "settling"
        await self.publisher.flushed()
        self._save()
        self._final = True
        await self._refresh()
        complete = await self._settle()
        self._ledger.note("ended", self._clock.wall())
        self._ledger.note("complete", complete)
        if self.options.linger_s:
            self.progress.phase = "lingering"
            await self._wait(lambda: False, self.options.linger_s)
        return complete

    async def _announce(self) -> None:
        topics = self.about.topics
        await self._standing.put(topics.player_presence, b"online")
        manifest = self.about.manifest(self.progress.planned)
        await self._standing.put(topics.manifest, compact(manifest))

    async def _loop(self) -> None:
        """Wait until something is due, publish it, until the end."""
        self.progress.phase = "playing"
        while not self.deck.ended:
            self._check()
            if self._said != (self.playhead.state, self.playhead.rate):
                await self._say_clock()
            due = self.playhead.due(self._clock.now(), _BATCH)
            for delivery in due:
                late = self.playhead.lateness(delivery, self._clock.now())
                await self._send(delivery, late_ms=round(late * 1000))
            if due:
                self._save()
                await self._stay_near()
                # Whoever shares this event loop, such as the receivers of 'feed run', gets a turn.
                await self._clock.sleep(0)
            elif not self.deck.ended:
                self.changed.clear()
                await self._until(self.playhead.wake_at())

    async def _until(self, wake: float | None) -> None:
        """Wait for a clock reading, or until something changed."""
        waiting: set[asyncio.Task[Any]] = {asyncio.create_task(self.changed.wait())}
        if wake is not None:
            waiting.add(asyncio.create_task(_sleeping(self._clock, wake)))
        try:
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in waiting:
                task.cancel()

    async def _send(self, delivery: Delivery, *, late_ms: int) -> None:
        """Give a delivery its number, write it down, publish it."""
        recipient, message = delivery.recipient, delivery.message
        sent = self._clock.wall()
        cursor, sequence = self.position.take(delivery)
        row = Published(
            epoch=self.epoch,
            recipient=recipient,
            sequence=sequence,
            cursor=cursor,
            message=message.key,
            due=delivery.due,
            sent=sent,
            topic=self.about.topics.feed(recipient, message.kind, message.event),
            payload=encode(delivery, self.about.played(self.epoch), sequence, sent),
        )
        self._rows.append(row)
        self.progress.sent += 1
        self.progress.late_ms = late_ms
        self.progress.latest_ms = max(self.progress.latest_ms, late_ms)
        await self._publish(row)
        key = self.position.pictures[recipient].take(delivery)
        if key is not None:
            self._standing.changed(recipient, key)

    async def _publish(self, row: Published) -> None:
        tag = (row.epoch, row.recipient, row.sequence)
        await self.publisher.publish(row.topic, row.payload, tag=tag)

    def _acknowledged(self, tag: object) -> None:
        self._confirmed.append(cast("tuple[int, str, int]", tag))

    def _save(self) -> None:
        """Write down what was sent and what the broker acknowledged since the last time."""
        rows, self._rows = self._rows, []
        if rows:
            self._ledger.add(rows)
        confirmed, self._confirmed = self._confirmed, []
        if confirmed:
            self._ledger.acknowledged(confirmed)

    # -- receivers ---------------------------------------------------------------------------------

    async def _wait_for_receivers(self) -> None:
        wanted = self.options.wait_for
        if not wanted or self.playhead.next_delivery is None:
            # Of a resumed run all may be sent already; who has everything has left, and stays away.
            return
        self.progress.phase = "waiting for receivers"
        log.info("waiting for receivers", countries=",".join(wanted))
        if not await self._wait(lambda: self.receivers.present(wanted), self.options.wait_s):
            absent = [country for country in wanted if not self.receivers.of(country)]
            raise IncompleteError(
                f"no receiver of {', '.join(absent)} came within {self.options.wait_s:g} s; "
                f"start it with 'feed receive {absent[0]}'"
            )

    async def _stay_near(self) -> None:
        """At the highest rate, wait for the slowest receiver that was waited for."""
        # There has to be room for the whole of the next batch.
        most = AHEAD - _BATCH
        if self.playhead.rate == inf and self.options.wait_for and self.ahead() > most:
            await self._wait(
                lambda: self.ahead() <= most or self.playhead.rate != inf or not self.deck.playing,
                None,
            )

    def ahead(self) -> int:
        """Return how many messages the slowest receiver that was waited for has yet to get."""
        sequences = self.position.sequences
        return max(
            (
                sequences[country]
                - max((one.reached(self.epoch) for one in self.receivers.of(country)), default=0)
                for country in self.options.wait_for
            ),
            default=0,
        )

    async def _settle(self) -> bool:
        """Wait until everybody here has everything; return whether those waited for have it."""
        wanted, sequences = self.options.wait_for, self.position.sequences

        def done() -> bool:
            here = [one for country in sequences for one in self.receivers.of(country)]
            return all(self._served(country) for country in wanted) and all(
                one.has(self.epoch, sequences[one.country]) and not one.unaware for one in here
            )

        await self._wait(done, self.options.settle_s if wanted else _FAREWELL_S)
        return all(self._served(country) for country in wanted)

    def _served(self, country: str) -> bool:
        """Tell whether a receiver of a country has everything that was sent to it."""
        last = self.position.sequences[country]
        known = self.receivers.listeners.values()
        return any(one.country == country and one.has(self.epoch, last) for one in known)

    async def _wait(self, condition: Callable[[], bool], limit_s: float | None) -> bool:
        """Wait until a condition holds, looking whenever something changed; False: not in time."""
        end = None if limit_s is None else self._clock.now() + limit_s
        while not condition():
            self._check()
            if end is not None and self._clock.now() >= end:
                return False
            self.changed.clear()
            await self._until(end)
        return True

    # -- what stands -------------------------------------------------------------------------------

    async def _keep_fresh(self) -> None:
        beat = self._clock.now()
        lost = 0
        while True:
            # After a time without a broker there is one beat, not all those that were missed.
            beat = max(beat + _REFRESH_S, self._clock.now())
            await self._clock.sleep_until(beat)
            self._save()
            if self.publisher.lost > lost:
                # The broker may have forgotten what stands, and has told that we are gone.
                lost = self.publisher.lost
                await self._announce()
                self._standing.forget(self.position.pictures)
            await self._refresh()

    async def _say_clock(self) -> None:
        self._said = (self.playhead.state, self.playhead.rate)
        await self._standing.clock(self.clock(self._clock.now()))

    async def _refresh(self) -> None:
        await self._say_clock()
        now = self._clock.now()
        # A head never tells of more than the ledger holds, or a player that is killed now and goes
        # on could not give what receivers ask for.
        self._save()
        await self._standing.heads(self.epoch, dict(self.position.sequences), final=self._final)
        await self._standing.pictures(
            self.position.pictures,
            epoch=self.epoch,
            sequences=self.position.sequences,
            position=self.playhead.position(now),
            wall=self._clock.wall(),
            late_ms=self.progress.late_ms,
        )

    def clock(self, now: float) -> dict[str, Any]:
        """Return what stands on the clock topic."""
        position, rate = self.playhead.position(now), self.playhead.rate
        members: dict[str, Any] = {
            "status": "Exercise",
            "run": self.about.run,
            "epoch": self.epoch,
            "state": self.playhead.state.value,
            "rate": "max" if rate == inf else rate,
            "position_s": (position - self.about.starts) / SECOND,
            "duration_s": self.about.duration_s,
            "time": rfc3339(position, self.about.offset_s),
            "wall": rfc3339(self._clock.wall()),
            "late_ms": self.progress.late_ms,
        }
        if self.playhead.skipped_us:
            members["skipped_s"] = self.playhead.skipped_us / SECOND
        if self.progress.error is not None:
            members["error"] = self.progress.error
        return members

    async def _farewell(self) -> None:
        """Clear what stands, if the broker is there to be told."""
        topics = self.about.topics
        with suppress(TimeoutError, BrokerError):
            async with asyncio.timeout(_FAREWELL_S):
                await self._standing.clear()
                for one in list(self.receivers.listeners.values()):
                    if not one.online:
                        presence = topics.presence(one.country, one.client)
                        await self.publisher.publish(presence, b"", retain=True)
                await self.publisher.flushed()
                return
        log.warning("retained messages are left", remedy=f"feed clean {topics.exercise}")


async def _sleeping(clock: Clock, wake: float) -> None:
    await clock.sleep_until(wake)
