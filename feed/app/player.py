"""The player: the loop between a run, its ledger and a sink.

It waits until the run says so, takes what is due and what there is room for, writes it down and
gives it to the sink; nothing is awaited in between.  The run decides everything.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from math import inf

import structlog

from feed.app.fault_record import FaultRecord
from feed.app.fault_sink import FaultSink
from feed.app.run_description import RunDescription
from feed.app.sink import Outgoing, Sink
from feed.clock import Clock
from feed.core.actions import Amending, Play, Seek, Verb
from feed.core.run import Numbered, Run
from feed.files.ledger import PlayerLedger, Published
from feed.model.time import rfc3339
from feed.wire.encoding import Encoder
from feed.wire.signature import Signer

__all__ = ["Player", "PlayerProgress"]

log = structlog.get_logger()

_LOOP_PAUSE_S = 0.02
_TELL_EVERY_S = 1.0
_MOST_CLOSED = 100
_BATCH = 200
"""Messages that go out in one turn of the loop at the highest rate: about 5 ms."""
_PACED_BATCH = 15
"""The same while the run is paced, when others are not to be held up."""


@dataclass
class PlayerProgress:
    """What a player tells about itself."""

    late_ms: int = 0
    latest_ms: int = 0
    """the greatest lateness so far"""
    looked: int = 0
    """how many messages a search for a place has looked at, if it takes long; 0: there is none"""
    planned: dict[str, int] | None = None
    """how many messages each country is to get; None: not counted yet"""
    closed: list[tuple[int, dict[str, int]]] = field(default_factory=list)
    """epochs that a jump has ended, with the last number of each country, not told of yet"""


class Player:
    """One run being played into a sink."""

    def __init__(
        self,
        run: Run,
        description: RunDescription,
        *,
        ledger: PlayerLedger,
        clock: Clock,
        sink: Sink,
        faults: FaultRecord | None = None,
        signer: Signer | None = None,
    ) -> None:
        self.run = run
        self.description = description
        self.progress = PlayerProgress()
        self.changed = asyncio.Event()
        """set whenever something happened that the loop should look at"""
        self.on_change: Callable[[], None] = lambda: None
        """called when something was done to the run"""
        self.reach: Callable[[], int] = lambda: _BATCH
        """how many messages receivers let it be further ahead"""
        self._topics = description.topics
        self._ledger = ledger
        self._clock = clock
        self.faults = faults or FaultRecord(ledger)
        """what faults on purpose did to messages"""
        self._fault_sink = FaultSink(sink, self.faults.held)
        self._sink: Sink = self._fault_sink
        self._signer = signer
        self._encoder: tuple[int, Encoder] | None = None
        self._one_at_a_time = asyncio.Lock()
        self._told: float | None = None
        """the clock reading at which the progress of a search was told last"""
        self._changing = False
        """a change of the plan is being prepared, so nothing of it may be handed out"""
        sink.changed = self.changed.set

    def through(self, around: Callable[[Sink], Sink]) -> None:
        """Put another sink around the one that there is."""
        self._sink = around(self._sink)
        self._sink.changed = self.changed.set

    async def play(self) -> None:
        """Send everything at its moment, until the run has ended."""
        run, clock = self.run, self._clock
        while not run.ended:
            now = clock.now()
            self._fault_sink.release(partial(self._has_come, now))
            action = run.automatic(now)
            if action is not None:
                await self.do(action)
                if isinstance(action, Seek):
                    # A loop in which nothing is due would go round for ever without a rest.
                    await clock.sleep(_LOOP_PAUSE_S)
                continue
            most = _BATCH if run.rate == inf else _PACED_BATCH
            room = 0 if self._changing else min(self._sink.room, self.reach(), most)
            due = run.due(now, room) if room > 0 else []
            if due:
                self._send(due)
                # Whoever shares this event loop, such as the receivers of 'feed run', gets a turn.
                await clock.sleep(0)
            else:
                await self.until(self._wake_at(room))
        self._fault_sink.flush()
        await self.holds(self._fault_sink.empty, None)

    def _has_come(self, now: float, moment: int) -> bool:
        """Tell whether scenario time has reached a moment, which may be behind the last message."""
        run = self.run
        if run.rate == inf:
            # There all has come at once; what counts is how far the messages are.
            return run.position(now) >= moment
        return run.transport.head.reached(moment, now)

    def _wake_at(self, room: int) -> float | None:
        """Return the clock reading at which something goes out; None: not by itself."""
        wake = self.run.wake_at() if room > 0 else None
        moment = self._fault_sink.moment
        if moment is None or self.run.rate == inf:
            # At the highest rate time is where the last message was, which is looked at anyway.
            return wake
        delayed = self.run.transport.head.reading(moment)
        return min((each for each in (wake, delayed) if each is not None), default=None)

    async def begin(self) -> None:
        """Let time move, unless somebody has done something else already."""
        if not self.run.ended:
            await self.do(Play())

    async def do(self, action: Verb) -> bool:
        """Do something to the run, looking for its place in slices; False if it was so already.

        Raises TransportError, and changes nothing, if the present state refuses it.
        """
        async with self._one_at_a_time:
            if not self.run.allow(action, self._clock.now()):
                return False
            # A change acts on what was not handed out, so that has to stand still meanwhile.
            self._changing = isinstance(action, Amending)
            try:
                steps = self.run.prepare(action, self._clock.now())
                while True:
                    try:
                        self._tell_progress(next(steps))
                    except StopIteration as prepared:
                        return self.act(prepared.value)
                    await self._clock.sleep(0)
            finally:
                self._changing = False
                self.progress.looked, self._told = 0, None
                self.changed.set()

    def _tell_progress(self, looked: int) -> None:
        """Say how far a long search for a place has come: at once on the view, and in the log."""
        now = self._clock.now()
        self._told = now if self._told is None else self._told
        if now - self._told < _TELL_EVERY_S:
            return
        self._told, self.progress.looked = now, looked
        planned = self.progress.planned
        of = {} if planned is None else {"of": sum(planned.values())}
        log.info("looking for the place", messages=looked, **of)

    def act(self, action: Verb) -> bool:
        """Write an action down, then do it; False if it was so already."""
        run, now = self.run, self._clock.now()
        if not run.allow(action, now):
            return False
        self.save()
        epoch, into = run.epoch, run.into(action)
        self._ledger.act(
            wall=self._clock.wall(),
            epoch=epoch,
            position=run.position(now),
            cursor=run.cursor,
            verb=action.do,
            details={**action.model_dump(mode="json", exclude={"do"}), "into": into},
        )
        numbers = dict(run.sequences)
        run.apply(action, now)
        if into > epoch:
            self.progress.closed = [*self.progress.closed[-_MOST_CLOSED:], (epoch, numbers)]
            self._fault_sink.flush()
        # Whoever waits is woken now and runs when the action is done: nothing here is awaited.
        self.changed.set()
        self.on_change()
        return True

    async def until(self, wake: float | None) -> None:
        """Wait for a clock reading, or until something changed."""
        self.changed.clear()
        await self._clock.wait(self.changed, wake)

    async def holds(self, condition: Callable[[], bool], limit_s: float | None) -> bool:
        """Wait until a condition holds, looking whenever something changed; False: not in time."""
        end = None if limit_s is None else self._clock.now() + limit_s
        while not condition():
            if end is not None and self._clock.now() >= end:
                return False
            await self.until(end)
        return True

    async def send_again(self) -> None:
        """Send what an earlier life of this run sent, perhaps in vain."""
        for row in self._ledger.unacknowledged(self.run.epoch):
            await self.holds(lambda: self._sink.room > 0, None)
            self._sink.send([self._outgoing(row)])

    def save(self) -> None:
        """Write down what has become safe since the last time."""
        safe = self._sink.take_safe()
        if safe:
            self._ledger.acknowledged(safe)

    def _send(self, due: list[Numbered]) -> None:
        wall = self._clock.wall()
        rows = self._rows(due, wall)
        # Before the messages: none that is written down may be without what happens to it.
        self.faults.decide(due, self.run.faults)
        self._ledger.add(rows, safe=self._sink.take_safe())
        self._sink.send(map(self._outgoing, rows))
        progress = self.progress
        progress.late_ms = round(due[-1].late_s * 1000)
        progress.latest_ms = max(progress.latest_ms, round(max(one.late_s for one in due) * 1000))

    def _rows(self, due: list[Numbered], wall: int) -> list[Published]:
        """Return messages as they are written down and sent; all of them are of one epoch."""
        epoch, sent = due[0].epoch, rfc3339(wall)
        if self._encoder is None or self._encoder[0] != epoch:
            played = self.description.played(epoch)
            self._encoder = epoch, Encoder(played, self._signer)
        encode, feed = self._encoder[1].encode, self._topics.feed
        rows = []
        for delivery, _, sequence, origin, _ in due:
            message, recipient = delivery.message, delivery.recipient
            topic = feed(recipient, message.kind, message.event)
            payload = encode(delivery, sequence, sent)
            key, due_at = message.key, delivery.due
            rows.append(
                Published(epoch, recipient, sequence, origin, key, due_at, wall, topic, payload)
            )
        return rows

    def _outgoing(self, row: Published) -> Outgoing:
        key = row[:3]
        return Outgoing(key, row.topic, row.payload, row.due, self.faults.effect(*key))
