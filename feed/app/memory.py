"""What a receiver has written down: one ledger for each run, opened when it is needed."""

from collections.abc import Callable, Iterator, Sequence

from feed.app.message import ReceivedMessage
from feed.core.reception import Incoming
from feed.files.receiver_ledger import Received, ReceiverLedger

__all__ = ["Memory", "incoming"]

_MOST_OPEN = 2
"""Ledgers that are open at once: the run that is followed, and what is left of another."""


def incoming(message: ReceivedMessage) -> Incoming[ReceivedMessage]:
    """Return a message as a reception takes it."""
    envelope = message.envelope
    return Incoming(
        envelope.run, envelope.epoch, envelope.number, message.report, message.due_us, message
    )


class Memory:
    """The ledgers of one receiver; ``opened`` opens that of a run, or makes it."""

    def __init__(self, opened: Callable[[str], ReceiverLedger]) -> None:
        self._opened = opened
        self._ledgers: dict[str, ReceiverLedger] = {}

    def write(self, run: str, messages: Sequence[ReceivedMessage]) -> None:
        """Write down messages of a run; those that are there already stay as they are."""
        rows = [
            Received(
                *one.key[:2], one.sequence, one.report.key, one.topic,
                one.sent_us, one.due_us, one.received_us, one.payload,
            )
            for one in messages
        ]  # fmt: skip
        if rows:
            self._ledger(run).add(rows)

    def spans(self, run: str, epoch: int) -> list[tuple[int, int]]:
        """Return the numbers that are written down of an epoch, as (first, last)."""
        return self._ledger(run).spans(run, epoch)

    def pages(self, run: str, epoch: int) -> Iterator[list[Incoming[ReceivedMessage]]]:
        """Walk over what is written down of an epoch, in order, a few messages at a time."""
        for page in self._ledger(run).pages(run, epoch):
            yield [
                incoming(ReceivedMessage.read(row.topic, row.payload, row.received)) for row in page
            ]

    def note(self, run: str, key: str, value: object) -> None:
        """Write down a fact about what was received of a run."""
        self._ledger(run).note(key, value)

    def close(self) -> None:
        """Close all ledgers."""
        ledgers, self._ledgers = self._ledgers, {}
        for ledger in ledgers.values():
            ledger.close()

    def _ledger(self, run: str) -> ReceiverLedger:
        ledger = self._ledgers.pop(run, None)
        if ledger is None:
            ledger = self._opened(run)
        self._ledgers[run] = ledger
        if len(self._ledgers) > _MOST_OPEN:
            self._ledgers.pop(next(iter(self._ledgers))).close()
        return ledger
