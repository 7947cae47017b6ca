"""Who listens: receivers that are there, how far each of them is, and what they ask for again.

Everything here comes from other people's clients, so whatever cannot be read is answered where it
can be, and harms nothing.
"""

import itertools
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from feed.app.standing import compact
from feed.files.ledger import PlayerLedger
from feed.mqtt.publisher import Publisher
from feed.mqtt.subscriber import Arrival
from feed.wire.topics import LEVEL, Topics

__all__ = ["Listener", "Receivers"]

_MOST = 1000
_LARGEST = 8192
_MOST_LISTENERS = 1000
"""How many receivers of one country are told apart; each costs memory and a row of the ledger."""
_LAST_EPOCH = 10**9


class _Acknowledgement(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True)

    run: str
    epoch: Annotated[int, Field(ge=1, le=_LAST_EPOCH)]
    sequence: Annotated[int, Field(ge=0, lt=2**63)]
    missing: list[tuple[int, int]] = Field(default_factory=list, max_length=1000)
    final: bool | None = None
    """whether it knows that nothing will follow; None: it does not say"""


class _Request(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True, populate_by_name=True)

    id: Annotated[str, Field(max_length=100)]
    client: str
    epoch: Annotated[int, Field(ge=1, le=_LAST_EPOCH)]
    first: Annotated[int, Field(alias="from", ge=1, lt=2**63)]
    last: Annotated[int, Field(alias="to", ge=1, lt=2**63)]


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

    def has(self, epoch: int, sequence: int) -> bool:
        """Tell whether it has everything up to a number of an epoch."""
        return self.epoch == epoch and self.sequence >= sequence and not self.missing

    def count(self, epoch: int) -> int:
        """Return how many messages of an epoch it has."""
        if self.epoch != epoch:
            return 0
        return self.sequence - sum(last - first + 1 for first, last in self.missing)

    def reached(self, epoch: int) -> int:
        """Return the last number before the first one that it lacks."""
        if self.epoch != epoch:
            return 0
        return min([self.sequence, *(first - 1 for first, _ in self.missing)])


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
        countries: Sequence[str],
    ) -> None:
        self._run = run
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
        self.before_history: Callable[[], None] = lambda: None
        """called before the ledger is read, so that it holds all that was sent"""

    @property
    def filters(self) -> list[tuple[str, int]]:
        """What the player has to listen to."""
        return [
            (f"{self._topics.base}/up/+/{what}/+", 1) for what in ("presence", "ack", "history")
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

    def lacking(self, epoch: int, sequences: Mapping[str, int]) -> dict[str, int]:
        """Return how many messages the best receiver of each country lacks, where it lacks any."""
        lacking = {}
        for country, sequence in sequences.items():
            mine = [one for one in self.listeners.values() if one.country == country]
            best = max((one.count(epoch) for one in mine), default=0)
            if best < sequence:
                lacking[country] = sequence - best
        return lacking

    async def take(self, arrival: Arrival, wall: int) -> None:
        """Take in what a receiver said; anything that is no message of a receiver is ignored."""
        levels = arrival.topic.split("/")
        if len(levels) != 7 or levels[3] != "up":  # noqa: PLR2004 - exercise/v1/x/up/c/what/client
            return
        country, what, client = levels[4].upper(), levels[5], levels[6]
        if country not in self._countries or not LEVEL.fullmatch(client):
            return
        if what == "history" and not arrival.retain:
            await self._history(country, client, arrival.payload)
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
            said = _Acknowledgement.model_validate_json(payload[:_LARGEST])
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
        listener.unaware = said.final is False
        missing = [[first, last] for first, last in said.missing]
        self._ledger.receipt(country, client, said.epoch, said.sequence, missing, wall)
        self._changed()

    async def _history(self, country: str, client: str, payload: bytes) -> None:
        down = self._topics.down(country, client)
        try:
            asked = _Request.model_validate_json(payload[:_LARGEST])
        except ValidationError:
            error = "not a request for history; write id, client, epoch, from and to"
            await self._publisher.publish(down, compact({"id": _id_of(payload), "error": error}))
            return
        if asked.client != client or asked.last < asked.first:
            error = "client must be the one of the topic, and from not above to"
            await self._publisher.publish(down, compact({"id": asked.id, "error": error}))
            return
        self.before_history()
        rows = self._ledger.history(country, asked.epoch, asked.first, asked.last, _MOST + 1)
        for row in rows[:_MOST]:
            await self._publisher.publish(down, row.payload)
        done: dict[str, object] = {"id": asked.id, "done": True, "count": min(len(rows), _MOST)}
        if len(rows) > _MOST:
            done["more"] = rows[_MOST].sequence
        await self._publisher.publish(down, compact(done))
        self.answered += 1


def _id_of(payload: bytes) -> str:
    """Return the id of a request that cannot be read, as well as it can be found."""
    try:
        value = json.loads(payload[:_LARGEST])
    except (ValueError, RecursionError):
        return ""
    found = value.get("id") if isinstance(value, dict) else None
    # JSON can name half a surrogate pair, which no answer could be written with.
    return found[:100] if isinstance(found, str) and found.isprintable() else ""
