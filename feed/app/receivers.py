"""Who listens: receivers that are there, how far each of them is, and what they ask for again.

Everything here comes from other people's clients, so whatever cannot be read is counted, told of
once a minute, and harms nothing.  What receivers ask for is answered by ``History``.
"""

import itertools
from collections.abc import Callable, Mapping, Sequence

from pydantic import ValidationError

from feed.app.fault_record import FaultRecord, lacking
from feed.app.history import History
from feed.app.left_out import LeftOut
from feed.app.listener import Listener
from feed.app.patience import Patience
from feed.clock import Clock
from feed.files.ledger import PlayerLedger, Receipt
from feed.mqtt.publisher import Publisher
from feed.mqtt.subscriber import Arrival
from feed.wire.receipts import Receipts
from feed.wire.topics import LEVEL, Topics

__all__ = ["Receivers"]

_LARGEST = 8192
"""Bytes of what a receiver may say; a broker that knows no such limit is no reason to read more."""
_MOST_LISTENERS = 1000
"""How many receivers of one country are told apart; each costs memory and a row of the ledger."""
_MOST_AWAITED = 20
"""How many of a country are sure of their place."""
_CROWD = 100
"""So many that are here, and never acknowledge anything, are no receivers."""


class Receivers:
    """The receivers of one run; ``epoch`` tells the one that it is in."""

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
        epoch: Callable[[], int],
    ) -> None:
        self._run = run
        self._epoch = epoch
        self._faults = faults
        self._lost = faults.lost
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
        self._junk = LeftOut("left out what is no message of a receiver", clock)
        self.history = History(
            topics, ledger, publisher, clock=clock, faults=faults, junk=self._junk
        )
        self.patience = Patience(clock)
        self._best: dict[tuple[str, int], int] = {}
        """by country and epoch: up to where a receiver had everything once, by its own word"""
        self._unwritten: dict[tuple[str, str], Receipt] = {}
        """what was acknowledged and is not in the ledger yet, the last of each"""

    @property
    def left_out(self) -> dict[str, int]:
        """How much was said that a receiver does not say, by what is wrong with it."""
        return dict(self._junk.counts)

    @property
    def filters(self) -> dict[str, list[tuple[str, int]]]:
        """What the player has to listen to, by country."""
        return {
            country.lower(): [(f"{self._topics.base}/up/{country.lower()}/+/+", 1)]
            for country in sorted(self._countries)
        }

    def drowned(self, country: str) -> bool:
        """Tell whether a country says so much that no receiver says that those are not heard."""
        mine = [one for one in self.listeners.values() if one.country == country]
        if any(one.chosen and one.epoch for one in mine):
            return self.patience.drowned(country, aside=True)
        crowd = sum(one.online and not one.epoch for one in mine) >= _CROWD
        return crowd or self.patience.drowned(country, aside=False)

    @property
    def chosen(self) -> dict[str, list[str]]:
        """The topics on which whoever the run began with acknowledges, by country."""
        found: dict[str, list[str]] = {}
        for one in self.listeners.values():
            if one.chosen:
                topic = self._topics.acknowledgement(one.country, one.client)
                found.setdefault(one.country, []).append(topic)
        return found

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

    def await_no_longer(self, countries: Sequence[str]) -> None:
        """Note who is here of some countries now that the run begins; a crowd comes after them."""
        for country in countries:
            # Who has acknowledged something comes first, then who came while the player listened.
            here = sorted(self.of(country), key=lambda one: (one.epoch == 0, not one.came))
            for one in here[:_MOST_AWAITED]:
                one.awaited, one.chosen = one.epoch > 0, True

    def behind(self, epoch: int, sequences: Mapping[str, int]) -> int:
        """Return how many messages the best receiver of the slowest country has yet to get.

        A country that has stood still for too long counts as if it had them.
        """
        return max((self._behind(country, epoch, n) for country, n in sequences.items()), default=0)

    def _behind(self, country: str, epoch: int, sequence: int) -> int:
        known = (one.reached(epoch, sequence, self._faults.late) for one in self.of(country))
        reached = min(sequence, max(self._best.get((country, epoch), 0), *known, 0))
        if reached == sequence:
            self.patience.arrived(country)
            return 0
        drowned = self.drowned(country)
        if self.patience.exhausted(country, reached, drowned=drowned):
            return 0
        return sequence - reached

    def served(self, epoch: int, sequences: Mapping[str, int]) -> bool:
        """Tell whether a receiver of each country has everything that was sent to it."""
        known = list(self.listeners.values())
        return all(
            self._best.get((country, epoch), 0) >= sequence > 0
            or any(one.country == country and one.has(epoch, sequence, self._lost) for one in known)
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
            self.history.knows(one.country, one.client, one.epoch, first)
            for first, last in one.gaps(sequence)
            if first <= last
        )

    def take(self, arrival: Arrival, wall: int) -> None:
        """Take in what a receiver said; anything that is no message of a receiver is ignored."""
        levels = arrival.topic.split("/")
        if len(levels) != 7 or levels[3] != "up":  # noqa: PLR2004 - exercise/v1/x/up/c/what/client
            return
        country, what, client = levels[4].upper(), levels[5], levels[6]
        junk = self._junk.counts.total()
        self._take(country, what, client, arrival, wall)
        one = self.listeners.get((country, client))
        aside = one is not None and one.chosen and what == "ack"
        self.patience.noise(country, self._junk.counts.total() - junk, aside=aside)

    def _take(self, country: str, what: str, client: str, arrival: Arrival, wall: int) -> None:
        if country not in self._countries or not LEVEL.fullmatch(client):
            self._junk.add("strangers", arrival.topic, "this exercise has no such receiver")
        elif what == "history" and not arrival.retain:
            # One that is too long is answered too, with why it cannot be.
            self.history.ask(country, client, arrival.payload[:_LARGEST])
        elif len(arrival.payload) > _LARGEST:
            self._junk.add("too_large", arrival.topic, f"it has more than {_LARGEST:,} bytes")
        elif what == "presence":
            self._presence(country, client, arrival)
        elif what == "ack" and not arrival.retain and arrival.payload:
            # An empty one is how a receiver finds out whether it may write there.
            self._acknowledgement(country, client, arrival, wall)

    def write_down(self) -> None:
        """Write down what was acknowledged since the last time."""
        receipts, self._unwritten = self._unwritten, {}
        for one in receipts.values():
            self._ledger.receipt(*one)

    def _room_for(self, country: str, client: str, *, proven: bool) -> bool:
        """Tell whether a receiver can be told apart from the others of its country.

        One that acknowledges something comes before any that does not, or did so longer ago; but
        none before those that were waited for.
        """
        if (country, client) in self.listeners:
            return True
        mine = [one for one in self.listeners.values() if one.country == country]
        if len(mine) < _MOST_LISTENERS:
            return True
        others = [one for one in mine if not one.awaited] if proven else []
        if others:
            # First those that have never acknowledged anything, then who did so longest ago.
            idle = min(others, key=lambda one: (one.epoch > 0, one.heard))
            del self.listeners[country, idle.client]
            return True
        topic = self._topics.presence(country, client)
        self._junk.add("crowd", topic, f"{country} has more than {_MOST_LISTENERS:,} receivers")
        return False

    def _listener(self, country: str, client: str) -> Listener:
        return self.listeners.setdefault((country, client), Listener(country, client))

    def _presence(self, country: str, client: str, arrival: Arrival) -> None:
        if arrival.payload not in {b"online", b"offline", b""}:
            self._junk.add("presences", arrival.topic, "it is neither online nor offline")
            return
        # Who left with everything takes its presence away, and still counts as served.
        known = (country, client) in self.listeners
        if known or (arrival.payload and self._room_for(country, client, proven=False)):
            listener = self._listener(country, client)
            listener.online = arrival.payload == b"online"
            listener.came = listener.came or not arrival.retain
        self._changed()

    def _acknowledgement(self, country: str, client: str, arrival: Arrival, wall: int) -> None:
        try:
            said = Receipts.model_validate_json(arrival.payload)
        except ValidationError:
            self._junk.add("acknowledgements", arrival.topic, "it cannot be read")
            return
        spans = [(0, 0), *said.missing, (said.sequence, said.sequence)]
        in_order = all(a[1] < b[0] <= b[1] for a, b in itertools.pairwise(spans))
        if said.missing and not in_order:
            self._junk.add("acknowledgements", arrival.topic, "what it misses is in no order")
            return
        if said.run != self._run:
            self._junk.add("acknowledgements", arrival.topic, "it is of another run")
            return
        if said.epoch > self._epoch():
            self._junk.add("acknowledgements", arrival.topic, "its epoch has not begun")
            return
        if not self._room_for(country, client, proven=True):
            return
        listener = self._listener(country, client)
        listener.online, listener.heard = True, wall
        listener.epoch, listener.sequence = said.epoch, said.sequence
        listener.missing = said.missing
        # What it had it has: somebody else may say less in its name.
        best = listener.reached(said.epoch, excused=self._lost)
        self._best[country, said.epoch] = max(self._best.get((country, said.epoch), 0), best)
        listener.unaware, listener.refused = said.final is False, said.refused
        missing = [[first, last] for first, last in said.missing]
        receipt = Receipt(country, client, said.epoch, said.sequence, missing, wall)
        self._unwritten[country, client] = receipt
        self._changed()

    async def answer(self) -> None:
        """Answer requests for history, for as long as the run is played."""
        await self.history.answer()
