"""What receivers ask for again, and what they are answered: in turn, and within a budget.

History is answered a few messages at a time, by whoever asks in turn, beside what is due: nobody's
requests hold up the run, or another receiver.  Each country has a budget of its own, which is
enough for any repair at once, and keeps a client that asks in a loop from costing the others time.
"""

import asyncio
from collections import OrderedDict, defaultdict
from typing import NamedTuple

from pydantic import ValidationError

from feed.app.fault_record import FaultRecord
from feed.app.left_out import LeftOut
from feed.clock import Clock
from feed.core.allowance import Allowance
from feed.files.ledger import PlayerLedger
from feed.mqtt.publisher import Publisher
from feed.wire.compact import compact
from feed.wire.receipts import HistoryRequest, id_of
from feed.wire.topics import Topics

__all__ = ["History"]

_MOST = 1000
_MOST_WAITING = 20
"""Requests of one client that wait for their answer; it may ask again for others."""
_MOST_CLIENTS = 200
"""Clients of one country whose requests wait at one time."""
_MOST_TOLD = 20_000
"""Messages of one country of which it is kept that receivers know that they are not to be had; of
more the end waits a moment, as for whoever was not waited for."""
_AT_ONCE = 25
"""Messages of history that go out in one turn of the loop."""
_SHARE = 4
"""History takes this part of what may be under way to the broker at most."""
_PAUSE_S = 0.01
_PER_S = 500.0
"""Messages that a country's budget grows by in a second,"""
_SAVED = 5000.0
"""and how many it has at most: a receiver that was away for long is brought up in one go."""


class _Asked(NamedTuple):
    """A request that waits for its answer."""

    id: str
    epoch: int
    first: int
    last: int
    error: str = ""
    """why it is refused"""


class History:
    """The requests for history of one run."""

    def __init__(
        self,
        topics: Topics,
        ledger: PlayerLedger,
        publisher: Publisher,
        *,
        clock: Clock,
        faults: FaultRecord,
        junk: LeftOut,
    ) -> None:
        self.answered = 0
        """how many requests were answered"""
        self._told: defaultdict[str, set[tuple[str, int, int]]] = defaultdict(set)
        """by country: (client, epoch, number) of what a receiver was told is not to be had"""
        self._topics = topics
        self._ledger = ledger
        self._publisher = publisher
        self._clock = clock
        self._faults = faults
        self._junk = junk
        self._asked: OrderedDict[tuple[str, str], list[_Asked]] = OrderedDict()
        """what waits for an answer, by (country, client); the next one's first"""
        self._asking = asyncio.Event()
        self._allowance = Allowance(most=_SAVED, per_s=_PER_S)
        """messages, by country"""

    def knows(self, country: str, client: str, epoch: int, number: int) -> bool:
        """Tell whether a receiver was told of a message that it is not to be had."""
        return (client, epoch, number) in self._told[country]

    def ask(self, country: str, client: str, payload: bytes) -> None:
        """Put a request where it waits for its turn."""
        try:
            said = HistoryRequest.model_validate_json(payload)
        except ValidationError:
            error = "not a request for history; write id, client, epoch, from and to"
            asked = _Asked(id_of(payload), 0, 0, 0, error)
        else:
            asked = _Asked(said.id, said.epoch, said.first, said.last)
            if said.client != client or said.last < said.first:
                error = "client must be the one of the topic, and from not above to"
                asked = asked._replace(error=error)
        clients = sum(each == country for each, _ in self._asked)
        waiting = self._asked.get((country, client), [])
        if len(waiting) >= _MOST_WAITING or (not waiting and clients >= _MOST_CLIENTS):
            topic = self._topics.history(country, client)
            self._junk.add("requests", topic, "more requests for history than are kept")
            return
        self._asked.setdefault((country, client), waiting).append(asked)
        self._asking.set()

    async def answer(self) -> None:
        """Answer requests, for as long as the run is played."""
        while True:
            while not self._asked:
                self._asking.clear()
                await self._asking.wait()
            now = self._clock.now()
            known = (each for each in self._asked if self._allowance.left(each[0], now) > 0)
            who = next(known, None)
            if who is None:
                await self._clock.sleep(_PAUSE_S)
                continue
            country, client = who
            waiting = self._asked.pop(who)
            await self._answer(country, client, waiting[0])
            if waiting[1:]:
                # Whoever asks for much waits behind the others.
                self._asked[who] = [*waiting[1:], *self._asked.pop(who, [])]

    async def _answer(self, country: str, client: str, asked: _Asked) -> None:
        down, publish = self._topics.down(country, client), self._publisher.publish
        if asked.error:
            self._spend(country, 1)
            await publish(down, compact({"id": asked.id, "error": asked.error}))
            return
        count, first, told = 0, asked.first, self._told[country]
        looked = 0
        rows = self._ledger.history(country, asked.epoch, first, asked.last, _AT_ONCE)
        while rows and count < _MOST:
            for row in rows:
                looked += 1
                if self._faults.refuses(row.epoch, country, row.sequence):
                    if len(told) < _MOST_TOLD:
                        told.add((client, row.epoch, row.sequence))
                    continue
                await publish(down, row.payload)
                count += 1
            first = rows[-1].sequence + 1
            await self._clock.sleep(0)
            while self._publisher.in_flight > self._publisher.window // _SHARE:
                await self._clock.sleep(_PAUSE_S)
            rows = self._ledger.history(country, asked.epoch, first, asked.last, _AT_ONCE)
        done: dict[str, object] = {"id": asked.id, "done": True, "count": count}
        if rows:
            done["more"] = rows[0].sequence
        self._spend(country, looked + 1)
        await publish(down, compact(done))
        self.answered += 1

    def _spend(self, country: str, count: int) -> None:
        """Take messages from a country's budget; it may be less than nothing then."""
        self._allowance.spend(country, count, self._clock.now())
