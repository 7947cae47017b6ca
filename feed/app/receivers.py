"""Who listens: receivers that are there, how far each of them is, and what they ask for again.

Everything here comes from other people's clients, so whatever cannot be read is answered where it
can be, and harms nothing.  History is answered a few messages at a time, by whoever asks in turn,
beside what is due: nobody's requests hold up the run, or another receiver.
"""

import asyncio
import itertools
from bisect import bisect_left, bisect_right
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from pydantic import ValidationError

from feed.app.fault_record import FaultRecord, lacking
from feed.app.retained_topics import compact
from feed.clock import Clock
from feed.files.ledger import PlayerLedger
from feed.mqtt.publisher import Publisher
from feed.mqtt.subscriber import Arrival
from feed.wire.receipts import HistoryRequest, Receipts, id_of
from feed.wire.topics import LEVEL, Topics

__all__ = ["Listener", "Receivers"]

Excused = Callable[[int, str, int], bool]
"""Tells of (epoch, country, sequence) whether nobody waits for it."""

_MOST = 1000
_LARGEST = 8192
_MOST_LISTENERS = 1000
"""How many receivers of one country are told apart; each costs memory and a row of the ledger."""
_MOST_WAITING = 20
"""Requests for history of one client that wait for their answer; it may ask again for others."""
_AT_ONCE = 25
"""Messages of history that go out in one turn of the loop."""
_SHARE = 4
"""History takes this part of what may be under way to the broker at most."""
_PAUSE_S = 0.01


def _nothing(epoch: int, country: str, sequence: int) -> bool:
    """Excuse nothing."""
    del epoch, country, sequence
    return False


class _Asked(NamedTuple):
    """A request for history that waits for its answer."""

    id: str
    epoch: int
    first: int
    last: int
    error: str = ""
    """why it is refused"""


@dataclass
class Listener:
    """One receiver, as the player knows it."""

    country: str
    client: str
    online: bool = False
    epoch: int = 0
    sequence: int = 0
    missing: list[tuple[int, int]] = field(default_factory=list)
    unaware: bool = False
    """it says that it has not heard yet that nothing will follow"""
    refused: int | None = None
    """how much it says that it was sent that is not the player's"""

    def gaps(self, sequence: int) -> list[tuple[int, int]]:
        """Return what it lacks of its epoch up to a number, as (first, last)."""
        tail = [(self.sequence + 1, sequence)] if self.sequence < sequence else []
        return [*self.missing, *tail]

    def lacks(self, epoch: int, sequence: int, lost: Sequence[int] = ()) -> int:
        """Return how many numbers of an epoch it lacks, without those lost on purpose (sorted)."""
        gaps = self.gaps(sequence) if self.epoch == epoch else [(1, sequence)]
        return sum(
            last - first + 1 - (bisect_right(lost, last) - bisect_left(lost, first))
            for first, last in gaps
        )

    def has(self, epoch: int, sequence: int, excused: Excused = _nothing) -> bool:
        """Tell whether it has everything up to a number of an epoch that is not excused."""
        return self.epoch == epoch and all(
            excused(epoch, self.country, number)
            for first, last in self.gaps(sequence)
            for number in range(first, last + 1)
        )

    def count(self, epoch: int) -> int:
        """Return how many messages of an epoch it has."""
        if self.epoch != epoch:
            return 0
        return self.sequence - sum(last - first + 1 for first, last in self.missing)

    def reached(self, epoch: int, sequence: int = 0, excused: Excused = _nothing) -> int:
        """Return the last number before the first that it lacks and is not excused."""
        if self.epoch != epoch:
            return 0
        sequence = max(sequence, self.sequence)
        for first, last in self.gaps(sequence):
            for number in range(first, last + 1):
                if not excused(epoch, self.country, number):
                    return number - 1
        return sequence


class Receivers:
    """The receivers of one run."""

    def __init__(
        self,
        run: str,
        topics: Topics,
        ledger: PlayerLedger,
        publisher: Publisher,
        changed: Callable[[], None],
        *,
        clock: Clock,
        countries: Sequence[str],
        faults: FaultRecord,
    ) -> None:
        self._run = run
        self._faults = faults
        self._lost = faults.lost
        self._told: set[tuple[str, str, int, int]] = set()
        """(country, client, epoch, number) of what a receiver was told is not to be had"""
        self._clock = clock
        self._topics = topics
        self._countries = frozenset(countries)
        self._ledger = ledger
        self._publisher = publisher
        self._changed = changed
        self.listeners: dict[tuple[str, str], Listener] = {}
        """by (country, client)"""
        for receipt in ledger.receipts():
            # Who has everything already will not say so again to a player that was resumed.
            known = self._listener(receipt.recipient, receipt.client)
            known.epoch, known.sequence = receipt.epoch, receipt.sequence
            known.missing = [(first, last) for first, last in receipt.missing]
        self.answered = 0
        """how many requests for history were answered"""
        self._asked: OrderedDict[tuple[str, str], list[_Asked]] = OrderedDict()
        """what waits for an answer, by (country, client); the next one's first"""
        self._asking = asyncio.Event()

    @property
    def filters(self) -> list[tuple[str, int]]:
        """What the player has to listen to."""
        return [
            # One filter: a broker's window of what is unacknowledged counts over the whole session.
            (f"{self._topics.base}/up/+/+/+", 1)
        ]

    def of(self, country: str) -> list[Listener]:
        """Return the receivers of a country that are online."""
        return [
            listener
            for listener in self.listeners.values()
            if listener.country == country and listener.online
        ]

    def present(self, countries: Sequence[str]) -> bool:
        """Tell whether each of some countries has a receiver online."""
        return all(self.of(country) for country in countries)

    def behind(self, epoch: int, sequences: Mapping[str, int]) -> int:
        """Return how many messages the best receiver of the slowest country has yet to get."""
        late = self._faults.late
        return max(
            (
                sequence
                - max((one.reached(epoch, sequence, late) for one in self.of(country)), default=0)
                for country, sequence in sequences.items()
            ),
            default=0,
        )

    def served(self, epoch: int, sequences: Mapping[str, int]) -> bool:
        """Tell whether a receiver of each country has everything that was sent to it."""
        known = list(self.listeners.values())
        return all(
            any(one.country == country and one.has(epoch, sequence, self._lost) for one in known)
            for country, sequence in sequences.items()
        )

    def settled(self, epoch: int, sequences: Mapping[str, int]) -> bool:
        """Tell whether everybody who is here has everything, and has heard that it is over."""
        return all(
            one.has(epoch, sequences[one.country], self._lost)
            and not one.unaware
            and self._knows(one, sequences[one.country])
            for country in sequences
            for one in self.of(country)
        )

    def lacking(self, epoch: int, sequences: Mapping[str, int]) -> dict[str, int]:
        """Return how many messages the best receiver of each country lacks, where it lacks any."""
        found = {}
        for country, sequence in sequences.items():
            mine = [one for one in self.listeners.values() if one.country == country]
            gaps = [one.gaps(sequence) for one in mine if one.epoch == epoch] or [[(1, sequence)]]
            least = min(lacking(each, self._faults, epoch, country) for each in gaps)
            if least:
                found[country] = least
        return found

    def _knows(self, one: Listener, sequence: int) -> bool:
        """Tell whether a receiver has heard of all that it lacks that it is not to be had."""
        return all(
            (one.country, one.client, one.epoch, first) in self._told
            for first, last in one.gaps(sequence)
            if first <= last
        )

    def take(self, arrival: Arrival, wall: int) -> None:
        """Take in what a receiver said; anything that is no message of a receiver is ignored."""
        levels = arrival.topic.split("/")
        if len(levels) != 7 or levels[3] != "up":  # noqa: PLR2004 - exercise/v1/x/up/c/what/client
            return
        country, what, client = levels[4].upper(), levels[5], levels[6]
        if country not in self._countries or not LEVEL.fullmatch(client):
            return
        if what == "history" and not arrival.retain:
            self._ask(country, client, arrival.payload)
        elif not self._room_for(country, client):
            return
        elif what == "presence":
            self._presence(country, client, arrival.payload)
        elif what == "ack" and not arrival.retain:
            self._acknowledgement(country, client, arrival.payload, wall)

    def _room_for(self, country: str, client: str) -> bool:
        if (country, client) in self.listeners:
            return True
        return sum(one.country == country for one in self.listeners.values()) < _MOST_LISTENERS

    def _listener(self, country: str, client: str) -> Listener:
        return self.listeners.setdefault((country, client), Listener(country, client))

    def _presence(self, country: str, client: str, payload: bytes) -> None:
        # Who left with everything takes its presence away, and still counts as served.
        if payload or (country, client) in self.listeners:
            self._listener(country, client).online = payload == b"online"
        self._changed()

    def _acknowledgement(self, country: str, client: str, payload: bytes, wall: int) -> None:
        try:
            said = Receipts.model_validate_json(payload[:_LARGEST])
        except ValidationError:
            return
        spans = [(0, 0), *said.missing, (said.sequence, said.sequence)]
        in_order = all(a[1] < b[0] <= b[1] for a, b in itertools.pairwise(spans))
        if said.run != self._run or (said.missing and not in_order):
            return
        listener = self._listener(country, client)
        listener.online = True
        listener.epoch, listener.sequence = said.epoch, said.sequence
        listener.missing = said.missing
        listener.unaware, listener.refused = said.final is False, said.refused
        missing = [[first, last] for first, last in said.missing]
        self._ledger.receipt(country, client, said.epoch, said.sequence, missing, wall)
        self._changed()

    def _ask(self, country: str, client: str, payload: bytes) -> None:
        """Put a request for history where it waits for its turn."""
        try:
            said = HistoryRequest.model_validate_json(payload[:_LARGEST])
        except ValidationError:
            error = "not a request for history; write id, client, epoch, from and to"
            asked = _Asked(id_of(payload), 0, 0, 0, error)
        else:
            asked = _Asked(said.id, said.epoch, said.first, said.last)
            if said.client != client or said.last < said.first:
                error = "client must be the one of the topic, and from not above to"
                asked = asked._replace(error=error)
        waiting = self._asked.setdefault((country, client), [])
        if len(waiting) < _MOST_WAITING:
            waiting.append(asked)
        self._asking.set()

    async def answer(self) -> None:
        """Answer requests for history, for as long as the run is played."""
        while True:
            while not self._asked:
                self._asking.clear()
                await self._asking.wait()
            (country, client), waiting = self._asked.popitem(last=False)
            await self._answer(country, client, waiting[0])
            if waiting[1:]:
                # Whoever asks for much waits behind the others.
                self._asked[country, client] = [
                    *waiting[1:],
                    *self._asked.pop((country, client), []),
                ]

    async def _answer(self, country: str, client: str, asked: _Asked) -> None:
        down, publish = self._topics.down(country, client), self._publisher.publish
        if asked.error:
            await publish(down, compact({"id": asked.id, "error": asked.error}))
            return
        count, first = 0, asked.first
        rows = self._ledger.history(country, asked.epoch, first, asked.last, _AT_ONCE)
        while rows and count < _MOST:
            for row in rows:
                key = (row.epoch, country, row.sequence)
                if self._faults.refuses(*key):
                    self._told.add((country, client, row.epoch, row.sequence))
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
        await publish(down, compact(done))
        self.answered += 1
