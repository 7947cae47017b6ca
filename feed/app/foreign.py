"""``feed play``: a capture played again, below one level of an exercise, marked as that.

The exercise has a clock and a manifest as long as it is played, so whoever looks sees what it is,
and nobody else plays under its name.
"""

import asyncio
import hashlib
import sys
from collections.abc import Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from math import inf
from pathlib import Path
from typing import Any

import structlog

from feed.app.beside import beside
from feed.app.broker_in_use import as_role, default_broker, home
from feed.app.claimed import claimed
from feed.app.foreign_capture import ForeignCapture
from feed.app.foreign_control import ForeignController, key_action
from feed.app.prepare import moment_in
from feed.app.probe import try_size
from feed.app.retained_topics import signed_for
from feed.app.run_description import new_run_id
from feed.app.schedule import start_at
from feed.app.trust import signer_of
from feed.app.watch import filter_mistakes
from feed.clock import Clock, SystemClock
from feed.core.actions import Loop, Seek, TransportError, Verb
from feed.core.foreign import Foreign, ForeignRun, ForeignTopics
from feed.core.run import Span
from feed.errors import BrokerError, UsageError
from feed.files.identity import identity
from feed.files.source import source_of
from feed.model.base import slug_of
from feed.model.time import SECOND, Instant, rfc3339
from feed.mqtt.address import BrokerAddress, parse_address
from feed.mqtt.publisher import AT_LEAST_ONCE, Publisher
from feed.mqtt.subscriber import Subscriber
from feed.terminal.keys import Keys
from feed.wire.envelope import CONTRACT
from feed.wire.topics import Topics, client_id

__all__ = ["ForeignOptions", "ForeignPlayer", "play"]

_BATCH = 50
_BEAT_S = 1.0
_LOOP_PAUSE_S = 0.02
_FAREWELL_S = 5.0

log = structlog.get_logger()


@dataclass(frozen=True)
class ForeignOptions:
    """What a user asks of ``feed play``, as written."""

    file: Path
    broker: str | None = None
    exercise: str | None = None
    """None: the name of the file"""
    rate: float = 1.0
    start_offset: str | None = None
    until: str | None = None
    loop: bool = False
    paused: bool = False
    start_at: str | None = None
    filters: tuple[str, ...] = ()
    maps: tuple[str, ...] = ()


async def play(options: ForeignOptions, clock: Clock | None = None) -> int:
    """Play a capture on a broker, to its end."""
    clock = clock or SystemClock()
    name = options.exercise or options.file.stem.upper() or "REPLAY"
    topics = Topics(_slug(name))
    capture, run = _opened(options, topics)
    begins = start_at(options.start_at, clock, paused=options.paused)
    address = as_role(parse_address(options.broker or default_broker()), "player")
    if capture.cut_off:
        log.warning("payloads that were cut off are played as they are", count=capture.cut_off)
    player = ForeignPlayer(run, capture, name=name, address=address, clock=clock)
    if options.loop:
        await player.do(Loop(begin=run.transport.starts, end=run.transport.ends + 1))
    log.info("playing", exercise=name, topics=f"{topics.base}/foreign/#", broker=address.shown)
    try:
        await player.play(paused=options.paused, start_at=begins)
    finally:
        log.info("played", messages=run.sent, left_out=capture.left_out)
    return 0


def _slug(name: str) -> str:
    slug = slug_of(name)
    if not slug:
        raise UsageError(f"--exercise '{name}' has no letters or digits that a topic could have")
    return slug


def _opened(options: ForeignOptions, topics: Topics) -> tuple[ForeignCapture, ForeignRun]:
    """Read and check everything that a user gave, before anything is connected."""
    for name in options.filters:
        for what, advice in filter_mistakes(name):
            raise UsageError(f"--filter '{name}': {what}; {advice}")
    maps = [_map(text) for text in options.maps]
    where = ForeignTopics(topics.base, options.filters, maps)
    capture = ForeignCapture.scan(source_of(options.file), where)
    start = Instant(capture.first, 0)
    begin, until = options.start_offset, options.until
    span = Span(
        None if begin is None else moment_in(begin, start, "--start-offset").us,
        None if until is None else moment_in(until, start, "--until").us,
    )
    run = ForeignRun(
        capture.records, first=capture.first, last=capture.last, span=span, rate=options.rate
    )
    if run.following is None:
        first, last = rfc3339(capture.first), rfc3339(capture.last)
        raise UsageError(
            "nothing is left in the part that --start-offset and --until leave; the capture is "
            f"from {first} to {last}"
        )
    return capture, run


def _map(text: str) -> tuple[str, str]:
    old, equals, new = text.partition("=")
    if not equals or not old or any(sign in new for sign in "#+\0") or not new:
        raise UsageError(f"--map '{text}' is not OLD=NEW, two beginnings of topics; write a/b=c/d")
    return old, new


class ForeignPlayer:
    """One capture on one broker."""

    def __init__(
        self,
        run: ForeignRun,
        capture: ForeignCapture,
        *,
        name: str,
        address: BrokerAddress,
        clock: Clock,
    ) -> None:
        topics = Topics(_slug(name))
        self.run = run
        self.id = new_run_id(clock.wall())
        self._capture = capture
        self._name = name
        self._topics = topics
        self._address = address
        self._clock = clock
        self._changed = asyncio.Event()
        self._one_at_a_time = asyncio.Lock()
        self._retained: set[str] = set()
        self._late_s = 0.0
        self._signer = signer_of(address)
        self._publisher = Publisher(
            address,
            client_id("player", topics.exercise, "publisher", identity(home())),
            will=(topics.player_presence, b"offline"),
            clock=clock,
        )
        self._publisher.on_change = self._changed.set
        self._controller = ForeignController(
            self, topics, self._publisher, clock, clock_now=self._clock_now, status=self._status
        )

    async def play(self, *, paused: bool = False, start_at: int | None = None) -> None:
        """Play to the end, and take away what stands; begin at a wall time if one is given."""
        topics = self._topics
        listener = Subscriber(
            self._address,
            client_id("player", topics.exercise, "listener", identity(home())),
            [(topics.control, 1)],
            clock=self._clock,
        )
        async with AsyncExitStack() as stack:
            alone = claimed(self._address, topics, self.id, self._clock)
            await stack.enter_async_context(alone)
            await try_size(self._address, topics, self._capture.largest, self._clock)
            await stack.enter_async_context(listener)
            await stack.enter_async_context(self._publisher)
            await self._announce()
            if not paused:
                await self._controller.begin(start_at)
            try:
                await beside(
                    self._to_the_end(),
                    self._keep_fresh(),
                    self._listen(listener),
                    self._controller.serve(),
                    self._obey_keys(Keys(sys.stdin)),
                )
            finally:
                await self._farewell()

    async def do(self, action: Verb) -> bool:
        """Do something to the run; TransportError, and nothing changed, if it is refused."""
        async with self._one_at_a_time:
            if not self.run.allow(action, self._clock.now()):
                return False
            steps = self.run.prepare(action)
            while True:
                try:
                    next(steps)
                except StopIteration as prepared:
                    done = self.run.apply(prepared.value, self._clock.now())
                    self._changed.set()
                    return done
                await self._clock.sleep(0)

    async def _to_the_end(self) -> None:
        run, clock = self.run, self._clock
        while not run.ended:
            now = clock.now()
            action = run.automatic(now)
            if action is not None:
                await self.do(action)
                if isinstance(action, Seek):
                    await clock.sleep(_LOOP_PAUSE_S)
                await self._tell()
                continue
            due = run.due(now, _BATCH)
            if due:
                await self._send(due, now)
            else:
                self._changed.clear()
                await clock.wait(self._changed, run.wake_at())
        while self._controller.busy:
            # Whoever has ended it hears that it is done.
            await clock.sleep(_LOOP_PAUSE_S)
        await self._publisher.flushed()

    async def _send(self, due: Sequence[Foreign], now: float) -> None:
        self._late_s = self.run.transport.head.lateness(due[-1].due, now)
        for one in due:
            if one.retain:
                # What stands does so as long as the exercise is played, and no longer.
                self._retained.add(one.topic)
            await self._publisher.publish(one.topic, one.payload, qos=one.qos, retain=one.retain)

    async def _listen(self, listener: Subscriber) -> None:
        while True:
            for arrival in await listener.batch():
                self._controller.take(arrival)
            await self._clock.sleep(0)

    async def _obey_keys(self, keys: Keys) -> None:
        with keys:
            async for key in keys:
                action = key_action(key, self.run)
                try:
                    if action is not None:
                        await self.do(action)
                        await self._tell()
                except TransportError as error:
                    log.warning("refused", key=key, why=str(error))
        await asyncio.Event().wait()

    # -- what stands -------------------------------------------------------------------------------

    async def _keep_fresh(self) -> None:
        lost = 0
        while True:
            if self._publisher.lost > lost:
                # The broker may have forgotten what stands, and has told that we are gone.
                lost = self._publisher.lost
                await self._announce()
            await self._tell()
            await self._clock.sleep(_BEAT_S)

    async def _announce(self) -> None:
        run, capture = self.run, self._capture
        manifest = {
            "contract": CONTRACT,
            "status": "Exercise",
            "exercise": f"EXERCISE {self._name}",
            "run": self.id,
            "scenario": "foreign",
            "title": f"A capture played again: {capture.source.shown}",
            "digest": f"sha256:{_digest(capture.source.path)}",
            "countries": [],
            "starts": rfc3339(capture.first),
            "ends": rfc3339(run.until),
            "duration_s": (run.until - capture.first) / SECOND,
            "foreign": f"{self._topics.base}/foreign",
        }
        await self._put(self._topics.player_presence, b"online")
        topic = self._topics.manifest
        await self._put(topic, signed_for(topic, manifest, self._signer))
        await self._tell()

    async def _tell(self) -> None:
        clock = self._topics.clock
        await self._put(clock, signed_for(clock, self._clock_now(), self._signer))

    async def _put(self, topic: str, payload: bytes) -> None:
        await self._publisher.publish(topic, payload, qos=AT_LEAST_ONCE, retain=True)

    def _clock_now(self) -> dict[str, Any]:
        run = self.run
        position = run.position(self._clock.now())
        return {
            "status": "Exercise",
            "run": self.id,
            "epoch": run.epoch,
            "state": run.state.value,
            "rate": "max" if run.rate == inf else run.rate,
            "position_s": (position - run.first) / SECOND,
            "duration_s": (run.until - run.first) / SECOND,
            "time": rfc3339(position),
            "wall": rfc3339(self._clock.wall()),
            "late_ms": round(self._late_s * 1000),
        }

    def _status(self) -> dict[str, Any]:
        return {
            "run": self.id,
            "exercise": self._name,
            "scenario": "foreign",
            "title": self._capture.source.shown,
            "phase": "playing",
            "sent": self.run.sent,
            "planned": {"foreign": self._capture.count},
            "receivers": [],
            "scheduled": self._controller.schedule.told(),
        }

    async def _farewell(self) -> None:
        """Take away what stands, if the broker is there to be told."""
        topics = self._topics
        stands = [topics.clock, topics.manifest, topics.player_presence, topics.claim]
        with suppress(TimeoutError, BrokerError):
            async with asyncio.timeout(_FAREWELL_S):
                # QoS 2 takes longer: what is retained by it must not come after its removal.
                await self._publisher.flushed()
                for topic in (*sorted(self._retained), *stands):
                    await self._put(topic, b"")
                await self._publisher.flushed()
                return
        log.warning("retained messages are left", remedy=f"feed clean {topics.exercise}")


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
