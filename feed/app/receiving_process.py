"""The receivers of ``feed run``, in a process of their own: what they do there.

The command starts it before anything else, so that it is there when the broker is.  Its first order
is an assignment, its last to leave; when the pipe of orders ends, the command has died, and nothing
is left to be done: what was written down is safe, and the rest was not acknowledged.
"""

import asyncio
import io
import os
import signal
import sys
import threading
import traceback
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import replace
from statistics import median

from feed.app.as_role import as_role
from feed.app.beside import beside
from feed.app.message import ReceivedMessage
from feed.app.message_views import MessageViews
from feed.app.receiver import Receiver
from feed.app.receiving_pipe import (
    Assigned,
    Assignment,
    CountryTold,
    Failed,
    Finished,
    Leave,
    Logged,
    Order,
    Ready,
    Seen,
    Told,
    Worded,
    order_of,
    written,
)
from feed.app.undisturbed import undisturbed
from feed.clock import Clock, SystemClock
from feed.errors import FeedError
from feed.files.receiver_ledger import ReceiverLedger
from feed.terminal.lines import Lines
from feed.terminal.log import forward_logs
from feed.wording.times import named_zone

__all__ = ["main", "serve"]

_BATCH = 100
"""Messages that a receiver takes in one turn of the loop."""
_SEEN_EVERY_S = 0.1
_SELDOM_S = 1.0
"""The same where lines are wanted, and this only at the end, whatever comes between."""
_WORDED_EVERY_S = 0.02
"""Lines of so long are told together; nobody reads faster."""
_PIECE = 1 << 16

Tell = Callable[[Told], None]


class _AtOnceError(Exception):
    """Nobody waits for what has arrived."""


def main() -> None:
    """Do what is ordered on standard input, tell of it on standard output, and end the process."""
    # The command hears them, too, and says what is to be done; without it nothing goes on here.
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if (number := getattr(signal, name, None)) is not None:
            signal.signal(number, signal.SIG_IGN)
    # Whatever else would print goes to standard error: the pipe is for what is told alone.
    pipe = os.dup(1)
    os.dup2(2, 1)

    def tell(told: Told) -> None:
        line = memoryview(written(told))
        while line:
            line = line[os.write(pipe, line) :]

    try:
        asyncio.run(_obey(tell))
    except BrokenPipeError:
        pass  # the command has died
    except FeedError as error:
        tell(Failed(type(error).__name__, [str(one) for one in error.args]))
    except Exception as error:  # noqa: BLE001 - told to whoever can say it
        tell(Failed(repr(error), traceback=traceback.format_exc()))
    sys.stderr.flush()
    # All is closed; the interpreter's own way out would take longer, and wait for a thread that
    # reads orders.
    os._exit(0)


async def _obey(tell: Tell) -> None:
    orders: asyncio.Queue[Order] = asyncio.Queue()
    loop = asyncio.get_running_loop()

    def listen() -> None:
        for order in _orders(0):
            with suppress(RuntimeError):  # the loop is closed: it is over anyway
                loop.call_soon_threadsafe(orders.put_nowait, order)
        os._exit(0)

    # A thread, for not every system lets a loop wait for a pipe that it was given.
    threading.Thread(target=listen, daemon=True).start()
    assignment = await orders.get()
    if isinstance(assignment, Assignment):
        forward_logs(lambda *said: tell(Logged(*said)), verbose=assignment.verbose)
        await serve(assignment, orders, tell, SystemClock())


def _orders(pipe: int) -> Iterator[Order]:
    """Yield what is ordered until the other end of the pipe is closed."""
    begun = b""
    with suppress(OSError):
        while piece := os.read(pipe, _PIECE):
            *lines, begun = (begun + piece).split(b"\n")
            yield from map(order_of, lines)


async def serve(
    assignment: Assignment, orders: "asyncio.Queue[Order]", tell: Tell, clock: Clock
) -> None:
    """Receive what is assigned until it is ordered to leave; tell how far the receivers are."""
    receivers = [_receiver(each, assignment, clock) for each in assignment.receivers]
    with suppress(_AtOnceError):
        async with AsyncExitStack() as stack:
            for receiver in receivers:
                await stack.enter_async_context(receiver)
            tell(Ready())
            with undisturbed():
                await _Receiving(receivers, assignment, tell, clock).until_left(orders)


def _receiver(assigned: Assigned, assignment: Assignment, clock: Clock) -> Receiver:
    country = assigned.country
    client = country.lower()

    def ledger(run: str) -> ReceiverLedger:
        del run  # only this run can be meant: its exercise is played by one player
        return ReceiverLedger.at(assigned.ledger, {"country": country, "client": client})

    return Receiver(
        as_role(assigned.address, client),
        country,
        assignment.exercise,
        clock=clock,
        ledger=ledger,
        own_key=assignment.own_key,
    )


class _Receiving:
    """Receivers at work, and what was not told of them yet."""

    def __init__(
        self, receivers: Sequence[Receiver], assignment: Assignment, tell: Tell, clock: Clock
    ) -> None:
        self._receivers = receivers
        self._tell = tell
        self._clock = clock
        self._in_words = MessageViews(assignment.language, named_zone(assignment.zone)).of
        self._wanted = assignment.lines
        self._text = io.StringIO()
        self._lines = Lines(self._text, offset_s=assignment.offset_s, zone=assignment.zone)
        self._some = asyncio.Event()
        """there are lines that were not told"""
        self._leave = asyncio.Event()
        self._done = [asyncio.Event() for _ in receivers]
        self._told = {each.country: CountryTold(each.country) for each in receivers}
        self._fresh: dict[str, deque[ReceivedMessage]] = {
            each.country: deque(maxlen=each.account.recent.maxlen) for each in receivers
        }

    async def until_left(self, orders: "asyncio.Queue[Order]") -> None:
        """Receive until it is ordered to leave; tell at last how far that was."""
        try:
            await beside(
                self._leave_when_told(),
                self._obey(orders),
                self._tell_lines(),
                self._tell_seen(),
                *map(self._receive, self._receivers, self._done),
            )
        finally:
            self._tell_text()
            self._tell(Finished([self._country(each) for each in self._receivers]))

    async def _obey(self, orders: "asyncio.Queue[Order]") -> None:
        while True:
            order = await orders.get()
            if isinstance(order, Leave):
                if order.at_once:
                    raise _AtOnceError
                self._leave.set()

    async def _leave_when_told(self) -> None:
        await self._leave.wait()
        # What is complete has been received; who lacks something waits no longer.
        for receiver, done in zip(self._receivers, self._done, strict=True):
            receiver.leave()
            await done.wait()

    async def _receive(self, receiver: Receiver, done: asyncio.Event) -> None:
        try:
            while (batch := await receiver.batch(_BATCH)) is not None:
                if not self._wanted:
                    self._fresh[receiver.country].extend(batch)
                elif batch:
                    views = ((self._in_words(each), each.latency_ms) for each in batch)
                    self._lines.messages(receiver.country, views)
                    self._some.set()
        finally:
            done.set()

    async def _tell_lines(self) -> None:
        while True:
            await self._some.wait()
            self._some.clear()
            self._tell_text()
            await self._clock.sleep(_WORDED_EVERY_S)

    def _tell_text(self) -> None:
        text = self._text.getvalue()
        if text:
            self._text.seek(0)
            self._text.truncate()
            self._tell(Worded(text))

    async def _tell_seen(self) -> None:
        while True:
            countries = [self._country(each) for each in self._receivers]
            news = [one for one in countries if one != self._told[one.country]]
            if news:
                self._tell(Seen(news))
                self._told |= {one.country: replace(one, recent=()) for one in news}
            await self._clock.sleep(_SELDOM_S if self._wanted else _SEEN_EVERY_S)

    def _country(self, receiver: Receiver) -> CountryTold:
        """Return how far a receiver is; its messages are put into words that were not told yet."""
        country, account, tally = receiver.country, receiver.account, receiver.reception.tally
        fresh = self._fresh[country]
        recent = [self._in_words(each) for each in fresh]
        fresh.clear()
        return CountryTold(
            country=country,
            connected=receiver.connected,
            received=0 if tally is None else tally.received,
            highest=0 if tally is None else tally.highest,
            gaps=() if tally is None else tally.gaps(),
            duplicates=account.duplicates,
            latency_ms=median(account.latencies_ms) if account.latencies_ms else None,
            active=receiver.picture.counts(),
            recent=recent or (),
        )
