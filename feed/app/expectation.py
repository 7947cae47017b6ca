"""What a receiver was to get: by a player's ledger, or by a plan that is played without a break."""

import hashlib
import json
from array import array
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple, Protocol

from feed.core.faults import PASS, Faults
from feed.core.plan import Plan
from feed.core.spans import Spans
from feed.core.verdict import MOST_NAMED, DeliveryKey, Stream
from feed.core.verify import absent, differences
from feed.files.ledger import PlayerLedger, Published
from feed.files.received import ReceivedRecord
from feed.model.message import Delivery
from feed.model.scenario import exercise_slug
from feed.model.time import rfc3339
from feed.wire.encoding import encode
from feed.wire.envelope import Played, moment_of
from feed.wire.signature import SIGNATURE

__all__ = ["Expectation", "ExpectedFrom", "OfLedger", "OfPlan"]

_PAGE = 200
_PAGES = 8
"""Pages of a ledger that are kept: one source is read in order, whose feeds may be several."""
_UNPLANNED = frozenset({"sent", SIGNATURE})
"""what a plan knows nothing of"""


class ExpectedFrom(NamedTuple):
    """What there is to say of a message that was to be received."""

    message: str
    due: str


class Expectation(Protocol):
    """What was to be received."""

    @property
    def run(self) -> str:
        """The run whose messages count."""

    @property
    def streams(self) -> Mapping[Stream, int]:
        """How many messages each stream has."""

    def differs(self, record: ReceivedRecord) -> str:
        """Return in what a record is not as it was sent, in words; empty if it is."""

    def describe(self, keys: Iterable[DeliveryKey]) -> dict[DeliveryKey, ExpectedFrom]:
        """Return what there is to say of messages."""

    def details(self) -> dict[tuple[DeliveryKey, int], str]:
        """Return what is known only now of records that differ, by key and line."""


class OfLedger:
    """What a run published, by its player's ledger."""

    def __init__(self, ledger: PlayerLedger) -> None:
        self._ledger = ledger
        self.run = str(ledger.about["run"])
        self.streams = {
            Stream(recipient, epoch): last
            for epoch in ledger.epochs()
            for recipient, last in ledger.heads(epoch).items()
        }
        self._pages: OrderedDict[tuple[Stream, int], dict[int, Published]] = OrderedDict()

    def differs(self, record: ReceivedRecord) -> str:
        """Return in what a record is not as it was published."""
        row = self._row(DeliveryKey(record.recipient, record.epoch, record.sequence))
        if row is None:
            return ""
        if record.topic is not None and record.topic != row.topic:
            return f"received on {record.topic}, published on {row.topic}"
        if record.payload == row.payload:
            return ""
        return _in_words(row.payload, record.payload)

    def describe(self, keys: Iterable[DeliveryKey]) -> dict[DeliveryKey, ExpectedFrom]:
        """Return what there is to say of messages that were published."""
        rows = ((key, self._row(key)) for key in keys)
        return {
            key: ExpectedFrom(row.message, str((_parsed(row.payload) or {}).get("due")))
            for key, row in rows
            if row is not None
        }

    def details(self) -> dict[tuple[DeliveryKey, int], str]:
        """Return nothing: all is known at once."""
        return {}

    def published(self) -> Iterator[ReceivedRecord]:
        """Yield everything that was published, in the order of its numbers."""
        for stream, last in self.streams.items():
            for sequence in range(1, last + 1):
                row = self._row(DeliveryKey(*stream, sequence))
                if row is not None:
                    yield ReceivedRecord(
                        line=sequence,
                        received=None,
                        topic=row.topic,
                        run=self.run,
                        epoch=row.epoch,
                        recipient=row.recipient,
                        sequence=sequence,
                        sent=rfc3339(row.sent),
                        payload=row.payload,
                    )

    def acknowledged(self, recipient: str, client: str) -> dict[Stream, Spans]:
        """Return what a receiver acknowledged of the last epoch; of earlier ones it need not."""
        epoch = self._ledger.last_epoch()
        there = Spans()
        for receipt in self._ledger.receipts():
            if (receipt.recipient, receipt.client, receipt.epoch) == (recipient, client, epoch):
                gaps = sorted((first, last) for first, last in receipt.missing)
                there = Spans(absent(gaps, receipt.sequence))
        return {Stream(recipient, epoch): there}

    def _row(self, key: DeliveryKey) -> Published | None:
        page = (key.sequence - 1) // _PAGE
        slot = (key.stream, page)
        if slot not in self._pages:
            first = page * _PAGE + 1
            rows = self._ledger.history(key.recipient, key.epoch, first, first + _PAGE - 1, _PAGE)
            self._pages[slot] = {row.sequence: row for row in rows}
            if len(self._pages) > _PAGES:
                self._pages.popitem(last=False)
        return self._pages[slot].get(key.sequence)


class OfPlan:
    """What a plan says, played from one moment to another without a break, as one epoch.

    Eight bytes are kept for each delivery, whatever its size.
    """

    def __init__(
        self,
        plan: Plan,
        *,
        run: str,
        epoch: int,
        begin: int | None,
        until: int | None,
        faults: Faults | None = None,
    ) -> None:
        name = plan.event_stream.header.exercise
        self.run = run
        self._plan = plan
        self._played = Played(run, epoch, name, exercise_slug(name))
        self._span = (begin, until)
        self._marks: dict[Stream, array[int]] = {
            Stream(recipient, epoch): array("Q") for recipient in plan.sharing.recipients
        }
        self._suspects: dict[tuple[DeliveryKey, int], bytes] = {}
        self.faults: dict[DeliveryKey, str] = {}
        """the faults on purpose that happen to messages, by the rules that were given"""
        for key, delivery in self._planned():
            self._marks[key.stream].append(_mark(self._payload(key, delivery)))
            if faults is not None:
                effect = faults.effect(delivery, key.sequence)
                if effect != PASS:
                    self.faults[key] = effect.fault
        self.streams = {stream: len(marks) for stream, marks in self._marks.items()}

    def differs(self, record: ReceivedRecord) -> str:
        """Return that a record is not as planned; ``details`` says in what."""
        key = DeliveryKey(record.recipient, record.epoch, record.sequence)
        marks = self._marks.get(key.stream)
        if marks is None or record.sequence > len(marks):
            return ""
        if _mark(record.payload) == marks[record.sequence - 1]:
            return "" if _is_moment(record.sent) else "sent is no time"
        if len(self._suspects) < MOST_NAMED:
            self._suspects[key, record.line] = record.payload
        return "not as planned"

    def describe(self, keys: Iterable[DeliveryKey]) -> dict[DeliveryKey, ExpectedFrom]:
        """Return what there is to say of planned messages; the plan is read once more."""
        return {
            key: ExpectedFrom(
                delivery.message.key, rfc3339(delivery.due, delivery.message.offset_s)
            )
            for key, delivery in self._some(set(keys))
        }

    def details(self) -> dict[tuple[DeliveryKey, int], str]:
        """Return in what records differ; the plan is read once more."""
        wanted = {key for key, _ in self._suspects}
        planned = {key: self._payload(key, delivery) for key, delivery in self._some(wanted)}
        suspects, self._suspects = self._suspects, {}
        return {
            (key, line): _in_words(planned[key], payload, without=_UNPLANNED)
            for (key, line), payload in suspects.items()
        }

    def _payload(self, key: DeliveryKey, delivery: Delivery) -> bytes:
        return encode(delivery, self._played, key.sequence, 0)

    def _some(self, wanted: set[DeliveryKey]) -> Iterator[tuple[DeliveryKey, Delivery]]:
        """Yield what there is of some keys; the plan is read no further than the last of them."""
        left = len(wanted)
        if not left:
            return
        for each in self._planned():
            if each[0] in wanted:
                yield each
                left -= 1
                if not left:
                    return

    def _planned(self) -> Iterator[tuple[DeliveryKey, Delivery]]:
        begin, until = self._span
        numbers = dict.fromkeys(self._plan.sharing.recipients, 0)
        for delivery in self._plan.deliveries():
            if begin is not None and delivery.due < begin:
                continue
            if until is not None and delivery.due > until:
                return
            numbers[delivery.recipient] += 1
            yield (
                DeliveryKey(delivery.recipient, self._played.epoch, numbers[delivery.recipient]),
                delivery,
            )


def _is_moment(text: str) -> bool:
    try:
        moment_of(text)
    except ValueError:
        return False
    return True


def _mark(payload: bytes) -> int:
    """Return a number for the content of a payload, but for what a plan knows nothing of."""
    members = _parsed(payload)
    if isinstance(members, dict):
        for name in _UNPLANNED:
            members.pop(name, None)
    text = json.dumps(members, sort_keys=True, separators=(",", ":"))
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big")


def _parsed(payload: bytes) -> Any:
    try:
        return json.loads(payload, object_pairs_hook=_members, parse_float=_number)
    except (ValueError, RecursionError):
        return None


def _number(text: str) -> float:
    """Return a number, a whole one as such: mosquitto_sub makes 1 of 1.0."""
    found = float(text)
    return int(found) if found.is_integer() else found


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        # Readers differ in which of the two they believe.
        members["a member is there twice"] = True
    return members


def _in_words(sent: bytes, received: bytes, without: Iterable[str] = ()) -> str:
    one, other = _parsed(sent), _parsed(received)
    for members in (one, other):
        if isinstance(members, dict):
            for name in without:
                members.pop(name, None)
    found = differences(one, other)
    return f"{', '.join(found)} not as it was sent" if found else ""
