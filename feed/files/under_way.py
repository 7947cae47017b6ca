"""Which of a player's messages the broker may not have, in memory and in two small tables."""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence

__all__ = ["Key", "UnderWay"]

Key = tuple[int, str, int]
"""epoch, recipient, sequence"""


class UnderWay:
    """The rows that the broker may not have: a few behind the last that it has, and all after it.

    Of what went out in order a broker lacks the newest; a message that a fault holds back stays
    behind, and so is one of the ``pending``.
    """

    def __init__(self, last: int, up_to: int, rows: Mapping[Key, int]) -> None:
        self.last = last
        """the highest row that there is"""
        self._up_to = up_to
        self._behind = {key: row for key, row in rows.items() if row <= up_to}
        self._after = {key: row for key, row in rows.items() if row > up_to}

    def add(self, keys: Sequence[Key]) -> None:
        """Note the keys of messages that were stored, in order."""
        self._after.update(zip(keys, range(self.last + 1, self.last + len(keys) + 1), strict=True))
        self.last += len(keys)

    def settle(self, connection: sqlite3.Connection, safe: Iterable[Key]) -> None:
        """Write down which messages the broker has."""
        after, behind, up_to = self._after, self._behind, self._up_to
        came = []
        for key in safe:
            row = after.pop(key, 0)
            if row > up_to:
                up_to = row
            elif not row and key in behind:
                came.append((behind.pop(key),))
        overtaken = {}
        for key, row in after.items():
            if row > up_to:
                break
            overtaken[key] = row
        for key in overtaken:
            behind[key] = after.pop(key)
        if came:
            connection.executemany("DELETE FROM pending WHERE row = ?", came)
        if overtaken:
            rows = [(row,) for row in overtaken.values()]
            connection.executemany("INSERT INTO pending VALUES (?)", rows)
        connection.execute("REPLACE INTO acknowledged VALUES (1, ?)", (up_to,))
        self._up_to = up_to
