"""A receiver: one country's feed, complete, in order, each message once.

The reception decides; here are the connections, the ledger and the waiting.  A message is
acknowledged to the broker only when it is safe: written to the ledger, or, without one, when the
caller comes back for the next.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from math import inf
from types import TracebackType
from typing import Any, Self

from feed.app.account import Account
from feed.app.aside import Aside
from feed.app.gate import REPLAYED, Gate
from feed.app.left_out import LeftOut
from feed.app.memory import Memory, incoming
from feed.app.message import ReceivedMessage
from feed.clock import Clock
from feed.core.picture import Picture
from feed.core.reception import Incoming, Reception
from feed.files.receiver_ledger import REFUSED, ReceiverLedger
from feed.files.recording import Recording
from feed.mqtt.address import BrokerAddress
from feed.mqtt.subscriber import Arrival, Subscriber
from feed.wire.topics import Topics, client_id

__all__ = ["Receiver"]

_BATCH = 50
"""Messages that are taken in one turn of the loop."""
_REPORT_EVERY = 250
_NOTE_EVERY_S = 1.0


class Receiver:
    """Receives the feed of one country in one exercise.  Use it with ``async with``.

    ``name`` tells two receivers of one country apart.  ``ledger`` opens the ledger of a run, so
    that a receiver that was killed goes on where it was; ``out`` gets every message as a line.
    One that may not write ``up`` is degraded: nobody waits for it, and it cannot ask again.  One
    that is not ``counted`` asks and says nothing else: the player waits for others at its site.
    ``forget``: it does not come back, so the broker need not keep what comes after it.
    ``own_key`` is what its client ids are made with, so that nobody else knows them.
    ``known`` tells of a run whether it was received before; it matters where all is signed.
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
        may_write: bool = True,
        counted: bool = True,
        forget: bool = False,
        known: Callable[[str], bool] = lambda _: False,
        own_key: str = "",
    ) -> None:
        self.country = country
        self.name = name or country.lower()
        self.account = Account()
        self.finished = False
        """the run is over and all of it is here"""
        self.gate = Gate(address, clock)
        """what is let in: everything, or, with the player's public key, what the player signed"""
        self.reception: Reception[ReceivedMessage] = Reception(
            self.name,
            remembers=ledger is not None,
            known=known if self.gate.signed else None,
            asks=may_write,
        )
        self._clock = clock
        self._junk = LeftOut("left out what is no message of the feed", clock)
        self._topics = Topics(exercise)
        self._memory = None if ledger is None else Memory(ledger)
        self._out = out
        self._follow = follow
        self._forget = forget
        self._noted: tuple[float, dict[str, int]] = (0.0, {})
        """when the next may be written down, and what was refused by the last"""
        self._unsafe: list[Arrival] = []
        self._leaving = False
        self._ready: deque[ReceivedMessage] = deque()
        own = country.lower()
        # Receivers of two countries may have one name; a broker would take them for one client.
        who = own if self.name == own else f"{own}-{self.name}"
        self._main = Subscriber(
            address,
            client_id("receiver", exercise, who, own_key),
            [(self._topics.feed_filter(country), 1)],
            clock=clock,
            persistent=True,
            late=True,
        )
        self._aside = Aside(
            address,
            client_id("receiver", exercise, f"{who}-aside", own_key),
            self._topics,
            country,
            self.name,
            reception=self.reception,
            clock=clock,
            wake=self._main.wake,
            gate=self.gate,
            left_out=self._leave_out,
            answer=self._take_answer,
            may_write=may_write,
            counted=counted,
        )
        self._stack = AsyncExitStack()
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        """Connect and subscribe; from then on nothing that is published is missed."""
        async with AsyncExitStack() as stack:
            if self._memory is not None:
                stack.callback(self._memory.close)
            # First the feed, then the presence that says it is subscribed.
            await stack.enter_async_context(self._main)
            await stack.enter_async_context(self._aside.subscriber)
            self._stack = stack.pop_all()
        self._tasks = [
            asyncio.create_task(self._aside.listen()),
            asyncio.create_task(self._aside.keep_account()),
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
            await self._aside.report()
        if self.reception.run is not None:
            self._note_refused(self.reception.run, inf)
        await self._aside.leave(finished=self.finished)
        await self._stack.aclose()
        if self.finished or self._forget:
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
    def run(self) -> str | None:
        """The run that is being received."""
        return self.reception.run

    @property
    def picture(self) -> Picture:
        """What the country has to take as true, by what was received of the newest epoch."""
        return self.reception.picture

    @property
    def playing(self) -> dict[str, Any]:
        """The clock as it was last received."""
        return self._aside.playing

    @property
    def connected(self) -> bool:
        """Whether the broker is there."""
        return self._main.connected and self._aside.subscriber.connected

    def leave(self) -> None:
        """Stop waiting for more: ``batch`` returns None once what has arrived is taken."""
        self._leaving = True
        self._aside.hasten()
        self._main.wake()

    async def batch(self, most: int = _BATCH) -> list[ReceivedMessage] | None:
        """Wait for messages and return them, in order; None when the run is over and complete.

        About so many at most are taken in without anybody else having a turn.

        The list can be empty: something else happened that a caller may want to look at.
        """
        self._safe()
        self.finished = self.reception.finished and not self._follow
        if (self.finished or self._leaving) and not self._aside.waiting:
            await self._aside.report_at_last()
            self.finished = self.reception.finished and not self._follow
            if self.finished or self._leaving:
                return None
        for task in self._tasks:
            if task.done():
                task.result()
        arrivals = await self._main.batch(most)
        self._unsafe = arrivals
        shown = await self._take(arrivals)
        if self._memory is not None:
            self._safe()
        if self._aside.unreported >= _REPORT_EVERY:
            await self._aside.report()
        return shown

    # -- taking in ---------------------------------------------------------------------------------

    async def _take(self, arrivals: Sequence[Arrival]) -> list[ReceivedMessage]:
        """Take in what arrived, and what was decided beside; return what can be shown, in order."""
        now, wall, reception = self._clock.now(), self._clock.wall(), self.reception
        held, shown = self._aside.take_waiting()
        fresh = [incoming(one) for one in (self._read(each, wall) for each in arrivals) if one]
        followed = []
        for one in (*held, *fresh):
            replayed = reception.replayed
            shown += self._push(one, now)
            if reception.replayed == replayed:
                followed.append(one)
        while reception.to_recall is not None:
            shown += await self._recall(reception.to_recall)
        self._aside.hurry_if_lacking()
        if self._memory is not None and reception.run is not None:
            # First the ledger, then the file: what was written to the file is known to be there.
            run = reception.run
            self._memory.write(run, [one.item for one in followed if one.run == run])
            self._note_refused(run, now)
        return self._show([one.item for one in shown])

    def _push(self, one: Incoming[ReceivedMessage], now: float) -> list[Incoming[ReceivedMessage]]:
        before, replayed = self.reception.duplicates, self.reception.replayed
        shown = self.reception.take(one, now)
        if self.reception.replayed > replayed:
            self.gate.refuse(REPLAYED, one.item.topic, self.reception.replayed - replayed)
        elif self.reception.duplicates > before:
            self.account.duplicates += 1
        else:
            self.account.note(one.item)
            self._aside.unreported += 1
        return shown

    async def _recall(self, epoch: int) -> list[Incoming[ReceivedMessage]]:
        """Bring file and picture up to what an earlier life of this receiver had written down."""
        reception, run = self.reception, self.reception.run
        assert self._memory is not None, "nothing is to be recalled"
        assert run is not None, "an epoch is of a run"
        reception.recall_there(epoch, self._memory.spans(run, epoch))
        for page in self._memory.pages(run, epoch):
            again = [one.item for one in reception.recall(epoch, page)]
            self._show(again, recalled=True)
            # A ledger can be long, and the connection wants to be kept alive meanwhile.
            await self._clock.sleep(0)
            if reception.run != run:
                return []
        before = reception.duplicates
        shown = reception.recalled(epoch, self._clock.now())
        again_came = reception.duplicates - before
        self.account.duplicates += again_came
        self.account.received -= again_came
        self._aside.hurry()
        return shown

    def _show(
        self, shown: list[ReceivedMessage], *, recalled: bool = False
    ) -> list[ReceivedMessage]:
        if shown and self._out is not None:
            self._out.write([(message.key, message.payload) for message in shown])
        if not recalled:
            self.account.recent.extend(shown)
        return shown

    def _note_refused(self, run: str, now: float) -> None:
        """Write down what was refused, where 'feed verify' finds it; once a second will do."""
        refused = self.gate.refused
        if self._memory is not None and refused != self._noted[1] and now >= self._noted[0]:
            self._noted = (now + _NOTE_EVERY_S, refused)
            self._memory.note(run, REFUSED, refused)

    def _take_answer(self, arrival: Arrival) -> None:
        """Take in a message that was asked for: it comes in between what the broker sends."""
        self._main.take(arrival._replace(qos=0))

    def _read(self, arrival: Arrival, wall: int) -> ReceivedMessage | None:
        """Return an arrival as a message; None, and it is counted, if it is none of ours."""
        if not self.gate.admits(arrival.topic, arrival.payload):
            return None
        try:
            message = ReceivedMessage.of(self.country, self.name, self._topics, arrival, wall)
        except ValueError as error:
            if self.gate.signed:
                # The player has signed it, so it is sound, and was put in another place.
                self.gate.refuse(REPLAYED, arrival.topic)
            else:
                self._leave_out(arrival.topic, str(error))
            return None
        if self.gate.signed and message.exercise != self._topics.exercise:
            self.gate.refuse(REPLAYED, arrival.topic)
            return None
        return message

    def _leave_out(self, topic: str, why: str) -> None:
        self.account.malformed += 1
        self._junk.add("count", topic, why)

    def _safe(self) -> None:
        """Acknowledge what was taken in last: it is written, or the caller is done with it."""
        arrivals, self._unsafe = self._unsafe, []
        self._main.acknowledge(arrivals)
