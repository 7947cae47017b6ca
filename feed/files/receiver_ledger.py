"""A receiver's ledger: what it got, each message once, and how much of each epoch is there.

The file decides what is new, not the memory.  Plain synchronous calls, made in batches: one
transaction each, 1.5 ms for 200 messages.  Times are microseconds since 1970 and come in as
arguments.  Messages have checksums, because SQLite would not notice a payload that rotted.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

from pydantic import TypeAdapter

from feed.core.spans import Spans
from feed.files.database import Database, checksum
from feed.files.ledger_facts import ReceiverFacts

__all__ = ["REFUSED", "EpochProgress", "Received", "ReceiverLedger"]

REFUSED = "refused"
"""the fact about a ledger that says how often what was refused, by reason"""

_PAGE = 100
"""Rows that are in memory at once while all are read."""


_INSERT = """INSERT INTO received VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (stream, sequence) DO NOTHING"""


class Received(NamedTuple):
    """One message as a receiver got it."""

    run: str
    epoch: int
    sequence: int
    message: str
    topic: str
    sent: int
    due: int
    received: int
    payload: bytes


class EpochProgress(NamedTuple):
    """How much of one epoch a receiver has."""

    sequence: int
    """the highest number received; 0 if none"""
    missing: list[tuple[int, int]]
    """what is not there below it, as (first, last)"""
    received: int
    """how many different ones are there"""


class ReceiverLedger(Database):
    """What one receiver got, each message once, and how much of each epoch is there."""

    application_id: ClassVar[int] = int.from_bytes(b"feeR")
    facts: ClassVar[TypeAdapter[Any]] = TypeAdapter(ReceiverFacts)
    schema: ClassVar[Sequence[str]] = (
        """CREATE TABLE stream (
            number INTEGER PRIMARY KEY, run TEXT NOT NULL, epoch INTEGER NOT NULL,
            duplicates INTEGER NOT NULL DEFAULT 0, UNIQUE (run, epoch))""",
        """CREATE TABLE received (
            row INTEGER PRIMARY KEY, stream INTEGER NOT NULL, sequence INTEGER NOT NULL,
            message TEXT NOT NULL, topic TEXT NOT NULL, sent INTEGER NOT NULL,
            due INTEGER NOT NULL, received INTEGER NOT NULL, payload BLOB NOT NULL,
            checksum INTEGER NOT NULL, UNIQUE (stream, sequence))""",
    )

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        super().__init__(path, connection)
        # (run, epoch) -> its number in the file, and its sequences.  Forgotten when a transaction
        # fails, because then it may tell of what was never committed.
        self._known: dict[tuple[str, int], tuple[int, Spans]] = {}

    def add(self, rows: Sequence[Received]) -> list[bool]:
        """Store messages; True for each that is new, False for each that was there already."""
        try:
            with self.transaction() as connection:
                values = []
                for row in rows:
                    stream, _ = self._stream(row.run, row.epoch) or self._begin_stream(
                        connection, row
                    )
                    values.append((stream, *row[2:], checksum(row)))
                before = connection.total_changes
                connection.execute("SAVEPOINT batch")
                connection.executemany(_INSERT, values)
                new = [True] * len(values)
                if connection.total_changes - before < len(values):
                    connection.execute("ROLLBACK TO batch")
                    new = [_is_new(connection, each) for each in values]
        except BaseException:
            self._known.clear()
            raise
        for row in rows:
            self._known[row.run, row.epoch][1].add(row.sequence)
        return new

    def progress(self, run: str, epoch: int) -> EpochProgress:
        """Return how much of an epoch is there; cheap enough to ask after every batch."""
        stream = self._stream(run, epoch)
        if stream is None:
            return EpochProgress(0, [], 0)
        _, spans = stream
        return EpochProgress(spans.highest, spans.missing(), spans.count)

    def spans(self, run: str, epoch: int) -> list[tuple[int, int]]:
        """Return what is there of an epoch, as (first, last)."""
        stream = self._stream(run, epoch)
        return [] if stream is None else list(stream[1])

    def runs(self) -> list[str]:
        """Return the runs of which something was received, in the order they were met."""
        return [run for (run,) in self.read("SELECT run FROM stream GROUP BY run ORDER BY number")]

    def epochs(self, run: str) -> list[int]:
        """Return the epochs of a run of which something was received, in order."""
        found = self.read("SELECT epoch FROM stream WHERE run = ? ORDER BY epoch", (run,))
        return [epoch for (epoch,) in found]

    def duplicates(self, run: str | None = None) -> int:
        """Return how many messages came again, of a run or of all."""
        ((count,),) = self.read(
            "SELECT coalesce(sum(duplicates), 0) FROM stream WHERE ?1 IS NULL OR run = ?1", (run,)
        )
        return int(count)

    def rows(self, run: str, epoch: int | None = None) -> Iterator[Received]:
        """Walk over what was received of a run, or of one epoch, in order."""
        for each in self.epochs(run) if epoch is None else [epoch]:
            for page in self.pages(run, each):
                yield from page

    def pages(self, run: str, epoch: int) -> Iterator[list[Received]]:
        """Walk over what was received of an epoch, in order, a few messages at a time."""
        sequence = -1
        while page := self._page(run, epoch, sequence):
            yield page
            sequence = page[-1].sequence

    def payloads(self, run: str, epoch: int, first: int, last: int) -> list[tuple[int, str, bytes]]:
        """Return the first of the messages from one number to another: number, topic, bytes."""
        page = self._page(run, epoch, first - 1)
        return [(one.sequence, one.topic, one.payload) for one in page if one.sequence <= last]

    def _page(self, run: str, epoch: int, after: int) -> list[Received]:
        rows = self.read_checked(
            """SELECT run, epoch, sequence, message, topic, sent, due, received, payload, checksum
                FROM stream JOIN received ON stream = number
                WHERE run = ? AND epoch = ? AND sequence > ? ORDER BY sequence LIMIT ?""",
            "a message",
            (run, epoch, after, _PAGE),
        )
        return [Received._make(row) for row in rows]

    def _stream(self, run: str, epoch: int) -> tuple[int, Spans] | None:
        """Return the number of a stream and what is there of it; None if there is nothing."""
        if (run, epoch) in self._known:
            return self._known[run, epoch]
        rows = self.read("SELECT number FROM stream WHERE run = ? AND epoch = ?", (run, epoch))
        if not rows:
            return None
        ((number,),) = rows
        # Neighbours differ from their rank by the same number: each such group is a span.
        spans = self.read(
            """SELECT min(sequence), max(sequence) FROM (SELECT sequence,
                    sequence - row_number() OVER (ORDER BY sequence) AS span
                FROM received WHERE stream = ?) GROUP BY span ORDER BY 1""",
            (number,),
        )
        try:
            found = Spans((first, last) for first, last in spans)
        except (AssertionError, TypeError):
            # Beyond what SQLite can subtract from, a number is no whole one any longer.
            raise self.damaged("a number of a message is none") from None
        self._known[run, epoch] = number, found
        return self._known[run, epoch]

    def _begin_stream(self, connection: sqlite3.Connection, row: Received) -> tuple[int, Spans]:
        connection.execute("INSERT INTO stream (run, epoch) VALUES (?, ?)", (row.run, row.epoch))
        stream = self._stream(row.run, row.epoch)
        assert stream is not None, "it was written just now"
        return stream


def _is_new(connection: sqlite3.Connection, values: tuple[Any, ...]) -> bool:
    """Store one message; if it was there already, count that it came again."""
    if connection.execute(_INSERT, values).rowcount == 1:
        return True
    connection.execute("UPDATE stream SET duplicates = duplicates + 1 WHERE number = ?", values[:1])
    return False
