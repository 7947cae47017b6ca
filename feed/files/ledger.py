"""The player's ledger: what a run published, which of it the broker has, what was done to the run.

Plain synchronous calls, made in batches: one transaction each, 1.5 ms for 200 messages.  Times are
microseconds since 1970 and come in as arguments.  Messages and actions have checksums, because
SQLite would not notice a payload that rotted.
"""

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar, NamedTuple
from zlib import crc32

from pydantic import TypeAdapter

from feed.files.database import Database, checksum
from feed.files.ledger_facts import DETAILS, GAPS, RunFacts
from feed.files.under_way import Key, UnderWay
from feed.model.quoting import quoted

__all__ = ["Action", "PlayerLedger", "Published", "Receipt"]

_PUBLISHED = """SELECT epoch, recipient, sequence, cursor, message, due, sent, topic, payload,
    checksum FROM published"""


class Published(NamedTuple):
    """One message as it was sent to one recipient."""

    epoch: int
    recipient: str
    sequence: int
    origin: int
    """its place in the plan: how many deliveries come before it"""
    message: str
    due: int
    sent: int
    topic: str
    payload: bytes


class Action(NamedTuple):
    """One thing that was done to the run: when, where it stood, what."""

    number: int
    wall: int
    epoch: int
    position: int
    cursor: int
    verb: str
    details: dict[str, Any]


class Receipt(NamedTuple):
    """How far a receiver has what was sent to it, by its own word."""

    recipient: str
    client: str
    epoch: int
    sequence: int
    missing: list[list[int]]
    wall: int


_EFFECT = """CREATE TABLE effect (
    epoch INTEGER NOT NULL, recipient TEXT NOT NULL, sequence INTEGER NOT NULL,
    effect TEXT NOT NULL, checksum INTEGER NOT NULL,
    PRIMARY KEY (epoch, recipient, sequence)) WITHOUT ROWID"""

_ACKNOWLEDGED = "CREATE TABLE acknowledged (one INTEGER PRIMARY KEY, up_to INTEGER NOT NULL)"

# What version 2 had instead: an index for what the last rows say, and a row for each message that
# was under way, which cost half as much as the message.
_CURSORS = "CREATE INDEX published_cursor ON published (epoch, cursor, due)"
_PENDING_AT_ONCE = """CREATE TRIGGER published_pending AFTER INSERT ON published
            BEGIN INSERT INTO pending VALUES (new.row); END"""


_LACKING = """SELECT row, epoch, recipient, sequence, cursor FROM published
        WHERE row > (SELECT coalesce(max(up_to), 0) FROM acknowledged)
    UNION SELECT row, epoch, recipient, sequence, cursor FROM pending JOIN published USING (row)
    ORDER BY row"""
"""the messages that the broker may not have: few, however many there are"""


class PlayerLedger(Database):
    """What a run published, which of it the broker has, and what was done to the run."""

    application_id: ClassVar[int] = int.from_bytes(b"feeP")
    version: ClassVar[int] = 3
    migrations: ClassVar[Mapping[int, Sequence[str]]] = {
        1: (_EFFECT,),
        2: (
            "DROP TRIGGER published_pending",
            "DROP INDEX published_cursor",
            _ACKNOWLEDGED,
            "INSERT INTO acknowledged SELECT 1, coalesce(max(row), 0) FROM published",
        ),
    }
    dropped: ClassVar[Mapping[int, Sequence[str]]] = {2: (_CURSORS, _PENDING_AT_ONCE)}
    facts: ClassVar[TypeAdapter[Any]] = TypeAdapter(RunFacts)
    schema: ClassVar[Sequence[str]] = (
        """CREATE TABLE published (
            row INTEGER PRIMARY KEY, epoch INTEGER NOT NULL, recipient TEXT NOT NULL,
            sequence INTEGER NOT NULL, cursor INTEGER NOT NULL, message TEXT NOT NULL,
            due INTEGER NOT NULL, sent INTEGER NOT NULL, topic TEXT NOT NULL,
            payload BLOB NOT NULL, checksum INTEGER NOT NULL,
            UNIQUE (epoch, recipient, sequence))""",
        # A broker acknowledges in order, or nearly so: it has every row up to one, but for a few.
        # A flag in each row would write every payload twice.
        _ACKNOWLEDGED,
        "CREATE TABLE pending (row INTEGER PRIMARY KEY)",
        """CREATE TABLE action (
            number INTEGER PRIMARY KEY, wall INTEGER NOT NULL, epoch INTEGER NOT NULL,
            position INTEGER NOT NULL, cursor INTEGER NOT NULL, verb TEXT NOT NULL,
            details TEXT NOT NULL, checksum INTEGER NOT NULL)""",
        """CREATE TABLE receipt (
            recipient TEXT NOT NULL, client TEXT NOT NULL, epoch INTEGER NOT NULL,
            sequence INTEGER NOT NULL, wall INTEGER NOT NULL, missing TEXT NOT NULL,
            checksum INTEGER NOT NULL, PRIMARY KEY (recipient, client, epoch)) WITHOUT ROWID""",
        # What a fault on purpose did to a message, on the way to its recipient.
        _EFFECT,
    )

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        super().__init__(path, connection)
        self._under_way: UnderWay | None = None

    def add(self, rows: Sequence[Published], safe: Sequence[Key] = ()) -> None:
        """Store messages, each of them once, in the order in which they go out.

        In the same transaction the keys are noted of those that have become ``safe`` meanwhile.
        """
        with self._noting() as (connection, under_way):
            if safe:
                under_way.settle(connection, safe)
            connection.executemany(
                "INSERT INTO published VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [(n, *row, _checksum(row)) for n, row in enumerate(rows, under_way.last + 1)],
            )
            under_way.add([row[:3] for row in rows])

    def acknowledged(self, keys: Sequence[Key]) -> None:
        """Note (epoch, recipient, sequence) of messages that the broker has."""
        with self._noting() as (connection, under_way):
            under_way.settle(connection, keys)

    @contextmanager
    def _noting(self) -> Iterator[tuple[sqlite3.Connection, UnderWay]]:
        """Change what is under way: it is read once, because nobody else writes a run's ledger."""
        under_way = self._under_way or self._read_under_way()
        # Of a transaction that fails nothing may stay in memory either.
        self._under_way = None
        with self.transaction() as connection:
            yield connection, under_way
        self._under_way = under_way

    def _read_under_way(self) -> UnderWay:
        ((last,),) = self.read("SELECT coalesce(max(row), 0) FROM published")
        ((up_to,),) = self.read("SELECT coalesce(max(up_to), 0) FROM acknowledged")
        rows = {(epoch, recipient, n): row for row, epoch, recipient, n, _ in self.read(_LACKING)}
        return UnderWay(last, up_to, rows)

    def unacknowledged(self, epoch: int) -> Iterator[Published]:
        """Walk over what the broker may not have, in the order of the plan."""
        lacking = [(cursor, row) for row, of, _, _, cursor in self.read(_LACKING) if of == epoch]
        for _, row in sorted(lacking):
            yield from self._published("row = ?", (row,))

    def history(
        self, recipient: str, epoch: int, first: int, last: int, limit: int
    ) -> list[Published]:
        """Return what a recipient was sent in a range of sequence, in order."""
        return self._published(
            "recipient = ? AND epoch = ? AND sequence BETWEEN ? AND ? ORDER BY sequence LIMIT ?",
            (recipient, epoch, first, last, limit),
        )

    def heads(self, epoch: int) -> dict[str, int]:
        """Return the last sequence of each recipient."""
        heads: dict[str, int] = {}
        recipient = ""
        # One step in the index for each recipient; GROUP BY would walk over every row.
        following = """SELECT recipient, max(sequence) FROM published WHERE epoch = ?1
            AND recipient = (SELECT min(recipient) FROM published
                WHERE epoch = ?1 AND recipient > ?2)"""
        while True:
            ((found, sequence),) = self.read(following, (epoch, recipient))
            if found is None:
                return heads
            heads[found] = sequence
            recipient = found

    def cursor(self, epoch: int) -> int:
        """Return where in the plan an epoch's messages end; 0 if there are none."""
        return max((cursor for cursor, _ in self._last_sent(epoch)), default=-1) + 1

    def last_due(self, epoch: int) -> int:
        """Return the highest due time stored in an epoch; 0 if there is none."""
        return max((due for _, due in self._last_sent(epoch)), default=0)

    def _last_sent(self, epoch: int) -> list[tuple[int, int]]:
        """Return (cursor, due) of each recipient's last message: what goes out is in order."""
        last = """SELECT cursor, due FROM published
            WHERE epoch = ? AND recipient = ? AND sequence = ?"""
        heads = self.heads(epoch).items()
        return [(cursor, due) for head in heads for cursor, due in self.read(last, (epoch, *head))]

    def last_epoch(self) -> int:
        """Return the highest epoch in which something was published or done; 0 if none."""
        ((highest,),) = self.read(
            """SELECT max(coalesce((SELECT max(epoch) FROM published), 0),
                coalesce((SELECT max(epoch) FROM action), 0))"""
        )
        return int(highest)

    def epochs(self) -> list[int]:
        """Return the epochs in which something was published, in order."""
        epochs: list[int] = []
        epoch: int | None = 0
        while True:
            # One step in the index for each; DISTINCT would walk over every row.
            ((epoch,),) = self.read("SELECT min(epoch) FROM published WHERE epoch > ?", (epoch,))
            if epoch is None:
                return epochs
            epochs.append(epoch)

    def _mistakes(self) -> Iterator[str]:
        yield from super()._mistakes()
        # Whoever counts up to the last number of a stream must get there.
        gaps = """SELECT epoch, recipient FROM published GROUP BY epoch, recipient
            HAVING min(sequence) <> 1 OR max(sequence) <> count(*) LIMIT 1"""
        for epoch, recipient in self.read(gaps):
            yield f"messages to {quoted(recipient)} of epoch {epoch} are missing"

    def count(self, epoch: int | None = None) -> int:
        """Return how many messages were published, in an epoch or in all."""
        if epoch is None:  # rows are never deleted, so the last number is their count
            ((count,),) = self.read("SELECT coalesce(max(row), 0) FROM published")
        else:
            ((count,),) = self.read("SELECT count(*) FROM published WHERE epoch = ?", (epoch,))
        return int(count)

    def pending(self) -> int:
        """Return how many messages the broker may not have, in all epochs."""
        return len(self.read(_LACKING))

    def act(
        self,
        *,
        wall: int,
        epoch: int,
        position: int,
        cursor: int,
        verb: str,
        details: dict[str, Any],
    ) -> Action:
        """Store what is about to be done to the run; it is committed when this returns."""
        text = json.dumps(details)
        with self.transaction() as connection:
            ((number,),) = connection.execute("SELECT coalesce(max(number), 0) + 1 FROM action")
            row = (number, wall, epoch, position, cursor, verb, text)
            connection.execute(
                "INSERT INTO action VALUES (?, ?, ?, ?, ?, ?, ?, ?)", (*row, checksum(row))
            )
        return Action(number, wall, epoch, position, cursor, verb, json.loads(text))

    def actions(self) -> list[Action]:
        """Return everything that was done to the run, in order."""
        rows = self.read_checked(
            """SELECT number, wall, epoch, position, cursor, verb, details, checksum
                FROM action ORDER BY number""",
            "an action",
        )
        return [
            Action._make((*row, self.decoded(details, "an action", DETAILS)))
            for *row, details in rows
        ]

    def note_effects(self, effects: Sequence[tuple[int, str, int, str]]) -> None:
        """Store (epoch, recipient, sequence, effect) of what faults on purpose did to messages."""
        with self.transaction() as connection:
            connection.executemany(
                "REPLACE INTO effect VALUES (?, ?, ?, ?, ?)",
                [(*row, checksum(row)) for row in effects],
            )

    def effects(self, epoch: int) -> dict[tuple[str, int], str]:
        """Return what faults did in an epoch, by (recipient, sequence)."""
        rows = self.read_checked(
            "SELECT epoch, recipient, sequence, effect, checksum FROM effect WHERE epoch = ?",
            "an effect",
            (epoch,),
        )
        return {(recipient, sequence): effect for _, recipient, sequence, effect in rows}

    def receipt(  # noqa: PLR0917 - the columns of its table, in order
        self,
        recipient: str,
        client: str,
        epoch: int,
        sequence: int,
        missing: Sequence[Sequence[int]],
        wall: int,
    ) -> None:
        """Store how far a receiver has an epoch; the last word counts."""
        gaps = json.dumps([list(gap) for gap in missing])
        row = (recipient, client, epoch, sequence, wall, gaps)
        with self.transaction() as connection:
            connection.execute(
                "REPLACE INTO receipt VALUES (?, ?, ?, ?, ?, ?, ?)", (*row, checksum(row))
            )

    def receipts(self) -> list[Receipt]:
        """Return the last word of every receiver about every epoch."""
        rows = self.read_checked(
            "SELECT * FROM receipt ORDER BY recipient, client, epoch", "a receipt"
        )
        return [
            Receipt(
                recipient, client, epoch, sequence, self.decoded(missing, "a receipt", GAPS), wall
            )
            for recipient, client, epoch, sequence, wall, missing in rows
        ]

    def _published(self, where: str, parameters: Sequence[Any]) -> list[Published]:
        rows = self.read_checked(f"{_PUBLISHED} WHERE {where}", "a message", parameters)
        return [Published._make(row) for row in rows]


def _checksum(row: Published) -> int:
    """Return the ``checksum`` of a message, which is made for every one: so it is spelt out."""
    epoch, recipient, sequence, origin, message, due, sent, topic, payload = row
    said = f"{epoch}\0{recipient}\0{sequence}\0{origin}\0{message}\0{due}\0{sent}\0{topic}"
    return crc32(payload, crc32(said.encode()))
