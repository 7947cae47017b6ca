"""A receiver: one country's feed, complete, in order, each message once.

It acknowledges a message to the broker only when it is safe: written to its ledger, or, without
one, when the caller comes back for the next.  What it misses it asks for again.
"""

import asyncio
import json
from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Any, Self

import structlog

from feed.app.message import ReceivedMessage
from feed.app.repair import Gap, Repair, Stream
from feed.app.standing import compact
from feed.clock import Clock
from feed.core.picture import Picture
from feed.core.tally import Tally
from feed.files.receiver_ledger import Received, ReceiverLedger
from feed.files.recording import Recording
from feed.mqtt.address import BrokerAddress
from feed.mqtt.subscriber import Arrival, Subscriber
from feed.wire.envelope import Envelope, moment_of
from feed.wire.head import decode_head
from feed.wire.topics import Topics, client_id, parse_feed_topic

__all__ = ["Account", "Receiver"]

_REPORT_S = 1.0
_REPORT_EVERY = 250
_SILENT_AFTER_S = 5.0
_LAST_WORD_S = 5.0
_LAST_WORD_PAUSE_S = 0.1
_SAMPLES = 10_000
_MOST_GAPS_TOLD = 1000

log = structlog.get_logger()


@dataclass
class Account:
    """What a receiver tells about itself."""

    received: int = 0
    """new messages since it started"""
    duplicates: int = 0
    malformed: int = 0
    """payloads on this feed that are no messages of it"""
    recovered: int = 0
    """messages that were missed and came by history"""
    given_up: int = 0
    """messages that nobody could give again"""
    kinds: Counter[str] = field(default_factory=Counter)
    latencies_ms: deque[float] = field(default_factory=lambda: deque(maxlen=_SAMPLES))
    recent: deque[ReceivedMessage] = field(default_factory=lambda: deque(maxlen=50))


class Receiver:
    """Receives the feed of one country in one exercise.  Use it with ``async with``.

    ``name`` tells two receivers of one country apart.  ``ledger`` opens the ledger of a run, so
    that a receiver that was killed goes on where it was; ``out`` gets every message as a line.
    """

    def __init__(
        self,
        address: BrokerAddress,
        country: str,
        exercise: str,
        *,
        clock: Clock,
        name: str = "",
        ledger: Callable[[str], ReceiverLedger] | None = None,
        out: Recording | None = None,
        follow: bool = False,
    ) -> None:
        self.country = country
        self.name = name or country.lower()
        self.account = Account()
        self.picture = Picture()
        self.playing: dict[str, Any] = {}
        """the clock as it was last received"""
        self.finished = False
        """the run is over and all of it is here"""
        self.run: str | None = None
        """the run that is being received"""
        self._clock = clock
        self._topics = topics = Topics(exercise)
        self._open_ledger = ledger
        self._ledgers: dict[str, ReceiverLedger] = {}
        self._out = out
        self._follow = follow
        self._tallies: dict[Stream, Tally[ReceivedMessage]] = {}
        self._heads: dict[Stream, int] = {}
        """the last number of each stream by the player's word"""
        self._final: set[Stream] = set()
        self._unsafe: list[Arrival] = []
        self._since_report = 0
        self._released: list[ReceivedMessage] = []
        self._heard = clock.now()
        self._said_silent = False
        self._leaving = False
        self._ready: deque[ReceivedMessage] = deque()
        presence = topics.presence(country, self.name)
        own = country.lower()
        # Receivers of two countries may have one name; a broker would take them for one client.
        who = own if self.name == own else f"{own}-{self.name}"
        self._main = Subscriber(
            address,
            client_id("receiver", exercise, who),
            [(topics.feed_filter(country), 1)],
            clock=clock,
            persistent=True,
            late=True,
        )
        self._aside = Subscriber(
            address,
            client_id("receiver", exercise, f"{who}-aside"),
            [
                (topics.head(country), 1),
                (topics.clock, 1),
                (topics.down(country, self.name), 1),
            ],
            clock=clock,
            hello=(presence, b"online"),
            will=(presence, b"offline"),
        )
        self._presence = presence
        self._repair = Repair(self.name, clock, self._request)
        self._stack = AsyncExitStack()
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        """Connect and subscribe; from then on nothing that is published is missed."""
        async with AsyncExitStack() as stack:
            stack.push(self._close_ledgers)
            # First the feed, then the presence that says it is subscribed.
            await stack.enter_async_context(self._main)
            await stack.enter_async_context(self._aside)
            self._stack = stack.pop_all()
        self._tasks = [
            asyncio.create_task(self._look_aside()),
            asyncio.create_task(self._keep_account()),
        ]
        for task in self._tasks:
            task.add_done_callback(lambda _: self._main.wake())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Disconnect; the broker keeps the session for the next start unless the run is over."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if error is None and not self._ready:
            self._safe()
            await self._report()
        await self._aside.publish(self._presence, b"" if self.finished else b"offline", retain=True)
        await self._stack.aclose()
        if self.finished:
            await self._main.forget()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> ReceivedMessage:
        """Return the next message; stops when the run is over and complete."""
        while not self._ready:
            batch = await self.batch()
            if batch is None:
                raise StopAsyncIteration
            self._ready.extend(batch)
        return self._ready.popleft()

    @property
    def connected(self) -> bool:
        """Whether the broker is there."""
        return self._main.connected and self._aside.connected

    def leave(self) -> None:
        """Stop waiting for more: ``batch`` returns None once what has arrived is taken."""
        self._leaving = True
        self._main.wake()

    async def batch(self) -> list[ReceivedMessage] | None:
        """Wait for messages and return them, in order; None when the run is over and complete.

        The list can be empty: something else happened that a caller may want to look at.
        """
        self._safe()
        if (self._done() or self._leaving) and not self._released:
            await self._report_at_last()
            return None
        for task in self._tasks:
            if task.done():
                task.result()
        arrivals = await self._main.batch()
        self._unsafe = arrivals
        shown = [*self._released, *self._take(arrivals)]
        self._released = []
        if self._open_ledger is not None:
            self._safe()
        if self._since_report >= _REPORT_EVERY:
            await self._report()
        return shown

    def tally(self) -> Tally[ReceivedMessage] | None:
        """Return the account of the newest epoch of the present run."""
        streams = [stream for stream in self._tallies if stream[0] == self.run]
        return self._tallies[max(streams)] if streams else None

    def complete(self) -> bool:
        """Tell whether everything of the present run that was sent is here."""
        mine = [tally for stream, tally in self._tallies.items() if stream[0] == self.run]
        return bool(mine) and all(tally.complete for tally in mine)

    def settled(self) -> bool:
        """Tell whether nothing that was sent is still waited for: it is here, or given up."""
        mine = [tally for stream, tally in self._tallies.items() if stream[0] == self.run]
        return bool(mine) and all(tally.settled for tally in mine)

    # -- taking in ---------------------------------------------------------------------------------

    def _take(self, arrivals: Sequence[Arrival]) -> list[ReceivedMessage]:
        now = self._clock.wall()
        messages = [one for one in (self._read(arrival, now) for arrival in arrivals) if one]
        # Before they are written, or what the ledger has would make each of them a duplicate.
        tallies = [self._tally_of(message.envelope) for message in messages]
        if self._open_ledger is not None:
            self._write(messages)
        shown: list[ReceivedMessage] = []
        for message, tally in zip(messages, tallies, strict=True):
            before = tally.duplicates
            shown += tally.push(message.sequence, message)
            if tally.duplicates > before:
                self.account.duplicates += 1
                continue
            self.account.received += 1
            self.account.recovered += message.from_history
            self.account.kinds[message.kind] += 1
            if not message.from_history:
                self.account.latencies_ms.append(message.latency_ms)
            self._since_report += 1
        self._show(shown)
        return shown

    def _show(self, shown: Sequence[ReceivedMessage], *, recalled: bool = False) -> None:
        if not shown:
            return
        if self._out is not None:
            self._out.write([(message.key, message.payload) for message in shown])
        for message in shown:
            if not recalled:
                self.account.recent.append(message)
            if message.envelope.run == self.run:
                self.picture.fold(message.report, message.due_us)

    def _read(self, arrival: Arrival, now: int) -> ReceivedMessage | None:
        """Return an arrival as a message; None, and a line in the log, if it is none of ours."""
        answer = arrival.topic == self._topics.down(self.country, self.name)
        try:
            received = ReceivedMessage.read(
                arrival.topic, arrival.payload, now, from_history=answer
            )
            why = self._foreign(received)
        except ValueError as error:
            self._leave_out(arrival, str(error))
            return None
        if why is not None:
            self._leave_out(arrival, why)
            return None
        topic = self._topics.feed(self.country, received.kind, received.event)
        return replace(received, topic=topic) if answer else received

    def _leave_out(self, arrival: Arrival, why: str) -> None:
        self.account.malformed += 1
        log.warning("left out a payload", topic=arrival.topic, why=why)

    def _foreign(self, received: ReceivedMessage) -> str | None:
        """Return why a message does not belong where it came; answers to us name no event."""
        recipient = received.envelope.recipient
        if recipient != self.country:
            return f"is for {recipient}, not for {self.country}"
        if received.envelope.id != ".".join(map(str, received.key)).lower():
            return "its id is not that of a delivery"
        where = parse_feed_topic(received.topic)
        named = None if where is None else (where.kind, where.event)
        if not received.from_history and named != (received.kind, received.event):
            return "its topic names another kind or event"
        return None

    def _tally_of(self, envelope: Envelope) -> Tally[ReceivedMessage]:
        stream = (envelope.run, envelope.epoch)
        tally = self._tallies.get(stream)
        if tally is None:
            tally = self._open_stream(stream)
        return tally

    def _open_stream(self, stream: Stream) -> Tally[ReceivedMessage]:
        run, _ = stream
        if self.run is None or run > self.run:
            # Runs' ids sort by their time; an older one is what was left in the session.
            self._leave_behind()
            self.run = run
            self.finished = False
            self.picture = Picture()
        tally = Tally[ReceivedMessage]() if self._open_ledger is None else self._recalled(stream)
        self._tallies[stream] = tally
        return tally

    def _recalled(self, stream: Stream) -> Tally[ReceivedMessage]:
        """Bring file and picture up to what an earlier life of this receiver had written down.

        What stands behind a gap is held back again, so that everything is shown in order.
        """
        run, epoch = stream
        ledger = self._ledger(run)
        before_gap = [span for span in ledger.spans(run, epoch)[:1] if span[0] == 1]
        shown = before_gap[0][1] if before_gap else 0
        tally: Tally[ReceivedMessage] = Tally(before_gap)
        for row in ledger.rows(run, epoch):
            message = ReceivedMessage.read(row.topic, row.payload, row.received)
            if row.sequence > shown:
                tally.push(row.sequence, message)
            else:
                self._show([message], recalled=True)
        return tally

    def _ledger(self, run: str) -> ReceiverLedger:
        assert self._open_ledger is not None, "asked only where something is written down"
        if run not in self._ledgers:
            self._ledgers[run] = self._open_ledger(run)
        return self._ledgers[run]

    def _leave_behind(self) -> None:
        """Let go of what was kept about the runs before."""
        self._tallies.clear()
        self._repair.forget()
        self._heads.clear()
        self._final.clear()
        self._close_ledgers()

    def _write(self, messages: Sequence[ReceivedMessage]) -> None:
        by_run: dict[str, list[Received]] = {}
        for message in messages:
            envelope = message.envelope
            row = Received(
                run=envelope.run,
                epoch=envelope.epoch,
                sequence=envelope.number,
                message=envelope.message,
                topic=message.topic,
                sent=message.sent_us,
                due=message.due_us,
                received=message.received_us,
                payload=message.payload,
            )
            by_run.setdefault(envelope.run, []).append(row)
        for run, rows in by_run.items():
            self._ledger(run).add(rows)

    def _safe(self) -> None:
        """Acknowledge what was taken in last: it is written, or the caller is done with it."""
        arrivals, self._unsafe = self._unsafe, []
        self._main.acknowledge(arrivals)

    def _close_ledgers(self, *_: object) -> None:
        ledgers, self._ledgers = self._ledgers, {}
        for ledger in ledgers.values():
            ledger.close()

    # -- beside the feed ---------------------------------------------------------------------------

    async def _look_aside(self) -> None:
        while True:
            for arrival in await self._aside.batch():
                if arrival.topic == self._topics.down(self.country, self.name):
                    await self._answer(arrival)
                elif arrival.payload:
                    self._standing(arrival)

    def _standing(self, arrival: Arrival) -> None:
        try:
            if arrival.topic == self._topics.clock:
                said = json.loads(arrival.payload)
                self.playing = dict(said)
                self._heard = self._clock.now()
                for _ in self.picture.expire(moment_of(str(said["time"]))):
                    pass
                self._said_silent = False
            else:
                head = decode_head(arrival.payload)
                stream = (head.run, head.epoch)
                tally = self._tallies.get(stream) or self._open_stream(stream)
                self._heads[stream] = head.sequence
                tally.know_head(head.sequence)
                # A player may have missed that we are here: a broker can lose what is retained
                # while somebody is just subscribing to it.
                self._since_report = self._since_report or 1
                if head.final:
                    self._final.add(stream)
        except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
            self._leave_out(arrival, "cannot be read")
            return
        self._main.wake()

    async def _answer(self, arrival: Arrival) -> None:
        """Hand an answer to a request for history on, or note that there is no more."""
        try:
            said = json.loads(arrival.payload)
        except (ValueError, RecursionError):
            return
        if not isinstance(said, dict):
            return
        if "specversion" in said:
            self._main.take(arrival._replace(qos=0))
            return
        await self._repair.answered(said, lambda stream: self._heads.get(stream, 0))

    async def _request(self, request: Mapping[str, Any]) -> None:
        await self._aside.publish(self._topics.history(self.country, self.name), compact(request))

    async def _keep_account(self) -> None:
        """Say how far we are, and ask for what is missing, once a second."""
        while True:
            await self._clock.sleep(_REPORT_S)
            if self._since_report:
                await self._report()
            self._mind_silence()
            await self._mind_gaps()

    def _mind_silence(self) -> None:
        """Say once why nothing comes: there is no player, and no end that was told."""
        silent = self._clock.now() - self._heard > _SILENT_AFTER_S
        if silent and self.connected and not self._said_silent:
            self._said_silent = True
            log.info(
                "no player is heard; waiting until it goes on, or for the next run",
                exercise=self._topics.exercise,
                country=self.country,
                run=self.run,
            )

    async def _report(self) -> None:
        tally = self.tally()
        if tally is None or self.run is None:
            return
        self._since_report = 0
        epoch = max(epoch for run, epoch in self._tallies if run == self.run)
        said = {
            "run": self.run,
            "epoch": epoch,
            "sequence": tally.highest,
            "missing": [[first, last] for first, last in tally.gaps()[:_MOST_GAPS_TOLD]],
            # A player must not leave before its last word is heard: brokers can lose what is
            # retained while somebody is just subscribing to it.
            "final": (self.run, epoch) in self._final,
        }
        topic = self._topics.acknowledgement(self.country, self.name)
        if not await self._aside.publish(topic, compact(said)):
            self._since_report = 1

    async def _report_at_last(self) -> None:
        """Say how far we are until it is heard: a player may be waiting for nothing else."""
        end = self._clock.now() + _LAST_WORD_S
        await self._report()
        while self._since_report and self.finished and self._clock.now() < end:
            # What ended the run can arrive before the connection may be written to.
            await self._clock.sleep(_LAST_WORD_PAUSE_S)
            await self._report()

    async def _mind_gaps(self) -> None:
        """Have asked for what has been missing for a while; give up what nobody can give."""
        if not self.connected:
            return
        gaps = [
            Gap(stream, first, last)
            for stream, tally in sorted(self._tallies.items())
            if stream[0] == self.run
            for first, last in tally.missing()
        ]
        lost = await self._repair.mind(gaps, heard=self._heard, over=self._is_over)
        if lost is not None:
            self._give_up(lost)

    def _is_over(self, stream: Stream) -> bool:
        """Tell whether nothing more is sent; a run that was only broken off may go on."""
        return stream in self._final or stream != max(self._tallies)

    def _give_up(self, stream: Stream) -> None:
        tally = self._tallies[stream]
        held = tally.give_up()
        for first, last in tally.given_up[-1:]:
            self.account.given_up += last - first + 1
            log.warning("messages are lost", first=first, last=last, run=stream[0])
        self._show(held)
        self._released += held
        self._main.wake()

    def _done(self) -> bool:
        streams = [stream for stream in self._tallies if stream[0] == self.run]
        over = bool(streams) and max(streams) in self._final and self.settled()
        if over and not self._follow:
            self.finished = True
        return over and not self._follow
