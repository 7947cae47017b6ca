"""The player's ledger: what a run published, which of it the broker has, what was done to the run.

Plain synchronous calls, made in batches: one transaction each, 1.5 ms for 200 messages.  Times are
microseconds since 1970 and come in as arguments.  Messages and actions have checksums, because
SQLite would not notice a payload that rotted.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar, NamedTuple

from feed.files.database import Database, checksum

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

_NO_LONGER_PENDING = """DELETE FROM pending WHERE row = (SELECT row FROM published
    WHERE epoch = ? AND recipient = ? AND sequence = ?)"""


class PlayerLedger(Database):
    """What a run published, which of it the broker has, and what was done to the run."""

    application_id: ClassVar[int] = int.from_bytes(b"feeP")
    version: ClassVar[int] = 2
    migrations: ClassVar[Mapping[int, Sequence[str]]] = {1: (_EFFECT,)}
    schema: ClassVar[Sequence[str]] = (
        """CREATE TABLE published (
            row INTEGER PRIMARY KEY, epoch INTEGER NOT NULL, recipient TEXT NOT NULL,
            sequence INTEGER NOT NULL, cursor INTEGER NOT NULL, message TEXT NOT NULL,
            due INTEGER NOT NULL, sent INTEGER NOT NULL, topic TEXT NOT NULL,
            payload BLOB NOT NULL, checksum INTEGER NOT NULL,
            UNIQUE (epoch, recipient, sequence))""",
        "CREATE INDEX published_cursor ON published (epoch, cursor, due)",
        # What is under way is little; a flag in each row would write every payload twice.
        "CREATE TABLE pending (row INTEGER PRIMARY KEY)",
        """CREATE TRIGGER published_pending AFTER INSERT ON published
            BEGIN INSERT INTO pending VALUES (new.row); END""",
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

    def add(self, rows: Sequence[Published], safe: Sequence[tuple[int, str, int]] = ()) -> None:
        """Store messages; one that is there already is replaced, and stays acknowledged.

        In the same transaction the keys are noted of those that have become ``safe`` meanwhile.
        """
        with self.transaction() as connection:
            connection.executemany(_NO_LONGER_PENDING, safe)
            # An update fires no insert trigger, so what was acknowledged does not become pending.
            connection.executemany(
                """INSERT INTO published (epoch, recipient, sequence, cursor, message, due, sent,
                    topic, payload, checksum) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (epoch, recipient, sequence) DO UPDATE SET
                    cursor = excluded.cursor, message = excluded.message, due = excluded.due,
                    sent = excluded.sent, topic = excluded.topic, payload = excluded.payload,
                    checksum = excluded.checksum""",
                [(*row, checksum(row)) for row in rows],
            )

    def acknowledged(self, keys: Sequence[tuple[int, str, int]]) -> None:
        """Note (epoch, recipient, sequence) of messages that the broker has."""
        with self.transaction() as connection:
            connection.executemany(_NO_LONGER_PENDING, keys)

    def unacknowledged(self, epoch: int) -> Iterator[Published]:
        """Walk over what the broker may not have, in the order of the plan."""
        # CROSS JOIN keeps the small table outside; the other way round reads the whole epoch.
        rows = self.read(
            """SELECT row FROM pending CROSS JOIN published USING (row)
                WHERE epoch = ? ORDER BY cursor, row""",
            (epoch,),
        )
        for (row,) in rows:
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
        ((highest,),) = self.read("SELECT max(cursor) FROM published WHERE epoch = ?", (epoch,))
        return 0 if highest is None else int(highest) + 1

    def last_due(self, epoch: int) -> int:
        """Return the highest due time stored in an epoch; 0 if there is none."""
        ((highest,),) = self.read("SELECT max(due) FROM published WHERE epoch = ?", (epoch,))
        return 0 if highest is None else int(highest)

    def last_epoch(self) -> int:
        """Return the highest epoch in which something was published or done; 0 if none."""
        ((highest,),) = self.read(
            """SELECT max(coalesce((SELECT max(epoch) FROM published), 0),
                coalesce((SELECT max(epoch) FROM action), 0))"""
        )
        return int(highest)

    def count(self, epoch: int | None = None) -> int:
        """Return how many messages were published, in an epoch or in all."""
        if epoch is None:  # rows are never deleted, so the last number is their count
            ((count,),) = self.read("SELECT coalesce(max(row), 0) FROM published")
        else:
            ((count,),) = self.read("SELECT count(*) FROM published WHERE epoch = ?", (epoch,))
        return int(count)

    def pending(self) -> int:
        """Return how many messages the broker may not have, in all epochs."""
        ((count,),) = self.read("SELECT count(*) FROM pending")
        return int(count)

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
        return [Action._make((*row, json.loads(details))) for *row, details in rows]

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
            Receipt(recipient, client, epoch, sequence, json.loads(missing), wall)
            for recipient, client, epoch, sequence, wall, missing in rows
        ]

    def _published(self, where: str, parameters: Sequence[Any]) -> list[Published]:
        rows = self.read_checked(f"{_PUBLISHED} WHERE {where}", "a message", parameters)
        return [Published._make(row) for row in rows]
